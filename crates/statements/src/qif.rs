//! QIF: a field a line, each by its first letter, and `^` behind each movement.
//!
//! The format names neither currency nor the order of day and month; the currency is said from outside, the order is the one in which
//! every date of the file is a day (the American where both are). So a file is read as a whole; it is a page long.

use crate::note::{Fault, Note};
use crate::piece::{Closing, Line, Opening, Piece, ReferenceKind, some};
use crate::text::Lines;
use crate::{amount, date};
use kernel::{Currency, Date};
use std::io::BufRead;

/// More movements than any program exports.
const MOVEMENTS_MAX: usize = 200_000;

/// And more of what they say.
const BYTES_MAX: usize = 64 * 1024 * 1024;
/// A movement is no longer.
const RECORD_BYTES_MAX: usize = 64 * 1024;

/// The pieces of a file.
pub(crate) struct Qif {
    pieces: std::vec::IntoIter<Piece>,
}

/// The movements of one account.
#[derive(Default)]
struct Account {
    name: Option<String>,
    records: Vec<Record>,
    /// Movements of securities, which are no money.
    left_out: u64,
}

/// The fields of one movement; of an account its name is where a movement has its number.
#[derive(Default)]
struct Record {
    place: u64,
    date: String,
    amount: Option<String>,
    payee: String,
    memo: String,
    number: String,
    raw: String,
}

/// The order of the numbers of a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    MonthDayYear,
    DayMonthYear,
    YearMonthDay,
}

impl Qif {
    pub fn read<R: BufRead>(input: R, currency: Option<Currency>) -> Result<Qif, Fault> {
        let currency = currency.ok_or_else(|| Fault::whole("no_currency"))?;
        let accounts = accounts(input)?;
        let order = order(accounts.iter().flat_map(|account| &account.records))?;
        let mut pieces = Vec::new();
        for account in accounts {
            account.read(currency, order, &mut pieces)?;
        }
        Ok(Qif { pieces: pieces.into_iter() })
    }
}

/// In which order every date has its numbers, and whether another fits as well. Only Europeans part them with points.
fn order<'a>(records: impl Iterator<Item = &'a Record> + Clone) -> Result<(Order, bool), Fault> {
    let mut first = records.clone().peekable();
    let place = first.peek().map_or(1, |record| record.place);
    let is_european = first.peek().is_some() && first.all(|record| record.date.contains('.'));
    let mut orders = [Order::MonthDayYear, Order::DayMonthYear, Order::YearMonthDay];
    if is_european {
        orders.swap(0, 1);
    }
    let fits = |order: &Order| records.clone().all(|record| day(&record.date, *order, &mut Vec::new()).is_some());
    let mut fitting = orders.into_iter().filter(fits);
    let Some(order) = fitting.next() else {
        return Err(Fault::at(place, "dates_unordered"));
    };
    Ok((order, !is_european && fitting.next().is_some()))
}

impl Account {
    fn read(self, currency: Currency, order: (Order, bool), pieces: &mut Vec<Piece>) -> Result<(), Fault> {
        let (mut closing, mut warnings) = (Closing::default(), Vec::new());
        pieces.push(Piece::Opens(Opening { account: self.name, currency: Some(currency), ..Opening::default() }));
        let (order, is_either) = order;
        if is_either && !self.records.is_empty() {
            warnings.push("date_order".into());
        }
        if self.left_out > 0 {
            warnings.push(Note::of("left_out").with("count", self.left_out));
        }
        for record in self.records {
            let amount = record.amount.as_deref().and_then(|text| amount::read(text, currency, &mut warnings));
            let amount = amount.ok_or_else(|| Fault::unread(record.place, "amount"))?;
            let mut line = Line::of(record.place, amount);
            line.booked_on = day(&record.date, order, &mut warnings);
            line.value_on = line.booked_on;
            line.counterparty.name = some(&record.payee);
            line.text = record.memo.split_whitespace().collect::<Vec<_>>().join(" ");
            let is_word = record.number.chars().all(char::is_alphabetic);
            if is_word {
                line.code = some(&record.number);
            } else {
                line.refer(ReferenceKind::Own, &record.number);
            }
            line.raw = record.raw;
            pieces.push(Piece::Line(Box::new(line)));
        }
        closing.note(&mut warnings);
        pieces.push(Piece::Closes(closing));
        Ok(())
    }
}

/// What a list in the file is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum List {
    Money,
    Investments,
    /// Accounts, whose names stand before their movements.
    Accounts,
    /// Categories and the like.
    Other,
}

impl List {
    fn of(kind: &str) -> List {
        let kind = kind.to_ascii_lowercase();
        let starts = |words: &[&str]| words.iter().any(|word| kind.starts_with(word));
        match () {
            () if kind.starts_with("account") => List::Accounts,
            () if starts(&["type:bank", "type:ccard", "type:cash", "type:oth"]) => List::Money,
            () if starts(&["type:invst", "type:port"]) => List::Investments,
            () => List::Other,
        }
    }
}

