//! What the figures were measured on.

use crate::Outcome;
use crate::measures::Settings;
use crate::product::finish;
use std::fs;
use std::process::Command;

/// Lines of a list: processor, memory, disk, versions.
pub fn describe(settings: &Settings) -> Outcome<String> {
    let cpuinfo = read("/proc/cpuinfo");
    let model = field(&cpuinfo, "model name").unwrap_or("unknown");
    let cores = cpuinfo.lines().filter(|line| line.starts_with("processor")).count();
    let memory_kib =
        field(&read("/proc/meminfo"), "MemTotal").and_then(|m| m.split_whitespace().next()?.parse::<u64>().ok());
    let disk = finish(Command::new("findmnt").args(["-n", "-o", "SOURCE,FSTYPE", "--target"]).arg(&settings.folder));
    let disk = disk.unwrap_or_else(|_| "unknown".to_owned()).split_whitespace().collect::<Vec<_>>().join(", ");
    let kernel = read("/proc/sys/kernel/osrelease");
    let system = read("/etc/os-release");
    let system = field(&system, "PRETTY_NAME").unwrap_or("unknown").trim_matches('"').to_owned();
    let postgres = finish(Command::new(&settings.pgbench).arg("--version"))?;
    let product = finish(Command::new(&settings.program).arg("--version"))?;
    Ok(format!(
        "- {cores} cores, {model}; {} GiB of memory\n- disk: {disk}\n- {system}, Linux {}\n- PostgreSQL: {}, its own defaults (fsync and synchronous_commit on)\n- product: {}, release build\n",
        memory_kib.unwrap_or(0) / (1 << 20),
        kernel.trim(),
        postgres.trim().trim_start_matches("pgbench (PostgreSQL) "),
        product.trim(),
    ))
}

fn read(path: &str) -> String {
    fs::read_to_string(path).unwrap_or_default()
}

fn field<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    text.lines().find_map(|line| {
        let (key, value) = line.split_once([':', '='])?;
        (key.trim() == name).then(|| value.trim())
    })
}
