//! Wrong requests: the right status, a stable code, a sentence in the caller's language, and the field.

use crate::harness::trade::{payment, text};
use crate::harness::{Reply, TestApp, both, cny, money};
use reqwest::Method;
use reqwest::header::CONTENT_TYPE;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

both! {
    each_kind_of_wrong_request_has_its_status,
    a_body_over_the_limit_is_answered_and_the_line_stays_usable,
    amounts_have_at_most_the_currencys_digits,
    every_wrong_field_is_named,
    no_property_of_any_body_takes_another_type_and_no_body_takes_unknown_fields,
    every_example_of_a_body_has_the_form_of_the_call,
    a_limit_left_blank_is_not_unlimited,
    what_has_a_value_cannot_be_cleared,
    no_call_takes_unknown_parameters,
    problems_speak_the_callers_language,
    ids_of_another_organisation_name_nothing,
    answers_are_not_kept_by_anybody_nor_guessed_at,
}

async fn each_kind_of_wrong_request_has_its_status(app: &TestApp) {
    let raw = async |method: Method, path: &str, kind: &str, body: Vec<u8>| {
        let request = app.api.request(method.clone(), path).header(CONTENT_TYPE, kind).body(body);
        Reply::of(method, path, request).await
    };
    raw(Method::POST, "/customers", "application/json", b"{\"name\":".to_vec()).await.problem(400, "not_json");
    raw(Method::POST, "/orders/x/submit", "application/json", b"{} {}".to_vec()).await.problem(400, "not_json");
    raw(Method::POST, "/customers", "text/plain", b"{}".to_vec()).await.problem(415, "unsupported_media_type");
    raw(Method::POST, "/customers", "application/json", vec![b' '; 2 << 20]).await.problem(413, "too_large");
    app.nobody.get("/api/v1/customers").await.problem(401, "unauthenticated");
    app.nobody.with_key("sk_wrong").get("/customers").await.problem(401, "unauthenticated");
    let cashier = app.key_of(kernel::Role::Cashier, None).await;
    let body = json!({ "name": "x", "kind": "company", "country": "CN", "currency": "CNY" });
    cashier.post("/customers", &body).await.problem(403, "forbidden");
    for id in ["cus_01h455vb4pex5vsknk084sn02q", "inv_01h455vb4pex5vsknk084sn02q", "x", "%00", "cus_"] {
        let reply = app.api.get(&format!("/customers/{id}")).await;
        assert_eq!(reply.status, 404, "{id}: {}", reply.text());
    }
    app.api.get("/nothing-here").await.problem(404, "not_found");
    let reply = app.api.send(Method::DELETE, "/customers", &json!({})).await;
    reply.problem(405, "method_not_allowed");
    assert!(reply.header("allow").contains("POST"), "{:?}", reply.headers);
    for wrong in ["limit=0", "limit=201", "limit=x", "limit=-1"] {
        app.api.get(&format!("/customers?{wrong}")).await.wrong_field("/limit");
    }
    app.api.get("/customers?cursor=%25").await.wrong_field("/cursor");
}

async fn answers_are_not_kept_by_anybody_nor_guessed_at(app: &TestApp) {
    for path in ["/customers", "/nothing-here", "/reports/trial-balance?as_of=2026-11-30"] {
        for reply in [app.api.get(path).await, app.nobody.get(&format!("/api/v1{path}")).await] {
            assert_eq!(
                (reply.header("cache-control"), reply.header("x-content-type-options")),
                ("no-store", "nosniff")
            );
            let scheme = if reply.status == 401 { "Bearer" } else { "" };
            assert_eq!(reply.header("www-authenticate"), scheme, "{path}");
        }
    }
    let reply = app.nobody.get("/api/docs/").await;
    assert_eq!(reply.status, 200);
    let policy = reply.header("content-security-policy");
    assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "{policy}");
    let set_up = app.nobody.get("/api/docs/swagger-initializer.js").await.text();
    assert!(set_up.replace(' ', "").contains("\"validatorUrl\":\"none\""), "{set_up}");
}

