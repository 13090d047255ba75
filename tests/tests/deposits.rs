//! Deposits, and the final invoices that deduct them to the cent.

use crate::harness::trade::{minor, text};
use crate::harness::{PASSWORD, TestApp, both, cny, money};
use kernel::Role;
use serde_json::{Value, json};

both! {
    a_final_deducts_its_deposit_to_the_cent,
    several_finals_and_several_deposits,
    what_is_deducted_meanwhile_is_refused_when_a_draft_is_issued,
    what_cannot_be_deducted_is_named,
    a_void_final_gives_back,
    a_credited_final_gives_back,
    a_final_that_was_paid_before_is_over_nothing_and_can_be_credited,
    a_part_of_a_final_is_credited_beside_its_deposit,
    a_deposit_is_credited_up_to_what_is_left,
    a_bad_debt_of_a_deposit,
    revenue_that_waits_for_the_delivery_takes_the_deposit_with_it,
    a_deposit_keeps_its_own_rate,
    foreign_deposits_leave_no_residue_in_any_order,
    pages_and_papers_show_both_directions,
    an_order_asks_for_its_deposit_first,
    the_rest_of_an_order_cannot_slip_past_the_limit,
    the_desk_orders_with_a_deposit,
}

const ADVANCES: &str = "2203";
const REVENUE: &str = "5001";
const TAX: &str = "22210105";
const RECEIVABLE: &str = "1122";

fn path(invoice: &Value, verb: &str) -> String {
    format!("/invoices/{}/{verb}", text(invoice, "/id"))
}

fn line(price: &str, tax_code: &str) -> Value {
    json!({ "description": "Work", "quantity": "1", "unit_price": cny(price), "tax_code": tax_code })
}

fn body(customer: &str, lines: &Value, told: Value) -> Value {
    let mut body = json!({ "customer": customer, "lines": lines, "issue": true });
    for (name, value) in told.as_object().unwrap() {
        body[name] = value.clone();
    }
    body
}

async fn deposit(app: &TestApp, customer: &str, lines: Value) -> Value {
    app.api.post("/invoices", &body(customer, &lines, json!({ "purpose": "deposit" }))).await.expect(201)
}

async fn deducting(app: &TestApp, customer: &str, lines: Value, deposits: &[&Value]) -> Value {
    let ids: Vec<&Value> = deposits.iter().map(|deposit| &deposit["id"]).collect();
    app.api.post("/invoices", &body(customer, &lines, json!({ "deducts": ids }))).await.expect(201)
}

/// Advances, revenue, tax and receivables, credit negative.
async fn books(app: &TestApp) -> [String; 4] {
    [app.balance(ADVANCES).await, app.balance(REVENUE).await, app.balance(TAX).await, app.balance(RECEIVABLE).await]
}

/// What is left of a deposit, and what is deducted of it.
async fn left(app: &TestApp, deposit: &Value) -> (String, String) {
    let now = app.again(deposit).await;
    (text(&now, "/deposit/remaining/amount"), text(&now, "/deposit/deducted/amount"))
}

fn both_are(remaining: &str, deducted: &str) -> (String, String) {
    (remaining.to_owned(), deducted.to_owned())
}

async fn nothing_is_wrong(app: &TestApp) {
    assert_eq!(app.findings(), Vec::<String>::new());
    let report = app.api.get(&format!("/reports/trial-balance?as_of={}", app.today())).await.expect(200);
    assert_eq!(report["total_debit"], report["total_credit"], "{report}");
}

async fn world(app: &TestApp) -> String {
    app.goods().await;
    app.customer("上海远航贸易有限公司").await
}

