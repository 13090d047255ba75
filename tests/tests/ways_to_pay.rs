//! Which ways to pay a page offers, and where they lead.

use crate::harness::trade::text;
use crate::harness::{Caller, PASSWORD, Simulator, TestApp, both, rows};
use kernel::Role;
use serde_json::{Value, json};

both! {
    without_a_provider_nothing_is_offered_online,
    each_wallet_is_offered_by_its_name,
    what_the_desk_says_is_what_the_page_offers,
    an_offer_that_makes_no_sense_is_refused,
    a_sum_of_the_customers_own_pays_the_oldest_first,
    what_is_in_doubt_is_asked_about_out_of_turn,
}

fn path(app: &TestApp, invoice: &Value) -> String {
    text(invoice, "/pay_url").strip_prefix(&app.base).unwrap().to_owned()
}

/// The online choices of a pay page, in their order.
async fn choices(app: &TestApp, invoice: &Value) -> Vec<String> {
    let page = app.nobody.get(&path(app, invoice)).await.text();
    let values = page.split("name=\"/method\" value=\"").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned());
    values.filter(|value| value.starts_with("card") || value.starts_with("e_wallet")).collect()
}

async fn pay(app: &TestApp, invoice: &Value, method: &str) -> String {
    let form = [("idempotency_key", method), ("/method", method)];
    let begun = app.nobody.submit(&path(app, invoice), &form).await;
    assert_eq!(begun.status, 303, "{}", begun.text());
    begun.location().to_owned()
}

async fn owner(app: &TestApp) -> Caller {
    app.nobody.signed_in(&app.staff(Role::Owner).await, PASSWORD).await
}

/// Says an offer at the desk; what is not said keeps its usual value.
async fn say(owner: &Caller, way: &str, said: &[(&str, &str)]) {
    let mut form = vec![("/way", way), ("/currency", "CNY")];
    form.extend(said);
    if !said.iter().any(|(name, _)| *name == "/offered") {
        form.push(("/offered", "true"));
    }
    let saved = owner.submit("/settings/offers", &form).await;
    assert_eq!(saved.status, 303, "{}", saved.text());
}

async fn without_a_provider_nothing_is_offered_online(app: &TestApp) {
    let customer = app.customer("无机构").await;
    let invoice = app.invoice(&customer, "10.00").await;
    assert!(choices(app, &invoice).await.is_empty());
    let page = app.nobody.get(&path(app, &invoice)).await.text();
    assert!(page.contains("value=\"bank_transfer\" required checked"), "{page}");
    let form = [("idempotency_key", "none"), ("/method", "card")];
    assert_eq!(app.nobody.submit(&path(app, &invoice), &form).await.status, 409);
    assert!(owner(app).await.get("/settings/offers").await.text().contains("no provider yet"));
}

async fn each_wallet_is_offered_by_its_name(app: &TestApp) {
    let stripe = Simulator::speaking(app, "stripe").await;
    let alipay = Simulator::speaking(app, "alipay").await;
    // Stripe carries wallets too, without saying which.
    let stripes = format!("e_wallet:{}", stripe.connection);
    say(&owner(app).await, &stripes, &[("/offered", "false")]).await;
    let customer = app.customer("钱包").await;
    let one = app.invoice(&customer, "10.00").await;
    assert_eq!(choices(app, &one).await, ["card", "e_wallet"]);
    let wechat = Simulator::speaking(app, "wechat_pay").await;
    let wallets = [&alipay, &wechat].map(|wallet| format!("e_wallet:{}", wallet.connection));
    assert_eq!(choices(app, &one).await, ["card", &wallets[0], &wallets[1]]);
    let page = app.nobody.get(&path(app, &one)).await.text();
    assert!(page.contains("Alipay") && page.contains("WeChat Pay"), "{page}");
    assert!(pay(app, &one, &wallets[0]).await.starts_with(&alipay.address));
    let two = app.invoice(&customer, "10.00").await;
    assert!(pay(app, &two, &wallets[1]).await.starts_with("/pay/"), "a code, and no page");
    let three = app.invoice(&customer, "10.00").await;
    assert!(pay(app, &three, "card").await.starts_with(&stripe.address));
}

