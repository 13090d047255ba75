//! ISO 20022: camt.052 (`Rpt`), camt.053 (`Stmt`) and camt.054 (`Ntfctn`), of whatever version.
//!
//! Elements count by their local names, since banks change namespaces more often than meanings. One entry is held at a time; where it
//! says what each payment in it came to it is a line for each, else one line. What the bank has not booked yet (`PDNG`, `INFO`) is no
//! line, and is told as a warning.

mod batch;
mod charges;
mod entry;
mod tree;

use crate::note::{Fault, Note};
use crate::piece::{Balance, Closing, Opening, Piece, number, some};
use crate::reader;
use crate::{amount, date};
use batch::Batch;
use entry::Entry;
use kernel::{Currency, Money};
use quick_xml::events::Event;
use std::collections::VecDeque;
use std::io::BufRead;
use tree::{Events, Node};

/// The pieces of a file.
pub(crate) struct Camt<R: BufRead> {
    events: Events<R>,
    at_hand: VecDeque<Piece>,
    open: Option<Open>,
    /// An entry whose lines are given out one after another.
    batch: Option<Box<Batch>>,
    is_statement: bool,
    has_statements: bool,
    /// How deep the element lies that is read, outside statements.
    depth: usize,
}

/// The statement that is being read.
#[derive(Default)]
struct Open {
    head: Opening,
    was_told: bool,
    closing: Closing,
    /// Balances of a day within, where opening and closing are missing.
    previous: Option<Balance>,
    interim: Option<Balance>,
    moved_minor: i128,
    not_booked: u64,
}

impl<R: BufRead> Camt<R> {
    pub fn new(input: R) -> Camt<R> {
        Camt {
            events: Events::new(input),
            at_hand: VecDeque::new(),
            open: None,
            batch: None,
            is_statement: false,
            has_statements: false,
            depth: 0,
        }
    }

    /// Reads one more event.
    fn read(&mut self) -> Result<bool, Fault> {
        match self.events.next()? {
            Event::Start(start) => {
                let node = tree::started(&start);
                match (node.name.as_str(), self.open.is_some()) {
                    ("Stmt" | "Rpt" | "Ntfctn", false) => {
                        self.is_statement = node.name == "Stmt";
                        self.has_statements = true;
                        let head = Opening { is_notice: node.name == "Ntfctn", ..Opening::default() };
                        self.open = Some(Open { head, ..Open::default() });
                    }
                    ("Id" | "Acct" | "Bal" | "Ntry", true) => {
                        let place = self.events.line();
                        let whole = tree::rest(&mut self.events, node)?;
                        self.take(place, whole)?;
                    }
                    // Anything else of a statement, the summary of transactions above all, has names that mean other things.
                    (_, true) => drop(tree::rest(&mut self.events, node)?),
                    (_, false) => self.depth += 1,
                }
                if self.depth > tree::DEPTH_MAX {
                    return Err(Fault::at(self.events.line(), "xml_deep"));
                }
            }
            Event::End(end) => match end.local_name().as_ref() {
                "Stmt" | "Rpt" | "Ntfctn" => self.close(),
                _ => self.depth = self.depth.saturating_sub(1),
            },
            Event::Eof => {
                if self.open.is_some() {
                    return Err(Fault::at(self.events.line(), "cut_off"));
                }
                let nothing = Fault::whole("no_statement");
                return if self.has_statements { Ok(false) } else { Err(nothing) };
            }
            _ => {}
        }
        Ok(true)
    }

    /// Takes a part of a statement, and the line of the file where it begins.
    fn take(&mut self, place: u64, node: Node) -> Result<(), Fault> {
        let Some(open) = &mut self.open else { return Ok(()) };
        match node.name.as_str() {
            "Id" => open.head.number = some(&node.text),
            "Acct" => {
                let account = node.text_at(&[&["Id", "IBAN"], &["Id", "Othr", "Id"], &["Id", "PrtryAcct", "Id"]]);
                open.head.account = account.and_then(number);
                let currency = node.text_at(&[&["Ccy"]]);
                open.head.currency = currency.and_then(|code| Currency::parse(code).ok());
            }
            "Bal" => open.balance(&node),
            _ => self.entry(place, node)?,
        }
        Ok(())
    }

