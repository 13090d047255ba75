//! Rows read by a map of their columns.

use crate::note::{Fault, Note};
use crate::piece::{Line, ReferenceKind, number, some};
use crate::table::cell::{self, Month};
use crate::table::map::{Amount, Column, ColumnMap, DateOrder, DecimalMark};
use crate::table::rows::Row;
use crate::table::split::{Dialect, Found};
use crate::table::words;
use kernel::{Currency, Date, Money};
use std::sync::Arc;

/// Reads rows by a map.
pub(crate) struct Mapped {
    map: ColumnMap,
    /// Said from outside, for files that name none.
    currency: Option<Currency>,
    columns: Option<Columns>,
    preamble: Preamble,
    /// Whether a movement was met: what stands above the first needs no word.
    is_begun: bool,
}

/// A map's columns, by their numbers in this file.
struct Columns {
    booked_on: usize,
    value_on: Option<usize>,
    amount: AmountAt,
    balance: Option<usize>,
    currency: Option<usize>,
    account: Option<usize>,
    name: Option<usize>,
    counterparty_account: Option<usize>,
    counterparty_bank: Option<usize>,
    text: Vec<usize>,
    references: Vec<(ReferenceKind, usize)>,
    code: Option<usize>,
}

enum AmountAt {
    Signed(usize, bool),
    InOut(usize, usize, bool),
    Marked(usize, usize),
}

impl Mapped {
    pub fn new(map: ColumnMap, currency: Option<Currency>) -> Mapped {
        let mut mapped = Mapped { map, currency, columns: None, preamble: Preamble::default(), is_begun: false };
        mapped.restart();
        mapped
    }

    fn movement(&mut self, row: &mut Row, found: &mut Found) -> Result<bool, Fault> {
        let Some(columns) = &self.columns else { return Ok(false) };
        let warned = found.warnings.len();
        let (order, month) = (self.map.dates, self.preamble.month);
        let written = row.cell(columns.booked_on);
        let booked_on = cell::day(written, order, month, &mut found.warnings);
        let currency = columns.currency.and_then(|at| cell::currency(row.cell(at)));
        let currency = currency.or(self.map.currency).or(self.preamble.currency).or(self.currency);
        let Some(booked_on) = booked_on else {
            let looks_dated = written.starts_with(|c: char| c.is_ascii_digit()) && columns.amount.is_there(row);
            if looks_dated && order == DateOrder::MonthDay && month.is_none() {
                return Err(Fault::at(row.place, "dates_without_year"));
            }
            let is_below = self.is_begun || !self.map.names().is_empty();
            if looks_dated && row.cells.len() > columns.booked_on + 1 && is_below {
                return Err(Fault::unread_in(row.place, "date", written));
            }
            return Ok(false);
        };
        let Some(currency) = currency else {
            return Err(Fault::at(row.place, "no_currency"));
        };
        let mark = self.map.decimal_mark;
        let amount = columns.amount.read(row, currency, mark, &mut found.warnings);
        let amount = amount.map_err(|text| Fault::unread_in(row.place, "amount", text))?;
        found.balance = columns.balance.and_then(|at| cell::money(row.cell(at), currency, mark, &mut Vec::new()));
        let Some((amount, is_reversal)) = amount else {
            found.warnings.truncate(warned);
            return Ok(false);
        };
        let mut line = Line::of(row.place, amount);
        line.booked_on = Some(booked_on);
        line.value_on = columns.value_on.and_then(|at| cell::day(row.cell(at), order, month, &mut found.warnings));
        line.is_reversal = is_reversal;
        columns.describe(row, &mut line);
        match columns.account {
            Some(at) => same(&mut found.account, row.cell(at)),
            None => found.account.clone_from(&self.preamble.account),
        }
        line.raw = std::mem::take(&mut row.raw);
        found.lines.push(line);
        Ok(true)
    }
}

impl Dialect for Mapped {
    fn restart(&mut self) {
        self.preamble = Preamble::default();
        self.is_begun = false;
        self.columns = self.map.names().is_empty().then(|| Columns::of(&self.map, None)).flatten();
    }

