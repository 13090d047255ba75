//! The payer's page: both languages, no card number, strict policy, nothing of the seller's text as markup.

use crate::house::House;
use gateways::{Method, Opened};

async fn page(house: &House, opened: &Opened, query: &str, accept: &str) -> (u16, String, String) {
    let url = format!("{}{query}", opened.url.as_deref().unwrap());
    let response = house.browser.get(url).header("accept-language", accept).send().await.unwrap();
    let policy = response.headers()["content-security-policy"].to_str().unwrap().to_owned();
    (response.status().as_u16(), policy, response.text().await.unwrap())
}

#[tokio::test]
async fn speaks_the_payers_language() {
    let mut house = House::new().await;
    let (_, opened) = house.open(73_216, "INV-2026-00408").await;
    for (query, accept, tag, button) in [
        ("", "zh-CN,zh;q=0.9", "zh-CN", "支付 ¥\u{a0}732.16"),
        ("", "en-GB", "en", "Pay CN¥\u{a0}732.16"),
        ("", "de", "zh-CN", "支付 ¥\u{a0}732.16"),
        ("?lang=en", "zh-CN", "en", "Pay CN¥\u{a0}732.16"),
        ("?lang=zh", "en", "zh-CN", "支付 ¥\u{a0}732.16"),
    ] {
        let (status, _, html) = page(&house, &opened, query, accept).await;
        assert_eq!(status, 200);
        assert!(html.contains(&format!("<html lang=\"{tag}\">")), "{query} {accept}");
        assert!(html.contains(button), "{query} {accept}");
        assert!(!html.contains("simulator-"), "a sentence is missing: {query} {accept}");
    }
}

#[tokio::test]
async fn asks_for_no_card_and_runs_no_script() {
    let mut house = House::new().await;
    let (_, opened) = house.open(1000, "<script>alert(1)</script>\"'").await;
    let (_, policy, html) = page(&house, &opened, "", "en").await;
    assert!(!html.contains("<input") && !html.contains("<script"));
    assert!(policy.starts_with("default-src 'none';"));
    assert!(policy.contains("form-action 'self' https://seller.example;"), "{policy}");
}

#[tokio::test]
async fn a_wallet_shows_its_code_before_the_choices() {
    let mut house = House::new().await;
    let mut ask = house.ask(1000, "INV-1");
    ask.method = Method::EWallet;
    let opened = house.gateway.open(ask).await.unwrap();
    let (_, _, html) = page(&house, &opened, "", "en").await;
    assert!(html.contains("<svg") && !html.contains("<?xml") && !html.contains("value=\"pay\""));
    let (_, _, html) = page(&house, &opened, "?step=choose", "en").await;
    assert!(!html.contains("<svg") && html.contains("value=\"pay\""));
}

#[tokio::test]
async fn tells_how_it_ended() {
    let mut house = House::new().await;
    for (choice, wanted) in
        [("pay", "data-is=\"succeeded\""), ("decline", "data-is=\"failed\""), ("time-out", "data-is=\"processing\"")]
    {
        let (_, opened) = house.open(1000, "INV-1").await;
        house.choose(&opened, choice).await;
        let (_, _, html) = page(&house, &opened, "", "en").await;
        assert!(html.contains(wanted) && html.contains("href=\"https://seller.example/back\""), "{choice}");
    }
    let unknown = Opened { url: Some(format!("{}/pay/simpay_none", house.base_url)), ..Opened::default() };
    let (status, _, html) = page(&house, &unknown, "", "en").await;
    assert_eq!(status, 404);
    assert!(html.contains("No such payment"));
}