    fn entry(&mut self, place: u64, node: Node) -> Result<(), Fault> {
        let Some(open) = &mut self.open else { return Ok(()) };
        if node.text_at(&[&["Sts", "Cd"], &["Sts", "Prtry"], &["Sts"]]).is_some_and(|status| status != "BOOK") {
            open.not_booked += 1;
            return Ok(());
        }
        let mut warnings = Vec::new();
        let entry = entry::read(place, node, &open.head, &mut warnings)?;
        let amount = entry.amount();
        let currency = *open.head.currency.get_or_insert(amount.currency());
        if currency == amount.currency() {
            open.moved_minor += i128::from(amount.minor());
        } else {
            let note = Note::of("other_currency").with("line", place).with("amount", amount);
            warnings.push(note.with("currency", currency));
        }
        open.closing.note(&mut warnings);
        if !open.was_told {
            open.was_told = true;
            self.at_hand.push_back(Piece::Opens(open.head.clone()));
        }
        match entry {
            Entry::One(line) => self.at_hand.push_back(Piece::Line(line)),
            Entry::Each(batch) => self.batch = Some(batch),
        }
        Ok(())
    }

    fn close(&mut self) {
        let Some(open) = self.open.take() else { return };
        if !open.was_told {
            self.at_hand.push_back(Piece::Opens(open.head));
        }
        let mut closing = open.closing;
        closing.opening = closing.opening.or(open.previous).or(open.interim);
        if open.not_booked > 0 {
            closing.warnings.push(Note::of("not_booked").with("count", open.not_booked));
        }
        // A report in the course of a day and a notification say nothing of where the account stands.
        if self.is_statement {
            closing.check(open.moved_minor);
            if closing.closing.is_none() {
                closing.warnings.push("not_closed".into());
            }
        }
        self.at_hand.push_back(Piece::Closes(closing));
    }
}

impl Open {
    fn balance(&mut self, node: &Node) {
        let mut warnings = Vec::new();
        let balance = read_balance(node, &mut warnings);
        self.closing.note(&mut warnings);
        let Some(balance) = balance else { return };
        match node.text_at(&[&["Tp", "CdOrPrtry", "Cd"], &["Tp", "CdOrPrtry", "Prtry"]]) {
            Some("OPBD") => self.closing.opening = Some(balance),
            Some("CLBD") => self.closing.closing = Some(balance),
            Some("PRCD") => self.previous = Some(balance),
            // Twice on a page of a long statement: before it, and behind it.
            Some("ITBD") if self.interim.is_none() => self.interim = Some(balance),
            Some("ITBD") => self.closing.closing = self.closing.closing.or(Some(balance)),
            _ => {}
        }
    }
}

fn read_balance(node: &Node, warnings: &mut Vec<Note>) -> Option<Balance> {
    let amount = money(node.at(&["Amt"])?, None, warnings)?;
    let negative = node.text_at(&[&["CdtDbtInd"]]) == Some("DBIT");
    let date = node.text_at(&[&["Dt", "Dt"], &["Dt", "DtTm"]]).and_then(|text| date::iso(text, warnings));
    let amount = if negative { Money::new(-amount.minor(), amount.currency()) } else { amount };
    Some(Balance { amount, date })
}

/// An amount with its currency, which stands on it or is the account's.
fn money(node: &Node, account: Option<Currency>, warnings: &mut Vec<Note>) -> Option<Money> {
    let own = node.currency.as_deref().and_then(|code| Currency::parse(code).ok());
    amount::read(node.text.trim(), own.or(account)?, warnings)
}

impl<R: BufRead + Send> reader::Reader for Camt<R> {
    fn step(&mut self) -> Result<bool, Fault> {
        if let Some(line) = self.batch.as_mut().and_then(Iterator::next) {
            self.at_hand.push_back(Piece::Line(Box::new(line)));
            return Ok(true);
        }
        self.batch = None;
        self.read()
    }

    fn at_hand(&mut self) -> &mut VecDeque<Piece> {
        &mut self.at_hand
    }
}
