//! Rows of `statement_lines`.

use crate::proposal::Proposed;
use ::store::{Conn, Error, Part, by_id, each, for_update, in_parts};
use diesel::connection::DefaultLoadingMode;
use diesel::dsl::sql;
use diesel::sql_types::{BigInt, Bool, Text};
use diesel::{
    ExpressionMethods, Insertable, OptionalExtension, QueryDsl, Queryable, RunQueryDsl, Selectable, SelectableHelper,
};
use kernel::id::{OrganisationId, StatementId, StatementLineId};
use kernel::{Currency, Money};
use schema::types::Day;
use schema::{statement_lines, statements};
use std::borrow::Cow;

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = statement_lines, treat_none_as_default_value = false)]
pub(crate) struct LineRow {
    pub organisation_id: OrganisationId,
    pub line_id: StatementLineId,
    pub statement_id: StatementId,
    /// Where it stands in the file, counted as the reader of its format counts.
    pub place: i64,
    pub booked_on: Day,
    pub value_on: Option<Day>,
    /// In the statement's currency; money in above zero.
    pub amount_minor: i64,
    pub fingerprint: i64,
    /// Who paid, or was paid, as the bank has it.
    pub payer: Option<String>,
    /// Key of the account of whoever paid.
    pub payer_key: Option<i64>,
    pub reference: Option<String>,
    pub text: String,
    pub code: Option<String>,
    /// `open`, `matched`, `ignored`.
    pub state: Cow<'static, str>,
    pub tier: Option<Cow<'static, str>>,
    /// In thousandths.
    pub score: Option<i32>,
    /// [`Proposed::kept`].
    pub proposal: Option<Vec<u8>>,
}

impl LineRow {
    pub fn proposed(&self) -> Result<Proposed, Error> {
        Proposed::of_kept(self.proposal.as_deref())
    }
}

/// So many rows stand in one statement that stays prepared.
const TOGETHER: usize = 24;

pub(crate) fn insert_lines(conn: &mut Conn, rows: &[LineRow]) -> Result<(), Error> {
    each!(conn, |c| {
        let (together, single) = rows.as_chunks::<TOGETHER>();
        for some in together {
            diesel::insert_into(statement_lines::table).values(some).execute(c)?;
        }
        for row in single {
            diesel::insert_into(statement_lines::table).values(row).execute(c)?;
        }
        Ok::<(), diesel::result::Error>(())
    })?;
    Ok(())
}

/// By what a line that was kept is known again: day, amount, fingerprint, the payer's account, the numbers that were handed through.
pub(crate) type KnownLine = (StatementLineId, Day, i64, i64, Option<i64>, Option<String>);

/// Goes through what the lines of a statement are known by.
pub(crate) fn each_known(
    conn: &mut Conn,
    organisation: OrganisationId,
    statement: StatementId,
    mut take: impl FnMut(KnownLine),
) -> Result<(), Error> {
    let lines = statement_lines::table
        .filter(statement_lines::organisation_id.eq(organisation))
        .filter(statement_lines::statement_id.eq(statement))
        .select((
            statement_lines::line_id,
            statement_lines::booked_on,
            statement_lines::amount_minor,
            statement_lines::fingerprint,
            statement_lines::payer_key,
            statement_lines::reference,
        ));
    each!(conn, |c| {
        for row in lines.load_iter::<KnownLine, DefaultLoadingMode>(c)? {
            take(row?);
        }
        Ok::<(), diesel::result::Error>(())
    })?;
    Ok(())
}

/// A line, whatever its statement.
pub(crate) fn line(
    conn: &mut Conn,
    organisation: OrganisationId,
    id: StatementLineId,
) -> Result<Option<LineRow>, Error> {
    Ok(statement_lines::table
        .filter(statement_lines::organisation_id.eq(organisation))
        .filter(statement_lines::line_id.eq(id))
        .select(LineRow::as_select())
        .get_result(conn)
        .optional()?)
}

/// Lines, held in the order of their ids until the transaction ends.
pub(crate) fn lock_lines(
    conn: &mut Conn,
    organisation: OrganisationId,
    ids: &[StatementLineId],
) -> Result<Vec<LineRow>, Error> {
    let mut ids = ids.to_vec();
    ids.sort_unstable();
    let mut found = Vec::with_capacity(ids.len());
    // One by one, by a statement that stays prepared: most matches have one line.
    for id in ids {
        let lines: Vec<LineRow> = for_update!(
            conn,
            statement_lines::table
                .filter(statement_lines::organisation_id.eq(organisation))
                .filter(statement_lines::line_id.eq(id))
                .select(LineRow::as_select())
        )?;
        found.extend(lines);
    }
    Ok(found)
}

