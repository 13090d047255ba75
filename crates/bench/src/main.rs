//! Measures the product against peers in the same run, and writes docs/benchmarks.md. No part of the product.
//!
//! Vocabulary: a *measure* is one question with a target; a *peer* is PostgreSQL doing the same rows without HTTP; a *round*
//! runs everybody once, one after the other; a *story* is what one caller of the load does again and again. Product, peer
//! and load are processes of their own. Times are whole microseconds, ratios hundredths: no floats here either.

mod client;
mod database;
mod disk;
mod figures;
mod fill;
mod load;
mod machine;
mod measures;
mod peer;
mod process;
mod product;
mod report;
mod samples;
mod wire;

use clap::Parser;
use measures::{Measure, Settings};
use std::path::PathBuf;
use std::process::ExitCode;

/// Done, or a sentence that says what went wrong.
type Outcome<T = ()> = Result<T, String>;

#[derive(Debug, Parser)]
#[command(name = "bench", about = "Measures the product against peers in the same run")]
enum Arguments {
    /// Measure. `cargo xtask bench` builds everything, starts PostgreSQL and calls this.
    Run(Run),
    /// Make load by the plan on standard input; used by `run`.
    Load,
}

#[derive(Debug, clap::Args)]
struct Run {
    /// The product, built in release.
    #[arg(long)]
    program: PathBuf,
    /// Address of a PostgreSQL where databases can be made.
    #[arg(long, env = "SHUNFU_BENCH_POSTGRES", hide_env_values = true)]
    postgres: String,
    /// The program `pgbench`.
    #[arg(long)]
    pgbench: PathBuf,
    /// Where the data goes; on the same disk as PostgreSQL's.
    #[arg(long)]
    folder: PathBuf,
    /// A generated bank; for `reconcile`.
    #[arg(long)]
    bank: Option<PathBuf>,
    /// One measure alone.
    #[arg(long)]
    only: Option<Measure>,
    /// How long one side of one round is measured.
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// The page to write; a run of one measure puts its section in the place of the one that is there.
    #[arg(long)]
    page: Option<PathBuf>,
}

fn main() -> ExitCode {
    let ended = match Arguments::parse() {
        Arguments::Load => load::obey(),
        Arguments::Run(run) => measure(run),
    };
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            eprintln!("{sentence}");
            ExitCode::from(1)
        }
    }
}

fn measure(run: Run) -> Outcome {
    let settings = Settings {
        program: run.program,
        postgres: run.postgres,
        pgbench: run.pgbench,
        folder: run.folder,
        bank: run.bank,
        seconds: run.seconds.max(1),
        rounds: run.rounds.max(1),
    };
    let wanted = |measure: &Measure| run.only.is_none_or(|only| only == *measure);
    let mut sections = Vec::new();
    for measure in Measure::ALL.into_iter().filter(wanted) {
        let section = report::dated(&measure.run(&settings)?, &settings);
        println!("\n{section}");
        sections.push(section);
    }
    let Some(page) = run.page else { return Ok(()) };
    let machine = machine::describe(&settings)?;
    let text = match run.only {
        None => report::page(&machine, &sections),
        Some(_) => {
            let old = std::fs::read_to_string(&page).map_err(|e| format!("Cannot read {}: {e}.", page.display()))?;
            report::renewed(&old, &machine, &sections)
        }
    };
    std::fs::write(&page, text).map_err(|e| format!("Cannot write {}: {e}.", page.display()))
}
