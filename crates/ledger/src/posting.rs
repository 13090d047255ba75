//! What other rooms call inside their transaction: post, take back, value.

use crate::queries::Held;
use crate::refused::entry_refused;
use crate::rules::chart::Chart;
use crate::rules::entry::{
    self, Accounts, Document, EntryDraft, EntryError, EntryKind, LineDraft, PeriodState, Standing,
};
use crate::rules::postings::Valued;
use crate::rules::rate::Quote;
use crate::store::{accounts, entries, held, periods, rates};
use ::store::{Books, Conn, Error, Part, Tx, books};
use kernel::id::{EntryId, OrganisationId};
use kernel::{Currency, Date, Decimal, Money, Refusal};
use std::collections::BTreeMap;

/// The chart an organisation keeps its books on.
pub fn chart(tx: &mut Tx<'_>) -> Result<Chart, Error> {
    chart_of(&*tx.books()?)
}

/// The chart that books are kept on.
pub fn chart_of(books: &Books) -> Result<Chart, Error> {
    Chart::by_name(&books.chart).ok_or_else(|| Error::Broken(format!("no such chart: {}", books.chart)))
}

/// Sets up the accounts of a new organisation. Its row names the chart already; periods come by themselves.
pub fn open_books(tx: &mut Tx<'_>, chart: Chart) -> Result<(), Error> {
    if tx.books()?.chart != chart.name() {
        return Err(Error::Broken(format!("the organisation is not on the chart {}", chart.name())));
    }
    let organisation = tx.organisation();
    accounts::insert_chart(tx.conn, organisation, chart)
}

/// Lets an entry into the books: its period is found (made at first use) and held until the transaction ends, the rules
/// check it, and it is kept with its lines.
///
/// A draft without lines is refused: where an event moves nothing, do not post. Refuses `period_closed`.
pub fn post(tx: &mut Tx<'_>, draft: EntryDraft, memo: &str) -> Result<EntryId, Error> {
    let books = tx.books()?;
    let period = periods::hold(tx, draft.date)?;
    let (organisation, date) = (tx.organisation(), draft.date);
    let accounts = accounts_of(tx.conn, organisation, chart_of(&books)?, &draft)?;
    let against = entry::Books { functional: books.currency, accounts: &accounts, period };
    let entry = entry::check(draft, against).map_err(|error| entry_refused(error, date, books.currency))?;
    let (id, at) = (tx.new_id(), tx.now());
    entries::insert(tx.conn, organisation, id, entry, memo, at)?;
    Ok(id)
}

/// The accounts that a draft names. Those of the chart are known; only codes beyond it are looked up.
fn accounts_of(
    conn: &mut Conn,
    organisation: OrganisationId,
    chart: Chart,
    draft: &EntryDraft,
) -> Result<Accounts, Error> {
    let mut known = BTreeMap::new();
    let mut others: Vec<&str> = Vec::new();
    for line in &draft.lines {
        match Standing::standard(chart, &line.account) {
            Some(standing) => drop(known.insert(line.account.clone(), standing)),
            None => others.push(&line.account),
        }
    }
    if !others.is_empty() {
        for (code, postable) in accounts::postable(conn, organisation, &others)? {
            let control = chart.nearest(&code).is_some_and(|account| account.control);
            let standing = match postable {
                false => Standing::NotPostable,
                true if control => Standing::Control,
                true => Standing::Postable,
            };
            known.insert(code, standing);
        }
    }
    Ok(Accounts(known))
}

/// The first day that somebody may write into the books: of the fiscal year in which they begin. What was before it was closed
/// elsewhere.
pub fn began(tx: &mut Tx<'_>) -> Result<Date, Error> {
    let (organisation, today) = (tx.organisation(), tx.today()?);
    began_by(tx.conn, organisation, today)
}

/// The same, for whoever looks on this day.
pub(crate) fn began_by(conn: &mut Conn, organisation: OrganisationId, today: Date) -> Result<Date, Error> {
    let first = periods::first(conn, organisation)?.map_or(today, |first| first.min(today));
    books::year_begins(conn, organisation, first)
}

