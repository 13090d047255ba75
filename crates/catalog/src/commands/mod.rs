//! Changes of the catalog.

mod item;
mod tax_code;

pub use item::{CreateItem, SetPrice, UpdateItem, check_new, take_up};
pub use tax_code::{CreateTaxCode, SetTaxRate, UpdateTaxCode};
