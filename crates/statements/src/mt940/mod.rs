//! SWIFT MT940 and MT942, in the dialects of banks.
//!
//! A message is a run of fields, each a tag at the beginning of a line and all up to the next. What stands before the first tag, about
//! a message in braces, and behind its `-` is envelope. A statement that goes on over several messages has `M` in the place of `F`
//! in the tags of its balances (`:60M:`, `:62M:`): only the last is final.

mod details;
mod entry;

use crate::amount;
use crate::date;
use crate::note::{Fault, Note};
use crate::piece::{Balance, Closing, Line, Opening, Piece, number, some};
use crate::reader::Reader;
use crate::text::Lines;
use kernel::{Currency, Money};
use std::collections::VecDeque;
use std::io::BufRead;

/// A tag with what stands behind it, lines parted by `\n`.
struct Field {
    place: u64,
    /// `:61:260131…`
    whole: String,
    /// Where the tag ends.
    end: usize,
    /// Nothing comes behind it in the file, not even what ends a message.
    is_last: bool,
}

impl Field {
    /// A field that begins with a line; the line where it begins with no tag. Two letters are a bank's own tag; other numbers stand
    /// where a time was broken over two lines.
    fn begun(place: u64, mut line: String) -> Result<Field, String> {
        let start = line.len() - line.trim_start_matches(|c: char| c.is_control() || c == '\u{feff}').len();
        // Behind the head of a message in braces a tag may stand on the same line.
        let is_head = line[start..].starts_with('{');
        let start = if is_head { line.rfind("{4:").map_or(start, |at| at + 3) } else { start };
        let tag = line[start..].strip_prefix(':').and_then(|rest| rest.split_once(':')).map(|(tag, _)| tag);
        let is_own = |tag: &str| tag.len() == 2 && tag.bytes().all(|b| b.is_ascii_uppercase());
        let Some(tag) = tag.filter(|tag| TAGS.contains(tag) || is_own(tag)) else { return Err(line) };
        let end = 1 + tag.len();
        if start > 0 {
            line.drain(..start);
        }
        Ok(Field { place, whole: line, end, is_last: false })
    }

    fn tag(&self) -> &str {
        &self.whole[1..self.end]
    }

    fn text(&self) -> &str {
        &self.whole[self.end + 1..]
    }

    fn first(&self) -> &str {
        self.text().lines().next().unwrap_or_default().trim()
    }
}

/// The pieces of a file.
pub(crate) struct Mt940<R> {
    fields: Fields<R>,
    at_hand: VecDeque<Piece>,
    message: Message,
    open: Option<Open>,
    line: Option<Line>,
    warnings: Vec<Note>,
    /// The currency that somebody said, for parts of messages that name none.
    said: Option<Currency>,
    /// Something was said of an account.
    has_statements: bool,
}

/// What the head of a message says.
#[derive(Default)]
struct Message {
    account: Option<String>,
    number: Option<String>,
    currency: Option<Currency>,
    /// An MT942, which has no balances.
    is_interim: bool,
}

/// The statement that is being read.
struct Open {
    account: Option<String>,
    currency: Currency,
    closing: Closing,
    moved_minor: i128,
    /// What the bank expects, and has not booked.
    expected: u64,
    is_interim: bool,
    /// It goes on in the next message.
    is_continued: bool,
}

impl<R: BufRead> Mt940<R> {
    pub fn new(input: R, said: Option<Currency>) -> Mt940<R> {
        Mt940 {
            fields: Fields { lines: Lines::new(input), next: None },
            at_hand: VecDeque::new(),
            message: Message::default(),
            open: None,
            line: None,
            warnings: Vec::new(),
            said,
            has_statements: false,
        }
    }

    fn take(&mut self, field: Field) -> Result<(), Fault> {
        match field.tag() {
            "20" => {
                self.end_line();
                if self.open.as_ref().is_none_or(|open| !open.is_continued) {
                    self.close();
                }
                self.message = Message::default();
            }
            "25" => (self.message.account, self.message.currency) = account(field.first()),
            "28C" | "28" => self.message.number = some(field.first()),
            "60F" | "60M" => self.begin(&field)?,
            "61" => self.entry(field)?,
            "86" => {
                // Behind the closing balance it tells of the statement as a whole.
                if let Some(line) = &mut self.line {
                    note(&field, line)?;
                    details::read(field.text(), line);
                }
            }
            "62F" | "62M" => {
                self.end_line();
                let balance = self.balance(&field)?;
                let open = self.opened(balance.amount.currency());
                open.closing.closing = Some(balance);
                open.is_continued = field.tag() == "62M";
            }
            "13" | "13D" | "34F" | "90C" | "90D" => self.interim(&field),
            "21" | "28D" | "64" | "65" | "940" | "942" => self.end_line(),
            // A bank's own: its words belong to the line.
            _ => {
                if let Some(line) = &mut self.line {
                    note(&field, line)?;
                    details::unnamed(field.text(), line);
                }
            }
        }
        Ok(())
    }

