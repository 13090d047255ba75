//! Invoices paid in another currency than their own: one allocation with two amounts.

use crate::harness::trade::{cny, payment, text};
use crate::harness::{PASSWORD, TestApp, both, money, rows};
use crate::reconciliation::{act, lines, moved, send, statement};
use kernel::Role;
use serde_json::{Value, json};

both! {
    what_both_agreed_settles_an_invoice_and_the_rest_is_gain,
    without_an_agreement_the_rate_of_the_day_holds,
    a_match_across_currencies_is_undone_as_a_whole,
    credit_in_another_currency_is_applied_in_parts,
    what_cannot_be_is_refused_and_nothing_is_lost,
    the_statement_has_a_line_on_either_account,
    a_line_in_yuan_pays_an_invoice_in_dollars,
    a_cheque_in_dollars_bounces_and_is_presented_again,
    the_desk_takes_dollars_for_yuan,
}

/// A customer who owes so many yuan while a dollar is worth 7.10 and a euro 7.80.
async fn owing(app: &TestApp, yuan: &str) -> (String, Value) {
    for (base, rate) in [("USD", "7.10"), ("EUR", "7.80")] {
        let body = json!({ "base": base, "quote": "CNY", "rate": rate, "valid_from": "2026-11-01" });
        app.api.post("/exchange-rates", &body).await.expect(201);
    }
    let customer = app.customer("跨币种").await;
    let invoice = app.invoice(&customer, yuan).await;
    (customer, invoice)
}

/// A payment in dollars of which so much is meant for the invoice, as both agreed where `paid` says so.
fn dollars(customer: &str, amount: &str, invoice: &Value, yuan: &str, paid: Option<&str>) -> Value {
    let mut body = payment(customer, money("USD", amount), &[]);
    let mut part = json!({ "invoice": invoice["id"], "amount": cny(yuan) });
    if let Some(paid) = paid {
        part["paid"] = money("USD", paid);
    }
    body["allocations"] = json!([part]);
    body
}

async fn standing<const N: usize>(app: &TestApp, accounts: [&str; N]) -> [String; N] {
    let mut standing = accounts.map(str::to_owned);
    for account in &mut standing {
        *account = app.balance(account).await;
    }
    standing
}

async fn what_both_agreed_settles_an_invoice_and_the_rest_is_gain(app: &TestApp) {
    let (customer, invoice) = owing(app, "7000.00").await;
    let body = dollars(&customer, "1000.00", &invoice, "7000.00", Some("1000.00"));
    let paid = app.api.post("/payments", &body).await.expect(201);
    assert_eq!((&paid["allocated"], &paid["unallocated"]), (&money("USD", "1000.00"), &money("USD", "0.00")));
    let part = &paid["allocations"][0];
    assert_eq!((&part["amount"], &part["paid"]), (&cny("7000.00"), &money("USD", "1000.00")));
    assert_eq!(app.standing(&invoice).await, "paid 0.00");
    assert_eq!(app.again(&invoice).await["allocations"][0]["paid"], money("USD", "1000.00"));
    // A thousand dollars are worth 7,100 yuan: a hundred more than was owed.
    assert_eq!(standing(app, ["1002", "1122", "2203", "5301"]).await, ["7100.00", "0.00", "0.00", "-100.00"]);
    let shown = app.api.get(&format!("/payments/{}", text(&paid, "/id"))).await.expect(200);
    assert_eq!((&shown["allocated"], &shown["allocations"][0]), (&paid["allocated"], part));
    let receipt = app.api.get(&format!("/payments/{}/receipt.pdf", text(&paid, "/id"))).await;
    assert_eq!(receipt.status, 200);
}

