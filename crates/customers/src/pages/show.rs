//! One customer.

use crate::queries::{self, Address, Contact, Customer};
use crate::rules::address::ADDRESSES_MAX;
use crate::rules::contact::CONTACTS_MAX;
use askama::Template;
use axum::extract::{Path, State};
use axum::response::IntoResponse;
use kernel::Permission;
use web::session::Desk;
use web::wire::path_id;
use web::{Fail, Page, View, Web};

#[derive(Template)]
#[template(path = "customers/show.html")]
struct Show {
    v: View,
    customer: Customer,
    contacts: Vec<Contact>,
    addresses: Vec<Address>,
}

pub async fn show(
    State(web): State<Web>,
    Desk(visit): Desk,
    Path(id): Path<String>,
) -> Result<impl IntoResponse, Fail> {
    let id = path_id(&id)?;
    let vault = web.app.vault().clone();
    let (customer, mut contacts, mut addresses) = web
        .app
        .read(&visit.context, Permission::CustomerRead, move |conn, scope| {
            let customer = queries::get(conn, &vault, scope, id)?;
            let contacts = queries::contacts(conn, &vault, scope, id, None, CONTACTS_MAX)?;
            Ok((customer, contacts, queries::addresses(conn, scope, id, None, ADDRESSES_MAX)?))
        })
        .await?;
    // As they were added: who was named first is asked for first.
    contacts.reverse();
    addresses.reverse();
    Ok(Page::new(Show { v: visit.view, customer, contacts, addresses }))
}
