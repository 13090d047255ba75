//! A journal entry before it is kept: its lines, and what they must satisfy.

use super::chart::{Chart, ReversalStyle, Side};
use kernel::id::{
    self, CreditNoteId, CustomerId, DisputeId, EntryId, InvoiceId, Kind, OpenItemId, PaymentId, PayoutId, RefundId,
    StatementLineId, TillCountId, TillDepositId,
};
use kernel::{Currency, Date, Id, Money};
use std::collections::BTreeMap;
use std::fmt;

/// What happened in the business.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EntryKind {
    Invoice,
    /// What was invoiced is delivered: its net becomes revenue.
    Delivery,
    CreditNote,
    Payment,
    /// Credit that was there is set against an invoice.
    Application,
    Refund,
    Fee,
    /// Money moves between our own accounts: a pay-out, a cheque that cleared, funds held in a dispute.
    Transfer,
    WriteOff,
    /// What a till was found to have too little or too much.
    Count,
    /// What a bank's statement says: charges, interest, what is neither a payment nor our own money moving.
    Bank,
    Opening,
    /// Balances in other currencies are brought to the rate of a month's end.
    Revaluation,
    /// Takes another entry back.
    Reversal,
    Manual,
}

impl EntryKind {
    pub const ALL: [EntryKind; 15] = [
        EntryKind::Invoice,
        EntryKind::Delivery,
        EntryKind::CreditNote,
        EntryKind::Payment,
        EntryKind::Application,
        EntryKind::Refund,
        EntryKind::Fee,
        EntryKind::Transfer,
        EntryKind::WriteOff,
        EntryKind::Count,
        EntryKind::Bank,
        EntryKind::Opening,
        EntryKind::Revaluation,
        EntryKind::Reversal,
        EntryKind::Manual,
    ];

    pub fn by_name(name: &str) -> Option<EntryKind> {
        EntryKind::ALL.into_iter().find(|k| k.name() == name)
    }

    /// How rows name it.
    pub const fn name(self) -> &'static str {
        match self {
            EntryKind::Invoice => "invoice",
            EntryKind::Delivery => "delivery",
            EntryKind::CreditNote => "credit_note",
            EntryKind::Payment => "payment",
            EntryKind::Application => "application",
            EntryKind::Refund => "refund",
            EntryKind::Fee => "fee",
            EntryKind::Transfer => "transfer",
            EntryKind::WriteOff => "write_off",
            EntryKind::Count => "count",
            EntryKind::Bank => "bank",
            EntryKind::Opening => "opening",
            EntryKind::Revaluation => "revaluation",
            EntryKind::Reversal => "reversal",
            EntryKind::Manual => "manual",
        }
    }
}

/// The document an entry belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Document {
    Invoice(InvoiceId),
    CreditNote(CreditNoteId),
    Payment(PaymentId),
    Refund(RefundId),
    Dispute(DisputeId),
    OpenItem(OpenItemId),
    Payout(PayoutId),
    TillCount(TillCountId),
    TillDeposit(TillDepositId),
    StatementLine(StatementLineId),
}

impl Document {
    /// The id as rows keep it, whatever kind of document it names.
    pub const fn id<K>(self) -> Id<K> {
        match self {
            Document::Invoice(id) => id.retyped(),
            Document::CreditNote(id) => id.retyped(),
            Document::Payment(id) => id.retyped(),
            Document::Refund(id) => id.retyped(),
            Document::Dispute(id) => id.retyped(),
            Document::OpenItem(id) => id.retyped(),
            Document::Payout(id) => id.retyped(),
            Document::TillCount(id) => id.retyped(),
            Document::TillDeposit(id) => id.retyped(),
            Document::StatementLine(id) => id.retyped(),
        }
    }

