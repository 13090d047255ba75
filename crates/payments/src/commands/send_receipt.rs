//! The receipt of a payment goes out by mail.

use super::{locked, status_of};
use crate::rules::payment::PaymentStatus;
use ::notifications::{MailOrder, Purpose};
use ::store::{Command, Error, Tx};
use kernel::id::{MailId, PaymentId};
use kernel::{Permission, Refusal};

/// Has the receipt of a payment sent; the PDF is made when the mail goes out, and is the one that can be downloaded.
#[derive(Debug, Clone)]
pub struct SendReceipt {
    pub payment: PaymentId,
    /// Another address than the customer's; staff alone may name one.
    pub to: Option<String>,
    /// Only where no receipt of this payment was asked for before; the house's own way.
    pub first_only: bool,
}

impl Command for SendReceipt {
    const NAME: &'static str = "payment.send_receipt";
    const PERMISSION: Permission = Permission::ReceiptSend;
    type Output = MailId;

    fn run(&self, tx: &mut Tx<'_>) -> Result<MailId, Error> {
        let (scope, id) = (tx.context().scope(), self.payment);
        let payment = crate::store::payment(tx.conn, &scope, id)?.ok_or_else(super::not_found)?;
        // The customer first, as in every transaction that touches what is theirs.
        customers::queries::lock(tx, payment.customer_id)?;
        let payment = locked(tx, id)?;
        if status_of(&payment)? != PaymentStatus::Succeeded {
            return Err(Refusal::conflict("receipt_needs_success").into());
        }
        let before =
            if self.first_only { ::notifications::was_ordered(tx, Purpose::Receipt, id.retyped())? } else { None };
        if let Some(mail) = before {
            return Ok(mail);
        }
        let customer = payment.customer_id;
        let order = MailOrder { purpose: Purpose::Receipt, about: id.retyped(), customer, to: self.to.as_deref() };
        let mail = ::notifications::order(tx, &order)?;
        tx.audit(id, &serde_json::json!({ "mail": mail, "elsewhere": self.to.is_some() }))?;
        Ok(mail)
    }
}
