//! Any bytes, read as what they look like.

#![no_main]

use statements_fuzz::orderly;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| orderly(bytes, None));
