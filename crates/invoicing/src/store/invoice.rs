//! Invoices, their lines, taxes and instalments.

use crate::rules::deposits::Purpose;
use diesel::{
    BoolExpressionMethods, ExpressionMethods, Insertable, JoinOnDsl, OptionalExtension, QueryDsl, Queryable,
    RunQueryDsl, Selectable, SelectableHelper,
};
use identity::rules::settings::RevenueAt;
use kernel::id::{CustomerId, InvoiceId, ItemId, OrderId, OrganisationId};
use kernel::{Currency, Date, Money, MoneyError, Scope};
use ledger::rules::postings::Net;
use schema::types::{At, Day, Exact, JsonText};
use schema::{checkout_invoices, checkouts, invoice_instalments, invoice_lines, invoice_taxes, invoices, periods};
use store::{Conn, Error, each, for_update, in_parts};

/// A row of `invoices`.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = invoices, treat_none_as_default_value = false)]
pub(crate) struct InvoiceRow {
    pub organisation_id: OrganisationId,
    pub invoice_id: InvoiceId,
    pub number: Option<String>,
    /// `draft`, `issued` or `void`; how it stands otherwise is derived.
    pub state: String,
    /// `sale`, or `deposit`: what is asked for before anything is delivered.
    pub purpose: String,
    pub customer_id: CustomerId,
    pub order_id: Option<OrderId>,
    pub currency: Currency,
    pub net_minor: i64,
    pub tax_minor: i64,
    pub total_minor: i64,
    pub tax_rounding: String,
    /// Units of the books' currency per unit; 0 for drafts.
    pub exchange_rate: Exact,
    pub issued_on: Option<Day>,
    /// Who made it owed; of an order's invoice, whoever submitted the order. Nobody for drafts.
    pub issued_by: Option<String>,
    pub due_on: Option<Day>,
    pub payment_terms_days: i32,
    pub pay_token: Option<String>,
    pub frozen: JsonText,
    pub written_off_minor: i64,
    pub waived_minor: i64,
    /// What banks between kept of its payments and we bore: it is paid by them, and nothing of it is given up.
    pub charges_minor: i64,
    pub official_status: String,
    pub official_number: Option<String>,
    pub sent_at: Option<At>,
    /// `invoice` or `delivery`: when its net becomes revenue, as set on the day of issue.
    pub revenue_at: String,
    /// When the customer was promised it; `delivered_on` is when it came.
    pub deliver_on: Option<Day>,
    pub delivered_on: Option<Day>,
    pub reference: Option<String>,
    pub note: Option<String>,
    pub created_at: At,
    pub version: i64,
}

impl InvoiceRow {
    pub fn money(&self, minor: i64) -> Money {
        Money::new(minor, self.currency)
    }

    pub fn total(&self) -> Money {
        self.money(self.total_minor)
    }

    /// What is not claimed any more: bad debts, discounts and small differences.
    pub fn given_up(&self) -> Result<Money, MoneyError> {
        self.money(self.written_off_minor).plus(self.money(self.waived_minor))
    }

    /// Whether it asks for money before anything is delivered; its net becomes revenue only with the final invoices that deduct it.
    pub fn is_deposit(&self) -> bool {
        self.purpose == Purpose::Deposit.name()
    }

    /// Where its net stands now.
    pub fn net(&self) -> Net {
        let waits = self.revenue_at == RevenueAt::Delivery.name() && self.delivered_on.is_none();
        if waits { Net::Deferred } else { Net::Earned }
    }
}

/// A row of `invoice_lines`.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = invoice_lines, treat_none_as_default_value = false)]
pub(crate) struct LineRow {
    pub organisation_id: OrganisationId,
    pub invoice_id: InvoiceId,
    pub line: i32,
    pub kind: String,
    pub item_id: Option<ItemId>,
    pub description: String,
    pub unit: String,
    pub quantity: Exact,
    pub unit_price: Exact,
    pub discount_percent: Option<Exact>,
    pub discount_minor: i64,
    pub tax_code: Option<String>,
    pub tax_rate: Exact,
    pub tax_inclusive: bool,
    pub net_minor: i64,
    pub tax_minor: i64,
    pub gross_minor: i64,
    /// The deposit invoice that this line takes off.
    pub deducts: Option<InvoiceId>,
}

/// A row of `invoice_taxes`.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = invoice_taxes, treat_none_as_default_value = false)]
pub(crate) struct TaxRow {
    pub organisation_id: OrganisationId,
    pub invoice_id: InvoiceId,
    pub tax_code: String,
    pub rate: Exact,
    pub base_minor: i64,
    pub tax_minor: i64,
}

/// A row of `invoice_instalments`.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = invoice_instalments, treat_none_as_default_value = false)]
pub(crate) struct InstalmentRow {
    pub organisation_id: OrganisationId,
    pub invoice_id: InvoiceId,
    pub instalment: i32,
    pub due_on: Day,
    pub amount_minor: i64,
}

