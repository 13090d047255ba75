//! Lists of invoices and the figures above them.

use super::view::{Official, Settled, status_of};
use crate::store::lists::{self, Became, Narrow};
use crate::store::{InvoiceRow, credit_notes, invoices};
use ::store::{Conn, Error};
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
    pub due_on: Option<Date>,
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
            ids: None,
        })
    }

    fn admits(&self, row: &InvoiceRowView) -> bool {
        self.status.is_none_or(|status| row.status == status)
            && (!self.outstanding || row.status.is_outstanding())
            && (!self.overdue || row.overdue)
            && (!self.in_doubt || row.in_doubt)
    }
}

/// Before the first due date.
const EVER: Date = Date::constant(1, 1, 1);

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
    let books = ::store::books::load(conn, scope.organisation())?;
    let mut narrow = filter.narrow(today)?;
    if filter.in_doubt {
        narrow.ids = Some(lists::in_doubt_invoices(conn, scope)?);
    }
    let wanted = usize::try_from(limit).unwrap_or(50);
    let (mut found, mut before, mut limit) = (Vec::new(), before, limit);
    loop {
        let due = match narrow.due {
            Some(days) => Some(lists::open_due(conn, scope, days, narrow.customer, before, limit)?),
            None => None,
        };
        if due.is_some() {
            narrow.ids.clone_from(&due);
        }
        let rows = lists::page(conn, scope, &narrow, before, limit)?;
        let read = due.as_ref().map_or(rows.len(), Vec::len);
        let is_last = i64::try_from(read).is_ok_and(|read| read < limit);
        before = match due {
            Some(ids) => ids.last().copied(),
            None => rows.last().map(|(row, _, _)| row.invoice_id),
        };
        found.extend(viewed(conn, scope, rows, today, books.currency)?.into_iter().filter(|row| filter.admits(row)));
        if is_last || found.len() >= wanted {
            break;
        }
        limit = limit.max(ROUND);
    }
    found.truncate(wanted);
    Ok(found)
}

/// The invoices that are overdue longest, these first.
pub fn longest_overdue(conn: &mut Conn, scope: &Scope, today: Date, limit: i64) -> Result<Vec<InvoiceRowView>, Error> {
    let books = ::store::books::load(conn, scope.organisation())?;
    let ids = lists::longest_due(conn, scope, today, limit)?;
    let narrow = Narrow { ids: Some(ids.clone()), ..Narrow::default() };
    let rows = lists::page(conn, scope, &narrow, None, limit)?;
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
    rows.into_iter()
        .map(|(row, customer_name, open)| {
            let (open, open_functional) = open.unwrap_or((0, 0));
            let sum = |own_note: bool| {
                let of = settled.iter().filter(|(of, own, _)| *of == row.invoice_id && *own == own_note);
                of.map(|(_, _, minor)| minor).sum()
            };
            let taken_back = notes.iter().filter(|(of, _)| *of == row.invoice_id).map(|(_, minor)| minor).sum();
            let settled = Settled { paid: sum(false), credited: sum(true), taken_back };
            let status = status_of(&row, open, settled)?;
            let due_on = row.due_on.map(|day| day.0);
            Ok(InvoiceRowView {
                id: row.invoice_id,
                status,
                customer: row.customer_id,
                customer_name,
                order: row.order_id,
                currency: row.currency,
                issued_on: row.issued_on.map(|day| day.0),
                due_on,
                net: row.money(row.net_minor),
                tax: row.money(row.tax_minor),
                total: row.total(),
                balance: row.money(if row.state == "draft" { row.total_minor } else { open }),
                balance_functional: Money::new(open_functional, functional),
                official: Official::of(&row),
                overdue: due_on.is_some_and(|due| is_overdue(status, due, today)),
                in_doubt: under_way.iter().any(|(id, status)| *id == row.invoice_id && status == "in_doubt"),
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
