//! `cargo xtask test`: everything that proves the product, step by step; each step is a file.

mod api;
mod books;
mod browser;
mod cargo;
mod demonstration;
mod failures;
mod interop;
pub mod postgres;
mod tally;

use crate::run::Outcome;
use crate::setup;
use failures::Failures;
use postgres::{Durability, Postgres};
use std::cell::RefCell;
use std::time::{Duration, Instant};
use tally::Tally;

/// A part of the proof, in the order of running: what is quick and near the code comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Unit,
    Integration,
    Books,
    Api,
    Interop,
    Browser,
}

impl Step {
    const ALL: [Step; 6] = [Step::Unit, Step::Integration, Step::Books, Step::Api, Step::Interop, Step::Browser];

    const fn name(self) -> &'static str {
        match self {
            Step::Unit => "unit",
            Step::Integration => "integration",
            Step::Books => "books",
            Step::Api => "api",
            Step::Interop => "interop",
            Step::Browser => "browser",
        }
    }

    const fn title(self) -> &'static str {
        match self {
            Step::Unit => "the tests beside the code",
            Step::Integration => "the house through its door, on SQLite and on PostgreSQL",
            Step::Books => "hledger and beancount recompute the exported journal",
            Step::Api => "schemathesis asks what the OpenAPI document allows, and what it does not",
            Step::Interop => "providers' own libraries talk to the simulator, and judge what is signed",
            Step::Browser => "the browser stories, with axe-core",
        }
    }

    const fn needs_postgres(self) -> bool {
        matches!(self, Step::Unit | Step::Integration)
    }

    fn run(self, run: &Run) -> Outcome<Tally> {
        match self {
            Step::Unit => cargo::unit(run),
            Step::Integration => cargo::integration(run),
            Step::Books => books::run(),
            Step::Api => api::run(run),
            Step::Interop => interop::run(run),
            Step::Browser => browser::run(run),
        }
    }
}

/// What was asked for on the command line.
#[derive(Debug, PartialEq, Eq)]
pub struct Options {
    long: bool,
    steps: Vec<Step>,
}

impl Options {
    /// `None` for words that mean nothing here.
    pub fn parse(words: &[&str]) -> Option<Options> {
        let mut options = Options { long: false, steps: Vec::new() };
        let mut rest = words;
        loop {
            rest = match rest {
                [] => break,
                ["--long", rest @ ..] => {
                    options.long = true;
                    rest
                }
                ["--only", name, rest @ ..] => {
                    options.steps.push(Step::ALL.into_iter().find(|step| step.name() == *name)?);
                    rest
                }
                _ => return None,
            };
        }
        if options.steps.is_empty() {
            options.steps = Step::ALL.to_vec();
        }
        Some(options)
    }

    fn wanted(&self) -> impl Iterator<Item = Step> {
        Step::ALL.into_iter().filter(|step| self.steps.contains(step))
    }
}

/// What the steps of one run share.
struct Run {
    /// More examples, longer simulations: `SHUNFU_LONG=1` tells the tests.
    long: bool,
    postgres: Option<Postgres>,
    failures: RefCell<Failures>,
}

/// Sets up, builds once, runs the wanted steps and counts.
pub fn run(options: &Options) -> Outcome {
    let start = Instant::now();
    setup::setup(setup::Purpose::Test)?;
    println!("== build");
    cargo::build()?;
    println!("-- build: {}", seconds(start.elapsed()));
    let postgres =
        if options.wanted().any(Step::needs_postgres) { Some(Postgres::start(Durability::None)?) } else { None };
    let mut run = Run { long: options.long, postgres, failures: RefCell::default() };
    let mut sum = Tally::default();
    let mut lines = Vec::new();
    for step in options.wanted() {
        if !step.needs_postgres() {
            stop(run.postgres.take())?;
        }
        println!("== {}: {}", step.name(), step.title());
        let start = Instant::now();
        let said = match step.run(&run) {
            Ok(tally) => {
                sum.add(tally);
                tally.to_string()
            }
            Err(sentence) => {
                println!("{sentence}");
                sum.add(Tally { passed: 0, failed: 1 });
                "failed".to_owned()
            }
        };
        let line = format!("-- {}: {said} ({})", step.name(), seconds(start.elapsed()));
        println!("{line}");
        lines.push(line);
    }
    stop(run.postgres.take())?;
    run.failures.borrow().tell();
    println!("== in {}", seconds(start.elapsed()));
    lines.iter().for_each(|line| println!("{line}"));
    println!("{sum}");
    if sum.failed == 0 { Ok(()) } else { Err("The tests failed; the lines above say where.".to_owned()) }
}

fn stop(postgres: Option<Postgres>) -> Outcome {
    postgres.map_or(Ok(()), Postgres::stop)
}

fn seconds(duration: Duration) -> String {
    format!("{}.{} s", duration.as_secs(), duration.subsec_millis() / 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words() {
        let options = |long, steps: &[Step]| Some(Options { long, steps: steps.to_vec() });
        for (words, wanted) in [
            (&[][..], options(false, &Step::ALL)),
            (&["--long"][..], options(true, &Step::ALL)),
            (&["--only", "api", "--only", "unit"][..], options(false, &[Step::Api, Step::Unit])),
            (&["--only"][..], None),
            (&["--only", "all"][..], None),
            (&["fast"][..], None),
        ] {
            assert_eq!(Options::parse(words), wanted, "{words:?}");
        }
    }

    #[test]
    fn steps_run_in_their_own_order() {
        let options = Options::parse(&["--only", "api", "--only", "unit"]).unwrap();
        assert_eq!(options.wanted().collect::<Vec<_>>(), [Step::Unit, Step::Api]);
    }

    #[test]
    fn durations() {
        assert_eq!(seconds(Duration::from_millis(61_250)), "61.2 s");
    }
}
