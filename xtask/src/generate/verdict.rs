//! What a line singles out, by all that stands on it and the invoices that are open on its day.
//!
//! Evidence is weighed in an order, and unlike evidence that contradicts itself is not weighed at all:
//! 1. *References.* Invoices that are named strongly are paid, if payer and amount do not point elsewhere: a payer who is known and
//!    is another customer, an amount that does not fit while it fits another invoice of the customer.
//! 2. *A serial alone* counts where payer and amount agree with it.
//! 3. *The payer.* One open invoice of exactly the amount is meant; else the one set of invoices that comes to it.
//!
//! Whatever leaves two answers, or none, singles out nothing.

use super::calendar::Day;
use super::company::Company;
use super::directory::{Directory, Level};
use super::plan::{FEES, Payment, discount};
use super::reading::Readings;
use super::sums::{LARGE, MANY, SMALL, sums};
use std::collections::BTreeSet;

/// Of a customer with so many open invoices no sum is looked for.
const CANDIDATES_MAX: usize = 20;
/// Days within which a discount is taken.
const DISCOUNT_DAYS: i64 = 10;

/// What stands on a line.
#[derive(Debug)]
pub struct Evidence<'a> {
    pub day: Day,
    pub amount_minor: i64,
    pub name: &'a str,
    pub account: Option<usize>,
    pub readings: Readings,
    /// By the tax number in the text.
    pub customer: Option<usize>,
}

/// What a line may mean: whose money it is, which invoices it settles with how much, and what is left over.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Answer {
    pub customer: usize,
    pub parts: Vec<(usize, i64)>,
    pub over_minor: i64,
}

impl Answer {
    pub fn of(payment: &Payment) -> Answer {
        Answer { customer: payment.customer, parts: payment.parts.clone(), over_minor: payment.over_minor }
    }
}

/// What is singled out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    One(Answer),
    /// Nothing; these are as good as each other, as far as they were looked for.
    Open(Vec<Answer>),
}

impl Verdict {
    fn of(mut answers: Vec<Answer>) -> Verdict {
        answers.sort_unstable();
        answers.dedup();
        match <[Answer; 1]>::try_from(answers) {
            Ok([answer]) => Verdict::One(answer),
            Err(mut answers) => {
                answers.truncate(CANDIDATES_MAX);
                Verdict::Open(answers)
            }
        }
    }

    /// Nothing is singled out even where one answer alone was thought of.
    fn contradicted(mut answers: Vec<Answer>) -> Verdict {
        answers.sort_unstable();
        answers.dedup();
        answers.truncate(CANDIDATES_MAX);
        Verdict::Open(answers)
    }
}

/// The books as a reader of some level has them on a line's day.
pub struct Court<'a> {
    pub company: &'a Company,
    pub directory: &'a Directory,
    pub level: Level,
    /// Per invoice.
    pub open_minor: &'a [i64],
}

