//! Every module says what it is for, and none is a magnet for what has no place.

use super::{Finding, rust};
use crate::house::Tree;

/// Names that say nothing, and so attract everything.
const MAGNETS: [&str; 6] = ["utils", "util", "helpers", "helper", "common", "misc"];

pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in tree.with_extension("rs") {
        if !source.text.starts_with("//! ") {
            findings.push(Finding::new(&source.path, 1, "begins without `//!` that says what the module is for"));
        }
        let stem = source.path.trim_end_matches(".rs");
        if let Some(magnet) = stem.split('/').find(|part| MAGNETS.contains(part)) {
            findings.push(Finding::new(
                &source.path,
                0,
                format!("`{magnet}` says nothing: name it after what it does"),
            ));
        }
        let code = rust::code(&source.text);
        for magnet in MAGNETS {
            let inline = format!("mod {magnet}");
            let opened =
                rust::words(&code, &inline).filter(|at| code[at + inline.len()..].trim_start().starts_with('{'));
            findings.extend(opened.map(|at| Finding::at(source, at, format!("`{inline}` says nothing"))));
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
        table(
            check,
            &[
                ("crates/a/src/lib.rs", "//! Money.\n", ""),
                ("crates/a/src/lib.rs", "use b;\n", "begins without"),
                ("crates/a/src/lib.rs", "", "begins without"),
                ("crates/a/src/utils.rs", "//! Things.\n", "`utils` says nothing"),
                ("crates/a/src/common/x.rs", "//! Things.\n", "`common` says nothing"),
                ("crates/a/src/commons.rs", "//! Pasture.\n", ""),
                ("crates/a/src/lib.rs", "//! Money.\nmod misc { }\n", ":2: `mod misc`"),
                ("crates/a/src/lib.rs", "//! Money.\n// mod misc {\n", ""),
            ],
        );
    }
}
