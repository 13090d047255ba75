//! Whoever brings in a large file has no hurry: payments go first.

use ::store::App;
use std::time::{Duration, Instant};

/// A rest is so many times as long as the last writes took: what they wrote is copied into the database beside them, and while the disk
/// is busy with that, a payment's commit waits.
const RESTS: u32 = 9;
/// A rest is no longer than this, however long they took.
const REST_MAX: Duration = Duration::from_millis(500);

/// What was written since the last look at what others do.
pub(crate) struct Pace {
    since: Instant,
    own: u64,
    handed_in: u64,
}

impl Pace {
    pub fn new(app: &App) -> Pace {
        Pace { since: Instant::now(), own: 0, handed_in: app.handed_in() }
    }

    /// Notes a write of one's own.
    pub fn wrote(&mut self) {
        self.own += 1;
    }

    pub fn own(&self) -> u64 {
        self.own
    }

    /// Where others wrote as well since the last look, rests, so that most of the writer's time, of the disk's and of a processor's is
    /// theirs. Says whether they did.
    pub fn rest(&mut self, app: &App) -> bool {
        let handed_in = app.handed_in();
        let is_beside_others = handed_in.saturating_sub(self.handed_in) > self.own;
        if is_beside_others {
            std::thread::sleep((self.since.elapsed() * RESTS).min(REST_MAX));
        }
        // What others write while it rests counts for the next look: between two rests there may be time for nobody.
        *self = Pace { since: Instant::now(), own: 0, handed_in };
        is_beside_others
    }
}
