//! `PATCH /customers/{id}`

use super::wire::{CustomerChanges, CustomerView};
use crate::UpdateCustomer;
use crate::queries::{self, Customer};
use crate::rules::customer::check;
use axum::extract::{Path, State};
use web::wire::path_id;
use web::{Fail, Kept, Keyed, Problem, Web, json_body};

/// Change a customer.
#[utoipa::path(
    patch, path = "/api/v1/customers/{id}", tag = "customers", request_body = CustomerChanges,
    params(("id" = String, Path, description = "`cus_…`")),
    responses((status = 200, body = CustomerView), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn update(
    State(web): State<Web>,
    Path(id): Path<String>,
    request: Keyed<UpdateCustomer, CustomerChanges>,
) -> Result<Kept, Fail> {
    let changes = request.value;
    let change = move |old: Customer| {
        let changes = changes.clone();
        let archived = changes.archived.clone().onto(old.archived);
        Ok((check(&changes.onto(old))?, archived))
    };
    let command = UpdateCustomer { id: path_id(&id)?, version: None, change };
    let answer = web
        .app
        .write_once(&request.context, request.once, command, |tx, id| {
            let (vault, scope) = (tx.vault().clone(), tx.context().scope());
            json_body(200, &CustomerView::from(queries::get(tx.conn, &vault, &scope, id)?))
        })
        .await?;
    Ok(Kept(answer))
}
