//! From a line to its candidates.

mod decide;
mod entries;
mod guess;
mod hear;
mod known;
mod number;
mod payer;
mod whole;

use crate::books::{Books, Entry, Line};
use crate::candidate::{Candidate, DifferenceKind, Proposal, Reason, Tier};
use crate::evidence::{Fit, Payer, days, fit, is_known};
use crate::lookup::usize_of;
use crate::name::Likeness;
use crate::reference::Strength;
use crate::rule::{Action, Rule};
use crate::score::{GUESS, NAMELESS_MAX, score};
use crate::sums::{self, Sums};
use crate::together::{self, Together, Waiting};
use decide::decide;
use entries::{Entries, recorded_first};
use kernel::{Currency, Date};
use known::{Fact, Known};
use std::collections::HashMap;
use std::sync::Arc;

pub use decide::TIE;
pub use hear::{Heard, Listener};

/// Among more open items of one party no sum is looked for: it would be met by chance.
const SUMMED_MAX: usize = 60;
/// Parties that a payer's name may mean, before it means nobody.
const PAYERS_MAX: usize = 8;
/// What an answer without a number loses where a number was said that is settled, or a line that waits may have paid the same.
const IN_DOUBT: u16 = 120;
/// What an answer loses where more came than was named, and others of the customer's explain it, perhaps in several ways.
const OR_TOO_MUCH: u16 = 60;
/// The best score of a transfer between accounts of our own that is not in the books yet.
const OWN: u16 = 985;
/// Room for so many answers, which is enough for most lines.
const CANDIDATES: usize = 4;
/// From this score on, an answer by its number shows whose account a line came from.
pub const SEEN_FROM: u16 = 995;
/// So long after it is due, an invoice is not surely meant by its amount; it speaks against another of the amount all the same.
const OLD_DAYS: i64 = 270;
const OLD: u16 = 20;

/// The books, ready to be asked what lines mean. What is taken for a line is open no longer for the next.
#[derive(Default)]
pub struct Matcher {
    known: Arc<Known>,
    /// Hears what nobody heard before.
    listener: Listener,
    rules: Vec<Rule>,
    /// What is open of each item, in minor units.
    open: Vec<i64>,
    /// Items that a line which waits for a person may have paid.
    is_spoken_for: Vec<bool>,
    /// What of an item each of the lines that wait may have paid, where that is not all of it.
    waiting: HashMap<u32, Vec<i64>>,
    accounts: HashMap<i64, Vec<u32>>,
    own: HashMap<i64, Box<str>>,
    entries: Entries,
}

/// An item as it stands.
#[derive(Clone, Copy)]
struct Standing<'a> {
    fact: &'a Fact,
    open_minor: i64,
}

impl std::fmt::Debug for Matcher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (items, entries) = (self.open.len(), self.entries.len());
        f.debug_struct("Matcher").field("items", &items).field("entries", &entries).finish_non_exhaustive()
    }
}

impl Matcher {
    /// Books and the rules of the company, in the order in which they are tried.
    pub fn new(books: Books, rules: Vec<Rule>) -> Matcher {
        let mut accounts: HashMap<i64, Vec<u32>> = HashMap::new();
        for (party, facts) in (0_u32..).zip(books.parties.all()) {
            for account in &facts.accounts {
                accounts.entry(*account).or_default().push(party);
            }
        }
        let open: Vec<i64> = books.items.iter().map(|item| item.open_minor).collect();
        let known = Arc::new(Known::new(books.parties, books.items, &books.further));
        let mut matcher = Matcher {
            rules,
            listener: Listener::new(Arc::clone(&known)),
            known,
            accounts,
            own: books.own.into_iter().map(|(key, code)| (key, code.into())).collect(),
            is_spoken_for: vec![false; open.len()],
            open,
            ..Matcher::default()
        };
        matcher.add(books.entries);
        matcher
    }

    /// Somebody else to hear lines, before their turn comes.
    pub fn listener(&self) -> Listener {
        Listener::new(Arc::clone(&self.known))
    }

