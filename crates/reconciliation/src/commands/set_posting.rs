//! The organisation chooses from where on what is proposed is posted by itself.

use crate::posting::{POST_FROM, POST_FROM_LEAST, POST_NOTHING};
use crate::store::{self, SettingsRow};
use ::store::{Command, Error, Tx};
use kernel::{Permission, Refusal};
use schema::types::At;

/// Sets it for the files to come. A file may say otherwise, and two answers that tie are never posted by themselves.
///
/// Refuses `too_small` and `too_large` at `/post_from`, and `stale_form` where another version stands than the one that was seen.
#[derive(Debug, Clone, Copy)]
pub struct SetPosting {
    /// In thousandths, from 950; 1001 posts nothing.
    pub from: u16,
    /// The version that was looked at; `None` takes whatever stands.
    pub version: Option<i64>,
}

impl Command for SetPosting {
    const NAME: &'static str = "statement.set_posting";
    const PERMISSION: Permission = Permission::StatementRules;
    type Output = ();

    fn run(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        if self.from < POST_FROM_LEAST {
            return Err(Refusal::field("/post_from", "post_from_too_small").into());
        }
        if self.from > POST_NOTHING {
            return Err(Refusal::field("/post_from", "post_from_too_large").into());
        }
        let organisation = tx.organisation();
        let before = store::lock_settings(tx.conn, organisation)?;
        let version = before.as_ref().map_or(0, |row| row.version);
        if self.version.is_some_and(|seen| seen != version) {
            return Err(Refusal::conflict("stale_form").into());
        }
        let row = SettingsRow {
            organisation_id: organisation,
            post_from: i32::from(self.from),
            written_by: tx.context().actor.name(),
            written_at: At(tx.now()),
            version: version + 1,
        };
        match &before {
            Some(_) => store::update_settings(tx.conn, &row)?,
            None => store::insert_settings(tx.conn, &row)?,
        }
        let was = before.map_or(i32::from(POST_FROM), |row| row.post_from);
        tx.audit(organisation, &serde_json::json!({ "post_from": self.from, "was": was }))
    }
}
