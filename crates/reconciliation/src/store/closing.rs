//! What a reconciliation report is made of: which entries and lines of an account stand open on a day, and what moved day by day.

use super::{READING, StatementRow};
use ::store::{Conn, Error, in_parts};
use diesel::sql_types::{BigInt, Bool, Nullable, Text};
use diesel::{
    BoolExpressionMethods, ExpressionMethods, JoinOnDsl, OptionalExtension, QueryDsl, QueryableByName, RunQueryDsl,
    SelectableHelper, sql_query,
};
use kernel::id::{CustomerId, EntryId, OrganisationId, StatementId, StatementLineId};
use kernel::{Currency, Date};
use schema::types::{CurrencySql, DateSql, Day, IdSql};
use schema::{journal_entries, journal_lines, match_lines, matches, statement_lines, statements};

/// An account of the books in one currency.
pub(crate) type Key<'a> = (&'a str, Currency);

/// Days that a report looks at.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Window {
    /// The day on which the first statement begins.
    pub begins: Date,
    pub until: Date,
    /// Matches that were whole by then, and by the day of what they match, are left out.
    pub whole_after: Date,
}

#[derive(Debug, QueryableByName)]
pub(crate) struct OpenEntry {
    #[diesel(sql_type = IdSql)]
    pub entry_id: EntryId,
    #[diesel(sql_type = DateSql)]
    pub day: Day,
    #[diesel(sql_type = BigInt)]
    pub minor: i64,
    #[diesel(sql_type = Nullable<IdSql>)]
    pub reverses: Option<EntryId>,
    #[diesel(sql_type = Bool)]
    pub is_before: bool,
    /// The last days of the lines and of the entries of its match with lines of this account.
    #[diesel(sql_type = Nullable<DateSql>)]
    pub lines_on: Option<Day>,
    #[diesel(sql_type = Nullable<DateSql>)]
    pub entries_on: Option<Day>,
}

/// What the books have on an account and the bank had not, or not on the same day: line by line of the journal, oldest first. Entries
/// of before the first statement come where something matches them or takes them back.
pub(crate) fn open_entries(
    conn: &mut Conn,
    organisation: OrganisationId,
    (account, currency): Key<'_>,
    window: Window,
) -> Result<Vec<OpenEntry>, Error> {
    // Parameters stand in the order in which they come, as SQLite counts them.
    const SQL: &str = "SELECT * FROM (SELECT l.entry_id, l.date AS day, e.reverses, \
            CASE WHEN l.side = 'debit' THEN l.original_minor ELSE -l.original_minor END AS minor, \
            (l.date < $1 OR e.kind = 'opening') AS is_before, \
            (SELECT MAX(sl.booked_on) FROM match_lines ml \
                JOIN statement_lines sl ON sl.organisation_id = ml.organisation_id AND sl.line_id = ml.line_id \
                JOIN statements s ON s.organisation_id = sl.organisation_id AND s.statement_id = sl.statement_id \
                WHERE ml.organisation_id = m.organisation_id AND ml.match_id = m.match_id AND s.account = $2 \
                AND s.currency = $3) AS lines_on, \
            (SELECT MAX(o.date) FROM match_entries me \
                JOIN journal_entries o ON o.organisation_id = me.organisation_id AND o.entry_id = me.entry_id \
                WHERE me.organisation_id = m.organisation_id AND me.match_id = m.match_id) AS entries_on \
            FROM journal_lines l \
            JOIN journal_entries e ON e.organisation_id = l.organisation_id AND e.entry_id = l.entry_id \
            LEFT JOIN match_entries m ON m.organisation_id = l.organisation_id AND m.entry_id = l.entry_id \
                AND m.account = l.account AND m.undone_at IS NULL \
            WHERE l.organisation_id = $4 AND l.account = $2 AND l.currency = $3 AND l.date <= $5 \
                AND l.original_minor <> 0) x \
        WHERE (x.lines_on IS NULL AND (NOT x.is_before OR x.reverses IS NOT NULL OR EXISTS (SELECT 1 \
                FROM journal_entries r WHERE r.organisation_id = $4 AND r.reverses = x.entry_id))) \
            OR ((x.lines_on > $6 OR x.entries_on > $6) AND (x.lines_on > x.day OR x.entries_on > x.day)) \
        ORDER BY x.day, x.entry_id";
    Ok(sql_query(SQL)
        .bind::<DateSql, _>(Day(window.begins))
        .bind::<Text, _>(account)
        .bind::<CurrencySql, _>(currency)
        .bind::<IdSql, _>(organisation)
        .bind::<DateSql, _>(Day(window.until))
        .bind::<DateSql, _>(Day(window.whole_after))
        .load(conn)?)
}

