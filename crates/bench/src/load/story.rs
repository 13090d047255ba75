//! The stories, as requests.

use super::plan::{Plan, Story};
use crate::Outcome;
use crate::fill::{Copies, order_of};
use crate::wire::{Ask, Wire};
use jiff::Timestamp;
use kernel::id::CheckoutId;
use serde_json::Value;

/// Plays one story; every answer must be a success.
pub async fn play(plan: &Plan, number: u64, wire: &mut Wire) -> Outcome {
    match &plan.story {
        Story::Payment { customers, epoch_ms, total, received_on } => {
            let invoice = Copies { epoch_ms: *epoch_ms }.invoice(number).to_string();
            let customer = of_number(customers, number);
            let body = payment(customer, &invoice, total, received_on, number);
            post(plan, wire, "/api/v1/payments", &format!("pay-{number}"), body.as_bytes()).await.map(drop)
        }
        Story::Order { customers, item, received_on } => {
            let customer = of_number(customers, number);
            let body = order_of(customer, item).to_string();
            let order = post(plan, wire, "/api/v1/orders", &format!("order-{number}"), body.as_bytes()).await?;
            let (order, total) = (field(&order, "/id")?, field(&order, "/total/amount")?);
            let path = format!("/api/v1/orders/{order}/submit");
            let submitted = post(plan, wire, &path, &format!("submit-{number}"), b"{}").await?;
            let invoice = field(&submitted, "/invoice")?;
            let body = payment(customer, &invoice, &total, received_on, number);
            post(plan, wire, "/api/v1/payments", &format!("paid-{number}"), body.as_bytes()).await.map(drop)
        }
        Story::Notification { connection, secret, epoch_ms, total_minor, fee_minor } => {
            let body = notification(*epoch_ms, number, (*total_minor, *fee_minor));
            let at = Timestamp::now().as_second().to_string();
            let parts = [at.as_bytes(), body.as_bytes()];
            let signature = gateways::signature::sign(&gateways::Secret::new(secret.as_str()), b'.', &parts);
            let headers = format!(
                "content-type: application/json\r\nsim-event-id: evt-{number}\r\nsim-timestamp: {at}\r\n\
                 sim-signature: v1={signature}\r\n"
            );
            let path = format!("/api/v1/gateways/{connection}/notifications");
            ask(wire, &path, &headers, body.as_bytes()).await.map(drop)
        }
    }
}

/// In the simulator's language: the checkout that bears the invoice's id is paid.
fn notification(epoch_ms: u64, number: u64, (total, fee): (i64, i64)) -> String {
    let invoice = Copies { epoch_ms }.invoice(number);
    let (checkout, bytes): (CheckoutId, _) = (invoice.retyped(), u128::from_be_bytes(*invoice.bytes()));
    let now = Timestamp::now();
    format!(
        r#"{{"id":"evt-{number}","type":"payment.succeeded","created_at":"{now}","merchant":"bench","data":{{"id":"bench_{bytes:032x}","merchant":"bench","reference":"{checkout}","state":"succeeded","failure":null,"amount":{total},"currency":"CNY","fee":{fee},"url":"","qr":null,"paid_at":"{now}"}}}}"#
    )
}

fn of_number(customers: &[String], number: u64) -> &str {
    let count = u64::try_from(customers.len()).unwrap_or(1).max(1);
    usize::try_from(number % count).ok().and_then(|place| customers.get(place)).map_or("", String::as_str)
}

fn payment(customer: &str, invoice: &str, total: &str, received_on: &str, number: u64) -> String {
    let amount = format!(r#"{{"currency":"CNY","amount":"{total}"}}"#);
    format!(
        r#"{{"customer":"{customer}","method":"bank_transfer","amount":{amount},"received_on":"{received_on}","reference":"B{number:010}","allocations":[{{"invoice":"{invoice}","amount":{amount}}}]}}"#
    )
}

async fn post(plan: &Plan, wire: &mut Wire, path: &str, key: &str, body: &[u8]) -> Outcome<Vec<u8>> {
    let headers = format!(
        "authorization: Bearer {}\r\ncontent-type: application/json\r\nidempotency-key: {key}\r\n",
        plan.api_key
    );
    ask(wire, path, &headers, body).await
}

async fn ask(wire: &mut Wire, path: &str, headers: &str, body: &[u8]) -> Outcome<Vec<u8>> {
    let reply = wire.ask(Ask { method: "POST", path, headers }, body).await;
    let reply = reply.map_err(|e| format!("POST {path}: {e}."))?;
    if (200..300).contains(&reply.status) {
        return Ok(reply.body);
    }
    Err(format!("POST {path} answered {}: {}", reply.status, String::from_utf8_lossy(&reply.body)))
}

fn field(json: &[u8], pointer: &str) -> Outcome<String> {
    let value: Value = serde_json::from_slice(json).map_err(|e| format!("An answer is no JSON: {e}."))?;
    crate::client::text(&value, pointer)
}
