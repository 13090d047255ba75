//! Deposits: what is left of them, and who deducts what.

use super::LineView;
use crate::rules::deposits::Purpose;
use crate::store::InvoiceRow;
use crate::store::deposits::{self, Standing};
use crate::store::lists;
use ::store::{Conn, Error, Finding};
use kernel::id::{CustomerId, InvoiceId, OrganisationId};
use kernel::{Currency, Money, Scope};
use std::collections::BTreeMap;

/// A deposit that an invoice deducts, with amounts above zero.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deducted {
    pub invoice: InvoiceId,
    pub number: String,
    pub net: Money,
    pub tax: Money,
    pub total: Money,
}

/// How a deposit stands, tax included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DepositView {
    /// What later invoices may deduct.
    pub remaining: Money,
    pub deducted: Money,
    /// The invoices that deduct it, drafts among them: id, number.
    pub finals: Vec<(InvoiceId, Option<String>)>,
}

/// A deposit of which something is left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DepositLeft {
    pub invoice: InvoiceId,
    pub number: String,
    /// With tax.
    pub left: Money,
}

impl super::InvoiceView {
    /// Whether it asks for money before anything is delivered.
    pub fn is_deposit(&self) -> bool {
        self.purpose == Purpose::Deposit
    }
}

/// What a customer's deposits in a currency have left, oldest first; of the newest hundred.
pub fn deposits_left(
    conn: &mut Conn,
    scope: &Scope,
    customer: CustomerId,
    currency: Currency,
) -> Result<Vec<DepositLeft>, Error> {
    if !scope.admits(customer) {
        return Ok(Vec::new());
    }
    let organisation = scope.organisation();
    let mut sums: BTreeMap<InvoiceId, i64> = BTreeMap::new();
    for standing in deposits::of_customer(conn, organisation, customer, currency)? {
        let left = standing.left();
        *sums.entry(standing.deposit_id).or_default() += left.net.minor() + left.tax.minor();
    }
    sums.retain(|_, minor| *minor > 0);
    let ids: Vec<InvoiceId> = sums.keys().copied().collect();
    let numbers: BTreeMap<InvoiceId, String> = lists::invoices_named(conn, scope, &ids)?.into_iter().collect();
    let one = |(invoice, minor): (InvoiceId, i64)| DepositLeft {
        invoice,
        number: numbers.get(&invoice).cloned().unwrap_or_default(),
        left: Money::new(minor, currency),
    };
    Ok(sums.into_iter().map(one).collect())
}

/// How a deposit that was issued stands; nothing of other invoices.
pub(super) fn of_deposit(conn: &mut Conn, row: &InvoiceRow) -> Result<Option<DepositView>, Error> {
    if !row.is_deposit() || row.state == "draft" {
        return Ok(None);
    }
    let standing = deposits::of(conn, row.organisation_id, row.invoice_id)?;
    let sum = |share: fn(&Standing) -> crate::rules::deposits::Share| {
        Money::sum(row.currency, standing.iter().map(share).flat_map(|share| [share.net, share.tax]))
    };
    // What was given up as a bad debt is not deducted.
    let remaining = if row.written_off_minor == 0 { sum(Standing::left)? } else { row.money(0) };
    let finals = deposits::finals(conn, row.organisation_id, row.invoice_id)?;
    let finals = finals.into_iter().filter(|(_, _, state)| state != "void").map(|(id, number, _)| (id, number));
    Ok(Some(DepositView { remaining, deducted: sum(Standing::deducted)?, finals: finals.collect() }))
}

/// What lines deduct, one row a deposit, in their order.
pub(super) fn of_lines(lines: &[LineView]) -> Result<Vec<Deducted>, Error> {
    let mut found: Vec<Deducted> = Vec::new();
    for line in lines {
        let Some(invoice) = line.deducts else { continue };
        let zero = Money::zero(line.net.currency());
        let at = found.iter().position(|of| of.invoice == invoice).unwrap_or_else(|| {
            found.push(Deducted { invoice, number: line.description.clone(), net: zero, tax: zero, total: zero });
            found.len() - 1
        });
        let of = &mut found[at];
        (of.net, of.tax, of.total) = (of.net.minus(line.net)?, of.tax.minus(line.tax)?, of.total.minus(line.gross)?);
    }
    Ok(found)
}

/// Where more of a deposit is deducted than was charged and not credited, or an invoice deducts what is no deposit of its
/// customer. Code: `deposit_differs`.
pub fn verify_deposits(conn: &mut Conn, organisation: OrganisationId) -> Result<Vec<Finding>, Error> {
    const FINDINGS_MAX: usize = 200;
    let standing = deposits::all(conn, organisation)?;
    let ids: Vec<InvoiceId> = standing.iter().map(|of| of.deposit_id).collect();
    let numbers: BTreeMap<InvoiceId, String> =
        lists::invoices_named(conn, &Scope::Organisation(organisation), &ids)?.into_iter().collect();
    let mut findings = Vec::new();
    for of in standing {
        let (left, deducted) = (of.left(), of.deducted());
        let (left_gross, gross) = (left.net.plus(left.tax)?, deducted.net.plus(deducted.tax)?);
        if left.net.is_negative() || left.tax.is_negative() || deducted.net.is_negative() || deducted.tax.is_negative()
        {
            let number = numbers.get(&of.deposit_id).cloned().unwrap_or_default();
            let had = left_gross.plus(gross)?;
            let detail = format!("{had} of it was charged and not credited, but invoices deduct {gross} of it");
            findings.push(Finding::new("deposit_differs", number, detail));
        }
    }
    for stray in deposits::strays(conn, organisation)? {
        let detail = "it deducts what is no deposit of its customer that stands";
        findings.push(Finding::new("deposit_differs", stray.number, detail));
    }
    findings.truncate(FINDINGS_MAX);
    Ok(findings)
}
