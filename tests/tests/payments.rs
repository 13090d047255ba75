//! Money that comes in, is set against invoices, stays as credit, goes back.

use crate::harness::trade::{payment, text};
use crate::harness::{Engine, PASSWORD, TODAY, TestApp, both, cny, rows};
use diesel::connection::SimpleConnection;
use kernel::Role;
use serde_json::{Value, json};

both! {
    part_payments_leave_the_rest_open,
    an_invoice_is_paid_in_more_parts_than_a_statement_names,
    what_exceeds_the_invoice_stays_as_credit_is_applied_later_and_the_rest_refunded,
    no_more_than_the_balance_is_set_against_an_invoice,
    an_advance_may_be_older_than_the_invoice,
    money_of_tomorrow_has_not_come_in,
    one_payment_settles_several_invoices,
    a_cheque_counts_but_may_bounce,
    a_cheque_has_its_days_and_its_fee,
    a_cheque_that_bounced_is_presented_again,
    the_desk_takes_a_payment_back,
    what_is_wrong_is_named_where_it_is,
    cash_and_terminal_slips_lie_on_their_own_accounts,
    a_receipt_is_printed,
}

async fn part_payments_leave_the_rest_open(app: &TestApp) {
    let customer = app.customer("分次").await;
    let invoice = app.invoice(&customer, "100.00").await;
    for (part, standing) in [("30.00", "partially_paid 70.00"), ("69.99", "partially_paid 0.01"), ("0.01", "paid 0.00")]
    {
        app.pay(&customer, cny(part), &[(&invoice, part)]).await.expect(201);
        assert_eq!(app.standing(&invoice).await, standing);
    }
    assert_eq!(app.again(&invoice).await["allocations"].as_array().unwrap().len(), 3);
}

/// SQLite takes 32,766 values in a statement, PostgreSQL 65,535.
async fn an_invoice_is_paid_in_more_parts_than_a_statement_names(app: &TestApp) {
    let customer = app.customer("零付").await;
    let invoice = app.invoice(&customer, "1000.00").await;
    app.pay(&customer, cny("0.01"), &[(&invoice, "0.01")]).await.expect(201);
    let (copies, id) = match app.engine {
        Engine::Sqlite => (33_000, "unhex(printf('019a%08x700080000000%08x', n, n))"),
        Engine::Postgres => {
            (66_000, "('019a' || lpad(to_hex(n), 8, '0') || '700080000000' || lpad(to_hex(n), 8, '0'))::uuid")
        }
    };
    let maintained = async |sql: String| {
        let done = app.house.app.maintain(move |conn: &mut store::Conn| Ok(conn.batch_execute(&sql)?)).await;
        done.unwrap();
    };
    let copied = |table: &str, named: &[&str], rest: &str| {
        let (new, names) = (vec![id; named.len()].join(", "), named.join(", "));
        format!(
            "INSERT INTO {table} ({names}, {rest}) WITH RECURSIVE seq(n) AS \
             (SELECT 1 UNION ALL SELECT n + 1 FROM seq WHERE n < {copies}) \
             SELECT {new}, {rest} FROM seq, (SELECT * FROM {table} WHERE amount_minor = 1 LIMIT 1) AS one;"
        )
    };
    let payments = "organisation_id, customer_id, method, status, currency, amount_minor, refunded_minor, exchange_rate, \
                    received_on, reference, account, recorded_by, created_at, version";
    let items = "organisation_id, kind, customer_id, currency, amount_minor, open_minor, functional_minor, \
                 functional_open_minor, date, due_on";
    let allocations =
        "organisation_id, debit_id, amount_minor, debit_functional_minor, credit_functional_minor, date, created_at";
    let lowered = format!("open_minor = open_minor - {copies} WHERE amount_minor = 100000;");
    maintained(copied("payments", &["payment_id"], payments)).await;
    maintained(copied("open_items", &["item_id"], items)).await;
    maintained(copied("allocations", &["allocation_id", "credit_id"], allocations)).await;
    maintained(format!("UPDATE open_items SET {lowered}")).await;

    let shown = app.again(&invoice).await;
    assert_eq!(shown["allocations"].as_array().unwrap().len(), copies + 1);
    assert_eq!(shown["status"], "partially_paid");
    let statement =
        app.api.get(&format!("/customers/{customer}/statement?from=2026-01-01&to=2026-12-31")).await.expect(200);
    assert_eq!(statement["accounts"][0]["lines"].as_array().unwrap().len(), copies + 2);
    let desk = app.nobody.signed_in(&app.staff(Role::Accountant).await, PASSWORD).await;
    for page in [format!("/invoices/{}", text(&invoice, "/id")), format!("/customers/{customer}/statement")] {
        let reply = desk.get(&page).await;
        assert_eq!(reply.status, 200, "{page}: {:.500}", reply.text());
    }

    let raised = lowered.replace(" - ", " + ");
    let of_copies = |id: &str| match app.engine {
        Engine::Sqlite => format!("hex({id}) LIKE '019A%700080000000%'"),
        Engine::Postgres => format!("{id}::text LIKE '019a%-7000-8000-0000%'"),
    };
    for (table, id) in [("allocations", "allocation_id"), ("open_items", "item_id"), ("payments", "payment_id")] {
        maintained(format!("DELETE FROM {table} WHERE {}", of_copies(id))).await;
    }
    maintained(format!("UPDATE open_items SET {raised}")).await;
}

