//! How fast PDFs are made: `cargo run --release -p documents --example pdf_rate -- [DOCUMENTS] [THREADS]`.
#![allow(
    clippy::unwrap_used,
    clippy::float_arithmetic,
    reason = "a measuring tool: it may stop anywhere, and its rates are no money"
)]

use documents::{Document, Typesetter, model};
use kernel::{Locale, Money};
use std::time::Instant;

#[path = "../src/samples.rs"]
#[allow(dead_code, reason = "the tests use the rest")]
mod samples;

fn main() {
    let mut arguments = std::env::args().skip(1).map(|a| a.parse::<usize>().unwrap());
    let (count, threads) = (arguments.next().unwrap_or(200), arguments.next().unwrap_or(1));
    let start = Instant::now();
    let typesetter = Typesetter::new(&[]).unwrap();
    println!("fonts scanned: {:.0} ms, {} MB", start.elapsed().as_secs_f64() * 1e3, resident_mb());
    let start = Instant::now();
    let bytes = typesetter.pdf(&different(0, 5)).unwrap().len();
    println!("first document: {:.0} ms, {bytes} bytes, {} MB", start.elapsed().as_secs_f64() * 1e3, resident_mb());
    for lines in [1, 5, 40] {
        let start = Instant::now();
        std::thread::scope(|scope| {
            for thread in 0..threads {
                let typesetter = &typesetter;
                scope.spawn(move || {
                    for index in 0..count / threads {
                        typesetter.pdf(&different(thread * count + index + 1, lines)).unwrap();
                    }
                });
            }
        });
        let seconds = start.elapsed().as_secs_f64();
        println!(
            "{lines} lines, {threads} threads: {:.1} documents/s, {:.1} ms each, {} MB",
            count as f64 / seconds,
            seconds * 1e3 * threads as f64 / count as f64,
            resident_mb()
        );
    }
}

/// No two documents are alike, so that nothing is answered from memory that would not be in earnest.
fn different(index: usize, lines: u32) -> Document {
    let mut bill = samples::long(Locale::ZhCn, lines);
    bill.number = format!("INV-2026-{index:05}");
    bill.buyer.name = format!("客户 {index} 有限公司");
    bill.pay_url = Some(format!("https://pay.yuanhang.example/p/{:016x}", index * 7_919));
    bill.notes.clear();
    bill.seller.logo = None;
    for line in &mut bill.lines {
        line.description = format!("{} {index}", line.description);
        line.net = Money::new(line.net.minor() + i64::try_from(index).unwrap(), bill.currency);
    }
    bill.instalments.clear();
    bill.kind = model::BillKind::Invoice;
    Document::Bill(bill)
}

/// Resident memory, from the kernel's own account.
fn resident_mb() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|l| l.strip_prefix("VmRSS:"));
    line.and_then(|l| l.split_whitespace().next()).and_then(|n| n.parse::<usize>().ok()).unwrap_or(0) / 1024
}