/// Whether lines may be posted to an account.
pub fn takes_lines(tx: &mut Tx<'_>, code: &str) -> Result<bool, Error> {
    let (organisation, chart) = (tx.organisation(), chart(tx)?);
    may_take_lines(tx.conn, (organisation, chart), code)
}

/// [`takes_lines`] for whoever only reads.
pub fn may_take_lines(
    conn: &mut Conn,
    (organisation, chart): (OrganisationId, Chart),
    code: &str,
) -> Result<bool, Error> {
    if let Some(standing) = Standing::standard(chart, code) {
        return Ok(standing != Standing::NotPostable);
    }
    Ok(accounts::postable(conn, organisation, &[code])?.iter().any(|(_, postable)| *postable))
}

/// What an account has in a currency at the end of a day, and with all that is dated later. Nobody else posts to the account until
/// the transaction ends, so the two are of one moment and stay so. The period is held first, as by everybody who posts. Refuses
/// `period_closed`.
pub fn hold(tx: &mut Tx<'_>, account: &str, currency: Currency, on: Date) -> Result<Held, Error> {
    if periods::hold(tx, on)? != PeriodState::Open {
        return Err(entry_refused(EntryError::PeriodClosed, on, currency).into());
    }
    let organisation = tx.organisation();
    held::hold_account(tx.conn, organisation, account)?;
    let held = held::held(tx.conn, organisation, account, on)?.into_iter().find(|row| row.currency == currency);
    let money = |minor| Money::new(minor, currency);
    let (minor, in_all_minor) = held.map_or((0, 0), |row| (row.minor, row.in_all_minor));
    Ok(Held { by_then: money(minor), in_all: money(in_all_minor) })
}

/// Asked of the rooms above before somebody takes an entry back as if it had never been: [`unopposed`].
pub const TAKE_BACK: &str = "entry.take_back";

/// Refuses what a room above has against an entry being taken back by hand. What others tell (a cheque that bounced, a pay-out that the
/// bank sent back) is not asked about: it happened, and its reversal is a movement of its own.
pub fn unopposed(tx: &mut Tx<'_>, id: EntryId) -> Result<(), Error> {
    tx.unopposed(TAKE_BACK, id)
}

/// Takes an entry back in the way of the chart, dated `on`, which must lie in an open period. Refuses
/// `entry_already_reversed`.
pub fn reverse(tx: &mut Tx<'_>, id: EntryId, on: Date, memo: &str) -> Result<EntryId, Error> {
    let organisation = tx.organisation();
    let row = entries::lock(tx.conn, organisation, id)?.ok_or_else(|| Refusal::not_found("entry_not_found"))?;
    if !entries::reversals(tx.conn, organisation, &[id])?.is_empty() {
        return Err(Refusal::conflict("entry_already_reversed").into());
    }
    let (issued, books) = (entries::draft(tx.conn, &row)?, tx.books()?);
    let style = chart_of(&books)?.reversal_style();
    let back = entry::reversal(&issued, Some(id), on, style).map_err(|e| entry_refused(e, on, books.currency))?;
    post(tx, back, memo)
}

/// An entry as it was posted.
pub fn entry(tx: &mut Tx<'_>, id: EntryId) -> Result<EntryDraft, Error> {
    let organisation = tx.organisation();
    let row = entries::lock(tx.conn, organisation, id)?.ok_or_else(|| Refusal::not_found("entry_not_found"))?;
    entries::draft(tx.conn, &row)
}

/// An amount at the rate of a day. Refuses `exchange_rate_missing`.
pub fn value(tx: &mut Tx<'_>, money: Money, on: Date) -> Result<Valued, Error> {
    let functional = tx.books()?.currency;
    if money.currency() == functional {
        return Ok(Valued { money, functional_minor: money.minor() });
    }
    let organisation = tx.organisation();
    let rate = rate(tx.conn, organisation, money.currency(), functional, on)?.ok_or_else(|| {
        Refusal::conflict("exchange_rate_missing")
            .with("from", money.currency().code())
            .with("to", functional.code())
            .with("on", on)
    })?;
    Valued::at(money, rate, functional).map_err(|error| entry_refused(error, on, functional).into())
}

