//! Which columns are amounts, and which way each says that money went.

use crate::amount;
use crate::table::cell;
use crate::table::doubt::Doubt;
use crate::table::guess::Sample;
use crate::table::map::Amount;
use crate::table::rows::Row;
use crate::table::words::Role;
use kernel::Decimal;
use std::collections::HashMap;

/// The amounts of a table, with the balance that runs beside them.
pub(crate) struct Amounts {
    pub amount: Amount,
    pub balance: Option<usize>,
    /// All the columns of money.
    pub columns: Vec<usize>,
}

/// Finds the columns of amounts; nothing where there is none.
pub(crate) fn amounts(sample: &Sample, doubts: &mut Vec<Doubt>) -> Option<Amounts> {
    let by = |role| sample.by_name(role);
    let (single, into, out, mark) = (by(Role::Amount), by(Role::In), by(Role::Out), by(Role::Mark));
    let balance = by(Role::Balance);
    if sample.header.is_none() {
        return nameless(sample, doubts);
    }
    if let (Some(into), Some(out)) = (into, out) {
        return Some(pair(sample, into, out, balance));
    }
    let column = single.or(into).or(out)?;
    let columns: Vec<usize> = [Some(column), balance].into_iter().flatten().collect();
    let amount = match mark {
        Some(mark) => marked(sample, column, mark),
        None => signed(sample, column, balance, doubts),
    };
    Some(Amounts { amount, balance, columns })
}

/// An amount beside a mark; where the mark repeats what the sign says, the sign alone.
fn marked(sample: &Sample, column: usize, mark: usize) -> Amount {
    let mut repeated = sample.rows.iter().filter_map(|row| Some((value(row, column)?, cell::is_in(row.cell(mark))?)));
    let is_repeated = repeated.all(|(amount, is_in)| amount.is_zero() || amount.is_sign_positive() == is_in);
    let has_out = sample.rows.iter().any(|row| value(row, column).is_some_and(|amount| amount.is_sign_negative()));
    if is_repeated && has_out {
        return Amount::Signed { column: sample.name(column), is_turned: false };
    }
    Amount::Marked { column: sample.name(column), mark: sample.name(mark) }
}

fn signed(sample: &Sample, column: usize, balance: Option<usize>, doubts: &mut Vec<Doubt>) -> Amount {
    let is_turned = match balance.and_then(|balance| running(sample, balance, |row| value(row, column))) {
        Some(Running::As) => false,
        Some(Running::Turned) => true,
        None => {
            let has =
                |is: fn(&Decimal) -> bool| sample.rows.iter().filter_map(|row| value(row, column)).any(|a| is(&a));
            let (below, above) = (has(|amount| amount.is_sign_negative()), has(|amount| amount.is_sign_positive()));
            if sample.preamble.is_card || above && !below {
                doubts.push(Doubt::Sign);
            }
            // A card's statement is written from the bank's side: what was spent is above zero.
            sample.preamble.is_card
        }
    };
    Amount::Signed { column: sample.name(column), is_turned }
}

/// Two columns by their names; turned about where the running balance says so.
fn pair(sample: &Sample, into: usize, out: usize, balance: Option<usize>) -> Amounts {
    let spent: Vec<Decimal> = sample.rows.iter().filter_map(|row| value(row, out)).filter(|a| !a.is_zero()).collect();
    let out_is_negative = !spent.is_empty() && spent.iter().all(|amount| amount.is_sign_negative());
    let moved = |row: &Row| {
        let (into, out) = (value(row, into), value(row, out));
        let out = out.map(|out| if out_is_negative { out } else { -out });
        match (into, out) {
            (None, None) => None,
            (into, out) => into.unwrap_or_default().checked_add(out.unwrap_or_default()),
        }
    };
    let is_turned = balance.and_then(|balance| running(sample, balance, moved)) == Some(Running::Turned);
    let (money_in, money_out) = if is_turned && !out_is_negative { (out, into) } else { (into, out) };
    let columns = [Some(into), Some(out), balance].into_iter().flatten().collect();
    let amount = Amount::InOut { money_in: sample.name(money_in), money_out: sample.name(money_out), out_is_negative };
    Amounts { amount, balance, columns }
}

/// Without names: two columns of which each row has one are money in and out, and what runs on beside them is the balance.
fn nameless(sample: &Sample, doubts: &mut Vec<Doubt>) -> Option<Amounts> {
    let columns = sample.nameless_amounts();
    let apart = |one: usize, other: usize| {
        let is = |row: &Row, at| value(row, at).is_some_and(|amount| !amount.is_zero());
        let both = sample.rows.iter().any(|row| is(row, one) && is(row, other));
        !both && sample.rows.iter().any(|row| is(row, one)) && sample.rows.iter().any(|row| is(row, other))
    };
    let pairs = columns.iter().flat_map(|one| columns.iter().map(move |other| (*one, *other)));
    if let Some((out, into)) = pairs.filter(|(one, other)| one < other).find(|(one, other)| apart(*one, *other)) {
        let moved = |row: &Row| value(row, into).unwrap_or_default().checked_sub(value(row, out).unwrap_or_default());
        let others = columns.iter().copied().filter(|at| *at != into && *at != out);
        let balance = others.into_iter().find(|at| running(sample, *at, moved).is_some());
        if balance.is_none() {
            doubts.push(Doubt::Sign);
        }
        return Some(pair(sample, into, out, balance));
    }
    let column = *columns.first()?;
    let balance = columns.get(1).copied().filter(|at| running(sample, *at, |row| value(row, column)).is_some());
    let amount = signed(sample, column, balance, doubts);
    Some(Amounts { amount, balance, columns: [Some(column), balance].into_iter().flatten().collect() })
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Running {
    /// The balance follows from the amounts as they were taken.
    As,
    /// It follows from them with the other sign.
    Turned,
}

/// Whether a balance follows from amounts, from row to row of each account and currency, in nine of ten.
fn running(sample: &Sample, balance: usize, moved: impl Fn(&Row) -> Option<Decimal>) -> Option<Running> {
    let keys = [sample.by_name(Role::Currency), sample.by_name(Role::Account)];
    let mut before: HashMap<[&str; 2], (Decimal, Decimal)> = HashMap::new();
    let (mut all, mut fits) = (0_usize, [0_usize; 4]);
    for row in &sample.rows {
        let (Some(amount), Some(stood)) = (moved(row), value(row, balance)) else { continue };
        let key = keys.map(|at| at.map_or("", |at| row.cell(at)));
        if let Some((stood_before, amount_before)) = before.insert(key, (stood, amount)) {
            all += 1;
            let Some(step) = stood.checked_sub(stood_before) else { continue };
            // Oldest first, newest first, and both with the other sign.
            for (fit, wanted) in fits.iter_mut().zip([amount, -amount_before, -amount, amount_before]) {
                *fit += usize::from(step == wanted);
            }
        }
    }
    let holds = |fit: usize| all > 0 && fit * 10 >= all * 9;
    let as_taken = fits[0].max(fits[1]);
    let turned = fits[2].max(fits[3]);
    match (holds(as_taken), holds(turned)) {
        (true, _) if as_taken >= turned => Some(Running::As),
        (_, true) => Some(Running::Turned),
        _ => None,
    }
}

/// The amount in a cell, whatever its currency.
fn value(row: &Row, at: usize) -> Option<Decimal> {
    let text = row.cell(at);
    let read = amount::decimal(text);
    read.or_else(|| {
        let (digits, is_out) = cell::bare(text)?;
        let amount = amount::decimal(digits)?;
        Some(if is_out { -amount } else { amount })
    })
}
