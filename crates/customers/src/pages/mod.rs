//! Customers at the desk.

mod edit;
mod index;
mod show;

use axum::Router;
use axum::routing::get;
use web::Web;

/// The slice's pages.
pub fn routes() -> Router<Web> {
    Router::new()
        .route("/customers", get(index::index).post(edit::create))
        .route("/customers/new", get(edit::new))
        .route("/customers/{id}", get(show::show).post(edit::update))
        .route("/customers/{id}/edit", get(edit::edit))
}
