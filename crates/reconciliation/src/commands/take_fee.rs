//! A fee that a provider's report tells becomes one of the books.

use super::{Answer, PostMatch, held};
use crate::store::{self, LineRow, StatementRow};
use ::store::{Command, Error, Tx};
use kernel::id::{EntryId, MatchId, PaymentId, StatementLineId};
use kernel::{Money, Permission, Refusal};
use ledger::{AccountRole, Document, EntryKind};
use payments::LearnFees;
use std::collections::{BTreeMap, BTreeSet};

/// A fee stands beside what it was taken of, or within so many lines.
const BESIDE: i64 = 10;

/// Takes what a provider kept, as its report has it. The fee of a payment or a refund is learnt as from the provider itself, so that it is
/// posted once whoever tells it first; what is about nothing in particular is posted as a fee. The line is matched with it.
///
/// Refuses `line_matched`, `fee_unknown` where it is not clear what it was taken of or the books have another, and what posting refuses.
#[derive(Debug, Clone, Copy)]
pub struct TakeFee {
    pub line: StatementLineId,
}

/// What a fee was taken of.
enum About {
    Document(Document),
    /// A charge of the provider's own.
    Nothing,
}

impl Command for TakeFee {
    const NAME: &'static str = "statement.take_fee";
    const PERMISSION: Permission = Permission::StatementMatch;
    type Output = MatchId;

    fn run(&self, tx: &mut Tx<'_>) -> Result<MatchId, Error> {
        let (statement, lines) = held(tx, &[self.line])?;
        let unknown = || Refusal::conflict("fee_unknown");
        let line = lines.first().ok_or_else(unknown)?;
        if line.state == "matched" {
            return Err(Refusal::conflict("line_matched").into());
        }
        let answer = match about(tx, line)? {
            About::Nothing => as_charge(tx)?,
            About::Document(document) => of_document(tx, &statement, line, document)?,
        };
        let (lines, tier, reasons) = (vec![self.line], "reference", "[]".to_owned());
        PostMatch { lines, answer, tier, score: None, reasons, rule: None }.run(tx)
    }
}

fn as_charge(tx: &mut Tx<'_>) -> Result<Answer, Error> {
    let code = ledger::chart(tx)?.code(AccountRole::Fees).to_owned();
    Ok(Answer::Account { code, memo: String::new() })
}

/// What the row is about that the fee stands in, or a row of the same number beside it.
fn about(tx: &mut Tx<'_>, line: &LineRow) -> Result<About, Error> {
    let organisation = tx.organisation();
    let mut beside = store::neighbours(tx.conn, line, BESIDE)?;
    let is_said = |row: &LineRow| line.reference.is_some() && row.reference == line.reference;
    beside.retain(|row| row.place == line.place || is_said(row));
    if beside.is_empty() && line.reference.is_none() {
        return Ok(About::Nothing);
    }
    let ids: Vec<StatementLineId> = beside.iter().map(|row| row.line_id).collect();
    let mut documents: BTreeSet<(String, EntryId)> = BTreeSet::new();
    for (_, _, entry) in store::entries_of_lines(tx.conn, organisation, &ids)? {
        if entry.kind != EntryKind::Fee.name() {
            documents.extend(entry.document_kind.zip(entry.document_id));
        }
    }
    let mut known = documents.into_iter().filter_map(|(kind, id)| Document::of(&kind, id));
    match (known.next(), known.next()) {
        (Some(document), None) => Ok(About::Document(document)),
        _ => Err(Refusal::conflict("fee_unknown").into()),
    }
}

/// The fee that the books have of a document, learnt now where they have none.
fn of_document(tx: &mut Tx<'_>, statement: &StatementRow, line: &LineRow, document: Document) -> Result<Answer, Error> {
    let mut fees = fees_of(tx, statement, document)?;
    if fees.is_empty() {
        if !learn(tx, document, statement.money(line.amount_minor).negated()?)? {
            return as_charge(tx);
        }
        fees = fees_of(tx, statement, document)?;
    }
    let same = fees.into_iter().find(|(_, minor)| *minor == line.amount_minor);
    let (entry, _) = same.ok_or_else(|| Refusal::conflict("fee_unknown"))?;
    Ok(Answer::Link(vec![entry]))
}

/// The entries of fees of a document, and what each moves on the account of the statement.
fn fees_of(tx: &mut Tx<'_>, statement: &StatementRow, document: Document) -> Result<Vec<(EntryId, i64)>, Error> {
    let organisation = tx.organisation();
    let posted = ledger::entries_of(tx.conn, organisation, document)?;
    let ids: Vec<EntryId> = posted
        .iter()
        .filter(|entry| entry.kind == EntryKind::Fee && entry.reversed_by.is_none())
        .map(|entry| entry.id)
        .collect();
    store::moved_by(tx.conn, organisation, (&statement.account, statement.currency), &ids)
}

/// Lets the payment or the refund know its fee; false for a payment that came through no connection, whose fee nobody else will tell.
fn learn(tx: &mut Tx<'_>, document: Document, fee: Money) -> Result<bool, Error> {
    let organisation = tx.organisation();
    let (mut fees, mut refund_fees) = (BTreeMap::new(), BTreeMap::new());
    let payment: Option<PaymentId> = match document {
        Document::Payment(payment) => Some(payment),
        Document::Refund(refund) => store::refunded_payment(tx.conn, organisation, refund)?,
        _ => return Err(Refusal::conflict("fee_unknown").into()),
    };
    let through = payment.map(|payment| store::checkout_of(tx.conn, organisation, payment)).transpose()?.flatten();
    let Some((checkout, connection)) = through else { return Ok(false) };
    match document {
        Document::Refund(refund) => refund_fees.insert(refund, fee),
        _ => fees.insert(checkout, fee),
    };
    LearnFees { connection, fees, refund_fees }.run(tx)?;
    Ok(true)
}
