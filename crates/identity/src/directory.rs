//! Who is who: whom tokens belong to, and signing in.

use crate::commands::{BeginSignIn, FinishSignIn, NoteWrongCode, OpenSession, expired, mail_hash};
use crate::key_cache::{KeyCache, Known};
use crate::password::Passwords;
use crate::rules::{api_key, session, token};
use crate::store::{api_keys, organisations, pending, second_factors, sessions, users};
use crate::throttle::Throttle;
use ::store::{App, Command, Conn, Error};
use futures_util::future::BoxFuture;
use jiff::tz::TimeZone;
use kernel::id::{OrganisationId, UserId};
use kernel::{Actor, Context, Locale, Refusal, RefusalKind, Role, Source, Timestamp};
use web::session::{Authenticate, Caller, Session, Visit};
use web::view::{Brand, BrandColour};

/// Whom tokens belong to, with what this process remembers about it: API keys for seconds, attempts to sign in for
/// minutes, and how often keys with a limit asked. One for the whole house; `Web::auth` and the slice's routes share it.
pub struct Directory {
    app: App,
    keys: KeyCache,
    throttle: Throttle,
    passwords: Passwords,
}

/// Somebody who just signed in.
#[derive(Debug)]
pub struct Arrival {
    /// The session cookie's value.
    pub token: String,
    pub person: UserId,
    /// Whether they belong in the portal.
    pub in_portal: bool,
    /// The language they chose for themselves.
    pub locale: Locale,
}

/// What a right password leads to.
#[derive(Debug)]
pub enum SignIn {
    Arrived(Arrival),
    /// Nobody is signed in yet: a code of the second factor is due, with this token.
    CodeDue {
        token: String,
    },
}

/// An attempt that has been counted.
pub(crate) struct Attempt<'a> {
    throttle: &'a Throttle,
    address: String,
    who: String,
    gives_code: bool,
}

impl Attempt<'_> {
    /// Gives it back: only failures count.
    pub(crate) fn succeeded(self) {
        if self.gives_code {
            self.throttle.forgive_code(&self.address, &self.who);
        } else {
            self.throttle.forgive(&self.address, &self.who);
        }
    }
}

impl Directory {
    pub fn new(app: App) -> Directory {
        Directory { app, keys: KeyCache::default(), throttle: Throttle::default(), passwords: Passwords::default() }
    }

    /// Hashes and checks passwords within the house's bounds.
    pub fn passwords(&self) -> &Passwords {
        &self.passwords
    }

