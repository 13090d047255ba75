//! `POST /checkouts`, `GET /checkouts/{id}` and its events.

use super::wire::{CheckoutView, NewCheckout};
use crate::address::is_address;
use crate::online::Asked;
use crate::rules::payment::Method;
use crate::{Online, OpenCheckout, queries};
use axum::Json;
use axum::extract::{Path, State};
use axum::response::IntoResponse;
use axum::response::sse::Event as SseEvent;
use futures_util::stream::{self, StreamExt};
use kernel::id::CheckoutId;
use kernel::{Fields, Permission, Refusal};
use web::wire::path_id;
use web::{Api, Fail, Kept, Keyed, Problem, Web, json_body};

/// Begin an online payment.
#[utoipa::path(
    post, path = "/api/v1/checkouts", tag = "checkouts", request_body = NewCheckout,
    responses((status = 201, body = CheckoutView), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn open(
    State(web): State<Web>,
    online: Online,
    request: Keyed<OpenCheckout, NewCheckout>,
) -> Result<Kept, Fail> {
    let Keyed { context, once, value, .. } = request;
    let asked = read(&value)?;
    let answer = online
        .open(&web, &context, once, asked, |tx, id| {
            let scope = tx.context().scope();
            json_body(201, &CheckoutView::from(queries::checkout(tx.conn, &scope, id)?))
        })
        .await?;
    Ok(Kept(answer))
}

fn read(value: &NewCheckout) -> Result<Asked, Refusal> {
    let mut fields = Fields::new();
    let method = Method::by_name(&value.method).filter(|m| matches!(m, Method::Card | Method::EWallet));
    if method.is_none() {
        fields.note("/method", "not_online");
    }
    let mut invoices = Vec::new();
    for (index, id) in value.invoices.iter().enumerate() {
        match id.parse() {
            Ok(id) => invoices.push((id, None)),
            Err(_) => fields.note(&format!("/invoices/{index}"), "not_found"),
        }
    }
    if value.invoices.is_empty() {
        fields.note("/invoices", "required");
    }
    let gateway = value.gateway.as_deref().map(str::parse);
    if gateway.as_ref().is_some_and(Result::is_err) {
        fields.note("/gateway", "not_found");
    }
    let return_url = fields.optional_text("/return_url", value.return_url.as_deref(), 2000);
    if return_url.as_deref().is_some_and(|url| !is_address(url)) {
        fields.note("/return_url", "not_an_address");
    }
    fields.finish()?;
    let method = method.ok_or_else(|| Refusal::field("/method", "not_online"))?;
    Ok(Asked { invoices, method, gateway: gateway.and_then(Result::ok), return_url, payer: None })
}

/// One checkout.
#[utoipa::path(
    get, path = "/api/v1/checkouts/{id}", tag = "checkouts",
    params(("id" = String, Path, description = "`ckt_…`")),
    responses((status = 200, body = CheckoutView), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn show(
    State(web): State<Web>,
    Api(context): Api,
    Path(id): Path<String>,
) -> Result<Json<CheckoutView>, Fail> {
    let id = path_id(&id)?;
    let found =
        web.app.read(&context, Permission::PaymentRead, move |conn, scope| queries::checkout(conn, scope, id)).await?;
    Ok(Json(found.into()))
}

/// The checkout's changes as server-sent events: `status` with its state now, and again at every change.
#[utoipa::path(
    get, path = "/api/v1/checkouts/{id}/events", tag = "checkouts",
    params(("id" = String, Path, description = "`ckt_…`")),
    responses((status = 200, content_type = "text/event-stream"), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn events(
    State(web): State<Web>,
    Api(context): Api,
    Path(id): Path<String>,
) -> Result<impl IntoResponse, Fail> {
    let id: CheckoutId = path_id(&id)?;
    // Listen first, look second: what happens between the two is then heard.
    let changes = web.live.subscribe(context.organisation);
    let now =
        web.app.read(&context, Permission::PaymentRead, move |conn, scope| queries::checkout(conn, scope, id)).await?;
    let first = said(id, now.status.name());
    let later = changes.filter_map(move |event| {
        let ours = event.subject.retyped() == id && event.kind.starts_with("checkout.");
        let status = event.kind.strip_prefix("checkout.").unwrap_or_default().to_owned();
        async move { ours.then(|| said(id, &status)) }
    });
    Ok(web::live::sse(stream::iter([first]).chain(later)))
}

fn said(id: CheckoutId, status: &str) -> SseEvent {
    SseEvent::default().event("status").data(serde_json::json!({ "id": id, "status": status }).to_string())
}
