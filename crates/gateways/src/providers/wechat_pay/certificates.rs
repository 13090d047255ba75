//! Keys that prove what WeChat Pay says, by the serial number that it names beside a signature.
//!
//! WeChat Pay signs with one public key (`PUB_KEY_ID_…`), which we are told. Before that it signed with certificates, which are
//! fetched; while a merchant changes from one to the other it may sign with either, so both count.

use super::wire::Sealed;
use crate::certificate::Certificate;
use crate::rsa::PublicKey;
use crate::{CallError, Secret};
use kernel::Timestamp;
use parking_lot::Mutex;
use serde::Deserialize;
use std::collections::BTreeMap;

/// Certificates are not fetched again sooner than this: a stranger may name any serial number.
const PAUSE_S: i64 = 60;

/// Digits of a certificate's serial number at most (RFC 5280: 20 octets).
const DIGITS_MAX: usize = 40;

/// What is known of a key.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Known {
    Key(PublicKey),
    /// The certificates should be fetched.
    NotYet,
    /// There is no such key.
    No,
}

pub(super) struct Keys {
    /// `PUB_KEY_ID_…`
    pub id: String,
    key: PublicKey,
    platform: Mutex<Platform>,
}

/// The certificates that were fetched, by their serial numbers.
#[derive(Default)]
struct Platform {
    certificates: BTreeMap<String, Certificate>,
    asked_at: Option<Timestamp>,
}

impl Keys {
    pub(super) fn new(id: String, key: PublicKey) -> Keys {
        Keys { id, key, platform: Mutex::default() }
    }

    pub(super) fn find(&self, serial: &str, now: Timestamp) -> Known {
        if serial == self.id {
            return Known::Key(self.key.clone());
        }
        let is_certificates = !serial.is_empty() && serial.len() <= DIGITS_MAX && serial.bytes().all(is_digit);
        if !is_certificates {
            return Known::No;
        }
        let platform = self.platform.lock();
        match platform.certificates.get(&serial.to_ascii_uppercase()) {
            Some(certificate) if certificate.counts(now) => Known::Key(certificate.key.clone()),
            _ if platform
                .asked_at
                .is_some_and(|at| now.as_second().abs_diff(at.as_second()) < PAUSE_S.unsigned_abs()) =>
            {
                Known::No
            }
            _ => Known::NotYet,
        }
    }

    /// Takes up the answer of `/v3/certificates`. Whoever sealed them has the key that we share with WeChat Pay, which proves
    /// them: the answer's own signature could only be checked with what it brings.
    pub(super) fn take(&self, answer: &str, seal: &Secret, now: Timestamp) -> Result<(), CallError> {
        let list: List = serde_json::from_str(answer).map_err(|_| CallError::unknown("the answer is not readable"))?;
        let opened = list.data.iter().filter_map(|one| one.encrypt_certificate.open(seal));
        let read = opened.filter_map(|pem| Certificate::read(&pem));
        let certificates = read.map(|certificate| (certificate.serial.clone(), certificate)).collect();
        *self.platform.lock() = Platform { certificates, asked_at: Some(now) };
        Ok(())
    }

    /// Notes that WeChat Pay has no certificates for this merchant, as it says to those who use its public key alone.
    pub(super) fn take_none(&self, now: Timestamp) {
        self.platform.lock().asked_at = Some(now);
    }
}

const fn is_digit(byte: u8) -> bool {
    byte.is_ascii_hexdigit()
}

/// GET /v3/certificates
#[derive(Deserialize)]
struct List {
    data: Vec<One>,
}

#[derive(Deserialize)]
struct One {
    encrypt_certificate: Sealed,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulator::keys;
    use serde_json::json;

    const SERIAL: &str = "5d3a9c1e7742b0f68a11c4e95b7f20d3869a4c17";

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn is_key(known: Known) -> bool {
        matches!(known, Known::Key(_))
    }

    #[test]
    fn both_kinds_of_key_count_side_by_side() {
        let seal = Secret::new("k".repeat(32));
        let now = at(1_790_000_000);
        let keys = Keys::new("PUB_KEY_ID_1".to_owned(), PublicKey::read(keys::PROVIDER_PUBLIC.as_bytes()).unwrap());
        assert!(is_key(keys.find("PUB_KEY_ID_1", now)));
        for odd in ["PUB_KEY_ID_2", "", "xyz", &"1".repeat(41)] {
            assert_eq!(keys.find(odd, now), Known::No, "{odd}");
        }
        assert_eq!(keys.find(SERIAL, now), Known::NotYet);

        let sealed = |key: &Secret| Sealed::seal(key, "0123456789ab", "certificate", keys::NEXT_PROVIDER_CERTIFICATE);
        let answer = |key: &Secret| json!({ "data": [{ "encrypt_certificate": sealed(key).unwrap() }] }).to_string();
        keys.take(&answer(&Secret::new("K".repeat(32))), &seal, now).unwrap();
        // Sealed by somebody else; and WeChat Pay is not asked again at once.
        assert_eq!(keys.find(SERIAL, now), Known::No);
        assert_eq!(keys.find(SERIAL, at(now.as_second() + 61)), Known::NotYet);
        keys.take(&answer(&seal), &seal, now).unwrap();
        assert!(is_key(keys.find(SERIAL, now)) && is_key(keys.find(&SERIAL.to_ascii_uppercase(), now)));
        assert!(is_key(keys.find("PUB_KEY_ID_1", now)));
        // The certificate ends with the year 2119.
        assert_eq!(keys.find(SERIAL, at(4_733_510_400 + 1)), Known::NotYet);
        assert!(keys.take("{}", &seal, now).is_err());
    }
}
