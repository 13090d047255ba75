//! Changes of a customer's data.

use crate::queries::{self, Customer};
use crate::rules::customer::CustomerData;
use crate::store;
use ::store::{Command, Error, Tx};
use kernel::id::CustomerId;
use kernel::{Permission, Refusal};

/// Changes a customer's data, or archives it.
#[derive(Debug, Clone)]
pub struct UpdateCustomer<C = fn(Customer) -> Result<(CustomerData, bool), Refusal>> {
    pub id: CustomerId,
    /// The version that the change was made on; `None` takes whatever is there.
    pub version: Option<i64>,
    /// What becomes of the customer as this transaction finds it: its data, and whether it is archived.
    pub change: C,
}

impl<C> Command for UpdateCustomer<C>
where
    C: Fn(Customer) -> Result<(CustomerData, bool), Refusal> + Send + 'static,
{
    const NAME: &'static str = "customer.update";
    const PERMISSION: Permission = Permission::CustomerWrite;
    type Output = CustomerId;

    fn run(&self, tx: &mut Tx<'_>) -> Result<CustomerId, Error> {
        let organisation = tx.organisation();
        let mut row =
            store::lock(tx.conn, organisation, self.id)?.ok_or_else(|| Refusal::not_found("customer_not_found"))?;
        if self.version.is_some_and(|version| version != row.version) {
            return Err(Refusal::conflict("stale_form").into());
        }
        let vault = tx.vault().clone();
        let (data, archived) = (self.change)(queries::opened(tx.conn, &vault, row.clone())?)?;
        if row.currency != data.currency && store::has_documents(tx.conn, organisation, self.id)? {
            return Err(Refusal::conflict("customer_currency_fixed").into());
        }
        let limit_before = row.credit_limit_minor;
        super::fill(tx, &mut row, &data)?;
        if row.credit_limit_minor != limit_before {
            // Whoever sells does not decide how much the buyer may owe.
            tx.authorise(Permission::CustomerLimit)?;
        }
        row.archived = archived;
        if !store::update(tx.conn, &row)? {
            return Err(Refusal::conflict("stale_form").into());
        }
        let limit = row.credit_limit_minor.map(|minor| kernel::Money::new(minor, row.currency).to_string());
        tx.audit(
            self.id,
            &serde_json::json!({ "version": row.version + 1, "archived": row.archived, "credit_limit": limit }),
        )?;
        tx.emit("customer.updated", self.id, &serde_json::json!({}))?;
        Ok(self.id)
    }
}