    fn take(&mut self, row: &mut Row, found: &mut Found) -> Result<(), Fault> {
        if self.columns.is_none() {
            self.columns = Columns::of(&self.map, Some(row));
            if self.columns.is_none() {
                self.preamble.note(row);
            }
            return Ok(());
        }
        if self.movement(row, found)? {
            self.is_begun = true;
        } else if !self.is_begun && self.map.names().is_empty() {
            self.preamble.note(row);
        } else if !row.is_blank() && !is_heading(&self.map, row) {
            let first = row.cells.iter().map(cell::clean).find(|cell| !cell.is_empty()).unwrap_or_default();
            if !words::is_total(first) {
                found.warnings.push(Note::of("row_skipped").with("text", first));
            }
        }
        Ok(())
    }

    fn end(&mut self, found: &mut Found) -> Result<(), Fault> {
        if self.columns.is_none() {
            let names = self.map.names().join(", ");
            return Err(Fault::whole(Note::of("columns_missing").with("names", names)));
        }
        if !self.is_begun {
            found.account.clone_from(&self.preamble.account);
            found.currency = self.map.currency.or(self.preamble.currency).or(self.currency);
        }
        Ok(())
    }
}

/// The header again, at the top of a page.
fn is_heading(map: &ColumnMap, row: &Row) -> bool {
    matches!(&map.booked_on, Column::Named(name) if row.cells.iter().any(|cell| cell::clean(cell) == name))
}

/// Keeps an account's number that is the same as in the row before.
fn same(account: &mut Option<Arc<str>>, cell: &str) {
    let is_same = account.as_deref().unwrap_or_default() == cell;
    if !is_same {
        *account = number(cell).map(Arc::from);
    }
}

impl Columns {
    /// Where the columns stand; `None` where a name is missing in the header.
    fn of(map: &ColumnMap, header: Option<&Row>) -> Option<Columns> {
        let at = |column: &Column| match column {
            Column::At(at) => Some(*at),
            Column::Named(name) => header?.cells.iter().position(|cell| cell::clean(cell) == name),
        };
        let maybe = |column: &Option<Column>| match column {
            Some(column) => at(column).map(Some),
            None => Some(None),
        };
        let amount = match &map.amount {
            Amount::Signed { column, is_turned } => AmountAt::Signed(at(column)?, *is_turned),
            Amount::InOut { money_in, money_out, out_is_negative } => {
                AmountAt::InOut(at(money_in)?, at(money_out)?, *out_is_negative)
            }
            Amount::Marked { column, mark } => AmountAt::Marked(at(column)?, at(mark)?),
        };
        let reference = |one: &crate::table::map::ReferenceColumn| Some((one.kind, at(&one.column)?));
        Some(Columns {
            booked_on: at(&map.booked_on)?,
            value_on: maybe(&map.value_on)?,
            amount,
            balance: maybe(&map.balance)?,
            currency: maybe(&map.currency_column)?,
            account: maybe(&map.account)?,
            name: maybe(&map.name)?,
            counterparty_account: maybe(&map.counterparty_account)?,
            counterparty_bank: maybe(&map.counterparty_bank)?,
            text: map.text.iter().map(at).collect::<Option<_>>()?,
            references: map.references.iter().map(reference).collect::<Option<_>>()?,
            code: maybe(&map.code)?,
        })
    }

    fn describe(&self, row: &Row, line: &mut Line) {
        let cell = |at: Option<usize>| at.map_or("", |at| row.cell(at));
        line.counterparty.name = some(cell(self.name));
        line.counterparty.account = number(cell(self.counterparty_account));
        line.counterparty.bank = some(cell(self.counterparty_bank));
        line.code = some(cell(self.code));
        line.text.reserve(self.text.iter().map(|at| row.cell(*at).len() + 1).sum());
        for at in &self.text {
            join(&mut line.text, row.cell(*at));
        }
        for (kind, at) in &self.references {
            line.refer(*kind, row.cell(*at));
        }
    }
}

/// Adds words to a text, a blank between two, unless it says them already.
pub(crate) fn join(text: &mut String, more: &str) {
    if more.is_empty() || text.contains(more) {
        return;
    }
    text.reserve(more.len() + 1);
    // Most cells have one blank between words already.
    let is_blank = |byte: u8| byte <= b' ' || byte == b'\xe3' || byte == b'\xc2';
    if !more.as_bytes().windows(2).any(|pair| is_blank(pair[0]) && (pair[0] != b' ' || is_blank(pair[1]))) {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(more);
        return;
    }
    for word in more.split_whitespace() {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(word);
    }
}

