//! Addresses of lists that people keep for themselves under a name.

use super::{OWN_ACCOUNT, oneself};
use crate::rules::saved_view::has_room;
use crate::store::saved_views::{self, Row};
use crate::store::users;
use ::store::{Command, Error, Tx};
use kernel::{Permission, Refusal};
use schema::types::At;
use web::view::List;

/// Keeps a list's address for the actor; one of the same name is replaced.
#[derive(Debug, Clone)]
pub struct SaveView {
    pub list: List,
    /// From [`crate::rules::saved_view::check`].
    pub name: String,
    /// In the form of [`web::view::lasting`].
    pub query: String,
}

impl Command for SaveView {
    const NAME: &'static str = "view.save";
    const PERMISSION: Permission = OWN_ACCOUNT;
    type Output = ();

    fn run(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        let (organisation, user) = (tx.organisation(), oneself(tx)?);
        // Held so that two forms at once count each other's view.
        users::lock(tx.conn, organisation, user)?.ok_or_else(|| Refusal::not_found("user_not_found"))?;
        let held = saved_views::of(tx.conn, organisation, user, self.list.name())?;
        has_room(held.iter().map(|row| row.name.as_str()), &self.name)?;
        let row = Row {
            organisation_id: organisation,
            user_id: user,
            list: self.list.name().to_owned(),
            name: self.name.clone(),
            query: self.query.clone(),
            created_at: At(tx.now()),
        };
        if held.iter().any(|own| own.name == self.name) {
            saved_views::replace(tx.conn, &row)?;
        } else {
            saved_views::insert(tx.conn, &row)?;
        }
        // A name may say whom the view is about; the trail says which list.
        tx.audit(user, &serde_json::json!({ "list": self.list.name() }))
    }
}

/// Removes one of the actor's views; one that is gone already is no fault.
#[derive(Debug, Clone)]
pub struct RemoveView {
    pub list: List,
    pub name: String,
}

impl Command for RemoveView {
    const NAME: &'static str = "view.remove";
    const PERMISSION: Permission = OWN_ACCOUNT;
    type Output = ();

    fn run(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        let (organisation, user) = (tx.organisation(), oneself(tx)?);
        let removed = saved_views::remove(tx.conn, organisation, user, self.list.name(), &self.name)?;
        tx.audit(user, &serde_json::json!({ "list": self.list.name(), "removed": removed }))
    }
}
