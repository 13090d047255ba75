//! WeChat Pay's no: a code and a sentence. Codes and their statuses are known from its pages alone [K].

use crate::simulator::refused::Refused;
use axum::Json;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde_json::json;

#[derive(Debug)]
pub(super) struct No {
    status: StatusCode,
    code: &'static str,
    message: String,
}

impl No {
    pub(super) fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> No {
        No { status, code, message: message.into() }
    }

    pub(super) fn sign() -> No {
        No::new(StatusCode::UNAUTHORIZED, "SIGN_ERROR", "the signature is missing or wrong")
    }

    pub(super) fn param(name: &str) -> No {
        No::new(StatusCode::BAD_REQUEST, "PARAM_ERROR", format!("{name} is missing or wrong"))
    }

    /// About an order.
    pub(super) fn order(refused: Refused) -> No {
        let (status, code) = match refused {
            Refused::NotFound => (StatusCode::NOT_FOUND, "ORDER_NOT_EXIST"),
            Refused::KeyReused | Refused::ReferenceInUse => (StatusCode::FORBIDDEN, "OUT_TRADE_NO_USED"),
            Refused::Field(name) => return No::param(name),
            _ => (StatusCode::BAD_REQUEST, "INVALID_REQUEST"),
        };
        No::new(status, code, refused.to_string())
    }

    /// About a refund.
    pub(super) fn refund(refused: Refused) -> No {
        let (status, code) = match refused {
            Refused::NotFound => (StatusCode::NOT_FOUND, "RESOURCE_NOT_EXISTS"),
            Refused::Field(name) => return No::param(name),
            _ => (StatusCode::BAD_REQUEST, "INVALID_REQUEST"),
        };
        No::new(status, code, refused.to_string())
    }
}

impl IntoResponse for No {
    fn into_response(self) -> Response {
        (self.status, Json(json!({ "code": self.code, "message": self.message }))).into_response()
    }
}
