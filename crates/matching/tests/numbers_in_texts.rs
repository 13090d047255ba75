//! Texts as payers write them, and how surely they name a document.

use matching::reference::{Found, Key, Strength, keys_in_text, keys_of_number};
use proptest::prelude::*;

/// The best strength at which a number stands in a text: the weaker of what the number and the text say of a key, over all keys.
fn meets(number: &str, text: &str) -> Option<Strength> {
    let found = keys(text);
    let of_number = keys_of_number(number);
    let both = of_number
        .iter()
        .flat_map(|(key, strength)| found.iter().filter(move |f| f.key == key).map(move |f| f.strength.min(strength)));
    both.max()
}

fn keys(text: &str) -> Vec<Found> {
    let mut found = Vec::new();
    keys_in_text(text, &mut found);
    found
}

const FULL: Option<Strength> = Some(Strength::Full);
const PREFIX: Option<Strength> = Some(Strength::WithoutPrefix);
const YEAR: Option<Strength> = Some(Strength::ShortYear);
const ZEROS: Option<Strength> = Some(Strength::WithoutZeros);
const CONTINUED: Option<Strength> = Some(Strength::Continued);
const LAST: Option<Strength> = Some(Strength::LastRun);
const WEAK: Option<Strength> = Some(Strength::Weak);

const INV: &str = "INV-2026-000123";

