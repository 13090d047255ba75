//! What a match posts and undoes beyond the plain: who may give how much away, what is undone with it, and what stays because the bank
//! says so.

use crate::harness::trade::{payment, text};
use crate::harness::{Caller, PASSWORD, Reply, TODAY, TestApp, both, cny, money, rows};
use crate::program::{company, ran, said};
use crate::reconciliation::{act, lines, moved, send, statement};
use jiff::SignedDuration;
use kernel::Role;
use serde_json::{Value, json};

both! {
    much_is_given_up_by_who_may_write_off,
    a_person_at_the_desk_is_told_who_may_give_up_more,
    a_match_takes_back_its_own_write_off,
    what_somebody_claimed_again_is_not_claimed_twice,
    a_bank_keeps_more_than_nothing,
    undoing_is_dated_as_what_it_undoes,
    what_the_bank_says_is_not_taken_back,
    a_cheque_that_bounces_moves_the_bank_twice,
    a_fee_lies_between_an_entry_and_its_line,
    an_account_takes_what_entries_leave_of_a_line,
    a_large_fee_beside_an_entry_takes_who_may_write_off,
    fees_beside_payments_of_an_invoice_add_up,
    a_fee_beside_an_entry_is_typed_at_the_desk,
    what_is_for_no_invoice_goes_where_it_is_said,
    refusals_name_the_fields_of_the_match,
    a_dry_run_refuses_an_account_as_the_run_does,
}

/// Brings lines in and posts none of them; they are numbered through.
async fn brought_in(app: &TestApp, file: &str) -> Vec<Value> {
    app.clock.advance(SignedDuration::from_secs(1));
    let fields = [("account", "1002"), ("post_from", "1001")];
    lines(app, &send(&app.api, file, &fields).await.expect(201)).await
}

/// What of an invoice a line pays, and what is settled beside it.
fn part(invoice: &Value, paid: &str, settle: &str, less: &str) -> Value {
    json!({ "invoice": invoice["id"], "amount": cny(paid), "settle": settle, "settle_amount": cny(less) })
}

fn pay(customer: &str, parts: &[Value]) -> Value {
    json!({ "customer": customer, "invoices": parts })
}

async fn matched(caller: &Caller, app: &TestApp, line: &Value, body: &Value) -> Reply {
    app.clock.advance(SignedDuration::from_secs(1));
    caller.post(&format!("/statement-lines/{}/match", text(line, "/id")), body).await
}

/// The newest entry of the journal.
async fn newest(app: &TestApp) -> Value {
    let list = app.api.get("/journal-entries?limit=1").await.expect(200);
    rows(&list)[0].clone()
}

/// A payment by hand, its path, and its entry.
async fn recorded(app: &TestApp, caller: &Caller, customer: &str, amount: &str) -> (String, String) {
    app.clock.advance(SignedDuration::from_secs(1));
    let paid = caller.post("/payments", &payment(customer, cny(amount), &[])).await.expect(201);
    (format!("/payments/{}", text(&paid, "/id")), text(&newest(app).await, "/id"))
}

/// Code and balance of every account that has one, on a day.
async fn balances(app: &TestApp, day: &str) -> Vec<(String, String)> {
    let report = app.api.get(&format!("/reports/trial-balance?as_of={day}")).await.expect(200);
    let all = report["rows"].as_array().unwrap().iter();
    all.map(|row| (text(row, "/account"), text(row, "/balance/amount"))).filter(|(_, sum)| sum != "0.00").collect()
}

