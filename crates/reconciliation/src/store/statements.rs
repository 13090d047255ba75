//! Rows of `statements`.

use ::store::{Conn, Error, Part, by_id, each, for_update};
use diesel::{
    AsChangeset, BoolExpressionMethods, ExpressionMethods, Insertable, NullableExpressionMethods, OptionalExtension,
    QueryDsl, Queryable, RunQueryDsl, Selectable, SelectableHelper,
};
use kernel::id::{OrganisationId, StatementId, StatementLineId};
use kernel::{Currency, Date, Money};
use schema::types::{At, Day, JsonText};
use schema::{statement_lines, statement_pages, statements};

/// Not to be seen yet: its file is being read.
pub(crate) const READING: &str = "reading";

#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = statements, treat_none_as_default_value = false, treat_none_as_null = true)]
// Not set by an update: SQLite would look at every line of the statement, which might be left without it.
#[diesel(primary_key(organisation_id, statement_id))]
pub(crate) struct StatementRow {
    pub organisation_id: OrganisationId,
    pub statement_id: StatementId,
    pub account: String,
    pub currency: Currency,
    /// What the bank calls the account; empty where the file does not say.
    pub bank_number: String,
    /// What the bank calls the statement.
    pub number: Option<String>,
    /// [`READING`], `open`, `closed`.
    pub status: String,
    pub format: String,
    pub file_name: String,
    pub file_sha256: String,
    pub from_on: Option<Day>,
    pub until_on: Option<Day>,
    pub opening_minor: Option<i64>,
    pub closing_minor: Option<i64>,
    pub line_count: i64,
    /// Lines of the file that were there before.
    pub known_count: i64,
    /// What was doubtful: `[{code, detail}]`.
    pub warnings: JsonText,
    pub report: Option<JsonText>,
    pub imported_by: String,
    pub created_at: At,
    pub closed_by: Option<String>,
    pub closed_at: Option<At>,
    pub version: i64,
}

impl StatementRow {
    pub fn money(&self, minor: i64) -> Money {
        Money::new(minor, self.currency)
    }
}

pub(crate) fn insert_statement(conn: &mut Conn, row: &StatementRow) -> Result<(), Error> {
    each!(conn, |c| diesel::insert_into(statements::table).values(row).execute(c))?;
    Ok(())
}

pub(crate) fn update_statement(conn: &mut Conn, row: &StatementRow) -> Result<(), Error> {
    let own = statements::organisation_id.eq(row.organisation_id).and(statements::statement_id.eq(row.statement_id));
    each!(conn, |c| diesel::update(statements::table.filter(own)).set(row).execute(c))?;
    Ok(())
}

/// A statement that was read to its end.
pub(crate) fn statement(
    conn: &mut Conn,
    organisation: OrganisationId,
    id: StatementId,
) -> Result<Option<StatementRow>, Error> {
    Ok(statements::table
        .filter(statements::organisation_id.eq(organisation))
        .filter(statements::statement_id.eq(id))
        .filter(statements::status.ne(READING))
        .select(StatementRow::as_select())
        .get_result(conn)
        .optional()?)
}

/// A statement, held until the transaction ends.
/// Accounts, each in a currency, that have statements which are not closed.
pub(crate) fn accounts_that_wait(
    conn: &mut Conn,
    organisation: OrganisationId,
) -> Result<Vec<(String, Currency)>, Error> {
    Ok(statements::table
        .filter(statements::organisation_id.eq(organisation))
        .filter(statements::status.eq("open"))
        .select((statements::account, statements::currency))
        .distinct()
        .load(conn)?)
}

pub(crate) fn lock_statement(
    conn: &mut Conn,
    organisation: OrganisationId,
    id: StatementId,
) -> Result<Option<StatementRow>, Error> {
    let rows: Vec<StatementRow> = for_update!(
        conn,
        statements::table
            .filter(statements::organisation_id.eq(organisation))
            .filter(statements::statement_id.eq(id))
            .select(StatementRow::as_select())
    )?;
    Ok(rows.into_iter().next())
}