    /// An opening balance begins a statement, or the next page of one.
    fn begin(&mut self, field: &Field) -> Result<(), Fault> {
        self.end_line();
        let balance = self.balance(field)?;
        let page = self.open.as_mut().filter(|open| {
            let same = open.account == self.message.account && open.currency == balance.amount.currency();
            open.is_continued && field.tag() == "60M" && same
        });
        if let Some(open) = page {
            let before = open.closing.closing.map(|balance| balance.amount);
            if before.is_some_and(|before| before != balance.amount) {
                self.warnings.push(Note::of("pages_differ").with("amount", balance.amount));
            }
            return Ok(());
        }
        self.close();
        self.opened(balance.amount.currency()).closing.opening = Some(balance);
        Ok(())
    }

    /// The statement that is being read; begins one where none is.
    fn opened(&mut self, currency: Currency) -> &mut Open {
        let (message, at_hand) = (&self.message, &mut self.at_hand);
        self.has_statements = true;
        self.open.get_or_insert_with(|| {
            let (account, number) = (message.account.clone(), message.number.clone());
            at_hand.push_back(Piece::Opens(Opening {
                account: account.clone(),
                number,
                currency: Some(currency),
                is_notice: false,
            }));
            Open {
                account,
                currency,
                closing: Closing::default(),
                moved_minor: 0,
                expected: 0,
                is_interim: message.is_interim,
                is_continued: false,
            }
        })
    }

    fn entry(&mut self, field: Field) -> Result<(), Fault> {
        self.end_line();
        let known = self.open.as_ref().map(|open| open.currency).or(self.message.currency).or(self.said);
        let unknown = || Fault::at(field.place, "no_currency");
        let currency = known.ok_or_else(unknown)?;
        let mut entry = entry::read(field.place, field.text(), currency, &mut self.warnings)?;
        // Of `C125000,00NTRF` the file may have `C125`: that reads well, and is another amount.
        if field.is_last && !entry.has_type {
            return Err(Fault::at(field.place, "cut_off"));
        }
        entry.line.raw = field.whole;
        let open = self.opened(currency);
        if entry.is_booked {
            self.line = Some(entry.line);
        } else {
            open.expected += 1;
        }
        Ok(())
    }

    /// Floor limits, the hour and the sums of an MT942, of which the currency alone is needed: `EURD0,`, `2EUR100,`.
    fn interim(&mut self, field: &Field) {
        self.end_line();
        let text = field.text().trim_start_matches(|c: char| c.is_ascii_digit() || c.is_whitespace());
        let said = text.get(..3).and_then(|code| Currency::parse(code).ok());
        self.message.currency = self.message.currency.or(said);
        if self.open.as_ref().is_none_or(|open| open.closing.opening.is_none()) {
            self.message.is_interim = true;
        }
        // Its sums end it, though it may have no line.
        if let (true, Some(currency)) = (field.tag().starts_with("90"), self.message.currency) {
            self.opened(currency);
        }
    }

    /// `C260131EUR1234,56`
    fn balance(&mut self, field: &Field) -> Result<Balance, Fault> {
        let wrong = || Fault::unread_in(field.place, "balance", &format!(":{}:{}", field.tag(), short(field.text())));
        let text: String = field.first().split_whitespace().collect();
        let negative = match text.get(..1) {
            Some("C") => false,
            Some("D") => true,
            _ => return Err(wrong()),
        };
        let (day, currency, amount) = (text.get(1..7), text.get(7..10), text.get(10..));
        let currency = currency.and_then(|code| Currency::parse(code).ok()).ok_or_else(wrong)?;
        let amount = amount.and_then(|text| amount::read(text, currency, &mut self.warnings)).ok_or_else(wrong)?;
        let amount = if negative { Money::new(-amount.minor(), currency) } else { amount };
        let date = day.and_then(|day| date::digits(day, &mut self.warnings));
        Ok(Balance { amount, date })
    }

