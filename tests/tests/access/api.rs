//! Every call of the API.

use super::{World, lines, permits};
use crate::harness::{Caller, TestApp, both, cny};
use kernel::id::ApiKeyId;
use kernel::{Actor, Permission, Role};
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeSet;

both! { every_call_asks_for_its_permission }

/// Method, address below `/api/v1`, and the permission it asks for; `anybody` for what needs no key.
pub(super) const CALLS: &str = "
    GET    /accounts                             ledger.read
    GET    /audit                                audit.read
    GET    /audit/proof/{id}                     audit.read
    GET    /api-keys                             api_key.manage
    POST   /api-keys                             api_key.manage
    PATCH  /api-keys/{id}                        api_key.manage
    POST   /api-keys/{id}/revoke                 api_key.manage
    POST   /checkouts                            checkout.create
    GET    /checkouts/{id}                       payment.read
    GET    /checkouts/{id}/events                payment.read
    GET    /credit-notes                         invoice.read
    GET    /credit-notes/{id}                    invoice.read
    POST   /credit-notes/{id}/allocations        payment.allocate
    GET    /credit-notes/{id}/refunds            payment.read
    POST   /credit-notes/{id}/refunds            payment.refund
    GET    /credit-notes/{id}/{file}             invoice.read
    GET    /customers                            customer.read
    POST   /customers                            customer.write
    GET    /customers/{id}                       customer.read
    PATCH  /customers/{id}                       customer.write
    GET    /customers/{id}/addresses             customer.read
    POST   /customers/{id}/addresses             customer.write
    PATCH  /customers/{id}/addresses/{address}   customer.write
    DELETE /customers/{id}/addresses/{address}   customer.write
    GET    /customers/{id}/balance               customer.read
    GET    /customers/{id}/contacts              customer.read
    POST   /customers/{id}/contacts              customer.write
    PATCH  /customers/{id}/contacts/{contact}    customer.write
    DELETE /customers/{id}/contacts/{contact}    customer.write
    GET    /customers/{id}/exposure              customer.read
    GET    /customers/{id}/statement             customer.read
    GET    /disputes                             payment.read
    GET    /disputes/{id}                        payment.read
    GET    /exchange-rates                       ledger.read
    POST   /exchange-rates                       ledger.post
    GET    /exchange-rates/between               ledger.read
    POST   /exchange-rates/files                 ledger.post
    POST   /gateways/{connection}/notifications  anybody
    POST   /imports/{kind}                       import.run
    GET    /imports/{kind}/template.csv          import.run
    GET    /gateways/{connection}/bills          payment.read
    GET    /invoices                             invoice.read
    POST   /invoices                             invoice.issue
    GET    /invoices/{id}                        invoice.read
    PATCH  /invoices/{id}                        invoice.issue
    DELETE /invoices/{id}                        invoice.issue
    GET    /invoices/{id}/{file}                 invoice.read
    POST   /invoices/{id}/credit-notes           invoice.credit
    POST   /invoices/{id}/deliver                invoice.issue
    POST   /invoices/{id}/issue                  invoice.issue
    POST   /invoices/{id}/send                   invoice.send
    POST   /invoices/{id}/void                   invoice.void
    POST   /invoices/{id}/write-off              invoice.write_off
    POST   /invoices/{id}/write-off/reverse      invoice.write_off
    GET    /items                                catalog.read
    POST   /items                                catalog.write
    GET    /items/{id}                           catalog.read
    PATCH  /items/{id}                           catalog.write
    GET    /journal-entries                      ledger.read
    POST   /journal-entries                      ledger.post
    GET    /journal-entries/{id}                 ledger.read
    POST   /journal-entries/{id}/reverse         ledger.post
    GET    /jobs                                 settings.read
    POST   /jobs/{id}/discard                    settings.write
    POST   /jobs/{id}/retry                      settings.write
    GET    /mails                                customer.read
    POST   /mails/{id}/send                      customer.read
    GET    /orders                               order.read
    POST   /orders                               order.create
    POST   /orders/preview                       order.create
    GET    /orders/{id}                          order.read
    PATCH  /orders/{id}                          order.create
    POST   /orders/{id}/cancel                   order.cancel
    POST   /orders/{id}/final-invoice            invoice.issue
    POST   /orders/{id}/release                  order.release
    POST   /orders/{id}/submit                   order.submit
    POST   /orders/{id}/withdraw                 order.submit
    GET    /organisation                         settings.read
    PATCH  /organisation                         settings.write
    GET    /payments                             payment.read
    POST   /payments                             payment.record
    GET    /payments/{id}                        payment.read
    POST   /payments/{id}/allocations            payment.allocate
    POST   /payments/{id}/cheque/bounce          payment.record
    POST   /payments/{id}/cheque/clear           payment.record
    POST   /payments/{id}/cheque/deposit         payment.record
    POST   /payments/{id}/cheque/redeposit       payment.record
    GET    /payments/{id}/receipt.pdf            payment.read
    POST   /payments/{id}/receipt/send           receipt.send
    GET    /payments/{id}/refunds                payment.read
    POST   /payments/{id}/refunds                payment.refund
    POST   /payments/{id}/reverse                ledger.post
    GET    /payouts                              payment.read
    GET    /periods                              ledger.read
    POST   /periods/{id}/close                   period.close
    POST   /periods/{id}/reopen                  period.close
    GET    /refunds/{id}                         payment.read
    GET    /reports/balance-sheet                report.read
    GET    /reports/general-ledger               report.read
    GET    /reports/profit-and-loss              report.read
    GET    /reports/receivables-aging            report.read
    GET    /reports/tax-summary                  report.read
    GET    /reports/trial-balance                report.read
    POST   /revaluations                         ledger.post
    GET    /revaluations/preview                 ledger.post
    GET    /match-rules                          statement.read
    POST   /match-rules                          statement.rules
    GET    /match-rules/{id}                     statement.read
    PATCH  /match-rules/{id}                     statement.rules
    DELETE /match-rules/{id}                     statement.rules
    POST   /match-rules/{id}/activate            statement.rules
    POST   /match-rules/{id}/apply               statement.rules
    POST   /match-rules/{id}/deactivate          statement.rules
    POST   /match-rules/{id}/replay              statement.rules
    GET    /settlements                          statement.read
    GET    /settlements/{id}                     statement.read
    GET    /statement-lines/{id}                 statement.read
    GET    /statement-lines/{id}/entries         statement.read
    POST   /statement-lines/{id}/ignore          statement.match
    POST   /statement-lines/{id}/match           statement.match
    POST   /statement-lines/{id}/notes           statement.match
    POST   /statement-lines/{id}/take-up         statement.match
    POST   /statement-lines/{id}/unmatch         statement.match
    GET    /statement-settings                   statement.read
    PATCH  /statement-settings                   statement.rules
    GET    /statements                           statement.read
    POST   /statements                           statement.import
    GET    /statements/{id}                      statement.read
    POST   /statements/{id}/accept               statement.match
    POST   /statements/{id}/close                statement.close
    POST   /statements/{id}/compare              statement.match
    GET    /statements/{id}/lines                statement.read
    GET    /statements/{id}/reconciliation       statement.read
    POST   /statements/{id}/reopen               statement.close
    GET    /tax-codes                            catalog.read
    POST   /tax-codes                            tax.write
    GET    /tax-codes/{code}                     catalog.read
    PATCH  /tax-codes/{code}                     tax.write
    GET    /till-counts                          payment.read
    POST   /till-counts                          payment.record
    POST   /till-deposits                        payment.record
    GET    /users                                user.manage
    POST   /users                                user.manage
    PATCH  /users/{id}                           user.manage
