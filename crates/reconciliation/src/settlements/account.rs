//! What a provider's reports and the books have on the account of the provider, and which pay-out each of it went into.

use super::{Item, money};
use crate::rules::settlement::{Component, Reported, Sums};
use crate::store::{self, BookedEntry, PaidOut, ToldLine};
use ::store::{Conn, Error};
use kernel::id::{EntryId, MatchId, OrganisationId, StatementId, StatementLineId};
use kernel::{Currency, Date, Money};
use ledger::Document;
use std::collections::{HashMap, HashSet};

/// The code of a line that is money on its way to the bank, or back from there.
const PAYOUT: &str = "payout";

pub(super) struct Account {
    currency: Currency,
    /// In the order of days and files.
    lines: Vec<ToldLine>,
    entries: HashMap<StatementLineId, Vec<(MatchId, BookedEntry)>>,
    /// What no line was matched with.
    unmatched: Vec<BookedEntry>,
    /// The pay-out of each line that says it.
    named: Vec<Option<usize>>,
    /// Where the line of each pay-out stands.
    own: Vec<Option<usize>>,
    /// The document of what each row of a report is about.
    about: HashMap<(StatementId, i64), (Option<String>, EntryId)>,
}

impl Account {
    pub fn read(
        conn: &mut Conn,
        organisation: OrganisationId,
        (code, currency): (&str, Currency),
        days: (Date, Date),
        payouts: &[PaidOut],
    ) -> Result<Account, Error> {
        let lines = store::report_lines(conn, organisation, (code, currency), days)?;
        let matched: Vec<StatementLineId> =
            lines.iter().filter(|line| line.state == "matched").map(|line| line.line_id).collect();
        let mut entries: HashMap<StatementLineId, Vec<(MatchId, BookedEntry)>> = HashMap::new();
        for (line, found, entry) in store::entries_of_lines(conn, organisation, &matched)? {
            entries.entry(line).or_default().push((found, entry));
        }
        let mut unmatched = store::unmatched(conn, organisation, (code, currency), days)?;
        // What was taken back moved nothing in the end, and neither did what took it back.
        let reversed: HashSet<EntryId> = unmatched.iter().filter_map(|entry| entry.reverses).collect();
        let here: HashSet<EntryId> = unmatched.iter().map(|entry| entry.entry_id).collect();
        unmatched.retain(|entry| {
            !reversed.contains(&entry.entry_id) && !entry.reverses.is_some_and(|of| here.contains(&of))
        });
        let mut account = Account {
            currency,
            named: vec![None; lines.len()],
            own: vec![None; payouts.len()],
            about: HashMap::new(),
            lines,
            entries,
            unmatched,
        };
        account.assign(payouts);
        Ok(account)
    }

    /// Finds the line of each pay-out, and what says which it went into.
    fn assign(&mut self, payouts: &[PaidOut]) {
        let numbers: HashMap<&str, usize> = payouts.iter().map(|one| one.number.as_str()).zip(0..).collect();
        let ids: HashMap<EntryId, usize> = payouts.iter().map(|one| one.payout_id.retyped()).zip(0..).collect();
        for (place, line) in self.lines.iter().enumerate() {
            let booked = self.entries.get(&line.line_id).map_or(&[][..], Vec::as_slice);
            let of_payout = booked
                .iter()
                .filter(|(_, entry)| entry.kind == "transfer")
                .find_map(|(_, entry)| ids.get(&entry.document_id?).copied());
            let said = line.reference.iter().map(String::as_str).chain(line.text.split_whitespace());
            let named = said.filter_map(|word| numbers.get(word).copied()).next();
            if line.code.as_deref() == Some(PAYOUT) || of_payout.is_some() {
                if let Some(at) = of_payout.or(named)
                    && let Some(own) = self.own.get_mut(at)
                {
                    *own = Some(place);
                }
                continue;
            }
            self.named[place] = named;
            let first = booked.first().filter(|_| component_of(line) != Some(Component::Fees));
            if let Some((_, entry)) = first
                && let Some(id) = entry.document_id
            {
                self.about.insert((line.statement_id, line.place), (entry.document_kind.clone(), id));
            }
        }
    }

    /// What report and books say of a pay-out, and what it is made of.
    pub fn of_payout(&self, payouts: &[PaidOut], at: usize) -> Result<(Option<Reported>, Sums, Vec<Item>), Error> {
        let payout = &payouts[at];
        let named: Vec<usize> = (0..self.lines.len()).filter(|place| self.named[*place] == Some(at)).collect();
        let (is_named, own) = (!named.is_empty(), self.own[at]);
        let has_report = is_named || own.is_some();
        let places = match (is_named, own) {
            (true, _) => named,
            (false, Some(own)) => self.since(payouts, at, own),
            (false, None) => Vec::new(),
        };
        let mut items = self.told(&places);
        let documents: HashSet<EntryId> = items
            .iter()
            .filter_map(|item| item.document.map(Document::id))
            .chain([payout.payout_id.retyped()])
            .collect();
        let is_its_fee = |entry: &BookedEntry| entry.document_id.is_some_and(|id| documents.contains(&id));
        self.add(&mut items, |entry| entry.kind == "fee" && is_its_fee(entry));
        let net = money(payout.net_minor, self.currency);
        // A report that names what went into the pay-out leaves nothing to the days, unless the pay-out is something else than that.
        if !is_named || !self.sums(net, &items)?.0.carried()?.is_zero() {
            let day_before = at.checked_sub(1).map(|before| payouts[before].arrived_on.0);
            let is_behind = |entry: &BookedEntry| day_before.is_none_or(|day| entry.date.0 > day);
            self.add(&mut items, |entry| entry.date.0 <= payout.arrived_on.0 && is_behind(entry));
        }
        let (books, mut said) = self.sums(net, &items)?;
        // A report of what went into a pay-out need not have the pay-out itself.
        said.net = match own {
            Some(place) => money(self.lines[place].amount_minor, self.currency).negated()?,
            None => said.net.minus(said.carried()?)?,
        };
        let report = has_report.then_some(Reported { sums: said, is_named });
        Ok((report, books, items))
    }

