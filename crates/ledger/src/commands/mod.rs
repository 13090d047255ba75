//! Changes of the books.

mod exchange_rate;
mod manual_entry;
mod period;
mod revalue;
mod reverse_entry;

pub use exchange_rate::{SetExchangeRate, TakeExchangeRates, TakenRates};
pub use manual_entry::PostManualEntry;
pub use period::{ClosePeriod, ReopenPeriod};
pub use revalue::RevalueOpenItems;
pub use reverse_entry::ReverseEntry;
