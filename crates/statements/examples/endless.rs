//! `endless FORMAT MEGABYTES`: how long a file takes that is made while it is read, and how much the process held at most.

#![allow(clippy::unwrap_used)]

#[path = "../tests/endless/mod.rs"]
mod made;

use made::Endless;
use statements::{Format, Options, Piece, Source, read};
use std::time::Instant;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [format, megabytes] = &words[..] else { panic!("say a format and how many megabytes") };
    let format = Format::by_name(format).unwrap();
    let file = Endless::of_bytes(format, megabytes.parse::<u64>().unwrap() * 1_000_000);
    let (wanted, begun) = (file.lines(), Instant::now());
    let source = Source::open(file).unwrap();
    let (bytes, looked) = (source.bytes, begun.elapsed());
    let pieces = read(source, Options::default()).unwrap();
    let lines = pieces.filter(|piece| matches!(piece, Ok(Piece::Line(_)))).count();
    assert_eq!(u64::try_from(lines).unwrap(), wanted);
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let held = status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or("VmHWM: unknown");
    println!("{bytes} bytes, {lines} lines: looked through in {looked:?}, all in {:?}; {held}", begun.elapsed());
}
