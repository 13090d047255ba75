//! A demonstration of its own for each step that looks at the product from outside.

use crate::house;
use crate::json::text_field;
use crate::keeper::{Ask, Keeper};
use crate::run::Outcome;
use crate::scratch::Scratch;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// Seeding three months of a company; the unoptimised program on a busy machine takes its time.
const READY_MAX: Duration = Duration::from_secs(180);

/// A running demonstration; ends with SIGTERM, and its folder goes when this is dropped.
pub struct Demonstration {
    keeper: Keeper,
    pub url: String,
    pub api_key: String,
}

impl Demonstration {
    pub fn start() -> Outcome<Demonstration> {
        let folder = Scratch::new("demo")?;
        let ready_file = folder.path().join("ready.json");
        let mut command = Command::new(house::program());
        command.args(["demo", "--listen", "127.0.0.1:0", "--data-dir"]).arg(folder.path().join("data"));
        command.arg("--ready-file").arg(&ready_file).current_dir(folder.path());
        let mut keeper = Keeper::start("The demonstration", Ask::Term, &mut command, folder)?;
        keeper.wait_until(READY_MAX, || ready_file.exists())?;
        let json = std::fs::read_to_string(&ready_file).map_err(|e| format!("The ready file: {e}."))?;
        let field = |name| text_field(&json, name).ok_or_else(|| format!("The ready file has no `{name}`."));
        Ok(Demonstration { keeper, url: field("url")?, api_key: field("api_key")? })
    }

    pub fn ready_file(&self) -> PathBuf {
        self.folder().join("ready.json")
    }

    pub fn data(&self) -> PathBuf {
        self.folder().join("data")
    }

    /// A place for what a step writes down.
    pub fn folder(&self) -> &Path {
        self.keeper.folder.path()
    }

    /// Ends it; not ending with status 0 is a defect of the product.
    pub fn stop(&mut self) -> Outcome {
        self.keeper.stop()
    }
}