async fn without_an_agreement_the_rate_of_the_day_holds(app: &TestApp) {
    let (customer, invoice) = owing(app, "7100.00").await;
    let body = dollars(&customer, "1000.00", &invoice, "3550.00", None);
    let paid = app.api.post("/payments", &body).await.expect(201);
    assert_eq!((&paid["allocated"], &paid["unallocated"]), (&money("USD", "500.00"), &money("USD", "500.00")));
    assert_eq!(app.standing(&invoice).await, "partially_paid 3550.00");
    assert_eq!(standing(app, ["1122", "2203", "5301", "5603"]).await, ["3550.00", "-3550.00", "0.00", "0.00"]);
    // Neither is the currency of the books: a euro buys 7.80 / 7.10 dollars.
    let german = app.customer_with(json!({ "name": "E", "country": "DE", "currency": "EUR" })).await;
    let owed = app.invoice_in(&german, "EUR", "100.00").await;
    let mut body = payment(&german, money("USD", "110.00"), &[]);
    body["allocations"] = json!([{ "invoice": owed["id"], "amount": money("EUR", "100.00") }]);
    let paid = app.api.post("/payments", &body).await.expect(201);
    assert_eq!(paid["allocations"][0]["paid"], money("USD", "109.86"));
    assert_eq!(app.standing(&owed).await, "paid 0.00");
}

async fn a_match_across_currencies_is_undone_as_a_whole(app: &TestApp) {
    let (customer, invoice) = owing(app, "7000.00").await;
    let body = dollars(&customer, "1200.00", &invoice, "7000.00", Some("1010.00"));
    let paid = app.api.post("/payments", &body).await.expect(201);
    assert_eq!(paid["unallocated"], money("USD", "190.00"));
    let path = format!("/payments/{}/reverse", text(&paid, "/id"));
    let gone = app.api.post(&path, &json!({ "reason": "记错" })).await.expect(200);
    assert_eq!((&gone["status"], &gone["allocated"]), (&json!("reversed"), &money("USD", "0.00")));
    assert_eq!(app.standing(&invoice).await, "open 7000.00");
    assert_eq!(standing(app, ["1002", "1122", "2203", "5301"]).await, ["0.00", "7000.00", "0.00", "0.00"]);
}

async fn credit_in_another_currency_is_applied_in_parts(app: &TestApp) {
    let (customer, invoice) = owing(app, "700.00").await;
    let paid = app.pay(&customer, money("USD", "100.00"), &[]).await.expect(201);
    let path = format!("/payments/{}/allocations", text(&paid, "/id"));
    let part = |yuan: &str, paid: &str| json!({ "allocations": [{ "invoice": invoice["id"], "amount": cny(yuan), "paid": money("USD", paid) }] });
    let after = app.api.post(&path, &part("233.33", "33.34")).await.expect(201);
    assert_eq!(after["unallocated"], money("USD", "66.66"));
    assert_eq!(app.standing(&invoice).await, "partially_paid 466.67");
    let after = app.api.post(&path, &part("466.67", "66.66")).await.expect(201);
    assert_eq!((&after["unallocated"], app.standing(&invoice).await.as_str()), (&money("USD", "0.00"), "paid 0.00"));
    // No cent stays behind on either account, and what the dollars were worth more is gained.
    assert_eq!(standing(app, ["1002", "1122", "2203", "5301"]).await, ["710.00", "0.00", "0.00", "-10.00"]);
    // The oldest first stays within a currency.
    let more = app.pay(&customer, money("USD", "5.00"), &[]).await.expect(201);
    app.invoice(&customer, "10.00").await;
    let path = format!("/payments/{}/allocations", text(&more, "/id"));
    app.api.post(&path, &json!({})).await.problem(409, "credit_exceeded");
}

