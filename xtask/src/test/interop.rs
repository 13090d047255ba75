//! Providers' own libraries, each in a process of its own, talk to the simulator in their language, judge what it signs, and sign
//! what our connectors read. A mail server and a reader of mail that others wrote judge what we send.

use super::Run;
use super::tally::Tally;
use crate::house;
use crate::keeper::{Ask, Keeper};
use crate::run::{Outcome, quietly, watched};
use crate::scratch::Scratch;
use crate::setup::{node_modules, python_tool};
use std::process::Command;
use std::time::Duration;

/// The judges, in folder `tests/interop`; not called as the libraries are, since Python would find them in their place.
const JUDGES: [&str; 13] = [
    "judge_stripe.py",
    "judge_stripe.mjs",
    "judge_localstripe.py",
    "judge_alipay.py",
    "judge_alipay.mjs",
    "judge_wechat_pay.py",
    "judge_wechat_pay.mjs",
    "judge_paypal.py",
    "judge_paypal.mjs",
    "judge_mail.py",
    "judge_statements.py",
    "judge_statements.mjs",
    "judge_tables.py",
];
/// What the simulator of the demonstration is told to sign with.
const SECRET: &str = "demo-simulator-secret";
const READY_MAX: Duration = Duration::from_secs(20);

pub fn run(run: &Run) -> Outcome<Tally> {
    let mut sum = scorer();
    for judge in JUDGES {
        // Each has a simulator with an empty book.
        let mut simulator = Simulator::start()?;
        let script = house::root().join("tests/interop").join(judge);
        let mut command = match judge.ends_with(".py") {
            true => Command::new(python_tool("python")),
            false => Command::new("node"),
        };
        command
            .arg(&script)
            .env("SHUNFU_SIMULATOR", &simulator.url)
            .env("SHUNFU_SIMULATOR_SECRET", SECRET)
            .env("SHUNFU_NODE_MODULES", node_modules())
            .env("SHUNFU_PROGRAM", house::program())
            .env("SHUNFU_VERIFIER", house::target().join("debug/examples/verify"))
            .env("PYTHONDONTWRITEBYTECODE", "1");
        let mut tally = Tally::default();
        let status = watched(&mut command, |line| {
            run.failures.borrow_mut().read(line);
            tally.add(Tally::read(line).unwrap_or_default());
        })?;
        sum.add(tally.judged(status.success()));
        simulator.keeper.stop()?;
    }
    Ok(sum)
}

/// The judge of matching is no part of the product either; here its own verdicts are tested.
fn scorer() -> Tally {
    let script = house::root().join("tests/bank/test_score.py");
    match quietly(Command::new(python_tool("python")).arg(script)) {
        Ok(_) => Tally { passed: 1, failed: 0 },
        Err(sentence) => {
            println!("{sentence}");
            Tally { passed: 0, failed: 1 }
        }
    }
}

/// A running simulator.
struct Simulator {
    keeper: Keeper,
    url: String,
}

impl Simulator {
    fn start() -> Outcome<Simulator> {
        let mut command = Command::new(house::program());
        command.args(["simulator", "--listen", "127.0.0.1:0"]);
        let mut keeper = Keeper::start("The simulator", Ask::Term, &mut command, Scratch::new("simulator")?)?;
        let log = keeper.folder.path().join("log");
        let said = || std::fs::read_to_string(&log).unwrap_or_default();
        let address = |said: &str| {
            let line = said.lines().find_map(|line| line.strip_prefix("The payment simulator serves "));
            line.filter(|_| said.ends_with('\n')).map(str::to_owned)
        };
        keeper.wait_until(READY_MAX, || address(&said()).is_some())?;
        let url = address(&said()).ok_or("The simulator did not say where it serves.")?;
        Ok(Simulator { keeper, url })
    }
}