/// The caller writes its whole body before it reads a byte.
async fn a_body_over_the_limit_is_answered_and_the_line_stays_usable(app: &TestApp) {
    let mut line = TcpStream::connect(app.base.trim_start_matches("http://")).await.unwrap();
    for length in [0, 2 << 20, 9 << 20, 10] {
        let kind = "host: x\r\ncontent-type: application/json";
        let head = format!("POST /api/v1/customers HTTP/1.1\r\n{kind}\r\ncontent-length: {length}\r\n\r\n");
        line.write_all(head.as_bytes()).await.unwrap();
        line.write_all(&vec![b' '; length]).await.unwrap();
        let mut answer = vec![0; 4096];
        let read = line.read(&mut answer).await.unwrap();
        let answer = String::from_utf8_lossy(&answer[..read]).into_owned();
        assert!(answer.starts_with("HTTP/1.1 4"), "{length}: {answer}");
        assert!(!answer.contains("connection: close"), "{length}: {answer}");
    }
}

async fn amounts_have_at_most_the_currencys_digits(app: &TestApp) {
    let customer = app.customer("金额").await;
    for (amount, wrong) in [
        (cny("1.005"), "/amount/amount"),
        (money("JPY", "1.5"), "/amount/amount"),
        (money("KWD", "1.2345"), "/amount/amount"),
        (cny("NaN"), "/amount/amount"),
        (cny("Infinity"), "/amount/amount"),
        (cny("1e3"), "/amount/amount"),
        (cny("1,000.00"), "/amount/amount"),
        (cny("１.00"), "/amount/amount"),
        (cny(""), "/amount/amount"),
        (cny(" 1"), "/amount/amount"),
        (cny("-"), "/amount/amount"),
        (cny("0x10"), "/amount/amount"),
        (cny("99999999999999999999999999"), "/amount/amount"),
        (cny("0.00"), "/amount"),
        (cny("-1.00"), "/amount"),
        (money("XYZ", "1"), "/amount/currency"),
        (money("cny", "1"), "/amount/currency"),
        (json!({ "currency": "CNY" }), "/amount/amount"),
        (json!({ "currency": "CNY", "amount": 1 }), "/amount/amount"),
        (json!({ "currency": "CNY", "amount": "1", "minor": 1 }), "/amount/minor"),
    ] {
        let reply = app.api.post("/payments", &payment(&customer, amount.clone(), &[])).await;
        let problem = reply.expect(422);
        let named = problem["errors"].as_array().into_iter().flatten().any(|e| {
            let pointer = e["pointer"].as_str().unwrap_or("");
            pointer == wrong || pointer.starts_with(wrong) || (wrong == "/amount/minor" && pointer == "/amount")
        });
        assert!(named, "{amount}: {problem}");
    }
    for (fee, wrong) in [
        (cny("1.001"), "/fees/0/amount/amount"),
        (cny("1.0055"), "/fees/0/amount/amount"),
        (cny("-1.00"), "/fees/0/amount/amount"),
    ] {
        let lines = json!([{ "description": "Work", "quantity": "1", "unit_price": cny("0.0125") }]);
        let fees = json!([{ "description": "Freight", "amount": fee }]);
        let body = json!({ "customer": customer, "currency": "CNY", "lines": lines, "fees": fees });
        for path in ["/orders", "/orders/preview", "/invoices"] {
            app.api.post(path, &body).await.wrong_field(wrong);
        }
    }
    let yen = app.customer_with(json!({ "name": "円", "country": "JP", "currency": "JPY", "locale": "en" })).await;
    for (currency, rate) in [("JPY", "0.05"), ("KWD", "23")] {
        let body = json!({ "base": currency, "quote": "CNY", "rate": rate, "valid_from": "2026-01-01" });
        app.api.post("/exchange-rates", &body).await.expect(201);
    }
    for (amount, told) in
        [(money("JPY", "1500"), "1500"), (money("KWD", "1.234"), "1.234"), (money("CNY", "7"), "7.00")]
    {
        let paid = app.api.post("/payments", &payment(&yen, amount, &[])).await.expect(201);
        assert_eq!(paid["amount"]["amount"], told);
    }
}

