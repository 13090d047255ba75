//! What the desk needs to know of a line beyond the line itself: what a candidate comes to, entries that are free, notes, what is
//! asked of a person, and which line is next.

use crate::books::whose;
use crate::commands::{Answer, Beside, Paid, PostMatch, SetAside, Settle};
use crate::proposal::ProposedCandidate;
use crate::queries::{self, Filter, Line, Match, Statement};
use crate::store::{self, EntryFact};
use ::store::{Conn, Error, Part, Place};
use kernel::id::{self, EntryId, InvoiceId, Kind, PaymentId, StatementId, StatementLineId, StatementNoteId, UserId};
use kernel::{Currency, Date, Id, Money, Refusal, Scope, Timestamp};
use matching::Tier;
use std::collections::HashMap;

/// Free entries that are offered for a line.
const ENTRIES_SHOWN: i64 = 20;
/// Days around a line in which its entry is looked for.
const AROUND_DAYS: i32 = 120;

/// A note beside a line.
#[derive(Debug, Clone)]
pub struct Note {
    pub id: StatementNoteId,
    pub text: String,
    pub asked: Option<UserId>,
    pub by: String,
    pub at: Timestamp,
}

/// What somebody is asked about a line that is open.
#[derive(Debug, Clone)]
pub struct Question {
    pub note: Note,
    pub statement: StatementId,
    pub line: StatementLineId,
    pub payer: Option<String>,
    /// What whoever was asked has written since.
    pub answer: Option<Note>,
}

/// An entry that moves the statement's account.
#[derive(Debug, Clone)]
pub struct Entry {
    pub id: EntryId,
    pub on: Date,
    pub kind: String,
    /// The name of the customer whose payment, refund or dispute it is.
    pub customer: Option<String>,
    pub memo: String,
    /// What it moves there, in above zero.
    pub amount: Money,
    /// The payment that it is of.
    pub payment: Option<PaymentId>,
}

impl From<store::NoteRow> for Note {
    fn from(row: store::NoteRow) -> Self {
        Note { id: row.note_id, text: row.text, asked: row.asked_id, by: row.noted_by, at: row.noted_at.0 }
    }
}

/// The notes of a line, oldest first.
pub fn notes(conn: &mut Conn, scope: &Scope, line: StatementLineId) -> Result<Vec<Note>, Error> {
    Ok(store::notes_of(conn, scope.organisation(), line)?.into_iter().map(Note::from).collect())
}

/// What is asked about lines that are open, the newest first.
pub fn questions(conn: &mut Conn, scope: &Scope) -> Result<Vec<Question>, Error> {
    let rows = store::questions(conn, scope.organisation())?;
    let lines: Vec<StatementLineId> = rows.iter().map(|(note, _)| note.line_id).collect();
    let notes = store::notes_of_lines(conn, scope.organisation(), &lines)?;
    let question = |(note, line): (store::NoteRow, store::LineRow)| {
        let asked = note.asked_id.map(|id| id.to_string()).unwrap_or_default();
        let is_answer = |other: &&store::NoteRow| {
            other.line_id == note.line_id && other.note_id > note.note_id && other.noted_by == asked
        };
        Question {
            answer: notes.iter().find(is_answer).cloned().map(Note::from),
            statement: line.statement_id,
            line: line.line_id,
            payer: line.payer,
            note: note.into(),
        }
    };
    Ok(rows.into_iter().map(question).collect())
}

impl Question {
    /// Whether this person is asked and has not answered.
    pub fn waits_for(&self, person: UserId) -> bool {
        self.note.asked == Some(person) && self.answer.is_none()
    }

    /// Whether this person asked and has an answer.
    pub fn is_answered_to(&self, person: UserId) -> bool {
        self.answer.is_some() && self.note.by == person.to_string()
    }
}

/// How much is asked of a person.
pub fn asked_of(conn: &mut Conn, scope: &Scope, person: UserId) -> Result<i64, Error> {
    let asked = questions(conn, scope)?.into_iter().filter(|question| question.waits_for(person));
    Ok(i64::try_from(asked.count()).unwrap_or(i64::MAX))
}

/// The lines of a statement that somebody is asked about and has not answered, with whom.
pub fn asked_lines(
    conn: &mut Conn,
    scope: &Scope,
    statement: StatementId,
) -> Result<Vec<(StatementLineId, UserId)>, Error> {
    let all = questions(conn, scope)?.into_iter();
    let waiting = all.filter(|question| question.statement == statement && question.answer.is_none());
    Ok(waiting.filter_map(|question| Some((question.line, question.note.asked?))).collect())
}