async fn much_is_given_up_by_who_may_write_off(app: &TestApp) {
    let customer = app.customer("客户").await;
    let (small, large) = (app.invoice(&customer, "20100.00").await, app.invoice(&customer, "20100.01").await);
    let all = brought_in(app, &statement("1", 0, &[moved(1_010_000, "x", "A"), moved(1_010_000, "y", "A")])).await;
    for role in [Role::Cashier, Role::Accountant] {
        let caller = app.key_of(role, None).await;
        let path = format!("/invoices/{}/write-off", text(&large, "/id"));
        caller.post(&path, &json!({ "reason": "discount", "amount": cny("1.00") })).await.problem(403, "forbidden");
        for settle in ["fee", "discount", "small_difference"] {
            let body = pay(&customer, &[part(&large, "10100.00", settle, "10000.01")]);
            let refused = matched(&caller, app, &all[1], &body).await.problem(403, "write_off_not_allowed");
            let detail = text(&refused, "/detail");
            assert!(detail.contains("10,000.00") && detail.contains("ask a finance manager"), "{detail}");
            let little = pay(&customer, &[part(&small, "10100.00", settle, "10000.00")]);
            matched(&caller, app, &all[0], &little).await.expect(201);
            let undo = format!("/statement-lines/{}/unmatch", text(&all[0], "/id"));
            caller.post(&undo, &json!({ "reason": "x" })).await.expect(200);
        }
    }
    assert_eq!(app.standing(&large).await, "open 20100.01");
    let manager = app.key_of(Role::FinanceManager, None).await;
    let body = pay(&customer, &[part(&large, "10100.00", "discount", "10000.01")]);
    matched(&manager, app, &all[1], &body).await.expect(201);
    assert_eq!(app.standing(&large).await, "paid 0.00");
    assert_eq!(app.findings(), Vec::<String>::new());
}

async fn a_person_at_the_desk_is_told_who_may_give_up_more(app: &TestApp) {
    let customer = app.customer("客户").await;
    let invoice = app.invoice(&customer, "20100.01").await;
    let all = brought_in(app, &statement("1", 0, &[moved(1_010_000, "x", "A")])).await;
    let desk = app.nobody.signed_in(&app.staff(Role::Cashier).await, PASSWORD).await;
    let id = text(&invoice, "/id");
    let fields = [
        ("/customer", customer.as_str()),
        ("/invoices/0/invoice", &id),
        ("/invoices/0/amount", "10100.00"),
        ("/invoices/0/settle", "discount"),
        ("/invoices/0/settle_amount", "10000.01"),
    ];
    let refused = desk.submit(&format!("/statements/lines/{}/pay", text(&all[0], "/id")), &fields).await;
    let page = refused.text();
    assert!(refused.status == 403 && page.contains("value=\"10000.01\"") && page.contains("finance manager"), "{page}");
    assert_eq!(app.standing(&invoice).await, "open 20100.01");
}

async fn a_match_takes_back_its_own_write_off(app: &TestApp) {
    let customer = app.customer("客户").await;
    let invoice = app.invoice(&customer, "400.00").await;
    let all = brought_in(app, &statement("1", 0, &[moved(10_000, "x", "A"), moved(10_000, "y", "A")])).await;
    let one = pay(&customer, &[part(&invoice, "100.00", "discount", "4.00")]);
    let two = pay(&customer, &[part(&invoice, "100.00", "small_difference", "5.00")]);
    act(app, &all[0], "match", &one).await.expect(201);
    act(app, &all[1], "match", &two).await.expect(201);
    let path = format!("/invoices/{}/write-off", text(&invoice, "/id"));
    app.api.post(&path, &json!({ "reason": "bad_debt", "amount": cny("7.00") })).await.expect(200);
    assert_eq!(app.standing(&invoice).await, "partially_paid 184.00");
    act(app, &all[0], "unmatch", &json!({ "reason": "x" })).await.expect(200);
    assert_eq!(app.standing(&invoice).await, "partially_paid 288.00", "the discount and its payment, nothing else");
    assert_eq!(app.findings(), Vec::<String>::new());
    act(app, &all[1], "unmatch", &json!({ "reason": "x" })).await.expect(200);
    assert_eq!(app.standing(&invoice).await, "open 393.00", "the bad debt is somebody else's");
    assert_eq!(app.findings(), Vec::<String>::new());
}

async fn what_somebody_claimed_again_is_not_claimed_twice(app: &TestApp) {
    let customer = app.customer("客户").await;
    let invoice = app.invoice(&customer, "110.00").await;
    let all = brought_in(app, &statement("1", 0, &[moved(10_000, "x", "A")])).await;
    let body = pay(&customer, &[part(&invoice, "100.00", "small_difference", "10.00")]);
    act(app, &all[0], "match", &body).await.expect(201);
    let path = format!("/invoices/{}/write-off/reverse", text(&invoice, "/id"));
    app.api.post(&path, &json!({ "reason": "mistake" })).await.expect(200);
    assert_eq!(app.standing(&invoice).await, "partially_paid 10.00");
    act(app, &all[0], "unmatch", &json!({ "reason": "x" })).await.expect(200);
    assert_eq!(app.standing(&invoice).await, "open 110.00");
    assert_eq!(app.findings(), Vec::<String>::new());
}

