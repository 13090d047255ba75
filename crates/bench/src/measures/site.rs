//! A product that serves a filled database, and a database that a script plays on.

use super::{Settings, WARM_MS, today};
use crate::fill::{Customers, Filler, TOTAL};
use crate::load::{Loaded, Plan, Story};
use crate::peer::Peer;
use crate::product::{Product, Serving};
use crate::{Outcome, database, process};
use std::path::PathBuf;

/// Makes ids in the database.
const IDS: &str = include_str!("../../sql/ids.sql");

/// Stories a second that are not reached on SQLite, nor a quarter of them elsewhere: a run that finds no more invoices is no
/// measure.
const GUESS: u64 = 8000;

/// The product at work.
pub struct Site {
    pub product: Product,
    pub serving: Serving,
    pub filler: Filler,
    /// Number of the next story.
    pub next: u64,
    /// Stories by the second of the fastest closed run, or more.
    rate: u64,
}

/// A closed run with what it cost the product.
#[derive(Debug, Clone)]
pub struct Ran {
    pub loaded: Loaded,
    /// Processor time of the product, in percent of one core.
    pub product_percent: u64,
}

impl Site {
    /// Sets up, serves and prepares. On PostgreSQL when a name for the database is given.
    pub fn open(settings: &Settings, name: &str, postgres: bool, whose: Customers) -> Outcome<Site> {
        let url = if postgres { Some(database::create(&settings.postgres, &format!("bench_{name}"))?) } else { None };
        let product = Product::set_up(&settings.program, &settings.folder.join(name), url.as_deref())?;
        let serving = product.serve()?;
        let filler = Filler::prepare(&mut product.client(&serving)?, &product.database, whose)?;
        let rate = if postgres { GUESS / 4 } else { GUESS };
        Ok(Site { product, serving, filler, next: 0, rate })
    }

    /// Sees to it that so many stories more find their invoices, and that the product has caught up with what is new.
    pub fn provide(&mut self, stories: u64) -> Outcome {
        self.filler.ensure(self.next + stories)?;
        if self.filler.database.is_postgres() {
            self.filler.database.run("ANALYZE")?;
        }
        self.filler.wait_until_quiet()
    }

    pub fn payment(&self) -> Story {
        Story::Payment {
            customers: self.filler.customers.clone(),
            epoch_ms: self.filler.copies.epoch_ms,
            total: TOTAL.to_owned(),
            received_on: today(),
        }
    }

    pub fn order(&self) -> Story {
        let (customers, item) = (self.filler.customers.clone(), self.filler.item.clone());
        Story::Order { customers, item, received_on: today() }
    }

    /// A closed load of payments: as many as it can take.
    pub fn pay(&mut self, seconds: u64) -> Outcome<Ran> {
        self.provide(self.rate * (seconds + 1) * 3 / 2 + 1000)?;
        self.run(self.payment(), seconds, None, super::CONNECTIONS)
    }

    /// Any load.
    pub fn run(&mut self, story: Story, seconds: u64, rate: Option<u64>, connections: usize) -> Outcome<Ran> {
        let plan = Plan {
            address: self.serving.address,
            api_key: self.product.api_key.clone(),
            connections,
            warm_ms: WARM_MS,
            run_ms: seconds * 1000,
            rate,
            first: self.next,
            story,
        };
        let before = process::cpu_us(self.serving.pid())?;
        let loaded = plan.run()?;
        let cpu_us = process::cpu_us(self.serving.pid())? - before;
        self.next = loaded.next;
        if rate.is_none() {
            self.rate = self.rate.max(loaded.rate());
        }
        let product_percent = cpu_us * 100 / (WARM_MS * 1000 + loaded.elapsed_us);
        Ok(Ran { loaded, product_percent })
    }

    /// Ends the product and checks its data.
    pub fn close(self) -> Outcome {
        self.serving.stop()?;
        self.product.verify()
    }
}

/// A database that pgbench plays on: made by the product, filled like the product's, then left to the script. The product would
/// not verify it: its customers are sealed under keys of others, its trail bears no MAC. What a script writes is counted instead.
pub struct Stage {
    peer: Peer,
    pub filler: Filler,
    folder: PathBuf,
    next: u64,
    rate: u64,
}

impl Stage {
    pub fn open(settings: &Settings, name: &str) -> Outcome<Stage> {
        let site = Site::open(settings, name, true, Customers::Numbered)?;
        let Site { product, serving, mut filler, .. } = site;
        filler.wait_until_quiet()?;
        serving.stop()?;
        filler.database.run(&IDS.replace(":epoch_ms", &filler.copies.epoch_ms.to_string()))?;
        let peer = Peer { pgbench: settings.pgbench.clone(), database: product.database.clone() };
        let folder = settings.folder.join(name);
        Ok(Stage { peer, filler, folder, next: 0, rate: GUESS / 8 })
    }

    /// Plays a script for so long. `used` is SQL of the number after the last story's.
    pub fn play(&mut self, script: &str, seconds: u64, used: &str) -> Outcome<u64> {
        self.provide(self.rate * seconds * 2 + 4000)?;
        self.play_on(script, seconds, used)
    }

    /// Sees to it that so many stories more find their invoices.
    pub fn provide(&mut self, stories: u64) -> Outcome {
        self.filler.ensure(self.next + stories)?;
        self.filler.database.run("ANALYZE")
    }

    /// Plays on what is there.
    pub fn play_on(&mut self, script: &str, seconds: u64, used: &str) -> Outcome<u64> {
        let file = self.folder.join("script.sql");
        std::fs::write(&file, script).map_err(|e| format!("Cannot write {}: {e}.", file.display()))?;
        let rate = self.peer.play(&file, seconds, self.next)?;
        self.next = u64::try_from(self.filler.database.number(used)?).unwrap_or(0);
        self.rate = rate.max(1);
        Ok(rate)
    }
}
