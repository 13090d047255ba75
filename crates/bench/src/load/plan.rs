//! What the load is told and what it tells.

use crate::Outcome;
use crate::figures::{Latency, per_second};
use serde::{Deserialize, Serialize};
use std::net::SocketAddr;
use std::process::{Command, Stdio};

/// A load to be made.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Plan {
    pub address: SocketAddr,
    pub api_key: String,
    pub connections: usize,
    /// Time before anything counts.
    pub warm_ms: u64,
    pub run_ms: u64,
    /// Stories by the second for an open load; closed without one.
    pub rate: Option<u64>,
    /// Number of the first story: no two stories of a run share a number.
    pub first: u64,
    pub story: Story,
}

/// What a caller does.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Story {
    /// Pays the invoice with the story's number.
    Payment { customers: Vec<String>, epoch_ms: u64, total: String, received_on: String },
    /// Orders, submits, pays.
    Order { customers: Vec<String>, item: String, received_on: String },
    /// Tells that the checkout beside the invoice with the story's number is paid.
    Notification { connection: String, secret: String, epoch_ms: u64, total_minor: i64, fee_minor: i64 },
}

/// What came of it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Loaded {
    /// Stories that ended well in the time that counts.
    pub done: u64,
    /// In all the time.
    pub failed: u64,
    pub first_failure: Option<String>,
    /// Number after the last story's.
    pub next: u64,
    pub elapsed_us: u64,
    /// What the load itself used of the processor in the time that counts.
    pub cpu_us: u64,
    pub latency: Latency,
}

impl Loaded {
    pub fn rate(&self) -> u64 {
        per_second(self.done, self.elapsed_us)
    }

    /// Share of one core that the load took, in percent.
    pub fn cpu_percent(&self) -> u64 {
        (self.cpu_us * 100).checked_div(self.elapsed_us).unwrap_or(0)
    }
}

impl Plan {
    /// Makes the load in a process of its own. A story that failed fails the run: a rate of failures says nothing.
    pub fn run(&self) -> Outcome<Loaded> {
        let own = std::env::current_exe().map_err(|e| e.to_string())?;
        let mut child = Command::new(own)
            .arg("load")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|e| format!("The load could not be started: {e}."))?;
        if let Some(input) = child.stdin.take() {
            serde_json::to_writer(input, self).map_err(|e| format!("The load takes no plan: {e}."))?;
        }
        let output = child.wait_with_output().map_err(|e| e.to_string())?;
        if !output.status.success() {
            return Err("The load failed.".to_owned());
        }
        let loaded: Loaded =
            serde_json::from_slice(&output.stdout).map_err(|e| format!("The load said nothing: {e}."))?;
        match &loaded.first_failure {
            None => Ok(loaded),
            Some(first) => Err(format!("{} stories failed; the first: {first}", loaded.failed)),
        }
    }
}
