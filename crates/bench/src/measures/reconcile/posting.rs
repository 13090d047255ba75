//! How long payments take while a file's lines are posted.

use crate::Outcome;
use crate::client::Client;
use crate::disk::{self, Probe};
use crate::figures::{Latency, Spread, grouped, millis, per_second};
use crate::fill::{Customers, TOTAL};
use crate::measures::site::Site;
use crate::measures::{Settings, today};
use crate::report::Row;
use std::fmt::Write as _;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

/// Lines that are surely matched, each with an invoice of its own.
const POSTED: u64 = 20_000;
/// Payments a second beside them.
const RATE: u64 = 200;
const CONNECTIONS: usize = 64;
/// What posting may add to the slowest payment.
const DELAY_MAX_US: u64 = 50_000;
const BOUNDARY: &str = "----bench-statement";

pub const HOW: &str = "*Posting*: an open load of 200 payments a second by `POST /api/v1/payments` on SQLite, while \
    `POST /api/v1/statements` brings in 20,000 lines that are sure and posts each (payment, allocation, entry, match); then the same \
    load alone. A time counts from when its payment should have been sent. Beside payments and import a probe writes 4 KiB and calls \
    fdatasync, fifty times a second: what that waits for, a payment waits for.";

/// Between two probes of the disk.
const PAUSE: Duration = Duration::from_millis(20);

/// What one round showed.
struct Round {
    beside: Latency,
    alone: Latency,
    /// The disk's own times beside payments and matches.
    synced: Latency,
    matches_per_second: u64,
}

pub fn rows(settings: &Settings) -> Outcome<Vec<Row>> {
    let mut rounds = Vec::new();
    for number in 1..=settings.rounds {
        let round = measure(settings, number)?;
        let Round { beside, alone, synced, matches_per_second } = &round;
        println!(
            "posting, round {number}: {matches_per_second} matches a second; payments beside {beside:?}, alone {alone:?}, \
             fdatasync {synced:?}"
        );
        rounds.push(round);
    }
    let spread = |what: fn(&Round) -> u64| Spread::of(&rounds.iter().map(what).collect::<Vec<_>>());
    let times = |of: [fn(&Round) -> u64; 3]| of.map(|what| millis(spread(what).median)).join(" / ");
    let added = spread(|round| round.beside.max_us.saturating_sub(round.alone.max_us));
    let (median, most) = (millis(added.median), millis(added.most));
    let target = format!("≤ {}", millis(DELAY_MAX_US));
    Ok(vec![
        Row::judged(
            "posting: what it adds to the slowest payment",
            format!("**{median}** (at most {most})"),
            &target,
            added.most <= DELAY_MAX_US,
        ),
        Row::plain(
            "payments while matches are posted: p50 / p99 / slowest",
            times([|round| round.beside.p50_us, |round| round.beside.p99_us, |round| round.beside.max_us]),
        ),
        Row::plain(
            "payments alone: p50 / p99 / slowest",
            times([|round| round.alone.p50_us, |round| round.alone.p99_us, |round| round.alone.max_us]),
        ),
        Row::plain(
            "4 KiB and fdatasync beside payments and import: p50 / p99 / slowest",
            times([|round| round.synced.p50_us, |round| round.synced.p99_us, |round| round.synced.max_us]),
        ),
        Row::plain("matches posted a second", grouped(spread(|round| round.matches_per_second).median)),
    ])
}

/// A company of its own for each round: payments of one are entries that lines of the next could be.
fn measure(settings: &Settings, number: usize) -> Outcome<Round> {
    let mut site = Site::open(settings, &format!("posting_{number}"), false, Customers::AsMade)?;
    site.provide(POSTED + RATE * (settings.seconds + 2) * 3)?;
    let body = body(&file(&mut site)?);
    site.next = POSTED;
    disk::settle()?;
    let (address, key) = (site.serving.address, site.product.api_key.clone());
    let (beside, synced, imported) = std::thread::scope(|scope| {
        let import = scope.spawn(move || import(address, &key, &body));
        let probe = Probe::start(&settings.folder, PAUSE);
        let ran = site.run(site.payment(), settings.seconds, Some(RATE), CONNECTIONS);
        (ran, probe.stop(), import.join())
    });
    let took_us = imported.map_err(|_| "The import ended badly.".to_owned())??;
    let posted = site.filler.database.number("SELECT count(*) FROM matches")?;
    if u64::try_from(posted) != Ok(POSTED) {
        return Err(format!("{posted} lines of {POSTED} were posted."));
    }
    site.filler.wait_until_quiet()?;
    disk::settle()?;
    let alone = site.run(site.payment(), settings.seconds, Some(RATE), CONNECTIONS)?;
    site.close()?;
    Ok(Round {
        beside: beside?.loaded.latency,
        alone: alone.loaded.latency,
        synced: synced?,
        matches_per_second: per_second(POSTED, took_us),
    })
}

/// A line for each of the first invoices.
fn file(site: &mut Site) -> Outcome<String> {
    let paid = site.filler.database.texts(&format!(
        "SELECT i.number || ',' || c.name AS value FROM invoices i
         JOIN customers c ON c.organisation_id = i.organisation_id AND c.customer_id = i.customer_id
         ORDER BY i.invoice_id LIMIT {POSTED}"
    ))?;
    let (today, mut file) = (today(), String::from("交易日期,收入,支出,对方户名,附言,交易流水号\r\n"));
    for (place, row) in paid.iter().enumerate() {
        let (number, name) = row.split_once(',').ok_or("An invoice has no number.")?;
        write!(file, "{today},{TOTAL},,{name},{number},B{place:07}\r\n").map_err(|e| e.to_string())?;
    }
    Ok(file)
}

fn body(file: &str) -> Vec<u8> {
    format!(
        "--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"account\"\r\n\r\n1002\r\n\
         --{BOUNDARY}\r\ncontent-disposition: form-data; name=\"file\"; filename=\"lines.csv\"\r\ncontent-type: text/csv\r\n\r\n\
         {file}\r\n--{BOUNDARY}--\r\n"
    )
    .into_bytes()
}

/// Brings the file in; how long that took.
fn import(address: SocketAddr, key: &str, body: &[u8]) -> Outcome<u64> {
    let headers = format!("content-type: multipart/form-data; boundary={BOUNDARY}\r\n");
    let mut client = Client::with_key(address, key)?;
    let start = Instant::now();
    let answer = client.ask("POST", "/api/v1/statements", &headers, body)?;
    if answer.status != 201 {
        return Err(format!("The import answered {}: {}", answer.status, String::from_utf8_lossy(&answer.body)));
    }
    Ok(u64::try_from(start.elapsed().as_micros()).unwrap_or(u64::MAX))
}