async fn what_exceeds_the_invoice_stays_as_credit_is_applied_later_and_the_rest_refunded(app: &TestApp) {
    let customer = app.customer("多付").await;
    let invoice = app.invoice(&customer, "100.00").await;
    let paid = app.pay(&customer, cny("150.00"), &[(&invoice, "100.00")]).await.expect(201);
    assert_eq!((&paid["allocated"], &paid["unallocated"]), (&cny("100.00"), &cny("50.00")));
    assert_eq!(app.balance("2203").await, "-50.00", "the rest is owed to the customer");

    let next = app.invoice(&customer, "30.00").await;
    let id = text(&paid, "/id");
    let apply = json!({ "allocations": [{ "invoice": next["id"], "amount": cny("30.00") }] });
    app.api.post(&format!("/payments/{id}/allocations"), &apply).await.expect(201);
    assert_eq!(app.standing(&next).await, "paid 0.00");
    assert_eq!(app.balance("2203").await, "-20.00");

    let refunds = format!("/payments/{id}/refunds");
    let too_much = json!({ "amount": cny("20.01"), "reason": "多付" });
    assert_eq!(app.api.post(&refunds, &too_much).await.status, 409);
    let rest = json!({ "amount": cny("20.00"), "reason": "多付" });
    let refund = app.api.post(&refunds, &rest).await.expect(201);
    assert!(text(&refund, "/id").starts_with("ref_"), "{refund}");
    let now = app.api.get(&format!("/payments/{id}")).await.expect(200);
    assert_eq!((&now["refunded"], &now["unallocated"]), (&cny("20.00"), &cny("0.00")));
    assert_eq!((app.balance("2203").await.as_str(), app.balance("1002").await.as_str()), ("0.00", "130.00"));
}

async fn no_more_than_the_balance_is_set_against_an_invoice(app: &TestApp) {
    let customer = app.customer("过多").await;
    let invoice = app.invoice(&customer, "100.00").await;
    let reply = app.pay(&customer, cny("200.00"), &[(&invoice, "100.01")]).await;
    reply.problem(409, "allocation_exceeds_balance");
    assert_eq!(app.standing(&invoice).await, "open 100.00");
    assert_eq!(rows(&app.api.get("/payments").await.expect(200)).len(), 0, "nothing was recorded");
    let beyond = app.pay(&customer, cny("50.00"), &[(&invoice, "50.01")]).await;
    assert!([409, 422].contains(&beyond.status), "more is allocated than came in: {}", beyond.text());
    let twice = app.pay(&customer, cny("100.00"), &[(&invoice, "60.00"), (&invoice, "60.00")]).await;
    assert!([409, 422].contains(&twice.status), "{}", twice.text());
    assert_eq!(app.standing(&invoice).await, "open 100.00");
}