async fn a_bank_keeps_more_than_nothing(app: &TestApp) {
    let customer = app.customer("客户").await;
    let invoice = app.invoice(&customer, "110.00").await;
    let all = brought_in(app, &statement("1", 0, &[moved(10_000, "x", "A")])).await;
    for settle in ["fee", "discount", "small_difference"] {
        for less in ["-10.00", "0.00"] {
            let body = pay(&customer, &[part(&invoice, "100.00", settle, less)]);
            act(app, &all[0], "match", &body).await.wrong_field("/invoices/0/settle_amount");
        }
        let mut other = part(&invoice, "100.00", settle, "1.00");
        other["settle_amount"] = money("USD", "1.00");
        let refused = act(app, &all[0], "match", &pay(&customer, &[other])).await;
        refused.wrong_field("/invoices/0/settle_amount/currency");
    }
    assert_eq!(app.standing(&invoice).await, "open 110.00");
    assert_eq!(app.again(&invoice).await["written_off"], invoice["written_off"]);
}

async fn undoing_is_dated_as_what_it_undoes(app: &TestApp) {
    let customer = app.customer("客户").await;
    let made = json!({ "customer": customer, "currency": "CNY", "issued_on": "2026-10-01", "issue": true,
        "lines": [{ "description": "x", "quantity": "1", "unit_price": cny("110.00") }] });
    let invoice = app.api.post("/invoices", &made).await.expect(201);
    let file = statement("1", 0, &[moved(10_000, "x", "A")]).replace("261123", "261031").replace("1123C", "1031C");
    let all = brought_in(app, &file).await;
    let (then, now) = (balances(app, "2026-10-31").await, balances(app, TODAY).await);
    let body = pay(&customer, &[part(&invoice, "100.00", "discount", "10.00")]);
    act(app, &all[0], "match", &body).await.expect(201);
    app.clock.advance(SignedDuration::from_hours(24));
    act(app, &all[0], "unmatch", &json!({ "reason": "x" })).await.expect(200);
    assert_eq!(balances(app, "2026-10-31").await, then, "as if it had never been");
    assert_eq!(balances(app, TODAY).await, now);
    // In a month that is closed it stands, as the payment does.
    act(app, &all[0], "match", &body).await.expect(201);
    let periods = app.api.get("/periods").await.expect(200);
    let mut ended: Vec<&Value> =
        rows(&periods).iter().filter(|one| text(one, "/ends_on").as_str() <= "2026-10-31").collect();
    ended.sort_by_key(|one| text(one, "/ends_on"));
    for period in ended {
        app.api.post(&format!("/periods/{}/close", text(period, "/id")), &json!({})).await.expect(200);
    }
    act(app, &all[0], "unmatch", &json!({ "reason": "x" })).await.problem(409, "period_closed");
    assert_eq!(app.standing(&invoice).await, "paid 0.00");
    assert_eq!(app.findings(), Vec::<String>::new());
}

async fn what_the_bank_says_is_not_taken_back(app: &TestApp) {
    let customer = app.customer("客户").await;
    let (by_hand, entry) = recorded(app, &app.api, &customer, "100.00").await;
    let lines = json!([{ "account": "1002", "debit": cny("7.00") }, { "account": "3001", "credit": cny("7.00") }]);
    let manual = json!({ "date": TODAY, "memo": "m", "lines": lines });
    let manual = text(&app.api.post("/journal-entries", &manual).await.expect(201), "/id");
    let sent = [moved(10_000, "x", "A"), moved(700, "y", "B"), moved(5_000, "z", "C")];
    let all = brought_in(app, &statement("1", 0, &sent)).await;
    act(app, &all[0], "match", &json!({ "entries": [entry] })).await.expect(201);
    act(app, &all[1], "match", &json!({ "entries": [manual] })).await.expect(201);
    let made = act(app, &all[2], "match", &json!({ "customer": customer })).await.expect(201);
    let made = app.api.get(&format!("/journal-entries/{}", text(&made, "/match/entries/0/entry"))).await.expect(200);
    let made = format!("/payments/{}", text(&made, "/document"));
    let because = json!({ "reason": "Recorded twice" });
    for payment in [&by_hand, &made] {
        let refused = app.api.post(&format!("{payment}/reverse"), &because).await.problem(409, "entry_stands_in_match");
        assert!(text(&refused, "/detail").contains("Undo the match first"), "{refused}");
    }
    let manual = format!("/journal-entries/{manual}/reverse");
    app.api.post(&manual, &json!({})).await.problem(409, "entry_stands_in_match");
    for line in &all {
        act(app, line, "unmatch", &json!({ "reason": "x" })).await.expect(200);
    }
    app.api.post(&format!("{by_hand}/reverse"), &because).await.expect(200);
    app.api.post(&manual, &json!({})).await.expect(201);
    assert_eq!((app.balance("1002").await, app.balance("2203").await), ("0.00".into(), "0.00".into()));
    assert_eq!(app.findings(), Vec::<String>::new());
}

