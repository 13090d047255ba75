//! Search across customers, orders, invoices and credit notes; the command palette asks for the bare options.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use kernel::Permission;
use serde::Deserialize;
use store::search::Entry;
use web::{Fail, Page, View, Visit, Web};

/// Entries shown at once.
const SHOWN_MAX: i64 = 20;

#[derive(Debug, Deserialize)]
pub struct Asked {
    #[serde(default)]
    q: String,
}

/// A found thing with the page it opens.
struct Found {
    href: String,
    kind: String,
    title: String,
    detail: String,
}

#[derive(Template)]
#[template(path = "home/search.html")]
struct Search {
    v: View,
    q: String,
    found: Vec<Found>,
}

#[derive(Template)]
#[template(path = "home/search-options.html")]
struct Options {
    found: Vec<Found>,
}

pub async fn search(
    State(web): State<Web>,
    visit: Visit,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Result<Response, Fail> {
    let q: String = asked.q.chars().take(100).collect();
    let in_portal = visit.context.scope().customer().is_some();
    let typed = q.clone();
    let entries = web
        .app
        .read(&visit.context, Permission::InvoiceRead, move |conn, scope| {
            store::search::find(conn, scope, &typed, SHOWN_MAX)
        })
        .await?;
    let found = entries.into_iter().filter_map(|entry| found(entry, in_portal, &visit.view)).collect();
    if headers.contains_key("sf-fragment") {
        return Ok(Page::new(Options { found }).into_response());
    }
    Ok(Page::new(Search { v: visit.view, q, found }).into_response())
}

fn found(entry: Entry, in_portal: bool, v: &View) -> Option<Found> {
    let room = match (entry.kind.as_str(), in_portal) {
        ("cus", false) => "/customers",
        ("ord", false) => "/orders",
        ("inv", false) => "/invoices",
        ("crn", false) => "/credit-notes",
        ("ord", true) => "/portal/orders",
        ("inv", true) => "/portal/invoices",
        _ => return None,
    };
    let id = kernel::id::base32(entry.subject.bytes());
    Some(Found {
        href: format!("{room}/{}_{id}", entry.kind),
        kind: v.t(&format!("search-kind-{}", entry.kind)),
        title: entry.title,
        detail: entry.detail,
    })
}
