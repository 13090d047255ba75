//! Cash: what lies in the till is counted, what differs is posted with its reason, and the rest goes to the bank.

use crate::harness::trade::{minor, text};
use crate::harness::{Caller, PASSWORD, Reply, TODAY, TestApp, both, cny, money, rows};
use crate::tampering::tamper;
use futures_util::future::join_all;
use jiff::SignedDuration;
use kernel::Role;
use serde_json::{Value, json};

both! {
    a_difference_is_posted_with_its_reason,
    counted_again_only_what_is_different_since_is_posted,
    bad_counts_are_refused_and_change_nothing,
    a_count_is_repeated_with_its_key_without_effect,
    cash_goes_to_the_bank_and_never_more_than_there_is,
    another_currency_is_counted_by_itself,
    counts_and_payments_at_one_moment_miss_nothing,
    the_cashier_checks_first_and_keeps_what_was_typed,
    the_desk_shows_what_moved_since_the_last_count,
    changes_of_counts_behind_the_door_are_named,
}

/// Cash of a customer; gives the payment.
async fn cash(app: &TestApp, customer: &str, amount: Value, on: &str) -> Value {
    let body = json!({ "customer": customer, "method": "cash", "amount": amount, "received_on": on });
    app.clock.advance(SignedDuration::from_secs(1));
    app.api.post("/payments", &body).await.expect(201)
}

async fn try_count(app: &TestApp, amount: &str, on: &str, note: Option<&str>) -> Reply {
    app.clock.advance(SignedDuration::from_secs(1));
    app.api.post("/till-counts", &json!({ "amount": cny(amount), "on": on, "note": note })).await
}

async fn count(app: &TestApp, amount: &str, note: Option<&str>) -> Value {
    try_count(app, amount, TODAY, note).await.expect(201)
}

/// Expected, counted, difference.
fn told(count: &Value) -> [String; 3] {
    ["expected", "counted", "difference"].map(|name| text(count, &format!("/{name}/amount")))
}

async fn cashier(app: &TestApp) -> Caller {
    app.nobody.signed_in(&app.staff(Role::Cashier).await, PASSWORD).await
}

async fn a_difference_is_posted_with_its_reason(app: &TestApp) {
    let customer = app.customer("现金").await;
    cash(app, &customer, cny("300.50"), TODAY).await;
    let agreed = count(app, "300.50", None).await;
    assert_eq!((told(&agreed), &agreed["entry"]), (["300.50", "300.50", "0.00"].map(str::to_owned), &Value::Null));
    assert_eq!(app.postings(&agreed).await, Vec::<String>::new(), "what agrees posts nothing");

    let refused = try_count(app, "298.00", TODAY, None).await;
    refused.wrong_field("/note");
    assert!(refused.text().contains("−CN¥2.50") && refused.text().contains("300.50"), "{}", refused.text());
    let piles = json!([
        { "face": cny("100.00"), "number": 2 }, { "face": cny("50.00"), "number": 1 },
        { "face": cny("0.50"), "number": 96 },
    ]);
    let body =
        json!({ "account": "1001", "amount": cny("298.00"), "on": TODAY, "denominations": piles, "note": "找错零钱" });
    let short = app.api.post("/till-counts", &body).await.expect(201);
    assert_eq!(told(&short), ["300.50", "298.00", "-2.50"]);
    assert_eq!(short["denominations"], piles);
    assert_eq!(app.postings(&short).await, ["1001 - 2.50", "1901 2.50 -"]);
    assert_eq!((app.balance("1001").await, app.balance("1901").await), ("298.00".into(), "2.50".into()));
    let entry = app.api.get(&format!("/journal-entries/{}", text(&short, "/entry"))).await.expect(200);
    assert_eq!((&entry["kind"], &entry["memo"], &entry["date"]), (&json!("count"), &json!("找错零钱"), &json!(TODAY)));

    let over = count(app, "299.00", Some("Found in the drawer")).await;
    assert_eq!(app.postings(&over).await, ["1001 1.00 -", "1901 - 1.00"]);
    let flows = app.api.get(&format!("/reports/cash-flow?from={TODAY}&to={TODAY}")).await;
    if flows.status == 200 {
        assert!(!flows.text().contains("301.50"), "no receipt from customers: {}", flows.text());
    }
    let all = app.api.get("/till-counts?account=1001").await.expect(200);
    let ids: Vec<&Value> = rows(&all).iter().map(|count| &count["id"]).collect();
    assert_eq!(ids, [&over["id"], &short["id"], &agreed["id"]], "newest first");
    assert_eq!(rows(&app.api.get("/till-counts?account=1002").await.expect(200)).len(), 0);
    let first = app.api.get("/till-counts?limit=1").await.expect(200);
    let rest = app.api.get(&format!("/till-counts?cursor={}", text(&first, "/next_cursor"))).await.expect(200);
    assert_eq!((rows(&first).len(), rows(&rest).len()), (1, 2));
}

