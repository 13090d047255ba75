//! A clock that stands still at whichever moment of the story is told, and runs once the story is over.

use jiff::Timestamp;
use kernel::{Clock, SystemClock};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// The clock of the demonstration; cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct StoryClock(Arc<AtomicI64>);

/// The value that lets the clock run.
const RUNS: i64 = 0;

impl StoryClock {
    /// Stands still at an instant.
    pub fn stand_at(&self, instant: Timestamp) {
        self.0.store(instant.as_microsecond(), Ordering::SeqCst);
    }

    /// Runs with the machine's clock from now on.
    pub fn run(&self) {
        self.0.store(RUNS, Ordering::SeqCst);
    }
}

impl Clock for StoryClock {
    fn now(&self) -> Timestamp {
        match self.0.load(Ordering::SeqCst) {
            RUNS => SystemClock.now(),
            micros => Timestamp::from_microsecond(micros).unwrap_or_else(|_| SystemClock.now()),
        }
    }
}
