//! What lies between lines and entries that are there: a bank kept some of it, or the rest is somebody else's.

use super::{Posting, Settle, Settled};
use crate::store;
use ::store::{Error, Tx};
use identity::{Giving, may_give_up};
use invoicing::commands::bear_charges;
use kernel::id::{EntryId, OpenItemId, PaymentId};
use kernel::{Decimal, Money, Refusal};
use ledger::{AccountRole, Document};
use receivables::ItemKind;

/// What lines and entries differ by.
#[derive(Debug, Clone)]
pub enum Beside {
    /// A bank kept so much of what the books have; above zero.
    Fee(Money),
    /// The rest, whatever it is, is posted to an account.
    Account { code: String, memo: String },
}

impl Posting<'_> {
    /// The entry of what lies between the lines and entries that are there.
    pub(super) fn beside(&mut self, tx: &mut Tx<'_>, entries: &[EntryId], beside: &Beside) -> Result<EntryId, Error> {
        let moved = self.moved(tx, entries)?;
        let rest = match beside {
            Beside::Fee(kept) => {
                if kept.currency() != self.sum.currency() {
                    return Err(Refusal::field("/fee/currency", "currency_mismatch").into());
                }
                if !kept.is_positive() {
                    return Err(Refusal::field("/fee", "not_positive").into());
                }
                kept.negated()?
            }
            Beside::Account { .. } => self.sum.minus(self.in_sum(&moved)?)?,
        };
        if rest.is_zero() {
            return Err(Refusal::field("/account", "nothing_beside").into());
        }
        if rest.is_negative() {
            self.lose(tx, entries, rest.negated()?)?;
        }
        match beside {
            Beside::Fee(_) => {
                let fees = ledger::chart(tx)?.code(AccountRole::Fees);
                self.entry(tx, fees, rest, "")
            }
            Beside::Account { code, memo } => self.other_side(tx, code, memo, rest),
        }
    }

    /// Less came than the books have: whoever says so gives money away as by a write-off, and is somebody else than whoever recorded it.
    fn lose(&mut self, tx: &mut Tx<'_>, entries: &[EntryId], lost: Money) -> Result<(), Error> {
        let (organisation, actor) = (tx.organisation(), tx.context().actor.name());
        let mut payments: Vec<PaymentId> = Vec::new();
        for entry in entries {
            if let Some(Document::Payment(payment)) = ledger::entry(tx, *entry)?.document {
                payments.push(payment);
            }
        }
        payments.sort_unstable();
        payments.dedup();
        let had_part = store::has_recorded(tx.conn, organisation, &payments, &actor)?;
        let amount = Money::new(ledger::value(tx, lost, self.on)?.functional_minor, tx.books()?.currency);
        let (about, maker) = (self.statement.statement_id, had_part.then_some(actor.as_str()));
        may_give_up(tx, &Giving { act: "match", about, amount, rate: Decimal::ONE, maker })?;
        self.bear(tx, &payments, lost)
    }

    /// What was set against invoices stands with them as what a bank kept of them: payments of one invoice that are matched with less
    /// each add up there.
    fn bear(&mut self, tx: &mut Tx<'_>, payments: &[PaymentId], lost: Money) -> Result<(), Error> {
        let scope = tx.context().scope();
        let ids: Vec<OpenItemId> = payments.iter().map(|payment| payment.retyped()).collect();
        let items = receivables::items_with_allocations(tx.conn, &scope, &ids)?;
        let mut left = lost;
        for part in items.iter().flat_map(|(_, parts)| parts).filter(|part| !part.reversed) {
            let minor = part.amount.minor().min(left.minor());
            if part.amount.currency() != left.currency() || minor <= 0 {
                continue;
            }
            let debit = receivables::item(tx.conn, &scope, part.debit)?;
            if debit.is_none_or(|debit| debit.kind != ItemKind::Invoice) {
                continue;
            }
            let (invoice, share) = (part.debit.retyped(), Money::new(minor, left.currency()));
            bear_charges(tx, invoice, share)?;
            self.settled.push(Settled { invoice, as_what: Settle::Fee, minor, entry: None });
            left = left.minus(share)?;
        }
        Ok(())
    }
}
