//! A bank's file against the books: read, kept and proposed, beside `sqlite3` importing and joining the same.

mod bank;
mod company;
mod peer;
mod posting;

use super::Settings;
use crate::Outcome;
use crate::figures::{Ratio, Spread, grouped};
use crate::process::Spent;
use crate::report::{Row, section};
use bank::Bank;
use company::Company;
use peer::Indexes;
use std::fs;
use std::path::{Path, PathBuf};

/// The targets are for so many lines; fewer show how it grows.
const JUDGED_FROM: usize = 1_000_000;
const EXACT_MOST: u64 = 40;
const MIXED_MOST: u64 = 150;
const PEAK_MAX_KIB: u64 = 1 << 20;
/// For ten times as many lines.
const GROWTH_MOST: u64 = 1200;

const HOW: &str = "`shunfu reconcile FILE --account 1002 --post-from 1001` of a table of lines, as a process from its start to its end: \
    the file is read twice (for its hash, then line by line), the books are read, every line is compared with all that is open, and \
    kept with its proposal, sealed as the bank wrote it, and audited, on SQLite with `synchronous=FULL`. Posting is apart. *Exact*: \
    every line has its invoice's number, amount and payer. *Mixed*: lines as `cargo xtask generate bank` draws them, with names cut \
    and transliterated, several invoices in one payment, fees, discounts and numbers that are wrong. The peer: `sqlite3`, which \
    takes the same lines and the open invoices by `.import` into a database file with an index on reference and amount of each, \
    and stores the join on both; once more with the indexes made when all is in, which is quicker \
    (`crates/bench/src/measures/reconcile/peer.rs`). What a side reads is in the system's memory before it starts, and its time \
    ends when what it wrote is committed.";

pub fn run(settings: &Settings) -> Outcome<String> {
    let folder = settings.bank.as_deref().ok_or("`reconcile` needs a generated bank.")?;
    let mut rows = Vec::new();
    let mut smaller: Option<(usize, [u64; 2])> = None;
    for (lines, generated) in sizes(folder)? {
        let size = Size::measure(settings, lines, &generated)?;
        rows.extend(size.rows());
        let took = [&size.exact, &size.mixed]
            .map(|kind| Spread::of(&kind.ours.iter().map(|spent| spent.took_us).collect::<Vec<_>>()).median);
        if let Some((fewer, before)) = smaller.filter(|(fewer, _)| fewer * 10 == lines) {
            for (name, place) in [("exact", 0), ("mixed", 1)] {
                let growth = Ratio::of(took[place], before[place]);
                let what = format!("{name}: {} lines : {}", grouped_len(lines), grouped_len(fewer));
                rows.push(Row::at_most(&what, &[growth], GROWTH_MOST));
            }
        }
        smaller = Some((lines, took));
    }
    rows.extend(posting::rows(settings)?);
    Ok(section("Reconciliation", &format!("{HOW}\n\n{}", posting::HOW), &rows))
}

/// The generated folders by their numbers of lines, smallest first.
fn sizes(folder: &Path) -> Outcome<Vec<(usize, PathBuf)>> {
    let entries = fs::read_dir(folder).map_err(|e| format!("Cannot read {}: {e}.", folder.display()))?;
    let numbered = |path: PathBuf| Some((path.file_name()?.to_str()?.parse().ok()?, path));
    let mut sizes: Vec<(usize, PathBuf)> = entries.flatten().filter_map(|entry| numbered(entry.path())).collect();
    sizes.sort();
    Ok(sizes)
}

/// What came of one number of lines.
struct Size {
    lines: usize,
    invoices: usize,
    exact: Kind,
    mixed: Kind,
}

/// What came of one kind of lines, round by round.
#[derive(Default)]
struct Kind {
    ours: Vec<Spent>,
    /// The same file once more.
    again: Vec<Spent>,
    theirs: Vec<Spent>,
    quickest: Vec<Spent>,
    proposed: u64,
    joined: u64,
}

impl Size {
    fn measure(settings: &Settings, lines: usize, generated: &Path) -> Outcome<Size> {
        let bank = Bank::read(generated, lines)?;
        let company = Company::set_up(settings, &format!("reconcile_{lines}"), &bank)?;
        let (mut exact, mut mixed) = (Kind::default(), Kind::default());
        for round in 1..=settings.rounds {
            for (name, file, kind) in [("exact", &bank.exact, &mut exact), ("mixed", &bank.mixed, &mut mixed)] {
                kind.round(&company, &bank, file, lines, &settings.folder)?;
                println!("reconcile, round {round}: {lines} lines, {name}: {}", kind.last());
            }
        }
        Ok(Size { lines, invoices: bank.invoices.len(), exact, mixed })
    }

