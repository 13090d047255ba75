//! Published examples, slips of the pen, and what the schemes promise to catch.

use super::*;
use proptest::prelude::*;

/// A company's number.
fn check(country: &str, text: &str) -> TaxNumber {
    super::check(country, Kind::Company, text)
}

/// Numbers that are examples in public documentation of their schemes, in the form they are kept.
const VALID: [(&str, &str); 41] = [
    ("CN", "91110000600037341L"),
    ("AT", "ATU13585627"),
    ("BE", "BE0428759497"),
    ("BG", "BG175074752"),
    ("BG", "BG7523169263"),
    ("CY", "CY10259033P"),
    ("CZ", "CZ25123891"),
    ("CZ", "CZ7103192745"),
    ("DE", "DE136695976"),
    ("DK", "DK13585628"),
    ("EE", "EE100931558"),
    ("GR", "EL094259216"),
    ("EL", "EL094259216"),
    ("ES", "ESA13585625"),
    ("ES", "ES54362315K"),
    ("ES", "ESX2482300W"),
    ("ES", "ESJ99216582"),
    ("FI", "FI20774740"),
    ("FR", "FR40303265045"),
    ("GB", "GB980780684"),
    ("GB", "XI980780684"),
    ("XI", "XI980780684"),
    ("HR", "HR33392005961"),
    ("HU", "HU12892312"),
    ("IE", "IE6433435F"),
    ("IE", "IE6433435OA"),
    ("IE", "IE8D79739I"),
    ("IT", "IT00743110157"),
    ("LT", "LT119511515"),
    ("LT", "LT100001919017"),
    ("LU", "LU15027442"),
    ("LV", "LV40003521600"),
    ("LV", "LV16117519997"),
    ("MT", "MT11679112"),
    ("NL", "NL004495445B01"),
    ("PL", "PL8567346215"),
    ("PT", "PT501964843"),
    ("RO", "RO18547290"),
    ("SE", "SE123456789701"),
    ("SI", "SI50223054"),
    ("SK", "SK2022749619"),
];

#[test]
fn examples_are_valid_with_and_without_prefix() {
    for (country, number) in VALID {
        assert_eq!(check(country, number), TaxNumber::Valid(number.into()), "{number}");
        let prefix = if country == "GR" { "EL" } else { country };
        if let Some(body) = number.strip_prefix(prefix) {
            assert_eq!(check(country, body), TaxNumber::Valid(number.into()), "{body}");
        }
    }
}

#[test]
fn writing_does_not_matter() {
    for (country, text, kept) in [
        ("DE", " de 136.695-976 ", "DE136695976"),
        ("CN", "92350211 m000100y43", "92350211M000100Y43"),
        ("CN", "９２３５０２１１Ｍ０００１００Ｙ４３", "92350211M000100Y43"),
        ("CH", "CHE-107.787.577 IVA", "CHE107787577"),
        ("CH", "107787577", "CHE107787577"),
        ("NO", "NO 995 525 828 MVA", "NO995525828MVA"),
        ("NO", "995525828", "NO995525828MVA"),
        ("GB", "GB 980 7806 84 001", "GB980780684001"),
        ("NL", "NL123456789B13", "NL123456789B13"),
        ("AT", "U13585627", "ATU13585627"),
        ("GR", "GR094259216", "EL094259216"),
        ("EL", "GR 094259216", "EL094259216"),
        // Its organisation code has no check digit of its own.
        ("CN", "91310000MA1398259Q", "91310000MA1398259Q"),
    ] {
        assert_eq!(check(country, text), TaxNumber::Valid(kept.into()), "{text}");
    }
}

#[test]
fn without_check_digits_the_shape_is_all() {
    for (country, text, kept) in [
        ("CZ", "395601439", "CZ395601439"),
        ("LV", "32579461005", "LV32579461005"),
        ("FR", "K7399859412", "FRK7399859412"),
        ("GB", "GD123", "GBGD123"),
        ("US", "12-3456789", "123456789"),
        ("JP", "T1234567890123", "T1234567890123"),
    ] {
        assert_eq!(check(country, text), TaxNumber::Unchecked(kept.into()), "{text}");
    }
}

#[test]
fn the_first_failing_check_is_named() {
    for (country, text, fault) in [
        ("CN", " - ", Fault::Empty),
        ("DE", "DE13669597é", Fault::Characters),
        ("JP", "12345678901234567890123456789012345678901", Fault::Characters),
        ("CN", "91350211M000100Y4", Fault::Shape),
        ("CN", "9135O211M000100Y43", Fault::Shape),
        ("CN", "91350A11M000100Y43", Fault::Shape),
        ("CN", "91350211M000100Y43", Fault::LastCharacter),
        ("CN", "92350211M000100Y34", Fault::LastCharacter),
        ("CN", "91310000MA1398259R", Fault::LastCharacter),
        // A person's number is no company's.
        ("CN", "11010519491231002X", Fault::LastCharacter),
        ("BG", "BG7523169264", Fault::CheckDigit),
        ("CZ", "CZ7103192744", Fault::CheckDigit),
        ("LV", "LV16117519998", Fault::CheckDigit),
        ("DE", "DE136695977", Fault::CheckDigit),
        ("DE", "DE36695976", Fault::Shape),
        ("DE", "FR136695976", Fault::Shape),
        ("AT", "13585627", Fault::Shape),
        ("AT", "ATU13585626", Fault::CheckDigit),
        ("FR", "FR41303265045", Fault::CheckDigit),
        ("FR", "FRK7303265046", Fault::CheckDigit),
        ("FR", "FRIO303265045", Fault::Shape),
        ("ES", "ESI13585625", Fault::Shape),
        ("ES", "ES54362315L", Fault::CheckDigit),
        ("IE", "IE6433435G", Fault::CheckDigit),
        ("IE", "IE64334350F", Fault::Shape),
        ("NL", "NL004495446B01", Fault::CheckDigit),
        ("NL", "NL004495445A01", Fault::Shape),
        ("NL", "NL004495445B00", Fault::Shape),
        ("SK", "SK2417671146", Fault::Shape),
        ("BE", "BE0865152698", Fault::CheckDigit),
        ("GB", "GB980780685", Fault::CheckDigit),
        ("GB", "GBGD12", Fault::Shape),
        ("CH", "CHE107787578", Fault::CheckDigit),
        ("NO", "995525829", Fault::CheckDigit),
        ("CY", "CY10259033Q", Fault::CheckDigit),
        ("CY", "CY102590339", Fault::Shape),
        ("SK", "SK2022749618", Fault::CheckDigit),
        ("LT", "LT119511525", Fault::Shape),
    ] {
        assert_eq!(check(country, text), TaxNumber::Wrong(fault), "{country} {text}");
    }
}

