//! All lines of a tier are looked through and accepted at once, and undone again.

use crate::desk_of_statements::{accountant, act, led, lines, sent, statement};
use crate::harness::trade::text;
use crate::harness::{Caller, Reply, TestApp, both, cny};
use jiff::SignedDuration;
use reqwest::Method;
use reqwest::header::CONTENT_TYPE;
use serde_json::Value;

both! {
    a_tier_is_accepted_after_a_preview,
    a_tier_is_looked_through_before_it_is_accepted,
}

async fn a_tier_is_accepted_after_a_preview(app: &TestApp) {
    let customer = app.customer("上海远航贸易有限公司").await;
    let mut invoices = Vec::new();
    for amount in ["110.00", "220.00", "330.00", "330.00"] {
        invoices.push(app.invoice(&customer, amount).await);
    }
    let name = "上海远航贸易有限公司";
    let file = statement("1", &[(11_000, "a", name), (22_000, "b", name), (33_000, "c", name)]);
    // Brought in by somebody who wants nothing posted by itself.
    let mut form = String::new();
    for (field, value) in [("account", "1002"), ("post_from", "1001")] {
        form += &format!("--b\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n");
    }
    form += &format!("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"s\"\r\n\r\n{file}\r\n--b--\r\n");
    let request = app.api.request(Method::POST, "/statements");
    let request = request.header(CONTENT_TYPE, "multipart/form-data; boundary=b").body(form);
    let imported = Reply::of(Method::POST, "/statements", request).await.expect(201);
    let page = format!("/statements/{}", text(&imported, "/statements/0"));
    let desk = accountant(app).await;
    let bench = desk.get(&page).await.text();
    assert!(bench.contains(&format!("{page}/accept?tier=payer")), "{bench}");
    let preview = desk.get(&format!("{page}/accept?tier=payer&score=0")).await;
    let shown = preview.text();
    assert!(shown.contains("2 lines over CN¥330.00 would be posted"), "{shown}");
    assert!(shown.contains("1 line is left out: another proposal is as good"), "{shown}");
    assert_eq!(app.standing(&invoices[0]).await, "open 110.00", "looking posts nothing");
    let none = desk.get(&format!("{page}/accept?tier=payer&score=100")).await.text();
    assert!(none.contains("None of these lines is sure enough") && !none.contains("name=\"id\""), "{none}");
    assert_eq!(desk.get(&format!("{page}/accept?tier=hunch")).await.status, 422);

    // One of them is paid elsewhere in between: it is refused, and the other posted all the same.
    app.pay(&customer, cny("220.00"), &[(&invoices[1], "220.00")]).await.expect(201);
    let fields = preview.fields();
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    app.clock.advance(SignedDuration::from_secs(1));
    let done = desk.submit(&format!("{page}/accept"), &fields).await;
    let told = done.text();
    assert!(done.status == 200 && told.contains("1 posted over CN¥110.00, 1 refused"), "{told}");
    assert_eq!(app.standing(&invoices[0]).await, "paid 0.00");
    // A second press does nothing twice.
    let again = desk.submit(&format!("{page}/accept"), &fields).await.text();
    assert!(again.contains("1 posted over CN¥110.00, 1 refused"), "{again}");
    assert_eq!(app.balance("1002").await, "330.00");
    let bench = desk.get(&page).await.text();
    assert!(bench.contains("1 of 3 lines dealt with"));
    undone_at_once(app, &desk, &page, &done, &invoices[0]).await;
    assert_eq!(app.findings(), Vec::<String>::new());
}

/// What was posted at once is undone at once, as the page that told of it offers.
async fn undone_at_once(app: &TestApp, desk: &Caller, page: &str, done: &Reply, invoice: &Value) {
    let told = done.text();
    // All that was posted is undone for one reason, which has to be said; what was refused is none of it.
    let fields = done.fields();
    let mut fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    fields.retain(|(name, _)| *name != "/reason");
    assert_eq!(fields.iter().filter(|(name, _)| *name == "id").count(), 1, "{told}");
    let undo = async |fields: &[(&str, &str)]| {
        app.clock.advance(SignedDuration::from_secs(1));
        desk.submit(&format!("{page}/accept/undo"), fields).await
    };
    let refused = undo(&fields).await;
    assert!(refused.status == 422 && refused.text().contains("f-reason"), "{}", refused.text());
    let told = refused.text();
    assert!(told.contains("1 posted over CN¥110.00"), "{told}");
    let again = refused.fields();
    let mut again: Vec<(&str, &str)> = again.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    again.retain(|(name, _)| *name != "/reason");
    again.push(("/reason", "Wrong company"));
    let undone = undo(&again).await.text();
    assert!(undone.contains("1 undone over CN¥110.00, 0 refused"), "{undone}");
    assert_eq!((app.standing(invoice).await, app.balance("1002").await), ("open 110.00".into(), "220.00".into()));
    // Matched otherwise since, it stays.
    let line = lines(app, page).await.remove(0);
    led(&act(app, desk, &line, "match", &[("candidate", "0")]).await);
    again.retain(|(name, _)| *name != "idempotency_key");
    let kept = undo(&again).await.text();
    assert!(kept.contains("0 undone") && kept.contains("1 refused"), "{kept}");
    assert_eq!(app.standing(invoice).await, "paid 0.00");
}

async fn a_tier_is_looked_through_before_it_is_accepted(app: &TestApp) {
    let name = "上海远航贸易有限公司";
    let customer = app.customer(name).await;
    let mut numbers = Vec::new();
    for amount in ["110.00", "220.00", "330.00", "330.00"] {
        numbers.push(text(&app.invoice(&customer, amount).await, "/number"));
    }
    let desk = accountant(app).await;
    let file = statement("1", &[(10_000, &numbers[0], name), (22_000, &numbers[1], name), (33_000, "x", name)]);
    app.clock.advance(SignedDuration::from_secs(1));
    let page = led(&sent(&desk, &file, "1002", "nothing").await).0;
    let shown = desk.get(&page).await.text();
    assert!(shown.contains("tier=reference\" data-key=\"a\""), "{shown}");
    assert!(!shown.contains("accept?tier=payer"), "what ties is for a person, line by line: {shown}");
    let preview = desk.get(&format!("{page}/accept?tier=reference&score=0")).await;
    assert!(preview.text().contains("CN¥10.00 are missing; they stay open."), "{}", preview.text());
    assert_eq!(preview.text().matches("name=\"id\"").count(), 2);
    // The second is unticked.
    let second = lines(app, &page).await.remove(1);
    let fields = preview.fields();
    let ticked = fields.iter().filter(|(_, value)| *value != second);
    let ticked: Vec<(&str, &str)> = ticked.map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let done = desk.submit(&format!("{page}/accept"), &ticked).await.text();
    assert!(done.contains("1 posted over CN¥100.00, 0 refused"), "{done}");
    assert_eq!(app.balance("1002").await, "100.00");
}
