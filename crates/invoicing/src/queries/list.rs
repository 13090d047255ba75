//! Lists of invoices and the figures above them.

use super::view::{Official, Settled, status_of};
use crate::rules::deposits::Purpose;
use crate::store::lists::{self, Became, Narrow};
use crate::store::{InvoiceRow, credit_notes, disputed, invoices};
use ::store::{Conn, Error, Part, Place, Total};
use kernel::id::{CustomerId, InvoiceId, OrderId};
use kernel::{Currency, Date, Money, Refusal, Scope};
use receivables::Figure;
use receivables::rules::status::{InvoiceStatus, is_overdue};

/// An invoice as a list shows it.
#[derive(Debug, Clone)]
pub struct InvoiceRowView {
    pub id: InvoiceId,
    pub number: Option<String>,
    pub status: InvoiceStatus,
    pub customer: CustomerId,
    pub customer_name: String,
    pub order: Option<OrderId>,
    pub currency: Currency,
    pub issued_on: Option<Date>,
    /// The last day to pay all of it in time.
    pub due_on: Option<Date>,
    /// When the next part of what is open is due.
    pub next_due: Option<Date>,
    pub net: Money,
    pub tax: Money,
    pub total: Money,
    pub balance: Money,
    /// What is open, in the books' currency.
    pub balance_functional: Money,
    pub official: Official,
    pub pay_token: Option<String>,
    pub overdue: bool,
    pub in_doubt: bool,
    /// Money that paid it is disputed at the provider.
    pub disputed: bool,
    pub purpose: Purpose,
}

/// What a list is narrowed to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    pub status: Option<InvoiceStatus>,
    /// With something open, whatever the status.
    pub outstanding: bool,
    pub overdue: bool,
    /// Due within seven days from today.
    pub due_soon: bool,
    /// An online payment has an unknown outcome.
    pub in_doubt: bool,
    pub customer: Option<CustomerId>,
    pub order: Option<OrderId>,
    /// The number begins so.
    pub number: Option<String>,
    /// Nothing but these.
    pub ids: Option<Vec<InvoiceId>>,
}

impl Filter {
    /// Reads `status`, which is also `outstanding`, `overdue`, `due_soon` or `in_doubt`; refuses other names.
    pub fn named(mut self, name: &str) -> Result<Filter, Refusal> {
        match name {
            "" => {}
            "outstanding" => self.outstanding = true,
            "overdue" => self.overdue = true,
            "due_soon" => self.due_soon = true,
            "in_doubt" => self.in_doubt = true,
            other => {
                let status = InvoiceStatus::by_name(other);
                self.status = Some(status.ok_or_else(|| Refusal::field("/status", "not_a_choice"))?);
            }
        }
        Ok(self)
    }

    /// What the database narrows; [`Filter::admits`] decides the rest row by row.
    fn narrow(&self, today: Date) -> Result<Narrow, Error> {
        let (state, open) = match self.status {
            None => (None, None),
            Some(InvoiceStatus::Draft) => (Some("draft"), None),
            Some(InvoiceStatus::Void) => (Some("void"), None),
            Some(status) => (Some("issued"), Some(status.is_outstanding())),
        };
        let outstanding = self.outstanding || self.overdue || self.due_soon;
        let week = today.checked_add(jiff::Span::new().days(8)).map_err(|e| Error::Broken(e.to_string()))?;
        Ok(Narrow {
            state: if outstanding { Some("issued") } else { state },
            open: if outstanding { Some(true) } else { open },
            became: match self.status {
                Some(InvoiceStatus::PartiallyPaid) => Some(Became::SettledInPart),
                Some(InvoiceStatus::Credited) => Some(Became::Credited),
                Some(InvoiceStatus::WrittenOff) => Some(Became::WrittenOff),
                _ => None,
            },
            due: if self.overdue { Some((EVER, today)) } else { self.due_soon.then_some((today, week)) },
            customer: self.customer,
            order: self.order,
            number: self.number.clone(),
            ids: self.ids.clone(),
        })
    }

    fn admits(&self, row: &InvoiceRowView) -> bool {
        self.status.is_none_or(|status| row.status == status)
            && (!self.outstanding || row.status.is_outstanding())
            && (!self.overdue || row.overdue)
            && (!self.in_doubt || row.in_doubt)
    }
}

