//! The reconciliation report of a statement: worked out while it is open, as it was kept once it is closed.
//!
//! Kept are the figures and which entries and lines stood open; what those are called is read when somebody looks.

use crate::rules::reconcile::{Booked, Item, Reconciled, Section, Sections, Told, reconcile, without_pairs};
use crate::store::{self, OpenEntry, OpenLine, StatementRow, Window};
use ::store::{Conn, Error};
use kernel::id::{CustomerId, EntryId, Id, Kind, OrganisationId, StatementId, StatementLineId};
use kernel::{Currency, Date, Money, Refusal, Scope, Timestamp};
use schema::types::Day;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// Items of each section that are listed, the oldest first; the rest are in its count and sum.
pub const SHOWN: usize = 500;

/// A report, and what it rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The day on which the first statement of the account begins; what the books had before is in its opening balance.
    pub begins: Date,
    /// Whether the bank told the balance; else it is what the lines come to.
    pub is_told: bool,
    /// What the statement before ended with, where this one begins with something else.
    pub gap: Option<Money>,
    pub figures: Reconciled,
    /// Why it was closed all the same.
    pub reason: Option<String>,
}

impl Report {
    /// Whether it needs words to be closed: something is left that nothing explains, or the bank's balances prove nothing.
    pub fn needs_reason(&self) -> bool {
        !self.is_told || self.gap.is_some() || !self.figures.difference.is_zero()
    }

    /// Whether both say the same of the account, whatever is listed of it.
    pub fn agrees(&self, other: &Report) -> bool {
        let sums = |report: &Report| {
            let Sections { in_transit, not_presented, received, charged } = &report.figures.sections;
            let books = [(in_transit.count, in_transit.sum), (not_presented.count, not_presented.sum)];
            let bank = [(received.count, received.sum), (charged.count, charged.sum)];
            (report.figures.told, books, bank)
        };
        sums(self) == sums(other)
    }
}

/// Everything of an account that a report of any of some days is made of.
pub(crate) struct Account {
    begins: Date,
    entries: Vec<Item<EntryId>>,
    lines: Vec<Item<StatementLineId>>,
    /// What the lines come to, day by day.
    moved: Vec<(Date, i64)>,
}

impl Account {
    /// Reads what reports of the days from `first` to `last` are made of.
    pub fn read(
        conn: &mut Conn,
        organisation: OrganisationId,
        key: (&str, Currency),
        begins: Date,
        (first, last): (Date, Date),
    ) -> Result<Account, Error> {
        let window = Window { begins, until: last, whole_after: first };
        let booked = booked(store::open_entries(conn, organisation, key, window)?, key.1)?;
        let line = |row: OpenLine| Item {
            id: row.line_id,
            day: row.day.0,
            amount: Money::new(row.minor, key.1),
            whole_on: last_of(row.lines_on, row.entries_on),
        };
        let lines = store::open_lines(conn, organisation, key, window)?.into_iter().map(line).collect();
        let moved = store::lines_by_day(conn, organisation, key, (begins, last))?;
        let moved = moved.into_iter().map(|row| (row.day.0, row.minor)).collect();
        Ok(Account { begins, entries: without_pairs(booked), lines, moved })
    }

    /// The report of a statement: `book` is what the books have at the end of its last day, `opening` what the first one began with.
    pub fn report(
        &self,
        row: &StatementRow,
        on: Date,
        (book, opening): (Money, Option<Money>),
    ) -> Result<Report, Error> {
        let currency = row.currency;
        let until = self.moved.iter().take_while(|(day, _)| *day <= on);
        let moved = Money::sum(currency, until.map(|(_, minor)| Money::new(*minor, currency)))?;
        let money = |minor| Money::new(minor, currency);
        let (bank, opening) = match (row.closing_minor.map(money), opening) {
            (Some(bank), Some(opening)) => (bank, opening),
            (Some(bank), None) => (bank, bank.minus(moved)?),
            (None, opening) => {
                let opening = opening.unwrap_or(Money::zero(currency));
                (opening.plus(moved)?, opening)
            }
        };
        let told = Told { on, bank, book, opening, moved };
        Ok(Report {
            begins: self.begins,
            is_told: row.closing_minor.is_some(),
            gap: None,
            figures: reconcile(told, &self.entries, &self.lines, SHOWN)?,
            reason: None,
        })
    }
}

fn last_of(lines_on: Option<Day>, entries_on: Option<Day>) -> Option<Date> {
    // Where no line of this account is in the match, it is none of its business.
    let lines_on = lines_on?.0;
    Some(entries_on.map_or(lines_on, |day| day.0.max(lines_on)))
}

