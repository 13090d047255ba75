//! Identity over the API.

mod api_keys;
mod organisation;
mod users;
mod wire;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::Web;

/// The slice's API routes. The router they are merged into carries an `Extension<Arc<Directory>>`: the directory that
/// `Web::auth` asks.
pub fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(organisation::show, organisation::update))
        .routes(routes!(api_keys::create, api_keys::list))
        .routes(routes!(api_keys::update))
        .routes(routes!(api_keys::revoke))
        .routes(routes!(users::create, users::list))
        .routes(routes!(users::update))
}
