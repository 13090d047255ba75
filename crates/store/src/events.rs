//! Events: facts that other rooms and the outside may want to know, appended in the command's own transaction.

use crate::conn::Conn;
use crate::each;
use crate::error::Error;
use crate::tx::Tx;
use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl};
use kernel::Timestamp;
use kernel::id::{EventId, OrganisationId};
use schema::events;
use schema::types::{At, JsonText};
use std::collections::HashMap;

/// An event about to be written.
#[derive(Debug)]
pub(crate) struct NewEvent {
    pub organisation: OrganisationId,
    pub id: EventId,
    pub kind: &'static str,
    pub subject: EventId,
    pub payload: String,
    pub at: Timestamp,
}

impl NewEvent {
    pub(crate) fn as_job_payload(&self) -> Result<String, Error> {
        let payload: serde_json::Value = serde_json::from_str(&self.payload)?;
        Ok(serde_json::json!({ "event": self.id, "subject": self.subject.uuid().to_string(), "data": payload })
            .to_string())
    }
}

pub(crate) fn insert(conn: &mut Conn, event: &NewEvent) -> Result<(), Error> {
    each!(conn, |c| diesel::insert_into(events::table)
        .values((
            events::organisation_id.eq(event.organisation),
            events::event_id.eq(event.id),
            events::kind.eq(event.kind),
            events::subject_id.eq(event.subject),
            events::payload.eq(JsonText(event.payload.clone())),
            events::created_at.eq(At(event.at)),
        ))
        .execute(c))?;
    Ok(())
}

/// Refuses what is about to be done to the thing of this id, or has nothing against it. Runs in the transaction that would do it.
pub type Objection = fn(&mut Tx<'_>, EventId) -> Result<(), Error>;

/// Which kinds of job want to know of which kinds of event, and which rooms may object to what those below them do; put together once
/// by the server.
#[derive(Debug, Default, Clone)]
pub struct Subscriptions {
    handlers: HashMap<&'static str, Vec<&'static str>>,
    objections: HashMap<&'static str, Vec<Objection>>,
}

impl Subscriptions {
    /// Jobs of kind `handler` are made for every event of kind `event`.
    pub fn add(&mut self, event: &'static str, handler: &'static str) {
        self.handlers.entry(event).or_default().push(handler);
    }

    /// A room that stands above whoever does `act` is asked before it is done: [`Tx::unopposed`].
    pub fn object(&mut self, act: &'static str, objection: Objection) {
        self.objections.entry(act).or_default().push(objection);
    }

    pub(crate) fn of(&self, event: &str) -> &[&'static str] {
        self.handlers.get(event).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn against(&self, act: &str) -> &[Objection] {
        self.objections.get(act).map_or(&[], Vec::as_slice)
    }
}

/// An event as the live streams see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    pub organisation: OrganisationId,
    pub id: EventId,
    pub kind: String,
    /// The id of what it happened to, its kind told by `kind`.
    pub subject: EventId,
    pub payload: String,
}

/// Events written at or after `since`, oldest first, at most 500. Late commits may appear behind later ones, so a follower asks
/// with some overlap and drops what it knows.
pub fn since(conn: &mut Conn, since: Timestamp) -> Result<Vec<Event>, Error> {
    let rows: Vec<(OrganisationId, EventId, String, EventId, JsonText)> = events::table
        .filter(events::created_at.ge(At(since)))
        .order(events::created_at.asc())
        .select((events::organisation_id, events::event_id, events::kind, events::subject_id, events::payload))
        .limit(500)
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|(organisation, id, kind, subject, payload)| Event { organisation, id, kind, subject, payload: payload.0 })
        .collect())
}
