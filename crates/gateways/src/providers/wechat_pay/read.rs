//! WeChat Pay's objects, as far as they are read, and what they mean.

use super::wire::Sealed;
use crate::Secret;
use crate::gateway::{CallError, Event, Lookup, Notification, NotificationError, PaymentState, RefundState};
use crate::http::HttpAnswer;
use kernel::{Currency, Money, Timestamp};
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// The answer to a Native order.
#[derive(Debug, Deserialize)]
pub(super) struct Native {
    /// What the payer scans.
    pub code_url: String,
}

/// The answer to an H5 order.
#[derive(Debug, Deserialize)]
pub(super) struct H5 {
    /// Where the telephone's browser goes, for five minutes.
    pub h5_url: String,
}

/// The answer to a JSAPI order.
#[derive(Debug, Deserialize)]
pub(super) struct Prepared {
    /// Names the order to WeChat, for two hours.
    pub prepay_id: String,
}

/// An order, and the payment of it.
#[derive(Debug, Deserialize)]
pub(super) struct Transaction {
    pub appid: String,
    pub mchid: String,
    pub out_trade_no: String,
    /// Once it is paid.
    pub transaction_id: Option<String>,
    /// NOTPAY, SUCCESS, REFUND, CLOSED; of code payments also USERPAYING, REVOKED, PAYERROR [K].
    trade_state: String,
    success_time: Option<String>,
    amount: Option<Total>,
}

#[derive(Debug, Deserialize)]
struct Total {
    total: i64,
    currency: Option<String>,
}

/// A refund as it is answered; a notification of it has its state under another name.
#[derive(Debug, Deserialize)]
pub(super) struct Refund {
    mchid: Option<String>,
    pub refund_id: String,
    pub out_refund_no: String,
    out_trade_no: String,
    transaction_id: Option<String>,
    /// SUCCESS, CLOSED, PROCESSING, ABNORMAL.
    #[serde(alias = "refund_status")]
    status: String,
    success_time: Option<String>,
    amount: Part,
}

#[derive(Debug, Deserialize)]
struct Part {
    refund: i64,
    currency: Option<String>,
}

#[derive(Debug, Deserialize)]
struct NotificationBody {
    id: String,
    create_time: String,
    event_type: String,
    resource: Sealed,
}

#[derive(Debug, Deserialize)]
struct ErrorAnswer {
    code: String,
    #[serde(default)]
    message: String,
}

/// The object of a 2xx; nothing at all stands for JSON's null. A refusal counts only in WeChat Pay's own form, and only where its
/// code says that nothing was done.
pub(super) fn read<T: DeserializeOwned>(answer: &HttpAnswer) -> Result<T, CallError> {
    match answer.status {
        200..=299 => {
            let body = if answer.body.is_empty() { "null" } else { &answer.body };
            serde_json::from_str(body).map_err(|_| CallError::unknown("the answer is not readable"))
        }
        400..=499 => match serde_json::from_str::<ErrorAnswer>(&answer.body) {
            Ok(error) => Err(refused(answer.status, error)),
            Err(_) => Err(CallError::unknown(format!("status {} without a reason", answer.status))),
        },
        status => Err(CallError::unknown(format!("status {status}"))),
    }
}

fn refused(status: u16, error: ErrorAnswer) -> CallError {
    match error.code.as_str() {
        "ORDER_NOT_EXIST" | "ORDERNOTEXIST" | "RESOURCE_NOT_EXISTS" => CallError::NotFound,
        // The number is taken: whatever came before with it may have had its effect [K].
        "SYSTEM_ERROR" | "FREQUENCY_LIMITED" | "OUT_TRADE_NO_USED" | "ORDERPAID" | "ORDER_PAID" => {
            CallError::unknown(format!("{}, status {status}", error.code))
        }
        _ => CallError::Refused { code: error.code, message: error.message },
    }
}

