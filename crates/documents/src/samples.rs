//! Documents to look at and to test with; amounts are invented but add up.
//!
//! Part of the tests, and by path of the examples.

use crate::model::{
    Ageing, Allocation, Bill, BillKind, Colour, Fee, Instalment, Line, Logo, LogoFormat, OfficialInvoice, Party,
    Receipt, Seller, Statement, StatementRow, TaxRate, TaxTotal,
};
use kernel::{Currency, Date, Locale, Money, Percent, Quantity, UnitPrice};

/// A company and its customer, in the language of the document.
pub fn seller(locale: Locale) -> Seller {
    let lines = |list: &[&str]| list.iter().map(|l| (*l).to_owned()).collect();
    match locale {
        Locale::ZhCn => Seller {
            party: Party {
                name: "远航科技有限公司".into(),
                address: lines(&["上海市浦东新区张江路 88 号 3 幢 501 室"]),
                tax_number: Some("91310115MA1K4T2X3Q".into()),
                contact: lines(&["021-5555 0188 · finance@yuanhang.example"]),
            },
            bank: lines(&["户名：远航科技有限公司", "开户行：中国银行上海张江支行", "账号：4378 8888 0001 2345"]),
            logo: None,
            colour: None,
        },
        Locale::En => Seller {
            party: Party {
                name: "Farsail Technology Ltd".into(),
                address: lines(&["5 Harbour Walk", "Bristol BS1 5LL, United Kingdom"]),
                tax_number: Some("GB 123 4567 89".into()),
                contact: lines(&["finance@farsail.example"]),
            },
            bank: lines(&["Farsail Technology Ltd", "IBAN GB33 BUKB 2020 1555 5555 55", "BIC BUKBGB22"]),
            logo: None,
            colour: None,
        },
    }
}

pub fn buyer(locale: Locale) -> Party {
    let (name, address, number) = match locale {
        Locale::ZhCn => ("北京晨光精密仪器制造有限责任公司", "北京市海淀区中关村大街 1 号", "911101087000000000"),
        Locale::En => ("Nordlicht Handels GmbH", "Speicherstadt 4, 20457 Hamburg", "DE 811 569 869"),
    };
    Party { name: name.into(), address: vec![address.into()], tax_number: Some(number.into()), contact: Vec::new() }
}

/// A bill whose lines have this price, quantity and tax, and whose totals are their sums.
pub fn bill(locale: Locale, currency: Currency, items: &[(&str, &str, &str, &str)]) -> Bill {
    let mut lines = Vec::new();
    for (description, quantity, price, percent) in items {
        let unit_price = UnitPrice::parse(price, currency).unwrap();
        let quantity = Quantity::parse(quantity).unwrap();
        let rate = Percent::parse(percent).unwrap();
        let net = unit_price.times(quantity).unwrap();
        let tax_amount = rate.of(net).unwrap();
        lines.push(Line {
            description: (*description).to_owned(),
            detail: None,
            quantity,
            unit: if locale == Locale::ZhCn { "件".into() } else { "pcs".into() },
            unit_price,
            discount: None,
            tax: Some(TaxRate { code: format!("VAT{percent}"), rate }),
            net,
            tax_amount,
            gross: net.plus(tax_amount).unwrap(),
        });
    }
    let mut bill = Bill {
        kind: BillKind::Invoice,
        void: false,
        number: "INV-2026-00408".into(),
        issued: Date::constant(2026, 11, 3),
        deliver_on: None,
        due: Some(Date::constant(2026, 12, 3)),
        currency,
        locale,
        seller: seller(locale),
        buyer: buyer(locale),
        buyer_reference: None,
        order_number: Some("SO-2026-0193".into()),
        lines,
        fees: Vec::new(),
        taxes: Vec::new(),
        net: Money::zero(currency),
        tax: Money::zero(currency),
        total: Money::zero(currency),
        paid: None,
        balance: None,
        instalments: Vec::new(),
        payment_reference: Some("INV-2026-00408".into()),
        pay_url: Some("https://pay.yuanhang.example/p/7Qm4dX2vKc9sT1bW".into()),
        official_invoice: (locale == Locale::ZhCn).then_some(OfficialInvoice::Pending),
        notes: Vec::new(),
    };
    add_up(&mut bill);
    bill
}

