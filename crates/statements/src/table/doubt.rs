//! What a table leaves open.

use crate::table::cell::Month;
use crate::table::guess::Sample;
use crate::table::map::{DateOrder, DecimalMark};
use crate::table::mapped::strict_day;
use kernel::Date;

/// What a person has to confirm before a table is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Doubt {
    /// No day is above twelve: the day or the month may stand first.
    DateOrder,
    /// Nothing says which amounts are money in: they are all above zero, or of a card, or in two columns without a name.
    Sign,
    /// `1.234` alone: thousands or decimals.
    DecimalMark,
    /// The file names no currency.
    Currency,
    /// No column is known to have what payers wrote, and there is one of words that may.
    Text,
}

impl Doubt {
    pub const ALL: [Doubt; 5] = [Doubt::DateOrder, Doubt::Sign, Doubt::DecimalMark, Doubt::Currency, Doubt::Text];

    /// As `date_order`: by which a page finds its words.
    pub const fn name(self) -> &'static str {
        match self {
            Doubt::DateOrder => "date_order",
            Doubt::Sign => "sign",
            Doubt::DecimalMark => "decimal_mark",
            Doubt::Currency => "currency",
            Doubt::Text => "text",
        }
    }
}

/// The order of a file's dates: the one in which all are days; of two, the one in which they run on from row to row.
pub(crate) fn dates(sample: &Sample, columns: &[usize], said: Option<DateOrder>, doubts: &mut Vec<Doubt>) -> DateOrder {
    let month = sample.preamble.month.or(Some(Month { year: 2026, month: 6 }));
    let texts = |at: usize| sample.column(at);
    let misfits = |order: DateOrder| {
        columns.iter().flat_map(|at| texts(*at)).filter(|text| strict_day(text, order, month).is_none()).count()
    };
    let least = DateOrder::ALL.into_iter().map(misfits).min().unwrap_or(0);
    let fitting: Vec<DateOrder> = DateOrder::ALL.into_iter().filter(|order| misfits(*order) == least).collect();
    if let Some(said) = said.filter(|said| fitting.contains(said)) {
        return said;
    }
    let &[first, second, ..] = &fitting[..] else { return fitting.first().copied().unwrap_or(DateOrder::YearMonthDay) };
    let has_rows = !sample.rows.is_empty();
    let days = |order| -> Vec<Vec<Date>> {
        columns.iter().map(|at| texts(*at).filter_map(|text| strict_day(text, order, month)).collect()).collect()
    };
    let (one, other) = (days(first), days(second));
    // Months by name, or the same day either way.
    if !has_rows || one == other {
        return first;
    }
    let dotted = columns.iter().flat_map(|at| texts(*at)).all(|text| text.contains('.'));
    if dotted && fitting.contains(&DateOrder::DayMonthYear) {
        return DateOrder::DayMonthYear;
    }
    let runs_on =
        |days: &[Vec<Date>]| days.first().is_some_and(|days| days.is_sorted() || days.iter().rev().is_sorted());
    match (runs_on(&one), runs_on(&other)) {
        (true, false) => first,
        (false, true) => second,
        _ => {
            doubts.push(Doubt::DateOrder);
            first
        }
    }
}

/// What stands before the decimals in some columns.
pub(crate) fn decimal_mark(sample: &Sample, columns: &[usize], doubts: &mut Vec<Doubt>) -> DecimalMark {
    let (mut points, mut commas, mut open_points, mut open_commas) = (0_usize, 0_usize, 0_usize, 0_usize);
    for text in columns.iter().flat_map(|at| sample.column(*at)) {
        let Some(last) = text.rfind(['.', ',']) else { continue };
        let is_comma = text.as_bytes()[last] == b',';
        let digits = text[last + 1..].bytes().take_while(u8::is_ascii_digit).count();
        let before = &text[..last];
        let is_mixed = before.contains(if is_comma { '.' } else { ',' });
        let repeats = before.contains(if is_comma { ',' } else { '.' });
        match (repeats, is_mixed || digits != 3) {
            // Twice the same: it parts thousands, and the other one decimals.
            (true, _) if is_comma => points += 1,
            (true, _) => commas += 1,
            (false, true) if is_comma => commas += 1,
            (false, true) => points += 1,
            (false, false) if is_comma => open_commas += 1,
            (false, false) => open_points += 1,
        }
    }
    if points == 0 && commas == 0 && open_points + open_commas > 0 {
        doubts.push(Doubt::DecimalMark);
        // Few currencies have three decimals, so that thousands are the likelier answer.
        commas = open_points;
        points = open_commas;
    }
    if commas > points { DecimalMark::Comma } else { DecimalMark::Point }
}
