//! `/mails`

use super::wire::{MailView, Nothing, accepted};
use crate::queries::{self, Filter};
use crate::{Mailer, Purpose, SendAgain, Status};
use ::store::{Error, Part};
use axum::Json;
use axum::extract::{Path, Query, State};
use kernel::id::MailId;
use kernel::{Permission, Refusal};
use serde::Deserialize;
use web::wire::{List, Slice, path_id};
use web::{Api, Fail, Kept, Keyed, Problem, Web};

/// Filters of the list; blank ones filter nothing.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Filters {
    about: Option<String>,
    status: Option<String>,
}

impl Filters {
    fn read(&self) -> Result<Filter, Refusal> {
        let given = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        let about = given(&self.about).map(|text| Purpose::read_about(&text).ok_or(("/about", "not_an_id")));
        let status = given(&self.status).map(|text| Status::by_name(&text).ok_or(("/status", "not_a_choice")));
        let wrong = |(pointer, code)| Refusal::field(pointer, code);
        Ok(Filter { about: about.transpose().map_err(wrong)?, status: status.transpose().map_err(wrong)? })
    }
}

/// Mails, newest first.
#[utoipa::path(
    get, path = "/api/v1/mails", tag = "mails",
    params(
        ("about" = Option<String>, Query, description = "A payment, or a user"),
        ("status" = Option<String>, Query, description = "`waiting`, `sent`, `failed`"),
        ("limit" = Option<i64>, Query, minimum = 1, maximum = 200), ("cursor" = Option<String>, Query),
    ),
    responses((status = 200, body = List<MailView>), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn list(
    State(web): State<Web>,
    Api(context): Api,
    Query(filters): Query<Filters>,
    slice: Slice,
) -> Result<Json<List<MailView>>, Fail> {
    web.app.authorise(&context.actor, Permission::CustomerRead)?;
    let (filter, vault) = (filters.read()?, web.app.vault().clone());
    let part = Part::newest::<MailId>(slice.before(), slice.limit + 1);
    let rows = web
        .app
        .read(&context, Permission::CustomerRead, move |conn, scope| queries::page(conn, &vault, scope, &filter, &part))
        .await?;
    Ok(Json(List::of(rows, slice, |mail| mail.id, MailView::from)))
}

/// Send a mail again that failed.
#[utoipa::path(
    post, path = "/api/v1/mails/{id}/send", tag = "mails", request_body = Nothing,
    params(("id" = String, Path, description = "`mai_…`")),
    responses((status = 202, body = MailView), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn send_again(
    State(web): State<Web>,
    mailer: Mailer,
    Path(id): Path<String>,
    request: Keyed<SendAgain, Nothing>,
) -> Result<Kept, Fail> {
    let command = SendAgain(path_id(&id)?);
    mailer.needed().map_err(Error::from)?;
    Ok(Kept(web.app.write_once(&request.context, request.once, command, accepted).await?))
}
