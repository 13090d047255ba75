//! How to pay without a provider: by bank transfer, in cash, by cheque.

use crate::rules::payment::Method;
use kernel::Money;

/// What the payer needs to know.
pub(super) struct Offline {
    /// `bank_transfer`, `cash`, `cheque`.
    pub how: &'static str,
    pub amount: Money,
    /// What to write on it: the numbers of the invoices.
    pub references: Vec<String>,
    /// Where to transfer money to, one entry a line.
    pub bank: Vec<String>,
}

/// The ways that need no provider.
pub(super) fn way(name: &str) -> Option<&'static str> {
    match Method::by_name(name)? {
        method @ (Method::BankTransfer | Method::Cash | Method::Cheque) => Some(method.name()),
        Method::Card | Method::EWallet | Method::Opening => None,
    }
}
