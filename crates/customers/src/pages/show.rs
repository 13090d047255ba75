//! One customer.

use crate::queries::{self, Customer};
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
}

pub async fn show(
    State(web): State<Web>,
    Desk(visit): Desk,
    Path(id): Path<String>,
) -> Result<impl IntoResponse, Fail> {
    let id = path_id(&id)?;
    let vault = web.app.vault().clone();
    let customer = web
        .app
        .read(&visit.context, Permission::CustomerRead, move |conn, scope| queries::get(conn, &vault, scope, id))
        .await?;
    Ok(Page::new(Show { v: visit.view, customer }))
}
