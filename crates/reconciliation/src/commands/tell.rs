//! What takes more than one transaction ends with an answer that is kept.

use ::store::{Command, Error, Tx};
use kernel::Permission;

/// Keeps what whoever asked for many lines at once is told, with the key that it was asked under. All of it is done by then.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TellLines;

impl Command for TellLines {
    const NAME: &'static str = "statement.tell_lines";
    const PERMISSION: Permission = Permission::StatementMatch;
    type Output = ();

    fn run(&self, _: &mut Tx<'_>) -> Result<(), Error> {
        Ok(())
    }
}
