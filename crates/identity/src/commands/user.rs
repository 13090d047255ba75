//! Users: taken up, changed, given a new password.

use super::{beyond_own_rights, mail_hash};
use crate::rules::access::{self, keeps_an_owner, may_grant};
use crate::rules::user::UserData;
use crate::store::users::{self, Row};
use crate::store::{organisations, sessions};
use ::store::{Command, Error, Tx};
use kernel::id::UserId;
use kernel::{Permission, Refusal, Role};
use schema::types::At;

/// Somebody to take up.
#[derive(Debug, Clone)]
pub struct NewUser {
    pub data: UserData,
    /// PHC form, from [`crate::password`]; without one the user cannot sign in yet.
    pub password_hash: Option<String>,
}

/// Takes up a user: refuses roles that do not go together or that the actor does not have, a mail that is taken here, and
/// a customer that does not exist.
pub fn create_user(tx: &mut Tx<'_>, new: &NewUser) -> Result<UserId, Error> {
    let (organisation, data) = (tx.organisation(), &new.data);
    if access::check_roles(&data.roles, data.customer).is_err() {
        return Err(Refusal::field("/roles", "role_mixed").into());
    }
    if !may_grant(&tx.context().actor, &data.roles) {
        return Err(beyond_own_rights());
    }
    if let Some(customer) = data.customer
        && users::customer_name(tx.conn, organisation, customer)?.is_none()
    {
        return Err(Refusal::field("/customer", "not_found").into());
    }
    let id: UserId = tx.new_id();
    let email_hash = mail_hash(tx.vault(), &data.email);
    if users::mail_is_taken(tx.conn, organisation, &email_hash, id)? {
        return Err(Refusal::field("/email", "already_exists").into());
    }
    let row = Row {
        organisation_id: organisation,
        user_id: id,
        customer_id: data.customer,
        name: data.name.clone(),
        email_hash: email_hash.to_vec(),
        email_sealed: tx.seal(id, "email", &data.email)?,
        password_hash: new.password_hash.clone(),
        locale: data.locale.tag().to_owned(),
        active: true,
        created_at: At(tx.now()),
        version: 1,
    };
    users::insert(tx.conn, &row, &data.roles)?;
    tx.audit(id, &serde_json::json!({ "roles": names(&data.roles), "customer": data.customer }))?;
    tx.emit("user.created", id, &serde_json::json!({}))?;
    Ok(id)
}

/// Takes up a user.
#[derive(Debug, Clone)]
pub struct CreateUser(pub NewUser);

impl Command for CreateUser {
    const NAME: &'static str = "user.create";
    const PERMISSION: Permission = Permission::UserManage;
    type Output = UserId;

    fn run(&self, tx: &mut Tx<'_>) -> Result<UserId, Error> {
        create_user(tx, &self.0)
    }
}

/// Replaces a user's data, or deactivates. Another set of roles, or none any more, ends every session of theirs.
#[derive(Debug, Clone)]
pub struct UpdateUser {
    pub id: UserId,
    /// The version that the change was made on; `None` takes whatever is there.
    pub version: Option<i64>,
    pub data: UserData,
    pub active: bool,
}

impl Command for UpdateUser {
    const NAME: &'static str = "user.update";
    const PERMISSION: Permission = Permission::UserManage;
    type Output = UserId;

