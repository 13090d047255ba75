//! All SQL of payments.

mod bills;
mod checkouts;
mod connections;
mod disputes;
mod finding;
mod invoices;
mod offers;
mod payments;
mod payouts;
mod presented;
pub(crate) mod proof;
mod refunds;
mod till;

pub(crate) use bills::{
    BillOfDay, DifferenceRow, bill, bills_between, checkouts_named, difference, differences_of, due_bills,
    insert_difference, lock_bill, lock_difference, newest_bill, put_bill, refunded_between, refunds_named,
    taken_between, update_difference,
};
pub(crate) use checkouts::{
    CallRow, CheckoutInvoiceRow, CheckoutRow, answer_call, attempts_of, calls, checkout, checkout_anywhere,
    checkout_invoices, count_in_doubt, due_polls, event_seen, insert_call, insert_checkout, insert_event, last_call,
    list_in_doubt, lock_checkout, spoken_for, update_checkout,
};
pub(crate) use connections::{
    ConnectionRow, active_connections, connection, connection_names, connections_of, insert_connection,
    update_connection,
};
pub(crate) use disputes::{
    DisputeRow, DisputedRow, MovementRow, NoteRow, count_awaiting_evidence, dispute, disputed_between, disputes_of,
    insert_dispute, insert_movement, insert_note, is_disputed, list_disputes, lock_dispute_of, lost_of,
    movement_is_known, movements_of, notes_of, update_dispute,
};
pub(crate) use finding::{FoundBy, found_by, not_found};
pub use invoices::DueInvoice;
pub(crate) use invoices::{Named, due_invoice, is_written_off, named, open_invoices};
pub(crate) use offers::{OfferRow, offers_of, put_offer};
pub use payments::Filter;
pub(crate) use payments::{
    PaymentRow, customer_name, insert_payment, list_payments, lock_payment, opening_exists, payment, total_payments,
    update_payment,
};
pub(crate) use payouts::{
    PayoutRow, insert_payout, list_payouts, lock_payout, payouts_after, payouts_between, update_payout,
};
pub use presented::PresentedAgain;
pub(crate) use presented::{insert_presented, presented_again};
pub(crate) use refunds::{
    RefundRow, insert_refund, lock_refund, refund, refunds_in_doubt, refunds_of, refunds_of_note, under_way,
    update_refund,
};
pub(crate) use till::{
    CountRow, DepositRow, counts_after, deposits_after, insert_count, insert_deposit, last_count, list_counts,
};
