//! Disputes of payments, told by a provider that behaves as real ones do: late, twice, and out of order.

use crate::harness::trade::text;
use crate::harness::{PASSWORD, Simulator, TestApp, both, cny, rows};
use crate::tampering::tamper;
use gateways::{Direction, DisputeState, Lookup, Movement, ProviderDispute};
use kernel::{Currency, Money};
use payments::FollowDispute;
use payments::commands::Notice;
use serde_json::{Value, json};
use std::time::Duration;

both! {
    a_dispute_is_lost,
    a_dispute_is_lost_at_stripe,
    a_dispute_is_lost_at_paypal,
    a_dispute_is_won,
    a_dispute_is_won_at_stripe,
    a_dispute_is_won_at_paypal,
    what_came_back_is_told_of_before_it_went,
    forged_and_wrong_words_have_no_effect,
    a_part_is_lost_credit_first,
    what_was_paid_back_before_is_not_lost_twice,
    an_appeal_brings_back_what_was_lost,
    a_dispute_in_another_currency_gains_and_loses_nothing,
    a_question_moves_no_money,
    people_see_disputes_and_note_what_they_sent,
    changes_behind_the_door_are_named,
}

/// The statement of a customer ends with what receivables have.
async fn owes_what_is_open(app: &TestApp, customer: &str, owed: &str) {
    let days = "from=2026-11-01&to=2026-12-31";
    let statement = app.api.get(&format!("/customers/{customer}/statement?{days}")).await.expect(200);
    assert_eq!(statement["accounts"][0]["closing"], cny(owed), "{statement}");
    let balance = app.api.get(&format!("/customers/{customer}/balance")).await.expect(200);
    assert!(balance.to_string().contains(&format!("\"{owed}\"")), "{balance}");
}

/// An invoice that was paid online, and its payment.
async fn paid(app: &TestApp, simulator: &Simulator, customer: &str, amount: &str) -> (Value, Value) {
    let invoice = app.invoice(customer, amount).await;
    (invoice.clone(), pay(app, simulator, &invoice).await)
}

/// Pays an invoice online; gives the payment.
async fn pay(app: &TestApp, simulator: &Simulator, invoice: &Value) -> Value {
    let method = if simulator.provider == "paypal" { "e_wallet" } else { "card" };
    let opened = app
        .api
        .post(
            "/checkouts",
            &json!({ "invoices": [invoice["id"]], "method": method,
        "return_url": format!("{}/done", app.base) }),
        )
        .await
        .expect(201);
    payment_of(app, simulator, &opened).await
}

