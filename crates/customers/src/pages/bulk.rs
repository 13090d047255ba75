//! What is done with many customers at once.

use super::index::ACTS;
use crate::commands::ArchiveCustomer;
use crate::queries::{self, Filter};
use ::store::Part;
use axum::extract::State;
use axum::response::Response;
use kernel::Permission;
use kernel::id::Customer;
use web::bulk::{Bulk, Form, Subject};
use web::view::List;
use web::{Fail, KeyedForm, Web};

pub async fn bulk(State(web): State<Web>, request: KeyedForm<Form>) -> Result<Response, Fail> {
    let bulk: Bulk<Customer> = Bulk::read(&web, request, List::Customers, ACTS)?;
    let (filter, vault) = (Filter { ids: Some(bulk.ids.clone()), ..Filter::default() }, web.app.vault().clone());
    let part = Part::newest::<Customer>(None, i64::try_from(bulk.ids.len()).unwrap_or(0));
    let read = web.app.read(bulk.context(), Permission::CustomerRead, move |conn, scope| {
        queries::page(conn, &vault, scope, &filter, &part)
    });
    let subject = |customer: queries::Customer| Subject {
        id: customer.id,
        detail: format!("{} · {}", customer.country, customer.currency),
        name: customer.name,
    };
    let subjects = read.await?.into_iter().map(subject).collect();
    bulk.carry_out(&web, subjects, ArchiveCustomer, |_, ()| Ok("customer-archived")).await
}
