//! What judges the product and is written for Node, at the versions of their lock file, in a folder below the build folder.

use crate::house;
use crate::run::{Outcome, run};
use std::fs;
use std::path::PathBuf;
use std::process::Command;

fn folder() -> PathBuf {
    house::tools().join("node")
}

/// The folder that `playwright-core` and `axe-core` stand in.
pub fn modules() -> PathBuf {
    folder().join("node_modules")
}

/// Makes the folder hold exactly what `xtask/package-lock.json` says.
pub fn provide() -> Outcome {
    let mut wanted = String::new();
    let mut lists = Vec::new();
    for name in ["package.json", "package-lock.json"] {
        let path = house::root().join("xtask").join(name);
        let text = fs::read_to_string(&path).map_err(|e| format!("Cannot read {}: {e}.", path.display()))?;
        wanted.push_str(&text);
        lists.push((name, text));
    }
    let mark = folder().join("installed.txt");
    if fs::read_to_string(&mark).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    println!("setup: installing the packages of xtask/package.json into {}", folder().display());
    let wrong = |e: std::io::Error| format!("Cannot write into {}: {e}.", folder().display());
    fs::create_dir_all(folder()).map_err(wrong)?;
    for (name, text) in lists {
        fs::write(folder().join(name), text).map_err(wrong)?;
    }
    let mut npm = Command::new("npm");
    run(npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]).current_dir(folder()))?;
    fs::write(&mark, wanted).map_err(wrong)
}
