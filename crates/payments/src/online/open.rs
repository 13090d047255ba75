//! A payment is begun at the provider.

use super::Online;
use super::offers::{provider_method, said};
use crate::commands::{AnswerOpen, OpenCheckout, OpenOutcome, OpenRequest, Opening};
use crate::rules::payment::Method;
use crate::store;
use ::store::{Answer, Error, Once, Tx};
use gateways::{CallError, OpenCheckout as Ask, Payer};
use kernel::id::{CheckoutId, GatewayConnectionId, InvoiceId};
use kernel::{Bug, Context, Currency, Money, Permission, Refusal, Timestamp, is_planted};
use web::Web;

/// What a payer or program asks for.
#[derive(Debug, Clone)]
pub struct Asked {
    pub invoices: Vec<(InvoiceId, Option<Money>)>,
    pub method: Method,
    /// The connection, or the first that suits.
    pub gateway: Option<GatewayConnectionId>,
    pub return_url: Option<String>,
    /// Who pays, by the word of a provider that must know.
    pub payer: Option<Payer>,
}

/// How an answer is written from the checkout, inside the transaction that keeps it.
pub type Outcome = fn(&mut Tx<'_>, CheckoutId) -> Result<(u16, Vec<u8>), Error>;

impl Online {
    /// Begins a payment: written down, sent, answered. The same key begins it once; after a crash the record tells what
    /// was sent, and the provider hears the same call with the same key.
    pub async fn open(
        &self,
        web: &Web,
        context: &Context,
        once: Once,
        asked: Asked,
        outcome: Outcome,
    ) -> Result<Answer, Error> {
        web.app.authorise(&context.actor, Permission::CheckoutCreate)?;
        let command = OpenCheckout {
            connection: self.choose(web, context, &asked).await?,
            invoices: asked.invoices,
            method: asked.method,
            return_url: asked.return_url,
            payer: asked.payer,
            public_url: web.site.public_url.clone(),
        };
        let begun = match self.begin(web, context, &once, command.clone()).await {
            Err(Error::Refused(refusal)) if refusal.code == "checkout_under_way" => {
                // Attempts that nobody began make room once the provider has made them unpayable.
                self.close_unbegun(web, context, &command.invoices).await?;
                self.begin(web, context, &once, command).await?
            }
            other => other?,
        };
        let (begun, is_repeated) = begun;
        let opening = self.opening(web, context, begun).await?;
        let answered = self.send(context, web, &opening, is_repeated).await?;
        let command = AnswerOpen { checkout: opening.checkout, call: opening.call, outcome: answered };
        web.app.write_once(context, once, command, outcome).await
    }

    /// Writes the payment and its call down, or finds it: true where somebody may have sent the call before.
    async fn begin(
        &self,
        web: &Web,
        context: &Context,
        once: &Once,
        command: OpenCheckout,
    ) -> Result<(CheckoutId, bool), Error> {
        // Under a name of its own: what is kept for the caller is the answer, not how far we came.
        let once = Once { route: format!("{} begun", once.route), keep: true, ..once.clone() };
        let kept = web
            .app
            .write_once(context, once, command, |_, opening| Ok((201, opening.checkout.to_string().into_bytes())))
            .await?;
        let broken = || Error::Broken("kept checkout".to_owned());
        let id = String::from_utf8(kept.body).ok().and_then(|text| text.parse().ok()).ok_or_else(broken)?;
        Ok((id, kept.replayed))
    }

    /// The call as it was written down.
    async fn opening(&self, web: &Web, context: &Context, id: CheckoutId) -> Result<Opening, Error> {
        let (scope, vault) = (context.scope(), web.app.vault().clone());
        web.app
            .db()
            .read(move |conn| {
                let row = store::checkout(conn, &scope, id)?.ok_or_else(|| Refusal::not_found("checkout_not_found"))?;
                let call = store::last_call(conn, scope.organisation(), id, "open")?
                    .ok_or_else(|| Error::Broken(format!("no call of {id}")))?;
                let request = OpenRequest::read(conn, &vault, &row, &call.request)?;
                Ok(Opening { checkout: id, connection: row.connection_id, call: call.call_id, request })
            })
            .await
    }

    /// Sends the call, unless its answer is known. A refusal of a repeated call speaks of it alone: the one before may have had its
    /// effect.
    async fn send(
        &self,
        context: &Context,
        web: &Web,
        opening: &Opening,
        is_repeated: bool,
    ) -> Result<OpenOutcome, Error> {
        let (organisation, id) = (context.organisation, opening.checkout);
        let known = web.app.db().read(move |conn| store::last_call(conn, organisation, id, "open")).await?;
        if let Some(answer) = known.and_then(|call| call.answer.zip(call.outcome)) {
            return kept_outcome(&answer.1, &answer.0.0);
        }
        Ok(match self.call_open(opening.connection, opening.checkout, &opening.request).await? {
            OpenOutcome::Refused { code } if is_repeated => OpenOutcome::Unknown { why: code },
            outcome => outcome,
        })
    }

    /// The provider's answer to the call as it was written down.
    pub(super) async fn call_open(
        &self,
        connection: GatewayConnectionId,
        checkout: CheckoutId,
        request: &OpenRequest,
    ) -> Result<OpenOutcome, Error> {
        let Some(gateway) = self.registry.get(connection) else { return Ok(Err(CallError::Unsent).into()) };
        let currency =
            Currency::parse(&request.currency).map_err(|_| Error::Broken("currency of a call".to_owned()))?;
        let mut idempotency_key = request.idempotency_key.clone();
        if is_planted(Bug::AnotherKey) {
            idempotency_key.extend(::store::seed()?.map(|byte| char::from(b'a' + byte % 26)));
        }
        let ask = Ask {
            reference: checkout,
            idempotency_key,
            amount: Money::new(request.amount_minor, currency),
            method: provider_method(Method::by_name(&request.method).unwrap_or(Method::Card)),
            device: request.device.clone(),
            description: request.description.clone(),
            return_url: request.return_url.clone(),
            notify_url: request.notify_url.clone(),
            expires_at: Timestamp::from_microsecond(request.expires_at_us)
                .map_err(|_| Error::Broken("time of a call".to_owned()))?,
            locale: request.locale.parse().unwrap_or_default(),
        };
        Ok(gateway.open(ask).await.into())
    }

    /// The connection that was named, or the first that is offered for this method and amount.
    pub(super) async fn choose(
        &self,
        web: &Web,
        context: &Context,
        asked: &Asked,
    ) -> Result<GatewayConnectionId, Error> {
        if !matches!(asked.method, Method::Card | Method::EWallet) {
            return Err(Refusal::field("/method", "not_online").into());
        }
        let (scope, wanted) = (context.scope(), asked.invoices.clone());
        let (said, amount) = web
            .app
            .db()
            .read(move |conn| {
                let said = said(conn, scope.organisation())?;
                let mut amount: Option<Money> = None;
                for (id, part) in wanted {
                    let Some(invoice) = store::due_invoice(conn, &scope, id)? else { continue };
                    let part = part.unwrap_or(invoice.balance);
                    amount = Some(amount.map_or(Ok(part), |sum| sum.plus(part))?);
                }
                Ok((said, amount))
            })
            .await?;
        let named = |id: GatewayConnectionId| asked.gateway.is_none_or(|wanted| wanted == id);
        let found = match amount.filter(|sum| sum.is_positive()) {
            Some(amount) => {
                let mut offers = self.offers(&said, amount)?.into_iter();
                offers
                    .find(|offer| offer.method == asked.method && named(offer.connection))
                    .map(|offer| offer.connection)
            }
            // An amount that is nothing or unknown is refused with its reason by the command.
            None => {
                let mut active = said.connections.iter().filter(|row| row.active);
                active.find(|row| named(row.connection_id)).map(|row| row.connection_id)
            }
        };
        match (found, asked.gateway) {
            (Some(connection), _) => Ok(connection),
            (None, Some(_)) => Err(Refusal::field("/gateway", "gateway_unsuitable").into()),
            (None, None) => Err(Refusal::conflict("no_gateway").into()),
        }
    }

    /// Makes attempts on these invoices unpayable that the payer has not begun; one that was paid meanwhile is settled.
    async fn close_unbegun(
        &self,
        web: &Web,
        context: &Context,
        invoices: &[(InvoiceId, Option<Money>)],
    ) -> Result<(), Error> {
        for (invoice, _) in invoices {
            let (scope, invoice) = (context.scope(), *invoice);
            let attempts = web.app.db().read(move |conn| store::attempts_of(conn, &scope, invoice)).await?;
            for attempt in attempts.iter().filter(|attempt| attempt.status == "open") {
                self.close(&web.app, attempt).await?;
            }
        }
        Ok(())
    }
}

fn kept_outcome(outcome: &str, answer: &str) -> Result<OpenOutcome, Error> {
    let answer: serde_json::Value = serde_json::from_str(answer)?;
    let text = |name: &str| answer[name].as_str().map(str::to_owned);
    Ok(match outcome {
        "opened" => OpenOutcome::Opened {
            provider_id: text("provider_id"),
            url: text("url"),
            qr: text("qr"),
            in_app: text("in_app"),
        },
        "refused" => OpenOutcome::Refused { code: text("code").unwrap_or_default() },
        _ => OpenOutcome::Unknown { why: text("why").unwrap_or_default() },
    })
}
