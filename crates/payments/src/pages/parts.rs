//! Parts of a credit meant for invoices: one row per open invoice, in every form that sets money against them.

use crate::queries::{self, DueInvoice};
use crate::rules::input::{Part, PartInput};
use ::store::{Conn, Error};
use kernel::id::CustomerId;
use kernel::{Currency, Fields, Money, Refusal, Scope};
use std::collections::HashMap;

/// More open invoices than this are not offered, soonest due first.
const OFFERED: i64 = 500;

/// The parts that a form sends.
pub(super) type Typed = Vec<PartInput>;

/// One open invoice of a form, with what is meant for it.
pub(super) struct Row {
    pub invoice: DueInvoice,
    pub part: String,
    /// What it takes of the credit, where that is in another currency.
    pub paid: Option<Paid>,
}

/// What a part takes of a credit in another currency than the invoice.
pub(super) struct Paid {
    pub currency: Currency,
    pub amount: String,
}

impl Row {
    /// Whether more is meant for the invoice than is open of it.
    pub(super) fn exceeds_balance(&self) -> bool {
        let balance = self.invoice.balance;
        Money::parse(&self.part, balance.currency()).is_ok_and(|part| part.minor() > balance.minor())
    }
}

/// Where the amount of a row is.
pub(super) fn pointer(index: usize) -> String {
    format!("/allocations/{index}/amount/amount")
}

/// Where it is what a row takes of the credit.
pub(super) fn paid_pointer(index: usize) -> String {
    format!("/allocations/{index}/paid/amount")
}

/// The open invoices of a customer.
pub(super) fn offered(conn: &mut Conn, scope: &Scope, customer: CustomerId) -> Result<Vec<DueInvoice>, Error> {
    queries::open_invoices(conn, scope, customer, None, OFFERED)
}

/// The rows of a form with what was typed into them: first what is owed in the currency of the credit.
pub(super) fn rows(mut invoices: Vec<DueInvoice>, credit: Currency, typed: &Typed) -> Vec<Row> {
    let typed: HashMap<&str, &PartInput> = typed.iter().map(|part| (part.invoice.as_str(), part)).collect();
    invoices.sort_by_key(|invoice| invoice.balance.currency() != credit);
    let row = |invoice: DueInvoice| {
        let part = typed.get(invoice.id.to_string().as_str());
        let paid = part.and_then(|part| part.paid.as_ref()).map(|(_, amount)| amount.clone()).unwrap_or_default();
        let differs = invoice.balance.currency() != credit;
        Row {
            part: part.map(|part| part.amount.1.clone()).unwrap_or_default(),
            paid: differs.then_some(Paid { currency: credit, amount: paid }),
            invoice,
        }
    };
    invoices.into_iter().map(row).collect()
}

/// What was typed into the rows of a credit; empty ones are left out.
pub(super) fn typed(pairs: &[(String, String)], credit: &str) -> Typed {
    let mut typed = Vec::new();
    for (name, id) in pairs {
        let Some(start) = name.strip_suffix("/invoice") else { continue };
        let field = |rest: &str| {
            let pair = pairs.iter().find(|(name, _)| name.strip_prefix(start).is_some_and(|end| end == rest));
            pair.map(|(_, typed)| typed.trim().to_owned()).filter(|typed| !typed.is_empty())
        };
        let Some(amount) = field("/amount/amount") else { continue };
        let owed = field("/amount/currency").unwrap_or_else(|| credit.to_owned());
        let paid = field("/paid/amount").filter(|_| owed != credit).map(|paid| (credit.to_owned(), paid));
        typed.push(PartInput { invoice: id.clone(), amount: (owed, amount), paid });
    }
    typed
}

/// What a form that sets credit against invoices says: the parts, or none for the oldest first.
pub(super) fn chosen(pairs: &[(String, String)], typed: &Typed) -> Result<Vec<Part>, Refusal> {
    if pairs.iter().any(|(name, _)| name == "spread") {
        return Ok(Vec::new());
    }
    let mut fields = Fields::new();
    let parts = crate::rules::input::parts(&mut fields, typed);
    if typed.is_empty() {
        fields.note(&pointer(0), "required");
    }
    fields.finish()?;
    Ok(parts)
}
