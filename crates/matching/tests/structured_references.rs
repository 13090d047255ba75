//! References with check digits: found as they are printed and as payers write them, made of numbers, and refused when a digit is wrong.

use matching::reference::{Key, Scheme, carried_numbers, of_number, structured};
use proptest::prelude::*;

fn found(text: &str, scheme: Scheme) -> Vec<String> {
    structured(text).filter(|s| s.scheme == scheme).map(|s| s.canonical).collect()
}

#[test]
fn texts_with_structured_references() {
    for (text, scheme, expected) in [
        ("RF18539007547034", Scheme::Rf, "RF18539007547034"),
        ("rf18 5390 0754 7034", Scheme::Rf, "RF18539007547034"),
        ("Ref: RF18-5390-0754-7034.", Scheme::Rf, "RF18539007547034"),
        ("ＲＦ１８５３９００７５４７０３４", Scheme::Rf, "RF18539007547034"),
        ("Zahlung RF18 5390 0754 7034 danke", Scheme::Rf, "RF18539007547034"),
        ("PERF18539007547034", Scheme::Rf, ""),
        ("RF19539007547034", Scheme::Rf, ""),
        ("210000000003139471430009017", Scheme::SwissQr, "210000000003139471430009017"),
        ("21 00000 00003 13947 14300 09017", Scheme::SwissQr, "210000000003139471430009017"),
        ("210000000003139471430009018", Scheme::SwissQr, ""),
        ("+++123/4567/89002+++", Scheme::Belgian, "123456789002"),
        ("***123/4567/89002***", Scheme::Belgian, "123456789002"),
        ("123 4567 89002", Scheme::Belgian, "123456789002"),
        ("mededeling 123456789002", Scheme::Belgian, "123456789002"),
        ("+++123/4567/89012+++", Scheme::Belgian, ""),
        ("viite 1234561", Scheme::Finnish, "1234561"),
        ("12 34561", Scheme::Finnish, "1234561"),
        ("00001234561", Scheme::Finnish, "1234561"),
        ("1234562", Scheme::Finnish, ""),
        ("KID 2345676", Scheme::NorwegianMod10, "2345676"),
        ("2345677", Scheme::NorwegianMod10, ""),
        ("12345678903", Scheme::NorwegianMod11, "12345678903"),
        ("12345678904", Scheme::NorwegianMod11, ""),
        ("SI12 00019", Scheme::Slovenian, "SI1200019"),
        ("si1219", Scheme::Slovenian, "SI1219"),
        ("SI12 00018", Scheme::Slovenian, ""),
    ] {
        let expected: Vec<&str> = Some(expected).filter(|e| !e.is_empty()).into_iter().collect();
        assert_eq!(found(text, scheme), expected, "{scheme:?} in {text:?}");
    }
}

#[test]
fn references_of_numbers() {
    for (scheme, number, expected) in [
        (Scheme::SwissQr, "INV-2026-000123", 27),
        (Scheme::SwissEsr, "INV-2026-000123", 16),
        (Scheme::Belgian, "INV-2026-000123", 12),
        (Scheme::Finnish, "INV-2026-000123", 11),
        (Scheme::NorwegianMod10, "INV-2026-000123", 11),
        (Scheme::NorwegianMod11, "INV-2026-000123", 11),
        (Scheme::Slovenian, "INV-2026-000123", 15),
        (Scheme::Rf, "INV-2026-000123", 17),
    ] {
        assert_eq!(of_number(scheme, number).map(|r| r.len()), Some(expected), "{scheme:?}");
    }
    assert_eq!(of_number(Scheme::Rf, "539007547034").as_deref(), Some("RF18539007547034"));
    assert_eq!(of_number(Scheme::NorwegianMod11, "0006").as_deref(), Some("0006-"));
    assert_eq!(of_number(Scheme::Belgian, "12345678901"), None, "too long");
    assert_eq!(of_number(Scheme::Finnish, "12"), None, "too short");
    for scheme in Scheme::ALL {
        assert_eq!(of_number(scheme, "发票"), None, "nothing to make a reference of");
    }
}

fn schemes() -> impl Strategy<Value = Scheme> {
    prop::sample::select(Scheme::ALL.to_vec())
}

