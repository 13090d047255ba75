//! The binary `shunfu`.

use clap::Parser;
use std::process::ExitCode;

/// A house allocates on one thread what another lets go, all day: the system's allocator spends a fifth of an import on that.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

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