async fn what_the_desk_says_is_what_the_page_offers(app: &TestApp) {
    let alipay = Simulator::speaking(app, "alipay").await;
    let wechat = Simulator::speaking(app, "wechat_pay").await;
    let stripe = Simulator::speaking(app, "stripe").await;
    let owner = owner(app).await;
    let customer = app.customer("条件").await;
    let (small, large) = (app.invoice(&customer, "10.00").await, app.invoice(&customer, "5000.00").await);
    let way = |method: &str, simulator: &Simulator| format!("{method}:{}", simulator.connection);
    let (alipay, wechat, card) = (way("e_wallet", &alipay), way("e_wallet", &wechat), way("card", &stripe));
    let stripes = way("e_wallet", &stripe);
    assert_eq!(choices(app, &small).await, ["card", &alipay, &wechat, &stripes]);
    say(&owner, &stripes, &[("/offered", "false")]).await;
    say(&owner, &wechat, &[("/priority", "1"), ("/fee_percent", "0.6")]).await;
    say(&owner, &card, &[("/least", "100.00"), ("/fee_percent", "2.9"), ("/fee_fixed", "2.00")]).await;
    say(&owner, &alipay, &[("/most", "100.00")]).await;
    assert_eq!(choices(app, &small).await, [wechat.as_str(), &alipay]);
    assert_eq!(choices(app, &large).await, ["card", "e_wallet"], "one wallet needs no name");
    // The API goes by the same word.
    let begin = async |invoice: &Value, method: &str| {
        app.api.post("/checkouts", &json!({ "invoices": [invoice["id"]], "method": method })).await
    };
    begin(&small, "card").await.problem(409, "no_gateway");
    begin(&large, "card").await.expect(201);
    say(&owner, &wechat, &[("/offered", "false")]).await;
    assert_eq!(choices(app, &small).await, ["e_wallet"]);
    let shown = owner.get("/settings/offers").await.text();
    assert!(shown.contains("Not offered") && shown.contains("2.9% + "), "{shown}");
    let trail = app.api.get("/audit?command=gateway.offer").await.expect(200);
    assert_eq!(rows(&trail).len(), 5);
}

async fn an_offer_that_makes_no_sense_is_refused(app: &TestApp) {
    let stripe = Simulator::speaking(app, "stripe").await;
    let owner = owner(app).await;
    let card = format!("card:{}", stripe.connection);
    for (fields, faulty) in [
        (vec![("/way", "card")], "way"),
        (vec![("/way", card.as_str()), ("/currency", "XXX")], "currency"),
        (vec![("/way", card.as_str()), ("/least", "0")], "least"),
        (vec![("/way", card.as_str()), ("/least", "2.00"), ("/most", "1.00")], "most"),
        (vec![("/way", card.as_str()), ("/least", "1.001")], "least"),
        (vec![("/way", card.as_str()), ("/fee_percent", "101")], "fee_percent"),
        (vec![("/way", card.as_str()), ("/fee_fixed", "-1")], "fee_fixed"),
        (vec![("/way", card.as_str()), ("/priority", "0")], "priority"),
    ] {
        let mut form = fields.clone();
        form.extend(
            [("/currency", "CNY"), ("/offered", "true")]
                .iter()
                .filter(|(name, _)| !fields.iter().any(|(own, _)| own == name)),
        );
        let answer = owner.submit("/settings/offers", &form).await;
        assert_eq!(answer.status, 422, "{fields:?}");
        assert!(answer.text().contains(&format!("href=\"#f-{faulty}\"")), "{fields:?}: {}", answer.text());
    }
    let strange = format!("card:{}", kernel::id::GatewayConnectionId::from_bytes([9; 16]));
    let form = [("/way", strange.as_str()), ("/currency", "CNY"), ("/offered", "true")];
    assert_eq!(owner.submit("/settings/offers", &form).await.status, 404);
}

