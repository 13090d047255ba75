//! Any bytes, read as QIF.

#![no_main]

use statements::Format;
use statements_fuzz::orderly;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| orderly(bytes, Some(Format::Qif)));
