//! The lines each business event posts, on either chart.
//!
//! Amounts keep the currency of the document; values in the organisation's currency come in from where they are
//! known (the rate of a new document, the book value of an open item), so nothing is converted twice and every entry
//! balances by construction. Lines of nothing are left out; a draft without lines means nothing is to be posted.

use super::chart::{AccountRole, Chart, Side};
use super::entry::{Document, EntryDraft, EntryError, EntryKind, LineDraft, taken_back};
use kernel::id::{CustomerId, EntryId};
use kernel::{Currency, Date, Decimal, Money};

/// Line 1 of the cash-flow statement: received from customers.
const FROM_CUSTOMERS: u8 = 1;
/// Line 2: other receipts of operations.
const OTHER_RECEIVED: u8 = 2;
/// Line 6: other payments of operations.
const OTHER_PAID: u8 = 6;

/// An amount and its value in minor units of the organisation's currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Valued {
    pub money: Money,
    pub functional_minor: i64,
}

impl Valued {
    /// Valued at `rate` units of the functional currency per unit, rounded half up; the rate of the functional
    /// currency itself is not asked.
    pub fn at(money: Money, rate: Decimal, functional: Currency) -> Result<Valued, EntryError> {
        if money.currency() == functional {
            return Ok(Valued { money, functional_minor: money.minor() });
        }
        let value = money.convert(rate, functional).map_err(|_| EntryError::Overflow)?;
        Ok(Valued { money, functional_minor: value.minor() })
    }

    /// So much of it, with its share of the value; all of the value goes with all of the amount.
    pub fn part(self, amount: Money) -> Result<Valued, EntryError> {
        let value = Money::new(self.functional_minor, amount.currency());
        let value = value.share(amount.minor(), self.money.minor()).map_err(|_| EntryError::Overflow)?;
        Ok(Valued { money: amount, functional_minor: value.minor() })
    }

    fn plus(self, other: Valued) -> Result<Valued, EntryError> {
        Ok(Valued {
            money: self.money.plus(other.money).map_err(|_| EntryError::Overflow)?,
            functional_minor: self.functional_minor.checked_add(other.functional_minor).ok_or(EntryError::Overflow)?,
        })
    }

    /// Above zero on a side, or below zero turned round on the other.
    fn sided(self, side: Side) -> Result<(Side, Valued), EntryError> {
        let is_below = self.money.is_negative() || (self.money.is_zero() && self.functional_minor < 0);
        if !is_below {
            return Ok((side, self));
        }
        let zero = Valued { money: Money::zero(self.money.currency()), functional_minor: 0 };
        Ok((side.opposite(), zero.minus(self)?))
    }

    pub fn minus(self, other: Valued) -> Result<Valued, EntryError> {
        Ok(Valued {
            money: self.money.minus(other.money).map_err(|_| EntryError::Overflow)?,
            functional_minor: self.functional_minor.checked_sub(other.functional_minor).ok_or(EntryError::Overflow)?,
        })
    }
}

/// Base and tax of a document under one tax code, valued at the document's rate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaxedPart {
    pub code: String,
    pub base: Valued,
    pub tax: Valued,
}

/// Credit set against one invoice: what leaves the credit and what leaves the invoice are worth the same to both sides, but each
/// has its own book value; the difference is realised exchange gain or loss.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settlement {
    /// What leaves the invoice.
    pub amount: Money,
    /// What leaves the credit: the same, but where it is in another currency.
    pub paid: Money,
    /// Value the credit brings.
    pub credit_minor: i64,
    /// Value the invoice is carried at.
    pub item_minor: i64,
    /// The currency of the books, in which the values are.
    pub home: Currency,
}

/// What is common to every entry of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Event {
    pub chart: Chart,
    pub date: Date,
    pub document: Document,
    pub customer: CustomerId,
}

/// Where the net of a sale stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Net {
    /// The revenue is earned.
    Earned,
    /// Not delivered yet: a contract liability (2203 预收账款; IFRS 15.106).
    Deferred,
    /// The sale was in the books before; these have only what was open of it, against opening balances.
    BroughtForward,
}