#[test]
fn persons_in_china_have_an_identity_number_or_a_credit_code() {
    let wrong = TaxNumber::Wrong;
    for (text, expected) in [
        // The examples of the standard.
        ("11010519491231002x", TaxNumber::Valid("11010519491231002X".into())),
        ("440524188001010014", TaxNumber::Valid("440524188001010014".into())),
        ("92350211M000100Y43", TaxNumber::Valid("92350211M000100Y43".into())),
        ("110105194912310021", wrong(Fault::IdentityNumber)),
        ("110105194902300020", wrong(Fault::IdentityNumber)),
        ("92350211M000100Y44", wrong(Fault::LastCharacter)),
        ("1101051949123100", wrong(Fault::Shape)),
    ] {
        assert_eq!(super::check("CN", Kind::Person, text), expected, "{text}");
    }
}

/// Every number that differs from this one in a single digit.
fn misread(number: &str) -> Vec<String> {
    let mut slips = Vec::new();
    for (i, c) in number.char_indices().filter(|(_, c)| c.is_ascii_digit()) {
        for other in ('0'..='9').filter(|other| *other != c) {
            slips.push(format!("{}{other}{}", &number[..i], &number[i + 1..]));
        }
    }
    slips
}

/// Every number in which two neighbouring digits changed places.
fn transposed(number: &str) -> Vec<String> {
    let bytes = number.as_bytes();
    let swappable =
        |i: &usize| bytes[*i] != bytes[i + 1] && bytes[*i].is_ascii_digit() && bytes[i + 1].is_ascii_digit();
    (0..number.len() - 1)
        .filter(swappable)
        .map(|i| format!("{}{}{}{}", &number[..i], &number[i + 1..i + 2], &number[i..i + 1], &number[i + 2..]))
        .collect()
}

#[test]
fn a_misread_digit_is_caught_where_the_scheme_promises_it() {
    let promising = ["CN", "AT", "BE", "DE", "DK", "EE", "FI", "HR", "HU", "IT", "LU", "MT", "PL", "SI", "SK"];
    for (country, number) in VALID.iter().filter(|(country, _)| promising.contains(country)) {
        for slip in misread(number) {
            assert!(matches!(check(country, &slip), TaxNumber::Wrong(_)), "{number} {slip}");
        }
    }
}

#[test]
fn transposed_digits_are_caught_where_the_scheme_promises_it() {
    let promising = ["CN", "BE", "DK", "FI", "LU", "MT", "PL", "SI", "SK"];
    for (country, number) in VALID.iter().filter(|(country, _)| promising.contains(country)) {
        for slip in transposed(number) {
            assert!(matches!(check(country, &slip), TaxNumber::Wrong(_)), "{number} {slip}");
        }
    }
}

const CODE: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";

/// The one character that completes `head`, found by trying all.
fn completed(head: &str) -> Vec<String> {
    let fits = |code: &String| !matches!(check("CN", code), TaxNumber::Wrong(Fault::LastCharacter | Fault::Shape));
    CODE.chars().map(|c| format!("{head}{c}")).filter(fits).collect()
}

proptest! {
    #[test]
    fn social_credit_codes_catch_every_slip(
        head in "[159NY][1239][0-9]{6}[0-9A-HJ-NPQRTUWXY]{9}", place in 0_usize..17, to in prop::sample::select(CODE.chars().collect::<Vec<_>>()),
    ) {
        let fitting = completed(&head);
        prop_assert_eq!(fitting.len(), 1);
        let code = &fitting[0];
        let caught = |slip: &str| matches!(check("CN", slip), TaxNumber::Wrong(Fault::LastCharacter | Fault::Shape));
        if !code[place..].starts_with(to) {
            let slip = format!("{}{to}{}", &code[..place], &code[place + 1..]);
            prop_assert!(caught(&slip), "{} {}", code, slip);
        }
        if code[place..place + 1] != code[place + 1..place + 2] {
            let slip = format!("{}{}{}{}", &code[..place], &code[place + 1..place + 2], &code[place..place + 1], &code[place + 2..]);
            prop_assert!(caught(&slip), "{} {}", code, slip);
        }
    }

    #[test]
    fn nothing_makes_it_stumble(country in "[A-Z]{2}", text in "\\PC{0,45}") {
        super::check(&country, Kind::Company, &text);
        super::check(&country, Kind::Person, &text);
    }

    #[test]
    fn near_numbers_do_not_either((country, number) in prop::sample::select(VALID.to_vec()), cut in 0_usize..20, tail in "[A-Z0-9+*]{0,14}") {
        check(country, &format!("{}{tail}", &number[..cut.min(number.len())]));
    }
}