";

/// A body that is right, so that nothing but the right to send it is in question.
fn body(method: &str, pattern: &str, world: &World) -> Value {
    let order =
        json!({ "customer": world.customer, "currency": "CNY", "lines": [{ "item": world.item, "quantity": "1" }] });
    match (method, pattern) {
        ("POST", "/api-keys") => json!({ "name": "k", "roles": ["auditor"] }),
        ("POST", "/checkouts") => json!({ "invoices": [world.invoice["id"]], "method": "card" }),
        ("POST", "/customers") => json!({ "name": "n", "kind": "company", "country": "CN", "currency": "CNY" }),
        ("POST", "/customers/{id}/contacts") => json!({ "name": "n" }),
        ("POST", "/customers/{id}/addresses") => {
            json!({ "purpose": "delivery", "lines": ["l"], "city": "c", "country": "CN" })
        }
        ("POST", "/exchange-rates") => {
            json!({ "base": "EUR", "quote": "CNY", "rate": "7.8", "valid_from": "2026-11-01" })
        }
        ("POST", "/revaluations") => json!({ "on": "2026-10-31" }),
        ("POST", "/invoices" | "/orders" | "/orders/preview") => order,
        ("POST", "/invoices/{id}/credit-notes") => json!({ "reason": "r", "amount": cny("0.01") }),
        ("POST", "/invoices/{id}/void") => json!({ "reason": "r" }),
        ("POST", "/invoices/{id}/write-off") => json!({ "reason": "bad_debt" }),
        ("POST", "/invoices/{id}/write-off/reverse") => json!({ "reason": "mistake" }),
        ("POST", "/items") => json!({ "code": "I1", "name": { "en": "I" }, "unit": "pcs", "price": cny("1.00") }),
        ("POST", "/journal-entries") => json!({ "date": "2026-11-20", "memo": "m", "lines": [
            { "account": "1002", "debit": cny("1.00") }, { "account": "3001", "credit": cny("1.00") } ] }),
        ("POST", "/journal-entries/{id}/reverse") => json!({ "date": "2026-11-20", "memo": "m" }),
        ("POST", "/payments") => crate::harness::trade::payment(&world.customer, cny("1.00"), &[]),
        ("POST", "/payments/{id}/allocations" | "/credit-notes/{id}/allocations") => {
            json!({ "allocations": [{ "invoice": world.invoice["id"], "amount": cny("0.01") }] })
        }
        ("POST", "/payments/{id}/refunds" | "/credit-notes/{id}/refunds") => {
            json!({ "amount": cny("0.01"), "reason": "r" })
        }
        ("POST", "/match-rules") => {
            json!({ "name": "n", "conditions": { "text": "t" }, "action": "post", "account": "5603" })
        }
        ("POST", "/statement-lines/{id}/match") => json!({ "account": "5603" }),
        ("POST", "/statement-lines/{id}/ignore" | "/statement-lines/{id}/unmatch") => json!({ "reason": "r" }),
        ("POST", "/statement-lines/{id}/notes") => json!({ "text": "t" }),
        ("POST", "/statements/{id}/accept") => json!({ "tier": "reference" }),
        ("PATCH", "/statement-settings") => json!({ "post_from": 990 }),
        ("PATCH", "/invoices/{id}") => json!({ "official_invoice": { "status": "requested" } }),
        ("POST", "/tax-codes") => json!({ "code": "T1", "name": "t", "rate": "1", "inclusive": false }),
        ("POST", "/till-counts") => json!({ "amount": cny("0.00"), "on": "2026-11-23" }),
        ("POST", "/till-deposits") => json!({ "amount": cny("0.01"), "on": "2026-11-23" }),
        ("POST", "/users") => json!({ "name": "n", "email": "n@example.com", "roles": ["auditor"] }),
        _ => json!({}),
    }
}

