//! Certificates in which providers hand out their keys (X.509, RFC 5280). Whose they are, the way proves on which they came.

use crate::rsa::PublicKey;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use kernel::Timestamp;

/// What a certificate says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    pub key: PublicKey,
    /// In capital hexadecimal digits.
    pub serial: String,
    /// The common name of its owner; empty where there is none.
    pub name: String,
    /// Seconds of the first and the last instant at which it counts.
    counts: (i64, i64),
}

impl Certificate {
    /// Reads the first one of a PEM text; `None` when there is none, or none with an RSA key.
    pub fn read(pem: &[u8]) -> Option<Certificate> {
        let (_, pem) = x509_parser::pem::parse_x509_pem(pem).ok()?;
        let certificate = pem.parse_x509().ok()?;
        let digits = certificate.raw_serial().iter().skip_while(|byte| **byte == 0);
        let key = PublicKey::read(BASE64_STANDARD.encode(certificate.public_key().raw).as_bytes()).ok()?;
        let mut names = certificate.subject().iter_common_name();
        let validity = certificate.validity();
        Some(Certificate {
            key,
            serial: digits.map(|byte| format!("{byte:02X}")).collect(),
            name: names.next().and_then(|name| name.as_str().ok()).unwrap_or_default().to_owned(),
            counts: (validity.not_before.timestamp(), validity.not_after.timestamp()),
        })
    }

    pub fn counts(&self, now: Timestamp) -> bool {
        (self.counts.0..=self.counts.1).contains(&now.as_second())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulator::keys;

    #[test]
    fn what_a_certificate_says() {
        let certificate = Certificate::read(keys::PAYPAL_CERTIFICATE.as_bytes()).unwrap();
        assert_eq!(certificate.key, PublicKey::read(keys::PROVIDER_PUBLIC.as_bytes()).unwrap());
        assert_eq!(certificate.name, "messageverificationcerts.demonstration.paypal.com");
        assert_eq!(certificate.serial, "3C91E0B47D5A28F613D0479BE8A2C55F17406D92");
        // It counts from the year 2020 to the end of 2119.
        for (second, counts) in
            [(1_577_836_799, false), (1_577_836_800, true), (4_733_510_400, true), (4_733_510_401, false)]
        {
            assert_eq!(certificate.counts(Timestamp::from_second(second).unwrap()), counts, "{second}");
        }
        for text in ["", "no certificate", keys::PROVIDER_PUBLIC] {
            assert_eq!(Certificate::read(text.as_bytes()), None, "{text}");
        }
    }
}
