//! `POST /users`, `GET /users`, `PATCH /users/{id}`

use super::wire::{MadeUser, NewUserBody, UserChanges, UserView};
use crate::commands::{CreateUser, NewUser, UpdateUser};
use crate::rules::token::temporary_password;
use crate::rules::user::check;
use crate::{Directory, once, queries};
use axum::extract::{Path, State};
use axum::{Extension, Json};
use kernel::Permission;
use std::sync::Arc;
use web::wire::{List, Slice, path_id};
use web::{Api, Fail, Kept, Keyed, Problem, Web, json_body};

/// Take up a user: staff with roles, or somebody of a customer for the portal.
#[utoipa::path(
    post, path = "/api/v1/users", tag = "users", request_body = NewUserBody,
    responses((status = 201, body = MadeUser), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn create(
    State(web): State<Web>,
    Extension(directory): Extension<Arc<Directory>>,
    request: Keyed<CreateUser, NewUserBody>,
) -> Result<Kept, Fail> {
    let Keyed { context, once, value, .. } = request;
    web.app.authorise(&context.actor, Permission::UserManage)?;
    let data = check(&value.input(context.locale))?;
    let temporary = value.password.is_none();
    let password = match value.password {
        None => temporary_password(once::secret(web.app.vault(), &context, &once, "temporary-password")),
        Some(password) => {
            let known = vec![data.email.clone(), data.name.clone()];
            directory.passwords().acceptable(password.clone(), known, "/password").await?;
            password
        }
    };
    let hash = directory.passwords().hashed(password.clone(), context.ids().random()).await?;
    let command = CreateUser(NewUser { data, password_hash: Some(hash) });
    let mut answer = web
        .app
        .write_once(&context, once, command, |tx, id| {
            let (vault, organisation) = (tx.vault().clone(), tx.organisation());
            json_body(201, &UserView::from(queries::user(tx.conn, &vault, organisation, id)?))
        })
        .await?;
    if temporary {
        answer.body = once::with_field(&answer.body, "temporary_password", &password)?;
    }
    Ok(Kept(answer))
}

/// Users, newest first.
#[utoipa::path(
    get, path = "/api/v1/users", tag = "users",
    params(("limit" = Option<i64>, Query, minimum = 1, maximum = 200), ("cursor" = Option<String>, Query)),
    responses((status = 200, body = List<UserView>), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn list(State(web): State<Web>, Api(context): Api, slice: Slice) -> Result<Json<List<UserView>>, Fail> {
    let vault = web.app.vault().clone();
    let rows = web
        .app
        .read(&context, Permission::UserManage, move |conn, scope| {
            queries::users(conn, &vault, scope.organisation(), &slice.part())
        })
        .await?;
    Ok(Json(List::of(rows, slice, |user| user.id, UserView::from)))
}

/// Change a user, or deactivate.
#[utoipa::path(
    patch, path = "/api/v1/users/{id}", tag = "users", request_body = UserChanges,
    params(("id" = String, Path, description = "`usr_…`")),
    responses((status = 200, body = UserView), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn update(
    State(web): State<Web>,
    Path(id): Path<String>,
    request: Keyed<UpdateUser, UserChanges>,
) -> Result<Kept, Fail> {
    let id = path_id(&id)?;
    let (vault, organisation) = (web.app.vault().clone(), request.context.organisation);
    let old = web
        .app
        .read(&request.context, Permission::UserManage, move |conn, _| queries::user(conn, &vault, organisation, id))
        .await?;
    let (version, active) = (Some(old.version), request.value.active.unwrap_or(old.active));
    let command = UpdateUser { id, version, data: check(&request.value.onto(old))?, active };
    let answer = web
        .app
        .write_once(&request.context, request.once, command, |tx, id| {
            let (vault, organisation) = (tx.vault().clone(), tx.organisation());
            json_body(200, &UserView::from(queries::user(tx.conn, &vault, organisation, id)?))
        })
        .await?;
    Ok(Kept(answer))
}
