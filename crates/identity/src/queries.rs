//! What pages, the API and other slices read of identity.

use crate::commands::SECRET;
use crate::rules::numbering::fiscal_year;
use crate::rules::settings::{RevenueAt, TaxRounding};
use crate::store::{api_keys, organisations, saved_views, second_factors, sessions, users};
use ::store::{Conn, Error, Finding, Part, Sealed, Vault};
use kernel::id::{ApiKeyId, CustomerId, FileId, OrganisationId, UserId};
use kernel::{Actor, Currency, Date, Locale, Money, Permission, Refusal, Role, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, HashMap};
use web::view::{List, SavedView, lasting};

/// How an organisation works.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    pub name: String,
    /// ISO 3166-1.
    pub country: String,
    /// What the books are kept in.
    pub currency: Currency,
    /// IANA name.
    pub time_zone: String,
    pub locale: Locale,
    /// `cn_small` (小企业会计准则) or `international`.
    pub chart: String,
    /// 1..=12: the month a fiscal year begins with.
    pub fiscal_year_month: i32,
    pub tax_rounding: TaxRounding,
    pub revenue_at: RevenueAt,
    /// One person may do what otherwise takes two: the owner switched the second pair of eyes off.
    pub single_person: bool,
    /// Up to this one person may do everything; in the books' currency.
    pub decides_alone_up_to: Money,
    /// Who moves or redirects money must have a second factor.
    pub second_factor_required: bool,
    /// Counts changes; a form that was loaded at another version is stale.
    pub version: i64,
}

impl Settings {
    /// The fiscal year that a day lies in, as documents are numbered and named by it.
    pub fn fiscal_year(&self, day: Date) -> i16 {
        fiscal_year(day, self.fiscal_year_month)
    }
}

/// How an organisation appears on its documents and pages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Profile {
    /// One entry a line.
    pub address: Vec<String>,
    pub tax_number: Option<String>,
    /// Where to pay to: one entry a line.
    pub bank_account: Vec<String>,
    /// Name of a [`web::view::BrandColour`].
    pub colour: String,
    pub logo: Option<FileId>,
    /// `INV-{year}-{number:05}`
    pub invoice_pattern: String,
    pub order_pattern: String,
    pub credit_note_pattern: String,
}

impl Default for Profile {
    fn default() -> Self {
        Profile {
            address: Vec::new(),
            tax_number: None,
            bank_account: Vec::new(),
            colour: web::view::BrandColour::default().name().to_owned(),
            logo: None,
            invoice_pattern: "INV-{year}-{number:05}".to_owned(),
            order_pattern: "SO-{year}-{number:05}".to_owned(),
            credit_note_pattern: "CN-{year}-{number:05}".to_owned(),
        }
    }
}

fn row(conn: &mut Conn, organisation: OrganisationId) -> Result<organisations::Row, Error> {
    organisations::find(conn, organisation)?.ok_or_else(|| Error::Broken("no such organisation".into()))
}

/// How an organisation works. A missing one is broken data, since its id came from inside.
pub fn settings(conn: &mut Conn, organisation: OrganisationId) -> Result<Settings, Error> {
    row(conn, organisation)?.settings()
}

/// How an organisation appears.
pub fn profile(conn: &mut Conn, organisation: OrganisationId) -> Result<Profile, Error> {
    row(conn, organisation)?.profile()
}

/// The picture in use, where there is such an organisation and it has one.
pub fn logo(conn: &mut Conn, organisation: OrganisationId) -> Result<Option<FileId>, Error> {
    let profile = organisations::find(conn, organisation)?.map(|row| row.profile()).transpose()?;
    Ok(profile.and_then(|profile| profile.logo))
}

/// Both, by one look.
pub fn settings_and_profile(conn: &mut Conn, organisation: OrganisationId) -> Result<(Settings, Profile), Error> {
    let row = row(conn, organisation)?;
    Ok((row.settings()?, row.profile()?))
}

impl organisations::Row {
    pub(crate) fn settings(&self) -> Result<Settings, Error> {
        let broken = |what: &str| Error::Broken(format!("{what} of {}", self.organisation_id));
        Ok(Settings {
            name: self.name.clone(),
            country: self.country.clone(),
            currency: self.currency,
            time_zone: self.time_zone.clone(),
            locale: self.locale.parse().unwrap_or_default(),
            chart: self.chart.clone(),
            fiscal_year_month: self.fiscal_year_month,
            tax_rounding: TaxRounding::parse(&self.tax_rounding).ok_or_else(|| broken("tax rounding"))?,
            revenue_at: RevenueAt::parse(&self.revenue_at).ok_or_else(|| broken("revenue"))?,
            single_person: self.single_person,
            decides_alone_up_to: Money::new(self.alone_up_to_minor, self.currency),
            second_factor_required: self.second_factor_required,
            version: self.version,
        })
    }

    pub(crate) fn profile(&self) -> Result<Profile, Error> {
        Ok(serde_json::from_str(&self.profile.0)?)
    }
}

