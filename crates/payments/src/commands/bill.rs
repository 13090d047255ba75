//! A provider's bill of a day is awaited, taken in and compared with the books.

use super::event;
use super::settle::post_fee;
use crate::rules::comparison::{Difference, Ours, Said, compare, sums};
use crate::rules::payment::{Method, clearing};
use crate::store::{self, BillOfDay, CheckoutRow, DifferenceRow, DisputedRow, RefundRow};
use ::store::{Command, Error, Tx};
use gateways::{BillKind, BillRow};
use kernel::id::{CheckoutId, GatewayConnectionId, PaymentId, RefundId};
use kernel::{Date, Money, Permission, Refusal, Timestamp};
use ledger::rules::entry::Document;
use ledger::rules::postings;
use schema::types::{At, Day, JsonText};
use std::collections::{BTreeMap, BTreeSet};

/// Plans when the bill of a day is asked for, the first time or again.
#[derive(Debug, Clone)]
pub struct AwaitBill {
    pub connection: GatewayConnectionId,
    pub day: Date,
    /// Nothing when it is not asked for any more, but by a person.
    pub next_at: Option<Timestamp>,
    /// Why it could not be had; nothing while the provider has not written it.
    pub failure: Option<String>,
}

impl Command for AwaitBill {
    const NAME: &'static str = "gateway.await_bill";
    const PERMISSION: Permission = Permission::SystemWork;
    type Output = ();

    fn run(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        let organisation = tx.organisation();
        let known = store::lock_bill(tx.conn, organisation, self.connection, self.day)?;
        let is_new = known.is_none();
        let mut row = known.unwrap_or_else(|| BillOfDay {
            organisation_id: organisation,
            connection_id: self.connection,
            day: Day(self.day),
            state: "awaited".to_owned(),
            bill_rows: JsonText("[]".to_owned()),
            sums: JsonText("{}".to_owned()),
            failure: None,
            asked: -1,
            next_ask_at: None,
            fetched_at: None,
            version: 1,
        });
        row.asked += 1;
        row.next_ask_at = self.next_at.map(At);
        row.failure.clone_from(&self.failure);
        store::put_bill(tx.conn, &row, is_new)?;
        let facts = serde_json::json!({ "day": self.day.to_string(), "asked": row.asked, "failure": row.failure });
        tx.audit(self.connection, &facts)
    }
}

/// Posts fees that only the bill told; one that is known stays as it is.
#[derive(Debug, Clone)]
pub struct LearnFees {
    pub connection: GatewayConnectionId,
    pub fees: BTreeMap<CheckoutId, Money>,
    /// Of refunds: below zero where the provider gives back of the payment's fee.
    pub refund_fees: BTreeMap<RefundId, Money>,
}

impl Command for LearnFees {
    const NAME: &'static str = "gateway.learn_fees";
    const PERMISSION: Permission = Permission::SystemWork;
    type Output = ();

    fn run(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        let (scope, mut learnt) = (tx.context().scope(), 0);
        let connection = store::connection(tx.conn, self.connection)?;
        let provider = connection.ok_or_else(|| Refusal::not_found("connection_not_found"))?.provider;
        for (id, fee) in &self.fees {
            let Some(mut row) = store::lock_checkout(tx.conn, &scope, *id)? else { continue };
            let is_new = row.connection_id == self.connection && row.fee_minor.is_none();
            let Some(payment) = row.payment_id.filter(|_| is_new && fee.currency() == row.currency) else { continue };
            if fee.is_positive() {
                post_fee(tx, &row, payment, &provider, *fee)?;
            }
            row.fee_minor = Some(fee.minor());
            store::update_checkout(tx.conn, &row)?;
            learnt += 1;
        }
        let ids: Vec<RefundId> = self.refund_fees.keys().copied().collect();
        for row in store::refunds_named(tx.conn, tx.organisation(), self.connection, &ids)? {
            learnt += usize::from(self.learn_of_refund(tx, row.refund_id, &provider)?);
        }
        tx.audit(self.connection, &serde_json::json!({ "fees": learnt }))
    }
}

