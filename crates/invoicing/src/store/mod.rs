//! All SQL of invoicing.

mod credit_note;
pub(crate) mod deferrals;
pub(crate) mod deposits;
mod disputed;
mod invoice;
mod list;
pub(crate) mod proof;
pub(crate) mod taxes;

pub(crate) use credit_note::{CreditLineRow, CreditRow};
pub(crate) use disputed::disputed;
pub(crate) use invoice::{InstalmentRow, InvoiceRow, LineRow, TaxRow};

pub(crate) mod credit_notes {
    pub(crate) use super::credit_note::*;
}
pub(crate) mod invoices {
    pub(crate) use super::invoice::*;
}
pub(crate) mod lists {
    pub(crate) use super::list::*;
}