pub(crate) fn insert(
    conn: &mut Conn,
    row: &InvoiceRow,
    lines: &[LineRow],
    taxes: &[TaxRow],
    instalments: &[InstalmentRow],
) -> Result<(), Error> {
    diesel::insert_into(invoices::table).values(row).execute(conn)?;
    insert_parts(conn, lines, taxes, instalments)
}

fn insert_parts(
    conn: &mut Conn,
    lines: &[LineRow],
    taxes: &[TaxRow],
    instalments: &[InstalmentRow],
) -> Result<(), Error> {
    match lines {
        // A statement that stays prepared, where one of many rows is parsed and planned each time.
        [line] => diesel::insert_into(invoice_lines::table).values(line).execute(conn)?,
        lines => each!(conn, |c| diesel::insert_into(invoice_lines::table).values(lines).execute(c))?,
    };
    if !taxes.is_empty() {
        each!(conn, |c| diesel::insert_into(invoice_taxes::table).values(taxes).execute(c))?;
    }
    if !instalments.is_empty() {
        each!(conn, |c| diesel::insert_into(invoice_instalments::table).values(instalments).execute(c))?;
    }
    Ok(())
}

/// Writes a draft anew that was locked before.
pub(crate) fn rewrite(
    conn: &mut Conn,
    row: &InvoiceRow,
    lines: &[LineRow],
    taxes: &[TaxRow],
    instalments: &[InstalmentRow],
) -> Result<(), Error> {
    diesel::update(invoices::table)
        .filter(invoices::organisation_id.eq(row.organisation_id))
        .filter(invoices::invoice_id.eq(row.invoice_id))
        .set((
            invoices::purpose.eq(&row.purpose),
            invoices::customer_id.eq(row.customer_id),
            invoices::currency.eq(row.currency),
            invoices::net_minor.eq(row.net_minor),
            invoices::tax_minor.eq(row.tax_minor),
            invoices::total_minor.eq(row.total_minor),
            invoices::tax_rounding.eq(&row.tax_rounding),
            invoices::payment_terms_days.eq(row.payment_terms_days),
            invoices::deliver_on.eq(row.deliver_on),
            invoices::reference.eq(&row.reference),
            invoices::note.eq(&row.note),
            invoices::version.eq(row.version),
        ))
        .execute(conn)?;
    remove_parts(conn, row.organisation_id, row.invoice_id)?;
    insert_parts(conn, lines, taxes, instalments)
}

/// Removes a draft that was locked before.
pub(crate) fn remove(conn: &mut Conn, organisation: OrganisationId, id: InvoiceId) -> Result<(), Error> {
    remove_parts(conn, organisation, id)?;
    diesel::delete(invoices::table)
        .filter(invoices::organisation_id.eq(organisation))
        .filter(invoices::invoice_id.eq(id))
        .execute(conn)?;
    Ok(())
}

fn remove_parts(conn: &mut Conn, organisation: OrganisationId, id: InvoiceId) -> Result<(), Error> {
    diesel::delete(invoice_lines::table)
        .filter(invoice_lines::organisation_id.eq(organisation))
        .filter(invoice_lines::invoice_id.eq(id))
        .execute(conn)?;
    diesel::delete(invoice_taxes::table)
        .filter(invoice_taxes::organisation_id.eq(organisation))
        .filter(invoice_taxes::invoice_id.eq(id))
        .execute(conn)?;
    diesel::delete(invoice_instalments::table)
        .filter(invoice_instalments::organisation_id.eq(organisation))
        .filter(invoice_instalments::invoice_id.eq(id))
        .execute(conn)?;
    Ok(())
}

pub(crate) fn find(conn: &mut Conn, scope: &Scope, id: InvoiceId) -> Result<Option<InvoiceRow>, Error> {
    let row: Option<InvoiceRow> = invoices::table
        .filter(invoices::organisation_id.eq(scope.organisation()))
        .filter(invoices::invoice_id.eq(id))
        .select(InvoiceRow::as_select())
        .get_result(conn)
        .optional()?;
    Ok(row.filter(|row| scope.admits(row.customer_id)))
}

/// Finds an invoice and holds its row until the transaction ends: after the customer, before period and number.
pub(crate) fn lock(conn: &mut Conn, organisation: OrganisationId, id: InvoiceId) -> Result<Option<InvoiceRow>, Error> {
    let rows: Vec<InvoiceRow> = for_update!(
        conn,
        invoices::table
            .filter(invoices::organisation_id.eq(organisation))
            .filter(invoices::invoice_id.eq(id))
            .select(InvoiceRow::as_select())
    )?;
    Ok(rows.into_iter().next())
}

