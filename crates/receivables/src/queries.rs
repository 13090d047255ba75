//! What a customer owes: balance, exposure, statement of account, ageing; and the proof that the totals hold.

use crate::days::{DaySum, OnDay, by_day};
use crate::items::{ItemKind, Side};
use crate::parts;
use crate::rules::ageing::{Ageing, ageing};
use crate::rules::exposure::Exposure;
use crate::store::{self, Moved};
use ::store::{Conn, Error};
use kernel::id::{CustomerId, OpenItemId};
use kernel::{Currency, Date, Money, Refusal, Scope};
use std::collections::BTreeMap;

/// Refuses a customer that is not there or may not be seen.
pub(crate) fn known(conn: &mut Conn, scope: &Scope, customer: CustomerId) -> Result<(), Error> {
    let found = scope.admits(customer) && !store::names(conn, scope.organisation(), vec![customer])?.is_empty();
    if found { Ok(()) } else { Err(Refusal::not_found("not_found").into()) }
}

/// What stands on a customer's account in one currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Balance {
    /// Open on the debit side.
    pub owed: Money,
    /// The part of it whose due date is past.
    pub overdue: Money,
    /// Open on the credit side: not set against anything yet.
    pub credit: Money,
}

/// The balances of a customer on a day, by currency; only currencies with something open.
pub fn balance(
    conn: &mut Conn,
    scope: &Scope,
    customer: CustomerId,
    today: Date,
) -> Result<Vec<(Currency, Balance)>, Error> {
    if !scope.admits(customer) {
        return Ok(Vec::new());
    }
    let mut balances: BTreeMap<Currency, Balance> = BTreeMap::new();
    for group in parts::open_groups(conn, scope.organisation(), Some(customer))? {
        let zero = Money::zero(group.currency);
        let balance = balances.entry(group.currency).or_insert(Balance { owed: zero, overdue: zero, credit: zero });
        let open = Money::new(group.minor, group.currency);
        match side(&group.kind)? {
            Side::Credit => balance.credit = balance.credit.plus(open)?,
            Side::Debit => {
                balance.owed = balance.owed.plus(open)?;
                if group.due_on.is_some_and(|due| due.0 < today) {
                    balance.overdue = balance.overdue.plus(open)?;
                }
            }
        }
    }
    Ok(balances.into_iter().collect())
}

fn side(kind: &str) -> Result<Side, Error> {
    Ok(ItemKind::by_name(kind).ok_or_else(|| Error::Broken(format!("kind of open item {kind}")))?.side())
}

/// An amount in the books' currency, and how many documents it is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Figure {
    pub amount: Money,
    pub count: i64,
}

/// What is open of all customers and due on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DueDay {
    pub due_on: Date,
    pub open: Figure,
}

/// What is open of all customers by due date, earliest first, from the sums by day. What is due in parts has its value on the day
/// of each part, and is counted as one document on the day of the next.
pub fn due_days(conn: &mut Conn, scope: &Scope) -> Result<Vec<DueDay>, Error> {
    let Scope::Organisation(organisation) = *scope else { return Err(Refusal::forbidden("forbidden").into()) };
    let currency = ::store::books::load(conn, organisation)?.currency;
    let day = |(due_on, sum): (Date, OnDay)| DueDay {
        due_on,
        open: Figure { amount: Money::new(sum.functional_minor, currency), count: sum.documents },
    };
    Ok(parts::due_days(conn, organisation)?.into_iter().map(day).collect())
}

/// The sum of some due dates. Refuses what does not fit into an amount.
pub fn sum_of<'a>(currency: Currency, days: impl Iterator<Item = &'a DueDay>) -> Result<Figure, Error> {
    let mut sum = Figure { amount: Money::zero(currency), count: 0 };
    for day in days {
        sum = Figure { amount: sum.amount.plus(day.open.amount)?, count: sum.count + day.open.count };
    }
    Ok(sum)
}