/// The bank booked it in and out again: the clearing stands with the one line, its reversal with the other.
async fn a_cheque_that_bounces_moves_the_bank_twice(app: &TestApp) {
    let customer = app.customer("客户").await;
    let mut body = payment(&customer, cny("60.00"), &[]);
    body["method"] = json!("cheque");
    let cheque = text(&app.api.post("/payments", &body).await.expect(201), "/id");
    let step = |step: &str| format!("/payments/{cheque}/cheque/{step}");
    app.api.post(&step("deposit"), &json!({})).await.expect(200);
    app.clock.advance(SignedDuration::from_secs(1));
    app.api.post(&step("clear"), &json!({})).await.expect(200);
    let cleared = text(&newest(app).await, "/id");
    let all = brought_in(app, &statement("1", 0, &[moved(6_000, "cheque", "A"), moved(-6_000, "returned", "A")])).await;
    act(app, &all[0], "match", &json!({ "entries": [cleared] })).await.expect(201);
    app.api.post(&step("bounce"), &json!({ "reason": "No funds" })).await.expect(200);
    let list = app.api.get(&format!("/journal-entries?document={cheque}")).await.expect(200);
    let back = rows(&list).iter().find(|entry| entry["reverses"] == json!(cleared)).unwrap();
    act(app, &all[1], "match", &json!({ "entries": [back["id"]] })).await.expect(201);
    assert_eq!(app.balance("1002").await, "0.00");
    assert_eq!(app.findings(), Vec::<String>::new());
}

async fn a_fee_lies_between_an_entry_and_its_line(app: &TestApp) {
    let customer = app.customer("客户").await;
    let (path, entry) = recorded(app, &app.api, &customer, "1500.00").await;
    let all = brought_in(app, &statement("1", 0, &[moved(148_800, "x", "A")])).await;
    let line = &all[0];
    let link = |more: Value| {
        let mut body = json!({ "entries": [entry] });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    };
    act(app, line, "match", &link(json!({}))).await.problem(409, "match_differs");
    act(app, line, "match", &link(json!({ "fee": cny("11.00") }))).await.problem(409, "match_differs");
    for (more, pointer) in [
        (json!({ "fee": cny("-12.00") }), "/fee"),
        (json!({ "fee": cny("0.00") }), "/fee"),
        (json!({ "fee": money("USD", "12.00") }), "/fee/currency"),
        (json!({ "fee": cny("12.00"), "account": "5603" }), "/fee"),
        (json!({ "fee": cny("12.00"), "memo": "m" }), "/memo"),
        (json!({ "invoices": [{ "invoice": "inv_01h455vb4pex5vsknk084sn02q", "amount": cny("1.00") }] }), "/invoices"),
        (json!({ "customer": customer }), "/customer"),
    ] {
        act(app, line, "match", &link(more)).await.wrong_field(pointer);
    }
    let beside = json!({ "customer": customer, "fee": cny("12.00") });
    act(app, line, "match", &beside).await.wrong_field("/fee");
    let beside = json!({ "account": "5603", "invoices": [{ "invoice": "inv_01h455vb4pex5vsknk084sn02q", "amount": cny("1.00") }] });
    act(app, line, "match", &beside).await.wrong_field("/invoices");

    let done = act(app, line, "match", &link(json!({ "fee": cny("12.00") }))).await.expect(201);
    let parts = done["match"]["entries"].as_array().unwrap().iter();
    let mut parts: Vec<_> = parts.map(|one| (text(one, "/amount/amount"), one["made"] == json!(true))).collect();
    parts.sort();
    assert_eq!(parts, [("-12.00".to_owned(), true), ("1500.00".to_owned(), false)]);
    assert_eq!((app.balance("1002").await, app.balance("5603").await), ("1488.00".into(), "12.00".into()));
    assert_eq!(app.findings(), Vec::<String>::new());
    act(app, line, "unmatch", &json!({ "reason": "x" })).await.expect(200);
    assert_eq!((app.balance("1002").await, app.balance("5603").await), ("1500.00".into(), "0.00".into()));
    assert_eq!(app.api.get(&path).await.expect(200)["status"], "succeeded", "what was there stays");
    act(app, line, "match", &link(json!({ "fee": cny("12.00") }))).await.expect(201);
    assert_eq!(app.findings(), Vec::<String>::new());
}

