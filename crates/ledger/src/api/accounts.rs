//! `GET /accounts`

use super::wire::AccountView;
use crate::queries;
use axum::Json;
use axum::extract::State;
use kernel::Permission;
use web::wire::{List, Part};
use web::{Api, Fail, Problem, Web};

/// The chart of accounts, by code; all of it where no `limit` is given.
#[utoipa::path(
    get, path = "/api/v1/accounts", tag = "ledger",
    params(("limit" = Option<i64>, Query, minimum = 1, maximum = 200), ("cursor" = Option<String>, Query)),
    responses((status = 200, body = List<AccountView>), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn list(State(web): State<Web>, Api(context): Api, part: Part) -> Result<Json<List<AccountView>>, Fail> {
    let accounts = web.app.read(&context, Permission::LedgerRead, queries::accounts).await?;
    Ok(Json(part.of(accounts, |account| account.code.clone(), AccountView::from)?))
}
