//! Statements, their lines and matches over the API.

mod accept;
mod close;
mod compare;
mod entries;
mod import;
mod lines;
mod list;
mod match_line;
mod match_rules;
mod note;
mod reconciliation;
mod set_aside;
mod settings;
pub(crate) mod settlements;
mod told;
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
        .routes(routes!(lines::line))
        .routes(routes!(match_line::match_line))
        .routes(routes!(unmatch::unmatch))
        .routes(routes!(set_aside::ignore))
        .routes(routes!(set_aside::take_up))
        .routes(routes!(note::note))
        .routes(routes!(entries::entries))
        .routes(routes!(match_rules::list::list, match_rules::write::create))
        .routes(routes!(match_rules::list::show, match_rules::write::update, match_rules::write::remove))
        .routes(routes!(match_rules::replay::replay))
        .routes(routes!(match_rules::switch::activate))
        .routes(routes!(match_rules::switch::deactivate))
        .routes(routes!(match_rules::apply::apply))
        .routes(routes!(compare::compare))
        .routes(routes!(accept::accept))
        .routes(routes!(reconciliation::reconciliation))
        .routes(routes!(close::close))
        .routes(routes!(close::reopen))
        .routes(routes!(settings::show, settings::update))
        .routes(routes!(settlements::list))
        .routes(routes!(settlements::show))
}
