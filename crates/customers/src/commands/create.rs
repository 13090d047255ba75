//! A new customer.

use super::address;
use crate::rules::address::AddressData;
use crate::rules::customer::CustomerData;
use crate::store::{self, Row};
use ::store::{Command, Error, Tx};
use kernel::Permission;
use kernel::id::CustomerId;
use schema::types::At;

/// Takes up a customer.
#[derive(Debug, Clone)]
pub struct CreateCustomer {
    pub data: CustomerData,
    /// Where its documents go, where that is known already.
    pub address: Option<AddressData>,
}

impl Command for CreateCustomer {
    const NAME: &'static str = "customer.create";
    const PERMISSION: Permission = Permission::CustomerWrite;
    type Output = CustomerId;

    fn run(&self, tx: &mut Tx<'_>) -> Result<CustomerId, Error> {
        let id = take_up(tx, &self.data, self.address.as_ref())?;
        let data = serde_json::json!({ "currency": self.data.currency, "terms_days": self.data.payment_terms_days });
        tx.audit(id, &data)?;
        Ok(id)
    }
}

/// Writes a customer and its address, and tells of it; the caller leaves the line in the audit trail.
pub fn take_up(tx: &mut Tx<'_>, data: &CustomerData, address: Option<&AddressData>) -> Result<CustomerId, Error> {
    let id: CustomerId = tx.new_id();
    let mut row = Row {
        organisation_id: tx.organisation(),
        customer_id: id,
        kind: String::new(),
        name: String::new(),
        country: String::new(),
        currency: data.currency,
        locale: String::new(),
        tax_number: None,
        tax_number_sealed: None,
        email_sealed: None,
        phone_sealed: None,
        payment_terms_days: 0,
        credit_limit_minor: None,
        archived: false,
        created_at: At(tx.now()),
        version: 1,
    };
    super::fill(tx, &mut row, data)?;
    store::insert(tx.conn, &row)?;
    if let Some(address) = address {
        address::add(tx, id, address)?;
    }
    tx.emit("customer.created", id, &serde_json::json!({}))?;
    Ok(id)
}