async fn a_sum_of_the_customers_own_pays_the_oldest_first(app: &TestApp) {
    let simulator = Simulator::connected_to(app).await;
    let customer = app.customer("总额").await;
    let first = app.invoice(&customer, "100.00").await;
    let second = app.invoice(&customer, "50.00").await;
    let third = app.invoice(&customer, "70.00").await;
    let buyer = app.nobody.signed_in(&app.buyer(&customer).await, PASSWORD).await;
    let pay = async |amount: &str, more: &[(&str, &str)]| {
        let mut form = vec![("/method", "card"), ("/amount/amount", amount), ("/amount/currency", "CNY")];
        form.extend(more);
        form.push(("idempotency_key", amount));
        buyer.submit("/portal/pay", &form).await
    };
    for (amount, more, said) in [
        ("220.01", vec![], "more than is left to pay"),
        ("0", vec![], "more than zero"),
        ("1.001", vec![], "decimal"),
        ("10.00", vec![("/invoices", text(&first, "/id"))], "not both"),
    ] {
        let more: Vec<(&str, &str)> =
            more.iter().map(|(name, value): &(&str, String)| (*name, value.as_str())).collect();
        let refused = pay(amount, &more).await;
        assert_eq!(refused.status, 422, "{amount}: {}", refused.text());
        assert!(refused.text().contains(said) && refused.text().contains(amount), "{amount}: {}", refused.text());
    }
    // In cash it is a sum with its references.
    let form = [("/method", "cash"), ("/amount/amount", "120.00"), ("/amount/currency", "CNY")];
    let cash = buyer.submit("/portal/pay", &form).await.text();
    let numbers = [&first, &second, &third].map(|invoice| text(invoice, "/number"));
    let told = cash.split("id=\"how\"").nth(1).unwrap();
    assert!(told.contains("120.00") && told.contains(&numbers[1]) && !told.contains(&numbers[2]), "{told}");
    let begun = pay("120.00", &[]).await;
    assert_eq!(begun.status, 303, "{}", begun.text());
    simulator.payer_chooses(begun.location(), "pay").await;
    app.eventually("the oldest is paid", async || (app.standing(&first).await == "paid 0.00").then_some(())).await;
    assert_eq!(app.standing(&second).await, "partially_paid 30.00");
    assert_eq!(app.standing(&third).await, "open 70.00");
}

async fn what_is_in_doubt_is_asked_about_out_of_turn(app: &TestApp) {
    let simulator = Simulator::connected_to(app).await;
    let customer = app.customer("未明").await;
    let invoice = app.invoice(&customer, "100.00").await;
    simulator.shall("error_after", 1).await;
    let body = json!({ "invoices": [invoice["id"]], "method": "card" });
    let lost = app.api.post("/checkouts", &body).await.expect(201);
    assert_eq!(lost["status"], "in_doubt");
    let owner = owner(app).await;
    assert!(owner.get("/payments").await.text().contains("One payment or refund waits"));
    let page = owner.get("/payments/in-doubt").await.text();
    let number = text(&invoice, "/number");
    for said in ["Payment of CN¥100.00", "未明", &number, "no answer that tells", &text(&lost, "/id")] {
        assert!(page.contains(said), "{said}: {page}");
    }
    let path = format!("/payments/in-doubt/{}", text(&lost, "/id"));
    let asked = owner.submit(&path, &[]).await;
    assert_eq!((asked.status, asked.location()), (303, "/payments/in-doubt?done=doubt-known"));
    assert!(owner.get("/payments/in-doubt").await.text().contains("Nothing is in doubt"));
    assert_eq!(owner.submit(&path, &[]).await.location(), "/payments/in-doubt?done=doubt-known", "still");
    let strange = format!("/payments/in-doubt/{}", kernel::id::RefundId::from_bytes([9; 16]));
    assert_eq!(owner.submit(&strange, &[]).await.status, 404);
    let other = app.nobody.signed_in(&app.staff(Role::Auditor).await, PASSWORD).await;
    assert_eq!(other.submit(&path, &[]).await.status, 403);
}
