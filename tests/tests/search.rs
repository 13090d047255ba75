//! Finding what has a number or a name, and the places to go to.

use crate::harness::trade::text;
use crate::harness::{Caller, PASSWORD, TestApp, both, cny};
use kernel::Role;
use serde_json::json;

both! {
    a_number_is_found_first,
    everything_with_a_name_is_found_by_whom_it_concerns,
    the_palette_offers_places_and_says_when_nothing_is_found,
}

async fn desk(app: &TestApp, role: Role) -> Caller {
    app.nobody.signed_in(&app.staff(role).await, PASSWORD).await
}

/// The addresses of what a search finds, in their order.
async fn found(caller: &Caller, words: &str) -> Vec<String> {
    let address = format!("/search?{}", serde_urlencoded::to_string([("q", words)]).unwrap());
    let request = caller.request(reqwest::Method::GET, &address).header("sf-fragment", "1");
    let page = crate::harness::Reply::of(reqwest::Method::GET, "/search", request).await;
    assert_eq!(page.status, 200, "{}", page.text());
    let page = page.text();
    page.split("<a role=\"option\" href=\"")
        .skip(1)
        .filter_map(|rest| Some(rest.split_once('"')?.0.to_owned()))
        .collect()
}

/// Asks until the index has taken it in.
async fn is_found(app: &TestApp, caller: &Caller, words: &str, address: &str) {
    let what = format!("{words} finds {address}");
    app.eventually(&what, async || found(caller, words).await.iter().any(|a| a == address).then_some(())).await;
}

async fn a_number_is_found_first(app: &TestApp) {
    let customer = app.customer("远航贸易").await;
    let first = app.invoice(&customer, "10.00").await;
    let mut last = first.clone();
    for _ in 0..25 {
        last = app.invoice(&customer, "10.00").await;
    }
    let clerk = desk(app, Role::Owner).await;
    let address = |invoice| format!("/invoices/{}", text(invoice, "/id"));
    is_found(app, &clerk, &text(&last, "/number"), &address(&last)).await;
    is_found(app, &clerk, &text(&first, "/number"), &address(&first)).await;
    for typed in [text(&first, "/number"), text(&first, "/number").to_lowercase().replace('-', " ")] {
        assert_eq!(found(&clerk, &typed).await.first(), Some(&address(&first)), "{typed}");
    }
    let order = text(&first, "/order");
    let number = text(&app.api.get(&format!("/orders/{order}")).await.expect(200), "/number");
    assert_eq!(found(&clerk, &number).await.first(), Some(&format!("/orders/{order}")), "{number}");
}

async fn everything_with_a_name_is_found_by_whom_it_concerns(app: &TestApp) {
    let item = app.goods().await;
    let customer = app.customer("远航贸易").await;
    let payment = app
        .api
        .post(
            "/payments",
            &json!({ "customer": customer, "method": "bank_transfer", "amount": cny("77.00"),
        "received_on": app.today().to_string(), "reference": "TT-88-ABC" }),
        )
        .await
        .expect(201);
    let payment = format!("/payments/{}", text(&payment, "/id"));
    let clerk = desk(app, Role::Owner).await;
    for (words, address) in [
        ("A-100", format!("/catalog/items/{item}")),
        ("传感器", format!("/catalog/items/{item}")),
        ("TT-88-ABC", payment.clone()),
        ("77.00", payment.clone()),
        ("77", payment.clone()),
        ("1122", "/reports/general-ledger/1122".to_owned()),
        ("远航", format!("/customers/{customer}")),
    ] {
        is_found(app, &clerk, words, &address).await;
    }
    // A receipt that is asked for gets a number, and is found by it from then on.
    let receipt = app.api.get(&format!("{payment}/receipt.pdf")).await;
    assert_eq!(receipt.status, 200, "{}", receipt.text());
    is_found(app, &clerk, &format!("RC-{}-00001", app.today().year()), &payment).await;
    let buyer = app.nobody.signed_in(&app.buyer(&customer).await, PASSWORD).await;
    for words in ["A-100", "1122", "TT-88-ABC", "远航"] {
        let seen = found(&buyer, words).await;
        assert!(seen.iter().all(|address| address.starts_with("/portal/")), "{words}: {seen:?}");
    }
}

async fn the_palette_offers_places_and_says_when_nothing_is_found(app: &TestApp) {
    let owner = desk(app, Role::Owner).await;
    let offered = found(&owner, "").await;
    for place in ["/orders/new", "/invoices/new", "/payments/new", "/customers/new", "/orders", "/settings"] {
        assert!(offered.iter().any(|address| address == place), "{place} is not in {offered:?}");
    }
    // Words of either language, whatever the reader's.
    for (words, place) in [
        ("报表", "/reports"),
        ("收款", "/payments"),
        ("设置", "/settings"),
        ("settings", "/settings"),
        ("trial", "/reports/trial-balance"),
        ("新建 客户", "/customers/new"),
        ("登记收款", "/payments/new"),
    ] {
        assert!(found(&owner, words).await.iter().any(|address| address == place), "{words} does not lead to {place}");
    }
    let auditor = desk(app, Role::Auditor).await;
    let offered = found(&auditor, "").await;
    assert!(!offered.iter().any(|address| address.ends_with("/new") || address == "/users"), "{offered:?}");
    let page = owner.get("/search?q=%E6%9C%A8%E5%8D%AB%E5%9B%9B").await.text();
    assert!(page.contains("Nothing found"), "{page}");
    assert!(found(&owner, "木卫四").await.is_empty());
}
