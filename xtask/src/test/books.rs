//! Other accounting programs recompute the books: every export of the demonstration's journal must satisfy them.

use super::demonstration::Demonstration;
use super::tally::Tally;
use crate::house;
use crate::run::{Outcome, quietly};
use crate::setup::python_tool;
use std::fs;
use std::path::Path;
use std::process::Command;

/// Ends the demonstration before it exports: the data folder belongs to one process, and what a clean end leaves on disk
/// is what counts.
pub fn run() -> Outcome<Tally> {
    let mut demonstration = Demonstration::start()?;
    demonstration.stop()?;
    let data = demonstration.data();
    let hledger = demonstration.folder().join("books.journal");
    let beancount = demonstration.folder().join("books.beancount");
    let mut tally = Tally::default();
    let mut count = |what: &str, result: Outcome| {
        println!("   {what}: {}", if result.is_ok() { "good" } else { "wrong" });
        match result {
            Ok(()) => tally.passed += 1,
            Err(sentence) => {
                println!("{sentence}");
                tally.failed += 1;
            }
        }
    };
    count("export for hledger", export("hledger", &data, &hledger));
    let mut check = Command::new("hledger");
    check.arg("-f").arg(&hledger).args(["check", "-s", "ordereddates", "uniqueleafnames"]).env("LC_ALL", "C.UTF-8");
    count("hledger check", quietly(&mut check).map(drop));
    count("export for beancount", export("beancount", &data, &beancount));
    count("bean-check", quietly(Command::new(python_tool("bean-check")).arg(&beancount)).map(drop));
    Ok(tally)
}

/// An export without a transaction satisfies every checker, and proves nothing.
fn export(format: &str, data: &Path, file: &Path) -> Outcome {
    let mut command = Command::new(house::program());
    let journal = quietly(command.args(["export", "journal", "--format", format, "--data-dir"]).arg(data))?;
    if !has_transaction(&journal) {
        return Err(format!("The {format} export has no transaction:\n{}", crate::run::tail(&journal, 10)));
    }
    fs::write(file, journal).map_err(|e| format!("Cannot write {}: {e}.", file.display()))
}

/// Whether a line begins with a date and is no directive of beancount's (`2026-01-01 open …`).
fn has_transaction(journal: &str) -> bool {
    journal.lines().any(|line| {
        let (date, rest) = line.split_once(' ').unwrap_or((line, ""));
        let dated = date.len() == 10 && date.starts_with(|c: char| c.is_ascii_digit());
        let directive =
            rest.split_whitespace().next().is_some_and(|w| ["open", "close", "commodity", "price"].contains(&w));
        dated && !directive
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn transactions_are_seen() {
        for (journal, wanted) in [
            ("account assets:1002 银行存款  ; type:C\n2026-01-05 (INV-1) 赊销\n    assets:1002  CNY 1.00\n", true),
            ("2026-01-01 open Assets:A1002 CNY\n2026-01-05 * \"赊销\"\n", true),
            ("2026-01-01 open Assets:A1002 CNY\n2026-01-01 commodity CNY\n", false),
            ("commodity CNY 1000.00\n", false),
            ("", false),
        ] {
            assert_eq!(has_transaction(journal), wanted, "{journal}");
        }
    }
}
