//! Customers over the API.

mod create;
mod list;
mod show;
mod update;
mod wire;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::Web;

/// The slice's API routes.
pub fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new().routes(routes!(create::create, list::list)).routes(routes!(show::show, update::update))
}
