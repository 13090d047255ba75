//! Organisations, users and API keys on the wire.

use crate::queries::{ApiKey, Profile, Settings, User};
use crate::rules::api_key::KeyInput;
use crate::rules::settings::SettingsInput;
use crate::rules::user::UserInput;
use kernel::Role;
use kernel::id::OrganisationId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::wire::{Money, Patch};

/// The organisation that the key belongs to.
#[derive(Debug, Serialize, ToSchema)]
pub struct OrganisationView {
    #[schema(example = "org_01h455vb4pex5vsknk084sn02q")]
    pub id: String,
    pub name: String,
    /// ISO 3166-1 code.
    pub country: String,
    /// What the books are kept in.
    pub currency: String,
    /// IANA name; business dates are in this zone.
    pub time_zone: String,
    pub locale: &'static str,
    /// `cn_small` or `international`.
    pub chart: String,
    /// The month a fiscal year begins with.
    pub fiscal_year_month: i32,
    /// `line` or `document`.
    pub tax_rounding: &'static str,
    /// `invoice` or `delivery`.
    pub revenue_at: &'static str,
    /// One person may do what otherwise takes two; set at the desk alone.
    pub single_person: bool,
    /// Up to this one person may do everything; set at the desk alone.
    pub decides_alone_up_to: Money,
    pub address: Vec<String>,
    pub tax_number: Option<String>,
    pub bank_account: Vec<String>,
    pub colour: String,
    pub invoice_pattern: String,
    pub order_pattern: String,
    pub credit_note_pattern: String,
}

impl OrganisationView {
    pub fn of(id: OrganisationId, settings: Settings, profile: Profile) -> OrganisationView {
        OrganisationView {
            id: id.to_string(),
            name: settings.name,
            country: settings.country,
            currency: settings.currency.code().to_owned(),
            time_zone: settings.time_zone,
            locale: settings.locale.tag(),
            chart: settings.chart,
            fiscal_year_month: settings.fiscal_year_month,
            tax_rounding: settings.tax_rounding.name(),
            revenue_at: settings.revenue_at.name(),
            single_person: settings.single_person,
            decides_alone_up_to: settings.decides_alone_up_to.into(),
            address: profile.address,
            tax_number: profile.tax_number,
            bank_account: profile.bank_account,
            colour: profile.colour,
            invoice_pattern: profile.invoice_pattern,
            order_pattern: profile.order_pattern,
            credit_note_pattern: profile.credit_note_pattern,
        }
    }
}

/// Changes of the organisation; what is left out stays, `null` clears.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OrganisationChanges {
    #[schema(min_length = 1, max_length = 200)]
    pub name: Option<String>,
    pub locale: Option<String>,
    /// The month a fiscal year begins with; stays once documents are numbered in the year that runs.
    #[schema(minimum = 1, maximum = 12)]
    pub fiscal_year_month: Option<i32>,
    #[schema(pattern = "^(line|document)$")]
    pub tax_rounding: Option<String>,
    #[schema(pattern = "^(invoice|delivery)$")]
    pub revenue_at: Option<String>,
    pub address: Option<Vec<String>>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub tax_number: Patch<String>,
    pub bank_account: Option<Vec<String>>,
    #[schema(pattern = "^(jade|seal|indigo|plum|ochre|slate)$")]
    pub colour: Option<String>,
    #[schema(example = "INV-{year}-{number:05}")]
    pub invoice_pattern: Option<String>,
    pub order_pattern: Option<String>,
    pub credit_note_pattern: Option<String>,
}

impl OrganisationChanges {
    /// The settings with these changes, to be checked as a whole.
    pub fn onto(self, settings: Settings, profile: Profile) -> SettingsInput {
        SettingsInput {
            name: self.name.unwrap_or(settings.name),
            locale: self.locale.unwrap_or_else(|| settings.locale.tag().to_owned()),
            fiscal_year_month: self.fiscal_year_month.unwrap_or(settings.fiscal_year_month).to_string(),
            tax_rounding: self.tax_rounding.unwrap_or_else(|| settings.tax_rounding.name().to_owned()),
            revenue_at: self.revenue_at.unwrap_or_else(|| settings.revenue_at.name().to_owned()),
            address: self.address.unwrap_or(profile.address).join("\n"),
            tax_number: self.tax_number.onto(profile.tax_number),
            bank_account: self.bank_account.unwrap_or(profile.bank_account).join("\n"),
            colour: self.colour.unwrap_or(profile.colour),
            invoice_pattern: self.invoice_pattern.unwrap_or(profile.invoice_pattern),
            order_pattern: self.order_pattern.unwrap_or(profile.order_pattern),
            credit_note_pattern: self.credit_note_pattern.unwrap_or(profile.credit_note_pattern),
        }
    }
}

/// An API key to make.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewKey {
    #[schema(min_length = 1, max_length = 100)]
    pub name: String,
    /// Names of staff roles, such as `accountant`.
    #[schema(min_items = 1)]
    pub roles: Vec<String>,
    /// Permissions that narrow the roles, such as `payment.record`; all of them when not given.
    pub scopes: Option<Vec<String>>,
    /// How often it may ask; as often as it likes when not given.
    #[schema(minimum = 1, maximum = 100_000)]
    pub requests_per_minute: Option<i64>,
    /// Without it the key does not end by itself.
    #[schema(minimum = 1, maximum = 3650)]
    pub expires_in_days: Option<i64>,
}

