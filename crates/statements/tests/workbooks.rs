//! Workbooks, made cell by cell: which of their sheets are read, and what each says.

#![allow(clippy::unwrap_used)]

mod told;

use rust_xlsxwriter::{ExcelDateTime, Format as Style, Workbook};
use statements::{Format, Options, Source};
use std::io::Cursor;
use told::{open, options, statements, told};

/// A person's bill of WeChat as it has come since 2025: a workbook, its numbers and days typed, its ids text with a TAB.
fn wechat_workbook() -> Vec<u8> {
    let (mut book, day) = (Workbook::new(), Style::new().set_num_format("yyyy-mm-dd hh:mm:ss"));
    let sheet = book.add_worksheet();
    for (row, text) in
        ["微信支付账单明细", "微信昵称：[示例用户]", "", "收入：1笔 88.80元", "支出：1笔 12.34元"].iter().enumerate()
    {
        sheet.write_string(u32::try_from(row).unwrap(), 0, *text).unwrap();
    }
    let header = [
        "交易时间",
        "交易类型",
        "交易对方",
        "商品",
        "收/支",
        "金额(元)",
        "支付方式",
        "当前状态",
        "交易单号",
        "商户单号",
        "备注",
    ];
    for (at, name) in (0..).zip(header) {
        sheet.write_string(6, at, name).unwrap();
    }
    let rows = [
        (
            (2026, 2, 3),
            ["转账", "云山示例店", "货款 A-22", "收入"],
            88.8,
            ["/", "已存入零钱", "1000000009\t", "/", "/"],
        ),
        (
            (2026, 2, 2),
            ["商户消费", "示例面馆", "午餐", "支出"],
            12.34,
            ["零钱", "支付成功", "4200000008\t", "M-8\t", "/"],
        ),
    ];
    for (row, ((year, month, date), texts, amount, more)) in (7..).zip(rows) {
        let at = ExcelDateTime::from_ymd(year, month, date).unwrap().and_hms(10, 30, 0).unwrap();
        sheet.write_datetime_with_format(row, 0, &at, &day).unwrap();
        for (at, text) in (1..).zip(texts) {
            sheet.write_string(row, at, text).unwrap();
        }
        sheet.write_number(row, 5, amount).unwrap();
        for (at, text) in (6..).zip(more) {
            sheet.write_string(row, at, text).unwrap();
        }
    }
    book.save_to_buffer().unwrap()
}

#[test]
fn a_workbook_is_read_where_the_table_is() {
    let bytes = wechat_workbook();
    assert_eq!(open(&bytes).format, Some(Format::Wechat));
    let read = statements(&bytes, Options::default()).unwrap();
    assert_eq!(told(&read[0]), "? CNY: 2 76.46 2026-02-02..2026-02-03 ?…? 1000000009 4200000008 M-8");
    let mut book = Workbook::new();
    book.add_worksheet().write_string(0, 0, "Cover").unwrap();
    let sheet = book.add_worksheet();
    for (at, name) in (0..).zip(["Date", "Description", "Amount", "Balance", "Currency"]) {
        sheet.write_string(3, at, name).unwrap();
    }
    for (row, (text, amount, balance)) in (4..).zip([("a", 0.1, 100.1), ("b", 0.2, 100.3), ("c", -100.3, 0.0)]) {
        sheet.write_string(row, 0, format!("2026-01-0{}", row - 3)).unwrap();
        sheet.write_string(row, 1, text).unwrap();
        sheet.write_number(row, 2, amount).unwrap();
        sheet.write_number(row, 3, balance).unwrap();
        sheet.write_string(row, 4, "GBP").unwrap();
    }
    let bytes = book.save_to_buffer().unwrap();
    let read = statements(&bytes, Options::default()).unwrap();
    assert_eq!(told(&read[0]), "? GBP: 3 -100.00 2026-01-01..2026-01-03 100.00…0.00");
    assert_eq!(read[0].lines[0].raw, "2026-01-01\ta\t0.1\t100.1\tGBP");
    assert_eq!(read[0].lines[0].place, 5);
    assert!(Source::open(Cursor::new(bytes[..bytes.len() / 2].to_vec())).is_err(), "half a workbook");
}

