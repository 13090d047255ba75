//! Search across documents: character bigrams in a table of ours, the same on both engines.
//!
//! Full-text indexes that cut words or trigrams miss Chinese names of two characters. A text is folded (case, width) and cut
//! into overlapping pairs of characters. What was typed is found in steps, best first: what is called so, what begins so and what
//! ends so (by the folded title as a key, forwards and backwards: people know the end of a number), and what has every word
//! somewhere (first by whole words, then by the rarest of the pairs, and looked at again: pairs do not tell their order). Once
//! something bears the number that was typed, pairs are not walked.
//! Each kind is looked through by itself, so that a customer is found beneath a hundred thousand invoices that bear its name.
//!
//! What comes in by the thousand, as payments do, has a few whole words in the place of its forty pairs, and is looked for among
//! the newest of the customers that are called as was typed.

use crate::conn::{Conn, Each};
use crate::each;
use crate::error::Error;
use diesel::dsl::sql;
use diesel::sql_types::{Bool, Text};
use diesel::{BoolExpressionMethods, ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl};
use kernel::id::{Customer, CustomerId, EventId, Id, Kind, OrganisationId};
use kernel::{Scope, Timestamp};
use schema::types::At;
use schema::{search_entries as entries, search_grams as grams};
use std::collections::BTreeSet;

/// Pairs of one entry at most; names and numbers have far fewer.
const GRAMS_MAX: usize = 200;
/// Pairs of what was typed that are asked for; what they let through is looked at anyway.
const GRAMS_ASKED_MAX: usize = 16;
/// How common a pair may be to be taken at once; where none is so rare, the next step counts. Who is not patient takes the first.
const COMMON: [i64; 2] = [200, WALK_MAX];
/// Of a pair that is more common than that, so many of the newest entries are walked along.
const WALK_MAX: i64 = 5_000;
/// Entries that are looked at in one go, and how often.
const CHUNK: i64 = 200;
const CHUNKS_MAX: usize = 20;
/// What a list is narrowed to at most by what was typed.
const LISTED_MAX: i64 = 500;
/// The newest entries of a customer among which its own search looks.
const OWN_MAX: i64 = 5_000;
/// Customers that are called by a word, the words that are tried, and the newest entries of each that are looked at at least.
const CUSTOMERS_MAX: usize = 10;
const WORDS_MAX: usize = 4;
const OF_EACH_MIN: usize = 50;

/// Begins a whole word among the pairs.
const WHOLE: char = '=';

/// Something that can be found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The id of the thing; `kind` is its prefix.
    pub subject: EventId,
    pub kind: String,
    /// Whose it is, for the portal's scope.
    pub customer: Option<CustomerId>,
    /// Shown first and searched: a number or name.
    pub title: String,
    /// Shown beneath and searched: the customer, a reference.
    pub detail: String,
}

impl Entry {
    pub fn new<K: Kind>(subject: Id<K>, customer: Option<CustomerId>, title: &str, detail: &str) -> Entry {
        Entry {
            subject: subject.retyped(),
            kind: K::PREFIX.to_owned(),
            customer,
            title: title.to_owned(),
            detail: detail.to_owned(),
        }
    }
}

/// Lower case, half width, no blanks or punctuation.
fn folded(text: &str) -> String {
    text.chars()
        .map(|c| match u32::from(c) {
            wide @ 0xFF01..=0xFF5E => char::from_u32(wide - 0xFEE0).unwrap_or(c),
            _ => c,
        })
        .flat_map(char::to_lowercase)
        .filter(|c| c.is_alphanumeric())
        .collect()
}

fn reversed(text: &str) -> String {
    text.chars().rev().collect()
}

/// The overlapping pairs of characters of a folded text.
fn pairs(folded: &str) -> BTreeSet<String> {
    let characters: Vec<char> = folded.chars().collect();
    characters.windows(2).map(|pair| pair.iter().collect()).collect()
}

