//! People and addresses of a customer: kept, changed, removed, and on the documents of their day.

use crate::harness::trade::text;
use crate::harness::{PASSWORD, TestApp, both, rows};
use kernel::Role;
use reqwest::Method;
use serde_json::{Value, json};

both! {
    contacts_are_kept_changed_and_removed,
    contacts_are_sealed,
    documents_show_the_billing_address_of_their_day,
    a_second_billing_address_is_refused,
    every_wrong_field_is_named,
    another_customers_contact_is_not_found,
    the_desk_does_all_of_it_in_forms,
}

async fn list(app: &TestApp, customer: &str, what: &str) -> Vec<Value> {
    rows(&app.api.get(&format!("/customers/{customer}/{what}")).await.expect(200)).clone()
}

fn lane(purpose: &str) -> Value {
    json!({ "purpose": purpose, "lines": ["世纪大道 100 号", "8 楼"], "city": "上海市", "postal_code": "200120", "country": "CN" })
}

async fn contacts_are_kept_changed_and_removed(app: &TestApp) {
    let customer = app.customer("远航").await;
    let path = format!("/customers/{customer}/contacts");
    let body = json!({ "name": "王芳", "position": "会计", "email": "wang@example.com" });
    let first = app.api.post_once(&path, "k1", &body).await.expect(201);
    assert_eq!(app.api.post_once(&path, "k1", &body).await.expect(201), first, "the same key makes one contact");
    let id = text(&first, "/id");
    assert_eq!((&first["customer"], &first["phone"]), (&json!(customer), &Value::Null));
    let changes = json!({ "phone": "+86 21 5555 0000", "position": null });
    let changed = app.api.patch(&format!("{path}/{id}"), &changes).await.expect(200);
    assert_eq!(
        (&changed["name"], &changed["position"], &changed["email"], &changed["phone"]),
        (&json!("王芳"), &Value::Null, &json!("wang@example.com"), &json!("+86 21 5555 0000"))
    );
    app.api.post(&path, &json!({ "name": "李雷" })).await.expect(201);
    let names: Vec<String> = list(app, &customer, "contacts").await.iter().map(|c| text(c, "/name")).collect();
    assert_eq!(names, ["李雷", "王芳"]);
    let page = app.api.get(&format!("{path}?limit=1")).await.expect(200);
    let rest = app.api.get(&format!("{path}?limit=1&cursor={}", text(&page, "/next_cursor"))).await.expect(200);
    assert_eq!((rows(&rest).len(), &rest["data"][0]["id"], &rest["next_cursor"]), (1, &first["id"], &Value::Null));
    app.api.send(Method::DELETE, &format!("{path}/{id}"), &json!({})).await.expect(204);
    app.api.send(Method::DELETE, &format!("{path}/{id}"), &json!({})).await.problem(404, "contact_not_found");
    assert_eq!(list(app, &customer, "contacts").await.len(), 1);
}

async fn contacts_are_sealed(app: &TestApp) {
    use diesel::{QueryDsl, RunQueryDsl};
    use schema::contacts;
    let customer = app.customer("密封").await;
    let body = json!({ "name": "王芳", "email": "wang-fang@example.com", "phone": "13800001234" });
    app.api.post(&format!("/customers/{customer}/contacts"), &body).await.expect(201);
    let (email, phone) = app
        .house
        .app
        .db()
        .read(|conn| {
            let columns = (contacts::email_sealed, contacts::phone_sealed);
            let sealed: (Option<Vec<u8>>, Option<Vec<u8>>) = contacts::table.select(columns).first(conn)?;
            Ok((sealed.0.unwrap(), sealed.1.unwrap()))
        })
        .await
        .unwrap();
    for (sealed, plain) in [(email, "wang-fang"), (phone, "13800001234")] {
        assert!(!String::from_utf8_lossy(&sealed).contains(plain), "{plain} lies open");
    }
}

async fn documents_show_the_billing_address_of_their_day(app: &TestApp) {
    let told =
        json!({ "name": "远航", "address": { "lines": ["世纪大道 100 号"], "city": "上海市", "region": "上海市" } });
    let customer = app.customer_with(told).await;
    let address = &list(app, &customer, "addresses").await[0];
    assert_eq!((&address["purpose"], &address["country"]), (&json!("billing"), &json!("CN")));
    let paper =
        async |invoice: &Value| app.api.get(&format!("/invoices/{}/document.html", text(invoice, "/id"))).await.text();
    let before = app.invoice(&customer, "10.00").await;
    assert!(paper(&before).await.contains("上海市世纪大道 100 号"), "{}", paper(&before).await);
    let path = format!("/customers/{customer}/addresses/{}", text(address, "/id"));
    app.api.patch(&path, &json!({ "lines": ["南京路 1 号"] })).await.expect(200);
    let after = app.invoice(&customer, "10.00").await;
    assert!(paper(&after).await.contains("上海市南京路 1 号"));
    assert!(paper(&before).await.contains("上海市世纪大道 100 号"), "a document keeps the address of its day");
    app.api.send(Method::DELETE, &path, &json!({})).await.expect(204);
    let last = app.invoice(&customer, "10.00").await;
    assert!(!paper(&last).await.contains("南京路"));
}

