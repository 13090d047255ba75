//! A company moves in: customers, items, opening balances and open invoices from files.

use crate::harness::trade::text;
use crate::harness::{Caller, PASSWORD, Reply, TestApp, both, cny, money, rows};
use kernel::Role;
use reqwest::Method;
use reqwest::header::CONTENT_TYPE;
use serde_json::{Value, json};

both! {
    a_company_moves_in,
    a_file_with_faults_is_not_taken_in_at_all,
    torn_rows_are_not_read_as_other_money,
    faults_that_are_not_named_are_counted,
    an_item_has_several_prices,
    a_file_is_taken_in_once_per_key,
    files_of_other_programs_are_understood,
    what_is_no_file_of_rows_is_refused,
    an_invoice_in_another_currency_is_brought_forward,
    brought_forward_invoices_are_not_made_void,
    a_credit_note_goes_back_where_the_opening_came_from,
    credit_of_before_is_set_against_invoices,
    the_desk_previews_and_confirms,
    a_large_file_is_taken_in,
    the_largest_file_of_invoices_is_taken_in,
}

const CUSTOMERS: &str = "\u{feff}名称,类型,税号,邮箱,账期,信用额度,地址,城市,国家,币种\r\n\
    上海远航贸易有限公司,单位,,ap@example.com,45,\"100,000.00\",世纪大道 100 号,上海市,,\r\n\
    王芳,个人,,,,,,,,\r\n\
    Harbor GmbH,,,,30,,Hafenstr. 1,Hamburg,DE,EUR\r\n";
const INVOICES: &str = "number;customer;issued_on;due_on;total;open\n\
    2025-0147;上海远航贸易有限公司;2025/11/3;;1000.00;400.00\n\
    2025-0151;王芳;2025-12-20;2026-01-19;\"2,500.00\";\n";
const BALANCES: &str = "account\tdebit\tcredit\n1002\t50000.00\t\n2202\t\t8000.00\n3001\t\t30000.00\n3104\t\t\n";

async fn send(caller: &Caller, kind: &str, query: &str, file: &[u8]) -> Reply {
    let path = format!("/imports/{kind}{query}");
    let request = caller.request(Method::POST, &path).header(CONTENT_TYPE, "text/csv").body(file.to_vec());
    Reply::of(Method::POST, &path, request).await
}

async fn take(app: &TestApp, kind: &str, query: &str, file: &str) -> Value {
    send(&app.api, kind, query, file.as_bytes()).await.expect(201)
}

async fn customer_called(app: &TestApp, name: &str) -> Value {
    let list = app.api.get("/customers?limit=200").await.expect(200);
    rows(&list).iter().find(|customer| customer["name"] == name).unwrap_or_else(|| panic!("no {name}")).clone()
}

async fn invoice_numbered(app: &TestApp, number: &str) -> Value {
    let list = app.api.get("/invoices?limit=200").await.expect(200);
    let found = rows(&list).iter().find(|invoice| invoice["number"] == number);
    app.again(found.unwrap_or_else(|| panic!("no {number}"))).await
}

