//! The browser stories: `tests/browser/run.mjs` walks through a running demonstration with Chromium.
//!
//! It finds its surroundings in the environment: `SHUNFU_READY_FILE` (the demonstration's ready file), `SHUNFU_CHROMIUM`
//! (the browser), `SHUNFU_NODE_MODULES` (where playwright-core and axe-core stand), and ends with `N passed, N failed`.

use super::Run;
use super::demonstration::Demonstration;
use super::tally::Tally;
use crate::house;
use crate::run::{Outcome, watched};
use crate::setup;
use std::process::Command;

pub fn run(run: &Run) -> Outcome<Tally> {
    let stories = house::root().join("tests/browser/run.mjs");
    let chromium = setup::chromium().ok_or("Chromium is missing.")?;
    let mut demonstration = Demonstration::start()?;
    let mut command = Command::new("node");
    command
        .arg(&stories)
        .env("SHUNFU_READY_FILE", demonstration.ready_file())
        .env("SHUNFU_CHROMIUM", chromium)
        .env("SHUNFU_NODE_MODULES", setup::node_modules())
        .current_dir(house::root());
    if run.long {
        command.env("SHUNFU_LONG", "1");
    }
    let mut tally = Tally::default();
    let status = watched(&mut command, |line| {
        run.failures.borrow_mut().read(line);
        if let Some(summary) = Tally::read(line) {
            tally = summary;
        }
    })?;
    let mut tally = tally.judged(status.success());
    if let Err(sentence) = demonstration.stop() {
        println!("{sentence}");
        tally.failed += 1;
    }
    Ok(tally)
}
