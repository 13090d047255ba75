//! Lines of one account in the order of the general ledger: date, entry, line.

use super::entries::{EntryRow, LineRow};
use crate::queries::Place;
use diesel::{BoolExpressionMethods, ExpressionMethods, JoinOnDsl, QueryDsl, RunQueryDsl, SelectableHelper};
use kernel::id::OrganisationId;
use kernel::{Currency, Date};
use schema::types::Day;
use schema::{journal_entries, journal_lines};
use store::{Conn, Error, total};

/// Up to `limit` lines of these accounts between two days behind `after`, with their entries.
pub(crate) fn page(
    conn: &mut Conn,
    organisation: OrganisationId,
    accounts: &[String],
    (from, to): (Date, Date),
    after: Option<Place>,
    limit: i64,
) -> Result<Vec<(EntryRow, LineRow)>, Error> {
    let same = journal_entries::organisation_id
        .eq(journal_lines::organisation_id)
        .and(journal_entries::entry_id.eq(journal_lines::entry_id));
    let mut query = journal_lines::table
        .inner_join(journal_entries::table.on(same))
        .filter(journal_lines::organisation_id.eq(organisation))
        .filter(journal_lines::date.ge(Day(from)))
        .filter(journal_lines::date.le(Day(to)))
        .select((EntryRow::as_select(), LineRow::as_select()))
        .order((journal_lines::date.asc(), journal_lines::entry_id.asc(), journal_lines::line.asc()))
        .limit(limit)
        .into_boxed();
    query = match accounts {
        // One is read in the order of its index.
        [one] => query.filter(journal_lines::account.eq(one.clone())),
        all => query.filter(journal_lines::account.eq_any(all.to_vec())),
    };
    if let Some(place) = after {
        let later = journal_lines::date.gt(Day(place.date)).or(journal_lines::date.eq(Day(place.date)).and(
            journal_lines::entry_id
                .gt(place.entry)
                .or(journal_lines::entry_id.eq(place.entry).and(journal_lines::line.gt(place.line))),
        ));
        query = query.filter(later);
    }
    Ok(query.load(conn)?)
}

/// What moved from a day up to and with a line, debit positive.
pub(crate) fn moved_up_to(
    conn: &mut Conn,
    organisation: OrganisationId,
    accounts: &[String],
    from: Date,
    place: Place,
) -> Result<i64, Error> {
    let earlier = journal_lines::date.lt(Day(place.date)).or(journal_lines::date.eq(Day(place.date)).and(
        journal_lines::entry_id
            .lt(place.entry)
            .or(journal_lines::entry_id.eq(place.entry).and(journal_lines::line.le(place.line))),
    ));
    let sides: Vec<(String, i64)> = journal_lines::table
        .filter(journal_lines::organisation_id.eq(organisation))
        .filter(journal_lines::account.eq_any(accounts.to_vec()))
        .filter(journal_lines::date.ge(Day(from)))
        .filter(earlier)
        .group_by(journal_lines::side)
        .select((journal_lines::side, total(journal_lines::functional_minor)))
        .load(conn)?;
    Ok(sides.into_iter().map(|(side, minor)| if side == "debit" { minor } else { -minor }).sum())
}

/// Every currency that lines are in.
pub(crate) fn currencies(conn: &mut Conn, organisation: OrganisationId) -> Result<Vec<Currency>, Error> {
    Ok(journal_lines::table
        .filter(journal_lines::organisation_id.eq(organisation))
        .select(journal_lines::currency)
        .distinct()
        .order(journal_lines::currency.asc())
        .load(conn)?)
}
