//! Money is given back through the provider.

use super::{Online, house};
use crate::commands::{ConcludeRefund, RefundOutcome};
use crate::rules::polls::CONCLUSIVE_AFTER_S;
use crate::store::{self, CheckoutRow, RefundRow};
use ::store::{App, Error};
use gateways::{CallError, Lookup, ProviderRefund, RefundLookup, RefundRequest, RefundState};
use kernel::id::{OrganisationId, RefundId};
use kernel::{Bug, Context, Money, Refusal, Scope, is_planted};

impl Online {
    /// Sends a refund that was written down. Its fate is learnt here, by a notification, or by a later question.
    pub(crate) async fn send_refund(
        &self,
        app: &App,
        organisation: OrganisationId,
        id: RefundId,
        public_url: &str,
    ) -> Result<(), Error> {
        let (refund, checkout) = found(app, organisation, id).await?;
        let Some(gateway) = self.registry.get(checkout.connection_id) else {
            return self.conclude(app, organisation, id, RefundOutcome::Failed, None).await;
        };
        let ended = gateway
            .refund(RefundRequest {
                reference: id,
                idempotency_key: format!("refund-{}", id),
                payment: payment(&checkout),
                amount: Money::new(refund.amount_minor, refund.currency),
                total: Money::new(checkout.amount_minor, checkout.currency),
                reason: refund.reason.clone(),
                notify_url: format!("{public_url}/api/v1/gateways/{}/notifications", checkout.connection_id),
            })
            .await;
        let outcome = match ended {
            Ok(refund) => said(refund),
            Err(CallError::Unknown { .. }) if is_planted(Bug::RefundSilenceIsFailure) => RefundOutcome::Failed,
            Err(CallError::Unknown { .. }) => RefundOutcome::InDoubt,
            Err(CallError::Refused { .. } | CallError::NotFound | CallError::Unsent) => RefundOutcome::Failed,
        };
        self.conclude(app, organisation, id, outcome, None).await
    }

    /// A planned question about a refund.
    pub(super) async fn poll_refund(
        &self,
        app: &App,
        context: &Context,
        id: RefundId,
        asked: i32,
    ) -> Result<(), Error> {
        self.question(app, context.organisation, id, Some(asked)).await
    }

    async fn question(
        &self,
        app: &App,
        organisation: OrganisationId,
        id: RefundId,
        asked: Option<i32>,
    ) -> Result<(), Error> {
        let (refund, checkout) = found(app, organisation, id).await?;
        if is_decided(&refund) {
            return Ok(());
        }
        let outcome = match self.registry.get(checkout.connection_id) {
            None => RefundOutcome::Silence,
            Some(gateway) => {
                let lookup = RefundLookup {
                    reference: id,
                    provider_id: refund.provider_id.clone(),
                    payment: payment(&checkout),
                };
                match gateway.query_refund(lookup).await {
                    Ok(refund) => said(refund),
                    Err(CallError::NotFound) if is_conclusive(app, &refund) => RefundOutcome::Failed,
                    Err(_) => RefundOutcome::Silence,
                }
            }
        };
        self.conclude(app, organisation, id, outcome, asked).await
    }

    /// A question about a refund out of turn: whether its fate is known now.
    pub(crate) async fn ask_refund(
        &self,
        app: &App,
        organisation: OrganisationId,
        id: RefundId,
    ) -> Result<bool, Error> {
        self.question(app, organisation, id, None).await?;
        let (refund, _) = found(app, organisation, id).await?;
        Ok(is_decided(&refund))
    }

    async fn conclude(
        &self,
        app: &App,
        organisation: OrganisationId,
        refund: RefundId,
        outcome: RefundOutcome,
        asked: Option<i32>,
    ) -> Result<(), Error> {
        let context = house(app, organisation)?;
        app.write(&context, ConcludeRefund { refund, outcome, notice: None, asked }).await
    }
}

fn is_decided(refund: &RefundRow) -> bool {
    matches!(refund.status.as_str(), "succeeded" | "failed")
}

/// Whether the call can no longer be under way, so that "no such refund" means that there will be none.
fn is_conclusive(app: &App, refund: &RefundRow) -> bool {
    refund.provider_id.is_none() && app.now().as_second() - refund.created_at.0.as_second() >= CONCLUSIVE_AFTER_S
}

fn said(refund: ProviderRefund) -> RefundOutcome {
    match refund.state {
        RefundState::Succeeded => RefundOutcome::Succeeded { provider_id: refund.provider_id, amount: refund.amount },
        RefundState::Processing => RefundOutcome::Processing { provider_id: refund.provider_id },
        RefundState::Failed { .. } => RefundOutcome::Failed,
    }
}

fn payment(checkout: &CheckoutRow) -> Lookup {
    Lookup { reference: checkout.checkout_id, provider_id: checkout.provider_id.clone() }
}

async fn found(app: &App, organisation: OrganisationId, id: RefundId) -> Result<(RefundRow, CheckoutRow), Error> {
    let scope = Scope::Organisation(organisation);
    app.db()
        .read(move |conn| {
            let refund = store::refund(conn, &scope, id)?.ok_or_else(|| Refusal::not_found("refund_not_found"))?;
            let payment = refund.payment_id.map(|id| store::payment(conn, &scope, id)).transpose()?.flatten();
            let checkout = payment.and_then(|payment| payment.checkout_id);
            let checkout = checkout.ok_or_else(|| Refusal::not_found("checkout_not_found"))?;
            let checkout = store::checkout(conn, &scope, checkout)?;
            Ok((refund, checkout.ok_or_else(|| Refusal::not_found("checkout_not_found"))?))
        })
        .await
}
