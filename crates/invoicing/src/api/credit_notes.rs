//! `POST /invoices/{id}/credit-notes`, `GET /credit-notes`, `GET /credit-notes/{id}`

use super::views::CreditNote;
use super::wire::{ListQuery, NewCreditNote, day};
use crate::commands::CreditInvoice;
use crate::queries;
use axum::Json;
use axum::extract::{Path, Query, State};
use kernel::{Fields, Permission};
use web::wire::{List, Slice, path_id};
use web::{Api, Fail, Kept, Keyed, Problem, Web, json_body};

/// Take back an invoice or a part of it. It cuts what is due first; the rest is the customer's credit.
#[utoipa::path(
    post, path = "/api/v1/invoices/{id}/credit-notes", tag = "invoices", request_body = NewCreditNote,
    params(("id" = String, Path, description = "`inv_…`")),
    responses((status = 201, body = CreditNote), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn create(
    State(web): State<Web>,
    Path(id): Path<String>,
    request: Keyed<CreditInvoice, NewCreditNote>,
) -> Result<Kept, Fail> {
    let id = path_id(&id)?;
    let mut fields = Fields::new();
    let part = request.value.part(&mut fields);
    let issued_on = day(&mut fields, "/issued_on", request.value.issued_on.as_deref());
    fields.finish()?;
    let command = CreditInvoice { id, part, reason: request.value.reason, issued_on };
    let answer = web
        .app
        .write_once(&request.context, request.once, command, |tx, id| {
            let (vault, scope) = (tx.vault().clone(), tx.context().scope());
            json_body(201, &CreditNote::from(queries::credit_note(tx.conn, &vault, &scope, id)?))
        })
        .await?;
    Ok(Kept(answer))
}

/// Credit notes, newest first, without their lines.
#[utoipa::path(
    get, path = "/api/v1/credit-notes", tag = "credit notes",
    params(
        ("customer" = Option<String>, Query),
        ("limit" = Option<i64>, Query, minimum = 1, maximum = 200), ("cursor" = Option<String>, Query),
    ),
    responses((status = 200, body = List<CreditNote>), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn list(
    State(web): State<Web>,
    Api(context): Api,
    slice: Slice,
    Query(query): Query<ListQuery>,
) -> Result<Json<List<CreditNote>>, Fail> {
    let customer = query.filter()?.customer;
    let rows = web
        .app
        .read(&context, Permission::InvoiceRead, move |conn, scope| {
            queries::credit_notes(conn, scope, customer, slice.before(), slice.limit + 1)
        })
        .await?;
    Ok(Json(List::of(rows, slice, |note| note.id, CreditNote::from)))
}

/// One credit note.
#[utoipa::path(
    get, path = "/api/v1/credit-notes/{id}", tag = "credit notes",
    params(("id" = String, Path, description = "`crn_…`")),
    responses((status = 200, body = CreditNote), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn show(State(web): State<Web>, Api(context): Api, Path(id): Path<String>) -> Result<Json<CreditNote>, Fail> {
    let id = path_id(&id)?;
    let vault = web.app.vault().clone();
    let note = web
        .app
        .read(&context, Permission::InvoiceRead, move |conn, scope| queries::credit_note(conn, &vault, scope, id))
        .await?;
    Ok(Json(note.into()))
}
