//! Rows of `matches` and of what they bring together.

use ::store::{Conn, Error, each, insert_rows};
use diesel::{
    BoolExpressionMethods, ExpressionMethods, Insertable, OptionalExtension, QueryDsl, Queryable, RunQueryDsl,
    Selectable, SelectableHelper,
};
use kernel::id::{CustomerId, EntryId, MatchId, MatchRuleId, OrganisationId, PaymentId, StatementLineId};
use schema::types::{At, JsonText};
use schema::{match_entries, match_lines, matches, payments};

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = matches, treat_none_as_default_value = false)]
pub(crate) struct MatchRow {
    pub organisation_id: OrganisationId,
    pub match_id: MatchId,
    pub tier: String,
    /// In thousandths; nothing where a person decided.
    pub score: Option<i32>,
    pub reasons: JsonText,
    /// What it settled beside what came: `[{"invoice": …, "as": "discount", "minor": 1000, "entry": …}]`.
    pub settled: JsonText,
    pub rule_id: Option<MatchRuleId>,
    pub customer_id: Option<CustomerId>,
    pub decided_by: String,
    pub created_at: At,
    pub undone_by: Option<String>,
    pub undone_at: Option<At>,
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = match_lines, treat_none_as_default_value = false)]
pub(crate) struct MatchLineRow {
    pub organisation_id: OrganisationId,
    pub match_id: MatchId,
    pub line_id: StatementLineId,
    pub amount_minor: i64,
    pub undone_at: Option<At>,
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = match_entries, treat_none_as_default_value = false)]
pub(crate) struct MatchEntryRow {
    pub organisation_id: OrganisationId,
    pub match_id: MatchId,
    pub entry_id: EntryId,
    /// Whose lines it is matched with: what goes from one account to another is matched on each.
    pub account: String,
    /// What the entry moves on the account, debit above zero.
    pub amount_minor: i64,
    /// The match made it, and takes it back when it is undone.
    pub made: bool,
    pub undone_at: Option<At>,
}

pub(crate) fn insert_match(
    conn: &mut Conn,
    row: &MatchRow,
    lines: &[MatchLineRow],
    entries: &[MatchEntryRow],
) -> Result<(), Error> {
    each!(conn, |c| diesel::insert_into(matches::table).values(row).execute(c))?;
    insert_rows!(conn, match_lines::table, lines)?;
    insert_rows!(conn, match_entries::table, entries)?;
    Ok(())
}

/// The standing match of a line.
pub(crate) fn match_of(
    conn: &mut Conn,
    organisation: OrganisationId,
    line: StatementLineId,
) -> Result<Option<MatchRow>, Error> {
    let id: Option<MatchId> = match_lines::table
        .filter(match_lines::organisation_id.eq(organisation))
        .filter(match_lines::line_id.eq(line))
        .filter(match_lines::undone_at.is_null())
        .select(match_lines::match_id)
        .get_result(conn)
        .optional()?;
    let Some(id) = id else { return Ok(None) };
    Ok(Some(
        matches::table
            .filter(matches::organisation_id.eq(organisation))
            .filter(matches::match_id.eq(id))
            .select(MatchRow::as_select())
            .get_result(conn)?,
    ))
}

pub(crate) fn lines_of_match(
    conn: &mut Conn,
    organisation: OrganisationId,
    id: MatchId,
) -> Result<Vec<MatchLineRow>, Error> {
    Ok(match_lines::table
        .filter(match_lines::organisation_id.eq(organisation))
        .filter(match_lines::match_id.eq(id))
        .order(match_lines::line_id.asc())
        .select(MatchLineRow::as_select())
        .load(conn)?)
}

pub(crate) fn entries_of_match(
    conn: &mut Conn,
    organisation: OrganisationId,
    id: MatchId,
) -> Result<Vec<MatchEntryRow>, Error> {
    Ok(match_entries::table
        .filter(match_entries::organisation_id.eq(organisation))
        .filter(match_entries::match_id.eq(id))
        .order(match_entries::entry_id.asc())
        .select(MatchEntryRow::as_select())
        .load(conn)?)
}

/// The standing matches of these lines, with their lines.
pub(crate) fn matches_of(
    conn: &mut Conn,
    organisation: OrganisationId,
    lines: &[StatementLineId],
) -> Result<Vec<(StatementLineId, MatchRow)>, Error> {
    use diesel::JoinOnDsl;
    let same =
        match_lines::organisation_id.eq(matches::organisation_id).and(match_lines::match_id.eq(matches::match_id));
    Ok(::store::in_parts(lines, |some| {
        match_lines::table
            .inner_join(matches::table.on(same))
            .filter(match_lines::organisation_id.eq(organisation))
            .filter(match_lines::line_id.eq_any(some))
            .filter(match_lines::undone_at.is_null())
            .select((match_lines::line_id, MatchRow::as_select()))
            .load(conn)
    })?)
}

/// A match stands no longer.
pub(crate) fn undo_match(
    conn: &mut Conn,
    organisation: OrganisationId,
    id: MatchId,
    (by, at): (&str, At),
) -> Result<(), Error> {
    diesel::update(matches::table)
        .filter(matches::organisation_id.eq(organisation))
        .filter(matches::match_id.eq(id))
        .set((matches::undone_by.eq(by), matches::undone_at.eq(at)))
        .execute(conn)?;
    diesel::update(match_lines::table)
        .filter(match_lines::organisation_id.eq(organisation))
        .filter(match_lines::match_id.eq(id))
        .set(match_lines::undone_at.eq(at))
        .execute(conn)?;
    diesel::update(match_entries::table)
        .filter(match_entries::organisation_id.eq(organisation))
        .filter(match_entries::match_id.eq(id))
        .set(match_entries::undone_at.eq(at))
        .execute(conn)?;
    Ok(())
}

/// Which of these entries stand in a match with lines of an account.
pub(crate) fn matched_entries(
    conn: &mut Conn,
    organisation: OrganisationId,
    account: &str,
    entries: &[EntryId],
) -> Result<Vec<EntryId>, Error> {
    Ok(::store::in_parts(entries, |some| {
        match_entries::table
            .filter(match_entries::organisation_id.eq(organisation))
            .filter(match_entries::entry_id.eq_any(some))
            .filter(match_entries::account.eq(account))
            .filter(match_entries::undone_at.is_null())
            .select(match_entries::entry_id)
            .load(conn)
    })?)
}

/// Whether an entry stands in a match with lines of any account.
pub(crate) fn is_matched(conn: &mut Conn, organisation: OrganisationId, entry: EntryId) -> Result<bool, Error> {
    let standing = match_entries::table
        .filter(match_entries::organisation_id.eq(organisation))
        .filter(match_entries::entry_id.eq(entry))
        .filter(match_entries::undone_at.is_null());
    Ok(diesel::select(diesel::dsl::exists(standing)).get_result(conn)?)
}

/// Whether one of these payments was recorded by somebody of this name.
pub(crate) fn has_recorded(
    conn: &mut Conn,
    organisation: OrganisationId,
    all: &[PaymentId],
    name: &str,
) -> Result<bool, Error> {
    let found: Vec<PaymentId> = ::store::in_parts(all, |some| {
        payments::table
            .filter(payments::organisation_id.eq(organisation))
            .filter(payments::payment_id.eq_any(some))
            .filter(payments::recorded_by.eq(name))
            .select(payments::payment_id)
            .load(conn)
    })?;
    Ok(!found.is_empty())
}