    /// The number of an item, by its place.
    pub fn number(&self, item: u32) -> Option<&str> {
        self.known.item(item).map(|fact| &*fact.number)
    }

    pub(crate) fn free_entries(&self) -> impl Iterator<Item = (u32, &Entry)> {
        self.entries.free()
    }

    pub(crate) fn date(&self, item: u32) -> Option<Date> {
        self.known.item(item).map(|fact| fact.date)
    }

    /// What is open of an item, in minor units.
    pub fn open_minor(&self, item: u32) -> Option<i64> {
        self.open.get(usize_of(item)).copied()
    }

    /// More entries that lines may be linked with.
    pub fn add(&mut self, entries: Vec<Entry>) {
        entries.into_iter().for_each(|entry| self.entries.add(entry));
    }

    /// A line is taken for a candidate: what that takes is open no longer. Where its number was said in full, the line's account is one
    /// that this customer is seen to pay from.
    pub fn take(&mut self, line: &Line<'_>, candidate: &Candidate) {
        if let (Some(account), Some(party)) = (line.account, candidate.party)
            && candidate.score >= SEEN_FROM
            && candidate.tier == Tier::Reference
        {
            let seen = self.accounts.entry(account).or_default();
            if !seen.contains(&party) && seen.len() < PAYERS_MAX {
                seen.push(party);
            }
        }
        // What a fee or a discount explains is hardly paid later: who pays that much may mean something else.
        let is_given_up =
            candidate.difference.is_some_and(|one| matches!(one.kind, DifferenceKind::Fee | DifferenceKind::Discount));
        for (at, paid) in &candidate.items {
            if let Some(is_spoken_for) = self.is_spoken_for.get_mut(usize_of(*at)) {
                *is_spoken_for |= is_given_up;
            }
            if let Some(open) = self.open.get_mut(usize_of(*at)) {
                *open -= *paid;
            }
        }
        candidate.entries.iter().for_each(|at| self.entries.link(*at));
    }

    /// A line waits for a person: until then, what it may have paid is not surely open. A guess says nothing of that.
    pub fn leave(&mut self, proposal: &Proposal) {
        let meant = || proposal.candidates.iter().filter(|candidate| !candidate.is_guess());
        for (at, _) in meant().flat_map(|candidate| &candidate.items) {
            if let Some(is_spoken_for) = self.is_spoken_for.get_mut(usize_of(*at)) {
                *is_spoken_for = true;
            }
        }
        for (at, paid) in meant().next().into_iter().flat_map(|best| &best.items) {
            if self.item(*at).is_some_and(|item| *paid < item.open_minor) {
                self.waiting.entry(*at).or_default().push(*paid);
            }
        }
    }

    /// Which of the lines that wait come together to one item, or one entry.
    pub fn together(&self, waiting: &[Waiting]) -> Vec<Together> {
        together::together(self, waiting)
    }

    /// Whose line it is, where the payer is known to be one party.
    pub fn payer_of(&mut self, line: &Line<'_>) -> Option<u32> {
        let named = self.listener.named(line);
        match self.payers(line, &named)[..] {
            [(party, payer)] if is_known(payer) => Some(party),
            [(party, payer), (_, next), ..] if is_known(payer) && payer > next => Some(party),
            _ => None,
        }
    }

