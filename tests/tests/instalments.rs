//! An invoice that is due in parts: each part is counted on its own day, everywhere, whatever moves what is open.

use crate::harness::trade::{payment, text};
use crate::harness::{PASSWORD, TestApp, both, cny, rows};
use jiff::SignedDuration;
use kernel::Role;
use serde_json::{Value, json};

both! {
    each_part_is_due_on_its_day_everywhere,
    whatever_moves_what_is_open_moves_the_day,
    pages_tell_the_next_part,
}

/// 40.00, 30.00 and 30.00.
const DAYS: [&str; 3] = ["2026-12-01", "2027-01-10", "2027-03-01"];

async fn in_three_parts(app: &TestApp, customer: &str) -> Value {
    let part = |(percent, day): (&str, &str)| json!({ "percent": percent, "due_on": day });
    let plan: Vec<Value> = ["40", "30", "30"].into_iter().zip(DAYS).map(part).collect();
    let body = json!({
        "customer": customer, "currency": "CNY", "instalments": plan,
        "lines": [{ "description": "Work", "quantity": "1", "unit_price": cny("100.00") }],
    });
    let order = app.api.post("/orders", &body).await.expect(201);
    app.invoice_by_id(&text(&app.submit(&order).await.expect(200), "/invoice")).await
}

fn days(app: &TestApp, days: i64) {
    app.clock.advance(SignedDuration::from_hours(24 * days));
}

/// Money of today for the invoice.
async fn pay(app: &TestApp, customer: &str, invoice: &Value, amount: &str) -> Value {
    let mut body = payment(customer, cny(amount), &[(invoice, amount)]);
    body["received_on"] = json!(app.today().to_string());
    app.api.post("/payments", &body).await.expect(201)
}

/// What every place has to say of the one invoice there is: the days on which the overdue list has it, what the customer owes
/// and owes late, and what is not due, due for a month, and for two.
async fn told(app: &TestApp, customer: &str) -> String {
    let overdue = app.api.get("/invoices?status=overdue").await.expect(200);
    let late: Vec<String> = rows(&overdue).iter().map(|row| text(row, "/next_due_on")).collect();
    let balance = app.api.get(&format!("/customers/{customer}/balance")).await.expect(200);
    let ageing = app.api.get("/reports/receivables-aging").await.expect(200);
    let all = ageing["totals"][0].clone();
    assert_eq!(ageing["rows"][0]["not_due"], all["not_due"], "one customer is all there is");
    let amount = |value: &Value, at: &str| text(value, &format!("{at}/amount"));
    let aged = ["/not_due", "/days_1_30", "/days_31_60"].map(|bucket| amount(&all, bucket));
    let (owed, overdue) = (amount(&balance, "/balances/0/owed"), amount(&balance, "/balances/0/overdue"));
    format!("{late:?} {owed} {overdue} {}", aged.join(" "))
}

/// The day that the invoice itself and the list say is next; they must say the same.
async fn next(app: &TestApp, invoice: &Value) -> String {
    let list = app.api.get("/invoices").await.expect(200);
    let row = rows(&list).iter().find(|row| row["id"] == invoice["id"]).unwrap().clone();
    let now = app.again(invoice).await;
    assert_eq!((&row["next_due_on"], &row["overdue"]), (&now["next_due_on"], &now["overdue"]));
    assert_eq!((text(&row, "/due_on"), text(&now, "/due_on")), (DAYS[2].to_owned(), DAYS[2].to_owned()));
    assert_eq!(app.findings(), Vec::<String>::new());
    text(&now, "/next_due_on")
}

async fn each_part_is_due_on_its_day_everywhere(app: &TestApp) {
    let customer = app.customer("分期").await;
    let invoice = in_three_parts(app, &customer).await;
    days(app, 8);
    assert_eq!(next(app, &invoice).await, DAYS[0]);
    assert_eq!(told(app, &customer).await, "[] 100.00 0.00 100.00 0.00 0.00", "on the day itself it is not late");
    days(app, 1);
    assert_eq!(told(app, &customer).await, "[\"2026-12-01\"] 100.00 40.00 60.00 40.00 0.00");
    days(app, 46);
    assert_eq!(told(app, &customer).await, "[\"2026-12-01\"] 100.00 70.00 30.00 30.00 40.00", "two parts, two ages");
    let then = app.api.get("/reports/receivables-aging?as_of=2026-12-02").await.expect(200);
    assert_eq!(then["totals"][0]["days_1_30"], cny("40.00"), "{then}");
    let back = pay(app, &customer, &invoice, "35.00").await;
    assert_eq!(told(app, &customer).await, "[\"2026-12-01\"] 65.00 35.00 30.00 30.00 5.00");
    pay(app, &customer, &invoice, "5.00").await;
    assert_eq!(next(app, &invoice).await, DAYS[1]);
    assert_eq!(told(app, &customer).await, "[\"2027-01-10\"] 60.00 30.00 30.00 30.00 0.00");
    // What was open on a day counts by the parts that were open then, though the next is another now.
    let then = app.api.get("/reports/receivables-aging?as_of=2027-01-16").await.expect(200);
    assert_eq!(then["totals"][0]["days_31_60"], cny("40.00"), "{then}");
    assert_eq!(then["totals"][0]["days_1_30"], cny("30.00"), "{then}");
    pay(app, &customer, &invoice, "30.00").await;
    assert_eq!(next(app, &invoice).await, DAYS[2]);
    assert_eq!(told(app, &customer).await, "[] 30.00 0.00 30.00 0.00 0.00");
    let reverse = format!("/payments/{}/reverse", text(&back, "/id"));
    app.api.post(&reverse, &json!({ "reason": "退票" })).await.expect(200);
    assert_eq!(next(app, &invoice).await, DAYS[0], "taken back, the first part is late again");
    assert_eq!(told(app, &customer).await, "[\"2026-12-01\"] 65.00 35.00 30.00 30.00 5.00");
}

