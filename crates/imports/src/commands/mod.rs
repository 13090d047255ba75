//! Taking a file in: one command a kind.

mod balances;
mod customers;
mod invoices;
mod items;

pub use balances::ImportBalances;
pub use customers::ImportCustomers;
pub use invoices::ImportInvoices;
pub use items::ImportItems;

/// What came of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taken {
    /// Rows of the file.
    pub rows: usize,
    /// Customers, items, lines of the opening entry, or invoices.
    pub made: usize,
}