/// What was received of all customers from a day on, and in how many payments; what was taken back is not counted.
pub fn received(conn: &mut Conn, scope: &Scope, from: Date) -> Result<Figure, Error> {
    let Scope::Organisation(organisation) = *scope else { return Err(Refusal::forbidden("forbidden").into()) };
    let currency = ::store::books::load(conn, organisation)?.currency;
    let days = by_day(conn, organisation, DaySum::Received, Some(from))?;
    let amount = Money::sum(currency, days.values().map(|day| Money::new(day.functional_minor, currency)))?;
    Ok(Figure { amount, count: days.values().map(|day| day.documents).sum() })
}

/// What is at stake with a customer by currency; only currencies with something in them. The credit check asks the same.
pub fn exposure(conn: &mut Conn, scope: &Scope, customer: CustomerId) -> Result<Vec<(Currency, Exposure)>, Error> {
    if !scope.admits(customer) {
        return Ok(Vec::new());
    }
    let organisation = scope.organisation();
    let mut exposures: BTreeMap<Currency, Exposure> = BTreeMap::new();
    let mut add = |currency, minor, part: fn(&mut Exposure) -> &mut Money| -> Result<(), Error> {
        let sum = part(exposures.entry(currency).or_insert_with(|| Exposure::none(currency)));
        *sum = sum.plus(Money::new(minor, currency))?;
        Ok(())
    };
    for group in store::open_groups(conn, organisation, Some(customer))? {
        match side(&group.kind)? {
            Side::Debit => add(group.currency, group.minor, |e| &mut e.open_invoices)?,
            Side::Credit => add(group.currency, group.minor, |e| &mut e.credit)?,
        }
    }
    for (currency, minor) in store::uncleared(conn, organisation, customer)? {
        add(currency, minor, |e| &mut e.uncleared)?;
    }
    for (currency, minor) in store::orders_without_invoice(conn, organisation, customer, &["confirmed"])? {
        add(currency, minor, |e| &mut e.open_orders)?;
    }
    // Their deposits are invoices already.
    for (currency, minor) in store::deposits_of_orders(conn, organisation, customer)? {
        add(currency, -minor, |e| &mut e.open_orders)?;
    }
    for (currency, minor) in
        store::orders_without_invoice(conn, organisation, customer, &["pending_approval", "on_hold"])?
    {
        add(currency, minor, |e| &mut e.held_orders)?;
    }
    Ok(exposures.into_iter().collect())
}

/// A line of a statement of account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StatementLine {
    pub date: Date,
    /// The document; for a reduction the one it was taken from.
    pub id: OpenItemId,
    pub kind: ItemKind,
    /// A part of the document was refunded, written off, or put back: no counterpart on the account.
    pub reduction: bool,
    /// A part of the document was set against one in another currency, on whose account it stands too.
    pub exchange: bool,
    /// What the customer owes more by it; below zero for a write-off.
    pub debit: Money,
    /// What the customer owes less by it; below zero for a refund.
    pub credit: Money,
    /// What the customer owes after it; below zero is credit.
    pub balance: Money,
}

/// A statement of account in one currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    pub currency: Currency,
    pub opening: Money,
    pub lines: Vec<StatementLine>,
    pub closing: Money,
}

/// A statement of account between two days, both included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    pub from: Date,
    pub to: Date,
    pub accounts: Vec<Account>,
}

/// The statement of a customer's account. Allocations do not show, since they move nothing on the
/// account as a whole, but for those between two currencies.
pub fn statement(
    conn: &mut Conn,
    scope: &Scope,
    customer: CustomerId,
    from: Date,
    to: Date,
) -> Result<Statement, Error> {
    let mut accounts: BTreeMap<Currency, Account> = BTreeMap::new();
    let moves =
        if scope.admits(customer) { store::moves(conn, scope.organisation(), customer, to)? } else { Vec::new() };
    for moved in moves {
        let zero = Money::zero(moved.currency);
        let account = accounts.entry(moved.currency).or_insert_with(|| Account {
            currency: moved.currency,
            opening: zero,
            lines: Vec::new(),
            closing: zero,
        });
        let line = line(&moved, account.closing)?;
        account.closing = line.balance;
        if moved.date.0 < from {
            account.opening = line.balance;
        } else {
            account.lines.push(line);
        }
    }
    Ok(Statement { from, to, accounts: accounts.into_values().collect() })
}

