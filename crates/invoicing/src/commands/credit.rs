//! Taking back an invoice, or part of it.

use super::bring_forward::is_brought_forward;
use super::deferral;
use super::deposits::{self, Moved};
use super::issue::{booked, next_number, valued};
use super::settlements;
use crate::rules::credit::{self, CreditError, CreditWanted, Creditable, Credited};
use crate::rules::deposits::Share;
use crate::store::{CreditLineRow, CreditRow, InvoiceRow, LineRow, credit_notes, invoices};
use crate::{fingerprint, frozen};
use ::store::{Command, Error, Tx};
use kernel::id::{CreditNoteId, InvoiceId};
use kernel::{Date, Decimal, Fields, Locale, Money, Permission, Refusal};
use ledger::rules::postings::{self, Event, Net, TaxedPart};
use ledger::{AccountRole, Document};
use receivables::{ItemKind, NewItem, Want};
use schema::types::{At, Day, Exact};
use std::collections::BTreeMap;

/// How much is taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CreditPart {
    /// All that is left, beside what was written off.
    All,
    /// So much in all, tax included.
    Amount(Money),
    /// So much net of these lines, counted from 1; `None` = all that is left of the line.
    Lines(Vec<(usize, Option<Money>)>),
}

/// Writes a credit note: it cuts what is due of its invoice, the rest is the customer's credit.
#[derive(Debug, Clone)]
pub struct CreditInvoice {
    pub id: InvoiceId,
    pub part: CreditPart,
    pub reason: String,
    /// Today where not given; its period must be open.
    pub issued_on: Option<Date>,
}

impl Command for CreditInvoice {
    const NAME: &'static str = "invoice.credit";
    const PERMISSION: Permission = Permission::InvoiceCredit;
    type Output = CreditNoteId;

    fn run(&self, tx: &mut Tx<'_>) -> Result<CreditNoteId, Error> {
        let mut fields = Fields::new();
        let reason = fields.text("/reason", &self.reason, 1, 500);
        fields.finish()?;
        let invoice = super::hold_issued(tx, self.id)?;
        let on = super::day(tx, self.issued_on, "/issued_on")?;
        if invoice.issued_on.is_some_and(|issued| on < issued.0) {
            return Err(Refusal::field("/issued_on", "before_the_invoice").into());
        }
        let lines = invoices::lines(tx.conn, tx.context().organisation, self.id)?;
        let decided = decide(tx, &invoice, &lines, &self.part)?;
        let given_back: Vec<Share> = decided
            .credited
            .iter()
            .filter_map(|part| deposits::share_of(&invoice, &lines[part.line], -part.net.minor(), -part.tax.minor()))
            .collect();
        deposits::refuse_giving_back(tx, &given_back)?;
        let id: CreditNoteId = tx.new_id();
        let total = post(tx, id, &invoice, &lines, &decided.credited, on)?;
        let customer = customers::queries::terms(tx, invoice.customer_id)?;
        let note = Note { reason, on, locale: customer.locale };
        let (number, fingerprint) = keep(tx, id, &invoice, &lines, &decided, note)?;
        deferral::settle(tx, &invoice, Document::CreditNote(id), on)?;
        deposits::book_with(tx, &invoice, Moved::WaitsAgain, on, &given_back)?;
        let mut facts = serde_json::json!({
            "number": number, "invoice": self.id, "invoice_number": invoice.number, "total": total.to_string(),
        });
        tx.audit(self.id, &facts)?;
        tx.emit("credit_note.issued", id, &facts)?;
        facts["fingerprint"] = fingerprint.into();
        tx.audit(id, &facts)?;
        Ok(id)
    }
}

/// What the note takes back.
struct Decided {
    credited: Vec<Credited>,
    /// Nothing of the invoice is left.
    full: bool,
}

/// What the caller said about it.
struct Note {
    reason: String,
    on: Date,
    locale: Locale,
}