    /// Adds what only the books have, where it belongs here.
    fn add(&self, items: &mut Vec<Item>, belongs: impl Fn(&BookedEntry) -> bool) {
        let taken: HashSet<EntryId> = items.iter().filter_map(|item| item.entry).collect();
        let free = self.unmatched.iter().filter(|entry| !taken.contains(&entry.entry_id) && !is_payout(entry));
        items.extend(free.filter(|entry| belongs(entry)).map(|entry| self.booked(entry)));
    }

    /// What items come to by the books, and by the report.
    fn sums(&self, net: Money, items: &[Item]) -> Result<(Sums, Sums), Error> {
        let (mut books, mut said) = (Sums::new(net), Sums::new(net));
        for item in items {
            for (sums, amount) in [(&mut books, item.books), (&mut said, item.report)] {
                sums.add(item.component, amount.unwrap_or(money(0, self.currency)))?;
            }
        }
        Ok((books, said))
    }

    /// What moved the balance since the pay-out before, as far as it does not say that it went into another.
    fn since(&self, payouts: &[PaidOut], at: usize, own: usize) -> Vec<usize> {
        let before = at.checked_sub(1);
        let first = match before.map(|before| (self.own[before], payouts[before].arrived_on.0)) {
            Some((Some(place), _)) => place + 1,
            Some((None, day)) => self.lines.partition_point(|line| line.booked_on.0 <= day),
            None => 0,
        };
        let is_movement = |place: &usize| {
            self.named[*place].is_none()
                && self.lines[*place].code.as_deref() != Some(PAYOUT)
                && !self.own.contains(&Some(*place))
        };
        (first..own).filter(is_movement).collect()
    }

    /// Lines with the entries that they are matched with, each entry once.
    fn told(&self, places: &[usize]) -> Vec<Item> {
        let mut taken: HashSet<EntryId> = HashSet::new();
        let mut items = Vec::with_capacity(places.len());
        for place in places {
            let line = &self.lines[*place];
            let mut booked: Vec<&BookedEntry> =
                self.entries.get(&line.line_id).into_iter().flatten().map(|(_, entry)| entry).collect();
            if booked.is_empty() {
                booked.extend(self.fee_beside(line));
            }
            booked.retain(|entry| taken.insert(entry.entry_id));
            let mut booked = booked.into_iter();
            items.push(self.both(line, booked.next()));
            items.extend(
                booked.map(|entry| Item {
                    component: component_of(line).unwrap_or(Component::Other),
                    ..self.booked(entry)
                }),
            );
        }
        items
    }

    /// The fee that the books have for what a row is about, where the report says another.
    fn fee_beside(&self, line: &ToldLine) -> Option<&BookedEntry> {
        let is_fee = component_of(line) == Some(Component::Fees);
        let (_, id) = self.about.get(&(line.statement_id, line.place)).filter(|_| is_fee)?;
        self.unmatched.iter().find(|entry| entry.kind == "fee" && entry.document_id == Some(*id))
    }

    fn both(&self, line: &ToldLine, entry: Option<&BookedEntry>) -> Item {
        let of_entry = entry.and_then(kind_of);
        Item {
            component: component_of(line).or(of_entry).unwrap_or(Component::Other),
            on: line.booked_on.0,
            text: if line.text.is_empty() { line.reference.clone().unwrap_or_default() } else { line.text.clone() },
            whose: None,
            line: Some((line.statement_id, line.line_id)),
            entry: entry.map(|entry| entry.entry_id),
            document: entry.and_then(document),
            report: Some(money(line.amount_minor, self.currency)),
            books: entry.map(|entry| money(entry.amount_minor, self.currency)),
        }
    }

    fn booked(&self, entry: &BookedEntry) -> Item {
        Item {
            component: kind_of(entry).unwrap_or(Component::Other),
            on: entry.date.0,
            text: entry.memo.clone(),
            whose: None,
            line: None,
            entry: Some(entry.entry_id),
            document: document(entry),
            report: None,
            books: Some(money(entry.amount_minor, self.currency)),
        }
    }
}

fn document(entry: &BookedEntry) -> Option<Document> {
    Document::of(entry.document_kind.as_deref()?, entry.document_id?)
}

/// What a line is by its provider's word for it.
fn component_of(line: &ToldLine) -> Option<Component> {
    Component::of_code(line.code.as_deref()?)
}

/// What an entry is by its document.
fn kind_of(entry: &BookedEntry) -> Option<Component> {
    match (document(entry)?, entry.kind.as_str()) {
        (_, "fee") => Some(Component::Fees),
        (Document::Payment(_), _) => Some(Component::Payments),
        (Document::Refund(_), _) => Some(Component::Refunds),
        (Document::Dispute(_), _) => Some(Component::Disputes),
        _ => None,
    }
}

/// Whether an entry is a pay-out, or one that came back.
fn is_payout(entry: &BookedEntry) -> bool {
    matches!(document(entry), Some(Document::Payout(_))) && entry.kind != "fee"
}
