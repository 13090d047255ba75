//! Who owes, and what: read on several connections at once, since lines wait for it.

use crate::rules::fingerprint::key;
use crate::store::{self, OpenItem};
use ::store::{Conn, Db, Error};
use kernel::id::{CustomerId, InvoiceId, OrganisationId};
use matching::{Books, Item, Parties, Party};
use rustc_hash::FxHashMap;
use std::sync::Arc;
use std::thread::ScopedJoinHandle;

/// The books without entries, and whose their places are.
pub(crate) struct Owed {
    pub books: Books,
    pub customers: Vec<CustomerId>,
    pub invoices: Vec<InvoiceId>,
    pub places: Arc<FxHashMap<CustomerId, u32>>,
}

impl Owed {
    /// Reads the invoices that are open, those that are settled and known again, and whoever they are of. Blocks.
    pub fn read(db: &Db, organisation: OrganisationId) -> Result<Owed, Error> {
        let items = |which: Which, places: Arc<FxHashMap<CustomerId, u32>>| {
            db.read_now(move |conn| Items::read(conn, organisation, which, &places))
        };
        // What takes long, and needs nothing of one another: the numbers, the names' index, and what is owed, in two halves.
        std::thread::scope(|scope| {
            let numbers = scope.spawn(|| db.read_now(move |conn| store::numbers(conn, organisation)));
            let Owing { parties, own, customers, places } = db.read_now(move |conn| Owing::read(conn, organisation))?;
            let places = Arc::new(places);
            let parties = scope.spawn(|| Parties::new(parties));
            let (lower, upper) = customers.split_at(customers.len() / 2);
            let beside = |which: Which| {
                let places = Arc::clone(&places);
                scope.spawn(move || items(which, places))
            };
            let (upper, settled) = (beside(Which::of(upper)), beside(Which::Settled));
            let further = scope.spawn(|| db.read_now(move |conn| store::further_numbers(conn, organisation)));
            let mut owed = items(Which::of(lower), Arc::clone(&places))?;
            owed.add(joined(upper)?);
            owed.add(joined(settled)?);
            let Items { mut items, mut invoices } = owed;
            number(&mut items, &mut invoices, joined(numbers)?);
            let further = placed(&invoices, joined(further)?);
            let books = Books { parties: joined(parties), items, further, own, entries: Vec::new() };
            Ok(Owed { books, customers, invoices, places })
        })
    }
}

/// Which items.
#[derive(Debug, Clone, Copy)]
enum Which {
    Nobodys,
    /// What is open of the customers from one to another, in the order of their ids.
    Open(CustomerId, CustomerId),
    /// The newest of what is settled.
    Settled,
}

impl Which {
    fn of(customers: &[CustomerId]) -> Which {
        match customers {
            [] => Which::Nobodys,
            [first, ..] => Which::Open(*first, *customers.last().unwrap_or(first)),
        }
    }
}

/// What a thread made; its panic goes on.
fn joined<T>(thread: ScopedJoinHandle<'_, T>) -> T {
    thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

/// Whoever owes, or may.
struct Owing {
    parties: Vec<Party>,
    /// The company's own accounts at banks.
    own: Vec<(i64, String)>,
    customers: Vec<CustomerId>,
    places: FxHashMap<CustomerId, u32>,
}

impl Owing {
    fn read(conn: &mut Conn, organisation: OrganisationId) -> Result<Owing, Error> {
        let (mut parties, mut customers, mut places) = (Vec::new(), Vec::new(), FxHashMap::default());
        for (place, (id, name)) in (0_u32..).zip(store::customers(conn, organisation)?) {
            customers.push(id);
            places.insert(id, place);
            parties.push(Party { names: vec![name.into()], accounts: Vec::new() });
        }
        for (kind, alias, name, customer) in store::aliases(conn, organisation)? {
            let Some(party) = places.get(&customer).and_then(|place| parties.get_mut(usize_of(*place))) else {
                continue;
            };
            match (kind.as_str(), name) {
                ("account", _) => party.accounts.push(alias),
                (_, Some(name)) => party.names.push(name.into()),
                (_, None) => {}
            }
        }
        let own = store::bank_accounts(conn, organisation)?.into_iter().filter(|account| !account.number.is_empty());
        let own = own.map(|account| (key(&account.number), account.account)).collect();
        Ok(Owing { parties, own, customers, places })
    }
}

/// Items still without their numbers, and whose places they have.
#[derive(Default)]
struct Items {
    items: Vec<Item>,
    invoices: Vec<InvoiceId>,
}

impl Items {
    fn read(
        conn: &mut Conn,
        organisation: OrganisationId,
        which: Which,
        places: &FxHashMap<CustomerId, u32>,
    ) -> Result<Items, Error> {
        let mut read = Items::default();
        match which {
            Which::Nobodys => {}
            Which::Open(first, last) => {
                store::each_open(conn, organisation, (first, last), |item| read.take(item, places))?;
            }
            Which::Settled => store::settled(conn, organisation)?.into_iter().for_each(|item| read.take(item, places)),
        }
        Ok(read)
    }

    fn take(
        &mut self,
        (id, customer, currency, open_minor, date, due_on): OpenItem,
        places: &FxHashMap<CustomerId, u32>,
    ) {
        let Some(party) = places.get(&customer) else { return };
        let (party, date, due_on) = (*party, date.0, due_on.unwrap_or(date).0);
        self.invoices.push(id.retyped());
        self.items.push(Item { party, number: Box::default(), open_minor, currency, date, due_on });
    }

    fn add(&mut self, others: Items) {
        self.items.extend(others.items);
        self.invoices.extend(others.invoices);
    }
}

/// Gives items their numbers, which come in the order of their ids. What has none is no invoice, or was issued between the two looks: it
/// is left out.
fn number(items: &mut Vec<Item>, invoices: &mut Vec<InvoiceId>, numbers: Vec<(InvoiceId, Box<str>)>) {
    let mut places: Vec<(InvoiceId, usize)> = invoices.iter().enumerate().map(|(at, id)| (*id, at)).collect();
    places.sort_unstable();
    let mut numbers = numbers.into_iter().peekable();
    for (id, at) in places {
        while numbers.next_if(|(other, _)| *other < id).is_some() {}
        if let Some((_, number)) = numbers.next_if(|(other, _)| *other == id)
            && let Some(item) = items.get_mut(at)
        {
            item.number = number;
        }
    }
    let mut has_number = items.iter().map(|item| !item.number.is_empty());
    invoices.retain(|_| has_number.next().unwrap_or_default());
    items.retain(|item| !item.number.is_empty());
}

/// What else items are called, by their places.
fn placed(invoices: &[InvoiceId], further: Vec<(InvoiceId, Box<str>)>) -> Vec<(u32, Box<str>)> {
    if further.is_empty() {
        return Vec::new();
    }
    let places: FxHashMap<InvoiceId, u32> = invoices.iter().copied().zip(0..).collect();
    let mut placed: Vec<(u32, Box<str>)> =
        further.into_iter().filter_map(|(id, number)| Some((*places.get(&id)?, number))).collect();
    placed.sort_unstable();
    placed.dedup();
    placed
}

pub(crate) fn usize_of(place: u32) -> usize {
    usize::try_from(place).unwrap_or(usize::MAX)
}
