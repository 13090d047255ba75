//! Where things are: the repository, the build folder, the files that are the project's own.

use crate::run::Outcome;
use std::fs;
use std::path::{Path, PathBuf};

/// The repository's root. Cargo names the crate's folder at run time, so a build folder shared by two clones works.
pub fn root() -> PathBuf {
    let xtask = std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
    xtask.parent().map_or(xtask.clone(), Path::to_path_buf)
}

/// Cargo's build folder.
pub fn target() -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => root().join(folder),
        None => root().join("target"),
    }
}

/// Folder of the tools that only the tests use.
pub fn tools() -> PathBuf {
    target().join("xtask")
}

/// The program as the tests build it.
pub fn program() -> PathBuf {
    target().join("debug/shunfu")
}

/// A text file of the project.
#[derive(Debug, Clone)]
pub struct Source {
    /// From the root, with `/` between the parts: `crates/kernel/src/money.rs`.
    pub path: String,
    pub text: String,
}

impl Source {
    pub fn file_name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    /// The part of the name after the last dot.
    pub fn extension(&self) -> &str {
        self.file_name().rsplit_once('.').map_or("", |(_, extension)| extension)
    }

    /// `kernel` for everything below `crates/kernel`.
    pub fn krate(&self) -> Option<&str> {
        self.path.strip_prefix("crates/")?.split_once('/').map(|(name, _)| name)
    }

    /// Whether a folder of this name is on the way to the file.
    pub fn is_below(&self, folder: &str) -> bool {
        let mut parts: Vec<&str> = self.path.split('/').collect();
        parts.pop();
        parts.contains(&folder)
    }

    /// The line (from 1) of a byte offset.
    pub fn line_at(&self, offset: usize) -> usize {
        line_at(&self.text, offset)
    }
}

/// The line (from 1) of a byte offset.
pub fn line_at(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|b| *b == b'\n').count() + 1
}

/// All text files of the project, sorted by path.
#[derive(Debug, Clone, Default)]
pub struct Tree {
    pub root: PathBuf,
    pub sources: Vec<Source>,
}

/// What builds and runs leave behind, besides hidden folders other than these two.
const LEFT_OUT: [&str; 3] = ["target", "node_modules", "shunfu-data"];
const HIDDEN_BUT_OURS: [&str; 3] = [".ci", ".cargo", ".gitignore"];

impl Tree {
    pub fn read(root: &Path) -> Outcome<Tree> {
        let mut tree = Tree { root: root.to_path_buf(), sources: Vec::new() };
        tree.enter(root, "")?;
        tree.sources.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(tree)
    }

    fn enter(&mut self, folder: &Path, prefix: &str) -> Outcome {
        let wrong = |e: std::io::Error| format!("Cannot read {}: {e}", folder.display());
        for entry in fs::read_dir(folder).map_err(wrong)? {
            let entry = entry.map_err(wrong)?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let hidden = name.starts_with('.') && !HIDDEN_BUT_OURS.contains(&name.as_str());
            if hidden || LEFT_OUT.contains(&name.as_str()) || name.ends_with(".log") {
                continue;
            }
            let path = format!("{prefix}{name}");
            let kind = entry.file_type().map_err(wrong)?;
            if kind.is_dir() {
                self.enter(&entry.path(), &format!("{path}/"))?;
            } else if kind.is_file() {
                // What is not UTF-8 is a picture or a sample of a bank's file: nothing to read here.
                if let Ok(text) = String::from_utf8(fs::read(entry.path()).map_err(wrong)?) {
                    self.sources.push(Source { path, text });
                }
            }
        }
        Ok(())
    }

    pub fn with_extension<'a>(&'a self, extension: &'a str) -> impl Iterator<Item = &'a Source> {
        self.sources.iter().filter(move |s| s.extension() == extension)
    }

    pub fn get(&self, path: &str) -> Option<&Source> {
        self.sources.iter().find(|s| s.path == path)
    }
}
