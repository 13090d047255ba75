//! How long a payment takes while others pay: an open load at half of what the product can take.

use super::Settings;
use super::site::Site;
use crate::disk::Probe;
use crate::figures::{Ratio, Spread, millis};
use crate::fill::Customers;
use crate::report::{Row, section};
use crate::{Outcome, disk};
use std::time::Duration;

/// So many that none waits for a free connection.
const CONNECTIONS: usize = 256;
const ALONE: Duration = Duration::from_secs(2);
/// Between two probes beside the load: few enough that they are no load of their own.
const PAUSE: Duration = Duration::from_millis(20);

const HOW: &str = "`POST /api/v1/payments` on SQLite as in *Payments*, but as an open load: requests are sent when a clock says so, \
    at half of the rate that 64 waiting connections reach in the same run, and a time counts from when its request should \
    have been sent. The product, the load and the disk's probe share the machine's processors. The probe writes 4 KiB and \
    calls fdatasync, fifty times a second while the load runs; the same without pause and without load stands beside it.";

pub fn run(settings: &Settings) -> Outcome<String> {
    let mut site = Site::open(settings, "latency", false, Customers::AsMade)?;
    site.pay(2)?;
    let (mut beside, mut alone) = (Vec::new(), Vec::new());
    let (mut rates, mut p50, mut p99, mut p999) = (vec![], vec![], vec![], vec![]);
    let (mut synced_beside, mut synced_alone) = (vec![], vec![]);
    for round in 1..=settings.rounds {
        let rate = (site.pay(settings.seconds)?.loaded.rate() / 2).max(1);
        site.provide(rate * (settings.seconds + 2) * 3 / 2)?;
        disk::settle()?;
        let quiet = disk::fdatasync(&settings.folder, ALONE)?;
        let probe = Probe::start(&settings.folder, PAUSE);
        let ran = site.run(site.payment(), settings.seconds, Some(rate), CONNECTIONS)?;
        let busy = probe.stop()?;
        let times = ran.loaded.latency;
        println!("latency, round {round}: at {rate}/s {times:?}; fdatasync beside it {busy:?}, alone {quiet:?}");
        beside.push(Ratio::of(times.p99_us, busy.p99_us));
        alone.push(Ratio::of(times.p99_us, quiet.p99_us));
        rates.push(rate);
        p50.push(times.p50_us);
        p99.push(times.p99_us);
        p999.push(times.p999_us);
        synced_beside.push(busy.p99_us);
        synced_alone.push(quiet.p99_us);
    }
    site.close()?;
    let time = |values: &[u64]| {
        let spread = Spread::of(values);
        format!("{} ({} … {})", millis(spread.median), millis(spread.least), millis(spread.most))
    };
    Ok(section(
        "Latency",
        HOW,
        &[
            Row::at_most("p99 : p99 of fdatasync beside the load", &beside, 400),
            Row::ratio("p99 : p99 of fdatasync on the idle machine", &alone),
            Row::plain("payments a second", Spread::of(&rates).to_string()),
            Row::plain("p50 / p99 / p99.9", format!("{} / {} / {}", time(&p50), time(&p99), time(&p999))),
            Row::plain("p99 of 4 KiB and fdatasync beside the load", time(&synced_beside)),
            Row::plain("the same on the idle machine", time(&synced_alone)),
        ],
    ))
}
