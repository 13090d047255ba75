//! The judges written in Python, in an environment of their own below the build folder.

use crate::house;
use crate::run::{Outcome, find, is_program, run};
use std::fs;
use std::path::PathBuf;
use std::process::Command;

fn folder() -> PathBuf {
    house::tools().join("venv")
}

/// A program of the environment: `bean-check`, `schemathesis`.
pub fn tool(name: &str) -> PathBuf {
    folder().join("bin").join(name)
}

/// Whether an environment is there, or could be made.
pub fn ready() -> bool {
    is_program(&tool("pip"))
        || find("python3").is_some_and(|python| {
            Command::new(python).args(["-c", "import venv, ensurepip"]).output().is_ok_and(|o| o.status.success())
        })
}

/// Makes the environment hold exactly `xtask/requirements.txt`.
pub fn provide() -> Outcome {
    let list = house::root().join("xtask/requirements.txt");
    let wanted = fs::read_to_string(&list).map_err(|e| format!("Cannot read {}: {e}.", list.display()))?;
    // The mark is the list that was installed; written last, so that a broken installation starts over.
    let mark = folder().join("installed.txt");
    if fs::read_to_string(&mark).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    println!("setup: installing beancount and schemathesis into {}", folder().display());
    run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(folder()))?;
    let mut pip = Command::new(tool("pip"));
    pip.args(["install", "--quiet", "--disable-pip-version-check", "--no-input", "--requirement"]).arg(&list);
    run(&mut pip)?;
    fs::write(&mark, wanted).map_err(|e| format!("Cannot write {}: {e}.", mark.display()))
}