async fn counted_again_only_what_is_different_since_is_posted(app: &TestApp) {
    let customer = app.customer("现金").await;
    cash(app, &customer, cny("100.00"), TODAY).await;
    count(app, "90.00", Some("Missing")).await;
    let again = count(app, "95.00", Some("Some of it was under the tray")).await;
    assert_eq!(told(&again), ["90.00", "95.00", "5.00"]);
    assert_eq!(count(app, "95.00", None).await["entry"], Value::Null);
    assert_eq!((app.balance("1001").await, app.balance("1901").await), ("95.00".into(), "5.00".into()));
    // A payment of that day that is recorded later: the next count sees it.
    app.clock.advance(SignedDuration::from_hours(24));
    let late = cash(app, &customer, cny("40.00"), TODAY).await;
    let next = try_count(app, "135.00", "2026-11-24", None).await.expect(201);
    assert_eq!(told(&next), ["135.00", "135.00", "0.00"]);
    let problem = try_count(app, "135.00", TODAY, None).await.problem(409, "till_counted_since");
    assert!(text(&problem, "/detail").contains("24"), "{problem}");
    // What becomes of a difference is an entry like any other.
    let lines = json!([{ "account": "571199", "debit": cny("5.00") }, { "account": "1901", "credit": cny("5.00") }]);
    let entry = json!({ "date": "2026-11-24", "memo": "Not found", "lines": lines });
    app.api.post("/journal-entries", &entry).await.expect(201);
    assert_eq!(app.balance("1901").await, "0.00");
    assert_eq!(text(&late, "/status"), "succeeded");
}

async fn bad_counts_are_refused_and_change_nothing(app: &TestApp) {
    for (change, pointer) in [
        (json!({ "on": "2026-11-24" }), "/on"),
        (json!({ "on": "2019-12-31" }), "/on"),
        (json!({ "on": "today" }), "/on"),
        (json!({ "account": "1002" }), "/account"),
        (json!({ "account": "no such" }), "/account"),
        (json!({ "amount": cny("-1.00") }), "/amount/amount"),
        (json!({ "amount": cny("") }), "/amount/amount"),
        (json!({ "amount": cny("1.001") }), "/amount/amount"),
        (json!({ "denominations": [{ "face": cny("1.00"), "number": 2 }] }), "/amount/amount"),
        (json!({ "denominations": [{ "face": money("EUR", "1.00"), "number": 1 }] }), "/denominations/0/face/currency"),
        (json!({ "denominations": [{ "face": cny("0.00"), "number": 1 }] }), "/denominations/0/face/amount"),
        (json!({ "denominations": [{ "face": cny("1.00"), "number": 1_000_001 }] }), "/denominations/0/number"),
        (json!({ "note": "x".repeat(201) }), "/note"),
    ] {
        let mut body = json!({ "amount": cny("1.00"), "on": TODAY, "note": "n" });
        body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        app.api.post("/till-counts", &body).await.wrong_field(pointer);
    }
    let seen = json!({ "amount": cny("1.00"), "on": TODAY, "note": "n", "expected": cny("2.00") });
    app.api.post("/till-counts", &seen).await.problem(409, "till_moved");
    let october = app.api.get("/periods").await.expect(200);
    let october = rows(&october).iter().find(|period| period["starts_on"] == "2026-10-01").cloned();
    let october = match october {
        Some(period) => period,
        None => {
            try_count(app, "0.00", "2026-10-31", None).await.expect(201);
            let periods = app.api.get("/periods").await.expect(200);
            rows(&periods).iter().find(|period| period["starts_on"] == "2026-10-01").unwrap().clone()
        }
    };
    app.api.post(&format!("/periods/{}/close", text(&october, "/id")), &json!({})).await.expect(200);
    try_count(app, "1.00", "2026-10-31", Some("n")).await.problem(409, "period_closed");
    assert_eq!((app.balance("1001").await, app.balance("1901").await), ("0.00".into(), "0.00".into()));
}

