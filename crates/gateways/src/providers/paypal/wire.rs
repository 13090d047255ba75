//! What both ends of the line have to agree upon: how PayPal writes money and signs notifications.
//!
//! Source: type files of npm `@paypal/paypal-server-sdk` 2.5.0; the signature as run with PyPI `paypalrestsdk` 1.13.3.

use super::capabilities;
use http::HeaderMap;
use kernel::{Currency, Money};
use serde::{Deserialize, Serialize};

/// Currencies that PayPal counts in whole units [K].
pub(super) const WHOLE: [&str; 3] = ["HUF", "JPY", "TWD"];

/// The one way in which notifications are signed; the older SHA-1 is not believed.
pub(crate) const ALGORITHM: &str = "SHA256withRSA";

/// The end of the names of PayPal's hosts, and of the owner of its certificates.
pub(crate) const PAYPALS: &str = ".paypal.com";

/// An amount: a decimal text beside its currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Amount {
    currency_code: String,
    value: String,
}

impl Amount {
    /// `None` for what PayPal's digits cannot express.
    pub(crate) fn of(amount: Money) -> Option<Amount> {
        capabilities().to_provider(amount).ok()?;
        let (currency_code, mut value) = (amount.currency().code().to_owned(), amount.amount());
        if WHOLE.contains(&currency_code.as_str()) {
            value.truncate(value.find('.').unwrap_or(value.len()));
        }
        Some(Amount { currency_code, value })
    }

    /// `None` for an unknown currency, or more digits than it has.
    pub(crate) fn read(&self) -> Option<Money> {
        Money::parse(&self.value, Currency::parse(&self.currency_code).ok()?).ok()
    }
}

/// What stands beside a notification to prove it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Signature<'a> {
    pub transmission: &'a str,
    pub time: &'a str,
    /// Where the key is, in a certificate.
    pub certificate: &'a str,
    pub signature: &'a str,
}

impl<'a> Signature<'a> {
    /// `None` where one is missing, or another algorithm is named.
    pub(crate) fn of(headers: &'a HeaderMap) -> Option<Signature<'a>> {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        if text("paypal-auth-algo")? != ALGORITHM {
            return None;
        }
        Some(Signature {
            transmission: text("paypal-transmission-id")?,
            time: text("paypal-transmission-time")?,
            certificate: text("paypal-cert-url")?,
            signature: text("paypal-transmission-sig")?,
        })
    }
}

/// What is signed: the transmission, the webhook that it is meant for, and the body's CRC-32 as an unsigned number.
pub(crate) fn message(transmission: &str, time: &str, webhook: &str, body: &[u8]) -> String {
    format!("{transmission}|{time}|{webhook}|{}", crc32fast::hash(body))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_in_paypals_digits() {
        for (currency, minor, wanted) in [
            ("CNY", 123_456, Some("1234.56")),
            ("USD", 5, Some("0.05")),
            ("JPY", 1_200, Some("1200")),
            ("HUF", 120_000, Some("1200")),
            ("TWD", 120_050, None),
        ] {
            let money = Money::new(minor, Currency::parse(currency).unwrap());
            let amount = Amount::of(money);
            assert_eq!(amount.as_ref().map(|amount| amount.value.as_str()), wanted, "{money}");
            assert!(amount.is_none_or(|amount| amount.read() == Some(money)));
        }
        for (currency, value) in [("CNY", "1.234"), ("JPY", "1.5"), ("XXY", "1"), ("CNY", "1e3"), ("CNY", "")] {
            let odd = Amount { currency_code: currency.to_owned(), value: value.to_owned() };
            assert_eq!(odd.read(), None, "{odd:?}");
        }
    }

    #[test]
    fn what_is_signed() {
        // The check value of CRC-32 is cbf43926.
        assert_eq!(message("t", "2026-09-21T22:13:20Z", "w", b"123456789"), "t|2026-09-21T22:13:20Z|w|3421780262");
    }
}
