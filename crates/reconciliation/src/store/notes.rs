//! Rows of `statement_notes`: what people write beside lines, and whom they ask.

use ::store::{Conn, Error, each};
use diesel::{
    BoolExpressionMethods, ExpressionMethods, Insertable, JoinOnDsl, QueryDsl, Queryable, RunQueryDsl, Selectable,
    SelectableHelper,
};
use kernel::id::{OrganisationId, StatementLineId, StatementNoteId, UserId};
use schema::types::At;
use schema::{statement_lines, statement_notes};

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

/// What a person is asked about lines that are open still, the newest question first.
pub(crate) fn asked_of(
    conn: &mut Conn,
    organisation: OrganisationId,
    person: UserId,
    limit: i64,
) -> Result<Vec<(NoteRow, LineRow)>, Error> {
    let same = statement_lines::organisation_id
        .eq(statement_notes::organisation_id)
        .and(statement_lines::line_id.eq(statement_notes::line_id));
    Ok(statement_notes::table
        .inner_join(statement_lines::table.on(same))
        .filter(statement_notes::organisation_id.eq(organisation))
        .filter(statement_notes::asked_id.eq(person))
        .filter(statement_lines::state.eq("open"))
        .order(statement_notes::note_id.desc())
        .limit(limit)
        .select((NoteRow::as_select(), LineRow::as_select()))
        .load(conn)?)
}