async fn a_count_is_repeated_with_its_key_without_effect(app: &TestApp) {
    let body = json!({ "amount": cny("5.00"), "on": TODAY, "note": "Float" });
    let first = app.api.post_once("/till-counts", "count-1", &body).await;
    let again = app.api.post_once("/till-counts", "count-1", &body).await;
    assert_eq!((first.status, &first.body), (201, &again.body));
    assert_eq!(app.balance("1001").await, "5.00");
    let bank = json!({ "amount": cny("2.00"), "on": TODAY });
    let first = app.api.post_once("/till-deposits", "bank-1", &bank).await;
    let again = app.api.post_once("/till-deposits", "bank-1", &bank).await;
    assert_eq!((first.status, &first.body), (201, &again.body));
    assert_eq!(app.balance("1001").await, "3.00");
}

async fn cash_goes_to_the_bank_and_never_more_than_there_is(app: &TestApp) {
    let customer = app.customer("现金").await;
    cash(app, &customer, cny("100.00"), TODAY).await;
    let bank = |amount: &str, on: &str| json!({ "amount": cny(amount), "on": on, "reference": "Slip 117" });
    let problem = app.api.post("/till-deposits", &bank("100.01", TODAY)).await.problem(409, "till_holds_less");
    assert!(text(&problem, "/detail").contains("100.00"), "{problem}");
    app.api.post("/till-deposits", &bank("1.00", "2026-11-22")).await.problem(409, "till_holds_less");
    app.api.post("/till-deposits", &bank("1.00", "2026-11-24")).await.wrong_field("/on");
    app.api.post("/till-deposits", &bank("0.00", TODAY)).await.wrong_field("/amount/amount");
    for (field, code) in [("from", "1002"), ("to", "1001"), ("to", "101201"), ("to", "5001")] {
        let mut body = bank("1.00", TODAY);
        body[field] = json!(code);
        app.api.post("/till-deposits", &body).await.wrong_field(&format!("/{field}"));
    }
    let deposit = app.api.post("/till-deposits", &bank("80.00", TODAY)).await.expect(201);
    assert_eq!(app.postings(&deposit).await, ["1001 - 80.00", "1002 80.00 -"]);
    assert_eq!((app.balance("1001").await, app.balance("1002").await), ("20.00".into(), "80.00".into()));
    // Many at once do not take it twice.
    let body = bank("15.00", TODAY);
    let replies = join_all((0..8).map(|_| app.api.post("/till-deposits", &body))).await;
    assert_eq!(replies.iter().filter(|reply| reply.status == 201).count(), 1);
    assert_eq!(app.balance("1001").await, "5.00");
}

async fn another_currency_is_counted_by_itself(app: &TestApp) {
    let customer = app.customer_with(json!({ "name": "Overseas", "currency": "USD" })).await;
    let rate = json!({ "base": "USD", "quote": "CNY", "valid_from": "2026-11-01", "rate": "7.00" });
    app.api.post("/exchange-rates", &rate).await.expect(201);
    cash(app, &customer, money("USD", "50.00"), TODAY).await;
    assert_eq!(count(app, "0.00", None).await["entry"], Value::Null, "yuan are counted by themselves");
    let body = json!({ "amount": money("USD", "49.00"), "on": TODAY, "note": "One dollar short" });
    let short = app.api.post("/till-counts", &body).await.expect(201);
    assert_eq!(short["difference"], money("USD", "-1.00"));
    assert_eq!((app.balance("1001").await, app.balance("1901").await), ("343.00".into(), "7.00".into()));
    let desk = cashier(app).await;
    let page = desk.get("/payments/till?account=1001&currency=USD").await.text();
    assert!(page.contains("One dollar short") && !page.contains("/denominations/0"), "{page}");
    assert!(desk.get("/payments/till").await.text().contains("currency=USD"), "each is led to");
}

/// Counts that find nothing there, while cash comes in: each takes out what the books have at its moment, nothing is taken out twice.
async fn counts_and_payments_at_one_moment_miss_nothing(app: &TestApp) {
    let customer = app.customer("现金").await;
    let payment = json!({ "customer": customer, "method": "cash", "amount": cny("10.00"), "received_on": TODAY });
    let nothing = json!({ "amount": cny("0.00"), "on": TODAY, "note": "Nothing there" });
    // One payment and many counts: one of them finds it.
    for _ in 0..10 {
        app.api.post("/payments", &payment).await.expect(201);
        for reply in join_all((0..12).map(|_| app.api.post("/till-counts", &nothing))).await {
            reply.expect(201);
        }
    }
    // And both at once.
    let calls = (0..45).map(|n| match n % 3 {
        0 => app.api.post("/till-counts", &nothing),
        _ => app.api.post("/payments", &payment),
    });
    for reply in join_all(calls).await {
        reply.expect(201);
    }
    app.api.post("/till-counts", &nothing).await.expect(201);
    let counts = app.api.get("/till-counts?limit=200").await.expect(200);
    let differences: Vec<i64> = rows(&counts).iter().map(|count| minor(&count["difference"])).collect();
    assert!(differences.iter().all(|difference| *difference <= 0), "taken out twice: {differences:?}");
    assert_eq!(differences.iter().sum::<i64>(), -40 * 1000);
    assert_eq!((app.balance("1001").await, app.balance("1901").await), ("0.00".into(), "400.00".into()));
}

