//! Rows of `payments`.

use ::store::{Conn, Error, each, for_update};
use diesel::{
    BoolExpressionMethods, ExpressionMethods, Insertable, JoinOnDsl, OptionalExtension, QueryDsl, Queryable,
    RunQueryDsl, Selectable, SelectableHelper,
};
use kernel::id::{CheckoutId, CustomerId, OpenItem, OrganisationId, PaymentId};
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
}

/// Rows before `before` in the order of time, newest first.
pub(crate) fn list_payments(
    conn: &mut Conn,
    scope: &Scope,
    filter: &Filter,
    before: Option<PaymentId>,
    limit: i64,
) -> Result<Vec<PaymentRow>, Error> {
    macro_rules! narrowed {
        ($query:expr) => {{
            let mut query = $query.select(PaymentRow::as_select()).limit(limit).into_boxed();
            if let Some(status) = &filter.status {
                query = query.filter(payments::status.eq(status));
            }
            if let Some(method) = &filter.method {
                query = query.filter(payments::method.eq(method));
            }
            query
        }};
    }
    let own = scope.organisation();
    let Some(customer) = scope.customer().or(filter.customer) else {
        let mut query =
            narrowed!(payments::table).filter(payments::organisation_id.eq(own)).order(payments::payment_id.desc());
        if let Some(before) = before {
            query = query.filter(payments::payment_id.lt(before));
        }
        return Ok(query.load(conn)?);
    };
    if filter.customer.is_some_and(|asked| !scope.admits(asked)) {
        return Ok(Vec::new());
    }
    let mut query = narrowed!(of_customer(own, customer)).order(open_items::item_id.desc());
    if let Some(before) = before {
        query = query.filter(open_items::item_id.lt(before.retyped::<OpenItem>()));
    }
    Ok(query.load(conn)?)
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
