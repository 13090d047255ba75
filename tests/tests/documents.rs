//! What customers get in hand: the same bytes every time, and titled as the law of the land wants it.

use crate::harness::trade::text;
use crate::harness::{TestApp, both};
use calamine::{Reader, Xlsx, open_workbook_from_rs};
use std::io::Cursor;
use std::process::Command;

both! { a_document_is_the_same_whenever_it_is_asked_for, a_chinese_bill_is_no_fapiao, a_report_is_told_as_json_and_as_a_table }

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
