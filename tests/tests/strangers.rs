//! Callers that nobody expected: who they are behind a proxy, how often they may ask, and characters that no text can hold.

use crate::harness::{Caller, PASSWORD, Reply, TestApp, both};
use jiff::SignedDuration;
use kernel::Role;
use reqwest::Method;
use serde_json::json;

both! {
    limits_count_callers_and_not_the_proxy,
    an_account_is_not_guessed_from_everywhere,
    a_key_asks_as_often_as_its_limit_says,
    a_scheme_is_read_in_any_case_and_two_keys_are_refused,
    no_text_holds_a_nul,
    who_sells_does_not_lift_the_limit,
}

/// A wrong password, for somebody behind the proxy of this machine.
async fn guess(app: &TestApp, from: &str, email: &str) -> u16 {
    let form = serde_urlencoded::to_string([("/email", email), ("/password", "not this one")]).unwrap();
    let request = app.nobody.request(Method::POST, "/sign-in").header("x-forwarded-for", from);
    let request = request.header("content-type", "application/x-www-form-urlencoded").body(form);
    Reply::of(Method::POST, "/sign-in", request).await.status
}

async fn limits_count_callers_and_not_the_proxy(app: &TestApp) {
    let email = app.staff(Role::Auditor).await;
    for _ in 0..8 {
        assert_eq!(guess(app, "203.0.113.7", &email).await, 401);
    }
    assert_eq!(guess(app, "203.0.113.7", &email).await, 429);
    // What stands before the last stranger is the stranger's own word.
    assert_eq!(guess(app, "198.51.100.1, 203.0.113.7", &email).await, 429);
    assert_eq!(guess(app, "203.0.113.8", &email).await, 401);
    app.nobody.signed_in(&email, PASSWORD).await;
}

async fn an_account_is_not_guessed_from_everywhere(app: &TestApp) {
    let email = app.staff(Role::Auditor).await;
    let mut refused = 0;
    for n in 0..26 {
        for _ in 0..4 {
            refused += u32::from(guess(app, &format!("203.0.113.{n}"), &email).await == 429);
        }
    }
    assert_eq!(refused, 4);
    app.clock.advance(SignedDuration::from_mins(61));
    app.nobody.signed_in(&email, PASSWORD).await;
}

async fn a_key_asks_as_often_as_its_limit_says(app: &TestApp) {
    let new = json!({ "name": "Web shop", "roles": ["auditor"], "requests_per_minute": 2 });
    let made = app.api.post("/api-keys", &new).await.expect(201);
    assert_eq!(made["requests_per_minute"], 2);
    let shop = app.nobody.with_key(made["token"].as_str().unwrap());
    for _ in 0..2 {
        shop.get("/customers").await.expect(200);
    }
    let over = shop.get("/customers").await;
    over.problem(429, "too_many");
    assert!((1..=61).contains(&over.header("retry-after").parse::<u32>().unwrap()));
    app.api.get("/customers").await.expect(200);
    app.clock.advance(SignedDuration::from_secs(61));
    shop.get("/customers").await.expect(200);
    let path = format!("/api-keys/{}", made["id"].as_str().unwrap());
    for (limit, pointer) in [(json!(0), "/requests_per_minute"), (json!(100_001), "/requests_per_minute")] {
        app.api.patch(&path, &json!({ "requests_per_minute": limit })).await.wrong_field(pointer);
    }
    let lifted = app.api.patch(&path, &json!({ "requests_per_minute": null })).await.expect(200);
    assert!(lifted["requests_per_minute"].is_null(), "{lifted}");
    for _ in 0..5 {
        shop.get("/customers").await.expect(200);
    }
    let owner = app.nobody.signed_in(&app.staff(Role::Owner).await, PASSWORD).await;
    let form = format!("/settings{path}/limit");
    assert_eq!(owner.submit(&form, &[("/requests_per_minute", "often")]).await.status, 422);
    let set = owner.submit(&form, &[("/requests_per_minute", "1")]).await;
    assert_eq!((set.status, set.location()), (303, "/settings/api-keys?done=key-limited"));
    shop.get("/customers").await.expect(429);
    assert!(owner.get("/settings/api-keys").await.text().contains("value=\"1\""));
}

