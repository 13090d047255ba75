//! An online payment is begun: checked, and the call to the provider written down before it is sent.

use crate::rules::attempt::{AttemptDecision, may_attempt};
use crate::rules::checkout::CheckoutStatus;
use crate::rules::payment::Method;
use crate::rules::polls::wait_s;
use crate::store::{self, CallRow, CheckoutInvoiceRow, CheckoutRow, DueInvoice};
use ::store::{Command, Conn, Error, Tx, Vault};
use base64::Engine;
use base64::prelude::BASE64_STANDARD_NO_PAD;
use gateways::{Device, Payer};
use kernel::id::{CheckoutId, CustomerId, GatewayCallId, GatewayConnectionId, InvoiceId};
use kernel::{Actor, Bug, Money, Permission, Refusal, Timestamp, is_planted};
use schema::types::{At, JsonText};
use serde::{Deserialize, Serialize};

/// How long a payer has.
const LIFE: jiff::SignedDuration = jiff::SignedDuration::from_mins(30);
/// More invoices than this are not paid at once.
const INVOICES_MAX: usize = 50;

/// Names the payer among what is sealed under a customer's key.
const PURPOSE: &str = "payer";

/// Begins an online payment of invoices of one customer in one currency.
#[derive(Debug, Clone)]
pub struct OpenCheckout {
    /// Each with the amount to be paid of it; all that is open when not given.
    pub invoices: Vec<(InvoiceId, Option<Money>)>,
    pub method: Method,
    pub connection: GatewayConnectionId,
    /// Where the payer goes in the end.
    pub return_url: Option<String>,
    /// Who pays, by the word of a provider that must know.
    pub payer: Option<Payer>,
    /// `https://pay.example.com`: where the provider finds us.
    pub public_url: String,
}

/// The call as it is kept, so that it can be repeated word for word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenRequest {
    pub idempotency_key: String,
    pub currency: String,
    pub amount_minor: i64,
    pub method: String,
    pub description: String,
    pub return_url: String,
    pub notify_url: String,
    /// Microseconds since 1970.
    pub expires_at_us: i64,
    pub locale: String,
    /// What the payer holds in hand.
    pub device: Device,
    /// Who they are to the provider, sealed, in base64.
    payer: Option<String>,
}

impl OpenRequest {
    /// Reads a call of this checkout. After the customer's key was destroyed nobody knows who the payer was.
    pub(crate) fn read(
        conn: &mut Conn,
        vault: &Vault,
        of: &CheckoutRow,
        kept: &JsonText,
    ) -> Result<OpenRequest, Error> {
        let mut request: OpenRequest = serde_json::from_str(&kept.0)?;
        if let Some(sealed) = &request.payer {
            let sealed = BASE64_STANDARD_NO_PAD.decode(sealed).map_err(|error| Error::Broken(error.to_string()))?;
            let payer = vault.open(conn, of.organisation_id, of.customer_id, PURPOSE, &sealed)?.map(Payer::new);
            request.device = request.device.held_by(payer);
        }
        Ok(request)
    }
}

/// A checkout whose call is written down and may be sent.
#[derive(Debug, Clone)]
pub struct Opening {
    pub checkout: CheckoutId,
    pub connection: GatewayConnectionId,
    pub call: GatewayCallId,
    pub request: OpenRequest,
}

impl Command for OpenCheckout {
    const NAME: &'static str = "checkout.open";
    const PERMISSION: Permission = Permission::CheckoutCreate;
    type Output = Opening;

    fn run(&self, tx: &mut Tx<'_>) -> Result<Opening, Error> {
        let (invoices, amount) = self.check(tx)?;
        let id: CheckoutId = tx.new_id();
        let first = invoices.first().ok_or_else(|| Refusal::field("/invoices", "required"))?;
        let expires_at = tx.now() + LIFE;
        let row = self.row(tx, id, first.0.customer, amount, expires_at);
        let parts: Vec<CheckoutInvoiceRow> = invoices
            .iter()
            .map(|(invoice, part)| CheckoutInvoiceRow {
                organisation_id: row.organisation_id,
                checkout_id: id,
                invoice_id: invoice.id,
                amount_minor: part.minor(),
            })
            .collect();
        store::insert_checkout(tx.conn, &row, &parts)?;
        let numbers: Vec<&str> = invoices.iter().map(|(invoice, _)| invoice.number.as_str()).take(5).collect();
        let payer = self.payer.as_ref().map(|payer| sealed(tx, first.0.customer, payer)).transpose()?;
        let source = &tx.context().source;
        let request = OpenRequest {
            idempotency_key: format!("open-{id}"),
            currency: amount.currency().code().to_owned(),
            amount_minor: amount.minor(),
            method: self.method.name().to_owned(),
            description: numbers.join(" "),
            return_url: format!("{}/checkouts/{id}/return", self.public_url),
            notify_url: format!("{}/api/v1/gateways/{}/notifications", self.public_url, self.connection),
            expires_at_us: expires_at.as_microsecond(),
            locale: tx.context().locale.tag().to_owned(),
            device: Device::of(&source.agent, &source.address).held_by(self.payer.clone()),
            payer,
        };
        let call = self.write_down(tx, id, &request)?;
        let invoices: Vec<InvoiceId> = parts.iter().map(|part| part.invoice_id).collect();
        tx.emit("checkout.open", id, &serde_json::json!({ "customer": row.customer_id, "invoices": invoices }))?;
        tx.audit(
            id,
            &serde_json::json!({ "amount": amount.to_string(), "method": row.method, "invoices": invoices, "connection": self.connection }),
        )?;
        Ok(Opening { checkout: id, connection: self.connection, call, request })
    }
}

