//! What pages promise without a script: customers found by their names, a form held while its sender says who they are, a
//! company's picture, and lists as files.

use crate::harness::trade::text;
use crate::harness::{Caller, PASSWORD, Reply, TestApp, both, cny};
use jiff::SignedDuration;
use kernel::Role;
use reqwest::Method;
use reqwest::header::CONTENT_TYPE;
use serde_json::{Value, json};

both! {
    a_customer_is_found_by_part_of_the_name,
    a_form_is_held_until_its_sender_confirms,
    an_expired_session_loses_nothing,
    a_picture_is_taken_shown_and_printed,
    lists_come_as_files_with_their_filters,
    the_line_editor_works_by_its_buttons,
    an_order_keeps_its_units_when_it_is_saved_again,
    a_buyer_changes_a_draft_and_finds_items_by_words,
}

async fn desk(app: &TestApp) -> Caller {
    app.nobody.signed_in(&app.staff(Role::Owner).await, PASSWORD).await
}

async fn a_customer_is_found_by_part_of_the_name(app: &TestApp) {
    for n in 0..12 {
        app.customer(&format!("远航贸易 {n:02}")).await;
    }
    let far = app.customer("Nordlicht 100% GmbH").await;
    let clerk = desk(app).await;
    for (words, shown) in
        [("远航", 8), ("nordLICHT", 1), ("100%", 1), ("1_0", 0), ("远航贸易 07", 1), ("没有", 0), ("", 8)]
    {
        let query = serde_urlencoded::to_string([("q", words), ("chosen", "")]).unwrap();
        let found = clerk.get(&format!("/search/customers?{query}")).await;
        assert_eq!((found.status, found.text().matches("type=\"radio\"").count()), (200, shown), "{words}");
    }
    for (query, offered) in [("q=", false), ("nobody=true&q=", true), ("nobody=true&q=nord", false)] {
        let choices = clerk.get(&format!("/search/customers?{query}")).await.text();
        assert_eq!(choices.contains("value=\"\" checked"), offered, "one of ours, {query}: {choices}");
    }
    let kept = clerk.get(&format!("/search/customers?q=nothing&chosen={far}")).await.text();
    assert!(kept.contains(&format!("value=\"{far}\" checked")), "what is chosen stays: {kept}");
    // Every form searches by its own button, and keeps what was typed.
    for form in ["/orders", "/invoices", "/payments", "/users"] {
        let fields = [("find", "nordlicht"), ("action", "find"), ("/customer", ""), ("/reference", "PO 7")];
        let page = clerk.submit(form, &fields).await;
        assert_eq!(page.status, 200, "{form}: {}", page.text());
        assert!(page.text().contains(&format!("value=\"{far}\"")), "{form} does not offer {far}");
        assert!(
            ["/payments", "/users"].contains(&form) || page.text().contains("value=\"PO 7\""),
            "{form} loses what was typed"
        );
    }
}

async fn a_form_is_held_until_its_sender_confirms(app: &TestApp) {
    let owner = desk(app).await;
    app.clock.advance(SignedDuration::from_mins(11));
    let asked = owner.get("/settings/api-keys/new").await;
    assert_eq!((asked.status, asked.location()), (303, "/confirm?next=%2Fsettings%2Fapi-keys%2Fnew"));
    let typed = [("/name", "仓库 & Web"), ("/roles", "sales"), ("/roles", "auditor"), ("/expires_in_days", "30")];
    let held = owner.submit("/settings/api-keys", &typed).await;
    assert_eq!(held.status, 403, "{}", held.text());
    let mut fields = held.hidden_fields();
    for (name, value) in typed {
        assert!(fields.contains(&(name.to_owned(), value.to_owned())), "{name} is lost: {fields:?}");
    }
    let give = async |password: &str, fields: &[(String, String)]| {
        let mut all: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        all.push(("confirm_password", password));
        owner.submit("/confirm", &all).await
    };
    let wrong = give("not this one", &fields).await;
    assert_eq!(wrong.status, 422, "{}", wrong.text());
    assert!(!wrong.text().contains("not this one"));
    fields = wrong.hidden_fields();
    let right = give(PASSWORD, &fields).await;
    assert_eq!((right.status, right.location()), (307, "/settings/api-keys"));
    // What a browser does at 307: the same form once more, there.
    let again: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    let made = owner.submit(right.location(), &again).await;
    assert_eq!(made.status, 200, "{}", made.text());
    assert!(made.text().contains("sk_"), "the key is told");
    // Nobody is led out of the house with what was typed.
    app.clock.advance(SignedDuration::from_mins(11));
    let outside = [("confirm_next", "https://evil.example/"), ("confirm_again", "1"), ("confirm_password", PASSWORD)];
    let led = owner.submit("/confirm", &outside).await;
    assert_eq!((led.status, led.location()), (303, "/"));
}

