//! OFX 1 (SGML, elements of a value are not closed) and OFX 2 (XML): the same names, read the same way.
//!
//! `TRNAMT` has its sign already; `TRNTYPE` says nothing about it that could be believed. Banks leave out balances and repeat lists:
//! both are read.

use crate::note::{Fault, Note};
use crate::piece::{Balance, Closing, Line, Opening, Piece, ReferenceKind, number, some};
use crate::reader::Reader;
use crate::text::Tags;
use crate::{amount, date};
use kernel::{Currency, Date};
use quick_xml::escape::resolve_html5_entity;
use std::borrow::Cow;
use std::collections::VecDeque;
use std::io::BufRead;

/// The pieces of a file.
pub(crate) struct Ofx<R> {
    tags: Tags<R>,
    at_hand: VecDeque<Piece>,
    /// The currency that somebody said, for files that name none.
    said: Option<Currency>,
    /// The element whose value comes next, with what is known of it.
    leaf: Option<(String, String)>,
    statement: Option<Statement>,
    transaction: Option<Transaction>,
    /// A balance that is being read: its name, and its amount and day.
    balance: Option<(String, Option<String>, Option<String>)>,
    begun: bool,
}

#[derive(Default)]
struct Statement {
    opening: Opening,
    was_told: bool,
    closing: Closing,
}

/// The fields of a transaction, by name, the first of each.
struct Transaction {
    place: u64,
    fields: Vec<(String, String)>,
    /// Within an element that says which currency its amount is in.
    is_in_other: bool,
    raw: String,
}

/// A transaction is no longer.
const TRANSACTION_BYTES_MAX: usize = 256 * 1024;

impl Transaction {
    fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    fn take(&mut self, name: String, value: String) -> Result<(), Fault> {
        if self.raw.len() + value.len() > TRANSACTION_BYTES_MAX {
            return Err(Fault::too_long(self.place, "transaction"));
        }
        for part in ["<", &name, ">", &value] {
            self.raw.push_str(part);
        }
        if FIELDS.contains(&name.as_str()) && self.field(&name).is_none() {
            self.fields.push((name, value));
        }
        Ok(())
    }
}

/// The fields that are read; what else there is stands in what the line was read from.
const FIELDS: [&str; 15] = [
    "TRNTYPE", "DTPOSTED", "DTAVAIL", "TRNAMT", "FITID", "CHECKNUM", "REFNUM", "SRVRTID", "NAME", "PAYEEID", "MEMO",
    "ACCTID", "BANKID", "CURSYM", "EXTDNAME",
];

impl<R: BufRead> Ofx<R> {
    pub fn new(input: R, said: Option<Currency>) -> Ofx<R> {
        Ofx {
            tags: Tags::new(input),
            at_hand: VecDeque::new(),
            said,
            leaf: None,
            statement: None,
            transaction: None,
            balance: None,
            begun: false,
        }
    }

    fn value(&mut self, text: &str) {
        if let Some((_, value)) = &mut self.leaf {
            value.push_str(text);
        }
    }

    fn start(&mut self, name: &str, place: u64) -> Result<(), Fault> {
        match name {
            "OFX" => self.begun = true,
            "STMTRS" | "CCSTMTRS" => {
                self.close()?;
                self.statement = Some(Statement::default());
            }
            "STMTTRN" => {
                self.end_transaction()?;
                let raw = String::new();
                self.transaction = Some(Transaction { place, fields: Vec::new(), is_in_other: false, raw });
            }
            "LEDGERBAL" | "AVAILBAL" => {
                self.end_transaction()?;
                self.balance = Some((name.to_owned(), None, None));
            }
            // The amount is in another currency than the account's; ORIGCURRENCY only tells what it was.
            "CURRENCY" => {
                if let Some(transaction) = &mut self.transaction {
                    transaction.is_in_other = true;
                }
            }
            _ => self.leaf = Some((name.to_owned(), String::new())),
        }
        Ok(())
    }

    fn end(&mut self, name: &str) -> Result<(), Fault> {
        match name {
            "STMTTRN" | "BANKTRANLIST" => self.end_transaction(),
            "LEDGERBAL" | "AVAILBAL" => {
                self.end_balance();
                Ok(())
            }
            "STMTRS" | "CCSTMTRS" | "OFX" => self.close(),
            _ => Ok(()),
        }
    }

