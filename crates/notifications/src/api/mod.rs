//! Mails over the API.

mod mails;
pub mod wire;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::Web;

/// The slice's API routes. They expect the [`crate::Mailer`] as an extension of the router.
pub fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new().routes(routes!(mails::list)).routes(routes!(mails::send_again))
}