impl Net {
    pub const fn role(self) -> AccountRole {
        match self {
            Net::Earned => AccountRole::Revenue,
            Net::Deferred => AccountRole::CustomerAdvances,
            Net::BroughtForward => AccountRole::OpeningBalance,
        }
    }
}

/// An invoice is issued: Dr receivable gross / Cr revenue, or what is deferred, and Cr output tax per code.
pub fn invoice(event: Event, net: Net, parts: &[TaxedPart]) -> Result<EntryDraft, EntryError> {
    Ok(event.entry(EntryKind::Invoice, event.sale(net, parts)?))
}

/// What was invoiced is delivered: Dr what was deferred / Cr revenue, per code, at the value it was deferred at.
pub fn delivery(event: Event, deferred: &[(String, Valued)]) -> EntryDraft {
    let line = |net: Net, side, (code, value): &(String, Valued)| {
        let line = event.line(net.role(), side, *value);
        LineDraft { tax_code: Some(code.clone()), ..line }
    };
    let pair = |part| [line(Net::Deferred, Side::Debit, part), line(Net::Earned, Side::Credit, part)];
    event.entry(EntryKind::Delivery, deferred.iter().flat_map(pair).collect())
}

/// What was delivered is not: it waits again. What [`delivery`] posts, taken back in the way of the chart.
pub fn undelivered(event: Event, deferred: &[(String, Valued)]) -> Result<EntryDraft, EntryError> {
    let (style, entry) = (event.chart.reversal_style(), delivery(event, deferred));
    let lines = entry.lines.iter().map(|line| taken_back(line, style)).collect::<Result<_, _>>()?;
    Ok(EntryDraft { lines, ..entry })
}

/// Adds up by tax code what stands on the account of a part of these lines, credit positive; what comes to nothing is left
/// out.
pub fn standing(chart: Chart, role: AccountRole, lines: &[LineDraft]) -> Result<Vec<(String, Valued)>, EntryError> {
    let mut sums: Vec<(String, Valued)> = Vec::new();
    for line in lines.iter().filter(|line| line.account == chart.code(role)) {
        let (Some(code), value) = (&line.tax_code, line.value()) else { continue };
        let zero = Valued { money: Money::zero(line.original.currency()), functional_minor: 0 };
        let at = sums.iter().position(|(other, _)| other == code).unwrap_or_else(|| {
            sums.push((code.clone(), zero));
            sums.len() - 1
        });
        let (_, sum) = &mut sums[at];
        *sum = if line.side == Side::Credit { sum.plus(value)? } else { sum.minus(value)? };
    }
    sums.retain(|(_, sum)| !(sum.money.is_zero() && sum.functional_minor == 0));
    Ok(sums)
}

/// A credit note: the lines of an invoice taken back, in red on the Chinese chart, sides exchanged on the other.
pub fn credit_note(event: Event, net: Net, parts: &[TaxedPart]) -> Result<EntryDraft, EntryError> {
    let style = event.chart.reversal_style();
    let lines = event.sale(net, parts)?.iter().map(|l| taken_back(l, style)).collect::<Result<_, _>>()?;
    Ok(event.entry(EntryKind::CreditNote, lines))
}

/// An invoice is voided: its entry taken back in the way of the chart.
pub fn void(chart: Chart, issued: &EntryDraft, entry: EntryId, date: Date) -> Result<EntryDraft, EntryError> {
    super::entry::reversal(issued, Some(entry), date, chart.reversal_style())
}

/// Money arrives: Dr `into` / Cr receivable per settled invoice, Cr advances for the rest, exchange difference.
///
/// The settlements' credit values are parts of the payment's value; the caller sees to it that they do not exceed the
/// payment (`receivables::rules::allocate`).
pub fn payment(
    event: Event,
    into: AccountRole,
    received: Valued,
    settlements: &[Settlement],
) -> Result<EntryDraft, EntryError> {
    let mut lines = vec![event.line(into, Side::Debit, received)];
    let mut rest = received;
    for settlement in settlements {
        rest = rest.minus(settlement.credit())?;
        lines.push(event.line(AccountRole::Receivable, Side::Credit, settlement.item()));
    }
    lines.push(event.line(AccountRole::CustomerAdvances, Side::Credit, rest));
    lines.extend(event.exchange_difference(settlements)?);
    Ok(event.settling(EntryKind::Payment, lines, settlements))
}