/// A text as a pattern of `LIKE … ESCAPE '\'` that finds it anywhere in small letters, for short lists; `None` for blanks.
pub fn pattern(text: &str) -> Option<String> {
    let text = text.trim();
    let escaped = text.to_lowercase().replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    (!text.is_empty()).then(|| format!("%{escaped}%"))
}

/// The words of a text, folded.
fn words(text: &str) -> impl Iterator<Item = String> {
    text.split_whitespace().map(folded).filter(|word| !word.is_empty())
}

/// A whole word as it stands beside the pairs, with a sign that no pair has.
fn whole(word: &str) -> String {
    format!("{WHOLE}{word}")
}

/// Puts an entry into the index, in place of an older one of the same subject: found by any part of title and detail.
pub fn put(conn: &mut Conn, organisation: OrganisationId, entry: &Entry, now: Timestamp) -> Result<(), Error> {
    let mut all = pairs(&folded(&entry.title));
    all.extend(pairs(&folded(&entry.detail)));
    all.extend(words(&entry.detail).map(|word| whole(&word)));
    put_with(conn, organisation, entry, &reversed(&folded(&entry.title)), &all, now)
}

/// As [`put`], but found by the beginning of its title and by these words of its detail alone, each whole.
pub fn put_by_words(
    conn: &mut Conn,
    organisation: OrganisationId,
    entry: &Entry,
    words: &[&str],
    now: Timestamp,
) -> Result<(), Error> {
    let words = words.iter().map(|word| folded(word)).filter(|word| !word.is_empty()).map(|word| whole(&word));
    put_with(conn, organisation, entry, "", &words.collect(), now)
}

fn put_with(
    conn: &mut Conn,
    organisation: OrganisationId,
    entry: &Entry,
    title_end: &str,
    all: &BTreeSet<String>,
    now: Timestamp,
) -> Result<(), Error> {
    let (title_key, title_end) = (folded(&entry.title).into_bytes(), title_end.as_bytes());
    // The entry first: its row makes another transaction with the same subject wait, so that pairs never mix.
    let upsert = diesel::insert_into(entries::table)
        .values((
            entries::organisation_id.eq(organisation),
            entries::subject_id.eq(entry.subject),
            entries::kind.eq(&entry.kind),
            entries::customer_id.eq(entry.customer),
            entries::title.eq(&entry.title),
            entries::title_key.eq(&title_key),
            entries::title_end.eq(title_end),
            entries::detail.eq(&entry.detail),
            entries::updated_at.eq(At(now)),
        ))
        .on_conflict((entries::organisation_id, entries::subject_id))
        .do_update()
        .set((
            entries::customer_id.eq(entry.customer),
            entries::title.eq(&entry.title),
            entries::title_key.eq(&title_key),
            entries::title_end.eq(title_end),
            entries::detail.eq(&entry.detail),
            entries::updated_at.eq(At(now)),
        ));
    Each(upsert).execute(conn)?;
    let key = grams::organisation_id.eq(organisation).and(grams::subject_id.eq(entry.subject));
    each!(conn, |c| diesel::delete(grams::table.filter(key)).execute(c))?;
    let rows: Vec<_> = all
        .iter()
        .take(GRAMS_MAX)
        .map(|gram| {
            (
                grams::organisation_id.eq(organisation),
                grams::kind.eq(&entry.kind),
                grams::gram.eq(gram),
                grams::subject_id.eq(entry.subject),
            )
        })
        .collect();
    if !rows.is_empty() {
        each!(conn, |c| diesel::insert_into(grams::table).values(rows).execute(c))?;
    }
    Ok(())
}

/// What was typed, folded.
struct Typed {
    /// All of it as one, as a title's key has it.
    whole: String,
    words: Vec<String>,
}

impl Typed {
    fn new(typed: &str) -> Typed {
        Typed { whole: folded(typed), words: words(typed).collect() }
    }

    fn has_digit(&self) -> bool {
        self.whole.bytes().any(|byte| byte.is_ascii_digit())
    }

