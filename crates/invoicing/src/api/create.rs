//! `POST /invoices`

use super::views::Invoice;
use super::wire::NewInvoice;
use crate::commands::CreateInvoice;
use axum::extract::State;
use web::{Fail, Kept, Keyed, Problem, Web, json_body};

/// Draft an invoice, or issue one at once.
#[utoipa::path(
    post, path = "/api/v1/invoices", tag = "invoices", request_body = NewInvoice,
    responses((status = 201, body = Invoice), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn create(State(web): State<Web>, request: Keyed<CreateInvoice, NewInvoice>) -> Result<Kept, Fail> {
    let (issue, url) = (request.value.issue, web.site.public_url.clone());
    let command = CreateInvoice { input: request.value.into(), issue };
    let answer = web
        .app
        .write_once(&request.context, request.once, command, move |tx, id| {
            json_body(201, &super::answer(tx, id, &url)?)
        })
        .await?;
    Ok(Kept(answer))
}
