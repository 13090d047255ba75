//! What pages, the API and other rooms read of the books. All of it is the organisation's: people of the portal see none.

mod accounts;
mod called;
mod entries;
mod general_ledger;
mod held;
mod periods;
mod rates;
mod revaluation;
mod statements;
mod trial_balance;
mod verify;

pub use crate::store::entries::EntryFilter;
pub use crate::store::posted::{PostedLine, posted};
pub use accounts::{Account, accounts};
pub use called::{Called, called_customers, called_in, called_on};
pub(crate) use entries::entries_from;
pub use entries::{Entry, Line, entries, entry};
pub use general_ledger::{GeneralLedger, LedgerLine, Place, general_ledger, whole_ledger};
pub use held::{Held, Moved, held, moved, moved_on};
pub use periods::{Closing, Period, closing, periods};
pub use rates::{RateFilter, exchange_rates, next_rates, quote, rates_wanted_from};
pub use revaluation::{Revaluation, Unrevalued, revaluation};
pub use statements::{BalanceSheet, ProfitAndLoss, balance_sheet, profit_and_loss};
pub use trial_balance::{TrialBalance, TrialRow, trial_balance};
pub use verify::verify;

use ::store::Error;
use kernel::id::OrganisationId;
use kernel::{Refusal, Scope};

/// The organisation whose books may be read.
fn organisation(scope: &Scope) -> Result<OrganisationId, Error> {
    match scope {
        Scope::Organisation(organisation) => Ok(*organisation),
        Scope::Customer(..) => Err(Refusal::forbidden("forbidden").into()),
    }
}
