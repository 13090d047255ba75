//! Orders at the desk and in the portal.

mod bulk;
mod desk;
mod list;
mod portal;
mod write;

pub use desk::stamp;

use axum::Router;
use axum::routing::{get, post};
use web::Web;

/// The slice's pages.
pub fn routes() -> Router<Web> {
    Router::new()
        .route("/orders", get(list::index).post(write::create))
        .route("/orders.csv", get(list::file))
        .route("/orders.xlsx", get(list::file))
        .route("/orders/bulk", post(bulk::bulk))
        .route("/orders/new", get(write::new))
        .route("/orders/preview", post(write::preview))
        .route("/orders/{id}", get(desk::show).post(write::update))
        .route("/orders/{id}/edit", get(write::edit))
        .route("/orders/{id}/submit", post(desk::submit))
        .route("/orders/{id}/release", post(desk::release))
        .route("/orders/{id}/withdraw", post(desk::withdraw))
        .route("/orders/{id}/cancel", post(desk::cancel))
        .route("/orders/{id}/final-invoice", post(desk::final_invoice))
        .route("/portal/orders", get(portal::index).post(portal::create))
        .route("/portal/orders/new", get(portal::new))
        .route("/portal/orders/{id}", get(portal::show).post(portal::update))
        .route("/portal/orders/{id}/edit", get(portal::edit))
        .route("/portal/orders/{id}/submit", post(portal::submit))
        .route("/portal/orders/{id}/withdraw", post(portal::withdraw))
        .route("/portal/orders/{id}/cancel", post(portal::cancel))
}
