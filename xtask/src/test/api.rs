//! Schemathesis reads the OpenAPI document of a running demonstration and tries what it allows and forbids; before it, a
//! validator judges the document by the specification's own schema.
//!
//! The seed is fixed: the same code gets the same questions.

use super::Run;
use super::demonstration::Demonstration;
use super::tally::Tally;
use crate::house;
use crate::run::{Outcome, run as run_command, watched};
use crate::setup::python_tool;
use std::process::Command;

/// Generated cases per operation and phase.
const EXAMPLES: &str = "20";
const EXAMPLES_LONG: &str = "500";

pub fn run(run: &Run) -> Outcome<Tally> {
    let mut demonstration = Demonstration::start()?;
    let valid = u64::from(run_command(&mut validator(&demonstration.url)).is_ok());
    let report = demonstration.folder().join("junit.xml");
    let mut command = Command::new(python_tool("schemathesis"));
    command
        .arg("--config-file")
        .arg(house::root().join("xtask/schemathesis.toml"))
        .args(["run", &format!("{}/api/openapi.json", demonstration.url)])
        .args(["--phases", "examples,coverage,fuzzing", "--seed", "1", "--max-examples"])
        .args([if run.long { EXAMPLES_LONG } else { EXAMPLES }, "--continue-on-failure"])
        .args(["--suppress-health-check", "all", "--report", "junit", "--report-junit-path"])
        .arg(&report)
        // In the environment, and not among the arguments that every user of the machine can list.
        .env("SHUNFU_API_KEY", &demonstration.api_key)
        .current_dir(demonstration.folder());
    let status = watched(&mut command, |_| {})?;
    let xml = std::fs::read_to_string(&report).unwrap_or_default();
    let mut tally = read_report(&xml).judged(status.success());
    tally.add(Tally { passed: valid, failed: 1 - valid });
    if let Err(sentence) = demonstration.stop() {
        println!("{sentence}");
        tally.failed += 1;
    }
    Ok(tally)
}

fn validator(url: &str) -> Command {
    let mut command = Command::new(python_tool("python"));
    command.arg(house::root().join("xtask/openapi.py")).arg(format!("{url}/api/openapi.json"));
    command
}

/// The counts in the head of a JUnit report.
fn read_report(xml: &str) -> Tally {
    let head = xml.split_once("<testsuites").map_or("", |(_, rest)| rest.split('>').next().unwrap_or(""));
    let count = |name: &str| {
        let value = head.split_once(&format!(" {name}=\"")).and_then(|(_, rest)| rest.split('"').next());
        value.and_then(|v| v.parse::<u64>().ok()).unwrap_or(0)
    };
    let failed = count("failures") + count("errors");
    Tally { passed: count("tests").saturating_sub(failed), failed }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reports() {
        let head = r#"<?xml version="1.0"?><testsuites disabled="0" errors="1" failures="2" tests="40" time="3.1"><testsuite tests="9"/>"#;
        assert_eq!(read_report(head), Tally { passed: 37, failed: 3 });
        assert_eq!(read_report(""), Tally::default());
    }
}
