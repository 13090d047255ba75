//! Lists and figures, each from an index.

use super::InvoiceRow;
use diesel::dsl::sql;
use diesel::sql_types::Bool;
use diesel::{
    BoolExpressionMethods, ExpressionMethods, JoinOnDsl, NullableExpressionMethods, OptionalExtension, QueryDsl,
    RunQueryDsl, SelectableHelper, TextExpressionMethods,
};
use kernel::id::{AuditRowId, CreditNoteId, CustomerId, InvoiceId, OpenItemId, OrderId, PaymentId};
use kernel::{Currency, Date, Localized, Scope};
use schema::types::{At, Day, JsonText};
use schema::{
    allocations, audit_rows, checkout_invoices, checkouts, credit_notes, customers, disputes, gateway_connections,
    invoices, is_open, open_items, orders, payments, refunds, tax_codes,
};
use std::collections::BTreeMap;
use store::{Conn, Error, Part, Total, by_id, by_key, by_number, in_parts};

/// What of an invoice is open: amount, book value, and the day on which the next part is due.
pub(crate) type Open = (i64, i64, Option<Day>);

/// What became of an issued invoice, as far as one column tells: little more than what the list asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Became {
    /// Open, and something was set against it.
    SettledInPart,
    Credited,
    WrittenOff,
}

/// Which invoices a list shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Narrow {
    pub state: Option<&'static str>,
    /// Something is open, or nothing is.
    pub open: Option<bool>,
    pub became: Option<Became>,
    /// Due from the first of these days on and before the second: [`open_due`] finds them.
    pub due: Option<(Date, Date)>,
    pub customer: Option<CustomerId>,
    pub order: Option<OrderId>,
    /// The number begins so.
    pub number: Option<String>,
    /// Nothing but these.
    pub ids: Option<Vec<InvoiceId>>,
}

/// A part of the invoices as it is read, with their customers' names and what is open. Drafts have no number: sorted by numbers,
/// they are not there.
pub(crate) fn page(
    conn: &mut Conn,
    scope: &Scope,
    narrow: &Narrow,
    part: &Part,
) -> Result<Vec<(InvoiceRow, String, Option<Open>)>, Error> {
    let mut query = invoices::table
        .inner_join(
            customers::table.on(customers::organisation_id
                .eq(invoices::organisation_id)
                .and(customers::customer_id.eq(invoices::customer_id))),
        )
        .left_join(open_items::table.on(
            open_items::organisation_id.eq(invoices::organisation_id).and(open_items::item_id.eq(invoices::invoice_id)),
        ))
        .filter(invoices::organisation_id.eq(scope.organisation()))
        .select((
            InvoiceRow::as_select(),
            customers::name,
            (open_items::open_minor, open_items::functional_open_minor, open_items::due_on).nullable(),
        ))
        .limit(part.limit)
        .into_boxed();
    query = match part.by {
        Some("number") => by_number!(query, part, invoices::number),
        _ => by_id!(query, part, invoices::invoice_id),
    };
    for customer in scope.customer().into_iter().chain(narrow.customer) {
        query = query.filter(invoices::customer_id.eq(customer));
    }
    if scope.customer().is_some() {
        // A draft is nobody's business but ours.
        query = query.filter(invoices::state.ne("draft"));
    }
    if let Some(state) = narrow.state {
        query = query.filter(invoices::state.eq(state));
        if state != "issued" {
            // As the index of the few that are not issued has it.
            query = query.filter(sql::<Bool>("invoices.state <> 'issued'"));
        }
    }
    match narrow.open {
        Some(true) => query = query.filter(is_open()),
        Some(false) => query = query.filter(open_items::open_minor.eq(0)),
        None => {}
    }
    match narrow.became {
        // Of what is open, a sum that differs: read from what is open.
        Some(Became::SettledInPart) => query = query.filter(open_items::open_minor.ne(open_items::amount_minor)),
        Some(Became::Credited) => {
            let notes = credit_notes::table
                .filter(credit_notes::organisation_id.eq(invoices::organisation_id))
                .filter(credit_notes::invoice_id.eq(invoices::invoice_id));
            query = query.filter(diesel::dsl::exists(notes));
        }
        Some(Became::WrittenOff) => query = query.filter(invoices::written_off_minor.ne(0)),
        None => {}
    }
    if let Some(order) = narrow.order {
        query = query.filter(invoices::order_id.eq(order));
    }
    if let Some(ids) = &narrow.ids {
        query = query.filter(invoices::invoice_id.eq_any(ids.clone()));
    }
    if let Some(number) = &narrow.number {
        query = query.filter(invoices::number.like(format!("{}%", number.replace(['%', '_', '\\'], ""))));
    }
    Ok(query.load(conn)?)
}