    /// Counts an attempt to give a password, or refuses it for now (`too_many`). `who` is a mail or a user.
    pub(crate) fn attempt(&self, address: &str, who: &str, now: Timestamp) -> Result<Attempt<'_>, Error> {
        self.throttle.attempt(address, who, now)?;
        Ok(Attempt { throttle: &self.throttle, address: address.to_owned(), who: who.to_owned(), gives_code: false })
    }

    /// Runs a command that a code of the actor's second factor is for, as an attempt to give one: refuses it for now
    /// (`too_many`), and leaves a wrong one in the trail.
    pub(crate) async fn with_code<C: Command>(&self, context: &Context, command: C) -> Result<C::Output, Error> {
        let (address, who) = (&context.source.address, context.actor.name());
        self.throttle.attempt_code(address, &who, context.now)?;
        let attempt = Attempt { throttle: &self.throttle, address: address.clone(), who, gives_code: true };
        let result = self.app.write(context, command).await;
        match &result {
            Ok(_) => attempt.succeeded(),
            Err(Error::Refused(refusal)) if refusal.fields.iter().any(|field| field.code == "code_wrong") => {
                tracing::info!(%address, "a code of a second factor was wrong");
                let context = Context { seed: ::store::seed()?, ..context.clone() };
                self.app.write(&context, NoteWrongCode).await?;
            }
            Err(_) => {}
        }
        result
    }

    /// Drops what is remembered of API keys; due after one was changed.
    pub fn forget_keys(&self) {
        self.keys.forget();
    }

    /// Signs somebody in, or asks for the code where they have a second factor. An unknown mail, a wrong password and a
    /// deactivated user get the same answer after the same time: `sign_in_failed`; too many attempts `too_many`.
    pub async fn sign_in(&self, mail: &str, password: &str, locale: Locale, source: Source) -> Result<SignIn, Error> {
        let attempt = self.attempt(&source.address, mail, self.app.now())?;
        let hash = mail_hash(self.app.vault(), mail);
        let found = self.app.db().read(move |conn| users::by_mail(conn, &hash)).await?;
        let failed = || Error::from(Refusal::new(RefusalKind::Unauthenticated, "sign_in_failed"));
        let Some((user, password_hash)) = self.whose(found, password).await? else {
            tracing::info!(address = %source.address, "a sign-in failed");
            return Err(failed());
        };
        let (organisation, id) = (user.organisation_id, user.user_id);
        let (roles, factor) = self
            .app
            .db()
            .read(move |conn| {
                Ok((users::roles(conn, organisation, id)?, second_factors::find(conn, organisation, id)?))
            })
            .await?;
        let context = self.context_of(&user, roles, locale, source)?;
        let token = match factor {
            Some(_) => self.app.write(&context, BeginSignIn { password_hash }).await,
            None => self.app.write(&context, OpenSession { password_hash }).await,
        };
        let token = match token {
            Ok(token) => token,
            // Changed or deactivated between the look and the write.
            Err(Error::Refused(_)) => return Err(failed()),
            Err(error) => return Err(error),
        };
        attempt.succeeded();
        Ok(match factor {
            Some(_) => SignIn::CodeDue { token },
            None => SignIn::Arrived(arrival(token, &user, locale)),
        })
    }

    /// Signs in whoever was asked for a code, with the token they were given then. Refuses `code_wrong`, `too_many`, and
    /// `sign_in_expired` where it took too long or was done already.
    pub async fn finish_sign_in(
        &self,
        token: &str,
        typed: String,
        locale: Locale,
        source: Source,
    ) -> Result<Arrival, Error> {
        let now = self.app.now();
        let (organisation, token_hash) = token::read_session_token(token).ok_or_else(expired)?;
        let waits = move |conn: &mut Conn| {
            let Some(row) = pending::find(conn, organisation, &token_hash, now)? else { return Ok(None) };
            let Some(user) = users::find(conn, organisation, row.user_id)? else { return Ok(None) };
            let roles = users::roles(conn, organisation, row.user_id)?;
            Ok(Some((user, roles)))
        };
        let (user, roles) = self.app.db().read(waits).await?.ok_or_else(expired)?;
        let context = self.context_of(&user, roles, locale, source)?;
        let token = self.with_code(&context, FinishSignIn { token_hash, typed }).await?;
        Ok(arrival(token, &user, locale))
    }

    fn context_of(
        &self,
        user: &users::Row,
        roles: Vec<Role>,
        locale: Locale,
        source: Source,
    ) -> Result<Context, Error> {
        Ok(Context {
            organisation: user.organisation_id,
            actor: Actor::User { id: user.user_id, roles, customer: user.customer_id },
            now: self.app.now(),
            seed: ::store::seed()?,
            locale,
            source,
            confirmed_at: None,
        })
    }

    /// The first of these users whose password this is. At least one is compared, be it nobody's.
    async fn whose(&self, found: Vec<users::Row>, password: &str) -> Result<Option<(users::Row, String)>, Error> {
        let mut compared = false;
        for user in found {
            let Some(hash) = user.password_hash.clone().filter(|_| user.active) else { continue };
            compared = true;
            if self.passwords.matches(password.to_owned(), Some(hash.clone())).await? {
                return Ok(Some((user, hash)));
            }
        }
        if !compared {
            self.passwords.matches(password.to_owned(), None).await?;
        }
        Ok(None)
    }

    /// The caller of a key, unless it asks more often than it may (`too_many`).
    async fn find_key(&self, token: &str) -> Result<Option<Caller>, Error> {
        let now = self.app.now();
        let Some(known) = self.known_key(token, now).await? else { return Ok(None) };
        if let Some(per_minute) = known.requests_per_minute {
            self.throttle.request(known.id, per_minute, now)?;
        }
        Ok(Some(known.caller))
    }

    async fn known_key(&self, token: &str, now: Timestamp) -> Result<Option<Known>, Error> {
        let Some((organisation, hash)) = token::read_key_token(token) else { return Ok(None) };
        let generation = match self.keys.get(&hash, now) {
            Ok(known) => return Ok(Some(known)),
            Err(generation) => generation,
        };
        let Some(row) = self.app.db().read(move |conn| api_keys::by_token(conn, organisation, &hash)).await? else {
            return Ok(None);
        };
        let key = row.read()?;
        if !api_key::is_alive(key.expires_at, key.revoked_at, now) {
            return Ok(None);
        }
        let actor = Actor::ApiKey { id: key.id, roles: key.roles, scopes: key.scopes };
        let caller = Caller { organisation, actor };
        let known = Known { id: key.id, caller, requests_per_minute: key.requests_per_minute };
        self.keys.keep(hash, known.clone(), key.expires_at, now, generation);
        Ok(Some(known))
    }

    async fn find_session(&self, token: &str) -> Result<Option<Session>, Error> {
        let Some((organisation, hash)) = token::read_session_token(token) else { return Ok(None) };
        let now = self.app.now();
        let found = self.app.db().read(move |conn| load_session(conn, organisation, &hash, now)).await?;
        let Some((session, seen_at)) = found else { return Ok(None) };
        if session::is_to_be_noted(seen_at, now) {
            let noted =
                self.app.maintain(move |conn| sessions::note_seen(conn, organisation, &hash, seen_at, now)).await;
            if let Err(error) = noted {
                // Whoever is reading a page need not know that the writer is busy.
                tracing::warn!(%error, "a session's last sight was not noted");
            }
        }
        Ok(Some(session))
    }
}

