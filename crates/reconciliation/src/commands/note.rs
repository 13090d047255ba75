//! What people write beside a line, and whom they ask.

use crate::store::{self, NoteRow};
use ::store::{Command, Error, Tx};
use kernel::id::{StatementLineId, StatementNoteId, UserId};
use kernel::{Permission, Refusal};
use schema::types::At;

/// Writes a note beside a line; with somebody asked, that person sees the line among what is asked of them until it is dealt with.
///
/// Refuses `statement_line_not_found`, and `no_colleague` at `/asked` for whoever cannot sign in at the desk.
#[derive(Debug, Clone)]
pub struct NoteLine {
    pub line: StatementLineId,
    /// 1 to 2000 characters.
    pub text: String,
    pub asked: Option<UserId>,
}

impl Command for NoteLine {
    const NAME: &'static str = "statement.note";
    const PERMISSION: Permission = Permission::StatementMatch;
    type Output = StatementNoteId;

    fn run(&self, tx: &mut Tx<'_>) -> Result<StatementNoteId, Error> {
        let organisation = tx.organisation();
        let line = store::line(tx.conn, organisation, self.line)?;
        let line = line.ok_or_else(|| Refusal::not_found("statement_line_not_found"))?;
        if let Some(asked) = self.asked {
            let colleagues = identity::queries::colleagues(tx.conn, organisation)?;
            if !colleagues.iter().any(|one| one.id == asked) {
                return Err(Refusal::field("/asked", "no_colleague").into());
            }
        }
        let id = tx.new_id();
        let row = NoteRow {
            organisation_id: organisation,
            note_id: id,
            line_id: self.line,
            text: self.text.clone(),
            asked_id: self.asked,
            noted_by: tx.context().actor.name(),
            noted_at: At(tx.now()),
        };
        store::insert_note(tx.conn, &row)?;
        tx.audit(line.statement_id, &serde_json::json!({ "line": self.line, "note": id, "asked": self.asked }))?;
        Ok(id)
    }
}