    fn end_leaf(&mut self) -> Result<(), Fault> {
        let Some((name, value)) = self.leaf.take() else { return Ok(()) };
        let value = unescaped(value.trim());
        if value.is_empty() {
            return Ok(());
        }
        if let Some(transaction) = &mut self.transaction {
            return transaction.take(name, value);
        }
        if let Some((_, amount, day)) = &mut self.balance {
            match name.as_str() {
                "BALAMT" => *amount = Some(value),
                "DTASOF" => *day = Some(value),
                _ => {}
            }
            return Ok(());
        }
        let Some(statement) = &mut self.statement else { return Ok(()) };
        match name.as_str() {
            "CURDEF" => statement.opening.currency = Currency::parse(&value).ok(),
            "ACCTID" if statement.opening.account.is_none() => statement.opening.account = number(&value),
            _ => {}
        }
        Ok(())
    }

    fn end_balance(&mut self) {
        let Some((name, Some(written), day)) = self.balance.take() else { return };
        let Some(statement) = self.statement.as_mut().filter(|_| name == "LEDGERBAL") else { return };
        let Some(currency) = statement.opening.currency.or(self.said) else { return };
        let mut warnings = Vec::new();
        let amount = amount::read(&written, currency, &mut warnings);
        let date = day.and_then(|day| posted(&day, &mut warnings));
        statement.closing.closing = amount.map(|amount| Balance { amount, date });
        statement.closing.note(&mut warnings);
    }

    fn end_transaction(&mut self) -> Result<(), Fault> {
        let Some(transaction) = self.transaction.take() else { return Ok(()) };
        let statement = self.statement.get_or_insert_with(Statement::default);
        let own = transaction.field("CURSYM").and_then(|code| Currency::parse(code).ok());
        let currency = statement.opening.currency.or(self.said).or(own);
        let unknown = || Fault::at(transaction.place, "no_currency");
        let currency = *statement.opening.currency.insert(currency.ok_or_else(unknown)?);
        let mut warnings = Vec::new();
        let other = own.filter(|own| transaction.is_in_other && *own != currency);
        let line = transaction.line(other.unwrap_or(currency), &mut warnings)?;
        if other.is_some() {
            let note = Note::of("other_currency").with("line", line.place).with("amount", line.amount);
            warnings.push(note.with("currency", currency));
        }
        statement.closing.note(&mut warnings);
        self.opens();
        self.at_hand.push_back(Piece::Line(Box::new(line)));
        Ok(())
    }

    fn opens(&mut self) {
        if let Some(statement) = self.statement.as_mut().filter(|statement| !statement.was_told) {
            statement.was_told = true;
            self.at_hand.push_back(Piece::Opens(statement.opening.clone()));
        }
    }

    fn close(&mut self) -> Result<(), Fault> {
        self.end_transaction()?;
        self.end_balance();
        if self.statement.is_some() {
            self.opens();
        }
        if let Some(mut statement) = self.statement.take() {
            if statement.closing.closing.is_none() {
                statement.closing.warnings.push("not_closed".into());
            }
            self.at_hand.push_back(Piece::Closes(statement.closing));
        }
        Ok(())
    }

    fn tag(&mut self, tag: &str, place: u64) -> Result<(), Fault> {
        if let Some(text) = tag.strip_prefix("![CDATA[") {
            self.value(text.trim_end_matches("]]"));
            return Ok(());
        }
        if tag.starts_with(['?', '!']) {
            return Ok(());
        }
        self.end_leaf()?;
        match tag.strip_prefix('/') {
            Some(name) => self.end(&name.trim().to_ascii_uppercase()),
            None => {
                let name = tag.trim_end_matches('/').split_whitespace().next().unwrap_or_default();
                self.start(&name.to_ascii_uppercase(), place)
            }
        }
    }
}

