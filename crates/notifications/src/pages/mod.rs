//! Mails at the desk.

mod index;

use axum::Router;
use axum::routing::{get, post};
use web::Web;

/// The slice's pages. They expect the [`crate::Mailer`] as an extension of the router.
pub fn routes() -> Router<Web> {
    Router::new()
        .route("/settings/mails", get(index::index).post(index::set))
        .route("/settings/mails/test", post(index::test))
        .route("/settings/mails/{id}/send", post(index::send_again))
}

/// The stamp of a mail's status.
fn stamp(status: crate::Status) -> &'static str {
    match status {
        crate::Status::Waiting => "doubt",
        crate::Status::Sent => "paid",
        crate::Status::Failed => "overdue",
    }
}

/// The mark of a mail in a timeline.
pub fn tone(status: crate::Status) -> &'static str {
    match status {
        crate::Status::Waiting => "unknown",
        crate::Status::Sent => "good",
        crate::Status::Failed => "late",
    }
}
