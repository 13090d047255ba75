//! Forms and queries with names in brackets, and the lists that are asked for by them.

use super::objects;
use crate::simulator::refused::Refused;
use serde_json::Value;
use std::ops::RangeInclusive;

/// As it was sent: names with their brackets.
pub(super) struct Form(Vec<(String, String)>);

impl Form {
    pub fn read(body: &[u8]) -> Result<Form, Refused> {
        serde_urlencoded::from_bytes(body).map(Form).map_err(|_| Refused::NotForm)
    }

    /// The value of a name; empty where it is not there.
    pub fn text(&self, name: &str) -> &str {
        self.0.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    /// The values of `name[0]`, `name[1]` …
    pub fn values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let inside = move |known: &str| known.strip_prefix(name).is_some_and(|rest| rest.starts_with('['));
        self.0.iter().filter(move |(known, _)| inside(known)).map(|(_, value)| value.as_str())
    }

    /// Whether an object is wanted in whole.
    pub fn expands(&self, name: &str) -> bool {
        self.values("expand").any(|path| path.split('.').next() == Some(name))
    }

    /// `name[gte]` to `name[lte]`, in seconds.
    pub fn range(&self, name: &'static str) -> Result<RangeInclusive<i64>, Refused> {
        let end = |side: &str, open: i64| match self.text(&format!("{name}[{side}]")) {
            "" => Ok(open),
            at => at.parse().map_err(|_| Refused::Field(name)),
        };
        Ok(end("gte", i64::MIN)?..=end("lte", i64::MAX)?)
    }

    /// The page that `limit` and `starting_after` ask for, of objects in their order.
    pub fn page(&self, url: &str, all: Vec<Value>) -> Result<Value, Refused> {
        let limit = match self.text("limit") {
            "" => 10,
            limit => limit.parse().ok().filter(|limit| (1..=100).contains(limit)).ok_or(Refused::Field("limit"))?,
        };
        let after = self.text("starting_after");
        let first = match all.iter().position(|object| object["id"] == after) {
            Some(position) => position + 1,
            None if after.is_empty() => 0,
            None => return Err(Refused::Field("starting_after")),
        };
        let has_more = all.len() > first + limit;
        Ok(objects::list(url, all.into_iter().skip(first).take(limit).collect(), has_more))
    }
}