/// The payer pays a checkout; gives the payment.
async fn payment_of(app: &TestApp, simulator: &Simulator, opened: &Value) -> Value {
    simulator.payer_chooses(&text(opened, "/url"), "pay").await;
    let path = format!("/checkouts/{}", text(opened, "/id"));
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
    let (fee, mut paid_fees) = (if provider == "paypal" { "0.00" } else { "15.00" }, 0);
    for scenario in ["", "copies=3", "reorder", "reorder,copies=2"] {
        let (invoice, payment) = paid(app, &simulator, &customer, "100.00").await;
        // 0.60 % of a hundred, each time.
        paid_fees += 60;
        let before = once_fees_are(app, paid_fees, account).await;
        paid_fees += cents(fee);
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
        app.api
            .post(&format!("/payments/{}/refunds", text(&payment, "/id")), &part)
            .await
            .problem(409, "payment_disputed");

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
        assert_eq!((&payment["refunded"], &payment["lost"]), (&cny("0.00"), &cny("100.00")));
        owes_what_is_open(app, &customer, "100.00").await;
        // Whoever owes it again pays it in another way.
        app.pay(&customer, cny("100.00"), &[(&invoice, "100.00")]).await.expect(201);
    }
    let desk = app.nobody.signed_in(&app.staff(kernel::Role::Owner).await, PASSWORD).await;
    let page = desk.get(&format!("/customers/{customer}/statement?from=2026-11-01&to=2026-12-31")).await.text();
    assert_eq!((page.matches("Lost in a dispute").count(), page.matches(">Refund").count()), (4, 0), "{page}");
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

/// What the provider has of ours once so much stands on the account of fees, in cents.
async fn once_fees_are(app: &TestApp, fees: i64, account: &str) -> i64 {
    app.clock.advance(jiff::SignedDuration::from_secs(10));
    app.eventually("the fee of the payment is booked", async || {
        (cents(&app.balance("5603").await) == fees).then_some(())
    })
    .await;
    cents(&app.balance(account).await)
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
    let (customer, mut fees) = (app.customer("申诉").await, 0);
    for scenario in ["", "copies=3", "reorder"] {
        let (invoice, payment) = paid(app, &simulator, &customer, "100.00").await;
        fees += 60;
        let before = once_fees_are(app, fees, account).await;
        let told = simulator.disputed(&payment, json!({ "reason": "product_not_received" })).await;
        let dispute = until(app, &payment, "needs_response 100.00 0.00 0.00").await;
        assert_eq!(dispute["reason"], "product_not_received");
        let fee = cents(&text(&dispute, "/fee/amount"));
        fees += fee;
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

/// The money comes back before it is told that it went: at a provider that repeats all that moved with every word, and at one that
/// does not.
async fn what_came_back_is_told_of_before_it_went(app: &TestApp) {
    for (provider, account, at_first) in
        [("simulator", "101203", "won 0.00 0.00 0.00"), ("stripe", "101204", "won 100.00 100.00 0.00")]
    {
        let simulator = Simulator::speaking(app, provider).await;
        let customer = app.customer("颠倒").await;
        let invoice = app.invoice(&customer, "100.00").await;
        let method = json!({ "invoices": [invoice["id"]], "method": "card", "gateway": simulator.connection.to_string(),
            "return_url": format!("{}/done", app.base) });
        let opened = app.api.post("/checkouts", &method).await.expect(201);
        let payment = payment_of(app, &simulator, &opened).await;
        app.clock.advance(jiff::SignedDuration::from_secs(10));
        let gross = async || cents(&app.balance(account).await) % 10_000;
        app.eventually("the fee is booked", async || (gross().await == 9_940).then_some(())).await;
        simulator.shall("late=2500", 1).await;
        let told = simulator.disputed(&payment, json!({})).await;
        simulator.acts(&told, "win").await;
        until(app, &payment, at_first).await;
        until(app, &payment, "won 100.00 100.00 0.00").await;
        tokio::time::sleep(Duration::from_millis(2500)).await;
        // Nothing but the two fees is gone.
        assert_eq!(cents(&app.balance(account).await), 8_440);
        assert_eq!(
            (app.standing(&invoice).await, app.balance("1221").await),
            ("paid 0.00".to_owned(), "0.00".to_owned())
        );
        assert_eq!(app.again(&invoice).await["disputed"], false);
        until(app, &payment, "won 100.00 100.00 0.00").await;
    }
}

async fn forged_and_wrong_words_have_no_effect(app: &TestApp) {
    let simulator = Simulator::connected_to(app).await;
    let customer = app.customer("伪造").await;
    let (invoice, payment) = paid(app, &simulator, &customer, "100.00").await;
    app.eventually("the fee is booked", async || (app.balance("101203").await == "99.40").then_some(())).await;
    for scenario in ["forged", "stale", "wrong_amount"] {
        simulator.shall(scenario, 1).await;
        simulator.disputed(&payment, json!({})).await;
        tokio::time::sleep(Duration::from_millis(700)).await;
        assert_eq!(rows(&app.api.get("/disputes").await.expect(200)).len(), 0, "{scenario}");
        assert_eq!((app.balance("101203").await, app.balance("1221").await), ("99.40".to_owned(), "0.00".to_owned()));
        assert_eq!(app.again(&invoice).await["disputed"], false, "{scenario}");
    }
    // Rightly signed, about another merchant, another payment of this provider, or in another currency.
    let spoils: [fn(&mut FollowDispute); 3] = [
        |word| word.merchant = "another".to_owned(),
        |word| word.word.payment.provider_id = Some("simpay_another".to_owned()),
        |word| word.word.amount = Money::new(10_000, Currency::EUR),
    ];
    for (number, spoil) in spoils.into_iter().enumerate() {
        let mut word = follow(app, &simulator, &payment, DisputeState::Lost, &[Direction::Withdrawn]).await;
        word.notice.event_id = format!("spoilt-{number}");
        spoil(&mut word);
        assert_eq!(app.house.app.write(&app.system_context(), word).await.unwrap(), None);
    }
    assert_eq!(rows(&app.api.get("/disputes").await.expect(200)).len(), 0);
    assert_eq!((app.standing(&invoice).await, app.balance("1221").await), ("paid 0.00".to_owned(), "0.00".to_owned()));
}

/// A payment of a hundred, forty of it set against an invoice: what nobody has used goes first.
async fn a_part_is_lost_credit_first(app: &TestApp) {
    let simulator = Simulator::connected_to(app).await;
    let customer = app.customer("部分").await;
    let invoice = app.invoice(&customer, "100.00").await;
    let body = json!({ "invoices": [invoice["id"]], "method": "card", "return_url": format!("{}/done", app.base) });
    let opened = app.api.post("/checkouts", &body).await.expect(201);
    app.pay(&customer, cny("60.00"), &[(&invoice, "60.00")]).await.expect(201);
    let payment = payment_of(app, &simulator, &opened).await;
    assert_eq!((&payment["allocated"], &payment["unallocated"]), (&cny("40.00"), &cny("60.00")));
    let told = simulator.disputed(&payment, json!({ "amount": 7000 })).await;
    until(app, &payment, "needs_response 70.00 0.00 0.00").await;
    simulator.acts(&told, "lose").await;
    let dispute = until(app, &payment, "lost 70.00 0.00 70.00").await;
    assert_eq!(app.standing(&invoice).await, "partially_paid 10.00");
    let payment = app.api.get(&format!("/payments/{}", text(&payment, "/id"))).await.expect(200);
    assert_eq!((&payment["allocated"], &payment["unallocated"]), (&cny("30.00"), &cny("0.00")));
    assert_eq!((&payment["refunded"], &payment["lost"]), (&cny("0.00"), &cny("70.00")));
    let postings = app.postings(&dispute).await;
    assert!(
        postings.contains(&"1122 10.00 -".to_owned()) && postings.contains(&"2203 60.00 -".to_owned()),
        "{postings:?}"
    );
    // Another part of the same payment, disputed by itself and won.
    let second = simulator.disputed(&payment, json!({ "amount": 3000 })).await;
    until(app, &payment, "needs_response 30.00 0.00 0.00").await;
    simulator.acts(&second, "win").await;
    until(app, &payment, "won 30.00 30.00 0.00").await;
    assert_eq!(app.standing(&invoice).await, "partially_paid 10.00");
}

/// Thirty of a hundred went back: the rest is disputed. And all of a hundred went back while the dispute was on its way to us.
async fn what_was_paid_back_before_is_not_lost_twice(app: &TestApp) {
    let simulator = Simulator::connected_to(app).await;
    let customer = app.customer("已退").await;
    let pay_back = async |invoice: &Value, payment: &Value, amount: &str| {
        let part = json!({ "amount": cny(amount), "reason": "退货" });
        app.api.post(&format!("/invoices/{}/credit-notes", text(invoice, "/id")), &part).await.expect(201);
        let path = format!("/payments/{}/refunds", text(payment, "/id"));
        app.api.post(&path, &part).await.expect(201);
        let gone = async || {
            let list = app.api.get(&path).await.expect(200);
            rows(&list).iter().all(|refund| refund["status"] == "succeeded").then_some(())
        };
        app.eventually("the refund is there", gone).await;
    };
    let (invoice, payment) = paid(app, &simulator, &customer, "100.00").await;
    pay_back(&invoice, &payment, "30.00").await;
    let told = simulator.disputed(&payment, json!({})).await;
    until(app, &payment, "needs_response 70.00 0.00 0.00").await;
    simulator.acts(&told, "lose").await;
    until(app, &payment, "lost 70.00 0.00 70.00").await;
    assert_eq!(text(&app.again(&invoice).await, "/balance/amount"), "70.00");
    assert_eq!(app.balance("1221").await, "0.00");
    let parts = async |payment: &Value| {
        let payment = app.api.get(&format!("/payments/{}", text(payment, "/id"))).await.expect(200);
        ["allocated", "unallocated", "refunded", "lost"].map(|part| text(&payment, &format!("/{part}/amount")))
    };
    assert_eq!(parts(&payment).await, ["0.00", "0.00", "30.00", "70.00"]);
    owes_what_is_open(app, &customer, "70.00").await;

    let (invoice, payment) = paid(app, &simulator, &customer, "100.00").await;
    simulator.shall("late=2000", 1).await;
    let told = simulator.disputed(&payment, json!({})).await;
    pay_back(&invoice, &payment, "100.00").await;
    until(app, &payment, "needs_response 100.00 0.00 0.00").await;
    simulator.acts(&told, "lose").await;
    until(app, &payment, "lost 100.00 0.00 100.00").await;
    // The payer has it twice: it is a claim, and the invoice, which was credited, stays as it is.
    assert_eq!(
        (app.balance("1221").await, text(&app.again(&invoice).await, "/balance/amount")),
        ("100.00".into(), "0.00".into())
    );
    assert_eq!(parts(&payment).await, ["0.00", "0.00", "100.00", "0.00"], "a claim came off nothing");
}

/// A word as the connector would give it, of all of a payment, later than any before.
async fn follow(
    app: &TestApp,
    simulator: &Simulator,
    payment: &Value,
    state: DisputeState,
    moved: &[Direction],
) -> FollowDispute {
    app.clock.advance(jiff::SignedDuration::from_secs(1));
    let amount = Money::new(cents(&text(payment, "/amount/amount")), Currency::CNY);
    let movement = |direction: &Direction| Movement {
        id: format!("{direction:?} of {}", text(payment, "/id")),
        direction: *direction,
        amount,
        fee: None,
    };
    let said_at = kernel::Clock::now(&app.clock);
    FollowDispute {
        word: ProviderDispute {
            payment: Lookup {
                reference: text(payment, "/checkout").parse().unwrap(),
                provider_id: Some(text(payment, "/reference")),
            },
            provider_id: format!("dispute of {}", text(payment, "/id")),
            state,
            amount,
            reason: "fraudulent".to_owned(),
            evidence_due: None,
            funds: moved.iter().map(movement).collect(),
        },
        said_at,
        merchant: "test-merchant".to_owned(),
        notice: Notice { connection: simulator.connection, event_id: format!("{said_at}"), body: Vec::new() },
    }
}

/// What was lost stands against the invoice again where that is open, else it is the customer's credit.
async fn an_appeal_brings_back_what_was_lost(app: &TestApp) {
    let simulator = Simulator::connected_to(app).await;
    let customer = app.customer("上诉").await;
    for meanwhile in [false, true] {
        let (invoice, payment) = paid(app, &simulator, &customer, "100.00").await;
        let hear = async |state, moved: &[Direction]| {
            let word = follow(app, &simulator, &payment, state, moved).await;
            app.house.app.write(&app.system_context(), word).await.unwrap().unwrap();
        };
        hear(DisputeState::NeedsResponse, &[Direction::Withdrawn]).await;
        hear(DisputeState::Lost, &[]).await;
        assert_eq!((app.standing(&invoice).await, app.balance("1221").await), ("open 100.00".into(), "0.00".into()));
        if meanwhile {
            app.pay(&customer, cny("100.00"), &[(&invoice, "100.00")]).await.expect(201);
        }
        hear(DisputeState::UnderReview, &[]).await;
        assert_eq!((app.standing(&invoice).await, app.balance("1221").await), ("paid 0.00".into(), "100.00".into()));
        hear(DisputeState::Won, &[Direction::Withdrawn, Direction::Reinstated]).await;
        until(app, &payment, "won 100.00 100.00 0.00").await;
        assert_eq!((app.standing(&invoice).await, app.balance("1221").await), ("paid 0.00".into(), "0.00".into()));
        let payment = app.api.get(&format!("/payments/{}", text(&payment, "/id"))).await.expect(200);
        let credit = if meanwhile { "100.00" } else { "0.00" };
        assert_eq!((&payment["unallocated"], &payment["lost"]), (&cny(credit), &cny("0.00")), "{payment}");
    }
}

/// Invoiced at one rate, paid at another: waiting costs nothing, and what the payment had gained is lost with it.
async fn a_dispute_in_another_currency_gains_and_loses_nothing(app: &TestApp) {
    let simulator = Simulator::connected_to(app).await;
    let rate = async |rate: &str, day: String| {
        let body = json!({ "base": "EUR", "quote": "CNY", "rate": rate, "valid_from": day });
        app.api.post("/exchange-rates", &body).await.expect(201);
    };
    rate("7.81", "2026-11-01".to_owned()).await;
    let customer = app.customer("欧元").await;
    let invoice = app.invoice_in(&customer, "EUR", "99.99").await;
    app.clock.advance(jiff::SignedDuration::from_hours(24));
    rate("7.93", app.today().to_string()).await;
    let payment = pay(app, &simulator, &invoice).await;
    app.eventually("the fee is booked", async || (app.balance("5603").await != "0.00").then_some(())).await;
    let (gained, owed) = (app.balance("5301").await, app.balance("1122").await);
    assert_eq!((gained.as_str(), owed.as_str()), ("-12.00", "0.00"));
    app.clock.advance(jiff::SignedDuration::from_hours(24));
    rate("8.05", app.today().to_string()).await;
    let told = simulator.disputed(&payment, json!({ "amount": 3333 })).await;
    until(app, &payment, "needs_response 33.33 0.00 0.00").await;
    assert_eq!((app.balance("1221").await, app.balance("5301").await), ("264.31".into(), gained.clone()));
    simulator.acts(&told, "lose").await;
    until(app, &payment, "lost 33.33 0.00 33.33").await;
    // A third of what is owed again at the invoice's rate, less a third of the gain.
    assert_eq!((app.balance("1221").await, app.balance("1122").await), ("0.00".into(), "260.31".into()));
    assert_eq!(
        (app.balance("5301").await, text(&app.again(&invoice).await, "/balance/amount")),
        ("-12.00".into(), "33.33".into())
    );
    let second = simulator.disputed(&payment, json!({ "amount": 6666 })).await;
    until(app, &payment, "needs_response 66.66 0.00 0.00").await;
    simulator.acts(&second, "win").await;
    until(app, &payment, "won 66.66 66.66 0.00").await;
    assert_eq!(app.balance("1221").await, "0.00");
}

async fn a_question_moves_no_money(app: &TestApp) {
    let simulator = Simulator::speaking(app, "stripe").await;
    let customer = app.customer("询问").await;
    let (invoice, payment) = paid(app, &simulator, &customer, "100.00").await;
    let told = simulator.disputed(&payment, json!({ "inquiry": true })).await;
    until(app, &payment, "needs_response 0.00 0.00 0.00").await;
    assert_eq!(app.again(&invoice).await["disputed"], true);
    simulator.acts(&told, "answer").await;
    until(app, &payment, "under_review 0.00 0.00 0.00").await;
    simulator.acts(&told, "close").await;
    until(app, &payment, "closed 0.00 0.00 0.00").await;
    assert_eq!(
        (app.again(&invoice).await["disputed"].clone(), app.balance("1221").await),
        (json!(false), "0.00".into())
    );
}

async fn people_see_disputes_and_note_what_they_sent(app: &TestApp) {
    let simulator = Simulator::connected_to(app).await;
    let customer = app.customer("上海远航贸易有限公司").await;
    let (invoice, payment) = paid(app, &simulator, &customer, "100.00").await;
    let owner = app.nobody.signed_in(&app.staff(kernel::Role::Owner).await, PASSWORD).await;
    assert!(owner.get("/disputes").await.text().contains("No dispute waits for a decision"));
    let told = simulator.disputed(&payment, json!({ "reason": "product_not_received" })).await;
    let dispute = until(app, &payment, "needs_response 100.00 0.00 0.00").await;
    let path = format!("/disputes/{}", text(&dispute, "/id"));
    let waits = "One dispute waits for evidence";
    for (page, expected) in [
        ("/", waits.to_owned()),
        ("/payments", waits.to_owned()),
        (&format!("/payments/{}", text(&payment, "/id")), "of this payment is disputed".to_owned()),
        (&format!("/invoices/{}", text(&invoice, "/id")), "Disputed".to_owned()),
        ("/disputes", "上海远航贸易有限公司".to_owned()),
        ("/disputes?status=needs_response", "Not received".to_owned()),
        (&path, "Evidence wanted".to_owned()),
        (&path, text(&invoice, "/number")),
        (&path, "Held until decided".to_owned()),
    ] {
        let shown = owner.get(page).await;
        assert_eq!(shown.status, 200, "{page}");
        assert!(shown.text().contains(&expected), "{page} lacks {expected}: {}", shown.text());
    }
    let note = |text: &'static str| [("idempotency_key", text), ("/evidence", text)];
    let empty = owner.submit(&format!("{path}/notes"), &[("idempotency_key", "empty"), ("/evidence", " ")]).await;
    assert_eq!(empty.status, 422);
    let noted = owner.submit(&format!("{path}/notes"), &note("Signed delivery note of 20 November")).await;
    assert_eq!(noted.status, 303, "{}", noted.text());
    let shown = owner.get(&path).await.text();
    assert!(shown.contains("Signed delivery note of 20 November") && shown.contains("Evidence noted"), "{shown}");
    simulator.acts(&told, "win").await;
    until(app, &payment, "won 100.00 100.00 0.00").await;
    assert!(owner.get("/disputes").await.text().contains("No dispute waits for a decision"));
    assert!(owner.get("/disputes?status=won").await.text().contains("上海远航贸易有限公司"));
    app.api.get("/disputes?status=settled").await.wrong_field("/status");
    assert_eq!(app.api.get(&path).await.expect(200)["reference"], json!(told));
}

async fn changes_behind_the_door_are_named(app: &TestApp) {
    let simulator = Simulator::connected_to(app).await;
    let customer = app.customer("篡改").await;
    let (_, payment) = paid(app, &simulator, &customer, "100.00").await;
    let told = simulator.disputed(&payment, json!({})).await;
    simulator.acts(&told, "lose").await;
    let dispute = until(app, &payment, "lost 100.00 0.00 100.00").await;
    assert_eq!(app.findings(), Vec::<String>::new());
    for (wrong, right) in [
        (
            "disputes SET lost_minor = 9000, off_payment_minor = 9000",
            "disputes SET lost_minor = 10000, off_payment_minor = 10000",
        ),
        ("disputes SET off_payment_minor = 9000", "disputes SET off_payment_minor = 10000"),
        ("disputes SET withdrawn_minor = 10001", "disputes SET withdrawn_minor = 10000"),
        ("disputes SET fee_minor = 0", "disputes SET fee_minor = 1500"),
        ("disputes SET status = 'won'", "disputes SET status = 'lost'"),
        ("dispute_funds SET amount_minor = 9999", "dispute_funds SET amount_minor = 10000"),
    ] {
        tamper(app, &format!("UPDATE {wrong}"));
        let named = format!("dispute_differs {}", text(&dispute, "/id"));
        let findings = app.findings();
        assert!(findings.iter().any(|finding| finding.starts_with(&named)), "{wrong}: {findings:?}");
        tamper(app, &format!("UPDATE {right}"));
    }
    assert_eq!(app.findings(), Vec::<String>::new());
}