/// How many invoices there are, in a state or of a customer.
pub(crate) fn total(
    conn: &mut Conn,
    scope: &Scope,
    state: Option<&'static str>,
    customer: Option<CustomerId>,
) -> Result<Total, Error> {
    let mut query = invoices::table
        .filter(invoices::organisation_id.eq(scope.organisation()))
        .select(invoices::invoice_id)
        .limit(Total::COUNTED_MAX + 1)
        .into_boxed();
    if let Some(state) = state {
        query = query.filter(invoices::state.eq(state)).filter(sql::<Bool>("invoices.state <> 'issued'"));
    }
    for customer in scope.customer().into_iter().chain(customer) {
        query = query.filter(invoices::customer_id.eq(customer));
    }
    let ids: Vec<InvoiceId> = query.load(conn)?;
    Ok(Total::counted(ids.len()))
}

/// A part of the items that are open and due in a time, as it is read: by `due`, else by id. The ids come from the index of what is
/// open by due date: few of many, and sorted here, so that nobody walks through all that was ever invoiced to find them.
pub(crate) fn open_due(
    conn: &mut Conn,
    scope: &Scope,
    (from, to): (Date, Date),
    narrow: &Narrow,
    part: &Part,
) -> Result<Vec<(InvoiceId, Day)>, Error> {
    let mut query = open_items::table
        .filter(open_items::organisation_id.eq(scope.organisation()))
        .filter(is_open())
        .filter(open_items::due_on.ge(Day(from)))
        .filter(open_items::due_on.lt(Day(to)))
        .select((open_items::item_id, open_items::due_on.assume_not_null()))
        .limit(part.limit)
        .into_boxed();
    query = match part.by {
        Some("due") => {
            let due = part.key().and_then(|key| key.parse().ok()).map(Day);
            let place = due.zip(part.id());
            by_key!(query, part, open_items::due_on, open_items::item_id, place)
        }
        _ => by_id!(query, part, open_items::item_id),
    };
    for customer in scope.customer().into_iter().chain(narrow.customer) {
        query = query.filter(open_items::customer_id.eq(customer));
    }
    if let Some(ids) = &narrow.ids {
        let ids: Vec<OpenItemId> = ids.iter().map(|id| id.retyped()).collect();
        query = query.filter(open_items::item_id.eq_any(ids));
    }
    let rows: Vec<(OpenItemId, Day)> = query.load(conn)?;
    Ok(rows.into_iter().map(|(id, due_on)| (id.retyped(), due_on)).collect())
}

/// Items that are due before a day, longest overdue first.
pub(crate) fn longest_due(conn: &mut Conn, scope: &Scope, before: Date, limit: i64) -> Result<Vec<InvoiceId>, Error> {
    let ids: Vec<OpenItemId> = open_items::table
        .filter(open_items::organisation_id.eq(scope.organisation()))
        .filter(is_open())
        .filter(open_items::due_on.lt(Day(before)))
        .order(open_items::due_on.asc())
        .select(open_items::item_id)
        .limit(limit)
        .load(conn)?;
    Ok(ids.into_iter().map(OpenItemId::retyped).collect())
}

/// Online payments whose outcome is not known: amounts by currency, and how many.
pub(crate) fn in_doubt_figure(conn: &mut Conn, scope: &Scope) -> Result<Vec<(Currency, i64, i64)>, Error> {
    let query = checkouts::table
        .filter(checkouts::organisation_id.eq(scope.organisation()))
        .filter(checkouts::status.eq("in_doubt"))
        .group_by(checkouts::currency)
        .select((checkouts::currency, store::total(checkouts::amount_minor), diesel::dsl::count_star()));
    Ok(query.load(conn)?)
}

/// Invoices with an online payment in doubt.
pub(crate) fn in_doubt_invoices(conn: &mut Conn, scope: &Scope) -> Result<Vec<InvoiceId>, Error> {
    Ok(checkouts::table
        .inner_join(
            checkout_invoices::table.on(checkout_invoices::organisation_id
                .eq(checkouts::organisation_id)
                .and(checkout_invoices::checkout_id.eq(checkouts::checkout_id))),
        )
        .filter(checkouts::organisation_id.eq(scope.organisation()))
        .filter(checkouts::status.eq("in_doubt"))
        .select(checkout_invoices::invoice_id)
        .limit(500)
        .load(conn)?)
}

