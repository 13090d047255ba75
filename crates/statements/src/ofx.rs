//! OFX 1 (SGML, elements of a value are not closed) and OFX 2 (XML): the same names, read the same way.
//!
//! `TRNAMT` has its sign already; `TRNTYPE` says nothing about it that could be believed. Banks leave out balances and repeat lists:
//! both are read.

use crate::piece::{Balance, Closing, Fault, Line, Opening, Piece, ReferenceKind, Warning, number, some};
use crate::reader::Reader;
use crate::text::Lines;
use crate::{amount, date};
use kernel::{Currency, Date};
use std::collections::{HashMap, VecDeque};
use std::io::BufRead;

/// The pieces of a file.
pub(crate) struct Ofx<R> {
    lines: Lines<R>,
    place: u64,
    at_hand: VecDeque<Piece>,
    /// The currency that somebody said, for files that name none.
    said: Option<Currency>,
    /// The element whose value comes next, with what is known of it.
    leaf: Option<(String, String)>,
    statement: Option<Statement>,
    transaction: Option<(u64, HashMap<String, String>, String)>,
    /// A balance that is being read: its name, and its amount and day.
    balance: Option<(String, Option<String>, Option<String>)>,
    begun: bool,
}

#[derive(Default)]
struct Statement {
    opening: Opening,
    bank: Option<String>,
    was_told: bool,
    closing: Closing,
}

impl<R: BufRead> Ofx<R> {
    pub fn new(input: R, said: Option<Currency>) -> Ofx<R> {
        Ofx {
            lines: Lines::new(input),
            place: 0,
            at_hand: VecDeque::new(),
            said,
            leaf: None,
            statement: None,
            transaction: None,
            balance: None,
            begun: false,
        }
    }

    fn line(&mut self, line: &str) -> Result<(), Fault> {
        let mut rest = line;
        while !rest.is_empty() {
            let Some(start) = rest.find('<') else {
                self.value(rest);
                break;
            };
            self.value(&rest[..start]);
            let Some(length) = rest[start..].find('>') else {
                self.value(&rest[start..]);
                break;
            };
            let tag = &rest[start + 1..start + length];
            rest = &rest[start + length + 1..];
            match tag.strip_prefix('/') {
                Some(name) => {
                    self.end_leaf();
                    self.end(&name.trim().to_ascii_uppercase())?;
                }
                None if tag.starts_with(['?', '!']) => {}
                None => {
                    self.end_leaf();
                    let name = tag.trim_end_matches('/').split_whitespace().next().unwrap_or_default();
                    self.start(&name.to_ascii_uppercase())?;
                }
            }
        }
        Ok(())
    }

    fn value(&mut self, text: &str) {
        if let Some((_, value)) = &mut self.leaf {
            if !value.is_empty() && !text.is_empty() {
                value.push(' ');
            }
            value.push_str(text);
        }
    }

