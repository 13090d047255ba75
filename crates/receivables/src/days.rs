//! Sums by day in the books' currency: what is open and due, what was received. Pages with their figures read a row a day in the
//! place of every document.
//!
//! Whatever changes a sum writes a row of its own, so that no two payments wait for each other; behind them a job adds the rows
//! of a day up into one. The sum of all rows of a day is right at every moment.

use crate::store::{self, DayRow};
use ::store::{Conn, Error, Tx};
use kernel::Date;
use kernel::id::{DayChangeId, OrganisationId};
use schema::types::Day;
use std::collections::BTreeMap;

/// Before all that is written down.
const BEGINNING: Date = Date::constant(1, 1, 1);

/// What is added up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DaySum {
    /// What is open of debits, on the day on which the next of it is due.
    Due,
    /// Payments received, on the day on which they were.
    Received,
}

impl DaySum {
    /// How rows name it.
    pub const fn name(self) -> &'static str {
        match self {
            DaySum::Due => "due",
            DaySum::Received => "received",
        }
    }
}

/// Book value in minor units of the organisation's currency, and the number of documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct OnDay {
    pub functional_minor: i64,
    pub documents: i64,
}

impl OnDay {
    /// A document that counts where something of it is open.
    pub(crate) fn of(open_minor: i64, functional_minor: i64) -> OnDay {
        OnDay { functional_minor, documents: i64::from(open_minor != 0) }
    }

    fn less(self, other: OnDay) -> OnDay {
        OnDay {
            functional_minor: self.functional_minor - other.functional_minor,
            documents: self.documents - other.documents,
        }
    }
}

/// What a command changes of sums, written down at its end by one statement.
#[derive(Debug, Default)]
pub(crate) struct Changes(Vec<(DaySum, Date, OnDay)>);

impl Changes {
    /// Adds to the sum of a day.
    pub fn add(&mut self, sum: DaySum, on: Date, by: OnDay) {
        if by != OnDay::default() {
            self.0.push((sum, on, by));
        }
    }

    /// Moves what an item is in the sums of what is due, from its day before to its day after.
    pub fn shift(&mut self, before: (Option<Date>, OnDay), after: (Option<Date>, OnDay)) {
        if let (Some(from), Some(to)) = (before.0, after.0)
            && from == to
        {
            return self.add(DaySum::Due, to, after.1.less(before.1));
        }
        if let (Some(from), was) = before {
            self.add(DaySum::Due, from, OnDay::default().less(was));
        }
        if let (Some(to), is) = after {
            self.add(DaySum::Due, to, is);
        }
    }

    /// Writes them down.
    pub fn keep(self, tx: &mut Tx<'_>) -> Result<(), Error> {
        let row = |(sum, on, by): (DaySum, Date, OnDay)| DayRow {
            organisation_id: tx.organisation(),
            kind: sum.name().to_owned(),
            day: Day(on),
            change_id: tx.new_id(),
            functional_minor: by.functional_minor,
            documents: by.documents,
        };
        let rows: Vec<DayRow> = self.0.into_iter().map(row).collect();
        store::insert_days(tx.conn, &rows)
    }
}

/// Takes a payment out of what was received on a day. It came in by [`crate::receive`].
pub fn not_received(tx: &mut Tx<'_>, on: Date, functional_minor: i64) -> Result<(), Error> {
    let mut days = Changes::default();
    days.add(DaySum::Received, on, OnDay { functional_minor: -functional_minor, documents: -1 });
    days.keep(tx)
}

/// The sums by day, earliest first, from a day on or all of them; days that come to nothing are left out.
pub fn by_day(
    conn: &mut Conn,
    organisation: OrganisationId,
    sum: DaySum,
    from: Option<Date>,
) -> Result<BTreeMap<Date, OnDay>, Error> {
    let rows = store::day_sums(conn, organisation, sum.name(), from.unwrap_or(BEGINNING))?;
    let on_day = |(day, functional_minor, documents): (Day, i64, i64)| (day.0, OnDay { functional_minor, documents });
    Ok(rows.into_iter().map(on_day).filter(|(_, sum)| *sum != OnDay::default()).collect())
}

/// Rows of one day that are not added up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loose {
    organisation: OrganisationId,
    kind: String,
    day: Day,
    last: DayChangeId,
}

/// Up to `limit` rows that are not added up, by their days; and how many they are.
pub fn loose(conn: &mut Conn, limit: i64) -> Result<(Vec<Loose>, i64), Error> {
    let rows = store::loose_days(conn, limit)?;
    let count = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    let mut days: BTreeMap<_, DayChangeId> = BTreeMap::new();
    for (organisation, kind, day, change) in rows {
        let last = days.entry((organisation, kind, day.0)).or_insert(change);
        *last = change.max(*last);
    }
    let days = days.into_iter();
    let loose = days.map(|((organisation, kind, day), last)| Loose { organisation, kind, day: Day(day), last });
    Ok((loose.collect(), count))
}

/// Adds them up, each day's into one row. A job runs it within [`::store::App::maintain`].
pub fn add_up(conn: &mut Conn, days: &[Loose]) -> Result<(), Error> {
    for day in days {
        // What is taken out is what is added, whoever writes or adds up beside us.
        let taken = store::take_days(conn, day.organisation, &day.kind, day.day, day.last)?;
        let functional_minor = taken.iter().map(|row| row.0).sum();
        let documents = taken.iter().map(|row| row.1).sum();
        let row = DayRow {
            organisation_id: day.organisation,
            kind: day.kind.clone(),
            day: day.day,
            change_id: DayChangeId::NIL,
            functional_minor,
            documents,
        };
        store::raise_day(conn, &row)?;
    }
    Ok(())
}
