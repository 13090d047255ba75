//! Stripe's disputes: what merchants ask of them, and the object.

use super::form::Form;
use super::objects::{charge_id, counted, intent_id, session_id};
use super::{No, authenticate, change};
use crate::simulator::Simulator;
use crate::simulator::api::perform;
use crate::simulator::dispute::{Act, Dispute, Moved, Stage};
use crate::simulator::face::Face;
use crate::simulator::refused::Refused;
use axum::Json;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use http::{HeaderMap, Uri};
use kernel::Timestamp;
use serde_json::{Value, json};

pub(super) fn routes() -> Router<Simulator> {
    Router::new()
        .route("/v1/disputes", get(list))
        .route("/v1/disputes/{id}", get(find).post(update))
        .route("/v1/disputes/{id}/close", post(close))
}

async fn list(State(simulator): State<Simulator>, uri: Uri, headers: HeaderMap) -> Result<Response, No> {
    authenticate(&simulator, &headers)?;
    let form = Form::read(uri.query().unwrap_or("").as_bytes())?;
    let now = simulator.house.config.clock.now();
    let of_intent = session_id(form.text("payment_intent"));
    let all = simulator.with_book(|book| book.disputes_of(Face::Stripe));
    let asked = |dispute: &&Dispute| of_intent.as_ref().is_none_or(|session| *session == dispute.payment);
    let newest: Vec<Value> = all.iter().rev().filter(asked).map(|dispute| object(now, dispute)).collect();
    Ok(Json(form.page("/v1/disputes", newest)?).into_response())
}

async fn find(State(simulator): State<Simulator>, Path(id): Path<String>, headers: HeaderMap) -> Result<Response, No> {
    authenticate(&simulator, &headers)?;
    let now = simulator.house.config.clock.now();
    let dispute = simulator.with_book(|book| book.find_dispute(&id))?;
    Ok(Json(object(now, &dispute)).into_response())
}

/// Evidence is sent to the payer's bank at once, unless it is said not to.
async fn update(
    State(simulator): State<Simulator>,
    Path(id): Path<String>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, No> {
    authenticate(&simulator, &headers)?;
    let form = Form::read(&body)?;
    let evidence = form.text("evidence[uncategorized_text]").to_owned();
    if form.text("submit") == "false" {
        return find(State(simulator), Path(id), headers).await;
    }
    acted(simulator, &id, (&uri, &headers, &body), (Act::Answer, &evidence)).await
}

/// The merchant accepts that the money is lost.
async fn close(
    State(simulator): State<Simulator>,
    Path(id): Path<String>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, No> {
    authenticate(&simulator, &headers)?;
    acted(simulator, &id, (&uri, &headers, &body), (Act::Lose, "")).await
}

async fn acted(
    simulator: Simulator,
    id: &str,
    (uri, headers, body): (&Uri, &HeaderMap, &Bytes),
    act: (Act, &str),
) -> Result<Response, No> {
    let change = change(&simulator, uri, headers, body, String::new());
    let now = simulator.house.config.clock.now();
    let answer = perform(&simulator, change, |book, scenario| {
        let (dispute, parcel) = book.act_on_dispute(now, id, act, &scenario)?;
        simulator.courier.send(parcel);
        Ok::<_, Refused>(object(now, &dispute).to_string())
    });
    Ok(answer.await?)
}

pub(super) fn object(now: Timestamp, dispute: &Dispute) -> Value {
    let (amount, currency) = counted(dispute.amount);
    let status = match (dispute.inquiry, dispute.stage) {
        (true, Stage::NeedsResponse) => "warning_needs_response",
        (true, Stage::UnderReview) => "warning_under_review",
        (true, _) | (false, Stage::Closed) => "warning_closed",
        (false, stage) => stage.name(),
    };
    let evidence = Some(&dispute.evidence).filter(|text| !text.is_empty());
    let past_due = now >= dispute.evidence_due;
    json!({
        "id": dispute.id,
        "object": "dispute",
        "amount": amount,
        "balance_transactions": dispute.moved.iter().map(moved).collect::<Vec<_>>(),
        "charge": charge_id(&dispute.payment),
        "created": dispute.created_at.as_second(),
        "currency": currency,
        "enhanced_eligibility_types": [],
        "evidence": { "uncategorized_text": evidence },
        "evidence_details": {
            "due_by": (!dispute.stage.is_over()).then(|| dispute.evidence_due.as_second()),
            "has_evidence": evidence.is_some(),
            "past_due": past_due,
            "submission_count": i32::from(evidence.is_some()),
        },
        "is_charge_refundable": dispute.inquiry,
        "livemode": false,
        "metadata": {},
        "payment_intent": intent_id(&dispute.payment),
        "reason": dispute.reason,
        "status": status,
    })
}

/// Below zero where money went away.
fn moved(moved: &Moved) -> Value {
    let (amount, currency) = counted(moved.amount);
    let amount = if moved.withdrawn { -amount } else { amount };
    let category = if moved.withdrawn { "dispute" } else { "dispute_reversal" };
    json!({
        "id": moved.id, "object": "balance_transaction", "amount": amount, "created": moved.at.as_second(),
        "currency": currency, "fee": moved.fee_minor, "net": amount - moved.fee_minor, "reporting_category": category,
        "status": "available", "type": "adjustment",
    })
}
