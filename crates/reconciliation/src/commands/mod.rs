//! What changes statements, lines and matches.

mod close;
mod columns;
mod lesson;
mod note;
mod post;
mod propose;
mod reading;
mod rule;
mod set_aside;
mod set_posting;
mod take_fee;
mod tell;
mod unmatch;

pub use close::{CloseStatement, ReopenStatement};
pub(crate) use columns::KeepColumns;
pub use note::NoteLine;
pub use post::{Answer, Beside, Paid, PostMatch, Rest, Settle, not_matched};
pub(crate) use post::{Settled, renamed};
pub(crate) use propose::{KeepProposals, Kept};
pub(crate) use reading::{
    BeginStatement, DiscardStatement, FinishImport, Finished, StoreLines, TellImport, is_at_a_bank,
};
pub(crate) use rule::RecordReplay;
pub use rule::{RemoveRule, SwitchRule, WriteRule};
pub use set_aside::SetAside;
pub use set_posting::SetPosting;
pub use take_fee::TakeFee;
pub(crate) use tell::TellLines;
pub use unmatch::Unmatch;

use crate::store::{self, LineRow, StatementRow};
use ::store::{Error, Tx};
use kernel::Refusal;
use kernel::id::StatementLineId;

/// These lines and their statement, held. Lines of several statements, or of one that is closed, are refused.
fn held(tx: &mut Tx<'_>, ids: &[StatementLineId]) -> Result<(StatementRow, Vec<LineRow>), Error> {
    let organisation = tx.organisation();
    let lines = store::lock_lines(tx.conn, organisation, ids)?;
    let not_found = || Refusal::not_found("statement_line_not_found");
    if lines.len() != ids.len() {
        return Err(not_found().into());
    }
    let first = lines.first().ok_or_else(not_found)?.statement_id;
    let statement = store::statement(tx.conn, organisation, first)?.ok_or_else(not_found)?;
    for line in lines.iter().filter(|line| line.statement_id != first) {
        let other = store::statement(tx.conn, organisation, line.statement_id)?.ok_or_else(not_found)?;
        if (&other.account, other.currency) != (&statement.account, statement.currency) {
            return Err(Refusal::conflict("lines_of_two_accounts").into());
        }
        still_open(&other)?;
    }
    still_open(&statement)?;
    Ok((statement, lines))
}

fn still_open(statement: &StatementRow) -> Result<(), Refusal> {
    match statement.status.as_str() {
        "closed" => Err(Refusal::conflict("statement_closed")),
        _ => Ok(()),
    }
}
