//! A file becomes statements, lines and proposals, and what is sure is posted.
//!
//! One pass: pieces are read on a thread of their own; lines are put in the order of their days, compared with what is open, and kept
//! in parts that nobody sees until the file was read to its end. A file that breaks leaves nothing.

use crate::ahead::{self, Read};
use crate::as_written::{Written, packed};
use crate::books::Open;
use crate::columns;
use crate::commands::{
    Answer, BeginStatement, DiscardStatement, FinishImport, Finished, Paid, PostMatch, SetAside, StoreLines,
    is_at_a_bank,
};
use crate::current::{Current, TOGETHER};
use crate::desk::Taken;
use crate::doubtful::Doubtful;
use crate::file::{StatementFile, broken};
use crate::handed_in::{Done, InTurn};
use crate::pace::Pace;
use crate::posting::{POST_NOTHING, posting};
use crate::proposal::{Proposed, ProposedCandidate};
use crate::renew::{LINES_MAX, renew_account};
use crate::rulebook;
use crate::rules::days::Days;
use crate::rules::fingerprint::{Fingerprints, Print, Said};
use crate::said::{compared, day_of, fresh_of, reference, references_of, row_of, telling, words_of};
use crate::seen::Seen;
use crate::store::LineRow;
use ::store::{App, Error, HandedIn};
use kernel::id::{EntryId, InvoiceId, StatementId, StatementLineId};
use kernel::{Context, Currency, Date, Money, Permission, Refusal};
use matching::{Candidate, Heard, Proposal, Tier};
use parking_lot::Mutex;
use statements::{Closing, ColumnMap, Format, Line, Options, Piece, ReferenceKind};
use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::sync::Arc;

/// Lines that are read and heard before their turn.
const AHEAD: usize = 8192;
/// Lines that are kept in one transaction beside others who write: they wait for it.
const BESIDE_OTHERS: usize = 100;
/// Parts that are being kept while the next is compared: what waits together is committed together, and the disk is asked once for both.
const IN_FLIGHT: usize = 4;

/// What is asked of a file.
#[derive(Debug, Clone)]
pub struct Asked {
    pub file: StatementFile,
    /// What the file is called.
    pub name: String,
    /// Code of the account in the books.
    pub account: String,
    pub format: Option<Format>,
    /// How the rows of a table are read, where a person or a program said it: kept for the files to come.
    pub columns: Option<ColumnMap>,
    /// Nothing is kept, and nothing posted: what would come of it.
    pub dry_run: bool,
    /// From this score on, in thousandths, what is not tied is posted; what the organisation chose where nothing is said.
    pub post_from: Option<u16>,
}

/// What became of a line.
#[derive(Debug, Clone)]
pub struct Told {
    /// Counted from one over the whole file.
    pub ordinal: u64,
    /// The bank's number of it.
    pub reference: Option<String>,
    pub is_known: bool,
    pub amount: Money,
    pub on: Date,
    pub proposal: Proposed,
    /// Whether its first candidate is posted, or would be.
    pub is_sure: bool,
    /// Why it could not be posted after all.
    pub refused: Option<String>,
}

/// What came of a file.
#[derive(Debug, Clone, Default)]
pub struct Imported {
    pub statements: Vec<StatementId>,
    pub lines: u64,
    /// Lines that were there before.
    pub known: u64,
    /// By tier, how many were posted or would be.
    pub posted: BTreeMap<&'static str, u64>,
    /// By tier, how many wait with a proposal.
    pub waiting: BTreeMap<&'static str, u64>,
    /// Lines of which nothing is known.
    pub open: u64,
    pub warnings: Vec<Doubtful>,
}

