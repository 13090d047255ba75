//! `cargo xtask bench`: builds the product as it is shipped, starts PostgreSQL as it is delivered, and lets `crates/bench`
//! measure one against the other.

use crate::run::{Outcome, cargo, run as run_command};
use crate::scratch::Scratch;
use crate::test::postgres::{Durability, Postgres};
use crate::{generate, house, setup};
use std::process::Command;

/// What was asked for on the command line.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// One measure alone: payments, latency, orders, pages, notifications, doubts, documents or reconcile.
    only: Option<String>,
    /// Of one side of one round.
    seconds: Option<u32>,
    rounds: Option<u32>,
}

const MEASURES: [&str; 8] =
    ["payments", "latency", "orders", "pages", "notifications", "doubts", "documents", "reconcile"];
/// Lines of the banks that `reconcile` reads.
const LINES: [usize; 2] = [100_000, 1_000_000];

impl Options {
    /// `None` for words that mean nothing here.
    pub fn parse(words: &[&str]) -> Option<Options> {
        let mut options = Options::default();
        let mut rest = words;
        while let [word, value, tail @ ..] = rest {
            match *word {
                "--only" => options.only = Some(MEASURES.into_iter().find(|measure| measure == value)?.to_owned()),
                "--seconds" => options.seconds = Some(value.parse().ok().filter(|s| *s > 0)?),
                "--rounds" => options.rounds = Some(value.parse().ok().filter(|r| *r > 0)?),
                _ => return None,
            }
            rest = tail;
        }
        rest.is_empty().then_some(options)
    }

    fn words(&self) -> Vec<String> {
        let pairs = [
            ("--only", self.only.clone()),
            ("--seconds", self.seconds.map(|s| s.to_string())),
            ("--rounds", self.rounds.map(|r| r.to_string())),
        ];
        pairs.into_iter().filter_map(|(word, value)| Some([word.to_owned(), value?])).flatten().collect()
    }
}

/// Sets up, builds, starts PostgreSQL and measures.
pub fn run(options: &Options) -> Outcome {
    setup::setup(setup::Purpose::Test)?;
    let mut build = cargo();
    build.args(["build", "--release", "--package", "server", "--package", "bench"]).current_dir(house::root());
    run_command(&mut build)?;
    let release = house::target().join("release");
    let programs = setup::postgres_programs().ok_or("PostgreSQL's programs are missing.")?;
    let postgres = Postgres::start(Durability::AsDelivered)?;
    let folder = Scratch::new("bench")?;
    let mut bench = Command::new(release.join("bench"));
    bench.arg("run").args(options.words());
    bench.arg("--program").arg(release.join("shunfu")).arg("--pgbench").arg(programs.join("pgbench"));
    bench.arg("--folder").arg(folder.path()).arg("--page").arg(house::root().join("docs/benchmarks.md"));
    if options.only.as_deref().is_none_or(|only| only == "reconcile") {
        let bank = folder.path().join("bank");
        for lines in LINES {
            generate::bank(lines, &bank.join(lines.to_string()))?;
        }
        bench.arg("--bank").arg(bank);
    }
    // By the environment: an argument would show the password to everybody on the machine.
    bench.env("SHUNFU_BENCH_POSTGRES", postgres.url());
    let measured = run_command(&mut bench);
    postgres.stop()?;
    measured
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words() {
        let options =
            |only: Option<&str>, seconds, rounds| Some(Options { only: only.map(str::to_owned), seconds, rounds });
        for (words, wanted) in [
            (&[][..], options(None, None, None)),
            (&["--only", "pages"][..], options(Some("pages"), None, None)),
            (&["--seconds", "3", "--rounds", "1"][..], options(None, Some(3), Some(1))),
            (&["--only", "reconcile"][..], options(Some("reconcile"), None, None)),
            (&["--only", "speed"][..], None),
            (&["--seconds", "0"][..], None),
            (&["--seconds"][..], None),
            (&["fast"][..], None),
        ] {
            assert_eq!(Options::parse(words), wanted, "{words:?}");
        }
        let options = Options::parse(&["--only", "pages", "--seconds", "3"]).unwrap();
        assert_eq!(options.words(), ["--only", "pages", "--seconds", "3"]);
    }
}
