//! Rows of `payments`.

use ::store::{Conn, Error, Part, Total, by_id, each, for_update};
use diesel::{
    BoolExpressionMethods, ExpressionMethods, Insertable, JoinOnDsl, OptionalExtension, QueryDsl, Queryable,
    RunQueryDsl, Selectable, SelectableHelper,
};
use kernel::id::{CheckoutId, CustomerId, OrganisationId, PaymentId};
use kernel::{Currency, Scope};
use schema::types::{At, Day, Exact};
use schema::{open_items, payments};

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = payments, treat_none_as_default_value = false)]
pub(crate) struct PaymentRow {
    pub organisation_id: OrganisationId,
    pub payment_id: PaymentId,
    pub customer_id: CustomerId,
    pub method: String,
    pub status: String,
    pub currency: Currency,
    pub amount_minor: i64,
    /// What was paid back and is certain.
    pub refunded_minor: i64,
    pub exchange_rate: Exact,
    pub received_on: Day,
    pub reference: Option<String>,
    /// Code of the account the money is on.
    pub account: String,
    pub checkout_id: Option<CheckoutId>,
    pub receipt_number: Option<String>,
    /// When a cheque was handed to the bank.
    pub deposited_on: Option<Day>,
    pub recorded_by: String,
    pub created_at: At,
    pub version: i64,
}

pub(crate) fn insert_payment(conn: &mut Conn, row: &PaymentRow) -> Result<(), Error> {
    each!(conn, |c| diesel::insert_into(payments::table).values(row).execute(c))?;
    Ok(())
}

pub(crate) fn payment(conn: &mut Conn, scope: &Scope, id: PaymentId) -> Result<Option<PaymentRow>, Error> {
    let row: Option<PaymentRow> = payments::table
        .filter(payments::organisation_id.eq(scope.organisation()))
        .filter(payments::payment_id.eq(id))
        .select(PaymentRow::as_select())
        .get_result(conn)
        .optional()?;
    Ok(row.filter(|row| scope.admits(row.customer_id)))
}

/// Finds a payment and holds its row until the transaction ends.
pub(crate) fn lock_payment(conn: &mut Conn, scope: &Scope, id: PaymentId) -> Result<Option<PaymentRow>, Error> {
    let rows: Vec<PaymentRow> = for_update!(
        conn,
        payments::table
            .filter(payments::organisation_id.eq(scope.organisation()))
            .filter(payments::payment_id.eq(id))
            .select(PaymentRow::as_select())
    )?;
    Ok(rows.into_iter().next().filter(|row| scope.admits(row.customer_id)))
}

/// Payments of a customer, by its open items: an index of their own would cost every payment a page elsewhere.
#[diesel::dsl::auto_type]
fn of_customer(organisation: OrganisationId, customer: CustomerId) -> _ {
    open_items::table
        .inner_join(payments::table.on(
            payments::organisation_id.eq(open_items::organisation_id).and(payments::payment_id.eq(open_items::item_id)),
        ))
        .filter(open_items::organisation_id.eq(organisation))
        .filter(open_items::customer_id.eq(customer))
}

/// Whether credit of this number was brought forward for a customer, and stands.
pub(crate) fn opening_exists(
    conn: &mut Conn,
    organisation: OrganisationId,
    customer: CustomerId,
    number: &str,
) -> Result<bool, Error> {
    let with = of_customer(organisation, customer)
        .filter(payments::method.eq("opening"))
        .filter(payments::status.ne("reversed"))
        .filter(payments::reference.eq(number));
    Ok(diesel::select(diesel::dsl::exists(with)).get_result(conn)?)
}

/// Saves what may change of a locked payment.
pub(crate) fn update_payment(conn: &mut Conn, row: &PaymentRow) -> Result<(), Error> {
    diesel::update(payments::table)
        .filter(payments::organisation_id.eq(row.organisation_id))
        .filter(payments::payment_id.eq(row.payment_id))
        .set((
            payments::status.eq(&row.status),
            payments::refunded_minor.eq(row.refunded_minor),
            payments::account.eq(&row.account),
            payments::receipt_number.eq(&row.receipt_number),
            payments::deposited_on.eq(row.deposited_on),
            payments::version.eq(row.version + 1),
        ))
        .execute(conn)?;
    Ok(())
}

impl PaymentRow {
    /// What its entries say: the payer's reference. A provider's id says nothing to people.
    pub(crate) fn memo(&self) -> &str {
        self.reference.as_deref().filter(|_| self.checkout_id.is_none()).unwrap_or_default()
    }
}

/// Which payments a list shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    pub customer: Option<CustomerId>,
    pub status: Option<String>,
    pub method: Option<String>,
    /// Nothing but these.
    pub ids: Option<Vec<PaymentId>>,
}

/// A part of the payments, in the order of time.
pub(crate) fn list_payments(
    conn: &mut Conn,
    scope: &Scope,
    filter: &Filter,
    part: &Part,
) -> Result<Vec<PaymentRow>, Error> {
    macro_rules! narrowed {
        ($query:expr) => {{
            let mut query = $query.select(PaymentRow::as_select()).limit(part.limit).into_boxed();
            if let Some(status) = &filter.status {
                query = query.filter(payments::status.eq(status));
            }
            if let Some(method) = &filter.method {
                query = query.filter(payments::method.eq(method));
            }
            if let Some(ids) = &filter.ids {
                query = query.filter(payments::payment_id.eq_any(ids));
            }
            query
        }};
    }
    let own = scope.organisation();
    let Some(customer) = scope.customer().or(filter.customer) else {
        let query = narrowed!(payments::table).filter(payments::organisation_id.eq(own));
        return Ok(part.in_order(by_id!(query, part, payments::payment_id).load(conn)?));
    };
    if filter.customer.is_some_and(|asked| !scope.admits(asked)) {
        return Ok(Vec::new());
    }
    let query = narrowed!(of_customer(own, customer));
    Ok(part.in_order(by_id!(query, part, open_items::item_id).load(conn)?))
}

/// How many payments a list has, where an index tells.
pub(crate) fn total_payments(conn: &mut Conn, scope: &Scope, filter: &Filter) -> Result<Total, Error> {
    if *filter != Filter::default() || scope.customer().is_some() {
        return Ok(Total::Unknown);
    }
    let ids: Vec<PaymentId> = payments::table
        .filter(payments::organisation_id.eq(scope.organisation()))
        .select(payments::payment_id)
        .limit(Total::COUNTED_MAX + 1)
        .load(conn)?;
    Ok(Total::counted(ids.len()))
}

/// The name of a customer, for lists.
pub(crate) fn customer_name(conn: &mut Conn, scope: &Scope, id: CustomerId) -> Result<String, Error> {
    use schema::customers;
    let name: Option<String> = customers::table
        .filter(customers::organisation_id.eq(scope.organisation()))
        .filter(customers::customer_id.eq(id))
        .select(customers::name)
        .get_result(conn)
        .optional()?;
    Ok(name.unwrap_or_default())
}
