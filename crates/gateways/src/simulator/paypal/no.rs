//! PayPal's no: a name, and an issue that says more. Issues are known from its pages alone [K].

use crate::simulator::refused::Refused;
use axum::Json;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde_json::json;

pub(super) struct No {
    status: StatusCode,
    name: &'static str,
    issue: &'static str,
    message: String,
}

impl No {
    pub(super) fn stranger() -> No {
        let message = "the token is missing, wrong or too old".to_owned();
        No { status: StatusCode::UNAUTHORIZED, name: "AUTHENTICATION_FAILURE", issue: "INVALID_TOKEN", message }
    }
}

impl From<Refused> for No {
    fn from(refused: Refused) -> No {
        const INVALID: (StatusCode, &str) = (StatusCode::BAD_REQUEST, "INVALID_REQUEST");
        const WRONG: (StatusCode, &str) = (StatusCode::UNPROCESSABLE_ENTITY, "UNPROCESSABLE_ENTITY");
        let ((status, name), issue) = match refused {
            Refused::NotFound => ((StatusCode::NOT_FOUND, "RESOURCE_NOT_FOUND"), "INVALID_RESOURCE_ID"),
            Refused::NotJson => (INVALID, "MALFORMED_REQUEST_JSON"),
            Refused::KeyReused => (WRONG, "DUPLICATE_REQUEST_ID"),
            Refused::ReferenceInUse => (WRONG, "DUPLICATE_INVOICE_ID"),
            Refused::NotApproved => (WRONG, "ORDER_NOT_APPROVED"),
            Refused::TakenBefore => (WRONG, "ORDER_ALREADY_CAPTURED"),
            Refused::RefundTooLarge => (WRONG, "REFUND_AMOUNT_EXCEEDED"),
            Refused::NotRefundable => (WRONG, "CAPTURE_NOT_COMPLETED"),
            _ => (INVALID, "INVALID_PARAMETER_VALUE"),
        };
        No { status, name, issue, message: refused.to_string() }
    }
}

impl IntoResponse for No {
    fn into_response(self) -> Response {
        let details = json!([{ "issue": self.issue, "description": self.message }]);
        let error = json!({
            "name": self.name, "message": self.message, "debug_id": "0", "details": details, "links": [],
        });
        (self.status, Json(error)).into_response()
    }
}