/// Reads a file into the books; `tell` hears of each line. Blocks: call it off the async threads.
///
/// Refuses what [`crate::commands`] refuse, `columns_unsure`, `statement_broken`, `statement_broken_at`, `no_currency`.
pub fn import(app: &App, context: &Context, asked: &Asked, tell: &mut dyn FnMut(Told)) -> Result<Imported, Error> {
    app.authorise(&context.actor, Permission::StatementImport)?;
    let (organisation, account) = (context.organisation, asked.account.clone());
    let (books, rules, posting) = app.db().read_now(move |conn| {
        let books = ::store::books::load(conn, organisation)?;
        is_at_a_bank(conn, (organisation, &books), &account)?;
        Ok::<_, Error>((books, rulebook::active(conn, organisation)?, posting(conn, organisation)?))
    })?;
    let post_from = asked.post_from.unwrap_or(posting.from);
    let posts = !asked.dry_run && post_from < POST_NOTHING;
    if posts {
        app.authorise(&context.actor, Permission::StatementMatch)?;
    }
    let source = asked.file.open()?;
    let sha256 = source.sha256.iter().map(|byte| format!("{byte:02x}")).collect();
    let Some(format) = asked.format.or(source.format).filter(|_| source.bytes > 0) else {
        return Err(broken(&source.unknown()).into());
    };
    let columns = columns::settled(app, context, asked, (format, books.currency))?;
    let options = Options { format: Some(format), currency: Some(books.currency), columns, ..Options::default() };
    let pieces = statements::read(source, options).map_err(|fault| broken(&fault))?;
    // Last: what is wrong with a file is said before the books are read for it.
    let open = Open::read(app.db(), organisation, rules)?;
    let mut reading = Reading {
        app,
        context,
        asked,
        post_from,
        open,
        format,
        sha256,
        home: books.currency,
        prints: HashMap::new(),
        seen: HashMap::new(),
        current: None,
        begun: Vec::new(),
        finished: Vec::new(),
        pending: VecDeque::with_capacity(IN_FLIGHT + 1),
        posts: Vec::new(),
        pace: Pace::new(app),
        is_beside_others: true,
        imported: Imported::default(),
        tell,
    };
    let listener = reading.open.matcher.listener();
    let read = std::thread::scope(|scope| {
        // While lines are compared, the next that are put in order are read.
        let pieces = ahead::read(scope, pieces, listener, format, AHEAD);
        reading.all(pieces.into_iter().flatten())
    });
    match read.and_then(|()| reading.finish()) {
        Ok(()) => {
            columns::keep(app, &reading.context()?, asked, (format, books.currency))?;
            let mut imported = reading.post()?;
            if format.is_of_provider() && posts {
                crate::fees::take(app, context, &mut imported)?;
            }
            let currencies: BTreeSet<Currency> = reading.prints.keys().map(|(_, currency)| *currency).collect();
            compare_again(app, context, asked, (&currencies, &imported));
            Ok(imported)
        }
        Err(error) => {
            reading.discard();
            Err(error)
        }
    }
}

/// What waits after all is compared once more: what was posted may have told more of it, and several lines may come to one invoice.
/// The file is in and posted by then, whatever comes of it.
fn compare_again(
    app: &App,
    context: &Context,
    asked: &Asked,
    (currencies, imported): (&BTreeSet<Currency>, &Imported),
) {
    let waiting = imported.open + imported.waiting.values().sum::<u64>();
    let is_few = usize::try_from(waiting).is_ok_and(|lines| (1..=LINES_MAX).contains(&lines));
    if asked.dry_run || !is_few || !app.permits(&context.actor, Permission::StatementMatch) {
        return;
    }
    for currency in currencies {
        if let Err(error) = renew_account(app, context, (&asked.account, *currency)) {
            tracing::warn!(%error, "lines that wait were not compared again; the file is in");
        }
    }
}

/// Lines of a part that were not there before.
struct New {
    rows: Vec<LineRow>,
    written: Vec<Written>,
    told: Vec<(Told, Proposal)>,
}

impl New {
    fn of(lines: usize) -> New {
        New { rows: Vec::with_capacity(lines), written: Vec::with_capacity(lines), told: Vec::with_capacity(lines) }
    }
}

struct Reading<'a> {
    app: &'a App,
    context: &'a Context,
    asked: &'a Asked,
    post_from: u16,
    open: Open,
    format: Format,
    sha256: String,
    home: Currency,
    prints: HashMap<(String, Currency), Fingerprints>,
    seen: HashMap<Currency, Seen>,
    current: Option<Current>,
    begun: Vec<StatementId>,
    finished: Vec<Finished>,
    pending: VecDeque<Pending>,
    posts: Vec<Post>,
    pace: Pace,
    is_beside_others: bool,
    imported: Imported,
    tell: &'a mut dyn FnMut(Told),
}

/// Lines that are being kept, and what is to be told of them.
struct Pending {
    kept: Option<HandedIn<Vec<StatementLineId>>>,
    told: Vec<(Told, Proposal)>,
}

/// What is to be posted once all is kept.
struct Post {
    line: StatementLineId,
    /// Nothing where a rule sets the line aside.
    answer: Option<Answer>,
    tier: Tier,
    score: u16,
    told: Told,
}

