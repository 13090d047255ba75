//! Lines that wait are compared again by themselves, once something was posted.
//!
//! What was seen last is kept in the process alone: where several serve one database each compares, and finds nothing left to change.

use crate::renew::renew_account;
use crate::store;
use ::store::{App, Error};
use kernel::id::{EntryId, OrganisationId};
use kernel::{Actor, Context, Locale, Source};
use std::collections::HashMap;

/// The newest entry of each organisation when its lines were compared last.
#[derive(Debug, Default)]
pub struct Watch(HashMap<OrganisationId, EntryId>);

impl Watch {
    /// Compares what waits on each account of an organisation, where an entry was posted since this was called last; says of how many
    /// lines something else is proposed now. Blocks: call it off the async threads.
    pub fn renew(&mut self, app: &App, organisation: OrganisationId) -> Result<usize, Error> {
        let (newest, accounts) = app.db().read_now(move |conn| {
            let newest = store::newest_entry(conn, organisation)?;
            Ok::<_, Error>((newest, store::accounts_that_wait(conn, organisation)?))
        })?;
        let Some(newest) = newest.filter(|newest| self.0.get(&organisation) != Some(newest)) else { return Ok(0) };
        let mut changed = 0;
        for (account, currency) in accounts {
            let context = Context {
                organisation,
                actor: Actor::System { task: "reconciliation" },
                now: app.now(),
                seed: app.seed()?,
                locale: Locale::En,
                source: Source { address: "job".into(), agent: String::new() },
                confirmed_at: None,
            };
            changed += renew_account(app, &context, (&account, currency))?.changed;
        }
        self.0.insert(organisation, newest);
        Ok(changed)
    }
}