/// Statements of an account whose files are being read, or were when something ended the reading.
pub(crate) fn being_read(
    conn: &mut Conn,
    organisation: OrganisationId,
    account: &str,
) -> Result<Vec<(StatementId, At)>, Error> {
    Ok(statements::table
        .filter(statements::organisation_id.eq(organisation))
        .filter(statements::account.eq(account))
        .filter(statements::until_on.is_null())
        .filter(statements::status.eq(READING))
        .select((statements::statement_id, statements::created_at))
        .load(conn)?)
}

/// A statement with its first and last day and its format.
pub(crate) type Spanning = (StatementId, Option<Day>, Option<Day>, String);

/// Statements of an account in a currency that have a day of these.
pub(crate) fn overlapping(
    conn: &mut Conn,
    organisation: OrganisationId,
    (account, currency): (&str, Currency),
    (from, until): (Date, Date),
) -> Result<Vec<Spanning>, Error> {
    Ok(statements::table
        .filter(statements::organisation_id.eq(organisation))
        .filter(statements::account.eq(account))
        .filter(statements::currency.eq(currency))
        .filter(statements::until_on.ge(Day(from)))
        .filter(statements::from_on.le(Day(until)))
        .filter(statements::status.ne(READING))
        .select((statements::statement_id, statements::from_on, statements::until_on, statements::format))
        .load(conn)?)
}

/// Statements that are looked at for what one follows.
const BEFORE_MAX: i64 = 20;

/// What the statements of an account ended with that ended before one begins, or on the day, the last first: day and balance.
pub(crate) fn closings_before(conn: &mut Conn, row: &StatementRow) -> Result<Vec<(Day, i64)>, Error> {
    let Some(from) = row.from_on else { return Ok(Vec::new()) };
    Ok(statements::table
        .filter(statements::organisation_id.eq(row.organisation_id))
        .filter(statements::account.eq(&row.account))
        .filter(statements::currency.eq(row.currency))
        .filter(statements::until_on.le(from))
        .filter(statements::statement_id.ne(row.statement_id))
        .filter(statements::status.ne(READING))
        .filter(statements::closing_minor.is_not_null())
        .order((statements::until_on.desc(), statements::statement_id.desc()))
        .limit(BEFORE_MAX)
        .select((statements::until_on.assume_not_null(), statements::closing_minor.assume_not_null()))
        .load(conn)?)
}

/// The statement of an account that begins first behind the end of one, held; nothing where it is closed.
pub(crate) fn following(conn: &mut Conn, row: &StatementRow) -> Result<Option<StatementRow>, Error> {
    let Some(until) = row.until_on else { return Ok(None) };
    let next: Option<StatementId> = statements::table
        .filter(statements::organisation_id.eq(row.organisation_id))
        .filter(statements::account.eq(&row.account))
        .filter(statements::currency.eq(row.currency))
        .filter(statements::until_on.ge(until))
        .filter(statements::from_on.ge(until))
        .filter(statements::statement_id.ne(row.statement_id))
        .filter(statements::status.ne(READING))
        .filter(statements::opening_minor.is_not_null())
        .order((statements::until_on.asc(), statements::statement_id.asc()))
        .select(statements::statement_id)
        .first(conn)
        .optional()?;
    let Some(next) = next else { return Ok(None) };
    Ok(lock_statement(conn, row.organisation_id, next)?.filter(|next| next.status == "open"))
}

/// Whether there is a statement of this number and end: an empty day that was brought in before.
pub(crate) fn is_known(conn: &mut Conn, row: &StatementRow) -> Result<bool, Error> {
    let Some(until) = row.until_on else { return Ok(false) };
    let mut same = statements::table
        .filter(statements::organisation_id.eq(row.organisation_id))
        .filter(statements::account.eq(&row.account))
        .filter(statements::currency.eq(row.currency))
        .filter(statements::until_on.eq(until))
        .filter(statements::status.ne(READING))
        .select(statements::statement_id)
        .into_boxed();
    same = match &row.number {
        Some(number) => same.filter(statements::number.eq(number)),
        None => same.filter(statements::number.is_null()),
    };
    let found: Vec<StatementId> = same.limit(1).load(conn)?;
    Ok(!found.is_empty())
}