    fn run(&self, tx: &mut Tx<'_>) -> Result<UserId, Error> {
        let (organisation, data) = (tx.organisation(), &self.data);
        // Held before the user's row: of two owners who leave at the same time, the second sees that the first is gone.
        organisations::lock(tx.conn, organisation)?;
        let (mut row, roles) = locked(tx, self.id)?;
        if self.version.is_some_and(|version| version != row.version) {
            return Err(Refusal::conflict("stale_form").into());
        }
        if data.customer != row.customer_id {
            return Err(Refusal::field("/customer", "user_customer_fixed").into());
        }
        if access::check_roles(&data.roles, data.customer).is_err() {
            return Err(Refusal::field("/roles", "role_mixed").into());
        }
        if !may_grant(&tx.context().actor, &data.roles) {
            return Err(beyond_own_rights());
        }
        let owners = users::active_owners(tx.conn, organisation)?;
        let stays = self.active && data.roles.contains(&Role::Owner);
        if owners.contains(&self.id) && !keeps_an_owner(&owners, self.id, stays) {
            return Err(Refusal::conflict("last_owner").into());
        }
        let email_hash = mail_hash(tx.vault(), &data.email);
        if users::mail_is_taken(tx.conn, organisation, &email_hash, self.id)? {
            return Err(Refusal::field("/email", "already_exists").into());
        }
        let signs_out = roles != data.roles || (row.active && !self.active);
        row.name.clone_from(&data.name);
        row.email_hash = email_hash.to_vec();
        row.email_sealed = tx.seal(self.id, "email", &data.email)?;
        row.locale = data.locale.tag().to_owned();
        row.active = self.active;
        save(tx, &row)?;
        if roles != data.roles {
            users::replace_roles(tx.conn, organisation, self.id, &data.roles)?;
        }
        if signs_out {
            sessions::end_all(tx.conn, organisation, self.id)?;
        }
        let before = names(&roles);
        tx.audit(
            self.id,
            &serde_json::json!({ "roles_before": before, "roles": names(&data.roles), "active": self.active }),
        )?;
        tx.emit("user.updated", self.id, &serde_json::json!({}))?;
        Ok(self.id)
    }
}

/// Gives a user another password and signs them out everywhere.
#[derive(Debug, Clone)]
pub struct ResetPassword {
    pub id: UserId,
    /// PHC form, from [`crate::password`].
    pub password_hash: String,
}

impl Command for ResetPassword {
    const NAME: &'static str = "user.reset_password";
    const PERMISSION: Permission = Permission::UserManage;
    type Output = UserId;

    fn run(&self, tx: &mut Tx<'_>) -> Result<UserId, Error> {
        let organisation = tx.organisation();
        let (mut row, _) = locked(tx, self.id)?;
        row.password_hash = Some(self.password_hash.clone());
        save(tx, &row)?;
        let ended = sessions::end_all(tx.conn, organisation, self.id)?;
        tx.audit(self.id, &serde_json::json!({ "sessions_ended": ended }))?;
        tx.emit("user.updated", self.id, &serde_json::json!({}))?;
        Ok(self.id)
    }
}

/// Takes away the second factor of somebody who lost the telephone, and signs them out everywhere: it may be open there.
#[derive(Debug, Clone, Copy)]
pub struct RemoveFactorOf(pub UserId);

impl Command for RemoveFactorOf {
    const NAME: &'static str = "user.remove_second_factor";
    const PERMISSION: Permission = Permission::UserManage;
    type Output = ();

    fn run(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        let organisation = tx.organisation();
        locked(tx, self.0)?;
        super::second_factor::remove(tx, self.0)?;
        let ended = sessions::end_all(tx.conn, organisation, self.0)?;
        tx.audit(self.0, &serde_json::json!({ "sessions_ended": ended }))
    }
}

/// A user whom the actor may change: who could not give somebody's roles could otherwise take them over by a new mail or
/// password.
fn locked(tx: &mut Tx<'_>, id: UserId) -> Result<(Row, Vec<Role>), Error> {
    let organisation = tx.organisation();
    let row = users::lock(tx.conn, organisation, id)?.ok_or_else(|| Refusal::not_found("user_not_found"))?;
    let roles = users::roles(tx.conn, organisation, id)?;
    if !may_grant(&tx.context().actor, &roles) {
        return Err(beyond_own_rights());
    }
    Ok((row, roles))
}

fn save(tx: &mut Tx<'_>, row: &Row) -> Result<(), Error> {
    if users::update(tx.conn, row)? { Ok(()) } else { Err(Refusal::conflict("stale_form").into()) }
}

fn names(roles: &[Role]) -> Vec<&'static str> {
    roles.iter().map(|role| role.name()).collect()
}
