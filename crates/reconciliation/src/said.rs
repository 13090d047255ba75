//! What a line of a file says: its day, its numbers, its words, and the row that is kept of it.

use crate::import::Told;
use crate::renew::BETWEEN_NUMBERS;
use crate::rules::fingerprint::{Print, key};
use crate::seen::Fresh;
use crate::store::LineRow;
use ::store::Error;
use kernel::Date;
use kernel::id::{OrganisationId, StatementId, StatementLineId};
use matching::Proposal;
use schema::types::Day;
use statements::{Format, Line, Opening, ReferenceKind};

pub(crate) fn day_of(line: &Line) -> Option<Date> {
    line.booked_on.or(line.value_on)
}

pub(crate) fn reference(line: &Line, kind: ReferenceKind) -> Option<&str> {
    line.references.iter().find(|one| one.kind == kind).map(|one| one.value.as_str())
}

/// Numbers that were handed through.
pub(crate) fn references_of(line: &Line, format: Format) -> Vec<&str> {
    line.references.iter().filter(|one| tells(one.kind, format)).map(|one| one.value.as_str()).collect()
}

/// Whether a number says what a line is. The bank's own says nothing of an invoice; a provider's names its payment, but for Stripe's, which is
/// of the movement and stands beside that of the payment.
fn tells(kind: ReferenceKind, format: Format) -> bool {
    kind != ReferenceKind::Bank || (format.is_of_provider() && format != Format::Stripe)
}

/// A line as it is compared.
pub(crate) fn compared<'a>(line: &'a Line, on: Date, references: &'a [&'a str]) -> matching::Line<'a> {
    matching::Line {
        amount: line.amount,
        on,
        references,
        text: &line.text,
        payer: line.counterparty.name.as_deref(),
        account: line.counterparty.account.as_deref().map(key),
        code: line.code.as_deref(),
    }
}

/// A line as it is looked for among those that were kept, with the numbers that were handed through.
pub(crate) fn fresh_of<'a>(
    line: &'a Line,
    on: Date,
    format: Format,
    print: Print,
    reference: Option<&'a str>,
) -> Fresh<'a> {
    let (minor, payer) = (line.amount.minor(), line.counterparty.account.as_deref().map(key));
    Fresh { format, on, minor, print, number: self::reference(line, ReferenceKind::Bank), reference, payer }
}

/// All that a line says, for knowing it again. A notice has no day whole, so that an equal line in another is not the same.
pub(crate) fn words_of<'a>(line: &'a Line, of: &'a Opening) -> Vec<&'a str> {
    let party = &line.counterparty;
    let mut words: Vec<&str> = line.references.iter().map(|one| one.value.as_str()).collect();
    words.extend([&party.name, &party.account].into_iter().flatten().map(String::as_str));
    words.push(&line.text);
    words.extend(of.number.as_deref().filter(|_| of.is_notice));
    words
}

/// The numbers that are looked up, what tells most first: what was printed on an invoice, the payer's, ours, a provider's.
pub(crate) fn telling(line: &Line, format: Format) -> Option<String> {
    use ReferenceKind as R;
    let kinds = [R::Creditor, R::EndToEnd, R::Own, R::Cheque, R::Mandate, R::Bank];
    let mut said: Vec<&str> =
        kinds.into_iter().filter(|kind| tells(*kind, format)).filter_map(|kind| reference(line, kind)).collect();
    said.dedup();
    Some(said.join(BETWEEN_NUMBERS)).filter(|said| !said.is_empty())
}

/// The row of a line; its ids are drawn when it is kept.
pub(crate) fn row_of(
    line: Line,
    (account, format): (Option<&str>, Format),
    (organisation, fingerprint): (OrganisationId, i64),
    told: &Told,
    proposal: &Proposal,
) -> Result<LineRow, Error> {
    let best = proposal.best();
    Ok(LineRow {
        organisation_id: organisation,
        line_id: StatementLineId::NIL,
        statement_id: StatementId::NIL,
        place: i64::try_from(line.place).unwrap_or(i64::MAX),
        booked_on: Day(told.on),
        value_on: line.value_on.map(Day),
        amount_minor: line.amount.minor(),
        fingerprint,
        payer_key: account.map(key),
        reference: telling(&line, format),
        text: line.text,
        code: line.code,
        payer: line.counterparty.name,
        state: "open".into(),
        tier: best.map(|best| best.tier.name().into()),
        score: best.map(|best| best.score.into()),
        proposal: told.proposal.says_something().then(|| told.proposal.kept()).transpose()?,
    })
}
