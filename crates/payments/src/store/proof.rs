//! What else knows of payments: journal, open items and refunds of a page of them, each in one statement over one stretch of
//! its index. Parameters stand in the order in which they come, as SQLite counts them.

use super::{PaymentRow, RefundRow};
use ::store::{Conn, Error};
use diesel::sql_types::{BigInt, Bool, Nullable, Text};
use diesel::{ExpressionMethods, QueryDsl, QueryableByName, RunQueryDsl, SelectableHelper};
use kernel::Currency;
use kernel::id::{CustomerId, EntryId, OpenItemId, OrganisationId, PaymentId, RefundId};
use schema::types::IdSql;
use schema::{gateway_connections, open_items, payments, refunds};

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

/// The open item of a payment: kind, customer, currency, amount, what is open, value in the books' currency.
pub(crate) type ItemFacts = (OpenItemId, String, CustomerId, Currency, i64, i64, i64);

pub(crate) fn items(
    conn: &mut Conn,
    organisation: OrganisationId,
    (first, last): (OpenItemId, OpenItemId),
) -> Result<Vec<ItemFacts>, Error> {
    Ok(open_items::table
        .filter(open_items::organisation_id.eq(organisation))
        .filter(open_items::item_id.between(first, last))
        .select((
            open_items::item_id,
            open_items::kind,
            open_items::customer_id,
            open_items::currency,
            open_items::amount_minor,
            open_items::open_minor,
            open_items::functional_minor,
        ))
        .load(conn)?)
}

/// A line of the entry that took a payment in or paid a refund out.
#[derive(Debug, QueryableByName)]
pub(crate) struct PostedLine {
    #[diesel(sql_type = IdSql)]
    pub document_id: OpenItemId,
    #[diesel(sql_type = IdSql)]
    pub entry_id: EntryId,
    #[diesel(sql_type = Bool)]
    pub is_reversed: bool,
    #[diesel(sql_type = Text)]
    pub account: String,
    /// Debit positive.
    #[diesel(sql_type = BigInt)]
    pub minor: i64,
    #[diesel(sql_type = BigInt)]
    pub functional_minor: i64,
    #[diesel(sql_type = Nullable<IdSql>)]
    pub party_id: Option<CustomerId>,
}

/// The lines of the entries that took documents of a kind (`pay`, `ref`) into the books, in order.
pub(crate) fn posted(
    conn: &mut Conn,
    organisation: OrganisationId,
    kind: &'static str,
    (first, last): (OpenItemId, OpenItemId),
) -> Result<Vec<PostedLine>, Error> {
    const SQL: &str = "SELECT e.document_id, e.entry_id, l.account, l.party_id, \
            EXISTS (SELECT 1 FROM journal_entries r WHERE r.organisation_id = e.organisation_id \
                AND r.reverses = e.entry_id) AS is_reversed, \
            CASE WHEN l.side = 'debit' THEN l.original_minor ELSE -l.original_minor END AS minor, \
            CASE WHEN l.side = 'debit' THEN l.functional_minor ELSE -l.functional_minor END AS functional_minor \
        FROM journal_entries e JOIN journal_lines l ON l.organisation_id = e.organisation_id AND l.entry_id = e.entry_id \
        WHERE e.organisation_id = $1 AND e.document_kind = $2 AND e.document_id >= $3 AND e.document_id <= $4 \
            AND e.kind IN ('payment', 'opening', 'refund') ORDER BY e.entry_id, l.line";
    Ok(diesel::sql_query(SQL)
        .bind::<IdSql, _>(organisation)
        .bind::<Text, _>(kind)
        .bind::<IdSql, _>(first)
        .bind::<IdSql, _>(last)
        .load(conn)?)
}

/// Something of a payment or refund that is not there.
#[derive(Debug, QueryableByName)]
pub(crate) struct Orphan {
    #[diesel(sql_type = IdSql)]
    pub document_id: OpenItemId,
    #[diesel(sql_type = Text)]
    pub kind: String,
    #[diesel(sql_type = Text)]
    pub place: String,
}

/// What stands in journal, open items and checkouts for payments and refunds that are not there; at most 200.
pub(crate) fn orphans(conn: &mut Conn, organisation: OrganisationId) -> Result<Vec<Orphan>, Error> {
    const SQL: &str = "SELECT m.document_id, m.kind, m.place FROM ( \
            SELECT e.document_id, e.document_kind AS kind, 'journal' AS place FROM journal_entries e \
                LEFT JOIN payments p ON p.organisation_id = e.organisation_id AND p.payment_id = e.document_id \
                WHERE e.organisation_id = $1 AND e.document_kind = 'pay' AND p.payment_id IS NULL \
            UNION SELECT e.document_id, e.document_kind, 'journal' FROM journal_entries e \
                LEFT JOIN refunds r ON r.organisation_id = e.organisation_id AND r.refund_id = e.document_id \
                WHERE e.organisation_id = $1 AND e.document_kind = 'ref' AND r.refund_id IS NULL \
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
