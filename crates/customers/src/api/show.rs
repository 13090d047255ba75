//! `GET /customers/{id}`

use super::wire::CustomerView;
use crate::queries;
use axum::Json;
use axum::extract::{Path, State};
use kernel::Permission;
use web::wire::path_id;
use web::{Api, Fail, Problem, Web};

/// One customer.
#[utoipa::path(
    get, path = "/api/v1/customers/{id}", tag = "customers",
    params(("id" = String, Path, description = "`cus_…`")),
    responses((status = 200, body = CustomerView), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn show(
    State(web): State<Web>,
    Api(context): Api,
    Path(id): Path<String>,
) -> Result<Json<CustomerView>, Fail> {
    let id = path_id(&id)?;
    let vault = web.app.vault().clone();
    let customer = web
        .app
        .read(&context, Permission::CustomerRead, move |conn, scope| queries::get(conn, &vault, scope, id))
        .await?;
    Ok(Json(customer.into()))
}
