//! The line that is chosen at the bench, with all that is known of it.

use super::asked::Asked;
use crate::as_written::{Written, as_written};
use crate::desk::{self, Entry, Note};
use crate::queries::{self, Filter, Line, Names, Statement};
use ::store::{Conn, Error, Vault};
use kernel::id::{CustomerId, EntryId, InvoiceId, StatementId, StatementLineId};
use kernel::{Money, Scope};
use payments::queries::DueInvoice;
use web::format::ungrouped;

/// Open invoices of a customer that are offered, soonest due first.
const INVOICES_SHOWN: i64 = 100;

/// An open invoice with what is typed for it.
pub(super) struct Row {
    pub invoice: DueInvoice,
    pub amount: String,
    pub settle: String,
    pub settle_amount: String,
}

/// All about the line that is chosen.
pub(super) struct Chosen {
    pub line: Line,
    /// What it was read from.
    pub written: Option<Written>,
    /// Further open lines that are taken together with it; of a line that is matched, those that it was matched together with.
    pub together: Vec<Line>,
    /// What all of them come to.
    pub sum: Money,
    /// Lines that are marked, where this one is not, and what they come to.
    pub marked: (i64, Money),
    pub names: Names,
    pub notes: Vec<Note>,
    /// Entries of candidates, or of the match that stands.
    pub linked: Vec<Entry>,
    /// What the match's payments are for: an invoice, its number, and what was paid of it.
    pub paid: Vec<(InvoiceId, String, Money)>,
    /// Entries that no line was matched with.
    pub free: Vec<Entry>,
    pub previous: Option<StatementLineId>,
    pub next: Option<StatementLineId>,
    pub rows: Vec<Row>,
    /// The line of another file that may be the same movement.
    pub again: Option<Line>,
}

/// The marked lines of a statement that are open.
pub(super) fn marked(
    conn: &mut Conn,
    scope: &Scope,
    statement: StatementId,
    asked: &Asked,
) -> Result<Vec<Line>, Error> {
    let mut all: Vec<Line> = Vec::new();
    for id in asked.with.iter().filter_map(|id| id.parse().ok()) {
        if all.iter().all(|known| known.id != id) {
            all.push(queries::line(conn, scope, id)?);
        }
    }
    all.retain(|line| line.statement == statement && line.state == "open");
    Ok(all)
}

impl Chosen {
    pub fn read(
        (conn, vault): (&mut Conn, &Vault),
        scope: &Scope,
        statement: &Statement,
        (line, mut marked): (Line, Vec<Line>),
        (asked, filter, customer, typed): (&Asked, &Filter, Option<CustomerId>, &[(String, String)]),
    ) -> Result<Chosen, Error> {
        let matched = line.matched.as_ref();
        let names = queries::names(conn, scope, [&line.proposed], matched.and_then(|found| found.customer))?;
        let candidates = line.proposed.candidates.iter();
        let linked: Vec<EntryId> = match matched {
            Some(found) => found.entries.iter().map(|(entry, ..)| *entry).collect(),
            None => candidates.flat_map(|candidate| candidate.entries.iter().copied()).collect(),
        };
        let is_open = line.state == "open";
        let is_marked = asked.is_marked(&line.id.to_string());
        marked.retain(|other| other.id != line.id);
        let total = |lines: &[Line]| Money::sum(statement.currency, lines.iter().map(|line| line.amount));
        let (count, others) = (i64::try_from(marked.len()).unwrap_or(i64::MAX), total(&marked)?);
        let (sum, together) = match matched {
            Some(found) => (line.amount, desk::fellows(conn, scope, &line, found)?),
            None if is_marked => (others.plus(line.amount)?, marked),
            None => (line.amount, Vec::new()),
        };
        let rows = match customer.filter(|_| is_open && sum.is_positive()) {
            None => Vec::new(),
            Some(customer) => {
                let open = payments::queries::open_invoices(conn, scope, customer, None, INVOICES_SHOWN)?.into_iter();
                let own = open.filter(|invoice| invoice.balance.currency() == statement.currency);
                own.map(|invoice| Row::of(invoice, sum, typed)).collect()
            }
        };
        let sought = Line { amount: sum, ..line.clone() };
        let free =
            if is_open { desk::free_entries(conn, scope, statement, &sought, &asked.entry)? } else { Vec::new() };
        let linked = desk::entries(conn, scope, statement, &linked)?;
        Ok(Chosen {
            paid: if matched.is_some() { desk::paid(conn, scope, &linked)? } else { Vec::new() },
            written: as_written(conn, vault, scope, line.id)?,
            again: line.proposed.again.map(|id| queries::line(conn, scope, id)).transpose()?,
            together,
            sum,
            marked: if is_marked { (0, others) } else { (count, others) },
            notes: desk::notes(conn, scope, line.id)?,
            linked,
            free,
            previous: desk::beside(conn, scope, statement.id, filter, (line.id, true))?,
            next: desk::beside(conn, scope, statement.id, filter, (line.id, false))?,
            rows,
            names,
            line,
        })
    }
}

impl Chosen {
    /// The rows of a form that came back: the pointer of each, and the number of its invoice.
    pub fn named(&self, typed: &[(String, String)]) -> Vec<(String, String)> {
        let number = |id: &str| {
            self.rows.iter().find(|row| row.invoice.id.to_string() == id).map(|row| row.invoice.number.clone())
        };
        let rows = typed.iter().filter_map(|(name, id)| Some((name.strip_suffix("/invoice")?, id)));
        rows.filter_map(|(row, id)| Some((row.to_owned(), number(id)?))).collect()
    }

    /// What of the line is for no invoice yet, as far as what was typed can be read.
    pub fn left(&self) -> Money {
        let typed =
            self.rows.iter().filter_map(|row| Money::parse(&ungrouped(row.amount.trim()), self.sum.currency()).ok());
        typed.fold(self.sum, |left, amount| left.minus(amount).unwrap_or(left))
    }
}

impl Row {
    /// An invoice with what was typed for it; one that the line pays as a whole is filled in.
    fn of(invoice: DueInvoice, amount: Money, typed: &[(String, String)]) -> Row {
        let id = invoice.id.to_string();
        let start = typed.iter().find(|(_, value)| *value == id).and_then(|(name, _)| name.strip_suffix("/invoice"));
        let field = |rest: &str| {
            let name = format!("{}/{rest}", start.unwrap_or_default());
            typed.iter().find(|(own, _)| *own == name).map(|(_, value)| value.clone()).unwrap_or_default()
        };
        let usual = if typed.is_empty() && invoice.balance == amount { amount.amount() } else { field("amount") };
        Row { amount: usual, settle: field("settle"), settle_amount: field("settle_amount"), invoice }
    }
}