async fn a_company_moves_in(app: &TestApp) {
    let preview = send(&app.api, "customers", "?preview=true", CUSTOMERS.as_bytes()).await.expect(200);
    assert_eq!((&preview["applied"], &preview["rows"], &preview["made"]), (&json!(false), &json!(3), &json!(3)));
    assert!(rows(&app.api.get("/customers").await.expect(200)).is_empty(), "a preview stores nothing");
    assert_eq!(take(app, "customers", "", CUSTOMERS).await["made"], 3);
    let voyage = customer_called(app, "上海远航贸易有限公司").await;
    assert_eq!((&voyage["payment_terms_days"], &voyage["credit_limit"]), (&json!(45), &cny("100000.00")));
    let path = format!("/customers/{}/addresses", text(&voyage, "/id"));
    assert_eq!(app.api.get(&path).await.expect(200)["data"][0]["purpose"], "billing");
    assert_eq!(customer_called(app, "王芳").await["kind"], "person");
    assert_eq!(customer_called(app, "Harbor GmbH").await["currency"], "EUR");

    let items = "编码,名称,英文名称,单位,单价\nA-1,传感器,Sensor,pcs,199.90\nA-2,支架,,pcs,\n";
    assert_eq!(take(app, "items", "", items).await["made"], 2);
    assert_eq!(rows(&app.api.get("/items").await.expect(200)).len(), 2);

    assert_eq!(take(app, "invoices", "?on=2026-01-01", INVOICES).await["made"], 2);
    assert_eq!(app.balance("1122").await, "2900.00");
    assert_eq!(app.balance("3104").await, "-2900.00");
    assert_eq!(app.balance("5001").await, "0.00");
    assert_eq!(take(app, "balances", "?on=2026-01-01", BALANCES).await["made"], 4);
    // 50,000 + 2,900 of receivables less 8,000 of payables less 30,000 of capital were earned before.
    for (account, balance) in [("1002", "50000.00"), ("2202", "-8000.00"), ("3001", "-30000.00"), ("3104", "-14900.00")]
    {
        assert_eq!(app.balance(account).await, balance, "{account}");
    }

    let part = invoice_numbered(app, "2025-0147").await;
    assert_eq!((&part["status"], &part["issued_on"]), (&json!("partially_paid"), &json!("2025-11-03")));
    assert_eq!((&part["total"], &part["balance"]), (&cny("1000.00"), &cny("400.00")));
    assert_eq!(part["due_on"], "2025-12-18", "by the customer's terms");
    let whole = invoice_numbered(app, "2025-0151").await;
    assert_eq!((&whole["status"], &whole["balance"]), (&json!("open"), &cny("2500.00")));
    paid_and_shown(app, &text(&voyage, "/id"), &part).await;
    let own = app.invoice(&text(&voyage, "/id"), "10.00").await;
    assert!(text(&own, "/number").ends_with("00001"), "numbers of before are not of our series: {}", own["number"]);
}

/// An invoice that was brought forward is paid, and stands wherever others do.
async fn paid_and_shown(app: &TestApp, customer: &str, invoice: &Value) {
    let ageing = app.api.get("/reports/receivables-aging").await.expect(200).to_string();
    assert!(ageing.contains("400.00"), "{ageing}");
    let statement = app.api.get(&format!("/customers/{customer}/statement?from=2025-01-01&to=2026-11-23")).await;
    assert!(statement.expect(200).to_string().contains("1000.00"), "{}", statement.text());
    let buyer = app.nobody.signed_in(&app.buyer(customer).await, PASSWORD).await;
    assert!(buyer.get("/portal/invoices").await.text().contains("2025-0147"));
    let page = format!("/portal/invoices/{}", text(invoice, "/id"));
    assert_eq!(buyer.get(&page).await.status, 200);
    let paper = app.api.get(&format!("/invoices/{}/document.html", text(invoice, "/id"))).await.text();
    assert!(paper.contains("2025-0147") && paper.contains("世纪大道 100 号"), "{paper}");
    app.pay(customer, cny("400.01"), &[(invoice, "400.01")]).await.problem(409, "allocation_exceeds_balance");
    app.pay(customer, cny("400.00"), &[(invoice, "400.00")]).await.expect(201);
    assert_eq!(app.standing(invoice).await, "paid 0.00");
    let desk = app.nobody.signed_in(&app.staff(Role::FinanceManager).await, PASSWORD).await;
    let shown = desk.get(&format!("/invoices/{}", text(invoice, "/id"))).await;
    assert!(shown.text().contains("Paid before these books began"), "{}", shown.text());
}

