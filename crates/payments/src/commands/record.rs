//! A payment somebody saw: cash, a cheque, a bank transfer, a slip of the card terminal.

use super::holds_money;
use super::take_in::{Incoming, Recorded, take_in};
use crate::rules::input::Part;
use crate::rules::payment::{Method, RecordDecision, may_record};
use ::store::{Command, Error, Tx};
use kernel::id::CustomerId;
use kernel::{Date, Money, Permission, Refusal};

/// Records a payment and sets it against the invoices that were named; the rest is the customer's credit.
#[derive(Debug, Clone)]
pub struct RecordPayment {
    pub customer: CustomerId,
    pub method: Method,
    pub amount: Money,
    /// In the organisation's zone; not after today.
    pub received_on: Date,
    pub reference: Option<String>,
    /// Code of the account the money is on, where it is not the usual one of the method.
    pub account: Option<String>,
    pub allocations: Vec<Part>,
}

impl Command for RecordPayment {
    const NAME: &'static str = "payment.record";
    const PERMISSION: Permission = Permission::PaymentRecord;
    type Output = Recorded;

    fn run(&self, tx: &mut Tx<'_>) -> Result<Recorded, Error> {
        let today = tx.today()?;
        match may_record(self.amount, self.received_on, today) {
            RecordDecision::Allowed => {}
            RecordDecision::NotPositive => return Err(Refusal::field("/amount/amount", "not_positive").into()),
            RecordDecision::InTheFuture => return Err(Refusal::field("/received_on", "in_the_future").into()),
        }
        // Looked up for old days alone: nearly every payment is of this month, which the books have.
        if self.received_on < today.first_of_month() && self.received_on < ledger::began(tx)? {
            return Err(Refusal::field("/received_on", "before_the_books").into());
        }
        customers::queries::terms(tx, self.customer)?;
        if let Some(code) = &self.account {
            let chart = ledger::chart(tx)?;
            let fits = self.method != Method::Cheque || code == chart.code(self.method.received_on_account());
            if !fits {
                return Err(Refusal::field("/account", "account_holds_no_money").into());
            }
            holds_money(tx, code)?;
        }
        take_in(
            tx,
            Incoming {
                customer: self.customer,
                method: self.method,
                amount: self.amount,
                received_on: self.received_on,
                reference: self.reference.as_deref(),
                into: self.method.received_on_account(),
                account: self.account.as_deref(),
                allocations: &self.allocations,
                checkout: None,
            },
        )
    }
}
