//! The way to pay that a browser chose last, kept in a cookie of its own: it names the way and nobody.

use super::offline::way;
use super::ways::Way;
use crate::rules::payment::Method;
use axum::extract::FromRequestParts;
use axum::http::header::SET_COOKIE;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Redirect, Response};
use std::convert::Infallible;
use web::Web;
use web::session::{cookie, set_cookie};

const COOKIE: &str = "shunfu_way";
const YEAR_S: i64 = 365 * 24 * 3600;

/// What this browser chose last; empty when nothing is known.
#[derive(Debug, Clone, Default)]
pub struct LastWay(String);

impl<S: Sync> FromRequestParts<S> for LastWay {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<LastWay, Infallible> {
        Ok(LastWay::of(&parts.headers))
    }
}

impl LastWay {
    fn of(headers: &HeaderMap) -> LastWay {
        LastWay(cookie(headers, COOKIE).unwrap_or_default().to_owned())
    }

    /// The way that a form begins with: the last one where it is still offered, else the first.
    pub(super) fn among(&self, ways: &[Way]) -> String {
        let is_offered = ways.iter().any(|offered| offered.value == self.0) || way(&self.0).is_some();
        match (is_offered, ways.first()) {
            (true, _) => self.0.clone(),
            (false, Some(first)) => first.value.clone(),
            (false, None) => Method::BankTransfer.name().to_owned(),
        }
    }
}

/// Leads on, and remembers the way that was chosen.
pub(super) fn on_by(web: &Web, to: &str, way: &str) -> Response {
    remembering(Redirect::to(to).into_response(), web, way)
}

/// The same of an answer that leads on by itself.
pub(super) fn remembering(mut response: Response, web: &Web, way: &str) -> Response {
    set_cookie_of(&mut response, web, COOKIE, way, YEAR_S);
    response
}

/// Lets a browser keep something for so many seconds.
pub(super) fn set_cookie_of(response: &mut Response, web: &Web, name: &str, value: &str, life_s: i64) {
    if let Ok(value) = HeaderValue::from_str(&set_cookie(name, value, life_s, web.site.is_secure())) {
        response.headers_mut().append(SET_COOKIE, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_offered_is_chosen_again() {
        let offered = |value: &str| Way { value: value.to_owned(), name: String::new(), note: String::new() };
        let ways = [offered("card"), offered("e_wallet")];
        for (last, among_ways, without) in [
            ("e_wallet", "e_wallet", "bank_transfer"),
            ("cheque", "cheque", "cheque"),
            ("e_wallet:gone", "card", "bank_transfer"),
            ("", "card", "bank_transfer"),
        ] {
            let last = LastWay(last.to_owned());
            assert_eq!((last.among(&ways).as_str(), last.among(&[]).as_str()), (among_ways, without), "{last:?}");
        }
    }
}