    /// Items of a party that are open in a currency.
    pub(crate) fn open_of(&self, party: u32, currency: Currency) -> impl Iterator<Item = u32> + '_ {
        let is_open =
            move |at: &u32| self.item(*at).is_some_and(|item| item.open_minor > 0 && item.fact.currency == currency);
        self.known.all_of(party).filter(is_open)
    }

    /// What a line is, by all that is known.
    pub fn propose(&mut self, line: &Line<'_>) -> Proposal {
        let heard = self.listener.hear(line);
        self.judge(line, heard)
    }

    /// What a line is, once it was heard.
    pub fn judge(&mut self, line: &Line<'_>, heard: Heard) -> Proposal {
        let mut candidates = Vec::with_capacity(CANDIDATES);
        if let Some(rule) = self.rules.iter().position(|rule| rule.fits(line)) {
            candidates.extend(self.by_rule(rule));
        }
        if line.amount.is_positive() {
            self.money_in(line, heard, &mut candidates);
        } else {
            let evidence = self.evidence(line, heard);
            self.linked(line, &evidence, &mut candidates);
            self.own_account(line, &mut candidates);
            self.paid_at_once(line, &mut candidates);
        }
        decide(candidates)
    }

    fn money_in(&mut self, line: &Line<'_>, heard: Heard, candidates: &mut Vec<Candidate>) {
        if let Some(candidate) = self.at_first_sight(line, &heard) {
            candidates.push(candidate);
            return;
        }
        let evidence = self.evidence(line, heard);
        self.linked(line, &evidence, candidates);
        self.own_account(line, candidates);
        self.by_number(line, &evidence, candidates);
        recorded_first(candidates);
        // Nothing that is found without a number stands above it.
        let is_named = |one: &Candidate| one.is_named() && one.difference.is_none() && one.score > NAMELESS_MAX;
        if candidates.iter().any(is_named) {
            return;
        }
        self.by_payer(line, &evidence, candidates);
        if candidates.is_empty() {
            self.by_amount_alone(line, &evidence, candidates);
        }
        // What is the payer's own stands before anybody's of the amount.
        if candidates.iter().all(|one| one.score < GUESS) {
            self.at_a_guess(line, &evidence, candidates);
        }
        self.paid_at_once(line, candidates);
    }

    fn item(&self, at: u32) -> Option<Standing<'_>> {
        Some(Standing { fact: self.known.item(at)?, open_minor: self.open_minor(at)? })
    }

    fn is_spoken_for(&self, at: u32) -> bool {
        self.is_spoken_for.get(usize_of(at)).copied().unwrap_or(false)
    }

    /// The item, where something is open of it that a line in this currency may pay.
    fn open(&self, at: u32, line: &Line<'_>) -> Option<Standing<'_>> {
        self.item(at).filter(|item| item.open_minor > 0 && item.fact.currency == line.amount.currency())
    }

    /// Nearly every line: one number, all of it, the amount, and the payer's own name. Nothing else can be better.
    fn at_first_sight(&self, line: &Line<'_>, heard: &Heard) -> Option<Candidate> {
        let at = heard.surely?;
        let other = |(other, strength): &(u32, Strength)| *other != at && *strength > Strength::Weak;
        if heard.numbers.iter().any(|one| other(one) && self.open(one.0, line).is_some()) {
            return None;
        }
        let item = self.open(at, line)?;
        if item.open_minor != line.amount.minor() || item.fact.date > line.on {
            return None;
        }
        (!self.entries.are_of(line)).then(|| Candidate {
            tier: Tier::Reference,
            score: score(Some(Strength::Full), Payer::Name(Likeness::Same), Fit::Equal),
            party: Some(item.fact.party),
            items: vec![(at, item.open_minor)],
            entries: Vec::new(),
            account: None,
            difference: None,
            reasons: vec![
                Reason::Number(item.fact.number.clone(), Strength::Full),
                Reason::Amount,
                Reason::Name(Likeness::Same),
            ],
        })
    }

    /// The open items of a party that were there on the day of the line, and what is open of each.
    fn items_of<'a>(&'a self, party: u32, line: &'a Line<'_>) -> impl Iterator<Item = (u32, i64)> + 'a {
        let there = |at| self.open(at, line).filter(|item| item.fact.date <= line.on).map(|item| (at, item.open_minor));
        self.known.all_of(party).filter_map(there)
    }

    /// The same as columns: the items, and what is open of each.
    fn columns_of(&self, party: u32, line: &Line<'_>, is_wanted: impl Fn(u32) -> bool) -> (Vec<u32>, Vec<i64>) {
        let most = self.known.all_of(party).len();
        let (mut items, mut amounts) = (Vec::with_capacity(most), Vec::with_capacity(most));
        for (at, open_minor) in self.items_of(party, line).filter(|(at, _)| is_wanted(*at)) {
            items.push(at);
            amounts.push(open_minor);
        }
        (items, amounts)
    }

    /// The account in the books, where the other side is an account of our own.
    fn own(&self, line: &Line<'_>) -> Option<&str> {
        line.account.and_then(|key| self.own.get(&key)).map(|code| &**code)
    }

    fn by_rule(&self, place: usize) -> Option<Candidate> {
        let account = match &self.rules.get(place)?.action {
            Action::Post(code) => Some(code.as_str().into()),
            Action::Ignore => None,
        };
        Some(bare(Tier::Rule, Rule::SCORE, account, Reason::Rule(place)))
    }

    fn fit(&self, line: &Line<'_>, item: Standing<'_>) -> Fit {
        let fact = item.fact;
        fit(line.amount.minor(), item.open_minor, fact.currency, fact.date, line.on)
    }

    /// Adds an answer with items, its reasons in words, unless the same answer is there with a better score.
    fn push(
        &self,
        line: &Line<'_>,
        candidates: &mut Vec<Candidate>,
        tier: Tier,
        score: u16,
        mut chosen: Vec<u32>,
        (number, payer, fits): (Option<Strength>, Payer, Fit),
    ) {
        // What is not all paid stands where whoever chose it has put it.
        if !matches!(fits, Fit::Differs(_)) {
            chosen.sort_unstable();
        }
        let Some(party) = chosen.first().and_then(|at| self.item(*at)).map(|item| item.fact.party) else { return };
        let (mut left, mut score) = (line.amount.minor(), score);
        let (mut reasons, mut items) = (Vec::with_capacity(chosen.len() + 2), Vec::with_capacity(chosen.len()));
        for at in &chosen {
            let Some(item) = self.item(*at) else { return };
            if let Some(strength) = number {
                reasons.push(Reason::Number(item.fact.number.clone(), strength));
            }
            if item.fact.date > line.on {
                score = score.saturating_sub(if number.is_some() { 50 } else { 150 });
                reasons.push(Reason::Later);
            }
            if number.is_none() && days(item.fact.due_on, line.on) > OLD_DAYS {
                score = score.saturating_sub(OLD);
            }
            let paid = left.min(item.open_minor);
            left -= paid;
            items.push((*at, paid));
        }
        reasons.push(match fits {
            Fit::Equal => Reason::Amount,
            Fit::Sum => Reason::Sum(chosen.len()),
            Fit::Differs(difference) if difference.kind == DifferenceKind::Over => Reason::Over,
            Fit::Differs(_) => Reason::Short,
        });
        reasons.extend(said_of(payer));
        let difference = if let Fit::Differs(difference) = fits { Some(difference) } else { None };
        let candidate = Candidate {
            tier,
            score,
            party: Some(party),
            items,
            entries: Vec::new(),
            account: None,
            difference,
            reasons,
        };
        match candidates.iter_mut().find(|known| known.is_same(&candidate)) {
            Some(known) if known.score < candidate.score => *known = candidate,
            Some(_) => {}
            None => candidates.push(candidate),
        }
    }
}

fn sums_of(amounts: &[i64], total: i64) -> Sums {
    if amounts.len() > SUMMED_MAX { Sums::Undecided } else { sums::find(amounts, total) }
}

/// What a sum loses where so many sets could be formed that one meets the amount by chance: of more than two, unless few are open.
const fn by_chance(of: usize, parts: usize) -> u16 {
    match (of, parts) {
        (..=20, ..=3) | (_, ..=2) => 0,
        _ => 100,
    }
}

fn bare(tier: Tier, score: u16, account: Option<Box<str>>, reason: Reason) -> Candidate {
    Candidate {
        tier,
        score,
        party: None,
        items: Vec::new(),
        entries: Vec::new(),
        account,
        difference: None,
        reasons: vec![reason],
    }
}

fn said_of(payer: Payer) -> Option<Reason> {
    match payer {
        Payer::Account => Some(Reason::Account),
        Payer::Name(likeness) | Payer::Elsewhere(likeness) => Some(Reason::Name(likeness)),
        Payer::Other => Some(Reason::OtherName),
        Payer::Unknown => None,
    }
}
