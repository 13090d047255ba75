//! Disputes of payments, told by a provider that behaves as real ones do: late, twice, and out of order.

use crate::harness::trade::text;
use crate::harness::{Simulator, TestApp, both, cny, rows};
use serde_json::{Value, json};
use std::time::Duration;

both! {
    a_dispute_is_lost,
    a_dispute_is_lost_at_stripe,
    a_dispute_is_lost_at_paypal,
    a_dispute_is_won,
    a_dispute_is_won_at_stripe,
    a_dispute_is_won_at_paypal,
}

/// An invoice that was paid online, and its payment.
async fn paid(app: &TestApp, simulator: &Simulator, customer: &str, amount: &str) -> (Value, Value) {
    let invoice = app.invoice(customer, amount).await;
    (invoice.clone(), pay(app, simulator, &invoice).await)
}

/// Pays an invoice online; gives the payment.
async fn pay(app: &TestApp, simulator: &Simulator, invoice: &Value) -> Value {
    let method = if simulator.provider == "paypal" { "e_wallet" } else { "card" };
    let opened = app.api.post("/checkouts", &json!({ "invoices": [invoice["id"]], "method": method,
        "return_url": format!("{}/done", app.base) })).await.expect(201);
    simulator.payer_chooses(&text(&opened, "/url"), "pay").await;
    let path = format!("/checkouts/{}", text(&opened, "/id"));
    let id = app
        .eventually("the payment is there", async || {
            app.api.get(&path).await.expect(200)["payment"].as_str().map(str::to_owned)
        })
        .await;
    app.api.get(&format!("/payments/{id}")).await.expect(200)
}

/// The one dispute of a payment, once it stands so.
async fn until(app: &TestApp, payment: &Value, wanted: &str) -> Value {
    let what = format!("a dispute is {wanted}");
    app.eventually(&what, async || {
        let all = app.api.get("/disputes").await.expect(200);
        let ours: Vec<&Value> = rows(&all).iter().filter(|dispute| dispute["payment"] == payment["id"]).collect();
        let found = ours.iter().find(|dispute| standing(dispute) == wanted);
        found.map(|dispute| (*dispute).clone())
    })
    .await
}

/// Status, and what is away, back and lost: `lost 100.00 0.00 100.00`.
fn standing(dispute: &Value) -> String {
    let amount = |name: &str| text(dispute, &format!("/{name}/amount"));
    format!("{} {} {} {}", text(dispute, "/status"), amount("withdrawn"), amount("reinstated"), amount("lost"))
}

async fn a_dispute_is_lost(app: &TestApp) {
    lost(app, "simulator", "101203").await;
}

async fn a_dispute_is_lost_at_stripe(app: &TestApp) {
    lost(app, "stripe", "101204").await;
}

async fn a_dispute_is_lost_at_paypal(app: &TestApp) {
    lost(app, "paypal", "101205").await;
}

