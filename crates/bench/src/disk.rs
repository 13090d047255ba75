//! What the disk itself can do: 4 KiB and an fdatasync, again and again.

use crate::Outcome;
use crate::figures::Latency;
use std::fs::OpenOptions;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{JoinHandle, sleep};
use std::time::{Duration, Instant};

const BLOCK: [u8; 4096] = [0x5a; 4096];
/// Blocks written round and round, as a write-ahead log is: no new length, so no metadata to write.
const BLOCKS: u64 = 1024;

/// Waits until everything that was written is on the disk, so that what was prepared is not felt by what is measured.
pub fn settle() -> Outcome {
    let ended = Command::new("sync").status().map_err(|e| format!("`sync` could not be started: {e}."))?;
    if ended.success() { Ok(()) } else { Err("`sync` failed.".to_owned()) }
}

/// Times of write and fdatasync together, one after the other without pause.
pub fn fdatasync(folder: &Path, duration: Duration) -> Outcome<Latency> {
    let end = Instant::now() + duration;
    timed(folder, Duration::ZERO, || Instant::now() < end)
}

/// The same beside something else, until it is stopped.
pub struct Probe {
    goes_on: Arc<AtomicBool>,
    thread: JoinHandle<Outcome<Latency>>,
}

impl Probe {
    /// With a pause after each.
    pub fn start(folder: &Path, pause: Duration) -> Probe {
        let goes_on = Arc::new(AtomicBool::new(true));
        let (folder, flag) = (folder.to_owned(), Arc::clone(&goes_on));
        let thread = std::thread::spawn(move || timed(&folder, pause, || flag.load(Ordering::Relaxed)));
        Probe { goes_on, thread }
    }

    pub fn stop(self) -> Outcome<Latency> {
        self.goes_on.store(false, Ordering::Relaxed);
        self.thread.join().map_err(|_| "The probe of the disk ended badly.".to_owned())?
    }
}

fn timed(folder: &Path, pause: Duration, goes_on: impl Fn() -> bool) -> Outcome<Latency> {
    let path = folder.join("fdatasync");
    let wrong = |e: std::io::Error| format!("The disk cannot be measured at {}: {e}.", path.display());
    let file = OpenOptions::new().create(true).truncate(false).write(true).open(&path).map_err(wrong)?;
    for block in 0..BLOCKS {
        file.write_all_at(&BLOCK, block * 4096).map_err(wrong)?;
    }
    file.sync_all().map_err(wrong)?;
    let mut times_us = Vec::new();
    for block in (0..BLOCKS).cycle().take_while(|_| goes_on()) {
        let start = Instant::now();
        file.write_all_at(&BLOCK, block * 4096).map_err(wrong)?;
        file.sync_data().map_err(wrong)?;
        times_us.push(u32::try_from(start.elapsed().as_micros()).unwrap_or(u32::MAX));
        if !pause.is_zero() {
            sleep(pause);
        }
    }
    Ok(Latency::of(times_us))
}
