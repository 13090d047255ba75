//! How the simulator says no to a program: a status, a stable code and a sentence for the developer.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde_json::json;

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Refused {
    #[error("no such merchant")]
    UnknownMerchant,
    #[error("the signature is missing, wrong or too old")]
    BadSignature,
    #[error("an Idempotency-Key of 1 to 255 characters is needed")]
    KeyMissing,
    #[error("the key was used with another body")]
    KeyReused,
    #[error("the body is not the JSON of this call")]
    NotJson,
    #[error("the body is not a form")]
    NotForm,
    #[error("{0} is missing or wrong")]
    Field(&'static str),
    #[error("another payment or refund has this reference")]
    ReferenceInUse,
    #[error("no such payment or refund")]
    NotFound,
    #[error("only an open payment can be ended")]
    NotOpen,
    #[error("the payer has not agreed")]
    NotApproved,
    #[error("the money was taken before")]
    TakenBefore,
    #[error("only a succeeded payment can be refunded")]
    NotRefundable,
    #[error("more than is left of the payment")]
    RefundTooLarge,
    #[error("the dispute is over")]
    DisputeOver,
    #[error("only from this machine")]
    NotFromHere,
}

impl Refused {
    const fn status_and_code(self) -> (StatusCode, &'static str) {
        match self {
            Refused::UnknownMerchant => (StatusCode::UNAUTHORIZED, "unknown_merchant"),
            Refused::BadSignature => (StatusCode::UNAUTHORIZED, "bad_signature"),
            Refused::KeyMissing => (StatusCode::BAD_REQUEST, "idempotency_key_missing"),
            Refused::KeyReused => (StatusCode::CONFLICT, "idempotency_key_reused"),
            Refused::NotJson => (StatusCode::BAD_REQUEST, "not_json"),
            Refused::NotForm => (StatusCode::BAD_REQUEST, "not_a_form"),
            Refused::NotOpen => (StatusCode::CONFLICT, "payment_not_open"),
            Refused::Field(_) => (StatusCode::UNPROCESSABLE_ENTITY, "invalid_field"),
            Refused::ReferenceInUse => (StatusCode::CONFLICT, "reference_in_use"),
            Refused::NotFound => (StatusCode::NOT_FOUND, "not_found"),
            Refused::NotApproved => (StatusCode::CONFLICT, "payment_not_approved"),
            Refused::TakenBefore => (StatusCode::CONFLICT, "payment_taken_before"),
            Refused::NotRefundable => (StatusCode::CONFLICT, "payment_not_refundable"),
            Refused::RefundTooLarge => (StatusCode::UNPROCESSABLE_ENTITY, "refund_exceeds_payment"),
            Refused::DisputeOver => (StatusCode::CONFLICT, "dispute_over"),
            Refused::NotFromHere => (StatusCode::FORBIDDEN, "not_from_here"),
        }
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let (status, code) = self.status_and_code();
        (status, Json(json!({ "error": { "code": code, "message": self.to_string() } }))).into_response()
    }
}
