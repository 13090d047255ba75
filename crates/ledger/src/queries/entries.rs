//! The journal.

use crate::rules::chart::Side;
use crate::rules::entry::{Document, EntryKind};
use crate::store::entries::{self, EntryFilter, EntryRow, LineRow};
use crate::store::vouchers;
use ::store::{Conn, Error, Part, books};
use kernel::id::{CustomerId, EntryId, OrganisationId};
use kernel::{Currency, Date, Localized, Money, Refusal, Scope, Timestamp};
use std::collections::BTreeMap;

/// A journal entry with its lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub id: EntryId,
    pub date: Date,
    pub kind: EntryKind,
    pub document: Option<Document>,
    pub memo: String,
    pub reverses: Option<EntryId>,
    pub reversed_by: Option<EntryId>,
    /// Number of the voucher in its month; given behind the posting.
    pub voucher: Option<i64>,
    pub posted_at: Timestamp,
    pub lines: Vec<Line>,
}

/// A line. A negative amount is red-letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub account: String,
    pub names: Localized,
    pub side: Side,
    /// In the organisation's currency.
    pub amount: Money,
    /// In the currency of the document.
    pub original: Money,
    pub customer: Option<CustomerId>,
    pub tax_code: Option<String>,
    pub cash_flow_line: Option<u8>,
}

impl Line {
    /// What stands in the debit column.
    pub fn debit(&self) -> Money {
        if self.side == Side::Debit { self.amount } else { Money::zero(self.amount.currency()) }
    }

    /// What stands in the credit column.
    pub fn credit(&self) -> Money {
        if self.side == Side::Credit { self.amount } else { Money::zero(self.amount.currency()) }
    }

    /// The amount in the document's currency, where that is another.
    pub fn foreign(&self) -> Option<Money> {
        (self.original.currency() != self.amount.currency()).then_some(self.original)
    }
}

impl Entry {
    /// Sum of the debit column, which equals that of the credit column.
    pub fn total(&self) -> Money {
        let currency = self.lines.first().map_or(Currency::CNY, |line| line.amount.currency());
        let sum = Money::sum(currency, self.lines.iter().map(Line::debit));
        sum.unwrap_or_else(|_| Money::zero(currency))
    }
}

/// A part of the entries with their lines, newest first.
pub fn entries(conn: &mut Conn, scope: &Scope, filter: &EntryFilter, part: &Part) -> Result<Vec<Entry>, Error> {
    let organisation = super::organisation(scope)?;
    let rows = entries::list(conn, organisation, filter, part)?;
    entries_from(conn, organisation, rows)
}

/// One entry; refuses where there is none.
pub fn entry(conn: &mut Conn, scope: &Scope, id: EntryId) -> Result<Entry, Error> {
    let organisation = super::organisation(scope)?;
    let row = entries::find(conn, organisation, id)?.ok_or_else(|| Refusal::not_found("entry_not_found"))?;
    let found = entries_from(conn, organisation, vec![row])?.into_iter().next();
    Ok(found.ok_or_else(|| Refusal::not_found("entry_not_found"))?)
}

/// These entries with their lines.
pub(crate) fn entries_from(
    conn: &mut Conn,
    organisation: OrganisationId,
    rows: Vec<EntryRow>,
) -> Result<Vec<Entry>, Error> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<EntryId> = rows.iter().map(|row| row.entry_id).collect();
    let functional = books::load(conn, organisation)?.currency;
    let names = super::accounts::by_code(conn, &Scope::Organisation(organisation))?;
    let reversals = entries::reversals(conn, organisation, &ids)?;
    let numbers: BTreeMap<EntryId, i64> = vouchers::of(conn, organisation, &ids)?.into_iter().collect();
    let mut lines: BTreeMap<EntryId, Vec<Line>> = BTreeMap::new();
    for row in entries::lines(conn, organisation, &ids)? {
        let entry = row.entry_id;
        let name = names.get(&row.account).map(|account| account.names.clone()).unwrap_or_default();
        lines.entry(entry).or_default().push(line(row, name, functional)?);
    }
    rows.into_iter()
        .map(|row| {
            Ok(Entry {
                id: row.entry_id,
                date: row.date.0,
                kind: row.kind()?,
                document: row.document(),
                reverses: row.reverses,
                reversed_by: reversals.iter().find(|(of, _)| *of == Some(row.entry_id)).map(|(_, by)| *by),
                voucher: numbers.get(&row.entry_id).copied(),
                posted_at: row.posted_at.0,
                lines: lines.remove(&row.entry_id).unwrap_or_default(),
                memo: row.memo,
            })
        })
        .collect()
}

fn line(row: LineRow, names: Localized, functional: Currency) -> Result<Line, Error> {
    let draft = row.draft()?;
    Ok(Line {
        amount: Money::new(draft.functional_minor, functional),
        account: draft.account,
        names,
        side: draft.side,
        original: draft.original,
        customer: draft.party,
        tax_code: draft.tax_code,
        cash_flow_line: draft.cash_flow_line,
    })
}
