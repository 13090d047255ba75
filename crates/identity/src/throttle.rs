//! Counts attempts to sign in, in this process's memory.

use crate::rules::throttle::{Limit, PER_ADDRESS, PER_MAIL, Window, attempt, is_over};
use crate::rules::user::normal_mail;
use ::store::Error;
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
        let mut windows = self.0.lock();
        if windows.len() >= ENTRIES_MAX {
            windows.retain(|_, window| !is_over(window, PER_ADDRESS, now));
        }
        if windows.len() >= ENTRIES_MAX {
            windows.clear();
        }
        let mut opened = Vec::new();
        for (name, limit) in names(address, mail) {
            let window = attempt(windows.get(&name).copied(), limit, now).map_err(too_many)?;
            opened.push((name, window));
        }
        windows.extend(opened);
        Ok(())
    }

    /// Gives the attempt back: it succeeded.
    pub(crate) fn forgive(&self, address: &str, mail: &str) {
        let mut windows = self.0.lock();
        for (name, limit) in names(address, mail) {
            if limit == PER_MAIL {
                windows.remove(&name);
            } else if let Some(window) = windows.get_mut(&name) {
                window.attempts = window.attempts.saturating_sub(1);
            }
        }
    }
}

fn names(address: &str, mail: &str) -> [(String, Limit); 2] {
    let mail: String = normal_mail(mail).chars().take(254).collect();
    [(format!("{address} {mail}"), PER_MAIL), (format!("{address}\n"), PER_ADDRESS)]
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
}
