//! Parts of a credit meant for invoices: one row per open invoice, in every form that sets money against them.

use crate::queries::{self, DueInvoice};
use ::store::{Conn, Error};
use kernel::id::{CustomerId, InvoiceId};
use kernel::{Currency, Fields, Money, Refusal, Scope};
use std::collections::HashMap;

/// More open invoices than this are not offered, soonest due first.
const OFFERED: i64 = 500;

/// Invoice, currency, amount, as a form sends them.
pub(super) type Typed = Vec<(String, String, String)>;

/// One open invoice of a form, with what is meant for it.
pub(super) struct Row {
    pub invoice: DueInvoice,
    pub part: String,
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

/// The open invoices of a customer in one currency.
pub(super) fn offered(
    conn: &mut Conn,
    scope: &Scope,
    customer: CustomerId,
    currency: Option<Currency>,
) -> Result<Vec<DueInvoice>, Error> {
    let mut open = queries::open_invoices(conn, scope, customer, None, OFFERED)?;
    open.retain(|invoice| currency.is_none_or(|currency| invoice.balance.currency() == currency));
    Ok(open)
}

/// The rows of a form with what was typed into them.
pub(super) fn rows(invoices: Vec<DueInvoice>, typed: &Typed) -> Vec<Row> {
    let parts: HashMap<&str, &str> = typed.iter().map(|(id, _, part)| (id.as_str(), part.as_str())).collect();
    let part = |id: InvoiceId| parts.get(id.to_string().as_str()).map_or_else(String::new, |part| (*part).to_owned());
    invoices.into_iter().map(|invoice| Row { part: part(invoice.id), invoice }).collect()
}

/// What was typed into the rows; empty ones are left out.
pub(super) fn typed(pairs: &[(String, String)], currency: &str) -> Typed {
    let mut typed = Vec::new();
    for (name, id) in pairs {
        let Some(start) = name.strip_suffix("/invoice") else { continue };
        let part = pairs.iter().find(|(n, _)| *n == format!("{start}/amount/amount"));
        let part = part.map(|(_, part)| part.trim()).filter(|part| !part.is_empty());
        typed.extend(part.map(|part| (id.clone(), currency.to_owned(), part.to_owned())));
    }
    typed
}

/// What a form that sets credit against invoices says: the parts, or none for the oldest first.
pub(super) fn chosen(pairs: &[(String, String)], typed: &Typed) -> Result<Vec<(InvoiceId, Money)>, Refusal> {
    if pairs.iter().any(|(name, _)| name == "spread") {
        return Ok(Vec::new());
    }
    let mut fields = Fields::new();
    let parts = crate::rules::input::parts(&mut fields, typed, None);
    if typed.is_empty() {
        fields.note(&pointer(0), "required");
    }
    fields.finish()?;
    Ok(parts)
}
