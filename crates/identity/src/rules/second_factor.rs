//! The second factor: codes of six digits that a secret and the time make (RFC 6238 on RFC 4226), and recovery codes.
//!
//! SHA-1, six digits and thirty seconds are what every authenticator app knows; some take no others, and silently. SHA-1 is
//! sound here, where nobody gains by a collision.

use hmac::{Hmac, KeyInit, Mac};
use jiff::{SignedDuration, Timestamp};
use kernel::id::base32;
use sha1::Sha1;
use sha2::{Digest, Sha256};
use std::fmt;
use std::fmt::Write;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// How long one code is shown.
const STEP_SECONDS: i64 = 30;
/// Steps before and after the present one whose codes count too: whoever types takes some seconds, and telephones are up to
/// half a minute wrong either way. More than one gives guessers more (RFC 6238, 5.2 and 6).
const TOLERANCE: i64 = 1;
const DIGITS: usize = 6;
const MODULUS: u32 = 1_000_000;
/// How many recovery codes there are at first.
pub const RECOVERY_CODES: usize = 10;
/// Characters of a recovery code: 80 bits, so that what is kept of it tells nothing.
const RECOVERY_CHARS: usize = 16;
/// How long a sign-in waits for the code after the password.
pub const PENDING: SignedDuration = SignedDuration::from_mins(5);
/// The letters of RFC 4648, in which apps take a secret.
const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
/// Characters of the company's name in an app's list; a code that holds more is hard to scan.
const ISSUER_CHARS: usize = 30;

/// What the app and the house share: 160 bits, as RFC 4226 asks for (section 4).
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct Secret([u8; 20]);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl Secret {
    /// Of random bytes; the last twelve are left over.
    pub fn of(random: [u8; 32]) -> Secret {
        let mut secret = [0; 20];
        secret.copy_from_slice(&random[..20]);
        Secret(secret)
    }

    /// As it is typed into an app: 32 letters and digits.
    pub fn letters(&self) -> Zeroizing<String> {
        let mut text = String::with_capacity(32);
        for five in self.0.chunks(5) {
            let bits = five.iter().fold(0_u64, |bits, byte| (bits << 8) | u64::from(*byte));
            text.extend((0..8).rev().map(|place| {
                let letter = usize::try_from((bits >> (5 * place)) & 31).unwrap_or(0);
                char::from(LETTERS[letter])
            }));
        }
        Zeroizing::new(text)
    }

    /// The inverse of [`Secret::letters`].
    pub fn read(letters: &str) -> Option<Secret> {
        let mut secret = [0; 20];
        if letters.len() != 32 {
            return None;
        }
        for (five, eight) in secret.chunks_mut(5).zip(letters.as_bytes().chunks(8)) {
            let mut bits = 0_u64;
            for letter in eight {
                bits = (bits << 5) | u64::try_from(LETTERS.iter().position(|own| own == letter)?).ok()?;
            }
            five.copy_from_slice(&bits.to_be_bytes()[3..]);
        }
        Some(Secret(secret))
    }

    /// In groups of four, to be read and typed.
    pub fn groups(&self) -> String {
        grouped(&self.letters(), ' ')
    }

    /// What the QR code says, in the form that apps read: `otpauth://totp/…`. `account` is whose it is, as a mail.
    pub fn address(&self, issuer: &str, account: &str) -> Zeroizing<String> {
        // A colon parts issuer and account, encoded or not.
        let issuer = encoded(&issuer.chars().filter(|c| *c != ':').take(ISSUER_CHARS).collect::<String>());
        let (account, secret) = (encoded(account), self.letters());
        Zeroizing::new(format!(
            "otpauth://totp/{issuer}:{account}?secret={}&issuer={issuer}&algorithm=SHA1&digits={DIGITS}\
             &period={STEP_SECONDS}",
            secret.as_str()
        ))
    }

    /// The step whose code this is, among those that count now. A caller lets a step count once.
    pub fn matched(&self, code: u32, now: Timestamp) -> Option<i64> {
        let present = now.as_second().div_euclid(STEP_SECONDS);
        (present - TOLERANCE..=present + TOLERANCE).rev().find(|step| self.code_of(*step) == code)
    }

    /// RFC 4226, 5.3: the last four bits of the HMAC say which 31 bits of it are the number.
    fn code_of(&self, step: i64) -> u32 {
        // HMAC takes a key of one block: the secret padded with zeros, as RFC 2104 does for shorter keys.
        let mut block = Zeroizing::new([0_u8; 64]);
        block[..20].copy_from_slice(&self.0);
        let mut mac = <Hmac<Sha1> as KeyInit>::new(&(*block).into());
        mac.update(&step.to_be_bytes());
        let digest: [u8; 20] = mac.finalize().into_bytes().into();
        let from = usize::from(digest[19] & 15);
        let number = u32::from_be_bytes([digest[from], digest[from + 1], digest[from + 2], digest[from + 3]]);
        (number & 0x7fff_ffff) % MODULUS
    }
}

/// What somebody typed where a code is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Typed {
    /// Six digits of the app.
    Code(u32),
    /// A recovery code, as it is hashed.
    Recovery(String),
}

/// Reads a code as people type it: with blanks or hyphens, in any case, with letters that look like digits.
pub fn read(typed: &str) -> Option<Typed> {
    let plain: String = typed.chars().filter(|c| !c.is_whitespace() && *c != '-').take(RECOVERY_CHARS + 1).collect();
    if plain.len() == DIGITS && plain.bytes().all(|b| b.is_ascii_digit()) {
        return plain.parse().ok().map(Typed::Code);
    }
    let plain = plain.to_ascii_lowercase().replace('o', "0").replace(['i', 'l'], "1");
    let is_ours = plain.len() == RECOVERY_CHARS && plain.bytes().all(|b| b.is_ascii_alphanumeric() && b != b'u');
    is_ours.then_some(Typed::Recovery(plain))
}

