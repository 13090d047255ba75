//! ISO 4217 currencies and their number of minor digits.
//!
//! Source: ISO 4217 list one as of 2026, and withdrawn codes that still stand in old documents.
//! The digits of a payment provider may differ; that table belongs to the provider's connector.

use crate::Locale;
use std::fmt;
use std::str::FromStr;

/// An ISO 4217 currency code that money can be kept in.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Currency([u8; 3]);

/// The text is not the code of a currency that money can be kept in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown currency")]
pub struct UnknownCurrency;

/// Codes without minor unit.
const DIGITS_0: &[&[u8; 3]] = &[
    b"BIF", b"CLP", b"DJF", b"GNF", b"ISK", b"JPY", b"KMF", b"KRW", b"PYG", b"RWF", b"UGX", b"UYI", b"VND", b"VUV",
    b"XAF", b"XOF", b"XPF",
];
/// Codes with thousandths.
const DIGITS_3: &[&[u8; 3]] = &[b"BHD", b"IQD", b"JOD", b"KWD", b"LYD", b"OMR", b"TND"];
/// Units of account with ten-thousandths.
const DIGITS_4: &[&[u8; 3]] = &[b"CLF", b"UYW"];
/// All others in use.
const DIGITS_2: &[&[u8; 3]] = &[
    b"AED", b"AFN", b"ALL", b"AMD", b"AOA", b"ARS", b"AUD", b"AWG", b"AZN", b"BAM", b"BBD", b"BDT", b"BMD", b"BND",
    b"BOB", b"BRL", b"BSD", b"BTN", b"BWP", b"BYN", b"BZD", b"CAD", b"CDF", b"CHF", b"CNY", b"COP", b"CRC", b"CUP",
    b"CVE", b"CZK", b"DKK", b"DOP", b"DZD", b"EGP", b"ERN", b"ETB", b"EUR", b"FJD", b"FKP", b"GBP", b"GEL", b"GHS",
    b"GIP", b"GMD", b"GTQ", b"GYD", b"HKD", b"HNL", b"HTG", b"HUF", b"IDR", b"ILS", b"INR", b"IRR", b"JMD", b"KES",
    b"KGS", b"KHR", b"KPW", b"KYD", b"KZT", b"LAK", b"LBP", b"LKR", b"LRD", b"LSL", b"MAD", b"MDL", b"MGA", b"MKD",
    b"MMK", b"MNT", b"MOP", b"MRU", b"MUR", b"MVR", b"MWK", b"MXN", b"MYR", b"MZN", b"NAD", b"NGN", b"NIO", b"NOK",
    b"NPR", b"NZD", b"PAB", b"PEN", b"PGK", b"PHP", b"PKR", b"PLN", b"QAR", b"RON", b"RSD", b"RUB", b"SAR", b"SBD",
    b"SCR", b"SDG", b"SEK", b"SGD", b"SHP", b"SLE", b"SOS", b"SRD", b"SSP", b"STN", b"SVC", b"SYP", b"SZL", b"THB",
    b"TJS", b"TMT", b"TOP", b"TRY", b"TTD", b"TWD", b"TZS", b"UAH", b"USD", b"UYU", b"UZS", b"VED", b"VES", b"WST",
    b"XCD", b"XCG", b"YER", b"ZAR", b"ZMW", b"ZWG",
];
/// Withdrawn, readable in old documents, not offered for new ones (all with two digits).
const WITHDRAWN: &[&[u8; 3]] = &[
    b"ANG", b"ATS", b"BGN", b"DEM", b"EEK", b"FIM", b"FRF", b"HRK", b"IEP", b"LTL", b"LVL", b"NLG", b"SIT", b"SKK",
    b"SLL", b"ZWL",
];

impl Currency {
    pub const CNY: Currency = Currency(*b"CNY");
    pub const EUR: Currency = Currency(*b"EUR");
    pub const USD: Currency = Currency(*b"USD");
    pub const JPY: Currency = Currency(*b"JPY");