async fn an_account_takes_what_entries_leave_of_a_line(app: &TestApp) {
    let customer = app.customer("客户").await;
    let (_, less) = recorded(app, &app.api, &customer, "100.00").await;
    let (_, same) = recorded(app, &app.api, &customer, "50.00").await;
    let sent = [moved(9_700, "x", "A"), moved(10_300, "y", "A"), moved(5_000, "z", "A")];
    let all = brought_in(app, &statement("1", 0, &sent)).await;
    let beside = |entry: &str, account: &str| json!({ "entries": [entry], "account": account, "memo": "Rounded" });
    act(app, &all[2], "match", &beside(&same, "5603")).await.wrong_field("/account");
    for account in ["1002", "9999", "1122"] {
        act(app, &all[0], "match", &beside(&less, account)).await.wrong_field("/account");
    }
    act(app, &all[0], "match", &beside(&less, "5603")).await.expect(201);
    assert_eq!((app.balance("1002").await, app.balance("5603").await), ("147.00".into(), "3.00".into()));
    assert_eq!(text(&newest(app).await, "/memo"), "Rounded");
    act(app, &all[0], "unmatch", &json!({ "reason": "x" })).await.expect(200);
    // More came than the books have.
    act(app, &all[1], "match", &beside(&less, "5603")).await.expect(201);
    assert_eq!((app.balance("1002").await, app.balance("5603").await), ("153.00".into(), "-3.00".into()));
    assert_eq!(app.findings(), Vec::<String>::new());
}

async fn a_large_fee_beside_an_entry_takes_who_may_write_off(app: &TestApp) {
    let customer = app.customer("客户").await;
    let manager = app.key_of(Role::FinanceManager, None).await;
    let cashier = app.key_of(Role::Cashier, None).await;
    let (_, entry) = recorded(app, &manager, &customer, "20000.00").await;
    let sent = [moved(999_999, "x", "A"), moved(1_000_000, "y", "A")];
    let all = brought_in(app, &statement("1", 0, &sent)).await;
    for beside in [json!({ "fee": cny("10000.01") }), json!({ "account": "5603" })] {
        let mut body = json!({ "entries": [entry] });
        body.as_object_mut().unwrap().extend(beside.as_object().unwrap().clone());
        matched(&cashier, app, &all[0], &body).await.problem(403, "write_off_not_allowed");
        let refused = matched(&manager, app, &all[0], &body).await.problem(409, "second_person_needed");
        assert!(text(&refused, "/detail").contains("whoever recorded the payment"), "{refused}");
    }
    let little = json!({ "entries": [entry], "fee": cny("10000.00") });
    matched(&cashier, app, &all[1], &little).await.expect(201);
    act(app, &all[1], "unmatch", &json!({ "reason": "x" })).await.expect(200);
    let much = json!({ "entries": [entry], "fee": cny("10000.01") });
    matched(&app.api, app, &all[0], &much).await.expect(201);
    assert_eq!(app.findings(), Vec::<String>::new());
}

