//! Bills of providers and pay-outs as people read them.

use crate::store::{self, BillOfDay, ConnectionRow, DifferenceRow, PayoutRow};
use ::store::{Conn, Error, Part};
use kernel::id::{BillDifferenceId, GatewayConnectionId, PaymentId, PayoutId, RefundId};
use kernel::{Currency, Date, Money, Refusal, Scope, Timestamp};
use std::collections::BTreeMap;

/// The bill of a day at a connection, and how it stands to the books.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bill {
    pub connection: GatewayConnectionId,
    /// The connection's name.
    pub name: String,
    pub day: Date,
    /// Whether it was taken in and compared; else it is awaited.
    pub is_compared: bool,
    /// Code of why it could not be had when it was last asked for.
    pub failure: Option<String>,
    pub next_at: Option<Timestamp>,
    pub fetched_at: Option<Timestamp>,
    /// What moved by currency: they say, we say.
    pub sums: Vec<(Money, Money)>,
    /// Oldest first, those that ended too.
    pub differences: Vec<Found>,
}

/// Something in which bill and books do not agree, or did not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    pub id: BillDifferenceId,
    /// `only_here`, `only_there`, `amount_differs`, `fee_differs`, `fee_beyond_contract`, `state_differs`.
    pub kind: String,
    /// `payment`, `refund`, `fee`, `dispute`, `payout`, `other`.
    pub about: String,
    pub reference: String,
    pub ours: Option<Money>,
    pub theirs: Option<Money>,
    pub payment: Option<PaymentId>,
    pub refund: Option<RefundId>,
    /// `open`, `set_aside`, `closed`.
    pub status: String,
    pub note: Option<String>,
}

/// What a provider sent to the bank.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payout {
    pub id: PayoutId,
    pub connection: GatewayConnectionId,
    /// The connection's name.
    pub name: String,
    pub provider_id: String,
    /// `arrived`, `failed`.
    pub status: String,
    pub gross: Money,
    pub fee: Option<Money>,
    pub net: Money,
    pub account: String,
    pub arrived_on: Date,
    pub failed_at: Option<Timestamp>,
}

impl Bill {
    /// How many differences nobody has looked at.
    pub fn open(&self) -> i64 {
        let open = self.differences.iter().filter(|one| one.status == "open").count();
        i64::try_from(open).unwrap_or(i64::MAX)
    }
}

type Names = BTreeMap<GatewayConnectionId, String>;

fn names(conn: &mut Conn, scope: &Scope) -> Result<Names, Error> {
    let rows: Vec<ConnectionRow> = store::connections_of(conn, scope.organisation())?;
    Ok(rows.into_iter().map(|row| (row.connection_id, row.name)).collect())
}

/// Bills of the days from one to another, of one connection or all, the newest first; at most 200 days.
pub fn bills(
    conn: &mut Conn,
    scope: &Scope,
    only: Option<GatewayConnectionId>,
    days: (Date, Date),
) -> Result<Vec<Bill>, Error> {
    let names = names(conn, scope)?;
    if only.is_some_and(|id| !names.contains_key(&id)) {
        return Err(Refusal::not_found("connection_not_found").into());
    }
    let mut rows = store::bills_between(conn, scope, days)?;
    rows.retain(|row| only.is_none_or(|id| row.connection_id == id));
    rows.into_iter().map(|row| bill(conn, row, &names)).collect()
}

/// The bill of a day, or a refusal.
pub fn of_day(conn: &mut Conn, scope: &Scope, connection: GatewayConnectionId, day: Date) -> Result<Bill, Error> {
    let names = names(conn, scope)?;
    let row = store::bill(conn, scope.organisation(), connection, day)?;
    let row = row.filter(|_| scope.customer().is_none()).ok_or_else(|| Refusal::not_found("bill_not_found"))?;
    bill(conn, row, &names)
}

/// The day of a difference, or a refusal.
pub fn day_of(conn: &mut Conn, scope: &Scope, id: BillDifferenceId) -> Result<(GatewayConnectionId, Date), Error> {
    let row = store::difference(conn, scope.organisation(), id)?;
    let row = row.ok_or_else(|| Refusal::not_found("difference_not_found"))?;
    Ok((row.connection_id, row.day.0))
}

/// Pay-outs, the newest first.
pub fn payouts(conn: &mut Conn, scope: &Scope, part: &Part) -> Result<Vec<Payout>, Error> {
    let names = names(conn, scope)?;
    Ok(store::list_payouts(conn, scope, part)?.into_iter().map(|row| payout(row, &names)).collect())
}

fn bill(conn: &mut Conn, row: BillOfDay, names: &Names) -> Result<Bill, Error> {
    let sums: BTreeMap<String, (i64, i64)> = serde_json::from_str(&row.sums.0)?;
    let money = |(code, (theirs, ours)): (String, (i64, i64))| {
        let currency = Currency::parse(&code).map_err(|_| Error::Broken(format!("sums of {}", row.day.0)))?;
        Ok::<_, Error>((Money::new(theirs, currency), Money::new(ours, currency)))
    };
    let found = store::differences_of(conn, row.organisation_id, row.connection_id, row.day.0)?;
    Ok(Bill {
        connection: row.connection_id,
        name: names.get(&row.connection_id).cloned().unwrap_or_default(),
        day: row.day.0,
        is_compared: row.state == "compared",
        failure: row.failure,
        next_at: row.next_ask_at.map(|at| at.0),
        fetched_at: row.fetched_at.map(|at| at.0),
        sums: sums.into_iter().map(money).collect::<Result<_, _>>()?,
        differences: found.into_iter().map(difference).collect(),
    })
}

fn difference(row: DifferenceRow) -> Found {
    let money = |minor: Option<i64>| minor.map(|minor| Money::new(minor, row.currency));
    Found {
        id: row.difference_id,
        ours: money(row.ours_minor),
        theirs: money(row.theirs_minor),
        kind: row.kind,
        about: row.about,
        reference: row.reference,
        payment: row.payment_id,
        refund: row.refund_id,
        status: row.status,
        note: row.note,
    }
}

fn payout(row: PayoutRow, names: &Names) -> Payout {
    let money = |minor| Money::new(minor, row.currency);
    Payout {
        id: row.payout_id,
        connection: row.connection_id,
        name: names.get(&row.connection_id).cloned().unwrap_or_default(),
        gross: money(row.gross_minor),
        fee: row.fee_minor.map(money),
        net: money(row.net_minor),
        provider_id: row.provider_id,
        status: row.status,
        account: row.account,
        arrived_on: row.arrived_on.0,
        failed_at: row.failed_at.map(|at| at.0),
    }
}
