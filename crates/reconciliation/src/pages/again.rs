//! Lines that are left are compared with the books again.

use crate::renew::renew;
use ::store::Error;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use kernel::Permission;
use kernel::id::StatementId;
use std::collections::HashMap;
use web::wire::path_id;
use web::{Fail, KeyedForm, Web};

/// Nothing is posted, so that a second press does no harm.
pub async fn run(
    State(web): State<Web>,
    Path(id): Path<String>,
    form: KeyedForm<HashMap<String, String>>,
) -> Result<Response, Fail> {
    web.app.authorise(&form.visit.context.actor, Permission::StatementMatch)?;
    let id: StatementId = path_id(&id)?;
    let (app, context) = (web.app.clone(), form.visit.context.clone());
    // All that is open is read and compared in one go; that blocks.
    let done = tokio::task::spawn_blocking(move || renew(&app, &context, id)).await;
    let renewed = done.map_err(|error| Error::Broken(error.to_string()))??;
    let told = if renewed.changed == 0 { "lines-same" } else { "lines-compared" };
    Ok(Redirect::to(&format!("/statements/{id}?done={told}")).into_response())
}
