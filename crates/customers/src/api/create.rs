//! `POST /customers`

use super::wire::{CustomerView, NewCustomer};
use crate::CreateCustomer;
use crate::queries;
use crate::rules::customer::check;
use axum::extract::State;
use web::{Fail, Kept, Keyed, Problem, Web, json_body};

/// Take up a customer.
#[utoipa::path(
    post, path = "/api/v1/customers", tag = "customers", request_body = NewCustomer,
    responses((status = 201, body = CustomerView), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn create(State(web): State<Web>, request: Keyed<NewCustomer>) -> Result<Kept, Fail> {
    let command = CreateCustomer(check(&request.value.into())?);
    let answer = web
        .app
        .write_once(&request.context, request.once, command, |tx, id| {
            let (vault, scope) = (tx.vault().clone(), tx.context().scope());
            json_body(201, &CustomerView::from(queries::get(tx.conn, &vault, &scope, id)?))
        })
        .await?;
    Ok(Kept(answer))
}