/// The recovery codes that random bytes make, as [`read`] gives them.
pub fn recovery_codes(random: [u8; 32]) -> Vec<String> {
    (0..RECOVERY_CODES)
        .map(|nth| {
            let own = Sha256::new().chain_update(random).chain_update(nth.to_be_bytes()).finalize();
            let mut half = [0; 16];
            half.copy_from_slice(&own[..16]);
            // Of 26 characters the first stand for the highest bits, and the very first for less than five.
            base32(&half)[26 - RECOVERY_CHARS..].to_owned()
        })
        .collect()
}

/// Four characters, a mark, four characters …
pub fn grouped(text: &str, mark: char) -> String {
    let mut groups = String::new();
    for (place, character) in text.chars().enumerate() {
        if place > 0 && place % 4 == 0 {
            groups.push(mark);
        }
        groups.push(character);
    }
    groups
}

/// Percent-encoded for an address; blanks too, since apps show a `+` as it is.
fn encoded(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~@".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            write!(out, "%{byte:02X}").unwrap_or_default();
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn secret() -> Secret {
        Secret(*b"12345678901234567890")
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    /// RFC 6238, appendix B, SHA-1: of its eight digits the last six.
    #[test]
    fn makes_the_codes_of_the_standard() {
        for (second, code) in [
            (59, 287_082),
            (1_111_111_109, 81_804),
            (1_111_111_111, 50_471),
            (1_234_567_890, 5_924),
            (2_000_000_000, 279_037),
            (20_000_000_000, 353_130),
        ] {
            assert_eq!(secret().code_of(second / 30), code, "{second}");
            assert_eq!(secret().matched(code, at(second)), Some(second / 30), "{second}");
        }
    }

    /// RFC 4226, appendix D.
    #[test]
    fn counts_as_the_older_standard_does() {
        let codes = [755_224, 287_082, 359_152, 969_429, 338_314, 254_676, 287_922, 162_583, 399_871, 520_489];
        for (step, code) in (0..).zip(codes) {
            assert_eq!(secret().code_of(step), code, "{step}");
        }
    }

    #[test]
    fn a_code_counts_a_step_before_and_after_its_own() {
        // The code of the step from second 60 on.
        let code = secret().code_of(2);
        for (second, counts) in
            [(29, false), (30, true), (59, true), (60, true), (89, true), (90, true), (119, true), (120, false)]
        {
            assert_eq!(secret().matched(code, at(second)), counts.then_some(2), "{second}");
        }
    }

    #[test]
    fn codes_are_read_as_people_type_them() {
        let own = recovery_codes([7; 32]).remove(0);
        let shown = grouped(&own, '-').to_uppercase();
        for (typed, read_as) in [
            ("081804", Some(Typed::Code(81_804))),
            (" 081 804 ", Some(Typed::Code(81_804))),
            ("08180", None),
            ("0818041", None),
            ("", None),
            ("０８１８０４", None),
            ("-81804", None),
            (shown.as_str(), Some(Typed::Recovery(own.clone()))),
            ("OIL0-OIL0-OIL0-OIL0", Some(Typed::Recovery("0110011001100110".into()))),
            ("uuuu-uuuu-uuuu-uuuu", None),
            ("0123-4567-89ab-cdefg", None),
        ] {
            assert_eq!(read(typed), read_as, "{typed:?}");
        }
    }

    #[test]
    fn recovery_codes_differ() {
        let (some, others) = (recovery_codes([1; 32]), recovery_codes([2; 32]));
        let all: std::collections::BTreeSet<&String> = some.iter().chain(&others).collect();
        assert_eq!((some.len(), all.len()), (10, 20));
        assert!(some.iter().all(|code| code.len() == 16 && read(code) == Some(Typed::Recovery(code.clone()))));
    }

    #[test]
    fn a_secret_is_told_to_apps_and_to_nobody_else() {
        assert_eq!(secret().letters().as_str(), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        assert_eq!(secret().groups(), "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
        assert_eq!(
            secret().address("远航 & Co:", "a+b@example.com").as_str(),
            "otpauth://totp/%E8%BF%9C%E8%88%AA%20%26%20Co:a%2Bb@example.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\
             &issuer=%E8%BF%9C%E8%88%AA%20%26%20Co&algorithm=SHA1&digits=6&period=30"
        );
        assert_eq!(format!("{:?}", secret()), "Secret(…)");
    }

    proptest! {
        #[test]
        fn a_secret_is_read_as_it_was_written(random: [u8; 32]) {
            let secret = Secret::of(random);
            prop_assert_eq!(Secret::read(&secret.letters()), Some(secret.clone()));
            prop_assert!(Secret::read(&secret.letters()[1..]).is_none());
            prop_assert!(Secret::read(&secret.letters().to_lowercase()).is_none() || random[..20].iter().all(|b| *b == 0xff));
        }

        /// Whatever the hour, the app's present code counts as its own step, and in no step twice removed.
        #[test]
        fn the_present_code_counts(random: [u8; 32], second in 0_i64..4_000_000_000) {
            let (secret, step) = (Secret::of(random), second / 30);
            let code = secret.code_of(step);
            prop_assert!(secret.matched(code, at(second)).is_some_and(|matched| (matched - step).abs() <= 1));
            prop_assert!(code < 1_000_000);
        }
    }
}