#[derive(Debug, QueryableByName)]
pub(crate) struct OpenLine {
    #[diesel(sql_type = IdSql)]
    pub line_id: StatementLineId,
    #[diesel(sql_type = DateSql)]
    pub day: Day,
    #[diesel(sql_type = BigInt)]
    pub minor: i64,
    #[diesel(sql_type = Nullable<DateSql>)]
    pub lines_on: Option<Day>,
    #[diesel(sql_type = Nullable<DateSql>)]
    pub entries_on: Option<Day>,
}

/// What the bank had on an account and the books had not, or not on the same day, oldest first.
pub(crate) fn open_lines(
    conn: &mut Conn,
    organisation: OrganisationId,
    (account, currency): Key<'_>,
    window: Window,
) -> Result<Vec<OpenLine>, Error> {
    const SQL: &str = "SELECT * FROM (SELECT l.line_id, l.booked_on AS day, l.amount_minor AS minor, \
            (SELECT MAX(sl.booked_on) FROM match_lines ml \
                JOIN statement_lines sl ON sl.organisation_id = ml.organisation_id AND sl.line_id = ml.line_id \
                WHERE ml.organisation_id = m.organisation_id AND ml.match_id = m.match_id) AS lines_on, \
            (SELECT MAX(o.date) FROM match_entries me \
                JOIN journal_entries o ON o.organisation_id = me.organisation_id AND o.entry_id = me.entry_id \
                WHERE me.organisation_id = m.organisation_id AND me.match_id = m.match_id) AS entries_on \
            FROM statements s \
            JOIN statement_lines l ON l.organisation_id = s.organisation_id AND l.statement_id = s.statement_id \
            LEFT JOIN match_lines m ON m.organisation_id = l.organisation_id AND m.line_id = l.line_id \
                AND m.undone_at IS NULL \
            WHERE s.organisation_id = $1 AND s.account = $2 AND s.currency = $3 AND s.status <> 'reading' \
                AND s.until_on >= $4 AND l.booked_on >= $4 AND l.booked_on <= $5) x \
        WHERE x.lines_on IS NULL \
            OR ((x.lines_on > $6 OR x.entries_on > $6) AND (x.lines_on > x.day OR x.entries_on > x.day)) \
        ORDER BY x.day, x.line_id";
    Ok(sql_query(SQL)
        .bind::<IdSql, _>(organisation)
        .bind::<Text, _>(account)
        .bind::<CurrencySql, _>(currency)
        .bind::<DateSql, _>(Day(window.begins))
        .bind::<DateSql, _>(Day(window.until))
        .bind::<DateSql, _>(Day(window.whole_after))
        .load(conn)?)
}

/// What moved on a day.
#[derive(Debug, QueryableByName)]
pub(crate) struct OfDay {
    #[diesel(sql_type = DateSql)]
    pub day: Day,
    #[diesel(sql_type = BigInt)]
    pub minor: i64,
}

/// What the lines of an account come to, day by day, from the day on which its statements begin.
pub(crate) fn lines_by_day(
    conn: &mut Conn,
    organisation: OrganisationId,
    (account, currency): Key<'_>,
    (from, until): (Date, Date),
) -> Result<Vec<OfDay>, Error> {
    const SQL: &str = "SELECT l.booked_on AS day, CAST(SUM(l.amount_minor) AS BIGINT) AS minor FROM statements s \
        JOIN statement_lines l ON l.organisation_id = s.organisation_id AND l.statement_id = s.statement_id \
        WHERE s.organisation_id = $1 AND s.account = $2 AND s.currency = $3 AND s.status <> 'reading' \
            AND s.until_on >= $4 AND l.booked_on >= $4 AND l.booked_on <= $5 GROUP BY l.booked_on ORDER BY l.booked_on";
    Ok(sql_query(SQL)
        .bind::<IdSql, _>(organisation)
        .bind::<Text, _>(account)
        .bind::<CurrencySql, _>(currency)
        .bind::<DateSql, _>(Day(from))
        .bind::<DateSql, _>(Day(until))
        .load(conn)?)
}

