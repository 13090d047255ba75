//! Customers over the API.

mod addresses;
mod contacts;
mod create;
mod list;
mod places;
mod show;
mod update;
mod wire;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::Web;

/// The slice's API routes.
pub fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(create::create, list::list))
        .routes(routes!(show::show, update::update))
        .routes(routes!(contacts::create, contacts::list))
        .routes(routes!(contacts::update, contacts::remove))
        .routes(routes!(addresses::create, addresses::list))
        .routes(routes!(addresses::update, addresses::remove))
}