/// The fields of the form that counts, as the page has them, with some typed over.
fn typed(page: &Reply, over: &[(&str, &str)]) -> Vec<(String, String)> {
    let mut fields = page.fields();
    for (name, value) in over {
        fields.retain(|(own, _)| own != name);
        fields.push(((*name).to_owned(), (*value).to_owned()));
    }
    fields
}

async fn submit(desk: &Caller, path: &str, fields: &[(String, String)]) -> Reply {
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    desk.submit(path, &fields).await
}

async fn the_cashier_checks_first_and_keeps_what_was_typed(app: &TestApp) {
    let customer = app.customer("现金").await;
    cash(app, &customer, cny("300.50"), TODAY).await;
    let desk = cashier(app).await;
    let blank = desk.get("/payments/till").await;
    assert!(blank.text().contains("Nobody has counted this till yet"), "{}", blank.text());

    // What is wrong is said where it is, and nothing typed is lost.
    let wrong = [("/denominations/0/number", "2"), ("/denominations/1/number", "x"), ("check", "1")];
    let refused = submit(&desk, "/payments/till", &typed(&blank, &wrong)).await;
    assert_eq!(refused.status, 422);
    let page = refused.text();
    assert!(page.contains("A whole number up to 1,000,000") && page.contains("value=\"x\""), "{page}");
    let apart = [("/denominations/0/number", "2"), ("/amount/amount", "201"), ("check", "1")];
    let refused = submit(&desk, "/payments/till", &typed(&blank, &apart)).await;
    assert!(refused.status == 422 && refused.text().contains("200.00"), "{}", refused.text());

    // Looked at first: nothing is posted.
    let good = [("/denominations/0/number", "2"), ("/denominations/6/number", "96"), ("check", "1")];
    let seen = submit(&desk, "/payments/till", &typed(&blank, &good)).await;
    assert_eq!(seen.status, 200);
    let page = seen.text();
    assert!(page.contains("248.00") && page.contains("52.50") && page.contains("is missing"), "{page}");
    assert_eq!(app.balance("1901").await, "0.00");
    // Without a reason it is not posted.
    let refused = submit(&desk, "/payments/till", &typed(&seen, &[])).await;
    assert!(refused.status == 422 && refused.text().contains("say why"), "{}", refused.text());
    // What was typed over since is looked at again.
    let changed =
        submit(&desk, "/payments/till", &typed(&seen, &[("/denominations/0/number", "3"), ("/note", "?")])).await;
    assert!(changed.status == 200 && changed.text().contains("348.00"), "{}", changed.text());
    // Cash came in meanwhile: the difference is another.
    cash(app, &customer, cny("1.00"), TODAY).await;
    let moved = submit(&desk, "/payments/till", &typed(&seen, &[("/note", "Lent to the warehouse")])).await;
    assert_eq!(moved.status, 409);
    assert!(moved.text().contains("Lent to the warehouse") && moved.text().contains("53.50"), "{}", moved.text());
    assert_eq!(app.balance("1901").await, "0.00");
    let kept = submit(&desk, "/payments/till", &typed(&moved, &[])).await;
    assert_eq!((kept.status, kept.location()), (303, "/payments/till?account=1001&currency=CNY&done=till-counted"));
    assert_eq!((app.balance("1001").await, app.balance("1901").await), ("248.00".into(), "53.50".into()));
    let page = desk.get(kept.location()).await.text();
    assert!(page.contains("Lent to the warehouse") && page.contains("The count is kept"), "{page}");
    assert!(!page.contains("/entries/"), "who handles the money does not see the journal");
    let owner = app.nobody.signed_in(&app.staff(Role::Owner).await, PASSWORD).await;
    assert!(owner.get("/payments/till").await.text().contains("/entries/"), "others see the entry");
    let chinese = desk.get("/payments/till?lang=zh-CN").await.text();
    assert!(chinese.contains("现金盘点") && !chinese.contains("till-"), "{chinese}");
}