fn decide(tx: &mut Tx<'_>, invoice: &InvoiceRow, lines: &[LineRow], part: &CreditPart) -> Result<Decided, Error> {
    let before = credit_notes::credited_of(tx.conn, invoice.organisation_id, invoice.invoice_id)?;
    let mut creditable: Vec<Creditable> = lines
        .iter()
        .map(|line| {
            let earlier = before.iter().filter(|(of, _, _)| *of == line.line);
            let (net, tax) = earlier.fold((0, 0), |(net, tax), (_, n, t)| (net + n, tax + t));
            Creditable {
                net: invoice.money(line.net_minor),
                tax: invoice.money(line.tax_minor),
                credited_net: invoice.money(net),
                credited_tax: invoice.money(tax),
                is_deduction: line.deducts.is_some(),
            }
        })
        .collect();
    // What was given up is given up of the whole, whatever finals deducted of it.
    let whole = creditable.clone();
    deposits::keep_deducted(tx, invoice, lines, &mut creditable)?;
    let given_up = invoice.given_up()?;
    let credited = match part {
        CreditPart::All if given_up.is_positive() => match credit::left_beside(&whole, given_up) {
            Ok(left) if !left.is_positive() => Err(CreditError::GivenUp { left }),
            left => left.and_then(|left| credit::by_amount(&creditable, credit::at_most(&creditable, left)?)),
        },
        CreditPart::All => credit::all_of(&creditable).and_then(|all| credit::credit(&creditable, &all)),
        CreditPart::Amount(gross) if gross.currency() != invoice.currency => {
            return Err(Refusal::field("/amount/currency", "currency_mismatch").into());
        }
        CreditPart::Amount(gross) => credit::by_amount(&creditable, *gross),
        CreditPart::Lines(wanted) => credit::credit(&creditable, &wanted_of(&creditable, wanted)?),
    };
    let credited = credited
        .and_then(|note| credit::check_given_up(&whole, &note, given_up).map(|()| note))
        .map_err(|error| refused(error, part))?;
    let left: i64 = creditable.iter().map(|c| c.net.minor() - c.credited_net.minor()).map(i64::abs).sum();
    let taken: i64 = credited.iter().map(|c| c.net.minor().abs()).sum();
    Ok(Decided { full: before.is_empty() && left == taken, credited })
}

fn wanted_of(lines: &[Creditable], wanted: &[(usize, Option<Money>)]) -> Result<Vec<CreditWanted>, Error> {
    let mut all = Vec::with_capacity(wanted.len());
    for (index, (line, net)) in wanted.iter().enumerate() {
        let unknown = || Refusal::field(format!("/lines/{index}/line"), "not_found");
        let line = line.checked_sub(1).ok_or_else(unknown)?;
        let of = lines.get(line).ok_or_else(unknown)?;
        let net = match net {
            Some(net) => *net,
            None => of.net.minus(of.credited_net)?,
        };
        all.push(CreditWanted { line, net });
    }
    Ok(all)
}

/// Opens the credit, posts it, and sets it against what is due.
fn post(
    tx: &mut Tx<'_>,
    id: CreditNoteId,
    invoice: &InvoiceRow,
    lines: &[LineRow],
    credited: &[Credited],
    on: Date,
) -> Result<Money, Error> {
    let (functional, scope) = (tx.books()?.currency, tx.context().scope());
    let mut groups: BTreeMap<(String, Decimal), (i64, i64)> = BTreeMap::new();
    for part in credited {
        let line = &lines[part.line];
        let group = groups.entry((line.tax_code.clone().unwrap_or_default(), line.tax_rate.0)).or_default();
        group.0 += part.net.minor();
        group.1 += part.tax.minor();
    }
    let groups: Vec<(String, i64, i64)> =
        groups.into_iter().map(|((code, _), (base, tax))| (code, base, tax)).collect();
    let total = invoice.money(groups.iter().map(|(_, base, tax)| base + tax).sum());
    // At the invoice's rate: a credit note undoes a sale, it does not revalue it.
    let mut parts = valued(invoice.currency, &groups, invoice.exchange_rate.0, functional)?;
    let net = net_of(tx, invoice)?;
    take_the_rest(tx, invoice, net, &mut parts)?;
    let functional_minor = parts.iter().map(|p| p.base.functional_minor + p.tax.functional_minor).sum();
    let event = Event {
        chart: ledger::chart(tx)?,
        date: on,
        document: Document::CreditNote(id),
        customer: invoice.customer_id,
    };
    let item = NewItem {
        id: id.retyped(),
        kind: ItemKind::CreditNote,
        customer: invoice.customer_id,
        amount: total,
        functional_minor,
        date: on,
        due_on: None,
        final_due_on: None,
    };
    receivables::open(tx, item)?;
    let open = receivables::item(tx.conn, &scope, invoice.invoice_id.retyped())?;
    let due = open.map_or(0, |item| item.open.minor()).min(total.minor());
    let settled = if due > 0 {
        let want = Want::new(invoice.invoice_id.retyped(), invoice.money(due));
        receivables::allocate(tx, id.retyped(), &[want], on)?
    } else {
        Vec::new()
    };
    let entry = postings::credit_note(event, net, &parts).map_err(booked)?;
    // One that gives back a deposit may come to nothing.
    if !entry.lines.is_empty() {
        ledger::post(tx, entry, invoice.number.as_deref().unwrap_or(""))?;
    }
    let settlements = settlements(functional, &settled);
    // Both stand on the same account; only a difference of book values moves anything.
    if settlements.iter().any(|s| s.credit_minor != s.item_minor) {
        let entry = postings::application(event, AccountRole::Receivable, &settlements).map_err(booked)?;
        ledger::post(tx, entry, invoice.number.as_deref().unwrap_or(""))?;
    }
    Ok(total)
}