/// A number, a text, and how surely the text names it.
const TEXTS: &[(&str, &str, Option<Strength>)] = &[
    // As it is printed, and nearly so.
    (INV, "INV-2026-000123", FULL),
    (INV, "Rechnung INV-2026-000123 vom 12.03.2026", FULL),
    (INV, "inv-2026-000123", FULL),
    (INV, "INV 2026 000123", FULL),
    (INV, "INV2026000123", FULL),
    (INV, "INV.2026.000123", FULL),
    (INV, "INV/2026/000123", FULL),
    (INV, "INV_2026_000123", FULL),
    (INV, "INV–2026–000123", FULL),
    (INV, "INV - 2026 - 000123", FULL),
    (INV, "ＩＮＶ－２０２６－０００１２３", FULL),
    (INV, "(INV-2026-000123)", FULL),
    (INV, "SVWZ+INV-2026-000123ABWA+Muster GmbH", FULL),
    (INV, "付INV-2026-000123货款", FULL),
    (INV, "发票号：INV-2026-000123，货款", FULL),
    (INV, "EREF+INV-2026-000123 KREF+NONREF", FULL),
    (INV, "payment of INV-2026-000123, thank you", FULL),
    // Broken where a bank ends its lines.
    (INV, "Zahlung der Rechnung INV-20\n26-000123 mit Dank", FULL),
    (INV, "Zahlung der Rechnung INV-2026-000\r\n123", FULL),
    (INV, "Zahlung INV-2026-00 0123 mit Dank", FULL),
    (INV, "Zahlung INV-2026\n-000123", FULL),
    (INV, "Zahlung INV\u{ad}-2026-00\u{ad}0123", FULL),
    (INV, "Zahlung IN\nV-2026-000123", PREFIX),
    // Letters dropped, or others put there.
    (INV, "2026-000123", PREFIX),
    (INV, "Rechnung 2026000123", PREFIX),
    (INV, "RENR2026000123", PREFIX),
    (INV, "Rg.Nr. 2026/000123", PREFIX),
    (INV, "发票2026-000123", PREFIX),
    (INV, "Faktura nr 2026 000123 a conto", PREFIX),
    // The year.
    (INV, "INV-26-000123", YEAR),
    (INV, "INV26000123", YEAR),
    (INV, "26-000123", YEAR),
    (INV, "invoice 26/000123", YEAR),
    // The zeros.
    (INV, "INV-2026-123", ZEROS),
    (INV, "INV-2026-00123", ZEROS),
    (INV, "INV 2026/123", ZEROS),
    (INV, "2026/123", ZEROS),
    (INV, "26-123", ZEROS),
    (INV, "INV2026123", ZEROS),
    // The end alone.
    (INV, "INV-000123", LAST),
    (INV, "INV 000123", LAST),
    (INV, "000123", LAST),
    (INV, "Invoice no. 000123", LAST),
    (INV, "123", WEAK),
    (INV, "INV 123", WEAK),
    (INV, "Rechnung 123", WEAK),
    // Another document.
    (INV, "INV-2026-000124", None),
    (INV, "INV-2025-000123", LAST),
    (INV, "INV-2026-0001234", None),
    (INV, "INV-2026-001230", None),
    (INV, "Thank you", None),
    (INV, "", None),
    (INV, "1232026", None),
    // Pieces of something longer.
    (INV, "X7INV2026000123Z9", WEAK),
    (INV, "2026000123X", WEAK),
    (INV, "2026000123vom", PREFIX),
    (INV, "9INV2026000123", WEAK),
    // Numbers of other shapes.
    ("2026/00123", "2026/00123", FULL),
    ("2026/00123", "202600123", FULL),
    ("2026/00123", "Rechnung 2026-00123", FULL),
    ("2026/00123", "RE2026/00123", PREFIX),
    ("2026/00123", "26/00123", YEAR),
    ("2026/00123", "2026/123", ZEROS),
    ("2026/00123", "00123", LAST),
    ("2026/00123", "2026/00124", None),
    ("发票20260012", "发票20260012", FULL),
    ("发票20260012", "货款，发票号：20260012", FULL),
    ("发票20260012", "２０２６００１２号发票款", FULL),
    ("发票20260012", "付20260012", FULL),
    ("发票20260012", "260012", YEAR),
    ("发票20260012", "0012", WEAK),
    ("SO26-77/3", "SO26-77/3", FULL),
    ("SO26-77/3", "so26 77 3", FULL),
    ("SO26-77/3", "SO2026-77/3", YEAR),
    ("SO26-77/3", "26-77/3", PREFIX),
    ("SO26-77/3", "SO26-77/4", None),
    ("SO26-77/3", "SO26-77", None),
    ("沪2026第0012号", "沪2026第0012号", FULL),
    ("R-0457-B", "invoice R-0457-B", FULL),
    ("R-0457-B", "invoice R-0457-C", None),
    ("R-0457-B", "R 0457B", FULL),
    ("20260112", "20260112", WEAK),
    ("INV-20260112", "INV-20260112", FULL),
    ("INV-20260112", "paid on 20260112", WEAK),
    ("2026.12", "2026.12", WEAK),
    ("INV-2026.12", "INV-2026.12", FULL),
    ("12345", "EUR 12345", WEAK),
    ("12345", "¥12345.00", WEAK),
    ("12345", "12345", FULL),
    ("4917112345", "+49 171 12345", WEAK),
    ("13812345678", "电话13812345678", WEAK),
    ("0", "0", None),
    ("ABC", "ABC", None),
    // Lists.
    ("INV-2026-0013", "INV-2026-0012/13/15", CONTINUED),
    ("INV-2026-0015", "INV-2026-0012/13/15", CONTINUED),
    ("INV-2026-0012", "INV-2026-0012/13/15", FULL),
    ("INV-2026-0014", "INV-2026-0012/13/15", None),
    ("INV-2026-0013", "INV-2026-0012, 0013 und 0015", CONTINUED),
    ("INV-2026-0015", "INV-2026-0012, 0013 und 0015", CONTINUED),
    ("INV-2026-0013", "INV-2026-0012、0013、0015", CONTINUED),
    ("INV-2026-0013", "INV-2026-0012和0013", CONTINUED),
    ("INV-2026-0013", "INV-2026-0012 & 13", CONTINUED),
    ("INV-2026-0013", "INV-2026-0012+13", CONTINUED),
    ("INV-2026-0100", "INV-2026-0098/99/100", CONTINUED),
    ("INV-2026-000013", "INV-2026-12/13", CONTINUED),
    ("INV-2026-0013", "2026-0012/13", CONTINUED),
    ("INV-2026-0013", "INV-2026-0012, INV-2026-0013", FULL),
    ("INV-2026-0001", "INV-2026-0012, 01.03.2026", None),
    ("20260013", "20260012,13", WEAK),
    // Ranges.
    ("INV0013", "INV0012-INV0015", CONTINUED),
    ("INV0014", "INV0012-INV0015", CONTINUED),
    ("INV0015", "INV0012-INV0015", FULL),
    ("INV0016", "INV0012-INV0015", None),
    ("INV-2026-0014", "INV-2026-0012 - 0015", CONTINUED),
    ("INV-2026-0014", "INV-2026-0012 bis 0015", CONTINUED),
    ("INV-2026-0014", "INV-2026-0012 to INV-2026-0015", CONTINUED),
    ("INV-2026-0014", "INV-2026-0012至0015", CONTINUED),
    ("INV-2026-0014", "INV-2026-0012~15", CONTINUED),
    ("INV-2026-0014", "INV-2026-0012-15", CONTINUED),
    ("INV-2026-0040", "INV-2026-0012 - 0099", None),
    ("INV-2026-0099", "INV-2026-0012 - 0099", CONTINUED),
];

