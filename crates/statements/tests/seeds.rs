//! Every kept seed of fuzzing, and every file of the folder that the judges read, through every reader.

#![allow(clippy::unwrap_used)]

mod orderly;

use orderly::orderly;
use statements::Format;
use std::fs;
use std::path::{Path, PathBuf};

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

#[test]
fn every_seed_is_read_in_order_by_every_reader() {
    let house = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut seeds = files(&house.join("fuzz/seeds"));
    seeds.extend(files(&house.join("../../tests/statements")));
    assert!(seeds.len() > 40, "{} seeds", seeds.len());
    for seed in seeds {
        let bytes = fs::read(&seed).unwrap();
        orderly(&bytes, None);
        for format in Format::ALL {
            orderly(&bytes, Some(format));
        }
    }
}
