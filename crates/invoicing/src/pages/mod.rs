//! Invoices at the desk and in the portal.

mod act;
mod bulk;
mod credit_note;
pub mod form;
mod index;
mod portal;
mod show;
mod statement;
mod tax_summary;
mod write;

use axum::Router;
use axum::routing::{get, post};
use kernel::Date;
use receivables::rules::status::InvoiceStatus;
use web::{View, Web};

/// The slice's pages.
pub fn routes() -> Router<Web> {
    Router::new()
        .route("/invoices", get(index::index).post(write::create))
        .route("/invoices.csv", get(index::file))
        .route("/invoices.xlsx", get(index::file))
        .route("/invoices/bulk", post(bulk::bulk))
        .route("/invoices/new", get(write::new))
        .route("/invoices/{id}", get(show::show).post(write::update))
        .route("/invoices/{id}/edit", get(write::edit))
        .route("/invoices/{id}/remove", post(write::remove))
        .route("/invoices/{id}/issue", post(show::issue))
        .route("/invoices/{id}/send", post(show::send))
        .route("/invoices/{id}/deliver", get(act::deliver_form).post(act::deliver))
        .route("/invoices/{id}/official", post(show::official))
        .route("/invoices/{id}/void", get(act::void_form).post(act::void))
        .route("/invoices/{id}/write-off", get(act::write_off_form).post(act::write_off))
        .route("/invoices/{id}/reverse-write-off", get(act::reverse_write_off_form).post(act::reverse_write_off))
        .route("/invoices/{id}/credit", get(act::credit_form).post(act::credit))
        .route("/invoices/{id}/{file}", get(show::document))
        .route("/credit-notes/{id}", get(credit_note::show))
        .route("/credit-notes/{id}/{file}", get(credit_note::document))
        .route("/customers/{id}/statement", get(statement::desk))
        .route("/customers/{id}/statement/{file}", get(statement::desk_document))
        .route("/reports/tax-summary", get(tax_summary::show))
        .route("/portal/invoices", get(portal::index))
        .route("/portal/invoices/{id}", get(portal::show))
        .route("/portal/invoices/{id}/{file}", get(portal::document))
        .route("/portal/statement", get(statement::portal))
        .route("/portal/statement/{file}", get(statement::portal_document))
}

/// How a status looks and reads: the stamp's kind and its word.
fn stamp(
    v: &View,
    status: InvoiceStatus,
    overdue: bool,
    in_doubt: bool,
    due_on: Option<Date>,
) -> (&'static str, String) {
    if in_doubt {
        return ("doubt", v.t("status-in-doubt"));
    }
    if let (true, Some(due)) = (overdue, due_on) {
        let late = if due < v.today { v.due(&due) } else { v.t("status-overdue") };
        return ("overdue", late);
    }
    let (is, id) = match status {
        InvoiceStatus::Draft => ("draft", "status-draft"),
        InvoiceStatus::Open => ("open", "status-open"),
        InvoiceStatus::PartiallyPaid => ("part", "status-partially-paid"),
        InvoiceStatus::Paid => ("paid", "status-paid"),
        InvoiceStatus::Void => ("void", "status-void"),
        InvoiceStatus::Credited => ("void", "status-credited"),
        InvoiceStatus::WrittenOff => ("void", "status-written-off"),
    };
    (is, v.t(id))
}
