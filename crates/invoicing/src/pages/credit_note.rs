//! One credit note at the desk.

use crate::documents::{self, File, Format};
use crate::queries::{self, CreditNoteView};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::IntoResponse;
use kernel::Permission;
use web::session::Desk;
use web::wire::path_id;
use web::{Fail, Page, View, Web};

#[derive(Template)]
#[template(path = "credit_notes/show.html")]
struct Show {
    v: View,
    note: CreditNoteView,
}

pub async fn show(
    State(web): State<Web>,
    Desk(mut visit): Desk,
    Path(id): Path<String>,
) -> Result<impl IntoResponse, Fail> {
    let id = path_id(&id)?;
    let vault = web.app.vault().clone();
    let note = web
        .app
        .read(&visit.context, Permission::InvoiceRead, move |conn, scope| queries::credit_note(conn, &vault, scope, id))
        .await?;
    visit.view.room = Some("/invoices");
    Ok(Page::new(Show { v: visit.view, note }))
}

pub async fn document(
    State(web): State<Web>,
    Desk(visit): Desk,
    Path((id, file)): Path<(String, String)>,
) -> Result<File, Fail> {
    let format = Format::of_file(&file, "document")?;
    Ok(documents::credit_note(&web, &visit.context, path_id(&id)?, format).await?)
}
