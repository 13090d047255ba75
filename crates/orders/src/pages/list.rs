//! The desk's list of orders, and the list as a file.

use super::desk::stamp;
use crate::api::ListQuery;
use crate::queries::{self, Filter, Summary};
use crate::rules::status::OrderStatus;
use ::store::{Conn, Error, Total, books, search};
use askama::Template;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use kernel::{Currency, Permission, Scope};
use reports::{Cell, ColumnKind, File, Format, Table, list_file, list_table, whole_list};
use web::bulk::Act;
use web::session::Desk;
use web::view::{Column, Columns, List, Pager, Shape, part};
use web::wire::chosen;
use web::{Fail, Page, View, Web};

/// What the list can show.
const COLUMNS: &[Column] = &[
    Column::text("number", "order-number"),
    Column::text("customer", "label-customer"),
    Column::text("reference", "order-reference").if_chosen(),
    Column::text("status", "order-status"),
    Column::text("date", "order-date"),
    Column::text("delivery", "label-deliver-on").if_chosen(),
    Column::amount("total", "total"),
];

/// What an index lets it be sorted by.
const SORTS: &[&str] = &["number"];

/// What can be done with many orders.
pub(super) const ACTS: &[Act] = &[
    Act { name: "submit", label: "order-submit", permission: Permission::OrderSubmit },
    Act { name: "release", label: "orders-release", permission: Permission::OrderRelease },
    Act { name: "cancel", label: "order-cancel", permission: Permission::OrderCancel },
];

#[derive(Template)]
#[template(path = "orders/index.html")]
struct Index {
    v: View,
    shape: Shape,
    orders: Vec<Summary>,
    /// Name of a status, and how many orders wait in it.
    chips: Vec<(&'static str, String)>,
    status: String,
    q: String,
    /// Of the books: amounts in others name theirs.
    home: Currency,
    acts: &'static [Act],
    pager: Pager,
}

pub async fn index(
    State(web): State<Web>,
    Desk(visit): Desk,
    Query(asked): Query<ListQuery>,
) -> Result<Response, Fail> {
    let mut v = visit.view;
    let part = part(&v.query, SORTS)?;
    // A filter that cannot be read shows nothing, and says why.
    let (filter, status) = match asked.filter() {
        Ok(filter) => (Some(filter), 200),
        Err(refusal) => {
            v.refused(&refusal);
            (None, refusal.status())
        }
    };
    let (actor, q, read) = (visit.context.actor.clone(), v.asked("q"), part.clone());
    let words = q.clone();
    let (mut orders, total, counts, views, home) = web
        .app
        .read(&visit.context, Permission::OrderRead, move |conn, scope| {
            let (orders, total) = match filter {
                Some(filter) => {
                    let filter = Filter { ids: search::ids(conn, scope, &words)?, ..filter };
                    (queries::page(conn, scope, &filter, &read)?, queries::total(conn, scope, &filter)?)
                }
                None => (Vec::new(), Total::Unknown),
            };
            let views = identity::saved_views(conn, scope.organisation(), &actor, List::Orders)?;
            let home = books::load(conn, scope.organisation())?.currency;
            Ok((orders, total, queries::counts(conn, scope)?, views, home))
        })
        .await?;
    // Drafts are not among the numbers.
    let total = if part.by.is_some() { Total::Unknown } else { total };
    let pager = Pager::new(&v, &part, &mut orders, total, |order| {
        (*order.id.bytes(), part.by.and(order.number.clone()).unwrap_or_default())
    });
    let chips = chips(&v, &counts);
    let shape = Shape::new(List::Orders, COLUMNS, &v, views).sorted(SORTS, &part);
    let page = Index { shape, orders, chips, status: v.asked("status"), q, home, acts: ACTS, pager, v };
    Ok(Page::new(page).with_status(status).into_response())
}

/// The statuses as filters; those in which nothing waits are left out.
fn chips(v: &View, counts: &[(String, i64)]) -> Vec<(&'static str, String)> {
    let count = |name: &str| counts.iter().find(|(status, _)| status == name).map(|(_, n)| v.number(n));
    let chip = |name| match count(name) {
        None if OrderStatus::WAITING.contains(&name) => None,
        count => Some((name, count.unwrap_or_default())),
    };
    OrderStatus::NAMES.into_iter().filter_map(chip).collect()
}

/// The list with its filters as a file, or the orders that were chosen in it.
pub async fn file(
    State(web): State<Web>,
    Desk(visit): Desk,
    Query(asked): Query<ListQuery>,
    format: Format,
) -> Result<File, Fail> {
    let (filter, v) = (asked.filter()?, visit.view);
    Ok(web
        .app
        .read(&visit.context, Permission::OrderRead, move |conn, scope| {
            let filter = Filter { ids: ids(conn, scope, &v)?, ..filter };
            let page = |before, limit| queries::list(conn, scope, &filter, before, limit);
            let rows = whole_list(page, |order| order.id)?;
            list_file(table(&v, rows), format, "orders")
        })
        .await?)
}

/// The orders that the address names, else those that what was typed finds.
fn ids(conn: &mut Conn, scope: &Scope, v: &View) -> Result<Option<Vec<kernel::id::OrderId>>, Error> {
    match chosen(&v.query) {
        None => search::ids(conn, scope, &v.asked("q")),
        some => Ok(some),
    }
}

fn table(v: &View, orders: Vec<Summary>) -> Table<Vec<Vec<Cell>>> {
    use ColumnKind::{Date, Money, Text};
    let columns = [
        ("number", "order-number", Text),
        ("customer", "label-customer", Text),
        ("reference", "order-reference", Text),
        ("status", "order-status", Text),
        ("date", "order-date", Date),
        ("delivery", "label-deliver-on", Date),
        ("currency", "label-currency", Text),
        ("total", "total", Money),
    ];
    let row = |order: Summary| {
        vec![
            Cell::text(order.number.unwrap_or_default()),
            Cell::text(order.customer_name),
            Cell::text(order.reference.unwrap_or_default()),
            Cell::text(v.t(stamp(&order.status).1)),
            order.ordered_on.into(),
            order.deliver_on.into(),
            Cell::text(order.total.currency().code()),
            order.total.into(),
        ]
    };
    list_table(v, "nav-orders", &Columns::read(COLUMNS, &v.query), &columns, orders.into_iter().map(row))
}
