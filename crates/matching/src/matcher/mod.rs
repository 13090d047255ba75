//! From a line to its candidates.

mod decide;
mod hear;
mod number;
mod payer;

use crate::books::{Books, Entry, Item, Line};
use crate::candidate::{Candidate, DifferenceKind, Proposal, Reason, Tier};
use crate::evidence::{Fit, Payer, fit, is_known};
use crate::lookup::{Lookup, usize_of};
use crate::name::{Index, Likeness, Name};
use crate::reference::{Found, Strength, keys_of_number};
use crate::rule::{Action, Rule};
use crate::score::score;
use crate::sums::{self, Sums};
use crate::together::{self, Together, Waiting};
use decide::decide;
use hear::{Heard, Remembered};
use kernel::Currency;
use std::collections::HashMap;

pub use decide::TIE;

/// Among more open items of one party no sum is looked for: it would be met by chance.
const SUMMED_MAX: usize = 60;
/// Parties that a payer's name may mean, before it means nobody.
const PAYERS_MAX: usize = 8;
/// Names that are remembered; more are forgotten together.
const HEARD_MAX: usize = 1 << 18;
/// What an answer without a number loses where a number was said that is settled, or a line that waits may have paid the same.
const IN_DOUBT: u16 = 120;
/// From this score on, an answer by its number shows whose account a line came from.
const SEEN_FROM: u16 = 995;
/// The best score of an answer without a number.
const NAMELESS_MAX: u16 = 988;
/// Days between an entry of the books and its line.
const ENTRY_DAYS: i64 = 120;
/// So long after it is due, an invoice is not surely meant by its amount; it speaks against another of the amount all the same.
const OLD_DAYS: i64 = 270;
const OLD: u16 = 20;

/// The books, ready to be asked what lines mean. What is taken for a line is open no longer for the next.
#[derive(Default)]
pub struct Matcher {
    books: Books,
    rules: Vec<Rule>,
    numbers: Lookup,
    amounts: Lookup,
    /// Items in the order of their parties, and where each party's begin.
    by_party: Vec<u32>,
    starts: Vec<u32>,
    names: Index,
    /// Whom payers' names were found to mean: most pay again under the same name.
    heard: Remembered,
    accounts: HashMap<i64, Vec<u32>>,
    own: HashMap<i64, Box<str>>,
    entries: HashMap<(Currency, i64), Vec<u32>>,
    is_linked: Vec<bool>,
    /// Items that a line which waits for a person may have paid.
    is_spoken_for: Vec<bool>,
    /// What of an item lines that wait may have paid, where that is not all of it.
    waiting_minor: HashMap<u32, i64>,
    found: Vec<Found>,
}

impl std::fmt::Debug for Matcher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (items, entries) = (self.books.items.len(), self.books.entries.len());
        f.debug_struct("Matcher").field("items", &items).field("entries", &entries).finish_non_exhaustive()
    }
}

/// An item and how well its number is said, in one word: there are seven strengths.
const STRENGTHS: [Strength; 7] = [
    Strength::Weak,
    Strength::LastRun,
    Strength::Continued,
    Strength::WithoutZeros,
    Strength::ShortYear,
    Strength::WithoutPrefix,
    Strength::Full,
];

fn packed(item: u32, strength: Strength) -> u32 {
    let nth = STRENGTHS.iter().position(|known| *known == strength).unwrap_or(0);
    (item << 3) | u32::try_from(nth).unwrap_or(0)
}

fn unpacked(word: u32) -> (u32, Strength) {
    (word >> 3, STRENGTHS.get(usize_of(word & 7)).copied().unwrap_or(Strength::Weak))
}

fn numbers_of(books: &Books) -> Lookup {
    let mut numbers = Vec::with_capacity(books.items.len() * 8);
    for (at, item) in (0_u32..).zip(&books.items) {
        numbers.extend(keys_of_number(&item.number).iter().map(|(key, strength)| (key.0, packed(at, strength))));
    }
    Lookup::new(&numbers)
}

fn names_of(books: &Books) -> Index {
    let parties = (0_u32..).zip(&books.parties);
    Index::new(parties.flat_map(|(party, facts)| facts.names.iter().map(move |name| (party, Name::of(name)))))
}

