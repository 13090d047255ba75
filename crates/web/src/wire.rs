//! Shapes that every API resource shares: money, pages of a list, dates.

use crate::problem::Fail;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kernel::{Currency, Fields, Id, Refusal, UnitPrice};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// An amount: `{"currency":"CNY","amount":"1234.50"}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Money {
    /// ISO 4217 code.
    #[schema(example = "CNY", min_length = 3, max_length = 3)]
    pub currency: String,
    /// A plain decimal string with at most the currency's digits.
    #[schema(example = "1234.50", max_length = 40)]
    pub amount: String,
}

impl From<kernel::Money> for Money {
    fn from(money: kernel::Money) -> Self {
        Money { currency: money.currency().code().to_owned(), amount: money.amount() }
    }
}

impl From<UnitPrice> for Money {
    fn from(price: UnitPrice) -> Self {
        Money { currency: price.currency().code().to_owned(), amount: price.text() }
    }
}

impl Money {
    /// The amount, with faults noted at `pointer`. `None` when the currency is unknown.
    pub fn read(&self, fields: &mut Fields, pointer: &str) -> Option<kernel::Money> {
        fields.within(pointer, |fields| {
            let currency = fields.currency("/currency", &self.currency)?;
            Some(fields.money("/amount", &self.amount, currency))
        })
    }

    /// The amount, which must be in `currency`.
    pub fn read_in(&self, fields: &mut Fields, pointer: &str, currency: Currency) -> kernel::Money {
        let money = self.read(fields, pointer).unwrap_or_else(|| kernel::Money::zero(currency));
        if money.currency() == currency {
            return money;
        }
        fields.note(&format!("{pointer}/currency"), "currency_mismatch");
        kernel::Money::zero(currency)
    }

    /// A unit price with up to 13 digits, which must be in `currency`.
    pub fn read_price(&self, fields: &mut Fields, pointer: &str, currency: Currency) -> Option<UnitPrice> {
        fields.within(pointer, |fields| {
            if fields.currency("/currency", &self.currency)? != currency {
                fields.note("/currency", "currency_mismatch");
                return None;
            }
            fields.unit_price("/amount", &self.amount, currency)
        })
    }
}

/// Which part of a list: `?limit=` (1..200, 50 by default) and `?cursor=` from the page before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slice {
    pub limit: i64,
    /// The last id of the page before; lists are ordered by id, newest first.
    pub before: Option<[u8; 16]>,
}

impl Slice {
    pub const FIRST: Slice = Slice { limit: 50, before: None };

    /// The id that all rows of this page come before, in the order of time.
    pub fn before<K>(&self) -> Option<Id<K>> {
        self.before.map(Id::from_bytes)
    }

    /// The part of the list, with the row that tells whether there is more.
    pub fn part(&self) -> store::Part {
        store::Part::newest(self.before::<()>(), self.limit + 1)
    }

    /// Reads `limit` and `cursor`; wrong ones are refused.
    pub fn read(query: &str) -> Result<Slice, Refusal> {
        let mut slice = Slice::FIRST;
        for (name, value) in query.split('&').filter_map(|pair| pair.split_once('=')) {
            match name {
                "limit" => slice.limit = limit(value)?,
                "cursor" if !value.is_empty() => {
                    let bytes = URL_SAFE_NO_PAD.decode(value).ok().and_then(|b| <[u8; 16]>::try_from(b).ok());
                    slice.before = Some(bytes.ok_or_else(unknown_cursor)?);
                }
                _ => {}
            }
        }
        Ok(slice)
    }
}

impl<S: Sync> FromRequestParts<S> for Slice {
    type Rejection = Fail;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Fail> {
        Ok(Slice::read(parts.uri.query().unwrap_or(""))?)
    }
}

fn limit(text: &str) -> Result<i64, Refusal> {
    let limit: Option<i64> = text.parse().ok();
    limit.filter(|l| (1..=200).contains(l)).ok_or_else(|| Refusal::field("/limit", "limit_range"))
}

