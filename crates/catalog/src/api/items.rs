//! `/items`

use super::wire::{ItemChanges, ItemView, ListQuery, NewItem};
use crate::queries::{self, Item};
use crate::rules::item::check;
use crate::{CreateItem, UpdateItem};
use ::store::{Error, Tx};
use axum::Json;
use axum::extract::{Path, Query, State};
use kernel::Permission;
use kernel::id::ItemId;
use web::wire::{List, Slice, path_id};
use web::{Api, Fail, Kept, Keyed, Problem, Web, json_body};

/// Take up an item.
#[utoipa::path(
    post, path = "/api/v1/items", tag = "items", request_body = NewItem,
    responses((status = 201, body = ItemView), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn create(State(web): State<Web>, request: Keyed<CreateItem, NewItem>) -> Result<Kept, Fail> {
    let (data, prices) = check(&request.value.into())?;
    let command = CreateItem { data, prices };
    let answer =
        web.app.write_once(&request.context, request.once, command, |tx, id| Ok((201, shown(tx, id)?))).await?;
    Ok(Kept(answer))
}

/// One item.
#[utoipa::path(
    get, path = "/api/v1/items/{id}", tag = "items",
    params(("id" = String, Path, description = "`itm_…`")),
    responses((status = 200, body = ItemView), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn show(State(web): State<Web>, Api(context): Api, Path(id): Path<String>) -> Result<Json<ItemView>, Fail> {
    let (id, now) = (path_id(&id)?, context.now);
    let view = web
        .app
        .read(&context, Permission::CatalogRead, move |conn, scope| {
            let books = ::store::books::load(conn, scope.organisation())?;
            let item = queries::item(conn, scope.organisation(), id)?;
            Ok(ItemView::of(item, books.currency, books.date_of(now)))
        })
        .await?;
    Ok(Json(view))
}

/// Change an item. A `price` is added to those there are, from `valid_from` or today on.
#[utoipa::path(
    patch, path = "/api/v1/items/{id}", tag = "items", request_body = ItemChanges,
    params(("id" = String, Path, description = "`itm_…`")),
    responses((status = 200, body = ItemView), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn update(
    State(web): State<Web>,
    Path(id): Path<String>,
    request: Keyed<UpdateItem, ItemChanges>,
) -> Result<Kept, Fail> {
    let changes = request.value;
    let change = move |old: Item| {
        let changes = changes.clone();
        let archived = changes.archived.clone().onto(old.archived);
        let (data, prices) = check(&changes.onto(old))?;
        Ok((data, prices, archived))
    };
    let command = UpdateItem { id: path_id(&id)?, version: None, change };
    let answer =
        web.app.write_once(&request.context, request.once, command, |tx, id| Ok((200, shown(tx, id)?))).await?;
    Ok(Kept(answer))
}

/// Items, newest first.
#[utoipa::path(
    get, path = "/api/v1/items", tag = "items",
    params(
        ("limit" = Option<i64>, Query, minimum = 1, maximum = 200), ("cursor" = Option<String>, Query),
        ("q" = Option<String>, Query, description = "Part of the code or of a name", max_length = 100),
        ("archived" = Option<bool>, Query, description = "Both when left out"),
    ),
    responses((status = 200, body = List<ItemView>), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn list(
    State(web): State<Web>,
    Api(context): Api,
    slice: Slice,
    Query(query): Query<ListQuery>,
) -> Result<Json<List<ItemView>>, Fail> {
    let (filter, now) = (query.filter()?, context.now);
    let (rows, books) = web
        .app
        .read(&context, Permission::CatalogRead, move |conn, scope| {
            let organisation = scope.organisation();
            let rows = queries::items(conn, organisation, &filter, &slice.part())?;
            Ok((rows, ::store::books::load(conn, organisation)?))
        })
        .await?;
    let today = books.date_of(now);
    Ok(Json(List::of(rows, slice, |item| item.id, |item| ItemView::of(item, books.currency, today))))
}

/// The item as it is now, in bytes.
fn shown(tx: &mut Tx<'_>, id: ItemId) -> Result<Vec<u8>, Error> {
    let (organisation, today, currency) = (tx.organisation(), tx.today()?, tx.books()?.currency);
    let view = ItemView::of(queries::item(tx.conn, organisation, id)?, currency, today);
    Ok(json_body(200, &view)?.1)
}
