//! What pages and the API read of tills: what lies there by the books, what moved since the last count, and the counts.

use crate::rules::till::{Pile, is_bank, is_till};
use crate::store::{self, CountRow, DepositRow};
use ::store::{Conn, Error, Part, books};
use kernel::id::{EntryId, TillCountId, TillDepositId};
use kernel::{Currency, Date, Locale, Money, Scope, Timestamp};
use ledger::queries::Moved;
use ledger::{AccountRole, Chart};

/// So many movements since a count are shown.
const MOVED_SHOWN: i64 = 50;
/// So far before a count, what was recorded for its day after it is looked for.
const LATE_DAYS: i64 = 31;

/// A count as pages and the API show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TillCount {
    pub id: TillCountId,
    pub account: String,
    /// At the end of this day.
    pub on: Date,
    pub counted: Money,
    /// What the books had by then.
    pub expected: Money,
    /// So much more was there; below zero where something was missing.
    pub difference: Money,
    pub piles: Vec<Pile>,
    pub note: Option<String>,
    /// The entry of the difference.
    pub entry: Option<EntryId>,
    /// The trail's name of who counted.
    pub by: String,
    pub at: Timestamp,
}

impl TillCount {
    pub(crate) fn of(row: CountRow) -> Result<TillCount, Error> {
        let pile = |(face, number)| Pile { face: row.money(face), number };
        let (counted, expected) = (row.money(row.counted_minor), row.money(row.expected_minor));
        Ok(TillCount {
            id: row.count_id,
            on: row.counted_on.0,
            counted,
            expected,
            difference: counted.minus(expected)?,
            piles: row.piles()?.into_iter().map(pile).collect(),
            entry: row.entry_id,
            at: row.created_at.0,
            account: row.account,
            note: row.note,
            by: row.counted_by,
        })
    }
}

/// Cash that was taken to the bank.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TillDeposit {
    pub id: TillDepositId,
    pub from: String,
    pub to: String,
    pub amount: Money,
    pub on: Date,
    pub reference: Option<String>,
    pub entry: EntryId,
}

impl TillDeposit {
    pub(crate) fn of(row: DepositRow) -> TillDeposit {
        TillDeposit {
            id: row.deposit_id,
            amount: Money::new(row.amount_minor, row.currency),
            on: row.deposited_on.0,
            entry: row.entry_id,
            from: row.account,
            to: row.bank_account,
            reference: row.reference,
        }
    }
}

/// A till in one currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Till {
    pub account: String,
    /// The name of the account.
    pub name: String,
    /// What the books have there at the end of a day.
    pub held: Money,
    pub last: Option<TillCount>,
}

impl Till {
    pub fn currency(&self) -> Currency {
        self.held.currency()
    }
}

/// What moved since a count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Since {
    /// The newest day first.
    pub moved: Vec<Moved>,
    /// Whether these are not all.
    pub has_more: bool,
    /// All of it together.
    pub net: Money,
    /// What of that no line shows: posted in the moment of the count, or for days long before it.
    pub unseen: Money,
}

fn chart(conn: &mut Conn, scope: &Scope) -> Result<(Chart, Currency), Error> {
    let books = books::load(conn, scope.organisation())?;
    Ok((ledger::chart_of(&books)?, books.currency))
}

fn accounts(
    conn: &mut Conn,
    scope: &Scope,
    locale: Locale,
    fits: impl Fn(&str) -> bool,
) -> Result<Vec<(String, String)>, Error> {
    let all = ledger::queries::accounts(conn, scope)?.into_iter();
    let fitting = all.filter(|account| account.postable && fits(&account.code));
    Ok(fitting.map(|account| (account.code.clone(), account.names.get(locale).to_owned())).collect())
}

/// Accounts at the bank, by code and name.
pub fn banks(conn: &mut Conn, scope: &Scope, locale: Locale) -> Result<Vec<(String, String)>, Error> {
    let (chart, _) = chart(conn, scope)?;
    accounts(conn, scope, locale, |code| is_bank(chart, code))
}

/// Every till in every currency that it has or was counted in, with what the books have there at the end of a day; the books' own
/// currency always.
pub fn tills(conn: &mut Conn, scope: &Scope, locale: Locale, on: Date) -> Result<Vec<Till>, Error> {
    let (chart, home) = chart(conn, scope)?;
    let mut tills = Vec::new();
    for (account, name) in accounts(conn, scope, locale, |code| is_till(chart, code))? {
        let mut held: Vec<Money> = vec![Money::zero(home)];
        for one in ledger::queries::held(conn, scope, &account, on)? {
            if one.by_then.currency() == home {
                held[0] = one.by_then;
            } else {
                held.push(one.by_then);
            }
        }
        for held in held {
            let last = store::last_count(conn, scope.organisation(), (&account, held.currency()))?;
            if held.currency() != home && held.is_zero() && last.is_none() {
                continue;
            }
            let last = last.map(TillCount::of).transpose()?;
            tills.push(Till { account: account.clone(), name: name.clone(), held, last });
        }
    }
    Ok(tills)
}

/// What moved on a till since it was last counted; of the last month where it never was.
pub fn since(conn: &mut Conn, scope: &Scope, till: &Till, today: Date) -> Result<Since, Error> {
    let counted = till.last.as_ref().map(|last| (last.on, last.at));
    let from = counted.map_or(today, |(on, _)| on);
    let from = from.checked_sub(jiff::Span::new().days(LATE_DAYS)).unwrap_or(from);
    let place = (till.account.as_str(), till.currency());
    let mut moved = ledger::queries::moved(conn, scope, place, (from, counted), MOVED_SHOWN + 1)?;
    let shown = usize::try_from(MOVED_SHOWN).unwrap_or(usize::MAX);
    let has_more = moved.len() > shown;
    moved.truncate(shown);
    // What is dated later than today is in no balance of today.
    moved.retain(|one| one.on <= today);
    let zero = Money::zero(till.currency());
    let net = till.held.minus(till.last.as_ref().map_or(zero, |last| last.counted))?;
    let seen = Money::sum(till.currency(), moved.iter().map(|one| one.amount))?;
    let unseen = if has_more || counted.is_none() { zero } else { net.minus(seen)? };
    Ok(Since { moved, has_more, net, unseen })
}

/// A part of the counts, newest first, of a till where one is named.
pub fn counts(
    conn: &mut Conn,
    scope: &Scope,
    of: (Option<&str>, Option<Currency>),
    part: &Part,
) -> Result<Vec<TillCount>, Error> {
    store::list_counts(conn, scope, of, part)?.into_iter().map(TillCount::of).collect()
}

/// Whether the usual till, which somebody counts, moved on a day for which nobody counted it, nor for a later one.
pub fn is_uncounted(conn: &mut Conn, scope: &Scope, day: Date) -> Result<bool, Error> {
    let (chart, home) = chart(conn, scope)?;
    let account = chart.code(AccountRole::Cash);
    let last = store::last_count(conn, scope.organisation(), (account, home))?;
    let is_behind = last.is_some_and(|row| row.counted_on.0 < day);
    Ok(is_behind && ledger::queries::moved_on(conn, scope, account, day)?)
}
