//! The provider is asked how a payment stands.

use super::{Online, house};
use crate::commands::{AnswerOpen, OpenOutcome, OpenRequest, SettleCheckout, Settled, Word};
use crate::rules::checkout::CheckoutStatus;
use crate::rules::polls::CONCLUSIVE_AFTER_S;
use crate::store::{self, CheckoutRow};
use ::store::{App, Error};
use gateways::{CallError, Gateway, Lookup, PaymentState, ProviderPayment};
use kernel::id::{CheckoutId, OrganisationId};
use kernel::{Bug, Context, Refusal, Scope, is_planted};
use std::sync::Arc;

impl Online {
    /// A planned question: nothing is asked before its time, and the next one is planned with the answer.
    pub(super) async fn poll(&self, app: &App, context: &Context, id: CheckoutId) -> Result<(), Error> {
        let row = found(app, context.organisation, id).await?;
        if row.next_poll_at.is_none_or(|at| at.0 > context.now) {
            return Ok(());
        }
        self.ask_about(app, &row, true).await?;
        Ok(())
    }

    /// A question out of turn: the payer came back, or somebody looks.
    pub(crate) async fn ask(
        &self,
        app: &App,
        organisation: OrganisationId,
        id: CheckoutId,
    ) -> Result<CheckoutStatus, Error> {
        let row = found(app, organisation, id).await?;
        let status = CheckoutStatus::by_name(&row.status).ok_or_else(|| Error::Broken(format!("status of {id}")))?;
        if !(status == CheckoutStatus::Open || status.is_undecided()) {
            return Ok(status);
        }
        Ok(self.ask_about(app, &row, false).await?.status)
    }

    /// What the provider keeps of a payment, from one that tells so when asked. Without an answer it is asked again.
    pub(super) async fn ask_fee(&self, app: &App, organisation: OrganisationId, id: CheckoutId) -> Result<(), Error> {
        let row = found(app, organisation, id).await?;
        let gateway = self.registry.get(row.connection_id);
        let Some(gateway) = gateway.filter(|gateway| row.fee_minor.is_none() && gateway.capabilities().tells_fee)
        else {
            return Ok(());
        };
        match self.word(app, &row, &gateway).await? {
            Word::Silence => Err(Error::Broken("the provider did not say what it keeps".to_owned())),
            word => self.settle(app, &row, word, false).await.map(drop),
        }
    }

    async fn ask_about(&self, app: &App, row: &CheckoutRow, polled: bool) -> Result<Settled, Error> {
        let word = match self.registry.get(row.connection_id) {
            None => Word::Silence,
            Some(gateway) if is_lost(app, row, &gateway) => {
                self.call_again(app, row).await?;
                Word::Silence
            }
            Some(gateway) => self.word(app, row, &gateway).await?,
        };
        let still_payable = matches!(&word, Word::Payment { state: PaymentState::Open, .. });
        let settled = self.settle(app, row, word, polled).await?;
        if still_payable && row.url.is_none() && row.qr.is_none() && row.in_app.is_none() {
            self.call_again(app, row).await?;
        }
        Ok(settled)
    }

    /// What the provider says now. A payment past its time that nobody made is closed there first.
    async fn word(&self, app: &App, row: &CheckoutRow, gateway: &Arc<dyn Gateway>) -> Result<Word, Error> {
        let lookup = lookup(row);
        let said = match gateway.query(lookup.clone()).await {
            Ok(payment) if payment.state == PaymentState::Open && row.expires_at.0 < app.now() => {
                gateway.close(lookup).await
            }
            Ok(payment) if payment.state == PaymentState::Approved => {
                gateway.complete(lookup, format!("complete-{}", row.checkout_id)).await
            }
            other => other,
        };
        self.heard(app, row, said).await
    }

    async fn heard(
        &self,
        app: &App,
        row: &CheckoutRow,
        said: Result<ProviderPayment, CallError>,
    ) -> Result<Word, Error> {
        Ok(match said {
            Ok(payment) => Word::Payment {
                provider_id: payment.provider_id,
                state: payment.state,
                amount: payment.amount,
                fee: payment.fee,
                merchant: payment.merchant,
            },
            Err(CallError::NotFound) if self.conclusive(app, row).await? => Word::NotThere,
            Err(error) => {
                tracing::warn!(checkout = %row.checkout_id, %error, "the provider did not tell how a payment stands");
                Word::Silence
            }
        })
    }

