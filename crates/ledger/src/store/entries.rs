//! Journal entries and their lines. Appended only.

use crate::rules::chart::Side;
use crate::rules::entry::{Balanced, Document, EntryDraft, EntryKind, LineDraft};
use diesel::{
    BoolExpressionMethods, ExpressionMethods, Insertable, OptionalExtension, QueryDsl, Queryable, QueryableByName,
    RunQueryDsl, Selectable, SelectableHelper,
};
use kernel::id::{CustomerId, EntryId, OpenItemId, OrganisationId};
use kernel::{Bug, Currency, Date, Money, Timestamp, is_planted};
use schema::types::{At, Day, IdSql, InstantSql};
use schema::{journal_entries, journal_lines, journal_tail};
use store::{Conn, Error, Part, by_id, each, for_update, in_parts, insert_rows};

/// A row of `journal_entries`.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = journal_entries, treat_none_as_default_value = false)]
pub(crate) struct EntryRow {
    pub organisation_id: OrganisationId,
    pub entry_id: EntryId,
    pub date: Day,
    pub kind: String,
    /// Prefix of the document's id.
    pub document_kind: Option<String>,
    pub document_id: Option<OpenItemId>,
    pub memo: String,
    pub reverses: Option<EntryId>,
    pub posted_at: At,
}

/// A row of `journal_lines`.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = journal_lines, treat_none_as_default_value = false)]
pub(crate) struct LineRow {
    pub organisation_id: OrganisationId,
    pub entry_id: EntryId,
    pub line: i32,
    pub date: Day,
    pub account: String,
    pub side: String,
    pub currency: Currency,
    pub original_minor: i64,
    pub functional_minor: i64,
    pub party_id: Option<CustomerId>,
    pub tax_code: Option<String>,
    pub cash_flow_line: Option<i32>,
}

impl EntryRow {
    pub(crate) fn document(&self) -> Option<Document> {
        Document::of(self.document_kind.as_deref()?, self.document_id?)
    }

    pub(crate) fn kind(&self) -> Result<EntryKind, Error> {
        EntryKind::by_name(&self.kind).ok_or_else(|| Error::Broken(format!("kind of entry {}", self.entry_id)))
    }
}

impl LineRow {
    pub(crate) fn draft(self) -> Result<LineDraft, Error> {
        Ok(LineDraft {
            side: Side::by_name(&self.side).ok_or_else(|| Error::Broken(format!("side in entry {}", self.entry_id)))?,
            account: self.account,
            original: Money::new(self.original_minor, self.currency),
            functional_minor: self.functional_minor,
            party: self.party_id,
            tax_code: self.tax_code,
            cash_flow_line: self.cash_flow_line.and_then(|line| u8::try_from(line).ok()),
        })
    }
}

/// Appends an entry: the entry, its lines, and its place in the tail of what is not rolled up yet.
pub(crate) fn insert(
    conn: &mut Conn,
    organisation: OrganisationId,
    id: EntryId,
    entry: Balanced,
    memo: &str,
    at: Timestamp,
) -> Result<(), Error> {
    let draft = entry.into_draft();
    let date = Day(draft.date);
    let row = EntryRow {
        organisation_id: organisation,
        entry_id: id,
        date,
        kind: draft.kind.name().to_owned(),
        document_kind: draft.document.map(|d| d.prefix().to_owned()),
        document_id: draft.document.map(Document::id),
        memo: memo.to_owned(),
        reverses: draft.reverses,
        posted_at: At(at),
    };
    let mut lines: Vec<LineRow> = draft
        .lines
        .into_iter()
        .zip(0_i32..)
        .map(|(line, number)| LineRow {
            organisation_id: organisation,
            entry_id: id,
            line: number,
            date,
            account: line.account,
            side: line.side.name().to_owned(),
            currency: line.original.currency(),
            original_minor: line.original.minor(),
            functional_minor: line.functional_minor,
            party_id: line.party,
            tax_code: line.tax_code,
            cash_flow_line: line.cash_flow_line.map(i32::from),
        })
        .collect();
    if draft.kind == EntryKind::Fee && is_planted(Bug::HalfAnEntry) {
        lines.truncate(1);
    }
    each!(conn, |c| diesel::insert_into(journal_entries::table).values(&row).execute(c))?;
    insert_rows!(conn, journal_lines::table, lines)?;
    each!(conn, |c| diesel::insert_into(journal_tail::table)
        .values((journal_tail::organisation_id.eq(organisation), journal_tail::entry_id.eq(id)))
        .execute(c))?;
    Ok(())
}

pub(crate) fn find(conn: &mut Conn, organisation: OrganisationId, id: EntryId) -> Result<Option<EntryRow>, Error> {
    Ok(journal_entries::table
        .filter(journal_entries::organisation_id.eq(organisation))
        .filter(journal_entries::entry_id.eq(id))
        .select(EntryRow::as_select())
        .get_result(conn)
        .optional()?)
}

/// Finds an entry and holds it, so that it is reversed only once.
pub(crate) fn lock(conn: &mut Conn, organisation: OrganisationId, id: EntryId) -> Result<Option<EntryRow>, Error> {
    let rows: Vec<EntryRow> = for_update!(
        conn,
        journal_entries::table
            .filter(journal_entries::organisation_id.eq(organisation))
            .filter(journal_entries::entry_id.eq(id))
            .select(EntryRow::as_select())
    )?;
    Ok(rows.into_iter().next())
}

