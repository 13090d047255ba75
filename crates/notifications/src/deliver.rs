//! Mails go out, each under a lease, so that whoever dies while sending leaves it to the next.

use crate::commands::{ADDRESS, NoteOutcome, Outcome};
use crate::letter::Letter;
use crate::mailer::Mailer;
use crate::queries::Due;
use crate::rules::failure::{Failure, FailureClass};
use crate::rules::mail::Purpose;
use crate::store::{self, Row};
use ::store::{App, Error};
use futures_util::future::BoxFuture;
use futures_util::{StreamExt, stream};
use kernel::id::OrganisationId;
use kernel::{Actor, Context, Locale, Source};

/// How long a worker has for a mail before another may take it: longer than sending may take.
const LEASE_S: i64 = 120;

/// Sends the mails whose turn it is, so many at once; true where there may be more. `compose` writes what a mail says: the server
/// asks the room that its purpose belongs to. A refusal of it is the end of the mail, any other error may pass.
pub async fn send_due(
    app: &App,
    mailer: &Mailer,
    at_once: usize,
    compose: impl Fn(Due) -> BoxFuture<'static, Result<Letter, Error>> + Sync,
) -> Result<bool, Error> {
    let now = app.now();
    if !mailer.is_on() || !app.db().read(move |conn| store::is_any_due(conn, now)).await? {
        return Ok(false);
    }
    let (until, limit) = (now + jiff::SignedDuration::from_secs(LEASE_S), i64::try_from(at_once).unwrap_or(1));
    let named = mailer.clone();
    let lease = move |conn: &mut ::store::Conn| store::lease(conn, now, until, limit, &|id| named.message_id(id));
    let leased = app.maintain(lease).await?;
    let any = !leased.is_empty();
    let compose = &compose;
    let sends = stream::iter(leased).map(|row| async move {
        let (organisation, mail, attempt) = (row.organisation_id, row.mail_id, row.attempts);
        let outcome = match send(app, mailer, row, compose).await {
            Ok(()) => Outcome::Sent,
            Err(failure) => {
                let (class, code) = (failure.class.name(), failure.code);
                tracing::warn!(%mail, attempt, class, code, "a mail was not sent");
                Outcome::Failed(failure)
            }
        };
        app.write(&house(app, organisation)?, NoteOutcome { mail, attempt, outcome }).await.map(drop)
    });
    for noted in sends.buffer_unordered(at_once).collect::<Vec<Result<(), Error>>>().await {
        noted?;
    }
    Ok(any)
}

async fn send(
    app: &App,
    mailer: &Mailer,
    row: Row,
    compose: &(impl Fn(Due) -> BoxFuture<'static, Result<Letter, Error>> + Sync),
) -> Result<(), Failure> {
    let broken = |error: Error| {
        tracing::error!(mail = %row.mail_id, %error, "a mail could not be written");
        let is_final = matches!(&error, Error::Refused(refusal) if refusal.status() < 500);
        Failure { class: FailureClass::NotWritten, code: None, is_final }
    };
    let (vault, organisation, owner) = (app.vault().clone(), row.organisation_id, row.owner_id);
    let sealed = row.address_sealed.clone();
    let open = move |conn: &mut ::store::Conn| vault.open(conn, organisation, owner, ADDRESS, &sealed);
    let address = app.db().read(open).await.map_err(&broken)?;
    // Gone with its owner's key.
    let address = address.ok_or(Failure::lasting(FailureClass::NoAddress))?;
    let purpose = Purpose::by_name(&row.purpose).ok_or(Failure::lasting(FailureClass::NotWritten))?;
    let locale: Locale = row.locale.parse().unwrap_or_default();
    let mail = Due { organisation, id: row.mail_id, purpose, about: row.about_id, locale };
    let letter = compose(mail).await.map_err(&broken)?;
    let message_id = row.message_id.clone().unwrap_or_else(|| mailer.message_id(row.mail_id));
    let message = letter.message(mailer, &address, locale, &message_id, app.now())?;
    mailer.send(message).await
}

/// The context of the house's own work.
fn house(app: &App, organisation: OrganisationId) -> Result<Context, Error> {
    Ok(Context {
        organisation,
        actor: Actor::System { task: "mail" },
        now: app.now(),
        seed: app.seed()?,
        locale: Locale::default(),
        source: Source { address: "job".to_owned(), agent: String::new() },
        confirmed_at: None,
    })
}
