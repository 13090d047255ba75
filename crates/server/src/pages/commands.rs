//! What can be gone to or begun from anywhere: the rooms, and the main actions. The search offers them beside what it finds.

use kernel::{Locale, Permission};
use web::View;

/// Forms and reports that have no link of their own in the navigation: address, message, who may open it.
const ACTIONS: &[(&str, &str, Permission)] = &[
    ("/orders/new", "order-new", Permission::OrderCreate),
    ("/invoices/new", "invoice-new", Permission::InvoiceIssue),
    ("/payments/new", "payment-new", Permission::PaymentRecord),
    ("/customers/new", "customer-new", Permission::CustomerWrite),
    ("/catalog/items/new", "item-new", Permission::CatalogWrite),
    ("/catalog/tax-codes/new", "tax-code-new", Permission::TaxWrite),
    ("/entries/new", "entry-new", Permission::LedgerPost),
    ("/users/new", "user-new", Permission::UserManage),
    ("/reports/trial-balance", "report-trial-balance", Permission::ReportRead),
    ("/reports/profit-and-loss", "report-profit-and-loss", Permission::ReportRead),
    ("/reports/balance-sheet", "report-balance-sheet", Permission::ReportRead),
    ("/reports/tax-summary", "report-tax-summary", Permission::ReportRead),
    ("/periods", "periods-title", Permission::LedgerRead),
];

/// Shown before anything is typed: the first so many of the actions that one may.
const ACTIONS_FIRST: usize = 5;

/// A place to go to.
pub(super) struct Place {
    pub href: &'static str,
    pub name: String,
}

/// What this person may go to and has every word of `typed` in its name, in any language; actions first. Before anything is
/// typed, the main actions and the rooms.
pub(super) fn places(v: &View, typed: &str) -> Vec<Place> {
    let words: Vec<String> = typed.to_lowercase().split_whitespace().map(ToOwned::to_owned).collect();
    let has = |id: &str| {
        let names: Vec<String> = Locale::ALL.iter().map(|l| v.l.in_locale(*l).t(id).to_lowercase()).collect();
        words.iter().all(|word| names.iter().any(|name| name.contains(word.as_str())))
    };
    let actions = ACTIONS.iter().filter(|(_, _, permission)| v.may(*permission)).map(|(href, id, _)| (*href, *id));
    let shown = if words.is_empty() { ACTIONS_FIRST } else { ACTIONS.len() };
    let all = actions.take(shown).chain(v.rooms());
    all.filter(|(_, id)| has(id)).map(|(href, id)| Place { href, name: v.t(id) }).collect()
}
