//! Identity's pages: signing in, one's own account, settings, users, API keys.

use crate::require_fresh;
use axum::response::{IntoResponse, Redirect, Response};
use web::Visit;

/// The way to the password where [`require_fresh`] refuses, and back to `next`, an address of this house.
pub fn confirm_first(visit: &Visit, next: &str) -> Option<Response> {
    require_fresh(visit).err()?;
    let query = serde_urlencoded::to_string([("next", next)]).unwrap_or_default();
    Some(Redirect::to(&format!("/confirm?{query}")).into_response())
}
