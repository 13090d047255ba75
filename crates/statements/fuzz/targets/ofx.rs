//! Any bytes, read as OFX.

#![no_main]

use statements::Format;
use statements_fuzz::orderly;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| orderly(bytes, Some(Format::Ofx)));
