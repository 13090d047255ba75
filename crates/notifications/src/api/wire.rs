//! Mails as JSON.

use crate::queries::{self, Mail};
use ::store::{Error, Tx};
use kernel::id::MailId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::json_body;

/// A mail that is to be sent, or was.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Mail)]
pub struct MailView {
    #[schema(example = "mai_01h455vb4pex5vsknk084sn02q")]
    pub id: String,
    /// `receipt`, `test`.
    #[schema(example = "receipt")]
    pub purpose: &'static str,
    /// What it is about: a payment, or the user who tries.
    #[schema(example = "pay_01h455vb4pex5vsknk084sn02q")]
    pub about: String,
    /// Null once its owner's data was erased.
    #[schema(example = "ap@example.com")]
    pub to: Option<String>,
    pub locale: &'static str,
    /// `waiting` for its turn or the next attempt, `sent` (a mail server took it), `failed` for good.
    #[schema(example = "waiting")]
    pub status: &'static str,
    pub attempts: i32,
    /// Null unless it waits.
    pub next_attempt_at: Option<String>,
    /// What was wrong at the last attempt: `refused`, `deferred`, `not_signed_in`, `not_protected`, `no_answer`, `unsupported`,
    /// `no_address`, `not_written`.
    #[schema(example = "deferred")]
    pub error: Option<&'static str>,
    /// The mail server's code.
    #[schema(example = 451)]
    pub error_code: Option<i32>,
    /// The same at every attempt; null before the first.
    #[schema(example = "<mai_01h455vb4pex5vsknk084sn02q@example.com>")]
    pub message_id: Option<String>,
    pub created_at: String,
    pub sent_at: Option<String>,
}

impl From<Mail> for MailView {
    fn from(mail: Mail) -> Self {
        MailView {
            id: mail.id.to_string(),
            purpose: mail.purpose.name(),
            about: mail.purpose.about(mail.about),
            to: mail.address,
            locale: mail.locale.tag(),
            status: mail.status.name(),
            attempts: mail.attempts,
            next_attempt_at: mail.next_at.map(|at| at.to_string()),
            error: mail.failure.map(crate::FailureClass::name),
            error_code: mail.failure_code,
            message_id: mail.message_id,
            created_at: mail.created_at.to_string(),
            sent_at: mail.sent_at.map(|at| at.to_string()),
        }
    }
}

/// The answer to a call that has a mail sent: 202, since it goes out behind the commit.
pub fn accepted(tx: &mut Tx<'_>, id: MailId) -> Result<(u16, Vec<u8>), Error> {
    let (scope, vault) = (tx.context().scope(), tx.vault().clone());
    json_body(202, &MailView::from(queries::get(tx.conn, &vault, &scope, id)?))
}

/// Nothing is needed.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[schema(as = NothingAboutMail)]
#[serde(deny_unknown_fields, default)]
pub struct Nothing {}
