//! From a line to its candidates.

use crate::books::{Books, Entry, Item, Line};
use crate::candidate::{Candidate, DifferenceKind, Proposal, Reason, Tier};
use crate::evidence::{Fit, Payer, fit, is_known};
use crate::lookup::{Lookup, usize_of};
use crate::name::{Index, Likeness, Name};
use crate::reference::{Found, Key, Scheme, Strength, keys_in_text, keys_of_number, structured};
use crate::rule::{Action, Rule};
use crate::score::score;
use crate::sums::{self, Sums};
use kernel::Currency;
use std::collections::HashMap;

/// Candidates that are kept of a line.
const KEPT_MAX: usize = 5;
/// Another candidate so close below the first ties with it.
const TIE: u16 = 40;
/// Open items of one party that sums are looked for among, the newest.
const SUMMED_MAX: usize = 60;
/// Parties that a payer's name may mean, before it means nobody.
const PAYERS_MAX: usize = 8;
/// Items of one amount that are shown where nothing but the amount is known.
const AMOUNT_ALONE_MAX: usize = 3;
/// Days between an entry of the books and its line.
const ENTRY_DAYS: i64 = 120;
/// So long after it is due, an invoice is less likely to be meant.
const OLD_DAYS: i64 = 270;

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
    accounts: HashMap<i64, Vec<u32>>,
    own: HashMap<i64, Box<str>>,
    entries: HashMap<(Currency, i64), Vec<u32>>,
    is_linked: Vec<bool>,
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

fn amount_key(currency: Currency, minor: i64) -> u64 {
    let code = currency.code().bytes().fold(0_u64, |code, byte| (code << 8) | u64::from(byte));
    code.rotate_left(40) ^ u64::from_ne_bytes(minor.to_ne_bytes())
}

/// What a line says about who it is from.
#[derive(Debug, Default)]
struct Heard {
    /// Items whose numbers stand in the line, each once with its best strength.
    numbers: Vec<(u32, Strength)>,
    /// Who may have paid, best first.
    payers: Vec<(u32, Payer)>,
    /// Whether the payer is known to be somebody.
    is_somebody: bool,
}

impl Heard {
    fn payer(&self, party: u32) -> Payer {
        let known = self.payers.iter().find(|(payer, _)| *payer == party).map(|(_, payer)| *payer);
        known.unwrap_or(if self.is_somebody { Payer::Other } else { Payer::Unknown })
    }
}