/// The entries that take one of these back: (taken back, by).
pub(crate) fn reversals(
    conn: &mut Conn,
    organisation: OrganisationId,
    ids: &[EntryId],
) -> Result<Vec<(Option<EntryId>, EntryId)>, Error> {
    Ok(in_parts(ids, |some| {
        journal_entries::table
            .filter(journal_entries::organisation_id.eq(organisation))
            .filter(journal_entries::reverses.eq_any(some))
            .select((journal_entries::reverses, journal_entries::entry_id))
            .load(conn)
    })?)
}

/// The lines of these entries, by entry and line.
pub(crate) fn lines(conn: &mut Conn, organisation: OrganisationId, ids: &[EntryId]) -> Result<Vec<LineRow>, Error> {
    Ok(in_parts(ids, |some| {
        journal_lines::table
            .filter(journal_lines::organisation_id.eq(organisation))
            .filter(journal_lines::entry_id.eq_any(some))
            .order((journal_lines::entry_id.asc(), journal_lines::line.asc()))
            .select(LineRow::as_select())
            .load(conn)
    })?)
}

/// The entry as it was let in, to be taken back. Currencies need not balance again: they were checked then.
pub(crate) fn draft(conn: &mut Conn, row: &EntryRow) -> Result<EntryDraft, Error> {
    let lines = lines(conn, row.organisation_id, &[row.entry_id])?;
    Ok(EntryDraft {
        date: row.date.0,
        kind: row.kind()?,
        document: row.document(),
        reverses: row.reverses,
        exchange: true,
        lines: lines.into_iter().map(LineRow::draft).collect::<Result<_, _>>()?,
    })
}

/// Which entries a list shows.
#[derive(Debug, Clone, Default)]
pub struct EntryFilter {
    pub document: Option<Document>,
    /// Entries with a line on this account.
    pub account: Option<String>,
    pub from: Option<Date>,
    pub to: Option<Date>,
}

/// Up to `limit` entries before `before`, newest first.
pub(crate) fn list(
    conn: &mut Conn,
    organisation: OrganisationId,
    filter: &EntryFilter,
    part: &Part,
) -> Result<Vec<EntryRow>, Error> {
    let mut query = journal_entries::table
        .filter(journal_entries::organisation_id.eq(organisation))
        .select(EntryRow::as_select())
        .limit(part.limit)
        .into_boxed();
    if let Some(document) = filter.document {
        query = query.filter(journal_entries::document_id.eq(document.id::<kernel::id::OpenItem>()));
    }
    if let Some(from) = filter.from {
        query = query.filter(journal_entries::date.ge(Day(from)));
    }
    if let Some(to) = filter.to {
        query = query.filter(journal_entries::date.le(Day(to)));
    }
    if let Some(account) = &filter.account {
        query = query.filter(diesel::dsl::exists(
            journal_lines::table
                .filter(journal_lines::organisation_id.eq(journal_entries::organisation_id))
                .filter(journal_lines::entry_id.eq(journal_entries::entry_id))
                .filter(journal_lines::account.eq(account.clone())),
        ));
    }
    Ok(part.in_order(by_id!(query, part, journal_entries::entry_id).load(conn)?))
}

/// Up to `limit` entries behind `after`, by date and in the order of posting.
pub(crate) fn in_order(
    conn: &mut Conn,
    organisation: OrganisationId,
    filter: &EntryFilter,
    after: Option<(Date, EntryId)>,
    limit: i64,
) -> Result<Vec<EntryRow>, Error> {
    let mut query = journal_entries::table
        .filter(journal_entries::organisation_id.eq(organisation))
        .select(EntryRow::as_select())
        .order((journal_entries::date.asc(), journal_entries::entry_id.asc()))
        .limit(limit)
        .into_boxed();
    if let Some((date, id)) = after {
        let same_day = journal_entries::date.eq(Day(date)).and(journal_entries::entry_id.gt(id));
        query = query.filter(journal_entries::date.gt(Day(date)).or(same_day));
    }
    if let Some(from) = filter.from {
        query = query.filter(journal_entries::date.ge(Day(from)));
    }
    if let Some(to) = filter.to {
        query = query.filter(journal_entries::date.le(Day(to)));
    }
    Ok(query.load(conn)?)
}

/// An entry whose command left nothing in the trail.
#[derive(Debug, QueryableByName)]
struct Unaudited {
    #[diesel(sql_type = IdSql)]
    entry_id: EntryId,
    #[diesel(sql_type = InstantSql)]
    posted_at: At,
}

/// Entries posted at instants at which no command left a row in the trail, and when; at most 200.
pub(crate) fn unaudited(conn: &mut Conn, organisation: OrganisationId) -> Result<Vec<(EntryId, Timestamp)>, Error> {
    const SQL: &str = "SELECT e.entry_id, e.posted_at FROM journal_entries e LEFT JOIN \
            (SELECT DISTINCT created_at FROM audit_rows WHERE organisation_id = $1) a ON a.created_at = e.posted_at \
        WHERE e.organisation_id = $1 AND a.created_at IS NULL ORDER BY e.entry_id LIMIT 200";
    let rows: Vec<Unaudited> = diesel::sql_query(SQL).bind::<IdSql, _>(organisation).load(conn)?;
    Ok(rows.into_iter().map(|row| (row.entry_id, row.posted_at.0)).collect())
}
