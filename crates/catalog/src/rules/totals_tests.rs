//! Cases and properties of document totals.

use super::*;
use proptest::prelude::*;

/// `3 x 199.90 VAT13 13`, then optionally `incl`, `-10%` or `-5.00`.
fn line(currency: Currency, text: &str) -> Line {
    let words: Vec<&str> = text.split_whitespace().collect();
    let mut line = Line {
        kind: LineKind::Item,
        quantity: Quantity::parse(words[0]).unwrap(),
        unit_price: UnitPrice::parse(words[2], currency).unwrap(),
        discount: Discount::None,
        tax: TaxTreatment { code: words[3].into(), rate: Percent::parse(words[4]).unwrap(), inclusive: false },
    };
    for word in &words[5..] {
        match word.strip_prefix('-').map(|d| (d, d.strip_suffix('%'))) {
            None if *word == "incl" => line.tax.inclusive = true,
            Some((_, Some(percent))) => line.discount = Discount::Percent(Percent::parse(percent).unwrap()),
            Some((amount, None)) => line.discount = Discount::Amount(Money::parse(amount, currency).unwrap()),
            None => panic!("{word}"),
        }
    }
    line
}

fn lines(currency: Currency, text: &str) -> Vec<Line> {
    text.split(';').map(|l| line(currency, l.trim())).collect()
}

fn shown(totals: &Totals) -> String {
    let groups: Vec<String> =
        totals.taxes.iter().map(|t| format!("{} {}+{}", t.code, t.base.amount(), t.tax.amount())).collect();
    format!("{} + {} = {}; {}", totals.net.amount(), totals.tax.amount(), totals.total.amount(), groups.join(", "))
}

#[test]
fn documents_add_up() {
    use TaxRounding::{PerDocument, PerLine};
    for (code, text, rounding, expected) in [
        (
            "CNY",
            "3 x 199.90 VAT13 13; 1 x 50.00 VAT9 9",
            PerLine,
            "649.70 + 82.46 = 732.16; VAT13 599.70+77.96, VAT9 50.00+4.50",
        ),
        (
            "CNY",
            "3 x 199.90 VAT13 13; 1 x 50.00 VAT9 9",
            PerDocument,
            "649.70 + 82.46 = 732.16; VAT13 599.70+77.96, VAT9 50.00+4.50",
        ),
        // 0.13 on 1.04 is 0.1352: three lines of 0.14 against 0.41 at once.
        ("CNY", "1 x 1.04 A 13; 1 x 1.04 A 13; 1 x 1.04 A 13", PerLine, "3.12 + 0.42 = 3.54; A 3.12+0.42"),
        ("CNY", "1 x 1.04 A 13; 1 x 1.04 A 13; 1 x 1.04 A 13", PerDocument, "3.12 + 0.41 = 3.53; A 3.12+0.41"),
        ("CNY", "1 x 113 A 13 incl", PerLine, "100.00 + 13.00 = 113.00; A 100.00+13.00"),
        ("CNY", "1 x 100 A 13 incl", PerDocument, "88.50 + 11.50 = 100.00; A 88.50+11.50"),
        ("CNY", "1 x 100 A 13 incl; 1 x 100 A 13", PerDocument, "188.50 + 24.50 = 213.00; A 188.50+24.50"),
        (
            "CNY",
            "1 x 100 A 13; 1 x 100 B 13; 2 x 10 A 13",
            PerLine,
            "220.00 + 28.60 = 248.60; A 120.00+15.60, B 100.00+13.00",
        ),
        ("CNY", "1 x 100 A 13; 1 x 100 A 9", PerLine, "200.00 + 22.00 = 222.00; A 100.00+13.00, A 100.00+9.00"),
        ("CNY", "2 x 50 A 13 -10%", PerLine, "90.00 + 11.70 = 101.70; A 90.00+11.70"),
        ("CNY", "2 x 50 A 13 -100%", PerLine, "0.00 + 0.00 = 0.00; A 0.00+0.00"),
        ("CNY", "2 x 50 A 13 -100.00", PerLine, "0.00 + 0.00 = 0.00; A 0.00+0.00"),
        ("CNY", "1 x 113 A 13 incl -56.50", PerLine, "50.00 + 6.50 = 56.50; A 50.00+6.50"),
        ("CNY", "1 x 100 A 13; 1 x -30 A 13", PerLine, "70.00 + 9.10 = 79.10; A 70.00+9.10"),
        ("CNY", "1 x 0.50 A 1; 1 x -0.50 A 1", PerDocument, "0.00 + 0.00 = 0.00; A 0.00+0.00"),
        ("CNY", "0 x 100 A 13", PerLine, "0.00 + 0.00 = 0.00; A 0.00+0.00"),
        ("JPY", "3 x 333 JP10 10", PerLine, "999 + 100 = 1099; JP10 999+100"),
        ("KWD", "1 x 1.234 A 5", PerLine, "1.234 + 0.062 = 1.296; A 1.234+0.062"),
        ("EUR", "1 x 100 S 19; 1 x 100 Z 0", PerDocument, "200.00 + 19.00 = 219.00; S 100.00+19.00, Z 100.00+0.00"),
    ] {
        let currency = Currency::parse(code).unwrap();
        let totals = totals(currency, &lines(currency, text), rounding).unwrap();
        assert_eq!(shown(&totals), expected, "{text} {rounding:?}");
    }
}

