//! What a customer field offers while somebody types: the fragment of `sf-pick`.

use axum::extract::{Query, State};
use axum::response::IntoResponse;
use kernel::Permission;
use serde::Deserialize;
use web::session::Desk;
use web::{Fail, Page, Web};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    q: String,
    /// The customer that is chosen already.
    chosen: String,
    /// Whether the form takes nobody as well: one of ours instead of a customer's.
    nobody: bool,
}

pub async fn customers(
    State(web): State<Web>,
    Desk(visit): Desk,
    Query(asked): Query<Asked>,
) -> Result<impl IntoResponse, Fail> {
    let nobody = if asked.nobody { visit.view.t("user-for-us") } else { String::new() };
    let found = web
        .app
        .read(&visit.context, Permission::CustomerRead, move |conn, scope| {
            identity::choices::customers(conn, scope, &asked.q, &asked.chosen)
        })
        .await?;
    Ok(Page::new(found.picker("/customer", &visit.view).or_nobody(nobody)))
}