/// What was set against these invoices and still stands or was taken back (then negative): invoice, whether by a credit note of
/// its own, amount.
pub(crate) fn settled(conn: &mut Conn, scope: &Scope, ids: &[InvoiceId]) -> Result<Vec<(InvoiceId, bool, i64)>, Error> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let debits: Vec<OpenItemId> = ids.iter().map(|id| id.retyped()).collect();
    let rows: Vec<(Option<OpenItemId>, Option<InvoiceId>, i64)> = in_parts(&debits, |some| {
        allocations::table
            .left_join(
                credit_notes::table.on(credit_notes::organisation_id
                    .eq(allocations::organisation_id)
                    .and(credit_notes::credit_note_id.nullable().eq(allocations::credit_id))),
            )
            .filter(allocations::organisation_id.eq(scope.organisation()))
            .filter(allocations::debit_id.eq_any(some))
            .filter(allocations::credit_id.is_not_null())
            .select((allocations::debit_id, credit_notes::invoice_id.nullable(), allocations::amount_minor))
            .load(conn)
    })?;
    let read = |(debit, credited, minor): (Option<OpenItemId>, Option<InvoiceId>, i64)| {
        let invoice: InvoiceId = debit?.retyped();
        Some((invoice, credited == Some(invoice), minor))
    };
    Ok(rows.into_iter().filter_map(read).collect())
}

/// Kind of a credit item.
pub(crate) fn kinds_of(conn: &mut Conn, scope: &Scope, ids: &[OpenItemId]) -> Result<Vec<(OpenItemId, String)>, Error> {
    Ok(in_parts(ids, |some| {
        open_items::table
            .filter(open_items::organisation_id.eq(scope.organisation()))
            .filter(open_items::item_id.eq_any(some))
            .select((open_items::item_id, open_items::kind))
            .load(conn)
    })?)
}

/// Method of payments, and what people tell them by: the provider of an online one with the number of its receipt, else the
/// payer's reference.
pub(crate) fn payments_named(
    conn: &mut Conn,
    scope: &Scope,
    ids: &[PaymentId],
) -> Result<Vec<(PaymentId, String, Option<String>)>, Error> {
    type Row = (PaymentId, String, Option<String>, Option<String>, Option<String>);
    let rows: Vec<Row> = in_parts(ids, |some| {
        payments::table
            .left_join(
                checkouts::table.on(checkouts::organisation_id
                    .eq(payments::organisation_id)
                    .and(checkouts::checkout_id.nullable().eq(payments::checkout_id))),
            )
            .left_join(
                gateway_connections::table.on(gateway_connections::organisation_id
                    .eq(payments::organisation_id)
                    .and(gateway_connections::connection_id.nullable().eq(checkouts::connection_id.nullable()))),
            )
            .filter(payments::organisation_id.eq(scope.organisation()))
            .filter(payments::payment_id.eq_any(some))
            .select((
                payments::payment_id,
                payments::method,
                payments::reference,
                payments::receipt_number,
                gateway_connections::name.nullable(),
            ))
            .load(conn)
    })?;
    let told = |(id, method, reference, receipt, provider): Row| match (provider, receipt) {
        (Some(provider), Some(receipt)) => (id, method, Some(format!("{provider} {receipt}"))),
        (Some(provider), None) => (id, method, Some(provider)),
        (None, _) => (id, method, reference),
    };
    Ok(rows.into_iter().map(told).collect())
}

/// Which of these payments were ever disputed.
pub(crate) fn disputed(conn: &mut Conn, scope: &Scope, ids: &[PaymentId]) -> Result<Vec<PaymentId>, Error> {
    Ok(in_parts(ids, |some| {
        disputes::table
            .filter(disputes::organisation_id.eq(scope.organisation()))
            .filter(disputes::payment_id.eq_any(some))
            .select(disputes::payment_id)
            .load(conn)
    })?)
}

/// What was paid back of a payment, or was to be.
pub(crate) struct Refunded {
    pub payment: PaymentId,
    pub amount_minor: i64,
    pub on: Date,
}

