//! How the organisation works and appears.

use crate::commands::UpdateSettings;
use crate::queries::{Profile, Settings, profile, settings_and_profile};
use crate::require_step_up;
use crate::rules::settings::{RevenueAt, SettingsInput, TaxRounding, check};
use ::store::Error;
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use kernel::Permission;
use serde::Deserialize;
use web::session::Desk;
use web::view::BrandColour;
use web::{Fail, KeyedForm, Page, View, Visit, Web, Went};

/// What the form sends, and what it shows when it comes back.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Form {
    #[serde(rename = "/name")]
    name: String,
    #[serde(rename = "/locale")]
    locale: String,
    #[serde(rename = "/fiscal_year_month")]
    fiscal_year_month: String,
    #[serde(rename = "/tax_rounding")]
    tax_rounding: String,
    #[serde(rename = "/revenue_at")]
    revenue_at: String,
    #[serde(rename = "/address")]
    address: String,
    #[serde(rename = "/tax_number")]
    tax_number: String,
    #[serde(rename = "/bank_account")]
    bank_account: String,
    #[serde(rename = "/colour")]
    colour: String,
    #[serde(rename = "/invoice_pattern")]
    invoice_pattern: String,
    #[serde(rename = "/order_pattern")]
    order_pattern: String,
    #[serde(rename = "/credit_note_pattern")]
    credit_note_pattern: String,
    version: Option<i64>,
}

impl Form {
    fn of(settings: &Settings, profile: Profile) -> Form {
        Form {
            name: settings.name.clone(),
            locale: settings.locale.tag().to_owned(),
            fiscal_year_month: settings.fiscal_year_month.to_string(),
            tax_rounding: settings.tax_rounding.name().to_owned(),
            revenue_at: settings.revenue_at.name().to_owned(),
            address: profile.address.join("\n"),
            tax_number: profile.tax_number.unwrap_or_default(),
            bank_account: profile.bank_account.join("\n"),
            colour: profile.colour,
            invoice_pattern: profile.invoice_pattern,
            order_pattern: profile.order_pattern,
            credit_note_pattern: profile.credit_note_pattern,
            version: Some(settings.version),
        }
    }

    fn input(&self) -> SettingsInput {
        let form = self.clone();
        SettingsInput {
            name: form.name,
            locale: form.locale,
            fiscal_year_month: form.fiscal_year_month,
            tax_rounding: form.tax_rounding,
            revenue_at: form.revenue_at,
            address: form.address,
            tax_number: Some(form.tax_number),
            bank_account: form.bank_account,
            colour: form.colour,
            invoice_pattern: form.invoice_pattern,
            order_pattern: form.order_pattern,
            credit_note_pattern: form.credit_note_pattern,
        }
    }
}

#[derive(Template)]
#[template(path = "identity/settings.html")]
struct Show {
    v: View,
    settings: Settings,
    form: Form,
}

/// Units of the limit of pictures, as people read it.
const LOGO_MAX: &str = "512 KB";

pub async fn show(State(web): State<Web>, Desk(visit): Desk) -> Result<Response, Fail> {
    page(&web, visit, None, 200).await
}

pub(super) async fn page(web: &Web, visit: Visit, typed: Option<Form>, status: u16) -> Result<Response, Fail> {
    let (settings, profile) = web
        .app
        .read(&visit.context, Permission::SettingsRead, |conn, scope| settings_and_profile(conn, scope.organisation()))
        .await?;
    let form = typed.unwrap_or_else(|| Form::of(&settings, profile));
    Ok(Page::new(Show { v: visit.view, settings, form }).with_status(status).into_response())
}

pub async fn update(State(web): State<Web>, request: KeyedForm<Form>) -> Result<Response, Fail> {
    let KeyedForm { mut visit, once, value: form, .. } = request;
    let result = match check(&form.input(), &BrandColour::ALL.map(BrandColour::name)) {
        Err(refusal) => Err(Error::from(refusal)),
        Ok(data) => {
            // Where customers pay to; what else stands here moves no money.
            if data.bank_account != bank_account(&web, &visit).await? {
                require_step_up(&visit)?;
            }
            let command = UpdateSettings { version: form.version, data };
            let to = |_: &mut ::store::Tx<'_>, ()| Ok((303, b"/settings?done=settings-saved".to_vec()));
            web.app.write_once(&visit.context, once, command, to).await
        }
    };
    match result {
        Ok(answer) => Ok(Went(answer).into_response()),
        Err(error) => {
            let refusal = error.for_form()?;
            visit.view.refused(&refusal);
            page(&web, visit, Some(form), refusal.status()).await
        }
    }
}

async fn bank_account(web: &Web, visit: &Visit) -> Result<Vec<String>, Error> {
    let read = |conn: &mut ::store::Conn, scope: &kernel::Scope| profile(conn, scope.organisation());
    Ok(web.app.read(&visit.context, Permission::SettingsWrite, read).await?.bank_account)
}