/// Lines of the journal as entries: one that moves an account twice is one.
fn booked(rows: Vec<OpenEntry>, currency: Currency) -> Result<Vec<Booked>, Error> {
    let mut booked: Vec<Booked> = Vec::with_capacity(rows.len());
    for row in rows {
        let amount = Money::new(row.minor, currency);
        if let Some(last) = booked.last_mut().filter(|last| last.item.id == row.entry_id) {
            last.item.amount = last.item.amount.plus(amount)?;
            continue;
        }
        let whole_on = last_of(row.lines_on, row.entries_on);
        let item = Item { id: row.entry_id, day: row.day.0, amount, whole_on };
        booked.push(Booked { item, reverses: row.reverses, is_before: row.is_before });
    }
    booked.retain(|entry| !entry.item.amount.is_zero());
    Ok(booked)
}

/// The report of a statement as its account stands now.
pub(crate) fn work_out(conn: &mut Conn, scope: &Scope, row: &StatementRow) -> Result<Report, Error> {
    let organisation = scope.organisation();
    let key = (row.account.as_str(), row.currency);
    let broken = || Error::Broken(format!("{} has no days", row.statement_id));
    let on = row.until_on.ok_or_else(broken)?.0;
    let (begins, opening) = store::beginning(conn, organisation, key)?.ok_or_else(broken)?;
    let held = ledger::queries::held(conn, scope, &row.account, on)?;
    let book = held.into_iter().map(|held| held.by_then).find(|held| held.currency() == row.currency);
    let account = Account::read(conn, organisation, key, begins, (on, on))?;
    let mut report =
        account.report(row, on, (book.unwrap_or(Money::zero(row.currency)), opening.map(|minor| row.money(minor))))?;
    let before = store::beside(conn, row, store::Beside::Before)?;
    let ended = before.and_then(|before| before.closing_minor).map(|minor| row.money(minor));
    let begun = row.opening_minor.map(|minor| row.money(minor));
    report.gap = ended.filter(|ended| begun.is_some_and(|begun| begun != *ended));
    Ok(report)
}

/// What pages and the API show of a statement's report.
#[derive(Debug, Clone)]
pub struct Shown {
    pub report: Report,
    pub closed: Option<Closed>,
    /// It is closed, and the books or the matches say something else today.
    pub has_changed: bool,
    pub words: Words,
}

/// That a statement was closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed {
    /// By [`kernel::Actor::name`], and as people call them.
    pub by: String,
    pub name: String,
    pub at: Timestamp,
    /// The day, where the company is.
    pub on: Date,
}

/// The report of a statement: as it was kept where it is closed. Refuses `statement_not_found`.
pub fn shown(conn: &mut Conn, scope: &Scope, id: StatementId) -> Result<Shown, Error> {
    let row = store::statement(conn, scope.organisation(), id)?.filter(|_| scope.customer().is_none());
    let row = row.ok_or_else(|| Refusal::not_found("statement_not_found"))?;
    let now = work_out(conn, scope, &row)?;
    let kept = kept(&row)?;
    let has_changed = kept.as_ref().is_some_and(|kept| !kept.agrees(&now));
    let report = kept.unwrap_or(now);
    let words = Words::read(conn, scope.organisation(), &report)?;
    let closed = row.closed_by.zip(row.closed_at).map(|(by, at)| closed(conn, scope, by, at.0)).transpose()?;
    Ok(Shown { report, closed, has_changed, words })
}

fn closed(conn: &mut Conn, scope: &Scope, by: String, at: Timestamp) -> Result<Closed, Error> {
    let mut names = identity::queries::actor_names(conn, scope.organisation(), [by.as_str()])?;
    let on = ::store::books::load(conn, scope.organisation())?.date_of(at);
    Ok(Closed { name: names.remove(&by).unwrap_or_else(|| by.clone()), by, at, on })
}

/// What stands in the way of closing a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Left {
    /// Lines that are open.
    pub lines: i64,
    /// The first earlier statement of the account that is open, and its last day.
    pub earlier: Option<(StatementId, Date)>,
}

