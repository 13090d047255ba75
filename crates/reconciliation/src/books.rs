//! The books as lines are compared with them.

use crate::clearing;
use crate::match_rule::ActiveRule;
use crate::owed::{Owed, usize_of};
use crate::rules::days::{Days, missing, together};
use crate::store::{self, FreeEntry};
use ::store::{Conn, Db, Error};
use kernel::id::{CustomerId, EntryId, InvoiceId, OrganisationId};
use kernel::{Currency, Money};
use ledger::Document;
use matching::{Candidate, Entry, Line, Matcher, Proposal, Reason};
use rustc_hash::FxHashMap;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// Days before the first line and behind the last in which its entry may be.
const BEFORE_DAYS: i32 = 120;
const BEHIND_DAYS: i32 = 10;
/// Days between a pay-out and its line where its number is not said, and how sure it is then, in thousandths.
const PAID_OUT_DAYS: i32 = 5;
const PAID_OUT: u16 = 985;
/// Another answer that is surer than this is as good.
const OTHER_MOST: u16 = 940;

/// A matcher, and whose places its answers name.
#[derive(Debug, Default)]
pub(crate) struct Open {
    pub matcher: Matcher,
    pub customers: Vec<CustomerId>,
    pub invoices: Vec<InvoiceId>,
    pub entries: Vec<EntryId>,
    pub rules: Vec<ActiveRule>,
    places: Arc<FxHashMap<CustomerId, u32>>,
    /// Entries that are pay-outs, each with the name of its connector.
    payouts: HashMap<EntryId, String>,
    /// By currency, the days whose entries are at hand.
    loaded: HashMap<Currency, Days>,
    known: HashSet<EntryId>,
}

impl Open {
    /// Reads all that is open. Blocks: call it off the async threads, and off the readers.
    pub fn read(db: &Db, organisation: OrganisationId, rules: Vec<ActiveRule>) -> Result<Open, Error> {
        let Owed { books, customers, invoices, places } = Owed::read(db, organisation)?;
        let matcher = Matcher::new(books, rules.iter().map(|one| one.rule.clone()).collect());
        Ok(Open { matcher, customers, invoices, rules, places, ..Open::default() })
    }

    /// Whether the entries that lines of these days may be are at hand.
    pub fn covers(&self, currency: Currency, days: Days) -> bool {
        missing(self.loaded.get(&currency).copied(), around(days)).is_empty()
    }

    /// Sees to it that the entries of an account that lines of these days may be are at hand.
    pub fn reach(
        &mut self,
        conn: &mut Conn,
        organisation: OrganisationId,
        account: (&str, Currency),
        days: Days,
    ) -> Result<(), Error> {
        let (loaded, wanted) = (self.loaded.get(&account.1).copied(), around(days));
        for part in missing(loaded, wanted) {
            let free = store::free_entries(conn, organisation, account, part)?;
            self.add(conn, organisation, account.1, free)?;
        }
        self.loaded.insert(account.1, together(loaded, wanted));
        Ok(())
    }

