//! A new customer.

use crate::rules::customer::CustomerData;
use crate::store::{self, Row};
use ::store::{Command, Error, Tx};
use kernel::Permission;
use kernel::id::CustomerId;
use schema::types::At;

/// Takes up a customer.
#[derive(Debug, Clone)]
pub struct CreateCustomer(pub CustomerData);

impl Command for CreateCustomer {
    const NAME: &'static str = "customer.create";
    const PERMISSION: Permission = Permission::CustomerWrite;
    type Output = CustomerId;

    fn run(&self, tx: &mut Tx<'_>) -> Result<CustomerId, Error> {
        let id: CustomerId = tx.new_id();
        let mut row = Row {
            organisation_id: tx.organisation(),
            customer_id: id,
            kind: String::new(),
            name: String::new(),
            country: String::new(),
            currency: self.0.currency,
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
        super::fill(tx, &mut row, &self.0)?;
        store::insert(tx.conn, &row)?;
        tx.audit(id, &serde_json::json!({ "currency": row.currency, "terms_days": row.payment_terms_days }))?;
        tx.emit("customer.created", id, &serde_json::json!({}))?;
        Ok(id)
    }
}