    /// Whether a payment that the provider does not know can no longer come to anything: the call that began it is no longer
    /// under way and, where the provider knew it once, learns of it only from the payer, or is sent the call again because it
    /// finds nothing by our number, its time is over.
    async fn conclusive(&self, app: &App, row: &CheckoutRow) -> Result<bool, Error> {
        let (organisation, id) = (row.organisation_id, row.checkout_id);
        let may_begin_later = |gateway: Arc<dyn Gateway>| {
            let can = gateway.capabilities();
            can.begins_with_payer || !can.finds_by_reference
        };
        let over = if row.provider_id.is_some() || self.registry.get(row.connection_id).is_some_and(may_begin_later) {
            row.expires_at.0
        } else {
            let call = app.db().read(move |conn| store::last_call(conn, organisation, id, "open")).await?;
            call.map_or(row.created_at.0, |call| call.sent_at.0)
        };
        Ok(app.now().as_second() - over.as_second() >= CONCLUSIVE_AFTER_S || is_planted(Bug::ConcludedTooEarly))
    }

    /// Makes an unpaid payment unpayable and takes up what the provider says.
    pub(super) async fn close(&self, app: &App, row: &CheckoutRow) -> Result<Settled, Error> {
        let word = match self.registry.get(row.connection_id) {
            None => Word::Silence,
            Some(gateway) if is_planted(Bug::CloserWins) => {
                drop(gateway.close(lookup(row)).await);
                Word::NotThere
            }
            Some(gateway) => {
                let said = gateway.close(lookup(row)).await;
                self.heard(app, row, said).await?
            }
        };
        self.settle(app, row, word, false).await
    }

    pub(super) async fn settle(
        &self,
        app: &App,
        row: &CheckoutRow,
        word: Word,
        polled: bool,
    ) -> Result<Settled, Error> {
        let context = house(app, row.organisation_id)?;
        app.write(&context, SettleCheckout { checkout: row.checkout_id, word, notice: None, polled }).await
    }

    /// The answer to our call was lost: the same call with the same key tells it again, or has its effect now.
    async fn call_again(&self, app: &App, row: &CheckoutRow) -> Result<(), Error> {
        let (organisation, id) = (row.organisation_id, row.checkout_id);
        let (of, vault) = (row.clone(), app.vault().clone());
        let call = app.db().read(move |conn| {
            let Some(call) = store::last_call(conn, organisation, id, "open")? else { return Ok(None) };
            let request = OpenRequest::read(conn, &vault, &of, &call.request)?;
            Ok(Some((call, request)))
        });
        let Some((call, request)) = call.await? else { return Ok(()) };
        let outcome = self.call_open(row.connection_id, id, &request).await?;
        // A refusal speaks of this call alone: the one before it may have had its effect, or have it still.
        if matches!(outcome, OpenOutcome::Refused { .. }) {
            return Ok(());
        }
        let context = house(app, organisation)?;
        app.write(&context, AnswerOpen { checkout: id, call: call.call_id, outcome }).await?;
        Ok(())
    }
}

async fn found(app: &App, organisation: OrganisationId, id: CheckoutId) -> Result<CheckoutRow, Error> {
    let scope = Scope::Organisation(organisation);
    let row = app.db().read(move |conn| store::checkout(conn, &scope, id)).await?;
    Ok(row.ok_or_else(|| Refusal::not_found("checkout_not_found"))?)
}

/// Whether nothing can be learnt by asking, since the provider finds no payment by our number and its answer with its own was lost.
/// While there is time, the call is repeated; after that nobody can pay what nobody was sent to.
fn is_lost(app: &App, row: &CheckoutRow, gateway: &Arc<dyn Gateway>) -> bool {
    row.provider_id.is_none() && !gateway.capabilities().finds_by_reference && app.now() < row.expires_at.0
}

fn lookup(row: &CheckoutRow) -> Lookup {
    Lookup { reference: row.checkout_id, provider_id: row.provider_id.clone() }
}
