//! What may only shrink: files over 600 lines, functions over 70, `|safe` and style sheets in templates.
//!
//! What was too long when the rule came, or is so for a reason, stands in `xtask/tidy-ratchet.txt` with its size.
//! Growing beyond it fails; shrinking is written back by the next run, so that it cannot grow again.

use super::{Finding, rust, templates};
use crate::house::Tree;
use crate::run::Outcome;
use std::collections::BTreeMap;
use std::fs;

pub const LIST: &str = "xtask/tidy-ratchet.txt";
const FILE_LINES_MAX: usize = 600;
const FUNCTION_LINES_MAX: usize = 70;

/// What is measured, as it stands in the list: `file PATH`, `function PATH::NAME`, `safe PATH`, `style PATH`.
type Sizes = BTreeMap<String, usize>;

pub fn check(tree: &Tree) -> Vec<Finding> {
    let allowed = match allowed(tree) {
        Ok(sizes) => sizes,
        Err(finding) => return vec![finding],
    };
    let mut findings = Vec::new();
    for (name, size) in offenders(tree) {
        match allowed.get(&name) {
            Some(max) if size <= *max => {}
            Some(max) => findings.push(Finding::new(LIST, 0, format!("{name} has grown from {max} to {size}"))),
            None => findings.push(Finding::new(&name, 0, format!("{size} is too many: {}", advice(&name)))),
        }
    }
    findings
}

fn advice(name: &str) -> String {
    match name.split_once(' ') {
        Some(("file", _)) => format!("a file has at most {FILE_LINES_MAX} lines"),
        Some(("function", _)) => format!("a function has at most {FUNCTION_LINES_MAX} lines"),
        Some(("style", _)) => "the page's policy forbids an inline style sheet; put it into a file".to_owned(),
        _ => "`|safe` is for markup of our own making only".to_owned(),
    }
}

/// Everything above its limit, with its size.
fn offenders(tree: &Tree) -> Sizes {
    let mut sizes = Sizes::new();
    let mut longest = |name: String, size: usize, max: usize| {
        if size > max {
            let kept = sizes.entry(name).or_default();
            *kept = size.max(*kept);
        }
    };
    for source in tree.with_extension("rs") {
        longest(format!("file {}", source.path), source.text.lines().count(), FILE_LINES_MAX);
        for function in rust::functions(&rust::code(&source.text)) {
            longest(format!("function {}::{}", source.path, function.name), function.lines, FUNCTION_LINES_MAX);
        }
    }
    for source in templates::all(tree) {
        longest(format!("safe {}", source.path), templates::safe_filters(&source.text), 0);
        longest(format!("style {}", source.path), templates::inline_styles(&source.text), 0);
    }
    sizes
}

/// The list as it stands.
fn allowed(tree: &Tree) -> Result<Sizes, Finding> {
    let mut sizes = Sizes::new();
    let Some(list) = tree.get(LIST) else { return Ok(sizes) };
    for (i, line) in list.text.lines().enumerate().filter(|(_, line)| !line.starts_with('#') && !line.trim().is_empty())
    {
        let entry = line.rsplit_once(' ').and_then(|(name, size)| Some((name, size.parse().ok()?)));
        let (name, size) = entry.ok_or_else(|| Finding::new(LIST, i + 1, "is not `KIND NAME SIZE`"))?;
        sizes.insert(name.to_owned(), size);
    }
    Ok(sizes)
}

/// The list with what has shrunk; `None` when it is as it should be.
fn shrunk(tree: &Tree) -> Option<String> {
    let list = tree.get(LIST)?;
    let before = allowed(tree).ok()?;
    let now = offenders(tree);
    let after: Sizes =
        before.iter().filter_map(|(name, max)| now.get(name).map(|size| (name.clone(), (*size).min(*max)))).collect();
    if after == before {
        return None;
    }
    let mut text: String = list.text.lines().filter(|l| l.starts_with('#')).map(|l| format!("{l}\n")).collect();
    text.extend(after.iter().map(|(name, size)| format!("{name} {size}\n")));
    Some(text)
}

/// Writes down what has shrunk.
pub fn record(tree: &Tree) -> Outcome {
    let Some(text) = shrunk(tree) else { return Ok(()) };
    let path = tree.root.join(LIST);
    fs::write(&path, text).map_err(|e| format!("Cannot write {}: {e}.", path.display()))?;
    println!("tidy: {LIST} has shrunk; commit it.");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::sample::tree;
    use super::*;

    fn function(lines: usize) -> String {
        format!("//! X.\nfn long() {{{}}}\n", "\n".repeat(lines - 1))
    }

    #[test]
    fn limits() {
        for (text, said) in [
            (function(70), None),
            (function(71), Some("function crates/a/src/x.rs::long: 71 is too many")),
            ("//\n".repeat(600), None),
            ("//\n".repeat(601), Some("file crates/a/src/x.rs: 601 is too many")),
        ] {
            let findings = check(&tree(&[("crates/a/src/x.rs", &text)]));
            match said {
                None => assert_eq!(findings, []),
                Some(part) => assert!(findings.len() == 1 && findings[0].to_string().starts_with(part), "{findings:?}"),
            }
        }
    }

    #[test]
    fn what_is_listed_may_only_shrink() {
        let path = "crates/a/src/x.rs";
        let list = "# Why.\nfile gone.rs 700\nfunction crates/a/src/x.rs::long 80\n";
        for (lines, findings, written) in [
            (81, 1, "# Why.\nfunction crates/a/src/x.rs::long 80\n"),
            (80, 0, "# Why.\nfunction crates/a/src/x.rs::long 80\n"),
            (75, 0, "# Why.\nfunction crates/a/src/x.rs::long 75\n"),
            (70, 0, "# Why.\n"),
        ] {
            let tree = tree(&[(path, &function(lines)), (LIST, list)]);
            assert_eq!(check(&tree).len(), findings, "{lines}");
            assert_eq!(shrunk(&tree).as_deref(), Some(written), "{lines}");
        }
        assert_eq!(check(&tree(&[(LIST, "file x\n")]))[0].line, 1);
    }

    #[test]
    fn safe_filters_are_listed() {
        let page = ("crates/a/templates/x.html", "{{ qr|safe }}");
        assert_eq!(check(&tree(&[page])).len(), 1);
        assert_eq!(check(&tree(&[page, (LIST, "safe crates/a/templates/x.html 1\n")])), []);
        let sheet = ("crates/a/templates/x.html", "<style></style>");
        assert_eq!(check(&tree(&[sheet])).len(), 1);
    }
}
