//! Which crate may use which: the table in ARCHITECTURE.md and every Cargo.toml say the same.

use super::Finding;
use crate::house::{Source, Tree};
use std::collections::{BTreeMap, BTreeSet};

const PAGE: &str = "docs/ARCHITECTURE.md";
const OPEN: &str = "<!-- edges -->";
const CLOSE: &str = "<!-- /edges -->";

type Edges = BTreeMap<String, BTreeSet<String>>;

pub fn check(tree: &Tree) -> Vec<Finding> {
    let manifests: Vec<&Source> =
        tree.sources.iter().filter(|s| s.file_name() == "Cargo.toml" && s.path.matches('/').count() == 2).collect();
    let crates: BTreeSet<String> = manifests.iter().filter_map(|s| s.krate()).map(str::to_owned).collect();
    if crates.is_empty() {
        return Vec::new();
    }
    let Some(written) = tree.get(PAGE).and_then(|page| table(&page.text)) else {
        let what = format!("needs a table of lines `crate -> dep, dep` between `{OPEN}` and `{CLOSE}`");
        return vec![Finding::new(PAGE, 0, what)];
    };
    let none = BTreeSet::new();
    let mut findings = Vec::new();
    for manifest in manifests {
        let Some(name) = manifest.krate() else { continue };
        let used: BTreeSet<String> = dependencies(&manifest.text).intersection(&crates).cloned().collect();
        let Some(allowed) = written.get(name) else {
            findings.push(Finding::new(PAGE, 0, format!("has no line for `{name}`")));
            continue;
        };
        for edge in used.difference(allowed) {
            findings.push(Finding::new(&manifest.path, 0, format!("uses `{edge}`, which {PAGE} does not allow")));
        }
        for edge in written.get(name).unwrap_or(&none).difference(&used) {
            findings.push(Finding::new(PAGE, 0, format!("allows `{name} -> {edge}`, which is not used")));
        }
    }
    for name in written.keys().filter(|name| !crates.contains(*name)) {
        findings.push(Finding::new(PAGE, 0, format!("has a line for `{name}`, which does not exist")));
    }
    findings
}

/// The lines `crate -> dep, dep` between the marks; other lines there (a fence, a blank) say nothing.
fn table(page: &str) -> Option<Edges> {
    let (inside, _) = page.split_once(OPEN)?.1.split_once(CLOSE)?;
    let rows = inside.lines().filter_map(|line| line.split_once("->"));
    let clean = |word: &str| word.trim().trim_matches('`').to_owned();
    Some(
        rows.map(|(name, uses)| (clean(name), uses.split(',').map(clean).filter(|u| !u.is_empty()).collect()))
            .collect(),
    )
}

/// The names in `[dependencies]`, whether as `name = …`, `name.workspace = true` or `[dependencies.name]`.
fn dependencies(manifest: &str) -> BTreeSet<String> {
    let mut inside = false;
    let mut names = BTreeSet::new();
    for line in manifest.lines().map(str::trim) {
        if let Some(section) = line.strip_prefix('[') {
            let section = section.trim_end_matches(']');
            inside = section == "dependencies";
            names.extend(section.strip_prefix("dependencies.").map(str::to_owned));
        } else if inside && let Some((key, _)) = line.split_once('=').filter(|_| !line.starts_with('#')) {
            names.extend(key.trim().split('.').next().map(str::to_owned));
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::super::sample::tree;
    use super::*;

    fn said(page: &str, ledger: &str) -> Vec<String> {
        let tree = tree(&[
            (PAGE, page),
            ("crates/kernel/Cargo.toml", "[dependencies]\nuuid.workspace = true\n"),
            ("crates/ledger/Cargo.toml", ledger),
            (
                "crates/store/Cargo.toml",
                "[dependencies]\nkernel = { workspace = true }\n[dev-dependencies]\nledger.workspace = true\n",
            ),
        ]);
        check(&tree).into_iter().map(|f| f.what).collect()
    }

    const LEDGER: &str =
        "[dependencies]\n# web = 1\nkernel.workspace = true\nserde = \"1\"\n[dependencies.store]\nworkspace = true\n";

    #[test]
    fn both_sides_agree() {
        let page =
            "x\n<!-- edges -->\n```text\nkernel ->\nstore -> kernel\nledger -> kernel, store\n```\n<!-- /edges -->\n";
        assert_eq!(said(page, LEDGER), [""; 0]);
    }

    #[test]
    fn differences_are_told_both_ways() {
        let page = "<!-- edges -->\nkernel ->\nledger -> kernel, web\ngone -> kernel\n<!-- /edges -->";
        assert_eq!(
            said(page, LEDGER),
            [
                "uses `store`, which docs/ARCHITECTURE.md does not allow",
                "allows `ledger -> web`, which is not used",
                "has no line for `store`",
                "has a line for `gone`, which does not exist",
            ]
        );
        assert!(said("no table", LEDGER)[0].contains("needs a table"));
    }
}