impl Reading<'_> {
    fn all(&mut self, pieces: impl Iterator<Item = Read>) -> Result<(), Error> {
        for piece in pieces {
            let (piece, heard) = piece.map_err(|fault| broken(&fault))?;
            match piece {
                Piece::Opens(opening) => self.current = Some(Current::of(opening)),
                Piece::Line(line) => {
                    if self.current.as_mut().is_some_and(|current| current.take(line, heard)) {
                        self.flush()?;
                    }
                }
                Piece::Closes(closing) => {
                    self.flush()?;
                    self.settle(0)?;
                    self.close(closing)?;
                }
            }
        }
        Ok(())
    }

    /// A context of its own for each command: ids are drawn from its seed.
    fn context(&self) -> Result<Context, Error> {
        Ok(Context { seed: self.app.seed()?, now: self.app.now(), ..self.context.clone() })
    }

    /// Compares and keeps the lines that were read so far.
    fn flush(&mut self) -> Result<(), Error> {
        let Some(mut current) = self.current.take() else { return Ok(()) };
        let mut rest = current.in_order().into_iter();
        while rest.len() > 0 {
            let together = if self.is_beside_others { BESIDE_OTHERS } else { TOGETHER };
            let part = rest.by_ref().take(together).collect();
            self.part(&mut current, part)?;
            self.is_beside_others = self.pace.rest(self.app);
        }
        self.current = Some(current);
        Ok(())
    }

    fn part(&mut self, current: &mut Current, lines: Vec<(Box<Line>, Heard)>) -> Result<(), Error> {
        let currency = current.currency.unwrap_or(self.home);
        let number = current.opening.account.clone().unwrap_or_default();
        let days = lines.iter().map(|(line, _)| day_of(line));
        let (Some(from), Some(until)) = (days.clone().min().flatten(), days.max().flatten()) else {
            let place = lines.first().map_or(0, |(line, _)| line.place);
            return Err(Refusal::invalid("statement_line_without_day").with("place", place.to_string()).into());
        };
        let known = current.days.map_or((from, until), |(first, last)| (first.min(from), last.max(until)));
        current.days = Some(known);
        self.reach(currency, (from, until))?;
        let mut new = New::of(lines.len());
        let mut seen = std::mem::take(self.seen.entry(currency).or_default());
        let fresh = self.unknown(current, (&number, currency), &mut seen, lines);
        for (line, heard, mut told, print) in fresh {
            if !seen.is_empty() {
                let numbers = telling(&line, self.format);
                let fresh = fresh_of(&line, told.on, self.format, print, numbers.as_deref());
                told.proposal.again = seen.again(&fresh);
            }
            let proposal = self.propose(&line, heard, &mut told);
            let (mut line, fingerprint) = (*line, print.fingerprint);
            let (row, account) = (std::mem::take(&mut line.raw), line.counterparty.account.take());
            let marks = (self.context.organisation, fingerprint);
            new.rows.push(row_of(line, (account.as_deref(), self.format), marks, &told, &proposal)?);
            new.written.push(Written { fingerprint, row, account });
            new.told.push((told, proposal));
        }
        self.seen.insert(currency, seen);
        self.keep(current, currency, &number, new)
    }

    /// The lines that were not there before. All are looked at before one is compared, so that what one of them was is no other.
    fn unknown(
        &mut self,
        current: &mut Current,
        (number, currency): (&str, Currency),
        seen: &mut Seen,
        lines: Vec<(Box<Line>, Heard)>,
    ) -> Vec<(Box<Line>, Heard, Told, Print)> {
        let prints = self.prints.entry((number.to_owned(), currency)).or_default();
        let mut unknown = Vec::with_capacity(lines.len());
        for (line, heard) in lines {
            let on = day_of(&line).unwrap_or_default();
            let bank = reference(&line, ReferenceKind::Bank);
            let said = Said { bank_reference: bank, words: &words_of(&line, &current.opening) };
            let print = prints.next(on, line.amount.minor(), said);
            let is_known = seen.knows(&fresh_of(&line, on, self.format, print, None));
            self.imported.lines += 1;
            let told = Told {
                ordinal: self.imported.lines,
                reference: bank.map(str::to_owned),
                is_known,
                amount: line.amount,
                on,
                proposal: Proposed::default(),
                is_sure: false,
                refused: None,
            };
            if is_known {
                self.imported.known += 1;
                current.known += 1;
                (self.tell)(told);
            } else {
                unknown.push((line, heard, told, print));
            }
        }
        unknown
    }

    fn keep(
        &mut self,
        current: &mut Current,
        currency: Currency,
        number: &str,
        New { rows, written, told }: New,
    ) -> Result<(), Error> {
        if told.is_empty() {
            return Ok(());
        }
        current.new += i64::try_from(told.len()).unwrap_or(i64::MAX);
        let kept = if self.asked.dry_run {
            None
        } else {
            let statement = self.begin(current, currency, number)?;
            let lines = Arc::new(Mutex::new(rows));
            let command = StoreLines { statement, lines, rows: packed(&written)? };
            self.pace.wrote();
            Some(self.app.hand_in(&self.context()?, command)?)
        };
        self.pending.push_back(Pending { kept, told });
        // While these are written, the next are compared.
        self.settle(IN_FLIGHT)
    }

    /// Waits until no more than so many parts are still to be kept, and takes down what is to be posted of those that are.
    fn settle(&mut self, under_way: usize) -> Result<(), Error> {
        while self.pending.len() > under_way
            && let Some(Pending { kept, told }) = self.pending.pop_front()
        {
            let ids = kept.map(HandedIn::wait).transpose()?.unwrap_or_default();
            self.kept(ids, told);
        }
        Ok(())
    }

    /// Takes down what is to be posted of a part that is kept.
    fn kept(&mut self, ids: Vec<StatementLineId>, told: Vec<(Told, Proposal)>) {
        let mut ids = ids.into_iter();
        for (one, proposal) in told {
            let line = ids.next();
            match (proposal.best(), one.is_sure) {
                (Some(best), true) => {
                    let (tier, score) = (best.tier, best.score);
                    let is_aside = one.proposal.candidates.first().is_some_and(ProposedCandidate::sets_aside);
                    let answer = self.answer(best, one.amount);
                    match line {
                        Some(line) if is_aside || answer.is_some() => {
                            self.posts.push(Post { line, answer, tier, score, told: one })
                        }
                        _ => self.count(one, Some((best.tier, true))),
                    }
                }
                (Some(best), false) => self.count(one, Some((best.tier, false))),
                (None, _) => self.count(one, None),
            }
        }
    }

    fn count(&mut self, told: Told, tier: Option<(Tier, bool)>) {
        match tier {
            Some((tier, true)) => *self.imported.posted.entry(tier.name()).or_default() += 1,
            Some((tier, false)) => *self.imported.waiting.entry(tier.name()).or_default() += 1,
            None => self.imported.open += 1,
        }
        (self.tell)(told);
    }

    fn begin(&mut self, current: &mut Current, currency: Currency, number: &str) -> Result<StatementId, Error> {
        if let Some(id) = current.id {
            return Ok(id);
        }
        let command = BeginStatement {
            account: self.asked.account.clone(),
            currency,
            bank_number: number.to_owned(),
            number: current.opening.number.clone(),
            format: self.format.name(),
            file_name: self.asked.name.clone(),
            file_sha256: self.sha256.clone(),
            is_first: self.begun.is_empty(),
        };
        self.pace.wrote();
        let id = self.app.write_now(&self.context()?, command)?;
        self.begun.push(id);
        current.id = Some(id);
        Ok(id)
    }

    /// Sees to it that what lines of these days may be is at hand, and which of them were there before.
    fn reach(&mut self, currency: Currency, days: Days) -> Result<(), Error> {
        let seen = self.seen.entry(currency).or_default();
        if self.open.covers(currency, days) && seen.covers(days) {
            return Ok(());
        }
        let (mut open, mut seen) = (std::mem::take(&mut self.open), std::mem::take(seen));
        let (organisation, account) = (self.context.organisation, self.asked.account.clone());
        let (open, seen) = self.app.db().read_now(move |conn| {
            open.reach(conn, organisation, (&account, currency), days)?;
            seen.reach(conn, organisation, (&account, currency), days)?;
            Ok::<_, Error>((open, seen))
        })?;
        self.open = open;
        self.seen.insert(currency, seen);
        Ok(())
    }

    /// What a line is; what is sure of it is taken, so that the next line finds the rest. What may be in another file is not.
    fn propose(&mut self, line: &Line, heard: Heard, told: &mut Told) -> Proposal {
        let references = references_of(line, self.format);
        let line = compared(line, told.on, &references);
        let proposal = self.open.matcher.judge(&line, heard);
        let proposal = self.open.known_by_provider(&line, proposal);
        let matcher = &mut self.open.matcher;
        let sure = proposal.sure(self.post_from).filter(|_| told.proposal.again.is_none());
        match sure {
            Some(sure) => matcher.take(&line, sure),
            None => matcher.leave(&proposal),
        }
        told.is_sure = sure.is_some();
        told.proposal = Proposed { again: told.proposal.again, ..Proposed::of(&proposal, &self.open) };
        proposal
    }

    /// What posting a candidate comes to.
    fn answer(&self, candidate: &Candidate, amount: Money) -> Option<Answer> {
        if !candidate.entries.is_empty() {
            let entries: Vec<EntryId> = self.open.entries_of(candidate).collect();
            return Some(Answer::Link(entries));
        }
        if let Some(code) = &candidate.account {
            return Some(Answer::Account { code: code.to_string(), memo: String::new() });
        }
        let customer = candidate.party.and_then(|place| self.open.customer(place))?;
        let invoices = self.open.invoices_of(candidate);
        let paid = |(invoice, minor): (InvoiceId, i64)| Paid {
            invoice,
            amount: Money::new(minor, amount.currency()),
            paid: None,
            settle: None,
        };
        Some(Answer::Payment { customer, invoices: invoices.map(paid).collect(), rest: None })
    }

    fn close(&mut self, closing: Closing) -> Result<(), Error> {
        let Some(mut current) = self.current.take() else { return Ok(()) };
        let dated = |balance: Option<statements::Balance>| balance.and_then(|balance| balance.date);
        let currency = current
            .currency
            .or(closing.closing.or(closing.opening).map(|balance| balance.amount.currency()))
            .unwrap_or(self.home);
        let warnings: Vec<Doubtful> = closing.warnings.iter().map(Doubtful::from).collect();
        self.imported.warnings.extend(warnings.iter().cloned());
        let first = current.days.map(|days| days.0).or(dated(closing.opening)).or(dated(closing.closing));
        let last = current.days.map(|days| days.1).or(dated(closing.closing)).or(first);
        let (Some(from_on), Some(until_on)) = (first, last) else { return Ok(()) };
        // All that it says was said before.
        if self.asked.dry_run || (current.new == 0 && current.known > 0) {
            return Ok(());
        }
        let number = current.opening.account.clone().unwrap_or_default();
        let statement = self.begin(&mut current, currency, &number)?;
        let minor = |balance: Option<statements::Balance>| balance.map(|balance| balance.amount.minor());
        self.finished.push(Finished {
            statement,
            from_on: from_on.min(dated(closing.opening).unwrap_or(from_on)),
            until_on: until_on.max(dated(closing.closing).unwrap_or(until_on)),
            opening_minor: minor(closing.opening),
            closing_minor: minor(closing.closing),
            lines: current.new,
            known: current.known,
            warnings,
        });
        Ok(())
    }

    fn finish(&mut self) -> Result<(), Error> {
        if self.finished.is_empty() {
            return Ok(());
        }
        let statements = std::mem::take(&mut self.finished);
        let ids: Vec<StatementId> = statements.iter().map(|one| one.statement).collect();
        let ended = self.app.write_now(&self.context()?, FinishImport { statements })?;
        self.imported.statements = ids.into_iter().filter(|id| !ended.twice.contains(id)).collect();
        self.imported.warnings.extend(ended.gaps);
        Ok(())
    }

    /// Posts what is sure, line by line. One that the books refuse waits for a person.
    fn post(&mut self) -> Result<Imported, Error> {
        let mut in_turn = InTurn::new(self.app, self.context);
        for post in std::mem::take(&mut self.posts) {
            let Post { line, answer, tier, score, told } = post;
            let best = told.proposal.candidates.first().cloned();
            let lines = vec![line];
            let taken = match answer {
                None => Taken::Aside(SetAside { lines, aside: true, reason: String::new(), by_rule: best }),
                Some(answer) => {
                    let reasons = best.as_ref().map(|best| serde_json::to_string(&best.reasons)).transpose()?;
                    Taken::Match(PostMatch {
                        lines,
                        answer,
                        tier: tier.name(),
                        score: Some(score),
                        reasons: reasons.unwrap_or_else(|| "[]".to_owned()),
                        rule: best.and_then(|best| best.rule),
                    })
                }
            };
            if let Some(done) = in_turn.hand_in(taken, (told, tier))? {
                self.posted(done);
            }
        }
        while let Some(done) = in_turn.wait()? {
            self.posted(done);
        }
        Ok(std::mem::take(&mut self.imported))
    }

    fn posted(&mut self, ((mut told, tier), done): Done<(Told, Tier)>) {
        if let Err(refusal) = &done {
            told.is_sure = false;
            told.refused = Some(refusal.code.to_owned());
        }
        self.count(told, Some((tier, done.is_ok())));
    }

    /// Takes away what was kept of a file that cannot be read. What is left when this fails is never seen.
    fn discard(&mut self) {
        for statement in std::mem::take(&mut self.begun) {
            loop {
                let done =
                    self.context().and_then(|context| self.app.write_now(&context, DiscardStatement { statement }));
                match done {
                    Ok(true) => {}
                    Ok(false) => break,
                    Err(error) => {
                        tracing::warn!(%statement, %error, "what was kept of a broken statement was not taken away");
                        break;
                    }
                }
            }
        }
    }
}
