//! Nobody decides alone: what takes a second person above the limit, and the company of one that switched it off.

use crate::harness::trade::text;
use crate::harness::{Caller, PASSWORD, Reply, TestApp, both, cny, money, rows};
use jiff::SignedDuration;
use kernel::Role;
use serde_json::{Value, json};

both! {
    up_to_the_limit_one_person_does_everything,
    above_it_somebody_else_has_to,
    halves_add_up_and_other_currencies_are_valued,
    what_a_payment_draws_of_a_credit_note_takes_a_third_person,
    halves_of_a_credit_note_add_up_whichever_way_they_go,
    a_company_of_one_decides_alone_with_its_password,
    only_an_owner_moves_the_limit,
}

/// What one program made: credit of a payment and of a credit note, an open invoice, an order on hold; each over the amount.
struct Made {
    refund: (String, Value),
    note: (String, Value),
    write_off: (String, Value),
    release: (String, Value),
}

impl Made {
    async fn of(app: &TestApp, amount: &str) -> Made {
        let customer = app.customer("出款").await;
        let payment = app.pay(&customer, cny(amount), &[]).await.expect(201);
        let paid = app.invoice(&customer, amount).await;
        app.pay(&customer, cny(amount), &[(&paid, amount)]).await.expect(201);
        let note = format!("/invoices/{}/credit-notes", text(&paid, "/id"));
        let note = app.api.post(&note, &json!({ "reason": "退货" })).await.expect(201);
        let invoice = app.invoice(&customer, amount).await;
        let held = app.customer_with(json!({ "name": "有限额", "credit_limit": cny("0.01") })).await;
        let lines = json!([{ "description": "Work", "quantity": "1", "unit_price": cny(amount) }]);
        let order = app.order(&held, "CNY", lines).await;
        assert_eq!(app.submit(&order).await.expect(200)["status"], "on_hold");
        Made {
            refund: (
                format!("/payments/{}/refunds", text(&payment, "/id")),
                json!({ "amount": cny(amount), "reason": "多付" }),
            ),
            note: (
                format!("/credit-notes/{}/refunds", text(&note, "/id")),
                json!({ "amount": cny(amount), "reason": "退货" }),
            ),
            write_off: (format!("/invoices/{}/write-off", text(&invoice, "/id")), json!({ "reason": "bad_debt" })),
            release: (format!("/orders/{}/release", text(&order, "/id")), json!({})),
        }
    }

    fn acts(&self) -> [&(String, Value); 4] {
        [&self.refund, &self.note, &self.write_off, &self.release]
    }
}

async fn up_to_the_limit_one_person_does_everything(app: &TestApp) {
    let limit = app.api.get("/organisation").await.expect(200)["decides_alone_up_to"].clone();
    assert_eq!(limit, cny("10000.00"));
    let made = Made::of(app, "10000.00").await;
    for (path, body) in made.acts() {
        let done = app.api.post(path, body).await;
        assert!(matches!(done.status, 200 | 201), "{path}: {}", done.text());
    }
}

async fn above_it_somebody_else_has_to(app: &TestApp) {
    let made = Made::of(app, "10000.01").await;
    for (path, body) in made.acts() {
        let refused = app.api.post(path, body).await.problem(409, "second_person_needed");
        let detail = text(&refused, "/detail");
        assert!(detail.contains("10,000.00") && detail.contains("ask a finance manager"), "{detail}");
        let said = app.api.speaking("zh-CN").post(path, body).await.problem(409, "second_person_needed");
        assert!(text(&said, "/detail").contains("财务经理"), "{said}");
    }
    let other = app.key_of(Role::FinanceManager, None).await;
    for (path, body) in made.acts() {
        let done = other.post(path, body).await;
        assert!(matches!(done.status, 200 | 201), "{path}: {}", done.text());
    }
    // Whoever let the order through did not ask for it: its invoice stays the submitter's.
    let order = made.release.0.replace("/release", "");
    let invoice = text(&app.api.get(&order).await.expect(200), "/invoice");
    let write_off = format!("/invoices/{invoice}/write-off");
    app.api.post(&write_off, &json!({ "reason": "bad_debt" })).await.problem(409, "second_person_needed");
    other.post(&write_off, &json!({ "reason": "bad_debt" })).await.expect(200);
}

