//! Lists as their readers shape them: columns in the address, and addresses kept under a name for one person alone.

use crate::harness::trade::text;
use crate::harness::{Caller, PASSWORD, TestApp, both, cny, rows};
use jiff::SignedDuration;
use kernel::Role;
use serde_json::json;

both! {
    columns_are_chosen_in_the_address,
    views_are_kept_for_one_person,
    a_view_that_cannot_be_kept_comes_back,
    what_is_due_comes_page_by_page,
    customers_are_found_by_what_is_asked,
    tax_codes_come_newest_first_and_page_by_page,
    what_is_rare_is_found_behind_what_is_not,
    there_is_a_way_on_and_back_in_every_order,
    lists_that_nobody_counts_go_both_ways,
    what_was_typed_narrows_a_list,
    a_filter_that_is_none_is_said_so_everywhere,
    every_list_comes_as_a_file,
}

async fn desk(app: &TestApp) -> Caller {
    app.nobody.signed_in(&app.staff(Role::Owner).await, PASSWORD).await
}

/// How many columns the page's table has.
fn heads(page: &str) -> usize {
    page.split_once("</thead>").map_or(0, |(before, _)| before.matches("<th scope=\"col\"").count())
}

async fn columns_are_chosen_in_the_address(app: &TestApp) {
    let customer = app.customer("远航贸易").await;
    let paid = app.invoice(&customer, "20.00").await;
    app.pay(&customer, crate::harness::cny("20.00"), &[(&paid, "20.00")]).await.expect(201);
    let clerk = desk(app).await;
    // List, columns as they come, a choice of one by name, columns then: its own and the first.
    for (list, usual, one) in
        [("customers", 6, "email"), ("invoices", 6, "official"), ("orders", 5, "delivery"), ("payments", 7, "account")]
    {
        let page = clerk.get(&format!("/{list}")).await.text();
        assert!([usual, 0].contains(&heads(&page)), "{list}: {page}");
        for (query, wanted) in [
            (format!("columns={one}"), 2),
            (format!("columns={one}&columns=nonsense&columns=%3Cb%3E"), 2),
            ("columns=nonsense".to_owned(), usual),
        ] {
            let page = clerk.get(&format!("/{list}?{query}")).await;
            assert_eq!(page.status, 200, "{list} {query}");
            assert!([wanted, 0].contains(&heads(&page.text())), "{list} {query}: {}", page.text());
            assert!(!page.text().contains("nonsense\" checked"), "{list} {query}");
        }
    }
    let page = clerk.get("/invoices?columns=net,open&status=paid").await.text();
    assert_eq!(heads(&page), 3, "{page}");
    assert!(page.contains("name=\"status\" value=\"paid\""), "the form of columns keeps the filters: {page}");
    assert!(page.contains("/invoices.csv?columns=net,open&#38;status=paid"), "and so do files: {page}");
    let file = clerk.get("/invoices.csv?columns=net,open&status=paid").await.text();
    let first = file.lines().next().unwrap_or_default();
    assert_eq!(first.split(',').count(), 4, "number, currency, net, open: {first}");
    let all = clerk.get("/invoices.csv").await.text();
    assert!(all.lines().next().unwrap_or_default().split(',').count() > 8, "{all}");
}

