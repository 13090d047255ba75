//! Stripe's reports as statements of the balance there: the itemised reports of balance and payouts, and the balance's history.
//!
//! Columns are found by their names, which differ from report to report [K]. Each movement is a line of what was paid and a line of the
//! fee, so that the lines come to the net. A payout's line has its number; a movement that went into a payout says so in its text.

use crate::amount;
use crate::note::{Fault, Note};
use crate::piece::{Line, ReferenceKind, some};
use crate::table::bill::{Header, PAYOUT, cell, rounded, with_fee};
use crate::table::cell::{currency, day};
use crate::table::map::DateOrder;
use crate::table::mapped::join;
use crate::table::rows::Row;
use crate::table::split::{Dialect, Found};
use kernel::Decimal;

#[derive(Default)]
pub(crate) struct Stripe {
    columns: Option<Columns>,
}

struct Columns {
    at: Option<usize>,
    available_on: Option<usize>,
    category: Option<usize>,
    gross: Option<usize>,
    fee: Option<usize>,
    net: Option<usize>,
    currency: Option<usize>,
    bank: Option<usize>,
    sources: [Option<usize>; 3],
    own: [Option<usize>; 3],
    payout: Option<usize>,
    name: Option<usize>,
    description: Option<usize>,
}

fn is_known(header: &Header) -> bool {
    let is_report = header.has(&["gross", "fee", "net", "currency"])
        && header.at(&["reportingcategory", "balancetransactionid", "payoutid"]).is_some();
    is_report || header.has(&["id", "type", "source", "amount", "fee", "net", "currency"])
}

/// Whether a row is the header of one of Stripe's reports.
pub(crate) fn is_header(row: &Row) -> bool {
    is_known(&Header::of(row))
}

impl Columns {
    fn of(row: &Row) -> Option<Columns> {
        let header = Header::of(row);
        let at = |names: &[&str]| header.at(names);
        is_known(&header).then(|| Columns {
            at: at(&["createdutc", "created", "effectiveatutc", "effectiveat", "availableonutc", "availableon"]),
            available_on: at(&["availableonutc", "availableon"]),
            category: at(&["reportingcategory", "type"]),
            gross: at(&["gross", "amount"]),
            fee: at(&["fee"]),
            net: at(&["net"]),
            currency: at(&["currency"]),
            bank: at(&["balancetransactionid", "id"]),
            sources: [at(&["sourceid", "source"]), at(&["chargeid"]), at(&["paymentintentid"])],
            own: [
                at(&["invoicenumber", "paymentmetadatainvoice", "clientreferenceid", "invoiceid"]),
                // What we say of a payment and a refund when we ask for them.
                at(&["paymentmetadatacheckout"]),
                at(&["refundmetadatarefund"]),
            ],
            payout: at(&["payoutid", "automaticpayoutid", "transfer"]),
            name: at(&["customername", "customeremail"]),
            description: at(&["description"]),
        })
    }

    fn movement(&self, row: &mut Row, found: &mut Found) -> Result<(), Fault> {
        let unread = |what: &str| Fault::unread(row.place, what);
        let currency = currency(cell(row, self.currency)).ok_or_else(|| unread("currency"))?;
        let exact = |at, what| amount::decimal(cell(row, at)).ok_or_else(|| unread(what));
        let (gross, net) = (exact(self.gross, "gross_amount")?, exact(self.net, "net_amount")?);
        let cost = net.checked_sub(gross).ok_or_else(|| unread("net_amount"))?;
        check_fee(cost, amount::decimal(cell(row, self.fee)), found);
        let gross = rounded(gross, currency, &mut found.warnings).ok_or_else(|| unread("gross_amount"))?;
        let fee = rounded(cost, currency, &mut found.warnings).ok_or_else(|| unread("fee"))?;
        let booked_on = day(cell(row, self.at), DateOrder::YearMonthDay, None, &mut found.warnings);
        let mut line = Line::of(row.place, gross);
        line.booked_on = Some(booked_on.ok_or_else(|| unread("date"))?);
        line.value_on = day(cell(row, self.available_on), DateOrder::YearMonthDay, None, &mut found.warnings);
        line.counterparty.name = some(cell(row, self.name));
        join(&mut line.text, cell(row, self.description));
        line.refer(ReferenceKind::Bank, cell(row, self.bank));
        let category = cell(row, self.category);
        let payout = cell(row, self.payout);
        if category.to_ascii_lowercase().contains(PAYOUT) {
            line.code = Some(PAYOUT.to_owned());
            line.refer(ReferenceKind::EndToEnd, payout);
        } else {
            line.code = some(category);
            join(&mut line.text, payout);
        }
        for at in self.sources {
            line.refer(ReferenceKind::EndToEnd, cell(row, at));
        }
        for at in self.own {
            line.refer(ReferenceKind::Own, cell(row, at));
        }
        line.raw = std::mem::take(&mut row.raw);
        with_fee(&mut found.lines, line, fee);
        Ok(())
    }
}

/// What is left of a payment is gross less fee, or gross and a fee below zero; else the file's net counts, with a warning.
pub(crate) fn check_fee(cost: Decimal, fee: Option<Decimal>, found: &mut Found) {
    if let Some(fee) = fee.filter(|fee| fee.abs() != cost.abs()) {
        found.warnings.push(Note::of("total_differs").with("of", "fee").with("said", fee).with("came", cost));
    }
}

impl Dialect for Stripe {
    fn restart(&mut self) {
        *self = Stripe::default();
    }

    fn take(&mut self, row: &mut Row, found: &mut Found) -> Result<(), Fault> {
        match &self.columns {
            None => self.columns = Columns::of(row),
            Some(_) if row.is_blank() => {}
            Some(columns) => columns.movement(row, found)?,
        }
        Ok(())
    }

    fn end(&mut self, _: &mut Found) -> Result<(), Fault> {
        match self.columns {
            Some(_) => Ok(()),
            None => Err(Fault::whole(Note::of("no_headers").with("of", "stripe"))),
        }
    }
}