async fn halves_add_up_and_other_currencies_are_valued(app: &TestApp) {
    let customer = app.customer("分次").await;
    let payment = app.pay(&customer, cny("30000.00"), &[]).await.expect(201);
    let refunds = format!("/payments/{}/refunds", text(&payment, "/id"));
    let part = |amount: &str| json!({ "amount": cny(amount), "reason": "多付" });
    app.api.post(&refunds, &part("6000.00")).await.expect(201);
    app.api.post(&refunds, &part("4000.01")).await.problem(409, "second_person_needed");
    app.api.post(&refunds, &part("4000.00")).await.expect(201);
    let invoice = app.invoice(&customer, "30000.00").await;
    let write_off = format!("/invoices/{}/write-off", text(&invoice, "/id"));
    let part = |amount: &str, reason: &str| json!({ "amount": cny(amount), "reason": reason });
    app.api.post(&write_off, &part("6000.00", "discount")).await.expect(200);
    app.api.post(&write_off, &part("4000.01", "bad_debt")).await.problem(409, "second_person_needed");
    app.api.post(&write_off, &part("4000.00", "bad_debt")).await.expect(200);

    let rate = json!({ "base": "EUR", "quote": "CNY", "rate": "8", "valid_from": "2026-11-01" });
    app.api.post("/exchange-rates", &rate).await.expect(201);
    let abroad = app.customer_with(json!({ "name": "Abroad", "country": "DE", "currency": "EUR" })).await;
    for (amount, status) in [("1250.00", 201), ("1250.01", 409)] {
        let payment = app.pay(&abroad, money("EUR", amount), &[]).await.expect(201);
        let refunds = format!("/payments/{}/refunds", text(&payment, "/id"));
        let body = json!({ "amount": money("EUR", amount), "reason": "多付" });
        assert_eq!(app.api.post(&refunds, &body).await.status, status, "{amount}");
    }
}

/// A refund of a payment, without saying which account.
async fn pay_back(who: &Caller, payment: &Value, amount: &str) -> Reply {
    let path = format!("/payments/{}/refunds", text(payment, "/id"));
    who.post(&path, &json!({ "amount": cny(amount), "reason": "退货" })).await
}

/// Invoices the sum, takes the payments of it, and lets somebody else take all of it back.
async fn credited(app: &TestApp, total: &str, payments: &[&str], maker: &Caller) -> (Vec<Value>, Value) {
    let customer = app.customer("退款").await;
    let invoice = app.invoice(&customer, total).await;
    let mut paid = Vec::new();
    for amount in payments {
        paid.push(app.pay(&customer, cny(amount), &[(&invoice, amount)]).await.expect(201));
    }
    let note = format!("/invoices/{}/credit-notes", text(&invoice, "/id"));
    (paid, maker.post(&note, &json!({ "reason": "退货" })).await.expect(201))
}

async fn what_a_payment_draws_of_a_credit_note_takes_a_third_person(app: &TestApp) {
    let maker = app.key_of(Role::FinanceManager, None).await;
    let third = app.key_of(Role::FinanceManager, None).await;
    let (paid, note) = credited(app, "10000.01", &["10000.01"], &maker).await;
    // The one took the money in, the other made it refundable.
    for who in [&app.api, &maker] {
        pay_back(who, &paid[0], "10000.01").await.problem(409, "second_person_needed");
    }
    let untouched = app.api.get(&format!("/credit-notes/{}", text(&note, "/id"))).await.expect(200);
    assert_eq!(untouched["unapplied"], cny("10000.01"), "{untouched}");
    pay_back(&third, &paid[0], "10000.01").await.expect(201);
    // Up to the limit each of them may.
    let (paid, _) = credited(app, "10000.00", &["10000.00"], &maker).await;
    pay_back(&maker, &paid[0], "4000.00").await.expect(201);
    pay_back(&app.api, &paid[0], "6000.00").await.expect(201);
}

async fn halves_of_a_credit_note_add_up_whichever_way_they_go(app: &TestApp) {
    let maker = app.key_of(Role::FinanceManager, None).await;
    // By two payments, each of which is small.
    let (paid, _) = credited(app, "10000.01", &["6000.00", "4000.01"], &maker).await;
    pay_back(&maker, &paid[0], "6000.00").await.expect(201);
    pay_back(&maker, &paid[1], "4000.01").await.problem(409, "second_person_needed");
    pay_back(&maker, &paid[1], "4000.00").await.expect(201);
    pay_back(&app.api, &paid[1], "0.01").await.expect(201);
    // By a payment and by the note itself, in either order.
    let by_note = async |note: &Value, amount: &str| {
        let path = format!("/credit-notes/{}/refunds", text(note, "/id"));
        maker.post(&path, &json!({ "amount": cny(amount), "reason": "退货" })).await
    };
    let (paid, note) = credited(app, "10000.01", &["10000.01"], &maker).await;
    pay_back(&maker, &paid[0], "6000.00").await.expect(201);
    by_note(&note, "4000.01").await.problem(409, "second_person_needed");
    by_note(&note, "4000.00").await.expect(201);
    let (paid, note) = credited(app, "10000.01", &["10000.01"], &maker).await;
    by_note(&note, "6000.00").await.expect(201);
    pay_back(&maker, &paid[0], "4000.01").await.problem(409, "second_person_needed");
    pay_back(&app.api, &paid[0], "4000.01").await.expect(201);
    // What stands against its invoice from the beginning took a claim back, and paid nothing out.
    app.clock.advance(SignedDuration::from_secs(1));
    let customer = app.customer("部分付款").await;
    let invoice = app.invoice(&customer, "20000.00").await;
    let part = app.pay(&customer, cny("3000.00"), &[(&invoice, "3000.00")]).await.expect(201);
    let path = format!("/invoices/{}/credit-notes", text(&invoice, "/id"));
    maker.post(&path, &json!({ "reason": "退货" })).await.expect(201);
    app.clock.advance(SignedDuration::from_secs(1));
    pay_back(&maker, &part, "3000.00").await.expect(201);
}