async fn fees_beside_payments_of_an_invoice_add_up(app: &TestApp) {
    let customer = app.customer("客户").await;
    let invoice = app.invoice(&customer, "30000.00").await;
    let cashier = app.key_of(Role::Cashier, None).await;
    let mut entries = Vec::new();
    for _ in 0..2 {
        app.clock.advance(SignedDuration::from_secs(1));
        let paid = payment(&customer, cny("15000.00"), &[(&invoice, "15000.00")]);
        app.api.post("/payments", &paid).await.expect(201);
        entries.push(text(&newest(app).await, "/id"));
    }
    let sent = [moved(900_000, "x", "A"), moved(1_099_999, "y", "A"), moved(1_100_000, "z", "A")];
    let all = brought_in(app, &statement("1", 0, &sent)).await;
    let link = |nth: usize, fee: &str| json!({ "entries": [entries[nth]], "fee": cny(fee) });
    matched(&cashier, app, &all[0], &link(0, "6000.00")).await.expect(201);
    matched(&cashier, app, &all[1], &link(1, "4000.01")).await.problem(403, "write_off_not_allowed");
    matched(&cashier, app, &all[2], &link(1, "4000.00")).await.expect(201);
    assert_eq!(app.findings(), Vec::<String>::new());
    // What is taken back does not count.
    act(app, &all[0], "unmatch", &json!({ "reason": "x" })).await.expect(200);
    act(app, &all[2], "unmatch", &json!({ "reason": "x" })).await.expect(200);
    matched(&cashier, app, &all[1], &link(1, "4000.01")).await.expect(201);
    assert_eq!(app.findings(), Vec::<String>::new());
}

async fn a_fee_beside_an_entry_is_typed_at_the_desk(app: &TestApp) {
    let customer = app.customer("客户").await;
    let (_, entry) = recorded(app, &app.api, &customer, "1500.00").await;
    let all = brought_in(app, &statement("1", 0, &[moved(148_800, "x", "A")])).await;
    let desk = app.nobody.signed_in(&app.staff(Role::Accountant).await, PASSWORD).await;
    let line = text(&all[0], "/id");
    let link = async |fields: &[(&str, &str)]| {
        app.clock.advance(SignedDuration::from_secs(1));
        let fields: Vec<(&str, &str)> =
            [("/entries", entry.as_str()), ("entry", "1500")].into_iter().chain(fields.iter().copied()).collect();
        desk.submit(&format!("/statements/lines/{line}/link"), &fields).await
    };
    for (fields, says) in [
        (vec![("/fee", "twelve")], "value=\"twelve\""),
        (vec![("/fee", "-12.00")], "f-fee-note"),
        (vec![("/fee", "12.00"), ("/rest/account", "5603")], "f-fee-note"),
        (vec![("/rest/account", "1002")], "f-rest-account-note"),
        (vec![("/rest/memo", "kept words")], "kept words"),
        (vec![("/fee", "11.00")], "1,489.00"),
    ] {
        let refused = link(&fields).await;
        let page = refused.text();
        assert!([409, 422].contains(&refused.status) && page.contains(says), "{says}: {} {page}", refused.status);
    }
    assert_eq!(link(&[("/fee", "12.00")]).await.status, 303);
    assert_eq!((app.balance("1002").await, app.balance("5603").await), ("1488.00".into(), "12.00".into()));
    act(app, &all[0], "unmatch", &json!({ "reason": "x" })).await.expect(200);
    assert_eq!(link(&[("/rest/account", "5603"), ("/rest/memo", "kept words")]).await.status, 303);
    assert_eq!(text(&newest(app).await, "/memo"), "kept words");
    assert_eq!(app.findings(), Vec::<String>::new());
}

async fn what_is_for_no_invoice_goes_where_it_is_said(app: &TestApp) {
    let customer = app.customer("客户").await;
    let invoice = app.invoice(&customer, "200.00").await;
    let line = &brought_in(app, &statement("1", 0, &[moved(30_000, "all of it", "客户")])).await[0];
    let part = |amount| json!([{ "invoice": invoice["id"], "amount": cny(amount) }]);
    let body =
        |amount| json!({ "customer": customer, "invoices": part(amount), "account": "5301", "memo": "interest" });
    // Nothing is left of it.
    matched(&app.api, app, line, &body("300.00")).await.wrong_field("/account");
    let nobody = json!({ "customer": customer, "account": "5301" });
    matched(&app.api, app, line, &nobody).await.wrong_field("/invoices");
    matched(&app.api, app, line, &body("200.00")).await.expect(201);
    assert_eq!(app.standing(&invoice).await, "paid 0.00");
    let books = [app.balance("1002").await, app.balance("2203").await, app.balance("5301").await];
    assert_eq!(books, ["300.00", "0.00", "-100.00"], "no credit of the customer's");
    act(app, line, "unmatch", &json!({ "reason": "mistake" })).await.expect(200);
    let books = [app.balance("1002").await, app.balance("2203").await, app.balance("5301").await];
    assert_eq!(
        (books, app.standing(&invoice).await),
        (["0.00", "0.00", "0.00"].map(str::to_owned), "open 200.00".into())
    );
    assert_eq!(app.findings(), Vec::<String>::new());
}

