//! What is compared of payments: pages of them and of their refunds, each in one statement over one stretch of its index.

use super::{DisputeRow, MovementRow, PaymentRow, RefundRow};
use ::store::{Conn, Error};
use diesel::sql_types::{BigInt, Text};
use diesel::{ExpressionMethods, QueryDsl, QueryableByName, RunQueryDsl, SelectableHelper};
use kernel::id::{DisputeId, OpenItemId, OrganisationId, PaymentId, RefundId};
use schema::types::IdSql;
use schema::{dispute_funds, disputes, gateway_connections, payments, refunds};

const PAGE: i64 = 500;

/// The next page of payments after an id.
pub(crate) fn payments_after(
    conn: &mut Conn,
    organisation: OrganisationId,
    after: PaymentId,
) -> Result<Vec<PaymentRow>, Error> {
    Ok(payments::table
        .filter(payments::organisation_id.eq(organisation))
        .filter(payments::payment_id.gt(after))
        .order(payments::payment_id.asc())
        .select(PaymentRow::as_select())
        .limit(PAGE)
        .load(conn)?)
}

/// The next page of refunds after an id.
pub(crate) fn refunds_after(
    conn: &mut Conn,
    organisation: OrganisationId,
    after: RefundId,
) -> Result<Vec<RefundRow>, Error> {
    Ok(refunds::table
        .filter(refunds::organisation_id.eq(organisation))
        .filter(refunds::refund_id.gt(after))
        .order(refunds::refund_id.asc())
        .select(RefundRow::as_select())
        .limit(PAGE)
        .load(conn)?)
}

/// What was paid back of payments and is certain: payment and amount of each refund.
pub(crate) fn paid_back(
    conn: &mut Conn,
    organisation: OrganisationId,
    (first, last): (PaymentId, PaymentId),
) -> Result<Vec<(Option<PaymentId>, i64)>, Error> {
    Ok(refunds::table
        .filter(refunds::organisation_id.eq(organisation))
        .filter(refunds::payment_id.between(first, last))
        .filter(refunds::status.eq("succeeded"))
        .select((refunds::payment_id, refunds::amount_minor))
        .load(conn)?)
}

/// The next page of disputes after an id.
pub(crate) fn disputes_after(
    conn: &mut Conn,
    organisation: OrganisationId,
    after: DisputeId,
) -> Result<Vec<DisputeRow>, Error> {
    Ok(disputes::table
        .filter(disputes::organisation_id.eq(organisation))
        .filter(disputes::dispute_id.gt(after))
        .order(disputes::dispute_id.asc())
        .select(DisputeRow::as_select())
        .limit(PAGE)
        .load(conn)?)
}

/// What disputes from an id to another moved, as the provider told.
pub(crate) fn movements_between(
    conn: &mut Conn,
    organisation: OrganisationId,
    (first, last): (DisputeId, DisputeId),
) -> Result<Vec<MovementRow>, Error> {
    Ok(dispute_funds::table
        .filter(dispute_funds::organisation_id.eq(organisation))
        .filter(dispute_funds::dispute_id.between(first, last))
        .select(MovementRow::as_select())
        .load(conn)?)
}

/// Something of a payment, refund or dispute that is not there.
#[derive(Debug, QueryableByName)]
pub(crate) struct Orphan {
    #[diesel(sql_type = IdSql)]
    pub document_id: OpenItemId,
    #[diesel(sql_type = Text)]
    pub kind: String,
    #[diesel(sql_type = Text)]
    pub place: String,
}

