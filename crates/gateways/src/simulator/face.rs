//! The languages that the simulator speaks over its one book: its own, and those of real providers.
//!
//! A payment keeps the language in which it was asked for. Its notifications are written and signed in it.

use super::House;
use super::payment::{Payment, Refund};
use super::scenario::NoticePlan;
use super::wire::{EventObject, PaymentObject, RefundObject};
use super::{alipay, stripe};
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
}

/// What a notification tells of: a payment, or a refund of one, as it stands then.
#[derive(Debug, Clone, Copy)]
pub(super) enum Happening<'a> {
    Payment(&'a Payment),
    Refund(&'a Refund, &'a Payment),
}

/// A notification as it is sent.
pub(super) struct Signed {
    pub content_type: &'static str,
    pub headers: Vec<(&'static str, String)>,
    pub body: String,
}

impl Face {
    /// What ids of payments, refunds and events begin with.
    pub(super) const fn prefixes(self) -> [&'static str; 3] {
        match self {
            Face::Own => ["simpay", "simref", "simevt"],
            Face::Stripe => ["cs_test", "re", "evt"],
            Face::Alipay => ["alitrade", "alirefund", "alinotify"],
        }
    }

    /// The body of a notification, before it is signed.
    pub(super) fn event(self, house: &House, id: &str, at: Timestamp, happening: Happening<'_>) -> String {
        match self {
            Face::Stripe => stripe::event(house, id, at, happening).to_string(),
            Face::Alipay => alipay::event(house, id, at, happening),
            Face::Own => {
                let (kind, state, data) = match happening {
                    Happening::Payment(payment) => {
                        ("payment", payment.state, serde_json::to_value(PaymentObject::of(house, payment)))
                    }
                    Happening::Refund(refund, _) => {
                        ("refund", refund.state, serde_json::to_value(RefundObject::of(house, refund)))
                    }
                };
                let event = EventObject {
                    id: id.to_owned(),
                    name: format!("{kind}.{}", state.name()),
                    created_at: at.to_string(),
                    merchant: house.config.merchant.clone(),
                    data: data.unwrap_or_default(),
                };
                serde_json::to_value(event).unwrap_or_default().to_string()
            }
        }
    }

    /// A notification with what proves where it comes from, or does not where the plan wants it so.
    pub(super) fn signed(self, house: &House, plan: &NoticePlan, id: &str, at: i64, body: &str) -> Signed {
        if self == Face::Alipay {
            return alipay::signed(house, plan, body);
        }
        let at = at.to_string();
        let parts: [&[u8]; 2] = [at.as_bytes(), body.as_bytes()];
        let forgers = Secret::new(FORGERS_KEY);
        let keys = secrets(house, plan, &forgers);
        let each: Vec<String> = keys.iter().map(|key| format!("v1={}", signature::sign(key, b'.', &parts))).collect();
        let signatures = each.join(",");
        let headers = if self == Face::Stripe {
            vec![("stripe-signature", format!("t={at},{signatures}"))]
        } else {
            vec![("sim-event-id", id.to_owned()), ("sim-signature", signatures), ("sim-timestamp", at)]
        };
        Signed { content_type: "application/json", headers, body: body.to_owned() }
    }

    /// Whether an answer to a notification says that it was taken.
    pub(super) fn is_taken(self, status: http::StatusCode, answer: &[u8]) -> bool {
        status.is_success() && (self != Face::Alipay || answer == alipay::TAKEN)
    }

    /// Whether the payer's giving up ends a payment; else another may still pay it.
    pub(super) const fn cancel_ends(self) -> bool {
        matches!(self, Face::Own)
    }

    /// Whether a merchant's own number names one payment or refund and no other.
    pub(super) const fn has_unique_references(self) -> bool {
        matches!(self, Face::Own | Face::Alipay)
    }

    /// Whether each call says where its notifications go.
    pub(super) const fn names_notify_url(self) -> bool {
        matches!(self, Face::Own)
    }

    /// Whether each payment says where its payer's browser goes afterwards.
    pub(super) const fn names_return_url(self) -> bool {
        !matches!(self, Face::Alipay)
    }

    /// Whether merchants hear of refunds that came to nothing.
    pub(super) const fn tells_failed_refunds(self) -> bool {
        !matches!(self, Face::Alipay)
    }
}

/// The secrets that sign, in the order of the header: the next one first while it is rotated to.
fn secrets<'a>(house: &'a House, plan: &NoticePlan, forgers: &'a Secret) -> Vec<&'a Secret> {
    let present = if plan.forged { forgers } else { &house.config.notification_secret };
    let next = house.config.next_notification_secret.as_ref().filter(|_| plan.rotated);
    next.into_iter().chain([present]).collect()
}