/// The other lines of the match that a line is in.
pub fn fellows(conn: &mut Conn, scope: &Scope, line: &Line, found: &Match) -> Result<Vec<Line>, Error> {
    let lines = store::lines_of_match(conn, scope.organisation(), found.id)?.into_iter().map(|row| row.line_id);
    lines.filter(|other| *other != line.id).map(|other| queries::line(conn, scope, other)).collect()
}

/// Where the page of a list begins that a line is on, of pages of so many lines.
pub fn page_of(
    conn: &mut Conn,
    scope: &Scope,
    (statement, filter): (StatementId, &Filter),
    (line, size): (StatementLineId, i64),
) -> Result<Option<Place>, Error> {
    let before = store::page_before(conn, scope.organisation(), (statement, filter), (line, size))?;
    Ok(before.map(|(last, nth)| Place { id: *last.bytes(), key: String::new(), nth }))
}

/// How many lines of a statement are in each state, of those that a filter lets through.
pub fn found(
    conn: &mut Conn,
    scope: &Scope,
    statement: StatementId,
    filter: &Filter,
) -> Result<HashMap<String, i64>, Error> {
    Ok(store::count_states(conn, scope.organisation(), statement, filter)?.into_iter().collect())
}

/// How many lines of these statements are open.
pub fn open_lines(
    conn: &mut Conn,
    scope: &Scope,
    statements: &[StatementId],
) -> Result<HashMap<StatementId, i64>, Error> {
    Ok(store::count_open(conn, scope.organisation(), statements)?.into_iter().collect())
}

/// The line beside one in the order of the file: behind it, or before it with `back`.
pub fn beside(
    conn: &mut Conn,
    scope: &Scope,
    statement: StatementId,
    filter: &Filter,
    (line, back): (StatementLineId, bool),
) -> Result<Option<StatementLineId>, Error> {
    let from = Some(Place { id: *line.bytes(), key: String::new(), nth: 0 });
    let part = Part { by: None, rising: true, from, back, limit: 1 };
    let rows = store::list_lines(conn, scope.organisation(), statement, filter, &part)?;
    Ok(rows.first().map(|row| row.line_id))
}

/// The line that is dealt with after this one: the next in the file, and behind the last the first that is left.
pub fn next(
    conn: &mut Conn,
    scope: &Scope,
    statement: StatementId,
    filter: &Filter,
    line: StatementLineId,
) -> Result<Option<StatementLineId>, Error> {
    if let Some(next) = beside(conn, scope, statement, filter, (line, false))? {
        return Ok(Some(next));
    }
    let part = Part { by: None, rising: true, from: None, back: false, limit: 2 };
    let rows = store::list_lines(conn, scope.organisation(), statement, filter, &part)?;
    Ok(rows.iter().map(|row| row.line_id).find(|id| *id != line))
}

/// Entries by their ids, with what they move on the account.
pub fn entries(conn: &mut Conn, scope: &Scope, statement: &Statement, ids: &[EntryId]) -> Result<Vec<Entry>, Error> {
    let facts = store::entry_facts(conn, scope.organisation(), ids)?;
    with_amounts(conn, scope, statement, facts)
}

/// What the payments of these entries are for: an invoice, its number, and what was paid of it.
pub fn paid(conn: &mut Conn, scope: &Scope, entries: &[Entry]) -> Result<Vec<(InvoiceId, String, Money)>, Error> {
    let mut paid = Vec::new();
    for payment in entries.iter().filter_map(|entry| entry.payment) {
        let parts = payments::queries::get(conn, scope, payment)?.allocations.into_iter();
        paid.extend(parts.filter(|part| !part.reversed).map(|part| (part.invoice, part.number, part.paid)));
    }
    Ok(paid)
}

/// Entries of the account that no line was matched with: where nothing is looked for, those that move what the line does; else those
/// whose memo has the words, or whose amount they are.
pub fn free_entries(
    conn: &mut Conn,
    scope: &Scope,
    statement: &Statement,
    line: &Line,
    words: &str,
) -> Result<Vec<Entry>, Error> {
    let around = jiff::Span::new().days(AROUND_DAYS);
    let days = (line.booked_on.saturating_sub(around), line.booked_on.saturating_add(around));
    let amount = if words.is_empty() {
        Some(line.amount)
    } else {
        Money::parse(&words.replace([',', '-', '−'], ""), statement.currency).ok()
    };
    let minor = amount.map(|amount| amount.minor().abs());
    let account = (statement.account.as_str(), statement.currency);
    let facts = store::find_free(conn, scope.organisation(), account, days, (words, minor), ENTRIES_SHOWN)?;
    with_amounts(conn, scope, statement, facts)
}

