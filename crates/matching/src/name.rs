//! Who paid, as the bank has it.

mod index;
mod likeness;
mod normal;

pub use index::Index;
pub use likeness::{Likeness, likeness};
pub use normal::Name;