    fn start(&mut self, name: &str) -> Result<(), Fault> {
        match name {
            "OFX" => self.begun = true,
            "STMTRS" | "CCSTMTRS" => {
                self.close()?;
                self.statement = Some(Statement::default());
            }
            "STMTTRN" => {
                self.end_transaction()?;
                self.transaction = Some((self.place, HashMap::new(), String::new()));
            }
            "LEDGERBAL" | "AVAILBAL" => {
                self.end_transaction()?;
                self.balance = Some((name.to_owned(), None, None));
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

    fn end_leaf(&mut self) {
        let Some((name, value)) = self.leaf.take() else { return };
        let value = unescaped(value.trim());
        if value.is_empty() {
            return;
        }
        if let Some((_, fields, raw)) = &mut self.transaction {
            raw.push_str(&format!("<{name}>{value}"));
            fields.entry(name).or_insert(value);
            return;
        }
        if let Some((_, amount, day)) = &mut self.balance {
            match name.as_str() {
                "BALAMT" => *amount = Some(value),
                "DTASOF" => *day = Some(value),
                _ => {}
            }
            return;
        }
        let Some(statement) = &mut self.statement else { return };
        match name.as_str() {
            "CURDEF" => statement.opening.currency = Currency::parse(&value).ok(),
            "BANKID" => statement.bank = some(&value),
            "ACCTID" if statement.opening.account.is_none() => statement.opening.account = number(&value),
            _ => {}
        }
    }

    fn end_balance(&mut self) {
        let Some((name, Some(written), day)) = self.balance.take() else { return };
        let Some(statement) = self.statement.as_mut().filter(|_| name == "LEDGERBAL") else { return };
        let Some(currency) = statement.opening.currency.or(self.said) else { return };
        let amount = amount::read(&written, currency, &mut statement.closing.warnings);
        let date = day.and_then(|day| posted(&day, &mut statement.closing.warnings));
        statement.closing.closing = amount.map(|amount| Balance { amount, date });
    }

    fn end_transaction(&mut self) -> Result<(), Fault> {
        let Some((place, fields, raw)) = self.transaction.take() else { return Ok(()) };
        let statement = self.statement.get_or_insert_with(Statement::default);
        let field = |name: &str| fields.get(name).map(String::as_str);
        let own = field("CURSYM").and_then(|code| Currency::parse(code).ok());
        let currency = statement.opening.currency.or(self.said).or(own);
        let currency = currency.ok_or_else(|| Fault::at(place, "The file names no currency; say which it is."))?;
        statement.opening.currency.get_or_insert(currency);
        let wrong = |what: &str| Fault::at(place, format!("{what} of a transaction cannot be read."));
        let warnings = &mut statement.closing.warnings;
        let amount = field("TRNAMT").and_then(|text| amount::read(text, currency, warnings));
        let mut line = Line::of(place, amount.ok_or_else(|| wrong("The amount"))?);
        let day = field("DTPOSTED").and_then(|day| posted(day, warnings));
        line.booked_on = Some(day.ok_or_else(|| wrong("The day"))?);
        line.value_on = field("DTAVAIL").and_then(|day| posted(day, warnings)).or(line.booked_on);
        line.code = field("TRNTYPE").and_then(some);
        for (kind, name) in [
            (ReferenceKind::Bank, "FITID"),
            (ReferenceKind::Cheque, "CHECKNUM"),
            (ReferenceKind::Own, "REFNUM"),
            (ReferenceKind::Bank, "SRVRTID"),
        ] {
            line.refer(kind, field(name).unwrap_or_default());
        }
        line.counterparty.name = field("NAME").or(field("PAYEEID")).and_then(some);
        line.counterparty.account = field("ACCTID").and_then(number);
        line.counterparty.bank = field("BANKID").and_then(some);
        line.text = field("MEMO").unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
        line.raw = raw;
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
                let detail = "the bank says no balance".to_owned();
                statement.closing.warnings.push(Warning { code: "not_closed", detail });
            }
            self.at_hand.push_back(Piece::Closes(statement.closing));
        }
        Ok(())
    }

    fn read(&mut self) -> Result<bool, Fault> {
        match self.lines.next()? {
            Some((place, line)) => {
                self.place = place;
                self.line(&line).map(|()| true)
            }
            None => {
                self.end_leaf();
                if !self.begun {
                    return Err(Fault::whole("The file has no <OFX> in it."));
                }
                self.close().map(|()| false)
            }
        }
    }
}

/// `20261128120000.000[-5:EST]`: the bank's own day counts, whatever its zone.
fn posted(text: &str, warnings: &mut Vec<Warning>) -> Option<Date> {
    date::digits(text.get(..8)?, warnings)
}

fn unescaped(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    let pairs = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&nbsp;", " "), ("&amp;", "&")];
    pairs.iter().fold(text.to_owned(), |text, (escape, character)| text.replace(escape, character))
}

impl<R: BufRead + Send> Reader for Ofx<R> {
    fn step(&mut self) -> Result<bool, Fault> {
        self.read()
    }

    fn at_hand(&mut self) -> &mut VecDeque<Piece> {
        &mut self.at_hand
    }
}
