//! What customers owe, at the desk.

mod ageing;

use axum::Router;
use axum::routing::get;
use web::Web;

/// The slice's pages.
pub fn routes() -> Router<Web> {
    Router::new().route("/reports/receivables-aging", get(ageing::show))
}
