//! PayPal's activity as it is downloaded, as a statement of the balance there.
//!
//! Columns are found by their names, in English and in German [K]. What is pending, denied or a memorandum moved nothing and is passed
//! over, with a count. Each movement is a line of what was paid and a line of the fee, so that the lines come to the net.

use crate::amount;
use crate::note::{Fault, Note};
use crate::piece::{Line, ReferenceKind, some};
use crate::table::bill::{Header, PAYOUT, cell, rounded, with_fee};
use crate::table::cell::{currency, day};
use crate::table::map::DateOrder;
use crate::table::mapped::join;
use crate::table::rows::Row;
use crate::table::split::{Dialect, Found};
use crate::table::stripe::check_fee;

pub(crate) struct Paypal {
    columns: Option<Columns>,
    dates: DateOrder,
}

struct Columns {
    at: Option<usize>,
    name: Option<usize>,
    category: Option<usize>,
    status: Option<usize>,
    impact: Option<usize>,
    currency: Option<usize>,
    gross: Option<usize>,
    fee: Option<usize>,
    net: Option<usize>,
    balance: Option<usize>,
    from: Option<usize>,
    to: Option<usize>,
    bank: Option<usize>,
    related: Option<usize>,
    own: [Option<usize>; 2],
    text: [Option<usize>; 3],
}

fn is_known(header: &Header) -> bool {
    header.has(&["gross", "net", "currency", "transactionid", "status"])
        || header.has(&["brutto", "netto", "währung", "transaktionscode", "status"])
}

/// Whether a row is the header of PayPal's activity.
pub(crate) fn is_header(row: &Row) -> bool {
    is_known(&Header::of(row))
}

impl Columns {
    fn of(row: &Row) -> Option<Columns> {
        let header = Header::of(row);
        let at = |names: &[&str]| header.at(names);
        is_known(&header).then(|| Columns {
            at: at(&["date", "datum"]),
            name: at(&["name"]),
            category: at(&["type", "typ", "beschreibung", "description"]),
            status: at(&["status"]),
            impact: at(&["balanceimpact", "auswirkungaufguthaben"]),
            currency: at(&["currency", "währung"]),
            gross: at(&["gross", "brutto"]),
            fee: at(&["fee", "gebühr", "fees", "entgelt"]),
            net: at(&["net", "netto"]),
            balance: at(&["balance", "guthaben"]),
            from: at(&["fromemailaddress", "absenderemailadresse"]),
            to: at(&["toemailaddress", "empfängeremailadresse"]),
            bank: at(&["transactionid", "transaktionscode"]),
            related: at(&["referencetxnid", "zugehörigertransaktionscode"]),
            own: [at(&["invoicenumber", "rechnungsnummer"]), at(&["customnumber", "benutzerdefiniertenummer"])],
            text: [at(&["itemtitle", "artikelbezeichnung"]), at(&["subject", "betreff"]), at(&["note", "hinweis"])],
        })
    }

    /// Whether money moved at all.
    fn is_booked(&self, row: &Row) -> bool {
        let status = cell(row, self.status).to_lowercase();
        let is_done = status.is_empty()
            || ["completed", "abgeschlossen", "partially refunded", "refunded"].contains(&status.as_str());
        is_done && !cell(row, self.impact).eq_ignore_ascii_case("memo")
    }

    fn movement(&self, row: &mut Row, dates: DateOrder, found: &mut Found) -> Result<(), Fault> {
        let unread = |what: &str| Fault::unread(row.place, what);
        let currency = currency(cell(row, self.currency)).ok_or_else(|| unread("currency"))?;
        let exact = |at, what| amount::decimal(cell(row, at)).ok_or_else(|| unread(what));
        let (gross, net) = (exact(self.gross, "gross_amount")?, exact(self.net, "net_amount")?);
        let cost = net.checked_sub(gross).ok_or_else(|| unread("net_amount"))?;
        check_fee(cost, amount::decimal(cell(row, self.fee)), found);
        let gross = rounded(gross, currency, &mut found.warnings).ok_or_else(|| unread("gross_amount"))?;
        let fee = rounded(cost, currency, &mut found.warnings).ok_or_else(|| unread("fee"))?;
        let balance = amount::decimal(cell(row, self.balance));
        found.balance = balance.and_then(|exact| rounded(exact, currency, &mut Vec::new()));
        let booked_on = day(cell(row, self.at), dates, None, &mut found.warnings);
        let mut line = Line::of(row.place, gross);
        line.booked_on = Some(booked_on.ok_or_else(|| unread("date"))?);
        line.counterparty.name = some(cell(row, self.name));
        // Of money out the sender is the account itself.
        line.counterparty.account = some(cell(row, if gross.is_negative() { self.to } else { self.from }));
        for at in self.text {
            join(&mut line.text, cell(row, at));
        }
        line.refer(ReferenceKind::Bank, cell(row, self.bank));
        line.refer(ReferenceKind::EndToEnd, cell(row, self.related));
        for at in self.own {
            line.refer(ReferenceKind::Own, cell(row, at));
        }
        let category = cell(row, self.category);
        let to_bank = ["withdraw", "abbuchung", "auszahlung"].iter().any(|word| category.to_lowercase().contains(word));
        line.code = if to_bank { Some(PAYOUT.to_owned()) } else { some(category) };
        line.raw = std::mem::take(&mut row.raw);
        with_fee(&mut found.lines, line, fee);
        Ok(())
    }
}

impl Paypal {
    pub fn new(dates: DateOrder) -> Paypal {
        Paypal { columns: None, dates }
    }
}

impl Dialect for Paypal {
    fn restart(&mut self) {
        self.columns = None;
    }

    fn take(&mut self, row: &mut Row, found: &mut Found) -> Result<(), Fault> {
        let Some(columns) = &self.columns else {
            self.columns = Columns::of(row);
            return Ok(());
        };
        if row.is_blank() {
            return Ok(());
        }
        if !columns.is_booked(row) {
            found.warnings.push(Note::of("not_booked").with("count", 1));
            return Ok(());
        }
        columns.movement(row, self.dates, found)
    }

    fn end(&mut self, _: &mut Found) -> Result<(), Fault> {
        match self.columns {
            Some(_) => Ok(()),
            None => Err(Fault::whole(Note::of("no_headers").with("of", "paypal"))),
        }
    }
}