/// Kind, rows under the template's head, and the faults that are named, as `row/column`.
const FAULTY: &[(&str, &str, &[&str])] = &[
    ("customers", "name,email,country\nA,a@example.com,CN\n,nobody,XX\n", &["3/name", "3/email", "3/country"]),
    ("customers", "name,address\nA,1 Street\n", &["2/city"]),
    ("customers", "name,credit_limit,currency\nA,x,\nB,1,XYZ\n", &["2/credit_limit", "3/currency"]),
    ("customers", "name\nA\nB\nA\n", &["4/name"]),
    ("customers", "name\n旧客户\n", &["2/name"]),
    ("customers", "name,country,currency,credit_limit\nA,ZZ,ZZZ,-1\n", &["2/country", "2/currency", "2/credit_limit"]),
    ("items", "code,name_en,price\nX-1,X,1\n,Y,-\nX-1,Z,2\n", &["3/code", "3/price", "4/name_en", "4/price"]),
    ("items", "code,name_en,price,tax_code\nX-1,X,y,NONE\nX-1,X,,\n", &["2/price", "2/tax_code", "3/code"]),
    ("items", "code,name_en,price\nTAKEN,X,y\n", &["2/code", "2/price"]),
    ("items", "code,name_en,price,valid_from\nX-1,X,1,soon\n", &["2/valid_from"]),
    ("items", "code,name_en,tax_code\nX-1,X,NONE\n", &["2/tax_code"]),
    ("balances", "account,debit,credit\n1002,5,\n9999,,5\n", &["3/account"]),
    ("balances", "account,debit,credit\n1122,5,\n3001,,5\n", &["2/account"]),
    ("balances", "account,debit,credit\n2221,5,\n3001,,5\n", &["2/account"]),
    ("balances", "account,debit,credit\n1002,5,5\n1002,1,\n", &["2/credit", "3/account"]),
    ("balances", "account,debit,credit\n1002,5.001,\n", &["2/debit"]),
    ("balances", "account,debit,credit\n1002,1,000.00\n3001,,1.00\n", &["2/credit"]),
    ("balances", "account,debit,credit\n1002,5,\n3001,,4\n", &["3/debit"]),
    ("invoices", "number,customer,issued_on,total\n1,旧客户,2025-11-03,5\n1,旧客户,2025-11-03,5\n", &["3/number"]),
    ("invoices", "number,customer,issued_on,total\nINV-2026-00009,旧客户,2025-11-03,5\n", &["2/number"]),
    (
        "invoices",
        "number,customer,issued_on,total\n,谁,3.11.2025,x\n",
        &["2/customer", "2/number", "2/issued_on", "2/total"],
    ),
    ("invoices", "number,customer,issued_on,total\n,旧客户,3.11.2025,0.001\n", &["2/number", "2/issued_on", "2/total"]),
    ("invoices", "number,customer,issued_on,total,open\n1,旧客户,2026-11-24,5,6\n", &["2/open", "2/issued_on"]),
    ("invoices", "number,customer,issued_on,due_on,total\n1,旧客户,2025-11-03,2025-11-02,5\n", &["2/due_on"]),
    ("invoices", "number,customer,issued_on,total\n1,双胞胎,2025-11-03,5\n", &["2/customer"]),
    ("invoices", "number,customer,issued_on,total,open\n1,旧客户,2025-11-03,-5,5\n", &["2/open"]),
    ("invoices", "number,customer,issued_on,total,open\n1,旧客户,2025-11-03,-5,-6\n", &["2/open"]),
    ("invoices", "number,customer,issued_on,total,open\n1,旧客户,2026-11-24,-5,-5\n", &["2/issued_on"]),
    ("invoices", "number,customer,issued_on,total\n1,旧客户,2025-11-03,-5\n1,旧客户,2025-11-03,-5\n", &["3/number"]),
];

async fn a_file_with_faults_is_not_taken_in_at_all(app: &TestApp) {
    app.customer("旧客户").await;
    let item = json!({ "code": "TAKEN", "name": { "en": "Taken" } });
    app.api.post("/items", &item).await.expect(201);
    for tax_number in ["DE136695976", "DE811569869"] {
        let told = json!({ "name": "双胞胎", "country": "DE", "currency": "EUR", "tax_number": tax_number });
        app.customer_with(told).await;
    }
    for (kind, file, named) in FAULTY {
        let refused = send(&app.api, kind, "", file.as_bytes()).await;
        let problem = refused.problem(422, "import_faulty");
        let wanted: Vec<String> = named.iter().map(|place| format!("/rows/{place}")).collect();
        for pointer in &wanted {
            refused.wrong_field(pointer);
        }
        let told: Vec<&str> =
            problem["errors"].as_array().unwrap().iter().map(|e| e["pointer"].as_str().unwrap()).collect();
        assert_eq!(told.len(), wanted.len(), "{file}: {told:?}");
        let preview = send(&app.api, kind, "?preview=true", file.as_bytes()).await.expect(200);
        assert_eq!(
            (preview["errors"].as_array().unwrap().len(), &preview["made"]),
            (wanted.len(), &json!(0)),
            "{file}"
        );
    }
    assert_eq!(rows(&app.api.get("/customers").await.expect(200)).len(), 3, "nothing of a file with faults stays");
    assert_eq!(rows(&app.api.get("/items").await.expect(200)).len(), 1);
    assert!(rows(&app.api.get("/journal-entries").await.expect(200)).is_empty());
}

