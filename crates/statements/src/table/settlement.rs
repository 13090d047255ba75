//! PayPal's settlement report: rows that each begin with what they are.
//!
//! `RH` and `FH` open the report and a file, `SH` a section with its account, `CH` names the columns, `SB` is a movement, `SF` has the
//! section's totals by currency [K]. Amounts are in minor units, with the way they went in a column of their own; an amount with a point
//! is taken as it stands.

use crate::amount;
use crate::note::{Fault, Note};
use crate::piece::{Line, ReferenceKind, some};
use crate::table::bill::{Header, PAYOUT, cell, rounded, with_fee};
use crate::table::cell::{currency, day};
use crate::table::map::DateOrder;
use crate::table::mapped::join;
use crate::table::rows::Row;
use crate::table::split::{Dialect, Found};
use kernel::{Currency, Decimal, Money};
use std::collections::HashMap;
use std::sync::Arc;

#[derive(Default)]
pub(crate) struct Settlement {
    header: Option<Header>,
    account: Option<Arc<str>>,
    /// In minor units: gross in and out, fees in and out; of the section that is read.
    came: HashMap<Currency, [Decimal; 4]>,
}

/// Whether a row opens a settlement report.
pub(crate) fn is_header(row: &Row) -> bool {
    row.cell(0) == "CH" && Header::of(row).has(&["transactionid", "grosstransactionamount"])
}

impl Dialect for Settlement {
    fn restart(&mut self) {
        *self = Settlement::default();
    }

    fn take(&mut self, row: &mut Row, found: &mut Found) -> Result<(), Fault> {
        match row.cell(0) {
            "SH" => {
                self.account = some(row.cell(3)).map(Arc::from);
                self.came.clear();
            }
            "CH" => self.header = Some(Header::of(row)),
            "SB" => self.movement(row, found)?,
            "SF" => self.check(row, found),
            _ => {}
        }
        Ok(())
    }

    fn end(&mut self, _: &mut Found) -> Result<(), Fault> {
        match self.header {
            Some(_) => Ok(()),
            None => Err(Fault::whole(Note::of("no_headers").with("of", "paypal"))),
        }
    }
}

impl Settlement {
    fn movement(&mut self, row: &mut Row, found: &mut Found) -> Result<(), Fault> {
        let unread = |what: &str| Fault::unread(row.place, what);
        let Some(header) = &self.header else { return Err(Fault::at(row.place, "row_above_header")) };
        let text = |names: &[&str]| cell(row, header.at(names));
        let currency = currency(text(&["grosstransactioncurrency"])).ok_or_else(|| unread("currency"))?;
        let is_out = |names: &[&str]| text(names).eq_ignore_ascii_case("dr");
        let gross = exact(text(&["grosstransactionamount"]), currency).ok_or_else(|| unread("gross_amount"))?;
        let fee = exact(text(&["feeamount"]), currency).unwrap_or_default();
        let gross_out = is_out(&["transactiondebitorcredit"]);
        let fee_out = is_out(&["feedebitorcredit"]);
        let came = self.came.entry(currency).or_default();
        for (at, amount) in [(usize::from(gross_out), gross), (2 + usize::from(fee_out), fee)] {
            came[at] = came[at].checked_add(amount).unwrap_or(came[at]);
        }
        let mut money = |amount: Decimal, is_out: bool| {
            rounded(if is_out { -amount } else { amount }, currency, &mut found.warnings)
                .ok_or_else(|| unread("amount"))
        };
        let (gross, fee): (Money, Money) = (money(gross, gross_out)?, money(fee, fee_out)?);
        let mut line = Line::of(row.place, gross);
        let at = text(&["transactioncompletiondate", "transactioninitiationdate"]);
        let booked_on = day(at, DateOrder::YearMonthDay, None, &mut found.warnings);
        line.booked_on = Some(booked_on.ok_or_else(|| unread("date"))?);
        line.refer(ReferenceKind::Bank, text(&["transactionid"]));
        line.refer(ReferenceKind::Own, text(&["invoiceid"]));
        line.refer(ReferenceKind::EndToEnd, text(&["paypalreferenceid"]));
        join(&mut line.text, text(&["transactionsubject"]));
        join(&mut line.text, text(&["customfield"]));
        // Money to the bank has the codes of group four.
        let code = text(&["transactioneventcode"]);
        line.code = if code.starts_with("T04") { Some(PAYOUT.to_owned()) } else { some(code) };
        line.raw = std::mem::take(&mut row.raw);
        found.account.clone_from(&self.account);
        with_fee(&mut found.lines, line, fee);
        Ok(())
    }

    /// `SF`, currency, gross credits and debits, fee credits and debits.
    fn check(&self, row: &Row, found: &mut Found) {
        let Some(currency) = currency(row.cell(1)) else { return };
        let came = self.came.get(&currency).copied().unwrap_or_default();
        for (at, name) in ["gross credits", "gross debits", "fee credits", "fee debits"].into_iter().enumerate() {
            let said = exact(row.cell(at + 2), currency);
            if let Some(said) = said.filter(|said| *said != came[at]) {
                let note = Note::of("total_differs").with("of", name).with("said", format!("{said} {currency}"));
                found.warnings.push(note.with("came", format!("{} {currency}", came[at])));
            }
        }
    }
}

/// An amount in minor units, or in units where it has a point.
fn exact(text: &str, currency: Currency) -> Option<Decimal> {
    let exact = amount::decimal(text)?;
    if text.contains('.') { Some(exact) } else { exact.checked_div(Decimal::from(currency.minor_per_unit())) }
}
