//! The list of payments.

use crate::api::list::Filters;
use crate::queries::{self, Payment};
use askama::Template;
use axum::extract::{Query, State};
use axum::response::IntoResponse;
use kernel::Permission;
use std::collections::HashMap;
use web::session::Desk;
use web::wire::{Slice, cursor};
use web::{Fail, Page, View, Web};

#[derive(Template)]
#[template(path = "payments/index.html")]
struct Index {
    v: View,
    rows: Vec<(Payment, String)>,
    status: String,
    /// Checkouts that wait for the provider's word.
    in_doubt: Vec<queries::Checkout>,
    /// Address of the next page; empty on the last.
    next: String,
}

pub async fn index(
    State(web): State<Web>,
    Desk(visit): Desk,
    slice: Slice,
    Query(filters): Query<Filters>,
) -> Result<impl IntoResponse, Fail> {
    let filter = filters.read()?;
    let status = filter.status.clone().unwrap_or_default();
    let (mut rows, in_doubt) = web
        .app
        .read(&visit.context, Permission::PaymentRead, move |conn, scope| {
            let mut names = HashMap::new();
            let mut rows = Vec::new();
            for payment in queries::list(conn, scope, &filter, slice.before(), slice.limit + 1)? {
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
            Ok((rows, queries::in_doubt(conn, scope)?))
        })
        .await?;
    let limit = usize::try_from(slice.limit).unwrap_or(50);
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = match rows.last() {
        Some((last, _)) if more => visit.view.link_with("cursor", &cursor(last.id)),
        _ => String::new(),
    };
    Ok(Page::new(Index { v: visit.view, rows, status, in_doubt, next }))
}