    /// Whether an entry is called just so.
    fn is_title(&self, entry: &Entry) -> bool {
        folded(&entry.title) == self.whole
    }

    /// How well an entry fits: 0 is called so, 1 begins so, 2 ends so, 3 has every word; `None` has not.
    fn rank(&self, entry: &Entry) -> Option<u8> {
        let (title, detail) = (folded(&entry.title), folded(&entry.detail));
        let has = |word: &String| title.contains(word.as_str()) || detail.contains(word.as_str());
        match title.strip_prefix(self.whole.as_str()) {
            Some("") => Some(0),
            Some(_) => Some(1),
            None if title.ends_with(self.whole.as_str()) => Some(2),
            None => self.words.iter().all(has).then_some(3),
        }
    }

    fn pairs(&self) -> Vec<String> {
        let all: BTreeSet<String> = self.words.iter().flat_map(|word| pairs(word)).collect();
        all.into_iter().take(GRAMS_ASKED_MAX).collect()
    }
}

/// Up to `limit` entries of these kinds: first what is called as was typed, then what begins so, then what ends so, then what has every
/// word, the newest first; then what belongs to a customer that is called so. A single character finds what begins with it.
pub fn find(conn: &mut Conn, scope: &Scope, kinds: &[&str], typed: &str, limit: i64) -> Result<Vec<Entry>, Error> {
    let typed = Typed::new(typed);
    let wanted = usize::try_from(limit).unwrap_or(0);
    if typed.whole.is_empty() {
        return Ok(Vec::new());
    }
    if let Some(own) = scope.customer() {
        return own_entries(conn, scope.organisation(), own, kinds, &typed, wanted);
    }
    let organisation = scope.organisation();
    let mut found = by_its_own(conn, organisation, kinds, &typed, wanted)?;
    if found.is_short() {
        let customers = if found.has_called(&typed) {
            found
                .entries
                .iter()
                .filter(|entry| typed.is_title(entry) && entry.kind == Customer::PREFIX)
                .cloned()
                .collect()
        } else {
            called_by_a_word(conn, organisation, &typed)?
        };
        found.add(of_customers(conn, organisation, customers, kinds, &typed, wanted)?);
    }
    Ok(found.entries)
}

/// What is found by its own title, words and pairs.
fn by_its_own(
    conn: &mut Conn,
    organisation: OrganisationId,
    kinds: &[&str],
    typed: &Typed,
    wanted: usize,
) -> Result<Found, Error> {
    let mut found = Found { entries: Vec::new(), seen: BTreeSet::new(), wanted };
    found.add(called(conn, organisation, kinds, typed, wanted)?);
    let is_patient = !found.has_called(typed);
    // A number that something bears is looked for by its whole alone: its pairs are those of every other number.
    let is_number = typed.has_digit() && !found.entries.is_empty();
    let pairs = if is_number { Vec::new() } else { typed.pairs() };
    for asked in [typed.words.iter().map(|word| whole(word)).collect(), pairs] {
        let mut having = Vec::new();
        for kind in kinds.iter().filter(|_| found.is_short()) {
            having.extend(having_all(conn, organisation, kind, typed, (&asked, is_patient), wanted)?);
        }
        having.sort_by_key(|entry| std::cmp::Reverse(entry.subject));
        found.add(having);
    }
    Ok(found)
}

/// What was found so far, each once and no more than wanted.
struct Found {
    entries: Vec<Entry>,
    seen: BTreeSet<EventId>,
    wanted: usize,
}

impl Found {
    fn is_short(&self) -> bool {
        self.entries.len() < self.wanted
    }

    fn has_called(&self, typed: &Typed) -> bool {
        self.entries.iter().any(|entry| typed.is_title(entry))
    }

    fn add(&mut self, more: Vec<Entry>) {
        for entry in more {
            if self.is_short() && self.seen.insert(entry.subject) {
                self.entries.push(entry);
            }
        }
    }
}

type Row = (EventId, String, Option<CustomerId>, String, String);

