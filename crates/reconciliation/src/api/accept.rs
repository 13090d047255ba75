//! `POST /statements/{id}/accept`

use super::told::once_done;
use super::wire::{AcceptedView, NewAcceptance};
use crate::accept::{self, Chosen, Looked};
use crate::commands::TellLines;
use crate::queries::Line;
use ::store::{Conn, Error, Once};
use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use kernel::id::StatementId;
use kernel::{Context, Permission, Refusal, Scope};
use web::wire::path_id;
use web::{Fail, Keyed, Problem, Web};

/// Accept all of a tier: the first candidates of up to 200 open lines, or of those that are named, are posted line by line, so that one that
/// is refused stops no other. What a person has to look at is left out. A `preview` posts nothing and leaves the key free.
#[utoipa::path(
    post, path = "/api/v1/statements/{id}/accept", tag = "statements", request_body = NewAcceptance,
    params(("id" = String, Path, description = "`stm_…`")),
    responses((status = 200, body = AcceptedView), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn accept(
    State(web): State<Web>,
    Path(id): Path<String>,
    request: Keyed<TellLines, NewAcceptance>,
) -> Result<Response, Fail> {
    let Keyed { context, once, value, .. } = request;
    let id: StatementId = path_id(&id)?;
    let (chosen, preview) = (value.read()?, value.preview);
    let l = web.i18n.for_locale(context.locale);
    if preview {
        let mut looked = look(&web, &context, id, &chosen).await?;
        let outcomes = std::mem::take(&mut looked.lines).into_iter().map(|line| (line, None)).collect();
        return Ok(Json(AcceptedView::new(&looked, outcomes, (&chosen, preview), &l)?).into_response());
    }
    let once = Once { keep: true, ..once };
    let work = async {
        let mut looked = look(&web, &context, id, &chosen).await?;
        let outcomes = run(&web, &context, &once, std::mem::take(&mut looked.lines)).await?;
        AcceptedView::new(&looked, outcomes, (&chosen, preview), &l)
    };
    once_done(&web, &context, once.clone(), work).await
}

async fn look(web: &Web, context: &Context, id: StatementId, chosen: &Chosen) -> Result<Looked, Error> {
    let chosen = chosen.clone();
    let read = move |conn: &mut Conn, scope: &Scope| accept::look(conn, scope, id, &chosen);
    web.app.read(context, Permission::StatementMatch, read).await
}

/// Each line with what it was refused for. A failure that is no refusal ends it: asked again with the same key, what is done stands.
async fn run(
    web: &Web,
    context: &Context,
    once: &Once,
    lines: Vec<Line>,
) -> Result<Vec<(Line, Option<Refusal>)>, Error> {
    let mut outcomes = Vec::with_capacity(lines.len());
    for line in lines {
        let refused = match accept::accept(&web.app, context, once, &line).await {
            Ok(_) => None,
            Err(Error::Refused(refusal)) => Some(*refusal),
            Err(error) => return Err(error),
        };
        outcomes.push((line, refused));
    }
    Ok(outcomes)
}
