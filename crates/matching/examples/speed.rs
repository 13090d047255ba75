//! Prints how long reading references takes on this machine: `cargo run --release -p matching --example speed`.

use matching::reference::{keys_in_text, keys_of_number, structured};
use std::hint::black_box;
use std::time::Instant;

const ROUNDS: u32 = 200_000;

const TEXTS: [&str; 5] = [
    "Rechnung INV-2026-000123 vom 12.03.2026 Kd 10023 mit Dank EUR",
    "EREF+NOTPROVIDED SVWZ+RE 2026/00123 ABWA+Muster Handel GmbH",
    "货款，发票号：INV-2026-000123，上海远航贸易有限公司",
    "INV-2026-0012, 0013 und 0015 abzgl. 2% Skonto, danke",
    "Miete Maerz Buero Hauptstrasse Vielen Dank Familie Beispiel!",
];

fn main() {
    let mut found = Vec::new();
    for text in TEXTS {
        found.clear();
        keys_in_text(text, &mut found);
        let keys = found.len();
        let took = measure(|| {
            found.clear();
            keys_in_text(black_box(text), &mut found);
        });
        let structured = measure(|| {
            black_box(structured(black_box(text)).count());
        });
        println!("{took:>6} ns keys_in_text ({keys} keys), {structured:>6} ns structured: {text}");
    }
    let took = measure(|| {
        black_box(keys_of_number(black_box("INV-2026-000123")));
    });
    println!("{took:>6} ns keys_of_number");
}

/// Nanoseconds for one round.
fn measure(mut work: impl FnMut()) -> u128 {
    let start = Instant::now();
    for _ in 0..ROUNDS {
        work();
    }
    start.elapsed().as_nanos() / u128::from(ROUNDS)
}