fn entry((subject, kind, customer, title, detail): Row) -> Entry {
    Entry { subject, kind, customer, title, detail }
}

/// A statement about entries of these kinds that gives their rows.
macro_rules! of_kinds {
    ($organisation:expr, $kinds:expr) => {
        entries::table
            .filter(entries::organisation_id.eq($organisation))
            .filter(entries::kind.eq_any($kinds.iter().map(|kind| (*kind).to_owned()).collect::<Vec<_>>()))
            .select((entries::subject_id, entries::kind, entries::customer_id, entries::title, entries::detail))
    };
}

/// A customer's newest entries of these kinds.
fn of_customer(
    conn: &mut Conn,
    organisation: OrganisationId,
    customer: CustomerId,
    kinds: &[&str],
    limit: i64,
) -> Result<Vec<Entry>, Error> {
    let rows: Vec<Row> = of_kinds!(organisation, kinds)
        .filter(entries::customer_id.eq(customer))
        .order(entries::subject_id.desc())
        .limit(limit)
        .load(conn)?;
    Ok(rows.into_iter().map(entry).collect())
}

/// The newest of one customer's own entries that fit, the best first.
fn own_entries(
    conn: &mut Conn,
    organisation: OrganisationId,
    own: CustomerId,
    kinds: &[&str],
    typed: &Typed,
    wanted: usize,
) -> Result<Vec<Entry>, Error> {
    let rows = of_customer(conn, organisation, own, kinds, OWN_MAX)?;
    let ranked = rows.into_iter().filter_map(|entry| Some((typed.rank(&entry)?, entry)));
    let mut ranked: Vec<(u8, Entry)> = ranked.collect();
    ranked.sort_by_key(|(rank, _)| *rank);
    Ok(ranked.into_iter().map(|(_, entry)| entry).take(wanted).collect())
}

/// Entries whose title is what was typed, then those that begin so, of numbers the newest first, then those that end so.
fn called(
    conn: &mut Conn,
    organisation: OrganisationId,
    kinds: &[&str],
    typed: &Typed,
    wanted: usize,
) -> Result<Vec<Entry>, Error> {
    let limit = i64::try_from(wanted).unwrap_or(i64::MAX);
    let (key, end) = (typed.whole.clone().into_bytes(), reversed(&typed.whole).into_bytes());
    let (mut called, mut begin, mut ends) = (Vec::<Row>::new(), Vec::<Row>::new(), Vec::<Row>::new());
    for kind in kinds {
        let so = of_kinds!(organisation, [kind])
            .filter(entries::title_key.eq(&key))
            .order(entries::subject_id.desc())
            .limit(limit);
        called.extend(so.load::<Row>(conn)?);
        let further = of_kinds!(organisation, [kind])
            .filter(entries::title_key.gt(&key).and(entries::title_key.lt(beyond(&key))))
            .order((entries::title_key.desc(), entries::subject_id.desc()))
            .limit(limit);
        begin.extend(further.load::<Row>(conn)?);
        let before = of_kinds!(organisation, [kind])
            .filter(entries::title_end.gt(&end).and(entries::title_end.lt(beyond(&end))))
            .order((entries::title_end.desc(), entries::subject_id.desc()))
            .limit(limit);
        ends.extend(before.load::<Row>(conn)?);
    }
    called.sort_by_key(|(subject, ..)| std::cmp::Reverse(*subject));
    begin.sort_by_cached_key(|(subject, _, _, title, _)| std::cmp::Reverse((folded(title), *subject)));
    ends.sort_by_key(|(subject, ..)| std::cmp::Reverse(*subject));
    Ok(called.into_iter().chain(begin).chain(ends).map(entry).collect())
}

/// The first key that no longer begins with this one. UTF-8 has no byte 255, so there is one.
fn beyond(key: &[u8]) -> Vec<u8> {
    let mut end = key.to_vec();
    if let Some(last) = end.last_mut() {
        *last = last.saturating_add(1);
    }
    end
}