    /// The prefix of its id, which tells the kind of document.
    pub const fn prefix(self) -> &'static str {
        match self {
            Document::Invoice(_) => id::Invoice::PREFIX,
            Document::CreditNote(_) => id::CreditNote::PREFIX,
            Document::Payment(_) => id::Payment::PREFIX,
            Document::Refund(_) => id::Refund::PREFIX,
            Document::Dispute(_) => id::Dispute::PREFIX,
            Document::OpenItem(_) => id::OpenItem::PREFIX,
            Document::Payout(_) => id::Payout::PREFIX,
            Document::TillCount(_) => id::TillCount::PREFIX,
            Document::TillDeposit(_) => id::TillDeposit::PREFIX,
            Document::StatementLine(_) => id::StatementLine::PREFIX,
        }
    }

    /// The document of a prefix and an id; none for prefixes that name nothing in the books.
    pub fn of<K>(prefix: &str, id: Id<K>) -> Option<Document> {
        Some(match prefix {
            id::Invoice::PREFIX => Document::Invoice(id.retyped()),
            id::CreditNote::PREFIX => Document::CreditNote(id.retyped()),
            id::Payment::PREFIX => Document::Payment(id.retyped()),
            id::Refund::PREFIX => Document::Refund(id.retyped()),
            id::Dispute::PREFIX => Document::Dispute(id.retyped()),
            id::OpenItem::PREFIX => Document::OpenItem(id.retyped()),
            id::Payout::PREFIX => Document::Payout(id.retyped()),
            id::TillCount::PREFIX => Document::TillCount(id.retyped()),
            id::TillDeposit::PREFIX => Document::TillDeposit(id.retyped()),
            id::StatementLine::PREFIX => Document::StatementLine(id.retyped()),
            _ => return None,
        })
    }

    /// Reads `inv_…`, `pay_…`.
    pub fn parse(text: &str) -> Option<Document> {
        let (prefix, rest) = text.split_once('_')?;
        Document::of(prefix, EntryId::from_bytes(id::from_base32(rest)?))
    }
}

impl fmt::Display for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}_{}", self.prefix(), id::base32(self.id::<id::Entry>().bytes()))
    }
}

/// One line. A negative amount is red-letter: it takes back on the same side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineDraft {
    pub account: String,
    pub side: Side,
    /// In the currency of the document.
    pub original: Money,
    /// In minor units of the organisation's currency. Lines of exchange differences have nothing but this.
    pub functional_minor: i64,
    pub party: Option<CustomerId>,
    pub tax_code: Option<String>,
    /// Line of the cash-flow statement; only on cash accounts.
    pub cash_flow_line: Option<u8>,
}

/// An entry to be checked and kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryDraft {
    pub date: Date,
    pub kind: EntryKind,
    pub document: Option<Document>,
    pub reverses: Option<EntryId>,
    /// One currency is given for another, so that only the functional amounts need to balance.
    pub exchange: bool,
    pub lines: Vec<LineDraft>,
}

/// Whether lines may be posted to an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It has sub-accounts, or is no longer used.
    NotPostable,
    Postable,
    /// Kept per customer: every line names one.
    Control,
}

/// The accounts of an organisation by code.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Accounts(pub BTreeMap<String, Standing>);

impl Accounts {
    /// Those of an untouched chart.
    pub fn standard(chart: Chart) -> Accounts {
        let standing = |code: &str| Standing::standard(chart, code).unwrap_or(Standing::NotPostable);
        Accounts(chart.accounts().iter().map(|a| (a.code.to_owned(), standing(a.code))).collect())
    }
}

impl Standing {
    /// Of an account of the chart; `None` where the chart has no such account.
    pub fn standard(chart: Chart, code: &str) -> Option<Standing> {
        let account = chart.account(code)?;
        Some(match chart.postable(code) {
            Some(true) if account.control => Standing::Control,
            Some(true) => Standing::Postable,
            _ => Standing::NotPostable,
        })
    }
}

/// The state of the period an entry's date lies in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PeriodState {
    Open,
    Closed,
    /// No period has been set up for that date.
    Missing,
}

/// What an entry is checked against.
#[derive(Debug, Clone, Copy)]
pub struct Books<'a> {
    pub functional: Currency,
    pub accounts: &'a Accounts,
    pub period: PeriodState,
}

/// An entry that passed [`check`]; nothing else may be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Balanced(EntryDraft);

impl Balanced {
    pub fn draft(&self) -> &EntryDraft {
        &self.0
    }

    pub fn into_draft(self) -> EntryDraft {
        self.0
    }
}

/// Why an entry cannot be kept; `line` counts from zero.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EntryError {
    #[error("the period is closed")]
    PeriodClosed,
    #[error("there is no period for the date")]
    PeriodMissing,
    #[error("an entry has at least two lines")]
    TooFewLines,
    #[error("line {line}: unknown account {account}")]
    UnknownAccount { line: usize, account: String },
    #[error("line {line}: account {account} takes no lines")]
    NotPostable { line: usize, account: String },
    #[error("line {line}: account {account} is kept per customer")]
    PartyRequired { line: usize, account: String },
    #[error("line {line}: the amount and its value in the organisation's currency disagree")]
    ValueDisagrees { line: usize },
    #[error("every amount is zero")]
    NothingToPost,
    #[error("the amount is too large")]
    Overflow,
    #[error("debits exceed credits by {difference_minor}")]
    Unbalanced { difference_minor: i64 },
    #[error("debits in {currency} exceed credits by {difference_minor}")]
    UnbalancedCurrency { currency: Currency, difference_minor: i64 },
}

