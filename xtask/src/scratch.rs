//! Temporary folders that only their owner can read.

use crate::run::Outcome;
use std::fs;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

/// Where Linux has files in memory.
const MEMORY: &str = "/dev/shm";
/// In megabytes: PostgreSQL's log of changes and the databases of a few tests at once come to a quarter of it.
const MEMORY_MIN: u64 = 2_000;

static COUNTER: AtomicU32 = AtomicU32::new(0);

/// A folder that goes away with this value.
#[derive(Debug)]
pub struct Scratch(PathBuf);

impl Scratch {
    /// Below the system's temporary folder and not below the build folder: another user (PostgreSQL's) must reach it.
    pub fn new(name: &str) -> Outcome<Scratch> {
        Scratch::below(&std::env::temp_dir(), name)
    }

    /// In the machine's memory where it has room for that, for what need not outlive a power cut: thousands of files that live for a
    /// second cost a disk more than anything else.
    pub fn in_memory(name: &str) -> Outcome<Scratch> {
        let memory = Path::new(MEMORY);
        if free(memory).is_some_and(|megabytes| megabytes >= MEMORY_MIN) {
            Scratch::below(memory, name)
        } else {
            Scratch::new(name)
        }
    }

    fn below(folder: &Path, name: &str) -> Outcome<Scratch> {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |d| d.subsec_nanos());
        let count = COUNTER.fetch_add(1, Ordering::Relaxed);
        let path = folder.join(format!("shunfu-{name}-{}-{now}-{count}", std::process::id()));
        fs::DirBuilder::new()
            .mode(0o700)
            .create(&path)
            .map_err(|e| format!("Cannot create {}: {e}.", path.display()))?;
        Ok(Scratch(path))
    }

    pub fn path(&self) -> &Path {
        &self.0
    }
}

/// What is free there, in megabytes; `None` where the system does not say.
fn free(folder: &Path) -> Option<u64> {
    let said = Command::new("df").args(["-B", "1000000", "--output=avail"]).arg(folder).output().ok()?;
    String::from_utf8(said.stdout).ok()?.lines().nth(1)?.trim().parse().ok()
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if let Err(e) = fs::remove_dir_all(&self.0)
            && e.kind() != std::io::ErrorKind::NotFound
        {
            eprintln!("{} could not be removed: {e}.", self.0.display());
        }
    }
}