async fn an_advance_may_be_older_than_the_invoice(app: &TestApp) {
    let customer = app.customer("预付").await;
    let mut advance = payment(&customer, cny("40.00"), &[]);
    advance["received_on"] = json!("2026-11-01");
    let paid = app.api.post("/payments", &advance).await.expect(201);
    assert_eq!((&paid["allocated"], &paid["unallocated"]), (&cny("0.00"), &cny("40.00")));
    let invoice = app.invoice(&customer, "100.00").await;
    let mut direct = payment(&customer, cny("10.00"), &[(&invoice, "10.00")]);
    direct["received_on"] = json!("2026-11-01");
    app.api.post("/payments", &direct).await.expect(201);
    assert_eq!(app.standing(&invoice).await, "partially_paid 90.00");
    let balance = app.api.get(&format!("/customers/{customer}/balance")).await.expect(200);
    assert!(balance.to_string().contains("90.00") && balance.to_string().contains("40.00"), "{balance}");
}

async fn money_of_tomorrow_has_not_come_in(app: &TestApp) {
    let customer = app.customer("明天").await;
    let mut body = payment(&customer, cny("1.00"), &[]);
    body["received_on"] = json!("2026-11-24");
    app.api.post("/payments", &body).await.wrong_field("/received_on");
    // Eleven at night in London is tomorrow in Shanghai already.
    app.clock.set("2026-11-23T23:00:00Z".parse().unwrap());
    app.api.post("/payments", &body).await.expect(201);
}

async fn one_payment_settles_several_invoices(app: &TestApp) {
    let customer = app.customer("几张").await;
    let first = app.invoice(&customer, "10.00").await;
    let second = app.invoice(&customer, "20.00").await;
    let third = app.invoice(&customer, "30.00").await;
    let parts = [(&first, "10.00"), (&second, "20.00"), (&third, "5.00")];
    app.pay(&customer, cny("35.00"), &parts).await.expect(201);
    assert_eq!(app.standing(&first).await, "paid 0.00");
    assert_eq!(app.standing(&second).await, "paid 0.00");
    assert_eq!(app.standing(&third).await, "partially_paid 25.00");
    let statement = app.api.get(&format!("/customers/{customer}/statement?from=2026-11-01&to=2026-11-30")).await;
    assert!(statement.expect(200).to_string().contains("25.00"), "{}", statement.text());
}

async fn a_cheque_counts_but_may_bounce(app: &TestApp) {
    let customer = app.customer("支票").await;
    let invoice = app.invoice(&customer, "80.00").await;
    let mut body = payment(&customer, cny("80.00"), &[(&invoice, "80.00")]);
    body["method"] = json!("cheque");
    let cheque = app.api.post("/payments", &body).await.expect(201);
    assert_eq!(cheque["status"], "uncleared");
    assert_eq!(app.standing(&invoice).await, "paid 0.00");
    let id = text(&cheque, "/id");
    let step = |step: &str| format!("/payments/{id}/cheque/{step}");
    app.api.post(&step("deposit"), &json!({})).await.expect(200);
    assert_eq!(app.api.post(&step("bounce"), &json!({})).await.expect(200)["status"], "reversed");
    assert_eq!(app.standing(&invoice).await, "open 80.00");
    app.api.post(&step("clear"), &json!({})).await.expect(409);

    let second = app.api.post("/payments", &body).await.expect(201);
    let id = text(&second, "/id");
    app.api.post(&format!("/payments/{id}/cheque/deposit"), &json!({})).await.expect(200);
    let cleared = app.api.post(&format!("/payments/{id}/cheque/clear"), &json!({})).await.expect(200);
    assert_eq!(cleared["status"], "succeeded");
    assert_eq!(app.balance("1002").await, "80.00");
}