impl From<NewKey> for KeyInput {
    fn from(new: NewKey) -> Self {
        KeyInput {
            name: new.name,
            roles: new.roles,
            scopes: new.scopes,
            requests_per_minute: new.requests_per_minute.map(|limit| limit.to_string()),
            expires_in_days: new.expires_in_days.map(|days| days.to_string()),
        }
    }
}

/// Changes of an API key.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct KeyChanges {
    /// `null` lifts the limit.
    #[serde(default)]
    #[schema(value_type = Option<i64>, minimum = 1, maximum = 100_000)]
    pub requests_per_minute: Patch<i64>,
}

/// An API key without its token.
#[derive(Debug, Serialize, ToSchema)]
pub struct KeyView {
    #[schema(example = "key_01h455vb4pex5vsknk084sn02q")]
    pub id: String,
    pub name: String,
    pub roles: Vec<&'static str>,
    pub scopes: Option<Vec<&'static str>>,
    /// Above it the answer is 429; null = no limit.
    pub requests_per_minute: Option<u32>,
    pub created_by: String,
    /// RFC 3339, UTC; the others too.
    pub created_at: String,
    pub expires_at: Option<String>,
    pub revoked_at: Option<String>,
}

/// An API key just made.
#[derive(Debug, Serialize, ToSchema)]
pub struct MadeKey {
    #[serde(flatten)]
    pub key: KeyView,
    /// What to send as `Authorization: Bearer`; told now and never again.
    #[schema(example = "sk_…")]
    pub token: String,
}

impl From<ApiKey> for KeyView {
    fn from(key: ApiKey) -> Self {
        KeyView {
            id: key.id.to_string(),
            name: key.name,
            roles: key.roles.iter().map(|role| role.name()).collect(),
            scopes: key.scopes.map(|scopes| scopes.iter().map(|scope| scope.name()).collect()),
            requests_per_minute: key.requests_per_minute,
            created_by: key.created_by,
            created_at: key.created_at.to_string(),
            expires_at: key.expires_at.map(|at| at.to_string()),
            revoked_at: key.revoked_at.map(|at| at.to_string()),
        }
    }
}

/// A user to take up.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewUserBody {
    #[schema(min_length = 1, max_length = 100)]
    pub name: String,
    #[schema(max_length = 254)]
    pub email: String,
    /// BCP 47 tag; the caller's language when not given.
    pub locale: Option<String>,
    /// Names of staff roles; left out for people of the portal.
    #[serde(default)]
    pub roles: Vec<String>,
    /// `cus_…`: makes this somebody of the portal.
    pub customer: Option<String>,
    /// Ten characters at least. Without one a temporary password is made and told once.
    #[schema(min_length = 10, max_length = 128)]
    pub password: Option<String>,
}

impl NewUserBody {
    pub fn input(&self, locale: kernel::Locale) -> UserInput {
        UserInput {
            name: self.name.clone(),
            email: self.email.clone(),
            locale: self.locale.clone().unwrap_or_else(|| locale.tag().to_owned()),
            roles: self.roles.clone(),
            customer: self.customer.clone(),
        }
    }
}

/// Changes of a user; what is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UserChanges {
    pub name: Option<String>,
    pub email: Option<String>,
    pub locale: Option<String>,
    /// Another set of roles signs the user out everywhere.
    pub roles: Option<Vec<String>>,
    /// A deactivated user is signed out everywhere and cannot sign in.
    pub active: Option<bool>,
}

impl UserChanges {
    /// The user's data with these changes, to be checked as a whole.
    pub fn onto(self, old: User) -> UserInput {
        UserInput {
            name: self.name.unwrap_or(old.name),
            email: self.email.unwrap_or_else(|| old.email.unwrap_or_default()),
            locale: self.locale.unwrap_or_else(|| old.locale.tag().to_owned()),
            roles: self.roles.unwrap_or_else(|| names(&old.roles).iter().map(ToString::to_string).collect()),
            customer: old.customer.map(|id| id.to_string()),
        }
    }
}

/// Somebody who can sign in.
#[derive(Debug, Serialize, ToSchema)]
pub struct UserView {
    #[schema(example = "usr_01h455vb4pex5vsknk084sn02q")]
    pub id: String,
    pub name: String,
    pub email: Option<String>,
    pub roles: Vec<&'static str>,
    /// Set for people of the portal.
    pub customer: Option<String>,
    pub locale: &'static str,
    pub active: bool,
    /// RFC 3339, UTC.
    pub created_at: String,
}

/// A user just taken up.
#[derive(Debug, Serialize, ToSchema)]
pub struct MadeUser {
    #[serde(flatten)]
    pub user: UserView,
    /// Only where none was given; told now and never again.
    pub temporary_password: Option<String>,
}

impl From<User> for UserView {
    fn from(user: User) -> Self {
        UserView {
            id: user.id.to_string(),
            name: user.name,
            email: user.email,
            roles: names(&user.roles),
            customer: user.customer.map(|id| id.to_string()),
            locale: user.locale.tag(),
            active: user.active,
            created_at: user.created_at.to_string(),
        }
    }
}

fn names(roles: &[Role]) -> Vec<&'static str> {
    roles.iter().map(|role| role.name()).collect()
}