/// Sheets by name, each of rows of cells.
fn workbook(sheets: &[(&str, &[&[&str]])]) -> Vec<u8> {
    let mut book = Workbook::new();
    for (name, rows) in sheets {
        let sheet = book.add_worksheet().set_name(*name).unwrap();
        for (row, cells) in (0..).zip(*rows) {
            for (at, text) in (0..).zip(*cells) {
                sheet.write_string(row, at, *text).unwrap();
            }
        }
    }
    book.save_to_buffer().unwrap()
}

#[test]
fn every_sheet_with_the_same_header_is_read() {
    const HEADER: &[&str] = &["日期", "摘要", "金额", "余额"];
    let october: &[&[&str]] =
        &[&["账号：6222020200112233445", "2026年10月"], HEADER, &["10/30", "货款", "100.00", "1100.00"], &["合计"]];
    let november: &[&[&str]] =
        &[&["账号：6222020200112233445", "2026年11月"], HEADER, &["11/02", "水费", "-30.00", "1070.00"]];
    let other: &[&[&str]] = &[&["账号：6222020200998877665", "2025年01月"], HEADER, &["01/02", "b", "5.00", "5.00"]];
    let rates: &[&[&str]] = &[&["日期", "币种", "汇率金额"], &["2026-11-01", "USD", "7.1"]];
    let cover: &[&[&str]] = &[&["示例公司", "2026-11-01"]];
    let read = |sheets: &[(&str, &[&[&str]])]| {
        let statements = statements(&workbook(sheets), options("CNY")).unwrap();
        statements.iter().map(told).collect::<Vec<_>>()
    };
    let both = "6222020200112233445 CNY: 2 70.00 2026-10-30..2026-11-02 1000.00…1070.00";
    assert_eq!(read(&[("a", cover), ("b", october), ("c", november)]), [both]);
    // What stands above a sheet is of that sheet.
    let old = "6222020200998877665 CNY: 1 5.00 2025-01-02..2025-01-02 0.00…5.00";
    assert_eq!(read(&[("a", october), ("b", other), ("c", november)]), [both, old]);
    // A sheet that is another table is told, and one that is none is not.
    let bytes = workbook(&[("a", october), ("Kurse", rates), ("c", cover), ("Kurse 2", rates), ("d", november)]);
    let read = statements(&bytes, options("CNY")).unwrap();
    assert_eq!(told(&read[0]), format!("{both} sheet_left_out"));
    assert_eq!(read[0].end.warnings[0].facts[0], ("sheet", "Kurse".to_owned()));
    assert!(read[0].end.warnings[0].facts.contains(&("more", "1".to_owned())));
}

#[test]
fn totals_are_of_the_sheet_that_says_them() {
    let header = &["交易时间", "交易类型", "交易对方", "商品", "收/支", "金额(元)", "支付方式", "当前状态", "交易单号"];
    let row =
        |at: &'static str, amount: &'static str| [at, "转账", "示例店", "货款", "收入", amount, "/", "已存入零钱", at];
    let (first, second) = (row("2026-02-03 10:00:00", "88.80"), row("2026-03-04 10:00:00", "10.00"));
    let february: &[&[&str]] = &[&["收入：1笔 88.80元"], header, &first];
    let warnings = |said: &str| {
        let march: &[&[&str]] = &[&[said], header, &second];
        let read = statements(&workbook(&[("2", february), ("3", march)]), Options::default()).unwrap();
        assert_eq!((read.len(), read[0].lines.len()), (1, 2));
        read[0].end.warnings.iter().map(|warning| warning.code).collect::<Vec<_>>()
    };
    assert_eq!(warnings("收入：1笔 10.00元"), Vec::<&str>::new());
    assert_eq!(warnings("收入：2笔 98.80元"), ["total_differs"]);
}
