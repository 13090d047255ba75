//! `/customers/{id}/contacts`

use super::places::{ContactChanges, ContactView, NewContact, Removal};
use crate::queries;
use crate::rules::contact::check;
use crate::{AddContact, ChangeContact, RemoveContact};
use ::store::{Error, Tx};
use axum::Json;
use axum::extract::{Path, State};
use kernel::Permission;
use kernel::id::{ContactId, CustomerId};
use web::wire::{List, Slice, path_id};
use web::{Api, Fail, Kept, Keyed, Problem, Web, json_body};

/// People at a customer, newest first.
#[utoipa::path(
    get, path = "/api/v1/customers/{id}/contacts", tag = "customers",
    params(
        ("id" = String, Path, description = "`cus_…`"),
        ("limit" = Option<i64>, Query, minimum = 1, maximum = 200), ("cursor" = Option<String>, Query),
    ),
    responses((status = 200, body = List<ContactView>), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn list(
    State(web): State<Web>,
    Api(context): Api,
    Path(customer): Path<String>,
    slice: Slice,
) -> Result<Json<List<ContactView>>, Fail> {
    let customer = path_id(&customer)?;
    let vault = web.app.vault().clone();
    let rows = web
        .app
        .read(&context, Permission::CustomerRead, move |conn, scope| {
            queries::contacts(conn, &vault, scope, customer, slice.before(), slice.limit + 1)
        })
        .await?;
    Ok(Json(List::of(rows, slice, |contact| contact.id, ContactView::from)))
}

/// Add a contact of a customer.
#[utoipa::path(
    post, path = "/api/v1/customers/{id}/contacts", tag = "customers", request_body = NewContact,
    params(("id" = String, Path, description = "`cus_…`")),
    responses((status = 201, body = ContactView), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn create(
    State(web): State<Web>,
    Path(customer): Path<String>,
    request: Keyed<AddContact, NewContact>,
) -> Result<Kept, Fail> {
    let customer = path_id(&customer)?;
    let command = AddContact { customer, data: check(&request.value.into())? };
    let render = move |tx: &mut Tx<'_>, id| shown(tx, 201, customer, id);
    Ok(Kept(web.app.write_once(&request.context, request.once, command, render).await?))
}

/// Change a contact.
#[utoipa::path(
    patch, path = "/api/v1/customers/{id}/contacts/{contact}", tag = "customers", request_body = ContactChanges,
    params(("id" = String, Path, description = "`cus_…`"), ("contact" = String, Path, description = "`con_…`")),
    responses((status = 200, body = ContactView), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn update(
    State(web): State<Web>,
    Path((customer, id)): Path<(String, String)>,
    request: Keyed<ChangeContact, ContactChanges>,
) -> Result<Kept, Fail> {
    let (customer, id) = (path_id(&customer)?, path_id(&id)?);
    let changes = request.value;
    let change = move |old| check(&changes.clone().onto(old));
    let command = ChangeContact { customer, id, version: None, change };
    let render = move |tx: &mut Tx<'_>, id| shown(tx, 200, customer, id);
    Ok(Kept(web.app.write_once(&request.context, request.once, command, render).await?))
}

/// Forget a contact.
#[utoipa::path(
    delete, path = "/api/v1/customers/{id}/contacts/{contact}", tag = "customers",
    params(("id" = String, Path, description = "`cus_…`"), ("contact" = String, Path, description = "`con_…`")),
    responses((status = 204), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn remove(
    State(web): State<Web>,
    Path((customer, id)): Path<(String, String)>,
    request: Keyed<RemoveContact, Removal>,
) -> Result<Kept, Fail> {
    let command = RemoveContact { customer: path_id(&customer)?, id: path_id(&id)? };
    Ok(Kept(web.app.write_once(&request.context, request.once, command, |_, ()| Ok((204, Vec::new()))).await?))
}

fn shown(tx: &mut Tx<'_>, status: u16, customer: CustomerId, id: ContactId) -> Result<(u16, Vec<u8>), Error> {
    let (vault, scope) = (tx.vault().clone(), tx.context().scope());
    json_body(status, &ContactView::from(queries::contact(tx.conn, &vault, &scope, customer, id)?))
}
