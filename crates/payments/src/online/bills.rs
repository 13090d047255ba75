//! Providers are asked what happened on a day, once it is over.

use super::{Online, house};
use crate::commands::{AwaitBill, CompareBill, LearnFees, TakePayout};
use crate::rules::polls;
use crate::store::{self, ConnectionRow};
use ::store::{App, Error};
use gateways::{BillKind, BillRow, CallError, Gateway, PayoutState, Registry};
use kernel::id::{CheckoutId, GatewayConnectionId, OrganisationId, RefundId};
use kernel::{Date, Money, Refusal, Timestamp};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Bills of so many days are made up for after we were away.
const DAYS_BACK: i64 = 7;
/// Fees that are posted in one transaction.
const FEES_AT_ONCE: usize = 50;
/// How many bills are asked for in one round.
const ROUND: i64 = 20;

/// Plans the bills of days that are over, and asks for those whose time has come; called every half minute. Returns how many were
/// asked for.
pub async fn fetch_due_bills(app: &App, registry: &Arc<Registry>) -> Result<usize, Error> {
    let online = Online { registry: Arc::clone(registry), ..Online::default() };
    for connection in app.db().read(store::active_connections).await? {
        online.plan(app, &connection).await?;
    }
    let now = app.now();
    let due = app.db().read(move |conn| store::due_bills(conn, now, ROUND)).await?;
    for (organisation, connection, day) in &due {
        if let Err(error) = online.fetch_bill(app, *organisation, *connection, day.0).await {
            tracing::error!(%connection, day = %day.0, %error, "a bill could not be taken in");
        }
    }
    Ok(due.len())
}

/// The last day that is over by the provider's clock.
fn last_day(gateway: &Arc<dyn Gateway>, now: Timestamp) -> Option<Date> {
    let today = jiff::tz::TimeZone::UTC.to_datetime(now).date().tomorrow().ok()?;
    let mut days = std::iter::successors(Some(today), |day| day.yesterday().ok());
    days.find(|day| gateway.bill_day(*day).1 <= now)
}

impl Online {
    async fn plan(&self, app: &App, connection: &ConnectionRow) -> Result<(), Error> {
        let (organisation, id) = (connection.organisation_id, connection.connection_id);
        let Some(gateway) = self.registry.get(id) else { return Ok(()) };
        let Some(last) = last_day(&gateway, app.now()) else { return Ok(()) };
        let newest = app.db().read(move |conn| store::newest_bill(conn, organisation, id)).await?;
        if newest.is_some_and(|newest| newest >= last) {
            return Ok(());
        }
        let is_ours = |day: &Date| {
            let is_new = newest.is_none_or(|newest| *day > newest);
            is_new && gateway.bill_day(*day).1 > connection.created_at.0
        };
        let back = std::iter::successors(Some(last), |day| day.yesterday().ok());
        let days: Vec<Date> = back.take(usize::try_from(DAYS_BACK).unwrap_or(1)).take_while(is_ours).collect();
        for day in days.into_iter().rev() {
            let command = AwaitBill { connection: id, day, next_at: Some(app.now()), failure: None };
            app.write(&house(app, organisation)?, command).await?;
        }
        Ok(())
    }

    /// Asks for the bill of a day out of turn; of one that is over, although nobody planned it. Tells whether it is there.
    pub(crate) async fn fetch_again(
        &self,
        app: &App,
        organisation: OrganisationId,
        connection: GatewayConnectionId,
        day: Date,
    ) -> Result<bool, Error> {
        let known = move |conn: &mut ::store::Conn| {
            let row = store::connection(conn, connection)?.filter(|row| row.organisation_id == organisation);
            row.ok_or_else(|| Refusal::not_found("connection_not_found"))?;
            store::bill(conn, organisation, connection, day)
        };
        if app.db().read(known).await?.is_none() {
            let gateway = self.registry.get(connection);
            let is_over = gateway.is_some_and(|gateway| gateway.bill_day(day).1 <= app.now());
            if !is_over {
                return Err(Refusal::not_found("bill_not_found").into());
            }
            let command = AwaitBill { connection, day, next_at: Some(app.now()), failure: None };
            app.write(&house(app, organisation)?, command).await?;
        }
        self.fetch_bill(app, organisation, connection, day).await
    }

    /// Asks for the bill of a day and takes in what it says. Where it cannot be had, it is asked for again later.
    pub(crate) async fn fetch_bill(
        &self,
        app: &App,
        organisation: OrganisationId,
        connection: GatewayConnectionId,
        day: Date,
    ) -> Result<bool, Error> {
        let known = app.db().read(move |conn| store::bill(conn, organisation, connection, day)).await?;
        let asked = known.ok_or_else(|| Refusal::not_found("bill_not_found"))?.asked;
        let failure = match self.registry.get(connection) {
            None => Some("unreachable".to_owned()),
            Some(gateway) => match gateway.bill(day).await {
                Ok(Some(bill)) => match self.take_bill(app, &gateway, (organisation, connection, day), bill.rows).await
                {
                    Ok(()) => return Ok(true),
                    Err(Error::Refused(refusal)) => Some(refusal.code.to_owned()),
                    Err(error) => return Err(error),
                },
                Ok(None) => None,
                Err(error) => {
                    tracing::warn!(%connection, %day, %error, "a bill could not be had");
                    Some(failure(&error).to_owned())
                }
            },
        };
        let next_at = polls::bill_wait_s(asked).map(|wait| app.now() + jiff::SignedDuration::from_secs(wait));
        app.write(&house(app, organisation)?, AwaitBill { connection, day, next_at, failure }).await?;
        Ok(false)
    }

