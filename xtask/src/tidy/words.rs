//! Words that have no place in a repository that others clone: paths of one machine, addresses of package registries
//! (Cargo, pip and npm know theirs), unfinished work that nobody owns.

use super::Finding;
use crate::house::{Source, Tree};

/// Written in two parts, so that this file is not found itself.
const MACHINE_PATHS: [&str; 2] = [concat!("/wo", "rk"), concat!("/ro", "ot")];
const REGISTRIES: [&str; 6] = ["npmjs.org", "npmjs.com", "crates.io", "pypi.org", "pythonhosted.org", "npmmirror.com"];
const UNFINISHED: [&str; 2] = [concat!("TO", "DO"), concat!("FIX", "ME")];

pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in &tree.sources {
        for path in MACHINE_PATHS {
            let alone = source.text.match_indices(path).filter(|(at, _)| stands_alone(&source.text, *at, path.len()));
            findings.extend(alone.map(|(at, _)| Finding::at(source, at, format!("`{path}` is a path of one machine"))));
        }
        for (at, _) in source.text.match_indices("://") {
            let host = host(&source.text[at + 3..]);
            if REGISTRIES.iter().any(|r| host == *r || host.ends_with(&format!(".{r}"))) {
                findings.push(Finding::at(
                    source,
                    at,
                    format!("`{host}` is a package registry: name the package alone"),
                ));
            }
        }
        // Pages may speak about unfinished work; code must not have any.
        if source.extension() != "md" {
            findings.extend(unfinished(source));
        }
    }
    findings
}

/// An absolute path begins where no other path or word goes on, and its first part ends there.
fn stands_alone(text: &str, at: usize, length: usize) -> bool {
    let before = text[..at].chars().next_back();
    let after = text[at + length..].chars().next();
    !before.is_some_and(|c| c.is_alphanumeric() || "/._-}>$*<".contains(c))
        && !after.is_some_and(|c| c.is_alphanumeric() || "_-.".contains(c))
}

fn host(text: &str) -> &str {
    text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '.' || c == '-')).next().unwrap_or("")
}

/// `TODO(name): …` has an owner.
fn unfinished(source: &Source) -> Vec<Finding> {
    let mut findings = Vec::new();
    for word in UNFINISHED {
        for at in super::rust::words(&source.text, word) {
            let owner = source.text[at + word.len()..].strip_prefix('(').and_then(|rest| rest.split_once(')'));
            if owner.is_none_or(|(name, _)| name.is_empty() || name.contains('\n')) {
                findings.push(Finding::at(source, at, format!("`{word}` without an owner: write `{word}(name): …`")));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::super::sample::table;
    use super::check;

    #[test]
    fn good_and_bad() {
        let [work, root] = super::MACHINE_PATHS;
        let [to_do, fix_me] = super::UNFINISHED;
        let file = "crates/a/src/x.rs";
        for (text, part) in [
            (format!("open(\"{work}/main\")"), "path of one machine"),
            (format!("see {root}/notes"), "path of one machine"),
            (format!("crates{work}/x and {work}space and ..{root}"), ""),
            (format!("https:{}", "//registry.npmjs.org/x"), "`registry.npmjs.org` is a package registry"),
            (format!("http:{}", "//pypi.org"), "`pypi.org`"),
            (format!("https:{}", "//docs.notpypi.org and crates.io-index"), ""),
            (format!("// {to_do}: more"), "without an owner"),
            (format!("// {fix_me}() more"), "without an owner"),
            (format!("// {to_do}(mei): more, in{to_do}s"), ""),
        ] {
            table(check, &[(file, &text, part)]);
        }
        table(check, &[("docs/STYLE.md", &format!("No {to_do} without an owner."), "")]);
    }
}
