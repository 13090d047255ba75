//! Orders over the API.

mod actions;
mod orders;
mod wire;

pub(crate) use orders::ListQuery;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::Web;

/// The slice's API routes.
pub fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(orders::create, orders::list))
        .routes(routes!(orders::preview))
        .routes(routes!(orders::show, orders::update))
        .routes(routes!(actions::submit))
        .routes(routes!(actions::release))
        .routes(routes!(actions::withdraw))
        .routes(routes!(actions::cancel))
        .routes(routes!(actions::final_invoice))
}
