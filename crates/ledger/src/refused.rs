//! What the rules refuse, as the house says it.

use crate::rules::entry::EntryError;
use kernel::{Currency, Date, Money, Refusal};

/// The refusal of an entry of a day, in books of this currency. Lines are named by pointer.
pub(crate) fn entry_refused(error: EntryError, date: Date, functional: Currency) -> Refusal {
    let at = |line: usize, field: &str, code| Refusal::field(format!("/lines/{line}{field}"), code);
    match error {
        EntryError::PeriodClosed | EntryError::PeriodMissing => Refusal::conflict("period_closed").with("date", date),
        EntryError::TooFewLines => Refusal::invalid("entry_too_few_lines"),
        EntryError::UnknownAccount { line, .. } => at(line, "/account", "unknown_account"),
        EntryError::NotPostable { line, .. } => at(line, "/account", "account_not_postable"),
        EntryError::PartyRequired { line, .. } => at(line, "/account", "control_account"),
        EntryError::ValueDisagrees { line } => at(line, "", "value_disagrees"),
        EntryError::NothingToPost => Refusal::invalid("entry_empty"),
        EntryError::Overflow => Refusal::invalid("entry_too_large"),
        EntryError::Unbalanced { difference_minor } => {
            Refusal::invalid("entry_unbalanced").with("difference", Money::new(difference_minor, functional))
        }
        EntryError::UnbalancedCurrency { currency, difference_minor } => {
            Refusal::invalid("entry_unbalanced").with("difference", Money::new(difference_minor, currency))
        }
    }
}
