//! What Linux says about a process: CPU time and memory.

use crate::Outcome;
use std::fs;
use std::io::Read;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Microseconds of a tick of `/proc`: the kernel shows 100 a second, whatever it counts in itself.
const TICK_US: u64 = 10_000;

/// CPU time that a process has used so far, all threads, user and system.
pub fn cpu_us(pid: u32) -> Outcome<u64> {
    let stat = read(pid, "stat")?;
    // The name in brackets may hold blanks; what follows it does not. The state is the first of these.
    let fields: Vec<&str> =
        stat.rsplit_once(')').map(|(_, rest)| rest.split_whitespace().collect()).unwrap_or_default();
    let ticks: Option<u64> = [11, 12].iter().map(|place| fields.get(*place)?.parse::<u64>().ok()).sum();
    ticks.map(|t| t * TICK_US).ok_or_else(|| format!("The times of process {pid} cannot be read."))
}

/// Resident memory in KiB.
pub fn resident_kib(pid: u32) -> Outcome<u64> {
    memory_kib(pid, "VmRSS:")
}

/// What a program took from its start to its end.
#[derive(Debug, Clone, Copy, Default)]
pub struct Spent {
    pub took_us: u64,
    /// All threads, user and system.
    pub cpu_us: u64,
    /// The most that was resident at once.
    pub peak_kib: u64,
}

/// Between two looks at a program. Its peak is told by the kernel; what it grows after the last look is missed.
const LOOK: Duration = Duration::from_millis(5);

/// Runs a program to its end and watches it. What it says must be short.
pub fn watched(command: &mut Command) -> Outcome<Spent> {
    let name = command.get_program().to_string_lossy().into_owned();
    let start = Instant::now();
    let spawned = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn();
    let mut child = spawned.map_err(|e| format!("`{name}` could not be started: {e}."))?;
    let mut spent = Spent::default();
    let status = loop {
        spent.cpu_us = spent.cpu_us.max(cpu_us(child.id())?);
        // A program that has ended has no memory any more.
        spent.peak_kib = spent.peak_kib.max(memory_kib(child.id(), "VmHWM:").unwrap_or(0));
        if let Some(status) = child.try_wait().map_err(|e| e.to_string())? {
            break status;
        }
        sleep(LOOK);
    };
    spent.took_us = u64::try_from(start.elapsed().as_micros()).unwrap_or(u64::MAX);
    let mut said = String::new();
    if let Some(mut pipe) = child.stderr.take() {
        pipe.read_to_string(&mut said).map_err(|e| e.to_string())?;
    }
    if status.success() { Ok(spent) } else { Err(format!("`{name}` failed ({status}).\n{said}")) }
}

fn memory_kib(pid: u32, field: &str) -> Outcome<u64> {
    let status = read(pid, "status")?;
    let line = status.lines().find_map(|line| line.strip_prefix(field));
    line.and_then(|rest| rest.split_whitespace().next()?.parse().ok())
        .ok_or_else(|| format!("The memory of process {pid} cannot be read."))
}

fn read(pid: u32, file: &str) -> Outcome<String> {
    fs::read_to_string(format!("/proc/{pid}/{file}")).map_err(|e| format!("Process {pid} cannot be looked at: {e}."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process() {
        let own = std::process::id();
        assert!(resident_kib(own).unwrap() > 100);
        let before = cpu_us(own).unwrap();
        let mut sum = 0_u64;
        while cpu_us(own).unwrap() < before + 2 * TICK_US {
            sum = (0..100_000_u64).fold(sum, |a, b| std::hint::black_box(a ^ b));
        }
    }
}
