//! The product's JavaScript has a budget: 15 KB in all as it is served, without the lines that are comments; 60 lines a file.

use super::Finding;
use crate::house::Tree;

const BYTES_MAX: usize = 15 * 1024;
const LINES_MAX: usize = 60;

pub fn check(tree: &Tree) -> Vec<Finding> {
    let scripts = || tree.sources.iter().filter(|s| s.krate().is_some() && ["js", "mjs"].contains(&s.extension()));
    let mut findings = Vec::new();
    for script in scripts() {
        let lines = script.text.lines().count();
        if lines > LINES_MAX {
            findings.push(Finding::new(&script.path, 0, format!("{lines} lines: one small behaviour has {LINES_MAX}")));
        }
    }
    let is_served = |line: &&str| !line.trim_start().starts_with("//");
    let served = scripts().flat_map(|script| script.text.split_inclusive('\n')).filter(is_served);
    let bytes: usize = served.map(str::len).sum();
    if bytes > BYTES_MAX {
        findings.push(Finding::new("crates", 0, format!("{bytes} bytes of JavaScript: the budget is {BYTES_MAX}")));
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::super::sample::tree;
    use super::*;

    #[test]
    fn budget() {
        let row = format!("{}\n", "x".repeat(127));
        let sixty = row.repeat(60);
        assert_eq!(check(&tree(&[("crates/web/assets/a.js", &sixty), ("crates/web/assets/b.js", &sixty)])), []);
        assert_eq!(check(&tree(&[("crates/web/assets/a.js", &"\n".repeat(61))]))[0].path, "crates/web/assets/a.js");
        let three = [("crates/web/assets/a.js", sixty.as_str()), ("crates/a/b.js", &sixty), ("crates/web/c.js", &row)];
        assert_eq!(check(&tree(&three))[0].what, "15488 bytes of JavaScript: the budget is 15360");
        let full = row.repeat(59) + "  // what a reader needs to know\n";
        assert_eq!(check(&tree(&[("crates/a/a.js", &full), ("crates/a/b.js", &sixty), ("crates/a/c.js", &row)])), []);
        assert_eq!(check(&tree(&[("tests/browser/run.mjs", &"\n".repeat(500))])), []);
    }
}
