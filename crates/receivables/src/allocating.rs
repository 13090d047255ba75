//! Setting credits against debits, and taking it back. All of it is decided under the locks of the items.

use crate::days::{Changes, DaySum, OnDay};
use crate::items::{self, NewItem, OpenItem, Side};
use crate::parts::reschedule;
use crate::rules::allocate::{self as rules, AllocateError, Credit, Debit, Share, Wanted};
use crate::store::{self, AllocationRow, Change};
use ::store::{Conn, Error, Tx};
use kernel::id::{AllocationId, CustomerId, OpenItemId, OrganisationId};
use kernel::{Date, Money, MoneyError, Refusal, Scope};
use schema::types::{At, Day};

/// So much of a credit is meant for this debit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Want {
    pub debit: OpenItemId,
    /// In the currency of the debit.
    pub amount: Money,
    /// What it takes of the credit, where that is in another currency.
    pub paid: Option<Money>,
}

impl Want {
    /// A part of a credit in the same currency.
    pub const fn new(debit: OpenItemId, amount: Money) -> Want {
        Want { debit, amount, paid: None }
    }

    /// What it takes of the credit.
    pub fn takes(&self) -> Money {
        self.paid.unwrap_or(self.amount)
    }

    /// Both together, of the same debit and credit.
    pub fn plus(&self, other: &Want) -> Result<Want, MoneyError> {
        let paid = self.paid.zip(other.paid).map(|(paid, more)| paid.plus(more)).transpose()?;
        Ok(Want { debit: self.debit, amount: self.amount.plus(other.amount)?, paid })
    }
}

/// An allocation that was made or taken back, with the book values that moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settled {
    pub id: AllocationId,
    pub debit: OpenItemId,
    pub credit: OpenItemId,
    /// What left the debit.
    pub amount: Money,
    /// What left the credit: the same, but where the two are in different currencies.
    pub paid: Money,
    /// Book value that left the debit, minor units of the organisation's currency.
    pub debit_functional_minor: i64,
    /// Book value that left the credit.
    pub credit_functional_minor: i64,
}

impl Settled {
    /// Whether its sides are in different currencies.
    pub(crate) fn differs(&self) -> bool {
        self.amount.currency() != self.paid.currency()
    }

    fn plus(&self, other: &Settled) -> Result<Settled, Error> {
        Ok(Settled {
            amount: self.amount.plus(other.amount)?,
            paid: self.paid.plus(other.paid)?,
            debit_functional_minor: self.debit_functional_minor + other.debit_functional_minor,
            credit_functional_minor: self.credit_functional_minor + other.credit_functional_minor,
            ..*self
        })
    }

    fn less(&self, other: &Settled) -> Result<Settled, Error> {
        Ok(Settled {
            amount: self.amount.minus(other.amount)?,
            paid: self.paid.minus(other.paid)?,
            debit_functional_minor: self.debit_functional_minor - other.debit_functional_minor,
            credit_functional_minor: self.credit_functional_minor - other.credit_functional_minor,
            ..*self
        })
    }

    /// So much of its amount once more, with its share of what was paid.
    fn again(&self, amount: Money) -> Result<Want, Error> {
        let share = self.paid.share(amount.minor(), self.amount.minor())?;
        Ok(Want { debit: self.debit, amount, paid: self.differs().then(|| at_least_one(share)) })
    }
}

/// A share that is set against something is never nothing, however small the part.
fn at_least_one(share: Money) -> Money {
    if share.is_positive() { share } else { Money::new(1, share.currency()) }
}

/// Sets parts of a credit against debits. The caller posts the journal entry.
///
/// Refuses `allocation_exceeds_balance` and `allocation_exceeds_credit` (conflicts), and by `/allocations/N/…` what is not
/// known, named twice, in a wrong currency or not above zero. Where the currencies of the two differ, [`Want::paid`] is needed.
pub fn allocate(tx: &mut Tx<'_>, credit: OpenItemId, wants: &[Want], on: Date) -> Result<Vec<Settled>, Error> {
    allocate_for(tx, credit, wants, on, None)
}

