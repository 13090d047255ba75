//! Numbers in what a payer writes.

mod key;
mod number;
mod structured;
mod text;

pub use key::{Found, Key, Keys, Span, Strength};
pub use number::keys_of_number;
pub use structured::{Scheme, Structured, of_number, structured};
pub use text::keys_in_text;
