//! The general ledger of an account: every line, with the balance after it.

use super::Account;
use crate::rules::chart::Side;
use crate::rules::entry::{Document, EntryKind};
use crate::store::{balances, lines, vouchers};
use ::store::{Conn, Error, books};
use kernel::id::{CustomerId, EntryId};
use kernel::{Date, Localized, Money, Refusal, Scope};
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

/// The line that a page ends with; the next begins behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    pub date: Date,
    pub entry: EntryId,
    pub line: i32,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.date, self.line, self.entry)
    }
}

impl FromStr for Place {
    type Err = Refusal;
    fn from_str(text: &str) -> Result<Place, Refusal> {
        let mut parts = text.splitn(3, '.');
        let mut next = || parts.next().unwrap_or("");
        match (next().parse(), next().parse(), next().parse()) {
            (Ok(date), Ok(line), Ok(entry)) => Ok(Place { date, entry, line }),
            _ => Err(Refusal::field("/cursor", "cursor_unknown")),
        }
    }
}

/// One line of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerLine {
    pub place: Place,
    /// The account it stands on: the one asked for, or one below it.
    pub account: String,
    pub kind: EntryKind,
    pub document: Option<Document>,
    pub memo: String,
    /// Number of the voucher in its month, where it has one by now.
    pub voucher: Option<i64>,
    pub side: Side,
    /// In the organisation's currency.
    pub amount: Money,
    pub original: Money,
    pub customer: Option<CustomerId>,
    /// After this line, debit positive.
    pub balance: Money,
}

impl LedgerLine {
    pub fn debit(&self) -> Option<Money> {
        (self.side == Side::Debit).then_some(self.amount)
    }

    pub fn credit(&self) -> Option<Money> {
        (self.side == Side::Credit).then_some(self.amount)
    }

    /// The amount in the document's currency, where that is another.
    pub fn foreign(&self) -> Option<Money> {
        (self.original.currency() != self.amount.currency()).then_some(self.original)
    }
}

/// A page of the general ledger, oldest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GeneralLedger {
    pub account: String,
    pub names: Localized,
    pub from: Date,
    pub to: Date,
    /// Before the first line of this page, debit positive.
    pub opening: Money,
    pub lines: Vec<LedgerLine>,
    /// After the last line of this page.
    pub closing: Money,
    /// Where the next page begins.
    pub next: Option<Place>,
}

/// Up to `limit` lines of an account, and of all below it, between two days behind `after`. Refuses an account that is not
/// there.
pub fn general_ledger(
    conn: &mut Conn,
    scope: &Scope,
    account: &str,
    (from, to): (Date, Date),
    after: Option<Place>,
    limit: i64,
) -> Result<GeneralLedger, Error> {
    let organisation = super::organisation(scope)?;
    let all = super::accounts(conn, scope)?;
    let below = with_all_below(account, &all);
    let known = all.into_iter().find(|a| a.code == account);
    let known = known.ok_or_else(|| Refusal::not_found("account_not_found"))?;
    let currency = books::load(conn, organisation)?.currency;
    let mut opening = 0;
    for code in &below {
        opening += balances::before(conn, organisation, code, from)?;
    }
    if let Some(place) = after {
        opening += lines::moved_up_to(conn, organisation, &below, from, place)?;
    }
    let mut rows = lines::page(conn, organisation, &below, (from, to), after, limit + 1)?;
    let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = rows.len() > wanted;
    rows.truncate(wanted);
    let mut ids: Vec<EntryId> = rows.iter().map(|(_, row)| row.entry_id).collect();
    ids.dedup();
    let numbers: BTreeMap<EntryId, i64> = vouchers::of(conn, organisation, &ids)?.into_iter().collect();
    let mut balance = Money::new(opening, currency);
    let mut found = Vec::with_capacity(rows.len());
    for (entry, row) in rows {
        let place = Place { date: row.date.0, entry: row.entry_id, line: row.line };
        let (kind, document, line) = (entry.kind()?, entry.document(), row.draft()?);
        let amount = Money::new(line.functional_minor, currency);
        balance = if line.side == Side::Debit { balance.plus(amount)? } else { balance.minus(amount)? };
        found.push(LedgerLine {
            place,
            account: line.account,
            kind,
            document,
            memo: entry.memo,
            voucher: numbers.get(&place.entry).copied(),
            side: line.side,
            amount,
            original: line.original,
            customer: line.party,
            balance,
        });
    }
    let next = if more { found.last().map(|line| line.place) } else { None };
    let opening = Money::new(opening, currency);
    Ok(GeneralLedger {
        account: known.code,
        names: known.names,
        from,
        to,
        opening,
        lines: found,
        closing: balance,
        next,
    })
}

/// An account and all below it, down to the last.
fn with_all_below(account: &str, all: &[Account]) -> Vec<String> {
    let mut codes = vec![account.to_owned()];
    let mut at = 0;
    while let Some(code) = codes.get(at).cloned() {
        codes.extend(all.iter().filter(|a| a.parent.as_deref() == Some(&*code)).map(|a| a.code.clone()));
        at += 1;
    }
    codes
}

/// Lines that are read at a time for a file.
const CHUNK: i64 = 1000;
/// Lines of a file.
const LINES_MAX: usize = 100_000;

/// Every line of an account between two days. Refuses more than a workbook is read with.
pub fn whole_ledger(conn: &mut Conn, scope: &Scope, account: &str, days: (Date, Date)) -> Result<GeneralLedger, Error> {
    let mut whole = general_ledger(conn, scope, account, days, None, CHUNK)?;
    while let Some(place) = whole.next {
        let more = general_ledger(conn, scope, account, days, Some(place), CHUNK)?;
        whole.lines.extend(more.lines);
        (whole.closing, whole.next) = (more.closing, more.next);
        if whole.lines.len() > LINES_MAX {
            return Err(Refusal::invalid("report_too_long").with("rows", LINES_MAX.to_string()).into());
        }
    }
    Ok(whole)
}
