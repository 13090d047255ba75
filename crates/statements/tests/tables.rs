//! Tables of banks and bills of providers, each told in a few facts; the facts are worked out by hand from the files of
//! `tests/statements`.

#![allow(clippy::unwrap_used)]

mod told;

use statements::{Amount, Column, ColumnMap, DateOrder, DecimalMark, Doubt, Format, Options, ReferenceKind, guess};
use std::path::Path;
use told::{open, options, statements, told};

fn file(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/statements").join(name)).unwrap()
}

fn all_told(name: &str, currency: &str) -> Vec<String> {
    let source = open(&file(name));
    let mut options = options(currency);
    if matches!(source.format, Some(Format::Csv | Format::Workbook)) {
        // As a person would who confirms what is doubtful.
        options.columns = Some(guess(source, &options).unwrap().map);
    }
    statements(&file(name), options).unwrap().iter().map(told).collect()
}

/// Files, their format, the currency that must be said, and what each statement of them comes to.
const FILES: &[(&str, Format, &str, &[&str])] = &[
    ("icbc_1.csv", Format::Csv, "", &["6222020200112233445 CNY: 3 11647.50 2026-01-05..2026-01-09 10000.00…21647.50"]),
    ("icbc_2.csv", Format::Csv, "", &["6222020200112233445 CNY: 3 300.00 2026-02-01..2026-02-03 5000.00…5300.00"]),
    (
        "icbc_3.csv",
        Format::Csv,
        "",
        &[
            "6222020200112233445 CNY: 2 -100.00 2026-03-01..2026-03-03 1000.00…900.00",
            "6222020200112233445 USD: 1 50.00 2026-03-02..2026-03-02 100.00…150.00",
        ],
    ),
    ("cmb_debit.csv", Format::Csv, "", &["6214000000008888 CNY: 2 1500.50 2026-01-03..2026-01-04 10000.00…11500.50"]),
    ("cmb_credit.csv", Format::Csv, "", &["? CNY: 3 -4.10 2025-12-31..2026-01-15 ?…?"]),
    ("bocom.csv", Format::Csv, "", &["6222600000001234 CNY: 2 4880.00 2026-01-07..2026-01-08 10000.00…14880.00"]),
    ("abc.csv", Format::Csv, "", &["6228480000001111222 CNY: 2 9500.00 2024-01-01..2024-01-02 500.00…10000.00"]),
    ("boc.csv", Format::Csv, "", &["? CNY: 2 800.00 2026-01-19..2026-01-20 1000.00…1800.00"]),
    ("ccb.xls", Format::Workbook, "", &["6217000000005555666 CNY: 3 954.17 2026-01-10..2026-01-21 0.00…954.17"]),
    ("huaxi.xls", Format::Csv, "CNY", &["? CNY: 3 6785.42 2026-01-05..2026-01-12 0.00…6785.42"]),
    (
        "hsbc_hk.csv",
        Format::Csv,
        "",
        &[
            "004-123456-838 HKD: 2 500.00 2026-01-05..2026-01-13 10000.00…10500.00",
            "004-123456-838 USD: 1 200.00 2026-01-06..2026-01-06 0.00…200.00",
        ],
    ),
    ("td.csv", Format::Csv, "CAD", &["? CAD: 3 495.50 2026-01-05..2026-01-15 1000.00…1495.50"]),
    ("bmo.csv", Format::Csv, "CAD", &["5007660000011122 CAD: 2 87.50 2026-01-07..2026-01-09 ?…?"]),
    (
        "sparkasse.csv",
        Format::Csv,
        "",
        &["DE02120300000000202051 EUR: 2 1100.10 2026-01-09..2026-01-12 ?…? INV-2026-00815 M-77"],
    ),
    (
        "alipay.csv",
        Format::Alipay,
        "",
        &["example@example.com CNY: 4 236.50 2026-01-15..2026-01-20 ?…? 2026012022001400000001 A-19 \
           2026011822001400000002 M-2 2026011622001400000004 M-1 2026011522001400000005 trade_closed \
           direction_unknown"],
    ),
    (
        "alipay_trades.csv",
        Format::Alipay,
        "",
        &["20880000000001560156 CNY: 6 109.34 2026-01-12..2026-01-12 ?…? 2026011222001400000011 INV-2026-00051 \
           2026011222001400000011 INV-2026-00051 2026011222001400000012 INV-2026-00052 2026011222001400000012 \
           INV-2026-00052 2026011222001400000011 INV-2026-00051 R-51-1 2026011222001400000011 INV-2026-00051 R-51-1"],
    ),
    (
        "alipay_funds.csv",
        Format::Alipay,
        "",
        &["20880000000001560156 CNY: 3 -400.60 2026-01-12..2026-01-12 500.00…99.40 700000000001 INV-2026-00051 \
           2026011222001400000011 700000000002 INV-2026-00051 2026011222001400000011 700000000003 \
           2026011222001400000013"],
    ),
    (
        "wechat.csv",
        Format::Wechat,
        "",
        &["? CNY: 5 127.90 2026-01-23..2026-01-25 ?…? 5300000001 5300000001 1000000002 1000107 4200000003 M-9 \
           4200000004 M-9 direction_unknown"],
    ),
    (
        "wechat_trades.csv",
        Format::Wechat,
        "",
        &["1900000001 CNY: 6 159.04 2026-01-12..2026-01-12 ?…? 4200000000000000001 INV-2026-00061 \
           4200000000000000001 INV-2026-00061 4200000000000000002 INV-2026-00062 4200000000000000002 INV-2026-00062 \
           4200000000000000001 INV-2026-00061 50300000000000001 4200000000000000001 INV-2026-00061 \
           50300000000000001"],
    ),
    (
        "wechat_funds.csv",
        Format::Wechat,
        "",
        &["? CNY: 3 98.80 2026-01-12..2026-01-12 0.00…98.80 1300000000000000001 INV-2026-00061 4200000000000000001 \
           1300000000000000002 INV-2026-00061 4200000000000000001 1300000000000000003 P-1 7300000000000000001"],
    ),
    (
        "stripe.csv",
        Format::Stripe,
        "",
        &[
            "? EUR: 4 0.00 2026-01-12..2026-01-14 ?…? txn_example_1 ch_example_1 pi_example_1 INV-2026-00071 \
             txn_example_1 ch_example_1 pi_example_1 INV-2026-00071 txn_example_3 re_example_1 pi_example_1 \
             txn_example_4 po_example_1",
            "? USD: 2 48.25 2026-01-12..2026-01-12 ?…? txn_example_2 ch_example_2 pi_example_2 INV-2026-00072 \
             txn_example_2 ch_example_2 pi_example_2 INV-2026-00072",
        ],
    ),
    (
        "stripe_history.csv",
        Format::Stripe,
        "",
        &["? EUR: 3 0.00 2026-01-14..2026-01-16 ?…? txn_example_6 po_example_2 txn_example_5 ch_example_5 \
           txn_example_5 ch_example_5"],
    ),
    (
        "paypal.csv",
        Format::Paypal,
        "",
        &["? EUR: 5 -30.45 2026-01-13..2026-01-15 100.00…69.55 5XA00000000000001 INV-2026-00081 5XA00000000000001 \
           INV-2026-00081 5XA00000000000002 5XA00000000000001 INV-2026-00081 5XA00000000000002 5XA00000000000001 \
           INV-2026-00081 5XA00000000000004 not_booked"],
    ),
    (
        "paypal_settlement.csv",
        Format::Paypal,
        "",
        &["EXAMPLEACCOUNT1 USD: 4 1.21 2026-01-13..2026-01-13 ?…? 6XA00000000000001 INV-2026-00091 \
           6XA00000000000001 INV-2026-00091 6XA00000000000002 INV-2026-00091 6XA00000000000001 6XA00000000000003"],
    ),
];

