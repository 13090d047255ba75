//! Search across documents: character bigrams in a table of ours, the same on both engines.
//!
//! Full-text indexes that cut words or trigrams miss Chinese names of two characters. A text is folded (case, width) and cut
//! into overlapping pairs of characters; an entry matches when it has every pair of what was typed.

use crate::conn::{Conn, Each};
use crate::each;
use crate::error::Error;
use diesel::{BoolExpressionMethods, ExpressionMethods, QueryDsl, RunQueryDsl};
use kernel::id::{CustomerId, EventId, Id, OrganisationId};
use kernel::{Scope, Timestamp};
use schema::types::At;
use schema::{search_entries as entries, search_grams as grams};
use std::collections::BTreeSet;

/// Pairs of one entry at most; names and numbers have far fewer.
const GRAMS_MAX: usize = 200;
const GRAMS_ASKED_MAX: usize = 8;

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
    pub fn new<K: kernel::id::Kind>(subject: Id<K>, customer: Option<CustomerId>, title: &str, detail: &str) -> Entry {
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
fn folded(text: &str) -> Vec<char> {
    text.chars()
        .map(|c| match u32::from(c) {
            wide @ 0xFF01..=0xFF5E => char::from_u32(wide - 0xFEE0).unwrap_or(c),
            _ => c,
        })
        .flat_map(char::to_lowercase)
        .filter(|c| c.is_alphanumeric())
        .collect()
}

/// The overlapping pairs of characters of a text.
fn pairs(text: &str) -> BTreeSet<String> {
    folded(text).windows(2).map(|pair| pair.iter().collect()).collect()
}

/// A text as a pattern of `LIKE … ESCAPE '\'` that finds it anywhere in small letters, for short lists; `None` for blanks.
pub fn pattern(text: &str) -> Option<String> {
    let text = text.trim();
    let escaped = text.to_lowercase().replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    (!text.is_empty()).then(|| format!("%{escaped}%"))
}

/// Puts an entry into the index, in place of an older one of the same subject.
pub fn put(conn: &mut Conn, organisation: OrganisationId, entry: &Entry, now: Timestamp) -> Result<(), Error> {
    // The entry first: its row makes another transaction with the same subject wait, so that pairs never mix.
    let upsert = diesel::insert_into(entries::table)
        .values((
            entries::organisation_id.eq(organisation),
            entries::subject_id.eq(entry.subject),
            entries::kind.eq(&entry.kind),
            entries::customer_id.eq(entry.customer),
            entries::title.eq(&entry.title),
            entries::detail.eq(&entry.detail),
            entries::updated_at.eq(At(now)),
        ))
        .on_conflict((entries::organisation_id, entries::subject_id))
        .do_update()
        .set((
            entries::customer_id.eq(entry.customer),
            entries::title.eq(&entry.title),
            entries::detail.eq(&entry.detail),
            entries::updated_at.eq(At(now)),
        ));
    Each(upsert).execute(conn)?;
    let key = grams::organisation_id.eq(organisation).and(grams::subject_id.eq(entry.subject));
    each!(conn, |c| diesel::delete(grams::table.filter(key)).execute(c))?;
    let mut all = pairs(&entry.title);
    all.extend(pairs(&entry.detail));
    let rows: Vec<_> = all
        .iter()
        .take(GRAMS_MAX)
        .map(|gram| {
            (grams::organisation_id.eq(organisation), grams::gram.eq(gram), grams::subject_id.eq(entry.subject))
        })
        .collect();
    if !rows.is_empty() {
        each!(conn, |c| diesel::insert_into(grams::table).values(rows).execute(c))?;
    }
    Ok(())
}

/// Up to `limit` entries that have every pair of what was typed, newest first. Fewer than two characters find nothing.
pub fn find(conn: &mut Conn, scope: &Scope, typed: &str, limit: i64) -> Result<Vec<Entry>, Error> {
    let asked: Vec<String> = pairs(typed).into_iter().take(GRAMS_ASKED_MAX).collect();
    if asked.is_empty() {
        return Ok(Vec::new());
    }
    let wanted = i64::try_from(asked.len()).unwrap_or(i64::MAX);
    let matching = grams::table
        .filter(grams::organisation_id.eq(scope.organisation()))
        .filter(grams::gram.eq_any(asked))
        .group_by(grams::subject_id)
        .having(diesel::dsl::count_star().eq(wanted))
        .select(grams::subject_id);
    let subjects: Vec<EventId> = matching.limit(1000).load(conn)?;
    let mut query = entries::table
        .filter(entries::organisation_id.eq(scope.organisation()))
        .filter(entries::subject_id.eq_any(subjects))
        .order(entries::subject_id.desc())
        .select((entries::subject_id, entries::kind, entries::customer_id, entries::title, entries::detail))
        .limit(limit)
        .into_boxed();
    if let Some(own) = scope.customer() {
        query = query.filter(entries::customer_id.eq(own));
    }
    let rows: Vec<(EventId, String, Option<CustomerId>, String, String)> = query.load(conn)?;
    Ok(rows
        .into_iter()
        .map(|(subject, kind, customer, title, detail)| Entry { subject, kind, customer, title, detail })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folds_and_pairs() {
        assert_eq!(pairs("远航"), BTreeSet::from(["远航".to_owned()]));
        assert_eq!(pairs("ＩＮＶ-00"), pairs("inv00"));
        assert!(pairs("a").is_empty());
        assert!(pairs("INV-2026-00412").contains("41"));
    }
}
