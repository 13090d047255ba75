//! `POST /statements/{id}/compare`

use super::told::once_done;
use super::wire::{ComparedView, Nothing};
use crate::commands::TellLines;
use crate::renew::renew;
use ::store::Error;
use axum::extract::{Path, State};
use axum::response::Response;
use kernel::id::StatementId;
use web::wire::path_id;
use web::{Fail, Keyed, Problem, Web};

/// Compare the open lines of the statement's account with the books as they are now: up to 20,000, those of the newest statements first.
/// Nothing is posted; what is surer than it was waits to be accepted.
#[utoipa::path(
    post, path = "/api/v1/statements/{id}/compare", tag = "statements", request_body = Nothing,
    params(("id" = String, Path, description = "`stm_…`")),
    responses((status = 200, body = ComparedView), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn compare(
    State(web): State<Web>,
    Path(id): Path<String>,
    request: Keyed<TellLines, Nothing>,
) -> Result<Response, Fail> {
    let Keyed { context, once, .. } = request;
    let id: StatementId = path_id(&id)?;
    let (app, whose) = (web.app.clone(), context.clone());
    // All that is open is read and compared in one go; that blocks.
    let work = async move {
        let done = tokio::task::spawn_blocking(move || renew(&app, &whose, id)).await;
        done.map_err(|error| Error::Broken(error.to_string()))?.map(ComparedView::from)
    };
    once_done(&web, &context, once, work).await
}
