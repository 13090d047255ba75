//! How long it takes from a provider's notification to a paid invoice.

use super::Settings;
use super::pages::signed_in;
use super::site::Site;
use crate::Outcome;
use crate::disk;
use crate::figures::{Spread, millis};
use crate::fill::{Customers, TOTAL};
use crate::load::Story;
use crate::product::ADMIN;
use crate::report::{Row, section};
use kernel::id::GatewayConnectionId;
use kernel::{Currency, Money};

/// Notifications a second.
const RATE: u64 = 200;
const CONNECTIONS: usize = 64;
const P99_MAX_US: u64 = 50_000;
/// Signs them; nobody else's.
const SECRET: &str = "bench-notifications";
/// Where no provider is.
const NOBODY: &str = "http://127.0.0.1:9";
/// What the provider keeps, of ten thousand.
const FEE: i64 = 60;

const HOW: &str = "An open load of 200 signed notifications a second on SQLite, in the simulator's language: each tells that another \
    checkout is paid, with its fee, and is answered once the payment, its allocation, its entries and its fee are committed, so \
    that the answer's time is the paid invoice's. A time counts from when its notification should have been sent. The checkouts \
    are rows beside invoices of the filled database, and nothing calls a provider.";

pub fn run(settings: &Settings) -> Outcome<String> {
    let mut site = Site::open(settings, "notifications", false, Customers::AsMade)?;
    let connection = connect(&mut site, NOBODY, "bench", SECRET)?;
    let total = Money::parse(TOTAL, Currency::CNY).map_err(|e| e.to_string())?.minor();
    let story = Story::Notification {
        connection: connection.to_string(),
        secret: SECRET.to_owned(),
        epoch_ms: site.filler.copies.epoch_ms,
        total_minor: total,
        fee_minor: (total * FEE + 5_000) / 10_000,
    };
    let (mut p50, mut p99, mut p999) = (vec![], vec![], vec![]);
    for round in 1..=settings.rounds {
        site.provide(RATE * (settings.seconds + 2) * 3 / 2)?;
        begin(&mut site)?;
        site.filler.wait_until_quiet()?;
        disk::settle()?;
        let (before, first) = (paid(&mut site)?, site.next);
        let ran = site.run(story.clone(), settings.seconds, Some(RATE), CONNECTIONS)?;
        let (times, more) = (ran.loaded.latency, paid(&mut site)? - before);
        if u64::try_from(more) != Ok(site.next - first) {
            return Err(format!("{} notifications were taken, and {more} payments came of them.", site.next - first));
        }
        println!("notifications, round {round}: {more} payments, {times:?}");
        p50.push(times.p50_us);
        p99.push(times.p99_us);
        p999.push(times.p999_us);
    }
    site.close()?;
    let time = |values: &[u64]| {
        let spread = Spread::of(values);
        format!("{} ({} … {})", millis(spread.median), millis(spread.least), millis(spread.most))
    };
    let worst = p99.iter().copied().max().unwrap_or(u64::MAX);
    let target = format!("p99 < {}", millis(P99_MAX_US));
    Ok(section(
        "Notifications",
        HOW,
        &[
            Row::judged("p99 to the paid invoice", time(&p99), &target, worst < P99_MAX_US),
            Row::plain("p50 / p99.9", format!("{} / {}", time(&p50), time(&p999))),
        ],
    ))
}

/// Connects the company to a provider at an address.
pub(super) fn connect(site: &mut Site, address: &str, merchant: &str, secret: &str) -> Outcome<GatewayConnectionId> {
    let mut desk = signed_in(site.serving.address, ADMIN)?;
    let address = address.replace(':', "%3A").replace('/', "%2F");
    let form = format!(
        "%2Fprovider=simulator&%2Fname=bench&%2Fbase_url={address}&%2Fmerchant={merchant}\
         &%2Fapi_secret={secret}&%2Fnotification_secret={secret}"
    );
    let headers = "content-type: application/x-www-form-urlencoded\r\nsec-fetch-site: same-origin\r\n";
    let answer = desk.ask("POST", "/settings/gateways", headers, form.as_bytes())?;
    if answer.status != 303 {
        return Err(format!("The provider could not be connected: {}.", answer.status));
    }
    let digits = site.filler.database.texts("SELECT hex(connection_id) AS value FROM gateway_connections")?;
    let bytes = digits.first().and_then(|text| u128::from_str_radix(text, 16).ok());
    bytes.map(|bytes| GatewayConnectionId::from_bytes(bytes.to_be_bytes())).ok_or_else(|| "No connection.".to_owned())
}

/// Puts an open checkout beside every invoice that has none, with the invoice's own id.
fn begin(site: &mut Site) -> Outcome {
    let now = jiff::Timestamp::now().as_microsecond();
    let later = now + 3_600_000_000;
    site.filler.database.run(&format!(
        "INSERT OR IGNORE INTO checkouts (organisation_id, checkout_id, customer_id, connection_id, method, status, currency,
             amount_minor, provider_id, polls, expires_at, created_at, version)
         SELECT i.organisation_id, i.invoice_id, i.customer_id, g.connection_id, 'card', 'open', i.currency, i.total_minor,
             'bench_' || lower(hex(i.invoice_id)), 0, {later}, {now}, 1
         FROM invoices i JOIN gateway_connections g ON g.organisation_id = i.organisation_id;
         INSERT OR IGNORE INTO checkout_invoices (organisation_id, checkout_id, invoice_id, amount_minor)
         SELECT organisation_id, checkout_id, checkout_id, amount_minor FROM checkouts;"
    ))
}

fn paid(site: &mut Site) -> Outcome<i64> {
    site.filler.database.number("SELECT count(*) FROM checkouts WHERE status = 'succeeded'")
}