async fn what_cannot_be_is_refused_and_nothing_is_lost(app: &TestApp) {
    let (customer, invoice) = owing(app, "700.00").await;
    let send = async |body: Value| app.api.post("/payments", &body).await;
    let part = |yuan, paid| dollars(&customer, "100.00", &invoice, yuan, Some(paid));
    send(part("700.01", "100.00")).await.problem(409, "allocation_exceeds_balance");
    send(part("700.00", "100.01")).await.problem(409, "allocation_exceeds_credit");
    send(part("700.00", "0.00")).await.wrong_field("/allocations/0/paid");
    send(part("700.00", "1.001")).await.wrong_field("/allocations/0/paid/amount");
    let mut euros = part("700.00", "100.00");
    euros["allocations"][0]["paid"] = money("EUR", "90.00");
    send(euros).await.wrong_field("/allocations/0/paid/currency");
    let mut foreign = part("700.00", "100.00");
    foreign["allocations"][0]["amount"] = money("USD", "100.00");
    send(foreign).await.wrong_field("/allocations/0/amount/currency");
    let mut twice = payment(&customer, cny("700.00"), &[(&invoice, "700.00")]);
    twice["allocations"][0]["paid"] = cny("699.00");
    send(twice).await.wrong_field("/allocations/0/paid/amount");
    // Without an agreement there has to be a rate.
    let mut pounds = payment(&customer, money("GBP", "90.00"), &[]);
    pounds["allocations"] = json!([{ "invoice": invoice["id"], "amount": cny("700.00") }]);
    send(pounds).await.problem(409, "exchange_rate_missing");
    assert_eq!(app.standing(&invoice).await, "open 700.00");
    assert_eq!(rows(&app.api.get("/payments").await.expect(200)).len(), 0);
}

async fn the_statement_has_a_line_on_either_account(app: &TestApp) {
    let (customer, invoice) = owing(app, "700.00").await;
    let body = dollars(&customer, "120.00", &invoice, "700.00", Some("100.00"));
    app.api.post("/payments", &body).await.expect(201);
    let path = format!("/customers/{customer}/statement?from=2026-11-01&to=2026-11-30");
    let statement = app.api.get(&path).await.expect(200);
    let told = |account: &Value| {
        let line = |line: &Value| {
            let sum = |name: &str| text(line, &format!("/{name}/amount"));
            format!("{} {} {} {}", text(line, "/kind"), line["exchange"], sum("debit"), sum("credit"))
        };
        let lines: Vec<String> = rows_of(account).iter().map(line).collect();
        (text(account, "/currency"), text(account, "/closing/amount"), lines)
    };
    let accounts: Vec<_> = statement["accounts"].as_array().unwrap().iter().map(told).collect();
    let lines = |all: &[&str]| all.iter().map(|line| (*line).to_owned()).collect::<Vec<_>>();
    let yuan = lines(&["invoice false 700.00 0.00", "invoice true -700.00 0.00"]);
    let dollars = lines(&["payment false 0.00 120.00", "payment true 0.00 -100.00"]);
    let mut expected =
        vec![("CNY".to_owned(), "0.00".to_owned(), yuan), ("USD".to_owned(), "-20.00".to_owned(), dollars)];
    expected.sort();
    let mut accounts = accounts;
    accounts.sort();
    assert_eq!(accounts, expected);
}

fn rows_of(account: &Value) -> &Vec<Value> {
    account["lines"].as_array().unwrap()
}

async fn a_line_in_yuan_pays_an_invoice_in_dollars(app: &TestApp) {
    let body = json!({ "base": "USD", "quote": "CNY", "rate": "7.10", "valid_from": "2026-11-01" });
    app.api.post("/exchange-rates", &body).await.expect(201);
    let customer = app.customer_with(json!({ "name": "U", "country": "US", "currency": "USD" })).await;
    let invoice = app.invoice_in(&customer, "USD", "1000.00").await;
    let before = standing(app, ["1002", "1122", "2203", "5603"]).await;
    let imported = send(&app.api, &statement("1", 0, &[moved(705_000, "for all", "U")]), &[("account", "1002")]).await;
    let line = &lines(app, &imported.expect(201)).await[0];
    let part = json!({ "invoice": invoice["id"], "amount": money("USD", "1000.00"), "paid": cny("7050.00") });
    let body = json!({ "customer": customer, "invoices": [part] });
    act(app, line, "match", &body).await.expect(201);
    assert_eq!(app.standing(&invoice).await, "paid 0.00");
    // They were worth 7,100 yuan, and 7,050 came.
    assert_eq!(standing(app, ["1002", "1122", "2203", "5603"]).await, ["7050.00", "0.00", "0.00", "50.00"]);
    act(app, line, "unmatch", &json!({ "reason": "another's" })).await.expect(200);
    assert_eq!(app.standing(&invoice).await, "open 1000.00");
    assert_eq!(standing(app, ["1002", "1122", "2203", "5603"]).await, before);
    assert_eq!(app.findings(), Vec::<String>::new());
}

