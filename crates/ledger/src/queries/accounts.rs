//! The chart of an organisation, with what it added.

use crate::store::accounts;
use ::store::{Conn, Error};
use kernel::{Localized, Scope};
use std::collections::BTreeMap;

/// An account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    pub code: String,
    pub parent: Option<String>,
    pub names: Localized,
    /// `asset`, `liability`, `equity`, `income`, `expense`, `cost`.
    pub kind: String,
    /// The side on which it grows: `debit`, `credit`.
    pub side: String,
    /// Whether lines may be posted to it.
    pub postable: bool,
}

/// Every account, by code.
pub fn accounts(conn: &mut Conn, scope: &Scope) -> Result<Vec<Account>, Error> {
    let rows = accounts::all(conn, super::organisation(scope)?)?;
    rows.into_iter()
        .map(|row| {
            Ok(Account {
                names: serde_json::from_str(&row.names.0)?,
                code: row.code,
                parent: row.parent,
                kind: row.kind,
                side: row.side,
                postable: row.postable,
            })
        })
        .collect()
}

/// The accounts by code.
pub(super) fn by_code(conn: &mut Conn, scope: &Scope) -> Result<BTreeMap<String, Account>, Error> {
    Ok(accounts(conn, scope)?.into_iter().map(|account| (account.code.clone(), account)).collect())
}
