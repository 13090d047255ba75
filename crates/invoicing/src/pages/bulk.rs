//! What is done with many invoices at once.

use super::index::ACTS;
use crate::commands::{IssueInvoice, SendInvoice};
use crate::queries::{self, Filter};
use axum::extract::State;
use axum::response::Response;
use kernel::Permission;
use kernel::id::Invoice;
use web::bulk::{Bulk, Form, Subject};
use web::view::List;
use web::{Fail, KeyedForm, Web};

pub async fn bulk(State(web): State<Web>, request: KeyedForm<Form>) -> Result<Response, Fail> {
    let (nameless, today) = (request.visit.view.t("status-draft"), request.visit.view.today);
    let bulk: Bulk<Invoice> = Bulk::read(&web, request, List::Invoices, ACTS)?;
    let filter = Filter { ids: Some(bulk.ids.clone()), ..Filter::default() };
    let limit = i64::try_from(bulk.ids.len()).unwrap_or(0);
    let read = web.app.read(bulk.context(), Permission::InvoiceRead, move |conn, scope| {
        queries::list(conn, scope, &filter, today, None, limit)
    });
    let subjects = read.await?.into_iter().map(|row| Subject {
        id: row.id,
        name: row.number.unwrap_or_else(|| nameless.clone()),
        detail: format!("{} · {}", row.customer_name, row.total),
    });
    let subjects = subjects.collect();
    match bulk.act.name {
        "issue" => {
            let issue = |id| IssueInvoice { id, issued_on: None };
            bulk.carry_out(&web, subjects, issue, |_, _| Ok("status-open")).await
        }
        _ => bulk.carry_out(&web, subjects, |id| SendInvoice { id }, |_, _| Ok("happened-invoice-send")).await,
    }
}
