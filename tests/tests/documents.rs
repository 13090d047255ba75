//! What customers get in hand: the same bytes every time, and titled as the law of the land wants it.

use crate::harness::trade::text;
use crate::harness::{TestApp, both, cny, rows};
use calamine::{Reader, Xlsx, open_workbook_from_rs};
use serde_json::{Value, json};
use std::io::Cursor;
use std::process::Command;

both! {
    a_document_is_the_same_whenever_it_is_asked_for,
    a_void_invoice_is_stamped_and_asks_for_nothing,
    units_are_told_in_the_documents_language,
    a_tax_is_called_in_the_documents_language,
    a_chinese_bill_is_no_fapiao,
    a_report_is_told_as_json_and_as_a_table,
}

/// What only the tax system of China issues.
const FAPIAO: &str = "发票";

async fn main_invoice(app: &TestApp) -> String {
    let customer = app.customer("上海远航贸易有限公司").await;
    let item = app.goods().await;
    let order = app.main_order(&customer, &item).await;
    text(&app.submit(&order).await.expect(200), "/invoice")
}

async fn a_document_is_the_same_whenever_it_is_asked_for(app: &TestApp) {
    let id = main_invoice(app).await;
    for (format, media_type, beginning) in [
        ("pdf", "application/pdf", &b"%PDF-"[..]),
        ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", b"PK"),
        ("csv", "text/csv", b""),
        ("html", "text/html", b"<!"),
    ] {
        let path = format!("/invoices/{id}/document.{format}");
        let first = app.api.get(&path).await;
        assert_eq!(first.status, 200, "{format}: {}", first.text());
        assert!(first.header("content-type").starts_with(media_type), "{format}: {}", first.header("content-type"));
        assert!(first.body.starts_with(beginning), "{format}");
        app.clock.advance(jiff::SignedDuration::from_hours(30));
        let second = app.api.get(&path).await;
        assert_eq!(second.body, first.body, "{format}");
    }
    assert_eq!(app.api.get(&format!("/invoices/{id}/document.docx")).await.status, 404);
}

/// An invoice of two days of work, for a customer of a language.
async fn two_days(app: &TestApp, locale: &str) -> Value {
    let customer = app.customer_with(json!({ "name": "Nordlicht", "locale": locale })).await;
    let lines = json!([
        { "description": "Work", "quantity": "2", "unit": "day", "unit_price": cny("10.00") },
        { "description": "Sand", "quantity": "3", "unit": "Sack", "unit_price": cny("1.00") },
    ]);
    let body = json!({ "customer": customer, "currency": "CNY", "lines": lines, "issue": true });
    app.api.post("/invoices", &body).await.expect(201)
}

async fn a_void_invoice_is_stamped_and_asks_for_nothing(app: &TestApp) {
    for (locale, stamp) in [("en", "VOID"), ("zh-CN", "作废")] {
        let invoice = two_days(app, locale).await;
        let path = format!("/invoices/{}", text(&invoice, "/id"));
        let link = text(&invoice, "/pay_url");
        let formats = ["pdf", "xlsx", "csv", "html"];
        let mut issued = Vec::new();
        for format in formats {
            issued.push(app.api.get(&format!("{path}/document.{format}")).await.body);
        }
        let page = String::from_utf8_lossy(&issued[3]).into_owned();
        assert!(page.contains(&link) && page.contains("<svg") && !page.contains(stamp), "{page}");
        app.api.post(&format!("{path}/void"), &json!({ "reason": "错了" })).await.expect(200);
        for (format, before) in formats.iter().zip(&issued) {
            let void = app.api.get(&format!("{path}/document.{format}")).await;
            assert_eq!(void.status, 200, "{format}: {}", void.text());
            assert!(*format == "csv" || void.body != *before, "{format} is another document");
            app.clock.advance(jiff::SignedDuration::from_hours(30));
            assert_eq!(app.api.get(&format!("{path}/document.{format}")).await.body, void.body, "{format}");
        }
        let page = app.api.get(&format!("{path}/document.html")).await.text();
        assert!(page.contains(&format!("class=\"stamp\">{stamp}")), "{page}");
        assert!(!page.contains(&link) && !page.contains("<svg"), "{page}");
    }
    assert_eq!(app.findings(), Vec::<String>::new(), "both prints are kept and open");
}

async fn units_are_told_in_the_documents_language(app: &TestApp) {
    for (locale, days) in [("en", "days"), ("zh-CN", "天")] {
        let path = format!("/invoices/{}/document", text(&two_days(app, locale).await, "/id"));
        let page = without_tags(&app.api.get(&format!("{path}.html")).await.text());
        assert!(page.contains(&format!("2 {days}")) && page.contains("3 Sack"), "{page}");
        let csv = app.api.get(&format!("{path}.csv")).await.text();
        assert!(csv.contains(days) && csv.contains("Sack"), "{csv}");
    }
}