pub(crate) fn set_state(
    conn: &mut Conn,
    organisation: OrganisationId,
    ids: &[StatementLineId],
    state: &str,
) -> Result<(), Error> {
    for id in ids {
        diesel::update(statement_lines::table)
            .filter(statement_lines::organisation_id.eq(organisation))
            .filter(statement_lines::line_id.eq(id))
            .set(statement_lines::state.eq(state))
            .execute(conn)?;
    }
    Ok(())
}

/// Keeps what is proposed for a line that is not matched: tier and score of the best, in thousandths, and the proposal.
pub(crate) fn set_proposal(
    conn: &mut Conn,
    organisation: OrganisationId,
    id: StatementLineId,
    best: Option<(&str, u16)>,
    proposal: Option<&[u8]>,
) -> Result<usize, Error> {
    let (tier, score) = best.map(|(tier, score)| (tier, i32::from(score))).unzip();
    Ok(diesel::update(statement_lines::table)
        .filter(statement_lines::organisation_id.eq(organisation))
        .filter(statement_lines::line_id.eq(id))
        .filter(statement_lines::state.ne("matched"))
        .set((statement_lines::tier.eq(tier), statement_lines::score.eq(score), statement_lines::proposal.eq(proposal)))
        .execute(conn)?)
}

/// Open lines of an account in a currency, those of the newest statements first.
pub(crate) fn lines_left(
    conn: &mut Conn,
    organisation: OrganisationId,
    (account, currency): (&str, Currency),
    most: usize,
) -> Result<Vec<LineRow>, Error> {
    let own: Vec<StatementId> = statements::table
        .filter(statements::organisation_id.eq(organisation))
        .filter(statements::account.eq(account))
        .filter(statements::currency.eq(currency))
        .filter(statements::status.eq("open"))
        .order((statements::until_on.desc(), statements::statement_id.desc()))
        .select(statements::statement_id)
        .load(conn)?;
    let mut found: Vec<LineRow> = Vec::new();
    for id in own {
        let left = i64::try_from(most.saturating_sub(found.len())).unwrap_or(i64::MAX);
        if left == 0 {
            break;
        }
        found.extend(
            statement_lines::table
                .filter(statement_lines::organisation_id.eq(organisation))
                .filter(statement_lines::statement_id.eq(id))
                .filter(statement_lines::state.eq("open"))
                .order(statement_lines::line_id.asc())
                .limit(left)
                .select(LineRow::as_select())
                .load::<LineRow>(conn)?,
        );
    }
    Ok(found)
}

/// Which lines of a statement.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// `open`, `matched`, `ignored`.
    pub state: Option<String>,
    pub tier: Option<String>,
    /// Words that stand in its text, its reference or the payer's name.
    pub words: String,
    /// What the words are as an amount, in or out, in minor units.
    pub minor: Option<i64>,
    /// None but these, where it says so.
    pub lines: Option<Vec<StatementLineId>>,
}

impl Filter {
    /// Looks for words; what reads as an amount of `currency` finds lines of that amount too.
    pub fn with_words(mut self, words: &str, currency: Currency) -> Filter {
        self.words = words.trim().chars().take(100).collect();
        let amount = Money::parse(&self.words.replace([',', '-', '−'], ""), currency);
        self.minor = amount.ok().map(|amount| amount.minor());
        self
    }
}

/// How the words stand in a column, as `LIKE … ESCAPE '\\'` reads them.
pub(super) fn pattern(words: &str) -> String {
    let escaped = words.to_lowercase().replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    format!("%{escaped}%")
}

/// Keeps of a boxed statement about `statement_lines` what a [`Filter`] lets through.
macro_rules! narrowed {
    ($query:expr, $filter:expr) => {{
        let mut query = $query;
        if let Some(state) = &$filter.state {
            query = query.filter(statement_lines::state.eq(state.clone()));
        }
        if let Some(tier) = &$filter.tier {
            query = query.filter(statement_lines::tier.eq(tier.clone()));
        }
        if let Some(lines) = &$filter.lines {
            query = query.filter(statement_lines::line_id.eq_any(lines.clone()));
        }
        if !$filter.words.is_empty() {
            let like = pattern(&$filter.words);
            let said = sql::<Bool>("(LOWER(statement_lines.text) LIKE ").bind::<Text, _>(like.clone());
            let said = said.sql(" ESCAPE '\\' OR LOWER(statement_lines.payer) LIKE ").bind::<Text, _>(like.clone());
            let said = said.sql(" ESCAPE '\\' OR LOWER(statement_lines.reference) LIKE ").bind::<Text, _>(like);
            let said = said.sql(" ESCAPE '\\' OR ABS(statement_lines.amount_minor) = ");
            // No line moves so much, and none moves nothing.
            query = query.filter(said.bind::<BigInt, _>($filter.minor.unwrap_or(-1)).sql(")"));
        }
        query
    }};
}