/// Totals by rate, then of all.
fn add_up(bill: &mut Bill) {
    let name = if bill.locale == Locale::ZhCn { "增值税" } else { "VAT" };
    let lines = bill.lines.iter().map(|l| (l.tax.clone(), l.net, l.tax_amount));
    let fees = bill.fees.iter().map(|f| (f.tax.clone(), f.net, f.tax_amount));
    let mut taxes: Vec<TaxTotal> = Vec::new();
    for (rate, net, tax) in lines.chain(fees) {
        let rate = rate.unwrap();
        match taxes.iter_mut().find(|t| t.rate == rate) {
            Some(total) => {
                total.base = total.base.plus(net).unwrap();
                total.tax = total.tax.plus(tax).unwrap();
            }
            None => taxes.push(TaxTotal { rate, name: name.into(), base: net, tax }),
        }
    }
    bill.net = Money::sum(bill.currency, taxes.iter().map(|t| t.base)).unwrap();
    bill.tax = Money::sum(bill.currency, taxes.iter().map(|t| t.tax)).unwrap();
    bill.total = bill.net.plus(bill.tax).unwrap();
    bill.taxes = taxes;
}

/// The bill of the mock-up: three sensors and freight.
pub fn small() -> Bill {
    let mut bill = bill(Locale::ZhCn, Currency::CNY, &[("传感器 Sensor A-100", "3", "199.90", "13")]);
    let net = Money::new(5_000, Currency::CNY);
    let rate = Percent::parse("9").unwrap();
    let tax_amount = rate.of(net).unwrap();
    bill.fees.push(Fee {
        description: "运费".into(),
        tax: Some(TaxRate { code: "VAT9".into(), rate }),
        net,
        tax_amount,
        gross: net.plus(tax_amount).unwrap(),
    });
    add_up(&mut bill);
    bill
}

/// Many lines, a discount, instalments, a logo, a part paid.
pub fn long(locale: Locale, count: u32) -> Bill {
    let mut bill = bill(locale, Currency::CNY, &[("", "1", "0", "13")]);
    let template = bill.lines.remove(0);
    for index in 1..=count {
        let mut line = template.clone();
        line.description = match locale {
            Locale::ZhCn => format!("工业传感器 Sensor A-{index:03}"),
            Locale::En => format!("Industrial sensor A-{index:03}"),
        };
        if index % 7 == 0 {
            line.detail = Some(match locale {
                Locale::ZhCn => "批次 2026-10,含校准证书与安装支架,交付地点:北京市海淀区仓库".into(),
                Locale::En => "Lot 2026-10, with certificate of calibration and mounting bracket".into(),
            });
        }
        line.quantity = Quantity::parse(&(index * 3).to_string()).unwrap();
        line.unit_price = UnitPrice::parse(&format!("{}.{:02}", 19 + index * 7, index % 100), bill.currency).unwrap();
        let net = line.unit_price.times(line.quantity).unwrap();
        if index % 5 == 0 {
            let off = Percent::parse("5").unwrap().of(net).unwrap();
            line.discount = Some(off);
            line.net = net.minus(off).unwrap();
        } else {
            line.net = net;
        }
        line.tax_amount = Percent::parse("13").unwrap().of(line.net).unwrap();
        line.gross = line.net.plus(line.tax_amount).unwrap();
        bill.lines.push(line);
    }
    add_up(&mut bill);
    let thirds = bill.total.allocate(&[1, 1, 1]).unwrap();
    bill.paid = Some(thirds[0]);
    bill.balance = Some(bill.total.minus(thirds[0]).unwrap());
    bill.instalments = (0..)
        .zip(&thirds)
        .map(|(index, amount)| Instalment { due: Date::constant(2026, 10 + index, 28), amount: *amount })
        .collect();
    bill.seller.colour = Some(Colour(0x1d, 0x4e, 0x89));
    bill.seller.logo = Some(Logo { format: LogoFormat::Svg, bytes: LOGO.to_vec() });
    bill.notes = vec![match locale {
        Locale::ZhCn => "货物所有权自付清全部款项之日起转移。如对本账单有疑问,请在 7 日内联系我们。".into(),
        Locale::En => "Title passes on payment in full. Please tell us within 7 days if anything is wrong.".into(),
    }];
    bill
}