/// Somebody who can sign in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    pub id: UserId,
    pub name: String,
    /// `None` once the user's key was destroyed.
    pub email: Option<String>,
    pub roles: Vec<Role>,
    /// Set for people of the portal.
    pub customer: Option<CustomerId>,
    pub locale: Locale,
    pub active: bool,
    pub created_at: Timestamp,
    pub version: i64,
}

/// One user, or a refusal.
pub fn user(conn: &mut Conn, vault: &Vault, organisation: OrganisationId, id: UserId) -> Result<User, Error> {
    let row = users::find(conn, organisation, id)?.ok_or_else(|| Refusal::not_found("user_not_found"))?;
    let roles = users::roles(conn, organisation, id)?;
    opened(conn, vault, row, roles)
}

/// A part of the users, newest first.
pub fn users(conn: &mut Conn, vault: &Vault, organisation: OrganisationId, part: &Part) -> Result<Vec<User>, Error> {
    let rows = users::list(conn, organisation, part)?;
    let (Some(newest), Some(oldest)) = (rows.first(), rows.last()) else { return Ok(Vec::new()) };
    let roles = users::roles_between(conn, organisation, oldest.user_id, newest.user_id)?;
    let roles_of = |id: UserId| roles.iter().filter(|(user, _)| *user == id).map(|(_, role)| *role).collect();
    rows.into_iter()
        .map(|row| {
            let roles = roles_of(row.user_id);
            opened(conn, vault, row, roles)
        })
        .collect()
}

fn opened(conn: &mut Conn, vault: &Vault, row: users::Row, roles: Vec<Role>) -> Result<User, Error> {
    Ok(User {
        email: vault.open(conn, row.organisation_id, row.user_id, "email", &row.email_sealed)?,
        id: row.user_id,
        name: row.name,
        roles,
        customer: row.customer_id,
        locale: row.locale.parse().unwrap_or_default(),
        active: row.active,
        created_at: row.created_at.0,
        version: row.version,
    })
}

/// Mails and second factors of users that do not open (`sealed_unreadable`). All are tried.
pub fn unreadable(conn: &mut Conn, vault: &Vault, organisation: OrganisationId) -> Result<Vec<Finding>, Error> {
    let sealed =
        |field| move |(id, value): (UserId, Vec<u8>)| Sealed { owner: id.retyped(), of: id.to_string(), field, value };
    let mails = users::sealed(conn, organisation)?.into_iter().map(sealed("email"));
    let secrets = second_factors::sealed(conn, organisation)?.into_iter().map(sealed(SECRET));
    let all: Vec<Sealed> = mails.chain(secrets).collect();
    vault.unopened(conn, organisation, &all)
}

/// Somebody's second factor, as far as it is ever shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SecondFactor {
    pub enrolled_at: Timestamp,
    pub recovery_codes_left: i64,
}

/// The second factor of a user, if they have one.
pub fn second_factor(
    conn: &mut Conn,
    organisation: OrganisationId,
    user: UserId,
) -> Result<Option<SecondFactor>, Error> {
    let Some(row) = second_factors::find(conn, organisation, user)? else { return Ok(None) };
    let recovery_codes_left = second_factors::codes_left(conn, organisation, user)?;
    Ok(Some(SecondFactor { enrolled_at: row.enrolled_at.0, recovery_codes_left }))
}

/// The name of one customer.
pub fn customer_name(conn: &mut Conn, organisation: OrganisationId, id: CustomerId) -> Result<Option<String>, Error> {
    users::customer_name(conn, organisation, id)
}

/// What people and API keys are called that the audit trail names; tasks of the house have no names here.
pub fn actor_names<'a>(
    conn: &mut Conn,
    organisation: OrganisationId,
    actors: impl IntoIterator<Item = &'a str>,
) -> Result<HashMap<String, String>, Error> {
    let actors: BTreeSet<&str> = actors.into_iter().collect();
    let people: Vec<UserId> = actors.iter().filter_map(|actor| actor.parse().ok()).collect();
    let keys: Vec<ApiKeyId> = actors.iter().filter_map(|actor| actor.parse().ok()).collect();
    let people = users::names(conn, organisation, &people)?.into_iter().map(|(id, name)| (id.to_string(), name));
    let keys = api_keys::names(conn, organisation, &keys)?.into_iter().map(|(id, name)| (id.to_string(), name));
    Ok(people.chain(keys).collect())
}

/// Everybody who may have done something, by name, as the audit trail names them.
pub fn people(conn: &mut Conn, organisation: OrganisationId) -> Result<Vec<(String, String)>, Error> {
    Ok(users::by_name(conn, organisation)?.into_iter().map(|(id, name)| (id.to_string(), name)).collect())
}

/// Somebody of the company who can sign in at the desk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Colleague {
    pub id: UserId,
    pub name: String,
    pub roles: Vec<Role>,
}

