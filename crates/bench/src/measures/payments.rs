//! Durable payments over HTTP, on both engines, against pgbench writing the same rows.

use super::rows::Counts;
use super::site::{Ran, Site, Stage};
use super::{Settings, rows};
use crate::Outcome;
use crate::figures::{Ratio, Spread};
use crate::fill::Customers;
use crate::report::{Row, section};
use crate::samples::Samples;

const SCRIPT: &str = concat!(include_str!("../../sql/turn.sql"), include_str!("../../sql/payment.sql"));
const FUNCTION: &str = include_str!("../../sql/payment_function.sql");
const CALL: &str = include_str!("../../sql/payment_call.sql");
/// The number after the last payment's, which its reference carries.
const USED: &str = "SELECT coalesce(max(substr(reference, 2)::bigint), -1) + 1 FROM payments";
/// What one payment of the product wrote.
const SAMPLES: [(&str, &str); 3] = [
    (
        "ANSWER",
        "SELECT '\\x' || encode(body, 'hex') AS value FROM idempotency_keys WHERE route = 'POST /api/v1/payments' LIMIT 1",
    ),
    ("EVENT_PAYLOAD", "SELECT payload::text AS value FROM events WHERE kind = 'payment.succeeded' LIMIT 1"),
    ("AUDIT_DETAILS", "SELECT details::text AS value FROM audit_rows WHERE command = 'payment.record' LIMIT 1"),
];

const HOW: &str = "`POST /api/v1/payments` on open invoices, each paid once: idempotency, allocation, journal entry, audit \
    and events in one durable transaction (SQLite: `synchronous=FULL`). 64 connections, load on the same machine in a process \
    of its own. The peer writes the same rows to the same tables without HTTP: `pgbench -M prepared -c 64 -j 2`, one \
    prepared statement for each row in one transaction, the same reads, locks and unique keys \
    (`crates/bench/sql/payment.sql`); the harder mark is one function call that does all of it \
    (`crates/bench/sql/payment_function.sql`). Rolling up, sealing and indexing what was written goes on beside it in the \
    product, not in the peer.";

#[derive(Default)]
struct Rates {
    sqlite: Vec<u64>,
    postgres: Vec<u64>,
    statements: Vec<u64>,
    function: Vec<u64>,
    /// Percent of a core that the load took; of the product.
    load: Vec<u64>,
    product: Vec<u64>,
}

impl Rates {
    fn note(&mut self, sqlite: &Ran) {
        self.sqlite.push(sqlite.loaded.rate());
        self.load.push(sqlite.loaded.cpu_percent());
        self.product.push(sqlite.product_percent);
    }
}

pub fn run(settings: &Settings) -> Outcome<String> {
    let mut sqlite = Site::open(settings, "payments_sqlite", false, Customers::AsMade)?;
    let mut postgres = Site::open(settings, "payments_postgres", true, Customers::AsMade)?;
    let mut stage = Stage::open(settings, "payments_peer")?;
    let (written, script) = compare_rows(&mut postgres, &mut stage)?;
    sqlite.pay(2)?;

    let seconds = settings.seconds;
    let mut rates = Rates::default();
    for round in 1..=settings.rounds {
        rates.note(&sqlite.pay(seconds)?);
        rates.statements.push(stage.play(&script, seconds, USED)?);
        rates.postgres.push(postgres.pay(seconds)?.loaded.rate());
        rates.function.push(stage.play(CALL, seconds, USED)?);
        let last = |values: &[u64]| values.last().copied().unwrap_or(0);
        println!(
            "payments, round {round}: SQLite {}/s, PostgreSQL {}/s, peer {}/s, function {}/s; load {} %, product {} %",
            last(&rates.sqlite),
            last(&rates.postgres),
            last(&rates.statements),
            last(&rates.function),
            last(&rates.load),
            last(&rates.product)
        );
    }
    let mut table = throughput(&rates);
    table.push(Row::plain("rows of one payment", rows::shown(&written)));
    sqlite.close()?;
    postgres.close()?;
    Ok(section("Payments", HOW, &table))
}

/// Both sides for a short time, and whether they write the same. Rows of a payment, and the script as it is played.
fn compare_rows(postgres: &mut Site, stage: &mut Stage) -> Outcome<(Counts, String)> {
    postgres.provide(12_000)?;
    let before = postgres.filler.database.counts()?;
    postgres.run(postgres.payment(), 2, None, super::CONNECTIONS)?;
    postgres.filler.wait_until_quiet()?;
    let product = rows::each(&before, &postgres.filler.database.counts()?, "payments")?;
    let samples = Samples::of(&mut postgres.filler.database, &mut stage.filler.database, &super::today(), &SAMPLES)?;
    stage.filler.database.run(&samples.fill(FUNCTION))?;
    let script = samples.fill(SCRIPT);
    for script in [script.as_str(), CALL] {
        // Invoices first, so that they do not count.
        stage.provide(20_000)?;
        let before = stage.filler.database.counts()?;
        stage.play_on(script, 2, USED)?;
        rows::same(&product, &rows::each(&before, &stage.filler.database.counts()?, "payments")?)?;
    }
    Ok((product, script))
}

fn throughput(rates: &Rates) -> Vec<Row> {
    let against = |ours: &[u64], theirs: &[u64]| -> Vec<Ratio> {
        ours.iter().zip(theirs).map(|(our, their)| Ratio::of(*our, *their)).collect()
    };
    let rate = |what: &str, values: &[u64]| Row::plain(what, format!("{} /s", Spread::of(values)));
    vec![
        Row::at_least("SQLite : pgbench, a statement a row", &against(&rates.sqlite, &rates.statements), 300),
        Row::at_least("PostgreSQL : pgbench, a statement a row", &against(&rates.postgres, &rates.statements), 70),
        Row::ratio("SQLite : pgbench, one function call", &against(&rates.sqlite, &rates.function)),
        Row::ratio("PostgreSQL : pgbench, one function call", &against(&rates.postgres, &rates.function)),
        rate("payments on SQLite", &rates.sqlite),
        rate("payments on PostgreSQL", &rates.postgres),
        rate("pgbench, a statement a row", &rates.statements),
        rate("pgbench, one function call", &rates.function),
        Row::plain(
            "of one core on SQLite, in percent",
            format!("product {}, load {}", Spread::of(&rates.product), Spread::of(&rates.load)),
        ),
    ]
}
