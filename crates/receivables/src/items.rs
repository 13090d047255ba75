//! Open items: taken up, looked at.

use crate::allocating::Want;
use crate::days::{Changes, OnDay};
use crate::store::{self, ItemRow};
use ::store::{Conn, Error, Tx};
use kernel::id::{AllocationId, CustomerId, OpenItemId};
use kernel::{Currency, Date, Money, Scope};
use schema::types::Day;
use std::collections::{BTreeMap, BTreeSet};

/// What kind of document is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ItemKind {
    Invoice,
    /// Owed when the books began.
    Opening,
    Payment,
    CreditNote,
    /// To the customer's credit when the books began.
    OpeningCredit,
}

/// The side of a customer's account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Side {
    /// The customer owes.
    Debit,
    /// The customer has credit.
    Credit,
}

impl ItemKind {
    pub const ALL: [ItemKind; 5] =
        [ItemKind::Invoice, ItemKind::Opening, ItemKind::Payment, ItemKind::CreditNote, ItemKind::OpeningCredit];

    /// How rows and the API name it.
    pub const fn name(self) -> &'static str {
        match self {
            ItemKind::Invoice => "invoice",
            ItemKind::Opening => "opening",
            ItemKind::Payment => "payment",
            ItemKind::CreditNote => "credit_note",
            ItemKind::OpeningCredit => "opening_credit",
        }
    }

    pub fn by_name(name: &str) -> Option<ItemKind> {
        ItemKind::ALL.into_iter().find(|kind| kind.name() == name)
    }

    pub const fn side(self) -> Side {
        match self {
            ItemKind::Invoice | ItemKind::Opening => Side::Debit,
            ItemKind::Payment | ItemKind::CreditNote | ItemKind::OpeningCredit => Side::Credit,
        }
    }
}

/// A document that becomes open. `id` is the document's own, retyped; amounts are positive on either side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewItem {
    pub id: OpenItemId,
    pub kind: ItemKind,
    pub customer: CustomerId,
    pub amount: Money,
    /// Book value in minor units of the organisation's currency.
    pub functional_minor: i64,
    pub date: Date,
    /// Of debits; credits are due to nobody. Of one that is due in parts the first day.
    pub due_on: Option<Date>,
    /// The last day of one that is due in parts; the parts are kept with the document.
    pub final_due_on: Option<Date>,
}

/// An open item as it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenItem {
    pub id: OpenItemId,
    pub kind: ItemKind,
    pub customer: CustomerId,
    pub amount: Money,
    /// What is left of it.
    pub open: Money,
    /// Book value of the whole, minor units of the organisation's currency.
    pub functional_minor: i64,
    /// Book value of what is left.
    pub functional_open_minor: i64,
    pub date: Date,
    /// When the next part of what is open is due.
    pub due_on: Option<Date>,
    /// The last day, where it is due in parts.
    pub final_due_on: Option<Date>,
}

/// A part of a credit set against a debit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AllocationView {
    pub id: AllocationId,
    pub debit: OpenItemId,
    pub credit: OpenItemId,
    /// What left the debit.
    pub amount: Money,
    /// What left the credit: the same, but where the two are in different currencies.
    pub paid: Money,
    pub on: Date,
    /// Taken back since.
    pub reversed: bool,
}

impl AllocationView {
    /// As much of it as would go into so much of the debit and of the credit once more; nothing where nothing is left of either.
    pub fn within(&self, debit: Money, credit: Money) -> Result<Option<Want>, Error> {
        let paid = Money::new(self.paid.minor().min(credit.minor()), credit.currency());
        let amount = self.amount.share(paid.minor(), self.paid.minor())?;
        let (amount, paid) = if amount.minor() <= debit.minor() {
            (amount, paid)
        } else {
            (debit, self.paid.share(debit.minor(), self.amount.minor())?)
        };
        let paid_apart = (self.amount.currency() != self.paid.currency()).then_some(paid);
        let there_is = amount.is_positive() && paid.is_positive();
        Ok(there_is.then_some(Want { debit: self.debit, amount, paid: paid_apart }))
    }
}

impl OpenItem {
    pub(crate) fn of(row: ItemRow) -> Result<OpenItem, Error> {
        Ok(OpenItem {
            kind: ItemKind::by_name(&row.kind).ok_or_else(|| Error::Broken(format!("kind of {}", row.item_id)))?,
            id: row.item_id,
            customer: row.customer_id,
            amount: Money::new(row.amount_minor, row.currency),
            open: Money::new(row.open_minor, row.currency),
            functional_minor: row.functional_minor,
            functional_open_minor: row.functional_open_minor,
            date: row.date.0,
            due_on: row.due_on.map(|day| day.0),
            final_due_on: row.final_due_on.map(|day| day.0),
        })
    }

    /// The day from which the item counts as overdue is the one after this.
    pub fn due(&self) -> Date {
        self.due_on.unwrap_or(self.date)
    }
}

