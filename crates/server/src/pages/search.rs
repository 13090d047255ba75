//! Search: places to go to, and whatever has a number or a name. The command palette asks for the bare options.

use super::commands::{Place, places};
use askama::Template;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use kernel::{Locale, Permission, Scope};
use serde::Deserialize;
use store::search::Entry;
use store::{Conn, Error};
use web::{Fail, Page, View, Visit, Web};

/// Entries shown at once.
const SHOWN_MAX: i64 = 20;
/// Entries shown before anything is typed.
const RECENT: i64 = 5;
const ACCOUNTS_MAX: usize = 5;

/// The kinds of the desk: prefix of the id, room, who may open it.
pub(super) const DESK: [(&str, &str, Permission); 7] = [
    ("cus", "/customers", Permission::CustomerRead),
    ("ord", "/orders", Permission::OrderRead),
    ("inv", "/invoices", Permission::InvoiceRead),
    ("crn", "/credit-notes", Permission::InvoiceRead),
    ("pay", "/payments", Permission::PaymentRead),
    ("itm", "/catalog/items", Permission::CatalogRead),
    ("usr", "/users", Permission::UserManage),
];
/// Those that have a page in the portal.
const PORTAL: [(&str, &str, Permission); 2] =
    [("ord", "/portal/orders", Permission::OrderRead), ("inv", "/portal/invoices", Permission::InvoiceRead)];

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
    places: Vec<Place>,
    found: Vec<Found>,
}

#[derive(Template)]
#[template(path = "home/search-options.html")]
struct Options {
    v: View,
    q: String,
    places: Vec<Place>,
    found: Vec<Found>,
}

pub async fn search(
    State(web): State<Web>,
    visit: Visit,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Result<Response, Fail> {
    let q: String = asked.q.trim().chars().take(100).collect();
    let in_portal = visit.context.scope().customer().is_some();
    let v = visit.view;
    let all: &[(&str, &str, Permission)] = if in_portal { &PORTAL } else { &DESK };
    let rooms: Vec<(&str, &str)> =
        all.iter().filter(|(_, _, permission)| v.may(*permission)).map(|(kind, room, _)| (*kind, *room)).collect();
    let (typed, kinds) = (q.clone(), rooms.iter().map(|(kind, _)| *kind).collect::<Vec<_>>());
    let sees_books = !in_portal && v.may(Permission::ReportRead) && v.may(Permission::LedgerRead);
    let (entries, accounts) = web
        .app
        .read(&visit.context, Permission::InvoiceRead, move |conn, scope| {
            if typed.is_empty() {
                return Ok((store::search::newest(conn, scope, &kinds, RECENT)?, Vec::new()));
            }
            let accounts = if sees_books { accounts(conn, scope, &typed)? } else { Vec::new() };
            Ok((store::search::find(conn, scope, &kinds, &typed, SHOWN_MAX)?, accounts))
        })
        .await?;
    let mut found: Vec<Found> = accounts.into_iter().map(|account| of_account(account, &v)).collect();
    found.extend(entries.into_iter().filter_map(|entry| of_entry(entry, &rooms, &v)));
    let places = if in_portal { Vec::new() } else { places(&v, &q) };
    if headers.contains_key("sf-fragment") {
        return Ok(Page::new(Options { v, q, places, found }).into_response());
    }
    Ok(Page::new(Search { v, q, places, found }).into_response())
}

fn of_entry(entry: Entry, rooms: &[(&str, &str)], v: &View) -> Option<Found> {
    let (kind, room) = rooms.iter().find(|(kind, _)| *kind == entry.kind)?;
    let id = kernel::id::base32(entry.subject.bytes());
    Some(Found {
        href: format!("{room}/{kind}_{id}"),
        kind: v.t(&format!("search-kind-{kind}")),
        title: entry.title,
        detail: entry.detail,
    })
}

fn of_account(account: ledger::queries::Account, v: &View) -> Found {
    Found {
        href: format!("/reports/general-ledger/{}", account.code),
        kind: v.t("label-account"),
        title: account.code,
        detail: account.names.get(v.l.locale()).to_owned(),
    }
}

/// The accounts whose code begins with what was typed, or that are called so: there are few, and they have no ids.
fn accounts(conn: &mut Conn, scope: &Scope, typed: &str) -> Result<Vec<ledger::queries::Account>, Error> {
    let typed = typed.to_lowercase();
    let mut found = ledger::queries::accounts(conn, scope)?;
    found.retain(|account| {
        let named = Locale::ALL.iter().any(|locale| account.names.get(*locale).to_lowercase().contains(&typed));
        account.postable && (account.code.starts_with(&typed) || named)
    });
    found.truncate(ACCOUNTS_MAX);
    Ok(found)
}