#[test]
fn a_groups_tax_is_shared_out_by_largest_remainder() {
    // Exact taxes 0.1352, 0.1352, 0.1352: 0.41 in all, the cent over goes to the first two.
    let document = lines(Currency::CNY, "1 x 1.04 A 13; 1 x 1.04 A 13; 1 x 1.04 A 13");
    let totals = totals(Currency::CNY, &document, TaxRounding::PerDocument).unwrap();
    assert_eq!(totals.lines.iter().map(|l| l.tax.minor()).collect::<Vec<_>>(), [14, 14, 13]);
}

#[test]
fn discounts_are_told() {
    for (text, minor) in [("3 x 33.33 A 13 -10%", 1000), ("3 x 33.33 A 13 -5.00", 500), ("3 x 33.33 A 13", 0)] {
        let totals = totals(Currency::CNY, &lines(Currency::CNY, text), TaxRounding::PerLine).unwrap();
        assert_eq!(totals.lines[0].discount.minor(), minor, "{text}");
    }
}

#[test]
fn what_cannot_be_added_up_is_refused() {
    let cny = Currency::CNY;
    let mut foreign_discount = line(cny, "1 x 10 A 13");
    foreign_discount.discount = Discount::Amount(Money::new(1, Currency::EUR));
    let mut negative_percent = line(cny, "1 x 10 A 13");
    negative_percent.discount = Discount::Percent(Percent::parse("-1").unwrap());
    let mut negative_amount = line(cny, "1 x 10 A 13");
    negative_amount.discount = Discount::Amount(Money::new(-1, cny));
    let good = line(cny, "1 x 10 A 13");
    for (document, error) in [
        (vec![good.clone(); 1001], TotalsError::TooManyLines),
        (
            vec![good.clone(), line(Currency::EUR, "1 x 10 A 13")],
            TotalsError::CurrencyMismatch { line: 1, found: Currency::EUR },
        ),
        (vec![foreign_discount], TotalsError::CurrencyMismatch { line: 0, found: Currency::EUR }),
        (vec![line(cny, "1 x 10 A 13 -10.01")], TotalsError::DiscountTooLarge { line: 0 }),
        (vec![line(cny, "1 x 10 A 13 -100.1%")], TotalsError::DiscountTooLarge { line: 0 }),
        (vec![line(cny, "1 x -10 A 13 -1.00")], TotalsError::DiscountTooLarge { line: 0 }),
        (vec![good.clone(), negative_percent], TotalsError::DiscountNegative { line: 1 }),
        (vec![negative_amount], TotalsError::DiscountNegative { line: 0 }),
        (vec![line(cny, "1 x 10 A -100 incl")], TotalsError::RateNegative { line: 0 }),
        (vec![line(cny, "999999999999 x 999999999999 A 13")], TotalsError::Overflow),
        (vec![line(cny, "100 x 600000000000 A 0"); 2], TotalsError::Overflow),
    ] {
        assert_eq!(totals(cny, &document, TaxRounding::PerLine), Err(error));
    }
    assert!(totals(cny, &vec![good; 1000], TaxRounding::PerLine).is_ok());
}

