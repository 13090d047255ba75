//! Balances in other currencies at the end of a month: what they are worth at its closing rate, and the entry that brings them
//! there.
//!
//! Source: IAS 21.23(a) and 21.28; 小企业会计准则 has the same for balances of money, with gains to 营业外收入 and losses to
//! 财务费用 [K]. The entry is taken back on the next day, so that an invoice is settled at the value it was issued at, and its
//! whole difference is realised then, once.

use super::chart::{AccountRole, Chart, ReversalStyle, Side};
use super::entry::{EntryDraft, EntryError, EntryKind, LineDraft};
use kernel::id::CustomerId;
use kernel::{Currency, Date, Decimal, Money};
use std::collections::BTreeMap;

/// Where a difference stands: account, party where it is kept per customer, currency.
pub type Place = (String, Option<CustomerId>, Currency);

/// Minor units of the books' currency by place, debit positive.
pub type Differences = BTreeMap<Place, i64>;

/// What stands at one place at the end of a day, debit positive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    pub place: Place,
    pub amount: Money,
    /// Its value in the books with whatever revaluations of the day put there.
    pub book_minor: i64,
}

/// A balance and its value at the closing rate, in minor units of the books' currency, debit positive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revalued {
    pub place: Place,
    pub amount: Money,
    /// Its value in the books without revaluation.
    pub book_minor: i64,
    pub value_minor: i64,
}

impl Revalued {
    /// What the balance is worth more than the books say; below zero, less.
    pub const fn difference_minor(&self) -> i64 {
        self.value_minor - self.book_minor
    }
}

/// Values balances at the closing rates. `posted` is what revaluations of the day put there before. Nothing is worth nothing,
/// whatever the rate: a value that is left without an amount is a difference as a whole. Refuses values too large; balances
/// without a rate are left out, so the caller has looked for every one.
pub fn revalue(
    held: &[Held],
    posted: &Differences,
    rates: &BTreeMap<Currency, Decimal>,
    home: Currency,
) -> Result<Vec<Revalued>, EntryError> {
    let mut revalued = Vec::with_capacity(held.len());
    for held in held {
        let value = match rates.get(&held.amount.currency()) {
            _ if held.amount.is_zero() => 0,
            Some(rate) => held.amount.convert(*rate, home).map_err(|_| EntryError::Overflow)?.minor(),
            None => continue,
        };
        let before = posted.get(&held.place).copied().unwrap_or(0);
        let book_minor = held.book_minor.checked_sub(before).ok_or(EntryError::Overflow)?;
        value.checked_sub(book_minor).ok_or(EntryError::Overflow)?;
        revalued.push(Revalued { place: held.place.clone(), amount: held.amount, book_minor, value_minor: value });
    }
    Ok(revalued)
}

/// The entry that is missing so that revaluation comes to this: each balance against the gain or the loss of its currency, less
/// what was posted before, which is taken back where it was too much. `None` where nothing is missing.
pub fn draft(
    chart: Chart,
    on: Date,
    revalued: &[Revalued],
    posted: &Differences,
) -> Result<Option<EntryDraft>, EntryError> {
    let wanted = wanted(chart, revalued)?;
    let mut lines = Vec::new();
    let places: std::collections::BTreeSet<&Place> = wanted.keys().chain(posted.keys()).collect();
    for place in places {
        let of = |all: &Differences| all.get(place).copied().unwrap_or(0);
        let (wanted, posted) = (of(&wanted), of(posted));
        let change = wanted.checked_sub(posted).ok_or(EntryError::Overflow)?;
        if change != 0 {
            lines.push(line(chart.reversal_style(), place, change, if posted == 0 { wanted } else { posted })?);
        }
    }
    let draft =
        EntryDraft { date: on, kind: EntryKind::Revaluation, document: None, reverses: None, exchange: false, lines };
    Ok(Some(draft).filter(|draft| !draft.lines.is_empty()))
}

/// What revaluation of the day is to come to. A currency's gains and losses are one net amount (IAS 1.35).
fn wanted(chart: Chart, revalued: &[Revalued]) -> Result<Differences, EntryError> {
    let mut wanted = Differences::new();
    let mut gains: BTreeMap<Currency, i64> = BTreeMap::new();
    for balance in revalued {
        let difference = balance.difference_minor();
        if difference != 0 {
            wanted.insert(balance.place.clone(), difference);
            let gain = gains.entry(balance.amount.currency()).or_default();
            *gain = gain.checked_add(difference).ok_or(EntryError::Overflow)?;
        }
    }
    for (currency, gain) in gains {
        let role = if gain > 0 { AccountRole::FxGain } else { AccountRole::FxLoss };
        if gain != 0 {
            let against = gain.checked_neg().ok_or(EntryError::Overflow)?;
            wanted.insert((chart.code(role).to_owned(), None, currency), against);
        }
    }
    Ok(wanted)
}

