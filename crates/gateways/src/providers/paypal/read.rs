//! PayPal's objects, as far as they are read, and what they mean.

use super::dispute::{Dispute, Reversal};
use super::wire::Amount;
use crate::gateway::{CallError, Event, Lookup, Notification, NotificationError, PaymentState, RefundState};
use crate::http::HttpAnswer;
use kernel::id::CheckoutId;
use kernel::{Money, Timestamp};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

#[derive(Debug, Deserialize)]
pub(super) struct Order {
    pub id: String,
    /// CREATED, SAVED, PAYER_ACTION_REQUIRED, APPROVED, VOIDED, COMPLETED.
    status: String,
    #[serde(default)]
    purchase_units: Vec<Unit>,
    #[serde(default)]
    links: Vec<Link>,
}

/// What is paid for; ours have one. The answer to a capture may leave all but the payments out [K].
#[derive(Debug, Deserialize)]
struct Unit {
    custom_id: Option<String>,
    amount: Option<Amount>,
    payee: Option<Payee>,
    payments: Option<Payments>,
}

#[derive(Debug, Default, Deserialize)]
struct Payments {
    #[serde(default)]
    captures: Vec<Capture>,
    #[serde(default)]
    refunds: Vec<Refund>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Payee {
    merchant_id: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Link {
    href: String,
    rel: String,
}

/// Money that was taken of an order.
#[derive(Debug, Deserialize)]
struct Capture {
    id: String,
    /// COMPLETED, DECLINED, PARTIALLY_REFUNDED, PENDING, REFUNDED, FAILED.
    status: String,
    status_details: Option<Details>,
    amount: Option<Amount>,
    custom_id: Option<String>,
    payee: Option<Payee>,
    create_time: Option<String>,
    seller_receivable_breakdown: Option<Breakdown>,
    supplementary_data: Option<Supplement>,
}

#[derive(Debug, Deserialize)]
struct Details {
    reason: Option<String>,
}

/// What is told of a capture's parts, once it is not pending any more.
#[derive(Debug, Deserialize)]
struct Breakdown {
    paypal_fee: Option<Amount>,
}

#[derive(Debug, Deserialize)]
struct Supplement {
    related_ids: Option<Related>,
}

#[derive(Debug, Deserialize)]
struct Related {
    order_id: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Refund {
    pub id: String,
    /// CANCELLED, FAILED, PENDING, COMPLETED.
    status: String,
    status_details: Option<Details>,
    amount: Option<Amount>,
    /// Our number of the refund.
    pub custom_id: Option<String>,
    /// Our number of the payment.
    invoice_id: Option<String>,
    /// The merchant, who pays here.
    payer: Option<Payee>,
    create_time: Option<String>,
    update_time: Option<String>,
}

#[derive(Debug, Deserialize)]
struct EventBody {
    id: String,
    event_type: String,
    create_time: String,
    resource: Value,
}

/// A refusal of a call; one of the token has other names.
#[derive(Debug, Deserialize)]
struct ErrorAnswer {
    #[serde(alias = "error")]
    name: String,
    #[serde(default, alias = "error_description")]
    message: String,
    #[serde(default)]
    details: Vec<Issue>,
}

#[derive(Debug, Deserialize)]
struct Issue {
    issue: String,
}

/// The object of a 2xx. A refusal counts only in PayPal's own form, and only where its code says that nothing was done.
pub(super) fn read<T: DeserializeOwned>(answer: &HttpAnswer) -> Result<T, CallError> {
    match answer.status {
        200..=299 => serde_json::from_str(&answer.body).map_err(|_| CallError::unknown("the answer is not readable")),
        400..=499 => match serde_json::from_str::<ErrorAnswer>(&answer.body) {
            Ok(error) => Err(refused(answer.status, error)),
            Err(_) => Err(CallError::unknown(format!("status {} without a reason", answer.status))),
        },
        status => Err(CallError::unknown(format!("status {status}"))),
    }
}

/// The issue says more than the name above it. Whatever came before with the same key or number may have had its effect, and so
/// may a call that another one of its key has overtaken [K].
fn refused(status: u16, error: ErrorAnswer) -> CallError {
    let code = error.details.into_iter().next().map_or(error.name, |first| first.issue);
    match (status, code.as_str()) {
        (_, "RESOURCE_NOT_FOUND" | "INVALID_RESOURCE_ID") => CallError::NotFound,
        (409 | 429, _) | (_, "DUPLICATE_REQUEST_ID" | "DUPLICATE_INVOICE_ID") => {
            CallError::unknown(format!("{code}, status {status}"))
        }
        _ => CallError::Refused { code, message: error.message },
    }
}

impl Order {
    fn unit(&self) -> Option<&Unit> {
        self.purchase_units.first()
    }

    fn captures(&self) -> &[Capture] {
        self.unit().and_then(|unit| unit.payments.as_ref()).map_or(&[], |payments| &payments.captures)
    }

    /// The capture that counts: one that took the money or may have, else the last that was tried.
    fn capture(&self) -> Option<&Capture> {
        let captures = self.captures();
        let is = |wanted: PaymentState| captures.iter().find(|capture| capture.state() == Some(wanted.clone()));
        is(PaymentState::Succeeded).or_else(|| is(PaymentState::Processing)).or(captures.last())
    }

    /// Our own number, where we left it.
    pub fn reference(&self) -> Option<&str> {
        let own = self.unit().and_then(|unit| unit.custom_id.as_deref());
        own.or_else(|| self.capture()?.custom_id.as_deref())
    }

    /// Where the payer agrees.
    pub fn place(&self) -> Option<String> {
        let link = self.links.iter().find(|link| matches!(link.rel.as_str(), "payer-action" | "approve"))?;
        Some(link.href.clone())
    }

    pub fn amount(&self) -> Option<Money> {
        let of_unit = || self.unit()?.amount.as_ref();
        self.capture().and_then(|capture| capture.amount.as_ref()).or_else(of_unit)?.read()
    }

    pub fn merchant(&self) -> Option<&str> {
        let payee = self.unit().and_then(|unit| unit.payee.as_ref());
        payee.or_else(|| self.capture()?.payee.as_ref())?.merchant_id.as_deref()
    }

    /// `None` for words that we do not know: better in doubt than guessed. Money that was taken, or may have been, counts over
    /// what is said of the order; one that failed counts when nothing else can follow.
    pub fn state(&self) -> Option<PaymentState> {
        let taken = self.capture().and_then(Capture::state);
        match (self.status.as_str(), taken) {
            (_, Some(state @ (PaymentState::Succeeded | PaymentState::Processing))) => Some(state),
            ("CREATED" | "SAVED" | "PAYER_ACTION_REQUIRED", _) => Some(PaymentState::Open),
            ("APPROVED", _) => Some(PaymentState::Approved),
            ("VOIDED", _) => Some(PaymentState::Expired),
            ("COMPLETED", state) => state,
            _ => None,
        }
    }

    /// The id of the capture that took the money.
    pub fn taken(&self) -> Option<&str> {
        self.succeeded().map(|capture| capture.id.as_str())
    }

    fn succeeded(&self) -> Option<&Capture> {
        self.capture().filter(|capture| capture.state() == Some(PaymentState::Succeeded))
    }

    pub fn paid_at(&self) -> Option<Timestamp> {
        self.succeeded()?.create_time.as_ref()?.parse().ok()
    }

    pub fn fee(&self) -> Option<Money> {
        self.succeeded()?.fee()
    }

    /// The refund of our number.
    pub fn into_refund(self, reference: &str) -> Option<Refund> {
        let payments = self.purchase_units.into_iter().filter_map(|unit| unit.payments);
        payments.flat_map(|payments| payments.refunds).find(|refund| refund.custom_id.as_deref() == Some(reference))
    }
}

impl Capture {
    /// What was given back was paid.
    fn state(&self) -> Option<PaymentState> {
        match self.status.as_str() {
            "COMPLETED" | "PARTIALLY_REFUNDED" | "REFUNDED" => Some(PaymentState::Succeeded),
            "PENDING" => Some(PaymentState::Processing),
            status @ ("DECLINED" | "DENIED" | "FAILED") => {
                Some(PaymentState::Failed { reason: reason(self.status_details.as_ref(), status) })
            }
            _ => None,
        }
    }

    /// In the payment's currency; where PayPal exchanges the money first, it is learnt from its reports.
    fn fee(&self) -> Option<Money> {
        let fee = self.seller_receivable_breakdown.as_ref()?.paypal_fee.as_ref()?.read()?;
        let paid = self.amount.as_ref()?.read()?;
        Some(fee).filter(|fee| fee.currency() == paid.currency())
    }

    /// The order that it was taken of, where that is told [K].
    fn order(&self) -> Option<&str> {
        self.supplementary_data.as_ref()?.related_ids.as_ref()?.order_id.as_deref()
    }
}

impl Refund {
    pub fn amount(&self) -> Option<Money> {
        self.amount.as_ref()?.read()
    }

    pub fn state(&self) -> Option<RefundState> {
        match self.status.as_str() {
            "PENDING" => Some(RefundState::Processing),
            "COMPLETED" => Some(RefundState::Succeeded),
            status @ ("FAILED" | "CANCELLED") => {
                Some(RefundState::Failed { reason: reason(self.status_details.as_ref(), status) })
            }
            _ => None,
        }
    }

    pub fn completed_at(&self) -> Option<Timestamp> {
        let told = self.update_time.as_ref().or(self.create_time.as_ref())?;
        told.parse().ok().filter(|_| self.status == "COMPLETED")
    }
}

fn reason(details: Option<&Details>, status: &str) -> String {
    details.and_then(|details| details.reason.clone()).unwrap_or_else(|| status.to_owned())
}

/// What a verified notification says. Numbers that are not of our form belong to another program of the same merchant. Where no
/// merchant is named, the webhook's id that was signed speaks for ours.
pub(super) fn event(body: &[u8], merchant: &str) -> Result<Notification, NotificationError> {
    let malformed = || NotificationError::Malformed;
    let told: EventBody = serde_json::from_slice(body).map_err(|_| malformed())?;
    let meaning = match told.event_type.as_str() {
        "CHECKOUT.ORDER.APPROVED" => of_order(object(told.resource)?, merchant)?,
        "PAYMENT.CAPTURE.COMPLETED"
        | "PAYMENT.CAPTURE.PENDING"
        | "PAYMENT.CAPTURE.DENIED"
        | "PAYMENT.CAPTURE.DECLINED" => of_capture(object(told.resource)?, merchant)?,
        // Those of pending and failed refunds are known by name alone [K].
        "PAYMENT.CAPTURE.REFUNDED" | "PAYMENT.REFUND.PENDING" | "PAYMENT.REFUND.FAILED" => {
            of_refund(object(told.resource)?, merchant)?
        }
        "CUSTOMER.DISPUTE.CREATED" | "CUSTOMER.DISPUTE.UPDATED" | "CUSTOMER.DISPUTE.RESOLVED" => {
            object::<Dispute>(told.resource)?.meaning(merchant)?
        }
        "PAYMENT.CAPTURE.REVERSED" => object::<Reversal>(told.resource)?.meaning(merchant)?,
        _ => None,
    };
    Ok(Notification {
        event_id: told.id,
        occurred_at: told.create_time.parse().map_err(|_| malformed())?,
        merchant: merchant.to_owned(),
        event: meaning.unwrap_or(Event::Other { name: told.event_type }),
    })
}

fn object<T: DeserializeOwned>(resource: Value) -> Result<T, NotificationError> {
    serde_json::from_value(resource).map_err(|_| NotificationError::Malformed)
}

impl Payee {
    /// Refuses where another merchant is named.
    pub fn is(named: Option<&Payee>, merchant: &str) -> Result<(), NotificationError> {
        meant_for(merchant, named.and_then(|payee| payee.merchant_id.as_deref()))
    }
}

fn meant_for(merchant: &str, told: Option<&str>) -> Result<(), NotificationError> {
    if told.is_none_or(|told| told == merchant) { Ok(()) } else { Err(NotificationError::WrongMerchant) }
}

pub(super) fn number(told: Option<&str>) -> Option<CheckoutId> {
    told?.parse().ok()
}

fn of_order(order: Order, merchant: &str) -> Result<Option<Event>, NotificationError> {
    meant_for(merchant, order.merchant())?;
    let Some(reference) = number(order.reference()) else { return Ok(None) };
    let malformed = NotificationError::Malformed;
    Ok(Some(Event::Payment {
        reference,
        amount: order.amount().ok_or(malformed)?,
        state: order.state().ok_or(malformed)?,
        fee: order.fee(),
        provider_id: order.id,
    }))
}

/// A payment goes by the id of its order.
fn of_capture(capture: Capture, merchant: &str) -> Result<Option<Event>, NotificationError> {
    meant_for(merchant, capture.payee.as_ref().and_then(|payee| payee.merchant_id.as_deref()))?;
    let Some(reference) = number(capture.custom_id.as_deref()) else { return Ok(None) };
    let malformed = NotificationError::Malformed;
    Ok(Some(Event::Payment {
        reference,
        amount: capture.amount.as_ref().and_then(Amount::read).ok_or(malformed)?,
        state: capture.state().ok_or(malformed)?,
        fee: capture.fee(),
        provider_id: capture.order().unwrap_or_default().to_owned(),
    }))
}

fn of_refund(refund: Refund, merchant: &str) -> Result<Option<Event>, NotificationError> {
    meant_for(merchant, refund.payer.as_ref().and_then(|payer| payer.merchant_id.as_deref()))?;
    let ours = refund.custom_id.as_deref().and_then(|id| id.parse().ok());
    let Some((reference, payment)) = ours.zip(number(refund.invoice_id.as_deref())) else { return Ok(None) };
    let malformed = NotificationError::Malformed;
    Ok(Some(Event::Refund {
        reference,
        payment: Lookup { reference: payment, provider_id: None },
        state: refund.state().ok_or(malformed)?,
        amount: refund.amount().ok_or(malformed)?,
        provider_id: refund.id,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn order(status: &str, captures: Value) -> Order {
        let unit = json!({
            "custom_id": "x", "amount": { "currency_code": "CNY", "value": "12.00" },
            "payments": { "captures": captures },
        });
        serde_json::from_value(json!({ "id": "O1", "status": status, "purchase_units": [unit] })).unwrap()
    }

    #[test]
    fn what_an_order_says() {
        let capture = |status: &str| json!({ "id": "C1", "status": status });
        let failed = |reason: &str| Some(PaymentState::Failed { reason: reason.to_owned() });
        let frauds = json!({ "id": "C1", "status": "DECLINED", "status_details": { "reason": "DECLINED_BY_RISK_FRAUD_FILTERS" } });
        for (status, captures, wanted) in [
            ("CREATED", json!([]), Some(PaymentState::Open)),
            ("PAYER_ACTION_REQUIRED", json!([]), Some(PaymentState::Open)),
            ("APPROVED", json!([]), Some(PaymentState::Approved)),
            ("VOIDED", json!([]), Some(PaymentState::Expired)),
            ("COMPLETED", json!([]), None),
            ("ASLEEP", json!([]), None),
            ("COMPLETED", json!([capture("COMPLETED")]), Some(PaymentState::Succeeded)),
            ("COMPLETED", json!([capture("PARTIALLY_REFUNDED")]), Some(PaymentState::Succeeded)),
            ("COMPLETED", json!([capture("REFUNDED")]), Some(PaymentState::Succeeded)),
            ("COMPLETED", json!([capture("PENDING")]), Some(PaymentState::Processing)),
            ("APPROVED", json!([capture("PENDING")]), Some(PaymentState::Processing)),
            ("COMPLETED", json!([capture("FAILED")]), failed("FAILED")),
            ("COMPLETED", json!([frauds]), failed("DECLINED_BY_RISK_FRAUD_FILTERS")),
            ("APPROVED", json!([capture("DECLINED")]), Some(PaymentState::Approved)),
            ("COMPLETED", json!([capture("COMPLETED"), capture("DECLINED")]), Some(PaymentState::Succeeded)),
            ("COMPLETED", json!([capture("ASLEEP")]), None),
        ] {
            assert_eq!(order(status, captures.clone()).state(), wanted, "{status} {captures}");
        }
    }

    #[test]
    fn the_fee_counts_in_the_payments_currency() {
        let capture = |fee: &str| {
            json!([{
                "id": "C1", "status": "COMPLETED", "create_time": "2026-09-21T22:13:20Z",
                "amount": { "currency_code": "CNY", "value": "12.00" },
                "seller_receivable_breakdown": { "paypal_fee": { "currency_code": fee, "value": "0.34" } },
            }])
        };
        let paid = order("COMPLETED", capture("CNY"));
        assert_eq!((paid.fee().unwrap().minor(), paid.taken()), (34, Some("C1")));
        assert_eq!(paid.paid_at().unwrap().as_second(), 1_790_028_800);
        assert_eq!(order("COMPLETED", capture("USD")).fee(), None);
    }

    #[test]
    fn what_a_refusal_means() {
        let error = |name: &str, issue: &str| {
            json!({ "name": name, "message": "m", "details": [{ "issue": issue, "description": "d" }] }).to_string()
        };
        let bare = |name: &str| json!({ "name": name, "message": "m" }).to_string();
        for (status, body, wanted) in [
            (422, error("UNPROCESSABLE_ENTITY", "INSTRUMENT_DECLINED"), "INSTRUMENT_DECLINED"),
            (400, bare("INVALID_REQUEST"), "INVALID_REQUEST"),
            (401, json!({ "error": "invalid_client", "error_description": "d" }).to_string(), "invalid_client"),
            (404, error("RESOURCE_NOT_FOUND", "INVALID_RESOURCE_ID"), "not found"),
            (404, bare("RESOURCE_NOT_FOUND"), "not found"),
            (422, error("UNPROCESSABLE_ENTITY", "DUPLICATE_INVOICE_ID"), "unknown"),
            (422, error("UNPROCESSABLE_ENTITY", "DUPLICATE_REQUEST_ID"), "unknown"),
            (409, bare("RESOURCE_CONFLICT"), "unknown"),
            (429, bare("RATE_LIMIT_REACHED"), "unknown"),
            (404, "<h1>proxy</h1>".to_owned(), "unknown"),
            (500, bare("INTERNAL_SERVER_ERROR"), "unknown"),
            (200, "{".to_owned(), "unknown"),
        ] {
            let answer = HttpAnswer { status, headers: http::HeaderMap::new(), body };
            let got = match read::<Order>(&answer) {
                Err(CallError::Refused { code, .. }) => code,
                Err(CallError::NotFound) => "not found".to_owned(),
                Err(CallError::Unknown { .. }) => "unknown".to_owned(),
                other => panic!("{other:?}"),
            };
            assert_eq!(got, wanted, "{} {}", answer.status, answer.body);
        }
    }
}
