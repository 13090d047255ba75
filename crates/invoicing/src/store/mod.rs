//! All SQL of invoicing.

mod invoice;

pub(crate) use invoice::{InstalmentRow, InvoiceRow, LineRow, TaxRow};

pub(crate) mod invoices {
    pub(crate) use super::invoice::*;
}