/// Takes up an open item.
pub fn open(tx: &mut Tx<'_>, new: NewItem) -> Result<(), Error> {
    let mut days = Changes::default();
    open_less(tx, new, 0, 0, &mut days)?;
    days.keep(tx)
}

/// Takes up an item of which a part is used already: so much of its amount and of its book value, in minor units.
pub(crate) fn open_less(
    tx: &mut Tx<'_>,
    new: NewItem,
    used_minor: i64,
    used_functional: i64,
    days: &mut Changes,
) -> Result<(), Error> {
    let (open_minor, functional_open_minor) = (new.amount.minor() - used_minor, new.functional_minor - used_functional);
    if open_minor < 0 || functional_open_minor < 0 {
        return Err(Error::Broken(format!("open item {} with a negative amount", new.id)));
    }
    let row = ItemRow {
        organisation_id: tx.organisation(),
        item_id: new.id,
        kind: new.kind.name().to_owned(),
        customer_id: new.customer,
        currency: new.amount.currency(),
        amount_minor: new.amount.minor(),
        open_minor,
        functional_minor: new.functional_minor,
        functional_open_minor,
        date: Day(new.date),
        due_on: new.due_on.map(Day),
        final_due_on: new.final_due_on.map(Day),
    };
    store::insert_item(tx.conn, &row)?;
    days.shift((None, OnDay::default()), (new.due_on, OnDay::of(open_minor, functional_open_minor)));
    Ok(())
}

/// One item, or nothing where there is none in this scope.
pub fn item(conn: &mut Conn, scope: &Scope, id: OpenItemId) -> Result<Option<OpenItem>, Error> {
    store::find_item(conn, scope, id)?.map(OpenItem::of).transpose()
}

/// The items of a customer, oldest first; with `only_open` those that have something left.
pub fn items_of(conn: &mut Conn, scope: &Scope, customer: CustomerId, only_open: bool) -> Result<Vec<OpenItem>, Error> {
    if !scope.admits(customer) {
        return Ok(Vec::new());
    }
    store::items_of(conn, scope.organisation(), customer, only_open)?.into_iter().map(OpenItem::of).collect()
}

/// What was set against an item, whichever side it is on, oldest first; taken-back ones are marked.
pub fn allocations_of(conn: &mut Conn, scope: &Scope, id: OpenItemId) -> Result<Vec<AllocationView>, Error> {
    Ok(items_with_allocations(conn, scope, &[id])?.into_iter().flat_map(|(_, allocations)| allocations).collect())
}

/// Items by id with what was set against each, as [`allocations_of`] has it; those that are not there are left out. Three
/// statements for a thousand items, and one more where any was set against something in another currency.
pub fn items_with_allocations(
    conn: &mut Conn,
    scope: &Scope,
    ids: &[OpenItemId],
) -> Result<Vec<(OpenItem, Vec<AllocationView>)>, Error> {
    let items = store::find_items(conn, scope, ids)?;
    let ids: Vec<OpenItemId> = items.iter().map(|item| item.item_id).collect();
    let rows = store::allocations_of(conn, scope.organisation(), &ids)?;
    let found: BTreeSet<OpenItemId> = ids.into_iter().collect();
    let taken_back: BTreeSet<AllocationId> = rows.iter().filter_map(|row| row.reverses).collect();
    let mut views: BTreeMap<OpenItemId, Vec<AllocationView>> = BTreeMap::new();
    let mut currencies: BTreeMap<OpenItemId, Currency> =
        items.iter().map(|item| (item.item_id, item.currency)).collect();
    let across = rows.iter().filter(|row| row.paid_minor.is_some()).flat_map(|row| [row.debit_id, row.credit_id]);
    let across: Vec<OpenItemId> = across.flatten().filter(|id| !currencies.contains_key(id)).collect();
    if !across.is_empty() {
        currencies
            .extend(store::find_items(conn, scope, &across)?.into_iter().map(|item| (item.item_id, item.currency)));
    }
    for row in rows.iter().filter(|row| row.reverses.is_none()) {
        let Some((debit, credit)) = row.debit_id.zip(row.credit_id) else { continue };
        // Without two amounts both are in one currency, whichever of them was asked for.
        let known = |of: OpenItemId, other: OpenItemId| {
            currencies.get(&of).or_else(|| currencies.get(&other).filter(|_| row.paid_minor.is_none()))
        };
        let Some((owed, paid)) = known(debit, credit).zip(known(credit, debit)) else { continue };
        for of in [debit, credit].into_iter().filter(|of| found.contains(of)) {
            views.entry(of).or_default().push(AllocationView {
                id: row.allocation_id,
                debit,
                credit,
                amount: Money::new(row.amount_minor, *owed),
                paid: Money::new(row.off_credit(), *paid),
                on: row.date.0,
                reversed: taken_back.contains(&row.allocation_id),
            });
        }
    }
    let with = |item: ItemRow| {
        let allocations = views.remove(&item.item_id).unwrap_or_default();
        Ok((OpenItem::of(item)?, allocations))
    };
    items.into_iter().map(with).collect()
}