async fn a_cheque_has_its_days_and_its_fee(app: &TestApp) {
    let customer = app.customer("日期").await;
    let invoice = app.invoice(&customer, "80.00").await;
    let mut body = payment(&customer, cny("80.00"), &[(&invoice, "80.00")]);
    (body["method"], body["received_on"]) = (json!("cheque"), json!("2026-11-10"));
    let on = |day: &str| json!({ "on": day });
    for cleared in [false, true] {
        let cheque = app.api.post("/payments", &body).await.expect(201);
        let path = format!("/payments/{}/cheque", text(&cheque, "/id"));
        let step = async |step: &str, body: Value| app.api.post(&format!("{path}/{step}"), &body).await;
        step("deposit", on("2026-11-09")).await.wrong_field("/on");
        step("deposit", on("2026-11-20")).await.expect(200);
        step("clear", on("2026-11-19")).await.wrong_field("/on");
        if cleared {
            step("clear", on("2026-11-22")).await.expect(200);
            step("bounce", on("2026-11-21")).await.wrong_field("/on");
        }
        step("bounce", on("2026-11-19")).await.wrong_field("/on");
        step("bounce", json!({ "fee": cny("0.00") })).await.wrong_field("/fee/amount");
        let fee = json!({ "on": "2026-11-23", "reason": "存款不足", "fee": cny("15.00") });
        assert_eq!(step("bounce", fee).await.expect(200)["status"], "reversed");
    }
    assert_eq!(app.standing(&invoice).await, "open 80.00");
    let (fees, bank, cheques) = (app.balance("5603").await, app.balance("1002").await, app.balance("101210").await);
    assert_eq!((fees.as_str(), bank.as_str(), cheques.as_str()), ("30.00", "-30.00", "0.00"));
}

async fn a_cheque_that_bounced_is_presented_again(app: &TestApp) {
    let customer = app.customer("再次提示").await;
    let (first, second) = (app.invoice(&customer, "80.00").await, app.invoice(&customer, "20.00").await);
    let mut body = payment(&customer, cny("100.00"), &[(&first, "80.00"), (&second, "20.00")]);
    (body["method"], body["reference"]) = (json!("cheque"), json!("支票 00123"));
    let cheque = app.api.post("/payments", &body).await.expect(201);
    let step = async |payment: &Value, step: &str| {
        app.api.post(&format!("/payments/{}/cheque/{step}", text(payment, "/id")), &json!({})).await
    };
    assert_eq!(step(&cheque, "redeposit").await.expect(409)["code"], "cheque_not_bounced");
    step(&cheque, "deposit").await.expect(200);
    step(&cheque, "bounce").await.expect(200);
    // Meanwhile a part of the first is paid otherwise.
    app.pay(&customer, cny("30.00"), &[(&first, "30.00")]).await.expect(201);
    let again = step(&cheque, "redeposit").await.expect(201);
    assert_eq!((&again["status"], &again["reference"]), (&json!("uncleared"), &json!("支票 00123")));
    assert_eq!(
        (text(&again, "/allocated/amount"), text(&again, "/unallocated/amount")),
        ("70.00".into(), "30.00".into())
    );
    assert_eq!(again["deposited_on"], TODAY);
    assert_eq!((app.standing(&first).await, app.standing(&second).await), ("paid 0.00".into(), "paid 0.00".into()));
    assert_eq!(step(&cheque, "redeposit").await.expect(409)["code"], "cheque_presented_again");
    assert_eq!(step(&again, "clear").await.expect(200)["status"], "succeeded");
    assert_eq!((app.balance("1002").await, app.balance("101210").await), ("130.00".into(), "0.00".into()));
    // The desk shows where the one went and the other came from, and a second bounce may be presented once more.
    let desk = app.nobody.signed_in(&app.staff(Role::Accountant).await, PASSWORD).await;
    for (page, other) in [(&cheque, &again), (&again, &cheque)] {
        let shown = desk.get(&format!("/payments/{}", text(page, "/id"))).await;
        assert!(shown.text().contains(&format!("/payments/{}", text(other, "/id"))), "{}", shown.text());
    }
    step(&again, "bounce").await.expect(200);
    assert_eq!(
        (app.standing(&first).await, app.standing(&second).await),
        ("partially_paid 50.00".into(), "open 20.00".into())
    );
    let path = format!("/payments/{}/cheque/present", text(&again, "/id"));
    desk.submit(&path, &[]).await.expect(303);
    assert_eq!((app.standing(&first).await, app.standing(&second).await), ("paid 0.00".into(), "paid 0.00".into()));
}

