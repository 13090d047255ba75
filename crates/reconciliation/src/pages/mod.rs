//! Bank statements at the desk.

mod accept;
mod act;
mod asked;
mod bench;
mod columns;
mod index;
mod offer;

use crate::upload::BODY_MAX;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use web::Web;

/// The slice's pages.
pub fn routes() -> Router<Web> {
    Router::new()
        .route("/statements", get(index::index).post(index::import))
        .layer(DefaultBodyLimit::max(BODY_MAX))
        .route("/statements/columns", get(columns::show).post(columns::confirm))
        .route("/statements/{id}", get(bench::show))
        .route("/statements/{id}/accept", get(accept::preview).post(accept::run))
        .route("/statements/lines/{id}/match", post(act::take))
        .route("/statements/lines/{id}/pay", post(act::pay))
        .route("/statements/lines/{id}/link", post(act::link))
        .route("/statements/lines/{id}/post", post(act::post))
        .route("/statements/lines/{id}/set-aside", post(act::set_aside))
        .route("/statements/lines/{id}/take-up", post(act::take_up))
        .route("/statements/lines/{id}/unmatch", post(act::unmatch))
        .route("/statements/lines/{id}/notes", post(act::note))
}
