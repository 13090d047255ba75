//! A customer's statement of account, at the desk and in the portal.

use crate::documents::{File, Format, statement_document};
use crate::queries::{self, AccountView};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use kernel::id::CustomerId;
use kernel::{Currency, Date, Fields, Permission, Refusal};
use serde::Deserialize;
use web::session::{Desk, Portal};
use web::wire::path_id;
use web::{Fail, Page, View, Visit, Web};

/// The days and the currency of a statement; this month and the customer's own where left out.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    from: String,
    to: String,
    currency: String,
}

impl Asked {
    fn read(&self, today: Date) -> Result<((Date, Date), Option<Currency>), Refusal> {
        let mut fields = Fields::new();
        let mut day = |pointer, text: &str, usual| {
            if text.is_empty() { usual } else { fields.date(pointer, text).unwrap_or(usual) }
        };
        let from = day("/from", &self.from, today.first_of_month());
        let to = day("/to", &self.to, today);
        let currency = (!self.currency.is_empty()).then(|| fields.currency("/currency", &self.currency)).flatten();
        fields.finish()?;
        Ok(((from, to), currency))
    }
}

#[derive(Template)]
#[template(path = "statement/desk.html")]
struct DeskPage {
    v: View,
    account: AccountView,
    base: String,
    is_desk: bool,
}

#[derive(Template)]
#[template(path = "statement/portal.html")]
struct PortalPage {
    v: View,
    account: AccountView,
    base: String,
    is_desk: bool,
}

async fn load(web: &Web, visit: &Visit, customer: CustomerId, asked: &Asked) -> Result<AccountView, Fail> {
    let (days, currency) = asked.read(visit.view.today)?;
    let vault = web.app.vault().clone();
    Ok(web
        .app
        .read(&visit.context, Permission::InvoiceRead, move |conn, scope| {
            queries::account(conn, &vault, scope, customer, days, currency)
        })
        .await?)
}

async fn file(web: Web, visit: Visit, customer: CustomerId, asked: Asked, name: &str) -> Result<File, Fail> {
    let format = Format::of_file(name, "statement")?;
    let (days, currency) = asked.read(visit.view.today)?;
    Ok(statement_document(&web, &visit.context, customer, days, currency, format).await?)
}

pub async fn desk(
    State(web): State<Web>,
    Desk(mut visit): Desk,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Fail> {
    let customer: CustomerId = path_id(&id)?;
    let account = load(&web, &visit, customer, &asked).await?;
    visit.view.room = Some("/customers");
    let base = format!("/customers/{customer}/statement");
    Ok(Page::new(DeskPage { v: visit.view, account, base, is_desk: true }).into_response())
}

pub async fn desk_document(
    State(web): State<Web>,
    Desk(visit): Desk,
    Path((id, name)): Path<(String, String)>,
    Query(asked): Query<Asked>,
) -> Result<File, Fail> {
    file(web, visit, path_id(&id)?, asked, &name).await
}

fn own(visit: &Visit) -> Result<CustomerId, Refusal> {
    visit.context.scope().customer().ok_or_else(|| Refusal::forbidden("portal_only"))
}

pub async fn portal(
    State(web): State<Web>,
    Portal(visit): Portal,
    Query(asked): Query<Asked>,
) -> Result<Response, Fail> {
    let account = load(&web, &visit, own(&visit)?, &asked).await?;
    let base = "/portal/statement".to_owned();
    Ok(Page::new(PortalPage { v: visit.view, account, base, is_desk: false }).into_response())
}

pub async fn portal_document(
    State(web): State<Web>,
    Portal(visit): Portal,
    Path(name): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<File, Fail> {
    let customer = own(&visit)?;
    file(web, visit, customer, asked, &name).await
}
