//! An entry that says what each payment in it came to: a line for every one of them.

use super::entry;
use super::money;
use super::tree::Node;
use crate::note::Note;
use crate::piece::{Line, Opening, Reference, ReferenceKind};
use kernel::Money;
use std::vec;

/// The lines of an entry, made one after another: an entry may have a hundred thousand.
pub(super) struct Batch {
    /// What the lines have in common, with the amount of them all.
    whole: Line,
    /// The entry's own numbers: the bank's is a payment's where that has none.
    references: Vec<Reference>,
    account: Option<String>,
    payments: vec::IntoIter<(Node, Money)>,
}

/// What an entry says beside its payments is said of each of them; longer than this it is of no bank, and is not repeated so often.
const COMMON_BYTES_MAX: usize = 8 * 1024;

impl Batch {
    pub fn of(mut whole: Line, mut entry: Node, amounts: Vec<Money>, of: &Opening) -> Batch {
        let payments = entry::DETAILS.into_iter().flat_map(|path| entry.take(path)).collect::<Vec<_>>();
        let raw = entry::written(&entry);
        let mut references = Vec::new();
        if raw.len() <= COMMON_BYTES_MAX {
            references = entry::own_references(&entry);
            whole.text = entry::own_text(&entry).unwrap_or_default();
            whole.raw = raw;
        }
        let payments = payments.into_iter().zip(amounts).collect::<Vec<_>>().into_iter();
        Batch { whole, references, account: of.account.clone(), payments }
    }

    pub fn amount(&self) -> Money {
        self.whole.amount
    }
}

impl Iterator for Batch {
    type Item = Line;

    fn next(&mut self) -> Option<Line> {
        let (payment, amount) = self.payments.next()?;
        let mut line = Line { amount, ..self.whole.clone() };
        entry::references(&payment, &mut |kind, value| line.refer(kind, value));
        let has_bank = line.references.iter().any(|known| known.kind == ReferenceKind::Bank);
        for own in self.references.iter().filter(|own| own.kind != ReferenceKind::Bank || !has_bank) {
            line.refer(own.kind, &own.value);
        }
        line.counterparty = entry::counterparty(&payment, &line, self.account.as_deref());
        let mut texts = Vec::new();
        entry::remittance(&payment, &mut texts);
        if !texts.is_empty() {
            texts.dedup();
            line.text = texts.join(" ");
        }
        line.code = entry::code(&payment).or(line.code);
        entry::beside(&payment, &mut line);
        line.raw.push(' ');
        line.raw.push_str(&entry::written(&payment));
        Some(line)
    }
}

/// What each payment came to: nothing where one does not say it in the entry's currency, or where they are not the entry's amount.
pub(super) fn amounts(details: &[&Node], whole: &Line, warnings: &mut Vec<Note>) -> Option<Vec<Money>> {
    if details.len() < 2 {
        return None;
    }
    let mut own = Vec::new();
    let amounts: Vec<Money> = details.iter().map(|one| amount(one, whole.amount, &mut own)).collect::<Option<_>>()?;
    let came = Money::sum(whole.amount.currency(), amounts.iter().copied()).ok()?;
    if came != whole.amount {
        let note = Note::of("payments_differ").with("line", whole.place).with("amount", whole.amount);
        warnings.push(note.with("came", came));
        return None;
    }
    warnings.append(&mut own);
    Some(amounts)
}

/// Since version 4 the amount of a payment stands on it, with a mark of its own; before among the details of amounts.
fn amount(payment: &Node, whole: Money, warnings: &mut Vec<Note>) -> Option<Money> {
    let said = [&["Amt"][..], &["AmtDtls", "TxAmt", "Amt"]].into_iter().filter_map(|path| payment.at(path));
    let mut read = said.filter_map(|amount| money(amount, Some(whole.currency()), warnings));
    let amount = read.find(|amount| amount.currency() == whole.currency() && !amount.is_negative())?;
    let is_out = match payment.text_at(&[&["CdtDbtInd"]]) {
        Some("CRDT") => false,
        Some("DBIT") => true,
        _ => whole.is_negative(),
    };
    if is_out { amount.negated().ok() } else { Some(amount) }
}