#[test]
fn banks_and_providers_in_a_few_facts() {
    for &(name, format, currency, facts) in FILES {
        assert_eq!(open(&file(name)).format, Some(format), "{name}");
        assert_eq!(all_told(name, currency), facts, "{name}");
    }
}

#[test]
fn what_a_guess_leaves_open_is_asked_and_nothing_else() {
    for (name, currency, doubts) in [
        ("icbc_1.csv", "", &[][..]),
        ("icbc_2.csv", "", &[]),
        ("icbc_3.csv", "", &[]),
        ("cmb_debit.csv", "", &[]),
        ("cmb_credit.csv", "", &[Doubt::Sign]),
        ("bocom.csv", "", &[]),
        ("abc.csv", "", &[]),
        ("boc.csv", "", &[]),
        ("ccb.xls", "", &[]),
        ("huaxi.xls", "", &[Doubt::Currency]),
        ("huaxi.xls", "CNY", &[]),
        ("hsbc_hk.csv", "", &[]),
        ("td.csv", "CAD", &[]),
        ("bmo.csv", "CAD", &[]),
        ("sparkasse.csv", "", &[]),
    ] {
        let options = options(currency);
        let guess = guess(open(&file(name)), &options).unwrap();
        assert_eq!(guess.doubts, doubts, "{name}");
        assert_eq!(guess.lines.is_empty(), doubts.contains(&Doubt::Currency), "{name}");
        let read = statements(&file(name), options);
        assert_eq!(read.is_ok(), doubts.is_empty(), "{name}: {:?}", read.err());
        // A map is saved, and is the same when it is read again.
        let saved = serde_json::to_string(&guess.map).unwrap();
        assert_eq!(serde_json::from_str::<ColumnMap>(&saved).unwrap(), guess.map, "{saved}");
    }
}

