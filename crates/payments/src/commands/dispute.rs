//! The one place where the provider's word about a dispute has its effect.

use super::dispute_books::take;
use super::{Notice, not_found};
use crate::rules::dispute::{Belief, DisputeStatus, Funds, Standing, believe};
use crate::store::{self, CheckoutRow, DisputeRow, MovementRow, PaymentRow};
use ::store::{Command, Error, Tx};
use gateways::{Direction, Movement, ProviderDispute};
use kernel::id::{DisputeId, InvoiceId};
use kernel::{Bug, Money, Permission, Refusal, Timestamp, is_planted};
use schema::types::At;

/// Takes up what a provider says of a dispute. Words that come twice, late or out of order leave the same in the end.
///
/// Refuses `checkout_not_found` where the payment is none of ours, and `dispute_before_payment` where it is not known yet that it
/// was paid: then the provider says it again.
#[derive(Debug, Clone)]
pub struct FollowDispute {
    pub word: ProviderDispute,
    /// When it was as the word says.
    pub said_at: Timestamp,
    pub merchant: String,
    pub notice: Notice,
}

impl Command for FollowDispute {
    const NAME: &'static str = "dispute.follow";
    const PERMISSION: Permission = Permission::SystemWork;
    /// The dispute; none where the word was not believed.
    type Output = Option<DisputeId>;

    fn run(&self, tx: &mut Tx<'_>) -> Result<Option<DisputeId>, Error> {
        let (scope, organisation) = (tx.context().scope(), tx.organisation());
        let connection = self.notice.connection;
        let checkout = store::checkout(tx.conn, &scope, self.word.payment.reference)?;
        let checkout = checkout.filter(|checkout| checkout.connection_id == connection);
        let checkout = checkout.ok_or_else(|| Refusal::not_found("checkout_not_found"))?;
        let paid = checkout.payment_id.ok_or_else(|| Refusal::conflict("dispute_before_payment"))?;
        // The customer first, as in every transaction that touches its items; then the payment, then what is of it.
        customers::queries::lock(tx, checkout.customer_id)?;
        let mut payment = store::lock_payment(tx.conn, &scope, paid)?.ok_or_else(not_found)?;
        let row = store::lock_dispute_of(tx.conn, organisation, connection, &self.word.provider_id)?;
        if !self.notice.is_new(tx, Some(checkout.checkout_id), "dispute")? {
            return Ok(row.map(|row| row.dispute_id));
        }
        if !self.fits(tx, &checkout, &payment)? {
            return self.not_believed(tx, &payment, row);
        }
        let is_new = row.is_none();
        let mut row = match row {
            Some(row) => row,
            // Money whose dispute was told of already needs no second one.
            None if !self.word.funds.is_empty() && self.all_known(tx)? => return Ok(None),
            None => self.row(tx, &payment)?,
        };
        let before = row.status.clone();
        self.learn(&mut row);
        if is_new {
            store::insert_dispute(tx.conn, &row)?;
        }
        let fees = self.keep_movements(tx, &row)?;
        let there = funds_after(tx, &row)?;
        take(tx, &mut payment, &mut row, &there, &fees)?;
        store::update_dispute(tx.conn, &row)?;
        tell(tx, &row, if is_new { "" } else { &before })?;
        Ok(Some(row.dispute_id))
    }
}

impl FollowDispute {
    /// Whether the word can be about this payment.
    fn fits(&self, tx: &mut Tx<'_>, checkout: &CheckoutRow, payment: &PaymentRow) -> Result<bool, Error> {
        let connection = store::connection(tx.conn, checkout.connection_id)?
            .ok_or_else(|| Error::Broken(format!("connection of {}", checkout.checkout_id)))?;
        let settings: gateways::Settings = serde_json::from_str(&connection.settings.0)?;
        let told = self.word.payment.provider_id.as_ref();
        let other = told.zip(checkout.provider_id.as_ref()).is_some_and(|(told, known)| told != known);
        let captured = Money::new(payment.amount_minor, payment.currency);
        let belief = believe(captured, self.word.amount, &self.word.funds);
        Ok(belief == Belief::Believed && !other && settings.get(gateways::MERCHANT) == Some(&self.merchant))
    }

    /// Nothing follows, but whoever looks at the payment or the dispute is told.
    fn not_believed(
        &self,
        tx: &mut Tx<'_>,
        payment: &PaymentRow,
        row: Option<DisputeRow>,
    ) -> Result<Option<DisputeId>, Error> {
        tracing::error!(payment = %payment.payment_id, "the provider's word of a dispute does not fit the payment");
        let told = serde_json::json!({ "dispute": self.word.provider_id, "failure": "mismatch" });
        tx.audit(payment.payment_id, &told)?;
        let Some(mut row) = row else { return Ok(None) };
        row.failure = Some("mismatch".to_owned());
        store::update_dispute(tx.conn, &row)?;
        tx.audit(row.dispute_id, &serde_json::json!({ "failure": "mismatch" }))?;
        Ok(Some(row.dispute_id))
    }

