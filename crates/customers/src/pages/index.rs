//! The list of customers.

use crate::queries::{self, Customer, Filter};
use ::store::Error;
use askama::Template;
use axum::extract::State;
use axum::response::IntoResponse;
use kernel::Permission;
use web::session::Desk;
use web::view::{Column, List, Shape};
use web::wire::{Slice, cursor};
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

#[derive(Template)]
#[template(path = "customers/index.html")]
struct Index {
    v: View,
    shape: Shape,
    customers: Vec<Customer>,
    /// Address of the next page; empty on the last.
    next: String,
}

pub async fn index(State(web): State<Web>, Desk(visit): Desk, slice: Slice) -> Result<impl IntoResponse, Fail> {
    let vault = web.app.vault().clone();
    let actor = visit.context.actor.clone();
    let (mut customers, views) = web
        .app
        .read(&visit.context, Permission::CustomerRead, move |conn, scope| {
            let views = identity::saved_views(conn, scope.organisation(), &actor, List::Customers)?;
            let all = Filter::default();
            Ok::<_, Error>((queries::list(conn, &vault, scope, &all, slice.before(), slice.limit + 1)?, views))
        })
        .await?;
    let limit = usize::try_from(slice.limit).unwrap_or(50);
    let more = customers.len() > limit;
    customers.truncate(limit);
    let next = match customers.last() {
        Some(last) if more => visit.view.link_with("cursor", &cursor(last.id)),
        _ => String::new(),
    };
    let shape = Shape::new(List::Customers, COLUMNS, &visit.view, views);
    Ok(Page::new(Index { v: visit.view, shape, customers, next }))
}
