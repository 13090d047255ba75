//! HMAC-SHA256 over `timestamp.body`, written `v1=<hex>`: the form in which several providers sign what they send.
//!
//! Source: Stripe's documented webhook scheme. Two `v1` values stand side by side while a key is rotated; one that
//! fits is enough. Hexadecimal digits are lower case only, so that one signature has one spelling.

use crate::Secret;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// How old, or how far ahead, a signed instant may be, in seconds.
pub const TOLERANCE_S: i64 = 300;

/// More candidates than this in one header are not tried.
const CANDIDATES_MAX: usize = 4;

/// The signature of the parts joined by `separator`, as 64 lower-case hexadecimal digits.
pub fn sign(secret: &Secret, separator: u8, parts: &[&[u8]]) -> String {
    let digest = keyed(secret, separator, parts).finalize().into_bytes();
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Whether any `v1` of the header was made with any of the secrets; compares in constant time.
pub fn verify(secrets: &[Secret], separator: u8, parts: &[&[u8]], header: &str) -> bool {
    let candidates: Vec<[u8; 32]> = header
        .split(',')
        .filter_map(|item| item.strip_prefix("v1="))
        .take(CANDIDATES_MAX)
        .filter_map(from_hex)
        .collect();
    secrets.iter().any(|secret| {
        candidates.iter().any(|candidate| keyed(secret, separator, parts).verify_slice(candidate).is_ok())
    })
}

fn keyed(secret: &Secret, separator: u8, parts: &[&[u8]]) -> Hmac<Sha256> {
    let mut mac = match Hmac::<Sha256>::new_from_slice(secret.expose()) {
        Ok(mac) => mac,
        Err(_) => unreachable!("HMAC takes keys of any length"),
    };
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            mac.update(&[separator]);
        }
        mac.update(part);
    }
    mac
}

fn from_hex(text: &str) -> Option<[u8; 32]> {
    let digits = text.as_bytes();
    if digits.len() != 64 {
        return None;
    }
    let mut bytes = [0_u8; 32];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = nibble(pair[0])? << 4 | nibble(pair[1])?;
    }
    Some(bytes)
}

fn nibble(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vector_of_rfc_4231() {
        // Test case 2: key "Jefe", data "what do ya want for nothing?".
        let mac = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        let secret = Secret::new("Jefe");
        assert_eq!(sign(&secret, b' ', &[b"what do ya want", b"for nothing?"]), mac);
        for (header, fits) in [
            (format!("v1={mac}"), true),
            (format!("v1={},v1={mac}", "0".repeat(64)), true),
            (format!("v0={mac}"), false),
            (format!("v1={}", mac.to_uppercase()), false),
            (format!("v1={}", &mac[..62]), false),
            (format!("v1= {mac}"), false),
            (mac.to_owned(), false),
            (String::new(), false),
            (format!("{}v1={mac}", "v1=00,".repeat(4)), false),
        ] {
            let got =
                verify(&[Secret::new("other"), secret.clone()], b' ', &[b"what do ya want for nothing?"], &header);
            assert_eq!(got, fits, "{header}");
        }
    }
}
