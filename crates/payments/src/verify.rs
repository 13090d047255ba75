//! Compares every payment, refund, dispute, pay-out, count and deposit of a till with the journal, its open item and each other.
//!
//! A walk in pages of 500, four statements each.

mod disputes;
mod payouts;
mod till;

use crate::rules::payment::Method;
use crate::store::proof;
use crate::store::{PaymentRow, RefundRow};
use ::store::{Conn, Error, Finding, Sealed, Vault, books};
use kernel::id::{self, Kind, OpenItemId, OrganisationId, PaymentId, RefundId};
use kernel::{Date, Money};
use ledger::queries::PostedLine;
use ledger::{AccountRole, Chart};
use receivables::{DaySum, ItemFacts, OnDay};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Findings of the walk, at most: enough to see what is wrong.
pub(crate) const FINDINGS_MAX: usize = 200;
/// How receipts are numbered.
const RECEIPTS: &str = "RC-{year}-{number:05}";

/// Where payments and refunds, journal and open items do not agree.
///
/// Codes: `payment_differs`, `refund_differs`, `dispute_differs`, `payout_differs`, `till_count_differs`, `till_deposit_differs`, `document_missing` (journal, open items or a
/// checkout know it),
/// `numbers_differ` (receipts), `day_sum_differs` (received), `sealed_unreadable` (secrets of a connection). At most 200 findings of a kind.
pub fn verify(conn: &mut Conn, vault: &Vault, organisation: OrganisationId) -> Result<Vec<Finding>, Error> {
    let chart = ledger::chart_of(&books::load(conn, organisation)?)?;
    let mut receipts = Vec::new();
    let mut findings = walk_payments(conn, organisation, chart, &mut receipts)?;
    findings.extend(walk_refunds(conn, organisation, chart)?);
    findings.extend(disputes::walk(conn, organisation, chart)?);
    findings.extend(payouts::walk(conn, organisation, chart)?);
    findings.extend(till::walk(conn, organisation, chart)?);
    findings.extend(invoicing::queries::numbering(conn, organisation, "receipt", RECEIPTS, &receipts)?);
    for orphan in proof::orphans(conn, organisation)? {
        let subject = match orphan.kind.as_str() {
            id::Payment::PREFIX => orphan.document_id.retyped::<id::Payment>().to_string(),
            id::Dispute::PREFIX => orphan.document_id.retyped::<id::Dispute>().to_string(),
            id::Payout::PREFIX => orphan.document_id.retyped::<id::Payout>().to_string(),
            id::TillCount::PREFIX => orphan.document_id.retyped::<id::TillCount>().to_string(),
            id::TillDeposit::PREFIX => orphan.document_id.retyped::<id::TillDeposit>().to_string(),
            _ => orphan.document_id.retyped::<id::Refund>().to_string(),
        };
        findings.push(Finding::new("document_missing", subject, format!("it stands in the {}", orphan.place)));
    }
    let sealed: Vec<Sealed> = proof::secrets(conn, organisation)?
        .into_iter()
        .map(|(id, name, value)| Sealed { owner: id.retyped(), of: format!("{id} {name}"), field: "secrets", value })
        .collect();
    findings.extend(vault.unopened(conn, organisation, &sealed)?);
    Ok(findings)
}