impl Transaction {
    /// `None` where no amount is told.
    pub fn amount(&self) -> Option<Money> {
        let amount = self.amount.as_ref()?;
        money(amount.total, amount.currency.as_deref())
    }

    /// `None` for words that we do not know: better in doubt than guessed. What was given back was paid.
    pub fn state(&self) -> Option<PaymentState> {
        match self.trade_state.as_str() {
            "NOTPAY" => Some(PaymentState::Open),
            "USERPAYING" | "ACCEPT" => Some(PaymentState::Processing),
            "SUCCESS" | "REFUND" => Some(PaymentState::Succeeded),
            "CLOSED" => Some(PaymentState::Expired),
            state @ ("REVOKED" | "PAYERROR") => Some(PaymentState::Failed { reason: state.to_owned() }),
            _ => None,
        }
    }

    pub fn paid_at(&self) -> Option<Timestamp> {
        self.success_time.as_ref()?.parse().ok()
    }
}

impl Refund {
    pub fn amount(&self) -> Option<Money> {
        money(self.amount.refund, self.amount.currency.as_deref())
    }

    /// A refund that the payer's bank did not take (ABNORMAL) is not over: somebody sends it elsewhere at WeChat Pay's desk, and
    /// it succeeds after all.
    pub fn state(&self) -> Option<RefundState> {
        match self.status.as_str() {
            "PROCESSING" | "ABNORMAL" => Some(RefundState::Processing),
            "SUCCESS" => Some(RefundState::Succeeded),
            status @ "CLOSED" => Some(RefundState::Failed { reason: status.to_owned() }),
            _ => None,
        }
    }

    pub fn completed_at(&self) -> Option<Timestamp> {
        self.success_time.as_ref()?.parse().ok()
    }
}

/// Of fen; where no currency is named it is the yuan.
fn money(fen: i64, currency: Option<&str>) -> Option<Money> {
    let currency = currency.map_or(Ok(Currency::CNY), Currency::parse).ok()?;
    Some(Money::new(fen, currency))
}

/// What a verified notification says. Numbers that are not of our form belong to another program of the same merchant.
pub(super) fn event(body: &[u8], key: &Secret, merchant: &str, app: &str) -> Result<Notification, NotificationError> {
    let malformed = || NotificationError::Malformed;
    let told: NotificationBody = serde_json::from_slice(body).map_err(|_| malformed())?;
    let resource = told.resource.open(key).ok_or_else(malformed)?;
    let meaning = match told.event_type.as_str() {
        "TRANSACTION.SUCCESS" => {
            let transaction: Transaction = serde_json::from_slice(&resource).map_err(|_| malformed())?;
            if transaction.mchid != merchant || transaction.appid != app {
                return Err(NotificationError::WrongMerchant);
            }
            of_transaction(transaction)?
        }
        "REFUND.SUCCESS" | "REFUND.ABNORMAL" | "REFUND.CLOSED" => {
            let refund: Refund = serde_json::from_slice(&resource).map_err(|_| malformed())?;
            if refund.mchid.as_deref() != Some(merchant) {
                return Err(NotificationError::WrongMerchant);
            }
            of_refund(refund)?
        }
        _ => None,
    };
    Ok(Notification {
        event_id: told.id,
        occurred_at: told.create_time.parse().map_err(|_| malformed())?,
        merchant: merchant.to_owned(),
        event: meaning.unwrap_or(Event::Other { name: told.event_type }),
    })
}

fn of_transaction(transaction: Transaction) -> Result<Option<Event>, NotificationError> {
    let Ok(reference) = transaction.out_trade_no.parse() else { return Ok(None) };
    let malformed = NotificationError::Malformed;
    Ok(Some(Event::Payment {
        reference,
        state: transaction.state().ok_or(malformed)?,
        amount: transaction.amount().ok_or(malformed)?,
        fee: None,
        provider_id: transaction.transaction_id.ok_or(malformed)?,
    }))
}

