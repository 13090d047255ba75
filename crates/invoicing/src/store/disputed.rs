//! Which invoices were paid by money that is disputed.

use diesel::{BoolExpressionMethods, ExpressionMethods, QueryDsl, RunQueryDsl};
use kernel::id::{AllocationId, InvoiceId, OpenItemId, OrganisationId, PaymentId};
use schema::{allocations, disputes};
use std::collections::BTreeSet;
use store::{Conn, Error, in_parts};

type Part = (AllocationId, Option<OpenItemId>, Option<AllocationId>);

/// Those of these invoices against which a payment stands whose dispute is not decided. Few payments are disputed at a time, and
/// mostly none.
pub(crate) fn disputed(
    conn: &mut Conn,
    organisation: OrganisationId,
    ids: &[InvoiceId],
) -> Result<BTreeSet<InvoiceId>, Error> {
    let payments: Vec<PaymentId> = disputes::table
        .filter(disputes::organisation_id.eq(organisation))
        .filter(disputes::status.eq("needs_response").or(disputes::status.eq("under_review")))
        .select(disputes::payment_id)
        .load(conn)?;
    let credits: Vec<OpenItemId> = payments.into_iter().map(PaymentId::retyped).collect();
    let parts: Vec<Part> = in_parts(&credits, |some| {
        allocations::table
            .filter(allocations::organisation_id.eq(organisation))
            .filter(allocations::credit_id.eq_any(some))
            .select((allocations::allocation_id, allocations::debit_id, allocations::reverses))
            .load(conn)
    })?;
    let taken_back: BTreeSet<AllocationId> = parts.iter().filter_map(|(.., reverses)| *reverses).collect();
    let stands = |(id, _, reverses): &&Part| reverses.is_none() && !taken_back.contains(id);
    let paid: BTreeSet<InvoiceId> =
        parts.iter().filter(stands).filter_map(|(_, debit, _)| *debit).map(OpenItemId::retyped).collect();
    Ok(ids.iter().copied().filter(|id| paid.contains(id)).collect())
}