fn amount_key(currency: Currency, minor: i64) -> u64 {
    let code = currency.code().bytes().fold(0_u64, |code, byte| (code << 8) | u64::from(byte));
    code.rotate_left(40) ^ u64::from_ne_bytes(minor.to_ne_bytes())
}

impl Matcher {
    /// Books and the rules of the company, in the order in which they are tried.
    pub fn new(books: Books, rules: Vec<Rule>) -> Matcher {
        // Names take as long as numbers.
        let (names, numbers) = std::thread::scope(|scope| {
            let names = scope.spawn(|| names_of(&books));
            let numbers = numbers_of(&books);
            (names.join(), numbers)
        });
        let names = names.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        let mut amounts = Vec::with_capacity(books.items.len());
        let mut starts = vec![0_u32; books.parties.len() + 1];
        for (at, item) in (0_u32..).zip(&books.items) {
            amounts.push((amount_key(item.currency, item.open_minor), at));
            if let Some(count) = starts.get_mut(usize_of(item.party) + 1) {
                *count += 1;
            }
        }
        let mut sum = 0;
        for start in &mut starts {
            sum += *start;
            *start = sum;
        }
        let mut next = starts.clone();
        let mut by_party = vec![0_u32; books.items.len()];
        for (at, item) in (0_u32..).zip(&books.items) {
            if let Some(place) = next.get_mut(usize_of(item.party)) {
                if let Some(slot) = by_party.get_mut(usize_of(*place)) {
                    *slot = at;
                }
                *place += 1;
            }
        }
        let mut accounts: HashMap<i64, Vec<u32>> = HashMap::new();
        for (party, facts) in (0_u32..).zip(&books.parties) {
            for account in &facts.accounts {
                accounts.entry(*account).or_default().push(party);
            }
        }
        let own = books.own.iter().map(|(key, code)| (*key, code.as_str().into())).collect();
        let mut matcher = Matcher {
            rules,
            numbers,
            amounts: Lookup::new(&amounts),
            by_party,
            starts,
            names,
            heard: Remembered::default(),
            accounts,
            own,
            entries: HashMap::new(),
            is_linked: Vec::new(),
            is_spoken_for: vec![false; books.items.len()],
            waiting_minor: HashMap::new(),
            found: Vec::new(),
            books,
        };
        let entries = std::mem::take(&mut matcher.books.entries);
        matcher.add(entries);
        matcher
    }

    pub fn books(&self) -> &Books {
        &self.books
    }