async fn a_final_deducts_its_deposit_to_the_cent(app: &TestApp) {
    let customer = world(app).await;
    // Three lines of 0.1352 tax each, rounded by line: 0.42, where 3.12 at once bear 0.41.
    let lines = json!([line("1.04", "VAT13"), line("1.04", "VAT13"), line("1.04", "VAT13"), line("20.00", "VAT9")]);
    let asked = deposit(app, &customer, lines).await;
    assert_eq!(
        (&asked["purpose"], &asked["status"], &asked["revenue_at"]),
        (&json!("deposit"), &json!("open"), &json!("delivery"))
    );
    assert_eq!((&asked["tax"], &asked["total"]), (&cny("2.22"), &cny("25.34")));
    assert_eq!(books(app).await, ["-23.12", "0.00", "-2.22", "25.34"]);
    assert_eq!(left(app, &asked).await, both_are("25.34", "0.00"));
    app.api.post(&path(&asked, "deliver"), &json!({})).await.problem(409, "deposit_is_not_delivered");
    app.pay(&customer, cny("25.34"), &[(&asked, "25.34")]).await.expect(201);

    let rest = deducting(app, &customer, json!([line("100.00", "VAT13"), line("33.33", "VAT9")]), &[&asked]).await;
    // 13.00 + 3.00 of tax, less 0.42 + 1.80.
    assert_eq!((&rest["net"], &rest["tax"], &rest["total"]), (&cny("110.21"), &cny("13.78"), &cny("123.99")));
    let taxes: Vec<String> = rest["taxes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|t| format!("{} {} {}", text(t, "/tax_code"), text(t, "/base/amount"), text(t, "/tax/amount")))
        .collect();
    assert_eq!(taxes, ["VAT13 96.88 12.58", "VAT9 13.33 1.20"]);
    let deducts = json!([{ "invoice": asked["id"], "number": asked["number"], "net": cny("23.12"), "tax": cny("2.22"), "total": cny("25.34") }]);
    assert_eq!(rest["deducts"], deducts);
    assert_eq!(
        (&rest["lines"][2]["kind"], &rest["lines"][2]["net"], &rest["lines"][2]["tax"]),
        (&json!("deposit"), &cny("-3.12"), &cny("-0.42"))
    );
    assert_eq!(books(app).await, ["0.00", "-133.33", "-16.00", "123.99"]);
    assert_eq!(left(app, &asked).await, both_are("0.00", "25.34"));
    assert_eq!(app.standing(&asked).await, "paid 0.00");
    nothing_is_wrong(app).await;
}

async fn several_finals_and_several_deposits(app: &TestApp) {
    let customer = world(app).await;
    let first = deposit(app, &customer, json!([line("100.00", "VAT13")])).await;
    let one = deducting(app, &customer, json!([line("33.33", "VAT13")]), &[&first]).await;
    assert_eq!((&one["total"], &one["status"]), (&cny("0.00"), &json!("paid")));
    assert_eq!(left(app, &first).await, both_are("75.34", "37.66"));
    let second = deposit(app, &customer, json!([line("50.00", "VAT13"), line("10.00", "VAT9")])).await;
    let two = deducting(app, &customer, json!([line("100.00", "VAT13")]), &[&first, &second]).await;
    // 66.67 + 8.67 of the first, 33.33 + 4.33 of the second.
    assert_eq!(
        two["deducts"].as_array().unwrap().iter().map(|of| minor(&of["total"])).collect::<Vec<_>>(),
        [7534, 3766]
    );
    assert_eq!((&two["total"], left(app, &first).await), (&cny("0.00"), both_are("0.00", "113.00")));
    assert_eq!(left(app, &second).await, both_are("29.74", "37.66"));
    let three = deducting(app, &customer, json!([line("200.00", "VAT13"), line("40.00", "VAT9")]), &[&second]).await;
    assert_eq!(three["total"], cny("239.86"));
    assert_eq!(left(app, &second).await, both_are("0.00", "67.40"));
    // 33.33 + 100 + 200 at 13 % and 40 at 9 %.
    assert_eq!(books(app).await, ["0.00", "-373.33", "-46.93", "420.26"]);
    nothing_is_wrong(app).await;
}

async fn what_is_deducted_meanwhile_is_refused_when_a_draft_is_issued(app: &TestApp) {
    let customer = world(app).await;
    let asked = deposit(app, &customer, json!([line("100.00", "VAT13")])).await;
    let draft = body(&customer, &json!([line("80.00", "VAT13")]), json!({ "deducts": [asked["id"]], "issue": false }));
    let [one, two] =
        [app.api.post("/invoices", &draft).await.expect(201), app.api.post("/invoices", &draft).await.expect(201)];
    assert_eq!(left(app, &asked).await, both_are("113.00", "0.00"));
    app.api.post(&path(&one, "issue"), &json!({})).await.expect(200);
    let refused = app.api.post(&path(&two, "issue"), &json!({})).await.problem(409, "deposit_already_deducted");
    assert!(text(&refused, "/detail").contains("22.60"), "{refused}");
    // Nothing was lost: saved again, the draft deducts what is left.
    let at = format!("/invoices/{}", text(&two, "/id"));
    let saved = app.api.patch(&at, &json!({ "reference": "PO 7" })).await.expect(200);
    assert_eq!((&saved["total"], &saved["deducts"][0]["total"]), (&cny("67.80"), &cny("22.60")));
    app.api.post(&path(&two, "issue"), &json!({})).await.expect(200);
    assert_eq!(left(app, &asked).await, both_are("0.00", "113.00"));
    app.api.post("/invoices", &draft).await.wrong_field("/deducts/0");
    assert_eq!(books(app).await[0], "0.00");
    nothing_is_wrong(app).await;
}

async fn what_cannot_be_deducted_is_named(app: &TestApp) {
    let customer = world(app).await;
    let stranger = app.customer("别家有限公司").await;
    let asked = deposit(app, &customer, json!([line("100.00", "VAT13")])).await;
    let foreign = deposit(app, &stranger, json!([line("100.00", "VAT13")])).await;
    let sale = app.invoice(&customer, "10.00").await;
    let void = deposit(app, &customer, json!([line("100.00", "VAT13")])).await;
    app.api.post(&path(&void, "void"), &json!({ "reason": "wrong" })).await.expect(200);
    let draft = body(&customer, &json!([line("1.00", "VAT13")]), json!({ "purpose": "deposit", "issue": false }));
    let draft = app.api.post("/invoices", &draft).await.expect(201);
    for wrong in [&foreign, &sale, &void, &draft] {
        let told = json!({ "deducts": [asked["id"], wrong["id"]] });
        app.api
            .post("/invoices", &body(&customer, &json!([line("50.00", "VAT13")]), told))
            .await
            .wrong_field("/deducts/1");
    }
    for (lines, told, field) in [
        (json!([line("50.00", "VAT13")]), json!({ "deducts": [asked["id"], asked["id"]] }), "/deducts/1"),
        (json!([line("50.00", "VAT13")]), json!({ "deducts": ["inv_x"] }), "/deducts/0"),
        (json!([line("50.00", "VAT9")]), json!({ "deducts": [asked["id"]] }), "/deducts/0"),
        (json!([line("50.00", "VAT13")]), json!({ "deducts": [asked["id"]], "purpose": "deposit" }), "/deducts"),
        (json!([line("50.00", "VAT13")]), json!({ "purpose": "present" }), "/purpose"),
        (
            json!([line("50.00", "VAT13"), line("-5.00", "VAT13")]),
            json!({ "purpose": "deposit" }),
            "/lines/1/unit_price",
        ),
        (json!([line("0.00", "VAT13")]), json!({ "purpose": "deposit" }), "/lines/0/unit_price"),
        (json!([line("50.00", "VAT13")]), json!({ "deducts": [asked["id"]], "issued_on": "2026-11-01" }), "/issued_on"),
    ] {
        app.api.post("/invoices", &body(&customer, &lines, told)).await.wrong_field(field);
    }
    let eur = json!({ "currency": "EUR", "deducts": [asked["id"]], "issue": false });
    let lines =
        json!([{ "description": "Work", "quantity": "1", "unit_price": money("EUR", "5.00"), "tax_code": "VAT13" }]);
    app.api.post("/invoices", &body(&customer, &lines, eur)).await.wrong_field("/deducts/0");
    nothing_is_wrong(app).await;
}

async fn a_void_final_gives_back(app: &TestApp) {
    let customer = world(app).await;
    let asked = deposit(app, &customer, json!([line("100.00", "VAT13")])).await;
    let rest = deducting(app, &customer, json!([line("60.00", "VAT13"), line("7.00", "VAT9")]), &[&asked]).await;
    assert_eq!(books(app).await, ["-40.00", "-67.00", "-13.63", "120.63"]);
    app.api.post(&path(&asked, "void"), &json!({ "reason": "wrong" })).await.problem(409, "deposit_is_deducted");
    app.api.post(&path(&rest, "void"), &json!({ "reason": "wrong" })).await.expect(200);
    assert_eq!(left(app, &asked).await, both_are("113.00", "0.00"));
    assert_eq!(books(app).await, ["-100.00", "0.00", "-13.00", "113.00"]);
    nothing_is_wrong(app).await;
    let again = deducting(app, &customer, json!([line("100.00", "VAT13")]), &[&asked]).await;
    app.api.post(&path(&again, "void"), &json!({ "reason": "wrong" })).await.expect(200);
    app.api.post(&path(&asked, "void"), &json!({ "reason": "cancelled" })).await.expect(200);
    assert_eq!(books(app).await, ["0.00", "0.00", "0.00", "0.00"]);
    nothing_is_wrong(app).await;
}

async fn a_credited_final_gives_back(app: &TestApp) {
    let customer = world(app).await;
    let asked = deposit(app, &customer, json!([line("100.00", "VAT13")])).await;
    let rest = deducting(app, &customer, json!([line("250.00", "VAT13")]), &[&asked]).await;
    assert_eq!(rest["total"], cny("169.50"));
    let note = app.api.post(&path(&rest, "credit-notes"), &json!({ "reason": "cancelled" })).await.expect(201);
    assert_eq!((&note["total"], &note["lines"][1]["net"]), (&cny("169.50"), &cny("-100.00")));
    assert_eq!(app.standing(&rest).await, "credited 0.00");
    assert_eq!(left(app, &asked).await, both_are("113.00", "0.00"));
    assert_eq!(books(app).await, ["-100.00", "0.00", "-13.00", "113.00"]);
    nothing_is_wrong(app).await;
    // Free for another, and what that leaves can be credited.
    let other = deducting(app, &customer, json!([line("30.00", "VAT13")]), &[&asked]).await;
    assert_eq!(other["total"], cny("0.00"));
    let note = app.api.post(&path(&asked, "credit-notes"), &json!({ "reason": "less" })).await.expect(201);
    assert_eq!(note["total"], cny("79.10"));
    assert_eq!(left(app, &asked).await, both_are("0.00", "33.90"));
    assert_eq!(books(app).await, ["0.00", "-30.00", "-3.90", "33.90"]);
    nothing_is_wrong(app).await;
}

async fn a_final_that_was_paid_before_is_over_nothing_and_can_be_credited(app: &TestApp) {
    let customer = world(app).await;
    let asked = deposit(app, &customer, json!([line("100.00", "VAT13")])).await;
    app.pay(&customer, cny("113.00"), &[(&asked, "113.00")]).await.expect(201);
    let rest = deducting(app, &customer, json!([line("100.00", "VAT13")]), &[&asked]).await;
    assert_eq!((app.standing(&rest).await.as_str(), app.balance(REVENUE).await.as_str()), ("paid 0.00", "-100.00"));
    nothing_is_wrong(app).await;
    let note = app.api.post(&path(&rest, "credit-notes"), &json!({ "reason": "returned" })).await.expect(201);
    assert_eq!((&note["total"], note["lines"].as_array().unwrap().len()), (&cny("0.00"), 2));
    assert_eq!(left(app, &asked).await, both_are("113.00", "0.00"));
    assert_eq!(books(app).await[..3], ["-100.00", "0.00", "-13.00"]);
    nothing_is_wrong(app).await;
    app.api
        .post(&path(&rest, "credit-notes"), &json!({ "reason": "again" }))
        .await
        .problem(409, "credit_note_nothing_left");
}

async fn a_part_of_a_final_is_credited_beside_its_deposit(app: &TestApp) {
    let customer = world(app).await;
    let asked = deposit(app, &customer, json!([line("100.00", "VAT13")])).await;
    let rest = deducting(app, &customer, json!([line("200.00", "VAT13")]), &[&asked]).await;
    let credit = async |told: Value| app.api.post(&path(&rest, "credit-notes"), &told).await;
    // By amount: the price falls, the deposit stays deducted.
    credit(json!({ "reason": "price", "amount": cny("11.30") })).await.expect(201);
    assert_eq!(
        (left(app, &asked).await, books(app).await),
        (both_are("0.00", "113.00"), ["0.00", "-190.00", "-24.70", "214.70"].map(str::to_owned))
    );
    // More than the rest can only come back with a part of the deposit.
    credit(json!({ "reason": "returned", "lines": [{ "line": 1, "amount": cny("150.00") }] }))
        .await
        .problem(409, "credit_note_exceeds_invoice");
    credit(json!({ "reason": "alone", "lines": [{ "line": 2, "amount": cny("-10.00") }] }))
        .await
        .wrong_field("/amount");
    let parts = json!([{ "line": 1, "amount": cny("150.00") }, { "line": 2, "amount": cny("-60.00") }]);
    let note = credit(json!({ "reason": "returned", "lines": parts })).await.expect(201);
    assert_eq!(note["total"], cny("101.70"));
    assert_eq!(
        (left(app, &asked).await, books(app).await),
        (both_are("67.80", "45.20"), ["-60.00", "-40.00", "-13.00", "113.00"].map(str::to_owned))
    );
    nothing_is_wrong(app).await;
    // What is left of both is even: crediting it is over nothing, and frees the rest.
    let note = credit(json!({ "reason": "all" })).await.expect(201);
    assert_eq!(note["total"], cny("0.00"));
    assert_eq!(
        (left(app, &asked).await, books(app).await),
        (both_are("113.00", "0.00"), ["-100.00", "0.00", "-13.00", "113.00"].map(str::to_owned))
    );
    nothing_is_wrong(app).await;
}

async fn a_deposit_is_credited_up_to_what_is_left(app: &TestApp) {
    let customer = world(app).await;
    let asked =
        deposit(app, &customer, json!([line("50.00", "VAT13"), line("50.00", "VAT13"), line("10.00", "VAT9")])).await;
    deducting(app, &customer, json!([line("70.00", "VAT13")]), &[&asked]).await;
    assert_eq!(left(app, &asked).await, both_are("44.80", "79.10"));
    let credit = async |told: Value| app.api.post(&path(&asked, "credit-notes"), &told).await;
    credit(json!({ "reason": "x", "amount": cny("44.81") })).await.problem(409, "credit_note_exceeds_invoice");
    credit(json!({ "reason": "x", "lines": [{ "line": 1 }] })).await.wrong_field("/lines/0/amount");
    credit(json!({ "reason": "x", "lines": [{ "line": 2, "amount": cny("30.01") }] }))
        .await
        .problem(409, "credit_note_exceeds_invoice");
    credit(json!({ "reason": "x", "lines": [{ "line": 2, "amount": cny("10.00") }] })).await.expect(201);
    assert_eq!(left(app, &asked).await, both_are("33.50", "79.10"));
    let note = credit(json!({ "reason": "rest" })).await.expect(201);
    assert_eq!(note["total"], cny("33.50"));
    assert_eq!(
        (left(app, &asked).await, books(app).await[..3].to_vec()),
        (both_are("0.00", "79.10"), vec!["0.00".to_owned(), "-70.00".to_owned(), "-9.10".to_owned()])
    );
    credit(json!({ "reason": "x" })).await.problem(409, "credit_note_nothing_left");
    nothing_is_wrong(app).await;
}

async fn a_bad_debt_of_a_deposit(app: &TestApp) {
    let customer = world(app).await;
    let write_off = async |of: &Value, amount: &str| {
        app.api.post(&path(of, "write-off"), &json!({ "reason": "bad_debt", "amount": cny(amount) })).await
    };
    let back = json!({ "reason": "mistake" });
    // Not deducted: what waits goes with it, and it is neither deducted nor lost.
    let lost = deposit(app, &customer, json!([line("100.00", "VAT13")])).await;
    write_off(&lost, "56.50").await.expect(200);
    assert_eq!(books(app).await, ["-50.00", "0.00", "-13.00", "56.50"]);
    assert_eq!(left(app, &lost).await, both_are("0.00", "0.00"));
    let draft = body(&customer, &json!([line("80.00", "VAT13")]), json!({ "deducts": [lost["id"]] }));
    app.api.post("/invoices", &draft).await.wrong_field("/deducts/0");
    nothing_is_wrong(app).await;
    app.api.post(&path(&lost, "write-off/reverse"), &back).await.expect(200);
    assert_eq!(books(app).await, ["-100.00", "0.00", "-13.00", "113.00"]);
    // In part: refused, until the rest is credited. Then it is a loss like any other.
    let rest = app.api.post("/invoices", &draft).await.expect(201);
    write_off(&lost, "10.00").await.problem(409, "deposit_deducted_in_part");
    app.api.post(&path(&lost, "write-off"), &json!({ "reason": "discount", "amount": cny("0.40") })).await.expect(200);
    app.api.post(&path(&lost, "credit-notes"), &json!({ "reason": "less", "amount": cny("22.60") })).await.expect(201);
    write_off(&lost, "90.00").await.expect(200);
    assert_eq!(books(app).await, ["0.00", "-80.00", "-10.40", "0.00"]);
    nothing_is_wrong(app).await;
    for verb in ["void", "credit-notes"] {
        let code = if verb == "void" { "deposit_was_given_up" } else { "deposit_given_up" };
        app.api.post(&path(&rest, verb), &json!({ "reason": "x" })).await.problem(409, code);
    }
    app.api.post(&path(&lost, "write-off/reverse"), &back).await.expect(200);
    assert_eq!(books(app).await, ["0.00", "-80.00", "-10.40", "90.00"]);
    app.api.post(&path(&rest, "void"), &json!({ "reason": "x" })).await.expect(200);
    assert_eq!(left(app, &lost).await, both_are("90.40", "0.00"));
    nothing_is_wrong(app).await;
}

async fn revenue_that_waits_for_the_delivery_takes_the_deposit_with_it(app: &TestApp) {
    app.api.patch("/organisation", &json!({ "revenue_at": "delivery" })).await.expect(200);
    let customer = world(app).await;
    let asked = deposit(app, &customer, json!([line("100.00", "VAT13")])).await;
    let rest = deducting(app, &customer, json!([line("250.00", "VAT13")]), &[&asked]).await;
    assert_eq!(left(app, &asked).await, both_are("0.00", "113.00"));
    assert_eq!(books(app).await, ["-250.00", "0.00", "-32.50", "282.50"]);
    nothing_is_wrong(app).await;
    let parts = json!([{ "line": 1, "amount": cny("50.00") }, { "line": 2, "amount": cny("-50.00") }]);
    app.api.post(&path(&rest, "credit-notes"), &json!({ "reason": "less", "lines": parts })).await.expect(201);
    assert_eq!((left(app, &asked).await, books(app).await[0].as_str()), (both_are("56.50", "56.50"), "-250.00"));
    app.api.post(&path(&rest, "deliver"), &json!({})).await.expect(200);
    assert_eq!(books(app).await, ["-50.00", "-200.00", "-32.50", "282.50"]);
    nothing_is_wrong(app).await;
    let parts = json!([{ "line": 1, "amount": cny("20.00") }, { "line": 2, "amount": cny("-10.00") }]);
    app.api.post(&path(&rest, "credit-notes"), &json!({ "reason": "less", "lines": parts })).await.expect(201);
    assert_eq!(books(app).await[..2], ["-60.00", "-180.00"]);
    nothing_is_wrong(app).await;
    // Nothing but the deposit is left to deliver; and a delivered one that is void gives it back.
    let other = deducting(app, &customer, json!([line("60.00", "VAT13")]), &[&asked]).await;
    assert_eq!(other["total"], cny("0.00"));
    app.api.post(&path(&other, "deliver"), &json!({})).await.expect(200);
    assert_eq!(books(app).await[..2], ["0.00", "-240.00"]);
    nothing_is_wrong(app).await;
    app.api.post(&path(&other, "void"), &json!({ "reason": "x" })).await.expect(200);
    assert_eq!(books(app).await[..2], ["-60.00", "-180.00"]);
    nothing_is_wrong(app).await;
}

async fn abroad(app: &TestApp) -> String {
    app.goods().await;
    rate(app, "7.1234", "2026-11-01").await;
    app.customer_with(json!({ "name": "Blue Heron", "country": "US", "currency": "USD" })).await
}

async fn rate(app: &TestApp, rate: &str, from: &str) {
    let rate = json!({ "base": "USD", "quote": "CNY", "rate": rate, "valid_from": from });
    app.api.post("/exchange-rates", &rate).await.expect(201);
}

fn usd(price: &str) -> Value {
    json!([{ "description": "Work", "quantity": "1", "unit_price": money("USD", price), "tax_code": "VAT13" }])
}

async fn a_deposit_keeps_its_own_rate(app: &TestApp) {
    let customer = abroad(app).await;
    rate(app, "8", "2026-11-10").await;
    let told = json!({ "purpose": "deposit", "issued_on": "2026-11-05" });
    let asked = app.api.post("/invoices", &body(&customer, &usd("100.00"), told)).await.expect(201);
    assert_eq!(books(app).await, ["-712.34", "0.00", "-92.60", "804.94"]);
    let rest = deducting(app, &customer, usd("250.00"), &[&asked]).await;
    assert_eq!(rest["total"], money("USD", "169.50"));
    // Revenue: 100 at 7.1234 and 150 at 8. Tax: 13 at 7.1234 and 19.50 at 8.
    assert_eq!(books(app).await, ["0.00", "-1912.34", "-248.60", "2160.94"]);
    nothing_is_wrong(app).await;
    app.api.post(&path(&rest, "credit-notes"), &json!({ "reason": "x" })).await.expect(201);
    assert_eq!(books(app).await, ["-712.34", "0.00", "-92.60", "804.94"]);
    nothing_is_wrong(app).await;
}

async fn foreign_deposits_leave_no_residue_in_any_order(app: &TestApp) {
    let customer = abroad(app).await;
    let asked = deposit(app, &customer, usd("1.36")).await;
    let all = app.balance(ADVANCES).await;
    let one = deducting(app, &customer, usd("0.37"), &[&asked]).await;
    let two = deducting(app, &customer, usd("0.41"), &[&asked]).await;
    app.api.post(&path(&one, "void"), &json!({ "reason": "x" })).await.expect(200);
    deducting(app, &customer, usd("0.53"), &[&asked]).await;
    nothing_is_wrong(app).await;
    app.api.post(&path(&two, "credit-notes"), &json!({ "reason": "x" })).await.expect(201);
    app.api
        .post(&path(&asked, "credit-notes"), &json!({ "reason": "x", "amount": money("USD", "0.11") }))
        .await
        .expect(201);
    nothing_is_wrong(app).await;
    deducting(app, &customer, usd("2.00"), &[&asked]).await;
    assert_eq!(app.balance(ADVANCES).await, "0.00");
    assert_ne!(all, "0.00");
    nothing_is_wrong(app).await;
}

async fn pages_and_papers_show_both_directions(app: &TestApp) {
    let customer = world(app).await;
    let asked = deposit(app, &customer, json!([line("100.00", "VAT13")])).await;
    let desk = app.nobody.signed_in(&app.staff(Role::Accountant).await, PASSWORD).await;
    let (id, number) = (text(&asked, "/id"), text(&asked, "/number"));
    let shown = desk.get(&format!("/invoices/{id}")).await.text();
    assert!(shown.contains("Deposit invoice") && shown.contains("Left to deduct"), "{shown}");
    let link = format!("/invoices/new?customer={customer}&#38;deducts={id}");
    assert!(shown.replace("&amp;", "&#38;").contains(&link), "{shown}");
    assert!(desk.get("/invoices").await.text().contains("Deposit invoice"));
    let form = desk.get(&format!("/invoices/new?customer={customer}&deducts={id}")).await.text();
    assert!(form.contains(&format!("name=\"/deducts\" value=\"{id}\" checked")) && form.contains(&number), "{form}");
    assert!(form.contains("CNY 113.00 left") || form.contains("113.00"), "{form}");
    let written = desk
        .submit(
            "/invoices",
            &[
                ("/customer", &customer),
                ("/currency", "CNY"),
                ("/purpose", "sale"),
                ("/deducts", &id),
                ("action", "issue"),
                ("/lines/0/description", "Work"),
                ("/lines/0/quantity", "1"),
                ("/lines/0/unit_price", "150.00"),
                ("/lines/0/tax_code", "VAT13"),
            ],
        )
        .await;
    assert_eq!(written.status, 303, "{}", written.text());
    let rest = app.api.get("/invoices?limit=1").await.expect(200)["data"][0].clone();
    assert_eq!((&rest["total"], &rest["purpose"]), (&cny("56.50"), &json!("sale")));
    let shown = desk.get(&format!("/invoices/{}", text(&rest, "/id"))).await.text();
    assert!(
        shown.contains(&format!("/invoices/{id}\">{number}"))
            && shown.contains(&format!("Less deposit invoice {number}")),
        "{shown}"
    );
    assert!(desk.get(&format!("/invoices/{id}")).await.text().contains(&text(&rest, "/number")));
    let paper = app.api.get(&path(&asked, "document.html")).await.text();
    assert!(paper.contains("预收款账单"), "{paper}");
    let paper = app.api.get(&path(&rest, "document.html")).await.text();
    assert!(paper.contains(&format!("减：预收款账单 {number}")), "{paper}");
    for format in ["pdf", "xlsx", "csv"] {
        assert_eq!(app.api.get(&path(&rest, &format!("document.{format}"))).await.status, 200, "{format}");
    }
}

/// An order over 100.00 at 13 % and 50.33 at 9 %: 167.86 in all.
async fn ordered(app: &TestApp, customer: &str, deposit: Value) -> Value {
    let lines = json!([line("100.00", "VAT13"), line("50.33", "VAT9")]);
    let body = json!({ "customer": customer, "currency": "CNY", "lines": lines, "deposit": deposit });
    app.api.post("/orders", &body).await.expect(201)
}

async fn exposed(app: &TestApp, customer: &str) -> [String; 2] {
    let exposure = app.api.get(&format!("/customers/{customer}/exposure")).await.expect(200);
    ["/exposures/0/open_orders/amount", "/exposures/0/open_invoices/amount"].map(|pointer| text(&exposure, pointer))
}

async fn an_order_asks_for_its_deposit_first(app: &TestApp) {
    let customer = world(app).await;
    let order = ordered(app, &customer, json!({ "percent": "30", "due_on": "2026-12-01" })).await;
    assert_eq!((&order["total"], &order["deposit"]["percent"]), (&cny("167.86"), &json!("30")));
    let at = |verb: &str| format!("/orders/{}/{verb}", text(&order, "/id"));
    app.api.post(&at("final-invoice"), &json!({})).await.problem(409, "order_not_confirmed");
    let submitted = app.submit(&order).await.expect(200);
    assert_eq!((&submitted["status"], &submitted["invoice"]), (&json!("confirmed"), &Value::Null));
    let asked = app.invoice_by_id(&text(&submitted, "/deposit_invoice")).await;
    assert_eq!(
        (&asked["purpose"], &asked["total"], &asked["due_on"]),
        (&json!("deposit"), &cny("50.36"), &json!("2026-12-01"))
    );
    assert_eq!(asked["order"], order["id"]);
    // 30 % of 113.00 and of 54.86, to the cent.
    let taxes: Vec<(i64, i64)> =
        asked["taxes"].as_array().unwrap().iter().map(|t| (minor(&t["base"]), minor(&t["tax"]))).collect();
    assert_eq!(taxes, [(3000, 390), (1510, 136)]);
    // What is not invoiced still counts against the limit.
    assert_eq!(exposed(app, &customer).await, ["117.50", "50.36"]);
    app.pay(&customer, cny("50.36"), &[(&asked, "50.36")]).await.expect(201);
    assert_eq!(exposed(app, &customer).await, ["117.50", "0.00"]);
    nothing_is_wrong(app).await;
    app.api.post(&at("cancel"), &json!({})).await.problem(409, "order_invoice_stands");
    let billed = app.api.post(&at("final-invoice"), &json!({})).await.expect(200);
    let rest = app.invoice_by_id(&text(&billed, "/invoice")).await;
    assert_eq!((&rest["total"], &rest["deducts"][0]["total"]), (&cny("117.50"), &cny("50.36")));
    assert_eq!(books(app).await, ["0.00", "-150.33", "-17.53", "117.50"]);
    assert_eq!(exposed(app, &customer).await, ["0.00", "117.50"]);
    app.api.post(&at("final-invoice"), &json!({})).await.problem(409, "order_is_invoiced");
    nothing_is_wrong(app).await;
}

async fn the_rest_of_an_order_cannot_slip_past_the_limit(app: &TestApp) {
    app.goods().await;
    let customer = app.customer_with(json!({ "credit_limit": cny("200.00") })).await;
    let first = app.submit(&ordered(app, &customer, json!({ "amount": cny("67.86") })).await).await.expect(200);
    let asked = app.invoice_by_id(&text(&first, "/deposit_invoice")).await;
    app.pay(&customer, cny("67.86"), &[(&asked, "67.86")]).await.expect(201);
    // 100.00 of the first is not invoiced: an order over more than another 100.00 waits.
    let held = app.submit(&ordered(app, &customer, json!({ "amount": cny("1.00") })).await).await.expect(200);
    assert_eq!((&held["status"], &held["hold"]["exceeded_by"]), (&json!("on_hold"), &cny("67.86")));
    let released = app.api.post(&format!("/orders/{}/release", text(&held, "/id")), &json!({})).await.expect(200);
    assert_eq!(app.invoice_by_id(&text(&released, "/deposit_invoice")).await["total"], cny("1.00"));
    // Credited: what was asked for is not invoiced again.
    app.api.post(&path(&asked, "credit-notes"), &json!({ "reason": "x" })).await.expect(201);
    assert_eq!(exposed(app, &customer).await, ["334.72", "1.00"]);
    let billed = app.api.post(&format!("/orders/{}/final-invoice", text(&first, "/id")), &json!({})).await.expect(200);
    assert_eq!(app.invoice_by_id(&text(&billed, "/invoice")).await["total"], cny("167.86"));
    nothing_is_wrong(app).await;
}

async fn the_desk_orders_with_a_deposit(app: &TestApp) {
    let customer = world(app).await;
    for (wrong, field) in [
        (json!({ "percent": "101" }), "/deposit"),
        (json!({ "percent": "0" }), "/deposit"),
        (json!({ "amount": cny("167.87") }), "/deposit"),
        (json!({ "amount": cny("1.00"), "percent": "1" }), "/deposit"),
        (json!({ "percent": "10", "due_on": "soon" }), "/deposit/due_on"),
    ] {
        let lines = json!([line("100.00", "VAT13"), line("50.33", "VAT9")]);
        let body = json!({ "customer": customer, "currency": "CNY", "lines": lines, "deposit": wrong });
        app.api.post("/orders", &body).await.wrong_field(field);
    }
    let desk = app.nobody.signed_in(&app.staff(Role::FinanceManager).await, PASSWORD).await;
    let fields = [
        ("/customer", customer.as_str()),
        ("/currency", "CNY"),
        ("/deposit/share", "20%"),
        ("/lines/0/description", "Work"),
        ("/lines/0/quantity", "1"),
        ("/lines/0/unit_price", "100.00"),
        ("/lines/0/tax_code", "VAT13"),
    ];
    assert_eq!(desk.submit("/orders", &fields).await.status, 303);
    let order = app.api.get("/orders?limit=1").await.expect(200)["data"][0].clone();
    let page = format!("/orders/{}", text(&order, "/id"));
    assert!(desk.get(&format!("{page}/edit")).await.text().contains("value=\"20%\""));
    assert_eq!(desk.submit(&format!("{page}/submit"), &[]).await.status, 303);
    let shown = desk.get(&page).await.text();
    assert!(shown.contains("Issue the final invoice") && shown.contains("20%"), "{shown}");
    assert_eq!(desk.submit(&format!("{page}/final-invoice"), &[]).await.status, 303);
    assert!(!desk.get(&page).await.text().contains("Issue the final invoice"));
    assert_eq!(books(app).await, ["0.00", "-100.00", "-13.00", "113.00"]);
    nothing_is_wrong(app).await;
}