    fn add(
        &mut self,
        conn: &mut Conn,
        organisation: OrganisationId,
        currency: Currency,
        free: Vec<FreeEntry>,
    ) -> Result<(), Error> {
        let documents = free.iter().map(|entry| (entry.document_kind.as_deref(), entry.document_id));
        let facts = Facts::read(conn, organisation, documents)?;
        // What was taken back moved nothing in the end, and neither did what took it back.
        let reversed: HashSet<EntryId> = free.iter().filter_map(|entry| entry.reverses).collect();
        let here: HashSet<EntryId> = free.iter().map(|entry| entry.entry_id).collect();
        let mut sums: Vec<(Entry, EntryId)> = Vec::new();
        for row in free {
            let is_pair = reversed.contains(&row.entry_id) || row.reverses.is_some_and(|of| here.contains(&of));
            if is_pair || self.known.contains(&row.entry_id) {
                continue;
            }
            let minor = if row.side == "debit" { row.original_minor } else { -row.original_minor };
            if let Some((entry, id)) = sums.last_mut()
                && *id == row.entry_id
            {
                entry.amount = Money::new(entry.amount.minor().saturating_add(minor), currency);
                continue;
            }
            let (whose, references) = facts.of(&row);
            let party = match whose {
                Whose::Customer(customer) => self.places.get(&customer).copied(),
                Whose::Provider(provider) => {
                    self.payouts.insert(row.entry_id, provider);
                    None
                }
                Whose::Nobody => None,
            };
            let amount = Money::new(minor, currency);
            sums.push((Entry { amount, on: row.date.0, party, references: references.into() }, row.entry_id));
        }
        let mut entries = Vec::with_capacity(sums.len());
        for (entry, id) in sums {
            self.known.insert(id);
            self.entries.push(id);
            entries.push(entry);
        }
        self.matcher.add(entries);
        Ok(())
    }

    /// A pay-out is known by its amount where the provider paid it, within days: surely where no other fits as well.
    pub fn known_by_provider(&self, line: &Line<'_>, mut proposal: Proposal) -> Proposal {
        if self.payouts.is_empty() {
            return proposal;
        }
        let said = line.payer.into_iter().chain([line.text]);
        let Some(provider) = said.filter_map(clearing::provider_in).next() else { return proposal };
        for candidate in &mut proposal.candidates {
            let is_near =
                candidate.reasons.iter().any(|one| matches!(one, Reason::Days(days) if days.abs() <= PAID_OUT_DAYS));
            let [at] = candidate.entries[..] else { continue };
            let entry = self.entries.get(usize_of(at));
            let is_its = entry.and_then(|entry| self.payouts.get(entry)).is_some_and(|known| known == provider);
            if is_near && is_its {
                candidate.score = candidate.score.max(PAID_OUT);
            }
        }
        proposal.candidates.sort_by_key(|candidate| std::cmp::Reverse(candidate.score));
        if let [best, others @ ..] = &proposal.candidates[..]
            && best.score == PAID_OUT
        {
            proposal.tied = others.iter().any(|other| other.score > OTHER_MOST);
        }
        proposal
    }

    pub fn customer(&self, place: u32) -> Option<CustomerId> {
        self.customers.get(usize_of(place)).copied()
    }

    /// The invoices of a candidate, and what of each is paid.
    pub fn invoices_of<'a>(&'a self, candidate: &'a Candidate) -> impl Iterator<Item = (InvoiceId, i64)> + 'a {
        candidate.items.iter().filter_map(|(at, minor)| Some((*self.invoices.get(usize_of(*at))?, *minor)))
    }

    /// An item's invoice, and all that is open of it.
    pub fn whole(&self, item: u32) -> Option<(InvoiceId, i64)> {
        let open = self.matcher.open_minor(item)?;
        Some((*self.invoices.get(usize_of(item))?, open))
    }

    pub fn entry(&self, place: u32) -> Option<EntryId> {
        self.entries.get(usize_of(place)).copied()
    }

    pub fn entries_of<'a>(&'a self, candidate: &'a Candidate) -> impl Iterator<Item = EntryId> + 'a {
        candidate.entries.iter().filter_map(|at| self.entry(*at))
    }
}

/// Whose document an entry is.
#[derive(Debug, Clone, Default)]
enum Whose {
    #[default]
    Nobody,
    Customer(CustomerId),
    /// By the name of the connector.
    Provider(String),
}

/// Whose documents entries are, and what they are known by.
pub(crate) struct Facts(HashMap<EntryId, Fact>);

/// What is known of a document.
#[derive(Debug, Clone, Default)]
struct Fact {
    whose: Whose,
    /// What the bank or the provider calls it; empty where it calls it nothing.
    reference: String,
    /// Our own number of it, which providers are told, and reports have beside theirs.
    ours: Option<String>,
}

