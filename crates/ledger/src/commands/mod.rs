//! Changes of the books.

mod exchange_rate;
mod manual_entry;
mod period;
mod reverse_entry;

pub use exchange_rate::{RateInput, SetExchangeRate};
pub use manual_entry::PostManualEntry;
pub use period::{ClosePeriod, ReopenPeriod};
pub use reverse_entry::ReverseEntry;
