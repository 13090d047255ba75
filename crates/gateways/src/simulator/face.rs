//! The languages that the simulator speaks over its one book: its own, and those of real providers.
//!
//! A payment keeps the language in which it was asked for. Its notifications are written and signed in it.

use super::House;
use super::dispute::{Dispute, Told};
use super::payment::{Payment, Payout, Refund};
use super::scenario::NoticePlan;
use super::wire::{DisputeObject, EventObject, PaymentObject, RefundObject};
use super::{alipay, payout, paypal, stripe, wechat_pay};
use crate::{Secret, signature};
use kernel::Timestamp;
use serde::{Deserialize, Serialize};

/// A key that is nobody's.
const FORGERS_KEY: &str = "not the key";

/// A language.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Face {
    #[default]
    Own,
    Stripe,
    Alipay,
    WeChatPay,
    PayPal,
}

/// What a notification tells of: a payment, a refund or dispute of one, or a pay-out, as it stands then.
#[derive(Debug, Clone, Copy)]
pub(super) enum Happening<'a> {
    Payment(&'a Payment),
    Refund(&'a Refund, &'a Payment),
    Dispute(&'a Dispute, &'a Payment, Told),
    Payout(&'a Payout),
}

/// A notification as it is sent.
pub(super) struct Signed {
    pub content_type: &'static str,
    pub headers: Vec<(&'static str, String)>,
    pub body: String,
}

impl Signed {
    fn json(body: &str, headers: Vec<(&'static str, String)>) -> Signed {
        Signed { content_type: "application/json", headers, body: body.to_owned() }
    }
}

impl Face {
    pub(super) const ALL: [Face; 5] = [Face::Own, Face::Stripe, Face::Alipay, Face::WeChatPay, Face::PayPal];

    /// What ids of payments, refunds and events begin with.
    pub(super) const fn prefixes(self) -> [&'static str; 3] {
        match self {
            Face::Own => ["simpay", "simref", "simevt"],
            Face::Stripe => ["cs_test", "re", "evt"],
            Face::Alipay => ["alitrade", "alirefund", "alinotify"],
            Face::WeChatPay => ["wxpay", "wxref", "wxevt"],
            Face::PayPal => ["pporder", "pprefund", "ppevt"],
        }
    }

    /// What ids of disputes begin with; `None` where the language tells of none.
    pub(super) const fn dispute_prefix(self) -> Option<&'static str> {
        match self {
            Face::Own => Some("simdispute"),
            Face::Stripe => Some("dp"),
            Face::PayPal => Some("ppdispute"),
            Face::Alipay | Face::WeChatPay => None,
        }
    }

    /// The name under which the book finds a payment or refund by the merchant's own number, in languages that ask by it.
    pub(super) fn key(self, reference: &str) -> Option<String> {
        match self {
            Face::Own => Some(reference.to_owned()),
            Face::Stripe => None,
            Face::Alipay => Some(format!("alipay {reference}")),
            Face::WeChatPay => Some(format!("wechat_pay {reference}")),
            // Nobody asks by it, but one number is not used for two.
            Face::PayPal => (!reference.is_empty()).then(|| format!("paypal {reference}")),
        }
    }

    /// The language of a connector's name.
    pub(super) fn of_provider(name: &str) -> Option<Face> {
        Face::ALL.into_iter().find(|face| face.provider() == name)
    }

    const fn provider(self) -> &'static str {
        match self {
            Face::Own => "simulator",
            Face::Stripe => "stripe",
            Face::Alipay => "alipay",
            Face::WeChatPay => "wechat_pay",
            Face::PayPal => "paypal",
        }
    }

    /// What ids of pay-outs begin with.
    pub(super) const fn payout_prefix(self) -> &'static str {
        match self {
            Face::Own => "simpo",
            Face::Stripe => "po",
            Face::Alipay => "alipo",
            Face::WeChatPay => "wxpo",
            Face::PayPal => "pppo",
        }
    }

    /// The body of a notification before it is signed; `None` where the language does not tell of such a thing.
    pub(super) fn event(self, house: &House, id: &str, at: Timestamp, happening: Happening<'_>) -> Option<String> {
        let body = match self {
            Face::Stripe => stripe::event(house, id, at, happening)?,
            Face::Alipay => return alipay::event(house, id, at, happening),
            Face::WeChatPay => wechat_pay::event(house, id, at, happening)?,
            Face::PayPal => paypal::event(house, id, at, happening)?,
            Face::Own => {
                let (kind, what, data) = match happening {
                    Happening::Payment(payment) => {
                        ("payment", payment.state.name(), serde_json::to_value(PaymentObject::of(house, payment)))
                    }
                    Happening::Refund(refund, _) => {
                        ("refund", refund.state.name(), serde_json::to_value(RefundObject::of(house, refund)))
                    }
                    Happening::Dispute(dispute, _, told) => {
                        let object = DisputeObject::of(house, dispute, Some(told));
                        ("dispute", told.name()?, serde_json::to_value(object))
                    }
                    Happening::Payout(payout) => ("payout", payout.state(), Ok(payout::object(house, payout))),
                };
                let event = EventObject {
                    id: id.to_owned(),
                    name: format!("{kind}.{what}"),
                    created_at: at.to_string(),
                    merchant: house.config.merchant.clone(),
                    data: data.unwrap_or_default(),
                };
                serde_json::to_value(event).unwrap_or_default()
            }
        };
        Some(body.to_string())
    }

    /// A notification with what proves where it comes from, or does not where the plan wants it so.
    pub(super) fn signed(self, house: &House, plan: &NoticePlan, id: &str, at: i64, body: &str) -> Signed {
        match self {
            Face::Own => {
                let signatures = signatures(house, plan, at, body);
                let at = at.to_string();
                let named = [("sim-event-id", id.to_owned()), ("sim-signature", signatures), ("sim-timestamp", at)];
                Signed::json(body, named.into())
            }
            Face::Stripe => {
                let signatures = signatures(house, plan, at, body);
                Signed::json(body, vec![("stripe-signature", format!("t={at},{signatures}"))])
            }
            Face::Alipay => alipay::signed(house, plan, body),
            Face::WeChatPay => Signed::json(body, wechat_pay::signed(house, plan, at, body)),
            Face::PayPal => Signed::json(body, paypal::signed(house, plan, id, at, body)),
        }
    }

    /// Whether an answer to a notification says that it was taken.
    pub(super) fn is_taken(self, status: http::StatusCode, answer: &[u8]) -> bool {
        status.is_success() && (self != Face::Alipay || answer == alipay::TAKEN)
    }

    /// Whether the payer's giving up ends a payment; else another may still pay it.
    pub(super) const fn cancel_ends(self) -> bool {
        matches!(self, Face::Own)
    }

    /// Whether each call says where its notifications go.
    pub(super) const fn names_notify_url(self) -> bool {
        matches!(self, Face::Own | Face::WeChatPay)
    }

    /// Whether each payment says where its payer's browser goes afterwards.
    pub(super) const fn names_return_url(self) -> bool {
        matches!(self, Face::Own | Face::Stripe | Face::PayPal)
    }

    /// Whether a payer agrees first, and the merchant takes the money after that.
    pub(super) const fn approves_first(self) -> bool {
        matches!(self, Face::PayPal)
    }
}

/// By the present key, and before it by the next one while it is rotated to.
fn signatures(house: &House, plan: &NoticePlan, at: i64, body: &str) -> String {
    let forgers = Secret::new(FORGERS_KEY);
    let present = if plan.forged { &forgers } else { &house.config.notification_secret };
    let next = house.config.next_notification_secret.as_ref().filter(|_| plan.rotated);
    let at = at.to_string();
    let parts: [&[u8]; 2] = [at.as_bytes(), body.as_bytes()];
    let signed = |key: &Secret| format!("v1={}", signature::sign(key, b'.', &parts));
    next.into_iter().chain([present]).map(signed).collect::<Vec<_>>().join(",")
}
