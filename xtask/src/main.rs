//! The chores of this repository: `cargo xtask` lists them.
//!
//! It depends on nothing but the standard library, so that the first command in a fresh clone compiles in seconds.

mod bench;
mod demo;
mod generate;
mod house;
mod json;
mod keeper;
mod new_slice;
mod run;
mod scratch;
mod setup;
mod test;
mod tidy;

use run::Outcome;
use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask demo [--release] [-- ARGS]   set up what is missing, build, run the demonstration; ARGS go to `shunfu demo`
cargo xtask test [--long] [--only STEP]  set up what is missing and test everything; STEP is unit, integration, books,
                                         api, interop or browser, and may be given more than once
cargo xtask bench [--only MEASURE]       measure the release build against its peers, and write docs/benchmarks.md; MEASURE is
                                         payments, latency, orders, pages, notifications, doubts, documents or
                                         reconcile; --seconds N, --rounds N
cargo xtask generate bank --seed N       a company's invoices, the bank lines that pay them, and the truth; --invoices N,
                                         --months N, --out DIR, --format camt|mt940|csv
cargo xtask setup [--for demo|test]      only set up what is missing
cargo xtask tidy                         what the compiler does not check: rooms, lengths, edges, words, links
cargo xtask new-slice NAME               start a capability: crates/NAME with its rooms
";

/// Exit status: 0 done, 1 found wrong or failed, 2 usage; the same as the product's.
fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    match dispatch(&words) {
        Some(Ok(())) => ExitCode::SUCCESS,
        Some(Err(sentence)) => {
            eprintln!("{sentence}");
            ExitCode::from(1)
        }
        None => {
            eprint!("{USAGE}");
            ExitCode::from(2)
        }
    }
}

/// Runs what the words ask for; `None` when they ask for nothing that exists.
fn dispatch(words: &[&str]) -> Option<Outcome> {
    match words {
        [] | ["help" | "--help" | "-h"] => {
            print!("{USAGE}");
            Some(Ok(()))
        }
        ["demo", rest @ ..] => Some(demo::run(&demo::Options::parse(rest)?)),
        ["test", rest @ ..] => Some(test::run(&test::Options::parse(rest)?)),
        ["bench", rest @ ..] => Some(bench::run(&bench::Options::parse(rest)?)),
        ["generate", "bank", rest @ ..] => Some(generate::run(&generate::Options::parse(rest)?)),
        ["setup"] => Some(setup::setup(setup::Purpose::Test)),
        ["setup", "--for", purpose] => Some(setup::setup(setup::Purpose::parse(purpose)?)),
        ["tidy"] => Some(tidy::run()),
        ["new-slice", name] => Some(new_slice::run(name)),
        _ => None,
    }
}
