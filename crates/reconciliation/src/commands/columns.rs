//! How the tables that a bank sends are read.

use super::reading::is_at_a_bank;
use crate::columns::Saved;
use crate::store;
use ::store::{Command, Error, Tx};
use kernel::Permission;

/// Headers that are known for an account; the oldest goes.
const KEPT: usize = 20;

/// Keeps how tables of an account with this header are read, in the place of what was kept for it.
#[derive(Debug, Clone)]
pub(crate) struct KeepColumns {
    pub account: String,
    pub saved: Saved,
}

impl Command for KeepColumns {
    const NAME: &'static str = "statement.keep_columns";
    const PERMISSION: Permission = Permission::StatementImport;
    type Output = ();

    fn run(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        let organisation = tx.organisation();
        let books = tx.books()?;
        is_at_a_bank(tx.conn, (organisation, &books), &self.account)?;
        let mut all = store::saved_columns(tx.conn, organisation, &self.account)?;
        if all.contains(&self.saved) {
            return Ok(());
        }
        all.retain(|one| one.header != self.saved.header);
        all.push(self.saved.clone());
        all.drain(..all.len().saturating_sub(KEPT));
        store::save_columns(tx.conn, (organisation, &self.account, books.currency), &all, tx.now())?;
        tx.audit(organisation, &serde_json::json!({ "account": self.account, "columns": self.saved.columns }))
    }
}
