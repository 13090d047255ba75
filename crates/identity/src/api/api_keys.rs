//! `POST /api-keys`, `GET /api-keys`, `PATCH /api-keys/{id}`, `POST /api-keys/{id}/revoke`

use super::wire::{KeyChanges, KeyView, MadeKey, NewKey};
use crate::commands::{CreateApiKey, LimitApiKey, RevokeApiKey};
use crate::rules::api_key::{check, check_limit};
use crate::rules::token::key_token;
use crate::{Directory, once, queries};
use axum::extract::{Path, State};
use axum::{Extension, Json};
use kernel::Permission;
use std::sync::Arc;
use web::wire::{List, Slice, path_id};
use web::{Api, Fail, Kept, Keyed, Problem, Web, json_body};

/// Make an API key. The token is told in this answer alone.
#[utoipa::path(
    post, path = "/api/v1/api-keys", tag = "api-keys", request_body = NewKey,
    responses((status = 201, body = MadeKey), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn create(State(web): State<Web>, request: Keyed<CreateApiKey, NewKey>) -> Result<Kept, Fail> {
    let data = check(&request.value.into())?;
    let secret = once::secret(web.app.vault(), &request.context, &request.once, "api-key");
    let organisation = request.context.organisation;
    let mut answer = web
        .app
        .write_once(&request.context, request.once, CreateApiKey { data, secret }, move |tx, id| {
            json_body(201, &KeyView::from(queries::api_key(tx.conn, organisation, id)?))
        })
        .await?;
    answer.body = once::with_field(&answer.body, "token", &key_token(organisation, secret))?;
    Ok(Kept(answer))
}

/// API keys, newest first, revoked ones too.
#[utoipa::path(
    get, path = "/api/v1/api-keys", tag = "api-keys",
    params(("limit" = Option<i64>, Query, minimum = 1, maximum = 200), ("cursor" = Option<String>, Query)),
    responses((status = 200, body = List<KeyView>), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn list(State(web): State<Web>, Api(context): Api, slice: Slice) -> Result<Json<List<KeyView>>, Fail> {
    let rows = web
        .app
        .read(&context, Permission::ApiKeyManage, move |conn, scope| {
            queries::api_keys(conn, scope.organisation(), &slice.part())
        })
        .await?;
    Ok(Json(List::of(rows, slice, |key| key.id, KeyView::from)))
}

/// Change how often an API key may ask.
#[utoipa::path(
    patch, path = "/api/v1/api-keys/{id}", tag = "api-keys", request_body = KeyChanges,
    params(("id" = String, Path, description = "`key_…`")),
    responses((status = 200, body = KeyView), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn update(
    State(web): State<Web>,
    Extension(directory): Extension<Arc<Directory>>,
    Path(id): Path<String>,
    request: Keyed<LimitApiKey, KeyChanges>,
) -> Result<Kept, Fail> {
    let id = path_id(&id)?;
    let old = web
        .app
        .read(&request.context, Permission::ApiKeyManage, move |conn, scope| {
            queries::api_key(conn, scope.organisation(), id)
        })
        .await?;
    let limit = request.value.requests_per_minute.onto(old.requests_per_minute.map(i64::from));
    let requests_per_minute = check_limit(limit.map(|limit| limit.to_string()).as_deref())?;
    let organisation = request.context.organisation;
    let command = LimitApiKey { id, requests_per_minute };
    let answer = web
        .app
        .write_once(&request.context, request.once, command, move |tx, id| {
            json_body(200, &KeyView::from(queries::api_key(tx.conn, organisation, id)?))
        })
        .await?;
    directory.forget_keys();
    Ok(Kept(answer))
}

/// Revoke an API key, for good and at once.
#[utoipa::path(
    post, path = "/api/v1/api-keys/{id}/revoke", tag = "api-keys",
    params(("id" = String, Path, description = "`key_…`")),
    responses((status = 200, body = KeyView), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn revoke(
    State(web): State<Web>,
    Extension(directory): Extension<Arc<Directory>>,
    Path(id): Path<String>,
    request: Keyed<RevokeApiKey, serde_json::Value>,
) -> Result<Kept, Fail> {
    let id = path_id(&id)?;
    let organisation = request.context.organisation;
    let answer = web
        .app
        .write_once(&request.context, request.once, RevokeApiKey(id), move |tx, id| {
            json_body(200, &KeyView::from(queries::api_key(tx.conn, organisation, id)?))
        })
        .await?;
    directory.forget_keys();
    Ok(Kept(answer))
}