#[test]
fn dates_that_may_be_read_two_ways_are_asked() {
    let table = |days: [&str; 3]| {
        format!("Date,Amount,Description\n{},1.00,a\n{},-2.00,b\n{},3.00,c\n", days[0], days[1], days[2])
    };
    for (days, said, order) in [
        (["03/04/2026", "02/05/2026", "01/06/2026"], None, None),
        (["03/04/2026", "02/05/2026", "01/06/2026"], Some(DateOrder::MonthDayYear), Some(DateOrder::MonthDayYear)),
        (["03/04/2026", "13/05/2026", "01/06/2026"], None, Some(DateOrder::DayMonthYear)),
        (["03/04/2026", "05/13/2026", "01/06/2026"], None, Some(DateOrder::MonthDayYear)),
        // What runs on from row to row decides.
        (["02/03/2026", "05/03/2026", "01/04/2026"], None, Some(DateOrder::DayMonthYear)),
        (["03.04.2026", "02.05.2026", "01.06.2026"], None, Some(DateOrder::DayMonthYear)),
        (["3 Apr 2026", "2 May 2026", "1 Jun 2026"], None, Some(DateOrder::DayMonthYear)),
    ] {
        let options = Options { dates: said, ..options("EUR") };
        let guess = guess(open(table(days).as_bytes()), &options).unwrap();
        match order {
            Some(order) => assert_eq!((guess.map.dates, guess.doubts), (order, vec![]), "{days:?}"),
            None => {
                assert_eq!(guess.doubts, [Doubt::DateOrder], "{days:?}");
                let fault = statements(table(days).as_bytes(), options).err().unwrap();
                assert_eq!(fault.to_string(), "left_open date_order=yes sign=no decimal_mark=no currency=no text=no");
            }
        }
    }
}

#[test]
fn an_amount_that_may_be_thousands_is_asked() {
    use DecimalMark::{Comma, Point};
    let table = |amount: &str| format!("Date;Text;Amount\n2026-11-05;a;{amount}\n2026-11-06;b;-51\n");
    for (amount, mark, minor, doubts) in [
        ("1.301", Comma, 130_100, &[Doubt::DecimalMark][..]),
        ("1,301", Point, 130_100, &[Doubt::DecimalMark]),
        ("1.301,5", Comma, 130_150, &[]),
        ("1,301.50", Point, 130_150, &[]),
        ("1.30", Point, 130, &[]),
        ("1,3", Comma, 130, &[]),
        ("1301", Point, 130_100, &[]),
    ] {
        let guess = guess(open(table(amount).as_bytes()), &options("CNY")).unwrap();
        let first = guess.lines[0].amount.minor();
        assert_eq!((guess.map.decimal_mark, first, &guess.doubts[..]), (mark, minor, doubts), "{amount}");
        assert_eq!(statements(table(amount).as_bytes(), options("CNY")).is_ok(), doubts.is_empty(), "{amount}");
    }
}