/// Address, pointer, and a wrong value for it in a body that is right otherwise; LONG is a text of 5,000 characters.
const WRONG: &str = r#"
    /customers       /name                          ""
    /customers       /name                          LONG
    /customers       /kind                          "firm"
    /customers       /country                       "XX"
    /customers       /currency                      "XYZ"
    /customers       /locale                        "tlh"
    /customers       /email                         "nobody"
    /customers       /phone                         LONG
    /customers       /tax_number                    "91310000MA1FL0000X"
    /customers       /payment_terms_days            366
    /customers       /payment_terms_days            -1
    /customers       /credit_limit                  {"currency":"CNY","amount":"-1.00"}
    /tax-codes       /code                          ""
    /tax-codes       /name                          ""
    /tax-codes       /rate                          "101"
    /tax-codes       /rate                          "x"
    /items           /code                          ""
    /items           /unit                          LONG
    /items           /price/amount                  "-1"
    /items           /price/currency                "ABC"
    /items           /tax_code                      "NONE"
    /orders          /customer                      "cus_01h455vb4pex5vsknk084sn02q"
    /orders          /customer                      "nobody"
    /orders          /currency                      "XYZ"
    /orders          /lines/0/item                  "itm_01h455vb4pex5vsknk084sn02q"
    /orders          /lines/0/quantity              "1.0000001"
    /orders          /lines/0/quantity              "NaN"
    /orders          /lines/1/description           ""
    /orders          /lines/1/unit_price/amount     "1.00000000000001"
    /orders          /lines/1/unit_price/currency   "EUR"
    /orders          /lines/1/tax_code              "NONE"
    /orders          /fees/0/description            LONG
    /orders          /fees/0/amount/amount          "x"
    /orders          /fees/0/tax_code               "NONE"
    /orders          /deliver_on                    "2026-02-30"
    /orders          /instalments/0/due_on          "soon"
    /orders          /instalments/0/percent         "x"
    /payments        /customer                      "nobody"
    /payments        /method                        "barter"
    /payments        /received_on                   "2026-13-01"
    /payments        /reference                     LONG
    /payments        /account                       "5001"
    /payments        /allocations                   [{"invoice":"x","amount":{"currency":"CNY","amount":"1.00"}}]
    /checkouts       /invoices                      []
    /checkouts       /method                        "cash"
    /exchange-rates  /rate                          "-1"
    /exchange-rates  /rate                          "0"
    /exchange-rates  /valid_from                    "x"
    /exchange-rates  /base                          "XYZ"
    /users           /email                         "nobody"
    /users           /roles                         ["emperor"]
    /users           /password                      "short"
    /api-keys        /name                          ""
    /api-keys        /roles                         []
    /api-keys        /scopes                        ["fly"]
    /api-keys        /expires_in_days               0
"#;

fn right_body(path: &str, customer: &str, item: &str) -> Value {
    match path {
        "/customers" => json!({ "name": "n", "kind": "company", "country": "CN", "currency": "CNY" }),
        "/tax-codes" => json!({ "code": "T1", "name": "T", "rate": "5", "inclusive": false }),
        "/items" => {
            json!({ "code": "X-1", "name": { "en": "X" }, "unit": "pcs", "price": cny("1.00"), "tax_code": "VAT13" })
        }
        "/orders" => json!({
            "customer": customer, "currency": "CNY",
            "lines": [{ "item": item, "quantity": "1" },
                      { "description": "d", "quantity": "1", "unit_price": cny("1.00"), "tax_code": "VAT9" }],
            "fees": [{ "description": "f", "amount": cny("1.00") }],
            "instalments": [{ "percent": "100", "due_on": "2026-12-31" }],
        }),
        "/payments" => payment(customer, cny("1.00"), &[]),
        "/checkouts" => json!({ "invoices": ["inv_01h455vb4pex5vsknk084sn02q"], "method": "card" }),
        "/exchange-rates" => json!({ "base": "EUR", "quote": "CNY", "rate": "7.8", "valid_from": "2026-11-01" }),
        "/users" => json!({ "name": "n", "email": "n@example.com", "roles": ["auditor"] }),
        "/api-keys" => json!({ "name": "n", "roles": ["auditor"] }),
        other => panic!("no body for {other}"),
    }
}

