//! How often a public link may be asked for from one address: in memory, per process.

use kernel::{Refusal, RefusalKind, Timestamp};
use parking_lot::Mutex;
use std::collections::HashMap;

/// Requests of one address within [`WINDOW_S`].
const REQUESTS_MAX: u32 = 120;
/// Seconds after which the count begins anew.
const WINDOW_S: i64 = 60;
/// More addresses than this are not remembered; then all counts begin anew.
const ADDRESSES_MAX: usize = 20_000;

/// Counts by address.
#[derive(Debug, Default)]
pub struct Limits(Mutex<HashMap<String, (i64, u32)>>);

impl Limits {
    /// Counts a request; refuses with 429 when there were too many.
    pub fn pass(&self, address: &str, now: Timestamp) -> Result<(), Refusal> {
        let second = now.as_second();
        let mut counts = self.0.lock();
        if counts.len() > ADDRESSES_MAX {
            counts.clear();
        }
        let (began, count) = counts.entry(address.to_owned()).or_insert((second, 0));
        if second - *began >= WINDOW_S {
            (*began, *count) = (second, 0);
        }
        *count += 1;
        if *count <= REQUESTS_MAX {
            return Ok(());
        }
        let left = (WINDOW_S - (second - *began)).max(1);
        let retry_after = u32::try_from(left).unwrap_or(60);
        Err(Refusal::new(RefusalKind::TooMany { retry_after }, "too_many").with("seconds", i64::from(retry_after)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_address_has_its_own_count_and_it_begins_anew() {
        let limits = Limits::default();
        let at = |second| Timestamp::from_second(second).unwrap();
        for _ in 0..REQUESTS_MAX {
            limits.pass("a", at(100)).unwrap();
        }
        let refusal = limits.pass("a", at(110)).unwrap_err();
        assert_eq!(refusal.kind, RefusalKind::TooMany { retry_after: 50 });
        assert!(limits.pass("b", at(110)).is_ok());
        assert!(limits.pass("a", at(160)).is_ok());
    }
}