/// What is left to do before a statement is closed. Refuses `statement_not_found`.
pub fn left(conn: &mut Conn, scope: &Scope, id: StatementId) -> Result<Left, Error> {
    let organisation = scope.organisation();
    let row = store::statement(conn, organisation, id)?.filter(|_| scope.customer().is_none());
    let row = row.ok_or_else(|| Refusal::not_found("statement_not_found"))?;
    let earlier = store::beside(conn, &row, store::Beside::OpenBefore)?;
    let open = store::count_open(conn, organisation, &[id])?;
    Ok(Left {
        lines: open.first().map_or(0, |(_, lines)| *lines),
        earlier: earlier.and_then(|earlier| Some((earlier.statement_id, earlier.until_on?.0))),
    })
}

/// What the entries and lines of a report are called.
#[derive(Debug, Clone, Default)]
pub struct Words {
    entries: HashMap<EntryId, EntryWords>,
    lines: HashMap<StatementLineId, store::LineWords>,
}

/// What an entry is called.
#[derive(Debug, Clone)]
pub struct EntryWords {
    pub kind: String,
    pub memo: String,
    /// What the bank or the provider calls it.
    pub reference: String,
    pub customer: Option<(CustomerId, String)>,
}

/// What a line is called.
#[derive(Debug, Clone, Copy)]
pub struct LineWords<'a> {
    pub statement: StatementId,
    pub payer: &'a str,
    pub reference: &'a str,
    pub text: &'a str,
    /// `open`, `matched` (with what came later), `ignored`.
    pub state: &'a str,
}

impl Words {
    fn read(conn: &mut Conn, organisation: OrganisationId, report: &Report) -> Result<Words, Error> {
        let Sections { in_transit, not_presented, received, charged } = &report.figures.sections;
        let ids: Vec<EntryId> = in_transit.items.iter().chain(&not_presented.items).map(|item| item.id).collect();
        let rows = store::entry_words(conn, organisation, &ids)?;
        let documents = rows.iter().map(|row| (row.document_kind.as_deref(), row.document_id));
        let facts = crate::books::Facts::read(conn, organisation, documents)?;
        let parties: HashMap<EntryId, CustomerId> = store::entry_parties(conn, organisation, &ids)?
            .into_iter()
            .filter_map(|(entry, party)| Some((entry, party?)))
            .collect();
        let mut customers: Vec<CustomerId> = parties.values().copied().collect();
        customers.sort_unstable();
        customers.dedup();
        let names: HashMap<CustomerId, String> =
            store::customer_names(conn, organisation, &customers)?.into_iter().collect();
        let entry = |row: store::EntryWords| {
            let customer = parties.get(&row.entry_id).and_then(|id| Some((*id, names.get(id)?.clone())));
            let reference = facts.reference(row.document_id).to_owned();
            (row.entry_id, EntryWords { kind: row.kind, memo: row.memo, reference, customer })
        };
        let entries = rows.into_iter().map(entry).collect();
        let ids: Vec<StatementLineId> = received.items.iter().chain(&charged.items).map(|item| item.id).collect();
        let lines = store::line_words(conn, organisation, &ids)?;
        Ok(Words { entries, lines: lines.into_iter().map(|row| (row.line_id, row)).collect() })
    }

    pub fn entry(&self, id: EntryId) -> Option<&EntryWords> {
        self.entries.get(&id)
    }

    pub fn line(&self, id: StatementLineId) -> Option<LineWords<'_>> {
        self.lines.get(&id).map(|row| LineWords {
            statement: row.statement_id,
            payer: row.payer.as_deref().unwrap_or_default(),
            reference: row.reference.as_deref().unwrap_or_default(),
            text: &row.text,
            state: &row.state,
        })
    }
}

/// A report as a closed statement keeps it; amounts in minor units.
#[derive(Serialize, Deserialize)]
struct Kept {
    on: String,
    begins: String,
    is_told: bool,
    gap: Option<i64>,
    bank: i64,
    book: i64,
    opening: i64,
    moved: i64,
    in_transit: KeptSection,
    not_presented: KeptSection,
    received: KeptSection,
    charged: KeptSection,
    reason: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct KeptSection {
    count: usize,
    sum: i64,
    /// Id, day, amount.
    items: Vec<(String, String, i64)>,
}

impl KeptSection {
    fn of<K: Kind>(section: &Section<Id<K>>) -> KeptSection {
        let items = section.items.iter();
        KeptSection {
            count: section.count,
            sum: section.sum.minor(),
            items: items.map(|item| (item.id.to_string(), item.day.to_string(), item.amount.minor())).collect(),
        }
    }

