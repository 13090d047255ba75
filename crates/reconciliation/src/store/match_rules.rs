//! Rows of `match_rules`: the versions of each rule, of which at most one stands.

use ::store::{Conn, Error, each, for_update, in_parts};
use diesel::{
    BoolExpressionMethods, ExpressionMethods, Insertable, JoinOnDsl, OptionalExtension, QueryDsl, Queryable,
    RunQueryDsl, Selectable, SelectableHelper,
};
use kernel::Date;
use kernel::id::{MatchId, MatchRuleId, OrganisationId, StatementId, StatementLineId};
use schema::types::{At, Day, JsonText};
use schema::{journal_lines, match_entries, match_rules, statement_lines};

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = match_rules, treat_none_as_default_value = false)]
pub(crate) struct RuleRow {
    pub organisation_id: OrganisationId,
    pub rule_id: MatchRuleId,
    pub version: i64,
    pub name: String,
    /// Counted from one: earlier rules are tried first.
    pub position: i32,
    pub conditions: JsonText,
    pub action: JsonText,
    pub active: bool,
    pub written_by: String,
    pub created_at: At,
    /// A newer version stands, or the rule is used no longer.
    pub replaced_at: Option<At>,
    /// What this version would have done with lines of the past.
    pub replay: Option<JsonText>,
}

pub(crate) fn insert_rule(conn: &mut Conn, row: &RuleRow) -> Result<(), Error> {
    each!(conn, |c| diesel::insert_into(match_rules::table).values(row).execute(c))?;
    Ok(())
}

/// Keeps what may change of a version: its place, whether it is on, whether it stands, its replay.
pub(crate) fn update_rule(conn: &mut Conn, row: &RuleRow) -> Result<(), Error> {
    let own = match_rules::organisation_id
        .eq(row.organisation_id)
        .and(match_rules::rule_id.eq(row.rule_id))
        .and(match_rules::version.eq(row.version));
    diesel::update(match_rules::table.filter(own))
        .set((
            match_rules::position.eq(row.position),
            match_rules::active.eq(row.active),
            match_rules::replaced_at.eq(row.replaced_at),
            match_rules::replay.eq(row.replay.clone()),
        ))
        .execute(conn)?;
    Ok(())
}

/// The rules in the order in which they are tried.
pub(crate) fn standing_rules(conn: &mut Conn, organisation: OrganisationId) -> Result<Vec<RuleRow>, Error> {
    Ok(match_rules::table
        .filter(match_rules::organisation_id.eq(organisation))
        .filter(match_rules::replaced_at.is_null())
        .order((match_rules::position.asc(), match_rules::rule_id.asc()))
        .select(RuleRow::as_select())
        .load(conn)?)
}

/// [`standing_rules`], held until the transaction ends.
pub(crate) fn lock_rules(conn: &mut Conn, organisation: OrganisationId) -> Result<Vec<RuleRow>, Error> {
    Ok(for_update!(
        conn,
        match_rules::table
            .filter(match_rules::organisation_id.eq(organisation))
            .filter(match_rules::replaced_at.is_null())
            .order((match_rules::position.asc(), match_rules::rule_id.asc()))
            .select(RuleRow::as_select())
    )?)
}

/// A rule that stands.
pub(crate) fn rule(conn: &mut Conn, organisation: OrganisationId, id: MatchRuleId) -> Result<Option<RuleRow>, Error> {
    Ok(match_rules::table
        .filter(match_rules::organisation_id.eq(organisation))
        .filter(match_rules::rule_id.eq(id))
        .filter(match_rules::replaced_at.is_null())
        .select(RuleRow::as_select())
        .get_result(conn)
        .optional()?)
}

/// What a line says, as far as rules compare it.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = statement_lines)]
pub(crate) struct SaidLine {
    pub line_id: StatementLineId,
    pub booked_on: Day,
    pub amount_minor: i64,
    pub payer: Option<String>,
    pub reference: Option<String>,
    pub text: String,
    pub code: Option<String>,
    /// `open`, `matched`, `ignored`.
    pub state: String,
}

/// Up to so many lines of a statement behind one of them, in the order of the file; those that are open alone, if that is asked.
pub(crate) fn said_lines(
    conn: &mut Conn,
    organisation: OrganisationId,
    statement: StatementId,
    (after, (from, until)): (StatementLineId, (Date, Date)),
    is_open: bool,
    limit: i64,
) -> Result<Vec<SaidLine>, Error> {
    let mut query = statement_lines::table
        .filter(statement_lines::organisation_id.eq(organisation))
        .filter(statement_lines::statement_id.eq(statement))
        .filter(statement_lines::line_id.gt(after))
        .filter(statement_lines::booked_on.between(Day(from), Day(until)))
        .order(statement_lines::line_id.asc())
        .select(SaidLine::as_select())
        .limit(limit)
        .into_boxed();
    if is_open {
        query = query.filter(statement_lines::state.eq("open"));
    }
    Ok(query.load(conn)?)
}

/// The accounts on which entries of these matches have their other sides.
pub(crate) fn other_sides(
    conn: &mut Conn,
    organisation: OrganisationId,
    account: &str,
    matches: &[MatchId],
) -> Result<Vec<(MatchId, String)>, Error> {
    let same = journal_lines::organisation_id
        .eq(match_entries::organisation_id)
        .and(journal_lines::entry_id.eq(match_entries::entry_id));
    Ok(in_parts(matches, |some| {
        match_entries::table
            .inner_join(journal_lines::table.on(same))
            .filter(match_entries::organisation_id.eq(organisation))
            .filter(match_entries::match_id.eq_any(some))
            .filter(journal_lines::account.ne(account))
            .select((match_entries::match_id, journal_lines::account))
            .load(conn)
    })?)
}
