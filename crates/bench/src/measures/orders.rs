//! The whole way over HTTP: order, submit, pay; against pgbench writing the same rows.

use super::rows::{self, Counts};
use super::site::{Site, Stage};
use super::{CONNECTIONS, Settings};
use crate::Outcome;
use crate::figures::{Ratio, Spread};
use crate::fill::Customers;
use crate::report::{Row, section};
use crate::samples::Samples;

const SCRIPT: &str = concat!(
    include_str!("../../sql/turn.sql"),
    include_str!("../../sql/order.sql"),
    include_str!("../../sql/payment.sql")
);
/// The number after the last payment's, which its reference carries.
const USED: &str = "SELECT coalesce(max(substr(reference, 2)::bigint), -1) + 1 FROM payments";

const HOW: &str = "`POST /api/v1/orders`, `POST /api/v1/orders/{id}/submit` (credit check, invoice with its gapless number, \
    journal entry, open item, search) and `POST /api/v1/payments` for its total, 64 connections, SQLite with \
    `synchronous=FULL`. The peer: the same three transactions with the same rows, reads, locks and unique keys by `pgbench -M \
    prepared -c 64 -j 2` (`crates/bench/sql/order.sql`, then `payment.sql`).";

pub fn run(settings: &Settings) -> Outcome<String> {
    let mut site = Site::open(settings, "orders_sqlite", false, Customers::AsMade)?;
    let mut stage = Stage::open(settings, "orders_peer")?;
    let (written, script) = compare_rows(settings, &mut stage)?;
    site.run(site.order(), 2, None, CONNECTIONS)?;
    let (mut ours, mut theirs, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for round in 1..=settings.rounds {
        site.filler.wait_until_quiet()?;
        let ran = site.run(site.order(), settings.seconds, None, CONNECTIONS)?;
        let peer = stage.play_on(&script, settings.seconds, USED)?;
        println!(
            "orders, round {round}: SQLite {}/s, peer {peer}/s; load {} %, product {} %",
            ran.loaded.rate(),
            ran.loaded.cpu_percent(),
            ran.product_percent
        );
        ours.push(ran.loaded.rate());
        theirs.push(peer);
        ratios.push(Ratio::of(ran.loaded.rate(), peer));
    }
    site.close()?;
    Ok(section(
        "Order to paid",
        HOW,
        &[
            Row::at_least("SQLite : pgbench, a statement a row", &ratios, 150),
            Row::plain("orders paid on SQLite", format!("{} /s", Spread::of(&ours))),
            Row::plain("pgbench", format!("{} /s", Spread::of(&theirs))),
            Row::plain("rows of one order", rows::shown(&written)),
        ],
    ))
}

/// The product on PostgreSQL and the script for a short time, and whether they write the same.
fn compare_rows(settings: &Settings, stage: &mut Stage) -> Outcome<(Counts, String)> {
    let mut product = Site::open(settings, "orders_postgres", true, Customers::AsMade)?;
    product.filler.wait_until_quiet()?;
    let before = product.filler.database.counts()?;
    product.run(product.order(), 2, None, CONNECTIONS)?;
    product.filler.wait_until_quiet()?;
    let each = rows::each(&before, &product.filler.database.counts()?, "payments")?;
    let samples = Samples::of(&mut product.filler.database, &mut stage.filler.database, &super::today(), &SAMPLES)?;
    product.close()?;
    let script = samples.fill(SCRIPT);
    let before = stage.filler.database.counts()?;
    stage.play_on(&script, 2, USED)?;
    rows::same(&each, &rows::each(&before, &stage.filler.database.counts()?, "payments")?)?;
    Ok((each, script))
}

/// What one order of the product wrote.
const SAMPLES: [(&str, &str); 12] = [
    (
        "ORDER_ANSWER",
        "SELECT '\\x' || encode(body, 'hex') AS value FROM idempotency_keys WHERE route = 'POST /api/v1/orders' LIMIT 1",
    ),
    (
        "SUBMIT_REPLY",
        "SELECT '\\x' || encode(body, 'hex') AS value FROM idempotency_keys WHERE route LIKE '%/submit' LIMIT 1",
    ),
    (
        "ANSWER",
        "SELECT '\\x' || encode(body, 'hex') AS value FROM idempotency_keys WHERE route = 'POST /api/v1/payments' LIMIT 1",
    ),
    ("ORDER_CREATE_DETAILS", "SELECT details::text AS value FROM audit_rows WHERE command = 'order.create' LIMIT 1"),
    (
        "SUBMIT_DETAILS",
        "SELECT details::text AS value FROM audit_rows WHERE command = 'order.submit' AND subject_kind = 'ord' LIMIT 1",
    ),
    ("SUBMIT_PAYLOAD", "SELECT payload::text AS value FROM events WHERE kind = 'order.confirmed' LIMIT 1"),
    ("INVOICE_FACTS", "SELECT payload::text AS value FROM events WHERE kind = 'invoice.issued' LIMIT 1"),
    ("EVENT_PAYLOAD", "SELECT payload::text AS value FROM events WHERE kind = 'payment.succeeded' LIMIT 1"),
    ("AUDIT_DETAILS", "SELECT details::text AS value FROM audit_rows WHERE command = 'payment.record' LIMIT 1"),
    ("FROZEN", "SELECT frozen::text AS value FROM invoices LIMIT 1"),
    ("CUSTOMER_NAME", "SELECT name AS value FROM customers LIMIT 1"),
    (
        "GRAMS",
        "SELECT array_agg(gram)::text AS value FROM search_grams WHERE subject_id = (SELECT invoice_id FROM invoices LIMIT 1)",
    ),
];
