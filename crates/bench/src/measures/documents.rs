//! Invoices as PDF: how many, how soon, how much memory.

use super::Settings;
use super::site::Site;
use crate::figures::{Spread, grouped, millis};
use crate::fill::Customers;
use crate::report::{Row, section};
use crate::{Outcome, process};
use std::time::Instant;

const DOCUMENTS: u64 = 1000;
const FIRST_MAX_US: u64 = 500_000;
const PER_CORE_MIN: u64 = 30;
const IDLE_MAX_KIB: u64 = 80 << 10;
const AFTER_MAX_KIB: u64 = 200 << 10;

const HOW: &str = "`GET /api/v1/invoices/{id}/document.pdf`, every document another invoice and rendered anew (PDF/A-3, \
    PDF/UA-1, Chinese), kept and hashed as the product does. The first is counted from the start of the process, before \
    it listens. By core: documents over the product's own processor time. Memory is resident memory of the whole product.\n\n\
    What would make it 100: of the time inside the typesetter, by a profile of November 2026, a fifth goes into cutting the \
    fonts down to the characters of each document, more than half of that into unpacking the CFF outlines of the Chinese one \
    (the same face with TrueType outlines is copied instead); an eighth into show rules and a tenth into running the \
    template, which a plainer template would halve; 6 % into compression. The rest is layout and tags.";

pub fn run(settings: &Settings) -> Outcome<String> {
    let mut site = Site::open(settings, "documents", false, Customers::AsMade)?;
    let rounds = u64::try_from(settings.rounds).unwrap_or(1);
    site.provide(rounds * (DOCUMENTS + 1))?;
    let mut seen = Seen::default();
    for round in 0..rounds {
        site.serving.end()?;
        let start = Instant::now();
        site.serving = site.product.serve()?;
        let mut client = site.product.client(&site.serving)?;
        let pid = site.serving.pid();
        let first = round * (DOCUMENTS + 1);
        let path = |number: u64| format!("/api/v1/invoices/{}/document.pdf", site.filler.copies.invoice(number));
        seen.idle_kib.push(process::resident_kib(pid)?);
        let ready_us = micros(start);
        let document = client.get(&path(first))?;
        seen.first_us.push(micros(start));
        seen.asked_us.push(document.took_us);
        seen.bytes = u64::try_from(document.body.len()).unwrap_or(0);
        seen.first_kib.push(process::resident_kib(pid)?);
        let (cpu_before, begun) = (process::cpu_us(pid)?, Instant::now());
        for number in first + 1..=first + DOCUMENTS {
            client.get(&path(number))?;
        }
        let cpu_us = process::cpu_us(pid)? - cpu_before;
        seen.per_core.push(DOCUMENTS * 1_000_000 / cpu_us.max(1));
        seen.one_by_one.push(DOCUMENTS * 1_000_000 / micros(begun).max(1));
        seen.after_kib.push(process::resident_kib(pid)?);
        println!("documents, round {}: ready after {}, {seen:?}", round + 1, millis(ready_us));
    }
    site.close()?;
    Ok(section("Documents", HOW, &seen.rows()))
}

/// What the rounds showed.
#[derive(Debug, Default)]
struct Seen {
    per_core: Vec<u64>,
    one_by_one: Vec<u64>,
    first_us: Vec<u64>,
    asked_us: Vec<u64>,
    idle_kib: Vec<u64>,
    first_kib: Vec<u64>,
    after_kib: Vec<u64>,
    bytes: u64,
}

impl Seen {
    fn rows(&self) -> Vec<Row> {
        let (per_core, first) = (Spread::of(&self.per_core), Spread::of(&self.first_us));
        let memory = |what: &str, values: &[u64], most: u64| {
            let spread = Spread::of(values);
            let figure = format!("**{} MiB** (at most {})", spread.median >> 10, spread.most >> 10);
            Row::judged(what, figure, &format!("< {} MiB", most >> 10), spread.median < most)
        };
        vec![
            Row::judged(
                "documents a second and core",
                format!("**{per_core}**"),
                "≥ 30",
                per_core.median >= PER_CORE_MIN,
            ),
            Row::plain("documents a second, one after the other", Spread::of(&self.one_by_one).to_string()),
            Row::judged(
                "first document after the start",
                format!("**{}**", millis(first.median)),
                "< 500 ms",
                first.median < FIRST_MAX_US,
            ),
            Row::plain("of it between request and answer", millis(Spread::of(&self.asked_us).median)),
            memory("memory, idle", &self.idle_kib, IDLE_MAX_KIB),
            Row::plain("memory after the first", format!("{} MiB", Spread::of(&self.first_kib).median >> 10)),
            memory("memory after 1,000", &self.after_kib, AFTER_MAX_KIB),
            Row::plain("size of a document", format!("{} bytes", grouped(self.bytes))),
        ]
    }
}

fn micros(start: Instant) -> u64 {
    u64::try_from(start.elapsed().as_micros()).unwrap_or(u64::MAX)
}