async fn every_wrong_field_is_named(app: &TestApp) {
    let customer = app.customer("字段").await;
    let item = app.goods().await;
    let mut faults = Vec::new();
    for line in WRONG.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (path, rest) = line.split_once(' ').unwrap();
        let (pointer, wrong) = rest.trim().split_once(' ').unwrap();
        let wrong = match wrong.trim() {
            "LONG" => json!("长".repeat(5000)),
            text => serde_json::from_str(text).unwrap(),
        };
        let mut body = right_body(path, &customer, &item);
        set(&mut body, pointer, wrong);
        let reply = app.api.post(path, &body).await;
        let problem = if reply.status == 422 { reply.json() } else { Value::Null };
        let mut named = problem["errors"].as_array().into_iter().flatten().filter_map(|e| e["pointer"].as_str());
        // A fault may be told of the part or of the whole: /amount/amount, /amount.
        if !named.any(|p| p.starts_with(pointer) || (p.len() > 1 && pointer.starts_with(p))) {
            faults.push(format!("{line}: {} {}", reply.status, reply.text()));
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

/// Sets the value at a pointer whose last step may be new.
fn set(body: &mut Value, pointer: &str, value: Value) {
    let mut place = body;
    for step in pointer.split('/').skip(1) {
        place = match step.parse::<usize>() {
            Ok(index) => &mut place[index],
            Err(_) => &mut place[step],
        };
    }
    *place = value;
}

async fn no_property_of_any_body_takes_another_type_and_no_body_takes_unknown_fields(app: &TestApp) {
    let document = app.nobody.get("/api/openapi.json").await.expect(200);
    let mut tried = 0;
    for (path, operations) in document["paths"].as_object().unwrap() {
        for method in ["post", "patch"] {
            let Some(schema) = operations.pointer(&format!("/{method}/requestBody/content/application~1json/schema"))
            else {
                continue;
            };
            let properties = resolve(&document, schema)["properties"].as_object().cloned().unwrap_or_default();
            let path = path.trim_start_matches("/api/v1").replace(['{', '}'], "");
            let verb = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
            let unknown = app.api.send(verb.clone(), &path, &json!({ "colour_of_the_moon": 1 })).await;
            assert_eq!(unknown.status, 422, "{method} {path} takes unknown fields: {}", unknown.text());
            unknown.wrong_field("/colour_of_the_moon");
            for name in properties.keys() {
                // Nothing is a list in a list in a list.
                let reply = app.api.send(verb.clone(), &path, &json!({ name: [[[0]]] })).await;
                assert_eq!(reply.status, 422, "{method} {path} {name}: {}", reply.text());
                let problem = reply.json();
                let pointer = problem["errors"][0]["pointer"].as_str().unwrap_or("").to_owned();
                assert!(pointer.starts_with(&format!("/{name}")), "{method} {path} {name}: {problem}");
                tried += 1;
            }
        }
    }
    assert!(tried > 40, "only {tried} properties are described");
}

/// The examples name things that are not there, or not in the right state: nothing else may be wrong with them.
async fn every_example_of_a_body_has_the_form_of_the_call(app: &TestApp) {
    let document = app.nobody.get("/api/openapi.json").await.expect(200);
    let mut tried = 0;
    for (path, operations) in document["paths"].as_object().unwrap() {
        for method in ["post", "patch"] {
            let Some(example) = operations.pointer(&format!("/{method}/requestBody/content/application~1json/example"))
            else {
                continue;
            };
            let path = path.trim_start_matches("/api/v1").replace(['{', '}'], "");
            let verb = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
            let reply = app.api.send(verb, &path, example).await;
            let fits = match reply.status {
                200 | 201 | 404 | 409 => true,
                422 => reply.json()["errors"].as_array().unwrap().iter().all(|error| names_something(example, error)),
                _ => false,
            };
            assert!(fits, "{method} {path} {example}: {} {}", reply.status, reply.text());
            tried += 1;
        }
    }
    assert!(tried > 40, "only {tried} bodies have an example");
}

/// Whether the field that is wrong names a thing by its id or code.
fn names_something(example: &Value, error: &Value) -> bool {
    let value = example.pointer(error["pointer"].as_str().unwrap_or("")).and_then(Value::as_str).unwrap_or("");
    value.contains("_01h455vb4pex5vsknk084sn02q") || value.starts_with("VAT")
}

fn resolve<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    match schema["$ref"].as_str() {
        Some(reference) => document.pointer(reference.trim_start_matches('#')).unwrap(),
        None => schema,
    }
}

async fn a_limit_left_blank_is_not_unlimited(app: &TestApp) {
    let customer = app.customer_with(json!({ "name": "额度", "credit_limit": cny("5.00") })).await;
    for (limit, pointer) in [
        (cny(""), "/credit_limit/amount"),
        (cny(" "), "/credit_limit/amount"),
        (money("XXX", ""), "/credit_limit/currency"),
    ] {
        let new = json!({ "name": "x", "kind": "company", "country": "CN", "currency": "CNY", "credit_limit": limit });
        app.api.post("/customers", &new).await.wrong_field(pointer);
        app.api.patch(&format!("/customers/{customer}"), &json!({ "credit_limit": limit })).await.wrong_field(pointer);
    }
    let path = format!("/customers/{customer}");
    assert_eq!(app.api.get(&path).await.expect(200)["credit_limit"], cny("5.00"));
    let cleared = app.api.patch(&path, &json!({ "credit_limit": null })).await.expect(200);
    assert!(cleared["credit_limit"].is_null());
}

async fn what_has_a_value_cannot_be_cleared(app: &TestApp) {
    let customer = app.customer("无").await;
    let item = app.goods().await;
    for (path, names) in [
        (
            format!("/customers/{customer}"),
            &["name", "kind", "country", "currency", "locale", "payment_terms_days", "archived"][..],
        ),
        (format!("/items/{item}"), &["code", "name", "price", "archived"]),
        ("/tax-codes/VAT13".to_owned(), &["name", "inclusive", "rate", "archived"]),
    ] {
        let before = app.api.get(&path).await.expect(200);
        for name in names {
            app.api.patch(&path, &json!({ *name: null })).await.wrong_field(&format!("/{name}"));
        }
        assert_eq!(app.api.get(&path).await.expect(200), before);
    }
    let cleared = app.api.patch(&format!("/customers/{customer}"), &json!({ "email": null })).await.expect(200);
    assert!(cleared["email"].is_null());
}

async fn no_call_takes_unknown_parameters(app: &TestApp) {
    let document = app.nobody.get("/api/openapi.json").await.expect(200);
    for (path, operations) in document["paths"].as_object().unwrap() {
        if operations.get("get").is_some() {
            let path = path.trim_start_matches("/api/v1").replace(['{', '}'], "");
            app.api.get(&format!("{path}?limit=5&colour=red")).await.wrong_field("/colour");
        }
    }
    // A file is not taken in because its preview was misspelt.
    app.api.post("/imports/customers?preveiw=true", &json!({})).await.wrong_field("/preveiw");
    for (list, wrong) in [
        ("/accounts", "limit=0"),
        ("/periods", "limit=201"),
        ("/tax-codes", "limit=x"),
        ("/accounts", "cursor=zz"),
        ("/periods", "cursor=zz"),
        ("/tax-codes", "cursor=zz"),
    ] {
        let (name, _) = wrong.split_once('=').unwrap();
        app.api.get(&format!("{list}?{wrong}")).await.wrong_field(&format!("/{name}"));
    }
}

async fn problems_speak_the_callers_language(app: &TestApp) {
    let chinese = app.api.speaking("zh-CN").post("/customers", &json!({})).await.expect(422);
    let english = app.api.speaking("en").post("/customers", &json!({})).await.expect(422);
    assert_eq!(chinese["code"], english["code"]);
    assert!(text(&chinese, "/detail").chars().any(|c| c > '\u{2e80}'), "{chinese}");
    assert!(text(&english, "/detail").is_ascii(), "{english}");
}

async fn ids_of_another_organisation_name_nothing(app: &TestApp) {
    let customer = app.customer("本公司").await;
    let invoice = app.invoice(&customer, "10.00").await;
    let paid = app.pay(&customer, cny("1.00"), &[(&invoice, "1.00")]).await.expect(201);
    let other = app.another_organisation().await;
    for path in [
        format!("/customers/{customer}"),
        format!("/customers/{customer}/balance"),
        format!("/customers/{customer}/exposure"),
        format!("/orders/{}", text(&invoice, "/order")),
        format!("/invoices/{}", text(&invoice, "/id")),
        format!("/invoices/{}/document.html", text(&invoice, "/id")),
        format!("/payments/{}", text(&paid, "/id")),
        format!("/payments/{}/receipt.pdf", text(&paid, "/id")),
    ] {
        let reply = other.get(&path).await;
        assert_eq!(reply.status, 404, "{path}: {}", reply.text());
        assert_eq!(app.api.get(&path).await.status, 200, "{path}");
    }
    let theirs = json!({ "customer": customer, "currency": "EUR", "lines": [{ "description": "x", "quantity": "1", "unit_price": money("EUR", "1.00") }] });
    assert!([404, 422].contains(&other.post("/orders", &theirs).await.status));
    let pay = payment(&customer, money("EUR", "1.00"), &[(&invoice, "1.00")]);
    assert!([404, 422].contains(&other.post("/payments", &pay).await.status));
    let void = format!("/invoices/{}/void", text(&invoice, "/id"));
    other.post(&void, &json!({ "reason": "x" })).await.expect(404);
    for list in ["/customers", "/orders", "/invoices", "/payments", "/journal-entries"] {
        let rows = other.get(list).await.expect(200);
        assert_eq!(rows["data"].as_array().unwrap().len(), 0, "{list}");
    }
}
