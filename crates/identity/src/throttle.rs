//! Counts attempts to sign in, and requests of keys that have a limit, in this process's memory.

use crate::rules::throttle::{Limit, PER_ACCOUNT, PER_ADDRESS, PER_CODES, PER_MAIL, Window, attempt, is_over};
use crate::rules::user::normal_mail;
use ::store::Error;
use jiff::SignedDuration;
use kernel::id::ApiKeyId;
use kernel::{Refusal, RefusalKind, Timestamp};
use parking_lot::Mutex;
use std::collections::HashMap;

const ENTRIES_MAX: usize = 50_000;

/// Attempts by what they are counted under.
#[derive(Debug, Default)]
pub(crate) struct Throttle(Mutex<HashMap<String, Window>>);

impl Throttle {
    /// Counts an attempt, or refuses it with the seconds to wait. Counted before the password is looked at: a hundred at
    /// once are a hundred.
    pub(crate) fn attempt(&self, address: &str, mail: &str, now: Timestamp) -> Result<(), Error> {
        self.count(names(address, mail, PER_ACCOUNT), now)
    }

    /// Counts an attempt to give a code, which is to be had by far fewer guesses than a password.
    pub(crate) fn attempt_code(&self, address: &str, who: &str, now: Timestamp) -> Result<(), Error> {
        self.count(names(address, &code_of(who), PER_CODES), now)
    }

    /// Counts a request of a key that may make so many a minute, or refuses it with the seconds to wait.
    pub(crate) fn request(&self, key: ApiKeyId, per_minute: u32, now: Timestamp) -> Result<(), Error> {
        let limit = Limit { attempts_max: per_minute, window: SignedDuration::from_mins(1) };
        self.count([(key.to_string(), limit)], now)
    }

    fn count<const N: usize>(&self, names: [(String, Limit); N], now: Timestamp) -> Result<(), Error> {
        let mut windows = self.0.lock();
        if windows.len() >= ENTRIES_MAX {
            windows.retain(|_, window| !is_over(window, PER_ACCOUNT, now));
        }
        if windows.len() >= ENTRIES_MAX {
            windows.clear();
        }
        let mut opened = Vec::new();
        for (name, limit) in names {
            let window = attempt(windows.get(&name).copied(), limit, now).map_err(too_many)?;
            opened.push((name, window));
        }
        windows.extend(opened);
        Ok(())
    }

    /// Gives the attempt back: it succeeded.
    pub(crate) fn forgive(&self, address: &str, mail: &str) {
        self.take_back(names(address, mail, PER_ACCOUNT));
    }

    /// Gives an attempt with a code back.
    pub(crate) fn forgive_code(&self, address: &str, who: &str) {
        self.take_back(names(address, &code_of(who), PER_CODES));
    }

    fn take_back(&self, names: [(String, Limit); 3]) {
        let mut windows = self.0.lock();
        for (name, limit) in names {
            if limit == PER_MAIL {
                windows.remove(&name);
            } else if let Some(window) = windows.get_mut(&name) {
                window.attempts = window.attempts.saturating_sub(1);
            }
        }
    }
}

/// What an attempt is counted under; `account` is the limit for one mail from everywhere.
fn names(address: &str, mail: &str, account: Limit) -> [(String, Limit); 3] {
    let mail: String = normal_mail(mail).chars().take(254).collect();
    [(format!("{address} {mail}"), PER_MAIL), (format!("{address}\n"), PER_ADDRESS), (format!("\n{mail}"), account)]
}

/// No mail has a blank in it.
fn code_of(who: &str) -> String {
    format!("code of {who}")
}

fn too_many(seconds: u32) -> Error {
    Refusal::new(RefusalKind::TooMany { retry_after: seconds }, "too_many").into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_stop_and_successes_do_not() {
        let now = Timestamp::UNIX_EPOCH;
        let throttle = Throttle::default();
        for _ in 0..PER_MAIL.attempts_max {
            throttle.attempt("10.0.0.1", "a@b.co", now).unwrap();
        }
        let refusal = throttle.attempt("10.0.0.1", " A@b.co", now).unwrap_err().refusal();
        assert_eq!(refusal.kind, RefusalKind::TooMany { retry_after: 301 });
        throttle.attempt("10.0.0.2", "a@b.co", now).unwrap();
        for _ in 0..500 {
            throttle.attempt("10.0.0.1", "c@b.co", now).unwrap();
            throttle.forgive("10.0.0.1", "c@b.co");
        }
        let others = (0..100).filter(|n| throttle.attempt("10.0.0.1", &format!("{n}@b.co"), now).is_ok()).count();
        assert_eq!(others, 52, "sixty an address, eight of them used");
    }

    #[test]
    fn an_account_is_not_guessed_from_many_addresses() {
        let now = Timestamp::UNIX_EPOCH;
        let throttle = Throttle::default();
        let tries = (0..200).filter(|n| throttle.attempt(&format!("10.0.0.{n}"), "a@b.co", now).is_ok()).count();
        assert_eq!(tries, 100);
        let refusal = throttle.attempt("10.0.1.1", "a@b.co", now).unwrap_err().refusal();
        assert_eq!(refusal.kind, RefusalKind::TooMany { retry_after: 3601 });
        throttle.attempt("10.0.1.1", "other@b.co", now).unwrap();
    }

    #[test]
    fn codes_are_guessed_ten_times_an_hour() {
        let now = Timestamp::UNIX_EPOCH;
        let throttle = Throttle::default();
        let tries = (0..50).filter(|n| throttle.attempt_code(&format!("10.0.0.{n}"), "usr_a", now).is_ok()).count();
        assert_eq!(tries, 10);
        throttle.attempt("10.0.0.1", "usr_a", now).unwrap();
        throttle.attempt_code("10.0.0.1", "usr_b", now).unwrap();
        // A right one is no guess, and makes no room for others.
        throttle.forgive_code("10.0.0.1", "usr_a");
        throttle.attempt_code("10.0.0.1", "usr_a", now).unwrap();
        throttle.attempt_code("10.0.0.1", "usr_a", now).unwrap_err();
    }

    #[test]
    fn a_key_has_so_many_requests_a_minute() {
        let throttle = Throttle::default();
        let key = ApiKeyId::NIL;
        let at = |seconds: i64| Timestamp::from_second(1_790_000_000 + seconds).unwrap();
        for (second, allowed) in [(0, true), (1, true), (59, false), (60, true), (61, true), (62, false)] {
            assert_eq!(throttle.request(key, 2, at(second)).is_ok(), allowed, "{second}");
        }
    }
}
