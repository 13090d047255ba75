//! Pages that belong to no slice: the desk's home, a customer with all dealings, the search over all of them, background work, the audit trail.

mod audit;
mod choices;
mod commands;
mod customer;
mod home;
mod jobs;
mod search;

use axum::Router;
use axum::routing::{get, post};
use web::Web;

pub fn routes() -> Router<Web> {
    Router::new()
        .route("/", get(home::home))
        .route("/search", get(search::search))
        .route("/settings/jobs", get(jobs::index))
        .route("/settings/jobs/{id}/retry", post(jobs::retry))
        .route("/settings/jobs/{id}/discard", post(jobs::discard))
        .route("/customers/{id}", get(customer::show))
        .route("/audit", get(audit::index))
        .route("/audit.csv", get(audit::file))
        .route("/audit.xlsx", get(audit::file))
        .route("/search/customers", get(choices::customers))
}