fn walk_payments(
    conn: &mut Conn,
    organisation: OrganisationId,
    chart: Chart,
    receipts: &mut Vec<String>,
) -> Result<Vec<Finding>, Error> {
    let (mut findings, mut after, mut received) = (Vec::new(), PaymentId::NIL, BTreeMap::<Date, OnDay>::new());
    loop {
        let rows = proof::payments_after(conn, organisation, after)?;
        let (Some(first), Some(last)) = (rows.first(), rows.last()) else { break };
        let page = (first.payment_id, last.payment_id);
        after = last.payment_id;
        let documents = (page.0.retyped(), page.1.retyped());
        let lines = by_document(ledger::queries::posted(conn, organisation, id::Payment::PREFIX, documents)?);
        let items: HashMap<OpenItemId, ItemFacts> = receivables::facts_between(conn, organisation, documents)?
            .into_iter()
            .map(|item| (item.item_id, item))
            .collect();
        let mut paid_back: HashMap<PaymentId, i64> = HashMap::new();
        for (payment, minor) in proof::paid_back(conn, organisation, page)? {
            let Some(payment) = payment else { continue };
            *paid_back.entry(payment).or_default() += minor;
        }
        for row in rows {
            let item = row.payment_id.retyped();
            let mut of = Judged::of(row.payment_id.to_string(), "payment_differs", &mut findings);
            let back = paid_back.get(&row.payment_id).copied().unwrap_or(0);
            judge_payment(&mut of, &row, lines.get(&item).map_or(&[], Vec::as_slice), back, chart);
            judge_item(&mut of, &row, items.get(&item), lines.get(&item).and_then(|lines| lines.first()));
            if row.status != "reversed" && Method::by_name(&row.method).is_some_and(Method::is_received) {
                let day = received.entry(row.received_on.0).or_default();
                day.functional_minor += items.get(&item).map_or(0, |item| item.functional_minor);
                day.documents += 1;
            }
            receipts.extend(row.receipt_number);
        }
    }
    findings.extend(receivables::verify_days(conn, organisation, DaySum::Received, &received)?);
    Ok(findings)
}

fn judge_payment(of: &mut Judged<'_>, row: &PaymentRow, lines: &[PostedLine], paid_back: i64, chart: Chart) {
    let money = |minor| Money::new(minor, row.currency);
    let entries: BTreeSet<_> = lines.iter().map(|line| line.entry_id).collect();
    let is_reversed = lines.iter().any(|line| line.is_reversed);
    if entries.len() != 1 {
        return of.note(format!("the journal has {} entries that took it in", entries.len()));
    }
    if (row.status == "reversed") != is_reversed {
        let is = if is_reversed { "was" } else { "was not" };
        of.note(format!("it is {}, but its entry {is} taken back", row.status));
    }
    let on = |line: &&PostedLine| {
        [AccountRole::Receivable, AccountRole::CustomerAdvances].map(|role| chart.code(role)).contains(&&*line.account)
    };
    // The money is debited first; of invoices in other currencies only this line is in the payment's.
    let taken_in = lines.first().filter(|line| line.currency == row.currency).map_or(0, |line| line.minor);
    let is_exchange = lines.iter().any(|line| line.currency != row.currency);
    let credited = -lines.iter().filter(on).map(|line| line.minor).sum::<i64>();
    for minor in [Some(taken_in), (!is_exchange).then_some(credited)].into_iter().flatten() {
        if minor != row.amount_minor {
            of.note(format!("its amount is {}, the journal has {}", money(row.amount_minor), money(minor)));
            break;
        }
    }
    if lines.iter().filter(on).any(|line| line.party_id != Some(row.customer_id)) {
        of.note("the journal has it on the account of another customer");
    }
    // A cheque that cleared is on another account than it came in on.
    if row.method != "cheque" && lines.first().is_some_and(|line| line.account != row.account) {
        of.note(format!("its money is on {}, the journal has it elsewhere", row.account));
    }
    if row.refunded_minor != paid_back {
        of.note(format!("{} of it was paid back, its refunds come to {}", money(row.refunded_minor), money(paid_back)));
    }
}

fn judge_item(of: &mut Judged<'_>, row: &PaymentRow, item: Option<&ItemFacts>, line: Option<&PostedLine>) {
    let money = |minor| Money::new(minor, row.currency);
    let Some(item) = item else {
        return of.note("it has no open item");
    };
    if item.kind != "payment" || item.currency != row.currency {
        of.note("its open item is of another kind or currency");
    }
    if item.customer_id != row.customer_id {
        of.note("its open item is on the account of another customer");
    }
    if item.amount_minor != row.amount_minor {
        of.note(format!(
            "its amount is {}, its open item is over {}",
            money(row.amount_minor),
            money(item.amount_minor)
        ));
    }
    if line.is_some_and(|line| line.functional_minor != item.functional_minor) {
        of.note("its open item has another value in the books' currency than its entry");
    }
    if row.status == "reversed" && item.open_minor != 0 {
        of.note("it was taken back, but something of it is open");
    }
}

