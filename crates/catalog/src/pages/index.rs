//! Items and tax codes in one list each, and the items as a file.

use crate::queries::{self, Filter, Item, TaxCode};
use ::store::Part;
use askama::Template;
use axum::extract::{Query, State};
use axum::response::IntoResponse;
use kernel::{Locale, Permission, UnitPrice};
use reports::{Cell, ColumnKind, File, Format, Table, list_file, list_table, whole_list};
use serde::Deserialize;
use web::session::Desk;
use web::view::{Columns, Pager, part};
use web::{Fail, Page, View, Web};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    q: String,
    archived: String,
}

impl Asked {
    fn filter(&self) -> Filter {
        Filter { search: Some(self.q.chars().take(100).collect()), archived: Some(self.archived == "true") }
    }
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
    /// Of the items.
    pager: Pager,
}

pub async fn index(
    State(web): State<Web>,
    Desk(visit): Desk,
    Query(asked): Query<Asked>,
) -> Result<impl IntoResponse, Fail> {
    let (filter, part) = (asked.filter(), part(&visit.view.query, &[])?);
    let read = part.clone();
    let (archived, search) = (asked.archived == "true", filter.search.clone().unwrap_or_default());
    let (mut items, tax_codes) = web
        .app
        .read(&visit.context, Permission::CatalogRead, move |conn, scope| {
            let organisation = scope.organisation();
            let items = queries::items(conn, organisation, &filter, &read)?;
            Ok((items, queries::tax_codes(conn, organisation, &filter, 200)?))
        })
        .await?;
    let pager = Pager::by_id(&visit.view, &part, &mut items, |item| item.id);
    Ok(Page::new(Index { locale: visit.context.locale, v: visit.view, items, tax_codes, search, archived, pager }))
}

/// The items of the list as a file.
pub async fn file(
    State(web): State<Web>,
    Desk(visit): Desk,
    Query(asked): Query<Asked>,
    format: Format,
) -> Result<File, Fail> {
    let (filter, v) = (asked.filter(), visit.view);
    Ok(web
        .app
        .read(&visit.context, Permission::CatalogRead, move |conn, scope| {
            let page =
                |before, limit| queries::items(conn, scope.organisation(), &filter, &Part::newest(before, limit));
            let items = whole_list(page, |item| item.id)?;
            list_file(table(&v, items), format, "items")
        })
        .await?)
}

/// A row for each price that holds today; an item without one has a row all the same.
fn table(v: &View, items: Vec<Item>) -> Table<Vec<Vec<Cell>>> {
    use ColumnKind::{Number, Text};
    let columns = [
        ("code", "label-code", Text),
        ("name", "label-name", Text),
        ("unit", "label-unit", Text),
        ("tax-code", "label-tax-code", Text),
        ("currency", "label-currency", Text),
        ("price", "label-unit-price", Number),
    ];
    let row = |item: &Item, price: Option<&UnitPrice>| {
        vec![
            Cell::text(item.code.clone()),
            Cell::text(item.names.get(v.l.locale())),
            Cell::text(v.unit(&item.unit)),
            Cell::text(item.tax_code.clone().unwrap_or_default()),
            Cell::text(price.map(|price| price.currency().code().to_owned()).unwrap_or_default()),
            price.map_or(Cell::Empty, |price| Cell::Number(price.amount())),
        ]
    };
    let rows = items.iter().flat_map(|item| match item.prices_on(v.today) {
        prices if prices.is_empty() => vec![row(item, None)],
        prices => prices.iter().map(|price| row(item, Some(price))).collect(),
    });
    list_table(v, "catalog-items", &Columns::read(&[], ""), &columns, rows)
}