async fn torn_rows_are_not_read_as_other_money(app: &TestApp) {
    app.customer("旧客户").await;
    let invoices = "number,customer,issued_on,total,description\n";
    for (kind, file, torn) in [
        ("invoices", "number,customer,issued_on,total\nE-1,旧客户,2026-01-05,1,000.00\n".to_owned(), 2),
        ("items", "code,name_en,price\nQ,Sensor,1,999.00\n".to_owned(), 2),
        ("items", "code,name_en,price\nQ,Sensor\n".to_owned(), 2),
        ("balances", "account,debit,credit\n1002,1,000.00,\n3001,,1.00\n".to_owned(), 2),
        ("balances", "account,credit,debit\n3001,1.00,\n1002,,1,000.00\n".to_owned(), 3),
        // The rows behind it would have become a description.
        ("invoices", format!("{invoices}E-1,旧客户,2026-01-05,1.00,\"old\nE-2,旧客户,2026-01-05,2.00,\n"), 2),
    ] {
        let pointer = format!("/rows/{torn}");
        send(&app.api, kind, "", file.as_bytes()).await.wrong_field(&pointer);
        let preview = send(&app.api, kind, "?preview=true", file.as_bytes()).await.expect(200);
        let told = preview["errors"].as_array().unwrap().iter().find(|error| error["pointer"] == pointer);
        assert_eq!(told.map(|error| &error["row"]), Some(&json!(torn)), "{preview}");
    }
    for list in ["/invoices", "/items", "/journal-entries"] {
        assert!(rows(&app.api.get(list).await.expect(200)).is_empty(), "{list}");
    }
}

async fn faults_that_are_not_named_are_counted(app: &TestApp) {
    let file = format!("name,email\n{}", "A,nobody\n".repeat(300));
    let problem = send(&app.api.speaking("en"), "customers", "", file.as_bytes()).await.problem(422, "import_faulty");
    assert_eq!(problem["errors"].as_array().unwrap().len(), 200);
    assert!(text(&problem, "/detail").contains("100 more"), "{}", problem["detail"]);
    let preview = send(&app.api, "customers", "?preview=true", file.as_bytes()).await.expect(200);
    assert_eq!((preview["errors"].as_array().unwrap().len(), &preview["more_errors"]), (200, &json!(100)));
    let desk = app.nobody.signed_in(&app.staff(Role::Owner).await, PASSWORD).await;
    let page = desk.submit("/settings/imports", &[("/kind", "customers"), ("/text", &file)]).await.text();
    assert!(page.contains("300") && page.contains("and 100 more things"), "{page}");
}

async fn an_item_has_several_prices(app: &TestApp) {
    let file = "code,name_en,unit,currency,price,valid_from\n\
        A-1,Sensor,pcs,CNY,199.90,\nB-1,Bracket,,CNY,5,\nA-1,Sensor,,USD,29,\nA-1,,,CNY,209.90,2027/1/1\n";
    let taken = take(app, "items", "", file).await;
    assert_eq!((&taken["rows"], &taken["made"]), (&json!(4), &json!(2)));
    let items = app.api.get("/items?q=A-1").await.expect(200);
    let prices: Vec<String> = items["data"][0]["prices"]
        .as_array()
        .unwrap()
        .iter()
        .map(|p| format!("{} {} {}", text(p, "/currency"), text(p, "/amount"), text(p, "/valid_from")))
        .collect();
    assert_eq!(prices, ["CNY 199.90 1900-01-01", "CNY 209.90 2027-01-01", "USD 29.00 1900-01-01"]);
    let twice = "code,name_en,price\nC-1,Cable,1\nC-1,Cable,2\n";
    send(&app.api, "items", "", twice.as_bytes()).await.wrong_field("/rows/3/price");
}