async fn the_desk_shows_what_moved_since_the_last_count(app: &TestApp) {
    let customer = app.customer("现金").await;
    count(app, "0.00", None).await;
    let payment = cash(app, &customer, cny("100.00"), TODAY).await;
    let desk = cashier(app).await;
    let link = format!("/payments/{}", text(&payment, "/id"));
    let page = desk.get("/payments/till").await.text();
    assert!(page.contains(&link) && page.contains("recorded after that day was counted"), "{page}");
    assert!(!desk.get("/payments").await.text().contains("was not counted"));
    app.clock.advance(SignedDuration::from_hours(24));
    let desk = app.nobody.signed_in("cashier@shunfu.example", PASSWORD).await;
    assert!(!desk.get("/payments").await.text().contains("moved yesterday"), "the last count is of yesterday");
    cash(app, &customer, cny("7.00"), "2026-11-24").await;
    let back = json!({ "amount": cny("10.00"), "reason": "Too much", "account": "1001" });
    app.api.post(&format!("{link}/refunds"), &back).await.expect(201);

    let form = desk.get("/payments/till/deposit?account=1001&currency=CNY").await;
    let refused =
        submit(&desk, "/payments/till/deposit", &typed(&form, &[("/amount/amount", "97.01"), ("/to", "1002")])).await;
    assert!(refused.status == 409 && refused.text().contains("value=\"97.01\""), "{}", refused.text());
    let gone = submit(&desk, "/payments/till/deposit", &typed(&refused, &[("/amount/amount", "80")])).await;
    assert_eq!((gone.status, gone.location()), (303, "/payments/till?account=1001&currency=CNY&done=till-deposited"));
    let owner = app.nobody.signed_in(&app.staff(Role::Owner).await, PASSWORD).await;
    let page = owner.get(gone.location()).await.text();
    for told in ["Refund", "Transfer", "Payment", "17<i>.00", "−80<i>.00", "−10<i>.00"] {
        assert!(page.contains(told), "{told}: {page}");
    }
    assert!(!page.contains("Recorded in the moment of the count"), "the lines explain all of it: {page}");
    app.clock.advance(SignedDuration::from_hours(24));
    let desk = app.nobody.signed_in("cashier@shunfu.example", PASSWORD).await;
    assert!(desk.get("/payments").await.text().contains("The till moved yesterday and was not counted"));
    try_count(app, "17.00", "2026-11-25", None).await.expect(201);
    assert!(!desk.get("/payments").await.text().contains("was not counted"));
}

async fn changes_of_counts_behind_the_door_are_named(app: &TestApp) {
    let customer = app.customer("现金").await;
    cash(app, &customer, cny("100.00"), TODAY).await;
    let piles = json!([{ "face": cny("10.00"), "number": 9 }]);
    let body = json!({ "amount": cny("90.00"), "on": TODAY, "denominations": piles, "note": "Missing" });
    let count = app.api.post("/till-counts", &body).await.expect(201);
    let deposit = app.api.post("/till-deposits", &json!({ "amount": cny("50.00"), "on": TODAY })).await.expect(201);
    assert_eq!(app.findings(), Vec::<String>::new());
    let id = |value: &Value| text(value, "/id");
    for (change, back, code, of) in [
        (
            "till_counts SET counted_minor = 9001",
            "till_counts SET counted_minor = 9000",
            "till_count_differs",
            id(&count),
        ),
        (
            "till_counts SET expected_minor = 10001",
            "till_counts SET expected_minor = 10000",
            "till_count_differs",
            id(&count),
        ),
        ("till_counts SET account = '1002'", "till_counts SET account = '1001'", "till_count_differs", id(&count)),
        (
            "till_counts SET denominations = '[[1000,8]]'",
            "till_counts SET denominations = '[[1000,9]]'",
            "till_count_differs",
            id(&count),
        ),
        (
            "till_deposits SET amount_minor = 4000",
            "till_deposits SET amount_minor = 5000",
            "till_deposit_differs",
            id(&deposit),
        ),
        (
            "till_deposits SET bank_account = '101299'",
            "till_deposits SET bank_account = '1002'",
            "till_deposit_differs",
            id(&deposit),
        ),
    ] {
        tamper(app, &format!("UPDATE {change}"));
        let found = app.findings();
        assert!(found.iter().any(|line| line.starts_with(code) && line.contains(&of)), "{change}\n{found:#?}");
        tamper(app, &format!("UPDATE {back}"));
        assert_eq!(app.findings(), Vec::<String>::new(), "{back}");
    }
    tamper(app, "CREATE TABLE kept_counts AS SELECT * FROM till_counts; DELETE FROM till_counts");
    assert!(app.findings().iter().any(|line| line.starts_with("document_missing") && line.contains(&id(&count))));
    tamper(app, "INSERT INTO till_counts SELECT * FROM kept_counts; DROP TABLE kept_counts");
}