    fn read<K: Kind>(self, currency: Currency) -> Result<Section<Id<K>>, Error> {
        let item = |(id, day, minor): (String, String, i64)| {
            let id = id.parse().map_err(|_| Error::Broken(format!("a report names {id}")))?;
            Ok(Item { id, day: day_of(&day)?, amount: Money::new(minor, currency), whole_on: None })
        };
        let items = self.items.into_iter().map(item).collect::<Result<_, Error>>()?;
        Ok(Section { items, count: self.count, sum: Money::new(self.sum, currency) })
    }
}

fn day_of(text: &str) -> Result<Date, Error> {
    text.parse().map_err(|_| Error::Broken(format!("a report names the day {text}")))
}

/// The report as it is kept with its statement.
pub(crate) fn as_kept(report: &Report) -> Result<String, Error> {
    let (told, sections) = (&report.figures.told, &report.figures.sections);
    let kept = Kept {
        on: told.on.to_string(),
        begins: report.begins.to_string(),
        is_told: report.is_told,
        gap: report.gap.map(Money::minor),
        bank: told.bank.minor(),
        book: told.book.minor(),
        opening: told.opening.minor(),
        moved: told.moved.minor(),
        in_transit: KeptSection::of(&sections.in_transit),
        not_presented: KeptSection::of(&sections.not_presented),
        received: KeptSection::of(&sections.received),
        charged: KeptSection::of(&sections.charged),
        reason: report.reason.clone(),
    };
    Ok(serde_json::to_string(&kept)?)
}

/// The report that a closed statement keeps.
pub(crate) fn kept(row: &StatementRow) -> Result<Option<Report>, Error> {
    let Some(kept) = &row.report else { return Ok(None) };
    let kept: Kept = serde_json::from_str(&kept.0)?;
    let money = |minor| row.money(minor);
    let told = Told {
        on: day_of(&kept.on)?,
        bank: money(kept.bank),
        book: money(kept.book),
        opening: money(kept.opening),
        moved: money(kept.moved),
    };
    let sections = Sections {
        in_transit: kept.in_transit.read(row.currency)?,
        not_presented: kept.not_presented.read(row.currency)?,
        received: kept.received.read(row.currency)?,
        charged: kept.charged.read(row.currency)?,
    };
    Ok(Some(Report {
        begins: day_of(&kept.begins)?,
        is_told: kept.is_told,
        gap: kept.gap.map(money),
        figures: Reconciled::of(told, sections)?,
        reason: kept.reason,
    }))
}

/// Closed statements whose account says something else today than they keep.
pub(crate) fn changed(conn: &mut Conn, organisation: OrganisationId) -> Result<Vec<(StatementId, String)>, Error> {
    let rows = store::closed_statements(conn, organisation)?;
    let mut changed = Vec::new();
    for rows in rows.chunk_by(|one, next| (&one.account, one.currency) == (&next.account, next.currency)) {
        let mut reports = Vec::with_capacity(rows.len());
        for row in rows {
            match kept(row)? {
                Some(report) => reports.push((row, report)),
                None => changed.push((row.statement_id, "it is closed and keeps no report".to_owned())),
            }
        }
        // A statement of before the others may have come in between: each report stands on the beginning that it names.
        for some in reports.chunk_by(|(_, one), (_, next)| one.begins == next.begins) {
            compare(conn, organisation, some, &mut changed)?;
        }
    }
    Ok(changed)
}

fn compare(
    conn: &mut Conn,
    organisation: OrganisationId,
    reports: &[(&StatementRow, Report)],
    changed: &mut Vec<(StatementId, String)>,
) -> Result<(), Error> {
    let (Some((row, first)), Some((_, last))) = (reports.first(), reports.last()) else { return Ok(()) };
    let key = (row.account.as_str(), row.currency);
    let (begins, first, last) = (first.begins, first.figures.told.on, last.figures.told.on);
    let account = Account::read(conn, organisation, key, begins, (first, last))?;
    let days = store::entries_by_day(conn, organisation, key, last)?;
    for (row, kept) in reports {
        let on = kept.figures.told.on;
        let until = days.iter().take_while(|of| of.day.0 <= on).map(|of| row.money(of.minor));
        let book = Money::sum(row.currency, until)?;
        let now = account.report(row, on, (book, Some(kept.figures.told.opening)))?;
        if !kept.agrees(&now) {
            let told = |report: &Report| {
                let Reconciled { told, adjusted_bank, adjusted_book, difference, .. } = &report.figures;
                let balances = format!("books {}, bank {}", told.book, told.bank);
                format!("{balances}, adjusted {adjusted_book} and {adjusted_bank}, difference {difference}")
            };
            changed.push((row.statement_id, format!("it keeps {}; today: {}", told(kept), told(&now))));
        }
    }
    Ok(())
}
