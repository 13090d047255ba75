//! Customers at the desk.

mod address;
mod bulk;
mod contact;
mod edit;
mod index;

use crate::queries::{self, Customer};
use ::store::Error;
use axum::Router;
use axum::routing::{get, post};
use kernel::id::CustomerId;
use kernel::{Context, Permission};
use web::Web;

/// The slice's pages.
pub fn routes() -> Router<Web> {
    Router::new()
        .route("/customers", get(index::index).post(edit::create))
        .route("/customers.csv", get(index::file))
        .route("/customers.xlsx", get(index::file))
        .route("/customers/bulk", post(bulk::bulk))
        .route("/customers/new", get(edit::new))
        .route("/customers/{id}", post(edit::update))
        .route("/customers/{id}/edit", get(edit::edit))
        .route("/customers/{id}/contacts", post(contact::create))
        .route("/customers/{id}/contacts/new", get(contact::new))
        .route("/customers/{id}/contacts/{contact}", get(contact::edit).post(contact::update))
        .route("/customers/{id}/contacts/{contact}/remove", post(contact::remove))
        .route("/customers/{id}/addresses", post(address::create))
        .route("/customers/{id}/addresses/new", get(address::new))
        .route("/customers/{id}/addresses/{address}", get(address::edit).post(address::update))
        .route("/customers/{id}/addresses/{address}/remove", post(address::remove))
}

/// A form with nothing to fill in.
#[derive(Debug, serde::Deserialize)]
struct Nothing {}

/// The customer to whom something is about to be added.
async fn known(web: &Web, context: &Context, id: CustomerId) -> Result<Customer, Error> {
    let vault = web.app.vault().clone();
    web.app.read(context, Permission::CustomerWrite, move |conn, scope| queries::get(conn, &vault, scope, id)).await
}

fn saved(id: CustomerId) -> Result<(u16, Vec<u8>), Error> {
    Ok((303, format!("/customers/{id}?done=saved").into_bytes()))
}

fn removed(id: CustomerId) -> Result<(u16, Vec<u8>), Error> {
    Ok((303, format!("/customers/{id}?done=removed").into_bytes()))
}
