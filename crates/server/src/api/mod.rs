//! The API of what belongs to no slice: background work and the audit trail.

mod audit;
mod jobs;

pub(crate) use audit::Asked as AuditAsked;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::Web;

pub fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(jobs::list))
        .routes(routes!(jobs::retry))
        .routes(routes!(jobs::discard))
        .routes(routes!(audit::list))
        .routes(routes!(audit::proof))
}
