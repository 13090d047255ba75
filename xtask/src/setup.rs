//! Installs what is missing, says what it installs, and asks nothing.
//!
//! The product itself needs only a CJK font for its documents. PostgreSQL, Chromium, hledger, Node and Python are for
//! the tests. A compiler for C is not looked for: Rust's linker needed it before this program could run.

mod debian;
mod node;
mod python;

use crate::run::{Outcome, find};
use std::path::{Path, PathBuf};

pub use debian::{postgres_account, user_id};
pub use node::modules as node_modules;
pub use python::tool as python_tool;

/// What the machine is made ready for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    Demo,
    Test,
}

impl Purpose {
    pub fn parse(word: &str) -> Option<Purpose> {
        match word {
            "demo" => Some(Purpose::Demo),
            "test" => Some(Purpose::Test),
            _ => None,
        }
    }
}

/// Makes the machine ready; within a fraction of a second when nothing is missing.
pub fn setup(purpose: Purpose) -> Outcome {
    match purpose {
        // Without a font the demonstration runs, and says in its pages why there is no PDF.
        Purpose::Demo => debian::provide(&[debian::FONT]).or_else(|sentence| {
            eprintln!("{sentence}\nThe demonstration starts anyway; PDF documents will say what is missing.");
            Ok(())
        }),
        Purpose::Test => {
            debian::provide(&debian::ALL)?;
            python::provide()?;
            node::provide()
        }
    }
}

/// The folder of PostgreSQL's programs, newest version first; the server must be 15 or newer.
pub fn postgres_programs() -> Option<PathBuf> {
    newest_postgres(Path::new("/usr/lib/postgresql")).or_else(|| find("postgres")?.parent().map(Path::to_path_buf))
}

fn newest_postgres(versions: &Path) -> Option<PathBuf> {
    let mut found: Vec<(u32, PathBuf)> = std::fs::read_dir(versions)
        .ok()?
        .flatten()
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .filter(|(version, bin)| *version >= 15 && crate::run::is_program(&bin.join("initdb")))
        .collect();
    found.sort();
    found.pop().map(|(_, bin)| bin)
}

/// The browser of the browser stories.
pub fn chromium() -> Option<PathBuf> {
    ["chromium", "chromium-browser", "google-chrome"].into_iter().find_map(find)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scratch::Scratch;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn the_newest_postgres_that_is_new_enough() {
        let folder = Scratch::new("versions").unwrap();
        for (version, wanted) in
            [("14", None), ("9.6", None), ("15", Some("15")), ("17", Some("17")), ("16", Some("17"))]
        {
            let bin = folder.path().join(version).join("bin");
            std::fs::create_dir_all(&bin).unwrap();
            std::fs::write(bin.join("initdb"), "").unwrap();
            std::fs::set_permissions(bin.join("initdb"), std::fs::Permissions::from_mode(0o755)).unwrap();
            let wanted = wanted.map(|w| folder.path().join(w).join("bin"));
            assert_eq!(newest_postgres(folder.path()), wanted, "{version}");
        }
    }
}