/// [`allocate`], it may be in the place of another credit.
fn allocate_for(
    tx: &mut Tx<'_>,
    credit: OpenItemId,
    wants: &[Want],
    on: Date,
    in_place_of: Option<OpenItemId>,
) -> Result<Vec<Settled>, Error> {
    if wants.is_empty() {
        return Ok(Vec::new());
    }
    let ids = wants.iter().map(|want| want.debit).chain([credit]).collect();
    let items = lock(tx, ids)?;
    let from = items.iter().find(|item| item.id == credit && item.kind.side() == Side::Credit);
    let from = from.ok_or_else(|| Refusal::not_found("credit_not_found"))?;
    let available =
        Credit { customer: from.customer, available: from.open, functional_minor: from.functional_open_minor };
    let settled = settle(tx, credit, &available, &items, wants)?;
    let rows = keep(tx, &settled, on, in_place_of)?;
    lower(tx, &rows, &items)?;
    Ok(settled)
}

/// Takes up a credit and sets parts of it against debits at once: [`crate::open`] and [`allocate`] with fewer statements.
/// Refuses as [`allocate`] does.
pub fn open_allocated(tx: &mut Tx<'_>, new: NewItem, wants: &[Want], on: Date) -> Result<Vec<Settled>, Error> {
    let mut days = Changes::default();
    let settled = open_with(tx, new, wants, on, &mut days)?;
    days.keep(tx)?;
    Ok(settled)
}

/// [`open_allocated`] of money that came in: it counts as received on the item's date.
pub fn receive(tx: &mut Tx<'_>, new: NewItem, wants: &[Want], on: Date) -> Result<Vec<Settled>, Error> {
    let mut days = Changes::default();
    days.add(DaySum::Received, new.date, OnDay { functional_minor: new.functional_minor, documents: 1 });
    let settled = open_with(tx, new, wants, on, &mut days)?;
    days.keep(tx)?;
    Ok(settled)
}

fn open_with(
    tx: &mut Tx<'_>,
    new: NewItem,
    wants: &[Want],
    on: Date,
    days: &mut Changes,
) -> Result<Vec<Settled>, Error> {
    if new.kind.side() != Side::Credit {
        return Err(Error::Broken(format!("{} is no credit", new.id)));
    }
    if wants.is_empty() {
        items::open_less(tx, new, 0, 0, days)?;
        return Ok(Vec::new());
    }
    let debits = lock(tx, wants.iter().map(|want| want.debit).collect())?;
    let available = Credit { customer: new.customer, available: new.amount, functional_minor: new.functional_minor };
    let settled = settle(tx, new.id, &available, &debits, wants)?;
    let used = |part: fn(&Settled) -> i64| settled.iter().map(part).sum::<i64>();
    let (minor, functional) = (used(|s| s.paid.minor()), used(|s| s.credit_functional_minor));
    let credit = new.id;
    items::open_less(tx, new, minor, functional, days)?;
    let rows = keep(tx, &settled, on, None)?;
    lower_with(tx, &rows, &debits, Some(credit), days)?;
    Ok(settled)
}

/// Decides what is set against what; nothing is kept yet.
fn settle(
    tx: &mut Tx<'_>,
    credit: OpenItemId,
    available: &Credit,
    items: &[OpenItem],
    wants: &[Want],
) -> Result<Vec<Settled>, Error> {
    let debits: Vec<Debit> = items.iter().filter_map(as_debit).collect();
    let wanted: Vec<Wanted> =
        wants.iter().map(|want| Wanted { item: want.debit, amount: want.amount, paid: want.paid }).collect();
    let shares = rules::explicit(available, &debits, &wanted).map_err(|error| refused(error, wants))?;
    let settled = |share: Share| Settled {
        id: tx.new_id(),
        debit: share.item,
        credit,
        amount: share.amount,
        paid: share.paid,
        debit_functional_minor: share.item_minor,
        credit_functional_minor: share.credit_minor,
    };
    Ok(shares.into_iter().map(settled).collect())
}