async fn a_file_is_taken_in_once_per_key(app: &TestApp) {
    let once = async |key: &str, file: &str| {
        let request = app.api.request(Method::POST, "/imports/customers").header("idempotency-key", key);
        let request = request.header(CONTENT_TYPE, "text/csv").body(file.to_owned());
        Reply::of(Method::POST, "/imports/customers", request).await
    };
    let first = once("k", "name\nA\n").await.expect(201);
    let again = once("k", "name\nA\n").await;
    assert_eq!((again.expect(201), again.header("idempotent-replayed")), (first, "true"));
    once("k", "name\nB\n").await.problem(422, "idempotency_key_reused");
    once("l", "name\nA\n").await.wrong_field("/rows/2/name");
    assert_eq!(take(app, "balances", "", BALANCES).await["made"], 4);
    send(&app.api, "balances", "", BALANCES.as_bytes()).await.problem(409, "import_balances_there");
    let entries = app.api.get("/journal-entries").await.expect(200);
    let path = format!("/journal-entries/{}/reverse", text(&entries, "/data/0/id"));
    app.api.post(&path, &json!({ "date": crate::harness::TODAY, "memo": "again" })).await.expect(201);
    take(app, "balances", "", BALANCES).await;
}

async fn files_of_other_programs_are_understood(app: &TestApp) {
    // 名称 / 上海 in GB18030.
    let gb18030 = b"\xc3\xfb\xb3\xc6\n\xc9\xcf\xba\xa3\n";
    assert_eq!(send(&app.api, "customers", "", gb18030).await.expect(201)["made"], 1);
    customer_called(app, "上海").await;
    let form =
        "--b\r\ncontent-disposition: form-data; name=\"file\"; filename=\"c.csv\"\r\n\r\nname\nForm\n\r\n--b--\r\n";
    let request = app.api.request(Method::POST, "/imports/customers");
    let request = request.header(CONTENT_TYPE, "multipart/form-data; boundary=b").body(form);
    Reply::of(Method::POST, "/imports/customers", request).await.expect(201);
    customer_called(app, "Form").await;
    for kind in ["customers", "items", "balances", "invoices"] {
        let template = app.api.get(&format!("/imports/{kind}/template.csv")).await;
        assert_eq!(template.status, 200);
        assert!(template.text().lines().count() == 2, "{}", template.text());
    }
}

async fn what_is_no_file_of_rows_is_refused(app: &TestApp) {
    for (kind, query, file, status, code) in [
        ("customers", "", &b""[..], 422, "import_empty"),
        ("customers", "", b"name\n", 422, "import_empty"),
        ("customers", "", b"phone\n1\n", 422, "import_column_missing"),
        ("customers", "", b"name,name\nA,B\n", 422, "import_column_twice"),
        ("customers", "", b"\x89PNG\r\n\x1a\n\0\0\0", 422, "import_not_text"),
        ("customers", "", "name\n".repeat(10_002).as_bytes(), 422, "import_too_many_rows"),
        ("customers", "", &vec![b'a'; (5 << 20) + 1], 413, "import_too_large"),
        ("customers", "", &vec![b'a'; 7 << 20], 413, "import_too_large"),
        ("balances", "?on=2026-13-01", BALANCES.as_bytes(), 422, "invalid"),
        ("balances", "?on=2026-11-24", BALANCES.as_bytes(), 422, "invalid"),
        ("orders", "", b"name\nA\n", 404, "not_found"),
    ] {
        send(&app.api, kind, query, file).await.problem(status, code);
    }
    app.api.post("/imports/customers", &json!({})).await.problem(415, "unsupported_media_type");
}

async fn an_invoice_in_another_currency_is_brought_forward(app: &TestApp) {
    take(app, "customers", "", CUSTOMERS).await;
    let file = b"number,customer,issued_on,total,open\nE-1,Harbor GmbH,2025-12-01,100.00,33.33\n";
    send(&app.api, "invoices", "?on=2026-01-01", file).await.problem(409, "exchange_rate_missing");
    let rate = json!({ "base": "EUR", "quote": "CNY", "rate": "7.8123", "valid_from": "2025-12-01" });
    app.api.post("/exchange-rates", &rate).await.expect(201);
    send(&app.api, "invoices", "?on=2026-01-01", file).await.expect(201);
    let invoice = invoice_numbered(app, "E-1").await;
    assert_eq!(invoice["balance"], money("EUR", "33.33"));
    let owed = app.balance("1122").await;
    assert!(["260.38", "260.39"].contains(&owed.as_str()), "{owed}");
    let customer = text(&invoice, "/customer");
    app.pay(&customer, money("EUR", "33.33"), &[(&invoice, "33.33")]).await.expect(201);
    assert_eq!(app.balance("1122").await, "0.00");
}

