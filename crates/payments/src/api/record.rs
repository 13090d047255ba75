//! `POST /payments`

use super::wire::{AllocationInput, NewPayment, PaymentView};
use crate::RecordPayment;
use crate::rules::input::{PaymentData, PaymentInput, check};
use axum::extract::State;
use web::{Fail, Kept, Keyed, Problem, Web, json_body};

impl From<NewPayment> for PaymentInput {
    fn from(new: NewPayment) -> Self {
        let allocations = new.allocations.into_iter().map(AllocationInput::input);
        PaymentInput {
            customer: new.customer,
            method: new.method,
            currency: new.amount.currency,
            amount: new.amount.amount,
            received_on: new.received_on,
            reference: new.reference,
            account: new.account,
            allocations: allocations.collect(),
        }
    }
}

impl From<PaymentData> for RecordPayment {
    fn from(data: PaymentData) -> Self {
        RecordPayment {
            customer: data.customer,
            method: data.method,
            amount: data.amount,
            received_on: data.received_on,
            reference: data.reference,
            account: data.account,
            allocations: data.allocations,
        }
    }
}

/// Record a payment.
#[utoipa::path(
    post, path = "/api/v1/payments", tag = "payments", request_body = NewPayment,
    responses((status = 201, body = PaymentView), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn record(State(web): State<Web>, request: Keyed<RecordPayment, NewPayment>) -> Result<Kept, Fail> {
    let Keyed { context, mut once, value, .. } = request;
    // Keys of payments are kept for ever.
    once.keep = true;
    let command = RecordPayment::from(check(&value.into())?);
    let answer = web
        .app
        .write_once(&context, once, command, |_, recorded| json_body(201, &PaymentView::of_recorded(recorded)?))
        .await?;
    Ok(Kept(answer))
}
