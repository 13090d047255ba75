//! `GET /payments/{id}`

use super::wire::PaymentView;
use crate::queries;
use axum::Json;
use axum::extract::{Path, State};
use kernel::Permission;
use web::wire::path_id;
use web::{Api, Fail, Problem, Web};

/// One payment.
#[utoipa::path(
    get, path = "/api/v1/payments/{id}", tag = "payments",
    params(("id" = String, Path, description = "`pay_…`")),
    responses((status = 200, body = PaymentView), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn show(
    State(web): State<Web>,
    Api(context): Api,
    Path(id): Path<String>,
) -> Result<Json<PaymentView>, Fail> {
    let id = path_id(&id)?;
    let payment =
        web.app.read(&context, Permission::PaymentRead, move |conn, scope| queries::get(conn, scope, id)).await?;
    Ok(Json(payment.into()))
}
