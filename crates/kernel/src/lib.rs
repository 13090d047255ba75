//! Values that every room of the house speaks: money, quantities, dates, ids, actors, permissions, refusals.
//!
//! Nothing here does I/O, reads a clock or knows a database. What can be wrong about a value is wrong
//! when it is built: a `Money` has a currency, a `CustomerId` cannot be an `InvoiceId`.

pub mod actor;
pub mod capitals;
pub mod clock;
pub mod currency;
pub mod decimal;
pub mod id;
pub mod locale;
pub mod money;
pub mod permission;
pub mod planted;
pub mod refusal;
#[cfg(feature = "sql")]
pub mod sql;
pub mod validate;

pub use actor::{Actor, Context, Role, Scope, Source};
pub use clock::{Clock, SystemClock};
pub use currency::Currency;
pub use decimal::{Percent, Quantity, UnitPrice};
pub use id::{Id, Ids};
pub use jiff::Timestamp;
pub use jiff::civil::Date;
pub use locale::{Locale, Localized};
pub use money::{Money, MoneyError, Rounding};
pub use permission::Permission;
pub use planted::{Bug, is_planted};
pub use refusal::{Arg, FieldError, Refusal, RefusalKind};
pub use rust_decimal::Decimal;
pub use validate::Fields;
