//! A file of rates on its way in: read, tried, taken.

use crate::commands::TakeExchangeRates;
use crate::rules::rate_file::{self, BYTES_MAX, RateFile};
use ::store::Once;
use kernel::{Arg, Fields, Refusal};
use sha2::{Digest, Sha256};

/// Bytes of a whole request: the file, and what a form puts around it.
pub(crate) const BODY_MAX: usize = BYTES_MAX + web::upload::FORM_MAX;
/// What a larger one is refused with.
pub(crate) const TOO_LARGE: &str = "rates_too_large";

/// A file that was read, with or without faults.
#[derive(Debug, Clone)]
pub(crate) struct RateUpload {
    pub file: RateFile,
    hash: [u8; 32],
}

impl RateUpload {
    /// Reads a file. `from` is the first day whose rates are wanted, as it was written; blank means all.
    pub fn read(bytes: &[u8], from: &str) -> Result<RateUpload, Refusal> {
        let mut fields = Fields::new();
        let first = if from.trim().is_empty() { None } else { fields.date("/from", from.trim()) };
        fields.finish()?;
        let hash = Sha256::new().chain_update(from.trim()).chain_update([0]).chain_update(bytes).finalize().into();
        Ok(RateUpload { file: rate_file::read(bytes, first)?, hash })
    }

    /// The key under which this file is taken in once.
    pub fn once(&self, route: String, key: Option<String>) -> Once {
        Once { route, key, request_hash: self.hash, keep: false, waits: false }
    }

    /// What takes its rates in. Refuses a file with faults, by row.
    pub fn command(&self) -> Result<TakeExchangeRates, Refusal> {
        if self.file.faults.is_empty() {
            return Ok(TakeExchangeRates(self.file.rates.clone()));
        }
        let more = Arg::Number(i64::try_from(self.file.more_faults).unwrap_or(i64::MAX));
        let mut refusal = Refusal::invalid("rates_faulty").with("more", more);
        refusal.fields = self.file.faults.clone();
        Err(refusal)
    }
}