/// The lists of a file, an account each.
fn accounts<R: BufRead>(input: R) -> Result<Vec<Account>, Fault> {
    let (mut lines, mut record, mut accounts) = (Lines::new(input), Record::default(), Vec::new());
    let (mut list, mut name, mut movements, mut bytes) = (List::Money, None, 0_usize, 0_usize);
    while let Some((place, line)) = lines.next()? {
        bytes += line.len();
        let line = line.trim_start_matches('\u{feff}').trim_end();
        if let Some(kind) = line.strip_prefix('!') {
            let is_list = ["type:", "account"].iter().any(|word| kind.to_ascii_lowercase().starts_with(word));
            if is_list {
                list = List::of(kind);
                if matches!(list, List::Money | List::Investments) {
                    accounts.push(Account { name: name.take(), ..Account::default() });
                }
            }
            continue;
        }
        if !line.starts_with('^') {
            record.take(place, line)?;
            continue;
        }
        movements += 1;
        if movements > MOVEMENTS_MAX || bytes > BYTES_MAX {
            return Err(Fault::at(place, Note::of("too_many").with("what", "movements")));
        }
        let done = std::mem::take(&mut record);
        match list {
            List::Accounts => name = some(&done.number),
            List::Other => {}
            List::Money | List::Investments => keep(done, list, &mut accounts),
        }
    }
    if list == List::Money {
        // Programs leave out the last mark, but say who was paid behind the amount; of `T300.00` the file may have `T30`.
        if record.raw.lines().next_back().is_some_and(|last| last.starts_with(['T', 'U'])) {
            return Err(Fault::at(record.place, "cut_off"));
        }
        keep(record, list, &mut accounts);
    }
    if accounts.is_empty() {
        return Err(Fault::whole("no_statement"));
    }
    Ok(accounts)
}

/// Puts a movement to the account that was named last.
fn keep(record: Record, list: List, accounts: &mut Vec<Account>) {
    if record.amount.is_none() && record.date.is_empty() {
        return;
    }
    if accounts.is_empty() {
        accounts.push(Account::default());
    }
    let Some(account) = accounts.last_mut() else { return };
    match list {
        List::Money => account.records.push(record),
        _ => account.left_out += 1,
    }
}

impl Record {
    /// A field by its letter. Those of splits (`S`, `E`, `$`) say how the amount is divided, and stand in what the line was read from.
    fn take(&mut self, place: u64, line: &str) -> Result<(), Fault> {
        let Some(letter) = line.chars().next() else { return Ok(()) };
        if self.raw.len() + line.len() > RECORD_BYTES_MAX {
            return Err(Fault::too_long(place, "transaction"));
        }
        let value = line[letter.len_utf8()..].trim();
        if self.raw.is_empty() {
            self.place = place;
        } else {
            self.raw.push('\n');
        }
        self.raw.push_str(line);
        match letter {
            'D' => value.clone_into(&mut self.date),
            'T' => self.amount = Some(value.to_owned()),
            'U' if self.amount.is_none() => self.amount = Some(value.to_owned()),
            'P' => value.clone_into(&mut self.payee),
            'M' => value.clone_into(&mut self.memo),
            'N' => value.clone_into(&mut self.number),
            _ => {}
        }
        Ok(())
    }
}

/// `11/28/26`, `28.11.2026`, `11/28'26`, `11/28' 6`, `2026-11-28`. Two digits are a year of this century behind an apostrophe, and as
/// banks have it elsewhere (see [`date::digits`]).
fn day(text: &str, order: Order, warnings: &mut Vec<Note>) -> Option<Date> {
    let parts: Vec<&str> = text.split(['/', '.', '-', '\'']).map(str::trim).filter(|part| !part.is_empty()).collect();
    let [a, b, c] = parts[..] else { return None };
    let (year, month, day) = match order {
        Order::MonthDayYear => (c, a, b),
        Order::DayMonthYear => (c, b, a),
        Order::YearMonthDay => (a, b, c),
    };
    let number: i16 = year.parse().ok()?;
    let year = match year.len() {
        1 | 2 if order == Order::YearMonthDay => return None,
        1 | 2 if number > 79 && !text.contains('\'') => 1900 + number,
        1 | 2 => 2000 + number,
        4 => number,
        _ => return None,
    };
    let month: i8 = month.parse().ok()?;
    (1..=12).contains(&month).then_some(())?;
    date::day(year, month, day.parse().ok()?, warnings)
}

impl Iterator for Qif {
    type Item = Result<Piece, Fault>;

    fn next(&mut self) -> Option<Result<Piece, Fault>> {
        self.pieces.next().map(Ok)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn years_of_two_digits() {
        for (text, order, date) in [
            ("1/31'26", Order::MonthDayYear, Some("2026-01-31")),
            ("1/31' 6", Order::MonthDayYear, Some("2006-01-31")),
            ("1/31'94", Order::MonthDayYear, Some("2094-01-31")),
            ("1/31/94", Order::MonthDayYear, Some("1994-01-31")),
            (" 6/ 1/26", Order::MonthDayYear, Some("2026-06-01")),
            ("31.01.26", Order::DayMonthYear, Some("2026-01-31")),
            ("2026-01-31", Order::YearMonthDay, Some("2026-01-31")),
            ("26-01-31", Order::YearMonthDay, None),
            ("13/13/2026", Order::MonthDayYear, None),
            ("1/31", Order::MonthDayYear, None),
        ] {
            let read = day(text, order, &mut Vec::new()).map(|date| date.to_string());
            assert_eq!(read.as_deref(), date, "{text}");
        }
    }
}