impl Transaction {
    fn line(self, currency: Currency, warnings: &mut Vec<Note>) -> Result<Line, Fault> {
        let wrong = |what: &str| Fault::unread(self.place, what);
        let amount = self.field("TRNAMT").and_then(|text| amount::read(text, currency, warnings));
        let mut line = Line::of(self.place, amount.ok_or_else(|| wrong("amount"))?);
        let day = self.field("DTPOSTED").and_then(|day| posted(day, warnings));
        line.booked_on = Some(day.ok_or_else(|| wrong("date"))?);
        line.value_on = self.field("DTAVAIL").and_then(|day| posted(day, warnings)).or(line.booked_on);
        line.code = self.field("TRNTYPE").and_then(some);
        for (kind, name) in [
            (ReferenceKind::Bank, "FITID"),
            (ReferenceKind::Cheque, "CHECKNUM"),
            (ReferenceKind::Own, "REFNUM"),
            (ReferenceKind::Bank, "SRVRTID"),
        ] {
            line.refer(kind, self.field(name).unwrap_or_default());
        }
        line.counterparty.name = self.field("EXTDNAME").or(self.field("NAME")).or(self.field("PAYEEID")).and_then(some);
        line.counterparty.account = self.field("ACCTID").and_then(number);
        line.counterparty.bank = self.field("BANKID").and_then(some);
        let memo = self.field("MEMO").unwrap_or_default();
        line.text = memo.split_whitespace().collect::<Vec<_>>().join(" ");
        line.raw = self.raw;
        Ok(line)
    }
}

/// `20261128120000.000[-5:EST]`: the bank's own day counts, whatever its zone.
fn posted(text: &str, warnings: &mut Vec<Note>) -> Option<Date> {
    date::digits(text.get(..8)?, warnings)
}

/// Names of characters as HTML has them, and their numbers in two ways: `&amp;`, `&eacute;`, `&#233;`, `&#xe9;`.
fn unescaped(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        plain.push_str(&rest[..at]);
        let escape = &rest[at + 1..];
        let end = escape.bytes().take(10).position(|b| b == b';');
        let characters = end.and_then(|end| characters(&escape[..end]));
        plain.push_str(characters.as_deref().unwrap_or("&"));
        rest = match (end, characters) {
            (Some(end), Some(_)) => &escape[end + 1..],
            _ => escape,
        };
    }
    plain.push_str(rest);
    plain
}

fn characters(name: &str) -> Option<Cow<'static, str>> {
    let number = |digits: &str, radix| u32::from_str_radix(digits, radix).ok().and_then(char::from_u32);
    match name.strip_prefix('#') {
        // A blank like any other: nothing is laid out here.
        None if name == "nbsp" => Some(" ".into()),
        None => resolve_html5_entity(name).map(Cow::Borrowed),
        Some(hex) if hex.starts_with(['x', 'X']) => number(&hex[1..], 16).map(|found| found.to_string().into()),
        Some(digits) => number(digits, 10).map(|found| found.to_string().into()),
    }
}

impl<R: BufRead + Send> Reader for Ofx<R> {
    fn step(&mut self) -> Result<bool, Fault> {
        if let Some(next) = self.tags.next()? {
            self.value(&next.before);
            return next.tag.map_or(Ok(()), |tag| self.tag(&tag, next.place)).map(|()| true);
        }
        self.end_leaf()?;
        if !self.begun {
            return Err(Fault::whole("no_ofx"));
        }
        // The last value of what nothing closes may be half of one: of `300.00` the file may have `30`.
        if let Some(transaction) = &self.transaction {
            return Err(Fault::at(transaction.place, "cut_off"));
        }
        if self.balance.is_some() {
            return Err(Fault::at(self.tags.line(), "cut_off"));
        }
        self.close().map(|()| false)
    }

    fn at_hand(&mut self) -> &mut VecDeque<Piece> {
        &mut self.at_hand
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_by_name_and_number() {
        for (text, plain) in [
            ("A &amp; B", "A & B"),
            ("&lt;&amp;lt;&gt;", "<&lt;>"),
            ("Caf&#233; &#xE9;&nbsp;&", "Café é &"),
            ("Caf&eacute; M&uuml;ller &Ccedil;a Stra&szlig;e &euro;", "Café Müller Ça Straße €"),
            ("&quot;A&apos;s&quot; &#; &", "\"A's\" &#; &"),
            ("AT&T; &unknown; &#99999999;", "AT&T; &unknown; &#99999999;"),
        ] {
            assert_eq!(unescaped(text), plain, "{text}");
        }
    }
}
