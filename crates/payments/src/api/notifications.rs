//! `POST /gateways/{connection}/notifications`

use crate::Online;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use web::wire::path_id;
use web::{Fail, Problem, Web};

/// A provider's notification. Its signature is verified over the raw body before anything in it is read.
#[utoipa::path(
    post, path = "/api/v1/gateways/{connection}/notifications", tag = "gateways",
    params(("connection" = String, Path, description = "`gwc_…`")),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 200, description = "Taken, in the provider's own form"), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn notify(
    State(web): State<Web>,
    online: Online,
    Path(connection): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Fail> {
    let answer = online.take_notification(&web.app, path_id(&connection)?, &headers, &body).await?;
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::OK);
    Ok((status, [(CONTENT_TYPE, answer.content_type)], answer.body.into_owned()).into_response())
}
