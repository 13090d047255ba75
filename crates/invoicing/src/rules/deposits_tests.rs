//! Cases and properties of deposits.

use super::*;
use crate::rules::credit::{Creditable, all_of, credit};
use catalog::TaxRounding;
use catalog::rules::totals::{Discount, Line, LineKind, TaxTreatment, Totals, totals};
use kernel::{Currency, Percent, Quantity, UnitPrice};
use proptest::prelude::*;

fn cny(minor: i64) -> Money {
    Money::new(minor, Currency::CNY)
}

fn deposit(number: u8) -> InvoiceId {
    InvoiceId::from_bytes([number; 16])
}

/// `1 A 13 100+13` of deposit 1.
fn share(text: &str) -> Share {
    let words: Vec<&str> = text.split_whitespace().collect();
    let (net, tax) = words[3].split_once('+').unwrap();
    Share {
        deposit: deposit(words[0].parse().unwrap()),
        code: words[1].trim_matches('-').to_owned(),
        rate: words[2].parse().unwrap(),
        net: cny(net.parse().unwrap()),
        tax: cny(tax.parse().unwrap()),
    }
}

fn shares(text: &str) -> Vec<Share> {
    text.split(';').filter(|part| !part.trim().is_empty()).map(share).collect()
}

/// `A 100+13`.
fn charged(text: &str) -> Vec<Charged> {
    let one = |part: &str| {
        let (code, amounts) = part.trim().split_once(' ').unwrap();
        let (net, tax) = amounts.split_once('+').unwrap();
        let code = code.trim_matches('-').to_owned();
        Charged { code, net: cny(net.parse().unwrap()), tax: cny(tax.parse().unwrap()) }
    };
    text.split(';').map(one).collect()
}

#[test]
fn what_fits_is_deducted_and_the_rest_waits() {
    for (sale, left, deducted) in [
        ("A 1000+130", "1 A 13 300+39", "1 A 13 300+39"),
        ("A 1000+130", "1 A 13 1000+130", "1 A 13 1000+130"),
        ("A 400+52", "1 A 13 1000+130", "1 A 13 400+52"),
        // Two deposits, and what is left of the second.
        ("A 1000+130", "1 A 13 600+78; 2 A 13 600+78", "1 A 13 600+78; 2 A 13 400+52"),
        // By code: nothing of another, and the one that is there alone.
        ("A 1000+130", "1 B 9 300+27", ""),
        ("A 100+13; B 200+18", "1 A 13 300+39; 1 B 9 50+5", "1 A 13 100+13; 1 B 9 50+5"),
        ("-- 500+0", "1 -- 0 200+0", "1 -- 0 200+0"),
        // The rate changed in between: the deposit keeps its own, and nothing comes below zero.
        ("A 1000+120", "1 A 13 300+39", "1 A 13 300+39"),
        ("A 300+36", "1 A 13 300+39", "1 A 13 300+36"),
        // Rounded by line there and at once here: a cent of tax more than the rest can take stays.
        ("A 312+41", "1 A 13 312+42", "1 A 13 312+41"),
        ("A 313+41", "1 A 13 312+42", "1 A 13 312+42"),
        // A rebate under another code: no more than the whole comes to.
        ("A 100+0; B -50+0", "1 A 0 80+0", "1 A 0 50+0"),
        ("A 100+10; B -50+0", "1 A 10 100+10", "1 A 10 55+5"),
        ("A -5+0; B 50+0", "1 A 0 80+0; 1 B 0 10+0", "1 B 0 10+0"),
        ("A 0+0", "1 A 13 300+39", ""),
        ("A 100+13", "1 A 13 0+1", ""),
        ("A 100+13", "", ""),
    ] {
        assert_eq!(deduct(&charged(sale), &shares(left)), Ok(shares(deducted)), "{sale} less {left}");
    }
}

#[test]
fn a_draft_that_would_deduct_more_than_is_left_is_found() {
    for (wanted, left, short) in [
        ("1 A 13 300+39", "1 A 13 300+39", None),
        ("1 A 13 300+39", "1 A 13 1000+130; 1 B 9 1+0", None),
        ("1 A 13 300+39", "1 A 13 299+39", Some(1)),
        ("1 A 13 300+39", "1 A 13 300+38", Some(1)),
        ("1 A 13 300+39", "1 A 12 300+39", Some(1)),
        ("1 A 13 10+1; 2 A 13 300+39", "1 A 13 10+1", Some(2)),
        ("1 A 13 300+39", "", Some(1)),
        ("", "", None),
    ] {
        assert_eq!(missing(&shares(wanted), &shares(left)), short.map(deposit), "{wanted} of {left}");
    }
}