fn unknown_cursor() -> Refusal {
    Refusal::field("/cursor", "cursor_unknown")
}

/// Which part of a list that is read whole, since it is short: accounts, periods, tax codes. `?limit=` (1..200, all when not
/// given) and `?cursor=`, which is made of the key of the last row of the page before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    limit: Option<usize>,
    after: Option<String>,
}

impl Part {
    /// Reads `limit` and `cursor`; wrong ones are refused.
    pub fn read(query: &str) -> Result<Part, Refusal> {
        let mut part = Part { limit: None, after: None };
        for (name, value) in query.split('&').filter_map(|pair| pair.split_once('=')) {
            match name {
                "limit" => part.limit = usize::try_from(limit(value)?).ok(),
                "cursor" if !value.is_empty() => {
                    let key = URL_SAFE_NO_PAD.decode(value).ok().and_then(|bytes| String::from_utf8(bytes).ok());
                    part.after = Some(key.ok_or_else(unknown_cursor)?);
                }
                _ => {}
            }
        }
        Ok(part)
    }

    /// This part of all `rows`; refuses a cursor that none of them has.
    pub fn of<R, T>(
        &self,
        rows: Vec<R>,
        key: impl Fn(&R) -> String,
        wire: impl FnMut(R) -> T,
    ) -> Result<List<T>, Refusal> {
        let first = match &self.after {
            None => 0,
            Some(after) => rows.iter().position(|row| key(row) == *after).ok_or_else(unknown_cursor)? + 1,
        };
        let end = self.limit.map_or(rows.len(), |limit| rows.len().min(first + limit));
        let last = rows[first..end].last().filter(|_| end < rows.len());
        let next_cursor = last.map(|row| URL_SAFE_NO_PAD.encode(key(row)));
        Ok(List { data: rows.into_iter().take(end).skip(first).map(wire).collect(), next_cursor })
    }
}

impl<S: Sync> FromRequestParts<S> for Part {
    type Rejection = Fail;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Fail> {
        Ok(Part::read(parts.uri.query().unwrap_or(""))?)
    }
}

/// A filter that is on, off, or not asked for.
pub fn flag(fields: &mut Fields, pointer: &str, text: Option<&str>) -> Option<bool> {
    match text {
        None | Some("") => None,
        Some("true") => Some(true),
        Some("false") => Some(false),
        Some(_) => {
            fields.note(pointer, "not_a_choice");
            None
        }
    }
}

/// A page of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct List<T> {
    pub data: Vec<T>,
    /// What to ask for the next page with; null on the last.
    pub next_cursor: Option<String>,
}

impl<T> List<T> {
    /// From up to `limit + 1` rows: one more than wanted tells that there is a next page.
    pub fn of<R, K>(mut rows: Vec<R>, slice: Slice, id: impl Fn(&R) -> Id<K>, wire: impl Fn(R) -> T) -> List<T> {
        let limit = usize::try_from(slice.limit).unwrap_or(50);
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next_cursor = if more { rows.last().map(|row| cursor(id(row))) } else { None };
        List { data: rows.into_iter().map(wire).collect(), next_cursor }
    }
}

/// Something to attend to that does not stop what was asked for.
#[derive(Debug, Serialize, ToSchema)]
pub struct Warning {
    /// Stable: `mail_not_configured`.
    pub code: &'static str,
    /// A sentence in the caller's language.
    pub detail: String,
}

/// The cursor that continues behind a row.
pub fn cursor<K>(id: Id<K>) -> String {
    URL_SAFE_NO_PAD.encode(id.bytes())
}

/// Reads an id from a path; what is no id of that kind names nothing.
pub fn path_id<K: kernel::id::Kind>(text: &str) -> Result<Id<K>, Refusal> {
    text.parse().map_err(|_| Refusal::not_found("not_found"))
}