/// Entries of a kind that have all these pairs or words, and every word in title or detail, newest first, until enough are found
/// or enough were looked at. Who is not patient gets nothing where every pair is common.
fn having_all(
    conn: &mut Conn,
    organisation: OrganisationId,
    kind: &str,
    typed: &Typed,
    (asked, is_patient): (&[String], bool),
    wanted: usize,
) -> Result<Vec<Entry>, Error> {
    let Some(rarest) = rarest(conn, organisation, kind, asked, is_patient)? else { return Ok(Vec::new()) };
    let oldest = nth(conn, organisation, kind, &rarest, WALK_MAX)?;
    let mut found = Vec::new();
    let mut before: Option<EventId> = None;
    for _ in 0..CHUNKS_MAX {
        let subjects = with_all(conn, organisation, kind, &rarest, asked, (oldest, before))?;
        before = subjects.last().copied();
        if subjects.is_empty() {
            break;
        }
        let is_last = i64::try_from(subjects.len()).unwrap_or(0) < CHUNK;
        let rows: Vec<Row> = of_kinds!(organisation, [kind])
            .filter(entries::subject_id.eq_any(subjects))
            .order(entries::subject_id.desc())
            .load(conn)?;
        found.extend(rows.into_iter().map(entry).filter(|entry| typed.rank(entry).is_some()));
        if is_last || found.len() >= wanted {
            break;
        }
    }
    Ok(found)
}

/// Customers that are called by one of the words.
fn called_by_a_word(conn: &mut Conn, organisation: OrganisationId, typed: &Typed) -> Result<Vec<Entry>, Error> {
    let mut customers = Vec::new();
    for word in typed.words.iter().take(WORDS_MAX) {
        let found = by_its_own(conn, organisation, &[Customer::PREFIX], &Typed::new(word), CUSTOMERS_MAX)?;
        customers.extend(found.entries);
    }
    Ok(customers)
}

/// Of the newest entries of these customers those that have every word, the newest first.
fn of_customers(
    conn: &mut Conn,
    organisation: OrganisationId,
    customers: Vec<Entry>,
    kinds: &[&str],
    typed: &Typed,
    wanted: usize,
) -> Result<Vec<Entry>, Error> {
    let customers: BTreeSet<CustomerId> = customers.into_iter().filter_map(|entry| entry.customer).collect();
    let count = customers.len().clamp(1, CUSTOMERS_MAX);
    let of_each = i64::try_from(OF_EACH_MIN.max(wanted / count)).unwrap_or(i64::MAX);
    let mut found = Vec::new();
    for customer in customers.into_iter().take(CUSTOMERS_MAX) {
        let rows = of_customer(conn, organisation, customer, kinds, of_each)?;
        found.extend(rows.into_iter().filter(|entry| typed.rank(entry).is_some()));
    }
    found.sort_by_key(|entry| std::cmp::Reverse(entry.subject));
    Ok(found)
}

/// Of these pairs one that few entries have. Of pairs that are all common the last, for who is patient.
fn rarest(
    conn: &mut Conn,
    organisation: OrganisationId,
    kind: &str,
    asked: &[String],
    is_patient: bool,
) -> Result<Option<String>, Error> {
    let is_word = asked.first().is_some_and(|gram| gram.starts_with(WHOLE));
    if asked.len() < 2 && (is_patient || is_word) {
        return Ok(asked.first().cloned());
    }
    for common in COMMON.iter().take(if is_patient { COMMON.len() } else { 1 }) {
        for gram in asked {
            if nth(conn, organisation, kind, gram, *common)?.is_none() {
                return Ok(Some(gram.clone()));
            }
        }
    }
    Ok(asked.last().filter(|_| is_patient).cloned())
}

/// The newest subject but so many that has a pair.
fn nth(
    conn: &mut Conn,
    organisation: OrganisationId,
    kind: &str,
    gram: &str,
    place: i64,
) -> Result<Option<EventId>, Error> {
    Ok(grams::table
        .filter(grams::organisation_id.eq(organisation))
        .filter(grams::kind.eq(kind))
        .filter(grams::gram.eq(gram))
        .order(grams::subject_id.desc())
        .select(grams::subject_id)
        .offset(place)
        .limit(1)
        .get_result(conn)
        .optional()?)
}