    fn end_line(&mut self) {
        let Some(line) = self.line.take() else { return };
        if let Some(open) = &mut self.open {
            open.moved_minor += i128::from(line.amount.minor());
            open.closing.note(&mut self.warnings);
        }
        self.at_hand.push_back(Piece::Line(Box::new(line)));
    }

    fn close(&mut self) {
        self.end_line();
        let Some(mut open) = self.open.take() else { return };
        let closing = &mut open.closing;
        closing.note(&mut self.warnings);
        if open.expected > 0 {
            closing.warnings.push(Note::of("not_booked").with("count", open.expected));
        }
        if !open.is_interim && (closing.closing.is_none() || open.is_continued) {
            closing.warnings.push("not_closed".into());
        }
        closing.check(open.moved_minor);
        self.at_hand.push_back(Piece::Closes(open.closing));
    }
}

/// A number of an account, with a currency behind it where the bank writes one: `NL91ABNA0417164300 EUR`, `10020030/1234567EUR`.
fn account(text: &str) -> (Option<String>, Option<Currency>) {
    let split = text.len().checked_sub(3).filter(|at| text.is_char_boundary(*at)).map(|at| text.split_at(at));
    let known = split.and_then(|(before, code)| Some((before, Currency::parse(code).ok()?)));
    let Some((before, currency)) = known.filter(|(before, _)| before.ends_with(|c: char| !c.is_alphabetic())) else {
        return (number(text), None);
    };
    (number(before.trim_end_matches(['/', ' '])), Some(currency))
}

/// Keeps what a field says of a line, word for word.
fn note(field: &Field, line: &mut Line) -> Result<(), Fault> {
    if line.raw.len() + field.whole.len() > FIELD_BYTES_MAX {
        return Err(Fault::too_long(field.place, "transaction"));
    }
    line.raw.push('\n');
    line.raw.push_str(&field.whole);
    Ok(())
}

/// The beginning of a text, for a sentence.
fn short(text: &str) -> String {
    let line: String = text.lines().next().unwrap_or_default().chars().take(40).collect();
    line.trim().to_owned()
}

impl<R: BufRead + Send> Reader for Mt940<R> {
    fn step(&mut self) -> Result<bool, Fault> {
        match self.fields.next()? {
            Some(field) => self.take(field).map(|()| true),
            None => {
                self.close();
                let nothing = Fault::whole("no_statement");
                if self.has_statements { Ok(false) } else { Err(nothing) }
            }
        }
    }

    fn at_hand(&mut self) -> &mut VecDeque<Piece> {
        &mut self.at_hand
    }
}

/// The fields of a file.
struct Fields<R> {
    lines: Lines<R>,
    next: Option<Field>,
}

/// What a bank says of a line fits into some hundred characters.
const FIELD_BYTES_MAX: usize = 256 * 1024;

impl<R: BufRead> Fields<R> {
    fn next(&mut self) -> Result<Option<Field>, Fault> {
        // A colon that a tag was broken behind.
        let mut colon = "";
        while let Some((place, line)) = self.lines.next()? {
            let line = if colon.is_empty() { line } else { [colon, &line].concat() };
            colon = "";
            if line.trim() == ":" {
                colon = ":";
                continue;
            }
            let line = match Field::begun(place, line) {
                Ok(field) => match self.next.replace(field) {
                    Some(done) => return Ok(Some(done)),
                    None => continue,
                },
                Err(line) => line,
            };
            match &mut self.next {
                Some(_) if is_envelope(&line) => return Ok(self.next.take()),
                Some(field) => {
                    if field.whole.len() + line.len() > FIELD_BYTES_MAX {
                        return Err(Fault::too_long(field.place, "value"));
                    }
                    field.whole.push('\n');
                    field.whole.push_str(&line);
                }
                None => {}
            }
        }
        Ok(self.next.take().map(|field| Field { is_last: true, ..field }))
    }
}

/// What ends a message, or begins the next.
fn is_envelope(line: &str) -> bool {
    let line = line.trim_end();
    line == "-" || line == "-XXX" || line.starts_with("-}") || line.starts_with("{1:")
}

/// The tags of MT940 and MT942, and what a bank writes before them.
const TAGS: [&str; 21] = [
    "61", "86", "20", "21", "25", "28", "28C", "28D", "60F", "60M", "62F", "62M", "64", "65", "13", "13D", "34F",
    "90C", "90D", "940", "942",
];
