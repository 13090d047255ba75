//! The simulator's chance: ids and choices that follow from a seed.

use kernel::id::base32;
use kernel::{Ids, Timestamp};

/// Draws that are the same for the same seed, whatever the clock says.
#[derive(Debug)]
pub(super) struct Draw(Ids);

impl Draw {
    pub(super) fn new(seed: u64) -> Draw {
        let mut bytes = [0_u8; 32];
        bytes[..8].copy_from_slice(&seed.to_be_bytes());
        Draw(Ids::new(Timestamp::UNIX_EPOCH, bytes))
    }

    /// `simpay_…`
    pub(super) fn id(&mut self, prefix: &str) -> String {
        format!("{prefix}_{}", base32(&self.0.random::<16>()))
    }

    pub(super) fn byte(&mut self) -> u8 {
        self.0.random::<1>()[0]
    }
}
