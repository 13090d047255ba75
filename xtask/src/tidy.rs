//! `cargo xtask tidy`: what the compiler does not check. Each check is a file; each reads the whole tree and returns findings.

mod edges;
mod links;
mod locales;
mod modules;
mod purity;
mod ratchet;
mod rust;
mod scripts;
mod templates;
mod words;

use crate::house::{self, Source, Tree};
use crate::run::Outcome;
use std::fmt;
use std::time::Instant;

/// One thing that is not as agreed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    pub path: String,
    /// From 1; 0 when it is about the whole file.
    pub line: usize,
    pub what: String,
}

impl Finding {
    pub fn new(path: &str, line: usize, what: impl Into<String>) -> Finding {
        Finding { path: path.to_owned(), line, what: what.into() }
    }

    /// About the text at a byte offset of this file.
    pub fn at(source: &Source, offset: usize, what: impl Into<String>) -> Finding {
        Finding::new(&source.path, source.line_at(offset), what)
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}: {}", self.path, self.what),
            line => write!(f, "{}:{line}: {}", self.path, self.what),
        }
    }
}

type Check = fn(&Tree) -> Vec<Finding>;

const CHECKS: [(&str, Check); 9] = [
    ("modules", modules::check),
    ("lengths", ratchet::check),
    ("edges", edges::check),
    ("purity", purity::check),
    ("templates", templates::check),
    ("languages", locales::check),
    ("scripts", scripts::check),
    ("links", links::check),
    ("words", words::check),
];

/// What all checks have to say about a tree, one line each.
pub fn look(tree: &Tree) -> Vec<String> {
    let mut said = Vec::new();
    for (name, check) in CHECKS {
        let mut findings = check(tree);
        findings.sort();
        said.extend(findings.iter().map(|finding| format!("{name}: {finding}")));
    }
    said
}

/// Reads the repository, prints every finding, and fails if there is one.
pub fn run() -> Outcome {
    let start = Instant::now();
    let tree = Tree::read(&house::root())?;
    let said = look(&tree);
    said.iter().for_each(|line| println!("{line}"));
    ratchet::record(&tree)?;
    let took_ms = start.elapsed().as_millis();
    if said.is_empty() {
        println!("tidy: {} files, {} checks, nothing to say ({took_ms} ms)", tree.sources.len(), CHECKS.len());
        return Ok(());
    }
    Err(format!("tidy: {} findings in {} files ({took_ms} ms).", said.len(), tree.sources.len()))
}

/// A tree of samples for the tests of the checks.
#[cfg(test)]
mod sample {
    use super::*;

    pub fn tree(files: &[(&str, &str)]) -> Tree {
        let sources = files.iter().map(|(path, text)| Source { path: (*path).to_owned(), text: (*text).to_owned() });
        Tree { root: "no-such-folder".into(), sources: sources.collect() }
    }

    /// What a check says about one file.
    pub fn says(check: Check, path: &str, text: &str) -> Vec<String> {
        check(&tree(&[(path, text)])).into_iter().map(|f| f.to_string()).collect()
    }

    /// Each row: a path, a text, and a part of the only finding; an empty part means that there must be none.
    pub fn table(check: Check, rows: &[(&str, &str, &str)]) {
        for (path, text, part) in rows {
            let said = says(check, path, text);
            if part.is_empty() {
                assert!(said.is_empty(), "{path}: {text}\nsaid {said:?}");
            } else {
                assert!(said.len() == 1 && said[0].contains(part), "{path}: {text}\nsaid {said:?}, wanted {part}");
            }
        }
    }
}
