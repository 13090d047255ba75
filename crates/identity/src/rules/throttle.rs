//! How often somebody may try to sign in.
//!
//! Failures are counted per address and mail, per address, and per mail; a success gives its attempt back. Windows are fixed: the
//! first failure opens one.

use jiff::{SignedDuration, Timestamp};

/// Attempts in one window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    pub since: Timestamp,
    pub attempts: u32,
}

/// How many attempts, in how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    pub attempts_max: u32,
    pub window: SignedDuration,
}

/// For one mail from one address: a person who has forgotten tries five or six.
pub const PER_MAIL: Limit = Limit { attempts_max: 8, window: SignedDuration::from_mins(5) };
/// For one address: an office behind one router has many people.
pub const PER_ADDRESS: Limit = Limit { attempts_max: 60, window: SignedDuration::from_mins(5) };

/// For one mail from everywhere: who guesses from a thousand addresses has little more from each. Well above what a person
/// forgets, so that it takes a dozen addresses to keep somebody out for the rest of an hour.
pub const PER_ACCOUNT: Limit = Limit { attempts_max: 100, window: SignedDuration::from_hours(1) };

/// For the codes of one person from everywhere: three of a million count at once, so that ten an hour are less than one chance
/// in a thousand a day, for somebody who has the password already.
pub const PER_CODES: Limit = Limit { attempts_max: 10, window: SignedDuration::from_hours(1) };

/// One more attempt: the window with it, or the seconds to wait.
pub fn attempt(window: Option<Window>, limit: Limit, now: Timestamp) -> Result<Window, u32> {
    let Some(window) = window.filter(|w| !is_over(w, limit, now)) else {
        return Ok(Window { since: now, attempts: 1 });
    };
    if window.attempts < limit.attempts_max {
        return Ok(Window { attempts: window.attempts + 1, ..window });
    }
    let left = limit.window - now.duration_since(window.since);
    Err(u32::try_from(left.as_secs()).unwrap_or(0).saturating_add(1))
}

/// Whether a window no longer counts.
pub fn is_over(window: &Window, limit: Limit, now: Timestamp) -> bool {
    let age = now.duration_since(window.since);
    age >= limit.window || age.is_negative()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: Limit = Limit { attempts_max: 3, window: SignedDuration::from_secs(100) };

    #[test]
    fn counts_and_tells_when_to_come_back() {
        let at = |s: i64| Timestamp::from_second(1_790_000_000 + s).unwrap();
        let window = |since, attempts| Some(Window { since: at(since), attempts });
        for (before, now, outcome) in [
            (None, 0, Ok((0, 1))),
            (window(0, 1), 50, Ok((0, 2))),
            (window(0, 2), 99, Ok((0, 3))),
            (window(0, 3), 10, Err(91)),
            (window(0, 3), 99, Err(2)),
            (window(0, 3), 100, Ok((100, 1))),
            (window(50, 3), 10, Ok((10, 1))),
        ] {
            let got = attempt(before, LIMIT, at(now)).map(|w| (w.since, w.attempts));
            assert_eq!(got, outcome.map(|(since, n)| (at(since), n)), "{before:?} at {now}");
        }
    }
}