/// Lets an entry into the books, or says what is wrong with it.
///
/// Order of checks: period; two lines; line by line account known, postable, party where it is a control account,
/// value (equal to the amount in the organisation's own currency, of the same sign in others); something to post;
/// debits equal credits in the organisation's currency; and in each original currency unless it is an exchange.
pub fn check(draft: EntryDraft, books: Books<'_>) -> Result<Balanced, EntryError> {
    match books.period {
        PeriodState::Open => {}
        PeriodState::Closed => return Err(EntryError::PeriodClosed),
        PeriodState::Missing => return Err(EntryError::PeriodMissing),
    }
    if draft.lines.len() < 2 {
        return Err(EntryError::TooFewLines);
    }
    for (index, line) in draft.lines.iter().enumerate() {
        check_line(index, line, books)?;
    }
    if draft.lines.iter().all(|l| l.original.is_zero() && l.functional_minor == 0) {
        return Err(EntryError::NothingToPost);
    }
    let difference_minor = difference(draft.lines.iter().map(|l| (l.side, l.functional_minor)))?;
    if difference_minor != 0 {
        return Err(EntryError::Unbalanced { difference_minor });
    }
    if !draft.exchange {
        check_currencies(&draft.lines)?;
    }
    Ok(Balanced(draft))
}

fn check_line(index: usize, line: &LineDraft, books: Books<'_>) -> Result<(), EntryError> {
    let account = || line.account.clone();
    match books.accounts.0.get(&line.account) {
        None => return Err(EntryError::UnknownAccount { line: index, account: account() }),
        Some(Standing::NotPostable) => return Err(EntryError::NotPostable { line: index, account: account() }),
        Some(Standing::Control) if line.party.is_none() => {
            return Err(EntryError::PartyRequired { line: index, account: account() });
        }
        Some(Standing::Control | Standing::Postable) => {}
    }
    let (original, functional) = (line.original.minor(), line.functional_minor);
    let agrees = if line.original.currency() == books.functional {
        original == functional
    } else {
        original == 0 || functional == 0 || (original < 0) == (functional < 0)
    };
    if agrees { Ok(()) } else { Err(EntryError::ValueDisagrees { line: index }) }
}

fn check_currencies(lines: &[LineDraft]) -> Result<(), EntryError> {
    let mut currencies: Vec<Currency> = lines.iter().map(|l| l.original.currency()).collect();
    currencies.sort();
    currencies.dedup();
    for currency in currencies {
        let of_currency = lines.iter().filter(|l| l.original.currency() == currency);
        let difference_minor = difference(of_currency.map(|l| (l.side, l.original.minor())))?;
        if difference_minor != 0 {
            return Err(EntryError::UnbalancedCurrency { currency, difference_minor });
        }
    }
    Ok(())
}

/// Debits less credits.
fn difference(amounts: impl Iterator<Item = (Side, i64)>) -> Result<i64, EntryError> {
    let total: i128 = amounts
        .map(|(side, minor)| match side {
            Side::Debit => i128::from(minor),
            Side::Credit => -i128::from(minor),
        })
        .sum();
    i64::try_from(total).map_err(|_| EntryError::Overflow)
}

/// The entry that takes another back, dated in a period that is open; whether it may be is checked like any other.
pub fn reversal(
    entry: &EntryDraft,
    reverses: Option<EntryId>,
    date: Date,
    style: ReversalStyle,
) -> Result<EntryDraft, EntryError> {
    let lines = entry.lines.iter().map(|line| taken_back(line, style)).collect::<Result<_, _>>()?;
    Ok(EntryDraft { date, kind: EntryKind::Reversal, reverses, lines, ..entry.clone() })
}

/// A line that undoes another: red-letter on the same side, or the same amount on the other.
pub(super) fn taken_back(line: &LineDraft, style: ReversalStyle) -> Result<LineDraft, EntryError> {
    Ok(match style {
        ReversalStyle::Swap => LineDraft { side: line.side.opposite(), ..line.clone() },
        ReversalStyle::RedLetter => LineDraft {
            original: line.original.negated().map_err(|_| EntryError::Overflow)?,
            functional_minor: line.functional_minor.checked_neg().ok_or(EntryError::Overflow)?,
            ..line.clone()
        },
    })
}

#[cfg(test)]
#[path = "entry_tests.rs"]
mod tests;
