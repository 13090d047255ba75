//! What the provider answered to the call that begins a payment.

use crate::rules::checkout::{CheckoutEvent, CheckoutStatus};
use crate::store;
use ::store::{Command, Error, Tx};
use gateways::CallError;
use kernel::id::{CheckoutId, GatewayCallId};
use kernel::{Bug, Permission, Refusal, is_planted};

/// How the call ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OpenOutcome {
    Opened {
        provider_id: Option<String>,
        url: Option<String>,
        qr: Option<String>,
        in_app: Option<String>,
    },
    /// Certainly without effect; the provider's code.
    Refused {
        code: String,
    },
    /// It may have had its effect.
    Unknown {
        why: String,
    },
}

impl From<Result<gateways::Opened, CallError>> for OpenOutcome {
    fn from(ended: Result<gateways::Opened, CallError>) -> Self {
        match ended {
            Ok(gateways::Opened { provider_id, url, qr, in_app }) => {
                OpenOutcome::Opened { provider_id, url, qr, in_app }
            }
            Err(CallError::Refused { code, .. }) => OpenOutcome::Refused { code },
            Err(CallError::NotFound) => OpenOutcome::Refused { code: "not_found".to_owned() },
            Err(CallError::Unsent) => OpenOutcome::Refused { code: "unreachable".to_owned() },
            Err(CallError::Unknown { why }) => OpenOutcome::Unknown { why },
        }
    }
}

/// Keeps the answer and moves the checkout on. An answer that comes after a better one changes nothing.
#[derive(Debug, Clone)]
pub struct AnswerOpen {
    pub checkout: CheckoutId,
    pub call: GatewayCallId,
    pub outcome: OpenOutcome,
}

impl Command for AnswerOpen {
    const NAME: &'static str = "checkout.answer";
    const PERMISSION: Permission = Permission::CheckoutCreate;
    type Output = CheckoutId;

    fn run(&self, tx: &mut Tx<'_>) -> Result<CheckoutId, Error> {
        let (scope, organisation, now) = (tx.context().scope(), tx.organisation(), tx.now());
        let mut row = store::lock_checkout(tx.conn, &scope, self.checkout)?
            .ok_or_else(|| Refusal::not_found("checkout_not_found"))?;
        let before = CheckoutStatus::by_name(&row.status)
            .ok_or_else(|| Error::Broken(format!("status of {}", self.checkout)))?;
        let (outcome, answer, event) = match &self.outcome {
            OpenOutcome::Opened { provider_id, url, qr, in_app } => {
                row.provider_id = provider_id.clone().or(row.provider_id);
                row.url = url.clone().or(row.url);
                row.qr = qr.clone().or(row.qr);
                row.in_app = in_app.clone().or(row.in_app);
                let answer = serde_json::json!({ "provider_id": provider_id, "url": url, "qr": qr, "in_app": in_app });
                ("opened", answer, (before == CheckoutStatus::InDoubt).then_some(CheckoutEvent::Pending))
            }
            OpenOutcome::Refused { code } => {
                if before == CheckoutStatus::Open {
                    row.failure = Some(code.clone());
                }
                // A refusal speaks of this call; another one before it may still be in doubt.
                let event = (before == CheckoutStatus::Open).then_some(CheckoutEvent::Declined);
                ("refused", serde_json::json!({ "code": code }), event)
            }
            OpenOutcome::Unknown { why } => {
                // Whoever heard from the provider meanwhile knows more than this silence.
                let event =
                    (before == CheckoutStatus::Open && row.provider_id.is_none()).then_some(CheckoutEvent::NoAnswer);
                let failed = event.filter(|_| is_planted(Bug::SilenceIsFailure)).map(|_| CheckoutEvent::Declined);
                ("in_doubt", serde_json::json!({ "why": why }), failed.or(event))
            }
        };
        store::answer_call(tx.conn, organisation, self.call, now, outcome, &answer.to_string())?;
        let after = match event {
            None => before,
            Some(event) => before.after(event).map_err(|illegal| Error::Broken(illegal.to_string()))?,
        };
        after.name().clone_into(&mut row.status);
        if matches!(after, CheckoutStatus::Failed | CheckoutStatus::Expired | CheckoutStatus::Succeeded) {
            row.next_poll_at = None;
        }
        store::update_checkout(tx.conn, &row)?;
        if after != before {
            super::settle::tell(tx, &row, after)?;
        }
        tx.audit(self.checkout, &serde_json::json!({ "answer": outcome, "status": row.status }))?;
        Ok(self.checkout)
    }
}
