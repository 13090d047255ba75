//! From where on lines are posted by themselves, as a company chooses it.

use crate::harness::trade::text;
use crate::harness::{PASSWORD, TestApp, both};
use crate::reconciliation::{moved, send, statement};
use kernel::Role;
use serde_json::json;

both! {
    a_company_chooses_what_is_posted_by_itself,
}

async fn a_company_chooses_what_is_posted_by_itself(app: &TestApp) {
    let settings = app.api.get("/statement-settings").await.expect(200);
    assert_eq!(settings, json!({ "post_from": 980, "version": 0 }), "what is usual");
    for from in [949, 1002] {
        app.api.patch("/statement-settings", &json!({ "post_from": from })).await.wrong_field("/post_from");
    }
    let customer = app.customer("上海远航贸易有限公司").await;
    let invoice = app.invoice(&customer, "110.00").await;
    let file = statement("1", 0, &[moved(11_000, &text(&invoice, "/number"), "上海远航贸易有限公司")]);
    let nothing = json!({ "post_from": 1001, "version": 0 });
    assert_eq!(
        app.api.patch("/statement-settings", &nothing).await.expect(200),
        json!({ "post_from": 1001, "version": 1 })
    );
    app.api.patch("/statement-settings", &nothing).await.problem(409, "stale_form");
    let imported = send(&app.api, &file, &[("account", "1002")]).await.expect(201);
    assert_eq!((&imported["posted"], app.standing(&invoice).await), (&json!([]), "open 110.00".to_owned()));
    // Whoever sends a file may say otherwise for it, and what the company chose counts for the next.
    let later = statement("2", 11_000, &[moved(2, "x", "A")]).replace("261123", "261124");
    let said = send(&app.api, &later, &[("account", "1002"), ("post_from", "980")]).await.expect(201);
    assert_eq!(said["posted"], json!([]));
    let desk = app.nobody.signed_in(&app.staff(Role::Owner).await, PASSWORD).await;
    let page = desk.get("/statements/rules").await.text();
    assert!(page.contains(r#"<option value="1001" selected>"#), "{page}");
    let chosen = desk.submit("/statements/rules/posting", &[("version", "1"), ("/post_from", "995")]).await;
    assert_eq!(chosen.location(), "/statements/rules?done=posting-set");
    let other = app.invoice(&customer, "70.00").await;
    let third = statement("3", 11_002, &[moved(7_000, &text(&other, "/number"), "上海远航贸易有限公司")]);
    let third = send(&app.api, &third.replace("261123", "261125"), &[("account", "1002")]).await.expect(201);
    assert_eq!(
        (&third["posted"][0]["tier"], app.standing(&other).await),
        (&json!("reference"), "paid 0.00".to_owned())
    );
    let stale = desk.submit("/statements/rules/posting", &[("version", "1"), ("/post_from", "980")]).await;
    assert_eq!(stale.status, 409);
    // Whoever only looks at statements sees what was chosen, and no form.
    let auditor = app.nobody.signed_in(&app.staff(Role::Auditor).await, PASSWORD).await;
    let seen = auditor.get("/statements/rules").await.text();
    assert!(seen.contains("Only what names its invoice in full") && !seen.contains("/post_from"), "{seen}");
    assert_eq!(app.findings(), Vec::<String>::new());
}
