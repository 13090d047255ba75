//! The books over the API.

mod accounts;
pub(crate) mod entries;
mod periods;
mod rates;
mod reports;
mod revaluations;
mod wire;

use crate::upload::BODY_MAX;
use axum::extract::DefaultBodyLimit;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::Web;

/// The slice's API routes.
pub fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(rates::take))
        .layer(DefaultBodyLimit::max(BODY_MAX))
        .routes(routes!(accounts::list))
        .routes(routes!(entries::list, entries::create))
        .routes(routes!(entries::show))
        .routes(routes!(entries::reverse))
        .routes(routes!(periods::list))
        .routes(routes!(periods::close))
        .routes(routes!(periods::reopen))
        .routes(routes!(rates::list, rates::set))
        .routes(routes!(rates::between))
        .routes(routes!(revaluations::preview))
        .routes(routes!(revaluations::create))
        .routes(routes!(reports::trial_balance))
        .routes(routes!(reports::profit_and_loss))
        .routes(routes!(reports::balance_sheet))
        .routes(routes!(reports::general_ledger))
}