async fn a_scheme_is_read_in_any_case_and_two_keys_are_refused(app: &TestApp) {
    let made = app.api.post("/api-keys", &json!({ "name": "k", "roles": ["owner"] })).await.expect(201);
    let token = made["token"].as_str().unwrap();
    for (scheme, status) in [("bearer", 200), ("BEARER", 200), ("Basic", 401)] {
        let request = app.nobody.request(Method::GET, "/api/v1/customers");
        let request = request.header("authorization", format!("{scheme} {token}"));
        assert_eq!(Reply::of(Method::GET, scheme, request).await.status, status, "{scheme}");
    }
    let body = json!({ "code": "T1", "name": "t", "rate": "1", "inclusive": false });
    let request = app.api.request(Method::POST, "/tax-codes").json(&body);
    let request = request.header("idempotency-key", "a").header("idempotency-key", "b");
    Reply::of(Method::POST, "/tax-codes", request).await.problem(422, "idempotency_key_malformed");
}

async fn no_text_holds_a_nul(app: &TestApp) {
    let clerk: Caller = app.nobody.signed_in(&app.staff(Role::Owner).await, PASSWORD).await;
    for (path, status) in [
        ("/pay/%00", 404),
        ("/catalog/tax-codes/%00", 404),
        ("/search/customers?q=%00", 422),
        ("/invoices?q=a%00b", 422),
        ("/search/customers?q=%2500", 200),
    ] {
        let reply = clerk.get(path).await;
        assert_eq!(reply.status, status, "{path}: {}", reply.text());
    }
    app.api.get("/tax-codes/%00").await.problem(404, "not_found");
    app.api.get("/customers?q=%00").await.problem(422, "nul_character");
    let line = json!({ "description": "x", "quantity": "1", "unit_price": { "currency": "CNY", "amount": "1.00" } });
    let mut line = line;
    line["tax_code"] = json!("A\0");
    let customer = app.customer("零").await;
    let order = json!({ "customer": customer, "currency": "CNY", "lines": [line] });
    app.api.post("/orders", &order).await.problem(422, "nul_character");
    let form = [("/code", "V1"), ("/name", "v"), ("/rate", "1"), ("idempotency_key", "a\0b")];
    assert_eq!(clerk.submit("/catalog/tax-codes", &form).await.status, 422);
    let long = "k".repeat(256);
    let form = [("/code", "V1"), ("/name", "v"), ("/rate", "1"), ("idempotency_key", long.as_str())];
    assert_eq!(clerk.submit("/catalog/tax-codes", &form).await.status, 422);
}

async fn who_sells_does_not_lift_the_limit(app: &TestApp) {
    let limit = |amount: &str| json!({ "currency": "CNY", "amount": amount });
    let customer = app.customer_with(json!({ "name": "有限额", "credit_limit": limit("100.00") })).await;
    let path = format!("/customers/{customer}");
    let sales = app.key_of(Role::Sales, None).await;
    for lifted in [json!(null), limit("100000.00")] {
        sales.patch(&path, &json!({ "credit_limit": lifted })).await.problem(403, "forbidden");
    }
    let same = json!({ "credit_limit": limit("100.00"), "phone": "+86 21 5555 0100" });
    sales.patch(&path, &same).await.expect(200);
    app.key_of(Role::FinanceManager, None).await.patch(&path, &json!({ "credit_limit": null })).await.expect(200);
    let clerk = app.nobody.signed_in(&app.staff(Role::Sales).await, PASSWORD).await;
    assert!(!clerk.get(&format!("{path}/edit")).await.text().contains("id=\"f-credit_limit-amount\""));
}
