//! Receipts by mail: who may have them sent where and how often, what becomes of them, and what the house sends by itself.

use crate::harness::trade::text;
use crate::harness::{Caller, Does, PASSWORD, Simulator, TestApp, both, cny, rows};
use jiff::SignedDuration;
use kernel::Role;
use serde_json::{Value, json};

both! { with mail:
    a_receipt_goes_out_with_its_document,
    a_refusal_ends_a_mail_and_a_person_sends_it_again,
    what_may_pass_is_tried_again_under_the_same_name,
    who_is_no_staff_gets_it_where_the_customer_is,
    a_receipt_goes_out_by_itself_where_that_is_wanted,
    the_desk_sees_what_was_sent_and_tries_it,
}

mod without {
    super::both! { nothing_is_offered_or_written_without_a_mail_server }

    use super::{PASSWORD, TestApp, cny, json, rows, text};
    use kernel::Role;

    async fn nothing_is_offered_or_written_without_a_mail_server(app: &TestApp) {
        let customer = app.customer("无邮件").await;
        let payment = app.pay(&customer, cny("10.00"), &[]).await.expect(201);
        let path = format!("/payments/{}/receipt/send", text(&payment, "/id"));
        app.api.post(&path, &json!({})).await.problem(409, "mail_not_configured");
        assert!(rows(&app.api.get("/mails").await.expect(200)).is_empty());
        let owner = app.nobody.signed_in(&app.staff(Role::Owner).await, PASSWORD).await;
        let page = owner.get(&format!("/payments/{}", text(&payment, "/id"))).await.text();
        assert!(!page.contains("/receipt/send"), "{page}");
        assert!(owner.get("/settings/mails").await.text().contains("SHUNFU_MAIL_URL"));
        let sent = owner.submit(&path, &[]).await;
        assert!(sent.status == 409 && sent.text().contains("no mail server is configured"), "{}", sent.text());
        let buyer = app.nobody.signed_in(&app.buyer(&customer).await, PASSWORD).await;
        assert!(!buyer.get("/portal/payments").await.text().contains("/receipt/send"));
    }
}

async fn payment(app: &TestApp, customer: &str) -> Value {
    app.pay(customer, cny("10.00"), &[]).await.expect(201)
}

async fn send(app: &TestApp, payment: &Value, body: Value) -> Value {
    let path = format!("/payments/{}/receipt/send", text(payment, "/id"));
    app.api.post(&path, &body).await.expect(202)
}

/// The mail as it stands now.
async fn again(app: &TestApp, mail: &Value) -> Value {
    let found = app.api.get(&format!("/mails?about={}", text(mail, "/about"))).await.expect(200);
    rows(&found).iter().find(|row| row["id"] == mail["id"]).unwrap().clone()
}

/// Waits until a mail stands so, after an attempt.
async fn until(app: &TestApp, mail: &Value, status: &str, attempts: i64) -> Value {
    app.eventually(&format!("{status} after {attempts}"), async || {
        let now = again(app, mail).await;
        (now["status"] == status && now["attempts"] == attempts && now["message_id"].is_string()).then_some(now)
    })
    .await
}