async fn brought_forward_invoices_are_not_made_void(app: &TestApp) {
    take(app, "customers", "", CUSTOMERS).await;
    take(app, "invoices", "?on=2026-01-01", INVOICES).await;
    let invoice = invoice_numbered(app, "2025-0151").await;
    let path = format!("/invoices/{}", text(&invoice, "/id"));
    app.api.post(&format!("{path}/void"), &json!({ "reason": "x" })).await.problem(409, "invoice_brought_forward");
    app.api.post(&format!("{path}/write-off"), &json!({ "reason": "bad_debt" })).await.expect(200);
    assert_eq!(app.standing(&invoice).await, "written_off 0.00");
}

async fn a_credit_note_goes_back_where_the_opening_came_from(app: &TestApp) {
    take(app, "customers", "", CUSTOMERS).await;
    take(app, "invoices", "?on=2026-01-01", INVOICES).await;
    let invoice = invoice_numbered(app, "2025-0151").await;
    let path = format!("/invoices/{}/credit-notes", text(&invoice, "/id"));
    app.api.post(&path, &json!({ "reason": "退货", "amount": cny("500.00") })).await.expect(201);
    for (account, balance) in [("5001", "0.00"), ("1122", "2400.00"), ("3104", "-2400.00")] {
        assert_eq!(app.balance(account).await, balance, "{account}: this year's revenue is not touched");
    }
    app.api.post(&path, &json!({ "reason": "退货" })).await.expect(201);
    assert_eq!((app.balance("1122").await, app.balance("3104").await), ("400.00".to_owned(), "-400.00".to_owned()));
    assert_eq!(app.standing(&invoice).await, "credited 0.00");
}

async fn credit_of_before_is_set_against_invoices(app: &TestApp) {
    take(app, "customers", "", CUSTOMERS).await;
    let file = "编号,客户,日期,金额,余额\n预-7,上海远航贸易有限公司,2025/12/1,-300.00,(250.00)\n2025-1,上海远航贸易有限公司,2025-12-2,100.00,\n";
    assert_eq!(take(app, "invoices", "?on=2026-01-01", file).await["made"], 2);
    let standing = async || (app.balance("2203").await, app.balance("1122").await, app.balance("3104").await);
    let are = |advances: &str, owed: &str, opening: &str| (advances.to_owned(), owed.to_owned(), opening.to_owned());
    assert_eq!(standing().await, are("-250.00", "100.00", "150.00"));
    let customer = text(&customer_called(app, "上海远航贸易有限公司").await, "/id");
    let balance = app.api.get(&format!("/customers/{customer}/balance")).await.expect(200);
    assert_eq!((&balance["balances"][0]["owed"], &balance["balances"][0]["credit"]), (&cny("100.00"), &cny("250.00")));
    let statement = app.api.get(&format!("/customers/{customer}/statement?from=2025-01-01&to=2026-11-23")).await;
    assert!(statement.expect(200).to_string().contains("-250.00"), "{}", statement.text());
    let buyer = app.nobody.signed_in(&app.buyer(&customer).await, PASSWORD).await;
    for page in ["/portal", "/portal/statement?from=2025-01-01", "/portal/payments"] {
        let shown = buyer.get(page).await;
        assert!(shown.status == 200 && shown.text().replace("<i>", "").contains("250.00"), "{page}: {}", shown.text());
    }
    let list = app.api.get("/payments").await.expect(200);
    let credit = &rows(&list)[0];
    assert_eq!((&credit["method"], &credit["reference"]), (&json!("opening"), &json!("预-7")));
    // Nobody pays by it.
    let mut paid = crate::harness::trade::payment(&customer, cny("1.00"), &[]);
    paid["method"] = json!("opening");
    app.api.post("/payments", &paid).await.wrong_field("/method");
    // It is set against what is owed, and what is left is paid back from the bank.
    let path = format!("/payments/{}", text(credit, "/id"));
    app.api.post(&format!("{path}/allocations"), &json!({})).await.expect(201);
    assert_eq!(app.standing(&invoice_numbered(app, "2025-1").await).await, "paid 0.00");
    assert_eq!(standing().await, are("-150.00", "0.00", "150.00"));
    let back = json!({ "amount": cny("150.00"), "reason": "退款" });
    app.api.post(&format!("{path}/refunds"), &back).await.expect(201);
    assert_eq!((standing().await, app.balance("1002").await), (are("0.00", "0.00", "150.00"), "-150.00".to_owned()));
    // What was brought forward by mistake is taken back.
    let file = "number,customer,issued_on,total\nK-1,王芳,2025-12-01,-80.00\n";
    take(app, "invoices", "?on=2026-01-01", file).await;
    send(&app.api, "invoices", "?on=2026-01-01", file.as_bytes()).await.wrong_field("/rows/2/number");
    let list = app.api.get("/payments").await.expect(200);
    let wrong = format!("/payments/{}/reverse", text(&rows(&list)[0], "/id"));
    app.api.post(&wrong, &json!({ "reason": "x" })).await.expect(200);
    assert_eq!(standing().await, are("0.00", "0.00", "150.00"));
    take(app, "invoices", "?on=2026-01-01", file).await;
}

