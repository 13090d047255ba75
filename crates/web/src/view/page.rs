//! How a template becomes a response, and the page that says no.

use super::View;
use crate::assets;
use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use kernel::{Refusal, RefusalKind};

/// An HTML answer with the headers that every page has.
///
/// Pages are private (`no-store`) unless said otherwise; nothing loads from elsewhere.
#[derive(Debug)]
pub struct Page<T> {
    template: T,
    status: StatusCode,
    private: bool,
    leaves: bool,
}

impl<T: Template> Page<T> {
    pub fn new(template: T) -> Page<T> {
        Page { template, status: StatusCode::OK, private: true, leaves: false }
    }

    pub fn with_status(mut self, status: u16) -> Page<T> {
        self.status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        self
    }

    /// Holds nothing of anybody: may be kept and shown again.
    pub fn public(mut self) -> Page<T> {
        self.private = false;
        self
    }

    /// A form of this page may end, by redirection, at a payment provider's page; browsers check that hop as well.
    pub fn leaves_to_provider(mut self) -> Page<T> {
        self.leaves = true;
        self
    }
}

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
     font-src 'self'; manifest-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'";
/// Providers are reached over TLS; the simulator of the demonstration is on this machine.
const POLICY_LEAVING: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
     font-src 'self'; manifest-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self' https: \
     http://127.0.0.1:*";

impl<T: Template> IntoResponse for Page<T> {
    fn into_response(self) -> Response {
        let html = match self.template.render() {
            Ok(html) => html,
            Err(error) => {
                tracing::error!(%error, "a page could not be rendered");
                return StatusCode::INTERNAL_SERVER_ERROR.into_response();
            }
        };
        let mut response = (self.status, Html(html)).into_response();
        let headers = response.headers_mut();
        let policy = if self.leaves { POLICY_LEAVING } else { POLICY };
        headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
        headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        // Addresses carry filters and pay links; other sites learn nothing of them.
        headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
        headers.insert("cross-origin-opener-policy", HeaderValue::from_static("same-origin"));
        let caching = if self.private { "no-store" } else { "public, max-age=300" };
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
        if let Ok(rules) = HeaderValue::from_str(&format!("\"{}\"", assets::asset_path("speculation.json"))) {
            headers.insert("speculation-rules", rules);
        }
        response
    }
}

/// A page that says no: what happened, that nothing was lost, what to do next.
#[derive(Template)]
#[template(path = "error.html")]
pub struct ErrorPage {
    pub v: View,
    pub title: String,
    pub sentence: String,
    /// What to tell support; empty for none.
    pub reference: String,
    pub sign_in: bool,
}

impl ErrorPage {
    pub fn new(v: View, refusal: &Refusal, reference: impl Into<String>) -> ErrorPage {
        let title = v.t(match refusal.kind {
            RefusalKind::Invalid | RefusalKind::Malformed | RefusalKind::UnsupportedType => "error-title-invalid",
            RefusalKind::Unauthenticated => "error-title-unauthenticated",
            RefusalKind::Forbidden => "error-title-forbidden",
            RefusalKind::NotFound => "error-title-not-found",
            RefusalKind::Conflict => "error-title-conflict",
            RefusalKind::TooLarge => "error-title-too-large",
            RefusalKind::TooMany { .. } => "error-title-too-many",
            RefusalKind::Unavailable => "error-title-unavailable",
            RefusalKind::OutcomeUnknown => "error-title-outcome-unknown",
        });
        let sentence = v.l.refusal(refusal);
        let sign_in = refusal.kind == RefusalKind::Unauthenticated;
        ErrorPage { v, title, sentence, reference: reference.into(), sign_in }
    }

    /// The response with the refusal's status.
    pub fn respond(v: View, refusal: &Refusal, reference: impl Into<String>) -> Response {
        Page::new(ErrorPage::new(v, refusal, reference)).with_status(refusal.status()).into_response()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::{Path, PathBuf};

    #[derive(Template)]
    #[template(source = "x", ext = "html")]
    struct X;

    #[test]
    fn pages_are_private_and_load_nothing_from_elsewhere() {
        let private = Page::new(X).with_status(409).into_response();
        assert_eq!(private.status(), StatusCode::CONFLICT);
        assert_eq!(private.headers()[header::CACHE_CONTROL], "no-store");
        let policy = private.headers()[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe") && !policy.contains("https:"));
        assert_eq!(Page::new(X).public().into_response().headers()[header::CACHE_CONTROL], "public, max-age=300");
        let leaving = Page::new(X).leaves_to_provider().into_response();
        assert!(
            leaving.headers()[header::CONTENT_SECURITY_POLICY].to_str().unwrap().contains("form-action 'self' https:")
        );
    }

    /// Every template of the house: ours and those of the crates beside us.
    fn templates() -> Vec<PathBuf> {
        let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let mut open: Vec<PathBuf> =
            std::fs::read_dir(crates).unwrap().map(|e| e.unwrap().path().join("templates")).collect();
        let mut found = Vec::new();
        while let Some(path) = open.pop() {
            if path.is_dir() {
                open.extend(std::fs::read_dir(path).unwrap().map(|e| e.unwrap().path()));
            } else if path.extension().is_some_and(|e| e == "html") {
                found.push(path);
            }
        }
        found
    }

    #[test]
    fn no_template_carries_style_script_or_words() {
        let files = templates();
        assert!(files.len() >= 12, "{files:?}");
        for file in files {
            let text = std::fs::read_to_string(&file).unwrap();
            // A document that is sent as a file opens its own <html> and carries its style with it.
            if text.contains("<html") && !file.ends_with("layout/base.html") {
                continue;
            }
            for banned in [
                "<style",
                " style=",
                "<script>",
                "javascript:",
                " onclick=",
                " onsubmit=",
                " onchange=",
                "http://",
                "https://",
            ] {
                assert!(!text.contains(banned), "{} has {banned}", file.display());
            }
            // What is not escaped is a type of ours (`Markup`), not a word in a template.
            let ours = file.starts_with(Path::new(env!("CARGO_MANIFEST_DIR")).join("templates"));
            assert!(!(ours && text.contains("|safe")), "{} prints something unescaped", file.display());
            // The summary of faults finds a field's name by its pointer, and must call it what its label says.
            let fields = ["field(\"/", "amount_field(\"/", "choice(\"/", "text_area(\"/", "file_drop(\"/"];
            for call in fields.iter().flat_map(|name| text.split(name).skip(1)) {
                let own = call.split(',').nth(1).is_some_and(|words| words.trim_start().starts_with("v.t("));
                // The components' own form is shown again elsewhere; /design shows faults that nobody made.
                let is_sample = file.starts_with(Path::new(env!("CARGO_MANIFEST_DIR")));
                assert!(!own || is_sample, "{} names a field {call:.40} by itself", file.display());
            }
            let chinese = text.chars().find(|c| ('\u{4e00}'..='\u{9fff}').contains(c));
            assert_eq!(chinese, None, "{} has words of its own", file.display());
            for name in text.split("v.asset(\"").skip(1).filter_map(|rest| rest.split('"').next()) {
                assert!(assets::asset_path(name).starts_with("/assets/"), "{} wants {name}", file.display());
            }
        }
    }
}