fn with_amounts(
    conn: &mut Conn,
    scope: &Scope,
    statement: &Statement,
    facts: Vec<EntryFact>,
) -> Result<Vec<Entry>, Error> {
    let ids: Vec<EntryId> = facts.iter().map(|fact| fact.entry_id).collect();
    let account = (statement.account.as_str(), statement.currency);
    let moved: HashMap<EntryId, i64> =
        store::moved_by(conn, scope.organisation(), account, &ids)?.into_iter().collect();
    let names = whose(conn, scope.organisation(), facts.iter().map(EntryFact::document))?;
    let entry = |fact: EntryFact| Entry {
        payment: fact
            .document_id
            .filter(|_| fact.document_kind.as_deref() == Some(id::Payment::PREFIX))
            .map(Id::retyped),
        customer: fact.document_id.and_then(|id| names.get(&id).cloned()),
        amount: Money::new(moved.get(&fact.entry_id).copied().unwrap_or_default(), statement.currency),
        id: fact.entry_id,
        on: fact.date.0,
        kind: fact.kind,
        memo: fact.memo,
    };
    Ok(facts.into_iter().map(entry).collect())
}

/// What is done when a candidate is taken for right.
#[derive(Debug, Clone)]
pub enum Taken {
    Match(PostMatch),
    /// A rule says that the line is none of the company's business.
    Aside(SetAside),
}

/// What is posted when a person takes a candidate for right. What a bank kept or a customer deducted is settled with the last of the
/// invoices.
///
/// Refuses `candidate_gone`.
pub fn taken(line: &Line, nth: usize, is_looked_at: bool) -> Result<Taken, Refusal> {
    let gone = || Refusal::conflict("candidate_gone");
    let candidate = line.proposed.candidates.get(nth).ok_or_else(gone)?;
    let score = Some(candidate.score).filter(|_| !is_looked_at);
    by_candidate(line.id, candidate, line.amount.currency(), score).ok_or_else(gone)
}

/// What is done with a line where a candidate is right; nothing where it says too little.
pub(crate) fn by_candidate(
    line: StatementLineId,
    candidate: &ProposedCandidate,
    currency: Currency,
    score: Option<u16>,
) -> Option<Taken> {
    let lines = [line].into_iter().chain(candidate.others.iter().copied()).collect();
    if candidate.sets_aside() {
        let by_rule = Some(candidate.clone());
        return Some(Taken::Aside(SetAside { lines, aside: true, reason: String::new(), by_rule }));
    }
    Some(Taken::Match(PostMatch {
        lines,
        answer: answer(candidate, currency)?,
        tier: Tier::by_name(&candidate.tier)?.name(),
        score,
        reasons: serde_json::to_string(&candidate.reasons).unwrap_or_else(|_| "[]".to_owned()),
        rule: candidate.rule,
    }))
}

/// What a candidate comes to; a payment notice's would be another arm here.
fn answer(candidate: &ProposedCandidate, currency: Currency) -> Option<Answer> {
    if !candidate.entries.is_empty() {
        let entries = candidate.entries.clone();
        let fee = candidate.difference.as_ref().filter(|(kind, _)| Settle::by_name(kind) == Some(Settle::Fee));
        return Some(match fee {
            Some((_, minor)) => Answer::LinkBeside { entries, beside: Beside::Fee(Money::new(*minor, currency)) },
            None => Answer::Link(entries),
        });
    }
    if let Some(code) = &candidate.account {
        return Some(Answer::Account { code: code.clone(), memo: String::new() });
    }
    let money = |minor| Money::new(minor, currency);
    let settled = candidate.difference.as_ref().and_then(|(kind, minor)| {
        let settle = Settle::by_name(kind)?;
        Some((settle, money(*minor)))
    });
    let last = candidate.invoices.len().saturating_sub(1);
    let paid = |(at, (invoice, minor)): (usize, &(kernel::id::InvoiceId, i64))| Paid {
        invoice: *invoice,
        amount: money(*minor),
        paid: None,
        settle: settled.filter(|_| at == last),
    };
    Some(Answer::Payment {
        customer: candidate.customer?,
        invoices: candidate.invoices.iter().enumerate().map(paid).collect(),
        rest: None,
    })
}