    /// The currency of a three-letter upper-case code, withdrawn ones included.
    pub fn parse(code: &str) -> Result<Currency, UnknownCurrency> {
        let bytes: [u8; 3] = code.as_bytes().try_into().map_err(|_| UnknownCurrency)?;
        let known =
            [DIGITS_2, DIGITS_0, DIGITS_3, DIGITS_4, WITHDRAWN].iter().any(|list| list.iter().any(|c| **c == bytes));
        if known { Ok(Currency(bytes)) } else { Err(UnknownCurrency) }
    }

    /// `CNY`.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("XXX")
    }

    /// Digits after the point: CNY 2, JPY 0, KWD 3.
    pub fn digits(&self) -> u32 {
        let is_in = |list: &[&[u8; 3]]| list.iter().any(|c| **c == self.0);
        if is_in(DIGITS_0) {
            0
        } else if is_in(DIGITS_3) {
            3
        } else if is_in(DIGITS_4) {
            4
        } else {
            2
        }
    }

    /// Minor units in one unit: CNY 100, JPY 1.
    pub fn minor_per_unit(&self) -> i64 {
        10_i64.pow(self.digits())
    }

    /// Whether new documents may use it.
    pub fn in_use(&self) -> bool {
        !WITHDRAWN.iter().any(|c| **c == self.0)
    }

    /// Every currency in use, by code.
    pub fn all() -> Vec<Currency> {
        let mut all: Vec<Currency> =
            [DIGITS_2, DIGITS_0, DIGITS_3, DIGITS_4].iter().flat_map(|l| l.iter()).map(|c| Currency(**c)).collect();
        all.sort();
        all
    }

    /// What readers of a language write before the amount: `¥`, `€`; the code where no sign is customary. A sign that two
    /// currencies share is bare for the one that the language's readers mean by it, and names its country for the other.
    /// Source: CLDR 46, `zh` and `en`, apart from the wide won sign of `zh`.
    pub fn symbol(&self, locale: Locale) -> &str {
        match (&self.0, locale) {
            (b"CNY", Locale::ZhCn) | (b"JPY", Locale::En) => "¥",
            (b"CNY", Locale::En) => "CN¥",
            (b"JPY", Locale::ZhCn) => "JP¥",
            (b"USD", Locale::ZhCn) => "US$",
            (b"USD", Locale::En) => "$",
            (b"EUR", _) => "€",
            (b"GBP", _) => "£",
            (b"HKD", _) => "HK$",
            (b"KRW", _) => "₩",
            (b"INR", _) => "₹",
            _ => self.code(),
        }
    }
}

impl FromStr for Currency {
    type Err = UnknownCurrency;
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        Currency::parse(s)
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl serde::Serialize for Currency {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(self.code())
    }
}

impl<'de> serde::Deserialize<'de> for Currency {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let code = <std::borrow::Cow<'de, str>>::deserialize(d)?;
        Currency::parse(&code).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_by_currency() {
        for (code, digits) in
            [("CNY", 2), ("JPY", 0), ("KWD", 3), ("CLF", 4), ("HUF", 2), ("XPF", 0), ("BGN", 2), ("DEM", 2)]
        {
            assert_eq!(Currency::parse(code).map(|c| c.digits()), Ok(digits), "{code}");
        }
    }

    #[test]
    fn a_sign_means_one_currency_to_a_reader() {
        for (code, zh, en) in [
            ("CNY", "¥", "CN¥"),
            ("JPY", "JP¥", "¥"),
            ("USD", "US$", "$"),
            ("HKD", "HK$", "HK$"),
            ("EUR", "€", "€"),
            ("GBP", "£", "£"),
            ("KWD", "KWD", "KWD"),
        ] {
            let currency = Currency::parse(code).unwrap();
            assert_eq!((currency.symbol(Locale::ZhCn), currency.symbol(Locale::En)), (zh, en), "{code}");
        }
        for locale in Locale::ALL {
            let all = Currency::all();
            let signs: std::collections::BTreeSet<&str> = all.iter().map(|c| c.symbol(locale)).collect();
            assert_eq!(signs.len(), all.len(), "{locale}: two currencies under one sign");
        }
    }

    #[test]
    fn unknown_codes_are_refused() {
        for code in ["", "cny", "CNH", "XXX", "XAU", "CN", "CNYY", "ÄÖ"] {
            assert!(Currency::parse(code).is_err(), "{code}");
        }
    }
}