/// A line that has a value but no amount. It stands on the side of `first`; where it takes something of that back it is in red
/// or on the other side, as the chart has corrections.
fn line(style: ReversalStyle, place: &Place, change: i64, first: i64) -> Result<LineDraft, EntryError> {
    let side = if first > 0 { Side::Debit } else { Side::Credit };
    let on_side = if first > 0 { Some(change) } else { change.checked_neg() }.ok_or(EntryError::Overflow)?;
    let (side, functional_minor) = match style {
        ReversalStyle::Swap if on_side < 0 => (side.opposite(), on_side.checked_neg().ok_or(EntryError::Overflow)?),
        _ => (side, on_side),
    };
    let (account, party, currency) = place.clone();
    let original = Money::zero(currency);
    Ok(LineDraft { account, side, original, functional_minor, party, tax_code: None, cash_flow_line: None })
}

#[cfg(test)]
mod tests {
    use super::*;

    const CUSTOMER: CustomerId = CustomerId::from_bytes([1; 16]);

    fn place(account: &str, currency: Currency) -> Place {
        (account.to_owned(), (account == "1122").then_some(CUSTOMER), currency)
    }

    /// `1122 USD 10000 71000`: account, amount and book value in minor units.
    fn held(text: &str) -> Held {
        let words: Vec<&str> = text.split(' ').collect();
        let currency: Currency = words[1].parse().unwrap();
        let amount = Money::new(words[2].parse().unwrap(), currency);
        Held { place: place(words[0], currency), amount, book_minor: words[3].parse().unwrap() }
    }

    fn rates() -> BTreeMap<Currency, Decimal> {
        BTreeMap::from([(Currency::USD, "7.2".parse().unwrap()), (Currency::JPY, "0.05".parse().unwrap())])
    }

    /// The lines as `1122 debit 1000`.
    fn lines(chart: Chart, all: &[&str], posted: &Differences) -> Vec<String> {
        let held: Vec<Held> = all.iter().map(|text| held(text)).collect();
        let revalued = revalue(&held, posted, &rates(), Currency::CNY).unwrap();
        let entry = draft(chart, "2026-11-30".parse().unwrap(), &revalued, posted).unwrap();
        let told = |l: &LineDraft| {
            assert!(l.original.is_zero());
            format!("{} {} {}", l.account, l.side.name(), l.functional_minor)
        };
        entry.map_or_else(Vec::new, |entry| entry.lines.iter().map(told).collect())
    }

    #[test]
    fn a_currency_has_one_gain_or_loss() {
        const CN: Chart = Chart::SmallEnterprise;
        for (all, wanted) in [
            (&["1122 USD 10000 71000"][..], &["1122 debit 1000", "5301 credit 1000"][..]),
            (&["1122 USD 10000 73000"], &["1122 credit 1000", "5603 debit 1000"]),
            (&["2202 USD -10000 -71000"], &["2202 credit 1000", "5603 debit 1000"]),
            (&["1122 USD 10000 72000"], &[]),
            (
                &["1002 USD 5000 34000", "1122 USD 10000 73000"],
                &["1002 debit 2000", "1122 credit 1000", "5301 credit 1000"],
            ),
            (&["1002 USD 5000 35000", "1122 USD 10000 73000"], &["1002 debit 1000", "1122 credit 1000"]),
            (&["1002 USD 0 -300"], &["1002 debit 300", "5301 credit 300"]),
            (
                &["1122 JPY 1000 4000", "1122 USD 10000 73000"],
                &["1122 debit 1000", "1122 credit 1000", "5301 credit 1000", "5603 debit 1000"],
            ),
        ] {
            assert_eq!(lines(CN, all, &Differences::new()), wanted, "{all:?}");
        }
    }

    #[test]
    fn what_was_posted_before_is_corrected() {
        let posted = |text: &str| -> Differences {
            let entry = |line: &str| {
                let words: Vec<&str> = line.split(' ').collect();
                (place(words[0], Currency::USD), words[1].parse().unwrap())
            };
            text.split(", ").map(entry).collect()
        };
        const CN: Chart = Chart::SmallEnterprise;
        // The book value is what stands there with the former revaluation.
        for (chart, held, before, wanted) in [
            (CN, "1122 USD 10000 72000", "1122 1000, 5301 -1000", &[][..]),
            (CN, "1002 USD 0 0", "1002 300, 5301 -300", &[]),
            (CN, "1122 USD 10000 73000", "1122 2000, 5301 -2000", &["1122 debit -1000", "5301 credit -1000"]),
            (CN, "1122 USD 10000 71500", "1122 500, 5301 -500", &["1122 debit 500", "5301 credit 500"]),
            (
                CN,
                "1122 USD 10000 74000",
                "1122 1000, 5301 -1000",
                &["1122 debit -2000", "5301 credit -1000", "5603 debit 1000"],
            ),
            (
                Chart::International,
                "1122 USD 10000 73000",
                "1122 2000, 7000 -2000",
                &["1122 credit 1000", "7000 debit 1000"],
            ),
        ] {
            assert_eq!(lines(chart, &[held], &posted(before)), wanted, "{held} after {before}");
        }
    }
}
