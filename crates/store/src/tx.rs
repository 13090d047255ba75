//! What a command sees: the open transaction, who asks and when, and the ways to leave a trace.

use crate::books::Books;
use crate::conn::Conn;
use crate::door::Authorizer;
use crate::error::Error;
use crate::vault::Vault;
use crate::{audit, events, jobs};
use kernel::id::{Id, OrganisationId};
use kernel::{Actor, Context, Date, Ids, Permission, Refusal, RefusalKind, Timestamp};
use serde::Serialize;
use std::sync::Arc;

/// An open write transaction with its context. Made by the door only.
pub struct Tx<'a> {
    /// The connection; row types and SQL stay in the slices' `store.rs`.
    pub conn: &'a mut Conn,
    context: &'a Context,
    house: &'a House,
    ids: Ids,
    trail: Vec<audit::Trace>,
}

/// What all transactions of a process share.
pub(crate) struct House {
    pub authorizer: Arc<dyn Authorizer>,
    pub vault: Vault,
    pub subscriptions: events::Subscriptions,
    pub books: crate::books::Cache,
}

impl House {
    pub fn authorise(&self, actor: &Actor, permission: Permission) -> Result<(), Error> {
        if self.authorizer.permits(actor, permission) {
            return Ok(());
        }
        Err(Refusal::new(RefusalKind::Forbidden, "forbidden").with("permission", permission.name()).into())
    }
}

impl<'a> Tx<'a> {
    pub(crate) fn new(conn: &'a mut Conn, context: &'a Context, house: &'a House) -> Tx<'a> {
        Tx { conn, context, house, ids: context.ids(), trail: Vec::new() }
    }

    pub fn context(&self) -> &Context {
        self.context
    }

    pub fn organisation(&self) -> OrganisationId {
        self.context.organisation
    }

    /// The instant of the command, the same throughout.
    pub fn now(&self) -> Timestamp {
        self.context.now
    }

    /// The business date: today in the organisation's time zone.
    pub fn today(&mut self) -> Result<Date, Error> {
        Ok(self.books()?.date_of(self.context.now))
    }

    /// The organisation's unchanging facts: functional currency, time zone, chart.
    pub fn books(&mut self) -> Result<Arc<Books>, Error> {
        self.house.books.get(self.conn, self.context.organisation)
    }

    /// Refuses what the actor may not do, where that hangs on what the command finds.
    pub fn authorise(&self, permission: Permission) -> Result<(), Error> {
        self.house.authorise(&self.context.actor, permission)
    }

    /// A new id; the same sequence when the command runs again.
    pub fn new_id<K>(&mut self) -> Id<K> {
        self.ids.draw()
    }

    /// Random bytes for tokens and salts.
    pub fn random<const N: usize>(&mut self) -> [u8; N] {
        self.ids.random()
    }

    /// Seals and opens personal data and secrets.
    pub fn vault(&self) -> &Vault {
        &self.house.vault
    }

    /// Seals text or bytes under the subject's own key, making the key at first use. `purpose` names the field.
    pub fn seal<K: kernel::id::Kind>(
        &mut self,
        subject: Id<K>,
        purpose: &str,
        plain: impl AsRef<[u8]>,
    ) -> Result<Vec<u8>, Error> {
        let organisation = self.context.organisation;
        let nonce = self.ids.random();
        let fresh_key = self.ids.random();
        let key =
            self.house.vault.key_or_new(self.conn, organisation, subject.retyped(), self.context.now, fresh_key)?;
        self.house.vault.seal(&key, organisation, subject.retyped(), purpose, nonce, plain.as_ref())
    }

    /// Leaves a line in the audit trail: what was done to which thing. Every command leaves at least one; `details` holds
    /// what a reader of the trail needs (numbers, amounts, states), never personal data or secrets.
    pub fn audit<K: kernel::id::Kind>(&mut self, subject: Id<K>, details: &impl Serialize) -> Result<(), Error> {
        let trace = audit::Trace {
            subject_kind: K::PREFIX,
            subject_id: subject.retyped(),
            details: serde_json::to_string(details)?,
            salt: self.ids.random(),
        };
        self.trail.push(trace);
        Ok(())
    }

    /// Tells the rest of the house that something happened. Written in this transaction; subscribers get it after the
    /// commit, at least once.
    pub fn emit<K: kernel::id::Kind>(
        &mut self,
        kind: &'static str,
        subject: Id<K>,
        payload: &impl Serialize,
    ) -> Result<(), Error> {
        let event = events::NewEvent {
            organisation: self.context.organisation,
            id: self.ids.draw(),
            kind,
            subject: subject.retyped(),
            payload: serde_json::to_string(payload)?,
            at: self.context.now,
        };
        events::insert(self.conn, &event)?;
        for handler in self.house.subscriptions.of(kind) {
            let id = self.ids.draw();
            jobs::insert(
                self.conn,
                self.context.organisation,
                id,
                handler,
                &event.as_job_payload()?,
                event.at,
                event.at,
            )?;
        }
        Ok(())
    }

    /// Asks the rooms above whether they have anything against `act` being done to `subject`; what they know of it is theirs alone.
    /// Their refusal is the command's.
    pub fn unopposed<K: kernel::id::Kind>(&mut self, act: &str, subject: Id<K>) -> Result<(), Error> {
        let house = self.house;
        house.subscriptions.against(act).iter().try_for_each(|objects| objects(self, subject.retyped()))
    }

    /// Puts a piece of work in the queue, to be done at `run_at` or soon after, at least once.
    pub fn enqueue(&mut self, kind: &str, payload: &impl Serialize, run_at: Timestamp) -> Result<(), Error> {
        let id = self.ids.draw();
        let payload = serde_json::to_string(payload)?;
        jobs::insert(self.conn, self.context.organisation, id, kind, &payload, run_at, self.context.now)
    }

    pub(crate) fn finish(&mut self, command: &'static str, after: &[u8]) -> Result<(), Error> {
        if self.trail.is_empty() {
            // A command without a subject (a settings change) is traced to the organisation itself.
            let organisation = self.context.organisation;
            self.audit(organisation, &serde_json::json!({}))?;
        }
        let trail = std::mem::take(&mut self.trail);
        audit::insert(self.conn, &self.house.vault, self.context, &mut self.ids, command, &trail, after)
    }
}