/// The next chunk of subjects that have all these pairs, newest first: one pair is walked along, the others are asked for.
fn with_all(
    conn: &mut Conn,
    organisation: OrganisationId,
    kind: &str,
    rarest: &String,
    asked: &[String],
    (oldest, before): (Option<EventId>, Option<EventId>),
) -> Result<Vec<EventId>, Error> {
    let mut query = grams::table
        .filter(grams::organisation_id.eq(organisation))
        .filter(grams::kind.eq(kind.to_owned()))
        .filter(grams::gram.eq(rarest.clone()))
        .order(grams::subject_id.desc())
        .select(grams::subject_id)
        .limit(CHUNK)
        .into_boxed();
    if let Some(oldest) = oldest {
        query = query.filter(grams::subject_id.ge(oldest));
    }
    if let Some(before) = before {
        query = query.filter(grams::subject_id.lt(before));
    }
    for other in asked.iter().filter(|gram| *gram != rarest) {
        query = query.filter(
            sql::<Bool>(
                "EXISTS (SELECT 1 FROM search_grams other WHERE other.organisation_id = search_grams.organisation_id \
                 AND other.kind = search_grams.kind AND other.subject_id = search_grams.subject_id AND other.gram = ",
            )
            .bind::<Text, _>(other.clone())
            .sql(")"),
        );
    }
    Ok(query.load(conn)?)
}

/// The ids of what is found of one kind, to narrow a list to: the best few hundred. `None` where nothing was typed.
pub fn ids<K: Kind>(conn: &mut Conn, scope: &Scope, typed: &str) -> Result<Option<Vec<Id<K>>>, Error> {
    if typed.trim().is_empty() {
        return Ok(None);
    }
    let found = find(conn, scope, &[K::PREFIX], typed, LISTED_MAX)?;
    Ok(Some(found.into_iter().map(|entry| entry.subject.retyped()).collect()))
}

/// The newest entries of these kinds.
pub fn newest(conn: &mut Conn, scope: &Scope, kinds: &[&str], limit: i64) -> Result<Vec<Entry>, Error> {
    let mut query = of_kinds!(scope.organisation(), kinds).order(entries::subject_id.desc()).limit(limit).into_boxed();
    if let Some(own) = scope.customer() {
        query = query.filter(entries::customer_id.eq(own));
    }
    let rows: Vec<Row> = query.load(conn)?;
    Ok(rows.into_iter().map(entry).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folds_and_pairs() {
        assert_eq!(pairs("远航"), BTreeSet::from(["远航".to_owned()]));
        assert_eq!(folded("ＩＮＶ-00"), "inv00");
        assert!(pairs("a").is_empty());
        assert!(pairs(&folded("INV-2026-00412")).contains("41"));
    }

    #[test]
    fn what_is_called_so_comes_before_what_begins_so() {
        let entry = |title: &str, detail: &str| Entry::new(EventId::NIL, None, title, detail);
        for (typed, title, detail, rank) in [
            ("INV-2026-00001", "INV-2026-00001", "", Some(0)),
            ("inv 2026 00001", "INV-2026-00001", "", Some(0)),
            ("INV-2026-0000", "INV-2026-00001", "", Some(1)),
            ("00001", "INV-2026-00001", "", Some(2)),
            ("2026-00001", "INV-2026-00001", "", Some(2)),
            ("2026", "INV-2026-00001", "", Some(3)),
            ("INV-2026-00001", "INV-2026-00100", "", None),
            ("远航 北京", "远航贸易有限公司", "北京", Some(3)),
            ("航远", "远航贸易有限公司", "", None),
            ("北", "远航", "北京", Some(3)),
        ] {
            assert_eq!(Typed::new(typed).rank(&entry(title, detail)), rank, "{typed} in {title}");
        }
    }
}
