//! The catalog at the desk.

mod index;
mod item;
mod tax_code;

use axum::Router;
use axum::routing::{get, post};
use web::Web;

/// The slice's pages.
pub fn routes() -> Router<Web> {
    Router::new()
        .route("/catalog", get(index::index))
        .route("/catalog.csv", get(index::file))
        .route("/catalog.xlsx", get(index::file))
        .route("/catalog/items", post(item::create))
        .route("/catalog/items/new", get(item::new))
        .route("/catalog/items/{id}", get(item::edit).post(item::update))
        .route("/catalog/items/{id}/prices", post(item::set_price))
        .route("/catalog/tax-codes", post(tax_code::create))
        .route("/catalog/tax-codes/new", get(tax_code::new))
        .route("/catalog/tax-codes/{code}", get(tax_code::edit).post(tax_code::update))
        .route("/catalog/tax-codes/{code}/rates", post(tax_code::set_rate))
}