/// Credit that was there is set against invoices: Dr `from` / Cr receivable, exchange difference.
///
/// `from` is [`AccountRole::CustomerAdvances`] for the rest of a payment and [`AccountRole::Receivable`] for a credit
/// note. Undone by a reversal.
pub fn application(event: Event, from: AccountRole, settlements: &[Settlement]) -> Result<EntryDraft, EntryError> {
    let mut lines = Vec::with_capacity(2 * settlements.len() + 1);
    for settlement in settlements {
        lines.push(event.line(from, Side::Debit, settlement.credit()));
        lines.push(event.line(AccountRole::Receivable, Side::Credit, settlement.item()));
    }
    lines.extend(event.exchange_difference(settlements)?);
    Ok(event.settling(EntryKind::Application, lines, settlements))
}

/// Credit comes off an invoice that another credit settles in its place: what [`application`] posts, taken back in the way
/// of the chart.
pub fn release(event: Event, from: AccountRole, settlements: &[Settlement]) -> Result<EntryDraft, EntryError> {
    let (style, entry) = (event.chart.reversal_style(), application(event, from, settlements)?);
    let lines = entry.lines.iter().map(|line| taken_back(line, style)).collect::<Result<_, _>>()?;
    Ok(EntryDraft { lines, ..entry })
}

/// Credit is paid back: Dr `from` at its book value / Cr `out_of` at the value paid, exchange difference. An outgoing
/// payment, so never in red.
pub fn refund(
    event: Event,
    from: AccountRole,
    out_of: AccountRole,
    paid: Valued,
    credit_minor: i64,
) -> Result<EntryDraft, EntryError> {
    let credit = Valued { money: paid.money, functional_minor: credit_minor };
    let mut lines = vec![event.line(from, Side::Debit, credit), event.line(out_of, Side::Credit, paid)];
    let gain = credit.minus(paid)?.functional_minor;
    lines.extend(event.gain_or_loss(paid.money.currency(), gain)?);
    Ok(event.entry(EntryKind::Refund, lines))
}

/// A provider or bank keeps a fee, often known after the payment: Dr fees / Cr `out_of`.
pub fn fee(event: Event, out_of: AccountRole, fee: Valued) -> EntryDraft {
    let mut lines = vec![event.line(AccountRole::Fees, Side::Debit, fee), event.line(out_of, Side::Credit, fee)];
    lines[1].cash_flow_line = lines[1].cash_flow_line.map(|_| OTHER_PAID);
    event.entry(EntryKind::Fee, lines)
}

/// Money moves from one of our accounts to another: a pay-out (clearing → bank), a cheque that cleared (cheques in
/// hand → bank), funds held in a dispute (clearing → disputed) and won back.
///
/// No cash flow where both sides are cash.
pub fn transfer(event: Event, from: AccountRole, to: AccountRole, value: Valued) -> EntryDraft {
    let mut lines = vec![event.line(to, Side::Debit, value), event.line(from, Side::Credit, value)];
    if event.chart.is_cash(from) && event.chart.is_cash(to) {
        lines.iter_mut().for_each(|l| l.cash_flow_line = None);
    }
    event.entry(EntryKind::Transfer, lines)
}

/// A till has more or less than the books: Dr cash / Cr what waits for its cause, or the other way round where something is
/// missing. No receipt from customers either way.
pub fn count(event: Event, difference: Valued) -> Result<EntryDraft, EntryError> {
    let (side, value) = difference.sided(Side::Debit)?;
    let flow = if side == Side::Debit { OTHER_RECEIVED } else { OTHER_PAID };
    let cash = LineDraft { cash_flow_line: Some(flow), ..event.line(AccountRole::Cash, side, value) };
    let pending = event.line(AccountRole::CashOverShort, side.opposite(), value);
    Ok(event.entry(EntryKind::Count, vec![cash, pending]))
}

