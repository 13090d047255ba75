//! What certain rooms may not know: rules nothing of the world, money nothing of floats, stores no swallowed error.

use super::{Finding, rust};
use crate::house::{Source, Tree};

/// Crates in which a float is a defect wherever it stands.
const MONEY: [&str; 7] = ["kernel", "ledger", "receivables", "payments", "invoicing", "orders", "catalog"];
const FLOATS: [&str; 2] = ["f32", "f64"];
/// What rules must be handed instead of reaching for it.
const WORLD: [&str; 5] = ["diesel", "axum", "serde", "std::time::Instant", "Timestamp::now"];
const NUMBERS: [&str; 14] =
    ["u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128", "isize", "f32", "f64"];

pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in tree.with_extension("rs").filter(|s| s.krate().is_some()) {
        let rules = source.is_below("rules") || source.file_name() == "rules.rs";
        if rules {
            findings.extend(in_rules(source));
        }
        if rules || source.krate().is_some_and(|name| MONEY.contains(&name)) {
            let code = rust::code(&source.text);
            for float in FLOATS {
                let what = format!("`{float}`: money, rates and quantities are never floats");
                findings.extend(rust::words(&code, float).map(|at| Finding::at(source, at, what.clone())));
            }
        }
        if source.file_name() == "store.rs" || source.path.contains("/src/store/") {
            findings.extend(in_store(source));
        }
    }
    findings
}

fn in_rules(source: &Source) -> Vec<Finding> {
    let code = rust::code_without_tests(&source.text);
    let mut findings = Vec::new();
    for name in WORLD {
        let what = format!("`{name}`: rules know values only; let the caller hand them in");
        findings.extend(rust::words(&code, name).map(|at| Finding::at(source, at, what.clone())));
    }
    for at in rust::words(&code, "as") {
        let kind: String = code[at + 2..].trim_start().chars().take_while(char::is_ascii_alphanumeric).collect();
        if NUMBERS.contains(&kind.as_str()) {
            findings.push(Finding::at(source, at, format!("`as {kind}` cuts silently: use `from` or `try_from`")));
        }
    }
    findings
}

fn in_store(source: &Source) -> Vec<Finding> {
    let code = rust::code_without_tests(&source.text);
    ["let _ =", ".ok();"]
        .into_iter()
        .flat_map(|way| {
            let what = format!("`{way}` swallows an error of the database");
            code.match_indices(way).map(|(at, _)| Finding::at(source, at, what.clone())).collect::<Vec<_>>()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::sample::table;
    use super::check;

    #[test]
    fn good_and_bad() {
        let rules = "crates/customers/src/rules/terms.rs";
        let store = "crates/customers/src/store.rs";
        table(
            check,
            &[
                (rules, "use kernel::Money; // serde", ""),
                (rules, "use diesel::prelude::*;", "`diesel`"),
                (rules, "use serde::Serialize;", "`serde`"),
                (rules, "let d = std::time::Instant::now();", "`std::time::Instant`"),
                (rules, "let now = jiff::Timestamp::now();", "`Timestamp::now`"),
                (rules, "let n = days as u32;", "`as u32`"),
                (rules, "use kernel::Money as M;", ""),
                (rules, "let x: f64 = y;", "`f64`"),
                (rules, "#[cfg(test)]\nmod tests { fn a() { b as u32; } }", ""),
                ("crates/customers/src/api/wire.rs", "use serde::Serialize; let x: f64 = y as f64;", ""),
                ("crates/payments/src/api/wire.rs", "fn a(x: f32) {}", ":1: `f32`"),
                ("crates/payments/src/api/wire.rs", "\"f32\" // f64", ""),
                (store, "let _ = insert(tx);", "`let _ =`"),
                (store, "insert(tx)\n.ok();", ":2: `.ok();`"),
                (store, "let x = parse().ok()?;", ""),
                ("crates/customers/src/queries.rs", "let _ = x;", ""),
            ],
        );
    }
}
