//! The books at the desk.

mod entries;
mod new_entry;
mod periods;
mod rate_files;
mod rates;
mod reports;
mod revalue;

use crate::upload::BODY_MAX;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use web::Web;

/// The slice's pages.
pub fn routes() -> Router<Web> {
    Router::new()
        .route("/settings/rates/look", post(rate_files::look))
        .route("/settings/rates/take", post(rate_files::take))
        .layer(DefaultBodyLimit::max(BODY_MAX))
        .route("/settings/rates", get(rates::index).post(rates::set))
        .route("/settings/rates/{file}", get(rate_files::template))
        .route("/entries", get(entries::index).post(new_entry::create))
        .route("/entries.csv", get(entries::file))
        .route("/entries.xlsx", get(entries::file))
        .route("/entries/new", get(new_entry::new))
        .route("/entries/{id}", get(entries::show))
        .route("/entries/{id}/reverse", post(entries::reverse))
        .route("/periods", get(periods::index))
        .route("/periods/{id}/close", get(periods::closing).post(periods::close))
        .route("/periods/{id}/reopen", post(periods::reopen))
        .route("/periods/{id}/revalue", get(revalue::show).post(revalue::post))
        .route("/reports", get(reports::index))
        .route("/reports/trial-balance", get(reports::trial_balance))
        .route("/reports/profit-and-loss", get(reports::profit_and_loss))
        .route("/reports/balance-sheet", get(reports::balance_sheet))
        .route("/reports/general-ledger/{account}", get(reports::general_ledger))
}
