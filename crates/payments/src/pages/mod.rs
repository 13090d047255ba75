//! Payments at the desk, in the portal, and behind pay links.

mod bills;
pub(crate) mod disputes;
mod doubts;
mod gateways;
mod index;
mod introduced;
mod last_way;
mod new;
mod note;
mod offers;
mod offline;
mod parts;
mod pay;
mod portal;
mod receipts;
mod returned;
mod show;
mod take_back;
mod till;
mod till_deposit;
mod ways;

use crate::links::Limits;
use axum::routing::{get, post};
use axum::{Extension, Router};
use std::sync::Arc;
use web::Web;

/// The slice's pages. They expect the `Arc<Registry>` of connections as an extension of the router.
pub fn routes() -> Router<Web> {
    Router::new()
        .route("/payments", get(index::index).post(new::create))
        .route("/payments.csv", get(index::file))
        .route("/payments.xlsx", get(index::file))
        .route("/payments/new", get(new::new))
        .route("/payments/bills", get(bills::index))
        .route("/payments/bills/differences/{id}", post(bills::set_aside))
        .route("/payments/bills/{id}/{day}", get(bills::show).post(bills::fetch))
        .route("/payments/payouts", get(bills::payouts))
        .route("/payments/till", get(till::show).post(till::count))
        .route("/payments/till/deposit", get(till_deposit::show).post(till_deposit::deposit))
        .route("/payments/in-doubt", get(doubts::index))
        .route("/payments/in-doubt/{id}", post(doubts::ask))
        .route("/payments/{id}", get(show::show))
        .route("/payments/{id}/receipt.pdf", get(show::receipt))
        .route("/payments/{id}/receipt/send", post(receipts::desk))
        .route("/payments/{id}/allocate", post(show::allocate))
        .route("/payments/{id}/refund", post(show::refund))
        .route("/payments/{id}/cheque/{step}", post(show::cheque))
        .route("/payments/{id}/reverse", get(take_back::reverse_form).post(take_back::reverse))
        .route("/payments/{id}/bounce", get(take_back::bounce_form).post(take_back::bounce))
        .route("/disputes", get(disputes::index))
        .route("/disputes/{id}", get(disputes::show))
        .route("/disputes/{id}/notes", post(disputes::note))
        .route("/credit-notes/{id}/credit", get(note::show))
        .route("/credit-notes/{id}/allocate", post(note::allocate))
        .route("/credit-notes/{id}/refund", post(note::refund))
        .route("/settings/gateways", get(gateways::index).post(gateways::save))
        .route("/settings/gateways/{id}/test", post(gateways::test))
        .route("/settings/offers", get(offers::index).post(offers::save))
        .route("/pay/{token}", get(pay::show).post(pay::begin))
        .route("/pay/{token}/return", get(returned::pay_link))
        .route("/pay/{token}/receipt", post(receipts::pay_link))
        .route("/pay/{token}/events", get(pay::events))
        .route("/pay/{token}/{file}", get(pay::document))
        .route("/checkouts/introduced", get(introduced::come_back))
        .route("/checkouts/{id}/return", get(returned::checkout))
        .route("/portal", get(portal::home))
        .route("/portal/pay", post(portal::begin))
        .route("/portal/pay/preview", post(portal::preview))
        .route("/portal/paid", get(returned::portal))
        .route("/portal/payments", get(portal::payments))
        .route("/portal/payments/{id}/receipt.pdf", get(portal::receipt))
        .route("/portal/payments/{id}/receipt/send", post(receipts::portal))
        .layer(Extension(Arc::new(Limits::default())))
}

/// The stamp of a payment's status.
pub(crate) fn stamp(status: &str) -> &'static str {
    match status {
        "succeeded" => "paid",
        "uncleared" => "doubt",
        _ => "void",
    }
}

/// The mark of a payment in a timeline.
pub(crate) fn tone(status: &str) -> &'static str {
    match status {
        "succeeded" => "good",
        "uncleared" => "unknown",
        _ => "empty",
    }
}