/// Units of `to` for one of `from` on a day; see [`quote`].
pub fn rate(
    conn: &mut Conn,
    organisation: OrganisationId,
    from: Currency,
    to: Currency,
    on: Date,
) -> Result<Option<Decimal>, Error> {
    Ok(quote(conn, organisation, (from, to), on)?.map(|quote| quote.rate))
}

/// Units of `to` for one of `from` on a day, and of which rates that was worked out: the newest one not after it that quotes the
/// two against each other, this way or the other (of two of one day the one that was quoted the asked way counts). Only where
/// there never was one, through the euro, for which the European Central Bank quotes all others: the newest day that has both.
/// `None` where there is no rate; 1 between a currency and itself.
pub fn quote(
    conn: &mut Conn,
    organisation: OrganisationId,
    (from, to): (Currency, Currency),
    on: Date,
) -> Result<Option<Quote>, Error> {
    if from == to {
        return Ok(Some(Quote::same()));
    }
    let asked = rates::newest(conn, organisation, (from, to), on)?;
    let other_way = rates::newest(conn, organisation, (to, from), on)?;
    let newest = match (asked, other_way) {
        (Some(asked), Some(other)) if other.valid_from > asked.valid_from => Some(other),
        (asked, other) => asked.or(other),
    };
    if let Some(newest) = newest {
        return Ok(Quote::direct(newest, from));
    }
    let through = rates::newest_through(conn, organisation, Currency::EUR, (from, to), on)?;
    Ok(through.and_then(|(from, to)| Quote::cross(from, to)))
}

/// An entry of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posted {
    pub id: EntryId,
    pub date: Date,
    pub kind: EntryKind,
    /// The entry that this one takes back.
    pub reverses: Option<EntryId>,
    /// The entry that took this one back.
    pub reversed_by: Option<EntryId>,
}

/// The entries of a document, oldest first.
pub fn entries_of(conn: &mut Conn, organisation: OrganisationId, document: Document) -> Result<Vec<Posted>, Error> {
    let filter = entries::EntryFilter { document: Some(document), ..Default::default() };
    let rows = entries::list(conn, organisation, &filter, &Part::newest::<()>(None, 1000))?;
    let ids: Vec<EntryId> = rows.iter().map(|row| row.entry_id).collect();
    let reversals = entries::reversals(conn, organisation, &ids)?;
    let mut posted = Vec::with_capacity(rows.len());
    for row in rows.into_iter().rev() {
        let reversed_by = reversals.iter().find(|(of, _)| *of == Some(row.entry_id)).map(|(_, by)| *by);
        let kind = row.kind()?;
        posted.push(Posted { id: row.entry_id, date: row.date.0, kind, reverses: row.reverses, reversed_by });
    }
    Ok(posted)
}

/// Every line of every entry of these documents, reversals too: what a sale and its credit notes come to.
pub fn lines_of(
    conn: &mut Conn,
    organisation: OrganisationId,
    documents: &[Document],
) -> Result<Vec<LineDraft>, Error> {
    let mut ids: Vec<EntryId> = Vec::new();
    for document in documents {
        let filter = entries::EntryFilter { document: Some(*document), ..Default::default() };
        ids.extend(
            entries::list(conn, organisation, &filter, &Part::newest::<()>(None, 1000))?.iter().map(|row| row.entry_id),
        );
    }
    entries::lines(conn, organisation, &ids)?.into_iter().map(entries::LineRow::draft).collect()
}

/// The newest entry of this kind of a document that was not taken back: what a void or a bounce reverses.
pub fn entry_of(
    conn: &mut Conn,
    organisation: OrganisationId,
    document: Document,
    kind: EntryKind,
) -> Result<Option<EntryId>, Error> {
    let posted = entries_of(conn, organisation, document)?;
    Ok(posted.into_iter().rev().find(|p| p.kind == kind && p.reversed_by.is_none()).map(|p| p.id))
}
