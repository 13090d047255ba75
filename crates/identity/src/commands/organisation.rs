//! A new organisation, and changes of how it works.

use crate::queries::Profile;
use crate::rules::numbering::fiscal_year;
use crate::rules::settings::{ALONE_UP_TO_MINOR, RevenueAt, SettingsData, TaxRounding, defaults};
use crate::store::organisations::{self, Row};
use ::store::{Command, Error, Tx, counters};
use kernel::id::{FileId, OrganisationId};
use kernel::{Actor, Currency, Locale, Permission, Refusal, Role};
use schema::types::{At, JsonText};

/// An organisation to be. Its id is the one of the context already, so it is chosen before.
#[derive(Debug, Clone)]
pub struct NewOrganisation {
    pub id: OrganisationId,
    pub name: String,
    /// ISO 3166-1.
    pub country: String,
    /// What the books are kept in.
    pub currency: Currency,
    /// IANA name.
    pub time_zone: String,
    pub locale: Locale,
    /// `cn_small` or `international`.
    pub chart: String,
    /// 1..=12: the month a fiscal year begins with.
    pub fiscal_year_month: i32,
    pub tax_rounding: TaxRounding,
    pub revenue_at: RevenueAt,
    pub profile: Profile,
}

impl NewOrganisation {
    /// With what is usual in its country: chart, zone, language, rounding of tax; calendar years; revenue at the invoice.
    pub fn usual(id: OrganisationId, name: &str, country: &str, currency: Currency) -> NewOrganisation {
        let defaults = defaults(country);
        NewOrganisation {
            id,
            name: name.to_owned(),
            country: country.to_owned(),
            currency,
            time_zone: defaults.time_zone.to_owned(),
            locale: defaults.locale,
            chart: defaults.chart.to_owned(),
            fiscal_year_month: 1,
            tax_rounding: defaults.tax_rounding,
            revenue_at: RevenueAt::Invoice,
            profile: Profile::default(),
        }
    }
}

/// Takes up an organisation, in a transaction whose context is it already. Its accounts, users and keys follow in the same
/// transaction.
pub fn create_organisation(tx: &mut Tx<'_>, new: &NewOrganisation) -> Result<OrganisationId, Error> {
    if tx.organisation() != new.id {
        return Err(Error::Broken("a new organisation is made in a context of its own".into()));
    }
    if jiff::tz::TimeZone::get(&new.time_zone).is_err() {
        return Err(Refusal::field("/time_zone", "not_a_choice").into());
    }
    let row = Row {
        organisation_id: new.id,
        name: new.name.clone(),
        country: new.country.clone(),
        currency: new.currency,
        time_zone: new.time_zone.clone(),
        locale: new.locale.tag().to_owned(),
        chart: new.chart.clone(),
        fiscal_year_month: new.fiscal_year_month,
        tax_rounding: new.tax_rounding.name().to_owned(),
        revenue_at: new.revenue_at.name().to_owned(),
        single_person: false,
        alone_up_to_minor: ALONE_UP_TO_MINOR,
        second_factor_required: false,
        profile: JsonText(serde_json::to_string(&new.profile)?),
        created_at: At(tx.now()),
        version: 1,
    };
    organisations::insert(tx.conn, &row)?;
    tx.audit(new.id, &serde_json::json!({ "country": row.country, "currency": row.currency, "chart": row.chart }))?;
    tx.emit("organisation.created", new.id, &serde_json::json!({}))?;
    Ok(new.id)
}

/// Replaces what may be set. Country, currency, chart and zone stay: the books rest on them. The fiscal year begins with another
/// month only while nothing is numbered in the one that runs, which would lie in two years.
#[derive(Debug, Clone)]
pub struct UpdateSettings {
    /// The version that the change was made on; `None` takes whatever is there.
    pub version: Option<i64>,
    pub data: SettingsData,
}

impl Command for UpdateSettings {
    const NAME: &'static str = "organisation.update";
    const PERMISSION: Permission = Permission::SettingsWrite;
    type Output = ();

    fn run(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        let mut row = locked(tx)?;
        if self.version.is_some_and(|version| version != row.version) {
            return Err(Refusal::conflict("stale_form").into());
        }
        let data = self.data.clone();
        if data.fiscal_year_month != row.fiscal_year_month {
            let year = fiscal_year(tx.today()?, row.fiscal_year_month);
            if counters::is_used(tx.conn, row.organisation_id, year)? {
                return Err(Refusal::conflict("fiscal_year_numbered").with("year", year.to_string()).into());
            }
        }
        let profile = Profile {
            address: data.address,
            tax_number: data.tax_number,
            bank_account: data.bank_account,
            colour: data.colour,
            logo: row.profile()?.logo,
            invoice_pattern: data.invoice_pattern,
            order_pattern: data.order_pattern,
            credit_note_pattern: data.credit_note_pattern,
        };
        row.name = data.name;
        row.locale = data.locale.tag().to_owned();
        row.fiscal_year_month = data.fiscal_year_month;
        row.tax_rounding = data.tax_rounding.name().to_owned();
        row.revenue_at = data.revenue_at.name().to_owned();
        row.profile = JsonText(serde_json::to_string(&profile)?);
        let details = serde_json::json!({
            "version": row.version + 1,
            "name": row.name,
            "fiscal_year_month": row.fiscal_year_month,
            "tax_rounding": row.tax_rounding,
            "revenue_at": row.revenue_at,
            "profile": profile,
        });
        save(tx, &row, &details)
    }
}

/// Gives the company a picture that was kept before, or takes it away. Documents keep the one they were issued with.
#[derive(Debug, Clone, Copy)]
pub struct SetLogo(pub Option<FileId>);

impl Command for SetLogo {
    const NAME: &'static str = "organisation.logo";
    const PERMISSION: Permission = Permission::SettingsWrite;
    type Output = ();

    fn run(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        let mut row = locked(tx)?;
        let profile = Profile { logo: self.0, ..row.profile()? };
        row.profile = JsonText(serde_json::to_string(&profile)?);
        save(tx, &row, &serde_json::json!({ "version": row.version + 1, "logo": self.0 }))
    }
}

/// Refuses everybody but an owner in person.
pub(super) fn owners_only(tx: &Tx<'_>) -> Result<(), Error> {
    match &tx.context().actor {
        Actor::User { roles, .. } if roles.contains(&Role::Owner) => Ok(()),
        _ => Err(Refusal::forbidden("owner_only").into()),
    }
}

pub(super) fn locked(tx: &mut Tx<'_>) -> Result<Row, Error> {
    let organisation = tx.organisation();
    organisations::lock(tx.conn, organisation)?.ok_or_else(|| Error::Broken("no such organisation".into()))
}

pub(super) fn save(tx: &mut Tx<'_>, row: &Row, details: &serde_json::Value) -> Result<(), Error> {
    if !organisations::update(tx.conn, row)? {
        return Err(Refusal::conflict("stale_form").into());
    }
    tx.audit(row.organisation_id, details)?;
    tx.emit("organisation.updated", row.organisation_id, &serde_json::json!({}))
}