/// Which statements.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Which {
    /// Code of the account in the books.
    pub account: Option<String>,
    /// SHA-256 of the file, in small hexadecimal digits.
    pub sha256: Option<String>,
}

/// A part of the statements, the newest brought in first.
pub(crate) fn list_statements(
    conn: &mut Conn,
    organisation: OrganisationId,
    which: &Which,
    part: &Part,
) -> Result<Vec<StatementRow>, Error> {
    let mut query = statements::table
        .filter(statements::organisation_id.eq(organisation))
        .filter(statements::status.ne(READING))
        .select(StatementRow::as_select())
        .limit(part.limit)
        .into_boxed();
    if let Some(account) = &which.account {
        query = query.filter(statements::account.eq(account.clone()));
    }
    if let Some(sha256) = &which.sha256 {
        query = query.filter(statements::file_sha256.eq(sha256.clone()));
    }
    Ok(part.in_order(by_id!(query, part, statements::statement_id).load(conn)?))
}

/// Rows as the bank wrote them, sealed.
#[derive(Debug, Insertable, Queryable, Selectable)]
#[diesel(table_name = statement_pages, treat_none_as_default_value = false)]
pub(crate) struct PageRow {
    pub organisation_id: OrganisationId,
    pub statement_id: StatementId,
    /// The first of its lines.
    pub line_id: StatementLineId,
    /// [`crate::as_written::packed`], sealed.
    pub rows_sealed: Vec<u8>,
}

pub(crate) fn insert_page(conn: &mut Conn, row: &PageRow) -> Result<(), Error> {
    each!(conn, |c| diesel::insert_into(statement_pages::table).values(row).execute(c))?;
    Ok(())
}

/// The pages of a statement that begin with a line or before it, the last of them first; each by its first line.
pub(crate) fn pages_before(
    conn: &mut Conn,
    organisation: OrganisationId,
    (statement, line): (StatementId, StatementLineId),
) -> Result<Vec<StatementLineId>, Error> {
    Ok(statement_pages::table
        .filter(statement_pages::organisation_id.eq(organisation))
        .filter(statement_pages::statement_id.eq(statement))
        .filter(statement_pages::line_id.le(line))
        .order(statement_pages::line_id.desc())
        .select(statement_pages::line_id)
        .load(conn)?)
}

/// The sealed rows of a page.
pub(crate) fn page(
    conn: &mut Conn,
    organisation: OrganisationId,
    (statement, first): (StatementId, StatementLineId),
) -> Result<Vec<u8>, Error> {
    Ok(statement_pages::table
        .filter(statement_pages::organisation_id.eq(organisation))
        .filter(statement_pages::statement_id.eq(statement))
        .filter(statement_pages::line_id.eq(first))
        .select(statement_pages::rows_sealed)
        .get_result(conn)?)
}

/// Takes away up to so many rows of a statement that was never read to its end; whether any are left.
pub(crate) fn discard(
    conn: &mut Conn,
    organisation: OrganisationId,
    id: StatementId,
    limit: i64,
) -> Result<bool, Error> {
    let lines: Vec<StatementLineId> = statement_lines::table
        .filter(statement_lines::organisation_id.eq(organisation))
        .filter(statement_lines::statement_id.eq(id))
        .select(statement_lines::line_id)
        .limit(limit)
        .load(conn)?;
    if !lines.is_empty() {
        diesel::delete(statement_lines::table)
            .filter(statement_lines::organisation_id.eq(organisation))
            .filter(statement_lines::line_id.eq_any(&lines))
            .execute(conn)?;
        return Ok(true);
    }
    diesel::delete(statement_pages::table)
        .filter(statement_pages::organisation_id.eq(organisation))
        .filter(statement_pages::statement_id.eq(id))
        .execute(conn)?;
    diesel::delete(statements::table)
        .filter(statements::organisation_id.eq(organisation))
        .filter(statements::statement_id.eq(id))
        .filter(statements::status.eq(READING))
        .execute(conn)?;
    Ok(false)
}