/// A form with its page's key, as the browser of whoever has the page would send it.
async fn filled(caller: &Caller, page: &str, typed: &[(&str, &str)]) -> Vec<(String, String)> {
    let key = caller.get(page).await.hidden_fields().into_iter().find(|(name, _)| name == "idempotency_key");
    let own = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    key.into_iter().chain(typed.iter().map(own)).collect()
}

fn pairs(fields: &[(String, String)]) -> Vec<(&str, &str)> {
    fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

async fn an_expired_session_loses_nothing(app: &TestApp) {
    let (mail, other) = (app.staff(Role::Owner).await, app.staff(Role::FinanceManager).await);
    let clerk = app.nobody.signed_in(&mail, PASSWORD).await;
    let typed = [
        ("/name", "远航 & Söhne"),
        ("/kind", "company"),
        ("/country", "CN"),
        ("/currency", "CNY"),
        ("/email", "ap@example.com"),
        ("/payment_terms_days", "30"),
    ];
    let form = filled(&clerk, "/customers/new", &typed).await;
    let held = app.nobody.submit("/customers", &pairs(&form)).await;
    assert_eq!(held.status, 401, "{}", held.text());
    assert!(held.text().contains("session has ended") && held.text().contains("Nothing is lost"), "{}", held.text());
    let fields = held.hidden_fields();
    for field in &form {
        assert!(fields.contains(field), "{field:?} is lost: {fields:?}");
    }
    let sign_in = async |mail: &str, password: &str, fields: &[(String, String)]| {
        let mut all = pairs(fields);
        all.extend([("sign_in_email", mail), ("sign_in_password", password)]);
        app.nobody.submit("/sign-in", &all).await
    };
    let wrong = sign_in(&mail, "not this one", &fields).await;
    assert_eq!((wrong.status, wrong.hidden_fields()), (401, fields.clone()), "{}", wrong.text());
    let right = sign_in(&mail, PASSWORD, &fields).await;
    assert_eq!((right.status, right.location()), (307, "/customers"), "{}", right.text());
    // What a browser does at 307: the same form once more, there, with the new session.
    let made = clerk.submit(right.location(), &pairs(&fields)).await;
    assert_eq!(made.status, 303, "{}", made.text());
    let shown = clerk.get(made.location()).await.text();
    assert!(shown.contains("远航 &#38; Söhne") && shown.contains("ap@example.com"), "{shown}");
    // Whoever else signs in at this screen sends nothing.
    let not_theirs = sign_in(&other, PASSWORD, &fields).await;
    assert_eq!((not_theirs.status, not_theirs.location()), (409, ""), "{}", not_theirs.text());
    assert!(not_theirs.text().contains("belongs to somebody else") && !not_theirs.text().contains("远航"));
    assert!(not_theirs.header("set-cookie").starts_with("shunfu_session="), "they are signed in all the same");
    // A file cannot be held: the way back to its page, and the reason.
    let sent = app.nobody.request(Method::POST, "/settings/logo").header("referer", "http://localhost/settings?tab=1");
    let sent = sent.header(CONTENT_TYPE, "multipart/form-data; boundary=x").body("--x--\r\n");
    let lost = Reply::of(Method::POST, "/settings/logo", sent).await;
    assert_eq!((lost.status, lost.location()), (303, "/sign-in?next=%2Fsettings%3Ftab%3D1&done=not-sent"));
    assert!(app.nobody.get(lost.location()).await.text().contains("was not taken in"));
}

async fn upload(caller: &Caller, field: &str, bytes: &[u8]) -> Reply {
    let mut body =
        format!("--x\r\ncontent-disposition: form-data; name=\"{field}\"; filename=\"a.png\"\r\n\r\n").into_bytes();
    body.extend_from_slice(bytes);
    body.extend_from_slice(b"\r\n--x--\r\n");
    let request =
        caller.request(Method::POST, "/settings/logo").header(CONTENT_TYPE, "multipart/form-data; boundary=x");
    Reply::of(Method::POST, "/settings/logo", request.body(body)).await
}

async fn a_picture_is_taken_shown_and_printed(app: &TestApp) {
    let owner = desk(app).await;
    let drawing = br##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 10"><rect width="20" height="10" fill="#123456"/></svg>"##;
    for wrong in [
        &b"%PDF-1.7"[..],
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>",
        &[0x89; 600 * 1024],
    ] {
        let refused = upload(&owner, "/logo", wrong).await;
        assert_eq!(refused.status, 422, "{}", refused.text());
        assert!(refused.text().contains("href=\"#f-logo\""), "the fault leads to the field");
    }
    assert_eq!(upload(&owner, "/logo", drawing).await.status, 303);
    let page = owner.get("/settings").await.text();
    let address =
        page.split("src=\"/logos/").nth(1).and_then(|rest| rest.split('"').next()).expect("the logo is shown");
    let address = format!("/logos/{address}");
    let shown = app.nobody.get(&address).await;
    assert_eq!(
        (shown.status, shown.header("content-type"), shown.body.as_slice()),
        (200, "image/svg+xml", &drawing[..])
    );
    assert!(shown.header("content-security-policy").contains("sandbox"));
    let customer = app.customer("标志").await;
    let invoice = app.invoice(&customer, "10.00").await;
    let pay = invoice["pay_url"].as_str().unwrap().to_owned();
    let pay = app.nobody.get(&pay[pay.find("/pay/").unwrap()..]).await.text();
    assert!(pay.contains(&address), "the pay page shows it");
    let html = owner.get(&format!("/invoices/{}/document.html", invoice["id"].as_str().unwrap())).await.text();
    assert!(html.contains("data:image/svg+xml;base64,"), "the document carries it");
    assert_eq!(upload(&owner, "remove", b"1").await.status, 303);
    assert_eq!(app.nobody.get(&address).await.status, 404, "a picture of before is nobody's");
    assert!(!owner.get("/settings").await.text().contains("/logos/"));
}

async fn lists_come_as_files_with_their_filters(app: &TestApp) {
    let customer = app.customer("=HYPERLINK(1)").await;
    let (open, paid) = (app.invoice(&customer, "10.00").await, app.invoice(&customer, "20.00").await);
    app.pay(&customer, crate::harness::cny("20.00"), &[(&paid, "20.00")]).await.expect(201);
    let clerk = desk(app).await;
    let number = |invoice: &serde_json::Value| invoice["number"].as_str().unwrap().to_owned();
    let all = clerk.get("/invoices.csv").await;
    assert_eq!((all.status, all.header("content-type")), (200, "text/csv; charset=utf-8"));
    assert!(all.text().contains(&number(&open)) && all.text().contains(&number(&paid)));
    assert!(all.text().contains("'=HYPERLINK(1)"), "a name is no formula: {}", all.text());
    let narrow = clerk.get("/invoices.csv?status=paid").await.text();
    assert!(narrow.contains(&number(&paid)) && !narrow.contains(&number(&open)));
    for list in ["orders", "invoices", "payments"] {
        let book = clerk.get(&format!("/{list}.xlsx")).await;
        assert!(book.status == 200 && book.body.starts_with(b"PK"), "{list}");
        let lines = clerk.get(&format!("/{list}.csv")).await.text();
        assert!(lines.lines().count() >= 2, "{list}: {lines}");
    }
}

async fn the_line_editor_works_by_its_buttons(app: &TestApp) {
    app.goods().await;
    let customer = app.customer("行").await;
    let clerk = desk(app).await;
    let base = [
        ("/customer", customer.as_str()),
        ("/currency", "CNY"),
        ("/lines/0/item", "A-100"),
        ("/lines/0/quantity", "3"),
    ];
    let with = |more: &[(&'static str, &'static str)]| {
        let mut all = base.to_vec();
        all.extend_from_slice(more);
        all
    };
    let added = clerk.submit("/orders", &with(&[("action", "add-line")])).await.text();
    assert!(added.contains("name=\"/lines/1/item\"") && added.contains("name=\"/lines/0/item\" value=\"A-100\""));
    let second = [("/lines/4/description", "Freight"), ("/lines/4/quantity", "1"), ("/lines/4/unit_price", "50.00")];
    let counted =
        clerk.submit("/orders", &with(&[second[0], second[1], second[2], ("action", "calculate")])).await.text();
    assert!(counted.contains("599<i>.70</i>") && counted.contains("50<i>.00</i>"), "each line shows what it comes to");
    let removed =
        clerk.submit("/orders", &with(&[second[0], second[1], second[2], ("action", "remove-0")])).await.text();
    assert!(!removed.contains("name=\"/lines/0/item\" value=\"A-100\"") && removed.contains("value=\"Freight\""));
    let told = clerk.submit("/orders/preview", &with(&[])).await.text();
    assert!(told.contains("data-of=\"0\">599<i>.70</i>"), "{told}");
}

async fn an_order_keeps_its_units_when_it_is_saved_again(app: &TestApp) {
    let (clerk, customer, item) = (desk(app).await, app.customer("单位").await, app.goods().await);
    let lines = json!([
        { "description": "Sand", "unit": "kg", "quantity": "2", "unit_price": cny("3.00") },
        { "item": item, "unit": "box", "quantity": "1" },
    ]);
    let order = app.order(&customer, "CNY", lines).await;
    let path = format!("/orders/{}", text(&order, "/id"));
    let page = clerk.get(&format!("{path}/edit")).await.text();
    let typed = inputs(&page);
    let fields: Vec<(&str, &str)> = typed.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    let fields: Vec<(&str, &str)> =
        fields.into_iter().chain([("/customer", customer.as_str()), ("/currency", "CNY")]).collect();
    let saved = clerk.submit(&path, &fields).await;
    assert_eq!(saved.status, 303, "{}", saved.text());
    let again = app.api.get(&path).await.expect(200);
    let units: Vec<&Value> = again["lines"].as_array().unwrap().iter().map(|line| &line["unit"]).collect();
    assert_eq!(units, ["kg", "box"], "{again}");
}

/// The inputs of the rows of a page's form that are filled in, with their values.
fn inputs(page: &str) -> Vec<(String, String)> {
    let part = |text: &str, name: &str| Some(text.split_once(&format!("{name}=\""))?.1.split_once('"')?.0.to_owned());
    let page = page.split("<template>").next().unwrap();
    page.split("<input id=\"f-lines-")
        .skip(1)
        .filter_map(|rest| Some((part(rest, " name")?, part(rest, " value")?)))
        .collect()
}

async fn a_buyer_changes_a_draft_and_finds_items_by_words(app: &TestApp) {
    let (customer, item) = (app.customer("自助").await, app.goods().await);
    let buyer = app.nobody.signed_in(&app.buyer(&customer).await, PASSWORD).await;
    let found = async |words: &str| {
        let fields = [("find-item", words), ("action", "find"), ("/lines/0/item", "A-100"), ("/lines/0/quantity", "7")];
        let page = buyer.submit("/portal/orders", &fields).await;
        assert_eq!(page.status, 200, "{}", page.text());
        assert!(page.text().contains("value=\"7\""), "what was typed stays");
        page.text().matches("<option value=\"A-100\"").count()
    };
    assert_eq!((found("传感").await, found("没有").await), (1, 0));
    let typed = [("find-item", "传感"), ("/lines/0/item", "A-100"), ("/lines/0/quantity", "2")];
    let made = buyer.submit("/portal/orders", &typed).await;
    assert_eq!(made.status, 303, "{}", made.text());
    let path = made.location().split('?').next().unwrap().to_owned();
    let api = path.trim_start_matches("/portal").to_owned();
    assert!(buyer.get(&path).await.text().contains(&format!("{path}/edit")));
    assert!(buyer.get(&format!("{path}/edit")).await.text().contains("value=\"A-100\""));
    let changed = buyer.submit(&path, &[("/lines/0/item", "A-100"), ("/lines/0/quantity", "5")]).await;
    assert_eq!(changed.status, 303, "{}", changed.text());
    assert_eq!(app.api.get(&api).await.expect(200)["lines"][0]["quantity"], "5");
    // What was agreed beyond the catalog would be lost: the seller changes it.
    let lines = json!([{ "item": item, "quantity": "1", "discount": { "percent": "50" } }]);
    let special = text(&app.order(&customer, "CNY", lines).await, "/id");
    let page = buyer.get(&format!("/portal/orders/{special}")).await.text();
    assert!(!page.contains("/edit"), "{page}");
    let typed = [("/lines/0/item", "A-100"), ("/lines/0/quantity", "5")];
    assert_eq!(buyer.submit(&format!("/portal/orders/{special}"), &typed).await.status, 409);
}
