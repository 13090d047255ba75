//! `POST /statement-lines/{id}/notes`

use super::wire::{NewNote, NoteView};
use crate::commands::NoteLine;
use crate::desk;
use ::store::Error;
use axum::extract::{Path, State};
use kernel::Fields;
use kernel::id::{StatementLineId, UserId};
use web::wire::path_id;
use web::{Fail, Kept, Keyed, Problem, Web, json_body};

/// Write a note beside a line, and ask a colleague: who is asked sees the line among what is asked until it is dealt with.
#[utoipa::path(
    post, path = "/api/v1/statement-lines/{id}/notes", tag = "statements", request_body = NewNote,
    params(("id" = String, Path, description = "`stl_…`")),
    responses((status = 201, body = NoteView), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn note(
    State(web): State<Web>,
    Path(id): Path<String>,
    request: Keyed<NoteLine, NewNote>,
) -> Result<Kept, Fail> {
    let Keyed { context, once, value, .. } = request;
    let line: StatementLineId = path_id(&id)?;
    let mut fields = Fields::new();
    let text = fields.text("/text", &value.text, 1, 2000);
    let asked = value.asked.as_deref().and_then(|id| {
        let person = id.parse::<UserId>();
        person.map_err(|_| fields.note("/asked", "no_colleague")).ok()
    });
    fields.finish()?;
    let answer = web.app.write_once(&context, once, NoteLine { line, text, asked }, move |tx, id| {
        let scope = tx.context().scope();
        let written = desk::notes(tx.conn, &scope, line)?.into_iter().find(|note| note.id == id);
        let written = written.ok_or_else(|| Error::Broken(format!("{id} is not beside its line")))?;
        json_body(201, &NoteView::from(written))
    });
    Ok(Kept(answer.await?))
}
