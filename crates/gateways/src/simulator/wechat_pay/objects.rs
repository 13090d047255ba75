//! WeChat Pay's objects, written from the book: source as of the connector (`providers::wechat_pay`).

use super::door::sealed;
use crate::providers::wechat_pay::wire::in_china;
use crate::simulator::House;
use crate::simulator::face::Happening;
use crate::simulator::payment::{Payment, Refund, State};
use kernel::Timestamp;
use serde_json::{Value, json};

/// An order, and its payment once there is one.
pub(super) fn transaction(house: &House, payment: &Payment) -> Value {
    let (state, said) = match payment.state {
        State::Open | State::Approved(_) => ("NOTPAY", "订单未支付"),
        State::Processing { .. } => ("USERPAYING", "用户支付中"),
        State::Succeeded if payment.refunded > 0 => ("REFUND", "转入退款"),
        State::Succeeded => ("SUCCESS", "支付成功"),
        State::Failed(_) => ("PAYERROR", "支付失败"),
        State::Closed | State::Expired => ("CLOSED", "订单已关闭"),
    };
    let (total, currency) = (payment.amount.minor(), payment.amount.currency().to_string());
    let mut object = json!({
        "appid": house.config.wechat_pay.app_id,
        "mchid": house.config.merchant,
        "out_trade_no": payment.reference,
        "trade_state": state,
        "trade_state_desc": said,
        "attach": "",
        "amount": { "total": total, "currency": currency, "payer_total": total, "payer_currency": currency },
    });
    if payment.state == State::Succeeded {
        object["transaction_id"] = json!(payment.id);
        object["trade_type"] = json!("NATIVE");
        object["bank_type"] = json!("OTHERS");
        object["success_time"] = json!(in_china(payment.paid_at.unwrap_or(payment.created_at)));
        object["payer"] = json!({ "openid": super::app::PAYER });
    }
    object
}

/// A refund as it is answered.
pub(super) fn refund(refund: &Refund) -> Value {
    let mut object = told_refund(refund);
    object["status"] = json!(status(refund));
    object["channel"] = json!("ORIGINAL");
    object["create_time"] = json!(in_china(refund.created_at));
    object["funds_account"] = json!("AVAILABLE");
    object["amount"]["currency"] = json!(refund.amount.currency().code());
    object["amount"]["settlement_refund"] = json!(refund.amount.minor());
    object["amount"]["settlement_total"] = json!(refund.total);
    object["amount"]["discount_refund"] = json!(0);
    object
}

const fn status(refund: &Refund) -> &'static str {
    match refund.state {
        State::Succeeded => "SUCCESS",
        State::Failed(_) => "CLOSED",
        _ => "PROCESSING",
    }
}

fn told_refund(refund: &Refund) -> Value {
    let amount = refund.amount.minor();
    let mut object = json!({
        "refund_id": refund.id,
        "out_refund_no": refund.reference,
        "transaction_id": refund.payment,
        "out_trade_no": refund.payment_reference,
        "user_received_account": "somebody's wallet",
        "amount": { "total": refund.total, "refund": amount, "payer_total": refund.total, "payer_refund": amount },
    });
    if let Some(at) = refund.completed_at {
        object["success_time"] = json!(in_china(at));
    }
    object
}

/// A sealed notification. WeChat Pay tells of payments that were made, not of those that were not, and of refunds that are over.
pub(in crate::simulator) fn event(house: &House, id: &str, at: Timestamp, happening: Happening<'_>) -> Option<Value> {
    let (name, kind, said, object) = match happening {
        Happening::Payment(payment) if payment.state == State::Succeeded => {
            ("TRANSACTION.SUCCESS", "transaction", "支付成功", transaction(house, payment))
        }
        Happening::Payment(_) | Happening::Dispute(..) | Happening::Payout(_) => return None,
        Happening::Refund(one, _) => {
            let mut object = told_refund(one);
            object["mchid"] = json!(house.config.merchant);
            object["refund_status"] = json!(status(one));
            match one.state {
                State::Succeeded => ("REFUND.SUCCESS", "refund", "退款成功", object),
                State::Failed(_) => ("REFUND.CLOSED", "refund", "退款关闭", object),
                _ => return None,
            }
        }
    };
    let mut resource = serde_json::to_value(sealed(house, id, kind, &object.to_string())?).unwrap_or_default();
    resource["original_type"] = json!(kind);
    Some(json!({
        "id": id,
        "create_time": in_china(at),
        "resource_type": "encrypt-resource",
        "event_type": name,
        "summary": said,
        "resource": resource,
    }))
}
