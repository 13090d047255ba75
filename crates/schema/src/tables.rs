//! The tables, by the slice that owns them.

mod of_catalog;
mod of_customers;
mod of_identity;
mod of_invoicing;
mod of_ledger;
mod of_notifications;
mod of_orders;
mod of_payments;
mod of_receivables;
mod of_reconciliation;
mod of_store;

pub use of_catalog::*;
pub use of_customers::*;
pub use of_identity::*;
pub use of_invoicing::*;
pub use of_ledger::*;
pub use of_notifications::*;
pub use of_orders::*;
pub use of_payments::*;
pub use of_receivables::*;
pub use of_reconciliation::*;
pub use of_store::*;

// All of them may meet in one query.
diesel::allow_tables_to_appear_in_same_query!(
    // store
    schema_migrations,
    idempotency_keys,
    events,
    jobs,
    audit_rows,
    audit_heads,
    audit_seals,
    data_keys,
    kept_documents,
    counters,
    search_entries,
    search_grams,
    // identity
    organisations,
    users,
    user_roles,
    saved_views,
    sessions,
    pending_sign_ins,
    second_factors,
    recovery_codes,
    api_keys,
    // customers
    customers,
    contacts,
    addresses,
    // notifications
    mails,
    mail_settings,
    // catalog
    items,
    item_prices,
    tax_codes,
    tax_rates,
    // ledger
    accounts,
    periods,
    journal_entries,
    journal_lines,
    journal_tail,
    balances,
    account_days,
    voucher_numbers,
    exchange_rates,
    // receivables
    open_items,
    allocations,
    day_sums,
    // orders
    orders,
    order_lines,
    // invoicing
    invoices,
    invoice_lines,
    invoice_taxes,
    invoice_instalments,
    credit_notes,
    credit_note_lines,
    // payments
    payments,
    cheques_presented_again,
    refunds,
    disputes,
    dispute_funds,
    dispute_notes,
    checkouts,
    checkout_invoices,
    gateway_connections,
    gateway_offers,
    gateway_calls,
    gateway_events,
    payouts,
    gateway_bills,
    bill_differences,
    till_counts,
    till_deposits,
    // reconciliation
    bank_accounts,
    statements,
    statement_lines,
    statement_pages,
    statement_notes,
    statement_settings,
    matches,
    match_lines,
    match_entries,
    match_rules,
    payer_aliases,
);