async fn a_tax_is_called_in_the_documents_language(app: &TestApp) {
    let names = json!({ "zh-CN": "增值税 6%", "en": "Value added tax 6%" });
    let code = json!({ "code": "VAT6", "name": names, "rate": "6", "inclusive": false });
    let made = app.api.speaking("en").post("/tax-codes", &code).await.expect(201);
    assert_eq!((&made["name"], &made["names"]), (&json!("Value added tax 6%"), &names));
    let chinese = app.api.speaking("zh-CN").get("/tax-codes/VAT6").await.expect(200);
    assert_eq!(chinese["name"], "增值税 6%");
    for (locale, name, other) in [("en", "Value added tax", "增值税"), ("zh-CN", "增值税", "Value added tax")] {
        let customer = app.customer_with(json!({ "name": "Nordlicht", "locale": locale })).await;
        let lines = json!([{ "description": "Work", "quantity": "1", "unit_price": cny("10.00"), "tax_code": "VAT6" }]);
        let body = json!({ "customer": customer, "currency": "CNY", "lines": lines, "issue": true });
        let path =
            format!("/invoices/{}/document.html", text(&app.api.post("/invoices", &body).await.expect(201), "/id"));
        let page = app.api.get(&path).await.text();
        assert!(page.contains(name) && !page.contains(other), "{page}");
    }
    // A text alone is the name in every language, as it was before; both are found.
    let plain = app.api.patch("/tax-codes/VAT6", &json!({ "name": "GST 6%" })).await.expect(200);
    assert_eq!((&plain["name"], &plain["names"]), (&json!("GST 6%"), &json!({ "en": "GST 6%", "zh-CN": "GST 6%" })));
    assert_eq!(rows(&app.api.get("/tax-codes?q=gst").await.expect(200)).len(), 1);
    app.api.patch("/tax-codes/VAT6", &json!({ "name": {} })).await.wrong_field("/name");
    app.api.patch("/tax-codes/VAT6", &json!({ "name": { "fr": "TVA" } })).await.wrong_field("/name/fr");
}

async fn a_chinese_bill_is_no_fapiao(app: &TestApp) {
    let id = main_invoice(app).await;
    let html = app.api.get(&format!("/invoices/{id}/document.html")).await.text();
    let shown = without_tags(&html);
    assert!(shown.contains("账单") && shown.contains("732.16") && shown.contains("上海远航贸易有限公司"), "{html}");
    assert!(!html.contains(FAPIAO), "{html}");
    let xlsx = app.api.get(&format!("/invoices/{id}/document.xlsx")).await.body;
    let mut workbook: Xlsx<_> = open_workbook_from_rs(Cursor::new(xlsx)).unwrap();
    let sheets = workbook.worksheets();
    let cells: Vec<String> =
        sheets.iter().flat_map(|(_, range)| range.cells().map(|(_, _, cell)| cell.to_string())).collect();
    let cells = cells.join("\n");
    assert!(cells.contains("账单") && cells.contains("732.16"), "{cells}");
    assert!(!cells.contains(FAPIAO), "{cells}");
    let csv = app.api.get(&format!("/invoices/{id}/document.csv")).await.text();
    assert!(csv.contains("677.66") && !csv.contains(FAPIAO), "{csv}");
    let pdf = app.data_dir().join("bill.pdf");
    std::fs::write(&pdf, app.api.get(&format!("/invoices/{id}/document.pdf")).await.body).unwrap();
    // Poppler is no part of the set-up, so the text is looked at only where it is there.
    if let Ok(out) = Command::new("pdftotext").arg(&pdf).arg("-").output() {
        let text = String::from_utf8_lossy(&out.stdout).into_owned();
        assert!(text.contains("账单") && text.contains("732.16") && text.contains("柒佰叁拾贰元壹角陆分"), "{text}");
        assert!(!text.contains(FAPIAO), "{text}");
    }
}

/// Cents stand in an element of their own.
fn without_tags(html: &str) -> String {
    html.split('<').map(|part| part.split_once('>').map_or(part, |(_, text)| text)).collect()
}

async fn a_report_is_told_as_json_and_as_a_table(app: &TestApp) {
    main_invoice(app).await;
    for report in ["trial-balance", "profit-and-loss", "balance-sheet", "general-ledger"] {
        let path = format!("/reports/{report}?from=2026-11-01&to=2026-11-30&as_of=2026-11-30&account=1122");
        app.api.get(&path).await.expect(200);
        let table = app.api.get(&format!("{path}&format=csv")).await;
        assert_eq!(table.status, 200, "{report}: {}", table.text());
        assert!(table.header("content-type").starts_with("text/csv"), "{report}");
        assert!(table.text().lines().count() > 1, "{report}: {}", table.text());
        assert_eq!(app.api.get(&format!("{path}&format=yaml")).await.status, 422, "{report}");
    }
}