pub const LOGO: &[u8] = br##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 40"><path d="M4 34 20 6l16 28z" fill="#1d4e89"/><path d="M26 34 38 14l12 20z" fill="#7aa6d6"/><rect x="58" y="12" width="56" height="5" fill="#1d4e89"/><rect x="58" y="23" width="38" height="5" fill="#7aa6d6"/></svg>"##;

pub fn receipt(locale: Locale) -> Receipt {
    let money = |minor| Money::new(minor, Currency::CNY);
    let allocation = |number: &str, total, amount| Allocation {
        invoice: number.to_owned(),
        issued: Some(Date::constant(2026, 10, 29)),
        invoice_total: Some(money(total)),
        amount: money(amount),
    };
    Receipt {
        number: "RC-2026-0077".into(),
        received: Date::constant(2026, 11, 12),
        currency: Currency::CNY,
        locale,
        seller: seller(locale),
        payer: buyer(locale),
        method: if locale == Locale::ZhCn { "银行转账".into() } else { "bank transfer".into() },
        reference: Some("20261112-9931".into()),
        amount: money(1_000_000),
        allocations: vec![allocation("INV-2026-00401", 618_532, 618_532), allocation("INV-2026-00408", 73_216, 73_216)],
        unapplied: money(1_000_000 - 618_532 - 73_216),
        notes: Vec::new(),
    }
}

pub fn statement(locale: Locale, count: u32) -> Statement {
    let money = |minor| Money::new(minor, Currency::CNY);
    let zh = locale == Locale::ZhCn;
    let mut balance = money(1_250_000);
    let opening = balance;
    let mut rows = Vec::new();
    for index in 0..count {
        let amount = money(i64::from(index + 1) * 12_345);
        let paid = index % 3 == 2;
        balance = if paid { balance.minus(amount).unwrap() } else { balance.plus(amount).unwrap() };
        rows.push(StatementRow {
            date: Date::constant(2026, 10, i8::try_from(1 + index % 31).unwrap()),
            description: match (zh, paid) {
                (true, true) => "收款 银行转账".into(),
                (true, false) => "账单".into(),
                (false, true) => "Payment by bank transfer".into(),
                (false, false) => "Invoice".into(),
            },
            reference: Some(if paid { format!("RC-2026-{index:04}") } else { format!("INV-2026-{index:05}") }),
            debit: (!paid).then_some(amount),
            credit: paid.then_some(amount),
            balance,
        });
    }
    let parts = balance.allocate(&[5, 3, 1, 0, 1]).unwrap();
    Statement {
        number: "SA-2026-10-0012".into(),
        from: Date::constant(2026, 10, 1),
        to: Date::constant(2026, 10, 31),
        currency: Currency::CNY,
        locale,
        seller: seller(locale),
        customer: buyer(locale),
        opening,
        rows,
        closing: balance,
        ageing: Some(Ageing {
            not_due: parts[0],
            days_1_30: parts[1],
            days_31_60: parts[2],
            days_61_90: parts[3],
            days_over_90: parts[4],
        }),
        pay_url: Some("https://pay.yuanhang.example/a/Zx81mmQ0".into()),
        notes: Vec::new(),
    }
}