/// Everybody who can sign in at the desk, by name.
pub fn colleagues(conn: &mut Conn, organisation: OrganisationId) -> Result<Vec<Colleague>, Error> {
    let people = users::at_the_desk(conn, organisation)?;
    let (Some(first), Some(last)) = (people.iter().map(|(id, _)| *id).min(), people.iter().map(|(id, _)| *id).max())
    else {
        return Ok(Vec::new());
    };
    let roles = users::roles_between(conn, organisation, first, last)?;
    let roles_of = |id: UserId| roles.iter().filter(|(user, _)| *user == id).map(|(_, role)| *role).collect();
    Ok(people.into_iter().map(|(id, name)| Colleague { roles: roles_of(id), id, name }).collect())
}

/// What the actor keeps of a list under names of their own; programs keep nothing.
pub fn saved_views(
    conn: &mut Conn,
    organisation: OrganisationId,
    actor: &Actor,
    list: List,
) -> Result<Vec<SavedView>, Error> {
    let Actor::User { id, .. } = actor else { return Ok(Vec::new()) };
    let rows = saved_views::of(conn, organisation, *id, list.name())?;
    // Read again by the rules of today: what a row says is never a link by itself.
    Ok(rows.into_iter().map(|row| SavedView { name: row.name, query: lasting(&row.query) }).collect())
}

/// Where somebody is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedIn {
    /// Names the session to whom it belongs; no secret.
    pub handle: String,
    pub created_at: Timestamp,
    /// To the minute.
    pub seen_at: Timestamp,
    pub address: String,
    pub agent: String,
}

/// Where a user is signed in, seen last first.
pub fn sessions_of(
    conn: &mut Conn,
    organisation: OrganisationId,
    user: UserId,
    now: Timestamp,
) -> Result<Vec<SignedIn>, Error> {
    let mut rows = sessions::of_user(conn, organisation, user)?;
    rows.retain(|row| now < row.expires_at.0);
    Ok(rows
        .into_iter()
        .map(|row| SignedIn {
            handle: handle(&row.token_hash),
            created_at: row.created_at.0,
            seen_at: row.seen_at.0,
            address: row.address,
            agent: row.agent,
        })
        .collect())
}

/// A token's hash as a form names it.
pub(crate) fn handle(token_hash: &[u8]) -> String {
    token_hash.iter().map(|b| format!("{b:02x}")).collect()
}

/// The inverse of [`handle`].
pub(crate) fn read_handle(handle: &str) -> Option<Vec<u8>> {
    let digits = handle.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).ok());
    let bytes: Option<Vec<u8>> = digits.map(|pair| u8::from_str_radix(pair?, 16).ok()).collect();
    bytes.filter(|bytes| bytes.len() == 32)
}

/// A program's key, without its token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    pub id: ApiKeyId,
    pub name: String,
    pub roles: Vec<Role>,
    /// What its roles are narrowed to; none = not narrowed.
    pub scopes: Option<Vec<Permission>>,
    /// How often it may ask; none = as often as it likes.
    pub requests_per_minute: Option<u32>,
    /// `usr_…`, `key_…` or a task.
    pub created_by: String,
    pub created_at: Timestamp,
    pub expires_at: Option<Timestamp>,
    pub revoked_at: Option<Timestamp>,
}

impl api_keys::Row {
    pub(crate) fn read(self) -> Result<ApiKey, Error> {
        let broken = || Error::Broken(format!("roles or scopes of {}", self.key_id));
        let names: Vec<String> = serde_json::from_str(&self.roles.0)?;
        let roles =
            names.iter().map(|name| name.parse().map_err(|_| broken())).collect::<Result<Vec<Role>, Error>>()?;
        let scopes = match &self.scopes {
            None => None,
            Some(json) => {
                let names: Vec<String> = serde_json::from_str(&json.0)?;
                let parsed = names.iter().map(|name| name.parse().map_err(|_| broken()));
                Some(parsed.collect::<Result<Vec<Permission>, Error>>()?)
            }
        };
        Ok(ApiKey {
            id: self.key_id,
            name: self.name,
            roles,
            scopes,
            requests_per_minute: self.requests_per_minute.map(i32::unsigned_abs),
            created_by: self.created_by,
            created_at: self.created_at.0,
            expires_at: self.expires_at.map(|at| at.0),
            revoked_at: self.revoked_at.map(|at| at.0),
        })
    }
}

/// One key, or a refusal.
pub fn api_key(conn: &mut Conn, organisation: OrganisationId, id: ApiKeyId) -> Result<ApiKey, Error> {
    let row = api_keys::find(conn, organisation, id)?;
    row.ok_or_else(|| Refusal::not_found("api_key_not_found"))?.read()
}

/// A part of the keys, newest first.
pub fn api_keys(conn: &mut Conn, organisation: OrganisationId, part: &Part) -> Result<Vec<ApiKey>, Error> {
    api_keys::list(conn, organisation, part)?.into_iter().map(api_keys::Row::read).collect()
}
