//! What Linux says about a process: CPU time and memory.

use crate::Outcome;
use std::fs;

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
    let status = read(pid, "status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
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
