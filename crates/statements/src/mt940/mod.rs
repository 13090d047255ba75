//! SWIFT MT940 and MT942, in the dialects of banks.
//!
//! A message is a run of fields, each a tag at the beginning of a line and all up to the next. What stands before the first tag, about
//! a message in braces, and behind its `-` is envelope. A statement that goes on over several messages has `M` in the place of `F`
//! in the tags of its balances (`:60M:`, `:62M:`): only the last is final.

mod details;
mod entry;

use crate::amount;
use crate::date;
use crate::piece::{Balance, Closing, Fault, Line, Opening, Piece, Warning, number, some};
use crate::reader::Reader;
use crate::text::Lines;
use kernel::{Currency, Money};
use std::collections::VecDeque;
use std::io::BufRead;

/// A tag with what stands behind it, lines parted by `\n`.
struct Field {
    place: u64,
    tag: String,
    text: String,
}

/// The pieces of a file.
pub(crate) struct Mt940<R> {
    fields: Fields<R>,
    at_hand: VecDeque<Piece>,
    message: Message,
    open: Option<Open>,
    line: Option<Line>,
    warnings: Vec<Warning>,
}

/// What the head of a message says.
#[derive(Default)]
struct Message {
    account: Option<String>,
    number: Option<String>,
    currency: Option<Currency>,
}

/// The statement that is being read.
struct Open {
    account: Option<String>,
    currency: Option<Currency>,
    closing: Closing,
    moved_minor: i128,
    /// It goes on in the next message.
    is_continued: bool,
}

impl<R: BufRead> Mt940<R> {
    pub fn new(input: R) -> Mt940<R> {
        Mt940 {
            fields: Fields { lines: Lines::new(input), next: None },
            at_hand: VecDeque::new(),
            message: Message::default(),
            open: None,
            line: None,
            warnings: Vec::new(),
        }
    }

    fn take(&mut self, field: Field) -> Result<(), Fault> {
        let text = field.text.trim();
        match field.tag.as_str() {
            "20" => {
                self.end_line();
                if self.open.as_ref().is_none_or(|open| !open.is_continued) {
                    self.close();
                }
                self.message = Message::default();
            }
            "25" => self.message.account = number(text.lines().next().unwrap_or_default()),
            "28C" | "28" => self.message.number = some(text),
            "60F" | "60M" => self.begin(&field)?,
            "34F" => self.message.currency = text.get(..3).and_then(|code| Currency::parse(code).ok()),
            "61" => {
                self.end_line();
                let currency = self.in_a_statement(&field)?;
                let line = entry::read(field.place, &field.text, currency, &mut self.warnings)?;
                self.line = Some(line);
            }
            "86" => {
                // Behind the closing balance it tells of the statement as a whole.
                if let Some(line) = &mut self.line {
                    line.raw = format!("{}\n:86:{}", line.raw, field.text);
                    details::read(&field.text, line);
                }
            }
            "62F" | "62M" => {
                self.end_line();
                let balance = self.balance(&field)?;
                let open = self.open.get_or_insert_with(|| opened(&self.message, None));
                open.closing.closing = Some(balance);
                open.is_continued = field.tag == "62M";
            }
            "64" | "65" | "13D" | "90D" | "90C" | "21" | "940" | "942" => self.end_line(),
            // A bank's own: its words belong to the line.
            _ => {
                if let Some(line) = &mut self.line {
                    line.raw = format!("{}\n:{}:{}", line.raw, field.tag, field.text);
                    let joined = field.text.split_whitespace().collect::<Vec<_>>().join(" ");
                    line.text = [line.text.as_str(), joined.as_str()].join(" ").trim().to_owned();
                }
            }
        }
        Ok(())
    }

