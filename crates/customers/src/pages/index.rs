//! The list of customers, and the list as a file.

use crate::queries::{self, Customer, Filter};
use ::store::{Conn, Error, Part, search};
use askama::Template;
use axum::extract::State;
use axum::response::IntoResponse;
use kernel::id::CustomerId;
use kernel::{Decimal, Permission, Scope};
use reports::{Cell, ColumnKind, File, Format, Table, list_file, list_table, whole_list};
use web::bulk::Act;
use web::session::Desk;
use web::view::{Column, Columns, List, Pager, Shape, part};
use web::wire::chosen;
use web::{Fail, Page, View, Web};

const COLUMNS: &[Column] = &[
    Column::text("name", "label-name"),
    Column::text("country", "label-country"),
    Column::text("currency", "label-currency"),
    Column::text("tax-number", "label-tax-number"),
    Column::text("email", "label-email").if_chosen(),
    Column::text("phone", "label-phone").if_chosen(),
    Column::text("language", "look-language").if_chosen(),
    Column::amount("terms", "label-payment-terms-days"),
    Column::amount("limit", "label-credit-limit"),
];

/// What an index lets it be sorted by; it comes by names.
const SORTS: &[&str] = &["name"];

/// What can be done with many customers.
pub(super) const ACTS: &[Act] =
    &[Act { name: "archive", label: "customer-archive", permission: Permission::CustomerWrite }];

#[derive(Template)]
#[template(path = "customers/index.html")]
struct Index {
    v: View,
    shape: Shape,
    customers: Vec<Customer>,
    archived: bool,
    q: String,
    acts: &'static [Act],
    pager: Pager,
}

/// The part that the address asks for: by names where it says nothing.
fn asked(v: &View) -> Result<Part, kernel::Refusal> {
    let part = part(&v.query, SORTS)?;
    Ok(if part.by.is_none() { Part { by: Some("name"), rising: true, ..part } } else { part })
}

/// What the list is narrowed to: the customers that the address names, else those that what was typed finds.
fn filter(conn: &mut Conn, scope: &Scope, v: &View) -> Result<Filter, Error> {
    let ids: Option<Vec<CustomerId>> = match chosen(&v.query) {
        None => search::ids(conn, scope, &v.asked("q"))?,
        some => some,
    };
    Ok(Filter { archived: Some(v.asked("archived") == "true"), ids, ..Filter::default() })
}

pub async fn index(State(web): State<Web>, Desk(visit): Desk) -> Result<impl IntoResponse, Fail> {
    let (v, vault, actor) = (visit.view, web.app.vault().clone(), visit.context.actor.clone());
    let part = asked(&v)?;
    let (v, mut customers, total, views) = web
        .app
        .read(&visit.context, Permission::CustomerRead, {
            let part = part.clone();
            move |conn, scope| {
                let views = identity::saved_views(conn, scope.organisation(), &actor, List::Customers)?;
                let filter = filter(conn, scope, &v)?;
                let customers = queries::page(conn, &vault, scope, &filter, &part)?;
                let total = queries::total(conn, scope, &filter)?;
                Ok((v, customers, total, views))
            }
        })
        .await?;
    let pager = Pager::new(&v, &part, &mut customers, total, |customer| (*customer.id.bytes(), customer.name.clone()));
    let shape = Shape::new(List::Customers, COLUMNS, &v, views).sorted(SORTS, &part);
    let (archived, q) = (v.asked("archived") == "true", v.asked("q"));
    Ok(Page::new(Index { shape, customers, archived, q, acts: ACTS, pager, v }))
}

/// The list with its filters as a file, or the customers that were chosen in it.
pub async fn file(State(web): State<Web>, Desk(visit): Desk, format: Format) -> Result<File, Fail> {
    let (v, vault) = (visit.view, web.app.vault().clone());
    Ok(web
        .app
        .read(&visit.context, Permission::CustomerRead, move |conn, scope| {
            let filter = filter(conn, scope, &v)?;
            let page = |before, limit| queries::page(conn, &vault, scope, &filter, &Part::newest(before, limit));
            let rows = whole_list(page, |customer| customer.id)?;
            list_file(table(&v, rows), format, "customers")
        })
        .await?)
}

fn table(v: &View, rows: Vec<Customer>) -> Table<Vec<Vec<Cell>>> {
    use ColumnKind::{Money, Number, Text};
    let columns = [
        ("name", "label-name", Text),
        ("country", "label-country", Text),
        ("currency", "label-currency", Text),
        ("tax-number", "label-tax-number", Text),
        ("email", "label-email", Text),
        ("phone", "label-phone", Text),
        ("language", "look-language", Text),
        ("terms", "label-payment-terms-days", Number),
        ("limit", "label-credit-limit", Money),
    ];
    let row = |customer: Customer| {
        vec![
            Cell::text(customer.name),
            Cell::text(customer.country),
            Cell::text(customer.currency.code()),
            Cell::text(customer.tax_number.unwrap_or_default()),
            Cell::text(customer.email.unwrap_or_default()),
            Cell::text(customer.phone.unwrap_or_default()),
            Cell::text(customer.locale.name()),
            Cell::Number(Decimal::from(customer.payment_terms_days)),
            customer.credit_limit.map_or(Cell::Empty, Cell::from),
        ]
    };
    list_table(v, "nav-customers", &Columns::read(COLUMNS, &v.query), &columns, rows.into_iter().map(row))
}