impl LearnFees {
    /// Posts the fee of a refund that succeeded, once; turned where it is given back.
    fn learn_of_refund(&self, tx: &mut Tx<'_>, id: RefundId, provider: &str) -> Result<bool, Error> {
        let scope = tx.context().scope();
        let Some(fee) = self.refund_fees.get(&id).copied() else { return Ok(false) };
        let row = store::lock_refund(tx.conn, &scope, id)?
            .filter(|row| row.status == "succeeded" && row.fee_minor.is_none() && row.currency == fee.currency());
        let Some(mut row) = row else { return Ok(false) };
        if !fee.is_zero() {
            let today = tx.today()?;
            let event = event(tx, today, Document::Refund(id), row.customer_id)?;
            let size = if fee.is_negative() { fee.negated()? } else { fee };
            let draft = postings::fee(event, clearing(provider), ledger::value(tx, size, today)?);
            ledger::post(tx, if fee.is_negative() { postings::turned(draft) } else { draft }, "")?;
        }
        row.fee_minor = Some(fee.minor());
        store::update_refund(tx.conn, &row)?;
        tx.audit(id, &serde_json::json!({ "fee": fee.to_string() }))?;
        Ok(true)
    }
}

/// Keeps the bill of a day and compares it, and with it the days beside it: what happened about midnight is in one bill or the other.
#[derive(Debug, Clone)]
pub struct CompareBill {
    pub connection: GatewayConnectionId,
    pub day: Date,
    pub rows: Vec<BillRow>,
    /// From when until when the provider counts this day and those beside it.
    pub days: Vec<(Date, Timestamp, Timestamp)>,
}

impl Command for CompareBill {
    const NAME: &'static str = "gateway.compare_bill";
    const PERMISSION: Permission = Permission::SystemWork;
    /// How many differences the day has that nobody has looked at.
    type Output = usize;

    fn run(&self, tx: &mut Tx<'_>) -> Result<usize, Error> {
        let (organisation, now) = (tx.organisation(), tx.now());
        let known = store::lock_bill(tx.conn, organisation, self.connection, self.day)?;
        let bill = known.ok_or_else(|| Refusal::not_found("bill_not_found"))?;
        let row = BillOfDay {
            state: "compared".to_owned(),
            bill_rows: BillOfDay::keep(&self.rows)?,
            failure: None,
            next_ask_at: None,
            fetched_at: Some(At(now)),
            ..bill
        };
        store::put_bill(tx.conn, &row, false)?;
        let mut open = 0;
        for (day, from, until) in &self.days {
            let found = self.compare_day(tx, *day, (*from, *until))?;
            open += found.filter(|_| *day == self.day).unwrap_or(0);
        }
        let facts = serde_json::json!({ "day": self.day.to_string(), "rows": self.rows.len(), "differences": open });
        tx.audit(self.connection, &facts)?;
        Ok(open)
    }
}

/// What of the books a difference is about.
#[derive(Debug, Clone, Copy, Default)]
struct Link {
    payment: Option<PaymentId>,
    refund: Option<RefundId>,
}

/// What the books say of a day, and what of them that is about.
#[derive(Default)]
struct Here {
    said: Vec<Ours>,
    links: BTreeMap<(BillKind, String), Link>,
}

impl CompareBill {
    /// `None` where there is no bill of that day.
    fn compare_day(&self, tx: &mut Tx<'_>, day: Date, span: (Timestamp, Timestamp)) -> Result<Option<usize>, Error> {
        let organisation = tx.organisation();
        let bill = store::lock_bill(tx.conn, organisation, self.connection, day)?;
        let Some(bill) = bill.filter(|bill| bill.state == "compared") else { return Ok(None) };
        let rows = bill.rows()?;
        let mut beside = BTreeSet::new();
        for other in [day.yesterday(), day.tomorrow()].into_iter().flatten() {
            if let Some(bill) = store::bill(tx.conn, organisation, self.connection, other)? {
                beside.extend(bill.rows()?.iter().map(key));
            }
        }
        let here = self.here(tx, span, &rows, &beside)?;
        let theirs: Vec<Said> = rows.iter().map(said).collect();
        let sums = JsonText(serde_json::to_string(&sums(&theirs, &here.said))?);
        store::put_bill(tx.conn, &BillOfDay { sums, ..bill }, false)?;
        self.list(tx, day, compare(&theirs, &here.said), &here.links).map(Some)
    }

