//! Mails are asked for, sent again, tried; and what became of them is noted.

mod again;
mod note;
mod setting;
mod test;

pub use again::SendAgain;
pub(crate) use note::{NoteOutcome, Outcome};
pub use setting::SetMailing;
pub use test::SendTest;

use crate::rules::limit;
use crate::rules::mail::{Purpose, Status};
use crate::store::{self, Row};
use ::store::{Error, Tx};
use kernel::id::{CustomerId, DataKeyId, EventId, MailId};
use kernel::{Actor, Locale, Refusal, RefusalKind};
use schema::types::At;

/// The name of the sealed field.
pub(crate) const ADDRESS: &str = "mail_address";

/// A wish to have something told to a customer.
#[derive(Debug, Clone, Copy)]
pub struct MailOrder<'a> {
    pub purpose: Purpose,
    /// The document, of the kind that the purpose says.
    pub about: EventId,
    pub customer: CustomerId,
    /// Another address than the customer's, checked; staff alone may name one.
    pub to: Option<&'a str>,
}

/// Writes a mail into the caller's transaction; it is sent soon after the commit. Holds the customer's row, so that nobody sends
/// more than the limit by pressing twice at once.
///
/// Errors: `mail_no_address` where the customer has none, `mail_only_to_yourself`, `mails_too_many` (429).
pub fn order(tx: &mut Tx<'_>, order: &MailOrder<'_>) -> Result<MailId, Error> {
    customers::queries::lock(tx, order.customer)?;
    let (scope, vault) = (tx.context().scope(), tx.vault().clone());
    if order.to.is_some() && scope.customer().is_some() {
        return Err(Refusal::forbidden("mail_only_to_yourself").into());
    }
    let customer = customers::queries::get(tx.conn, &vault, &scope, order.customer)?;
    let address = order.to.map(ToOwned::to_owned).or(customer.email);
    let address = address.ok_or_else(|| Refusal::conflict("mail_no_address"))?;
    within_limit(tx, order.purpose, order.about)?;
    let sealed = tx.seal(order.customer, ADDRESS, &address)?;
    write(tx, order.purpose, order.about, order.customer.retyped(), sealed, customer.locale)
}

/// Whether a mail for this purpose about something was asked for before, in all its time.
pub fn was_ordered(tx: &mut Tx<'_>, purpose: Purpose, about: EventId) -> Result<Option<MailId>, Error> {
    let organisation = tx.organisation();
    store::newest_about(tx.conn, organisation, about, purpose.name())
}

/// Refuses with 429 where there were too many lately.
fn within_limit(tx: &mut Tx<'_>, purpose: Purpose, about: EventId) -> Result<(), Error> {
    let (organisation, now) = (tx.organisation(), tx.now());
    let since = now - jiff::SignedDuration::from_secs(limit::WINDOW_S);
    let asked = store::asked_since(tx.conn, organisation, about, purpose.name(), since)?;
    let ages_s = asked.into_iter().map(|at| now.as_second() - at.as_second()).collect();
    let Some(wait_s) = limit::wait(limit::most_for(&tx.context().actor), ages_s) else { return Ok(()) };
    let retry_after = u32::try_from(wait_s).unwrap_or(u32::MAX);
    let minutes = (wait_s + 59) / 60;
    Err(Refusal::new(RefusalKind::TooMany { retry_after }, "mails_too_many").with("minutes", minutes).into())
}

fn write(
    tx: &mut Tx<'_>,
    purpose: Purpose,
    about: EventId,
    owner: DataKeyId,
    address_sealed: Vec<u8>,
    locale: Locale,
) -> Result<MailId, Error> {
    let row = Row {
        organisation_id: tx.organisation(),
        mail_id: tx.new_id(),
        purpose: purpose.name().to_owned(),
        about_id: about,
        owner_id: owner,
        address_sealed,
        locale: locale.tag().to_owned(),
        status: Status::Waiting.name().to_owned(),
        attempts: 0,
        next_at: Some(At(tx.now())),
        error: None,
        error_code: None,
        message_id: None,
        requested_by: tx.context().actor.name(),
        created_at: At(tx.now()),
        sent_at: None,
    };
    store::insert(tx.conn, &row)?;
    tx.audit(row.mail_id, &serde_json::json!({ "purpose": row.purpose, "about": purpose.about(about) }))?;
    Ok(row.mail_id)
}

/// Finds and holds a mail, or refuses.
fn held(tx: &mut Tx<'_>, id: MailId) -> Result<Row, Error> {
    let organisation = tx.organisation();
    Ok(store::lock(tx.conn, organisation, id)?.ok_or_else(|| Refusal::not_found("mail_not_found"))?)
}

/// The person who acts; refuses programs.
fn person(tx: &Tx<'_>) -> Result<kernel::id::UserId, Error> {
    match &tx.context().actor {
        Actor::User { id, customer: None, .. } => Ok(*id),
        _ => Err(Refusal::forbidden("mail_only_to_people").into()),
    }
}
