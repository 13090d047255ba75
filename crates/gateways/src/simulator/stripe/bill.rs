//! Balance transactions, and the pay-outs among them: source as of the connector (`providers::stripe`).

use super::objects::{charge_id, counted, intent_id};
use super::{No, authenticate, form::Form};
use crate::simulator::Simulator;
use crate::simulator::bill::{Line, LineKind, lines};
use crate::simulator::face::Face;
use crate::simulator::payment::Payout;
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, Uri};
use kernel::Timestamp;
use serde_json::{Value, json};

/// GET /v1/balance_transactions, the newest first.
pub(super) async fn transactions(
    State(simulator): State<Simulator>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, No> {
    authenticate(&simulator, &headers)?;
    let form = Form::read(uri.query().unwrap_or("").as_bytes())?;
    let (within, kind) = (form.range("created")?, form.text("type"));
    let expanded = form.values("expand").any(|path| path == "data.source");
    let now = simulator.house.config.clock.now();
    let all = simulator.with_book(|book| lines(book, Face::Stripe, now, Timestamp::MIN, Timestamp::MAX));
    let newest: Vec<Value> = all
        .iter()
        .rev()
        .filter(|line| within.contains(&line.at.as_second()))
        .map(|line| transaction(line, expanded))
        .filter(|transaction| kind.is_empty() || transaction["type"] == kind)
        .collect();
    Ok(Json(form.page("/v1/balance_transactions", newest)?).into_response())
}

fn transaction(line: &Line, expanded: bool) -> Value {
    let ((amount, currency), (fee, _)) = (counted(line.gross), counted(line.fee));
    let (kind, source) = match line.kind {
        LineKind::Payment => ("charge", charge(line)),
        LineKind::Refund => ("refund", refund(line)),
        LineKind::Dispute => ("adjustment", dispute(line)),
        LineKind::Payout if line.gross.is_positive() => ("payout_failure", bank(line)),
        LineKind::Payout => ("payout", bank(line)),
    };
    let letters = line.id.rsplit('_').next().unwrap_or(&line.id);
    json!({
        "id": if line.kind == LineKind::Dispute { line.id.clone() } else { format!("txn_{kind}{letters}") },
        "object": "balance_transaction",
        "amount": amount,
        "available_on": line.at.as_second(),
        "created": line.at.as_second(),
        "currency": currency,
        "fee": fee,
        "fee_details": if fee == 0 { json!([]) } else {
            json!([{ "amount": fee, "currency": currency, "description": "Stripe processing fees", "type": "stripe_fee" }])
        },
        "net": amount - fee,
        "reporting_category": kind,
        "source": if expanded { source } else { source["id"].clone() },
        "status": "available",
        "type": kind,
    })
}

fn charge(line: &Line) -> Value {
    let (amount, currency) = counted(line.gross);
    json!({
        "id": charge_id(&line.id), "object": "charge", "amount": amount, "currency": currency, "paid": true,
        "metadata": { "checkout": line.reference }, "payment_intent": intent_id(&line.id), "status": "succeeded",
    })
}

fn refund(line: &Line) -> Value {
    let (amount, currency) = counted(line.gross);
    json!({
        "id": line.id, "object": "refund", "amount": -amount, "currency": currency, "charge": charge_id(&line.payment),
        "metadata": { "refund": line.reference, "checkout": line.payment_reference }, "status": "succeeded",
    })
}

fn dispute(line: &Line) -> Value {
    let (amount, currency) = counted(line.gross);
    json!({
        "id": line.reference, "object": "dispute", "amount": amount.abs(), "currency": currency,
        "charge": charge_id(&line.payment),
    })
}

fn bank(line: &Line) -> Value {
    let (amount, currency) = counted(line.gross);
    json!({ "id": line.id, "object": "payout", "amount": amount.abs(), "currency": currency })
}

/// A pay-out as an event tells of it.
pub(super) fn payout(payout: &Payout) -> Value {
    let (amount, currency) = counted(payout.amount);
    json!({
        "id": payout.id, "object": "payout", "amount": amount, "arrival_date": payout.created_at.as_second(),
        "automatic": true, "created": payout.created_at.as_second(), "currency": currency, "livemode": false,
        "metadata": {}, "method": "standard", "status": payout.state(), "type": "bank_account",
    })
}
