//! Exchange rates on the wire.

use crate::commands::TakenRates;
use crate::rules::rate::{ExchangeRate, Quote, RateInput};
use crate::rules::rate_file::RateFile;
use kernel::{Currency, Date};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::i18n::L;

/// A rate to be set: so much of `quote` for one of `base`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRate {
    #[schema(example = "USD")]
    pub base: String,
    #[schema(example = "CNY")]
    pub quote: String,
    #[schema(format = Date)]
    pub valid_from: String,
    /// At most 10 digits after the point.
    #[schema(example = "7.1234")]
    pub rate: String,
    /// Who published it; `manual` when not given.
    pub source: Option<String>,
}

impl From<NewRate> for RateInput {
    fn from(new: NewRate) -> Self {
        let NewRate { base, quote, valid_from, rate, source } = new;
        RateInput { base, quote, valid_from, rate, source }
    }
}

/// An exchange rate.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ExchangeRateView)]
pub struct RateView {
    pub base: String,
    pub quote: String,
    pub valid_from: String,
    pub rate: String,
    pub source: String,
}

impl From<ExchangeRate> for RateView {
    fn from(rate: ExchangeRate) -> Self {
        RateView {
            base: rate.base.code().to_owned(),
            quote: rate.quote.code().to_owned(),
            valid_from: rate.valid_from.to_string(),
            rate: rate.rate.to_string(),
            source: rate.source,
        }
    }
}

/// A rate between two currencies on a day.
#[derive(Debug, Serialize, ToSchema)]
pub struct QuoteView {
    pub from: String,
    pub to: String,
    #[schema(format = Date)]
    pub on: String,
    /// Units of `to` for one of `from`. One that was worked out of others has at most 16 digits after the point.
    #[schema(example = "7.125")]
    pub rate: String,
    /// The rates that it comes from: one where the two are quoted against each other, two where both are quoted for one euro.
    pub used: Vec<RateView>,
}

impl QuoteView {
    pub fn new(from: Currency, to: Currency, on: Date, quote: Quote) -> QuoteView {
        QuoteView {
            from: from.code().to_owned(),
            to: to.code().to_owned(),
            on: on.to_string(),
            rate: quote.rate.to_string(),
            used: quote.used.into_iter().map(RateView::from).collect(),
        }
    }
}

/// What came of a file of rates, or would.
#[derive(Debug, Serialize, ToSchema)]
pub struct RatesReport {
    /// False in a preview: nothing was stored.
    pub applied: bool,
    /// `ecb_xml`, `ecb_csv` or `own`.
    pub form: &'static str,
    /// Rates of the file that are wanted and good.
    pub rates: usize,
    pub added: usize,
    /// In place of rates of the same currencies and day.
    pub changed: usize,
    /// They were there already.
    pub same: usize,
    /// Rates that were passed over because they are from before the day that was named.
    pub before: usize,
    /// Currencies of the bank's file that are not known here; their rates were passed over.
    pub unknown_currencies: Vec<String>,
    /// What is wrong, row by row, at most 200; empty when the file can be taken in.
    pub errors: Vec<RateFault>,
    /// How many more things are wrong than `errors` names.
    pub more_errors: usize,
}

/// What is wrong with one rate of a file.
#[derive(Debug, Serialize, ToSchema)]
pub struct RateFault {
    #[schema(example = "/rows/3/rate")]
    pub pointer: String,
    /// A sentence in the caller's language.
    pub detail: String,
}

impl RatesReport {
    pub fn new(file: &RateFile, applied: bool, taken: TakenRates, l: &L) -> RatesReport {
        let fault = |fault: &kernel::FieldError| RateFault { pointer: fault.pointer.clone(), detail: l.field(fault) };
        RatesReport {
            applied,
            form: file.form.name(),
            rates: file.rates.len(),
            added: taken.added,
            changed: taken.changed,
            same: taken.same,
            before: file.before,
            unknown_currencies: file.unknown.iter().cloned().collect(),
            errors: file.faults.iter().map(fault).collect(),
            more_errors: file.more_faults,
        }
    }
}
