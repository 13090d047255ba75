//! Providers that know a payment only once its payer comes, name it only once it is paid, do not find it by our number, or wait for
//! us to take the money.

use crate::house::House;
use kernel::id::{GatewayConnectionId, InvoiceId, RefundId};
use payments::commands::{ConcludeRefund, RefundOutcome};
use serde_json::{Value, json};

async fn checkout(house: &House, key: &str, invoice: InvoiceId, gateway: GatewayConnectionId) -> Value {
    let body = json!({ "invoices": [invoice], "method": "e_wallet", "gateway": gateway });
    let (status, checkout) = house.post("/checkouts", key, &body).await;
    assert_eq!((status, &checkout["status"]), (201, &json!("open")), "{checkout}");
    checkout
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payment_comes_in_and_goes_back_in_parts() {
    let house = House::new().await;
    let alipay = house.connect("alipay").await;
    let invoice = house.invoice("100.00").await;
    let begun = checkout(&house, "a", invoice, alipay).await;
    assert!(begun["qr"].is_string(), "{begun}");
    let amount = |yuan: &str| json!({ "currency": "CNY", "amount": yuan });
    let transferred = json!({
        "customer": house.customer, "method": "bank_transfer", "received_on": "2026-11-23", "amount": amount("100.00"),
        "allocations": [{ "invoice": invoice, "amount": amount("100.00") }],
    });
    let (status, answer) = house.post("/payments", "t", &transferred).await;
    assert_eq!(status, 201, "{answer}");
    house.choose(&begun, "pay").await;
    let paid = house.until(&begun, "succeeded").await;
    assert_eq!((house.balance(invoice).await, house.credit().await), (0, 10_000));
    let path = format!("/payments/{}/refunds", paid["payment"].as_str().unwrap());
    for part in ["40.00", "60.00"] {
        let refund = json!({ "amount": amount(part), "reason": "paid twice" });
        let (status, refund) = house.post(&path, part, &refund).await;
        assert_eq!((status, &refund["status"]), (201, &json!("processing")), "{refund}");
        house.until_at("refunds", &refund, "succeeded").await;
    }
    // What Alipay tells of them is no further payment.
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    assert_eq!((house.balance(invoice).await, house.credit().await), (0, 0));
    assert_eq!(house.get("/payments").await["data"].as_array().unwrap().len(), 2);
    house.books_balance().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_began_may_be_paid_until_its_time_is_over() {
    let house = House::new().await;
    let alipay = house.connect("alipay").await;
    let invoice = house.invoice("100.00").await;
    let waiting = checkout(&house, "a", invoice, alipay).await;
    let again = json!({ "invoices": [invoice], "method": "e_wallet" });
    // Much later than a call can be under way; the provider knows of no payment all the time.
    for pause in [61, 1439] {
        house.pass(pause);
        house.poll().await;
        house.until(&waiting, "open").await;
        let (status, refused) = house.post("/checkouts", &format!("b{pause}"), &again).await;
        assert_eq!((status, &refused["code"]), (409, &json!("checkout_under_way")), "it may still be paid");
    }
    house.choose(&waiting, "pay").await;
    house.until(&waiting, "succeeded").await;
    assert_eq!((house.balance(invoice).await, house.credit().await), (0, 0));

    let invoice = house.invoice("50.00").await;
    let left = checkout(&house, "c", invoice, alipay).await;
    house.pass(1800 + 299);
    house.poll().await;
    house.until(&left, "open").await;
    house.pass(2);
    let again = json!({ "invoices": [invoice], "method": "e_wallet" });
    let (status, second) = house.post("/checkouts", "d", &again).await;
    assert_eq!(status, 201, "{second}");
    house.until(&left, "expired").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_was_begun_and_left_is_closed() {
    let house = House::new().await;
    let alipay = house.connect("alipay").await;
    let invoice = house.invoice("100.00").await;
    let left = checkout(&house, "a", invoice, alipay).await;
    house.visit(left["url"].as_str().unwrap()).await;
    let second = checkout(&house, "b", invoice, alipay).await;
    house.until(&left, "expired").await;
    house.choose(&second, "pay").await;
    house.until(&second, "succeeded").await;
    assert_eq!((house.balance(invoice).await, house.credit().await), (0, 0));
    house.books_balance().await;
}

/// WeChat Pay has a code to scan instead of a page, and names a payment once it is paid.
#[tokio::test(flavor = "multi_thread")]
async fn wechat_pay_is_asked_by_our_own_number_until_it_is_paid() {
    let house = House::new().await;
    let wechat_pay = house.connect("wechat_pay").await;
    for (key, word) in [("a", "late=1"), ("b", "lost")] {
        let invoice = house.invoice("100.00").await;
        house.scenario(word, 1).await;
        let checkout = checkout(&house, key, invoice, wechat_pay).await;
        assert!(checkout["url"].is_null() && checkout["qr"].is_string(), "{checkout}");
        house.pass(61);
        assert_eq!(house.poll().await, 1);
        assert_eq!(house.until(&checkout, "open").await["qr"], checkout["qr"]);
        house.choose(&checkout, "pay").await;
        if word == "lost" {
            house.pass(600);
            house.poll().await;
        }
        house.until(&checkout, "succeeded").await;
        assert_eq!(house.balance(invoice).await, 0, "{word}");
    }
    assert_eq!(house.credit().await, 0);
    house.books_balance().await;
}

/// Banks send refunds back days later: the credit stands again, and so does what the provider owes.
#[tokio::test(flavor = "multi_thread")]
async fn a_refund_that_fails_after_it_succeeded_is_taken_back() {
    let house = House::new().await;
    let invoice = house.invoice("100.00").await;
    let begun = house.checkout("a", invoice, "card").await;
    let amount = |yuan: &str| json!({ "currency": "CNY", "amount": yuan });
    let transferred = json!({
        "customer": house.customer, "method": "bank_transfer", "received_on": "2026-11-23", "amount": amount("100.00"),
        "allocations": [{ "invoice": invoice, "amount": amount("100.00") }],
    });
    assert_eq!(house.post("/payments", "t", &transferred).await.0, 201);
    house.choose(&begun, "pay").await;
    let paid = house.until(&begun, "succeeded").await;
    assert_eq!(house.credit().await, 10_000);
    let path = format!("/payments/{}/refunds", paid["payment"].as_str().unwrap());
    let back = json!({ "amount": amount("30.00"), "reason": "paid twice" });
    let (_, refund) = house.post(&path, "back", &back).await;
    house.until_at("refunds", &refund, "succeeded").await;
    assert_eq!(house.credit().await, 7_000);
    let id: RefundId = refund["id"].as_str().unwrap().parse().unwrap();
    for _ in 0..2 {
        let word = ConcludeRefund { refund: id, outcome: RefundOutcome::Failed, notice: None, asked: None };
        house.write(word).await.unwrap();
        assert_eq!(house.credit().await, 10_000, "once, however often it is told");
    }
    house.until_at("refunds", &refund, "failed").await;
    house.books_balance().await;
    // It is free to be paid back another time.
    let (status, again) = house.post(&path, "again", &json!({ "amount": amount("70.00"), "reason": "again" })).await;
    assert_eq!(status, 201, "{again}");
    house.until_at("refunds", &again, "succeeded").await;
    assert_eq!(house.credit().await, 3_000);
    house.books_balance().await;
}

/// PayPal finds no payment by our number: only the same call with the same key tells of it. It takes no money before we do.
#[tokio::test(flavor = "multi_thread")]
async fn paypal_is_called_again_until_it_answers_or_the_time_is_over() {
    let house = House::new().await;
    let paypal = house.connect("paypal").await;
    let begun = async |key: &str, invoice: InvoiceId| {
        let body = json!({ "invoices": [invoice], "method": "e_wallet", "gateway": paypal });
        let (status, begun) = house.post("/checkouts", key, &body).await;
        assert_eq!((status, &begun["status"]), (201, &json!("in_doubt")), "{begun}");
        begun
    };
    for (word, choice, status, left) in [
        ("error_before", "pay", "succeeded", 0),
        ("error_after", "pay", "succeeded", 0),
        ("error_after", "decline", "failed", 10_000),
    ] {
        let invoice = house.invoice("100.00").await;
        house.scenario(word, 1).await;
        let begun = begun(&format!("{word} {choice}"), invoice).await;
        assert_eq!(house.poll().await, 0, "not before a minute");
        house.pass(61);
        assert_eq!(house.poll().await, 1, "{word}");
        let known = house.until(&begun, "processing").await;
        house.choose(&known, choice).await;
        // The payer agreed and nobody was told; the next question takes the money.
        house.pass(301);
        assert_eq!(house.poll().await, 1, "{word}");
        house.until(&begun, status).await;
        assert_eq!(house.balance(invoice).await, left, "{word}");
    }
    let invoice = house.invoice("100.00").await;
    house.scenario("error_before", 9).await;
    let lost = begun("lost", invoice).await;
    for pause in [61, 301] {
        house.pass(pause);
        assert_eq!(house.poll().await, 1);
        house.until(&lost, "in_doubt").await;
    }
    // Nobody was sent to pay, so nobody can have paid.
    house.pass(3601);
    assert_eq!(house.poll().await, 1);
    house.until(&lost, "expired").await;
    assert_eq!((house.balance(invoice).await, house.credit().await), (10_000, 0));
    house.books_balance().await;
}