fn any_line() -> impl Strategy<Value = Line> {
    let rate = prop::sample::select(vec!["0", "1", "5.5", "6", "7", "8.875", "9", "13", "20", "25.5", "999.999999"]);
    let discount = prop_oneof![
        3 => Just(Discount::None),
        1 => (0_i64..=100_000_000).prop_map(|millionths| {
            Discount::Percent(Percent::new(kernel::Decimal::new(millionths, 6)).unwrap())
        }),
    ];
    let price = -1_000_000_000_i64..1_000_000_000;
    (0_i64..10_000_000, price, rate, any::<bool>(), discount, "[AB]").prop_map(
        |(quantity, price, rate, inclusive, discount, code)| Line {
            kind: LineKind::Item,
            quantity: Quantity::new(kernel::Decimal::new(quantity, 3)).unwrap(),
            unit_price: UnitPrice::new(kernel::Decimal::new(price, 4), Currency::CNY).unwrap(),
            discount,
            tax: TaxTreatment { code, rate: Percent::parse(rate).unwrap(), inclusive },
        },
    )
}

proptest! {
    #[test]
    fn everything_adds_up(document in prop::collection::vec(any_line(), 0..30), per_line: bool) {
        let rounding = if per_line { TaxRounding::PerLine } else { TaxRounding::PerDocument };
        let t = totals(Currency::CNY, &document, rounding).unwrap();
        let sum = |amounts: Vec<Money>| Money::sum(Currency::CNY, amounts).unwrap();
        prop_assert_eq!(t.net.plus(t.tax).unwrap(), t.total);
        prop_assert_eq!(sum(t.lines.iter().map(|l| l.net).collect()), t.net);
        prop_assert_eq!(sum(t.lines.iter().map(|l| l.tax).collect()), t.tax);
        prop_assert_eq!(sum(t.lines.iter().map(|l| l.gross).collect()), t.total);
        prop_assert_eq!(sum(t.taxes.iter().map(|g| g.base).collect()), t.net);
        prop_assert_eq!(sum(t.taxes.iter().map(|g| g.tax).collect()), t.tax);
        for (input, line) in document.iter().zip(&t.lines) {
            prop_assert_eq!(line.net.plus(line.tax).unwrap(), line.gross);
            let charged = input.unit_price.times(input.quantity).unwrap().minus(line.discount).unwrap();
            prop_assert_eq!(if input.tax.inclusive { line.gross } else { line.net }, charged);
        }
    }

    #[test]
    fn a_line_share_is_less_than_one_unit_off(document in prop::collection::vec(any_line(), 1..30)) {
        let t = totals(Currency::CNY, &document, TaxRounding::PerDocument).unwrap();
        for (input, line) in document.iter().zip(&t.lines) {
            let rate = input.tax.rate.value();
            let hundred = kernel::Decimal::ONE_HUNDRED;
            let exact = if input.tax.inclusive {
                line.gross.to_decimal() * rate / (hundred + rate)
            } else {
                line.net.to_decimal() * rate / hundred
            };
            prop_assert!((exact - line.tax.to_decimal()).abs() < kernel::Decimal::new(1, 2));
        }
    }

    #[test]
    fn exclusive_groups_are_base_times_rate(mut document in prop::collection::vec(any_line(), 1..30)) {
        document.iter_mut().for_each(|l| l.tax.inclusive = false);
        for group in totals(Currency::CNY, &document, TaxRounding::PerDocument).unwrap().taxes {
            prop_assert_eq!(group.tax, group.rate.of(group.base).unwrap());
        }
    }

    #[test]
    fn the_order_of_lines_changes_no_total(document in prop::collection::vec(any_line(), 0..20), per_line: bool) {
        let rounding = if per_line { TaxRounding::PerLine } else { TaxRounding::PerDocument };
        let forward = totals(Currency::CNY, &document, rounding).unwrap();
        prop_assert_eq!(&forward, &totals(Currency::CNY, &document, rounding).unwrap());
        let reversed: Vec<Line> = document.into_iter().rev().collect();
        let backward = totals(Currency::CNY, &reversed, rounding).unwrap();
        prop_assert_eq!((forward.net, forward.tax, forward.total), (backward.net, backward.tax, backward.total));
    }
}
