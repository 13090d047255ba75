//! The binary `shunfu`.

use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments = match server::cli::Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            if let Some(sentence) = server::cli::complaint(&error) {
                eprintln!("{sentence}");
                return ExitCode::from(2);
            }
            // Help and version are printed by clap and are no failures.
            return if error.print().is_ok() && !error.use_stderr() { ExitCode::SUCCESS } else { ExitCode::from(2) };
        }
    };
    match server::cli::run(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::from(failure.status)
        }
    }
}
