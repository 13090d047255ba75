//! Items that are due in parts: few of many, each part counted on its own day.

use crate::days::{self, DaySum, OnDay};
use crate::items::OpenItem;
use crate::rules::schedule::{self, Part, next_due, schedule};
use crate::store::{self, Change, Group, InParts};
use ::store::{Conn, Error, Tx};
use kernel::Date;
use kernel::id::{CustomerId, OpenItemId, OrganisationId};
use schema::types::Day;
use std::collections::BTreeMap;

/// Notes when the next part of each of these items is due, now that so much left them; they are as they were locked. Asks
/// nothing of the database where all are due at once, as most are. Returns the new days.
pub(crate) fn reschedule(
    tx: &mut Tx<'_>,
    items: &[OpenItem],
    changes: &[Change],
) -> Result<BTreeMap<OpenItemId, Date>, Error> {
    let mut moved = BTreeMap::new();
    let items: Vec<&OpenItem> = items.iter().filter(|item| item.final_due_on.is_some()).collect();
    if items.is_empty() {
        return Ok(moved);
    }
    let organisation = tx.organisation();
    let ids: Vec<OpenItemId> = items.iter().map(|item| item.id).collect();
    let parts = store::parts_of(tx.conn, organisation, &ids)?;
    for item in items {
        let lowered: i64 = changes.iter().filter(|change| change.item == item.id).map(|change| change.minor).sum();
        let own = parts.get(&item.id).map_or(&[][..], Vec::as_slice);
        let next = next_due(&schedule(item.amount.minor(), item.open.minor() - lowered, own));
        if let Some(due_on) = next.filter(|_| next != item.due_on) {
            store::set_due(tx.conn, organisation, item.id, due_on)?;
            moved.insert(item.id, due_on);
        }
    }
    Ok(moved)
}

/// What is open by customer, currency, kind and day.
pub(crate) fn open_groups(
    conn: &mut Conn,
    organisation: OrganisationId,
    customer: Option<CustomerId>,
) -> Result<Vec<Group>, Error> {
    let groups = store::open_groups(conn, organisation, customer)?;
    let items = store::in_parts(conn, organisation, customer)?;
    spread(conn, organisation, groups, items)
}

/// What was open by customer, currency, kind and day at the end of a day.
pub(crate) fn open_groups_at(conn: &mut Conn, organisation: OrganisationId, day: Date) -> Result<Vec<Group>, Error> {
    let groups = store::open_groups_at(conn, organisation, day)?;
    let items = store::in_parts_at(conn, organisation, day)?;
    spread(conn, organisation, groups, items)
}

/// Moves what sums count of an item on one day to the days of its parts.
fn spread(
    conn: &mut Conn,
    organisation: OrganisationId,
    mut groups: Vec<Group>,
    items: Vec<InParts>,
) -> Result<Vec<Group>, Error> {
    for (item, parts) in scheduled(conn, organisation, items)? {
        let group = |due_on, minor| Group {
            customer_id: item.customer_id,
            currency: item.currency,
            kind: item.kind.clone(),
            due_on,
            minor,
        };
        groups.push(group(item.due_on, -item.open_minor));
        groups.extend(parts.iter().map(|part| group(Some(Day(part.due_on)), part.open_minor)));
    }
    Ok(groups)
}

/// Due dates, earliest first, with the book value that is due on each and the number of documents of which the next is.
pub(crate) fn due_days(conn: &mut Conn, organisation: OrganisationId) -> Result<BTreeMap<Date, OnDay>, Error> {
    let mut days = days::by_day(conn, organisation, DaySum::Due, None)?;
    let items = store::in_parts(conn, organisation, None)?;
    for (item, parts) in scheduled(conn, organisation, items)? {
        let values = schedule::values(&parts, item.functional_open_minor);
        let to = parts.iter().zip(values).map(|(part, value)| (part.due_on, value));
        let from = item.due_on.map(|day| (day.0, -item.functional_open_minor));
        for (day, value) in to.chain(from) {
            days.entry(day).or_default().functional_minor += value;
        }
    }
    days.retain(|_, sum| *sum != OnDay::default());
    Ok(days)
}

/// Items with what is open of each of their parts.
fn scheduled(
    conn: &mut Conn,
    organisation: OrganisationId,
    items: Vec<InParts>,
) -> Result<Vec<(InParts, Vec<Part>)>, Error> {
    let ids: Vec<OpenItemId> = items.iter().map(|item| item.item_id).collect();
    let mut parts = store::parts_of(conn, organisation, &ids)?;
    let with = |item: InParts| {
        let own = parts.remove(&item.item_id).unwrap_or_default();
        let parts = schedule(item.amount_minor, item.open_minor, &own);
        (item, parts)
    };
    Ok(items.into_iter().map(with).collect())
}