async fn a_receipt_goes_out_with_its_document(app: &TestApp) {
    let customer = app.customer_with(json!({ "name": "上海远航", "email": "ap@example.com" })).await;
    let invoice = app.invoice(&customer, "10.00").await;
    let payment = app.pay(&customer, cny("10.00"), &[(&invoice, "10.00")]).await.expect(201);
    let mail = send(app, &payment, json!({})).await;
    assert_eq!(
        (&mail["purpose"], &mail["to"], &mail["locale"]),
        (&json!("receipt"), &json!("ap@example.com"), &json!("zh-CN"))
    );
    let sent = until(app, &mail, "sent", 1).await;
    assert!(sent["sent_at"].is_string() && sent["error"].is_null() && sent["next_attempt_at"].is_null(), "{sent}");
    let delivered = app.post().delivered();
    let [letter] = delivered.as_slice() else { panic!("{} letters", delivered.len()) };
    assert_eq!((letter.to.as_str(), letter.header("message-id")), ("ap@example.com", text(&sent, "/message_id")));
    assert_eq!(letter.header("auto-submitted"), "auto-generated");
    assert!(letter.header("from").contains("<billing@shunfu.example>"), "{}", letter.text);
    let pdf = app.api.get(&format!("/payments/{}/receipt.pdf", text(&payment, "/id"))).await.body;
    let coded: String = letter
        .text
        .split("application/pdf")
        .nth(1)
        .unwrap()
        .lines()
        .skip(1)
        .skip_while(|l| !l.is_empty())
        .take_while(|line| !line.starts_with("--"))
        .collect();
    use base64::Engine;
    assert_eq!(base64::engine::general_purpose::STANDARD.decode(coded).unwrap(), pdf, "the document is the same");
    // Elsewhere, where staff say so; and a wrong address is a wrong field.
    let other = send(app, &payment, json!({ "to": "books@example.com" })).await;
    until(app, &other, "sent", 1).await;
    assert_eq!(app.post().delivered()[1].to, "books@example.com");
    let path = format!("/payments/{}/receipt/send", text(&payment, "/id"));
    for to in ["nobody", "a@example.com\r\nBcc: b@example.com", "a@example.com,b@example.com"] {
        app.api.post(&path, &json!({ "to": to })).await.wrong_field("/to");
    }
    // Asked twice with one key is sent once.
    let first = app.api.post_once(&path, "once", &json!({})).await.expect(202);
    assert_eq!(app.api.post_once(&path, "once", &json!({})).await.expect(202)["id"], first["id"]);
    let none = app.customer_with(json!({ "name": "无邮箱", "email": null })).await;
    let paid = self::payment(app, &none).await;
    app.api
        .post(&format!("/payments/{}/receipt/send", text(&paid, "/id")), &json!({}))
        .await
        .problem(409, "mail_no_address");
    let elsewhere = app.another_organisation().await;
    elsewhere.post(&path, &json!({})).await.problem(404, "payment_not_found");
    assert!(rows(&elsewhere.get("/mails").await.expect(200)).is_empty());
    let uncleared = json!({ "customer": customer, "method": "cheque", "amount": cny("1.00"), "received_on": crate::harness::TODAY });
    let cheque = app.api.post("/payments", &uncleared).await.expect(201);
    app.api
        .post(&format!("/payments/{}/receipt/send", text(&cheque, "/id")), &json!({}))
        .await
        .problem(409, "receipt_needs_success");
}

async fn a_refusal_ends_a_mail_and_a_person_sends_it_again(app: &TestApp) {
    let customer = app.customer("拒收").await;
    let payment = payment(app, &customer).await;
    app.post().shall(Does::Refuses(550));
    let mail = send(app, &payment, json!({})).await;
    let failed = until(app, &mail, "failed", 1).await;
    assert_eq!((&failed["error"], &failed["error_code"]), (&json!("refused"), &json!(550)));
    app.clock.advance(SignedDuration::from_hours(48));
    tokio::time::sleep(std::time::Duration::from_secs(2)).await;
    assert_eq!(again(app, &mail).await["attempts"], 1, "once is enough");
    assert!(app.post().delivered().is_empty());
    let owner = app.nobody.signed_in(&app.staff(Role::Owner).await, PASSWORD).await;
    let page = owner.get("/settings/mails?status=failed").await.text();
    assert!(page.contains("refuses this address or mail (550)") && page.contains("拒收"), "{page}");
    let pressed = owner.submit(&format!("/settings/mails/{}/send", text(&mail, "/id")), &[]).await;
    assert_eq!(pressed.location(), "/settings/mails?done=mail-again", "{}", pressed.text());
    let sent = until(app, &mail, "sent", 1).await;
    assert_eq!(sent["message_id"], failed["message_id"]);
    let path = format!("/mails/{}/send", text(&mail, "/id"));
    app.api.post(&path, &json!({})).await.problem(409, "mail_not_failed");
    let auditor = app.key_of(Role::Auditor, None).await;
    auditor.post(&path, &json!({})).await.problem(403, "forbidden");
    app.api.post("/mails/mai_01h455vb4pex5vsknk084sn02q/send", &json!({})).await.problem(404, "mail_not_found");
    app.api.get("/mails?about=cus_01h455vb4pex5vsknk084sn02q").await.wrong_field("/about");
    app.api.get("/mails?status=lost").await.wrong_field("/status");
}

async fn what_may_pass_is_tried_again_under_the_same_name(app: &TestApp) {
    let customer = app.customer("稍后").await;
    let payment = payment(app, &customer).await;
    app.post().shall(Does::Refuses(451));
    app.post().shall(Does::HangsUp);
    let mail = send(app, &payment, json!({})).await;
    let waiting = until(app, &mail, "waiting", 1).await;
    let deferred = app.eventually("it was refused for now", async || {
        let now = again(app, &mail).await;
        (now["error"] == "deferred").then_some(now)
    });
    assert_eq!(deferred.await["error_code"], 451);
    app.clock.advance(SignedDuration::from_secs(6));
    let unheard = app.eventually("the server hung up", async || {
        let now = again(app, &mail).await;
        (now["attempts"] == 2 && now["error"] == "no_answer").then_some(now)
    });
    let unheard = unheard.await;
    assert_eq!((&unheard["status"], &unheard["error_code"]), (&json!("waiting"), &Value::Null));
    app.clock.advance(SignedDuration::from_secs(31));
    let sent = until(app, &mail, "sent", 3).await;
    let names: Vec<String> = app.post().delivered().iter().map(|letter| letter.header("message-id")).collect();
    assert_eq!(names, [text(&waiting, "/message_id"), text(&sent, "/message_id")], "a repetition can be told");
    assert_eq!(names[0], names[1]);
    // What was taken back since is not receipted.
    app.post().shall(Does::Refuses(451));
    let late = send(app, &payment, json!({})).await;
    app.eventually("it was refused for now", async || (again(app, &late).await["error"] == "deferred").then_some(()))
        .await;
    let reverse = format!("/payments/{}/reverse", text(&payment, "/id"));
    app.api.post(&reverse, &json!({ "reason": "mistake" })).await.expect(200);
    app.clock.advance(SignedDuration::from_secs(6));
    assert_eq!(until(app, &late, "failed", 2).await["error"], "not_written");
}

