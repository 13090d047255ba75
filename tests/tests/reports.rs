//! Reports as files, from the API and at the desk.

use crate::harness::trade::text;
use crate::harness::{PASSWORD, TestApp, both, cny};
use calamine::{Data, Reader, Xlsx, open_workbook_from_rs};
use kernel::Role;
use serde_json::json;
use std::io::Cursor;

both! {
    taxes_tie_in_with_the_ledger,
    the_ledger_of_an_account_has_those_below_it,
    a_report_comes_in_every_form,
    a_workbook_says_what_the_json_says,
    the_desk_offers_what_the_page_shows,
}

const REPORTS: [&str; 6] =
    ["trial-balance", "profit-and-loss", "balance-sheet", "general-ledger", "receivables-aging", "tax-summary"];

async fn trade(app: &TestApp) {
    let item = app.goods().await;
    let customer = app.customer("上海远航贸易有限公司").await;
    let order = app.main_order(&customer, &item).await;
    app.submit(&order).await.expect(200);
}

async fn the_ledger_of_an_account_has_those_below_it(app: &TestApp) {
    trade(app).await;
    for (day, amount) in [("2026-10-05", "3.00"), ("2026-11-20", "2.00")] {
        let paid = json!({ "date": day, "memo": "缴税", "lines": [
            { "account": "222102", "debit": cny(amount) }, { "account": "1002", "credit": cny(amount) } ] });
        app.api.post("/journal-entries", &paid).await.expect(201);
    }
    let path = "/reports/general-ledger?account=2221&from=2026-11-01";
    let whole = app.api.get(path).await.expect(200);
    assert_eq!((&whole["opening"], &whole["closing"]), (&cny("3.00"), &cny("-77.46")), "{whole}");
    let first = app.api.get(&format!("{path}&limit=1")).await.expect(200);
    let rest = app.api.get(&format!("{path}&limit=50&cursor={}", text(&first, "/next_cursor"))).await.expect(200);
    assert_eq!((&rest["opening"], &rest["closing"]), (&first["closing"], &whole["closing"]));
    let accounts = |page: &serde_json::Value| {
        page["data"].as_array().unwrap().iter().map(|line| text(line, "/account")).collect::<Vec<_>>()
    };
    assert_eq!([accounts(&first), accounts(&rest)].concat(), accounts(&whole));
    assert!(accounts(&whole).iter().all(|code| ["22210105", "222102"].contains(&code.as_str())));
}