fn keep(
    tx: &mut Tx<'_>,
    settled: &[Settled],
    on: Date,
    in_place_of: Option<OpenItemId>,
) -> Result<Vec<AllocationRow>, Error> {
    let row = |settled: &Settled| AllocationRow {
        organisation_id: tx.organisation(),
        allocation_id: settled.id,
        debit_id: Some(settled.debit),
        credit_id: Some(settled.credit),
        amount_minor: settled.amount.minor(),
        paid_minor: settled.differs().then(|| settled.paid.minor()),
        debit_functional_minor: settled.debit_functional_minor,
        credit_functional_minor: settled.credit_functional_minor,
        date: Day(on),
        reverses: None,
        in_place_of,
        created_at: At(tx.now()),
    };
    let rows: Vec<AllocationRow> = settled.iter().map(row).collect();
    store::insert_allocations(tx.conn, &rows)?;
    Ok(rows)
}

/// Takes the amounts of rows off their items; a row that takes another back has them negative, and so raises. The items are as
/// they were locked.
fn lower(tx: &mut Tx<'_>, rows: &[AllocationRow], items: &[OpenItem]) -> Result<(), Error> {
    let mut days = Changes::default();
    lower_with(tx, rows, items, None, &mut days)?;
    days.keep(tx)
}

/// [`lower`], but for an item that is lowered already. When the next part of one is due moves along: whatever changes what is
/// open comes this way.
fn lower_with(
    tx: &mut Tx<'_>,
    rows: &[AllocationRow],
    items: &[OpenItem],
    done: Option<OpenItemId>,
    days: &mut Changes,
) -> Result<(), Error> {
    let mut changes: Vec<Change> = Vec::new();
    for row in rows {
        for (id, minor, functional_minor) in [
            (row.debit_id, row.amount_minor, row.debit_functional_minor),
            (row.credit_id, row.off_credit(), row.credit_functional_minor),
        ] {
            let Some(item) = id.filter(|_| id != done) else { continue };
            match changes.iter_mut().find(|change| change.item == item) {
                Some(change) => {
                    change.minor += minor;
                    change.functional_minor += functional_minor;
                }
                None => changes.push(Change { organisation: row.organisation_id, item, minor, functional_minor }),
            }
        }
    }
    changes.iter().try_for_each(|change| store::lower(tx.conn, change))?;
    let moved = reschedule(tx, items, &changes)?;
    for change in &changes {
        let Some(item) = items.iter().find(|item| item.id == change.item) else { continue };
        let (open, functional) = (item.open.minor(), item.functional_open_minor);
        let after = OnDay::of(open - change.minor, functional - change.functional_minor);
        let due_on = moved.get(&item.id).copied().or(item.due_on);
        days.shift((item.due_on, OnDay::of(open, functional)), (due_on, after));
    }
    Ok(())
}

/// Locks items in the order of their ids; those that do not exist are left out.
fn lock(tx: &mut Tx<'_>, ids: Vec<OpenItemId>) -> Result<Vec<OpenItem>, Error> {
    let organisation = tx.organisation();
    store::lock_items(tx.conn, organisation, ids)?.into_iter().map(OpenItem::of).collect()
}

fn lock_one(tx: &mut Tx<'_>, id: OpenItemId) -> Result<OpenItem, Error> {
    let found = lock(tx, vec![id])?.into_iter().next();
    Ok(found.ok_or_else(|| Refusal::not_found("open_item_not_found"))?)
}

fn as_debit(item: &OpenItem) -> Option<Debit> {
    (item.kind.side() == Side::Debit).then(|| Debit {
        item: item.id,
        customer: item.customer,
        balance: item.open,
        functional_minor: item.functional_open_minor,
        due_on: item.due(),
    })
}

