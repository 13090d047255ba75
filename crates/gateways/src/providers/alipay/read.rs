//! Alipay's answers and notifications, as far as they are read, and what they mean.

use super::signed::{Fields, instant, value};
use crate::gateway::{CallError, Event, Notification, NotificationError, PaymentState, RefundState};
use kernel::{Currency, Money, Timestamp};
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// How every answer begins.
#[derive(Debug, Deserialize)]
struct Head {
    code: String,
    sub_code: Option<String>,
    #[serde(default)]
    msg: String,
    sub_msg: Option<String>,
}

/// What `alipay.trade.precreate` answers.
#[derive(Debug, Deserialize)]
pub(super) struct Precreated {
    pub out_trade_no: String,
    pub qr_code: String,
}

/// What `alipay.trade.query` answers.
#[derive(Debug, Deserialize)]
pub(super) struct Trade {
    pub out_trade_no: String,
    pub trade_no: String,
    trade_status: String,
    total_amount: String,
    /// When the payer paid; absent while nobody did [K].
    send_pay_date: Option<String>,
}

/// What `alipay.trade.close` answers is asked for anew.
#[derive(Debug, Deserialize)]
pub(super) struct Closed {}

/// What `alipay.trade.refund` answers. Its `refund_fee` is the sum of all refunds of the trade [K], so it is not read.
#[derive(Debug, Deserialize)]
pub(super) struct Refunded {
    pub out_trade_no: String,
    /// `Y`: this call gave the money back. `N`: an earlier one did, or it is not known yet [K].
    fund_change: Option<String>,
    gmt_refund_pay: Option<String>,
}

/// What `alipay.trade.fastpay.refund.query` answers.
#[derive(Debug, Deserialize)]
pub(super) struct RefundFound {
    pub out_trade_no: Option<String>,
    pub out_request_no: Option<String>,
    refund_amount: Option<String>,
    refund_status: Option<String>,
    gmt_refund_pay: Option<String>,
}

/// The object of a good answer. A refusal counts only where its code says that nothing was done; a system's error may have had
/// its effect, and so may whatever ends in a code that we do not know [K].
pub(super) fn read<T: DeserializeOwned>(answer: &str) -> Result<T, CallError> {
    let unreadable = |_| CallError::unknown("the answer is not readable");
    let head: Head = serde_json::from_str(answer).map_err(unreadable)?;
    let sub_code = head.sub_code.as_deref().unwrap_or("");
    match head.code.as_str() {
        "10000" => serde_json::from_str(answer).map_err(unreadable),
        "40004" if sub_code.ends_with("TRADE_NOT_EXIST") => Err(CallError::NotFound),
        code if sub_code.ends_with("SYSTEM_ERROR") => Err(CallError::unknown(format!("{code}, {sub_code}"))),
        "20001" | "40001" | "40002" | "40003" | "40004" | "40006" => Err(CallError::Refused {
            code: if sub_code.is_empty() { head.code } else { sub_code.to_owned() },
            message: head.sub_msg.unwrap_or(head.msg),
        }),
        code => Err(CallError::unknown(format!("code {code}"))),
    }
}

pub(super) fn yuan(text: &str) -> Option<Money> {
    Money::parse(text, Currency::CNY).ok().filter(|amount| amount.is_positive())
}

/// What a status means; `None` for one that we do not know: better in doubt than guessed. A closed trade was paid if it has a time
/// of payment: the money went back by refunds, which are told apart.
fn state(status: &str, paid_at: Option<&str>) -> Option<PaymentState> {
    let is_paid = paid_at.is_some_and(|at| !at.is_empty());
    match status {
        "WAIT_BUYER_PAY" => Some(PaymentState::Open),
        "TRADE_SUCCESS" | "TRADE_FINISHED" => Some(PaymentState::Succeeded),
        "TRADE_CLOSED" if is_paid => Some(PaymentState::Succeeded),
        "TRADE_CLOSED" => Some(PaymentState::Expired),
        _ => None,
    }
}

impl Trade {
    pub fn amount(&self) -> Option<Money> {
        yuan(&self.total_amount)
    }

    pub fn state(&self) -> Option<PaymentState> {
        state(&self.trade_status, self.send_pay_date.as_deref())
    }

    pub fn paid_at(&self) -> Option<Timestamp> {
        self.send_pay_date.as_deref().and_then(instant)
    }
}

impl Refunded {
    /// Whether the money certainly went back by this call.
    pub fn is_done(&self) -> bool {
        self.fund_change.as_deref() == Some("Y")
    }

    pub fn completed_at(&self) -> Option<Timestamp> {
        self.gmt_refund_pay.as_deref().and_then(instant)
    }
}

impl RefundFound {
    /// Without a status it was never received, has failed or is not done yet, which Alipay does not tell apart [K]: the same as not
    /// being there.
    pub fn state(&self) -> Result<RefundState, CallError> {
        match self.refund_status.as_deref() {
            Some("REFUND_SUCCESS") => Ok(RefundState::Succeeded),
            Some("REFUND_PROCESSING") => Ok(RefundState::Processing),
            Some("REFUND_FAIL") => Ok(RefundState::Failed { reason: "REFUND_FAIL".to_owned() }),
            None | Some("") => Err(CallError::NotFound),
            Some(other) => Err(CallError::unknown(format!("status {other}"))),
        }
    }