    /// A context of its own for each step, since each draws ids. Pay-outs first, then fees that nobody told before, then what is left of differences.
    async fn take_bill(
        &self,
        app: &App,
        gateway: &Arc<dyn Gateway>,
        (organisation, connection, day): (OrganisationId, GatewayConnectionId, Date),
        rows: Vec<BillRow>,
    ) -> Result<(), Error> {
        let mut payouts: Vec<&BillRow> = rows.iter().filter(|row| row.kind == BillKind::Payout).collect();
        payouts.sort_by_key(|row| row.at);
        for row in payouts {
            app.write(&house(app, organisation)?, payout(connection, row)?).await?;
        }
        let mut fees: Vec<(CheckoutId, Money)> = rows.iter().filter_map(fee).collect();
        fees.sort_by_key(|(id, _)| *id);
        let ids: Vec<CheckoutId> = fees.iter().map(|(id, _)| *id).collect();
        let known = move |conn: &mut ::store::Conn| store::checkouts_named(conn, organisation, connection, &ids);
        let unknown: Vec<CheckoutId> = app
            .db()
            .read(known)
            .await?
            .into_iter()
            .filter(|row| row.fee_minor.is_none() && row.payment_id.is_some())
            .map(|row| row.checkout_id)
            .collect();
        fees.retain(|(id, _)| unknown.contains(id));
        for some in fees.chunks(FEES_AT_ONCE) {
            let fees: BTreeMap<CheckoutId, Money> = some.iter().copied().collect();
            let command = LearnFees { connection, fees, refund_fees: BTreeMap::new() };
            app.write(&house(app, organisation)?, command).await?;
        }
        self.learn_fees_of_refunds(app, organisation, connection, &rows).await?;
        let beside = [day.yesterday().ok(), Some(day), day.tomorrow().ok()];
        let span = |day: Date| {
            let (from, until) = gateway.bill_day(day);
            (day, from, until)
        };
        let days = beside.into_iter().flatten().map(span).collect();
        app.write(&house(app, organisation)?, CompareBill { connection, day, rows, days }).await?;
        Ok(())
    }
}

impl Online {
    /// Fees of refunds that nobody told before.
    async fn learn_fees_of_refunds(
        &self,
        app: &App,
        organisation: OrganisationId,
        connection: GatewayConnectionId,
        rows: &[BillRow],
    ) -> Result<(), Error> {
        let mut fees: BTreeMap<RefundId, Money> = rows.iter().filter_map(fee_of_refund).collect();
        let ids: Vec<RefundId> = fees.keys().copied().collect();
        let known = move |conn: &mut ::store::Conn| store::refunds_named(conn, organisation, connection, &ids);
        let unknown = app.db().read(known).await?.into_iter().filter(|row| row.fee_minor.is_none());
        let unknown: BTreeSet<RefundId> = unknown.map(|row| row.refund_id).collect();
        fees.retain(|id, _| unknown.contains(id));
        let fees: Vec<(RefundId, Money)> = fees.into_iter().collect();
        for some in fees.chunks(FEES_AT_ONCE) {
            let refund_fees = some.iter().copied().collect();
            let command = LearnFees { connection, fees: BTreeMap::new(), refund_fees };
            app.write(&house(app, organisation)?, command).await?;
        }
        Ok(())
    }
}

fn failure(error: &CallError) -> &'static str {
    match error {
        CallError::Refused { .. } | CallError::NotFound => "refused",
        CallError::Unsent => "unreachable",
        CallError::Unknown { .. } => "unreadable",
    }
}

/// What goes to the bank is less than nothing on the balance; what comes back, more.
fn payout(connection: GatewayConnectionId, row: &BillRow) -> Result<TakePayout, Error> {
    let (state, net) = match row.gross.is_positive() {
        true => (PayoutState::Failed, row.gross),
        false => (PayoutState::Paid, row.gross.negated()?),
    };
    let provider_id = row.provider_id.clone();
    Ok(TakePayout { connection, provider_id, state, net, fee: row.fee, at: row.at, notice: None })
}

fn fee(row: &BillRow) -> Option<(CheckoutId, Money)> {
    let id = row.reference.as_ref()?.parse().ok()?;
    row.fee.filter(|_| row.kind == BillKind::Payment).map(|fee| (id, fee))
}

fn fee_of_refund(row: &BillRow) -> Option<(RefundId, Money)> {
    let id = row.reference.as_ref()?.parse().ok()?;
    row.fee.filter(|_| row.kind == BillKind::Refund).map(|fee| (id, fee))
}