async fn views_are_kept_for_one_person(app: &TestApp) {
    app.invoice(&app.customer("远航贸易").await, "20.00").await;
    let clerk = desk(app).await;
    let other = app.nobody.signed_in(&app.staff(Role::Accountant).await, PASSWORD).await;
    let form = |name: &'static str, query: &'static str, key: &'static str| {
        [("list", "invoices"), ("query", query), ("/name", name), ("idempotency_key", key)]
    };
    let saved = clerk.submit("/views", &form(" 逾期的 ", "status=overdue&cursor=AA&lang=en&columns=due", "a")).await;
    assert_eq!((saved.status, saved.location()), (303, "/invoices?columns=due&status=overdue&done=view-saved"));
    let again = clerk.submit("/views", &form(" 逾期的 ", "status=overdue&cursor=AA&lang=en&columns=due", "a")).await;
    assert_eq!(again.location(), saved.location(), "a second press");
    let page = clerk.get("/invoices?status=overdue&columns=due").await.text();
    let tab = "<a href=\"/invoices?columns=due&#38;status=overdue\" aria-current=\"page\">逾期的</a>";
    assert!(page.contains(tab), "{page}");
    assert!(!other.get("/invoices").await.text().contains("逾期的"), "nobody else's");
    assert!(!clerk.get("/orders").await.text().contains("逾期的"), "no other list's");
    // The same name again is the same view.
    clerk.submit("/views", &form("逾期的", "status=paid", "b")).await;
    let page = clerk.get("/invoices").await.text();
    assert!(page.contains("<a href=\"/invoices?status=paid\">逾期的</a>") && page.matches("逾期的").count() == 1);
    let not_mine = other.submit("/views/remove", &form("逾期的", "status=paid", "c")).await;
    assert_eq!(not_mine.status, 303, "nothing of one's own is removed");
    assert!(clerk.get("/invoices").await.text().contains("逾期的"));
    let gone = clerk.submit("/views/remove", &form("逾期的", "status=paid", "d")).await;
    assert_eq!((gone.status, gone.location()), (303, "/invoices?status=paid&done=view-removed"));
    assert!(!clerk.get("/invoices").await.text().contains("逾期的"));
}

async fn a_view_that_cannot_be_kept_comes_back(app: &TestApp) {
    let clerk = desk(app).await;
    let long = "x".repeat(41);
    for (list, name, query, status, word) in [
        ("orders", "", "status=draft", 422, "f-name-note"),
        ("orders", long.as_str(), "status=draft", 422, "f-name-note"),
        ("orders", "mine", "", 422, "f-name-note"),
        ("orders", "mine", "q=\"><script>", 422, "f-name-note"),
        ("users", "mine", "status=draft", 422, ""),
        ("", "", "", 422, ""),
    ] {
        let answer = clerk.submit("/views", &[("list", list), ("query", query), ("/name", name)]).await;
        assert_eq!(answer.status, status, "{list} {name} {query}");
        assert!(answer.text().contains(word) && !answer.text().contains("<script>\""), "{}", answer.text());
    }
    for n in 0..21 {
        let name = format!("v{n}");
        let answer = clerk.submit("/views", &[("list", "orders"), ("query", "status=draft"), ("/name", &name)]).await;
        assert_eq!(answer.status, if n < 20 { 303 } else { 422 }, "{n}");
    }
    let replaced = clerk.submit("/views", &[("list", "orders"), ("query", "status=x"), ("/name", "v3")]).await;
    assert_eq!(replaced.status, 303, "a known name needs no room");
    let buyer = app.nobody.signed_in(&app.buyer(&app.customer("客户").await).await, PASSWORD).await;
    let shut_out = buyer.submit("/views", &[("list", "orders"), ("query", "status=draft"), ("/name", "a")]).await;
    assert_eq!(shut_out.status, 403);
}

