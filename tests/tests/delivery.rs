//! Revenue that waits for the delivery.

use crate::harness::trade::text;
use crate::harness::{PASSWORD, TestApp, both, cny, money};
use diesel::connection::SimpleConnection;
use kernel::Role;
use serde_json::{Value, json};

both! {
    the_day_of_delivery_goes_from_the_order_to_the_paper,
    what_is_invoiced_becomes_revenue_when_it_is_delivered,
    what_is_credited_before_and_after_leaves_nothing,
    foreign_amounts_leave_no_residue,
    a_delivery_is_recorded_once_and_only_where_it_is_waited_for,
    a_bad_debt_takes_back_what_was_never_delivered,
    foreign_bad_debts_leave_no_residue,
    a_deferral_that_is_not_waited_for_is_found,
    a_refused_delivery_comes_back_with_what_was_typed,
}

async fn the_day_of_delivery_goes_from_the_order_to_the_paper(app: &TestApp) {
    let (customer, item) = (app.customer("交期").await, app.goods().await);
    let order = |day: &str| json!({ "customer": customer, "currency": "CNY", "lines": [{ "item": item, "quantity": "1" }], "deliver_on": day });
    for slip in ["1900-01-01", "2024-12-31", "2037-01-01", "2999-01-01", "soon"] {
        for call in ["/orders", "/orders/preview", "/invoices"] {
            app.api.post(call, &order(slip)).await.wrong_field("/deliver_on");
        }
    }
    let made = app.api.post("/orders", &order("2026-12-15")).await.expect(201);
    let submitted = app.submit(&made).await.expect(200);
    let from_order = app.invoice_by_id(&text(&submitted, "/invoice")).await;
    let draft = app.api.post("/invoices", &order("2026-12-01")).await.expect(201);
    let moved =
        app.api.patch(&format!("/invoices/{}", text(&draft, "/id")), &json!({ "deliver_on": "2026-12-15" })).await;
    let by_hand = app.api.post(&path(&moved.expect(200), "issue"), &json!({})).await.expect(200);
    let desk = app.nobody.signed_in(&app.staff(Role::Accountant).await, PASSWORD).await;
    for invoice in [from_order, by_hand] {
        assert_eq!(invoice["deliver_on"], "2026-12-15", "{invoice}");
        let paper = app.api.get(&path(&invoice, "document.html")).await.text();
        assert!(paper.contains("交货日期</dt><dd>2026年12月15日"), "{paper}");
        let shown = desk.get(&format!("/invoices/{}", text(&invoice, "/id"))).await.text();
        assert!(shown.contains("Delivery date</dt><dd>15 Dec 2026"), "{shown}");
    }
    assert_eq!(app.findings(), Vec::<String>::new());
}

const ADVANCES: &str = "2203";
const REVENUE: &str = "5001";

async fn wait_for_deliveries(app: &TestApp) {
    app.api.patch("/organisation", &json!({ "revenue_at": "delivery" })).await.expect(200);
}

async fn main_invoice(app: &TestApp) -> Value {
    let item = app.goods().await;
    let customer = app.customer("上海远航贸易有限公司").await;
    let order = app.main_order(&customer, &item).await;
    app.invoice_by_id(&text(&app.submit(&order).await.expect(200), "/invoice")).await
}

fn path(invoice: &Value, verb: &str) -> String {
    format!("/invoices/{}/{verb}", text(invoice, "/id"))
}

/// What is deferred and what is earned, credit negative.
async fn standing(app: &TestApp) -> (String, String) {
    (app.balance(ADVANCES).await, app.balance(REVENUE).await)
}

fn both_are(advances: &str, revenue: &str) -> (String, String) {
    (advances.to_owned(), revenue.to_owned())
}

async fn what_is_invoiced_becomes_revenue_when_it_is_delivered(app: &TestApp) {
    wait_for_deliveries(app).await;
    let invoice = main_invoice(app).await;
    assert_eq!((&invoice["revenue_at"], &invoice["delivered_on"]), (&json!("delivery"), &Value::Null));
    assert_eq!(standing(app).await, both_are("-649.70", "0.00"));
    assert_eq!((app.balance("1122").await.as_str(), app.balance("22210105").await.as_str()), ("732.16", "-82.46"));
    let delivered = app.api.post(&path(&invoice, "deliver"), &json!({ "on": "2026-11-23" })).await.expect(200);
    assert_eq!(delivered["delivered_on"], "2026-11-23");
    assert_eq!(standing(app).await, both_are("0.00", "-649.70"));
    let note = app.api.post(&path(&invoice, "credit-notes"), &json!({ "reason": "退货" })).await.expect(201);
    assert_eq!(note["total"], cny("732.16"));
    assert_eq!(standing(app).await, both_are("0.00", "0.00"));
    assert_eq!(app.balance("22210105").await, "0.00");
}

