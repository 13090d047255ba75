//! Where "now" comes from; a parameter everywhere else.

use jiff::{Timestamp, Unit};

/// Tells the time to those who compose a request's context. Domain code receives the instant instead.
pub trait Clock: Send + Sync {
    /// The instant, to the microsecond (what every database keeps).
    fn now(&self) -> Timestamp;
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        let now = Timestamp::now();
        now.round(Unit::Microsecond).unwrap_or(now)
    }
}