fn refused(error: AllocateError, wants: &[Want]) -> Refusal {
    let at = |item: OpenItemId, field: &str, code| {
        let number = wants.iter().rposition(|want| want.debit == item).unwrap_or(0);
        Refusal::field(format!("/allocations/{number}{field}"), code)
    };
    match error {
        // Another customer's invoice is none of this customer's business, not even that it exists.
        AllocateError::UnknownItem(item) | AllocateError::OtherCustomer(item) => at(item, "/invoice", "not_found"),
        AllocateError::NamedTwice(item) => at(item, "/invoice", "named_twice"),
        AllocateError::CurrencyMismatch { item } => at(item, "/amount/currency", "currency_mismatch"),
        AllocateError::PaidMismatch { item } => at(item, "/paid/currency", "currency_mismatch"),
        AllocateError::PaidDiffers { item } => at(item, "/paid/amount", "paid_differs"),
        AllocateError::PaidNotPositive { item } => at(item, "/paid", "not_positive"),
        AllocateError::NotPositive { item } => at(item, "/amount", "not_positive"),
        AllocateError::ExceedsBalance { balance, .. } => {
            Refusal::conflict("allocation_exceeds_balance").with("balance", balance)
        }
        AllocateError::ExceedsCredit { available } => {
            Refusal::conflict("allocation_exceeds_credit").with("available", available)
        }
        AllocateError::Overflow => Refusal::invalid("allocation_too_large"),
    }
}

/// What would settle the oldest debts of a customer with this amount; a proposal, decided again by [`allocate`].
pub fn oldest_first(conn: &mut Conn, scope: &Scope, customer: CustomerId, amount: Money) -> Result<Vec<Want>, Error> {
    let items = crate::items_of(conn, scope, customer, true)?;
    let debits: Vec<Debit> = items.iter().filter_map(as_debit).collect();
    let credit = Credit { customer, available: amount, functional_minor: 0 };
    let shares = rules::oldest_first(&credit, &debits).map_err(|error| refused(error, &[]))?;
    Ok(shares.into_iter().map(|share| Want::new(share.item, share.amount)).collect())
}

/// Takes back every allocation of a credit that still stands, each by a row of its own. Amounts come back positive; the caller
/// reverses the journal entries.
pub fn unallocate(tx: &mut Tx<'_>, credit: OpenItemId) -> Result<Vec<Settled>, Error> {
    let organisation = tx.organisation();
    let (live, items) = lock_with_live(tx, organisation, credit)?;
    let on = tx.today()?;
    let (mut backs, mut settled) = (Vec::new(), Vec::new());
    for row in live {
        let Some(debit) = row.debit_id else { continue };
        backs.push(taken_back(tx.new_id(), &row, on, At(tx.now()))?);
        settled.extend(stood(&row, debit, &items));
    }
    store::insert_allocations(tx.conn, &backs)?;
    lower(tx, &backs, &items)?;
    Ok(settled)
}

/// The standing allocations of a credit, and it and all their debits, locked in order. What was set against others while we
/// waited for the locks is locked as well in another round.
fn lock_with_live(
    tx: &mut Tx<'_>,
    organisation: OrganisationId,
    credit: OpenItemId,
) -> Result<(Vec<AllocationRow>, Vec<OpenItem>), Error> {
    let mut items: Vec<OpenItem> = Vec::new();
    loop {
        let live = store::live_of_credit(tx.conn, organisation, credit)?;
        let mut ids: Vec<OpenItemId> = live.iter().filter_map(|row| row.debit_id).chain([credit]).collect();
        ids.sort_unstable();
        ids.dedup();
        if !items.is_empty() && ids.iter().all(|id| items.iter().any(|item| item.id == *id)) {
            return Ok((live, items));
        }
        items = lock(tx, ids)?;
        if !items.iter().any(|item| item.id == credit) {
            return Err(Refusal::not_found("open_item_not_found").into());
        }
    }
}

