//! What can be allowed. Which role may do what is written in the policies (`crates/policy`), not here.

use std::fmt;
use std::str::FromStr;

macro_rules! permissions {
    ($($(#[$doc:meta])* $variant:ident $name:literal;)*) => {
        /// One kind of action; the name is the Cedar action and the scope of an API key.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Permission { $($(#[$doc])* $variant),* }

        impl Permission {
            pub const ALL: &'static [Permission] = &[$(Permission::$variant),*];

            /// `invoice.issue`
            pub const fn name(self) -> &'static str {
                match self { $(Permission::$variant => $name),* }
            }
        }

        impl FromStr for Permission {
            type Err = UnknownPermission;
            fn from_str(name: &str) -> Result<Self, UnknownPermission> {
                match name { $($name => Ok(Permission::$variant),)* _ => Err(UnknownPermission) }
            }
        }
    };
}

/// No permission has this name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("unknown permission")]
pub struct UnknownPermission;

permissions! {
    ApiKeyManage "api_key.manage";
    AuditRead "audit.read";
    CatalogRead "catalog.read";
    CatalogWrite "catalog.write";
    /// Start, follow and end an online payment.
    CheckoutCreate "checkout.create";
    /// Change how much an existing customer may owe.
    CustomerLimit "customer.limit";
    CustomerRead "customer.read";
    CustomerWrite "customer.write";
    GatewayManage "gateway.manage";
    /// Bring in customers, items, balances from files.
    ImportRun "import.run";
    InvoiceCredit "invoice.credit";
    InvoiceIssue "invoice.issue";
    InvoiceRead "invoice.read";
    InvoiceSend "invoice.send";
    InvoiceVoid "invoice.void";
    InvoiceWriteOff "invoice.write_off";
    /// Write a journal entry by hand, or reverse one.
    LedgerPost "ledger.post";
    LedgerRead "ledger.read";
    OrderCancel "order.cancel";
    OrderCreate "order.create";
    OrderRead "order.read";
    /// Let an order on hold through.
    OrderRelease "order.release";
    OrderSubmit "order.submit";
    PaymentAllocate "payment.allocate";
    PaymentRead "payment.read";
    PaymentRecord "payment.record";
    PaymentRefund "payment.refund";
    PeriodClose "period.close";
    /// Have the receipt of a payment sent by mail.
    ReceiptSend "receipt.send";
    ReportRead "report.read";
    SettingsRead "settings.read";
    SettingsWrite "settings.write";
    /// Say that a statement is dealt with, and lock it.
    StatementClose "statement.close";
    /// Bring in what a bank sends.
    StatementImport "statement.import";
    /// Say what a line of a statement is, and take that back.
    StatementMatch "statement.match";
    StatementRead "statement.read";
    /// Write the rules by which lines are matched without anybody looking.
    StatementRules "statement.rules";
    /// Work of the house itself: jobs, roll-ups, seals.
    SystemWork "system.work";
    TaxWrite "tax.write";
    UserManage "user.manage";
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back_and_are_sorted() {
        for p in Permission::ALL {
            assert_eq!(p.name().parse(), Ok(*p));
        }
        assert!(Permission::ALL.iter().map(|p| p.name()).is_sorted());
    }
}
