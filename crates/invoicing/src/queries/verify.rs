//! Compares what the books defer with what is not delivered.

use crate::rules::deferral;
use crate::store::deferrals::{self, Left};
use ::store::{Conn, Error, books};
use kernel::id::{InvoiceId, OrganisationId};
use kernel::{Arg, Money};
use ledger::{AccountRole, Chart};
use std::collections::BTreeMap;

/// An invoice whose deferral is not what waits for its delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeferralFinding {
    pub invoice: InvoiceId,
    pub number: String,
    /// What stands on the account of advances.
    pub booked: Money,
    /// The same in the books' currency.
    pub booked_value: Money,
    /// What is not delivered, less what was credited and given up.
    pub waits: Money,
}

/// At most so many findings.
const FINDINGS_MAX: usize = 200;

impl DeferralFinding {
    /// The sentence that tells it, with its arguments.
    pub fn sentence(&self) -> (&'static str, Vec<(&'static str, Arg)>) {
        let number = ("number", self.number.as_str().into());
        if self.booked == self.waits {
            return ("finding-deferral-residue", vec![number, ("value", self.booked_value.into())]);
        }
        ("finding-deferral-differs", vec![number, ("booked", self.booked.into()), ("waits", self.waits.into())])
    }
}

/// What each invoice has deferred in the books is its net that waits for the delivery, less credit notes and bad debts; where
/// nothing waits, no value stands either. At most 200 findings.
pub fn verify_deferrals(conn: &mut Conn, organisation: OrganisationId) -> Result<Vec<DeferralFinding>, Error> {
    let books = books::load(conn, organisation)?;
    let chart = Chart::by_name(&books.chart).ok_or_else(|| Error::Broken(format!("no such chart: {}", books.chart)))?;
    let mut waiting = waiting(deferrals::left(conn, organisation)?)?;
    let mut findings = Vec::new();
    for row in deferrals::booked(conn, organisation, chart.code(AccountRole::CustomerAdvances))? {
        let booked = Money::new(row.minor, row.currency);
        let waits = waiting.remove(&row.invoice_id).map_or(Money::zero(row.currency), |(_, waits)| waits);
        // Of what waits the value follows from the rates of its documents; of nothing there is none.
        if booked != waits || booked.is_zero() {
            let booked_value = Money::new(row.functional_minor, books.currency);
            findings.push(DeferralFinding { invoice: row.invoice_id, number: row.number, booked, booked_value, waits });
        }
    }
    for (invoice, (number, waits)) in waiting.into_iter().filter(|(_, (_, waits))| !waits.is_zero()) {
        let (booked, booked_value) = (Money::zero(waits.currency()), Money::zero(books.currency));
        findings.push(DeferralFinding { invoice, number, booked, booked_value, waits });
    }
    findings.truncate(FINDINGS_MAX);
    Ok(findings)
}

/// Number and what waits of every invoice.
fn waiting(rows: Vec<Left>) -> Result<BTreeMap<InvoiceId, (String, Money)>, Error> {
    let mut waiting: BTreeMap<InvoiceId, (String, Money)> = BTreeMap::new();
    for codes in rows.chunk_by(|a, b| a.invoice_id == b.invoice_id) {
        let Some(first) = codes.first() else { continue };
        let money = |minor| Money::new(minor, first.currency);
        let gross = money(codes.iter().map(|code| code.gross_minor).sum());
        // What final invoices deduct of a deposit was delivered: a bad debt of it takes nothing back.
        let given_up = if codes.iter().any(|code| code.is_deducted) { 0 } else { first.written_off_minor };
        let mut sum = money(0);
        for code in codes {
            sum = sum.plus(deferral::waiting(money(code.net_minor), gross, money(given_up))?)?;
        }
        waiting.insert(first.invoice_id, (first.number.clone(), sum));
    }
    Ok(waiting)
}
