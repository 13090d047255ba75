//! Rows of `statement_notes`: what people write beside lines, and whom they ask.

use ::store::{Conn, Error, each, in_parts};
use diesel::{ExpressionMethods, Insertable, QueryDsl, Queryable, RunQueryDsl, Selectable, SelectableHelper};
use kernel::id::{OrganisationId, StatementLineId, StatementNoteId, UserId};
use schema::types::At;
use schema::{statement_lines, statement_notes};
use std::collections::HashMap;

use super::LineRow;

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = statement_notes, treat_none_as_default_value = false)]
pub(crate) struct NoteRow {
    pub organisation_id: OrganisationId,
    pub note_id: StatementNoteId,
    pub line_id: StatementLineId,
    pub text: String,
    /// The colleague who is asked.
    pub asked_id: Option<UserId>,
    pub noted_by: String,
    pub noted_at: At,
}

pub(crate) fn insert_note(conn: &mut Conn, row: &NoteRow) -> Result<(), Error> {
    each!(conn, |c| diesel::insert_into(statement_notes::table).values(row).execute(c))?;
    Ok(())
}

/// The notes of a line, oldest first.
pub(crate) fn notes_of(
    conn: &mut Conn,
    organisation: OrganisationId,
    line: StatementLineId,
) -> Result<Vec<NoteRow>, Error> {
    Ok(statement_notes::table
        .filter(statement_notes::organisation_id.eq(organisation))
        .filter(statement_notes::line_id.eq(line))
        .order(statement_notes::note_id.asc())
        .select(NoteRow::as_select())
        .load(conn)?)
}

/// Questions that are looked at, the newest first.
const QUESTIONS_MAX: i64 = 500;

/// What was asked of anybody, the newest first, as far as the lines are open still.
pub(crate) fn questions(conn: &mut Conn, organisation: OrganisationId) -> Result<Vec<(NoteRow, LineRow)>, Error> {
    let asked: Vec<NoteRow> = statement_notes::table
        .filter(statement_notes::organisation_id.eq(organisation))
        .filter(statement_notes::asked_id.is_not_null())
        .order(statement_notes::note_id.desc())
        .limit(QUESTIONS_MAX)
        .select(NoteRow::as_select())
        .load(conn)?;
    // Line by line, from the questions on: of a large statement few lines are asked about.
    let ids: Vec<StatementLineId> = asked.iter().map(|note| note.line_id).collect();
    let lines: Vec<LineRow> = in_parts(&ids, |some| {
        statement_lines::table
            .filter(statement_lines::organisation_id.eq(organisation))
            .filter(statement_lines::line_id.eq_any(some))
            .filter(statement_lines::state.eq("open"))
            .select(LineRow::as_select())
            .load(conn)
    })?;
    let lines: HashMap<StatementLineId, LineRow> = lines.into_iter().map(|line| (line.line_id, line)).collect();
    let with_line = |note: NoteRow| lines.get(&note.line_id).cloned().map(|line| (note, line));
    Ok(asked.into_iter().filter_map(with_line).collect())
}

/// The notes of these lines, oldest first.
pub(crate) fn notes_of_lines(
    conn: &mut Conn,
    organisation: OrganisationId,
    lines: &[StatementLineId],
) -> Result<Vec<NoteRow>, Error> {
    let mut notes: Vec<NoteRow> = in_parts(lines, |some| {
        statement_notes::table
            .filter(statement_notes::organisation_id.eq(organisation))
            .filter(statement_notes::line_id.eq_any(some))
            .select(NoteRow::as_select())
            .load(conn)
    })?;
    notes.sort_unstable_by_key(|note| note.note_id);
    Ok(notes)
}
