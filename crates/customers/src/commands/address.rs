//! Addresses of a customer: added, changed, removed.

use crate::queries::{self, Address};
use crate::rules::address::{ADDRESSES_MAX, AddressData, Purpose};
use crate::store;
use crate::store::addresses::{self, Row};
use ::store::{Command, Error, Tx};
use kernel::id::{AddressId, CustomerId};
use kernel::{Permission, Refusal};
use schema::types::At;

/// Adds an address of a customer.
#[derive(Debug, Clone)]
pub struct AddAddress {
    pub customer: CustomerId,
    pub data: AddressData,
}

impl Command for AddAddress {
    const NAME: &'static str = "address.create";
    const PERMISSION: Permission = Permission::CustomerWrite;
    type Output = AddressId;

    fn run(&self, tx: &mut Tx<'_>) -> Result<AddressId, Error> {
        let organisation = tx.organisation();
        super::hold(tx, self.customer)?;
        if addresses::count(tx.conn, organisation, self.customer)? >= ADDRESSES_MAX {
            return Err(Refusal::conflict("too_many_addresses").with("max", ADDRESSES_MAX).into());
        }
        let id = add(tx, self.customer, &self.data)?;
        tell(tx, self.customer, id)?;
        Ok(id)
    }
}

/// Writes an address of a customer whose row is held, or was made in this transaction.
pub(super) fn add(tx: &mut Tx<'_>, customer: CustomerId, data: &AddressData) -> Result<AddressId, Error> {
    let id: AddressId = tx.new_id();
    only_billing(tx, customer, id, data.purpose)?;
    let mut row = Row {
        organisation_id: tx.organisation(),
        address_id: id,
        customer_id: customer,
        purpose: String::new(),
        lines: String::new(),
        city: String::new(),
        region: None,
        postal_code: None,
        country: String::new(),
        created_at: At(tx.now()),
        version: 1,
    };
    fill(&mut row, data);
    addresses::insert(tx.conn, &row)?;
    Ok(id)
}

/// Changes an address.
#[derive(Debug, Clone)]
pub struct ChangeAddress<C = fn(Address) -> Result<AddressData, Refusal>> {
    pub customer: CustomerId,
    pub id: AddressId,
    /// The version that the change was made on; `None` takes whatever is there.
    pub version: Option<i64>,
    /// What becomes of the address as this transaction finds it.
    pub change: C,
}

impl<C> Command for ChangeAddress<C>
where
    C: Fn(Address) -> Result<AddressData, Refusal> + Send + 'static,
{
    const NAME: &'static str = "address.update";
    const PERMISSION: Permission = Permission::CustomerWrite;
    type Output = AddressId;

    fn run(&self, tx: &mut Tx<'_>) -> Result<AddressId, Error> {
        let mut row = held(tx, self.customer, self.id)?;
        if self.version.is_some_and(|version| version != row.version) {
            return Err(Refusal::conflict("stale_form").into());
        }
        let data = (self.change)(queries::read_address(row.clone())?)?;
        only_billing(tx, self.customer, self.id, data.purpose)?;
        fill(&mut row, &data);
        if !addresses::update(tx.conn, &row)? {
            return Err(Refusal::conflict("stale_form").into());
        }
        tell(tx, self.customer, self.id)?;
        Ok(self.id)
    }
}

/// Forgets an address; documents that were issued keep theirs.
#[derive(Debug, Clone)]
pub struct RemoveAddress {
    pub customer: CustomerId,
    pub id: AddressId,
}

impl Command for RemoveAddress {
    const NAME: &'static str = "address.delete";
    const PERMISSION: Permission = Permission::CustomerWrite;
    type Output = ();

    fn run(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        held(tx, self.customer, self.id)?;
        let organisation = tx.organisation();
        addresses::delete(tx.conn, organisation, self.id)?;
        tell(tx, self.customer, self.id)
    }
}

/// The address, while its customer's row is held.
fn held(tx: &mut Tx<'_>, customer: CustomerId, id: AddressId) -> Result<Row, Error> {
    let scope = tx.context().scope();
    if store::lock(tx.conn, scope.organisation(), customer)?.is_none() {
        return Err(Refusal::not_found("address_not_found").into());
    }
    let row = addresses::find(tx.conn, &scope, customer, id)?;
    row.ok_or_else(|| Refusal::not_found("address_not_found").into())
}

/// Refuses a second billing address: documents must not have to choose.
fn only_billing(tx: &mut Tx<'_>, customer: CustomerId, id: AddressId, purpose: Purpose) -> Result<(), Error> {
    let organisation = tx.organisation();
    if purpose != Purpose::Billing {
        return Ok(());
    }
    match addresses::first(tx.conn, organisation, customer, purpose.name())? {
        Some(other) if other.address_id != id => Err(Refusal::conflict("billing_address_exists").into()),
        _ => Ok(()),
    }
}

fn fill(row: &mut Row, data: &AddressData) {
    data.purpose.name().clone_into(&mut row.purpose);
    row.lines = data.lines.join("\n");
    row.city.clone_from(&data.city);
    row.region.clone_from(&data.region);
    row.postal_code.clone_from(&data.postal_code);
    row.country.clone_from(&data.country);
}

fn tell(tx: &mut Tx<'_>, customer: CustomerId, address: AddressId) -> Result<(), Error> {
    tx.audit(customer, &serde_json::json!({ "address": address }))?;
    tx.emit("customer.updated", customer, &serde_json::json!({}))
}