#[test]
fn a_deposit_is_given_up_as_a_whole_or_not_at_all() {
    use GivingUp::*;
    for (deducted, left, expected) in [(0, 1130, Waiting), (0, 0, Waiting), (1130, 0, Delivered), (1, 1129, InPart)] {
        assert_eq!(giving_up(cny(deducted), cny(left)), expected, "{deducted} {left}");
    }
}

fn creditable([net, tax, credited_net, credited_tax]: [i64; 4]) -> Creditable {
    Creditable {
        net: cny(net),
        tax: cny(tax),
        credited_net: cny(credited_net),
        credited_tax: cny(credited_tax),
        is_deduction: false,
    }
}

fn aside(lines: &[Creditable], net: i64, tax: i64) -> Vec<Creditable> {
    let mut lines = lines.to_vec();
    set_aside(&mut lines.iter_mut().collect::<Vec<_>>(), cny(net), cny(tax)).unwrap();
    lines
}

#[test]
fn what_was_deducted_is_not_credited() {
    let lines = [creditable([50, 6, 0, 0]), creditable([50, 7, 10, 1])];
    for (net, tax, expected) in [
        (0, 0, [[0, 0], [10, 1]]),
        (50, 6, [[50, 6], [10, 1]]),
        (60, 8, [[50, 6], [20, 3]]),
        (90, 12, [[50, 6], [50, 7]]),
        // The tax of the whole group was rounded otherwise.
        (50, 7, [[50, 6], [10, 2]]),
        (50, 5, [[50, 6], [10, 0]]),
        (20, 2, [[20, 2], [10, 1]]),
        (20, 3, [[20, 3], [10, 1]]),
    ] {
        let found = aside(&lines, net, tax);
        let found: Vec<[i64; 2]> = found.iter().map(|l| [l.credited_net.minor(), l.credited_tax.minor()]).collect();
        assert_eq!(found, expected, "{net}+{tax}");
    }
}

const CODES: [(&str, &str); 3] = [("A", "13"), ("B", "9"), ("C", "6.5")];

/// A price in minor units, a quantity and one of [`CODES`].
fn lines() -> impl Strategy<Value = Vec<(i64, u8, usize)>> {
    prop::collection::vec((1_i64..200_000, 1_u8..5, 0_usize..3), 1..6)
}

fn come_to(lines: &[(i64, u8, usize)], rounding: TaxRounding, inclusive: bool) -> Totals {
    let line = |(price, quantity, code): &(i64, u8, usize)| Line {
        kind: LineKind::Item,
        quantity: Quantity::parse(&quantity.to_string()).unwrap(),
        unit_price: UnitPrice::new(cny(*price).to_decimal(), Currency::CNY).unwrap(),
        discount: Discount::None,
        tax: TaxTreatment { code: CODES[*code].0.into(), rate: Percent::parse(CODES[*code].1).unwrap(), inclusive },
    };
    totals(Currency::CNY, &lines.iter().map(line).collect::<Vec<_>>(), rounding).unwrap()
}

fn of(totals: &Totals, number: u8) -> Vec<Share> {
    let one = |tax: &catalog::TaxGroup| Share {
        deposit: deposit(number),
        code: tax.code.clone(),
        rate: tax.rate.value(),
        net: tax.base,
        tax: tax.tax,
    };
    totals.taxes.iter().map(one).collect()
}

fn charged_of(totals: &Totals) -> Vec<Charged> {
    totals.taxes.iter().map(|tax| Charged { code: tax.code.clone(), net: tax.base, tax: tax.tax }).collect()
}

/// Takes shares off, or puts them back with `sign` −1.
fn take(left: &mut [Share], taken: &[Share], sign: i64) {
    for part in taken {
        let of = left.iter_mut().find(|of| (of.deposit, &of.code) == (part.deposit, &part.code)).unwrap();
        of.net = cny(of.net.minor() - sign * part.net.minor());
        of.tax = cny(of.tax.minor() - sign * part.tax.minor());
    }
}

fn sums(shares: &[Share], code: &str) -> (i64, i64) {
    let of = shares.iter().filter(|share| share.code == code);
    of.fold((0, 0), |(net, tax), share| (net + share.net.minor(), tax + share.tax.minor()))
}

