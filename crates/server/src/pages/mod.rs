//! Pages that belong to no slice: the desk's home, and the search over all of them.

mod home;
mod search;

use axum::Router;
use axum::routing::get;
use web::Web;

pub fn routes() -> Router<Web> {
    Router::new().route("/", get(home::home)).route("/search", get(search::search))
}
