//! `GET /customers`

use super::wire::CustomerView;
use crate::queries;
use axum::Json;
use axum::extract::State;
use kernel::Permission;
use web::wire::{List, Slice};
use web::{Api, Fail, Problem, Web};

/// Customers, newest first.
#[utoipa::path(
    get, path = "/api/v1/customers", tag = "customers",
    params(("limit" = Option<i64>, Query, minimum = 1, maximum = 200), ("cursor" = Option<String>, Query)),
    responses((status = 200, body = List<CustomerView>), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn list(State(web): State<Web>, Api(context): Api, slice: Slice) -> Result<Json<List<CustomerView>>, Fail> {
    let vault = web.app.vault().clone();
    let rows = web
        .app
        .read(&context, Permission::CustomerRead, move |conn, scope| {
            queries::list(conn, &vault, scope, slice.before(), slice.limit + 1)
        })
        .await?;
    Ok(Json(List::of(rows, slice, |customer| customer.id, CustomerView::from)))
}