    /// What the books have of the day, and of whatever the bill names. What a bill beside it has is not wanted here.
    fn here(
        &self,
        tx: &mut Tx<'_>,
        span: (Timestamp, Timestamp),
        rows: &[BillRow],
        beside: &BTreeSet<(BillKind, String)>,
    ) -> Result<Here, Error> {
        let (organisation, connection) = (tx.organisation(), self.connection);
        let named: BTreeSet<(BillKind, String)> = rows.iter().map(key).collect();
        let is_wanted = |about, id: String| {
            let key = (about, id);
            named.contains(&key) || !beside.contains(&key)
        };
        let (mut checkouts, mut refunds) = (BTreeMap::new(), BTreeMap::new());
        for row in store::taken_between(tx.conn, organisation, connection, span)? {
            checkouts.insert(row.checkout_id, row);
        }
        let ids: Vec<CheckoutId> = ids_of(&named, BillKind::Payment);
        for row in store::checkouts_named(tx.conn, organisation, connection, &ids)? {
            checkouts.insert(row.checkout_id, row);
        }
        for row in store::refunded_between(tx.conn, organisation, connection, span)? {
            refunds.insert(row.refund_id, row);
        }
        let ids: Vec<RefundId> = ids_of(&named, BillKind::Refund);
        for row in store::refunds_named(tx.conn, organisation, connection, &ids)? {
            refunds.insert(row.refund_id, row);
        }
        let offers = crate::online::said(tx.conn, organisation)?;
        let mut here = Here::default();
        for row in checkouts.values().filter(|row| is_wanted(BillKind::Payment, row.checkout_id.to_string())) {
            let contract = contract(&offers, row)?;
            here.add(payment(row, contract), Link { payment: row.payment_id, refund: None });
        }
        for row in refunds.values().filter(|row| is_wanted(BillKind::Refund, row.refund_id.to_string())) {
            here.add(refund(row), Link { payment: row.payment_id, refund: Some(row.refund_id) });
        }
        let names: Vec<String> = ids_of(&named, BillKind::Dispute);
        for row in store::disputed_between(tx.conn, organisation, connection, span, &names)? {
            if is_wanted(BillKind::Dispute, row.movement.clone()) {
                let (payment, ours) = disputed(row);
                here.add(ours, Link { payment: Some(payment), refund: None });
            }
        }
        for row in store::payouts_between(tx.conn, organisation, connection, span)? {
            let money = |minor| Money::new(minor, row.currency);
            let moves =
                [(Some(row.moved_at), -row.net_minor, row.fee_minor.unwrap_or(0)), (row.failed_at, row.net_minor, 0)];
            for (at, gross, fee) in moves {
                if at.is_some_and(|at| (span.0..span.1).contains(&at.0)) {
                    let said = Said {
                        about: BillKind::Payout,
                        key: row.provider_id.clone(),
                        gross: money(gross),
                        fee: Some(money(fee)),
                    };
                    here.add(Ours { said, moved: true, contract: None }, Link::default());
                }
            }
        }
        Ok(here)
    }