    /// More entries that lines may be linked with.
    pub fn add(&mut self, entries: Vec<Entry>) {
        for entry in entries {
            let Ok(at) = u32::try_from(self.books.entries.len()) else { return };
            self.entries.entry((entry.amount.currency(), entry.amount.minor())).or_default().push(at);
            self.books.entries.push(entry);
            self.is_linked.push(false);
        }
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
            if let Some(item) = self.books.items.get_mut(usize_of(*at)) {
                item.open_minor -= *paid;
            }
        }
        for at in &candidate.entries {
            if let Some(is_linked) = self.is_linked.get_mut(usize_of(*at)) {
                *is_linked = true;
            }
        }
    }

    /// A line waits for a person: until then, what it may have paid is not surely open.
    pub fn leave(&mut self, proposal: &Proposal) {
        for (at, _) in proposal.candidates.iter().flat_map(|candidate| &candidate.items) {
            if let Some(is_spoken_for) = self.is_spoken_for.get_mut(usize_of(*at)) {
                *is_spoken_for = true;
            }
        }
        for (at, paid) in proposal.best().into_iter().flat_map(|best| &best.items) {
            if self.item(*at).is_some_and(|item| *paid < item.open_minor) {
                *self.waiting_minor.entry(*at).or_default() += *paid;
            }
        }
    }

    /// Which of the lines that wait come together to one item.
    pub fn together(&self, waiting: &[Waiting]) -> Vec<Together> {
        together::together(self, waiting)
    }

    /// Whose line it is, where the payer is known to be one party.
    pub fn payer_of(&mut self, line: &Line<'_>) -> Option<u32> {
        match self.payers(line)[..] {
            [(party, payer)] if is_known(payer) => Some(party),
            [(party, payer), (_, next), ..] if is_known(payer) && payer > next => Some(party),
            _ => None,
        }
    }

    /// Items of a party that are open in a currency.
    pub(crate) fn open_of(&self, party: u32, currency: Currency) -> impl Iterator<Item = u32> + '_ {
        let is_open =
            move |at: &u32| self.item(*at).is_some_and(|item| item.open_minor > 0 && item.currency == currency);
        self.all_of(party).filter(is_open)
    }

    /// What a line is, by all that is known.
    pub fn propose(&mut self, line: &Line<'_>) -> Proposal {
        let mut candidates = Vec::new();
        if let Some(rule) = self.rules.iter().position(|rule| rule.fits(line)) {
            candidates.extend(self.by_rule(rule));
        }
        self.own_account(line, &mut candidates);
        if line.amount.is_positive() {
            self.money_in(line, &mut candidates);
        } else {
            let heard = Heard { payers: self.payers(line), ..Heard::default() };
            self.linked(line, &heard, &mut candidates);
        }
        decide(candidates)
    }

    fn money_in(&mut self, line: &Line<'_>, candidates: &mut Vec<Candidate>) {
        let (numbers, is_settled) = self.numbers_in(line);
        let mut heard = Heard { numbers, is_settled, ..Heard::default() };
        if let Some(candidate) = self.at_first_sight(line, &heard) {
            candidates.push(candidate);
            return;
        }
        heard.payers = self.payers(line);
        heard.is_somebody = heard.payers.iter().any(|(_, payer)| is_known(*payer));
        self.linked(line, &heard, candidates);
        self.by_number(line, &heard, candidates);
        // Nothing that is found without a number stands above it.
        let is_named = |one: &Candidate| one.is_named() && one.difference.is_none() && one.score > NAMELESS_MAX;
        if candidates.iter().any(is_named) {
            return;
        }
        self.by_payer(line, &heard, candidates);
        if candidates.is_empty() {
            self.by_amount_alone(line, &heard, candidates);
        }
    }

    fn item(&self, at: u32) -> Option<&Item> {
        self.books.items.get(usize_of(at))
    }

    fn is_spoken_for(&self, at: u32) -> bool {
        self.is_spoken_for.get(usize_of(at)).copied().unwrap_or(false)
    }

    /// The item, where something is open of it that a line in this currency may pay.
    fn open(&self, at: u32, line: &Line<'_>) -> Option<&Item> {
        self.item(at).filter(|item| item.open_minor > 0 && item.currency == line.amount.currency())
    }

    /// Nearly every line: one number, all of it, the amount, and the payer's own name. Nothing else can be better.
    fn at_first_sight(&self, line: &Line<'_>, heard: &Heard) -> Option<Candidate> {
        let [(at, Strength::Full), rest @ ..] = &heard.numbers[..] else { return None };
        if rest.iter().any(|(_, strength)| *strength > Strength::Weak) {
            return None;
        }
        let item = self.item(*at)?;
        let party = self.books.parties.get(usize_of(item.party))?;
        let is_payer = line.payer.is_some_and(|payer| party.names.iter().any(|name| **name == *payer));
        if item.open_minor != line.amount.minor() || !is_payer || item.date > line.on {
            return None;
        }
        let has_entry = self.entries.contains_key(&(line.amount.currency(), line.amount.minor()));
        (!has_entry).then(|| Candidate {
            tier: Tier::Reference,
            score: score(Some(Strength::Full), Payer::Name(Likeness::Same), Fit::Equal),
            party: Some(item.party),
            items: vec![(*at, item.open_minor)],
            entries: Vec::new(),
            account: None,
            difference: None,
            reasons: vec![
                Reason::Number(item.number.clone(), Strength::Full),
                Reason::Amount,
                Reason::Name(Likeness::Same),
            ],
        })
    }

    /// The open items of a party that were there on the day of the line.
    fn items_of<'a>(&'a self, party: u32, line: &'a Line<'_>) -> impl Iterator<Item = u32> + 'a {
        let is_there = |at: &u32| self.open(*at, line).is_some_and(|item| item.date <= line.on);
        self.all_of(party).filter(is_there)
    }

    /// Items of a party, open or not.
    fn all_of(&self, party: u32) -> impl Iterator<Item = u32> + '_ {
        let place = usize_of(party);
        let range = match (self.starts.get(place), self.starts.get(place + 1)) {
            (Some(from), Some(until)) => usize_of(*from)..usize_of(*until),
            _ => 0..0,
        };
        self.by_party.get(range).unwrap_or_default().iter().copied()
    }

    /// Entries that are there already, of the very amount.
    fn linked(&self, line: &Line<'_>, heard: &Heard, candidates: &mut Vec<Candidate>) {
        let same = self.entries.get(&(line.amount.currency(), line.amount.minor()));
        for at in same.into_iter().flatten() {
            let Some(entry) = self.books.entries.get(usize_of(*at)) else { continue };
            if self.is_linked.get(usize_of(*at)).copied().unwrap_or(true) {
                continue;
            }
            let days = days_between(entry, line);
            if i64::from(days.abs()) > ENTRY_DAYS {
                continue;
            }
            let number = is_said(entry, line);
            let payer = entry.party.map_or(Payer::Unknown, |party| heard.payer(party));
            let near: u16 = if days.abs() <= 5 { 0 } else { 60 };
            let score = match (number, payer) {
                (Some(_), Payer::Other) => 930,
                (Some(_), _) => 998,
                (None, payer) if is_known(payer) => 990 - near,
                (None, Payer::Name(_)) => 940 - near,
                (None, Payer::Unknown) if days.abs() <= 5 => 900,
                (None, Payer::Unknown) => 700,
                (None, _) => 300,
            };
            let mut reasons = Vec::new();
            reasons.extend(number.map(|number| Reason::Number(number.into(), Strength::Full)));
            reasons.push(Reason::Amount);
            reasons.extend(said_of(payer));
            reasons.push(Reason::Days(days));
            candidates.push(Candidate {
                tier: if number.is_some() { Tier::Reference } else { Tier::Payer },
                score,
                party: entry.party,
                items: Vec::new(),
                entries: vec![*at],
                account: None,
                difference: None,
                reasons,
            });
        }
    }

    fn own_account(&self, line: &Line<'_>, candidates: &mut Vec<Candidate>) {
        let Some(code) = line.account.and_then(|key| self.own.get(&key)) else { return };
        candidates.push(bare(Tier::Own, 985, Some(code.clone()), Reason::Own));
    }

    fn by_rule(&self, place: usize) -> Option<Candidate> {
        let account = match &self.rules.get(place)?.action {
            Action::Post(code) => Some(code.as_str().into()),
            Action::Ignore => None,
        };
        Some(bare(Tier::Rule, Rule::SCORE, account, Reason::Rule(place)))
    }

    fn fit(&self, line: &Line<'_>, item: &Item) -> Fit {
        fit(line.amount.minor(), item.open_minor, item.currency.minor_per_unit(), item.date, line.on)
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
        chosen.sort_unstable();
        let Some(party) = chosen.first().and_then(|at| self.item(*at)).map(|item| item.party) else { return };
        let (mut left, mut score) = (line.amount.minor(), score);
        let (mut reasons, mut items) = (Vec::new(), Vec::with_capacity(chosen.len()));
        for at in &chosen {
            let Some(item) = self.item(*at) else { return };
            if let Some(strength) = number {
                reasons.push(Reason::Number(item.number.clone(), strength));
            }
            if item.date > line.on {
                score = score.saturating_sub(if number.is_some() { 50 } else { 150 });
                reasons.push(Reason::Later);
            }
            if number.is_none() && days(item.due_on, line.on) > OLD_DAYS {
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
        Payer::Name(likeness) => Some(Reason::Name(likeness)),
        Payer::Other => Some(Reason::OtherName),
        Payer::Unknown => None,
    }
}

fn days(from: kernel::Date, until: kernel::Date) -> i64 {
    from.duration_until(until).as_hours() / 24
}

fn days_between(entry: &Entry, line: &Line<'_>) -> i32 {
    i32::try_from(days(entry.on, line.on)).unwrap_or(i32::MAX)
}

/// A number of the entry's document that the line says.
fn is_said<'e>(entry: &'e Entry, line: &Line<'_>) -> Option<&'e str> {
    let plain = |text: &str| text.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_uppercase();
    let said: Vec<String> = line.references.iter().copied().chain([line.text]).map(plain).collect();
    entry.references.split_whitespace().find(|number| {
        let number = plain(number);
        number.len() >= 5 && said.iter().any(|text| text.contains(&number))
    })
}