impl Matcher {
    /// Books and the rules of the company, in the order in which they are tried.
    pub fn new(books: Books, rules: Vec<Rule>) -> Matcher {
        let mut numbers = Vec::with_capacity(books.items.len() * 4);
        let mut amounts = Vec::with_capacity(books.items.len());
        let mut starts = vec![0_u32; books.parties.len() + 1];
        for (at, item) in (0_u32..).zip(&books.items) {
            numbers.extend(keys_of_number(&item.number).iter().map(|(key, strength)| (key.0, packed(at, strength))));
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
        let each_name = (0_u32..)
            .zip(&books.parties)
            .flat_map(|(party, facts)| facts.names.iter().map(move |name| (party, Name::of(name))));
        let names = Index::new(each_name);
        let own = books.own.iter().map(|(key, code)| (*key, code.as_str().into())).collect();
        let mut matcher = Matcher {
            rules,
            numbers: Lookup::new(numbers),
            amounts: Lookup::new(amounts),
            by_party,
            starts,
            names,
            accounts,
            own,
            entries: HashMap::new(),
            is_linked: Vec::new(),
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

    /// What a candidate takes is open no longer.
    pub fn take(&mut self, candidate: &Candidate) {
        for (at, paid) in &candidate.items {
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
        let mut heard = Heard { numbers: self.numbers_in(line), ..Heard::default() };
        if let Some(candidate) = self.at_first_sight(line, &heard) {
            candidates.push(candidate);
            return;
        }
        heard.payers = self.payers(line);
        heard.is_somebody = heard.payers.iter().any(|(_, payer)| is_known(*payer));
        self.linked(line, &heard, candidates);
        self.by_number(line, &heard, candidates);
        self.by_payer(line, &heard, candidates);
        if candidates.is_empty() {
            self.by_amount_alone(line, &heard, candidates);
        }
    }

    fn item(&self, at: u32) -> Option<&Item> {
        self.books.items.get(usize_of(at))
    }

    /// The item, where something is open of it that a line in this currency may pay.
    fn open(&self, at: u32, line: &Line<'_>) -> Option<&Item> {
        self.item(at).filter(|item| item.open_minor > 0 && item.currency == line.amount.currency())
    }

    /// Items whose numbers stand in a line.
    fn numbers_in(&mut self, line: &Line<'_>) -> Vec<(u32, Strength)> {
        let mut found = std::mem::take(&mut self.found);
        found.clear();
        for text in line.references.iter().copied().chain([line.text]) {
            keys_in_text(text, &mut found);
        }
        let mut numbers: Vec<(u32, Strength)> = Vec::new();
        let mut note = |at: u32, strength: Strength| {
            if self.open(at, line).is_none() {
                return;
            }
            match numbers.iter_mut().find(|(known, _)| *known == at) {
                Some((_, known)) => *known = strength.max(*known),
                None => numbers.push((at, strength)),
            }
        };
        for said in &found {
            for word in self.numbers.get(said.key.0) {
                let (at, strength) = unpacked(word);
                note(at, strength.min(said.strength));
            }
        }
        for text in line.references.iter().copied().chain([line.text]) {
            for printed in structured(text).filter(|printed| printed.scheme == Scheme::Rf) {
                let number = Key::of(printed.canonical.get(4..).unwrap_or_default());
                for word in self.numbers.get(number.0) {
                    let (at, strength) = unpacked(word);
                    note(at, strength);
                }
            }
        }
        self.found = found;
        numbers.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
        numbers
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

    /// Who may have paid. A name and an account that speak for two parties weaken each other.
    fn payers(&self, line: &Line<'_>) -> Vec<(u32, Payer)> {
        let by_account = line.account.and_then(|key| self.accounts.get(&key)).map_or(&[][..], Vec::as_slice);
        let name = line.payer.map(Name::of).filter(|name| !name.is_empty());
        let mut by_name = name.map(|name| self.names.find(&name)).unwrap_or_default();
        by_name.truncate(PAYERS_MAX);
        let best = by_name.first().map_or(Likeness::Different, |(_, likeness)| *likeness);
        let mut payers: Vec<(u32, Payer)> = Vec::new();
        for (party, likeness) in &by_name {
            let is_seen = by_account.contains(party);
            let payer = match (is_seen, by_account.is_empty()) {
                (true, _) => Payer::Account,
                (false, true) => Payer::Name(*likeness),
                // From somebody else's account.
                (false, false) => Payer::Name((*likeness).min(Likeness::Abbreviated)),
            };
            payers.push((*party, payer));
        }
        for party in by_account {
            if payers.iter().any(|(known, _)| known == party) {
                continue;
            }
            let is_alone = by_account.len() == 1;
            let payer = match (is_alone, best >= Likeness::Transliterated) {
                (true, false) => Payer::Account,
                (true, true) => Payer::Name(Likeness::Close),
                (false, _) => Payer::Name(Likeness::Abbreviated),
            };
            payers.push((*party, payer));
        }
        payers.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
        payers
    }

    /// Items whose numbers were said, party by party.
    fn by_number(&self, line: &Line<'_>, heard: &Heard, candidates: &mut Vec<Candidate>) {
        let mut parties: Vec<u32> = Vec::new();
        for (at, _) in &heard.numbers {
            if let Some(item) = self.item(*at)
                && !parties.contains(&item.party)
            {
                parties.push(item.party);
            }
        }
        for party in parties {
            let of_party = |(at, _): &&(u32, Strength)| self.item(*at).is_some_and(|item| item.party == party);
            let said: Vec<(u32, Strength)> = heard.numbers.iter().filter(of_party).copied().collect();
            for one in &said {
                self.one_number(line, heard, *one, &said, candidates);
            }
            self.all_numbers(line, heard, party, &said, candidates);
        }
    }

    /// One of the items that were said.
    fn one_number(
        &self,
        line: &Line<'_>,
        heard: &Heard,
        (at, strength): (u32, Strength),
        said: &[(u32, Strength)],
        candidates: &mut Vec<Candidate>,
    ) {
        let Some(item) = self.open(at, line) else { return };
        let fits = self.fit(line, item);
        let payer = heard.payer(item.party);
        // Several were named: what is not the amount is not this one alone.
        let is_alone = said.iter().filter(|(_, other)| *other > Strength::Weak).count() <= 1;
        if fits != Fit::Equal && (!is_alone || strength == Strength::Weak) {
            return;
        }
        let score = score(Some(strength), payer, fits).saturating_sub(if is_alone { 0 } else { 60 });
        self.push(line, candidates, Tier::Reference, score, vec![at], (Some(strength), payer, fits));
    }

    /// All of the items of a party that were said, some of them, or all and others.
    fn all_numbers(
        &self,
        line: &Line<'_>,
        heard: &Heard,
        party: u32,
        said: &[(u32, Strength)],
        candidates: &mut Vec<Candidate>,
    ) {
        let amount = line.amount.minor();
        let strong: Vec<(u32, Strength)> = said.iter().filter(|(_, s)| *s > Strength::Weak).copied().collect();
        let Some(weakest) = strong.iter().map(|(_, strength)| *strength).min() else { return };
        let open = |at: u32| self.open(at, line).map_or(0, |item| item.open_minor);
        let amounts: Vec<i64> = strong.iter().map(|(at, _)| open(*at)).collect();
        let sum: i128 = amounts.iter().copied().map(i128::from).sum();
        let payer = heard.payer(party);
        let evidence = (Some(weakest), payer, Fit::Sum);
        if sum == i128::from(amount) && strong.len() > 1 {
            let items = strong.iter().map(|(at, _)| *at).collect();
            self.push(line, candidates, Tier::Reference, score(Some(weakest), payer, Fit::Sum), items, evidence);
            return;
        }
        let lower = score(Some(weakest), payer, Fit::Sum).saturating_sub(45);
        if sum > i128::from(amount) {
            if let Sums::One(places) = sums::find(&amounts, amount) {
                let items: Vec<u32> = places.iter().filter_map(|place| strong.get(*place)).map(|(at, _)| *at).collect();
                if items.len() > 1 {
                    self.push(line, candidates, Tier::Sum, lower, items, evidence);
                }
            }
            return;
        }
        // More came: the others may be the customer's too, with numbers that nobody can read.
        let others: Vec<u32> = self.items_of(party, line).filter(|at| strong.iter().all(|(s, _)| s != at)).collect();
        let rest = i64::try_from(i128::from(amount) - sum).unwrap_or(0);
        let amounts: Vec<i64> = others.iter().map(|at| open(*at)).collect();
        if let Sums::One(places) = sums::find(&amounts, rest) {
            let more = places.iter().filter_map(|place| others.get(*place)).copied();
            let items: Vec<u32> = strong.iter().map(|(at, _)| *at).chain(more).collect();
            self.push(line, candidates, Tier::Sum, lower, items, evidence);
        }
    }

    /// The newest open items of a party that were there on the day of the line.
    fn items_of(&self, party: u32, line: &Line<'_>) -> impl Iterator<Item = u32> {
        let place = usize_of(party);
        let range = match (self.starts.get(place), self.starts.get(place + 1)) {
            (Some(from), Some(until)) => usize_of(*from)..usize_of(*until),
            _ => 0..0,
        };
        let of_party = self.by_party.get(range).unwrap_or_default();
        let mut open: Vec<u32> = of_party
            .iter()
            .copied()
            .filter(|at| self.open(*at, line).is_some_and(|item| item.date <= line.on))
            .collect();
        let surplus = open.len().saturating_sub(SUMMED_MAX);
        open.drain(..surplus);
        open.into_iter()
    }

    /// Items of whoever seems to have paid.
    fn by_payer(&self, line: &Line<'_>, heard: &Heard, candidates: &mut Vec<Candidate>) {
        for (party, payer) in &heard.payers {
            let items: Vec<u32> = self.items_of(*party, line).collect();
            let amounts: Vec<i64> =
                items.iter().map(|at| self.open(*at, line).map_or(0, |item| item.open_minor)).collect();
            let mut answer = |places: &[usize], minus: u16| {
                let chosen: Vec<u32> = places.iter().filter_map(|place| items.get(*place)).copied().collect();
                let fits = if chosen.len() == 1 { Fit::Equal } else { Fit::Sum };
                let tier = if chosen.len() == 1 { Tier::Payer } else { Tier::Sum };
                let score = score(None, *payer, fits).saturating_sub(minus);
                self.push(line, candidates, tier, score, chosen, (None, *payer, fits));
            };
            match sums::find(&amounts, line.amount.minor()) {
                Sums::One(places) => answer(&places, 0),
                Sums::Several(one, two) => {
                    // Sums of several meet by chance; one invoice of the very amount does less often, but it may.
                    answer(&one, 0);
                    answer(&two, 0);
                }
                Sums::Undecided => {
                    for place in (0..amounts.len()).filter(|place| amounts[*place] == line.amount.minor()) {
                        answer(&[place], 100);
                    }
                }
                Sums::None => {}
            }
            if is_known(*payer) {
                self.nearly(line, (*party, *payer), &items, candidates);
            }
        }
    }

    /// One item that a fee or a discount explains.
    fn nearly(&self, line: &Line<'_>, (_, payer): (u32, Payer), items: &[u32], candidates: &mut Vec<Candidate>) {
        for at in items {
            let Some(item) = self.open(*at, line) else { continue };
            let fits = self.fit(line, item);
            let Fit::Differs(difference) = fits else { continue };
            if matches!(difference.kind, DifferenceKind::Fee | DifferenceKind::Discount) {
                let score = score(None, payer, fits);
                self.push(line, candidates, Tier::Payer, score, vec![*at], (None, payer, fits));
            }
        }
    }

    fn by_amount_alone(&self, line: &Line<'_>, heard: &Heard, candidates: &mut Vec<Candidate>) {
        let places = self.amounts.get(amount_key(line.amount.currency(), line.amount.minor()));
        let is_open = |at: &u32| {
            self.open(*at, line).is_some_and(|item| item.open_minor == line.amount.minor() && item.date <= line.on)
        };
        for at in places.filter(is_open).take(AMOUNT_ALONE_MAX) {
            let Some(item) = self.item(at) else { continue };
            let payer = heard.payer(item.party);
            self.push(
                line,
                candidates,
                Tier::Payer,
                score(None, payer, Fit::Equal),
                vec![at],
                (None, payer, Fit::Equal),
            );
        }
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
        Some(bare(Tier::Rule, 999, account, Reason::Rule(place)))
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
                score = score.saturating_sub(100);
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

/// The best first, and whether another is as good. Here alone it is decided that a tie is one.
fn decide(mut candidates: Vec<Candidate>) -> Proposal {
    candidates.sort_by(|a, b| b.score.cmp(&a.score).then(a.tier.cmp(&b.tier)).then(a.items.cmp(&b.items)));
    candidates.truncate(KEPT_MAX);
    let tied = match &candidates[..] {
        [best, second, ..] => best.score.saturating_sub(second.score) <= TIE,
        _ => false,
    };
    Proposal { candidates, tied }
}
