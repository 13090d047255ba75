//! Programs and fonts that Debian packages; looked for as programs, so that one installed otherwise counts too.

use crate::run::{Outcome, find, quietly, run};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Something needed, how to see that it is there, and where it comes from.
#[derive(Clone, Copy)]
pub struct Need {
    what: &'static str,
    there: fn() -> bool,
    packages: &'static [&'static str],
}

pub const FONT: Need = Need { what: "a Chinese font", there: has_cjk_font, packages: &["fonts-noto-cjk"] };

pub const ALL: [Need; 7] = [
    FONT,
    Need { what: "PostgreSQL 15 or newer", there: || super::postgres_programs().is_some(), packages: &["postgresql"] },
    Need { what: "Chromium", there: || super::chromium().is_some(), packages: &["chromium"] },
    Need { what: "hledger", there: || find("hledger").is_some(), packages: &["hledger"] },
    Need { what: "sqlite3", there: || find("sqlite3").is_some(), packages: &["sqlite3"] },
    Need {
        what: "Node.js with npm",
        there: || find("node").is_some() && find("npm").is_some(),
        packages: &["nodejs", "npm"],
    },
    Need { what: "Python 3 with venv", there: super::python::ready, packages: &["python3", "python3-venv"] },
];

/// Installs the packages of what is missing.
pub fn provide(needs: &[Need]) -> Outcome {
    let missing: Vec<&Need> = needs.iter().filter(|need| !(need.there)()).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let names = missing.iter().map(|need| need.what).collect::<Vec<_>>().join(", ");
    let packages: Vec<&str> = missing.iter().flat_map(|need| need.packages).copied().collect();
    let by_hand = format!("{names}: missing. Install {} (Debian's names), then try again.", packages.join(" "));
    if find("apt-get").is_none() {
        return Err(by_hand);
    }
    let Some(prefix) = as_root() else {
        return Err(format!("{by_hand}\nAs root: apt-get install {}", packages.join(" ")));
    };
    println!("setup: {names}: missing; installing Debian's {}", packages.join(" "));
    let apt = |words: &[&str]| {
        let mut words: Vec<&str> =
            prefix.iter().copied().chain(["apt-get", "-q", "-y"]).chain(words.iter().copied()).collect();
        let program = words.remove(0);
        let mut command = Command::new(program);
        command.args(words).env("DEBIAN_FRONTEND", "noninteractive");
        command
    };
    let install: Vec<&str> =
        ["install", "--no-install-recommends"].into_iter().chain(packages.iter().copied()).collect();
    // A fresh machine has no package lists, an old one has stale ones: fetch them only when they are needed.
    if run(&mut apt(&install)).is_err() {
        run(&mut apt(&["update"]))?;
        run(&mut apt(&install))?;
    }
    match needs.iter().find(|need| !(need.there)()) {
        None => Ok(()),
        Some(need) => {
            Err(format!("{} is still missing: this Debian's {} will not do.", need.what, need.packages.join(" ")))
        }
    }
}

/// The words before a command that needs root: none, or `sudo -n`; `None` when there is no way without a password.
fn as_root() -> Option<Vec<&'static str>> {
    if user_id().is_ok_and(|id| id == 0) {
        return Some(Vec::new());
    }
    let sudo = Command::new("sudo").args(["-n", "true"]).output();
    sudo.is_ok_and(|o| o.status.success()).then(|| vec!["sudo", "-n"])
}

/// The number of the user who runs this.
pub fn user_id() -> Outcome<u32> {
    number(quietly(Command::new("id").arg("-u"))?)
}

/// User and group of the account that Debian's PostgreSQL brings along.
pub fn postgres_account() -> Outcome<(u32, u32)> {
    let ask = |flag: &str| quietly(Command::new("id").args([flag, "postgres"])).and_then(number);
    Ok((ask("-u")?, ask("-g")?))
}

fn number(text: String) -> Outcome<u32> {
    text.trim().parse().map_err(|_| format!("`id` answered {text:?} instead of a number."))
}

/// Where the product looks for fonts.
fn has_cjk_font() -> bool {
    let home = std::env::var_os("HOME").map(PathBuf::from).unwrap_or_default();
    let folders = [
        "/usr/share/fonts".into(),
        "/usr/local/share/fonts".into(),
        home.join(".local/share/fonts"),
        home.join(".fonts"),
    ];
    folders.iter().any(|folder| holds_cjk_font(folder))
}

/// By name: the families that Debian and people install for Chinese.
fn holds_cjk_font(folder: &Path) -> bool {
    let Ok(entries) = fs::read_dir(folder) else { return false };
    entries.flatten().any(|entry| {
        let name = entry.file_name().to_string_lossy().to_lowercase();
        if entry.path().is_dir() {
            return holds_cjk_font(&entry.path());
        }
        let font = [".ttc", ".otf", ".ttf"].iter().any(|end| name.ends_with(end));
        font && ["cjk", "wqy", "sourcehan", "notosanssc", "notoserifsc"].iter().any(|family| name.contains(family))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scratch::Scratch;

    #[test]
    fn fonts_are_known_by_name() {
        for (file, wanted) in [
            ("truetype/wqy/wqy-microhei.ttc", true),
            ("opentype/noto/NotoSansCJK-Regular.ttc", true),
            ("opentype/noto/NotoSans-Regular.ttf", false),
            ("doc/cjk.txt", false),
        ] {
            let folder = Scratch::new("fonts").unwrap();
            let path = folder.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, "").unwrap();
            assert_eq!(holds_cjk_font(folder.path()), wanted, "{file}");
        }
    }

    #[test]
    fn nothing_is_installed_when_nothing_is_missing() {
        assert_eq!(provide(&[Need { what: "air", there: || true, packages: &["no-such-package"] }]), Ok(()));
    }
}
