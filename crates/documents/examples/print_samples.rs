//! Prints the sample documents into a directory, to be looked at: `cargo run -p documents --example print_samples -- DIR`.
#![allow(clippy::unwrap_used, reason = "a tool for people who change a template; it may stop anywhere")]

use documents::{Bill, Bom, Document, Typesetter, model};
use kernel::{Currency, Locale, Money};

#[path = "../src/samples.rs"]
#[allow(dead_code, reason = "the tests use the rest")]
mod samples;

fn main() {
    let dir = std::path::PathBuf::from(std::env::args().nth(1).unwrap_or_else(|| "target/samples".to_owned()));
    std::fs::create_dir_all(&dir).unwrap();
    let typesetter = Typesetter::new(&[]).unwrap();
    for (name, document) in documents() {
        let write = |ending: &str, bytes: &[u8]| std::fs::write(dir.join(format!("{name}.{ending}")), bytes).unwrap();
        write("pdf", &typesetter.pdf(&document).unwrap());
        write("xlsx", &documents::xlsx(&document).unwrap());
        write("csv", &documents::csv(&document, Bom::With).unwrap());
        write("html", documents::html(&document).unwrap().as_bytes());
    }
}

fn documents() -> Vec<(&'static str, Document)> {
    let (zh, en) = (Locale::ZhCn, Locale::En);
    vec![
        ("small-zh", Document::Bill(samples::small())),
        ("long-zh", Document::Bill(samples::long(zh, 40))),
        ("long-en", Document::Bill(samples::long(en, 17))),
        ("names", Document::Bill(long_names())),
        ("jpy", Document::Bill(foreign("JPY", "12800"))),
        ("kwd", Document::Bill(foreign("KWD", "1234.567"))),
        ("huge", Document::Bill(huge())),
        ("credit", Document::Bill(credit())),
        ("receipt-zh", Document::Receipt(samples::receipt(zh))),
        ("statement-en", Document::Statement(samples::statement(en, 31))),
        ("statement-zh", Document::Statement(samples::statement(zh, 6))),
    ]
}

fn foreign(code: &str, price: &str) -> Bill {
    let currency = Currency::parse(code).unwrap();
    let mut bill = samples::bill(
        Locale::En,
        currency,
        &[("Sensor A-100 传感器", "300", price, "0"), ("Air freight", "1", "750", "0")],
    );
    bill.taxes[0].name = "Export, exempt".into();
    bill
}

fn huge() -> Bill {
    let mut bill =
        samples::bill(Locale::ZhCn, Currency::CNY, &[("整厂设备 Turn-key plant", "999999", "98765432.1234567", "13")]);
    bill.balance = Some(bill.total.minus(Money::new(1, Currency::CNY)).unwrap());
    bill.paid = Some(Money::new(1, Currency::CNY));
    bill
}

fn credit() -> Bill {
    let mut bill = samples::small();
    bill.kind = model::BillKind::CreditNote { of: Some("INV-2026-00408".into()) };
    bill.number = "CN-2026-0031".into();
    bill.due = None;
    bill
}

fn long_names() -> Bill {
    let mut bill = samples::long(Locale::ZhCn, 4);
    bill.seller.logo = None;
    bill.seller.party.name = "内蒙古自治区呼和浩特市远航国际精密传感技术与智能装备制造(集团)股份有限公司".into();
    bill.buyer.name =
        "Gesellschaft für internationale Mess-, Steuer- und Regelungstechnik Nordlicht Handels GmbH & Co. KG".into();
    bill.buyer_reference = Some("PO-4500012345678901234567890-REV-B".into());
    bill.official_invoice = Some(model::OfficialInvoice::Issued { number: "26312000000123456789".into() });
    bill.lines[1].description = "带有非常长的名称的高精度多通道工业级温度湿度压力一体化传感器模块(含校准证书、安装支架、十米屏蔽电缆与三年质保)with IO-Link".into();
    bill.pay_url = Some(format!("https://pay.yuanhang.example/p/{}", "7Qm4dX2vKc9sT1bW".repeat(4)));
    bill
}