impl Authenticate for Directory {
    fn api_key<'a>(&'a self, token: &'a str) -> BoxFuture<'a, Result<Option<Caller>, Error>> {
        Box::pin(self.find_key(token))
    }

    fn session<'a>(&'a self, token: &'a str) -> BoxFuture<'a, Result<Option<Session>, Error>> {
        Box::pin(self.find_session(token))
    }
}

fn arrival(token: String, user: &users::Row, locale: Locale) -> Arrival {
    let in_portal = user.customer_id.is_some();
    Arrival { token, person: user.user_id, in_portal, locale: user.locale.parse().unwrap_or(locale) }
}

/// A session that counts, and when it was last seen.
fn load_session(
    conn: &mut Conn,
    organisation: OrganisationId,
    token_hash: &[u8],
    now: Timestamp,
) -> Result<Option<(Session, Timestamp)>, Error> {
    let Some(row) = sessions::find(conn, organisation, token_hash)? else { return Ok(None) };
    let Some(user) = users::find(conn, organisation, row.user_id)?.filter(|user| user.active) else { return Ok(None) };
    if !session::is_alive(row.seen_at.0, row.expires_at.0, user.customer_id.is_some(), now) {
        return Ok(None);
    }
    let roles = users::roles(conn, organisation, user.user_id)?;
    let Some(house) = organisations::find(conn, organisation)? else { return Ok(None) };
    let profile = house.profile()?;
    let second_factor = second_factors::find(conn, organisation, user.user_id)?.is_some();
    let logo = profile.logo.map(|logo| crate::logo::address(organisation, logo));
    let session = Session {
        organisation,
        actor: Actor::User { id: user.user_id, roles, customer: user.customer_id },
        name: user.name,
        locale: user.locale.parse().unwrap_or_default(),
        brand: Brand { name: house.name, colour: brand_colour(&profile.colour), logo },
        zone: TimeZone::get(&house.time_zone).map_err(|e| Error::Broken(e.to_string()))?,
        confirmed_at: row.confirmed_at.0,
        single_person: house.single_person,
        second_factor,
        second_factor_required: house.second_factor_required,
    };
    Ok(Some((session, row.seen_at.0)))
}

/// The brand colour of this name, else the house's own.
pub(crate) fn brand_colour(name: &str) -> BrandColour {
    BrandColour::ALL.into_iter().find(|colour| colour.name() == name).unwrap_or_default()
}

/// Refuses whoever may not move or redirect money just now: with `second_factor_needed` who has none where the company wants one
/// of everybody that does, else as [`require_fresh`] does. For pages; programs prove with every request who they are.
pub fn require_step_up(visit: &Visit) -> Result<(), Error> {
    if visit.session.second_factor_required && !visit.session.second_factor {
        return Err(Refusal::forbidden("second_factor_needed").into());
    }
    require_fresh(&visit.context)
}

/// Refuses with `confirm_identity` when the person has not proved who they are within ten minutes, by the password or, where
/// they have a second factor, by a code of it. On a page [`web::problem::speak`] then asks for it, holding the form, and leads
/// on.
pub fn require_fresh(context: &Context) -> Result<(), Error> {
    if is_fresh(context) {
        return Ok(());
    }
    Err(Refusal::forbidden("confirm_identity").into())
}

/// Whether this is a person who proved who they are just now.
pub(crate) fn is_fresh(context: &Context) -> bool {
    context.confirmed_at.is_some_and(|confirmed_at| session::is_fresh(confirmed_at, context.now))
}
