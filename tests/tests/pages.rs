//! What finance and payers read on pages: where a figure comes from, who did what, and names instead of ids.

use crate::harness::trade::text;
use crate::harness::{Caller, PASSWORD, Simulator, TestApp, both, cny, rows};
use kernel::Role;
use serde_json::{Value, json};

both! {
    every_document_leads_to_its_entries_and_back,
    a_customer_shows_what_is_between_us,
    a_history_tells_of_refunds_and_names_keys_and_people,
    an_online_payment_goes_by_its_provider,
    the_pay_page_shows_the_paper_and_hands_it_out,
    the_portal_adds_up_what_is_chosen,
    faults_lead_to_fields_by_the_names_of_their_labels,
    the_audit_trail_is_narrowed_by_words,
}

async fn signed_in(app: &TestApp, role: Role) -> Caller {
    app.nobody.signed_in(&app.staff(role).await, PASSWORD).await
}

fn id(value: &Value) -> String {
    text(value, "/id")
}

async fn every_document_leads_to_its_entries_and_back(app: &TestApp) {
    let customer = app.customer("上海远航贸易有限公司").await;
    let invoice = app.invoice(&customer, "100.00").await;
    let note = app.api.post(&format!("/invoices/{}/credit-notes", id(&invoice)), &json!({ "reason": "退货" })).await;
    let note = note.expect(201);
    let paid = app.pay(&customer, cny("50.00"), &[]).await.expect(201);
    let desk = signed_in(app, Role::Accountant).await;
    let (number, note_number) = (text(&invoice, "/number"), text(&note, "/number"));
    for (room, document, called) in [
        ("invoices", id(&invoice), format!("Invoice {number}")),
        ("credit-notes", id(&note), format!("Credit note {note_number}")),
        ("payments", id(&paid), "Payment · TT-1".to_owned()),
    ] {
        let link = format!("/entries?document={document}");
        assert!(
            desk.get(&format!("/{room}/{document}")).await.text().contains(&link),
            "{room} has no way to its entries"
        );
        let entries = desk.get(&link).await.text();
        assert!(entries.contains(&called) && entries.contains("上海远航贸易有限公司"), "{called}: {entries}");
        let entry = entries.split("href=\"/entries/ent_").nth(1).unwrap().split('"').next().unwrap();
        let entry = desk.get(&format!("/entries/ent_{entry}")).await.text();
        assert!(entry.contains(&format!("href=\"/{room}/{document}\"")), "the entry leads back: {entry}");
    }
    let ledger = desk.get("/reports/general-ledger/1122").await.text();
    for told in [number.as_str(), note_number.as_str(), "上海远航贸易有限公司"] {
        assert!(ledger.contains(told), "{told} is not in the general ledger: {ledger}");
    }
    let file = desk.get("/reports/general-ledger/1122?format=csv").await.text();
    assert!(file.contains(&format!("Invoice {number},上海远航贸易有限公司")), "{file}");
}

async fn a_customer_shows_what_is_between_us(app: &TestApp) {
    let customer = app.customer_with(json!({ "name": "Nordlicht", "country": "DE" })).await;
    let invoice = app.invoice(&customer, "120.00").await;
    app.pay(&customer, cny("20.00"), &[(&invoice, "20.00")]).await.expect(201);
    let item = app.goods().await;
    let order = app.main_order(&customer, &item).await;
    let page = signed_in(app, Role::FinanceManager).await.get(&format!("/customers/{customer}")).await.text();
    let links = [
        format!("/customers/{customer}/statement"),
        format!("/invoices/{}", id(&invoice)),
        format!("/orders/{}", id(&order)),
        format!("/invoices?customer={customer}"),
        format!("/payments/new?customer={customer}"),
    ];
    for link in links {
        assert!(page.contains(&format!("href=\"{link}\"")), "no link to {link}: {page}");
    }
    assert!(page.contains("CN¥100.00") && page.contains("CN¥20.00"), "{page}");
    assert!(page.contains("<dd>Germany</dd>"), "the country by its name: {page}");
    // Whoever may not see invoices sees none of them here either.
    let sales = signed_in(app, Role::Sales).await.get(&format!("/customers/{customer}")).await;
    assert_eq!(sales.status, 200);
    assert!(!sales.text().contains("/payments/new"), "{}", sales.text());
}

