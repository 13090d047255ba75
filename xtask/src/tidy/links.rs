//! Links between the pages of the documentation lead somewhere: to a file, and to a heading in it.

use super::Finding;
use crate::house::{Source, Tree};
use std::path::Path;

pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for page in tree.with_extension("md") {
        for (line, target) in links(&page.text) {
            if let Some(what) = broken(tree, page, &target) {
                findings.push(Finding::new(&page.path, line, format!("link `{target}`: {what}")));
            }
        }
    }
    findings
}

fn broken(tree: &Tree, page: &Source, target: &str) -> Option<String> {
    if target.contains("://") || target.starts_with("mailto:") {
        return None;
    }
    let (file, heading) = target.split_once('#').unwrap_or((target, ""));
    let path = if file.is_empty() { page.path.clone() } else { resolve(&page.path, file)? };
    let known = tree.get(&path);
    let folder = format!("{}/", path.trim_end_matches('/'));
    let exists = known.is_some()
        || path.is_empty()
        || tree.sources.iter().any(|s| s.path.starts_with(&folder))
        // A picture is no text, and so not in the tree.
        || Path::new(&tree.root).join(&path).is_file();
    if !exists {
        return Some("there is no such file".to_owned());
    }
    let known = known.filter(|s| s.extension() == "md" && !heading.is_empty())?;
    (!headings(&known.text).any(|h| h == heading)).then(|| format!("{path} has no such heading"))
}

/// The path from the root of a link written in `page`; `None` when it leaves the repository (then it is the forge's).
fn resolve(page: &str, target: &str) -> Option<String> {
    let mut parts: Vec<&str> = page.split('/').collect();
    parts.pop();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            name => parts.push(name),
        }
    }
    Some(parts.join("/"))
}

/// Targets of `[text](target)`, with their lines; code is left out.
fn links(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (number, line) in prose(text) {
        let words: String = line.split('`').step_by(2).collect::<Vec<_>>().join("`");
        for after in words.split("](").skip(1) {
            let target = after.split(')').next().unwrap_or("").split_whitespace().next().unwrap_or("");
            found.push((number, target.trim_matches(['<', '>']).to_owned()));
        }
    }
    found
}

/// Lines outside fences, numbered from 1.
fn prose(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut fenced = false;
    text.lines().enumerate().filter_map(move |(i, line)| {
        let fence = line.trim_start().starts_with("```");
        fenced ^= fence;
        (!fenced && !fence).then_some((i + 1, line))
    })
}

/// The anchors of a page's headings, as forges make them: lower case, blanks to hyphens, punctuation gone.
fn headings(text: &str) -> impl Iterator<Item = String> {
    let titles =
        prose(text).filter(|(_, line)| line.starts_with('#')).map(|(_, line)| line.trim_start_matches('#').trim());
    titles.map(|title| {
        let kept =
            title.to_lowercase().chars().filter(|c| c.is_alphanumeric() || " -_".contains(*c)).collect::<String>();
        kept.replace(' ', "-")
    })
}

#[cfg(test)]
mod tests {
    use super::super::sample::tree;
    use super::*;

    #[test]
    fn good_and_bad() {
        for (text, part) in [
            ("[a](GLOSSARY.md) ![b](../README.md) [c](./decisions/) [d](https://example.com/x)", ""),
            ("# One door: 一\n[a](#one-door-一) [b](GLOSSARY.md#terms)", ""),
            ("`[a](b.md)`\n```\n[a](b.md)\n```", ""),
            ("[a](../../elsewhere.md)", ""),
            ("x\n[a](b.md)", ":2: link `b.md`: there is no such file"),
            ("[a](GLOSSARY.md#no)", "docs/GLOSSARY.md has no such heading"),
            ("[a](#no)", "has no such heading"),
        ] {
            let tree = tree(&[
                ("docs/PAGE.md", text),
                ("docs/GLOSSARY.md", "## Terms\n"),
                ("README.md", ""),
                ("docs/decisions/0001.md", ""),
            ]);
            let said: Vec<_> = check(&tree).into_iter().map(|f| f.to_string()).collect();
            assert!(
                if part.is_empty() { said.is_empty() } else { said.len() == 1 && said[0].contains(part) },
                "{said:?}"
            );
        }
    }
}
