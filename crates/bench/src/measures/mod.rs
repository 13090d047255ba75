//! The questions, one file each.

mod documents;
mod doubts;
mod latency;
mod notifications;
mod orders;
mod pages;
mod payments;
mod reconcile;
mod rows;
mod site;

use crate::Outcome;
use std::path::PathBuf;

/// What every measure is told.
#[derive(Debug, Clone)]
pub struct Settings {
    pub program: PathBuf,
    pub postgres: String,
    /// The program, not its folder.
    pub pgbench: PathBuf,
    pub folder: PathBuf,
    /// What `cargo xtask generate bank` wrote, a folder for each number of lines, which is its name.
    pub bank: Option<PathBuf>,
    pub seconds: u64,
    pub rounds: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Measure {
    Payments,
    Latency,
    Orders,
    Pages,
    Notifications,
    Doubts,
    Documents,
    Reconcile,
}

impl Measure {
    pub const ALL: [Measure; 8] = [
        Measure::Payments,
        Measure::Latency,
        Measure::Orders,
        Measure::Pages,
        Measure::Notifications,
        Measure::Doubts,
        Measure::Documents,
        Measure::Reconcile,
    ];

    /// Measures, and returns the section of the page.
    pub fn run(self, settings: &Settings) -> Outcome<String> {
        match self {
            Measure::Payments => payments::run(settings),
            Measure::Latency => latency::run(settings),
            Measure::Orders => orders::run(settings),
            Measure::Pages => pages::run(settings),
            Measure::Notifications => notifications::run(settings),
            Measure::Doubts => doubts::run(settings),
            Measure::Documents => documents::run(settings),
            Measure::Reconcile => reconcile::run(settings),
        }
    }
}

/// Connections of the load.
const CONNECTIONS: usize = 64;
/// Before a closed load counts.
const WARM_MS: u64 = 1000;

/// Today where the company is.
fn today() -> String {
    let zone = jiff::tz::TimeZone::get("Asia/Shanghai").unwrap_or(jiff::tz::TimeZone::UTC);
    jiff::Timestamp::now().to_zoned_datetime(zone).date().to_string()
}