#[test]
fn texts_name_numbers() {
    let wrong: Vec<String> = TEXTS
        .iter()
        .filter(|(number, text, expected)| meets(number, text) != *expected)
        .map(|(number, text, expected)| format!("{number} in {text:?}: {:?}, not {expected:?}", meets(number, text)))
        .collect();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), TEXTS.len(), wrong.join("\n"));
    assert!(TEXTS.len() >= 100);
}

/// What is looked up whole and what is joined from runs have one key.
#[test]
fn a_key_is_of_letters_and_digits() {
    for text in ["INV-2026-000123", "inv 2026 000123", "ＩＮＶ2026/000123"] {
        assert!(keys_of_number(INV).iter().any(|(key, strength)| key == Key::of(text) && strength == Strength::Full));
        assert!(keys(text).iter().any(|found| found.key == Key::of(INV)));
    }
    assert!(keys("RF18 5390 0754 7034").iter().any(|found| found.key == Key::of("RF18539007547034")));
    assert_ne!(Key::of("0012"), Key::of("012"));
}

#[test]
fn a_span_is_where_the_number_stands() {
    let text = "发票号：INV-2026-000123，货款";
    let full = keys_of_number(INV).iter().next().map(|(key, _)| key);
    let found: Vec<&str> = keys(text).iter().filter(|f| Some(f.key) == full).map(|f| f.span.of(text)).collect();
    assert_eq!(found, ["INV-2026-000123"]);
}

/// A slip of forty invoices has every one of them, and a salad of digits stays within the bound.
#[test]
fn long_texts_are_bounded() {
    let numbers: Vec<String> = (1..=40).map(|n| format!("INV-2026-{n:06}")).collect();
    let slip = numbers.join(", ");
    for number in &numbers {
        assert_eq!(meets(number, &slip), FULL, "{number}");
    }
    for salad in
        ["1 2 3 4 5 6 7 8 9 ".repeat(200), "12-34/56.78 ".repeat(200), "a1b2c3".repeat(200), "0010-0050 ".repeat(99)]
    {
        assert!(keys(&salad).len() <= matching::reference::KEYS_MAX, "{salad}");
    }
    assert!(keys("Rechnung INV-2026-000123 vom 12.03.2026 Kunde 10023").len() <= 30);
}

/// Numbers as companies make them: letters or none, a year or none, a counter, perhaps a suffix, parted by one sign.
fn numbers() -> impl Strategy<Value = String> {
    let prefix = prop::sample::select(vec!["", "INV", "RE", "SO", "R", "发票", "FAKT"]);
    let year = prop::option::of(2020_u32..2035);
    let parting = prop::sample::select(vec!["-", "/", "", ".", " "]);
    (prefix, year, 1_u32..9_999_999, 1_usize..8, parting).prop_map(|(prefix, year, counter, width, parting)| {
        let mut parts: Vec<String> = Vec::new();
        parts.extend((!prefix.is_empty()).then(|| prefix.to_owned()));
        parts.extend(year.map(|year| year.to_string()));
        parts.push(format!("{counter:0width$}"));
        parts.join(parting)
    })
}

/// The pieces of a number: runs of letters and of digits.
fn pieces(number: &str) -> Vec<String> {
    let mut pieces: Vec<String> = Vec::new();
    let mut last = None;
    for c in number.chars() {
        let kind = if c.is_ascii_digit() {
            1
        } else if c.is_ascii_alphabetic() {
            2
        } else {
            0
        };
        match pieces.last_mut() {
            Some(piece) if last == Some(kind) && kind > 0 => piece.push(c),
            _ if kind > 0 => pieces.push(c.to_string()),
            _ => {}
        }
        last = Some(kind);
    }
    pieces
}

