//! Items and tax codes over the API.

mod items;
pub mod lines;
mod tax_codes;
mod wire;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::Web;

/// The slice's API routes.
pub fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(items::create, items::list))
        .routes(routes!(items::show, items::update))
        .routes(routes!(tax_codes::create, tax_codes::list))
        .routes(routes!(tax_codes::show, tax_codes::update))
}
