//! What a line of a file says: its day, its numbers, its words, and the row that is kept of it.

use crate::commands::NewLine;
use crate::import::Told;
use crate::renew::BETWEEN_NUMBERS;
use crate::rules::fingerprint::key;
use ::store::Error;
use kernel::Date;
use matching::Proposal;
use statements::{Line, ReferenceKind};

pub(crate) fn day_of(line: &Line) -> Option<Date> {
    line.booked_on.or(line.value_on)
}

pub(crate) fn reference(line: &Line, kind: ReferenceKind) -> Option<&str> {
    line.references.iter().find(|one| one.kind == kind).map(|one| one.value.as_str())
}

/// All that a line says, for knowing it again.
pub(crate) fn words_of(line: &Line) -> Vec<&str> {
    let party = &line.counterparty;
    let mut words: Vec<&str> = line.references.iter().map(|one| one.value.as_str()).collect();
    words.extend([&party.name, &party.account].into_iter().flatten().map(String::as_str));
    words.push(&line.text);
    words
}

/// The numbers that were handed through, what tells most first: what was printed on an invoice, the payer's, ours.
fn telling(line: &Line) -> Option<String> {
    use ReferenceKind as R;
    let kinds = [R::Creditor, R::EndToEnd, R::Own, R::Cheque, R::Mandate];
    let mut said: Vec<&str> = kinds.into_iter().filter_map(|kind| reference(line, kind)).collect();
    said.dedup();
    Some(said.join(BETWEEN_NUMBERS)).filter(|said| !said.is_empty())
}

pub(crate) fn new_line(
    line: Line,
    on: Date,
    fingerprint: i64,
    told: &Told,
    proposal: &Proposal,
) -> Result<NewLine, Error> {
    let proposed = match proposal.best() {
        Some(best) => Some((best.tier.name(), best.score, serde_json::to_string(&told.proposal)?)),
        None => None,
    };
    Ok(NewLine {
        place: i64::try_from(line.place).unwrap_or(i64::MAX),
        booked_on: on,
        value_on: line.value_on,
        amount_minor: line.amount.minor(),
        fingerprint,
        payer_key: line.counterparty.account.as_deref().map(key),
        reference: telling(&line),
        text: line.text,
        code: line.code,
        proposed,
        raw: line.raw,
        payer: line.counterparty.name,
        payer_account: line.counterparty.account,
    })
}