fn of_refund(refund: Refund) -> Result<Option<Event>, NotificationError> {
    let (Ok(reference), Ok(payment)) = (refund.out_refund_no.parse(), refund.out_trade_no.parse()) else {
        return Ok(None);
    };
    let malformed = NotificationError::Malformed;
    Ok(Some(Event::Refund {
        reference,
        state: refund.state().ok_or(malformed)?,
        amount: refund.amount().ok_or(malformed)?,
        payment: Lookup { reference: payment, provider_id: refund.transaction_id },
        provider_id: refund.refund_id,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_a_transaction_says() {
        let failed = |reason: &str| Some(PaymentState::Failed { reason: reason.to_owned() });
        for (state, wanted) in [
            ("NOTPAY", Some(PaymentState::Open)),
            ("USERPAYING", Some(PaymentState::Processing)),
            ("SUCCESS", Some(PaymentState::Succeeded)),
            ("REFUND", Some(PaymentState::Succeeded)),
            ("CLOSED", Some(PaymentState::Expired)),
            ("REVOKED", failed("REVOKED")),
            ("PAYERROR", failed("PAYERROR")),
            ("ASLEEP", None),
        ] {
            let object = json!({
                "appid": "wx1", "mchid": "1", "out_trade_no": "x", "trade_state": state,
                "success_time": "2026-09-21T22:13:20+08:00", "amount": { "total": 12 },
            });
            let transaction: Transaction = serde_json::from_value(object).unwrap();
            assert_eq!(transaction.state(), wanted, "{state}");
            assert_eq!(transaction.amount(), Some(Money::new(12, Currency::CNY)));
            assert_eq!(transaction.paid_at().unwrap().as_second(), 1_790_000_000);
        }
    }

    #[test]
    fn what_a_refund_says() {
        for (status, wanted) in [
            ("PROCESSING", Some(RefundState::Processing)),
            ("ABNORMAL", Some(RefundState::Processing)),
            ("SUCCESS", Some(RefundState::Succeeded)),
            ("CLOSED", Some(RefundState::Failed { reason: "CLOSED".to_owned() })),
            ("", None),
        ] {
            for name in ["status", "refund_status"] {
                let mut object = json!({
                    "refund_id": "1", "out_refund_no": "2", "out_trade_no": "3", "amount": { "refund": 5, "currency": "CNY" },
                });
                object[name] = json!(status);
                let refund: Refund = serde_json::from_value(object).unwrap();
                assert_eq!(refund.state(), wanted, "{status}");
                assert_eq!((refund.amount().unwrap().minor(), refund.completed_at()), (5, None));
            }
        }
    }

    #[test]
    fn what_a_refusal_means() {
        let error = |code: &str| json!({ "code": code, "message": "说明" }).to_string();
        for (status, body, wanted) in [
            (400, error("PARAM_ERROR"), "refused"),
            (401, error("SIGN_ERROR"), "refused"),
            (403, error("NOT_ENOUGH"), "refused"),
            (404, error("ORDER_NOT_EXIST"), "not found"),
            (404, error("RESOURCE_NOT_EXISTS"), "not found"),
            (403, error("OUT_TRADE_NO_USED"), "unknown"),
            (429, error("FREQUENCY_LIMITED"), "unknown"),
            (400, error("SYSTEM_ERROR"), "unknown"),
            (404, "<h1>proxy</h1>".to_owned(), "unknown"),
            (500, error("SYSTEM_ERROR"), "unknown"),
            (200, "{".to_owned(), "unknown"),
            (200, String::new(), "unknown"),
        ] {
            let answer = HttpAnswer { status, headers: http::HeaderMap::new(), body };
            let got = match read::<Native>(&answer) {
                Err(CallError::Refused { .. }) => "refused",
                Err(CallError::NotFound) => "not found",
                Err(CallError::Unknown { .. }) => "unknown",
                other => panic!("{other:?}"),
            };
            assert_eq!(got, wanted, "{} {}", answer.status, answer.body);
        }
    }
}