async fn what_is_due_comes_page_by_page(app: &TestApp) {
    let customer = app.customer_with(json!({ "name": "许多", "payment_terms_days": 0 })).await;
    let mut numbers = Vec::new();
    for n in 1..=28 {
        let invoice = app.invoice(&customer, &format!("{n}.00")).await;
        numbers.push(text(&invoice, "/number"));
        // Two are due on a day, so that a page may end between them.
        if n % 2 == 0 {
            app.clock.advance(SignedDuration::from_hours(24));
        }
    }
    let paid = app.api.get("/invoices?status=overdue&limit=1").await.expect(200)["data"][0].clone();
    app.pay(&customer, cny("28.00"), &[(&paid, "28.00")]).await.expect(201);
    numbers.pop();

    // The customer: soonest due first, nothing twice, nothing lost.
    let buyer = app.nobody.signed_in(&app.buyer(&customer).await, PASSWORD).await;
    let first = buyer.get("/portal").await.text();
    let shown = |page: &str| -> Vec<String> { numbers.iter().filter(|n| page.contains(n.as_str())).cloned().collect() };
    assert_eq!(shown(&first), numbers[..25], "{first}");
    let next = first.split("rel=\"next\" href=\"").nth(1).and_then(|rest| rest.split('"').next());
    let second = buyer.get(next.unwrap_or_else(|| panic!("no next page in {first}"))).await.text();
    assert_eq!(shown(&second), numbers[25..], "{second}");
    assert!(!second.contains("rel=\"next\""), "{second}");

    // The desk's list of what is overdue: newest first.
    let (mut found, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = app.api.get(&format!("/invoices?status=overdue&limit=10{cursor}")).await.expect(200);
        found.extend(rows(&page).iter().map(|invoice| text(invoice, "/number")));
        let Some(next) = page["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    numbers.reverse();
    assert_eq!(found, numbers);
    let home = desk(app).await.get("/").await.text();
    let oldest = numbers.last().map_or("", String::as_str);
    assert!(home.contains(oldest) && !home.contains(&numbers[0]), "home names what is late longest: {home}");
}

async fn customers_are_found_by_what_is_asked(app: &TestApp) {
    let voyage = json!({ "name": "上海远航贸易有限公司", "tax_number": "91110000600037341L" });
    let voyage = app.customer_with(voyage).await;
    let person = json!({ "name": "王芳", "kind": "person" });
    app.customer_with(person).await;
    app.customer_with(json!({ "name": "Harbor_100%", "country": "DE", "currency": "EUR" })).await;
    app.api.patch(&format!("/customers/{voyage}"), &json!({ "archived": true })).await.expect(200);
    for (query, found) in [
        ("", "Harbor_100% 王芳 上海远航贸易有限公司"),
        ("q=远航", "上海远航贸易有限公司"),
        ("q=600037341l", "上海远航贸易有限公司"),
        ("q=harbor_", "Harbor_100%"),
        ("q=%25", "Harbor_100%"),
        ("q=nobody", ""),
        ("archived=true", "上海远航贸易有限公司"),
        ("archived=false&kind=company", "Harbor_100%"),
        ("kind=person", "王芳"),
        ("country=DE", "Harbor_100%"),
        ("currency=CNY&archived=", "王芳 上海远航贸易有限公司"),
    ] {
        let list = app.api.get(&format!("/customers?{query}")).await.expect(200);
        let names: Vec<String> = rows(&list).iter().map(|customer| text(customer, "/name")).collect();
        assert_eq!(names.join(" "), found, "{query}");
    }
    for (query, pointer) in [
        ("archived=perhaps", "/archived"),
        ("kind=club", "/kind"),
        ("country=China", "/country"),
        ("currency=RMB", "/currency"),
    ] {
        app.api.get(&format!("/customers?{query}")).await.wrong_field(pointer);
    }
}

async fn tax_codes_come_newest_first_and_page_by_page(app: &TestApp) {
    for code in ["B", "A", "C"] {
        let body = json!({ "code": code, "name": code, "rate": "13" });
        app.api.post("/tax-codes", &body).await.expect(201);
        app.clock.advance(SignedDuration::from_secs(1));
    }
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let list = app.api.get(&format!("/tax-codes?limit=2&cursor={cursor}")).await.expect(200);
        seen.extend(rows(&list).iter().map(|tax| text(tax, "/code")));
        match list["next_cursor"].as_str() {
            Some(next) => next.clone_into(&mut cursor),
            None => break,
        }
    }
    assert_eq!(seen, ["C", "A", "B"]);
}

/// However many newer ones there are that the status leaves out.
async fn what_is_rare_is_found_behind_what_is_not(app: &TestApp) {
    let customer = app.customer("很多").await;
    let part = app.invoice(&customer, "9.00").await;
    app.pay(&customer, cny("4.00"), &[(&part, "4.00")]).await.expect(201);
    let credited = app.invoice(&customer, "8.00").await;
    let notes = format!("/invoices/{}/credit-notes", text(&credited, "/id"));
    app.api.post(&notes, &json!({ "reason": "退货" })).await.expect(201);
    let lost = app.invoice(&customer, "7.00").await;
    let write_off = format!("/invoices/{}/write-off", text(&lost, "/id"));
    app.api.post(&write_off, &json!({ "reason": "bad_debt" })).await.expect(200);
    for _ in 0..25 {
        app.invoice(&customer, "1.00").await;
        let paid = app.invoice(&customer, "2.00").await;
        app.pay(&customer, cny("2.00"), &[(&paid, "2.00")]).await.expect(201);
    }
    for (status, expected) in [("partially_paid", &part), ("credited", &credited), ("written_off", &lost)] {
        let found = app.api.get(&format!("/invoices?status={status}&limit=1")).await.expect(200);
        assert_eq!(rows(&found).len(), 1, "{status}: {found}");
        assert_eq!(rows(&found)[0]["id"], expected["id"], "{status}");
        assert_eq!(found["next_cursor"], json!(null), "{status}");
    }
}

/// The address behind a link of the foot.
fn link(page: &str, rel: &str) -> Option<String> {
    let rest = page.split_once(&format!("rel=\"{rel}\" href=\""))?.1;
    Some(rest.split_once('"')?.0.replace("&#38;", "&").replace("&amp;", "&"))
}

async fn there_is_a_way_on_and_back_in_every_order(app: &TestApp) {
    let mut numbers = Vec::new();
    for n in 1..=7 {
        let customer = app.customer_with(json!({ "name": format!("客户{n}"), "payment_terms_days": 30 - n })).await;
        let invoice = app.invoice(&customer, "10.00").await;
        app.pay(&customer, cny("1.00"), &[]).await.expect(201);
        numbers.push(text(&invoice, "/number"));
    }
    let clerk = desk(app).await;
    let newest: Vec<String> = numbers.iter().rev().cloned().collect();
    let customers: Vec<String> = (1..=7).map(|n| format!("客户{n}")).collect();
    let reversed: Vec<String> = customers.iter().rev().cloned().collect();
    for (address, order) in [
        ("/invoices?limit=3", &newest),
        ("/invoices?limit=3&sort=number", &numbers),
        ("/invoices?limit=3&sort=-number", &newest),
        ("/invoices?limit=3&status=outstanding&sort=due", &newest),
        ("/invoices?limit=3&status=outstanding&sort=-due", &numbers),
        ("/orders?limit=3", &reversed),
        ("/orders?limit=3&sort=number", &customers),
        ("/customers?limit=3", &customers),
        ("/customers?limit=3&sort=-name", &reversed),
        ("/payments?limit=3", &reversed),
    ] {
        let shown = |page: &str| -> Vec<String> {
            let body = page.split_once("<tbody").map_or("", |(_, body)| body);
            let mut at: Vec<(usize, &String)> =
                order.iter().filter_map(|n| Some((body.find(n.as_str())?, n))).collect();
            at.sort();
            at.into_iter().map(|(_, n)| n.clone()).collect()
        };
        let first = clerk.get(address).await.text();
        assert_eq!(shown(&first), order[..3], "{address}");
        assert!(link(&first, "prev").is_none() && first.contains("1–3"), "{address}: {first}");
        let second = clerk.get(&link(&first, "next").unwrap()).await.text();
        assert_eq!(shown(&second), order[3..6], "{address}");
        assert!(second.contains("4–6"), "{address}: {second}");
        let third = clerk.get(&link(&second, "next").unwrap()).await.text();
        assert_eq!(shown(&third), order[6..], "{address}");
        assert!(link(&third, "next").is_none() && third.contains("7–7 of 7"), "{address}: {third}");
        let back = clerk.get(&link(&third, "prev").unwrap()).await.text();
        assert_eq!(shown(&back), order[3..6], "{address} and back");
        let again = clerk.get(&link(&back, "prev").unwrap()).await.text();
        assert_eq!(shown(&again), order[..3], "{address} and back again");
        assert!(link(&again, "prev").is_none(), "{address}: {again}");
    }
    let sorted = clerk.get("/invoices?status=outstanding&sort=due").await.text();
    assert!(sorted.contains("aria-sort=\"ascending\"") && sorted.contains("sort=-due"), "{sorted}");
    assert!(clerk.get("/invoices").await.text().contains("7 in all"));
    // A filter whose list has no such order passes over it.
    assert_eq!(clerk.get("/invoices?status=paid&sort=due").await.status, 200);
    assert_eq!(clerk.get("/invoices?cursor=nonsense").await.status, 422);
}

async fn lists_that_nobody_counts_go_both_ways(app: &TestApp) {
    let customer = app.customer("远航贸易").await;
    for (n, role) in [(1, Role::Sales), (2, Role::Cashier), (3, Role::Auditor)] {
        app.invoice(&customer, "10.00").await;
        app.staff(role).await;
        let price = json!({ "currency": "CNY", "amount": "1.00" });
        let item = json!({ "code": format!("B-{n}"), "name": { "zh-CN": "螺丝", "en": "Screw" }, "unit": "pcs", "price": price });
        app.api.post("/items", &item).await.expect(201);
    }
    let clerk = desk(app).await;
    let body = |page: &str| page.split_once("<tbody>").unwrap().1.split_once("</tbody>").unwrap().0.to_owned();
    for list in ["/entries", "/audit", "/users", "/catalog"] {
        let first = clerk.get(&format!("{list}?limit=2")).await.text();
        assert!(link(&first, "prev").is_none() && first.contains("1–2"), "{list}: {first}");
        let second = clerk.get(&link(&first, "next").unwrap()).await.text();
        assert!(second.contains("3–"), "{list}: {second}");
        assert_ne!(body(&first), body(&second), "{list}");
        let back = clerk.get(&link(&second, "prev").unwrap()).await.text();
        assert_eq!(body(&first), body(&back), "{list}");
        assert_eq!(clerk.get(&format!("{list}?cursor=nonsense")).await.status, 422, "{list}");
    }
}

async fn what_was_typed_narrows_a_list(app: &TestApp) {
    let (one, two) = (app.customer("远航贸易").await, app.customer("顺达物流").await);
    let (here, there) = (app.invoice(&one, "10.00").await, app.invoice(&two, "20.00").await);
    app.pay(&one, cny("1.00"), &[]).await.expect(201);
    app.pay(&two, cny("2.00"), &[]).await.expect(201);
    let clerk = desk(app).await;
    for (list, typed, wanted, other) in [
        ("customers", "远航".to_owned(), "远航贸易".to_owned(), "顺达物流".to_owned()),
        ("orders", "远航".to_owned(), "远航贸易".to_owned(), "顺达物流".to_owned()),
        ("payments", "远航".to_owned(), "远航贸易".to_owned(), "顺达物流".to_owned()),
        ("payments", "TT-1".to_owned(), "远航贸易".to_owned(), "没有".to_owned()),
        ("invoices", text(&here, "/number"), text(&here, "/number"), text(&there, "/number")),
    ] {
        let page = app
            .eventually(&format!("{typed} narrows {list}"), async || {
                let page = clerk.get(&format!("/{list}?q={typed}")).await.text();
                page.split_once("<tbody").filter(|(_, body)| body.contains(&wanted)).map(|(_, body)| body.to_owned())
            })
            .await;
        assert!(!page.contains(&other), "{list} {typed}: {page}");
    }
    let none = clerk.get("/orders?q=%E6%9C%A8%E5%8D%AB").await.text();
    assert!(none.contains("Nothing matches"), "{none}");
}

async fn a_filter_that_is_none_is_said_so_everywhere(app: &TestApp) {
    app.invoice(&app.customer("远航贸易").await, "10.00").await;
    let clerk = desk(app).await;
    for address in ["/orders?status=zz", "/invoices?status=bogus", "/payments?method=zz", "/payments?status=zz"] {
        let page = clerk.get(address).await;
        assert_eq!(page.status, 422, "{address}");
        assert!(page.text().contains("class=\"faults\"") && !page.text().contains("<tbody"), "{address}");
    }
}

async fn every_list_comes_as_a_file(app: &TestApp) {
    app.goods().await;
    app.invoice(&app.customer("远航贸易").await, "10.00").await;
    let clerk = desk(app).await;
    for (list, told) in [
        ("customers", "远航贸易"),
        ("catalog", "A-100"),
        ("entries", "1122"),
        ("users", "owner@shunfu.example"),
        ("audit", "inv_"),
    ] {
        let file = clerk.get(&format!("/{list}.csv")).await;
        assert!(file.status == 200 && file.text().contains(told), "{list}: {}", file.text());
        let book = clerk.get(&format!("/{list}.xlsx")).await;
        assert!(book.status == 200 && book.body.starts_with(b"PK"), "{list}");
        assert!(clerk.get(&format!("/{list}")).await.text().contains(&format!("/{list}.csv")), "{list} offers it");
    }
    assert_eq!(clerk.get("/entries.csv?from=nonsense").await.status, 422);
}