async fn what_is_credited_before_and_after_leaves_nothing(app: &TestApp) {
    wait_for_deliveries(app).await;
    let invoice = main_invoice(app).await;
    let part = |amount: &str| json!({ "reason": "折让", "amount": cny(amount) });
    app.api.post(&path(&invoice, "credit-notes"), &part("100.00")).await.expect(201);
    let (advances, revenue) = standing(app).await;
    assert!(advances != "-649.70" && revenue == "0.00", "{advances} {revenue}");
    app.api.post(&path(&invoice, "deliver"), &json!({})).await.expect(200);
    assert_eq!(standing(app).await, both_are("0.00", &advances));
    app.api.post(&path(&invoice, "credit-notes"), &json!({ "reason": "退货" })).await.expect(201);
    assert_eq!(standing(app).await, both_are("0.00", "0.00"));
    // One that is credited as a whole has nothing to turn into revenue; one that is void never had.
    let item = app.api.get("/items").await.expect(200);
    let customer = text(&invoice, "/customer");
    let order = app.main_order(&customer, &text(&item, "/data/0/id")).await;
    let other = app.invoice_by_id(&text(&app.submit(&order).await.expect(200), "/invoice")).await;
    app.api.post(&path(&other, "credit-notes"), &json!({ "reason": "取消" })).await.expect(201);
    app.api.post(&path(&other, "deliver"), &json!({})).await.expect(200);
    assert_eq!(standing(app).await, both_are("0.00", "0.00"));
    let delivered = app.invoice(&customer, "80.00").await;
    app.api.post(&path(&delivered, "deliver"), &json!({})).await.expect(200);
    assert_eq!(standing(app).await, both_are("0.00", "-80.00"));
    app.api.post(&path(&delivered, "void"), &json!({ "reason": "重开" })).await.expect(200);
    assert_eq!(standing(app).await, both_are("0.00", "0.00"));
}

async fn foreign_amounts_leave_no_residue(app: &TestApp) {
    wait_for_deliveries(app).await;
    let rate = json!({ "base": "USD", "quote": "CNY", "rate": "7.1234", "valid_from": "2026-11-01" });
    app.api.post("/exchange-rates", &rate).await.expect(201);
    app.goods().await;
    let customer = app.customer_with(json!({ "name": "Blue Heron", "country": "US", "currency": "USD" })).await;
    let line = |price: &str| json!({ "description": "Work", "quantity": "1", "unit_price": money("USD", price), "tax_code": "VAT13" });
    let order = app.order(&customer, "USD", json!([line("1.01"), line("0.35")])).await;
    let invoice = app.invoice_by_id(&text(&app.submit(&order).await.expect(200), "/invoice")).await;
    let (deferred, _) = standing(app).await;
    let credit = |amount: &str| json!({ "reason": "r", "amount": money("USD", amount) });
    app.api.post(&path(&invoice, "credit-notes"), &credit("0.37")).await.expect(201);
    app.api.post(&path(&invoice, "credit-notes"), &credit("0.41")).await.expect(201);
    let (left, _) = standing(app).await;
    assert_ne!(left, deferred);
    app.api.post(&path(&invoice, "deliver"), &json!({})).await.expect(200);
    assert_eq!(standing(app).await, both_are("0.00", &left));
    app.api.post(&path(&invoice, "credit-notes"), &credit("0.29")).await.expect(201);
    app.api.post(&path(&invoice, "credit-notes"), &json!({ "reason": "r" })).await.expect(201);
    assert_eq!(standing(app).await, both_are("0.00", "0.00"));
    for account in ["1122", "22210105"] {
        assert_eq!(app.balance(account).await, "0.00", "{account}");
    }
}

