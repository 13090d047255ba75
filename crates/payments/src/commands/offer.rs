//! What a company says of a way to pay.

use crate::rules::offer::Terms;
use crate::rules::payment::Method;
use crate::store::{self, OfferRow};
use ::store::{Command, Error, Tx};
use kernel::id::GatewayConnectionId;
use kernel::{Currency, Permission, Refusal};
use schema::types::Exact;

/// Says whether and how a method is offered in a currency at a connection, in place of what was said before.
///
/// Refuses `connection_not_found`.
#[derive(Debug, Clone)]
pub struct SetOffer {
    pub connection: GatewayConnectionId,
    pub method: Method,
    pub currency: Currency,
    /// Amounts are in the currency.
    pub terms: Terms,
}

impl Command for SetOffer {
    const NAME: &'static str = "gateway.offer";
    const PERMISSION: Permission = Permission::GatewayManage;
    type Output = ();

    fn run(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        let organisation = tx.organisation();
        let connection = store::connection(tx.conn, self.connection)?;
        if connection.is_none_or(|row| row.organisation_id != organisation) {
            return Err(Refusal::not_found("connection_not_found").into());
        }
        let terms = &self.terms;
        let row = OfferRow {
            organisation_id: organisation,
            connection_id: self.connection,
            method: self.method.name().to_owned(),
            currency: self.currency,
            offered: terms.offered,
            least_minor: terms.least.map(kernel::Money::minor),
            most_minor: terms.most.map(kernel::Money::minor),
            fee_percent: Exact(terms.fee.percent.value()),
            fee_fixed_minor: terms.fee.fixed.minor(),
            priority: terms.priority,
        };
        store::put_offer(tx.conn, &row)?;
        let said = |bound: Option<kernel::Money>| bound.map(|bound| bound.to_string());
        let details = serde_json::json!({
            "method": row.method, "currency": self.currency.code(), "offered": terms.offered,
            "least": said(terms.least), "most": said(terms.most), "fee_percent": terms.fee.percent.to_string(),
            "fee_fixed": terms.fee.fixed.to_string(), "priority": terms.priority,
        });
        tx.audit(self.connection, &details)
    }
}
