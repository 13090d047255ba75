//! The peer: pgbench, playing a script of the product's own rows.

use crate::Outcome;
use crate::product::finish;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Sessions, as the product has connections.
pub const SESSIONS: u64 = 64;
/// Threads of pgbench.
const THREADS: u64 = 2;

/// pgbench against one database.
#[derive(Debug, Clone)]
pub struct Peer {
    pub pgbench: PathBuf,
    /// Address of the database with name and password.
    pub database: String,
}

impl Peer {
    /// Plays a script for so long; stories by the second. Their numbers begin at `first` and are dealt out among the sessions.
    pub fn play(&self, script: &Path, seconds: u64, first: u64) -> Outcome<u64> {
        let mut command = Command::new(&self.pgbench);
        command.args(["--no-vacuum", "--protocol", "prepared"]);
        command.args(["--client", &SESSIONS.to_string(), "--jobs", &THREADS.to_string()]);
        command.args(["--time", &seconds.to_string(), "--file"]).arg(script);
        command.args(["--define", &format!("first={first}"), "--define", &format!("sessions={SESSIONS}")]);
        command.args(["--define", "turn=-1"]).envs(environment(&self.database)?);
        let said = finish(&mut command)?;
        rate(&said).ok_or_else(|| format!("pgbench said nothing that can be read:\n{said}"))
    }
}

/// Stories by the second, of what pgbench prints at its end.
fn rate(said: &str) -> Option<u64> {
    said.split_once("tps =")?.1.trim_start().split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

/// Name, password and place as PostgreSQL's programs take them; an argument would show the password to everybody.
fn environment(url: &str) -> Outcome<[(&'static str, &str); 5]> {
    let wrong = || "The address of PostgreSQL must be postgres://name:password@host:port/database.".to_owned();
    let rest = url.strip_prefix("postgres://").ok_or_else(wrong)?;
    let (who, place) = rest.split_once('@').ok_or_else(wrong)?;
    let (name, password) = who.split_once(':').ok_or_else(wrong)?;
    let (server, database) = place.split_once('/').ok_or_else(wrong)?;
    let (host, port) = server.split_once(':').ok_or_else(wrong)?;
    Ok([("PGUSER", name), ("PGPASSWORD", password), ("PGHOST", host), ("PGPORT", port), ("PGDATABASE", database)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates() {
        let said =
            "number of transactions actually processed: 1402\ntps = 300.652235 (without initial connection time)\n";
        assert_eq!(rate(said), Some(300));
        assert_eq!(rate("pgbench: error: connection refused"), None);
    }

    #[test]
    fn addresses() {
        let parts = environment("postgres://a:b@127.0.0.1:5433/c").unwrap().map(|(_, value)| value);
        assert_eq!(parts, ["a", "b", "127.0.0.1", "5433", "c"]);
        assert!(environment("postgres://localhost/c").is_err());
    }
}