fn full_width(text: &str) -> String {
    let wide = |c: char| char::from_u32(u32::from(c) + 0xfee0).filter(|_| c.is_ascii_graphic());
    text.chars().map(|c| wide(c).unwrap_or(c)).collect()
}

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        "\\PC{0,120}",
        "[0-9A-Z /.,~+\\-\n至和，年]{0,200}",
        prop::collection::vec(any::<char>(), 0..100).prop_map(|chars| chars.into_iter().collect()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2000) })]

    /// However a number is written in one of the documented ways, whatever stands around it, it is found; and as surely as promised.
    #[test]
    fn every_writing_of_a_number_finds_it(
        number in numbers(),
        parting in prop::sample::select(vec!["-", "/", " ", ".", "", "_", " - ", "\n"]),
        case in 0_u8..3,
        front in prop::sample::select(vec!["", "Rechnung ", "付", "发票号：", "Kunde 77, ", "SVWZ+"]),
        behind in prop::sample::select(vec!["", " vom 12.03.2026", "，货款", " thank you", ", EUR 99,00"]),
    ) {
        let pieces = pieces(&number);
        let length: usize = pieces.iter().map(String::len).sum();
        prop_assume!(length >= 2);
        let written = pieces.join(parting);
        let written = match case { 0 => written, 1 => written.to_lowercase(), _ => full_width(&written) };
        let text = format!("{front}{written}{behind}");
        let strength = meets(&number, &text);
        let surest = keys_of_number(&number).iter().map(|(_, strength)| strength).max();
        prop_assert!(strength.is_some(), "{number} in {text:?}");
        if !parting.is_empty() && surest == Some(Strength::Full) && !front.contains("Rechnung") && length > 8 {
            prop_assert!(strength >= Some(Strength::WithoutPrefix), "{number} in {text:?}: {strength:?}");
        }
    }

    /// Without its letters, with a short year, without zeros, or broken anywhere among its digits, it is found as well.
    #[test]
    fn shortened_and_broken_numbers_are_found(number in numbers(), at in 0_usize..40, break_ in prop::sample::select(vec!["\n", " ", "\r\n"])) {
        let pieces = pieces(&number);
        let digits: Vec<String> = pieces.iter().filter(|p| p.starts_with(|c: char| c.is_ascii_digit())).cloned().collect();
        let bare: Vec<&str> = digits.iter().map(|d| d.trim_start_matches('0')).collect();
        let dropped = bare.join("-");
        prop_assume!(dropped.len() >= 2 && digits.concat().len() >= 2);
        prop_assert!(meets(&number, &format!("Re {}", digits.join("/"))).is_some(), "{number} without prefix");
        prop_assert!(meets(&number, &dropped).is_some(), "{number} as {dropped}");
        if let [year, counter] = digits.as_slice() && year.len() == 4 && (1990..2100).contains(&year.parse::<u32>().unwrap()) {
            let short = format!("{}-{counter}", &year[2..]);
            prop_assert!(meets(&number, &short).is_some(), "{number} as {short}");
        }
        let joined = digits.join("-");
        let at = at % joined.len();
        let broken = format!("Rechnung {}{break_}{} danke", &joined[..at], &joined[at..]);
        prop_assert!(meets(&number, &broken).is_some(), "{number} in {broken:?}");
    }

    /// One digit changed in a long counter is another document: never more than the weak keys meet.
    #[test]
    fn another_counter_is_another_number(counter in 100_000_u32..999_999, place in 0_u32..6, by in 1_u32..10) {
        let unit = 10_u32.pow(place);
        let digit = counter / unit % 10;
        let other = counter - digit * unit + (digit + by) % 10 * unit;
        let (number, text) = (format!("INV-2026-{counter}"), format!("INV-2026-{other:06}"));
        prop_assert!(meets(&number, &text) <= WEAK, "{number} in {text}");
    }

    #[test]
    fn nothing_panics_and_spans_are_in_the_text(text in any_text()) {
        let found = keys(&text);
        prop_assert!(found.len() <= matching::reference::KEYS_MAX);
        for f in found {
            prop_assert!(!f.span.of(&text).is_empty());
        }
        let of_number = keys_of_number(&text);
        let strengths: Vec<Strength> = of_number.iter().map(|(_, strength)| strength).collect();
        prop_assert!(strengths.is_sorted_by(|a, b| a >= b));
    }
}