    pub fn amount(&self) -> Option<Money> {
        self.refund_amount.as_deref().and_then(yuan)
    }

    pub fn completed_at(&self) -> Option<Timestamp> {
        self.gmt_refund_pay.as_deref().and_then(instant)
    }
}

/// What a verified notification says. A number that is not of our form belongs to another program of the same merchant.
///
/// One about a refund has the status of the payment, which is not paid twice by it. It tells the sum of all refunds [K], so what one
/// of them came to is for its call or query to say.
pub(super) fn event(fields: &Fields, app_id: &str, seller_id: &str) -> Result<Notification, NotificationError> {
    let malformed = NotificationError::Malformed;
    let said = |name: &str| value(fields, name);
    if said("app_id") != app_id || said("seller_id") != seller_id {
        return Err(NotificationError::WrongMerchant);
    }
    let event_id = Some(said("notify_id")).filter(|id| !id.is_empty()).ok_or(malformed)?;
    let is_refund = ["refund_fee", "gmt_refund", "out_biz_no"].iter().any(|name| !said(name).is_empty());
    let other = |name: &str| Event::Other { name: name.to_owned() };
    let event = match (said("notify_type"), said("out_trade_no").parse()) {
        ("trade_status_sync", _) if is_refund => other("refund"),
        ("trade_status_sync", Ok(reference)) => Event::Payment {
            reference,
            provider_id: Some(said("trade_no")).filter(|id| !id.is_empty()).ok_or(malformed)?.to_owned(),
            state: state(said("trade_status"), Some(said("gmt_payment"))).ok_or(malformed)?,
            amount: yuan(said("total_amount")).ok_or(malformed)?,
            // Only the merchant's bill tells it.
            fee: None,
        },
        (name, _) => other(name),
    };
    Ok(Notification {
        event_id: event_id.to_owned(),
        occurred_at: instant(said("notify_time")).ok_or(malformed)?,
        merchant: seller_id.to_owned(),
        event,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_a_trade_says() {
        let paid = Some("2026-09-21 22:13:20");
        for (status, paid_at, wanted) in [
            ("WAIT_BUYER_PAY", None, Some(PaymentState::Open)),
            ("TRADE_SUCCESS", paid, Some(PaymentState::Succeeded)),
            ("TRADE_FINISHED", paid, Some(PaymentState::Succeeded)),
            ("TRADE_CLOSED", None, Some(PaymentState::Expired)),
            ("TRADE_CLOSED", Some(""), Some(PaymentState::Expired)),
            // All of it was given back.
            ("TRADE_CLOSED", paid, Some(PaymentState::Succeeded)),
            ("TRADE_ASLEEP", paid, None),
        ] {
            assert_eq!(state(status, paid_at), wanted, "{status} {paid_at:?}");
        }
        for (text, wanted) in [("0.01", Some(1)), ("732.16", Some(73_216)), ("0", None), ("-1", None), ("1.001", None)]
        {
            assert_eq!(yuan(text).map(Money::minor), wanted, "{text}");
        }
    }

    #[test]
    fn what_a_refusal_means() {
        for (code, sub_code, wanted) in [
            ("40004", Some("ACQ.TRADE_NOT_EXIST"), "not found"),
            ("40004", Some("ACQ.TRADE_HAS_SUCCESS"), "refused"),
            ("40004", Some("ACQ.SYSTEM_ERROR"), "unknown"),
            ("40002", Some("isv.invalid-signature"), "refused"),
            ("40006", None, "refused"),
            ("20000", Some("isp.unknow-error"), "unknown"),
            ("20000", Some("aop.ACQ.SYSTEM_ERROR"), "unknown"),
            ("10003", None, "unknown"),
            ("10000", None, "unknown"),
        ] {
            let answer = json!({ "code": code, "msg": "m", "sub_code": sub_code }).to_string();
            let got = match read::<Trade>(&answer) {
                Err(CallError::Refused { .. }) => "refused",
                Err(CallError::NotFound) => "not found",
                Err(CallError::Unknown { .. }) => "unknown",
                other => panic!("{other:?}"),
            };
            assert_eq!(got, wanted, "{answer}");
        }
        assert!(read::<Trade>("{").unwrap_err().in_doubt());
    }

    #[test]
    fn what_a_refund_says() {
        let found = |status: Option<&str>| -> RefundFound {
            serde_json::from_value(json!({ "refund_status": status, "refund_amount": "4.00" })).unwrap()
        };
        assert_eq!(found(Some("REFUND_SUCCESS")).state(), Ok(RefundState::Succeeded));
        assert_eq!(found(Some("REFUND_PROCESSING")).state(), Ok(RefundState::Processing));
        assert!(matches!(found(Some("REFUND_FAIL")).state(), Ok(RefundState::Failed { .. })));
        assert_eq!(found(None).state(), Err(CallError::NotFound));
        assert!(found(Some("REFUND_ASLEEP")).state().unwrap_err().in_doubt());
    }
}
