//! The command line.

use crate::config::{Config, Flags};
use crate::failure::Failure;
use crate::{admin, data_dir, demo, doctor, house, reconcile, serve, setup, simulator, statement, verify};
use clap::{Parser, Subcommand, ValueEnum};
use kernel::Date;
use std::path::PathBuf;

/// 顺付 Shunfu: from a customer's order to money in the books.
#[derive(Debug, Parser)]
#[command(name = "shunfu", version, about)]
pub struct Arguments {
    /// Folder with the data; made if missing.
    #[arg(long, global = true, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// Configuration file (TOML).
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Start everything with a demonstration company.
    Demo {
        #[arg(long, value_name = "ADDR")]
        listen: Option<String>,
        /// Written once requests are served.
        #[arg(long, value_name = "FILE")]
        ready_file: Option<PathBuf>,
    },
    /// Create the database, the company and its first administrator.
    Init(setup::Init),
    /// Serve web, API and background work.
    Serve {
        #[arg(long, value_name = "ADDR")]
        listen: Option<String>,
        /// Written once requests are served.
        #[arg(long, value_name = "FILE")]
        ready_file: Option<PathBuf>,
    },
    /// Bring the schema up to date, after a backup.
    Migrate,
    /// Check the installation.
    Doctor,
    /// Check the data.
    Verify,
    /// Back everything up into one encrypted file, while the house goes on.
    Backup { file: PathBuf },
    /// Bring a backup back, then check it.
    Restore {
        file: PathBuf,
        /// Overwrite data that is there.
        #[arg(long)]
        force: bool,
    },
    /// Give the books to another program.
    Export {
        #[command(subcommand)]
        what: Export,
    },
    /// Show what a bank's file says; no database is touched.
    Statement(statement::Statement),
    /// Bring a bank's statement in and match it.
    Reconcile(reconcile::Reconcile),
    /// The payment provider of the demonstration and the tests.
    Simulator(simulator::Simulator),
}

#[derive(Debug, Subcommand)]
enum Export {
    /// The journal.
    Journal {
        #[arg(long)]
        format: Format,
        /// First day.
        #[arg(long)]
        from: Option<Date>,
        /// Last day.
        #[arg(long)]
        to: Option<Date>,
    },
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    Hledger,
    Beancount,
    Csv,
}

impl From<Format> for ledger::Format {
    fn from(format: Format) -> Self {
        match format {
            Format::Hledger => ledger::Format::Hledger,
            Format::Beancount => ledger::Format::Beancount,
            Format::Csv => ledger::Format::Csv,
        }
    }
}

/// Runs a command to its end.
pub fn run(arguments: Arguments) -> Result<(), Failure> {
    let listen = match &arguments.command {
        Command::Demo { listen, .. } | Command::Serve { listen, .. } => listen.clone(),
        _ => None,
    };
    let flags = Flags { config: arguments.config, data_dir: arguments.data_dir, listen };
    let config = Config::read(&flags, |name| std::env::var(name).ok())?;
    log_to_stderr(&arguments.command);
    match arguments.command {
        Command::Demo { ready_file, .. } => runtime()?.block_on(demo::run(&config, ready_file.as_deref())),
        Command::Init(init) => setup::init(&config, &init),
        Command::Serve { ready_file, .. } => runtime()?.block_on(serve_configured(&config, ready_file)),
        Command::Migrate => admin::migrate(&config),
        Command::Doctor => doctor::run(&config),
        Command::Verify => verify::run(&config),
        Command::Backup { file } => admin::backup(&config, &file),
        Command::Restore { file, force } => admin::restore(&config, &file, force),
        Command::Export { what: Export::Journal { format, from, to } } => {
            admin::export_journal(&config, format.into(), from, to)
        }
        Command::Statement(statement) => statement::run(&statement),
        Command::Reconcile(reconcile) => reconcile::run(&config, &reconcile),
        Command::Simulator(simulator) => runtime()?.block_on(simulator::run(simulator)),
    }
}

async fn serve_configured(config: &Config, ready_file: Option<PathBuf>) -> Result<(), Failure> {
    data_dir::make(&config.data_dir)?;
    let _lock = data_dir::lock(&config.data_dir)?;
    let key = data_dir::master_key(config)?;
    let told = serve::told_to_stop()?;
    let listener = serve::bind(config.listen)?;
    let (url, listens) = (serve::public_url(config, &listener)?, listener.local_addr()?);
    let house = house::open(config, key, url.clone())?;
    payments::connect_all(&house.app, &house.registry).await?;
    serve::run(house, listener, config, told, || {
        println!("Shunfu serves {url}");
        match ready_file {
            Some(path) => {
                serve::write_atomically(&path, &serde_json::json!({ "url": url, "listens": listens }).to_string())
            }
            None => Ok(()),
        }
    })
    .await
}

fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    Ok(tokio::runtime::Builder::new_multi_thread().enable_all().build()?)
}

/// Logs to standard error; `SHUNFU_LOG` chooses what (`info`, `shunfu=debug`). Commands that end by themselves say what is wrong
/// in one sentence there, so they log nothing unless it is chosen.
fn log_to_stderr(command: &Command) {
    let serves = matches!(command, Command::Demo { .. } | Command::Serve { .. } | Command::Simulator(_));
    let filter = tracing_subscriber::EnvFilter::try_from_env("SHUNFU_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new(if serves { "warn" } else { "off" }));
    // A second call in one process (tests) keeps the first.
    drop(tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).try_init());
}

/// What is wrong with the words of the command line, as one sentence; `None` where they ask for help or the version.
pub fn complaint(error: &clap::Error) -> Option<String> {
    use clap::error::ErrorKind;
    let asked =
        [ErrorKind::DisplayHelp, ErrorKind::DisplayVersion, ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand];
    if asked.contains(&error.kind()) {
        return None;
    }
    let told = error.to_string();
    let ends = ["Usage:", "For more information"].into_iter().filter_map(|word| told.find(word)).min();
    let words = told[..ends.unwrap_or(told.len())].trim_start_matches("error:").split_whitespace();
    Some(format!("{}; see `shunfu --help`.", words.collect::<Vec<_>>().join(" ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_command_line_is_one_sentence() {
        for (line, words) in [
            ("shunfu sing", &["'sing'"][..]),
            ("shunfu export journal --format yaml", &["'yaml'", "hledger"]),
            ("shunfu init --currency CNY", &["--organisation", "--admin-email"]),
            ("shunfu init --fiscal-year-start 13", &["'13'", "1..=12"]),
            ("shunfu simulator --listen here", &["'here'"]),
        ] {
            let error = Arguments::try_parse_from(line.split(' ')).unwrap_err();
            let told = complaint(&error).unwrap();
            assert_eq!(told.lines().count(), 1, "{told}");
            assert!(words.iter().all(|word| told.contains(word)) && !told.contains("Usage"), "{told}");
        }
        for line in ["shunfu", "shunfu --help", "shunfu --version", "shunfu init --help"] {
            assert_eq!(complaint(&Arguments::try_parse_from(line.split(' ')).unwrap_err()), None, "{line}");
        }
    }
}
