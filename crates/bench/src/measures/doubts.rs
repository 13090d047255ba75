//! What ten thousand undecided online payments cost those who pay meanwhile.

use super::Settings;
use super::notifications::connect;
use super::site::Site;
use crate::Outcome;
use crate::figures::{Ratio, Spread};
use crate::fill::Customers;
use crate::report::{Row, section};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

const OPEN: i64 = 10_000;
/// Percent of the throughput that must be left.
const LEFT: u64 = 90;
/// What `shunfu simulator` lets in.
const MERCHANT: &str = "demo-merchant";
const SECRET: &str = "demo-simulator-secret";

const HOW: &str = "The same closed load of payments on SQLite twice in each round: once while nothing is in doubt, and once while \
    10,000 online payments are, each due to be asked about at once. The product asks the simulator, a process of its own on the \
    same two cores, over HTTP; it knows none of them, so each question is answered, changes nothing, and is planned again.";

/// A simulator as a process; ends when dropped.
struct Provider {
    child: Child,
    address: String,
}

impl Provider {
    fn start(program: &Path) -> Outcome<Provider> {
        let mut command = Command::new(program);
        command.args(["simulator", "--listen", "127.0.0.1:0"]).stdin(Stdio::null()).stdout(Stdio::piped());
        let mut child = command.spawn().map_err(|e| format!("`shunfu simulator` could not be started: {e}."))?;
        let mut said = String::new();
        if let Some(stdout) = child.stdout.take() {
            BufReader::new(stdout).read_line(&mut said).map_err(|e| e.to_string())?;
        }
        let address = said.split_whitespace().find(|word| word.starts_with("http://")).map(str::to_owned);
        let provider = Provider { child, address: address.unwrap_or_default() };
        if provider.address.is_empty() {
            Err("`shunfu simulator` did not say where it is.".to_owned())
        } else {
            Ok(provider)
        }
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

pub fn run(settings: &Settings) -> Outcome<String> {
    let provider = Provider::start(&settings.program)?;
    let mut site = Site::open(settings, "doubts", false, Customers::AsMade)?;
    connect(&mut site, &provider.address, MERCHANT, SECRET)?;
    site.pay(2)?;
    doubt(&mut site)?;
    let (mut quiet, mut asking, mut asked) = (vec![], vec![], vec![]);
    for round in 1..=settings.rounds {
        quiet.push(site.pay(settings.seconds)?.loaded.rate());
        let before = due(&mut site)?;
        asking.push(site.pay(settings.seconds)?.loaded.rate());
        let left = count(&mut site)?;
        asked.push(u64::try_from(before - left).unwrap_or(0) / settings.seconds);
        let last = |values: &[u64]| values.last().copied().unwrap_or(0);
        println!(
            "doubts, round {round}: {}/s, {}/s while {} a second are asked about",
            last(&quiet),
            last(&asking),
            last(&asked)
        );
    }
    site.close()?;
    let left: Vec<Ratio> = asking.iter().zip(&quiet).map(|(with, without)| Ratio::of(*with, *without)).collect();
    Ok(section(
        "Doubts",
        HOW,
        &[
            Row::at_least("payments while 10,000 are in doubt : payments", &left, LEFT),
            Row::plain("payments", format!("{} /s", Spread::of(&quiet))),
            Row::plain("payments while 10,000 are in doubt", format!("{} /s", Spread::of(&asking))),
            Row::plain("questions asked and answered", format!("{} /s", Spread::of(&asked))),
        ],
    ))
}

/// Puts an online payment in doubt beside each of the first invoices.
fn doubt(site: &mut Site) -> Outcome {
    let now = jiff::Timestamp::now().as_microsecond();
    let later = now + 3_600_000_000;
    site.filler.database.run(&format!(
        "INSERT INTO checkouts (organisation_id, checkout_id, customer_id, connection_id, method, status, currency,
             amount_minor, provider_id, polls, expires_at, created_at, version)
         SELECT i.organisation_id, i.invoice_id, i.customer_id, g.connection_id, 'card', 'in_doubt', i.currency, i.total_minor,
             'bench_' || lower(hex(i.invoice_id)), 3, {later}, {now}, 1
         FROM invoices i JOIN gateway_connections g ON g.organisation_id = i.organisation_id LIMIT {OPEN};
         INSERT INTO checkout_invoices (organisation_id, checkout_id, invoice_id, amount_minor)
         SELECT organisation_id, checkout_id, checkout_id, amount_minor FROM checkouts;"
    ))
}

/// Makes every question due; tells how many.
fn due(site: &mut Site) -> Outcome<i64> {
    site.filler.ensure(site.next + 200_000)?;
    site.filler.wait_until_quiet()?;
    site.filler.database.run("UPDATE checkouts SET next_poll_at = created_at")?;
    count(site)
}

/// How many questions are due.
fn count(site: &mut Site) -> Outcome<i64> {
    site.filler.database.number("SELECT count(*) FROM checkouts WHERE next_poll_at = created_at")
}