async fn a_history_tells_of_refunds_and_names_keys_and_people(app: &TestApp) {
    let customer = app.customer("退款").await;
    let paid = app.pay(&customer, cny("50.00"), &[]).await.expect(201);
    let clerk = signed_in(app, Role::FinanceManager).await;
    let refund = [("/amount/amount", "20.00"), ("/reason", "多付")];
    assert_eq!(clerk.submit(&format!("/payments/{}/refund", id(&paid)), &refund).await.status, 303);
    let page = clerk.get(&format!("/payments/{}", id(&paid))).await.text();
    let history = page.split("class=\"timeline\"").nth(1).unwrap();
    assert!(history.contains("Recorded") && history.contains("Refunded CN¥20.00"), "{history}");
    assert!(history.contains("API key ") && history.matches(" · ").count() >= 2, "{history}");
    let item = app.goods().await;
    let order = app.main_order(&customer, &item).await;
    let invoice = app.submit(&order).await.expect(200);
    for place in [format!("/orders/{}", id(&order)), format!("/invoices/{}", text(&invoice, "/invoice"))] {
        let page = clerk.get(&place).await.text();
        let history = page.split("class=\"timeline\"").nth(1).unwrap();
        assert!(history.contains("API key ") && !history.contains("Automatic"), "{place}: {history}");
    }
    // The account of the money is called by its name.
    assert!(page.contains("1002 Cash at banks"), "{page}");
}

async fn an_online_payment_goes_by_its_provider(app: &TestApp) {
    let simulator = Simulator::connected_to(app).await;
    let customer = app.customer("在线").await;
    let invoice = app.invoice(&customer, "30.00").await;
    let body = json!({ "invoices": [invoice["id"]], "method": "card", "return_url": format!("{}/done", app.base) });
    let opened = app.api.post("/checkouts", &body).await.expect(201);
    simulator.payer_chooses(&text(&opened, "/url"), "pay").await;
    app.eventually("it is paid", async || (app.standing(&invoice).await == "paid 0.00").then_some(())).await;
    let payment = rows(&app.api.get("/payments").await.expect(200))[0].clone();
    let raw = text(&payment, "/reference");
    let desk = signed_in(app, Role::Accountant).await;
    let own = format!("/payments/{}", id(&payment));
    assert!(desk.get(&own).await.text().contains(&raw), "the provider's id stands on the payment's own page");
    let buyer = app.nobody.signed_in(&app.buyer(&customer).await, PASSWORD).await;
    for (reader, place) in [
        (&desk, "/payments".to_owned()),
        (&desk, "/entries".to_owned()),
        (&desk, format!("/invoices/{}", id(&invoice))),
        (&desk, format!("/customers/{customer}/statement")),
        (&desk, format!("/customers/{customer}")),
        (&desk, "/reports/general-ledger/1122".to_owned()),
        (&buyer, "/portal/statement".to_owned()),
        (&buyer, "/portal/payments".to_owned()),
        (&buyer, format!("/portal/paid?checkout={}", id(&opened))),
    ] {
        let page = reader.get(&place).await;
        assert_eq!(page.status, 200, "{place}");
        assert!(!page.text().contains(&raw), "{place} shows {raw}");
        assert!(!page.text().contains(&format!(">{}<", id(&opened))), "{place} shows the id of the checkout");
    }
    let result = buyer.get(&format!("/portal/paid?checkout={}", id(&opened))).await.text();
    assert!(result.contains(&text(&invoice, "/number")), "what was paid: {result}");
}

async fn the_pay_page_shows_the_paper_and_hands_it_out(app: &TestApp) {
    let item = app.goods().await;
    let customer = app.customer("付款页").await;
    let order = app.main_order(&customer, &item).await;
    let invoice = app.invoice_by_id(&text(&app.submit(&order).await.expect(200), "/invoice")).await;
    let url = text(&invoice, "/pay_url");
    let pay = url[url.find("/pay/").unwrap()..].to_owned();
    let page = app.nobody.speaking("zh-CN").get(&pay).await.text();
    for told in ["3 件 × 199.90", "77<i>.96</i>", "4<i>.50</i>", "柒佰叁拾贰元壹角陆分"] {
        assert!(page.contains(told), "{told} is not on the pay page: {page}");
    }
    for (file, kind) in [("pdf", "application/pdf"), ("html", "text/html"), ("xlsx", "application/vnd")] {
        let link = format!("{pay}/document.{file}");
        assert!(page.contains(&format!("href=\"{link}\"")), "no link to the {file}");
        let document = app.nobody.get(&link).await;
        assert_eq!(document.status, 200, "{file}: {}", document.text());
        assert!(document.header("content-type").starts_with(kind), "{}", document.header("content-type"));
    }
    assert_eq!(app.nobody.get("/pay/nothing/document.pdf").await.status, 404);
    assert_eq!(app.nobody.get(&format!("{pay}/other.pdf")).await.status, 404);
}

