//! Revaluation on the wire.

use super::rates::QuoteView;
use crate::queries::Revaluation;
use ::store::Error;
use kernel::id::EntryId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::wire::Money;

/// A month's end to be revalued.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRevaluation {
    /// The last day of the month.
    #[schema(format = Date, example = "2026-10-31")]
    pub on: String,
}

/// What stands in other currencies at the end of a day, at the closing rates of its month.
#[derive(Debug, Serialize, ToSchema)]
pub struct RevaluationView {
    #[schema(format = Date)]
    pub on: String,
    /// The entry that was posted just now; none in a preview, and where nothing was missing.
    pub entry: Option<String>,
    /// Whether something is still to be posted.
    pub due: bool,
    pub rates: Vec<QuoteView>,
    /// By account, currency and customer.
    pub balances: Vec<RevaluedView>,
    /// The net gain of all balances; below zero a loss.
    pub gain: Money,
}

/// A balance; amounts of what is owed to others are below zero.
#[derive(Debug, Serialize, ToSchema)]
pub struct RevaluedView {
    pub account: String,
    pub customer: Option<String>,
    pub amount: Money,
    /// What it is worth in the books without revaluation.
    pub book: Money,
    /// What it is worth at the closing rate.
    pub value: Money,
    pub difference: Money,
}

impl RevaluationView {
    pub fn new(revaluation: Revaluation, entry: Option<EntryId>) -> Result<RevaluationView, Error> {
        let Revaluation { on, home, .. } = revaluation;
        let money = |minor| Money::from(kernel::Money::new(minor, home));
        let due = revaluation.is_due()?;
        let gain = revaluation.gain().into();
        let balance = |balance: crate::rules::revaluation::Revalued| RevaluedView {
            book: money(balance.book_minor),
            value: money(balance.value_minor),
            difference: money(balance.difference_minor()),
            amount: balance.amount.into(),
            account: balance.place.0,
            customer: balance.place.1.map(|id| id.to_string()),
        };
        let rates = revaluation.rates.into_iter();
        Ok(RevaluationView {
            on: on.to_string(),
            entry: entry.map(|id| id.to_string()),
            due,
            rates: rates.map(|(currency, quote)| QuoteView::new(currency, home, on, quote)).collect(),
            balances: revaluation.balances.into_iter().map(balance).collect(),
            gain,
        })
    }
}