impl Facts {
    pub fn read<'a>(
        conn: &mut Conn,
        organisation: OrganisationId,
        documents: impl Iterator<Item = (Option<&'a str>, Option<EntryId>)>,
    ) -> Result<Facts, Error> {
        let (mut payments, mut refunds) = (Vec::new(), Vec::new());
        let (mut disputes, mut payouts) = (Vec::new(), Vec::new());
        for (kind, id) in documents {
            match kind.zip(id).and_then(|(kind, id)| Document::of(kind, id)) {
                Some(Document::Payment(id)) => payments.push(id),
                Some(Document::Refund(id)) => refunds.push(id),
                Some(Document::Dispute(id)) => disputes.push(id),
                Some(Document::Payout(id)) => payouts.push(id),
                _ => {}
            }
        }
        let mut facts = HashMap::new();
        let customers = |customer, reference: Option<String>, ours: Option<String>| Fact {
            whose: Whose::Customer(customer),
            reference: reference.unwrap_or_default(),
            ours,
        };
        for (id, customer, reference, checkout) in store::payment_facts(conn, organisation, &payments)? {
            facts.insert(id.retyped(), customers(customer, reference, checkout.map(|id| id.to_string())));
        }
        for (id, customer, number) in store::refund_facts(conn, organisation, &refunds)? {
            facts.insert(id.retyped(), customers(customer, number, Some(id.to_string())));
        }
        for (id, customer, number) in store::dispute_facts(conn, organisation, &disputes)? {
            facts.insert(id.retyped(), customers(customer, Some(number), None));
        }
        for (id, reference, provider) in store::payout_facts(conn, organisation, &payouts)? {
            facts.insert(id.retyped(), Fact { whose: Whose::Provider(provider), reference, ours: None });
        }
        Ok(Facts(facts))
    }

    /// What the bank or the provider calls a document; empty where it calls it nothing.
    pub fn reference(&self, document: Option<EntryId>) -> &str {
        document.and_then(|id| self.0.get(&id)).map_or("", |fact| fact.reference.as_str())
    }

    fn of(&self, row: &FreeEntry) -> (Whose, String) {
        let Fact { whose, reference, ours } =
            row.document_id.and_then(|id| self.0.get(&id).cloned()).unwrap_or_default();
        let memo = Some(row.memo.clone()).filter(|memo| *memo != reference);
        let numbers = [Some(reference), ours, memo].into_iter().flatten().filter(|number| !number.is_empty());
        (whose, numbers.collect::<Vec<_>>().join(" "))
    }
}

/// The names of the customers whose payments, refunds and disputes these are, by the documents' ids.
pub(crate) fn whose<'a>(
    conn: &mut Conn,
    organisation: OrganisationId,
    documents: impl Iterator<Item = (Option<&'a str>, Option<EntryId>)>,
) -> Result<HashMap<EntryId, String>, Error> {
    let Facts(facts) = Facts::read(conn, organisation, documents)?;
    let customer = |fact: &Fact| match fact.whose {
        Whose::Customer(customer) => Some(customer),
        Whose::Provider(_) | Whose::Nobody => None,
    };
    let customers: HashSet<CustomerId> = facts.values().filter_map(customer).collect();
    let names = store::customer_names(conn, organisation, &customers.into_iter().collect::<Vec<_>>())?;
    let names: HashMap<CustomerId, String> = names.into_iter().collect();
    Ok(facts.iter().filter_map(|(id, fact)| Some((*id, names.get(&customer(fact)?)?.clone()))).collect())
}

/// The days of entries that lines of these days may be.
fn around((from, until): Days) -> Days {
    let days = |count: i32| jiff::Span::new().days(count);
    (from.saturating_sub(days(BEFORE_DAYS)), until.saturating_add(days(BEHIND_DAYS)))
}
