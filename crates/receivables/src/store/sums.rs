//! Sums over open items, in one statement each.

use diesel::dsl::count_star;
use diesel::sql_types::{BigInt, Bool, Nullable, Text};
use diesel::{BoolExpressionMethods, ExpressionMethods, QueryDsl, QueryableByName, RunQueryDsl};
use kernel::id::{AllocationId, CustomerId, OpenItemId, OrganisationId};
use kernel::{Currency, Date};
use schema::types::{CurrencySql, DateSql, Day, IdSql};
use schema::{allocations, customers, is_open, is_uncleared, open_items, orders, payments};
use store::{Conn, Error, in_parts, total};

/// What is open of a customer, currency, kind and due date.
#[derive(Debug, QueryableByName)]
pub(crate) struct Group {
    #[diesel(sql_type = IdSql)]
    pub customer_id: CustomerId,
    #[diesel(sql_type = CurrencySql)]
    pub currency: Currency,
    #[diesel(sql_type = Text)]
    pub kind: String,
    #[diesel(sql_type = Nullable<DateSql>)]
    pub due_on: Option<Day>,
    #[diesel(sql_type = BigInt)]
    pub minor: i64,
}

/// What is open now, of one customer or of all.
pub(crate) fn open_groups(
    conn: &mut Conn,
    organisation: OrganisationId,
    customer: Option<CustomerId>,
) -> Result<Vec<Group>, Error> {
    type Row = (CustomerId, Currency, String, Option<Day>, i64);
    let keys = (open_items::customer_id, open_items::currency, open_items::kind, open_items::due_on);
    let all = open_items::organisation_id.eq(organisation).and(is_open());
    let sum = total(open_items::open_minor);
    let rows: Vec<Row> = match customer {
        Some(customer) => open_items::table
            .filter(all.and(open_items::customer_id.eq(customer)))
            .group_by(keys)
            .select((keys.0, keys.1, keys.2, keys.3, sum))
            .load(conn)?,
        None => {
            open_items::table.filter(all).group_by(keys).select((keys.0, keys.1, keys.2, keys.3, sum)).load(conn)?
        }
    };
    let group = |(customer_id, currency, kind, due_on, minor)| Group { customer_id, currency, kind, due_on, minor };
    Ok(rows.into_iter().map(group).collect())
}

/// A due date, and the book value and number of what is open and due then, by the items themselves.
pub(crate) fn due_days(conn: &mut Conn, organisation: OrganisationId) -> Result<Vec<(Date, i64, i64)>, Error> {
    let rows: Vec<(Option<Day>, i64, i64)> = open_items::table
        .filter(open_items::organisation_id.eq(organisation))
        .filter(is_open())
        .filter(open_items::due_on.is_not_null())
        .group_by(open_items::due_on)
        .select((open_items::due_on, total(open_items::functional_open_minor), count_star()))
        .load(conn)?;
    Ok(rows.into_iter().filter_map(|(day, minor, count)| Some((day?.0, minor, count))).collect())
}

/// What was open at the end of a day: amounts less the rows up to then.
pub(crate) fn open_groups_at(conn: &mut Conn, organisation: OrganisationId, day: Date) -> Result<Vec<Group>, Error> {
    const SQL: &str = "SELECT o.customer_id, o.currency, o.kind, o.due_on, CAST(SUM(o.minor) AS BIGINT) AS minor FROM \
        (SELECT i.customer_id, i.currency, i.kind, i.due_on, i.amount_minor - COALESCE((SELECT SUM(CASE \
                WHEN a.credit_id = i.item_id THEN COALESCE(a.paid_minor, a.amount_minor) ELSE a.amount_minor END) \
            FROM allocations a WHERE a.organisation_id = i.organisation_id AND a.date <= $1 \
            AND (a.debit_id = i.item_id OR a.credit_id = i.item_id)), 0) AS minor \
        FROM open_items i WHERE i.organisation_id = $2 AND i.date <= $1) o \
        WHERE o.minor <> 0 GROUP BY o.customer_id, o.currency, o.kind, o.due_on";
    Ok(diesel::sql_query(SQL).bind::<DateSql, _>(Day(day)).bind::<IdSql, _>(organisation).load(conn)?)
}

/// Orders of these statuses that have no invoice yet, by currency.
pub(crate) fn orders_without_invoice(
    conn: &mut Conn,
    organisation: OrganisationId,
    customer: CustomerId,
    statuses: &[&str],
) -> Result<Vec<(Currency, i64)>, Error> {
    Ok(orders::table
        .filter(orders::organisation_id.eq(organisation))
        .filter(orders::customer_id.eq(customer))
        .filter(orders::status.eq_any(statuses))
        .filter(orders::invoice_id.is_null())
        .group_by(orders::currency)
        .select((orders::currency, total(orders::total_minor)))
        .load(conn)?)
}