/// A bank's statement says that money came in, or went out where it is below zero, that no document explains: Dr `bank` / Cr
/// `other`, or the other way round. Between two accounts on which our money lies it is no cash flow.
pub fn bank(event: Event, bank: &str, other: &str, moved: Valued) -> Result<EntryDraft, EntryError> {
    let is_cash = |code: &str| event.chart.nearest(code).is_some_and(|account| account.cash);
    let (side, value) = moved.sided(Side::Debit)?;
    let flow = if side == Side::Debit { OTHER_RECEIVED } else { OTHER_PAID };
    let is_transfer = is_cash(bank) && is_cash(other);
    let line = |account: &str, side| LineDraft {
        account: account.to_owned(),
        side,
        original: value.money,
        functional_minor: value.functional_minor,
        party: None,
        tax_code: None,
        cash_flow_line: (is_cash(account) && !is_transfer).then_some(flow),
    };
    let kind = if is_transfer { EntryKind::Transfer } else { EntryKind::Bank };
    Ok(event.entry(kind, vec![line(bank, side), line(other, side.opposite())]))
}

/// A dispute is lost: what the payment had settled is owed again, what of it was credit is gone. Dr receivable per settlement that
/// was taken back, Dr advances for `free` / Cr disputed, exchange difference.
pub fn lost(event: Event, held: Valued, settlements: &[Settlement], free: Valued) -> Result<EntryDraft, EntryError> {
    let mut lines = Vec::with_capacity(settlements.len() + 3);
    let mut given = i128::from(free.functional_minor);
    for settlement in settlements {
        given += i128::from(settlement.item_minor);
        lines.push(event.line(AccountRole::Receivable, Side::Debit, settlement.item()));
    }
    let (side, free) = free.sided(Side::Debit)?;
    lines.push(event.line(AccountRole::CustomerAdvances, side, free));
    lines.push(event.line(AccountRole::Disputed, Side::Credit, held));
    let gain = i64::try_from(given - i128::from(held.functional_minor)).map_err(|_| EntryError::Overflow)?;
    lines.extend(event.gain_or_loss(foreign(settlements).unwrap_or(held.money.currency()), gain)?);
    Ok(event.settling(EntryKind::Transfer, lines, settlements))
}

/// The other way round: what [`lost`] posts where it was not lost after all, a fee that is given back.
pub fn turned(draft: EntryDraft) -> EntryDraft {
    let turn = |line: LineDraft| LineDraft { side: line.side.opposite(), ..line };
    EntryDraft { lines: draft.lines.into_iter().map(turn).collect(), ..draft }
}

/// Why a receivable is given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum WriteOff {
    BadDebt,
    SmallDifference,
    /// A discount for early payment, or one agreed afterwards.
    Discount,
}

impl WriteOff {
    /// The account of the loss.
    pub const fn role(self) -> AccountRole {
        match self {
            WriteOff::BadDebt => AccountRole::BadDebt,
            WriteOff::SmallDifference => AccountRole::SmallDifference,
            WriteOff::Discount => AccountRole::DiscountGranted,
        }
    }
}

/// A receivable is given up: Dr by reason / Cr receivable at its book value.
///
/// `undelivered` is what is taken back of a deferral, per tax code: nothing was delivered for it, so it is neither revenue
/// nor a loss, and only the rest is (the tax, which stays owed).
pub fn write_off(
    event: Event,
    reason: WriteOff,
    item: Valued,
    undelivered: &[(String, Valued)],
) -> Result<EntryDraft, EntryError> {
    let role = reason.role();
    let moved = |(code, value): &(String, Valued)| event.moved(Net::Deferred, code, *value);
    let mut lines = undelivered.iter().map(moved).collect::<Result<Vec<_>, _>>()?;
    let loss = undelivered.iter().try_fold(item, |left, (_, value)| left.minus(*value))?;
    lines.extend(event.loss(role, loss)?);
    lines.push(event.line(AccountRole::Receivable, Side::Credit, item));
    Ok(event.entry(EntryKind::WriteOff, lines))
}

