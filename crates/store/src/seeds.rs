//! Randomness: the operating system's, or a row that can be drawn again.

use crate::Error;

/// Where contexts get their randomness from.
pub trait Seeds: Send + Sync {
    fn draw(&self) -> Result<[u8; 32], Error>;
}

/// The operating system's.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemSeeds;

impl Seeds for SystemSeeds {
    fn draw(&self) -> Result<[u8; 32], Error> {
        seed()
    }
}

/// 32 bytes of randomness from the operating system.
pub fn seed() -> Result<[u8; 32], Error> {
    let mut seed = [0_u8; 32];
    getrandom::fill(&mut seed).map_err(|_| Error::Unavailable("internal"))?;
    Ok(seed)
}
