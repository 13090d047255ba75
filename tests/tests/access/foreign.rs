//! People of a customer see nothing of another's: not on a page, not in a list, not by guessing an address.

use super::pages::PAGES;
use super::{World, lines};
use crate::harness::trade::text;
use crate::harness::{PASSWORD, TestApp, both};

both! { a_buyer_sees_nothing_of_another_customer, who_left_or_signed_out_is_shut_out_at_once }

async fn a_buyer_sees_nothing_of_another_customer(app: &TestApp) {
    let item = app.goods().await;
    let (mine, theirs) = (app.customer("我方公司").await, app.customer("别家公司").await);
    let own = World::of(app, &mine, &item).await;
    let foreign = World::of(app, &theirs, &item).await;
    let buyer = app.nobody.signed_in(&app.buyer(&mine).await, PASSWORD).await;
    let telling = [
        text(&foreign.invoice, "/number"),
        text(&foreign.order, "/id"),
        text(&foreign.invoice, "/id"),
        text(&foreign.payment, "/id"),
        "别家公司".to_owned(),
    ];
    let mut guessed = 0;
    for line in lines(PAGES) {
        let [method, pattern, audience, _] = line[..] else { panic!("{line:?}") };
        if method != "GET" || audience == "anybody" || pattern.ends_with("/events") {
            continue;
        }
        let address = foreign.address(pattern);
        let reply = buyer.get(&address).await;
        if pattern.contains("{id}") {
            assert!([403, 404].contains(&reply.status), "{pattern}: {}", reply.status);
            guessed += usize::from(audience == "portal");
            if audience == "portal" {
                assert_eq!(buyer.get(&own.address(pattern)).await.status, 200, "{pattern} of its own");
            }
        }
        // Links that choose a language repeat the address that was guessed.
        let page = reply.text().replace(&address, "");
        for secret in &telling {
            assert!(!page.contains(secret.as_str()), "{pattern} tells {secret}");
        }
    }
    assert!(guessed >= 2, "only {guessed} addresses of the portal have an id");
    for number in [text(&foreign.invoice, "/number"), "别家".to_owned()] {
        let found = buyer.get(&format!("/search?q={number}")).await.text();
        assert!(!found.contains(&text(&foreign.invoice, "/id")), "the search finds {number}");
    }
}

async fn who_left_or_signed_out_is_shut_out_at_once(app: &TestApp) {
    let email = app.staff(kernel::Role::Accountant).await;
    let here = app.nobody.signed_in(&email, PASSWORD).await;
    let there = app.nobody.signed_in(&email, PASSWORD).await;
    here.get("/customers").await.expect(200);
    here.submit("/sign-out", &[]).await.expect(303);
    here.get("/customers").await.expect(303);
    there.get("/customers").await.expect(200);
    let users = app.api.get("/users").await.expect(200);
    let user = crate::harness::rows(&users).iter().find(|user| user["email"] == email.as_str()).unwrap();
    app.api.patch(&format!("/users/{}", text(user, "/id")), &serde_json::json!({ "active": false })).await.expect(200);
    there.get("/customers").await.expect(303);
    let again = app.nobody.submit("/sign-in", &[("/email", &email), ("/password", PASSWORD)]).await;
    assert!([401, 422].contains(&again.status), "{}", again.status);
}