/// What an entry of [`write_off`] gave up, and why: a loss that is no small difference and no discount is a bad debt, also
/// where all of it was taken back of a deferral. `None` where it gave nothing up.
pub fn given_up_by(chart: Chart, entry: &EntryDraft) -> Option<(WriteOff, Money)> {
    let on = |role: AccountRole| entry.lines.iter().find(move |line| line.account == chart.code(role));
    let small = [WriteOff::SmallDifference, WriteOff::Discount].into_iter().find(|reason| on(reason.role()).is_some());
    Some((small.unwrap_or(WriteOff::BadDebt), on(AccountRole::Receivable)?.original))
}

/// A write-off that is taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Back {
    pub entry: EntryId,
    pub reason: WriteOff,
    /// The customer pays after all; else it should not have been written off.
    pub is_recovered: bool,
}

/// What was given up is claimed again: Dr receivable / Cr loss at the book value that was given up; of a bad debt that comes
/// in after all, Cr gain. `waits` is what stands beyond what waits again of a deferral, per tax code: below zero.
pub fn claimed_again(
    event: Event,
    back: Back,
    item: Valued,
    net: Net,
    waits: &[(String, Valued)],
) -> Result<EntryDraft, EntryError> {
    let role = match back.reason {
        WriteOff::BadDebt if back.is_recovered => AccountRole::BadDebtRecovered,
        reason => reason.role(),
    };
    let moved = |(code, value): &(String, Valued)| event.moved(net, code, *value);
    let mut lines = vec![event.line(AccountRole::Receivable, Side::Debit, item)];
    lines.extend(waits.iter().map(moved).collect::<Result<Vec<_>, _>>()?);
    let zero = Valued { money: Money::zero(item.money.currency()), functional_minor: 0 };
    let gain = waits.iter().try_fold(item, |left, (_, value)| left.plus(*value))?;
    lines.extend(event.loss(role, zero.minus(gain)?)?);
    Ok(EntryDraft { reverses: Some(back.entry), ..event.entry(EntryKind::Reversal, lines) })
}

/// After a part of an invoice was given up as bad debt, something else took more of its net than stands (below zero), or
/// left more than still waits (above): the difference goes to the loss. No lines where there is none.
pub fn given_up(event: Event, net: Net, beyond: &[(String, Valued)]) -> Result<EntryDraft, EntryError> {
    let moved = |(code, value): &(String, Valued)| event.moved(net, code, *value);
    let mut lines = beyond.iter().map(moved).collect::<Result<Vec<_>, _>>()?;
    if let Some((_, first)) = beyond.first() {
        let zero = Valued { money: Money::zero(first.money.currency()), functional_minor: 0 };
        let sum = beyond.iter().try_fold(zero, |sum, (_, value)| sum.plus(*value))?;
        lines.extend(event.loss(AccountRole::BadDebt, zero.minus(sum)?)?);
    }
    Ok(event.entry(EntryKind::WriteOff, lines))
}

/// What a customer owed, or had to its credit, when the books began.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opening {
    Owed(Valued),
    Credit(Valued),
}

/// An opening balance against equity.
pub fn opening(event: Event, balance: Opening) -> EntryDraft {
    let (debit, credit, value) = match balance {
        Opening::Owed(value) => (AccountRole::Receivable, AccountRole::OpeningBalance, value),
        Opening::Credit(value) => (AccountRole::OpeningBalance, AccountRole::CustomerAdvances, value),
    };
    let lines = vec![event.line(debit, Side::Debit, value), event.line(credit, Side::Credit, value)];
    event.entry(EntryKind::Opening, lines)
}

impl LineDraft {
    fn value(&self) -> Valued {
        Valued { money: self.original, functional_minor: self.functional_minor }
    }
}

impl Settlement {
    fn credit(&self) -> Valued {
        Valued { money: self.paid, functional_minor: self.credit_minor }
    }

    fn item(&self) -> Valued {
        Valued { money: self.amount, functional_minor: self.item_minor }
    }
}

/// The currency that a difference in value stands in: what is in the currency of the books is worth what it is.
fn foreign(settlements: &[Settlement]) -> Option<Currency> {
    let all = settlements.iter().flat_map(|one| [one.paid, one.amount].map(|money| (money.currency(), one.home)));
    all.into_iter().find(|(currency, home)| currency != home).map(|(currency, _)| currency)
}

