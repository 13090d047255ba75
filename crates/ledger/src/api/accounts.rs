//! `GET /accounts`

use super::wire::AccountView;
use crate::queries;
use axum::Json;
use axum::extract::State;
use kernel::Permission;
use web::wire::List;
use web::{Api, Fail, Problem, Web};

/// The chart of accounts, by code; all of it in one answer.
#[utoipa::path(
    get, path = "/api/v1/accounts", tag = "ledger",
    responses((status = 200, body = List<AccountView>), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn list(State(web): State<Web>, Api(context): Api) -> Result<Json<List<AccountView>>, Fail> {
    let accounts = web.app.read(&context, Permission::LedgerRead, queries::accounts).await?;
    Ok(Json(List { data: accounts.into_iter().map(AccountView::from).collect(), next_cursor: None }))
}
