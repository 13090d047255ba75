//! Everything that is left to chance, drawn from one seed.

use kernel::{Clock, Ids, Timestamp};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use store::{Error, Seeds};

/// Draws that are the same for the same seed and purpose.
pub struct Draw(Ids);

impl Draw {
    pub fn new(seed: u64, purpose: u8) -> Draw {
        let mut bytes = [purpose; 32];
        bytes[..8].copy_from_slice(&seed.to_be_bytes());
        Draw(Ids::new(Timestamp::UNIX_EPOCH, bytes))
    }

    pub fn below(&mut self, n: usize) -> usize {
        let number = u64::from_be_bytes(self.0.random());
        usize::try_from(number % n.max(1) as u64).unwrap()
    }

    /// True so many times of a hundred.
    pub fn percent(&mut self, of_hundred: usize) -> bool {
        self.below(100) < of_hundred
    }

    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        if from.is_empty() { None } else { from.get(self.below(from.len())) }
    }

    pub fn shuffle<T>(&mut self, things: &mut [T]) {
        for last in (1..things.len()).rev() {
            things.swap(last, self.below(last + 1));
        }
    }

    /// An amount in minor units: most are small, so that they meet.
    pub fn minor(&mut self, most: i64) -> i64 {
        let number = i64::try_from(self.below(1 << 30)).unwrap();
        1 + number % most.max(1)
    }

    pub fn bytes<const N: usize>(&mut self) -> [u8; N] {
        self.0.random()
    }
}

/// The time of the story. It goes on when it is told to, and by a microsecond whenever somebody looks.
#[derive(Clone)]
pub struct StoryClock(Arc<AtomicI64>);

impl StoryClock {
    pub fn from(instant: &str) -> StoryClock {
        let instant: Timestamp = instant.parse().unwrap();
        StoryClock(Arc::new(AtomicI64::new(instant.as_microsecond())))
    }

    pub fn advance_s(&self, seconds: i64) {
        self.0.fetch_add(seconds * 1_000_000, Ordering::SeqCst);
    }

    pub fn second(&self) -> i64 {
        self.0.load(Ordering::SeqCst) / 1_000_000
    }
}

impl Clock for StoryClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_microsecond(self.0.fetch_add(1, Ordering::SeqCst)).unwrap()
    }
}

/// The house's randomness.
pub struct StorySeeds(pub Mutex<Draw>);

impl Seeds for StorySeeds {
    fn draw(&self) -> Result<[u8; 32], Error> {
        Ok(self.0.lock().unwrap().bytes())
    }
}