/// An invoice that its customer paid online; gives the invoice, the checkout and the payment.
async fn paid_online(app: &TestApp, simulator: &Simulator, customer: &str) -> (Value, String, String) {
    let invoice = app.invoice(customer, "10.00").await;
    let begun = app.api.post("/checkouts", &json!({ "invoices": [invoice["id"]], "method": "card" })).await.expect(201);
    simulator.payer_chooses(&text(&begun, "/url"), "pay").await;
    let paid = app
        .eventually("it is paid", async || {
            let payments = app.api.get(&format!("/payments?customer={customer}")).await.expect(200);
            rows(&payments).first().map(|payment| text(payment, "/id"))
        })
        .await;
    (invoice, text(&begun, "/id"), paid)
}

async fn who_is_no_staff_gets_it_where_the_customer_is(app: &TestApp) {
    let customer = app.customer_with(json!({ "name": "门户", "email": "me@example.com" })).await;
    let simulator = Simulator::connected_to(app).await;
    let (invoice, checkout, payment) = paid_online(app, &simulator, &customer).await;
    let link = text(&invoice, "/pay_url").strip_prefix(&app.base).unwrap().to_owned();
    let returned = format!("{link}/return?checkout={checkout}");
    let page = app.nobody.get(&returned).await.text();
    assert!(page.contains(&format!("action=\"{link}/receipt\"")) && !page.contains("me@example.com"), "{page}");
    let form = |key: &'static str| {
        vec![("checkout", checkout.as_str()), ("idempotency_key", key), ("/to", "thief@example.com")]
    };
    let pressed = app.nobody.submit(&format!("{link}/receipt"), &form("one")).await;
    assert_eq!(pressed.location(), format!("{returned}&done=receipt-to-you"), "{}", pressed.text());
    assert!(app.nobody.get(pressed.location()).await.text().contains("the address that we have for you"));
    app.nobody.submit(&format!("{link}/receipt"), &form("one")).await.expect(303);
    // The portal counts with it.
    let buyer = app.nobody.signed_in(&app.buyer(&customer).await, PASSWORD).await;
    let own = format!("/portal/payments/{payment}/receipt/send");
    assert!(buyer.get("/portal/payments").await.text().contains(&own));
    let pressed = buyer.submit(&own, &[("/to", "thief@example.com")]).await;
    assert_eq!(pressed.location(), "/portal/payments?done=receipt-to-you");
    assert!(buyer.get(pressed.location()).await.text().contains("the address that we have for you"));
    let back = buyer.submit(&own, &[("checkout", &checkout)]).await;
    assert_eq!(back.location(), format!("/portal/paid?checkout={checkout}&done=receipt-to-you"));
    for (caller, path) in [(&buyer, own.clone()), (&app.nobody, format!("{link}/receipt"))] {
        let refused = caller.submit(&path, &form("four")).await;
        assert!(
            refused.status == 429 && refused.text().contains("several times within the last hour"),
            "{}",
            refused.text()
        );
    }
    let refused = buyer.submit(&own, &[]).await;
    assert!(refused.status == 429 && refused.text().contains("60 minutes"), "{}", refused.text());
    app.eventually("three arrived", async || (app.post().delivered().len() == 3).then_some(())).await;
    assert!(app.post().delivered().iter().all(|letter| letter.to == "me@example.com"));
    // Another's payment, and a checkout of another link, are nobody's business.
    let (other, theirs) = (app.customer("别家").await, app.invoice(&customer, "1.00").await);
    let foreign = payment_of(app, &other).await;
    assert_eq!(buyer.submit(&format!("/portal/payments/{foreign}/receipt/send"), &[]).await.status, 404);
    let link = text(&theirs, "/pay_url").strip_prefix(&app.base).unwrap().to_owned();
    assert_eq!(app.nobody.submit(&format!("{link}/receipt"), &form("five")).await.status, 404);
    let staff: Caller = app.nobody.signed_in(&app.staff(Role::Cashier).await, PASSWORD).await;
    let pressed =
        staff.submit(&format!("/payments/{payment}/receipt/send"), &[("/mail_to", "books@example.com")]).await;
    assert_eq!(pressed.location(), format!("/payments/{payment}?done=receipt-asked"), "staff may send more");
    let shown = staff.get(pressed.location()).await.text();
    assert!(shown.contains("books@example.com") && shown.contains("me@example.com"), "{shown}");
    let wrong = staff.submit(&format!("/payments/{payment}/receipt/send"), &[("/mail_to", "nobody")]).await;
    assert!(wrong.status == 422 && wrong.text().contains("value=\"nobody\""), "{}", wrong.text());
    app.clock.advance(SignedDuration::from_mins(61));
    assert_eq!(buyer.submit(&own, &[]).await.status, 303, "an hour later");
}

