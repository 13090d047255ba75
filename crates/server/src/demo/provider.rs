//! The payment provider beside the demonstration: `shunfu simulator` as a process of its own, as any provider is one.
//!
//! It ends with us, even when we are killed: its standard input is a pipe from here. Its book is in the data folder and its port
//! stays the same, so that a payment that was begun can be paid after a restart.

use crate::failure::Failure;
use crate::serve;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// A running simulator; ends when dropped.
pub(super) struct Provider {
    child: Child,
    pub address: SocketAddr,
}

impl Provider {
    /// Starts it where it was `before`, or on a free port when that one is taken.
    pub(super) fn start(data_dir: &Path, before: Option<SocketAddr>) -> Result<Provider, Failure> {
        let free = before.filter(|address| serve::bind(*address).is_ok());
        let listen = free.unwrap_or(SocketAddr::from(([127, 0, 0, 1], 0)));
        let mut child = Command::new(std::env::current_exe()?)
            .args(["simulator", "--until-input-ends", "--listen", &listen.to_string(), "--book"])
            .arg(data_dir.join("simulator.jsonl"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut told = String::new();
        if let Some(output) = child.stdout.take() {
            BufReader::new(output).read_line(&mut told)?;
        }
        let address = told.trim_end().rsplit_once("http://").and_then(|(_, address)| address.parse().ok());
        match address {
            Some(address) => Ok(Provider { child, address }),
            None => {
                child.wait()?;
                Err(Failure::refused("The payment simulator could not be started; its own words stand above."))
            }
        }
    }

    pub(super) fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        if let Err(error) = self.child.wait() {
            tracing::warn!(%error, "the simulator's end was not seen");
        }
    }
}