async fn a_cheque_in_dollars_bounces_and_is_presented_again(app: &TestApp) {
    let (customer, invoice) = owing(app, "700.00").await;
    let mut body = dollars(&customer, "100.00", &invoice, "700.00", Some("100.00"));
    body["method"] = json!("cheque");
    let cheque = app.api.post("/payments", &body).await.expect(201);
    let path = format!("/payments/{}/cheque", text(&cheque, "/id"));
    app.api.post(&format!("{path}/deposit"), &json!({})).await.expect(200);
    app.api.post(&format!("{path}/bounce"), &json!({ "reason": "空头" })).await.expect(200);
    assert_eq!(app.standing(&invoice).await, "open 700.00");
    // A part was paid meanwhile: the cheque takes as much less, at what was agreed.
    app.pay(&customer, cny("350.00"), &[(&invoice, "350.00")]).await.expect(201);
    let again = app.api.post(&format!("{path}/redeposit"), &json!({})).await.expect(201);
    assert_eq!((&again["allocated"], &again["unallocated"]), (&money("USD", "50.00"), &money("USD", "50.00")));
    assert_eq!(app.standing(&invoice).await, "paid 0.00");
}

async fn the_desk_takes_dollars_for_yuan(app: &TestApp) {
    let (customer, invoice) = owing(app, "700.00").await;
    let desk = app.nobody.signed_in(&app.staff(Role::Owner).await, PASSWORD).await;
    let id = text(&invoice, "/id");
    let form = |paid: &'static str| {
        [
            ("/customer", customer.clone()),
            ("/method", "bank_transfer".to_owned()),
            ("/amount/currency", "USD".to_owned()),
            ("/amount/amount", "101.00".to_owned()),
            ("/received_on", app.today().to_string()),
            ("/allocations/0/invoice", id.clone()),
            ("/allocations/0/amount/amount", "700.00".to_owned()),
            ("/allocations/0/amount/currency", "CNY".to_owned()),
            ("/allocations/0/paid/amount", paid.to_owned()),
        ]
    };
    let send = async |fields: [(&str, String); 9]| {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        desk.submit("/payments", &fields).await
    };
    // The customer's own currency is proposed, another one shows what each invoice takes of it.
    let shown = async |currency: &str| {
        let asked =
            [("/customer", &*customer), ("drawn-for", &*customer), ("/amount/currency", currency), ("show", "1")];
        desk.submit("/payments", &asked).await
    };
    let takes = ("/allocations/0/paid/amount".to_owned(), String::new());
    assert!(!shown("CNY").await.fields().contains(&takes));
    let in_dollars = shown("USD").await;
    assert!(in_dollars.text().contains("<option selected>USD</option>") && in_dollars.fields().contains(&takes));
    let refused = send(form("102.00")).await;
    assert_eq!(refused.status, 409);
    let kept = refused.fields();
    assert!(kept.contains(&("/allocations/0/paid/amount".to_owned(), "102.00".to_owned())), "{kept:?}");
    let done = send(form("100.00")).await;
    assert_eq!(done.status, 303, "{}", done.text());
    assert_eq!(app.standing(&invoice).await, "paid 0.00");
    let page = desk.get(done.location()).await.text();
    for shown in ["700.00", "100<i>.00", "1<i>.00"] {
        assert!(page.contains(shown), "{shown}: {page}");
    }
}
