//! Bank statements at the desk.

mod accept;
mod act;
mod again;
mod asked;
mod bench;
mod chosen;
mod close;
mod columns;
mod index;
mod match_rules;
mod offer;
mod settlements;

use crate::upload::BODY_MAX;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use web::Web;

/// The slice's pages.
pub fn routes() -> Router<Web> {
    Router::new()
        .route("/statements", get(index::index).post(index::import))
        .layer(DefaultBodyLimit::max(BODY_MAX))
        .route("/statements/rules", get(match_rules::index::index).post(match_rules::edit::create))
        .route("/statements/rules/posting", post(match_rules::index::posting_from))
        .route("/statements/rules/new", get(match_rules::edit::new))
        .route("/statements/rules/{id}", get(match_rules::edit::show).post(match_rules::edit::update))
        .route("/statements/rules/{id}/apply", get(match_rules::apply::preview).post(match_rules::apply::run))
        .route("/statements/rules/{id}/place", post(match_rules::index::place))
        .route("/statements/rules/{id}/remove", post(match_rules::edit::remove))
        .route("/statements/rules/{id}/replay", post(match_rules::edit::replay))
        .route("/statements/rules/{id}/switch", post(match_rules::index::switch))
        .route("/statements/settlements", get(settlements::index))
        .route("/statements/settlements.csv", get(settlements::file))
        .route("/statements/settlements.xlsx", get(settlements::file))
        .route("/statements/settlements/{id}", get(settlements::show))
        .route("/statements/columns", get(columns::show).post(columns::confirm))
        .route("/statements/{id}", get(bench::show))
        .route("/statements/{id}/compare", post(again::run))
        .route("/statements/{id}/accept", get(accept::preview).post(accept::run))
        .route("/statements/{id}/accept/undo", post(accept::undo))
        .route("/statements/{id}/close", get(close::show).post(close::close))
        .route("/statements/{id}/reopen", post(close::reopen))
        .route("/statements/lines/{id}/match", post(act::take))
        .route("/statements/lines/{id}/pay", post(act::pay))
        .route("/statements/lines/{id}/link", post(act::link))
        .route("/statements/lines/{id}/post", post(act::post))
        .route("/statements/lines/{id}/set-aside", post(act::set_aside))
        .route("/statements/lines/{id}/take-up", post(act::take_up))
        .route("/statements/lines/{id}/unmatch", post(act::unmatch))
        .route("/statements/lines/{id}/notes", post(act::note))
}