async fn a_delivery_is_recorded_once_and_only_where_it_is_waited_for(app: &TestApp) {
    let customer = app.customer("上海远航贸易有限公司").await;
    let early = app.invoice(&customer, "10.00").await;
    wait_for_deliveries(app).await;
    app.api.post(&path(&early, "deliver"), &json!({})).await.problem(409, "revenue_at_invoice");
    let invoice = app.invoice(&customer, "20.00").await;
    app.api.post(&path(&invoice, "deliver"), &json!({ "on": "2026-11-24" })).await.wrong_field("/on");
    app.api.post(&path(&invoice, "deliver"), &json!({ "on": "soon" })).await.wrong_field("/on");
    // Handed over before it was invoiced: the revenue counts from the invoice on, which deferred it.
    let delivered = app.api.post(&path(&invoice, "deliver"), &json!({ "on": "2026-10-20" })).await.expect(200);
    assert_eq!(delivered["delivered_on"], "2026-10-20");
    let entries = app.api.get(&format!("/journal-entries?document={}", text(&invoice, "/id"))).await.expect(200);
    let delivery = entries["data"].as_array().unwrap().iter().find(|e| e["kind"] == "delivery").unwrap();
    assert_eq!(delivery["date"], "2026-11-23");
    app.api.post(&path(&invoice, "deliver"), &json!({})).await.problem(409, "already_delivered");
    let void = app.invoice(&customer, "30.00").await;
    app.api.post(&path(&void, "void"), &json!({ "reason": "r" })).await.expect(200);
    app.api.post(&path(&void, "deliver"), &json!({})).await.problem(409, "invoice_void");
    let lines = json!([{ "description": "Work", "quantity": "1", "unit_price": cny("5.00") }]);
    let draft = json!({ "customer": customer, "currency": "CNY", "lines": lines });
    let draft = app.api.post("/invoices", &draft).await.expect(201);
    app.api.post(&path(&draft, "deliver"), &json!({})).await.problem(409, "invoice_not_issued");
    assert_eq!(standing(app).await, both_are("0.00", "-30.00"), "what was issued early and what was delivered");
}

async fn a_bad_debt_takes_back_what_was_never_delivered(app: &TestApp) {
    wait_for_deliveries(app).await;
    let invoice = main_invoice(app).await;
    let give_up = async |invoice: &Value, reason: &str, amount: &str| {
        let body = json!({ "reason": reason, "amount": cny(amount) });
        app.api.post(&path(invoice, "write-off"), &body).await.expect(200);
    };
    // A discount is the price of a sale that goes on: all of it is still to be delivered.
    give_up(&invoice, "discount", "2.16").await;
    assert_eq!(standing(app).await, both_are("-649.70", "0.00"));
    // Half of the whole: half of the net is taken back, and only the tax, which stays owed, is lost.
    give_up(&invoice, "bad_debt", "366.08").await;
    assert_eq!((standing(app).await, app.balance("571101").await.as_str()), (both_are("-324.85", "0.00"), "41.23"));
    assert_eq!((app.balance("22210105").await, app.balance("1122").await), ("-82.46".to_owned(), "363.92".to_owned()));
    let summary = app.api.get("/reports/tax-summary?from=2026-11-01&to=2026-11-30").await.expect(200);
    assert!(summary.to_string().contains("\"599.70\""), "the tax stays owed, and its base with it: {summary}");
    // What is delivered after all is the other half; a credit note over the rest leaves no revenue.
    let delivered = app.invoice(&text(&invoice, "/customer"), "100.00").await;
    give_up(&delivered, "bad_debt", "40.00").await;
    app.api.post(&path(&delivered, "deliver"), &json!({})).await.expect(200);
    assert_eq!(standing(app).await, both_are("-324.85", "-60.00"));
    app.api.post(&path(&delivered, "credit-notes"), &json!({ "reason": "退货" })).await.expect(201);
    assert_eq!((standing(app).await, app.balance("571101").await.as_str()), (both_are("-324.85", "0.00"), "41.23"));
    let note = json!({ "reason": "取消", "amount": cny("300.00") });
    app.api.post(&path(&invoice, "credit-notes"), &note).await.expect(201);
    assert_eq!(app.findings(), Vec::<String>::new(), "the order of credit notes and write-offs does not matter");
    // Taken back, all that no credit note took waits again; what was given up is a gain, tax included.
    app.api.post(&path(&invoice, "write-off/reverse"), &json!({ "reason": "mistake" })).await.expect(200);
    assert_eq!(app.findings(), Vec::<String>::new());
    app.api.post(&path(&invoice, "credit-notes"), &json!({ "reason": "取消" })).await.expect(201);
    let (advances, revenue) = standing(app).await;
    assert_eq!(revenue, "0.00", "the discount's share of the net is still to be delivered: {advances}");
    app.api.post(&path(&invoice, "deliver"), &json!({})).await.expect(200);
    assert_eq!(standing(app).await, both_are("0.00", &advances));
    // Given up whole: nothing waits any more, and a delivery moves nothing.
    let lost = app.invoice(&text(&invoice, "/customer"), "10.00").await;
    app.api.post(&path(&lost, "write-off"), &json!({ "reason": "bad_debt" })).await.expect(200);
    assert_eq!((standing(app).await, app.balance("571101").await.as_str()), (both_are("0.00", &advances), "0.00"));
    app.api.post(&path(&lost, "deliver"), &json!({})).await.expect(200);
    assert_eq!(standing(app).await, both_are("0.00", &advances));
}

