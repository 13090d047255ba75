//! The list of payments.

use crate::api::list::Filters;
use crate::queries::{self, Filter, Payment};
use crate::rules::payment::Method;
use crate::{store, till};
use ::store::{Conn, Error, Total, books, search};
use askama::Template;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use kernel::{Currency, Permission, Scope};
use reports::{Cell, ColumnKind, File, Format, Table, list_file, list_table, whole_list};
use std::collections::HashMap;
use web::bulk::Act;
use web::session::Desk;
use web::view::{Column, Columns, List, Pager, Shape, part};
use web::wire::chosen;
use web::{Fail, Page, View, Web};

const COLUMNS: &[Column] = &[
    Column::text("received", "label-received-on"),
    Column::text("customer", "label-customer"),
    Column::text("method", "label-method"),
    Column::text("reference", "label-reference"),
    Column::text("account", "label-account").if_chosen(),
    Column::text("status", "payment-status"),
    Column::amount("amount", "label-amount"),
    Column::amount("refunded", "payment-refunded").if_chosen(),
    Column::amount("credit", "payment-credit"),
];

#[derive(Template)]
#[template(path = "payments/index.html")]
struct Index {
    v: View,
    shape: Shape,
    rows: Vec<(Payment, String)>,
    status: String,
    method: String,
    q: String,
    /// Of the books: amounts in others name theirs.
    home: Currency,
    /// How many payments and refunds wait for the provider's word.
    in_doubt: i64,
    /// How many disputes wait for evidence.
    disputed: i64,
    /// Whether the till moved yesterday, and nobody counted it since.
    uncounted: bool,
    /// Nothing is done with many payments at once; the chosen ones can be taken as a file.
    acts: &'static [Act],
    pager: Pager,
}

pub async fn index(
    State(web): State<Web>,
    Desk(visit): Desk,
    Query(filters): Query<Filters>,
) -> Result<Response, Fail> {
    let mut v = visit.view;
    let part = part(&v.query, &[])?;
    // A filter that cannot be read shows nothing, and says why.
    let (filter, code) = match filters.read() {
        Ok(filter) => (Some(filter), 200),
        Err(refusal) => {
            v.refused(&refusal);
            (None, refusal.status())
        }
    };
    let (actor, q, read) = (visit.context.actor.clone(), v.asked("q"), part.clone());
    let typed = q.clone();
    let yesterday = v.today.yesterday().unwrap_or(v.today);
    let (mut rows, total, waiting, views, home) = web
        .app
        .read(&visit.context, Permission::PaymentRead, move |conn, scope| {
            let (payments, total) = match filter {
                Some(filter) => {
                    let filter = Filter { ids: search::ids(conn, scope, &typed)?, ..filter };
                    (queries::page(conn, scope, &filter, &read)?, queries::total(conn, scope, &filter)?)
                }
                None => (Vec::new(), Total::Unknown),
            };
            let views = identity::saved_views(conn, scope.organisation(), &actor, List::Payments)?;
            let home = books::load(conn, scope.organisation())?.currency;
            let uncounted = till::is_uncounted(conn, scope, yesterday)?;
            let waiting =
                (store::count_in_doubt(conn, scope)?, store::count_awaiting_evidence(conn, scope)?, uncounted);
            Ok((named(conn, scope, payments)?, total, waiting, views, home))
        })
        .await?;
    let pager = Pager::new(&v, &part, &mut rows, total, |(payment, _)| (*payment.id.bytes(), String::new()));
    let shape = Shape::new(List::Payments, COLUMNS, &v, views);
    let (status, method) = (v.asked("status"), v.asked("method"));
    let (in_doubt, disputed, uncounted) = waiting;
    let page = Index { shape, rows, status, method, q, home, in_doubt, disputed, uncounted, acts: &[], pager, v };
    Ok(Page::new(page).with_status(code).into_response())
}

/// Payments with the names of their customers.
fn named(conn: &mut Conn, scope: &Scope, payments: Vec<Payment>) -> Result<Vec<(Payment, String)>, Error> {
    let mut names = HashMap::new();
    let mut rows = Vec::new();
    for payment in payments {
        let name = match names.get(&payment.customer) {
            Some(name) => String::clone(name),
            None => {
                let name = crate::store::customer_name(conn, scope, payment.customer)?;
                names.insert(payment.customer, name.clone());
                name
            }
        };
        rows.push((payment, name));
    }
    Ok(rows)
}

/// The list with its filters as a file, or the payments that were chosen in it.
pub async fn file(
    State(web): State<Web>,
    Desk(visit): Desk,
    Query(filters): Query<Filters>,
    format: Format,
) -> Result<File, Fail> {
    let (filter, v) = (filters.read()?, visit.view);
    Ok(web
        .app
        .read(&visit.context, Permission::PaymentRead, move |conn, scope| {
            let ids = match chosen(&v.query) {
                None => search::ids(conn, scope, &v.asked("q"))?,
                some => some,
            };
            let filter = Filter { ids, ..filter };
            let page = |before, limit| queries::list(conn, scope, &filter, before, limit);
            let payments = whole_list(page, |payment| payment.id)?;
            let rows = named(conn, scope, payments)?;
            list_file(table(&v, rows), format, "payments")
        })
        .await?)
}

fn table(v: &View, rows: Vec<(Payment, String)>) -> Table<Vec<Vec<Cell>>> {
    use ColumnKind::{Date, Money, Text};
    let columns = [
        ("received", "label-received-on", Date),
        ("customer", "label-customer", Text),
        ("method", "label-method", Text),
        ("reference", "label-reference", Text),
        ("account", "label-account", Text),
        ("status", "payment-status", Text),
        ("currency", "label-currency", Text),
        ("amount", "label-amount", Money),
        ("refunded", "payment-refunded", Money),
        ("credit", "payment-credit", Money),
    ];
    let row = |(payment, customer): (Payment, String)| {
        vec![
            payment.received_on.into(),
            Cell::text(customer),
            Cell::text(v.t(&payment.method.message())),
            Cell::text(payment.told_by().unwrap_or_default()),
            Cell::text(payment.account),
            Cell::text(v.t(&format!("status-{}", payment.status))),
            Cell::text(payment.amount.currency().code()),
            payment.amount.into(),
            payment.refunded.into(),
            payment.unallocated.into(),
        ]
    };
    list_table(v, "nav-payments", &Columns::read(COLUMNS, &v.query), &columns, rows.into_iter().map(row))
}
