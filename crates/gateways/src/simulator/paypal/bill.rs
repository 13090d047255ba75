//! The search for transactions: known from PayPal's pages alone [K], as in the connector (`providers::paypal`).

use super::no::No;
use super::objects::capture_id;
use crate::providers::paypal::wire::Amount;
use crate::simulator::Simulator;
use crate::simulator::bill::{Line, LineKind, lines};
use crate::simulator::face::Face;
use crate::simulator::refused::Refused;
use axum::Json;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use kernel::{Money, Timestamp};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Deserialize)]
pub(super) struct Asked {
    start_date: String,
    end_date: String,
    #[serde(default = "usual_size")]
    page_size: usize,
    #[serde(default = "first_page")]
    page: usize,
}

const fn usual_size() -> usize {
    100
}

const fn first_page() -> usize {
    1
}

/// GET /v1/reporting/transactions
pub(super) async fn search(State(simulator): State<Simulator>, Query(asked): Query<Asked>) -> Result<Response, No> {
    let instant = |text: &str, name| text.parse::<Timestamp>().map_err(|_| Refused::Field(name));
    let (from, until) = (instant(&asked.start_date, "start_date")?, instant(&asked.end_date, "end_date")?);
    if !(1..=500).contains(&asked.page_size) || asked.page == 0 {
        return Err(Refused::Field("page_size").into());
    }
    let now = simulator.house.config.clock.now();
    let lines = simulator.with_book(|book| lines(book, Face::PayPal, now, from, until));
    let skipped = (asked.page - 1) * asked.page_size;
    let details: Vec<Value> = lines.iter().skip(skipped).take(asked.page_size).map(detail).collect();
    let found = json!({
        "transaction_details": details,
        "account_number": simulator.house.config.merchant,
        "start_date": asked.start_date, "end_date": asked.end_date,
        "last_refreshed_datetime": now.to_string(),
        "page": asked.page, "total_items": lines.len(), "total_pages": lines.len().div_ceil(asked.page_size).max(1),
        "links": [],
    });
    Ok(Json(found).into_response())
}

fn detail(line: &Line) -> Value {
    let (code, id) = match line.kind {
        LineKind::Payment => ("T0006", capture_id(&line.id)),
        LineKind::Refund => ("T1107", line.id.clone()),
        LineKind::Dispute if line.gross.is_positive() => ("T1202", line.id.clone()),
        LineKind::Dispute => ("T1201", line.id.clone()),
        LineKind::Payout => ("T0400", line.id.clone()),
    };
    let (of, ours) = match line.kind {
        LineKind::Dispute => (Some(capture_id(&line.payment)), &line.payment_reference),
        _ => (None, &line.reference),
    };
    let at = line.at.to_string();
    json!({ "transaction_info": {
        "transaction_id": id,
        "transaction_event_code": code,
        "transaction_initiation_date": at,
        "transaction_updated_date": at,
        "transaction_amount": Amount::of(line.gross),
        "fee_amount": Amount::of(Money::new(-line.fee.minor(), line.fee.currency())).filter(|_| !line.fee.is_zero()),
        "transaction_status": "S",
        "invoice_id": line.payment_reference,
        "custom_field": ours,
        "paypal_reference_id_type": of.as_ref().map(|_| "TXN"),
        "paypal_reference_id": of,
    } })
}