async fn payment_of(app: &TestApp, customer: &str) -> String {
    text(&payment(app, customer).await, "/id")
}

async fn a_receipt_goes_out_by_itself_where_that_is_wanted(app: &TestApp) {
    let customer = app.customer_with(json!({ "email": "me@example.com" })).await;
    let simulator = Simulator::connected_to(app).await;
    let (_, _, silent) = paid_online(app, &simulator, &customer).await;
    no_receipt_waits(app).await;
    let owner = app.nobody.signed_in(&app.staff(Role::Owner).await, PASSWORD).await;
    let saved = owner.submit("/settings/mails", &[("/receipts", "true")]).await;
    assert_eq!(saved.location(), "/settings/mails?done=mail-set", "{}", saved.text());
    let another = app.customer_with(json!({ "name": "另一家", "email": "other@example.com" })).await;
    let (_, _, told) = paid_online(app, &simulator, &another).await;
    app.eventually("it arrived", async || (!app.post().delivered().is_empty()).then_some(())).await;
    let mails = app.api.get("/mails").await.expect(200);
    let about: Vec<&str> = rows(&mails).iter().map(|mail| mail["about"].as_str().unwrap()).collect();
    assert_eq!(about, [told.as_str()], "and none of {silent}");
    assert_eq!(app.post().delivered()[0].to, "other@example.com");
    // Told twice, it is sent once: the job is done again.
    let first_only = payments::SendReceipt { payment: told.parse().unwrap(), to: None, first_only: true };
    let same = app.house.app.write(&app.system_context(), first_only).await.unwrap();
    assert_eq!(same.to_string(), text(&mails, "/data/0/id"));
    let none = app.customer_with(json!({ "name": "无邮箱", "email": null })).await;
    paid_online(app, &simulator, &none).await;
    no_receipt_waits(app).await;
    assert!(rows(&app.api.get("/jobs?state=dead").await.expect(200)).is_empty());
    assert_eq!(rows(&app.api.get("/mails").await.expect(200)).len(), 1);
}

/// The house has looked at every payment that it was told of.
async fn no_receipt_waits(app: &TestApp) {
    app.eventually("no job waits", async || {
        rows(&app.api.get("/jobs?state=waiting").await.expect(200))
            .iter()
            .all(|job| job["kind"] != "payments.mail_receipt")
            .then_some(())
    })
    .await;
}

async fn the_desk_sees_what_was_sent_and_tries_it(app: &TestApp) {
    let email = app.staff(Role::Owner).await;
    let owner = app.nobody.signed_in(&email, PASSWORD).await;
    for _ in 0..20 {
        let pressed = owner.submit("/settings/mails/test", &[]).await;
        assert_eq!(pressed.location(), "/settings/mails?done=mail-tested", "{}", pressed.text());
    }
    assert_eq!(owner.submit("/settings/mails/test", &[]).await.status, 429);
    let letters =
        app.eventually("all arrived", async || Some(app.post().delivered()).filter(|letters| letters.len() == 20));
    assert!(letters.await.iter().all(|letter| letter.to == email && letter.text.contains("arrives")));
    let first = owner.get("/settings/mails?limit=15").await.text();
    assert!(first.contains(&email) && first.matches("Test").count() >= 15, "{first}");
    let next = first.split("cursor=").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let second = owner.get(&format!("/settings/mails?limit=15&cursor={next}")).await;
    assert_eq!(second.status, 200);
    let accountant = app.nobody.signed_in(&app.staff(Role::Accountant).await, PASSWORD).await;
    let seen = accountant.get("/settings/mails").await.text();
    assert!(seen.contains(&email) && !seen.contains("/settings/mails/test"), "{seen}");
    assert_eq!(accountant.submit("/settings/mails", &[("/receipts", "true")]).await.status, 403);
}