async fn the_desk_previews_and_confirms(app: &TestApp) {
    let desk = app.nobody.signed_in(&app.staff(Role::FinanceManager).await, PASSWORD).await;
    assert!(desk.get("/settings/imports").await.text().contains("/settings/imports/customers.csv"));
    let wrong = desk.submit("/settings/imports", &[("/kind", "customers"), ("/text", "name,email\nA,x\n")]).await;
    assert_eq!(wrong.status, 422);
    assert!(wrong.text().contains("name@example.com") && wrong.text().contains("name,email"), "{}", wrong.text());
    let fields = [("/kind", "customers"), ("/text", CUSTOMERS)];
    let looked = desk.submit("/settings/imports", &fields).await;
    assert_eq!(looked.status, 200);
    assert!(looked.text().contains("3 customers would be taken up"), "{}", looked.text());
    assert!(rows(&app.api.get("/customers").await.expect(200)).is_empty());
    let key = [fields[0], fields[1], ("idempotency_key", "one")];
    for _ in 0..2 {
        let applied = desk.submit("/settings/imports/apply", &key).await;
        applied.expect(303);
        assert_eq!(applied.location(), "/settings/imports?done=import-customers");
    }
    assert_eq!(rows(&app.api.get("/customers").await.expect(200)).len(), 3);
    assert_eq!(desk.submit("/settings/imports/apply", &fields).await.status, 422, "they are there already");
}

async fn a_large_file_is_taken_in(app: &TestApp) {
    const ROWS: usize = 6_000;
    let lines: String = (0..ROWS).map(|n| format!("客户 {n},ap{n}@example.com\n")).collect();
    assert_eq!(take(app, "customers", "", &format!("name,email\n{lines}")).await["made"], ROWS);
}

/// How long the one writer is held by the largest file; its figures are printed. Only where the long variants are wanted.
async fn the_largest_file_of_invoices_is_taken_in(app: &TestApp) {
    if !crate::harness::is_long() {
        return;
    }
    const ROWS: usize = 10_000;
    const CUSTOMERS: usize = 500;
    let customers: String = (0..CUSTOMERS).map(|n| format!("客户 {n},ap{n}@example.com,{n} 号,上海市\n")).collect();
    take(app, "customers", "", &format!("name,email,address,city\n{customers}")).await;
    let row = |n: usize| format!("A-{n},客户 {},2025-11-03,1000.00,{}.00\n", n % CUSTOMERS, 400 + n % 601);
    let file = format!("number,customer,issued_on,total,open\n{}", (0..ROWS).map(row).collect::<String>());
    for query in ["?on=2026-01-01&preview=true", "?on=2026-01-01"] {
        let begun = std::time::Instant::now();
        assert_eq!(send(&app.api, "invoices", query, file.as_bytes()).await.json()["made"], ROWS);
        println!("{ROWS} invoices{query}: {:?}", begun.elapsed());
    }
}