fn walk_refunds(conn: &mut Conn, organisation: OrganisationId, chart: Chart) -> Result<Vec<Finding>, Error> {
    let (mut findings, mut after) = (Vec::new(), RefundId::NIL);
    loop {
        let rows = proof::refunds_after(conn, organisation, after)?;
        let (Some(first), Some(last)) = (rows.first(), rows.last()) else { break };
        let page = (first.refund_id.retyped(), last.refund_id.retyped());
        after = last.refund_id;
        let lines = by_document(ledger::queries::posted(conn, organisation, id::Refund::PREFIX, page)?);
        let sums = proof::sums_of(conn, organisation, id::Refund::PREFIX, page)?.into_iter();
        let fees = sums.filter(|sum| sum.account == chart.code(AccountRole::Fees));
        let fees: HashMap<OpenItemId, i64> = fees.map(|sum| (sum.document_id, sum.minor)).collect();
        for row in rows {
            let mut of = Judged::of(row.refund_id.to_string(), "refund_differs", &mut findings);
            judge_fee(&mut of, &row, fees.get(&row.refund_id.retyped()).copied().unwrap_or(0));
            judge_refund(&mut of, &row, lines.get(&row.refund_id.retyped()).map_or(&[], Vec::as_slice));
        }
    }
    Ok(findings)
}

/// What the provider kept of a refund, or gave back with it, is what is posted.
fn judge_fee(of: &mut Judged<'_>, row: &RefundRow, posted: i64) {
    let (told, money) = (row.fee_minor.unwrap_or(0), |minor| Money::new(minor, row.currency));
    if told != posted {
        of.note(format!("its fee is {}, the journal has {}", money(told), money(posted)));
    }
}

fn judge_refund(of: &mut Judged<'_>, row: &RefundRow, lines: &[PostedLine]) {
    let money = |minor| Money::new(minor, row.currency);
    // One that came back after it succeeded was posted, and taken back.
    let lines: Vec<&PostedLine> = lines.iter().filter(|line| !line.is_reversed).collect();
    let entries: BTreeSet<_> = lines.iter().map(|line| line.entry_id).collect();
    let wanted = usize::from(row.status == "succeeded");
    if entries.len() != wanted {
        return of.note(format!("it is {}, the journal has {} standing entries of it", row.status, entries.len()));
    }
    // The credit is debited first, then the money goes.
    let Some(out) = lines.get(1) else { return };
    if -out.minor != row.amount_minor {
        of.note(format!("its amount is {}, the journal has {}", money(row.amount_minor), money(-out.minor)));
    }
    if out.account != row.account {
        of.note(format!("it was paid from {}, the journal has {}", row.account, out.account));
    }
    if lines.first().is_some_and(|line| line.party_id != Some(row.customer_id)) {
        of.note("the journal has it on the account of another customer");
    }
}

/// A document that is being judged.
pub(crate) struct Judged<'a> {
    subject: String,
    code: &'static str,
    findings: &'a mut Vec<Finding>,
}

impl<'a> Judged<'a> {
    pub(crate) fn of(subject: String, code: &'static str, findings: &'a mut Vec<Finding>) -> Judged<'a> {
        Judged { subject, code, findings }
    }

    pub(crate) fn note(&mut self, detail: impl Into<String>) {
        if self.findings.len() < FINDINGS_MAX {
            self.findings.push(Finding::new(self.code, self.subject.as_str(), detail));
        }
    }
}

pub(crate) fn by_document(lines: Vec<PostedLine>) -> HashMap<OpenItemId, Vec<PostedLine>> {
    let mut groups: HashMap<OpenItemId, Vec<PostedLine>> = HashMap::new();
    for line in lines {
        groups.entry(line.document_id).or_default().push(line);
    }
    groups
}
