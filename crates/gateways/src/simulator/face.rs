//! The languages that the simulator speaks over its one book: its own, and those of real providers.
//!
//! A payment keeps the language in which it was asked for. Its notifications are written and signed in it.

use super::House;
use super::payment::{Payment, Refund};
use super::scenario::NoticePlan;
use super::stripe;
use super::wire::{EventObject, PaymentObject, RefundObject};
use crate::{Secret, signature};
use kernel::Timestamp;
use serde::{Deserialize, Serialize};

/// A language.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Face {
    #[default]
    Own,
    Stripe,
}

/// What a notification tells of: a payment or refund as it stands then.
#[derive(Debug, Clone, Copy)]
pub(super) enum Happening<'a> {
    Payment(&'a Payment),
    Refund(&'a Refund),
}

impl Face {
    /// What ids of payments, refunds and events begin with.
    pub(super) const fn prefixes(self) -> [&'static str; 3] {
        match self {
            Face::Own => ["simpay", "simref", "simevt"],
            Face::Stripe => ["cs_test", "re", "evt"],
        }
    }

    /// The body of a notification.
    pub(super) fn event(self, house: &House, id: &str, at: Timestamp, happening: Happening<'_>) -> String {
        let body = match self {
            Face::Stripe => stripe::event(house, id, at, happening),
            Face::Own => {
                let (kind, state, data) = match happening {
                    Happening::Payment(payment) => {
                        ("payment", payment.state, serde_json::to_value(PaymentObject::of(house, payment)))
                    }
                    Happening::Refund(refund) => {
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
                serde_json::to_value(event).unwrap_or_default()
            }
        };
        body.to_string()
    }

    /// The headers that prove where a notification comes from.
    pub(super) fn signed(self, id: &str, at: i64, body: &str, keys: &[&Secret]) -> Vec<(&'static str, String)> {
        let at = at.to_string();
        let parts: [&[u8]; 2] = [at.as_bytes(), body.as_bytes()];
        let each: Vec<String> = keys.iter().map(|key| format!("v1={}", signature::sign(key, b'.', &parts))).collect();
        let signatures = each.join(",");
        match self {
            Face::Own => vec![("sim-event-id", id.to_owned()), ("sim-signature", signatures), ("sim-timestamp", at)],
            Face::Stripe => vec![("stripe-signature", format!("t={at},{signatures}"))],
        }
    }

    /// Whether the payer's giving up ends a payment; else another may still pay it.
    pub(super) const fn cancel_ends(self) -> bool {
        matches!(self, Face::Own)
    }

    /// The keys that sign, in the order of the header: the next one first while it is rotated to.
    pub(super) fn keys<'a>(house: &'a House, plan: &NoticePlan, forgers: &'a Secret) -> Vec<&'a Secret> {
        let present = if plan.forged { forgers } else { &house.config.notification_secret };
        let next = house.config.next_notification_secret.as_ref().filter(|_| plan.rotated);
        next.into_iter().chain([present]).collect()
    }
}