fn line(moved: &Moved, before: Money) -> Result<StatementLine, Error> {
    let kind = ItemKind::by_name(&moved.kind).ok_or_else(|| Error::Broken(format!("kind of {}", moved.item_id)))?;
    let (amount, zero) = (Money::new(moved.minor, moved.currency), Money::zero(moved.currency));
    let (debit, credit) = match kind.side() {
        Side::Debit => (amount, zero),
        Side::Credit => (zero, amount),
    };
    let balance = before.plus(debit)?.minus(credit)?;
    Ok(StatementLine {
        date: moved.date.0,
        id: moved.item_id,
        kind,
        reduction: moved.reduction,
        exchange: moved.exchange,
        debit,
        credit,
        balance,
    })
}

/// A customer's receivables by age, in one currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgeingRow {
    pub customer: CustomerId,
    pub name: String,
    pub currency: Currency,
    pub ageing: Ageing,
}

/// Receivables of all customers by age at the end of a day, by name, with a total per currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgeingReport {
    pub as_of: Date,
    pub rows: Vec<AgeingRow>,
    pub totals: Vec<(Currency, Ageing)>,
}

type Open = (Vec<(Date, Money)>, Money);

/// Receivables by age as they stood at the end of a day. `today` tells whether that is history, which has to be counted back.
pub fn ageing_report(conn: &mut Conn, scope: &Scope, as_of: Date, today: Date) -> Result<AgeingReport, Error> {
    let Scope::Organisation(organisation) = *scope else { return Err(Refusal::forbidden("forbidden").into()) };
    let groups = if as_of < today {
        parts::open_groups_at(conn, organisation, as_of)?
    } else {
        parts::open_groups(conn, organisation, None)?
    };
    let mut open: BTreeMap<(CustomerId, Currency), Open> = BTreeMap::new();
    for group in groups {
        let zero = Money::zero(group.currency);
        let (debits, credit) = open.entry((group.customer_id, group.currency)).or_insert_with(|| (Vec::new(), zero));
        let amount = Money::new(group.minor, group.currency);
        match side(&group.kind)? {
            Side::Credit => *credit = credit.plus(amount)?,
            Side::Debit => debits.push((group.due_on.map_or(as_of, |due| due.0), amount)),
        }
    }
    let names: BTreeMap<CustomerId, String> =
        store::names(conn, organisation, open.keys().map(|key| key.0).collect())?.into_iter().collect();
    let mut totals: BTreeMap<Currency, Open> = BTreeMap::new();
    let mut rows = Vec::with_capacity(open.len());
    for ((customer, currency), (debits, credit)) in open {
        let ageing = ageing(currency, as_of, &debits, credit)?;
        let (all, unapplied) = totals.entry(currency).or_insert_with(|| (Vec::new(), Money::zero(currency)));
        all.extend(debits);
        *unapplied = unapplied.plus(credit)?;
        rows.push(AgeingRow { customer, name: names.get(&customer).cloned().unwrap_or_default(), currency, ageing });
    }
    rows.sort_by(|a, b| (&a.name, a.customer, a.currency).cmp(&(&b.name, b.customer, b.currency)));
    let totals = totals
        .into_iter()
        .map(|(currency, (all, unapplied))| Ok((currency, ageing(currency, as_of, &all, unapplied)?)))
        .collect::<Result<_, Error>>()?;
    Ok(AgeingReport { as_of, rows, totals })
}