/// The rows that an address names with `id=`, once for each; `None` where it names none. What is no id names nothing.
pub fn chosen<K: kernel::id::Kind>(query: &str) -> Option<Vec<Id<K>>> {
    let mut named = query.split('&').filter_map(|pair| pair.strip_prefix("id=")).peekable();
    named.peek()?;
    Some(named.filter_map(|id| id.parse().ok()).collect())
}

/// A field of a PATCH that always has a value: left out, or a new one. `null` is refused, for nothing can be cleared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change<T>(Option<T>);

/// What a reader says of `null` there, and of blanks in a text that must say something; the field is told that it is needed.
pub(crate) const NULL_FAULT: &str = "nothing where a value is needed";

/// Reads a text that must say something, so that the description of the call names it among what is needed.
pub fn said<'de, D: serde::Deserializer<'de>>(reader: D) -> Result<String, D::Error> {
    let text = String::deserialize(reader)?;
    if text.trim().is_empty() { Err(serde::de::Error::custom(NULL_FAULT)) } else { Ok(text) }
}

impl<T> Change<T> {
    /// What the field is after the change.
    pub fn onto(self, old: T) -> T {
        self.0.unwrap_or(old)
    }

    /// The new value, where there is one.
    pub fn given(self) -> Option<T> {
        self.0
    }
}

impl<T> Default for Change<T> {
    fn default() -> Self {
        Change(None)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Change<T> {
    fn deserialize<D: serde::Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        let value = Option::<T>::deserialize(reader)?;
        value.map(|value| Change(Some(value))).ok_or_else(|| serde::de::Error::custom(NULL_FAULT))
    }
}

/// A field of a PATCH: left out, `null`, or a value.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Patch<T> {
    #[default]
    Keep,
    Clear,
    Set(T),
}

impl<T> Patch<T> {
    /// What the field is after the change.
    pub fn onto(self, old: Option<T>) -> Option<T> {
        match self {
            Patch::Keep => old,
            Patch::Clear => None,
            Patch::Set(new) => Some(new),
        }
    }

    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Patch<U> {
        match self {
            Patch::Keep => Patch::Keep,
            Patch::Clear => Patch::Clear,
            Patch::Set(value) => Patch::Set(change(value)),
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Patch<T> {
    fn deserialize<D: serde::Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        Ok(Option::<T>::deserialize(reader)?.map_or(Patch::Clear, Patch::Set))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_lists_come_page_by_page() {
        let page = |query: &str| {
            let list = Part::read(query)?.of(vec!["a", "b", "c"], |row| (*row).to_owned(), str::to_owned)?;
            Ok::<_, Refusal>((list.data.join(""), list.next_cursor))
        };
        let cursor = |key: &str| Some(URL_SAFE_NO_PAD.encode(key));
        for (query, rows, next) in [
            ("", "abc", None),
            ("limit=3", "abc", None),
            ("limit=2", "ab", cursor("b")),
            ("cursor=Yg", "c", None),
            ("limit=1&cursor=YQ", "b", cursor("b")),
            ("cursor=Yw&limit=1", "", None),
        ] {
            assert_eq!(page(query), Ok((rows.to_owned(), next)), "{query}");
        }
        for (query, pointer) in
            [("limit=0", "/limit"), ("limit=201", "/limit"), ("cursor=zz", "/cursor"), ("cursor=b", "/cursor")]
        {
            assert_eq!(page(query).unwrap_err().fields[0].pointer, pointer, "{query}");
        }
    }

    #[test]
    fn what_has_a_value_cannot_be_cleared() {
        let read = |json: &str| serde_json::from_str::<Change<String>>(json);
        assert_eq!(read("\"new\"").unwrap().onto("old".into()), "new");
        assert_eq!(Change::default().onto("old"), "old");
        assert!(read("null").unwrap_err().to_string().starts_with(NULL_FAULT));
    }

    #[test]
    fn a_text_that_must_say_something_is_not_blank() {
        let read = |json: &str| said(&mut serde_json::Deserializer::from_str(json));
        assert_eq!(read("\" x \"").unwrap(), " x ");
        assert!(read("\" \"").unwrap_err().to_string().starts_with(NULL_FAULT));
    }
}
