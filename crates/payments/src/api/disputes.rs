//! `GET /disputes`, `GET /disputes/{id}`

use super::wire::DisputeView;
use crate::disputes::{self, Which};
use crate::rules::dispute::DisputeStatus;
use ::store::Part;
use axum::Json;
use axum::extract::{Path, Query, State};
use kernel::id::DisputeId;
use kernel::{Permission, Refusal};
use serde::Deserialize;
use web::wire::{List, Slice, path_id};
use web::{Api, Fail, Problem, Web};

/// Filters of the list.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Filters {
    status: Option<String>,
}

impl Filters {
    /// A blank filter filters nothing; a status that there is not is refused.
    fn read(&self) -> Result<Which, Refusal> {
        match self.status.as_deref().filter(|name| !name.is_empty()) {
            None => Ok(Which::All),
            Some(name) => {
                let status = DisputeStatus::by_name(name);
                status.map(Which::Of).ok_or_else(|| Refusal::field("/status", "not_a_choice"))
            }
        }
    }
}

/// Disputes of payments, newest first. How they go is learnt from the provider.
#[utoipa::path(
    get, path = "/api/v1/disputes", tag = "payments",
    params(
        ("limit" = Option<i64>, Query, minimum = 1, maximum = 200), ("cursor" = Option<String>, Query),
        ("status" = Option<String>, Query),
    ),
    responses((status = 200, body = List<DisputeView>), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn list(
    State(web): State<Web>,
    Api(context): Api,
    slice: Slice,
    Query(filters): Query<Filters>,
) -> Result<Json<List<DisputeView>>, Fail> {
    let which = filters.read()?;
    let part = Part::newest::<DisputeId>(slice.before(), slice.limit + 1);
    let rows = web
        .app
        .read(&context, Permission::PaymentRead, move |conn, scope| disputes::page(conn, scope, which, &part))
        .await?;
    Ok(Json(List::of(rows, slice, |dispute| dispute.id, DisputeView::from)))
}

/// One dispute.
#[utoipa::path(
    get, path = "/api/v1/disputes/{id}", tag = "payments",
    params(("id" = String, Path, description = "`dsp_…`")),
    responses((status = 200, body = DisputeView), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn show(
    State(web): State<Web>,
    Api(context): Api,
    Path(id): Path<String>,
) -> Result<Json<DisputeView>, Fail> {
    let id: DisputeId = path_id(&id)?;
    let found =
        web.app.read(&context, Permission::PaymentRead, move |conn, scope| disputes::get(conn, scope, id)).await?;
    Ok(Json(found.into()))
}
