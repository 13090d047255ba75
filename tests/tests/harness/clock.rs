//! A clock that tests can set. It runs, since ids and streams need time to go on.

use jiff::{SignedDuration, Timestamp};
use kernel::{Clock, SystemClock};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// The machine's clock, moved; cheap to clone.
#[derive(Debug, Clone)]
pub struct TestClock(Arc<AtomicI64>);

impl TestClock {
    /// Runs from an instant on.
    pub fn from(instant: &str) -> TestClock {
        let clock = TestClock(Arc::default());
        clock.set(instant.parse().unwrap());
        clock
    }

    /// Goes on from another instant.
    pub fn set(&self, instant: Timestamp) {
        self.0.store(instant.as_microsecond() - SystemClock.now().as_microsecond(), Ordering::SeqCst);
    }

    /// Lets time pass.
    pub fn advance(&self, by: SignedDuration) {
        self.0.fetch_add(i64::try_from(by.as_micros()).unwrap(), Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        SystemClock.now() + SignedDuration::from_micros(self.0.load(Ordering::SeqCst))
    }
}