async fn foreign_bad_debts_leave_no_residue(app: &TestApp) {
    wait_for_deliveries(app).await;
    let rate = json!({ "base": "USD", "quote": "CNY", "rate": "7.1234", "valid_from": "2026-11-01" });
    app.api.post("/exchange-rates", &rate).await.expect(201);
    app.goods().await;
    let customer = app.customer_with(json!({ "name": "Blue Heron", "country": "US", "currency": "USD" })).await;
    let line = |price: &str, tax: &str| json!({ "description": "Work", "quantity": "1", "unit_price": money("USD", price), "tax_code": tax });
    for lines in
        [json!([line("1.01", "VAT13"), line("0.35", "VAT9")]), json!([line("1.01", "VAT0"), line("0.35", "VAT0")])]
    {
        let order = app.order(&customer, "USD", lines).await;
        let invoice = app.invoice_by_id(&text(&app.submit(&order).await.expect(200), "/invoice")).await;
        for part in ["0.37", "0.41"] {
            let body = json!({ "reason": "bad_debt", "amount": money("USD", part) });
            app.api.post(&path(&invoice, "write-off"), &body).await.expect(200);
            assert_eq!(app.findings(), Vec::<String>::new());
        }
        app.api.post(&path(&invoice, "write-off"), &json!({ "reason": "bad_debt" })).await.expect(200);
        assert_eq!((standing(app).await, app.balance("1122").await.as_str()), (both_are("0.00", "0.00"), "0.00"));
    }
}

async fn a_deferral_that_is_not_waited_for_is_found(app: &TestApp) {
    wait_for_deliveries(app).await;
    let customer = app.customer("上海远航贸易有限公司").await;
    let (invoice, other) = (app.invoice(&customer, "100.00").await, app.invoice(&customer, "20.00").await);
    app.api.post(&path(&other, "deliver"), &json!({})).await.expect(200);
    let spoil = async |sql: String| {
        let done = app.house.app.maintain(move |conn: &mut store::Conn| Ok(conn.batch_execute(&sql)?)).await;
        done.unwrap();
    };
    let of = |invoice: &Value| format!("WHERE number = '{}'", text(invoice, "/number"));
    // Delivered without an entry; an entry without a delivery.
    spoil(format!("UPDATE invoices SET delivered_on = '2026-11-23' {}", of(&invoice))).await;
    spoil(format!("UPDATE invoices SET delivered_on = NULL {}", of(&other))).await;
    let found = app.findings();
    assert_eq!(found.len(), 2, "{found:?}");
    let (first, second) = (text(&invoice, "/number"), text(&other, "/number"));
    for (finding, number, told) in [(&found[0], first, ["100.00", "0.00"]), (&found[1], second, ["0.00", "20.00"])] {
        assert!(finding.starts_with("deferral_differs inv_") && finding.matches(&number).count() == 2, "{finding}");
        assert!(told.iter().all(|amount| finding.contains(amount)), "{finding}");
        assert!(finding.contains("waits for the delivery") && finding.contains("尚待交货"), "{finding}");
    }
    spoil(format!("UPDATE invoices SET delivered_on = NULL {}", of(&invoice))).await;
    spoil(format!("UPDATE invoices SET delivered_on = '2026-11-23' {}", of(&other))).await;
}

async fn a_refused_delivery_comes_back_with_what_was_typed(app: &TestApp) {
    wait_for_deliveries(app).await;
    let customer = app.customer("上海远航贸易有限公司").await;
    let invoice = app.invoice(&customer, "100.00").await;
    let desk = app.nobody.signed_in(&app.staff(Role::FinanceManager).await, PASSWORD).await;
    let page = path(&invoice, "deliver");
    let form = desk.get(&page).await;
    assert!(form.status == 200 && form.text().contains("value=\"2026-11-23\""), "{}", form.text());
    let refused = desk.submit(&page, &[("/on", "2026-11-24")]).await;
    assert_eq!(refused.status, 422, "{}", refused.text());
    assert!(refused.text().contains("role=\"alert\"") && refused.text().contains("value=\"2026-11-24\""));
    assert!(refused.text().contains(&format!("action=\"{page}\"")), "the form is there again: {}", refused.text());
    desk.submit(&page, &[("/on", "2026-11-20")]).await.expect(303);
    let again = desk.submit(&page, &[("/on", "2026-11-21")]).await;
    assert_eq!(again.status, 409, "{}", again.text());
    assert!(again.text().contains("was recorded before") && again.text().contains("value=\"2026-11-21\""));
}