/// What a row moved between a debit and its credit, both among the locked items.
fn stood(row: &AllocationRow, debit: OpenItemId, items: &[OpenItem]) -> Option<Settled> {
    let credit = row.credit_id?;
    let currency = |id| items.iter().find(|item| item.id == id).map(|item| item.amount.currency());
    Some(Settled {
        id: row.allocation_id,
        debit,
        credit,
        amount: Money::new(row.amount_minor, currency(debit)?),
        paid: Money::new(row.off_credit(), currency(credit)?),
        debit_functional_minor: row.debit_functional_minor,
        credit_functional_minor: row.credit_functional_minor,
    })
}

fn taken_back(id: AllocationId, row: &AllocationRow, on: Date, at: At) -> Result<AllocationRow, Error> {
    let negated = |minor: i64| minor.checked_neg().ok_or_else(|| Error::Broken(format!("{}", row.allocation_id)));
    Ok(AllocationRow {
        allocation_id: id,
        amount_minor: negated(row.amount_minor)?,
        paid_minor: row.paid_minor.map(negated).transpose()?,
        debit_functional_minor: negated(row.debit_functional_minor)?,
        credit_functional_minor: negated(row.credit_functional_minor)?,
        date: Day(on),
        reverses: Some(row.allocation_id),
        created_at: at,
        ..row.clone()
    })
}

/// One credit in the place of another, with the book values that moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Replaced {
    /// What came off the debit and is free again.
    pub freed: Settled,
    /// What stands in its place.
    pub settled: Settled,
}

/// Sets so much of a credit against a debit in the place of another that stands against it: that one is free again, and as
/// much is open of the debit as before. The caller posts the journal entries.
///
/// Rows are taken back whole, newest first; what of them was not meant is set against the debit again. Refuses
/// `allocation_exceeds_credit` where less stands against the debit, or less is left of the new credit.
pub fn replace(tx: &mut Tx<'_>, old: OpenItemId, by: OpenItemId, want: Want, on: Date) -> Result<Replaced, Error> {
    let organisation = tx.organisation();
    let items = lock(tx, vec![want.debit, old, by])?;
    let mut standing = store::live_of_credit(tx.conn, organisation, old)?;
    standing.retain(|row| row.debit_id == Some(want.debit));
    let mut backs = Vec::new();
    let mut freed: Option<Settled> = None;
    while freed.is_none_or(|freed| freed.amount.minor() < want.amount.minor()) {
        let Some(row) = standing.pop() else {
            let available = freed.map_or(Money::zero(want.amount.currency()), |freed| freed.amount);
            return Err(Refusal::conflict("allocation_exceeds_credit").with("available", available).into());
        };
        let Some(part) = stood(&row, want.debit, &items) else { continue };
        backs.push(taken_back(tx.new_id(), &row, on, At(tx.now()))?);
        freed = Some(match freed {
            None => part,
            Some(so_far) => so_far.plus(&part)?,
        });
    }
    let mut freed = freed.ok_or_else(|| Error::Broken(format!("nothing of {old} was meant")))?;
    store::insert_allocations(tx.conn, &backs)?;
    lower(tx, &backs, &items)?;
    let rest = freed.amount.minus(want.amount)?;
    if rest.is_positive() {
        for again in allocate(tx, old, &[freed.again(rest)?], on)? {
            freed = freed.less(&again)?;
        }
    }
    let settled = allocate_for(tx, by, &[want], on, Some(old))?;
    let settled = settled.into_iter().next().ok_or_else(|| Error::Broken(format!("nothing of {by} was set")))?;
    Ok(Replaced { freed: Settled { id: settled.id, ..freed }, settled })
}

