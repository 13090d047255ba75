//! How payments come into the search: behind what was received, a portion at a time, so that a payment costs nothing more.

use crate::store::{FoundBy, found_by, not_found};
use ::store::search::{Entry, newest, put_by_words};
use ::store::{Conn, Error, Reach};
use kernel::id::{OrganisationId, Payment, PaymentId};
use kernel::{Money, Scope, Timestamp, id::Kind};

/// Up to `limit` payments that are not in the search, oldest first.
pub fn unfindable(
    conn: &mut Conn,
    organisation: OrganisationId,
    reach: Reach,
    limit: i64,
) -> Result<Vec<PaymentId>, Error> {
    let last = newest(conn, &Scope::Organisation(organisation), &[Payment::PREFIX], 1)?;
    not_found(conn, organisation, reach.begin(last.first().map(|entry| entry.subject.retyped())), limit)
}

/// Puts payments into the search. They are called by their reference, else by their amount; amount and the number of the receipt
/// find them too. A job runs it within [`store::App::maintain`].
pub fn make_findable(
    conn: &mut Conn,
    organisation: OrganisationId,
    payments: &[PaymentId],
    now: Timestamp,
) -> Result<(), Error> {
    for FoundBy { payment_id, customer_id, customer, reference, receipt_number, amount_minor, currency } in
        found_by(conn, organisation, payments)?
    {
        let money = Money::new(amount_minor, currency);
        let (amount, told) = (money.amount(), money.to_string());
        let title = reference.as_ref().unwrap_or(&told);
        let parts = [Some(&customer), Some(&told), receipt_number.as_ref()].into_iter().flatten();
        let detail: Vec<&str> = parts.filter(|part| *part != title).map(String::as_str).collect();
        let detail = detail.join(" · ");
        // 1,200.00 is typed as 1200, too.
        let whole = amount.split_once('.').filter(|(_, minor)| minor.bytes().all(|digit| digit == b'0'));
        let mut words = vec![amount.as_str()];
        words.extend(receipt_number.as_deref());
        words.extend(whole.map(|(whole, _)| whole));
        let entry = Entry::new(payment_id, Some(customer_id), title, &detail);
        put_by_words(conn, organisation, &entry, &words, now)?;
    }
    Ok(())
}