async fn the_desk_takes_a_payment_back(app: &TestApp) {
    let customer = app.customer("撤回").await;
    let invoice = app.invoice(&customer, "10.00").await;
    let paid = app.pay(&customer, cny("10.00"), &[(&invoice, "10.00")]).await.expect(201);
    let receipt = format!("/payments/{}/receipt.pdf", text(&paid, "/id"));
    let printed = app.api.get(&receipt).await.body;
    let desk = app.nobody.signed_in(&app.staff(Role::Accountant).await, PASSWORD).await;
    let path = format!("/payments/{}/reverse", text(&paid, "/id"));
    let form = desk.get(&path).await;
    assert!(
        form.status == 200 && form.text().contains(&text(&invoice, "/number")),
        "what opens again: {}",
        form.text()
    );
    assert_eq!(desk.submit(&path, &[("/on", "2026-11-23"), ("/reason", "")]).await.status, 422);
    assert_eq!(desk.submit(&path, &[("/on", "2026-11-22"), ("/reason", "误登")]).await.status, 422);
    assert_eq!(app.standing(&invoice).await, "paid 0.00");
    assert_eq!(desk.submit(&path, &[("/on", "2026-11-23"), ("/reason", "误登")]).await.status, 303);
    assert_eq!(app.standing(&invoice).await, "open 10.00");
    let void = app.api.get(&receipt).await;
    assert_ne!(void.body, printed, "it is marked void");
    assert_eq!(app.api.get(&receipt).await.body, void.body);
}

async fn what_is_wrong_is_named_where_it_is(app: &TestApp) {
    let customer = app.customer("指针").await;
    let invoice = app.invoice(&customer, "10.00").await;
    let paid = app.pay(&customer, cny("20.00"), &[(&invoice, "10.00")]).await.expect(201);
    let mut elsewhere = payment(&customer, cny("1.00"), &[]);
    elsewhere["account"] = json!("100201");
    app.api.post("/payments", &elsewhere).await.wrong_field("/account");
    let mut ancient = payment(&customer, cny("1.00"), &[]);
    ancient["received_on"] = json!("1900-01-01");
    app.api.post("/payments", &ancient).await.wrong_field("/received_on");
    let euros = json!({ "amount": crate::harness::money("EUR", "1.00"), "reason": "x" });
    app.api.post(&format!("/payments/{}/refunds", text(&paid, "/id")), &euros).await.wrong_field("/amount/currency");
    app.api.get("/payments?status=bogus").await.wrong_field("/status");
    app.api.get("/payments?method=barter").await.wrong_field("/method");
    let nothing = json!({ "reason": "x", "lines": [] });
    let notes = format!("/invoices/{}/credit-notes", text(&invoice, "/id"));
    app.api.post(&notes, &nothing).await.wrong_field("/lines");
    let lost = app.invoice(&customer, "30.00").await;
    let given_up = format!("/invoices/{}/write-off", text(&lost, "/id"));
    app.api.post(&given_up, &json!({ "reason": "bad_debt" })).await.expect(200);
    app.pay(&customer, cny("30.00"), &[(&lost, "30.00")]).await.problem(409, "allocation_written_off");
}

async fn cash_and_terminal_slips_lie_on_their_own_accounts(app: &TestApp) {
    let customer = app.customer("方式").await;
    for (method, account) in [("cash", "1001"), ("card", "101206"), ("bank_transfer", "1002"), ("cheque", "101210")] {
        let mut body = payment(&customer, cny("7.00"), &[]);
        body["method"] = json!(method);
        app.api.post("/payments", &body).await.expect(201);
        assert_eq!(app.balance(account).await, "7.00", "{method}");
    }
}

async fn a_receipt_is_printed(app: &TestApp) {
    let customer = app.customer("收据").await;
    let invoice = app.invoice(&customer, "10.00").await;
    let paid: Value = app.pay(&customer, cny("10.00"), &[(&invoice, "10.00")]).await.expect(201);
    let path = format!("/payments/{}/receipt.pdf", text(&paid, "/id"));
    let first = app.api.get(&path).await;
    assert_eq!((first.status, first.header("content-type")), (200, "application/pdf"), "{}", first.text());
    assert!(first.body.starts_with(b"%PDF-"));
    assert_eq!(app.api.get(&path).await.body, first.body, "a reprint is the same");
}
