//! The product as a process: set up with `init`, run with `serve`.

use crate::Outcome;
use crate::client::{Client, text};
use crate::process::{Spent, watched};
use serde_json::Value;
use std::fs::{self, File};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// The password of the first administrator; the data lives as long as the run.
pub const PASSWORD: &str = "bench-correct-horse-battery-9";
pub const ADMIN: &str = "owner@example.com";
const READY_MAX: Duration = Duration::from_secs(30);
const END_MAX: Duration = Duration::from_secs(60);

/// An installation.
pub struct Product {
    program: PathBuf,
    folder: PathBuf,
    /// `sqlite://…` or `postgres://…`.
    pub database: String,
    pub api_key: String,
}

/// A serving installation; ends when dropped.
pub struct Serving {
    child: Child,
    pub address: SocketAddr,
}

impl Product {
    /// Sets up a company in CNY. Without a database address it keeps its data in a SQLite file in the folder.
    pub fn set_up(program: &Path, folder: &Path, postgres: Option<&str>) -> Outcome<Product> {
        fs::create_dir_all(folder).map_err(|e| format!("Cannot make {}: {e}.", folder.display()))?;
        let database = postgres.map_or_else(|| format!("sqlite://{}/data/shunfu.db", folder.display()), str::to_owned);
        let mut product =
            Product { program: program.to_owned(), folder: folder.to_owned(), database, api_key: String::new() };
        let password = folder.join("password");
        fs::write(&password, PASSWORD).map_err(|e| format!("Cannot write {}: {e}.", password.display()))?;
        let mut init = product.command("init");
        init.args(["--organisation", "顺付测试有限公司", "--currency", "CNY", "--country", "CN"]);
        init.args(["--admin-email", ADMIN, "--admin-password-file"]).arg(&password);
        let said = finish(&mut init)?;
        let key = said.split_whitespace().find(|word| word.starts_with("sk_"));
        product.api_key = key.ok_or("`shunfu init` printed no API key.")?.to_owned();
        Ok(product)
    }

    /// Starts to serve on a free port.
    pub fn serve(&self) -> Outcome<Serving> {
        let ready = self.folder.join("ready.json");
        if ready.exists() {
            fs::remove_file(&ready).map_err(|e| e.to_string())?;
        }
        let log = File::create(self.folder.join("log")).map_err(|e| e.to_string())?;
        let mut serve = self.command("serve");
        serve.args(["--listen", "127.0.0.1:0", "--ready-file"]).arg(&ready);
        serve.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        let mut child = serve.spawn().map_err(|e| format!("`shunfu serve` could not be started: {e}."))?;
        let start = Instant::now();
        let json = loop {
            if let Ok(text) = fs::read_to_string(&ready) {
                break text;
            }
            let ended = child.try_wait().ok().flatten();
            if ended.is_some() || start.elapsed() > READY_MAX {
                drop(child.kill());
                return Err(format!("`shunfu serve` did not come up.\n{}", self.log()));
            }
            sleep(Duration::from_millis(5));
        };
        let json: Value = serde_json::from_str(&json).map_err(|e| format!("The ready file: {e}."))?;
        let url = text(&json, "/url")?;
        let address = url.trim_start_matches("http://").parse().map_err(|e| format!("{url}: {e}."))?;
        Ok(Serving { child, address })
    }

    /// `shunfu reconcile`: a bank's file comes in and is matched; what reaches a score is posted.
    pub fn reconcile(&self, file: &Path, account: &str, post_from: u16) -> Outcome<Spent> {
        let mut command = self.command("reconcile");
        command.arg(file).args(["--account", account, "--post-from", &post_from.to_string()]);
        watched(command.stdin(Stdio::null()))
    }

    /// `shunfu verify`; what it finds is an error, but for what copies and scripts cannot have: rows in the trail, and seals of
    /// their own.
    pub fn verify(&self) -> Outcome {
        let Err(told) = finish(&mut self.command("verify")) else { return Ok(()) };
        let code = |line: &str| line.split_once(": ").and_then(|(_, rest)| rest.split(' ').next()).map(str::to_owned);
        let codes: Vec<String> = told.lines().filter_map(code).filter(|code| code.contains('_')).collect();
        let is_beside = |code: &String| BEHIND_THE_DOOR.contains(&code.as_str());
        if codes.is_empty() || !codes.iter().all(is_beside) { Err(told) } else { Ok(()) }
    }

    pub fn client(&self, serving: &Serving) -> Outcome<Client> {
        Client::with_key(serving.address, &self.api_key)
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.join("log")).unwrap_or_default()
    }

    fn command(&self, word: &str) -> Command {
        let mut command = Command::new(&self.program);
        command.arg(word).arg("--data-dir").arg(self.folder.join("data"));
        command.env("SHUNFU_DATABASE_URL", &self.database);
        command
    }
}

impl Serving {
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// SIGTERM, and waits.
    pub fn stop(mut self) -> Outcome {
        self.end()
    }

    /// [`Serving::stop`] for one that is replaced.
    pub fn end(&mut self) -> Outcome {
        // The standard library sends no signal but KILL.
        let asked = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        asked.map_err(|e| format!("`kill` could not be started: {e}."))?;
        let start = Instant::now();
        while self.child.try_wait().map_err(|e| e.to_string())?.is_none() {
            if start.elapsed() > END_MAX {
                self.child.kill().and_then(|()| self.child.wait()).map_err(|e| e.to_string())?;
                return Err("`shunfu serve` did not end when asked.".to_owned());
            }
            sleep(Duration::from_millis(20));
        }
        Ok(())
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        if self.child.try_wait().ok().flatten().is_none()
            && let Err(sentence) = self.end()
        {
            eprintln!("{sentence}");
        }
    }
}

/// What `verify` finds wherever rows were written behind the door.
const BEHIND_THE_DOOR: [&str; 4] = ["trail_broken", "trail_row_missing", "document_changed", "sealed_unreadable"];

/// Runs a command to its end; its standard output, or a sentence with what it complained about.
pub fn finish(command: &mut Command) -> Outcome<String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command.stdin(Stdio::null()).output().map_err(|e| format!("`{name}` could not be started: {e}."))?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() {
        return Ok(said);
    }
    Err(format!("`{name}` failed ({}).\n{said}{}", output.status, String::from_utf8_lossy(&output.stderr)))
}