    fn rows(&self) -> Vec<Row> {
        let (lines, invoices) = (grouped_len(self.lines), grouped_len(self.invoices));
        let mut rows = vec![Row::plain("**lines, open invoices**", format!("**{lines}, {invoices}**"))];
        for (name, kind, most) in [("exact", &self.exact, EXACT_MOST), ("mixed", &self.mixed, MIXED_MOST)] {
            let judged = |what: &str, ratios: &[Ratio]| {
                if self.lines >= JUDGED_FROM { Row::at_most(what, ratios, most) } else { Row::ratio(what, ratios) }
            };
            rows.push(judged(&format!("{name} : `sqlite3` with its indexes"), &kind.against(&kind.theirs)));
            rows.push(judged(&format!("{name} : `sqlite3`, indexes last"), &kind.against(&kind.quickest)));
            rows.push(Row::plain("product", told(&kind.ours)));
            rows.push(Row::plain("product, the same file once more", told(&kind.again)));
            rows.push(Row::plain("`sqlite3` with its indexes", told(&kind.theirs)));
            rows.push(Row::plain("`sqlite3`, indexes last", told(&kind.quickest)));
            let found = format!("{}, {}", grouped(kind.proposed), grouped(kind.joined));
            rows.push(Row::plain("lines with a proposal, lines joined", found));
            let peak = Spread::of(&kind.ours.iter().map(|spent| spent.peak_kib).collect::<Vec<_>>());
            let figure = format!("**{} MiB** (at most {})", peak.median >> 10, peak.most >> 10);
            rows.push(Row::judged("most memory of the product", figure, "< 1,024 MiB", peak.most < PEAK_MAX_KIB));
        }
        rows
    }
}

impl Kind {
    /// All sides once. Refuses a side that left lines out, and a product that found less than the peer.
    fn round(&mut self, company: &Company, bank: &Bank, file: &Path, lines: usize, folder: &Path) -> Outcome {
        let ours = company.reconcile(file)?;
        let again = company.again(file)?;
        let theirs = peer::join(folder, bank, file, Indexes::First)?;
        let quickest = peer::join(folder, bank, file, Indexes::Last)?;
        let wanted = u64::try_from(lines).unwrap_or(u64::MAX);
        if ours.lines != wanted || again.lines != wanted || theirs.lines != wanted || ours.proposed < theirs.matches {
            return Err(format!("Of {lines} lines: {ours:?}, {theirs:?}."));
        }
        self.ours.push(ours.spent);
        self.again.push(again.spent);
        self.theirs.push(theirs.spent);
        self.quickest.push(quickest.spent);
        (self.proposed, self.joined) = (ours.proposed, theirs.matches);
        Ok(())
    }

    fn against(&self, peer: &[Spent]) -> Vec<Ratio> {
        self.ours.iter().zip(peer).map(|(our, their)| Ratio::of(our.took_us, their.took_us)).collect()
    }

    fn last(&self) -> String {
        let told = |spent: &[Spent]| {
            let Some(spent) = spent.last() else { return String::new() };
            let (took, cpu) = (Ratio(spent.took_us / 10_000), Ratio(spent.cpu_us / 10_000));
            format!("{took} s, {cpu} s of processor, {} MiB", spent.peak_kib >> 10)
        };
        format!("{}; sqlite3 {}; indexes last {}", told(&self.ours), told(&self.theirs), told(&self.quickest))
    }
}

/// Seconds on the clock, and of the processor.
fn told(spent: &[Spent]) -> String {
    let hundredths =
        |what: fn(&Spent) -> u64| Spread::of(&spent.iter().map(|one| what(one) / 10_000).collect::<Vec<_>>());
    let (took, cpu) = (hundredths(|spent| spent.took_us), hundredths(|spent| spent.cpu_us));
    format!(
        "{} s ({} … {}), {} s of the processor",
        Ratio(took.median),
        Ratio(took.least),
        Ratio(took.most),
        Ratio(cpu.median)
    )
}

fn grouped_len(count: usize) -> String {
    grouped(u64::try_from(count).unwrap_or(u64::MAX))
}
