//! `PATCH /invoices/{id}`, `DELETE /invoices/{id}`

use super::act::run;
use super::views::Invoice;
use super::wire::{InvoiceChanges, Nothing};
use crate::commands::{NoteOfficialInvoice, RemoveInvoice, UpdateInvoice};
use crate::queries;
use axum::extract::{Path, State};
use kernel::Permission;
use web::wire::path_id;
use web::{Fail, Kept, Keyed, Problem, Web};

/// Change a draft, or note where the official invoice of an issued one stands.
///
/// Lists that are given replace those there are; instalments must come to the new total.
#[utoipa::path(
    patch, path = "/api/v1/invoices/{id}", tag = "invoices", request_body = InvoiceChanges,
    params(("id" = String, Path, description = "`inv_…`")),
    responses((status = 200, body = Invoice), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn update(
    State(web): State<Web>,
    Path(id): Path<String>,
    request: Keyed<UpdateInvoice, InvoiceChanges>,
) -> Result<Kept, Fail> {
    let Keyed { context, once, value: changes, .. } = request;
    let id = path_id(&id)?;
    if let Some(official) = changes.official()? {
        let command = NoteOfficialInvoice { id, status: official.status.clone(), number: official.number.clone() };
        return run(&web, &context, once, command).await;
    }
    let vault = web.app.vault().clone();
    let read =
        web.app.read(&context, Permission::InvoiceRead, move |conn, scope| queries::view(conn, &vault, scope, id));
    let old = read.await?;
    let command = UpdateInvoice { id, version: Some(old.version), input: changes.onto(old.as_written()) };
    run(&web, &context, once, command).await
}

/// Remove a draft. What is issued is made void or credited instead.
#[utoipa::path(
    delete, path = "/api/v1/invoices/{id}", tag = "invoices",
    params(("id" = String, Path, description = "`inv_…`")),
    responses((status = 204), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn remove(
    State(web): State<Web>,
    Path(id): Path<String>,
    request: Keyed<RemoveInvoice, Nothing>,
) -> Result<Kept, Fail> {
    let command = RemoveInvoice { id: path_id(&id)? };
    Ok(Kept(web.app.write_once(&request.context, request.once, command, |_, ()| Ok((204, Vec::new()))).await?))
}
