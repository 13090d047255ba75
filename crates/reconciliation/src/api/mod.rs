//! Statements, their lines and matches over the API.

mod import;
mod lines;
mod list;
mod match_line;
mod set_aside;
mod unmatch;
mod wire;

use crate::upload::BODY_MAX;
use axum::extract::DefaultBodyLimit;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::Web;

/// The slice's API routes.
pub fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(import::import))
        .layer(DefaultBodyLimit::max(BODY_MAX))
        .routes(routes!(list::list))
        .routes(routes!(list::show))
        .routes(routes!(lines::lines))
        .routes(routes!(match_line::match_line))
        .routes(routes!(unmatch::unmatch))
        .routes(routes!(set_aside::ignore))
}