/// How a reference is written: in one, and in the groups in which it is printed.
fn printed(scheme: Scheme, canonical: &str) -> Vec<String> {
    let wide = canonical.chars().map(|c| char::from_u32(u32::from(c) + 0xfee0).unwrap_or(c)).collect();
    let groups = |sizes: &[usize], gap: &str| {
        let mut rest = canonical;
        let parts: Vec<&str> = sizes
            .iter()
            .map(|size| {
                let (part, behind) = rest.split_at(*size);
                rest = behind;
                part
            })
            .collect();
        parts.join(gap)
    };
    let grouped = match scheme {
        Scheme::Belgian => groups(&[3, 4, 5], "/"),
        Scheme::SwissQr => groups(&[2, 5, 5, 5, 5, 5], " "),
        Scheme::SwissEsr => groups(&[1, 5, 5, 5], " "),
        _ => canonical.to_lowercase(),
    };
    vec![canonical.to_owned(), wide, grouped]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2000) })]

    /// What is printed is found again, among other words.
    #[test]
    fn round_trip(scheme in schemes(), prefix in "[A-Z]{0,4}", digits in "[1-9][0-9]{3,9}", front in "|Zahlung |付款：", behind in "| danke|，货款") {
        let number = format!("{prefix}{digits}");
        let canonical = of_number(scheme, &number).unwrap();
        let text = format!("{front}{canonical}{behind}");
        prop_assert!(found(&text, scheme).contains(&canonical), "{canonical} in {text:?}");
    }

    /// A single wrong digit is seen by every scheme that promises it; the Slovenian check takes 10 and 11 for 0 and cannot.
    #[test]
    fn one_wrong_digit_is_refused(scheme in schemes(), digits in "[1-9][0-9]{3,9}", place in 0_usize..40, by in 1_u8..10) {
        prop_assume!(scheme != Scheme::Slovenian);
        let canonical = of_number(scheme, &digits).unwrap();
        let places: Vec<usize> = canonical.char_indices().filter(|(_, c)| c.is_ascii_digit()).map(|(at, _)| at).collect();
        let place = places[place % places.len()];
        let mut bytes = canonical.clone().into_bytes();
        bytes[place] = b'0' + (bytes[place] - b'0' + by) % 10;
        let wrong = String::from_utf8(bytes).unwrap();
        prop_assert!(!found(&wrong, scheme).contains(&wrong), "{wrong} for {canonical}");
    }

    /// A reference carries the number that it was made of; among words, where its scheme counts there.
    #[test]
    fn numbers_are_carried(
        scheme in schemes(), prefix in "[A-Z]{0,4}", digits in "[1-9][0-9]{4,8}",
        front in "|Zahlung |付款：", behind in "| danke|，货款",
    ) {
        let number = format!("{prefix}{digits}");
        let canonical = of_number(scheme, &number).unwrap();
        let key = Key::of(if scheme == Scheme::Rf { &number } else { &digits });
        let carries = |text: &str, is_apart| carried_numbers(text, is_apart).iter().any(|(one, _)| *one == key);
        prop_assert!(carries(&canonical, true), "{canonical}");
        let is_among_words = matches!(scheme, Scheme::Rf | Scheme::SwissQr | Scheme::SwissEsr | Scheme::Belgian);
        if is_among_words {
            for printed in printed(scheme, &canonical) {
                let text = format!("{front}{printed}{behind}");
                prop_assert!(carries(&text, false), "{text}");
            }
        }
    }

    /// What is not read has no reference of ISO 11649.
    #[test]
    fn what_is_not_read_has_none(
        letters in "RF|rf|Rf|ＲＦ|ｒf|R\u{ad}F|R\u{200b}F|R-F|FR", digits in "[1-9][0-9]{3,5}", front in "|Zahlung |付款：|R\u{ad}|f",
    ) {
        let canonical = of_number(Scheme::Rf, &digits).unwrap();
        let text = format!("{front}{letters}{}", &canonical[2..]);
        let is_there = structured(&text).any(|one| one.scheme == Scheme::Rf);
        let key = Key::of(&digits);
        prop_assert_eq!(carried_numbers(&text, false).iter().any(|(one, _)| *one == key), is_there, "{}", text);
    }

    #[test]
    fn nothing_panics(text in "\\PC{0,80}|[RFSI0-9 /+*\\-]{0,80}") {
        for s in structured(&text) {
            prop_assert!(!s.span.of(&text).is_empty());
        }
        for scheme in Scheme::ALL {
            let _: Option<String> = of_number(scheme, &text);
        }
    }
}