/// An owner at the desk, who has just given the password.
async fn owner(app: &TestApp) -> Caller {
    let email = app.staff(Role::Owner).await;
    app.nobody.signed_in(&email, PASSWORD).await
}

async fn set(owner: &Caller, limit: &str, alone: &str) -> Reply {
    let form = [("/decides_alone_up_to", limit), ("/single_person", alone)];
    owner.submit("/settings/single-person", &form).await
}

async fn a_company_of_one_decides_alone_with_its_password(app: &TestApp) {
    let owner = owner(app).await;
    assert!(!owner.get("/").await.text().contains("One person may do here"));
    let set = set(&owner, "500.00", "true").await;
    assert_eq!((set.status, set.location()), (303, "/settings?done=settings-saved"), "{}", set.text());
    let customer = app.customer("一人公司").await;
    let recorded = owner
        .submit(
            "/payments",
            &[
                ("/customer", &customer),
                ("/method", "bank_transfer"),
                ("/amount/currency", "CNY"),
                ("/amount/amount", "900.00"),
                ("/received_on", crate::harness::TODAY),
            ],
        )
        .await;
    assert_eq!(recorded.status, 303, "{}", recorded.text());
    let payment = recorded.location().split(['?', '#']).next().unwrap().to_owned();
    for page in ["/", "/orders", "/invoices", &payment, "/settings"] {
        assert!(owner.get(page).await.text().contains("One person may do here"), "{page}");
    }
    // A program cannot say again who it is.
    let made = Made::of(app, "500.01").await;
    for (path, body) in made.acts() {
        app.api.post(path, body).await.problem(409, "second_person_needed");
    }
    app.clock.advance(SignedDuration::from_mins(11));
    let refund = format!("{payment}/refund");
    let typed = [("/amount/amount", "500.01"), ("/reason", "退多付")];
    let held = owner.submit(&refund, &typed).await;
    assert_eq!(held.status, 403, "{}", held.text());
    let mut fields = held.hidden_fields();
    fields.push(("confirm_password".into(), PASSWORD.into()));
    let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    let led = owner.submit("/confirm", &fields).await;
    assert_eq!((led.status, led.location()), (307, refund.as_str()));
    let done = owner.submit(&refund, &fields).await;
    assert_eq!(done.location(), format!("{payment}?done=refund-begun"), "{}", done.text());
    let trail = app.api.get("/audit?command=payment.refund").await.expect(200);
    let alone: Vec<&Value> = rows(&trail).iter().filter(|row| row["details"]["decided_alone"] == "refund").collect();
    assert_eq!(alone.len(), 1, "{trail}");
    assert_eq!(alone[0]["details"]["value"], "CNY 500.01");
    // Fresh still, so the next needs no password.
    let rest = owner.submit(&refund, &[("/amount/amount", "100.00"), ("/reason", "退多付")]).await;
    assert_eq!(rest.status, 303, "{}", rest.text());
}

async fn only_an_owner_moves_the_limit(app: &TestApp) {
    let owner = owner(app).await;
    for (limit, status) in [("-1", 422), ("1.234", 422), ("", 422), ("0", 303)] {
        assert_eq!(set(&owner, limit, "false").await.status, status, "{limit}");
    }
    let customer = app.customer("零").await;
    let payment = app.pay(&customer, cny("1.00"), &[]).await.expect(201);
    let body = json!({ "amount": cny("0.01"), "reason": "多付" });
    let path = format!("/payments/{}/refunds", text(&payment, "/id"));
    app.api.post(&path, &body).await.problem(409, "second_person_needed");
    app.clock.advance(SignedDuration::from_mins(11));
    assert_eq!(set(&owner, "1000000", "true").await.status, 403, "the password is asked for first");
    let key = app.api.patch("/organisation", &json!({ "decides_alone_up_to": cny("1000000.00") })).await;
    key.wrong_field("/decides_alone_up_to");
    let secrets = [("/name", "x"), ("/base_url", "https://pay.example"), ("/merchant", "m")];
    assert_eq!(owner.submit("/settings/gateways", &secrets).await.status, 403, "and before a provider's secrets");
    let asked = owner.get("/settings/gateways").await;
    assert_eq!((asked.status, asked.location()), (303, "/confirm?next=%2Fsettings%2Fgateways"));
}