/// Takes so much of a credit off what it stands against, the newest first: that is owed again, and the credit is free. The caller
/// posts the journal entry. Less where less stands.
///
/// Rows are taken back whole; what of the last was not meant is set against its debit again. Amounts come back positive.
pub fn reopen(tx: &mut Tx<'_>, credit: OpenItemId, amount: Money, on: Date) -> Result<Vec<Settled>, Error> {
    let organisation = tx.organisation();
    let (mut live, items) = lock_with_live(tx, organisation, credit)?;
    let (mut backs, mut opened, mut minor) = (Vec::new(), Vec::<Settled>::new(), 0);
    while minor < amount.minor() {
        let Some(row) = live.pop() else { break };
        let Some(part) = row.debit_id.and_then(|debit| stood(&row, debit, &items)) else { continue };
        minor += part.paid.minor();
        backs.push(taken_back(tx.new_id(), &row, on, At(tx.now()))?);
        opened.push(part);
    }
    store::insert_allocations(tx.conn, &backs)?;
    lower(tx, &backs, &items)?;
    let rest = Money::new(minor - amount.minor(), amount.currency());
    if let Some(last) = opened.last_mut().filter(|_| rest.is_positive()) {
        let again = last.amount.share(rest.minor(), last.paid.minor())?;
        let want = Want { debit: last.debit, amount: at_least_one(again), paid: last.differs().then_some(rest) };
        for again in allocate(tx, credit, &[want], on)? {
            *last = last.less(&again)?;
        }
    }
    Ok(opened)
}

/// Takes a part out of an item without a counterpart: a refund of credit, a write-off. Returns its book value.
///
/// Refuses `amount_exceeds_open`, with what is open.
pub fn reduce(tx: &mut Tx<'_>, id: OpenItemId, amount: Money, on: Date) -> Result<i64, Error> {
    let item = lock_one(tx, id)?;
    if amount.currency() != item.open.currency() {
        return Err(Refusal::field("/amount/currency", "currency_mismatch").into());
    }
    if !amount.is_positive() {
        return Err(Refusal::field("/amount", "not_positive").into());
    }
    if amount.minor() > item.open.minor() {
        return Err(Refusal::conflict("amount_exceeds_open").with("open", item.open).into());
    }
    let part =
        rules::functional_part(item.functional_open_minor, amount, item.open).map_err(|error| refused(error, &[]))?;
    let is_debit = item.kind.side() == Side::Debit;
    let row = AllocationRow {
        organisation_id: tx.organisation(),
        allocation_id: tx.new_id(),
        debit_id: is_debit.then_some(id),
        credit_id: (!is_debit).then_some(id),
        amount_minor: amount.minor(),
        paid_minor: None,
        debit_functional_minor: if is_debit { part } else { 0 },
        credit_functional_minor: if is_debit { 0 } else { part },
        date: Day(on),
        reverses: None,
        in_place_of: None,
        created_at: At(tx.now()),
    };
    store::insert_allocations(tx.conn, std::slice::from_ref(&row))?;
    lower(tx, &[row], &[item])?;
    Ok(part)
}

/// Puts the newest reduction of just this amount back, of those that are not dated later: a refund that failed, a write-off that was paid
/// after all. Returns its book value. Refuses `reduction_not_found`.
pub fn restore(tx: &mut Tx<'_>, id: OpenItemId, amount: Money, on: Date) -> Result<i64, Error> {
    let item = lock_one(tx, id)?;
    let organisation = tx.organisation();
    let rows = store::allocations_of(tx.conn, organisation, &[id])?;
    let stands = |row: &&AllocationRow| {
        row.debit_id.xor(row.credit_id).is_some()
            && row.reverses.is_none()
            && row.amount_minor == amount.minor()
            && row.date.0 <= on
            && !rows.iter().any(|other| other.reverses == Some(row.allocation_id))
    };
    let row = rows.iter().rev().find(stands).ok_or_else(|| Refusal::conflict("reduction_not_found"))?;
    let back = taken_back(tx.new_id(), row, on, At(tx.now()))?;
    let part = row.debit_functional_minor + row.credit_functional_minor;
    store::insert_allocations(tx.conn, std::slice::from_ref(&back))?;
    lower(tx, &[back], &[item])?;
    Ok(part)
}
