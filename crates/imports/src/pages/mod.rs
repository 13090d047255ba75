//! Imports at the desk.

mod apply;
mod index;
mod preview;

use crate::rules::kind::Kind;
use crate::run::BODY_MAX;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use web::{View, Web};

/// The slice's pages.
pub fn routes() -> Router<Web> {
    Router::new()
        .route("/settings/imports", get(index::index).post(preview::preview))
        .route("/settings/imports/apply", post(apply::apply))
        .route("/settings/imports/{file}", get(index::template))
        // Text from GB18030 grows by half on its way through the form.
        .layer(DefaultBodyLimit::max(2 * BODY_MAX))
}

/// What a kind of file is called.
fn title(v: &View, kind: Kind) -> String {
    v.t(&format!("import-{}", kind.name()))
}

/// What a column is called.
fn column_title(v: &View, column: &str) -> String {
    v.t(&format!("import-column-{}", column.replace('_', "-")))
}