async fn refusals_name_the_fields_of_the_match(app: &TestApp) {
    let customer = app.customer("客户").await;
    let (one, two) = (app.invoice(&customer, "110.00").await, app.invoice(&customer, "220.00").await);
    let all = brought_in(app, &statement("1", 0, &[moved(10_000, "x", "A")])).await;
    let of = |invoice: &Value, amount: &str| json!({ "invoice": invoice["id"], "amount": cny(amount) });
    let strange = json!({ "invoice": "inv_01h455vb4pex5vsknk084sn02q", "amount": cny("1.00") });
    for (parts, pointer) in [
        ([of(&one, "1.00"), of(&two, "0.00")], "/invoices/1/amount"),
        ([of(&one, "1.00"), of(&one, "2.00")], "/invoices/1/invoice"),
        ([of(&one, "1.00"), strange], "/invoices/1/invoice"),
    ] {
        act(app, &all[0], "match", &pay(&customer, &parts)).await.wrong_field(pointer);
    }
    act(app, &all[0], "match", &json!({ "account": "1122" })).await.wrong_field("/account");
    // A row that nothing is typed in is not counted by the books, and is by the form.
    let desk = app.nobody.signed_in(&app.staff(Role::Accountant).await, PASSWORD).await;
    let (first, second) = (text(&one, "/id"), text(&two, "/id"));
    let fields = [
        ("/customer", customer.as_str()),
        ("/invoices/0/invoice", &first),
        ("/invoices/0/amount", ""),
        ("/invoices/1/invoice", &second),
        ("/invoices/1/amount", "100.00"),
        ("/invoices/1/settle", "fee"),
        ("/invoices/1/settle_amount", "-1.00"),
    ];
    let refused = desk.submit(&format!("/statements/lines/{}/pay", text(&all[0], "/id")), &fields).await;
    let page = refused.text();
    assert!(refused.status == 422 && page.contains("href=\"#f-invoices-1-settle_amount\""), "{page}");
}

async fn a_dry_run_refuses_an_account_as_the_run_does(app: &TestApp) {
    let file = statement("1", 0, &[moved(800, "x", "A")]);
    for dry_run in ["true", "false"] {
        send(&app.api, &file, &[("account", "1122"), ("dry_run", dry_run)]).await.wrong_field("/account");
    }
}

/// Whoever reads what the program says reads JSON, whatever comes of the file.
#[test]
fn an_answer_that_does_not_come_is_json_all_the_same() {
    let Some((folder, _)) = company() else { return };
    let good = statement("1", 0, &[moved(800, "x", "A")]);
    let broken = good.replace(":62F:", ":61:26112X1123C1,00NTRF\r\n:62F:");
    for (file, account, code) in [(&good, "1122", "invalid"), (&broken, "1002", "statement_broken_at")] {
        std::fs::write(folder.path().join("s.sta"), file).unwrap();
        for more in [&["--dry-run"][..], &[]] {
            let mut words = vec!["reconcile", "s.sta", "--account", account, "--json"];
            words.extend(more);
            let Some(output) = ran(folder.path(), &words) else { return };
            assert!(!output.status.success(), "{}", said(&output));
            let told: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", said(&output)));
            assert_eq!(text(&told, "/error/code"), code, "{told}");
            assert!(told["lines"].is_array() && told.get("summary").is_none(), "{told}");
        }
    }
    std::fs::write(folder.path().join("s.sta"), &good).unwrap();
    let Some(output) = ran(folder.path(), &["reconcile", "s.sta", "--account", "1002", "--json"]) else { return };
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((told["summary"]["lines"].clone(), told.get("error")), (json!(1), None));
}