/// Minor units of a currency.
#[derive(Debug, QueryableByName)]
struct Sum {
    #[diesel(sql_type = CurrencySql)]
    currency: Currency,
    #[diesel(sql_type = BigInt)]
    minor: i64,
}

/// What of a customer's confirmed orders without invoice was invoiced as deposits, by currency: less what was credited, and less what
/// other invoices than their own deduct, since the orders will be billed without it.
pub(crate) fn deposits_of_orders(
    conn: &mut Conn,
    organisation: OrganisationId,
    customer: CustomerId,
) -> Result<Vec<(Currency, i64)>, Error> {
    const SQL: &str = "SELECT o.currency, CAST(SUM(d.total_minor \
            - COALESCE((SELECT SUM(n.total_minor) FROM credit_notes n WHERE n.organisation_id = d.organisation_id \
                AND n.invoice_id = d.invoice_id), 0) \
            + COALESCE((SELECT SUM(l.gross_minor) FROM invoice_lines l JOIN invoices f \
                ON f.organisation_id = l.organisation_id AND f.invoice_id = l.invoice_id AND f.state = 'issued' \
                WHERE l.organisation_id = d.organisation_id AND l.deducts = d.invoice_id), 0)) AS BIGINT) AS minor \
        FROM orders o JOIN invoices d ON d.organisation_id = o.organisation_id AND d.invoice_id = o.deposit_invoice_id \
            AND d.state = 'issued' \
        WHERE o.organisation_id = $1 AND o.customer_id = $2 AND o.status = 'confirmed' AND o.invoice_id IS NULL \
        GROUP BY o.currency";
    let sums: Vec<Sum> = diesel::sql_query(SQL).bind::<IdSql, _>(organisation).bind::<IdSql, _>(customer).load(conn)?;
    Ok(sums.into_iter().map(|sum| (sum.currency, sum.minor)).collect())
}

/// A customer's cheques that have not cleared, by currency.
pub(crate) fn uncleared(
    conn: &mut Conn,
    organisation: OrganisationId,
    customer: CustomerId,
) -> Result<Vec<(Currency, i64)>, Error> {
    Ok(payments::table
        .filter(payments::organisation_id.eq(organisation))
        .filter(payments::customer_id.eq(customer))
        .filter(is_uncleared())
        .group_by(payments::currency)
        .select((payments::currency, total(payments::amount_minor)))
        .load(conn)?)
}

/// Something that moved a customer's account.
#[derive(Debug, QueryableByName)]
pub(crate) struct Moved {
    #[diesel(sql_type = DateSql)]
    pub date: Day,
    #[diesel(sql_type = IdSql)]
    pub item_id: OpenItemId,
    #[diesel(sql_type = Text)]
    pub kind: String,
    #[diesel(sql_type = CurrencySql)]
    pub currency: Currency,
    /// The document's amount; a reduction has it negative, one that was put back positive.
    #[diesel(sql_type = BigInt)]
    pub minor: i64,
    #[diesel(sql_type = Bool)]
    pub reduction: bool,
    /// A part of the document was set against one in another currency: the document's amount changes accounts.
    #[diesel(sql_type = Bool)]
    pub exchange: bool,
}

/// Every document, reduction and allocation between two currencies of a customer up to a day, in order.
pub(crate) fn moves(
    conn: &mut Conn,
    organisation: OrganisationId,
    customer: CustomerId,
    to: Date,
) -> Result<Vec<Moved>, Error> {
    const SQL: &str = "SELECT i.date, i.item_id, i.kind, i.currency, i.amount_minor AS minor, 1 = 0 AS reduction, \
            1 = 0 AS exchange FROM open_items i WHERE i.organisation_id = $1 AND i.customer_id = $2 AND i.date <= $3 \
        UNION ALL SELECT a.date, i.item_id, i.kind, i.currency, \
            CASE WHEN a.credit_id = i.item_id THEN -COALESCE(a.paid_minor, a.amount_minor) ELSE -a.amount_minor END, \
            a.paid_minor IS NULL, a.paid_minor IS NOT NULL \
        FROM open_items i JOIN allocations a ON a.organisation_id = i.organisation_id \
            AND ((a.debit_id = i.item_id AND (a.credit_id IS NULL OR a.paid_minor IS NOT NULL)) \
                OR (a.credit_id = i.item_id AND (a.debit_id IS NULL OR a.paid_minor IS NOT NULL))) \
        WHERE i.organisation_id = $1 AND i.customer_id = $2 AND a.date <= $3 ORDER BY 1, 6, 7, 2";
    Ok(diesel::sql_query(SQL)
        .bind::<IdSql, _>(organisation)
        .bind::<IdSql, _>(customer)
        .bind::<DateSql, _>(Day(to))
        .load(conn)?)
}

