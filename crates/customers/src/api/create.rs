//! `POST /customers`

use super::wire::{CustomerView, NewCustomer};
use crate::CreateCustomer;
use crate::queries;
use crate::rules::address::{self, AddressInput};
use crate::rules::customer::{CustomerData, check};
use axum::extract::State;
use kernel::{Fields, Refusal};
use web::{Fail, Kept, Keyed, Problem, Web, json_body};

/// Take up a customer.
#[utoipa::path(
    post, path = "/api/v1/customers", tag = "customers", request_body = NewCustomer,
    responses((status = 201, body = CustomerView), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn create(State(web): State<Web>, request: Keyed<CreateCustomer, NewCustomer>) -> Result<Kept, Fail> {
    let mut new = request.value;
    let address = new.address.take().map(|address| address.input(&new.country));
    let command = together(check(&new.into()), address)?;
    let answer = web
        .app
        .write_once(&request.context, request.once, command, |tx, id| {
            let (vault, scope) = (tx.vault().clone(), tx.context().scope());
            json_body(201, &CustomerView::from(queries::get(tx.conn, &vault, &scope, id)?))
        })
        .await?;
    Ok(Kept(answer))
}

/// Names what is wrong with the customer and with its address in one answer.
fn together(data: Result<CustomerData, Refusal>, address: Option<AddressInput>) -> Result<CreateCustomer, Refusal> {
    let mut fields = Fields::new();
    let address = address.map(|address| fields.within("/address", |fields| address::read(fields, &address)));
    match (data, fields.finish()) {
        (Ok(data), Ok(())) => Ok(CreateCustomer { data, address }),
        (Err(mut all), Err(more)) => {
            all.fields.extend(more.fields);
            Err(all)
        }
        (Err(refusal), Ok(())) | (Ok(_), Err(refusal)) => Err(refusal),
    }
}