impl Court<'_> {
    pub fn judge(&self, line: &Evidence) -> Verdict {
        let payers = self.payers(line);
        let named = self.named(line);
        if !named.is_empty()
            && let Some(verdict) = self.by_reference(line, &payers, named)
        {
            return verdict;
        }
        self.by_serial(line, &payers).unwrap_or_else(|| self.by_payer(line, &payers))
    }

    fn payers(&self, line: &Evidence) -> Vec<usize> {
        match line.customer.filter(|_| self.level == Level::Clever) {
            Some(customer) => vec![customer],
            None => self.directory.payers(self.company, self.level, line.name, line.account, line.day),
        }
    }

    fn open(&self, invoice: usize) -> i64 {
        self.open_minor[invoice]
    }

    fn customer(&self, invoice: usize) -> usize {
        self.company.invoices[invoice].customer
    }

    /// The open invoices of a customer on a day.
    fn pool(&self, customer: usize, day: Day) -> Vec<usize> {
        let invoices = &self.company.customers[customer].invoices;
        let there = invoices.iter().copied().filter(|place| self.company.invoices[*place].issued <= day);
        there.filter(|place| self.open(*place) > 0).collect()
    }

    /// All invoices of a customer settled in full by what the line brings.
    fn all(&self, customer: usize, invoices: &[usize]) -> Answer {
        let parts = invoices.iter().map(|place| (*place, self.open(*place))).collect();
        Answer { customer, parts, over_minor: 0 }
    }

    /// One invoice, in part, in full, or with something left over.
    fn one(&self, invoice: usize, amount_minor: i64) -> Answer {
        let part = amount_minor.min(self.open(invoice));
        let customer = self.customer(invoice);
        Answer { customer, parts: vec![(invoice, part)], over_minor: amount_minor - part }
    }

    /// Invoices that are named with their year, and were issued by then.
    fn named(&self, line: &Evidence) -> Vec<usize> {
        let company = self.company;
        let mut named: BTreeSet<usize> =
            line.readings.strong.iter().filter_map(|(year, serial)| company.numbered(*year, *serial)).collect();
        for (year, first, last) in &line.readings.ranges {
            let Some(start) = company.numbered(*year, *first) else { continue };
            let invoices = &company.customers[self.customer(start)].invoices;
            named.extend(invoices.iter().copied().filter(|place| {
                let one = &company.invoices[*place];
                one.issued.year() == *year && (*first..=*last).contains(&one.serial)
            }));
        }
        named.into_iter().filter(|place| company.invoices[*place].issued <= line.day).collect()
    }

    /// Nothing where the references say nothing after all.
    fn by_reference(&self, line: &Evidence, payers: &[usize], mut named: Vec<usize>) -> Option<Verdict> {
        let amount = line.amount_minor;
        let is_open = |place: &usize| self.open(*place) > 0;
        let is_payers = |place: &usize| payers.contains(&self.customer(*place));
        if !payers.is_empty() && !named.iter().any(is_payers) {
            // One digit may be wrong: payer and amount together outweigh a number that the amount does not fit.
            let fits = named.iter().any(|place| self.open(*place) == amount);
            if self.level == Level::Clever && !fits {
                return None;
            }
            let mut rivals: Vec<Answer> = named.iter().filter(|p| is_open(p)).map(|p| self.one(*p, amount)).collect();
            rivals.extend(self.exact(payers, line));
            return Some(Verdict::contradicted(rivals));
        }
        if !payers.is_empty() {
            named.retain(is_payers);
        }
        let owners: BTreeSet<usize> = named.iter().map(|place| self.customer(*place)).collect();
        let open: Vec<usize> = named.into_iter().filter(is_open).collect();
        let [customer] = owners.into_iter().collect::<Vec<_>>()[..] else {
            return Some(Verdict::contradicted(open.iter().map(|place| self.one(*place, amount)).collect()));
        };
        Some(match open[..] {
            [] => {
                let again = Answer { customer, parts: Vec::new(), over_minor: amount };
                let mut rivals = self.exact(&[customer], line);
                rivals.push(again);
                Verdict::of(rivals)
            }
            _ if open.iter().map(|place| self.open(*place)).sum::<i64>() == amount => {
                Verdict::One(self.all(customer, &open))
            }
            [invoice] => self.not_exact(line, invoice),
            _ => {
                let found =
                    if open.len() <= MANY { sums(&self.amounts(&open), amount, open.len()) } else { Vec::new() };
                let exact: Vec<Answer> = found.iter().map(|set| self.all(customer, set)).collect();
                Verdict::of(exact)
            }
        })
    }

    /// One invoice is named, and the amount is another: a part, or too much, unless another invoice would explain it.
    fn not_exact(&self, line: &Evidence, invoice: usize) -> Verdict {
        let (amount, open) = (line.amount_minor, self.open(invoice));
        let mut rivals = vec![self.one(invoice, amount)];
        for other in self.pool(self.customer(invoice), line.day).into_iter().filter(|other| *other != invoice) {
            if self.open(other) == amount {
                rivals.push(self.one(other, amount));
            } else if self.open(other) == amount - open {
                rivals.push(self.all(self.customer(invoice), &[invoice.min(other), invoice.max(other)]));
            }
        }
        Verdict::of(rivals)
    }

    /// A serial without its year. Nothing where payer or amount do not confirm one.
    fn by_serial(&self, line: &Evidence, payers: &[usize]) -> Option<Verdict> {
        let years = self.company.years();
        let both = line.readings.weak.iter().flat_map(|serial| years.map(|year| (year, *serial)));
        let read: Vec<usize> = both.filter_map(|(year, serial)| self.company.numbered(year, serial)).collect();
        let (day, amount) = (line.day, line.amount_minor);
        let read = read.into_iter().filter(|p| self.company.invoices[*p].issued <= day && self.open(*p) > 0);
        let (payers_own, others): (Vec<usize>, Vec<usize>) =
            read.partition(|place| payers.contains(&self.customer(*place)));
        let exact = |places: &[usize]| -> Vec<Answer> {
            places.iter().filter(|p| self.open(**p) == amount).map(|p| self.one(*p, amount)).collect()
        };
        let agreed = exact(&payers_own);
        if !agreed.is_empty() {
            return Some(Verdict::of(agreed));
        }
        if self.level == Level::Plain {
            return None;
        }
        if payers.is_empty() {
            let agreed = exact(&others);
            return (!agreed.is_empty()).then(|| Verdict::of(agreed));
        }
        match payers_own[..] {
            [invoice] if self.exact(payers, line).is_empty() => Some(self.not_exact(line, invoice)),
            _ => None,
        }
    }

    /// The payers' open invoices of exactly the amount.
    fn exact(&self, payers: &[usize], line: &Evidence) -> Vec<Answer> {
        let pools = payers.iter().flat_map(|customer| self.pool(*customer, line.day));
        let exact = pools.filter(|place| self.open(*place) == line.amount_minor);
        exact.map(|place| self.one(place, line.amount_minor)).collect()
    }

    fn by_payer(&self, line: &Evidence, payers: &[usize]) -> Verdict {
        let exact = self.exact(payers, line);
        if !exact.is_empty() {
            let fragment = line.readings.fragment.as_ref().filter(|_| self.level == Level::Clever);
            let Some((year, digits)) = fragment else { return Verdict::of(exact) };
            let start = format!("-{year}-{digits}");
            let fits = |answer: &Answer| answer.parts.iter().any(|(p, _)| self.company.number_of(*p).contains(&start));
            return Verdict::of(exact.into_iter().filter(fits).collect());
        }
        let mut sets = Vec::new();
        let mut small = Vec::new();
        let mut is_large = false;
        for customer in payers {
            let pool = self.amounts(&self.pool(*customer, line.day));
            is_large |= pool.len() > MANY;
            let answers = |found: Vec<Vec<usize>>| found.into_iter().map(|set| self.all(*customer, &set));
            if pool.len() <= MANY {
                sets.extend(answers(sums(&pool, line.amount_minor, pool.len())));
            }
            match pool.len() {
                ..=LARGE => small.extend(answers(sums(&pool, line.amount_minor, 3))),
                _ => return Verdict::Open(Vec::new()),
            }
        }
        let is_one = !is_large && sets.len() == 1 && sets.iter().all(|answer| answer.parts.len() <= SMALL);
        if is_one {
            return Verdict::of(sets);
        }
        if self.level == Level::Plain || !sets.is_empty() || !small.is_empty() {
            let clever = self.level == Level::Clever && small.len() == 1;
            return if clever { Verdict::of(small) } else { Verdict::contradicted(sets) };
        }
        self.by_difference(line, payers)
    }

    /// Invoices less a discount or a fee; the only invoice that is open, whatever came for it.
    fn by_difference(&self, line: &Evidence, payers: &[usize]) -> Verdict {
        let pool: Vec<usize> = payers.iter().flat_map(|customer| self.pool(*customer, line.day)).collect();
        let explains = |place: &usize| {
            let (open, issued) = (self.open(*place), self.company.invoices[*place].issued);
            let missing = open - line.amount_minor;
            let is_discount = [2, 3].iter().any(|percent| discount(open, *percent) == missing);
            FEES.contains(&missing) || (is_discount && line.day <= issued + DISCOUNT_DAYS)
        };
        let explained: Vec<usize> = pool.iter().copied().filter(explains).collect();
        let meant = if explained.is_empty() { &pool } else { &explained };
        Verdict::of(meant.iter().map(|place| self.one(*place, line.amount_minor)).collect())
    }

    fn amounts(&self, invoices: &[usize]) -> Vec<(usize, i64)> {
        invoices.iter().map(|place| (*place, self.open(*place))).collect()
    }
}
