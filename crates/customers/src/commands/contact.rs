//! People at a customer: added, changed, removed.

use crate::queries::{self, Contact};
use crate::rules::contact::{CONTACTS_MAX, ContactData};
use crate::store;
use crate::store::contacts::{self, Row};
use ::store::{Command, Error, Tx};
use kernel::id::{ContactId, CustomerId};
use kernel::{Permission, Refusal};
use schema::types::At;

/// Adds a contact of a customer.
#[derive(Debug, Clone)]
pub struct AddContact {
    pub customer: CustomerId,
    pub data: ContactData,
}

impl Command for AddContact {
    const NAME: &'static str = "contact.create";
    const PERMISSION: Permission = Permission::CustomerWrite;
    type Output = ContactId;

    fn run(&self, tx: &mut Tx<'_>) -> Result<ContactId, Error> {
        let organisation = tx.organisation();
        super::hold(tx, self.customer)?;
        if contacts::count(tx.conn, organisation, self.customer)? >= CONTACTS_MAX {
            return Err(Refusal::conflict("too_many_contacts").with("max", CONTACTS_MAX).into());
        }
        let id: ContactId = tx.new_id();
        let mut row = Row {
            organisation_id: organisation,
            contact_id: id,
            customer_id: self.customer,
            name: String::new(),
            position: None,
            email_sealed: None,
            phone_sealed: None,
            created_at: At(tx.now()),
            version: 1,
        };
        fill(tx, &mut row, &self.data)?;
        contacts::insert(tx.conn, &row)?;
        tell(tx, self.customer, id)?;
        Ok(id)
    }
}

/// Changes a contact's data.
#[derive(Debug, Clone)]
pub struct ChangeContact<C = fn(Contact) -> Result<ContactData, Refusal>> {
    pub customer: CustomerId,
    pub id: ContactId,
    /// The version that the change was made on; `None` takes whatever is there.
    pub version: Option<i64>,
    /// What becomes of the contact as this transaction finds it.
    pub change: C,
}

impl<C> Command for ChangeContact<C>
where
    C: Fn(Contact) -> Result<ContactData, Refusal> + Send + 'static,
{
    const NAME: &'static str = "contact.update";
    const PERMISSION: Permission = Permission::CustomerWrite;
    type Output = ContactId;

    fn run(&self, tx: &mut Tx<'_>) -> Result<ContactId, Error> {
        let mut row = held(tx, self.customer, self.id)?;
        if self.version.is_some_and(|version| version != row.version) {
            return Err(Refusal::conflict("stale_form").into());
        }
        let vault = tx.vault().clone();
        let data = (self.change)(queries::opened_contact(tx.conn, &vault, row.clone())?)?;
        fill(tx, &mut row, &data)?;
        if !contacts::update(tx.conn, &row)? {
            return Err(Refusal::conflict("stale_form").into());
        }
        tell(tx, self.customer, self.id)?;
        Ok(self.id)
    }
}

/// Forgets a contact.
#[derive(Debug, Clone)]
pub struct RemoveContact {
    pub customer: CustomerId,
    pub id: ContactId,
}

impl Command for RemoveContact {
    const NAME: &'static str = "contact.delete";
    const PERMISSION: Permission = Permission::CustomerWrite;
    type Output = ();

    fn run(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        held(tx, self.customer, self.id)?;
        let organisation = tx.organisation();
        contacts::delete(tx.conn, organisation, self.id)?;
        tell(tx, self.customer, self.id)
    }
}

/// The contact, while its customer's row is held.
fn held(tx: &mut Tx<'_>, customer: CustomerId, id: ContactId) -> Result<Row, Error> {
    let scope = tx.context().scope();
    if store::lock(tx.conn, scope.organisation(), customer)?.is_none() {
        return Err(Refusal::not_found("contact_not_found").into());
    }
    let row = contacts::find(tx.conn, &scope, customer, id)?;
    row.ok_or_else(|| Refusal::not_found("contact_not_found").into())
}

/// Writes checked data into a row, sealing what is personal under the customer's key.
fn fill(tx: &mut Tx<'_>, row: &mut Row, data: &ContactData) -> Result<(), Error> {
    let customer = row.customer_id;
    let mut seal =
        |purpose: &str, plain: Option<&String>| plain.map(|text| tx.seal(customer, purpose, text)).transpose();
    row.email_sealed = seal("contact_email", data.email.as_ref())?;
    row.phone_sealed = seal("contact_phone", data.phone.as_ref())?;
    row.name.clone_from(&data.name);
    row.position.clone_from(&data.position);
    Ok(())
}

fn tell(tx: &mut Tx<'_>, customer: CustomerId, contact: ContactId) -> Result<(), Error> {
    tx.audit(customer, &serde_json::json!({ "contact": contact }))?;
    tx.emit("customer.updated", customer, &serde_json::json!({}))
}