    /// An opening balance begins a statement, or the next page of one.
    fn begin(&mut self, field: &Field) -> Result<(), Fault> {
        self.end_line();
        let balance = self.balance(field)?;
        let goes_on = self.open.as_ref().is_some_and(|open| {
            let same = open.account == self.message.account && open.currency == Some(balance.amount.currency());
            open.is_continued && field.tag == "60M" && same
        });
        if goes_on {
            return Ok(());
        }
        self.close();
        let open = opened(&self.message, Some(balance));
        self.opens(&open);
        self.open = Some(open);
        Ok(())
    }

    fn opens(&mut self, open: &Open) {
        let opening =
            Opening { account: open.account.clone(), number: self.message.number.clone(), currency: open.currency };
        self.at_hand.push_back(Piece::Opens(opening));
    }

    /// The currency of the statement that a line belongs to; an MT942 has no opening balance.
    fn in_a_statement(&mut self, field: &Field) -> Result<Currency, Fault> {
        if self.open.is_none() {
            let open = opened(&self.message, None);
            self.opens(&open);
            self.open = Some(open);
        }
        let known = self.open.as_ref().and_then(|open| open.currency);
        known.ok_or_else(|| Fault::at(field.place, "A line stands before any balance that names a currency."))
    }

    /// `C260131EUR1234,56`
    fn balance(&mut self, field: &Field) -> Result<Balance, Fault> {
        let wrong =
            || Fault::at(field.place, format!("The balance :{}:{} cannot be read.", field.tag, short(&field.text)));
        let text: String = field.text.split_whitespace().collect();
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
            open.closing.warnings.append(&mut self.warnings);
        }
        self.at_hand.push_back(Piece::Line(Box::new(line)));
    }

    fn close(&mut self) {
        self.end_line();
        let Some(mut open) = self.open.take() else { return };
        open.closing.warnings.append(&mut self.warnings);
        if open.closing.closing.is_none() || open.is_continued {
            let detail = "the file ends before the final balance".to_owned();
            open.closing.warnings.push(Warning { code: "not_closed", detail });
        }
        open.closing.check(open.moved_minor);
        self.at_hand.push_back(Piece::Closes(open.closing));
    }
}

fn opened(message: &Message, balance: Option<Balance>) -> Open {
    Open {
        account: message.account.clone(),
        currency: balance.map(|balance| balance.amount.currency()).or(message.currency),
        closing: Closing { opening: balance, ..Closing::default() },
        moved_minor: 0,
        is_continued: false,
    }
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
                Ok(false)
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

impl<R: BufRead> Fields<R> {
    fn next(&mut self) -> Result<Option<Field>, Fault> {
        while let Some((place, line)) = self.lines.next()? {
            if let Some((tag, text)) = tagged(&line) {
                let field = Field { place, tag: tag.to_owned(), text: text.to_owned() };
                if let Some(done) = self.next.replace(field) {
                    return Ok(Some(done));
                }
                continue;
            }
            let is_end = line.trim() == "-" || line.starts_with("-}");
            match &mut self.next {
                Some(_) if is_end || line.starts_with('{') => {
                    let done = self.next.take();
                    return Ok(done);
                }
                Some(field) => {
                    field.text.push('\n');
                    field.text.push_str(&line);
                }
                None => {}
            }
        }
        Ok(self.next.take())
    }
}

/// Splits `:61:…` into tag and text. A tag is two or three digits and perhaps a letter, or a bank's own two letters.
fn tagged(line: &str) -> Option<(&str, &str)> {
    let line = line.trim_start_matches(|c: char| c.is_control() || c == '\u{feff}');
    // Behind the head of a message in braces a tag may stand on the same line.
    let line = line.rfind("{4:").map_or(line, |at| &line[at + 3..]);
    let (tag, text) = line.strip_prefix(':')?.split_once(':')?;
    let digits = tag.bytes().take_while(u8::is_ascii_digit).count();
    let letters = tag.len() - digits;
    let is_tag = match (digits, letters) {
        (2, 0 | 1) | (3, 0) => tag.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase()),
        (0, 2) => tag.bytes().all(|b| b.is_ascii_uppercase()),
        _ => false,
    };
    is_tag.then_some((tag, text))
}
