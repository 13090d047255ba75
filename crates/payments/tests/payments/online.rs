//! Paying online: the good way, and every bad one that the provider can be made to go.

use crate::house::House;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn card_and_wallet_pay_an_invoice() {
    let house = House::new().await;
    for (key, method) in [("a", "card"), ("b", "e_wallet")] {
        let invoice = house.invoice("100.00").await;
        let checkout = house.checkout(key, invoice, method).await;
        assert_eq!(checkout["status"], "open");
        assert_eq!(house.checkout(key, invoice, method).await, checkout, "the same key is the same checkout");
        house.choose(&checkout, "pay").await;
        let paid = house.until(&checkout, "succeeded").await;
        assert_eq!(house.balance(invoice).await, 0);
        let payment = house.get(&format!("/payments/{}", paid["payment"].as_str().unwrap())).await;
        assert_eq!((&payment["method"], &payment["account"]), (&json!(method), &json!("101203")));
        house.books_balance().await;
    }
    assert_eq!(house.credit().await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn notifications_that_come_twice_and_out_of_order_pay_once() {
    let house = House::new().await;
    let invoice = house.invoice("100.00").await;
    let checkout = house.checkout("a", invoice, "card").await;
    house.pass(5);
    house.choose(&checkout, "pay-twice").await;
    house.until(&checkout, "succeeded").await;
    tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    assert_eq!(house.until(&checkout, "succeeded").await["status"], "succeeded");
    assert_eq!((house.balance(invoice).await, house.credit().await), (0, 0));
    assert_eq!(house.get("/payments").await["data"].as_array().unwrap().len(), 1);
    house.books_balance().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_without_answer_is_in_doubt_until_the_provider_tells() {
    let house = House::new().await;
    for (word, happened) in
        [("error_before", false), ("error_after", true), ("hang_before", false), ("hang_after", true)]
    {
        let invoice = house.invoice("100.00").await;
        house.scenario(word, 1).await;
        let checkout = house.checkout(word, invoice, "card").await;
        assert_eq!(checkout["status"], "in_doubt", "{word}");
        // Nobody may pay twice meanwhile.
        let again = json!({ "invoices": [invoice], "method": "card" });
        assert_eq!(house.post("/checkouts", &format!("{word}2"), &again).await.0, 409, "{word}");
        assert_eq!(house.poll().await, 0, "not before a minute");
        house.pass(61);
        assert_eq!(house.poll().await, 1, "{word}");
        if happened {
            let known = house.until(&checkout, "processing").await;
            house.choose(&known, "pay").await;
            house.until(&checkout, "succeeded").await;
            assert_eq!(house.balance(invoice).await, 0, "{word}");
        } else {
            assert_eq!(house.until(&checkout, "in_doubt").await["status"], "in_doubt");
            house.pass(301);
            assert_eq!(house.poll().await, 1, "{word}");
            house.until(&checkout, "expired").await;
            assert_eq!(house.balance(invoice).await, 10_000, "{word}");
        }
        house.books_balance().await;
    }
    assert_eq!(house.credit().await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_notification_is_made_up_for_by_asking() {
    let house = House::new().await;
    let invoice = house.invoice("100.00").await;
    house.scenario("lost", 1).await;
    let checkout = house.checkout("a", invoice, "card").await;
    house.choose(&checkout, "pay").await;
    house.pass(61);
    house.poll().await;
    house.until(&checkout, "succeeded").await;
    assert_eq!(house.balance(invoice).await, 0);
    house.books_balance().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_amount_is_not_believed() {
    let house = House::new().await;
    let invoice = house.invoice("100.00").await;
    house.scenario("wrong_amount", 1).await;
    let checkout = house.checkout("a", invoice, "card").await;
    house.choose(&checkout, "pay").await;
    let doubted = house.until(&checkout, "in_doubt").await;
    assert_eq!(doubted["failure"], "mismatch");
    assert_eq!(house.balance(invoice).await, 10_000);
    // Asked, the provider tells the right amount.
    house.pass(61);
    house.poll().await;
    house.until(&checkout, "succeeded").await;
    assert_eq!((house.balance(invoice).await, house.credit().await), (0, 0));
    house.books_balance().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_paid_meanwhile_makes_the_second_success_credit() {
    let house = House::new().await;
    let invoice = house.invoice("100.00").await;
    let checkout = house.checkout("a", invoice, "card").await;
    let body = json!({
        "customer": house.customer, "method": "cash", "received_on": "2026-11-23",
        "amount": { "currency": "CNY", "amount": "60.00" },
        "allocations": [{ "invoice": invoice, "amount": { "currency": "CNY", "amount": "60.00" } }],
    });
    assert_eq!(house.post("/payments", "b", &body).await.0, 201);
    house.choose(&checkout, "pay").await;
    house.until(&checkout, "succeeded").await;
    assert_eq!((house.balance(invoice).await, house.credit().await), (0, 6_000));
    house.books_balance().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_checkout_closes_the_first_that_nobody_began() {
    let house = House::new().await;
    let invoice = house.invoice("100.00").await;
    let first = house.checkout("a", invoice, "card").await;
    let second = house.checkout("b", invoice, "e_wallet").await;
    house.until(&first, "expired").await;
    house.choose(&second, "pay").await;
    house.until(&second, "succeeded").await;
    let late = json!({ "invoices": [invoice], "method": "card" });
    assert_eq!(house.post("/checkouts", "c", &late).await.1["code"], "nothing_to_pay");
    assert_eq!((house.balance(invoice).await, house.credit().await), (0, 0));
    house.books_balance().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn forged_notifications_have_no_effect() {
    let house = House::new().await;
    let invoice = house.invoice("100.00").await;
    house.scenario("forged", 1).await;
    let checkout = house.checkout("a", invoice, "card").await;
    house.choose(&checkout, "pay").await;
    tokio::time::sleep(std::time::Duration::from_millis(400)).await;
    assert_eq!(house.until(&checkout, "open").await["status"], "open");
    assert_eq!(house.balance(invoice).await, 10_000);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payment_that_the_provider_forgot_makes_room_once_its_time_is_over() {
    let mut house = House::new().await;
    let invoice = house.invoice("100.00").await;
    let forgotten = house.checkout("a", invoice, "card").await;
    house.provider_forgets().await;
    let again = json!({ "invoices": [invoice], "method": "card" });
    for pause in [61, 1739, 299] {
        house.pass(pause);
        house.poll().await;
        house.until(&forgotten, "open").await;
        let (status, refused) = house.post("/checkouts", &format!("b{pause}"), &again).await;
        assert_eq!((status, &refused["code"]), (409, &json!("checkout_under_way")), "it may still be paid");
    }
    house.pass(2);
    let second = house.checkout("c", invoice, "card").await;
    house.until(&forgotten, "expired").await;
    house.choose(&second, "pay").await;
    house.until(&second, "succeeded").await;
    assert_eq!((house.balance(invoice).await, house.credit().await), (0, 0));
    house.books_balance().await;
}