async fn a_second_billing_address_is_refused(app: &TestApp) {
    let customer = app.customer("两处").await;
    let path = format!("/customers/{customer}/addresses");
    let billing = app.api.post(&path, &lane("billing")).await.expect(201);
    app.api.post(&path, &lane("billing")).await.problem(409, "billing_address_exists");
    let delivery = app.api.post(&path, &lane("delivery")).await.expect(201);
    app.api.post(&path, &lane("delivery")).await.expect(201);
    let change = |id: &Value, purpose: &str| {
        let (path, body) = (format!("{path}/{}", text(id, "/id")), json!({ "purpose": purpose }));
        async move { app.api.patch(&path, &body).await }
    };
    change(&delivery, "billing").await.problem(409, "billing_address_exists");
    change(&billing, "billing").await.expect(200);
    change(&billing, "delivery").await.expect(200);
    change(&delivery, "billing").await.expect(200);
}

async fn every_wrong_field_is_named(app: &TestApp) {
    let customer = app.customer("错误").await;
    let long = "x".repeat(5000);
    for (what, pointer, value) in [
        ("contacts", "/name", json!("")),
        ("contacts", "/name", json!(long)),
        ("contacts", "/position", json!(long)),
        ("contacts", "/email", json!("nobody")),
        ("contacts", "/phone", json!("1")),
        ("contacts", "/fax", json!("1")),
        ("addresses", "/purpose", json!("home")),
        ("addresses", "/lines", json!([])),
        ("addresses", "/lines", json!(["a", "b", "c", "d", "e"])),
        ("addresses", "/lines", json!([long])),
        ("addresses", "/city", json!("")),
        ("addresses", "/region", json!(long)),
        ("addresses", "/postal_code", json!(long)),
        ("addresses", "/country", json!("China")),
    ] {
        let mut body = if what == "contacts" { json!({ "name": "王芳" }) } else { lane("billing") };
        body[&pointer[1..]] = value;
        app.api.post(&format!("/customers/{customer}/{what}"), &body).await.wrong_field(pointer);
    }
    let mut body = json!({ "name": "", "kind": "company", "country": "CN", "currency": "CNY" });
    body["address"] = json!({ "lines": ["a"], "city": "" });
    let reply = app.api.post("/customers", &body).await;
    reply.wrong_field("/name");
    reply.wrong_field("/address/city");
}

async fn another_customers_contact_is_not_found(app: &TestApp) {
    let (mine, theirs) = (app.customer("我方").await, app.customer("别家").await);
    let contact = app.api.post(&format!("/customers/{theirs}/contacts"), &json!({ "name": "赵" })).await.expect(201);
    let address = app.api.post(&format!("/customers/{theirs}/addresses"), &lane("billing")).await.expect(201);
    let elsewhere = app.another_organisation().await;
    for (what, id) in [("contacts", text(&contact, "/id")), ("addresses", text(&address, "/id"))] {
        for (caller, customer) in [(&app.api, &mine), (&elsewhere, &theirs)] {
            let path = format!("/customers/{customer}/{what}/{id}");
            assert_eq!(caller.patch(&path, &json!({})).await.status, 404, "{path}");
            assert_eq!(caller.send(Method::DELETE, &path, &json!({})).await.status, 404, "{path}");
        }
        assert_eq!(elsewhere.get(&format!("/customers/{theirs}/{what}")).await.status, 404);
    }
}

async fn the_desk_does_all_of_it_in_forms(app: &TestApp) {
    let customer = app.customer("表单").await;
    let desk = app.nobody.signed_in(&app.staff(Role::Sales).await, PASSWORD).await;
    let page = format!("/customers/{customer}");
    let wrong = desk.submit(&format!("{page}/contacts"), &[("/name", ""), ("/email", "x")]).await;
    assert_eq!(wrong.status, 422);
    assert!(wrong.text().contains("value=\"x\""), "what was typed is kept");
    desk.submit(&format!("{page}/contacts"), &[("/name", "王芳"), ("/email", "w@example.com")]).await.expect(303);
    let lines =
        [("/purpose", "billing"), ("/lines", "世纪大道 100 号\r\n8 楼"), ("/city", "上海市"), ("/country", "CN")];
    desk.submit(&format!("{page}/addresses"), &lines).await.expect(303);
    let shown = desk.get(&page).await.text();
    for text in ["王芳", "w@example.com", "上海市世纪大道 100 号", "8 楼"] {
        assert!(shown.contains(text), "{text} is not shown");
    }
    let contact = text(&list(app, &customer, "contacts").await[0], "/id");
    assert!(desk.get(&format!("{page}/contacts/{contact}")).await.text().contains("w@example.com"));
    let form = format!("{page}/contacts/{contact}");
    desk.submit(&form, &[("/name", "王芳芳"), ("version", "1")]).await.expect(303);
    assert_eq!(desk.submit(&form, &[("/name", "王"), ("version", "1")]).await.status, 409, "the form is stale");
    desk.submit(&format!("{form}/remove"), &[]).await.expect(303);
    assert!(list(app, &customer, "contacts").await.is_empty());
}