/// The names of customers.
pub(crate) fn names(
    conn: &mut Conn,
    organisation: OrganisationId,
    ids: Vec<CustomerId>,
) -> Result<Vec<(CustomerId, String)>, Error> {
    Ok(in_parts(&ids, |some| {
        customers::table
            .filter(customers::organisation_id.eq(organisation))
            .filter(customers::customer_id.eq_any(some))
            .select((customers::customer_id, customers::name))
            .load(conn)
    })?)
}

/// An item with what its rows add up to.
#[derive(Debug, QueryableByName)]
pub(crate) struct Counted {
    #[diesel(sql_type = IdSql)]
    pub item_id: OpenItemId,
    #[diesel(sql_type = BigInt)]
    pub amount_minor: i64,
    #[diesel(sql_type = BigInt)]
    pub open_minor: i64,
    #[diesel(sql_type = BigInt)]
    pub functional_minor: i64,
    #[diesel(sql_type = BigInt)]
    pub functional_open_minor: i64,
    #[diesel(sql_type = BigInt)]
    pub taken_minor: i64,
    #[diesel(sql_type = BigInt)]
    pub functional_taken_minor: i64,
}

/// Items whose open amount or value is not what their rows leave; at most 200.
pub(crate) fn bad_items(conn: &mut Conn, organisation: OrganisationId) -> Result<Vec<Counted>, Error> {
    const SQL: &str = "SELECT * FROM (SELECT i.item_id, i.amount_minor, i.open_minor, i.functional_minor, \
            i.functional_open_minor, CAST(COALESCE(SUM(t.minor), 0) AS BIGINT) AS taken_minor, \
            CAST(COALESCE(SUM(t.functional_minor), 0) AS BIGINT) AS functional_taken_minor \
        FROM open_items i LEFT JOIN \
            (SELECT a.organisation_id, a.debit_id AS item_id, a.amount_minor AS minor, \
                a.debit_functional_minor AS functional_minor FROM allocations a WHERE a.debit_id IS NOT NULL \
            UNION ALL SELECT a.organisation_id, a.credit_id, COALESCE(a.paid_minor, a.amount_minor), a.credit_functional_minor \
                FROM allocations a WHERE a.credit_id IS NOT NULL) t \
            ON t.organisation_id = i.organisation_id AND t.item_id = i.item_id \
        WHERE i.organisation_id = $1 GROUP BY i.item_id, i.amount_minor, i.open_minor, i.functional_minor, \
            i.functional_open_minor) c \
        WHERE c.open_minor <> c.amount_minor - c.taken_minor OR c.taken_minor < 0 OR c.taken_minor > c.amount_minor \
            OR c.functional_open_minor <> c.functional_minor - c.functional_taken_minor \
        ORDER BY c.item_id LIMIT 200";
    Ok(diesel::sql_query(SQL).bind::<IdSql, _>(organisation).load(conn)?)
}

/// How much of a credit was set against debits in the place of others by [`crate::replace`], minor units.
pub fn in_place_of_others(conn: &mut Conn, organisation: OrganisationId, credit: OpenItemId) -> Result<i64, Error> {
    Ok(allocations::table
        .filter(allocations::organisation_id.eq(organisation))
        .filter(allocations::credit_id.eq(credit))
        .filter(allocations::in_place_of.is_not_null())
        .filter(allocations::reverses.is_null())
        .select(total(allocations::amount_minor))
        .get_result(conn)?)
}

#[derive(Debug, QueryableByName)]
struct Across {
    #[diesel(sql_type = IdSql)]
    allocation_id: AllocationId,
}

/// Allocations between customers, between currencies without an amount in each (or with two in one), or between items that are
/// not debit and credit; at most 200.
pub(crate) fn allocations_across(conn: &mut Conn, organisation: OrganisationId) -> Result<Vec<AllocationId>, Error> {
    const SQL: &str = "SELECT a.allocation_id FROM allocations a \
        JOIN open_items d ON d.organisation_id = a.organisation_id AND d.item_id = a.debit_id \
        JOIN open_items c ON c.organisation_id = a.organisation_id AND c.item_id = a.credit_id \
        WHERE a.organisation_id = $1 AND (d.customer_id <> c.customer_id \
            OR (d.currency <> c.currency) <> (a.paid_minor IS NOT NULL) \
            OR d.kind NOT IN ('invoice', 'opening') OR c.kind NOT IN ('payment', 'credit_note', 'opening_credit')) \
        ORDER BY a.allocation_id LIMIT 200";
    let rows: Vec<Across> = diesel::sql_query(SQL).bind::<IdSql, _>(organisation).load(conn)?;
    Ok(rows.into_iter().map(|row| row.allocation_id).collect())
}
