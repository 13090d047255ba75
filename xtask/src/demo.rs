//! `cargo xtask demo`: from a fresh clone to the running demonstration.

use crate::run::{Outcome, cargo, run as run_command};
use crate::{house, setup};
use std::os::unix::process::CommandExt;
use std::process::Command;

/// What was asked for on the command line.
#[derive(Debug, PartialEq, Eq)]
pub struct Options {
    /// Optimised: slow to build, quick to run.
    release: bool,
    /// Handed to `shunfu demo`.
    args: Vec<String>,
}

impl Options {
    /// `None` for words that mean nothing here.
    pub fn parse(words: &[&str]) -> Option<Options> {
        let mut rest = words;
        let mut release = false;
        while let [word, tail @ ..] = rest {
            match *word {
                "--release" => release = true,
                "--" => return Some(Options { release, args: tail.iter().map(|w| (*w).to_owned()).collect() }),
                _ => return None,
            }
            rest = tail;
        }
        Some(Options { release, args: Vec::new() })
    }
}

/// Sets up, builds, and becomes the demonstration: signals reach it directly, and its exit status is ours.
pub fn run(options: &Options) -> Outcome {
    setup::setup(setup::Purpose::Demo)?;
    // Over the whole workspace, so that dependencies are built with the same features as for the tests, and only once.
    let mut build = cargo();
    build.args(["build", "--workspace", "--bin", "shunfu"]).current_dir(house::root());
    if options.release {
        build.arg("--release");
    }
    run_command(&mut build)?;
    let program = if options.release { house::target().join("release/shunfu") } else { house::program() };
    let error = Command::new(&program).arg("demo").args(&options.args).exec();
    Err(format!("{} could not be started: {error}.", program.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words() {
        let options =
            |release, args: &[&str]| Some(Options { release, args: args.iter().map(|a| (*a).to_owned()).collect() });
        for (words, wanted) in [
            (&[][..], options(false, &[])),
            (&["--release"][..], options(true, &[])),
            (&["--release", "--", "--listen", "127.0.0.1:0"][..], options(true, &["--listen", "127.0.0.1:0"])),
            (&["--", "--release"][..], options(false, &["--release"])),
            (&["--listen"][..], None),
        ] {
            assert_eq!(Options::parse(words), wanted, "{words:?}");
        }
    }
}
