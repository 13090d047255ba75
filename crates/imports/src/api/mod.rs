//! Imports over the API.

mod run;
mod template;
mod wire;

use crate::run::BODY_MAX;
use axum::extract::DefaultBodyLimit;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::Web;

/// The slice's API routes.
pub fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(run::run))
        .layer(DefaultBodyLimit::max(BODY_MAX))
        .routes(routes!(template::template))
}