#[test]
fn what_was_written_is_found_by_the_name_of_its_column_or_asked() {
    let table = |name: &str| {
        format!("Date,{name},Amount,Balance\n2026-01-02,ACME inv 7,3.00,13.00\n2026-01-03,Strom,-1.00,12.00\n")
    };
    for name in [
        "Text",
        "Narration",
        "Omschrijving",
        "Concepto",
        "Causale",
        "Opis",
        "Beschreibung",
        "Booking text",
        "Information",
        "Payment details",
        "描述",
        "适用说明",
        // What kind of movement it is, where nothing else is said of it.
        "Buchungstext",
    ] {
        let read = statements(table(name).as_bytes(), options("EUR")).unwrap();
        assert_eq!(
            read[0].lines.iter().map(|line| line.text.as_str()).collect::<Vec<_>>(),
            ["ACME inv 7", "Strom"],
            "{name}"
        );
    }
    // Nobody knows every language; a kind of movement is not all that is said then.
    for name in ["Selgitus", "Selgitus,Type", "Payer,Selgitus"] {
        let columns = name.split(',').count();
        let text = table(name)
            .replace("ACME inv 7", &["ACME inv 7"; 2][..columns].join(","))
            .replace("Strom", &["Strom"; 2][..columns].join(","));
        let guess = guess(open(text.as_bytes()), &options("EUR")).unwrap();
        assert_eq!(guess.doubts, [Doubt::Text], "{name}");
        let fault = statements(text.as_bytes(), options("EUR")).err().unwrap();
        assert!(fault.to_string().ends_with("currency=no text=yes"), "{fault}");
    }
    // Marks, numbers and other money are no words.
    for cells in ["*", "EUR", "0012-7 AB", "TXN00012345"] {
        let text = table("Kood").replace("ACME inv 7", cells).replace("Strom", cells);
        assert_eq!(guess(open(text.as_bytes()), &options("EUR")).unwrap().doubts, [], "{cells}");
    }
}

#[test]
fn a_map_says_what_no_header_does() {
    let map: ColumnMap = serde_json::from_str(
        r#"{"delimiter": "|", "booked_on": 1, "amount": {"marked": {"column": 3, "mark": 2}}, "text": [4], "dates": "md",
            "currency": "JPY", "references": [{"kind": "own", "column": 0}]}"#,
    )
    .unwrap();
    assert_eq!(map.amount, Amount::Marked { column: Column::At(3), mark: Column::At(2) });
    let table = "通帳 2026年1月\nA1|01/05|D|1200|家賃\nA2|01/06|C|-80|取消\n";
    let read = statements(table.as_bytes(), Options { columns: Some(map), ..Options::default() }).unwrap();
    assert_eq!(told(&read[0]), "? JPY: 2 -1280 2026-01-05..2026-01-06 ?…? A1 A2");
    assert_eq!(read[0].lines.iter().map(|line| line.is_reversal).collect::<Vec<_>>(), [false, true]);
    assert_eq!(read[0].lines[1].raw, "A2|01/06|C|-80|取消");
}

#[test]
fn what_is_no_movement_is_told_and_what_is_torn_is_a_fault_with_its_place() {
    let table = |rows: &str| {
        format!("Date,Amount,Balance,Description\n2026-01-02,1.00,11.00,a\n{rows}2026-01-03,-2.00,9.00,b\n")
    };
    let warned = |rows: &str| {
        let read = statements(table(rows).as_bytes(), options("EUR")).unwrap();
        assert_eq!(read[0].lines.len(), 2, "{rows}");
        read[0].end.warnings.iter().map(|warning| warning.code).collect::<Vec<_>>()
    };
    assert_eq!(warned(""), Vec::<&str>::new());
    assert_eq!(warned("\nTotal,3.00,,\nDate,Amount,Balance,Description\n"), Vec::<&str>::new());
    assert_eq!(warned("see page two,,,\n"), ["row_skipped"]);
    let broken = table("").replace("9.00", "8.00");
    let read = statements(broken.as_bytes(), options("EUR")).unwrap();
    assert_eq!(read[0].end.warnings.iter().map(|warning| warning.code).collect::<Vec<_>>(), ["balance_breaks"]);
    for (rows, told) in [
        ("2026-13-02,1.00,,\n", "line 3: unread_in what=date text=2026-13-02"),
        ("2026-01-02,one,,\n", "line 3: unread_in what=amount text=one"),
    ] {
        let fault =
            statements(table(rows).as_bytes(), Options { columns: Some(map()), ..options("EUR") }).err().unwrap();
        assert_eq!(fault.to_string(), told);
    }
    let other = "Datum;Betrag\n1.2.2026;3,00\n";
    let fault = statements(other.as_bytes(), Options { columns: Some(map()), ..options("EUR") }).err().unwrap();
    assert_eq!(fault.to_string(), "columns_missing names=Date, Amount");
}

