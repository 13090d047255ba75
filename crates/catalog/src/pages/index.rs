//! Items and tax codes in one list each.

use crate::queries::{self, Filter, Item, TaxCode};
use askama::Template;
use axum::extract::{Query, State};
use axum::response::IntoResponse;
use kernel::{Locale, Permission};
use serde::Deserialize;
use web::session::Desk;
use web::wire::{Slice, cursor};
use web::{Fail, Page, View, Web};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    q: String,
    archived: String,
}

#[derive(Template)]
#[template(path = "catalog/index.html")]
struct Index {
    v: View,
    locale: Locale,
    items: Vec<Item>,
    tax_codes: Vec<TaxCode>,
    search: String,
    archived: bool,
    /// Address of the next page of items; empty on the last.
    next: String,
}

pub async fn index(
    State(web): State<Web>,
    Desk(visit): Desk,
    slice: Slice,
    Query(asked): Query<Asked>,
) -> Result<impl IntoResponse, Fail> {
    let archived = asked.archived == "true";
    let search: String = asked.q.chars().take(100).collect();
    let filter = Filter { search: Some(search.clone()), archived: Some(archived) };
    let (mut items, tax_codes) = web
        .app
        .read(&visit.context, Permission::CatalogRead, move |conn, scope| {
            let organisation = scope.organisation();
            let items = queries::items(conn, organisation, &filter, slice.before(), slice.limit + 1)?;
            Ok((items, queries::tax_codes(conn, organisation, &filter, 200)?))
        })
        .await?;
    let limit = usize::try_from(slice.limit).unwrap_or(50);
    let more = items.len() > limit;
    items.truncate(limit);
    let next = match items.last() {
        Some(last) if more => visit.view.link_with("cursor", &cursor(last.id)),
        _ => String::new(),
    };
    Ok(Page::new(Index { locale: visit.context.locale, v: visit.view, items, tax_codes, search, archived, next }))
}