/// A part of the lines of a statement, in the order of the file.
pub(crate) fn list_lines(
    conn: &mut Conn,
    organisation: OrganisationId,
    statement: StatementId,
    filter: &Filter,
    part: &Part,
) -> Result<Vec<LineRow>, Error> {
    let query = statement_lines::table
        .filter(statement_lines::organisation_id.eq(organisation))
        .filter(statement_lines::statement_id.eq(statement))
        .select(LineRow::as_select())
        .limit(part.limit)
        .into_boxed();
    let query = narrowed!(query, filter);
    Ok(part.in_order(by_id!(query, part, statement_lines::line_id).load(conn)?))
}

/// The last line of the page before the one that a line is on, of pages of so many lines, and how many lines stand up to it; nothing
/// where the line is on the first.
pub(crate) fn page_before(
    conn: &mut Conn,
    organisation: OrganisationId,
    (statement, filter): (StatementId, &Filter),
    (line, size): (StatementLineId, i64),
) -> Result<Option<(StatementLineId, i64)>, Error> {
    let own = || {
        let of = statement_lines::table.filter(statement_lines::organisation_id.eq(organisation));
        of.filter(statement_lines::statement_id.eq(statement))
    };
    let before = own().filter(statement_lines::line_id.lt(line)).select(diesel::dsl::count_star()).into_boxed();
    let before: i64 = narrowed!(before, filter).get_result(conn)?;
    let passed = before - before % size.max(1);
    if passed == 0 {
        return Ok(None);
    }
    let last = own().order(statement_lines::line_id.asc()).select(statement_lines::line_id).into_boxed();
    let last = narrowed!(last, filter).offset(passed - 1).limit(1).get_result(conn).optional()?;
    Ok(last.map(|last| (last, passed)))
}

/// How many lines of a statement are in each state, of those that a filter lets through.
pub(crate) fn count_states(
    conn: &mut Conn,
    organisation: OrganisationId,
    statement: StatementId,
    filter: &Filter,
) -> Result<Vec<(String, i64)>, Error> {
    let query = statement_lines::table
        .filter(statement_lines::organisation_id.eq(organisation))
        .filter(statement_lines::statement_id.eq(statement))
        .group_by(statement_lines::state)
        .select((statement_lines::state, diesel::dsl::count_star()))
        .into_boxed();
    Ok(narrowed!(query, filter).load(conn)?)
}

/// How many lines of a statement are in a state and a tier, and what they come to.
#[derive(Debug, Clone, Queryable)]
pub(crate) struct Standing {
    pub state: Cow<'static, str>,
    pub tier: Option<Cow<'static, str>>,
    pub lines: i64,
    /// What came in, in minor units.
    pub in_minor: i64,
    /// What went out, above zero.
    pub out_minor: i64,
}

/// How the lines of a statement stand.
pub(crate) fn standings(
    conn: &mut Conn,
    organisation: OrganisationId,
    statement: StatementId,
) -> Result<Vec<Standing>, Error> {
    const IN: &str = "CAST(SUM(CASE WHEN amount_minor > 0 THEN amount_minor ELSE 0 END) AS BIGINT)";
    const OUT: &str = "CAST(SUM(CASE WHEN amount_minor < 0 THEN -amount_minor ELSE 0 END) AS BIGINT)";
    Ok(statement_lines::table
        .filter(statement_lines::organisation_id.eq(organisation))
        .filter(statement_lines::statement_id.eq(statement))
        .group_by((statement_lines::state, statement_lines::tier))
        .select((
            statement_lines::state,
            statement_lines::tier,
            diesel::dsl::count_star(),
            sql::<BigInt>(IN),
            sql::<BigInt>(OUT),
        ))
        .load(conn)?)
}

/// How many lines of these statements are open; statements that have none are left out.
pub(crate) fn count_open(
    conn: &mut Conn,
    organisation: OrganisationId,
    statements: &[StatementId],
) -> Result<Vec<(StatementId, i64)>, Error> {
    Ok(in_parts(statements, |some| {
        statement_lines::table
            .filter(statement_lines::organisation_id.eq(organisation))
            .filter(statement_lines::statement_id.eq_any(some))
            .filter(statement_lines::state.eq("open"))
            .group_by(statement_lines::statement_id)
            .select((statement_lines::statement_id, diesel::dsl::count_star()))
            .load(conn)
    })?)
}