proptest! {
    /// Deposits and finals in any order come to what the sales alone come to, and what is left: by code, net and tax.
    #[test]
    fn deposits_and_finals_come_to_the_sale_to_the_cent(
        deposits in prop::collection::vec(lines(), 1..3), finals in prop::collection::vec(lines(), 1..5),
        by_line: bool, inclusive: bool, given_back in prop::collection::vec(any::<bool>(), 5),
    ) {
        let rounding = if by_line { TaxRounding::PerLine } else { TaxRounding::PerDocument };
        let deposits: Vec<Totals> = deposits.iter().map(|lines| come_to(lines, rounding, inclusive)).collect();
        let asked: Vec<Share> = (1..).zip(&deposits).flat_map(|(number, totals)| of(totals, number)).collect();
        let mut left = asked.clone();
        let mut billed: Vec<Share> = asked.clone();
        let mut sold: Vec<Share> = Vec::new();
        for (lines, back) in finals.iter().zip(given_back) {
            let sale = come_to(lines, rounding, inclusive);
            let taken = deduct(&charged_of(&sale), &left).unwrap();
            prop_assert_eq!(missing(&taken, &left), None);
            let off: i64 = taken.iter().map(|share| share.net.minor() + share.tax.minor()).sum();
            prop_assert!(off <= sale.total.minor(), "{} of {}", off, sale.total.minor());
            take(&mut left, &taken, 1);
            if back {
                // Void, or credited as a whole: as if it had not been.
                take(&mut left, &taken, -1);
                continue;
            }
            sold.extend(of(&sale, 9));
            billed.extend(of(&sale, 9));
            billed.extend(taken.into_iter().map(|s| Share { net: cny(-s.net.minor()), tax: cny(-s.tax.minor()), ..s }));
        }
        for (code, _) in CODES {
            let ((net, tax), (net_sold, tax_sold), (net_left, tax_left)) =
                (sums(&billed, code), sums(&sold, code), sums(&left, code));
            prop_assert_eq!((net, tax), (net_sold + net_left, tax_sold + tax_left));
        }
        prop_assert!(left.iter().all(|share| share.net.minor() >= 0 && share.tax.minor() >= 0), "{:?}", left);
    }

    /// One final over at least the deposit takes all of its net, so that no advance stays.
    #[test]
    fn nothing_of_a_deposit_stays_behind_in_a_final_that_holds_it(first in lines(), more in lines(), by_line: bool) {
        let rounding = if by_line { TaxRounding::PerLine } else { TaxRounding::PerDocument };
        let all: Vec<_> = first.iter().chain(&more).copied().collect();
        let (asked, sale) = (of(&come_to(&first, rounding, false), 1), come_to(&all, rounding, false));
        let taken = deduct(&charged_of(&sale), &asked).unwrap();
        for (code, _) in CODES {
            prop_assert_eq!(sums(&taken, code).0, sums(&asked, code).0);
            prop_assert!((0..=1).contains(&(sums(&asked, code).1 - sums(&taken, code).1)));
        }
    }

    /// What is deducted and what is credited after it come to what was charged.
    #[test]
    fn what_is_not_deducted_can_be_credited_to_the_cent(
        amounts in prop::collection::vec((1_i64..50_000, 0_i64..8_000), 1..5), part in 0_i64..1000, tax_off in -1_i64..=1,
    ) {
        let lines: Vec<Creditable> = amounts.iter().map(|(net, tax)| creditable([*net, *tax, 0, 0])).collect();
        let (net, tax): (i64, i64) = amounts.iter().fold((0, 0), |(n, t), (net, tax)| (n + net, t + tax));
        let deducted = net * part / 1000;
        let with = (tax * part / 1000 + tax_off).clamp(0, tax);
        let left = aside(&lines, deducted, with);
        let taken = left.iter().fold((0, 0), |(n, t), l| (n + l.credited_net.minor(), t + l.credited_tax.minor()));
        prop_assert_eq!(taken, (deducted, with));
        let note = credit(&left, &all_of(&left).unwrap()).unwrap();
        let credited = note.iter().fold((0, 0), |(n, t), c| (n + c.net.minor(), t + c.tax.minor()));
        prop_assert_eq!((taken.0 + credited.0, taken.1 + credited.1), (net, tax));
    }
}