async fn whatever_moves_what_is_open_moves_the_day(app: &TestApp) {
    let customer = app.customer("变动").await;
    let invoice = in_three_parts(app, &customer).await;
    let at = |verb: &str| format!("/invoices/{}/{verb}", text(&invoice, "/id"));
    let part = |amount: &str, reason: &str| json!({ "amount": cny(amount), "reason": reason });
    // Waived, and asked for after all.
    app.api.post(&at("write-off"), &part("40.00", "discount")).await.expect(200);
    assert_eq!(next(app, &invoice).await, DAYS[1]);
    app.api.post(&at("write-off/reverse"), &json!({ "reason": "mistake" })).await.expect(200);
    assert_eq!(next(app, &invoice).await, DAYS[0]);
    // Taken back by a credit note.
    app.api.post(&at("credit-notes"), &part("40.00", "退货")).await.expect(201);
    assert_eq!(next(app, &invoice).await, DAYS[1]);
    // Settled from credit that lay there.
    let credit = app.pay(&customer, cny("60.00"), &[]).await.expect(201);
    let allocations = format!("/payments/{}/allocations", text(&credit, "/id"));
    let set = json!({ "allocations": [{ "invoice": invoice["id"], "amount": cny("30.00") }] });
    app.api.post(&allocations, &set).await.expect(201);
    assert_eq!(next(app, &invoice).await, DAYS[2]);
    app.api.post(&allocations, &set).await.expect(201);
    assert_eq!(next(app, &invoice).await, DAYS[2]);
    assert_eq!(app.standing(&invoice).await, "paid 0.00");
    // Credited after it was paid, and paid back: the note stands in the place of the money, and nothing is open again.
    app.api.post(&at("credit-notes"), &part("45.00", "退货")).await.expect(201);
    let refund = format!("/payments/{}/refunds", text(&credit, "/id"));
    app.api.post(&refund, &part("40.00", "退货")).await.expect(201);
    assert_eq!(next(app, &invoice).await, DAYS[2]);
    assert_eq!(app.again(&invoice).await["balance"], cny("0.00"));
    // One that is withdrawn is due on its last day, to nobody.
    let void = in_three_parts(app, &customer).await;
    app.api.post(&format!("/invoices/{}/void", text(&void, "/id")), &json!({ "reason": "wrong" })).await.expect(200);
    assert_eq!(next(app, &void).await, DAYS[2]);
    days(app, 200);
    assert_eq!(rows(&app.api.get("/invoices?status=overdue").await.expect(200)).len(), 0);
}

async fn pages_tell_the_next_part(app: &TestApp) {
    let customer = app.customer("页面").await;
    let invoice = in_three_parts(app, &customer).await;
    let later = app.invoice(&customer, "1.00").await;
    let (staff, buyer) = (app.staff(Role::Accountant).await, app.buyer(&customer).await);
    let page = async |reader: &str, page: &str| {
        let reply = app.nobody.signed_in(reader, PASSWORD).await.get(page).await;
        assert_eq!(reply.status, 200, "{page}");
        reply.text()
    };
    let overview =
        [(&staff, format!("/customers/{customer}")), (&staff, "/".to_owned()), (&buyer, "/portal".to_owned())];
    let red = "<dd class=\"late\">";
    for (reader, path) in &overview {
        assert!(!page(reader, path).await.contains(red), "{path}: nothing is late, and nothing is red");
    }
    days(app, 9);
    for (reader, path) in &overview {
        let told = page(reader, path).await;
        assert!(told.contains(red) && told.contains("1 day overdue"), "{path}: {told}");
    }
    let soonest = page(&staff, "/invoices?status=outstanding&sort=due&limit=1").await;
    assert!(soonest.contains(&text(&invoice, "/number")) && !soonest.contains(&text(&later, "/number")), "{soonest}");
    pay(app, &customer, &invoice, "40.00").await;
    let id = text(&invoice, "/id");
    for (reader, path, day) in [
        (&staff, "/invoices".to_owned(), "10 Jan"),
        (&staff, format!("/invoices/{id}"), "10 Jan"),
        (&staff, format!("/customers/{customer}"), "39 days"),
        (&buyer, format!("/portal/invoices/{id}"), "10 Jan"),
        (&buyer, "/portal/invoices".to_owned(), "10 Jan"),
        (&buyer, "/portal".to_owned(), "39 days"),
    ] {
        let told = page(reader, &path).await;
        assert!(told.contains(day), "{path}: {told}");
    }
    let rows = page(&staff, "/invoices.csv").await;
    assert!(rows.contains(DAYS[1]) && !rows.contains(DAYS[2]), "{rows}");
}