async fn taxes_tie_in_with_the_ledger(app: &TestApp) {
    trade(app).await;
    let invoices = app.api.get("/invoices").await.expect(200);
    let path = format!("/invoices/{}/credit-notes", text(&invoices, "/data/0/id"));
    let line = json!({ "reason": "退货", "lines": [{ "line": 2 }] });
    app.api.post(&path, &line).await.expect(201);
    let by_hand = json!({ "date": "2026-11-20", "memo": "补提", "lines": [
        { "account": "1002", "debit": cny("1.00") }, { "account": "22210105", "credit": cny("1.00") } ] });
    app.api.post("/journal-entries", &by_hand).await.expect(201);
    let told = app.api.get("/reports/tax-summary?from=2026-11-01&to=2026-11-30").await.expect(200);
    let rows: Vec<String> = told["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| ["/tax_code", "/rate", "/base/amount", "/tax/amount"].map(|at| text(row, at)).join(" "))
        .collect();
    assert_eq!(rows, ["VAT13 13 599.70 77.96", "VAT9 9 0.00 0.00"]);
    assert_eq!((&told["total_tax"], &told["other"], &told["on_account"]), (&cny("77.96"), &cny("1.00"), &cny("78.96")));
    assert_eq!(app.balance("22210105").await, "-78.96");
    let before = app.api.get("/reports/tax-summary?from=2026-10-01&to=2026-10-31").await.expect(200);
    assert_eq!((&before["rows"], &before["on_account"]), (&json!([]), &cny("0.00")));
}

async fn a_report_comes_in_every_form(app: &TestApp) {
    trade(app).await;
    for language in ["zh-CN", "en"] {
        let api = app.api.speaking(language);
        for report in REPORTS {
            let path = format!("/reports/{report}?to=2026-11-30&account=1122");
            for (format, media_type, beginning) in [
                ("pdf", "application/pdf", &b"%PDF-"[..]),
                ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", b"PK"),
                ("csv", "text/csv", b""),
            ] {
                let file = api.get(&format!("{path}&format={format}")).await;
                assert_eq!(file.status, 200, "{report}.{format}: {}", file.text());
                assert!(file.header("content-type").starts_with(media_type), "{report}.{format}");
                assert!(file.body.starts_with(beginning), "{report}.{format}");
                let name = format!("filename=\"{report}");
                assert!(file.header("content-disposition").contains(&name), "{}", file.header("content-disposition"));
            }
            api.get(&format!("{path}&format=docx")).await.problem(422, "format_not_available");
        }
    }
    // Programs find the same heads in every language.
    let heads = |csv: String| csv.lines().next().unwrap_or("").to_owned();
    for report in REPORTS {
        let path = format!("/reports/{report}?to=2026-11-30&account=1122&format=csv");
        let (zh, en) = (app.api.speaking("zh-CN").get(&path).await.text(), app.api.get(&path).await.text());
        assert_eq!(heads(zh), heads(en), "{report}");
    }
}

fn sheet(bytes: &[u8]) -> Vec<Vec<Data>> {
    let mut workbook: Xlsx<_> = open_workbook_from_rs(Cursor::new(bytes.to_vec())).unwrap();
    workbook.worksheet_range_at(0).unwrap().unwrap().rows().map(<[Data]>::to_vec).collect()
}

async fn a_workbook_says_what_the_json_says(app: &TestApp) {
    trade(app).await;
    let api = app.api.speaking("zh-CN");
    let told = api.get("/reports/trial-balance?as_of=2026-11-30").await.expect(200);
    let rows = sheet(&api.get("/reports/trial-balance?as_of=2026-11-30&format=xlsx").await.body);
    let said: Vec<String> = rows.iter().flatten().map(ToString::to_string).collect();
    for wanted in ["科目余额表", "顺付测试有限公司", "2026年11月30日", "CNY", "借方"] {
        assert!(said.iter().any(|cell| cell == wanted), "{wanted} in {said:?}");
    }
    for row in told["rows"].as_array().unwrap() {
        let found = rows.iter().find(|cells| cells[0].to_string() == text(row, "/account")).unwrap();
        let debit: f64 = text(row, "/debit/amount").parse().unwrap();
        assert_eq!(found[2], Data::Float(debit), "{row}");
    }
    let ledger = sheet(&api.get("/reports/general-ledger?account=1122&to=2026-11-30&format=xlsx").await.body);
    assert!(
        ledger.iter().any(|row| matches!(row[0], Data::DateTime(_)) && row[4] == Data::Float(732.16)),
        "{ledger:?}"
    );
}

async fn the_desk_offers_what_the_page_shows(app: &TestApp) {
    trade(app).await;
    let desk = app.nobody.signed_in(&app.staff(Role::Accountant).await, PASSWORD).await.speaking("zh-CN");
    for (page, shows) in [
        ("/reports/trial-balance?as_of=2026-11-30", "732"),
        ("/reports/profit-and-loss?to=2026-11-30", "649"),
        ("/reports/balance-sheet?to=2026-11-30", "732"),
        ("/reports/general-ledger/1122?to=2026-11-30", "732"),
        ("/reports/receivables-aging?as_of=2026-12-31", "上海远航贸易有限公司"),
    ] {
        let html = desk.get(page).await;
        assert_eq!(html.status, 200, "{page}");
        assert!(html.text().contains(shows), "{page}");
        for format in ["pdf", "xlsx", "csv"] {
            let link = format!("{page}&amp;format={format}").replace("&amp;", "&");
            let (address, _) = link.split_once("&format").unwrap();
            assert!(html.text().contains(&format!("format={format}")), "{page} offers {format}");
            let file = desk.get(&format!("{address}&format={format}")).await;
            assert_eq!(file.status, 200, "{link}");
            if format == "csv" {
                assert!(file.text().contains(shows) && file.body.starts_with("\u{feff}".as_bytes()), "{}", file.text());
            }
        }
    }
    let ages = desk.get("/reports/receivables-aging?as_of=2026-12-31").await.text();
    assert!(ages.contains("/customers/cus_"), "rows lead to their customers");
}