/// Where the net of the invoice stands.
///
/// One that was brought forward has neither revenue nor tax in these books, and its total is not parted into them: taken
/// off revenue, a credit note would lower this year's sales by an earlier year's, tax included. It goes back where the
/// opening entry took it from. A return that must lower the revenue of this year (小企业会计准则 on returns of earlier
/// years' sales) is then moved by a manual entry, which can tell net from tax.
fn net_of(tx: &mut Tx<'_>, invoice: &InvoiceRow) -> Result<Net, Error> {
    Ok(if is_brought_forward(tx, invoice.invoice_id)? { Net::BroughtForward } else { invoice.net() })
}

/// Where nothing of a tax code is left, takes what its base and tax still stand at in the books: several roundings may add
/// up to another value than one.
fn take_the_rest(tx: &mut Tx<'_>, invoice: &InvoiceRow, net: Net, parts: &mut [TaxedPart]) -> Result<(), Error> {
    if invoice.currency == tx.books()?.currency {
        return Ok(());
    }
    let (chart, lines) = (ledger::chart(tx)?, super::sale(tx, invoice.invoice_id)?);
    let bases = postings::standing(chart, net.role(), &lines).map_err(booked)?;
    let taxes = postings::standing(chart, AccountRole::OutputTax, &lines).map_err(booked)?;
    for part in parts {
        for (value, left) in [(&mut part.base, &bases), (&mut part.tax, &taxes)] {
            let left = left.iter().find(|(code, left)| *code == part.code && left.money == value.money);
            if let Some((_, left)) = left {
                *value = *left;
            }
        }
    }
    Ok(())
}

/// Takes the number, last of all locks, and keeps the note; gives its number and fingerprint.
fn keep(
    tx: &mut Tx<'_>,
    id: CreditNoteId,
    invoice: &InvoiceRow,
    lines: &[LineRow],
    decided: &Decided,
    note: Note,
) -> Result<(String, String), Error> {
    let organisation = invoice.organisation_id;
    let rows: Vec<CreditLineRow> = (1..)
        .zip(&decided.credited)
        .map(|(line, part)| {
            let of = &lines[part.line];
            let whole = part.net.minor() == of.net_minor;
            CreditLineRow {
                organisation_id: organisation,
                credit_note_id: id,
                line,
                invoice_line: Some(of.line),
                description: of.description.clone(),
                quantity: if whole { of.quantity } else { Exact(Decimal::ONE) },
                tax_code: of.tax_code.clone(),
                tax_rate: of.tax_rate,
                net_minor: part.net.minor(),
                tax_minor: part.tax.minor(),
                gross_minor: part.net.minor() + part.tax.minor(),
            }
        })
        .collect();
    let (net, tax) = rows.iter().fold((0, 0), |(net, tax), row| (net + row.net_minor, tax + row.tax_minor));
    let frozen = frozen::freeze(tx, invoice.customer_id, note.locale)?;
    let pattern = identity::profile(tx.conn, organisation)?.credit_note_pattern;
    let row = CreditRow {
        organisation_id: organisation,
        credit_note_id: id,
        number: next_number(tx, "credit_note", &pattern, note.on)?,
        invoice_id: invoice.invoice_id,
        customer_id: invoice.customer_id,
        currency: invoice.currency,
        net_minor: net,
        tax_minor: tax,
        total_minor: net + tax,
        kind: if decided.full { "full" } else { "partial" }.to_owned(),
        reason: note.reason,
        issued_on: Day(note.on),
        frozen,
        issued_by: tx.context().actor.name(),
        created_at: At(tx.now()),
    };
    credit_notes::insert(tx.conn, &row, &rows)?;
    let fingerprint = fingerprint::of_credit_note(&row, &rows);
    Ok((row.number, fingerprint))
}

fn refused(error: CreditError, part: &CreditPart) -> Refusal {
    let at = |line: usize, field: &str, code| match part {
        CreditPart::Lines(wanted) => {
            let index = wanted.iter().position(|(wanted, _)| *wanted == line + 1).unwrap_or(0);
            Refusal::field(format!("/lines/{index}{field}"), code)
        }
        CreditPart::All | CreditPart::Amount(_) => Refusal::field("/amount", code),
    };
    match error {
        CreditError::Nothing => Refusal::conflict("credit_note_nothing_left"),
        CreditError::UnknownLine { line } => at(line, "/line", "not_found"),
        CreditError::NamedTwice { line } => at(line, "/line", "named_twice"),
        CreditError::CurrencyMismatch { line } => at(line, "/amount/currency", "currency_mismatch"),
        CreditError::WrongSign { line } => at(line, "/amount", "not_positive"),
        CreditError::ExceedsLine { remaining, .. } | CreditError::ExceedsInvoice { remaining } => {
            Refusal::conflict("credit_note_exceeds_invoice").with("remaining", kernel::Arg::Money(remaining))
        }
        CreditError::GivenUp { left } => {
            Refusal::conflict("credit_note_given_up").with("remaining", kernel::Arg::Money(left))
        }
        CreditError::NotPositive => Refusal::field("/amount", "not_positive"),
        CreditError::Overflow => Refusal::invalid("amount_too_large"),
    }
}
