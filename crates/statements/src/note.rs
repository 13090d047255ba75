//! What is said of a file: names and facts. Whoever shows a note makes its sentence, in the language of whoever reads it.

use std::fmt;

/// Names of why a file cannot be read; each has its sentence where files are told of.
pub const FAULTS: [&str; 30] = [
    "columns_missing",
    "cut_off",
    "dates_unordered",
    "dates_without_year",
    "delimiter",
    "empty",
    "left_open",
    "no_columns",
    "no_currency",
    "no_headers",
    "no_ofx",
    "no_statement",
    "no_workbook",
    "only_a_workbook",
    // A quotation mark that nothing closes: the rest of the file is one cell.
    "quote_not_closed",
    "row_above_header",
    "stranger",
    "too_long",
    "too_many",
    "unknown",
    "unread",
    "unread_in",
    "unreadable",
    "workbook_broken",
    "workbook_empty",
    "workbook_too_much",
    "workbook_torn",
    "xml_broken",
    "xml_deep",
    "xml_unbalanced",
];

/// Names of what is doubtful of a statement that was read all the same.
pub const WARNINGS: [&str; 17] = [
    "amount_rounded",
    // A row's balance does not follow from the amounts.
    "balance_breaks",
    // The lines do not come to the difference of the balances.
    "balance_differs",
    "date_clamped",
    "date_order",
    // A row does not say whether money came in, and is left out.
    "direction_unknown",
    "left_out",
    "more_warnings",
    "not_booked",
    "not_closed",
    "other_currency",
    "pages_differ",
    // The payments of an entry do not come to its amount, and it is one line.
    "payments_differ",
    // A row is no movement and no total.
    "row_skipped",
    // A sheet of a workbook looks like a table, and is not read.
    "sheet_left_out",
    // What the file says of itself is not what its rows come to.
    "total_differs",
    // A trade without money.
    "trade_closed",
];

/// Something that is said: its name, and the facts that belong to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// One of [`FAULTS`] or of [`WARNINGS`].
    pub code: &'static str,
    /// By their names: `line` is where the first of several stands, `more` how many there are beside it.
    pub facts: Vec<(&'static str, String)>,
}

impl Note {
    pub(crate) fn of(code: &'static str) -> Note {
        debug_assert!(FAULTS.contains(&code) || WARNINGS.contains(&code), "{code} has no sentence");
        Note { code, facts: Vec::new() }
    }

    pub(crate) fn with(mut self, name: &'static str, fact: impl ToString) -> Note {
        self.facts.push((name, fact.to_string()));
        self
    }
}

impl From<&'static str> for Note {
    fn from(code: &'static str) -> Note {
        Note::of(code)
    }
}

/// For whoever reads the code: `unread what=amount`.
impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code)?;
        self.facts.iter().try_for_each(|(name, fact)| write!(f, " {name}={fact}"))
    }
}

/// Why a file cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct Fault {
    /// As [`crate::Line::place`]; nothing where it is the file as a whole.
    pub place: Option<u64>,
    pub reason: Note,
}

impl Fault {
    pub(crate) fn at(place: u64, reason: impl Into<Note>) -> Fault {
        Fault { place: Some(place), reason: reason.into() }
    }

    pub(crate) fn whole(reason: impl Into<Note>) -> Fault {
        Fault { place: None, reason: reason.into() }
    }

    /// An amount, a date, … that cannot be read.
    pub(crate) fn unread(place: u64, what: &str) -> Fault {
        Fault::at(place, Note::of("unread").with("what", what))
    }

    /// The same, with what stands there.
    pub(crate) fn unread_in(place: u64, what: &str, text: &str) -> Fault {
        Fault::at(place, Note::of("unread_in").with("what", what).with("text", text))
    }

    /// A line, a value, … that is longer than any bank writes one.
    pub(crate) fn too_long(place: u64, what: &str) -> Fault {
        Fault::at(place, Note::of("too_long").with("what", what))
    }

    /// The file itself could not be read.
    pub(crate) fn torn(error: impl fmt::Display) -> Fault {
        Fault::whole(Note::of("unreadable").with("error", error))
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.place {
            Some(place) => write!(f, "line {place}: {}", self.reason),
            None => write!(f, "{}", self.reason),
        }
    }
}