/// Before the first due date, and after the last.
const EVER: Date = Date::constant(1, 1, 1);
const NEVER: Date = Date::constant(9999, 12, 31);

/// Rows of a round of reading at least, where the database cannot tell all that is asked for.
const ROUND: i64 = 200;

/// Up to `limit` invoices before `before`, newest first; fewer only where there are no more. `today` is the organisation's
/// date.
pub fn list(
    conn: &mut Conn,
    scope: &Scope,
    filter: &Filter,
    today: Date,
    before: Option<InvoiceId>,
    limit: i64,
) -> Result<Vec<InvoiceRowView>, Error> {
    page(conn, scope, filter, today, &Part::newest(before, limit))
}

/// A part of the invoices: newest first, by `number`, or what is outstanding by `due`.
pub fn page(
    conn: &mut Conn,
    scope: &Scope,
    filter: &Filter,
    today: Date,
    part: &Part,
) -> Result<Vec<InvoiceRowView>, Error> {
    let books = ::store::books::load(conn, scope.organisation())?;
    let mut narrow = filter.narrow(today)?;
    if part.by == Some("due") && narrow.due.is_none() {
        narrow.due = Some((EVER, NEVER));
    }
    if filter.in_doubt {
        let in_doubt = lists::in_doubt_invoices(conn, scope)?;
        let stays = |id: &InvoiceId| narrow.ids.as_ref().is_none_or(|ids| ids.contains(id));
        narrow.ids = Some(in_doubt.into_iter().filter(stays).collect());
    }
    let wanted = usize::try_from(part.limit).unwrap_or(50);
    let (mut found, mut next) = (Vec::new(), part.clone());
    loop {
        let (rows, last) = round(conn, scope, &narrow, &next)?;
        found.extend(viewed(conn, scope, rows, today, books.currency)?.into_iter().filter(|row| filter.admits(row)));
        if last.is_none() || found.len() >= wanted {
            break;
        }
        next.from = last;
        next.limit = next.limit.max(ROUND);
    }
    found.truncate(wanted);
    Ok(part.in_order(found))
}

type Rows = Vec<(InvoiceRow, String, Option<lists::Open>)>;

/// What is read in one go, and where to go on; nowhere where that was all.
fn round(conn: &mut Conn, scope: &Scope, narrow: &Narrow, part: &Part) -> Result<(Rows, Option<Place>), Error> {
    let is_all = |read: usize| i64::try_from(read).is_ok_and(|read| read < part.limit);
    let place = |id: InvoiceId, key: String| Place { id: *id.bytes(), key, nth: 0 };
    let Some(days) = narrow.due else {
        let rows = lists::page(conn, scope, narrow, part)?;
        let last = rows.last().filter(|_| !is_all(rows.len()));
        let last = last.map(|(row, _, _)| place(row.invoice_id, row.number.clone().unwrap_or_default()));
        return Ok((rows, last));
    };
    let due = lists::open_due(conn, scope, days, narrow, part)?;
    let last = due.last().filter(|_| !is_all(due.len())).map(|(id, due_on)| place(*id, due_on.0.to_string()));
    let ids: Vec<InvoiceId> = due.iter().map(|(id, _)| *id).collect();
    let these = Narrow { ids: Some(ids.clone()), ..narrow.clone() };
    let mut rows = lists::page(conn, scope, &these, &Part::newest::<()>(None, part.limit))?;
    rows.sort_by_key(|(row, _, _)| ids.iter().position(|id| *id == row.invoice_id));
    Ok((rows, last))
}

/// How many invoices a list has, where an index tells. The figures tell of what is outstanding and overdue.
pub fn total(conn: &mut Conn, scope: &Scope, filter: &Filter) -> Result<Total, Error> {
    let plain = Filter { status: filter.status, customer: filter.customer, ..Filter::default() };
    match (filter.status, filter.customer) {
        _ if plain != *filter => Ok(Total::Unknown),
        (None, customer) => lists::total(conn, scope, None, customer),
        (Some(InvoiceStatus::Draft), None) => lists::total(conn, scope, Some("draft"), None),
        (Some(InvoiceStatus::Void), None) => lists::total(conn, scope, Some("void"), None),
        _ => Ok(Total::Unknown),
    }
}

