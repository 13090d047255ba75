//! What the disk itself can do: 4 KiB and an fdatasync, again and again.

use crate::Outcome;
use crate::figures::Latency;
use std::fs::OpenOptions;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::time::{Duration, Instant};

const BLOCK: [u8; 4096] = [0x5a; 4096];
/// Blocks written round and round, as a write-ahead log is: no new length, so no metadata to write.
const BLOCKS: u64 = 1024;

/// Times of write and fdatasync together.
pub fn fdatasync(folder: &Path, duration: Duration) -> Outcome<Latency> {
    let path = folder.join("fdatasync");
    let wrong = |e: std::io::Error| format!("The disk cannot be measured at {}: {e}.", path.display());
    let file = OpenOptions::new().create(true).truncate(false).write(true).open(&path).map_err(wrong)?;
    for block in 0..BLOCKS {
        file.write_all_at(&BLOCK, block * 4096).map_err(wrong)?;
    }
    file.sync_all().map_err(wrong)?;
    let mut times_us = Vec::new();
    let end = Instant::now() + duration;
    for block in (0..BLOCKS).cycle() {
        let start = Instant::now();
        if start >= end {
            break;
        }
        file.write_all_at(&BLOCK, block * 4096).map_err(wrong)?;
        file.sync_data().map_err(wrong)?;
        times_us.push(u32::try_from(start.elapsed().as_micros()).unwrap_or(u32::MAX));
    }
    Ok(Latency::of(times_us))
}