    /// Lists what is new, and ends what is there no more. What was set aside stays so while it is the same. Gives how many are open.
    fn list(
        &self,
        tx: &mut Tx<'_>,
        day: Date,
        mut found: Vec<Difference>,
        links: &BTreeMap<(BillKind, String), Link>,
    ) -> Result<usize, Error> {
        let (organisation, now, mut open) = (tx.organisation(), tx.now(), 0);
        for mut row in store::differences_of(tx.conn, organisation, self.connection, day)? {
            if row.status == "closed" {
                continue;
            }
            match found.iter().position(|one| is_same(one, &row)) {
                Some(at) => {
                    found.swap_remove(at);
                    open += usize::from(row.status == "open");
                }
                None => {
                    "closed".clone_into(&mut row.status);
                    row.ended_at = Some(At(now));
                    store::update_difference(tx.conn, &row)?;
                }
            }
        }
        open += found.len();
        for one in found {
            let link = links.get(&(one.about, one.key.clone())).copied().unwrap_or_default();
            let row = DifferenceRow {
                organisation_id: organisation,
                difference_id: tx.new_id(),
                connection_id: self.connection,
                day: Day(day),
                kind: one.kind.name().to_owned(),
                about: one.about.name().to_owned(),
                reference: one.key,
                currency: one.currency,
                ours_minor: one.ours.map(Money::minor),
                theirs_minor: one.theirs.map(Money::minor),
                payment_id: link.payment,
                refund_id: link.refund,
                status: "open".to_owned(),
                note: None,
                decided_by: None,
                created_at: At(now),
                ended_at: None,
                version: 1,
            };
            store::insert_difference(tx.conn, &row)?;
        }
        Ok(open)
    }
}

impl Here {
    fn add(&mut self, ours: Ours, link: Link) {
        self.links.insert((ours.said.about, ours.said.key.clone()), link);
        self.said.push(ours);
    }
}

fn is_same(one: &Difference, row: &DifferenceRow) -> bool {
    let told = (one.kind.name(), one.about.name(), one.key.as_str(), one.currency);
    let values = (one.ours.map(Money::minor), one.theirs.map(Money::minor));
    told == (&*row.kind, &*row.about, &*row.reference, row.currency) && values == (row.ours_minor, row.theirs_minor)
}

/// The number by which both sides know a row: ours where it is told, else the provider's. What a dispute moved has a name of the
/// provider's own each time.
fn key(row: &BillRow) -> (BillKind, String) {
    let ours = row.reference.clone().filter(|_| row.kind != BillKind::Dispute);
    (row.kind, ours.unwrap_or_else(|| row.provider_id.clone()))
}

fn said(row: &BillRow) -> Said {
    let (about, key) = key(row);
    Said { about, key, gross: row.gross, fee: row.fee }
}

fn ids_of<T: std::str::FromStr>(named: &BTreeSet<(BillKind, String)>, about: BillKind) -> Vec<T> {
    named.iter().filter(|(kind, _)| *kind == about).filter_map(|(_, id)| id.parse().ok()).collect()
}

fn payment(row: &CheckoutRow, contract: Option<Money>) -> Ours {
    let money = |minor| Money::new(minor, row.currency);
    let said = Said {
        about: BillKind::Payment,
        key: row.checkout_id.to_string(),
        gross: money(row.amount_minor),
        fee: row.fee_minor.map(money),
    };
    Ours { said, moved: row.payment_id.is_some(), contract }
}

/// What is kept of what goes back, or given back with it, once that was told.
fn refund(row: &RefundRow) -> Ours {
    let said = Said {
        about: BillKind::Refund,
        key: row.refund_id.to_string(),
        gross: Money::new(-row.amount_minor, row.currency),
        fee: row.fee_minor.map(|minor| Money::new(minor, row.currency)),
    };
    Ours { said, moved: row.status == "succeeded", contract: None }
}

/// Money that a dispute took away or gave back, and of which payment.
fn disputed(row: DisputedRow) -> (PaymentId, Ours) {
    let money = |minor| Money::new(minor, row.currency);
    let gross = money(if row.is_withdrawn() { -row.amount_minor } else { row.amount_minor });
    let (about, fee) = (BillKind::Dispute, Some(money(row.fee_minor)));
    (row.payment_id, Ours { said: Said { about, key: row.movement, gross, fee }, moved: true, contract: None })
}

/// What may be kept of a payment, where the company has said so.
fn contract(offers: &crate::online::Said, row: &CheckoutRow) -> Result<Option<Money>, Error> {
    let Some(method) = Method::by_name(&row.method) else { return Ok(None) };
    let terms = offers.terms(row.connection_id, method, row.currency)?.filter(|terms| !terms.fee.is_zero());
    Ok(terms.map(|terms| terms.fee.of(Money::new(row.amount_minor, row.currency))).transpose()?)
}