/// What the journal has on an account, day by day, counted line by line.
pub(crate) fn entries_by_day(
    conn: &mut Conn,
    organisation: OrganisationId,
    (account, currency): Key<'_>,
    until: Date,
) -> Result<Vec<OfDay>, Error> {
    const SQL: &str = "SELECT date AS day, CAST(SUM(CASE WHEN side = 'debit' THEN original_minor ELSE -original_minor \
            END) AS BIGINT) AS minor FROM journal_lines \
        WHERE organisation_id = $1 AND account = $2 AND currency = $3 AND date <= $4 GROUP BY date ORDER BY date";
    Ok(sql_query(SQL)
        .bind::<IdSql, _>(organisation)
        .bind::<Text, _>(account)
        .bind::<CurrencySql, _>(currency)
        .bind::<DateSql, _>(Day(until))
        .load(conn)?)
}

/// When the statements of an account begin, and with what balance.
pub(crate) fn beginning(
    conn: &mut Conn,
    organisation: OrganisationId,
    (account, currency): Key<'_>,
) -> Result<Option<(Date, Option<i64>)>, Error> {
    let first: Option<(Option<Day>, Option<i64>)> = statements::table
        .filter(statements::organisation_id.eq(organisation))
        .filter(statements::account.eq(account))
        .filter(statements::currency.eq(currency))
        .filter(statements::status.ne(READING))
        .filter(statements::from_on.is_not_null())
        .order((statements::from_on.asc(), statements::statement_id.asc()))
        .select((statements::from_on, statements::opening_minor))
        .first(conn)
        .optional()?;
    Ok(first.and_then(|(from, opening)| Some((from?.0, opening))))
}

/// Which statements of an account beside one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Beside {
    /// The last before it.
    Before,
    /// The first before it that is open.
    OpenBefore,
    /// The last behind it that is closed.
    ClosedBehind,
}

/// A statement beside another of the same account: they stand in the order of their last days.
pub(crate) fn beside(conn: &mut Conn, row: &StatementRow, which: Beside) -> Result<Option<StatementRow>, Error> {
    let Some(until) = row.until_on else { return Ok(None) };
    let same = statements::until_on.eq(until);
    let query = statements::table
        .filter(statements::organisation_id.eq(row.organisation_id))
        .filter(statements::account.eq(&row.account))
        .filter(statements::currency.eq(row.currency))
        .select(StatementRow::as_select())
        .into_boxed();
    let before = statements::until_on.lt(until).or(same.and(statements::statement_id.lt(row.statement_id)));
    let falling = (statements::until_on.desc(), statements::statement_id.desc());
    let query = match which {
        Beside::Before => query.filter(statements::status.ne(READING)).filter(before).order(falling),
        Beside::OpenBefore => query
            .filter(statements::status.eq("open"))
            .filter(before)
            .order((statements::until_on.asc(), statements::statement_id.asc())),
        Beside::ClosedBehind => {
            let behind = statements::until_on.gt(until).or(same.and(statements::statement_id.gt(row.statement_id)));
            query.filter(statements::status.eq("closed")).filter(behind).order(falling)
        }
    };
    Ok(query.first(conn).optional()?)
}

/// Whether somebody decided what a line of a statement is, and that stands.
pub(crate) fn has_matched(conn: &mut Conn, row: &StatementRow, actor: &str) -> Result<bool, Error> {
    let decided = statement_lines::table
        .inner_join(
            match_lines::table.on(match_lines::organisation_id
                .eq(statement_lines::organisation_id)
                .and(match_lines::line_id.eq(statement_lines::line_id))),
        )
        .inner_join(matches::table.on(
            matches::organisation_id.eq(match_lines::organisation_id).and(matches::match_id.eq(match_lines::match_id)),
        ))
        .filter(statement_lines::organisation_id.eq(row.organisation_id))
        .filter(statement_lines::statement_id.eq(row.statement_id))
        .filter(match_lines::undone_at.is_null())
        .filter(matches::decided_by.eq(actor));
    Ok(diesel::select(diesel::dsl::exists(decided)).get_result(conn)?)
}

