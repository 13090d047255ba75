//! A customer's account between two days, as a statement shows it.

use crate::store::lists::{self, Refunded};
use ::store::{Conn, Error, Vault};
use kernel::id::{CustomerId, OpenItemId};
use kernel::{Currency, Date, Id, Money, Scope};
use receivables::{ItemKind, StatementLine};
use std::collections::{BTreeMap, BTreeSet};

/// The account of a customer in one currency.
#[derive(Debug, Clone)]
pub struct AccountView {
    pub customer: CustomerId,
    pub customer_name: String,
    pub from: Date,
    pub to: Date,
    pub currency: Currency,
    /// Every currency in which there is something to state.
    pub currencies: Vec<Currency>,
    pub opening: Money,
    pub lines: Vec<AccountLine>,
    pub closing: Money,
}

/// One movement.
#[derive(Debug, Clone)]
pub struct AccountLine {
    pub date: Date,
    pub kind: ItemKind,
    /// Part of the document was written off, refunded, lost in a dispute or put back.
    pub reduction: bool,
    /// Part of the document was set against one in another currency.
    pub exchange: bool,
    /// It was lost in a dispute, or put back after all.
    pub is_disputed: bool,
    pub id: OpenItemId,
    /// The document's number, or the payer's reference.
    pub label: Option<String>,
    /// What the customer came to owe; negative for what was given up. One of debit and credit is given.
    pub debit: Option<Money>,
    pub credit: Option<Money>,
    pub balance: Money,
}

impl AccountLine {
    /// Message of the sentence that says what it is.
    pub const fn message(&self) -> &'static str {
        if self.exchange {
            return "statement-exchange";
        }
        match (self.kind, self.reduction) {
            (ItemKind::Invoice | ItemKind::Opening, true) => "statement-written-off",
            (ItemKind::Payment, true) if self.is_disputed => "statement-dispute",
            (_, true) => "statement-refund",
            (ItemKind::Invoice, false) => "statement-invoice",
            (ItemKind::Opening | ItemKind::OpeningCredit, false) => "statement-opening",
            (ItemKind::Payment, false) => "statement-payment",
            (ItemKind::CreditNote, false) => "statement-credit-note",
        }
    }

    /// The page of the document at the desk; below `/portal` for customers where there is one.
    pub fn href(&self) -> String {
        match self.kind {
            ItemKind::Invoice => format!("/invoices/{}", self.id.retyped::<kernel::id::Invoice>()),
            ItemKind::CreditNote => format!("/credit-notes/{}", self.id.retyped::<kernel::id::CreditNote>()),
            ItemKind::Payment => format!("/payments/{}", self.id.retyped::<kernel::id::Payment>()),
            ItemKind::Opening | ItemKind::OpeningCredit => String::new(),
        }
    }
}

/// The account of a customer; in `currency`, else in the customer's own.
pub fn account(
    conn: &mut Conn,
    vault: &Vault,
    scope: &Scope,
    customer: CustomerId,
    days: (Date, Date),
    currency: Option<Currency>,
) -> Result<AccountView, Error> {
    let known = customers::queries::get(conn, vault, scope, customer)?;
    let (from, to) = days;
    let statement = receivables::statement(conn, scope, customer, from, to)?;
    let currencies: Vec<Currency> = statement.accounts.iter().map(|account| account.currency).collect();
    let currency = currency.unwrap_or(known.currency);
    let zero = Money::zero(currency);
    let account = statement.accounts.into_iter().find(|account| account.currency == currency);
    let (opening, lines, closing) = account.map_or((zero, Vec::new(), zero), |a| (a.opening, a.lines, a.closing));
    Ok(AccountView {
        customer,
        customer_name: known.name,
        from,
        to,
        currency,
        currencies,
        opening,
        lines: labelled(conn, scope, lines)?,
        closing,
    })
}

fn labelled(conn: &mut Conn, scope: &Scope, lines: Vec<StatementLine>) -> Result<Vec<AccountLine>, Error> {
    let of = |kind: ItemKind| lines.iter().filter(move |line| line.kind == kind).map(|line| line.id);
    let invoices: Vec<_> = of(ItemKind::Invoice).map(|id| id.retyped()).collect();
    let notes: Vec<_> = of(ItemKind::CreditNote).map(|id| id.retyped()).collect();
    let payments: Vec<_> = of(ItemKind::Payment).map(|id| id.retyped()).collect();
    let mut labels: BTreeMap<OpenItemId, String> = BTreeMap::new();
    labels.extend(lists::invoices_named(conn, scope, &invoices)?.into_iter().map(|(id, n)| (id.retyped(), n)));
    labels.extend(lists::credit_notes_named(conn, scope, &notes)?.into_iter().map(|(id, n)| (id.retyped(), n)));
    let named = lists::payments_named(conn, scope, &payments)?;
    labels.extend(named.into_iter().filter_map(|(id, _, reference)| Some((id.retyped(), reference?))));
    let reduced: Vec<_> = lines.iter().filter(|line| line.kind == ItemKind::Payment && line.reduction).collect();
    let reduced: Vec<_> = reduced.into_iter().map(|line| line.id.retyped()).collect();
    let disputed: BTreeSet<OpenItemId> = lists::disputed(conn, scope, &reduced)?.into_iter().map(Id::retyped).collect();
    let refunded = lists::refunded(conn, scope, &reduced)?;
    let one = |line: StatementLine| AccountLine {
        date: line.date,
        kind: line.kind,
        reduction: line.reduction,
        exchange: line.exchange,
        is_disputed: is_disputed(&line, &disputed, &refunded),
        id: line.id,
        label: labels.get(&line.id).cloned(),
        debit: (!line.debit.is_zero()).then_some(line.debit),
        credit: (!line.credit.is_zero()).then_some(line.credit),
        balance: line.balance,
    };
    Ok(lines.into_iter().map(one).collect())
}

/// Whether a part of a payment went in a dispute: of one that was disputed, and by no refund of that amount. A part that was put
/// back is of a later day than the refund that failed.
fn is_disputed(line: &StatementLine, disputed: &BTreeSet<OpenItemId>, refunded: &[Refunded]) -> bool {
    let (is_back, minor) = (line.credit.is_positive(), line.credit.minor().saturating_abs());
    let is_its = |refund: &Refunded| {
        refund.payment.retyped() == line.id && refund.amount_minor == minor && (is_back || refund.on == line.date)
    };
    line.reduction && disputed.contains(&line.id) && !refunded.iter().any(is_its)
}