/// The invoices that are overdue longest, these first.
pub fn longest_overdue(conn: &mut Conn, scope: &Scope, today: Date, limit: i64) -> Result<Vec<InvoiceRowView>, Error> {
    let books = ::store::books::load(conn, scope.organisation())?;
    let ids = lists::longest_due(conn, scope, today, limit)?;
    let narrow = Narrow { ids: Some(ids.clone()), ..Narrow::default() };
    let rows = lists::page(conn, scope, &narrow, &Part::newest::<()>(None, limit))?;
    let mut found = viewed(conn, scope, rows, today, books.currency)?;
    found.sort_by_key(|row| ids.iter().position(|id| *id == row.id));
    Ok(found)
}

fn viewed(
    conn: &mut Conn,
    scope: &Scope,
    rows: Vec<(InvoiceRow, String, Option<lists::Open>)>,
    today: Date,
    functional: Currency,
) -> Result<Vec<InvoiceRowView>, Error> {
    let ids: Vec<InvoiceId> = rows.iter().map(|(row, _, _)| row.invoice_id).collect();
    let settled = lists::settled(conn, scope, &ids)?;
    let notes = credit_notes::taken_back(conn, scope.organisation(), &ids)?;
    let under_way = invoices::payments_under_way(conn, scope.organisation(), &ids)?;
    let disputed = disputed(conn, scope.organisation(), &ids)?;
    rows.into_iter()
        .map(|(row, customer_name, open)| {
            let (open, open_functional, next_due) = open.unwrap_or((0, 0, None));
            let sum = |own_note: bool| {
                let of = settled.iter().filter(|(of, own, _)| *of == row.invoice_id && *own == own_note);
                of.map(|(_, _, minor)| minor).sum()
            };
            let taken_back = notes.iter().filter(|(of, _)| *of == row.invoice_id).map(|(_, minor)| minor).sum();
            let settled = Settled { paid: sum(false), credited: sum(true), taken_back };
            let status = status_of(&row, open, settled)?;
            let due_on = row.due_on.map(|day| day.0);
            let next_due = next_due.map(|day| day.0).or(due_on);
            Ok(InvoiceRowView {
                id: row.invoice_id,
                status,
                customer: row.customer_id,
                customer_name,
                order: row.order_id,
                currency: row.currency,
                issued_on: row.issued_on.map(|day| day.0),
                due_on,
                next_due,
                net: row.money(row.net_minor),
                tax: row.money(row.tax_minor),
                total: row.total(),
                balance: row.money(if row.state == "draft" { row.total_minor } else { open }),
                balance_functional: Money::new(open_functional, functional),
                official: Official::of(&row),
                overdue: next_due.is_some_and(|due| is_overdue(status, due, today)),
                in_doubt: under_way.iter().any(|(id, status)| *id == row.invoice_id && status == "in_doubt"),
                disputed: disputed.contains(&row.invoice_id),
                purpose: Purpose::by_name(&row.purpose).unwrap_or_default(),
                pay_token: row.pay_token,
                number: row.number,
            })
        })
        .collect()
}

/// The figures above the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Figures {
    pub open: Figure,
    pub overdue: Figure,
    /// Received since the first of this month.
    pub received: Figure,
    /// Online payments whose outcome is not known, those in the books' currency.
    pub in_doubt: Figure,
}

/// Reads the figures, each from an index.
pub fn figures(conn: &mut Conn, scope: &Scope, today: Date) -> Result<Figures, Error> {
    let currency = ::store::books::load(conn, scope.organisation())?.currency;
    let days = receivables::due_days(conn, scope)?;
    let doubts = lists::in_doubt_figure(conn, scope)?;
    let home: i64 = doubts.iter().filter(|(of, _, _)| *of == currency).map(|(_, minor, _)| minor).sum();
    Ok(Figures {
        open: receivables::sum_of(currency, days.iter())?,
        overdue: receivables::sum_of(currency, days.iter().filter(|day| day.due_on < today))?,
        received: receivables::received(conn, scope, today.first_of_month())?,
        in_doubt: Figure { amount: Money::new(home, currency), count: doubts.iter().map(|(_, _, count)| count).sum() },
    })
}