impl AmountAt {
    fn is_there(&self, row: &Row) -> bool {
        let is = |at: &usize| row.cell(*at).bytes().any(|b| b.is_ascii_digit());
        match self {
            AmountAt::Signed(at, _) | AmountAt::Marked(at, _) => is(at),
            AmountAt::InOut(money_in, money_out, _) => is(money_in) || is(money_out),
        }
    }

    /// The amount with its sign, and whether it takes another back; nothing where no cell has one, the text where it is none.
    fn read<'a>(
        &self,
        row: &'a Row,
        currency: Currency,
        mark: DecimalMark,
        warnings: &mut Vec<Note>,
    ) -> Result<Option<(Money, bool)>, &'a str> {
        let mut money = |at: usize| match row.cell(at) {
            "" => Ok(None),
            text => cell::money(text, currency, mark, warnings).map(Some).ok_or(text),
        };
        let turned = |amount: Money| Money::new(-amount.minor(), currency);
        match *self {
            AmountAt::Signed(at, is_turned) => {
                Ok(money(at)?.map(|amount| (if is_turned { turned(amount) } else { amount }, false)))
            }
            AmountAt::InOut(money_in, money_out, out_is_negative) => {
                let (into, out) = (money(money_in)?, money(money_out)?);
                if into.is_none() && out.is_none() {
                    return Ok(None);
                }
                let (into, out) = (into.map_or(0, Money::minor), out.map_or(0, Money::minor));
                let out = if out_is_negative { out } else { -out };
                let is_reversal = into < 0 || out > 0;
                Ok(Some((Money::new(into + out, currency), is_reversal)))
            }
            AmountAt::Marked(at, mark) => {
                let Some(amount) = money(at)? else { return Ok(None) };
                let text = row.cell(mark);
                let is_in = cell::is_in(text).ok_or(text)?;
                Ok(Some((if is_in { amount } else { turned(amount) }, amount.is_negative())))
            }
        }
    }
}

/// What stands above the rows.
#[derive(Debug, Default)]
pub(crate) struct Preamble {
    pub account: Option<Arc<str>>,
    pub currency: Option<Currency>,
    pub month: Option<Month>,
    /// Whether it is a card's, whose statements count what was spent.
    pub is_card: bool,
}

impl Preamble {
    /// Looks for the account, the currency and the month: `账号：6222…`, `币种,人民币`, `Currency: CAD`.
    pub fn note(&mut self, row: &Row) {
        let cells: Vec<&str> = row.cells.iter().map(cell::clean).filter(|cell| !cell.is_empty()).collect();
        for (at, text) in cells.iter().enumerate() {
            self.month = self.month.or_else(|| Month::of(text));
            self.is_card |= text.contains("信用卡") || text.to_lowercase().contains("credit card");
            let (name, value) = match text.split_once([':', '：']) {
                Some((name, value)) if !cell::clean(value).is_empty() => (name, value),
                _ => (*text, cells.get(at + 1).copied().unwrap_or_default()),
            };
            let name = name.trim_end_matches([':', '：', ' ']).to_lowercase();
            let value = cell::clean(value).trim_matches(['[', ']', '【', '】']);
            let ends = |words: &[&str]| words.iter().any(|word| name.ends_with(word));
            if self.account.is_none()
                && ends(&[
                    "账号",
                    "卡号",
                    "账户",
                    "account",
                    "account number",
                    "account no",
                    "iban",
                    "konto",
                    "kontonummer",
                ])
            {
                self.account = account(value);
            }
            if self.currency.is_none() && ends(&["币种", "货币", "currency", "währung"]) {
                self.currency = cell::currency(value);
            }
        }
    }
}

/// The number at the beginning of a text, if it is long enough for an account's; or an address of mail, which is one of Alipay's.
fn account(text: &str) -> Option<Arc<str>> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || "*@._- ".contains(c);
    let end = text.find(|c| !is_part(c)).unwrap_or(text.len());
    let found = number(&text[..end])?;
    let digits = found.bytes().filter(|b| b.is_ascii_digit() || *b == b'*').count();
    (digits >= 4 || found.contains('@')).then(|| Arc::from(found))
}

/// Whether a day is written in a cell, whatever its order.
pub(crate) fn strict_day(text: &str, order: DateOrder, month: Option<Month>) -> Option<Date> {
    let mut warnings = Vec::new();
    cell::day(text, order, month, &mut warnings).filter(|_| warnings.is_empty())
}