/// Opened, money withdrawn, lost: the invoice is open again. On good days and bad ones.
async fn lost(app: &TestApp, provider: &str, account: &str) {
    let simulator = Simulator::speaking(app, provider).await;
    let customer = app.customer("拒付").await;
    // PayPal does not tell a fee.
    let fee = if provider == "paypal" { "0.00" } else { "15.00" };
    for scenario in ["", "copies=3", "reorder", "reorder,copies=2"] {
        let (invoice, payment) = paid(app, &simulator, &customer, "100.00").await;
        app.clock.advance(jiff::SignedDuration::from_secs(10));
        let before = settled_balance(app, account).await;
        simulator.shall(scenario, 1).await;
        let told = simulator.disputed(&payment, json!({})).await;
        let dispute = until(app, &payment, "needs_response 100.00 0.00 0.00").await;
        assert!(text(&dispute, "/id").starts_with("dsp_"), "{dispute}");
        assert_eq!((&dispute["amount"], &dispute["fee"]["amount"]), (&cny("100.00"), &json!(fee)), "{scenario}");
        assert!(dispute["evidence_due_at"].is_string(), "{dispute}");
        assert_eq!(app.again(&invoice).await["disputed"], true);
        assert_eq!(app.standing(&invoice).await, "paid 0.00");
        assert_eq!(app.balance("1221").await, "100.00");
        assert_eq!(cents(&app.balance(account).await), before - 10_000 - cents(fee), "{scenario}");
        let part = json!({ "amount": cny("1.00"), "reason": "x" });
        app.api.post(&format!("/payments/{}/refunds", text(&payment, "/id")), &part).await.problem(409, "payment_disputed");

        simulator.shall(scenario, 1).await;
        simulator.acts(&told, "lose").await;
        until(app, &payment, "lost 100.00 0.00 100.00").await;
        let again = app.again(&invoice).await;
        assert_eq!((app.standing(&invoice).await, &again["disputed"]), ("open 100.00".to_owned(), &json!(false)));
        assert_eq!(app.balance("1221").await, "0.00");
        assert_eq!(
            app.postings(&dispute).await,
            if fee == "0.00" { lines(account, None) } else { lines(account, Some(fee)) },
            "{scenario}"
        );
        let payment = app.api.get(&format!("/payments/{}", text(&payment, "/id"))).await.expect(200);
        assert_eq!((&payment["allocated"], &payment["unallocated"]), (&cny("0.00"), &cny("0.00")));
        // Whoever owes it again pays it in another way.
        app.pay(&customer, cny("100.00"), &[(&invoice, "100.00")]).await.expect(201);
    }
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(rows(&app.api.get("/disputes").await.expect(200)).len(), 4, "one each");
}

/// What the journal has of a dispute that took all of a hundred.
fn lines(account: &str, fee: Option<&str>) -> Vec<String> {
    let mut lines = vec![
        "1122 100.00 -".to_owned(),
        "1221 - 100.00".to_owned(),
        "1221 100.00 -".to_owned(),
        format!("{account} - 100.00"),
    ];
    if let Some(fee) = fee {
        lines.extend([format!("{account} - {fee}"), format!("5603 {fee} -")]);
    }
    lines.sort();
    lines
}

fn cents(amount: &str) -> i64 {
    amount.replace('.', "").parse().unwrap()
}

/// What the provider has of ours once the fee of the last payment is known.
async fn settled_balance(app: &TestApp, account: &str) -> i64 {
    app.eventually("the fee of the payment is booked", async || {
        let balance = cents(&app.balance(account).await);
        // 0.60 % of a hundred.
        (balance % 100 != 0).then_some(balance)
    })
    .await
}

async fn a_dispute_is_won(app: &TestApp) {
    won(app, "simulator", "101203").await;
}

async fn a_dispute_is_won_at_stripe(app: &TestApp) {
    won(app, "stripe", "101204").await;
}

async fn a_dispute_is_won_at_paypal(app: &TestApp) {
    won(app, "paypal", "101205").await;
}

/// Opened, money withdrawn, answered, won, money back: the invoice stays paid.
async fn won(app: &TestApp, provider: &str, account: &str) {
    let simulator = Simulator::speaking(app, provider).await;
    let customer = app.customer("申诉").await;
    for scenario in ["", "copies=3", "reorder"] {
        let (invoice, payment) = paid(app, &simulator, &customer, "100.00").await;
        app.clock.advance(jiff::SignedDuration::from_secs(10));
        let before = settled_balance(app, account).await;
        let told = simulator.disputed(&payment, json!({ "reason": "product_not_received" })).await;
        let dispute = until(app, &payment, "needs_response 100.00 0.00 0.00").await;
        assert_eq!(dispute["reason"], "product_not_received");
        let fee = cents(&text(&dispute, "/fee/amount"));
        simulator.acts(&told, "answer").await;
        until(app, &payment, "under_review 100.00 0.00 0.00").await;
        simulator.shall(scenario, 1).await;
        simulator.acts(&told, "win").await;
        until(app, &payment, "won 100.00 100.00 0.00").await;
        let again = app.again(&invoice).await;
        assert_eq!((app.standing(&invoice).await, &again["disputed"]), ("paid 0.00".to_owned(), &json!(false)));
        assert_eq!((app.balance("1221").await, cents(&app.balance(account).await)), ("0.00".to_owned(), before - fee));
    }
}