/// Why a line is not among those that are accepted with its tier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LeftOut {
    /// It may be in another file as well.
    Again,
    /// Another candidate is as good as the first.
    Tied,
    /// It is less sure than what was asked for.
    Unsure,
    /// Something would be given up, which a person decides line by line.
    GivesUp,
    /// It is taken together with other lines, which a person sees.
    Together,
}

impl LeftOut {
    pub const ALL: [LeftOut; 5] = [LeftOut::Again, LeftOut::Tied, LeftOut::Unsure, LeftOut::GivesUp, LeftOut::Together];

    pub const fn name(self) -> &'static str {
        match self {
            LeftOut::Again => "again",
            LeftOut::Tied => "tied",
            LeftOut::Unsure => "unsure",
            LeftOut::GivesUp => "gives-up",
            LeftOut::Together => "together",
        }
    }

    /// Whether a line stays out when all of a tier above a score are accepted; in this order.
    pub fn of(line: &Line, least: u16) -> Option<LeftOut> {
        let best = line.proposed.candidates.first()?;
        if line.proposed.again.is_some() {
            return Some(LeftOut::Again);
        }
        if line.proposed.tied {
            return Some(LeftOut::Tied);
        }
        if line.proposed.confidence(0) < least {
            return Some(LeftOut::Unsure);
        }
        if !best.others.is_empty() {
            return Some(LeftOut::Together);
        }
        let settles = best.difference.as_ref().is_some_and(|(kind, _)| Settle::by_name(kind).is_some());
        settles.then_some(LeftOut::GivesUp)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proposal::Proposed;
    use kernel::id::{CustomerId, InvoiceId};

    fn line(tied: bool, score: u16, difference: Option<(&'static str, i64)>) -> Line {
        let candidate = ProposedCandidate {
            tier: "reference".into(),
            score,
            customer: Some(CustomerId::NIL),
            invoices: vec![(InvoiceId::NIL, 900), (InvoiceId::NIL, 100)],
            entries: Vec::new(),
            account: None,
            others: Vec::new(),
            rule: None,
            difference: difference.map(|(kind, minor)| (kind.into(), minor)),
            reasons: Vec::new(),
        };
        let cny = Currency::parse("CNY").unwrap();
        Line {
            id: StatementLineId::NIL,
            statement: StatementId::NIL,
            place: 1,
            booked_on: Date::constant(2026, 11, 23),
            value_on: None,
            amount: Money::new(1000, cny),
            payer: None,
            reference: None,
            text: String::new(),
            code: None,
            state: "open".to_owned(),
            proposed: Proposed { tied, again: None, candidates: vec![candidate] },
            matched: None,
        }
    }

    fn matched(line: &Line, is_looked_at: bool) -> PostMatch {
        match taken(line, 0, is_looked_at).unwrap() {
            Taken::Match(command) => command,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn who_is_left_out_when_a_tier_is_accepted() {
        for (tied, score, difference, least, wanted) in [
            (false, 980, None, 980, None),
            (false, 979, None, 980, Some(LeftOut::Unsure)),
            (true, 999, None, 0, Some(LeftOut::Tied)),
            (true, 0, None, 980, Some(LeftOut::Tied)),
            (false, 999, Some(("fee", 5)), 980, Some(LeftOut::GivesUp)),
            (false, 999, Some(("discount", 5)), 980, Some(LeftOut::GivesUp)),
            (false, 999, Some(("short", 5)), 980, None),
            (false, 999, Some(("over", 5)), 980, None),
        ] {
            assert_eq!(LeftOut::of(&line(tied, score, difference), least), wanted, "{tied} {score} {difference:?}");
        }
    }

    #[test]
    fn what_was_deducted_is_settled_with_the_last_invoice() {
        let paid = |difference| match matched(&line(false, 990, difference), true).answer {
            Answer::Payment { invoices, .. } => {
                invoices.iter().map(|one| one.settle.map(|(settle, money)| (settle, money.minor()))).collect()
            }
            other => panic!("{other:?}"),
        };
        let settled: Vec<Option<(Settle, i64)>> = paid(Some(("fee", 25)));
        assert_eq!(settled, [None, Some((Settle::Fee, 25))]);
        assert_eq!(paid(Some(("short", 25))), [None, None]);
        assert!(taken(&line(false, 990, None), 1, true).is_err());
    }

    #[test]
    fn a_score_is_kept_where_nobody_looked() {
        assert_eq!(matched(&line(false, 990, None), true).score, None);
        assert_eq!(matched(&line(false, 990, None), false).score, Some(990));
    }
}
