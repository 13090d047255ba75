//! Prints how long reading references and names takes on this machine: `cargo run --release -p matching --example speed`.

use matching::name::{Index, Name};
use matching::reference::{keys_in_text, keys_of_number, structured};
use std::hint::black_box;
use std::time::Instant;

const BATCHES: u32 = 500;
const BATCH: u32 = 200;

const TEXTS: [&str; 5] = [
    "Rechnung INV-2026-000123 vom 12.03.2026 Kd 10023 mit Dank EUR",
    "EREF+NOTPROVIDED SVWZ+RE 2026/00123 ABWA+Muster Handel GmbH",
    "货款，发票号：INV-2026-000123，上海远航贸易有限公司",
    "INV-2026-0012, 0013 und 0015 abzgl. 2% Skonto, danke",
    "Miete Maerz Buero Hauptstrasse Vielen Dank Familie Beispiel!",
];

const PARTIES: u32 = 125_000;

/// Pieces of which invented companies are called.
const PLACES: [(&str, &str); 6] = [
    ("上海", "Shanghai"),
    ("北京", "Beijing"),
    ("深圳", "Shenzhen"),
    ("宁波", "Ningbo"),
    ("厦门", "Xiamen"),
    ("杭州", "Hangzhou"),
];
const SYLLABLES: [(&str, &str); 24] = [
    ("远", "yuan"),
    ("航", "hang"),
    ("华", "hua"),
    ("丰", "feng"),
    ("海", "hai"),
    ("天", "tian"),
    ("星", "xing"),
    ("河", "he"),
    ("利", "li"),
    ("达", "da"),
    ("富", "fu"),
    ("强", "qiang"),
    ("凌", "ling"),
    ("云", "yun"),
    ("东", "dong"),
    ("方", "fang"),
    ("嘉", "jia"),
    ("盛", "sheng"),
    ("宝", "bao"),
    ("康", "kang"),
    ("永", "yong"),
    ("泰", "tai"),
    ("金", "jin"),
    ("辉", "hui"),
];
const BUSINESSES: [(&str, &str); 5] = [
    ("贸易", "Trading"),
    ("科技", "Technology"),
    ("电子", "Electronics"),
    ("物流", "Logistics"),
    ("机械", "Machinery"),
];

fn main() {
    references();
    names();
}

fn references() {
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

fn names() {
    let start = Instant::now();
    let index = Index::new((0..PARTIES).map(|party| (party, Name::of(&invented(party, party % 2 == 0)))));
    println!("{:>6} ms to read and index {PARTIES} names", start.elapsed().as_millis());
    let slip = invented(4_241, false).replacen("yuan", "yuam", 1);
    for (what, text) in [
        ("same", invented(70_000, true)),
        ("without form", invented(70_000, true).replace("有限公司", "")),
        ("transliterated", invented(70_000, false)),
        ("cut", invented(70_001, false).chars().take(35).collect()),
        ("short", invented(70_000, true).chars().take(5).collect()),
        ("a slip", slip),
        ("nobody", "Familie Beispiel und Soehne".to_owned()),
    ] {
        let name = Name::of(&text);
        let best = index.find(&name);
        let took = measure(|| {
            black_box(index.find(black_box(&name)));
        });
        let reading = measure(|| {
            black_box(Name::of(black_box(&text)));
        });
        println!(
            "{took:>6} ns find, {reading:>5} ns Name::of, {what} ({} parties, {:?}): {text}",
            best.len(),
            best.first()
        );
    }
}

/// The name of a party: every piece by other digits of its number, so that none is called as another.
fn invented(party: u32, is_chinese: bool) -> String {
    let (place, rest) = pick(&PLACES, party, is_chinese);
    let (business, rest) = pick(&BUSINESSES, rest, is_chinese);
    let (first, rest) = pick(&SYLLABLES, rest, is_chinese);
    let (second, rest) = pick(&SYLLABLES, rest, is_chinese);
    let (third, _) = pick(&SYLLABLES, rest, is_chinese);
    if is_chinese {
        format!("{place}{first}{second}{third}{business}有限公司")
    } else {
        format!("{place} {first}{second}{third} {business} Co., Ltd.")
    }
}

fn pick(pieces: &[(&'static str, &'static str)], number: u32, is_chinese: bool) -> (&'static str, u32) {
    let count = u32::try_from(pieces.len()).unwrap_or(1);
    let piece = usize::try_from(number % count).ok().and_then(|at| pieces.get(at)).copied().unwrap_or_default();
    (if is_chinese { piece.0 } else { piece.1 }, number / count)
}

/// Nanoseconds for one round, in the quickest of many batches: what the work costs when nothing else runs.
fn measure(mut work: impl FnMut()) -> u128 {
    let batch = |work: &mut dyn FnMut()| {
        let start = Instant::now();
        for _ in 0..BATCH {
            work();
        }
        start.elapsed().as_nanos() / u128::from(BATCH)
    };
    (0..BATCHES).map(|_| batch(&mut work)).min().unwrap_or_default()
}
