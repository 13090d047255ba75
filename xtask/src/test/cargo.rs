//! The Rust tests, by `cargo test`: what every machine with Rust has.
//!
//! Every command names the whole workspace and picks by kind of target. Picking by package would let Cargo choose other
//! features for the dependencies, and build Typst a second time.

use super::Run;
use super::tally::Tally;
use crate::house;
use crate::run::{Outcome, run, watched};
use std::process::Command;

fn cargo(words: &[&str]) -> Command {
    let mut command = crate::run::cargo();
    command.args(words).current_dir(house::root());
    command
}

/// Builds everything that any step runs, the program too.
pub fn build() -> Outcome {
    run(&mut cargo(&["build", "--workspace", "--all-targets"]))
}

/// The tests beside the code, and the examples in its documentation.
pub fn unit(run: &Run) -> Outcome<Tally> {
    let mut tally = tests(run, &["--lib", "--bins"])?;
    let (examples, success) = counted(run, cargo(&["test", "--workspace", "--doc", "--quiet"]))?;
    tally.add(if success { examples } else { examples.judged(false) });
    Ok(tally)
}

/// The integration binary of the package in `tests/`, and whatever else is a test target of its own.
pub fn integration(run: &Run) -> Outcome<Tally> {
    tests(run, &["--test", "*"])
}

fn tests(run: &Run, targets: &[&str]) -> Outcome<Tally> {
    let mut command = cargo(&["test"]);
    command.args(["--workspace", "--no-fail-fast"]).args(targets);
    let (tally, success) = counted(run, command)?;
    Ok(tally.judged(success))
}

fn counted(run: &Run, mut command: Command) -> Outcome<(Tally, bool)> {
    // A test that kills the program needs the program itself.
    command.env("SHUNFU_PROGRAM", house::program());
    if let Some(postgres) = &run.postgres {
        command.env("SHUNFU_TEST_POSTGRES", postgres.url());
    }
    if run.long {
        command.env("SHUNFU_LONG", "1");
    }
    let mut tally = Tally::default();
    let status = watched(&mut command, |line| {
        run.failures.borrow_mut().read(line);
        tally.add(Tally::read(line).unwrap_or_default());
    })?;
    Ok((tally, status.success()))
}
