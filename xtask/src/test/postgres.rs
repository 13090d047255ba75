//! A PostgreSQL of our own for tests and benchmarks: a fresh cluster in a folder of its own, on a free port, gone afterwards.

use crate::keeper::{Ask, Keeper};
use crate::run::{Outcome, quietly};
use crate::scratch::Scratch;
use crate::setup::{self, postgres_account, user_id};
use std::fs::{self, File, OpenOptions};
use std::io::{Read, Write};
use std::net::TcpListener;
use std::os::unix::fs::{OpenOptionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

const READY_MAX: Duration = Duration::from_secs(30);

/// What a commit is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// Without fsync, in memory: tests are about answers.
    None,
    /// PostgreSQL's own defaults, for measuring.
    AsDelivered,
}

/// The running server.
pub struct Postgres {
    keeper: Keeper,
    url: String,
}

/// Who runs the server: PostgreSQL refuses root.
#[derive(Clone, Copy)]
struct Account(Option<(u32, u32)>);

impl Account {
    fn find() -> Outcome<Account> {
        Ok(Account(if user_id()? == 0 { Some(postgres_account()?) } else { None }))
    }

    fn owns(self, path: &Path) -> Outcome {
        let Some((user, group)) = self.0 else { return Ok(()) };
        chown(path, Some(user), Some(group)).map_err(|e| format!("Cannot hand over {}: {e}.", path.display()))
    }

    fn command(self, program: &Path, folder: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir(folder).env("LC_ALL", "C.UTF-8");
        if let Some((user, group)) = self.0 {
            command.uid(user).gid(group);
        }
        command
    }
}

impl Postgres {
    pub fn start(durability: Durability) -> Outcome<Postgres> {
        let programs = setup::postgres_programs().ok_or("PostgreSQL's programs are missing.")?;
        let account = Account::find()?;
        let folder = match durability {
            Durability::None => Scratch::in_memory("postgres")?,
            Durability::AsDelivered => Scratch::new("postgres")?,
        };
        account.owns(folder.path())?;
        let password = password()?;
        create_cluster(&programs, account, folder.path(), &password)?;
        let port = free_port()?;
        let mut server = account.command(&programs.join("postgres"), folder.path());
        server.arg("-D").arg("data").arg("-k").arg(folder.path()).args(["-h", "127.0.0.1", "-p", &port.to_string()]);
        let settings: &[&str] = match durability {
            Durability::None => {
                &["fsync=off", "full_page_writes=off", "max_wal_size=256MB", "max_connections=200", "timezone=UTC"]
            }
            Durability::AsDelivered => &["max_connections=200", "timezone=UTC"],
        };
        for setting in settings {
            server.args(["-c", setting]);
        }
        let mut keeper = Keeper::start("PostgreSQL", Ask::Int, &mut server, folder)?;
        let ready = programs.join("pg_isready");
        keeper.wait_until(READY_MAX, || {
            quietly(Command::new(&ready).args(["-q", "-h", "127.0.0.1", "-p", &port.to_string()])).is_ok()
        })?;
        Ok(Postgres { keeper, url: format!("postgres://shunfu:{password}@127.0.0.1:{port}/postgres") })
    }

    /// Address with the name and password of an owner of databases.
    pub fn url(&self) -> &str {
        &self.url
    }

    pub fn stop(mut self) -> Outcome {
        self.keeper.stop()
    }
}

fn create_cluster(programs: &Path, account: Account, folder: &Path, password: &str) -> Outcome {
    let file: PathBuf = folder.join("password");
    let wrong = |e: std::io::Error| format!("Cannot write {}: {e}.", file.display());
    let mut secret = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&file).map_err(wrong)?;
    writeln!(secret, "{password}").map_err(wrong)?;
    account.owns(&file)?;
    let mut initdb = account.command(&programs.join("initdb"), folder);
    initdb.args(["-D", "data", "-U", "shunfu", "--pwfile", "password", "--auth", "scram-sha-256"]);
    initdb.args(["--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync"]);
    quietly(&mut initdb)?;
    fs::remove_file(&file).map_err(wrong)
}

/// Other users of the machine can reach the port, so there is a password.
fn password() -> Outcome<String> {
    let mut bytes = [0_u8; 16];
    let read = File::open("/dev/urandom").and_then(|mut source| source.read_exact(&mut bytes));
    read.map_err(|e| format!("No randomness: {e}."))?;
    Ok(bytes.iter().map(|b| format!("{b:02x}")).collect())
}

fn free_port() -> Outcome<u16> {
    let listener = TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr());
    listener.map(|address| address.port()).map_err(|e| format!("No free port: {e}."))
}