/// Saves what may change in an invoice that was locked before.
pub(crate) fn save(conn: &mut Conn, row: &InvoiceRow) -> Result<(), Error> {
    diesel::update(invoices::table)
        .filter(invoices::organisation_id.eq(row.organisation_id))
        .filter(invoices::invoice_id.eq(row.invoice_id))
        .set((
            invoices::number.eq(&row.number),
            invoices::state.eq(&row.state),
            invoices::exchange_rate.eq(row.exchange_rate),
            invoices::issued_on.eq(row.issued_on),
            invoices::issued_by.eq(&row.issued_by),
            invoices::due_on.eq(row.due_on),
            invoices::pay_token.eq(&row.pay_token),
            invoices::frozen.eq(&row.frozen),
            invoices::written_off_minor.eq(row.written_off_minor),
            invoices::waived_minor.eq(row.waived_minor),
            invoices::charges_minor.eq(row.charges_minor),
            invoices::official_status.eq(&row.official_status),
            invoices::official_number.eq(&row.official_number),
            invoices::sent_at.eq(row.sent_at),
            invoices::revenue_at.eq(&row.revenue_at),
            invoices::delivered_on.eq(row.delivered_on),
            invoices::version.eq(row.version + 1),
        ))
        .execute(conn)?;
    Ok(())
}

pub(crate) fn lines(conn: &mut Conn, organisation: OrganisationId, id: InvoiceId) -> Result<Vec<LineRow>, Error> {
    Ok(invoice_lines::table
        .filter(invoice_lines::organisation_id.eq(organisation))
        .filter(invoice_lines::invoice_id.eq(id))
        .order(invoice_lines::line.asc())
        .select(LineRow::as_select())
        .load(conn)?)
}

pub(crate) fn taxes(conn: &mut Conn, organisation: OrganisationId, id: InvoiceId) -> Result<Vec<TaxRow>, Error> {
    Ok(invoice_taxes::table
        .filter(invoice_taxes::organisation_id.eq(organisation))
        .filter(invoice_taxes::invoice_id.eq(id))
        .order((invoice_taxes::tax_code.asc(), invoice_taxes::rate.asc()))
        .select(TaxRow::as_select())
        .load(conn)?)
}

pub(crate) fn instalments(
    conn: &mut Conn,
    organisation: OrganisationId,
    id: InvoiceId,
) -> Result<Vec<InstalmentRow>, Error> {
    Ok(invoice_instalments::table
        .filter(invoice_instalments::organisation_id.eq(organisation))
        .filter(invoice_instalments::invoice_id.eq(id))
        .order(invoice_instalments::instalment.asc())
        .select(InstalmentRow::as_select())
        .load(conn)?)
}

/// Those of the numbers that invoices have.
pub(crate) fn numbers_in_use(
    conn: &mut Conn,
    organisation: OrganisationId,
    numbers: &[&str],
) -> Result<Vec<String>, Error> {
    let used: Vec<Option<String>> = in_parts(numbers, |some| {
        invoices::table
            .filter(invoices::organisation_id.eq(organisation))
            .filter(invoices::number.eq_any(some))
            .select(invoices::number)
            .load(conn)
    })?;
    Ok(used.into_iter().flatten().collect())
}

pub(crate) fn by_pay_token(
    conn: &mut Conn,
    token: &str,
) -> Result<Option<(OrganisationId, InvoiceId, CustomerId)>, Error> {
    Ok(invoices::table
        .filter(invoices::pay_token.eq(token))
        .select((invoices::organisation_id, invoices::invoice_id, invoices::customer_id))
        .get_result(conn)
        .optional()?)
}

/// Statuses of the online payments of an invoice that have not come to an end: `open`, `processing`, `in_doubt`.
pub(crate) fn payments_under_way(
    conn: &mut Conn,
    organisation: OrganisationId,
    ids: &[InvoiceId],
) -> Result<Vec<(InvoiceId, String)>, Error> {
    Ok(in_parts(ids, |some| {
        checkout_invoices::table
            .inner_join(
                checkouts::table.on(checkouts::organisation_id
                    .eq(checkout_invoices::organisation_id)
                    .and(checkouts::checkout_id.eq(checkout_invoices::checkout_id))),
            )
            .filter(checkout_invoices::organisation_id.eq(organisation))
            .filter(checkout_invoices::invoice_id.eq_any(some))
            .filter(checkouts::status.eq_any(["open", "processing", "in_doubt"]))
            .select((checkout_invoices::invoice_id, checkouts::status))
            .load(conn)
    })?)
}

/// Whether the month of a day takes entries; one that has none yet does.
pub(crate) fn period_is_open(conn: &mut Conn, organisation: OrganisationId, day: Date) -> Result<bool, Error> {
    let closed: Option<bool> = periods::table
        .filter(periods::organisation_id.eq(organisation))
        .filter(periods::starts_on.eq(Day(day.first_of_month())))
        .select(periods::closed)
        .get_result(conn)
        .optional()?;
    Ok(closed != Some(true))
}
