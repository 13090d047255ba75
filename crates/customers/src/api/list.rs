//! `GET /customers`

use super::wire::{CustomerView, ListQuery};
use crate::queries;
use axum::Json;
use axum::extract::{Query, State};
use kernel::Permission;
use web::wire::{List, Slice};
use web::{Api, Fail, Problem, Web};

/// Customers, newest first.
#[utoipa::path(
    get, path = "/api/v1/customers", tag = "customers",
    params(
        ("limit" = Option<i64>, Query, minimum = 1, maximum = 200), ("cursor" = Option<String>, Query),
        ("q" = Option<String>, Query, description = "Part of the name or of a company's tax number", max_length = 100),
        ("archived" = Option<bool>, Query, description = "Both when left out"),
        ("kind" = Option<String>, Query, description = "`company` or `person`"),
        ("country" = Option<String>, Query, description = "ISO 3166-1 code"),
        ("currency" = Option<String>, Query, description = "ISO 4217 code"),
    ),
    responses((status = 200, body = List<CustomerView>), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn list(
    State(web): State<Web>,
    Api(context): Api,
    slice: Slice,
    Query(query): Query<ListQuery>,
) -> Result<Json<List<CustomerView>>, Fail> {
    let (filter, vault) = (query.filter()?, web.app.vault().clone());
    let rows = web
        .app
        .read(&context, Permission::CustomerRead, move |conn, scope| {
            queries::list(conn, &vault, scope, &filter, slice.before(), slice.limit + 1)
        })
        .await?;
    Ok(Json(List::of(rows, slice, |customer| customer.id, CustomerView::from)))
}
