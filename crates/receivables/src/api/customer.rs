//! `/customers/{id}/{statement,balance,exposure}`

use super::wire::{BalancesView, ExposuresView, StatementView};
use crate::queries;
use axum::Json;
use axum::extract::{Path, Query, State};
use kernel::id::CustomerId;
use kernel::{Context, Date, Fields, Permission, Refusal, Scope};
use serde::Deserialize;
use web::wire::path_id;
use web::{Api, Fail, Problem, Web};

/// The days of a statement.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    from: String,
    to: String,
}

impl Asked {
    /// The days that are named; up to today where nothing else is said.
    fn days(&self, today: Date) -> Result<(Option<Date>, Date), Refusal> {
        let mut fields = Fields::new();
        let mut date = |pointer, text: &String| if text.is_empty() { None } else { fields.date(pointer, text) };
        let (from, to) = (date("/from", &self.from), date("/to", &self.to));
        let to = to.unwrap_or(today);
        if from.is_some_and(|from| from > to) {
            fields.note("/to", "before_from");
        }
        fields.finish()?;
        Ok((from, to))
    }
}

/// Asks something about a customer that is there and may be seen.
async fn ask<T: Send + 'static>(
    web: &Web,
    context: &Context,
    id: &str,
    query: impl FnOnce(&mut ::store::Conn, &Scope, CustomerId) -> Result<T, ::store::Error> + Send + 'static,
) -> Result<T, Fail> {
    let id: CustomerId = path_id(id)?;
    let read = move |conn: &mut ::store::Conn, scope: &Scope| {
        queries::known(conn, scope, id)?;
        query(conn, scope, id)
    };
    Ok(web.app.read(context, Permission::CustomerRead, read).await?)
}

/// Statement of account: documents, refunds and write-offs, with what is owed after each, by currency. From the first day of
/// the fiscal year up to today where nothing else is said.
#[utoipa::path(
    get, path = "/api/v1/customers/{id}/statement", tag = "customers",
    params(("id" = String, Path, description = "`cus_…`"), ("from" = Option<String>, Query, pattern = "^([0-9]{4}-[0-9]{2}-[0-9]{2})?$", description = "a day; blank is as good as none"),
        ("to" = Option<String>, Query, pattern = "^([0-9]{4}-[0-9]{2}-[0-9]{2})?$", description = "a day; blank is as good as none")),
    responses((status = 200, body = StatementView), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn statement(
    State(web): State<Web>,
    Api(context): Api,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Json<StatementView>, Fail> {
    let (from, to) = asked.days(super::today(&web, &context, Permission::CustomerRead).await?)?;
    let query = move |conn: &mut ::store::Conn, scope: &Scope, id| {
        let from = from.map_or_else(|| ::store::books::year_begins(conn, scope.organisation(), to), Ok)?;
        queries::statement(conn, scope, id, from, to)
    };
    let statement = ask(&web, &context, &id, query).await?;
    Ok(Json(StatementView::new(id, statement)))
}

/// What is owed, what of it is overdue, and unapplied credit, by currency.
#[utoipa::path(
    get, path = "/api/v1/customers/{id}/balance", tag = "customers", params(("id" = String, Path, description = "`cus_…`")),
    responses((status = 200, body = BalancesView), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn balance(
    State(web): State<Web>,
    Api(context): Api,
    Path(id): Path<String>,
) -> Result<Json<BalancesView>, Fail> {
    let today = super::today(&web, &context, Permission::CustomerRead).await?;
    let balances = ask(&web, &context, &id, move |conn, scope, id| queries::balance(conn, scope, id, today)).await?;
    Ok(Json(BalancesView::new(id, today, balances)))
}

/// What is at stake, by currency: orders not billed, open invoices and uncleared cheques, less credit. Orders on hold are told
/// beside it and do not count.
#[utoipa::path(
    get, path = "/api/v1/customers/{id}/exposure", tag = "customers", params(("id" = String, Path, description = "`cus_…`")),
    responses((status = 200, body = ExposuresView), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn exposure(
    State(web): State<Web>,
    Api(context): Api,
    Path(id): Path<String>,
) -> Result<Json<ExposuresView>, Fail> {
    let exposures = ask(&web, &context, &id, queries::exposure).await?;
    Ok(Json(ExposuresView::new(id, exposures)?))
}