fn map() -> ColumnMap {
    serde_json::from_str(
        r#"{"booked_on": "Date", "amount": {"signed": {"column": "Amount", "is_turned": false}}, "dates": "ymd"}"#,
    )
    .unwrap()
}

#[test]
fn a_total_that_the_rows_do_not_come_to_is_told() {
    for (name, from, to) in [
        ("alipay.csv", "支出：2笔 138.50元", "支出：2笔 138.51元"),
        ("alipay_trades.csv", "2笔，商家实收共150.00元", "2笔，商家实收共151.00元"),
        ("alipay_funds.csv", "支出合计：2笔，共-500.60元", "支出合计：2笔，共-500.61元"),
        ("alipay_funds.csv", "收入合计：1笔", "收入合计：2笔"),
        ("wechat.csv", "收入：2笔", "收入：3笔"),
        ("wechat_trades.csv", "`0.96000", "`0.97000"),
        ("wechat_funds.csv", "`101.20", "`101.30"),
        ("paypal_settlement.csv", "\"SF\",\"USD\",\"10000\",\"9500\"", "\"SF\",\"USD\",\"10000\",\"9501\""),
        ("stripe.csv", "119.00,3.70,", "119.00,3.71,"),
    ] {
        let bytes = file(name);
        let encoding = open(&bytes).encoding;
        let text = encoding.decode(&bytes).0.replace(from, to);
        let read = statements(text.as_bytes(), Options::default()).unwrap();
        let warnings: Vec<&str> = read[0].end.warnings.iter().map(|warning| warning.code).collect();
        assert!(warnings.contains(&"total_differs"), "{name}: {warnings:?}");
        let as_it_is = statements(&bytes, Options::default()).unwrap();
        assert!(as_it_is[0].end.warnings.iter().all(|warning| warning.code != "total_differs"), "{name}");
    }
}

#[test]
fn a_line_says_who_and_what_for() {
    let first = |name: &str| statements(&file(name), Options::default()).unwrap().swap_remove(0).lines;
    let icbc = &first("icbc_2.csv")[0];
    assert_eq!(icbc.counterparty.name.as_deref(), Some("白鹭示例设备有限公司"));
    assert_eq!(icbc.counterparty.account.as_deref(), Some("6222020200556677889"));
    assert_eq!(icbc.text, "货款 合同 A-17");
    let german = &first("sparkasse.csv")[0];
    assert_eq!(german.counterparty.name.as_deref(), Some("Müller Beispiel GmbH"));
    assert_eq!(german.counterparty.bank.as_deref(), Some("INGDDEFF"));
    assert_eq!(german.code.as_deref(), Some("GUTSCHR. UEBERWEISUNG"));
    assert_eq!(german.references[0].kind, ReferenceKind::EndToEnd);
    assert!(german.raw.starts_with("\"DE02120300000000202051\";\"12.01.26\";"), "{}", german.raw);
    let wallet = first("wechat.csv");
    let codes: Vec<&str> = wallet.iter().filter_map(|line| line.code.as_deref()).collect();
    assert_eq!(codes, ["payout", "fee", "转账", "商户消费", "示例面馆-退款"]);
    assert_eq!(wallet[0].amount.to_string() + " " + &wallet[1].amount.to_string(), "CNY -100.00 CNY -0.10");
    let paypal = first("paypal.csv");
    let parties: Vec<&str> = paypal.iter().map(|line| line.counterparty.account.as_deref().unwrap_or("?")).collect();
    assert_eq!(parties, ["tours@example.com", "tours@example.com", "tours@example.com", "tours@example.com", "?"]);
    let stripe = first("stripe.csv");
    let told: Vec<String> =
        stripe.iter().map(|line| format!("{} {}", line.code.as_deref().unwrap(), line.amount.amount())).collect();
    assert_eq!(told, ["charge 119.00", "fee -3.70", "refund -19.00", "payout -96.30"]);
}

#[test]
fn what_is_no_table_is_named() {
    for (bytes, named) in [
        (&b"<html><body><table><tr><td>2026-01-02</td><td>1.00</td></tr></table>"[..], "stranger what=html"),
        (b"%PDF-1.7\n", "stranger what=pdf"),
        (b"PK\x03\x04bill.csv", "stranger what=zip"),
        (b"hello\nworld\n", "unknown"),
    ] {
        let fault = statements(bytes, options("EUR")).err().unwrap();
        assert_eq!(fault.to_string(), named);
    }
}