    fn all_known(&self, tx: &mut Tx<'_>) -> Result<bool, Error> {
        let organisation = tx.organisation();
        for movement in &self.word.funds {
            if !store::movement_is_known(tx.conn, organisation, self.notice.connection, &movement.id)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn row(&self, tx: &mut Tx<'_>, payment: &PaymentRow) -> Result<DisputeRow, Error> {
        Ok(DisputeRow {
            organisation_id: tx.organisation(),
            dispute_id: tx.new_id(),
            payment_id: payment.payment_id,
            customer_id: payment.customer_id,
            connection_id: self.notice.connection,
            provider_id: self.word.provider_id.clone(),
            status: DisputeStatus::NeedsResponse.name().to_owned(),
            // Older than any word.
            said_at: At(Timestamp::UNIX_EPOCH),
            currency: payment.currency,
            amount_minor: 0,
            reason: String::new(),
            evidence_due_at: None,
            withdrawn_minor: 0,
            reinstated_minor: 0,
            lost_minor: 0,
            off_payment_minor: 0,
            fee_minor: 0,
            failure: None,
            created_at: At(tx.now()),
            version: 1,
        })
    }

    /// Where it stands, if this is the newest word.
    fn learn(&self, row: &mut DisputeRow) {
        let word = Standing { status: self.word.state.into(), said_at: self.said_at };
        let known = DisputeStatus::by_name(&row.status).map(|status| Standing { status, said_at: row.said_at.0 });
        if known.is_some_and(|known| !known.gives_way_to(word)) {
            return;
        }
        word.status.name().clone_into(&mut row.status);
        row.said_at = At(word.said_at);
        row.amount_minor = self.word.amount.minor();
        row.reason.clone_from(&self.word.reason);
        row.evidence_due_at = self.word.evidence_due.map(At);
    }

    /// Keeps what moved and was not told of before; gives the fees of that.
    fn keep_movements(&self, tx: &mut Tx<'_>, row: &DisputeRow) -> Result<Vec<Money>, Error> {
        let mut fees = Vec::new();
        for Movement { id, direction, amount, fee } in &self.word.funds {
            let kept = MovementRow {
                organisation_id: row.organisation_id,
                connection_id: row.connection_id,
                movement: match is_planted(Bug::MovementTwice) {
                    true => format!("{id} {}", self.notice.event_id),
                    false => id.clone(),
                },
                dispute_id: row.dispute_id,
                direction: direction_name(*direction).to_owned(),
                amount_minor: amount.minor(),
                fee_minor: fee.map_or(0, Money::minor),
                told_at: At(self.said_at),
            };
            if store::insert_movement(tx.conn, &kept)? {
                fees.extend(fee.filter(|fee| !fee.is_zero()));
            }
        }
        Ok(fees)
    }
}

const fn direction_name(direction: Direction) -> &'static str {
    match direction {
        Direction::Withdrawn => "withdrawn",
        Direction::Reinstated => "reinstated",
    }
}

/// What the books should have of a dispute, by all that is known of it.
fn funds_after(tx: &mut Tx<'_>, row: &DisputeRow) -> Result<Funds, Error> {
    let status = DisputeStatus::by_name(&row.status);
    let status = status.ok_or_else(|| Error::Broken(format!("status of {}", row.dispute_id)))?;
    let moved = store::movements_of(tx.conn, row.organisation_id, row.dispute_id)?;
    let told = moved.iter().map(|one| (one.direction(), row.money(one.amount_minor)));
    Ok(Funds::of(status, told, row.money(0))?)
}

impl MovementRow {
    pub(crate) fn direction(&self) -> Direction {
        if self.direction == direction_name(Direction::Withdrawn) {
            Direction::Withdrawn
        } else {
            Direction::Reinstated
        }
    }
}

/// Tells live pages and others that a dispute began or stands otherwise, and writes down how.
fn tell(tx: &mut Tx<'_>, row: &DisputeRow, before: &str) -> Result<(), Error> {
    if row.status != before {
        let kind = match row.status.as_str() {
            "needs_response" => "dispute.needs_response",
            "under_review" => "dispute.under_review",
            "won" => "dispute.won",
            "lost" => "dispute.lost",
            _ => "dispute.closed",
        };
        let scope = tx.context().scope();
        let parts = receivables::allocations_of(tx.conn, &scope, row.payment_id.retyped())?;
        let invoices: Vec<InvoiceId> = parts.iter().map(|part| part.debit.retyped()).collect();
        let told = serde_json::json!({
            "customer": row.customer_id, "payment": row.payment_id, "invoices": invoices, "status": row.status,
        });
        tx.emit(kind, row.dispute_id, &told)?;
    }
    let facts = serde_json::json!({
        "payment": row.payment_id,
        "status": row.status,
        "amount": row.money(row.amount_minor).to_string(),
        "withdrawn": row.money(row.withdrawn_minor).to_string(),
        "reinstated": row.money(row.reinstated_minor).to_string(),
        "lost": row.money(row.lost_minor).to_string(),
    });
    tx.audit(row.dispute_id, &facts)
}
