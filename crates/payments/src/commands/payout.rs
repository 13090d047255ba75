//! What a provider collected goes to the bank.

use super::{Notice, unpostable_date};
use crate::rules::payment::clearing;
use crate::store::{self, PayoutRow};
use ::store::{Command, Error, Tx};
use gateways::PayoutState;
use kernel::id::{CustomerId, GatewayConnectionId};
use kernel::{Date, Money, Permission, Refusal, Timestamp};
use ledger::rules::chart::AccountRole;
use ledger::rules::entry::{Document, EntryDraft, EntryKind};
use ledger::rules::postings::{self, Event};
use schema::types::{At, Day};

/// Takes up what a provider says of a pay-out, in a bill or a notification: twice is once. Clearing to bank, net; what is kept of the
/// pay-out itself is a fee. One that the bank sent back is taken back.
///
/// Refuses `connection_not_found`, `exchange_rate_missing`.
#[derive(Debug, Clone)]
pub struct TakePayout {
    pub connection: GatewayConnectionId,
    pub provider_id: String,
    pub state: PayoutState,
    /// What reaches the bank.
    pub net: Money,
    /// What is kept of it; nothing where it is not told.
    pub fee: Option<Money>,
    pub at: Timestamp,
    pub notice: Option<Notice>,
}

impl Command for TakePayout {
    const NAME: &'static str = "gateway.payout";
    const PERMISSION: Permission = Permission::SystemWork;
    type Output = ();

    fn run(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        let organisation = tx.organisation();
        let connection = store::connection(tx.conn, self.connection)?;
        let connection = connection.filter(|row| row.organisation_id == organisation);
        let provider = connection.ok_or_else(|| Refusal::not_found("connection_not_found"))?.provider;
        if let Some(notice) = &self.notice
            && !notice.is_new(tx, None, "payout")?
        {
            return Ok(());
        }
        let known = store::lock_payout(tx.conn, organisation, self.connection, &self.provider_id)?;
        let Some(mut row) = known else { return self.begin(tx, &provider) };
        match (self.state, row.status.as_str()) {
            (PayoutState::Paid, "arrived") => {
                if self.net != Money::new(row.net_minor, row.currency) {
                    tracing::error!(payout = %row.payout_id, "a provider tells another amount of a pay-out");
                }
                self.keep_fee(tx, &mut row, &provider)?;
            }
            (PayoutState::Failed, "arrived") => {
                "failed".clone_into(&mut row.status);
                row.failed_at = Some(At(self.at));
                came_back(tx, &row)?;
            }
            // The last word was that it failed.
            _ => {}
        }
        store::update_payout(tx.conn, &row)?;
        told(tx, &row)
    }
}

impl TakePayout {
    fn begin(&self, tx: &mut Tx<'_>, provider: &str) -> Result<(), Error> {
        let (chart, arrived_on) = (ledger::chart(tx)?, tx.books()?.date_of(self.at));
        let has_failed = self.state == PayoutState::Failed;
        let mut row = PayoutRow {
            organisation_id: tx.organisation(),
            payout_id: tx.new_id(),
            connection_id: self.connection,
            provider_id: self.provider_id.clone(),
            status: if has_failed { "failed" } else { "arrived" }.to_owned(),
            currency: self.net.currency(),
            gross_minor: self.net.minor(),
            fee_minor: None,
            net_minor: self.net.minor(),
            account: chart.code(AccountRole::Bank).to_owned(),
            arrived_on: Day(arrived_on),
            moved_at: At(self.at),
            failed_at: has_failed.then_some(At(self.at)),
            created_at: At(tx.now()),
            version: 1,
        };
        store::insert_payout(tx.conn, &row)?;
        // What failed before we heard of it moved nothing in the books.
        if !has_failed {
            let event = event(tx, &row)?;
            let value = ledger::value(tx, self.net, arrived_on)?;
            post(tx, postings::transfer(event, clearing(provider), AccountRole::Bank, value))?;
            self.keep_fee(tx, &mut row, provider)?;
            store::update_payout(tx.conn, &row)?;
        }
        told(tx, &row)
    }

    /// Posts the fee of the pay-out itself, once it is told.
    fn keep_fee(&self, tx: &mut Tx<'_>, row: &mut PayoutRow, provider: &str) -> Result<(), Error> {
        let Some(fee) = self.fee.filter(|_| row.fee_minor.is_none()) else { return Ok(()) };
        if fee.is_positive() {
            let event = event(tx, row)?;
            let value = ledger::value(tx, fee, row.arrived_on.0)?;
            post(tx, postings::fee(event, clearing(provider), value))?;
        }
        row.fee_minor = Some(fee.minor());
        row.gross_minor = Money::new(row.net_minor, row.currency).plus(fee)?.minor();
        Ok(())
    }
}

/// No customer is named: the money of many goes at once.
fn event(tx: &mut Tx<'_>, row: &PayoutRow) -> Result<Event, Error> {
    Ok(Event {
        chart: ledger::chart(tx)?,
        date: row.arrived_on.0,
        document: Document::Payout(row.payout_id),
        customer: CustomerId::NIL,
    })
}

/// On the day of arrival, or today where that is closed.
fn post(tx: &mut Tx<'_>, draft: EntryDraft) -> Result<(), Error> {
    let today: Date = tx.today()?;
    match ledger::post(tx, draft.clone(), "") {
        Err(Error::Refused(refusal)) if unpostable_date(&refusal) => {
            ledger::post(tx, EntryDraft { date: today, ..draft }, "").map(drop)
        }
        other => other.map(drop),
    }
}

fn came_back(tx: &mut Tx<'_>, row: &PayoutRow) -> Result<(), Error> {
    let (organisation, on) = (tx.organisation(), tx.today()?);
    let mut entries = ledger::entries_of(tx.conn, organisation, Document::Payout(row.payout_id))?;
    entries.retain(|entry| entry.reversed_by.is_none() && entry.kind == EntryKind::Transfer);
    for entry in entries {
        ledger::reverse(tx, entry.id, on, "")?;
    }
    Ok(())
}

fn told(tx: &mut Tx<'_>, row: &PayoutRow) -> Result<(), Error> {
    let money = |minor| Money::new(minor, row.currency).to_string();
    let facts = serde_json::json!({
        "number": row.provider_id, "status": row.status, "net": money(row.net_minor), "fee": row.fee_minor.map(money),
        "arrived_on": row.arrived_on.0.to_string(),
    });
    tx.audit(row.payout_id, &facts)
}