async fn the_portal_adds_up_what_is_chosen(app: &TestApp) {
    let customer = app.customer("门户").await;
    let (first, second) = (app.invoice(&customer, "100.00").await, app.invoice(&customer, "50.50").await);
    let foreign = app.invoice(&app.customer("别家").await, "9.00").await;
    let buyer = app.nobody.signed_in(&app.buyer(&customer).await, PASSWORD).await;
    let part = format!("/part/{}", id(&first));
    let (first, second, foreign) = (id(&first), id(&second), id(&foreign));
    let ticked = [("/invoices", first.as_str()), ("/invoices", &second), ("/invoices", &foreign), (&part, "30.25")];
    let sum = buyer.submit("/portal/pay/preview", &ticked).await;
    assert_eq!(sum.status, 200, "{}", sum.text());
    assert!(sum.text().contains("2 invoices chosen") && sum.text().contains("CN¥80.75"), "{}", sum.text());
    assert!(!buyer.submit("/portal/pay/preview", &[]).await.text().contains("chosen"));
}

/// The names of the faulty fields in the summary at the top of a page.
fn summary(page: &str) -> Vec<String> {
    let list = page.split("class=\"faults\"").nth(1).and_then(|rest| rest.split("</ul>").next()).unwrap_or("");
    list.split("<li>")
        .skip(1)
        .filter_map(|item| item.split("\">").nth(1)?.split('<').next().map(str::to_owned))
        .collect()
}

async fn faults_lead_to_fields_by_the_names_of_their_labels(app: &TestApp) {
    let owner = signed_in(app, Role::Owner).await;
    for (form, pages_own) in [("/settings/gateways", 5), ("/users", 1), ("/customers", 2)] {
        let page = owner.submit(form, &[]).await;
        assert_eq!(page.status, 422, "{form}: {}", page.text());
        let told = summary(&page.text());
        assert!(told.len() >= pages_own, "{form}: {told:?}");
        for fault in &told {
            let name = fault.split(':').next().unwrap();
            assert!(fault.contains(": ") && page.text().contains(&format!(">{name}<")), "{form} has no field {fault}");
        }
    }
    // More than is open of an invoice: the sentence leads to the part.
    let customer = app.customer("超额").await;
    let invoice = app.invoice(&customer, "10.00").await;
    let (number, invoice) = (text(&invoice, "/number"), id(&invoice));
    let fields = [
        ("/customer", customer.as_str()),
        ("/method", "bank_transfer"),
        ("/amount/amount", "100.00"),
        ("/amount/currency", "CNY"),
        ("/received_on", crate::harness::TODAY),
        ("/allocations/0/invoice", &invoice),
        ("/allocations/0/amount/amount", "10.01"),
    ];
    let page = owner.submit("/payments", &fields).await;
    assert_eq!(page.status, 409, "{}", page.text());
    assert!(page.text().contains("href=\"#f-allocations-0-amount-amount\"") && page.text().contains(&number));
    assert!(page.text().contains("<option value=\"1002\">1002 "), "accounts are chosen by name");
}

async fn the_audit_trail_is_narrowed_by_words(app: &TestApp) {
    let customer = app.customer("审计").await;
    let invoice = app.invoice(&customer, "10.00").await;
    let auditor = signed_in(app, Role::Auditor).await;
    let page = auditor.get("/audit").await.text();
    assert!(page.contains("<option value=\"invoice.issue\">Issued an invoice") || page.contains("invoice.issue\">"));
    for raw in [">cli<", ">invoice.issue<", ">session.open<"] {
        assert!(!page.contains(raw), "{raw} on the page");
    }
    let number = text(&invoice, "/number");
    let found = app
        .eventually("the search knows the invoice", async || {
            let page = auditor.get(&format!("/audit?subject={number}")).await;
            (page.status == 200).then(|| page.text())
        })
        .await;
    assert!(
        found.contains(&format!("href=\"/invoices/{}\"", id(&invoice))) && !found.contains("/audit?command=session")
    );
    let narrowed = auditor.get("/audit?command=invoice.issue").await.text();
    assert!(narrowed.contains("<option value=\"invoice.issue\" selected>"), "{narrowed}");
}
