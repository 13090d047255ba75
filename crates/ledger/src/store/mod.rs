//! All SQL of the ledger.

pub(crate) mod accounts;
pub(crate) mod balances;
pub(crate) mod called;
pub(crate) mod entries;
pub(crate) mod held;
pub(crate) mod lines;
pub(crate) mod periods;
pub(crate) mod posted;
pub(crate) mod rates;
pub(crate) mod revaluations;
pub(crate) mod vouchers;