/// Every closed statement, account by account in the order of their last days.
pub(crate) fn closed_statements(conn: &mut Conn, organisation: OrganisationId) -> Result<Vec<StatementRow>, Error> {
    Ok(statements::table
        .filter(statements::organisation_id.eq(organisation))
        .filter(statements::status.eq("closed"))
        .order((
            statements::account.asc(),
            statements::currency.asc(),
            statements::until_on.asc(),
            statements::statement_id.asc(),
        ))
        .select(StatementRow::as_select())
        .load(conn)?)
}

/// Nobody matches or sets aside a line of an account of up to a day until the transaction ends: who does holds the line, and reads
/// then whether its statement is open. SQLite's one writer needs nothing.
pub(crate) fn lock_days(
    conn: &mut Conn,
    organisation: OrganisationId,
    (account, currency): Key<'_>,
    until: Date,
) -> Result<(), Error> {
    const SQL: &str = "SELECT 1 FROM (SELECT l.line_id FROM statements s \
        JOIN statement_lines l ON l.organisation_id = s.organisation_id AND l.statement_id = s.statement_id \
        WHERE s.organisation_id = $1 AND s.account = $2 AND s.currency = $3 AND s.status = 'open' \
            AND l.booked_on <= $4 ORDER BY l.line_id FOR UPDATE OF l) held";
    if let Conn::Pg(c) = conn {
        sql_query(SQL)
            .bind::<IdSql, _>(organisation)
            .bind::<Text, _>(account)
            .bind::<CurrencySql, _>(currency)
            .bind::<DateSql, _>(Day(until))
            .execute(c)?;
    }
    Ok(())
}

/// What an entry is to whoever reads the report.
#[derive(Debug, Clone, diesel::Queryable)]
pub(crate) struct EntryWords {
    pub entry_id: EntryId,
    pub kind: String,
    pub memo: String,
    pub document_kind: Option<String>,
    pub document_id: Option<EntryId>,
}

pub(crate) fn entry_words(
    conn: &mut Conn,
    organisation: OrganisationId,
    ids: &[EntryId],
) -> Result<Vec<EntryWords>, Error> {
    Ok(in_parts(ids, |some| {
        journal_entries::table
            .filter(journal_entries::organisation_id.eq(organisation))
            .filter(journal_entries::entry_id.eq_any(some))
            .select((
                journal_entries::entry_id,
                journal_entries::kind,
                journal_entries::memo,
                journal_entries::document_kind,
                journal_entries::document_id,
            ))
            .load(conn)
    })?)
}

/// Whose these entries are.
pub(crate) fn entry_parties(
    conn: &mut Conn,
    organisation: OrganisationId,
    ids: &[EntryId],
) -> Result<Vec<(EntryId, Option<CustomerId>)>, Error> {
    Ok(in_parts(ids, |some| {
        journal_lines::table
            .filter(journal_lines::organisation_id.eq(organisation))
            .filter(journal_lines::entry_id.eq_any(some))
            .filter(journal_lines::party_id.is_not_null())
            .select((journal_lines::entry_id, journal_lines::party_id))
            .load(conn)
    })?)
}

/// What a line is to whoever reads the report.
#[derive(Debug, Clone, diesel::Queryable)]
pub(crate) struct LineWords {
    pub line_id: StatementLineId,
    pub statement_id: StatementId,
    pub payer: Option<String>,
    pub reference: Option<String>,
    pub text: String,
    pub state: String,
}

pub(crate) fn line_words(
    conn: &mut Conn,
    organisation: OrganisationId,
    ids: &[StatementLineId],
) -> Result<Vec<LineWords>, Error> {
    Ok(in_parts(ids, |some| {
        statement_lines::table
            .filter(statement_lines::organisation_id.eq(organisation))
            .filter(statement_lines::line_id.eq_any(some))
            .select((
                statement_lines::line_id,
                statement_lines::statement_id,
                statement_lines::payer,
                statement_lines::reference,
                statement_lines::text,
                statement_lines::state,
            ))
            .load(conn)
    })?)
}