impl Event {
    fn entry(self, kind: EntryKind, lines: Vec<LineDraft>) -> EntryDraft {
        let lines = lines.into_iter().filter(|l| !(l.original.is_zero() && l.functional_minor == 0)).collect();
        EntryDraft { date: self.date, kind, document: Some(self.document), reverses: None, exchange: false, lines }
    }

    /// An entry that settles; one currency is given for another where credit and invoice are not in the same.
    fn settling(self, kind: EntryKind, lines: Vec<LineDraft>, settlements: &[Settlement]) -> EntryDraft {
        let exchange = settlements.iter().any(|one| one.amount.currency() != one.paid.currency());
        EntryDraft { exchange, ..self.entry(kind, lines) }
    }

    /// A line on the account of a part. The customer is named where the account is kept per customer; cash counts as
    /// received from customers.
    fn line(self, role: AccountRole, side: Side, value: Valued) -> LineDraft {
        let code = self.chart.code(role);
        let account = self.chart.account(code);
        LineDraft {
            account: code.to_owned(),
            side,
            original: value.money,
            functional_minor: value.functional_minor,
            party: account.is_some_and(|a| a.control).then_some(self.customer),
            tax_code: None,
            cash_flow_line: account.is_some_and(|a| a.cash).then_some(FROM_CUSTOMERS),
        }
    }

    fn sale(self, net: Net, parts: &[TaxedPart]) -> Result<Vec<LineDraft>, EntryError> {
        let mut gross: Option<Valued> = None;
        let mut credits = Vec::with_capacity(2 * parts.len());
        for part in parts {
            let sum = part.base.plus(part.tax)?;
            gross = Some(match gross {
                None => sum,
                Some(so_far) => so_far.plus(sum)?,
            });
            for (role, value) in [(net.role(), part.base), (AccountRole::OutputTax, part.tax)] {
                let line = self.line(role, Side::Credit, value);
                credits.push(LineDraft { tax_code: Some(part.code.clone()), ..line });
            }
        }
        let receivable = gross.map(|gross| self.line(AccountRole::Receivable, Side::Debit, gross));
        Ok(receivable.into_iter().chain(credits).collect())
    }

    /// Takes an amount off where the net of a sale stands; one below zero is put back.
    fn moved(self, net: Net, code: &str, value: Valued) -> Result<LineDraft, EntryError> {
        let (side, value) = value.sided(Side::Debit)?;
        Ok(LineDraft { tax_code: Some(code.to_owned()), ..self.line(net.role(), side, value) })
    }

    /// A loss; one below zero is a loss that is smaller now. Where only a rounded value is left of it, that is an exchange
    /// difference.
    fn loss(self, role: AccountRole, value: Valued) -> Result<Option<LineDraft>, EntryError> {
        if value.money.is_zero() {
            let gain = value.functional_minor.checked_neg().ok_or(EntryError::Overflow)?;
            return self.gain_or_loss(value.money.currency(), gain);
        }
        let (side, value) = value.sided(Side::Debit)?;
        Ok(Some(self.line(role, side, value)))
    }

    fn exchange_difference(self, settlements: &[Settlement]) -> Result<Option<LineDraft>, EntryError> {
        let gain: i128 = settlements.iter().map(|s| i128::from(s.credit_minor) - i128::from(s.item_minor)).sum();
        let Some(currency) = foreign(settlements) else { return Ok(None) };
        self.gain_or_loss(currency, i64::try_from(gain).map_err(|_| EntryError::Overflow)?)
    }

    /// A line that has a value but no amount, on the account of gains or of losses.
    fn gain_or_loss(self, currency: Currency, gain_minor: i64) -> Result<Option<LineDraft>, EntryError> {
        let (role, side) = match gain_minor {
            0 => return Ok(None),
            1.. => (AccountRole::FxGain, Side::Credit),
            ..0 => (AccountRole::FxLoss, Side::Debit),
        };
        let functional_minor = gain_minor.checked_abs().ok_or(EntryError::Overflow)?;
        Ok(Some(self.line(role, side, Valued { money: Money::zero(currency), functional_minor })))
    }
}

#[cfg(test)]
#[path = "postings_tests.rs"]
mod tests;
