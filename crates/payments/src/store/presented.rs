//! Rows of `cheques_presented_again`: which payment stands for a cheque that bounced and was handed in once more.

use ::store::{Conn, Error, each};
use diesel::{BoolExpressionMethods, ExpressionMethods, QueryDsl, RunQueryDsl};
use kernel::id::{OrganisationId, PaymentId};
use schema::cheques_presented_again as again;

/// The two payments of a cheque that was presented again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PresentedAgain {
    pub bounced: PaymentId,
    pub payment: PaymentId,
}

pub(crate) fn insert_presented(
    conn: &mut Conn,
    organisation: OrganisationId,
    row: PresentedAgain,
) -> Result<(), Error> {
    each!(conn, |c| diesel::insert_into(again::table)
        .values((
            again::organisation_id.eq(organisation),
            again::bounced_id.eq(row.bounced),
            again::payment_id.eq(row.payment),
        ))
        .execute(c))?;
    Ok(())
}

/// In which pairs a payment is, as the one that bounced or the one that came after: two at most.
pub(crate) fn presented_again(
    conn: &mut Conn,
    organisation: OrganisationId,
    payment: PaymentId,
) -> Result<Vec<PresentedAgain>, Error> {
    let rows: Vec<(PaymentId, PaymentId)> = again::table
        .filter(again::organisation_id.eq(organisation))
        .filter(again::bounced_id.eq(payment).or(again::payment_id.eq(payment)))
        .order(again::bounced_id.asc())
        .select((again::bounced_id, again::payment_id))
        .load(conn)?;
    Ok(rows.into_iter().map(|(bounced, payment)| PresentedAgain { bounced, payment }).collect())
}
