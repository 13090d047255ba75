//! What a payment is found by.

use ::store::{Conn, Error};
use diesel::dsl::{exists, not};
use diesel::{BoolExpressionMethods, ExpressionMethods, JoinOnDsl, QueryDsl, Queryable, RunQueryDsl};
use kernel::Currency;
use kernel::id::{CustomerId, OrganisationId, PaymentId};
use schema::{customers, payments, search_entries};

#[derive(Debug, Queryable)]
pub(crate) struct FoundBy {
    pub payment_id: PaymentId,
    pub customer_id: CustomerId,
    /// The customer's name.
    pub customer: String,
    pub reference: Option<String>,
    pub receipt_number: Option<String>,
    pub amount_minor: i64,
    pub currency: Currency,
}

pub(crate) fn found_by(
    conn: &mut Conn,
    organisation: OrganisationId,
    ids: &[PaymentId],
) -> Result<Vec<FoundBy>, Error> {
    Ok(payments::table
        .inner_join(
            customers::table.on(customers::organisation_id
                .eq(payments::organisation_id)
                .and(customers::customer_id.eq(payments::customer_id))),
        )
        .filter(payments::organisation_id.eq(organisation))
        .filter(payments::payment_id.eq_any(ids))
        .select((
            payments::payment_id,
            payments::customer_id,
            customers::name,
            payments::reference,
            payments::receipt_number,
            payments::amount_minor,
            payments::currency,
        ))
        .load(conn)?)
}

/// Payments from this id on that are not in the search, oldest first.
pub(crate) fn not_found(
    conn: &mut Conn,
    organisation: OrganisationId,
    from: PaymentId,
    limit: i64,
) -> Result<Vec<PaymentId>, Error> {
    let findable = search_entries::table
        .filter(search_entries::organisation_id.eq(payments::organisation_id))
        .filter(search_entries::subject_id.eq(payments::payment_id));
    Ok(payments::table
        .filter(payments::organisation_id.eq(organisation))
        .filter(payments::payment_id.ge(from))
        .filter(not(exists(findable)))
        .order(payments::payment_id.asc())
        .limit(limit)
        .select(payments::payment_id)
        .load(conn)?)
}