impl OpenCheckout {
    /// The invoices with what is to be paid of each. Their customer is held, so that two attempts cannot both count
    /// on the same balance.
    fn check(&self, tx: &mut Tx<'_>) -> Result<(Vec<(DueInvoice, Money)>, Money), Error> {
        let (scope, organisation) = (tx.context().scope(), tx.organisation());
        let link = match tx.context().actor {
            Actor::PayLink { invoice, .. } => Some(invoice),
            _ => None,
        };
        if self.invoices.is_empty() || self.invoices.len() > INVOICES_MAX {
            return Err(Refusal::field("/invoices", "number_of_invoices").into());
        }
        if !matches!(self.method, Method::Card | Method::EWallet) {
            return Err(Refusal::field("/method", "not_online").into());
        }
        let mut chosen: Vec<(DueInvoice, Money)> = Vec::with_capacity(self.invoices.len());
        for (index, (id, amount)) in self.invoices.iter().enumerate() {
            let pointer = format!("/invoices/{index}");
            let found = store::due_invoice(tx.conn, &scope, *id)?.filter(|_| link.is_none_or(|only| only == *id));
            let mut invoice = found.ok_or_else(|| Refusal::not_found("invoice_not_found"))?;
            if let Some((first, _)) = chosen.first() {
                if first.customer != invoice.customer {
                    return Err(Refusal::field(pointer, "other_customer").into());
                }
                if first.balance.currency() != invoice.balance.currency() {
                    return Err(Refusal::field(pointer, "currency_mismatch").into());
                }
            } else {
                customers::queries::lock(tx, invoice.customer)?;
                // What was read before the lock may be old by now.
                invoice =
                    store::due_invoice(tx.conn, &scope, *id)?.ok_or_else(|| Refusal::not_found("invoice_not_found"))?;
            }
            if chosen.iter().any(|(other, _)| other.id == *id) {
                return Err(Refusal::field(pointer, "named_twice").into());
            }
            let spoken_for = store::spoken_for(tx.conn, organisation, *id)?;
            let spoken_for = if is_planted(Bug::AttemptsNotCounted) { 0 } else { spoken_for };
            let spoken_for = Money::new(spoken_for, invoice.balance.currency());
            let amount = amount.unwrap_or(invoice.balance);
            decide(may_attempt(invoice.balance, spoken_for, amount)?, &pointer)?;
            chosen.push((invoice, amount));
        }
        let currency = chosen.first().map(|(_, part)| part.currency());
        let currency = currency.ok_or_else(|| Refusal::field("/invoices", "required"))?;
        let amount = Money::sum(currency, chosen.iter().map(|(_, part)| *part))?;
        Ok((chosen, amount))
    }

    fn row(
        &self,
        tx: &mut Tx<'_>,
        id: CheckoutId,
        customer: CustomerId,
        amount: Money,
        expires_at: Timestamp,
    ) -> CheckoutRow {
        CheckoutRow {
            organisation_id: tx.organisation(),
            checkout_id: id,
            customer_id: customer,
            connection_id: self.connection,
            method: self.method.name().to_owned(),
            status: CheckoutStatus::Open.name().to_owned(),
            currency: amount.currency(),
            amount_minor: amount.minor(),
            return_url: self.return_url.clone(),
            provider_id: None,
            url: None,
            qr: None,
            in_app: None,
            failure: None,
            payment_id: None,
            fee_minor: None,
            next_poll_at: Some(At(tx.now() + jiff::SignedDuration::from_secs(wait_s(0)))),
            polls: 0,
            expires_at: At(expires_at),
            created_at: At(tx.now()),
            version: 1,
        }
    }

    fn write_down(&self, tx: &mut Tx<'_>, id: CheckoutId, request: &OpenRequest) -> Result<GatewayCallId, Error> {
        let call = CallRow {
            organisation_id: tx.organisation(),
            call_id: tx.new_id(),
            checkout_id: id,
            operation: "open".to_owned(),
            idempotency_key: request.idempotency_key.clone(),
            request: JsonText(serde_json::to_string(request)?),
            sent_at: At(tx.now()),
            answered_at: None,
            outcome: None,
            answer: None,
        };
        store::insert_call(tx.conn, &call)?;
        Ok(call.call_id)
    }
}

fn sealed(tx: &mut Tx<'_>, customer: CustomerId, payer: &Payer) -> Result<String, Error> {
    Ok(BASE64_STANDARD_NO_PAD.encode(tx.seal(customer, PURPOSE, payer.expose())?))
}

fn decide(decision: AttemptDecision, pointer: &str) -> Result<(), Refusal> {
    Err(match decision {
        AttemptDecision::Allowed => return Ok(()),
        AttemptDecision::NothingOpen => Refusal::conflict("nothing_to_pay"),
        AttemptDecision::NotPositive => Refusal::field(format!("{pointer}/amount"), "not_positive"),
        AttemptDecision::ExceedsBalance { balance } => {
            Refusal::conflict("allocation_exceeds_balance").with("balance", balance)
        }
        AttemptDecision::UnderWay { .. } => Refusal::conflict("checkout_under_way"),
    })
}
