//! The books as lines are compared with them.

use crate::match_rule::ActiveRule;
use crate::rules::fingerprint::key;
use crate::store::{self, FreeEntry};
use ::store::{Conn, Error};
use kernel::id::{CustomerId, EntryId, InvoiceId, OrganisationId};
use kernel::{Currency, Date, Money};
use ledger::Document;
use matching::{Books, Candidate, Entry, Item, Matcher, Party};
use std::collections::{HashMap, HashSet};

/// Days before the first line and behind the last in which its entry may be.
const BEFORE_DAYS: i32 = 120;
const BEHIND_DAYS: i32 = 10;

/// A matcher, and whose places its answers name.
#[derive(Debug, Default)]
pub(crate) struct Open {
    pub matcher: Matcher,
    pub customers: Vec<CustomerId>,
    pub invoices: Vec<InvoiceId>,
    pub entries: Vec<EntryId>,
    pub rules: Vec<ActiveRule>,
    places: HashMap<CustomerId, u32>,
    loaded: Option<(Date, Date)>,
    known: HashSet<EntryId>,
}

impl Open {
    /// Reads all that is open.
    pub fn read(conn: &mut Conn, organisation: OrganisationId, rules: Vec<ActiveRule>) -> Result<Open, Error> {
        let mut books = Books::default();
        let (mut customers, mut places) = (Vec::new(), HashMap::new());
        for (place, (id, name)) in (0_u32..).zip(store::customers(conn, organisation)?) {
            customers.push(id);
            places.insert(id, place);
            books.parties.push(Party { names: vec![name.into()], accounts: Vec::new() });
        }
        for (kind, alias, name, customer) in store::aliases(conn, organisation)? {
            let Some(party) = places.get(&customer).and_then(|place| books.parties.get_mut(usize_of(*place))) else {
                continue;
            };
            match (kind.as_str(), name) {
                ("account", _) => party.accounts.push(alias),
                (_, Some(name)) => party.names.push(name.into()),
                (_, None) => {}
            }
        }
        let open = store::open_invoices(conn, organisation)?;
        let mut invoices = Vec::with_capacity(open.len());
        books.items.reserve(open.len());
        for (id, customer, currency, open_minor, date, due_on, number) in open {
            let (Some(number), Some(party)) = (number, places.get(&customer)) else { continue };
            invoices.push(id.retyped());
            let due_on = due_on.unwrap_or(date).0;
            books.items.push(Item { party: *party, number: number.into(), open_minor, currency, date: date.0, due_on });
        }
        for account in store::bank_accounts(conn, organisation)? {
            if !account.number.is_empty() {
                books.own.push((key(&account.number), account.account));
            }
        }
        let matcher = Matcher::new(books, rules.iter().map(|one| one.rule.clone()).collect());
        let (entries, known) = (Vec::new(), HashSet::new());
        Ok(Open { matcher, customers, invoices, entries, rules, places, loaded: None, known })
    }

    /// Sees to it that the entries of an account that lines of these days may be are at hand.
    pub fn reach(
        &mut self,
        conn: &mut Conn,
        organisation: OrganisationId,
        account: (&str, Currency),
        (from, until): (Date, Date),
    ) -> Result<(), Error> {
        let from = from.saturating_sub(days(BEFORE_DAYS));
        let until = until.saturating_add(days(BEHIND_DAYS));
        let missing = match self.loaded {
            None => vec![(from, until)],
            Some((first, last)) => {
                let mut parts = Vec::new();
                if from < first {
                    parts.push((from, first));
                }
                if until > last {
                    parts.push((last, until));
                }
                parts
            }
        };
        for part in missing {
            let free = store::free_entries(conn, organisation, account, part)?;
            self.add(conn, organisation, account.1, free)?;
        }
        let (first, last) = self.loaded.unwrap_or((from, until));
        self.loaded = Some((first.min(from), last.max(until)));
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
            let (customer, references) = facts.of(&row);
            let party = customer.and_then(|customer| self.places.get(&customer).copied());
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

    pub fn customer(&self, place: u32) -> Option<CustomerId> {
        self.customers.get(usize_of(place)).copied()
    }

    /// The invoices of a candidate, and what of each is paid.
    pub fn invoices_of<'a>(&'a self, candidate: &'a Candidate) -> impl Iterator<Item = (InvoiceId, i64)> + 'a {
        candidate.items.iter().filter_map(|(at, minor)| Some((*self.invoices.get(usize_of(*at))?, *minor)))
    }

    /// An item's invoice, and all that is open of it.
    pub fn whole(&self, item: u32) -> Option<(InvoiceId, i64)> {
        let open = self.matcher.books().items.get(usize_of(item))?.open_minor;
        Some((*self.invoices.get(usize_of(item))?, open))
    }

    pub fn entries_of<'a>(&'a self, candidate: &'a Candidate) -> impl Iterator<Item = EntryId> + 'a {
        candidate.entries.iter().filter_map(|at| self.entries.get(usize_of(*at)).copied())
    }
}

/// Whose documents entries are, and what they are known by.
pub(crate) struct Facts(HashMap<EntryId, (Option<CustomerId>, String)>);

impl Facts {
    pub fn read<'a>(
        conn: &mut Conn,
        organisation: OrganisationId,
        documents: impl Iterator<Item = (Option<&'a str>, Option<EntryId>)>,
    ) -> Result<Facts, Error> {
        let (mut payments, mut refunds, mut payouts) = (Vec::new(), Vec::new(), Vec::new());
        for (kind, id) in documents {
            match kind.zip(id).and_then(|(kind, id)| Document::of(kind, id)) {
                Some(Document::Payment(id)) => payments.push(id),
                Some(Document::Refund(id)) => refunds.push(id),
                Some(Document::Payout(id)) => payouts.push(id),
                _ => {}
            }
        }
        let mut facts = HashMap::new();
        for (id, customer, reference) in store::payment_facts(conn, organisation, &payments)? {
            facts.insert(id.retyped(), (Some(customer), reference.unwrap_or_default()));
        }
        for (id, customer, number) in store::refund_facts(conn, organisation, &refunds)? {
            facts.insert(id.retyped(), (Some(customer), number.unwrap_or_default()));
        }
        for (id, number) in store::payout_facts(conn, organisation, &payouts)? {
            facts.insert(id.retyped(), (None, number));
        }
        Ok(Facts(facts))
    }

    /// What the bank or the provider calls a document; empty where it calls it nothing.
    pub fn reference(&self, document: Option<EntryId>) -> &str {
        document.and_then(|id| self.0.get(&id)).map_or("", |(_, reference)| reference)
    }

    fn of(&self, row: &FreeEntry) -> (Option<CustomerId>, String) {
        let known = row.document_id.and_then(|id| self.0.get(&id).cloned());
        let (customer, number) = known.unwrap_or_default();
        (customer, if row.memo == number { number } else { format!("{number} {}", row.memo) })
    }
}

fn days(count: i32) -> jiff::Span {
    jiff::Span::new().days(count)
}

fn usize_of(place: u32) -> usize {
    usize::try_from(place).unwrap_or(usize::MAX)
}