async fn every_call_asks_for_its_permission(app: &TestApp) {
    let item = app.goods().await;
    let customer = app.customer("权限").await;
    let world = World::of(app, &customer, &item).await;
    the_table_is_complete(app).await;
    let none = app.key_of(Role::Owner, Some(Vec::new())).await;
    let mut faults = Vec::new();
    for line in lines(CALLS) {
        let [method, pattern, asks] = line[..] else { panic!("{line:?}") };
        let Ok(permission) = asks.parse::<Permission>() else { continue };
        let (address, body) = (world.address(pattern), body(method, pattern, &world));
        let mut judge = |who: &str, status: u16, may: bool, refusal: u16| {
            let right = if may { ![401, 403].contains(&status) && status < 500 } else { status == refusal };
            if !right {
                let must = if may { "is let in" } else { "is refused" };
                faults.push(format!("{method} {pattern} ({asks}): {who} {must}, but was answered {status}"));
            }
        };
        judge("nobody", call(&app.nobody, method, &format!("/api/v1{address}"), &body).await, false, 401);
        judge("a key without scopes", call(&none, method, &address, &body).await, false, 403);
        for role in Role::ALL {
            let caller = app.key_of(role, None).await;
            let actor = Actor::ApiKey { id: ApiKeyId::NIL, roles: vec![role], scopes: None };
            let may = permits(&actor, permission);
            judge(role.name(), call(&caller, method, &address, &body).await, may, 403);
            if !may {
                // Whoever may not is told so, and nothing of what is wrong with the request.
                judge(role.name(), call(&caller, method, &address, &json!({ "no_such": [] })).await, may, 403);
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

/// The status alone; streams are not read to their end.
async fn call(caller: &Caller, method: &str, address: &str, body: &Value) -> u16 {
    let method = Method::from_bytes(method.as_bytes()).unwrap();
    let request = caller.request(method.clone(), address);
    let request = if method == Method::GET { request } else { request.json(body) };
    request.send().await.unwrap().status().as_u16()
}

async fn the_table_is_complete(app: &TestApp) {
    let document = app.nobody.get("/api/openapi.json").await.expect(200);
    let mut served = BTreeSet::new();
    for (path, operations) in document["paths"].as_object().unwrap() {
        let methods =
            operations.as_object().unwrap().keys().filter(|key| !["parameters", "summary"].contains(&key.as_str()));
        served
            .extend(methods.map(|method| format!("{} {}", method.to_uppercase(), path.trim_start_matches("/api/v1"))));
    }
    let listed: BTreeSet<String> = lines(CALLS).iter().map(|line| format!("{} {}", line[0], line[1])).collect();
    let apart: Vec<&String> = served.symmetric_difference(&listed).collect();
    assert!(apart.is_empty(), "served and not listed, or listed and not served: {apart:#?}");
}