/// What stands in journal, open items and checkouts for payments, refunds and disputes that are not there; at most 200.
pub(crate) fn orphans(conn: &mut Conn, organisation: OrganisationId) -> Result<Vec<Orphan>, Error> {
    const SQL: &str = "SELECT m.document_id, m.kind, m.place FROM ( \
            SELECT e.document_id, e.document_kind AS kind, 'journal' AS place FROM journal_entries e \
                LEFT JOIN payments p ON p.organisation_id = e.organisation_id AND p.payment_id = e.document_id \
                WHERE e.organisation_id = $1 AND e.document_kind = 'pay' AND p.payment_id IS NULL \
            UNION SELECT e.document_id, e.document_kind, 'journal' FROM journal_entries e \
                LEFT JOIN refunds r ON r.organisation_id = e.organisation_id AND r.refund_id = e.document_id \
                WHERE e.organisation_id = $1 AND e.document_kind = 'ref' AND r.refund_id IS NULL \
            UNION SELECT e.document_id, e.document_kind, 'journal' FROM journal_entries e \
                LEFT JOIN disputes d ON d.organisation_id = e.organisation_id AND d.dispute_id = e.document_id \
                WHERE e.organisation_id = $1 AND e.document_kind = 'dsp' AND d.dispute_id IS NULL \
            UNION SELECT e.document_id, e.document_kind, 'journal' FROM journal_entries e \
                LEFT JOIN payouts o ON o.organisation_id = e.organisation_id AND o.payout_id = e.document_id \
                WHERE e.organisation_id = $1 AND e.document_kind = 'pyo' AND o.payout_id IS NULL \
            UNION SELECT e.document_id, e.document_kind, 'journal' FROM journal_entries e \
                LEFT JOIN till_counts c ON c.organisation_id = e.organisation_id AND c.count_id = e.document_id \
                WHERE e.organisation_id = $1 AND e.document_kind = 'tlc' AND c.count_id IS NULL \
            UNION SELECT e.document_id, e.document_kind, 'journal' FROM journal_entries e \
                LEFT JOIN till_deposits b ON b.organisation_id = e.organisation_id AND b.deposit_id = e.document_id \
                WHERE e.organisation_id = $1 AND e.document_kind = 'tld' AND b.deposit_id IS NULL \
            UNION SELECT t.item_id, 'pay', 'open items' FROM open_items t \
                LEFT JOIN payments p ON p.organisation_id = t.organisation_id AND p.payment_id = t.item_id \
                WHERE t.organisation_id = $1 AND t.kind = 'payment' AND p.payment_id IS NULL \
            UNION SELECT c.payment_id, 'pay', 'checkouts' FROM checkouts c \
                LEFT JOIN payments p ON p.organisation_id = c.organisation_id AND p.payment_id = c.payment_id \
                    AND p.checkout_id = c.checkout_id \
                WHERE c.organisation_id = $1 AND c.payment_id IS NOT NULL AND p.payment_id IS NULL) m \
        ORDER BY m.document_id, m.place LIMIT 200";
    Ok(diesel::sql_query(SQL).bind::<IdSql, _>(organisation).load(conn)?)
}

/// What the entries of a document come to on an account, debit positive.
#[derive(Debug, QueryableByName)]
pub(crate) struct SumOn {
    #[diesel(sql_type = IdSql)]
    pub document_id: OpenItemId,
    #[diesel(sql_type = Text)]
    pub account: String,
    #[diesel(sql_type = BigInt)]
    pub minor: i64,
}

/// What the journal has of a page of documents of a kind (`pyo`, `tlc`, `tld`), by account.
pub(crate) fn sums_of(
    conn: &mut Conn,
    organisation: OrganisationId,
    document_kind: &str,
    (first, last): (OpenItemId, OpenItemId),
) -> Result<Vec<SumOn>, Error> {
    const SQL: &str = "SELECT e.document_id, l.account, CAST(SUM(CASE WHEN l.side = 'debit' THEN l.original_minor \
            ELSE -l.original_minor END) AS BIGINT) AS minor \
        FROM journal_entries e JOIN journal_lines l ON l.organisation_id = e.organisation_id AND l.entry_id = e.entry_id \
        WHERE e.organisation_id = $1 AND e.document_kind = $2 AND e.document_id >= $3 AND e.document_id <= $4 \
        GROUP BY e.document_id, l.account";
    Ok(diesel::sql_query(SQL)
        .bind::<IdSql, _>(organisation)
        .bind::<Text, _>(document_kind)
        .bind::<IdSql, _>(first)
        .bind::<IdSql, _>(last)
        .load(conn)?)
}

/// Name and sealed secrets of every connection.
pub(crate) fn secrets(
    conn: &mut Conn,
    organisation: OrganisationId,
) -> Result<Vec<(kernel::id::GatewayConnectionId, String, Vec<u8>)>, Error> {
    use gateway_connections as connections;
    Ok(connections::table
        .filter(connections::organisation_id.eq(organisation))
        .select((connections::connection_id, connections::name, connections::secrets_sealed))
        .load(conn)?)
}