/// Refunds of these payments.
pub(crate) fn refunded(conn: &mut Conn, scope: &Scope, ids: &[PaymentId]) -> Result<Vec<Refunded>, Error> {
    let rows: Vec<(Option<PaymentId>, i64, Day)> = in_parts(ids, |some| {
        refunds::table
            .filter(refunds::organisation_id.eq(scope.organisation()))
            .filter(refunds::payment_id.eq_any(some))
            .select((refunds::payment_id, refunds::amount_minor, refunds::refunded_on))
            .load(conn)
    })?;
    let read = |(payment, amount_minor, on): (Option<PaymentId>, i64, Day)| {
        Some(Refunded { payment: payment?, amount_minor, on: on.0 })
    };
    Ok(rows.into_iter().filter_map(read).collect())
}

/// Numbers of invoices.
pub(crate) fn invoices_named(
    conn: &mut Conn,
    scope: &Scope,
    ids: &[InvoiceId],
) -> Result<Vec<(InvoiceId, String)>, Error> {
    let rows: Vec<(InvoiceId, Option<String>)> = in_parts(ids, |some| {
        invoices::table
            .filter(invoices::organisation_id.eq(scope.organisation()))
            .filter(invoices::invoice_id.eq_any(some))
            .select((invoices::invoice_id, invoices::number))
            .load(conn)
    })?;
    Ok(rows.into_iter().filter_map(|(id, number)| Some((id, number?))).collect())
}

/// Numbers of credit notes.
pub(crate) fn credit_notes_named(
    conn: &mut Conn,
    scope: &Scope,
    ids: &[CreditNoteId],
) -> Result<Vec<(CreditNoteId, String)>, Error> {
    Ok(in_parts(ids, |some| {
        credit_notes::table
            .filter(credit_notes::organisation_id.eq(scope.organisation()))
            .filter(credit_notes::credit_note_id.eq_any(some))
            .select((credit_notes::credit_note_id, credit_notes::number))
            .load(conn)
    })?)
}

pub(crate) fn customer_name(conn: &mut Conn, scope: &Scope, id: CustomerId) -> Result<String, Error> {
    let name: Option<String> = customers::table
        .filter(customers::organisation_id.eq(scope.organisation()))
        .filter(customers::customer_id.eq(id))
        .select(customers::name)
        .get_result(conn)
        .optional()?;
    Ok(name.unwrap_or_default())
}

pub(crate) fn order_number(conn: &mut Conn, scope: &Scope, id: OrderId) -> Result<Option<String>, Error> {
    let number: Option<Option<String>> = orders::table
        .filter(orders::organisation_id.eq(scope.organisation()))
        .filter(orders::order_id.eq(id))
        .select(orders::number)
        .get_result(conn)
        .optional()?;
    Ok(number.flatten())
}

/// Names of tax codes, by code.
pub(crate) fn tax_names(
    conn: &mut Conn,
    scope: &Scope,
    codes: &[String],
) -> Result<BTreeMap<String, Localized>, Error> {
    let rows: Vec<(String, JsonText)> = tax_codes::table
        .filter(tax_codes::organisation_id.eq(scope.organisation()))
        .filter(tax_codes::code.eq_any(codes))
        .select((tax_codes::code, tax_codes::names))
        .load(conn)?;
    rows.into_iter().map(|(code, names)| Ok((code, serde_json::from_str(&names.0)?))).collect()
}

/// A line of the trail about one of these subjects: when, kind of actor, actor, command, subject's kind, details.
pub(crate) type Trace = (At, String, String, String, String, JsonText);

/// Lines of a history that a page shows.
const TRACES_MAX: u8 = 50;

/// The trail of an invoice and of what was set against it, newest first.
pub(crate) fn trail(conn: &mut Conn, scope: &Scope, subjects: &[AuditRowId]) -> Result<Vec<Trace>, Error> {
    let mut found: Vec<(AuditRowId, Trace)> = in_parts(subjects, |some| {
        audit_rows::table
            .filter(audit_rows::organisation_id.eq(scope.organisation()))
            .filter(audit_rows::subject_id.eq_any(some))
            .order(audit_rows::audit_id.desc())
            .select((
                audit_rows::audit_id,
                (
                    audit_rows::created_at,
                    audit_rows::actor_kind,
                    audit_rows::actor,
                    audit_rows::command,
                    audit_rows::subject_kind,
                    audit_rows::details,
                ),
            ))
            .limit(TRACES_MAX.into())
            .load(conn)
    })?;
    found.sort_by_key(|(id, _)| std::cmp::Reverse(*id));
    Ok(found.into_iter().map(|(_, trace)| trace).take(TRACES_MAX.into()).collect())
}
