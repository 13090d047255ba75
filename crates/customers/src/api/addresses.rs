//! `/customers/{id}/addresses`

use super::places::{AddressChanges, AddressView, NewAddress, Removal};
use crate::queries;
use crate::rules::address::check;
use crate::{AddAddress, ChangeAddress, RemoveAddress};
use ::store::{Error, Tx};
use axum::Json;
use axum::extract::{Path, State};
use kernel::Permission;
use kernel::id::{AddressId, CustomerId};
use web::wire::{List, Slice, path_id};
use web::{Api, Fail, Kept, Keyed, Problem, Web, json_body};

/// Addresses of a customer, newest first.
#[utoipa::path(
    get, path = "/api/v1/customers/{id}/addresses", tag = "customers",
    params(
        ("id" = String, Path, description = "`cus_…`"),
        ("limit" = Option<i64>, Query, minimum = 1, maximum = 200), ("cursor" = Option<String>, Query),
    ),
    responses((status = 200, body = List<AddressView>), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn list(
    State(web): State<Web>,
    Api(context): Api,
    Path(customer): Path<String>,
    slice: Slice,
) -> Result<Json<List<AddressView>>, Fail> {
    let customer = path_id(&customer)?;
    let rows = web
        .app
        .read(&context, Permission::CustomerRead, move |conn, scope| {
            queries::addresses(conn, scope, customer, slice.before(), slice.limit + 1)
        })
        .await?;
    Ok(Json(List::of(rows, slice, |address| address.id, AddressView::from)))
}

/// Add an address of a customer. The billing address stands on documents issued from then on; there is at most one.
#[utoipa::path(
    post, path = "/api/v1/customers/{id}/addresses", tag = "customers", request_body = NewAddress,
    params(("id" = String, Path, description = "`cus_…`")),
    responses((status = 201, body = AddressView), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn create(
    State(web): State<Web>,
    Path(customer): Path<String>,
    request: Keyed<AddAddress, NewAddress>,
) -> Result<Kept, Fail> {
    let customer = path_id(&customer)?;
    let command = AddAddress { customer, data: check(&request.value.into())? };
    let render = move |tx: &mut Tx<'_>, id| shown(tx, 201, customer, id);
    Ok(Kept(web.app.write_once(&request.context, request.once, command, render).await?))
}

/// Change an address; documents that were issued keep theirs.
#[utoipa::path(
    patch, path = "/api/v1/customers/{id}/addresses/{address}", tag = "customers", request_body = AddressChanges,
    params(("id" = String, Path, description = "`cus_…`"), ("address" = String, Path, description = "`adr_…`")),
    responses((status = 200, body = AddressView), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn update(
    State(web): State<Web>,
    Path((customer, id)): Path<(String, String)>,
    request: Keyed<ChangeAddress, AddressChanges>,
) -> Result<Kept, Fail> {
    let (customer, id) = (path_id(&customer)?, path_id(&id)?);
    let changes = request.value;
    let change = move |old| check(&changes.clone().onto(old));
    let command = ChangeAddress { customer, id, version: None, change };
    let render = move |tx: &mut Tx<'_>, id| shown(tx, 200, customer, id);
    Ok(Kept(web.app.write_once(&request.context, request.once, command, render).await?))
}

/// Forget an address; documents that were issued keep theirs.
#[utoipa::path(
    delete, path = "/api/v1/customers/{id}/addresses/{address}", tag = "customers",
    params(("id" = String, Path, description = "`cus_…`"), ("address" = String, Path, description = "`adr_…`")),
    responses((status = 204), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn remove(
    State(web): State<Web>,
    Path((customer, id)): Path<(String, String)>,
    request: Keyed<RemoveAddress, Removal>,
) -> Result<Kept, Fail> {
    let command = RemoveAddress { customer: path_id(&customer)?, id: path_id(&id)? };
    Ok(Kept(web.app.write_once(&request.context, request.once, command, |_, ()| Ok((204, Vec::new()))).await?))
}

fn shown(tx: &mut Tx<'_>, status: u16, customer: CustomerId, id: AddressId) -> Result<(u16, Vec<u8>), Error> {
    let scope = tx.context().scope();
    json_body(status, &AddressView::from(queries::address(tx.conn, &scope, customer, id)?))
}
