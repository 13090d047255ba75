//! What pages, the API and other rooms read of mails.

pub use crate::store::Filter;

use crate::commands::ADDRESS;
use crate::mailer::Mailer;
use crate::rules::failure::FailureClass;
use crate::rules::mail::{Purpose, Status};
use crate::store::{self, Row};
use ::store::{Conn, Error, Finding, Part, Sealed, Vault};
use kernel::id::{DataKeyId, EventId, MailId, OrganisationId};
use kernel::{Locale, Refusal, Scope, Timestamp};

/// A mail whose turn it is, and whose letter is to be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    pub organisation: OrganisationId,
    pub id: MailId,
    pub purpose: Purpose,
    /// The document, of the kind that the purpose says.
    pub about: EventId,
    pub locale: Locale,
}

/// A mail as pages and the API show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    pub id: MailId,
    pub purpose: Purpose,
    pub about: EventId,
    /// Whom it goes to: a customer, or the user who tries.
    pub owner: DataKeyId,
    /// None once its owner's key was destroyed.
    pub address: Option<String>,
    pub locale: Locale,
    pub status: Status,
    pub attempts: i32,
    pub next_at: Option<Timestamp>,
    pub failure: Option<FailureClass>,
    /// The mail server's.
    pub failure_code: Option<i32>,
    pub message_id: Option<String>,
    pub created_at: Timestamp,
    pub sent_at: Option<Timestamp>,
}

impl Mail {
    /// Where the desk shows what it is about; nowhere for a test.
    pub fn path(&self) -> Option<String> {
        match self.purpose {
            Purpose::Receipt => Some(format!("/payments/{}", self.purpose.about(self.about))),
            Purpose::Test => None,
        }
    }
}

/// One mail, or a refusal.
pub fn get(conn: &mut Conn, vault: &Vault, scope: &Scope, id: MailId) -> Result<Mail, Error> {
    let found = store::find(conn, scope.organisation(), id)?;
    let row = found.filter(|row| scope.admits(row.owner_id.retyped()));
    opened(conn, vault, row.ok_or_else(|| Refusal::not_found("mail_not_found"))?)
}

/// A part of the mails, newest first. Staff alone ask: customers have no list of what was sent to them.
pub fn page(conn: &mut Conn, vault: &Vault, scope: &Scope, filter: &Filter, part: &Part) -> Result<Vec<Mail>, Error> {
    let rows = store::list(conn, scope.organisation(), filter, part)?;
    let seen = rows.into_iter().filter(|row| scope.admits(row.owner_id.retyped()));
    seen.map(|row| opened(conn, vault, row)).collect()
}

/// The last mails about something, at most ten.
pub fn about(conn: &mut Conn, vault: &Vault, scope: &Scope, about: EventId) -> Result<Vec<Mail>, Error> {
    let filter = Filter { about: Some(about), status: None };
    page(conn, vault, scope, &filter, &Part::newest::<MailId>(None, 10))
}

fn opened(conn: &mut Conn, vault: &Vault, row: Row) -> Result<Mail, Error> {
    let broken = |what: &str| Error::Broken(format!("{what} of {}", row.mail_id));
    Ok(Mail {
        id: row.mail_id,
        purpose: Purpose::by_name(&row.purpose).ok_or_else(|| broken("purpose"))?,
        about: row.about_id,
        owner: row.owner_id,
        address: vault.open(conn, row.organisation_id, row.owner_id, ADDRESS, &row.address_sealed)?,
        locale: row.locale.parse().unwrap_or_default(),
        status: Status::by_name(&row.status).ok_or_else(|| broken("status"))?,
        attempts: row.attempts,
        next_at: row.next_at.map(|at| at.0).filter(|_| row.status == Status::Waiting.name()),
        failure: row.error.as_deref().and_then(FailureClass::by_name),
        failure_code: row.error_code,
        message_id: row.message_id,
        created_at: row.created_at.0,
        sent_at: row.sent_at.map(|at| at.0),
    })
}

/// Whether the receipt of an online payment is sent by itself.
pub fn sends_receipts(conn: &mut Conn, organisation: OrganisationId) -> Result<bool, Error> {
    store::sends_receipts(conn, organisation)
}

/// Whether a button that sends mail to a customer is worth showing: there is a way out, and an address on file.
pub fn offered(
    conn: &mut Conn,
    vault: &Vault,
    scope: &Scope,
    mailer: &Mailer,
    customer: kernel::id::CustomerId,
) -> Result<bool, Error> {
    Ok(mailer.is_on() && customers::queries::get(conn, vault, scope, customer)?.email.is_some())
}

/// Sealed addresses that do not open (`sealed_unreadable`). All are tried, a thousand at a time.
pub fn unreadable(conn: &mut Conn, vault: &Vault, organisation: OrganisationId) -> Result<Vec<Finding>, Error> {
    let (mut findings, mut after) = (Vec::new(), MailId::NIL);
    loop {
        let rows = store::sealed_after(conn, organisation, after)?;
        let Some((last, ..)) = rows.last() else { return Ok(findings) };
        after = *last;
        let sealed = |(id, owner, value): (MailId, DataKeyId, Vec<u8>)| Sealed {
            owner,
            of: id.to_string(),
            field: ADDRESS,
            value,
        };
        let sealed: Vec<Sealed> = rows.into_iter().map(sealed).collect();
        findings.extend(vault.unopened(conn, organisation, &sealed)?);
    }
}
