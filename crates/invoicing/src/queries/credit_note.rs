//! Credit notes.

use super::view::{TaxView, called};
use crate::frozen::{self, Parties};
use crate::store::{CreditRow, credit_notes as notes, invoices, lists};
use ::store::{Conn, Error, Vault};
use kernel::id::{CreditNoteId, CustomerId, InvoiceId};
use kernel::{Currency, Date, Decimal, Localized, Money, Percent, Quantity, Refusal, Scope, Timestamp};
use std::collections::BTreeMap;

/// A credit note as pages, documents and the API show it.
#[derive(Debug, Clone)]
pub struct CreditNoteView {
    pub id: CreditNoteId,
    pub number: String,
    pub invoice: InvoiceId,
    pub invoice_number: Option<String>,
    pub customer: CustomerId,
    pub customer_name: String,
    pub currency: Currency,
    pub net: Money,
    pub tax: Money,
    pub total: Money,
    /// What of it is still the customer's credit.
    pub unapplied: Money,
    /// It took back the whole invoice.
    pub full: bool,
    pub reason: String,
    pub issued_on: Date,
    pub lines: Vec<CreditNoteLine>,
    /// Its lines by tax; empty in lists.
    pub taxes: Vec<TaxView>,
    /// What of it was set against which invoice, oldest first; empty in lists.
    pub applied: Vec<AppliedTo>,
    /// None in lists.
    pub parties: Option<Parties>,
    pub created_at: Timestamp,
}

/// A part of a credit note that settles an invoice.
#[derive(Debug, Clone)]
pub struct AppliedTo {
    pub invoice: InvoiceId,
    pub number: Option<String>,
    pub amount: Money,
    /// What it took of the note: the same, but where the invoice is in another currency.
    pub paid: Money,
    pub on: Date,
    /// Taken back since.
    pub reversed: bool,
}

/// A line of a credit note; amounts are positive where they are taken back.
#[derive(Debug, Clone)]
pub struct CreditNoteLine {
    pub line: i32,
    pub invoice_line: Option<i32>,
    /// It gives back a deposit, whose number is its description.
    pub is_deposit: bool,
    pub description: String,
    pub quantity: Quantity,
    pub tax_code: Option<String>,
    pub rate: Percent,
    pub net: Money,
    pub tax: Money,
    pub gross: Money,
}

/// Who issued a credit note, by the actor's name, and the rate it is valued at: its invoice's, in units of the books' currency.
pub fn credit_note_maker(conn: &mut Conn, scope: &Scope, id: CreditNoteId) -> Result<(String, Decimal), Error> {
    let missing = || Refusal::not_found("credit_note_not_found");
    let note = notes::find(conn, scope, id)?.ok_or_else(missing)?;
    let invoice = invoices::find(conn, scope, note.invoice_id)?.ok_or_else(missing)?;
    Ok((note.issued_by, invoice.exchange_rate.0))
}

/// One credit note, or a refusal.
pub fn credit_note(conn: &mut Conn, vault: &Vault, scope: &Scope, id: CreditNoteId) -> Result<CreditNoteView, Error> {
    let row = notes::find(conn, scope, id)?.ok_or_else(|| Refusal::not_found("credit_note_not_found"))?;
    let parties = frozen::thaw(conn, vault, scope.organisation(), row.customer_id, &row.frozen)?;
    let lines = notes::lines(conn, scope.organisation(), id)?;
    let of_invoice = invoices::lines(conn, scope.organisation(), row.invoice_id)?;
    let deducting: Vec<i32> = of_invoice.iter().filter(|line| line.deducts.is_some()).map(|line| line.line).collect();
    let lines = lines
        .into_iter()
        .map(|line| {
            Ok(CreditNoteLine {
                line: line.line,
                is_deposit: line.invoice_line.is_some_and(|of| deducting.contains(&of)),
                invoice_line: line.invoice_line,
                description: line.description,
                quantity: Quantity::new(line.quantity.0).map_err(|e| Error::Broken(e.to_string()))?,
                tax_code: line.tax_code,
                rate: Percent::new(line.tax_rate.0).map_err(|e| Error::Broken(e.to_string()))?,
                net: row.money(line.net_minor),
                tax: row.money(line.tax_minor),
                gross: row.money(line.gross_minor),
            })
        })
        .collect::<Result<Vec<_>, Error>>()?;
    let mut view = viewed(conn, scope, row)?;
    view.taxes = called(conn, scope, by_tax(&lines)?)?;
    view.lines = lines;
    view.applied = applied(conn, scope, id)?;
    view.parties = Some(parties);
    Ok(view)
}

/// What lines come to by tax; their codes stand for the names.
fn by_tax(lines: &[CreditNoteLine]) -> Result<Vec<TaxView>, Error> {
    let mut taxes: BTreeMap<(&String, Decimal), TaxView> = BTreeMap::new();
    for line in lines {
        let Some(code) = &line.tax_code else { continue };
        let zero = Money::zero(line.net.currency());
        let sum = taxes.entry((code, line.rate.value())).or_insert_with(|| TaxView {
            code: code.clone(),
            names: Localized::same(code),
            rate: line.rate,
            base: zero,
            tax: zero,
        });
        (sum.base, sum.tax) = (sum.base.plus(line.net)?, sum.tax.plus(line.tax)?);
    }
    Ok(taxes.into_values().collect())
}

fn applied(conn: &mut Conn, scope: &Scope, id: CreditNoteId) -> Result<Vec<AppliedTo>, Error> {
    let mut applied = Vec::new();
    for part in receivables::allocations_of(conn, scope, id.retyped())? {
        let invoice = part.debit.retyped();
        let number = invoices::find(conn, scope, invoice)?.and_then(|row| row.number);
        applied.push(AppliedTo {
            invoice,
            number,
            amount: part.amount,
            paid: part.paid,
            on: part.on,
            reversed: part.reversed,
        });
    }
    Ok(applied)
}

/// The credit notes of an invoice of which something is left, oldest first, with what is left.
pub fn open_credit(conn: &mut Conn, scope: &Scope, id: InvoiceId) -> Result<Vec<(CreditNoteId, Money)>, Error> {
    let mut open = Vec::new();
    for note in notes::of_invoice(conn, scope.organisation(), id)? {
        let item = receivables::item(conn, scope, note.credit_note_id.retyped())?;
        open.extend(item.filter(|item| item.open.is_positive()).map(|item| (note.credit_note_id, item.open)));
    }
    Ok(open)
}

/// Up to `limit` credit notes before `before`, newest first, without their lines.
pub fn credit_notes(
    conn: &mut Conn,
    scope: &Scope,
    customer: Option<CustomerId>,
    before: Option<CreditNoteId>,
    limit: i64,
) -> Result<Vec<CreditNoteView>, Error> {
    let rows = notes::list(conn, scope, customer, before, limit)?;
    rows.into_iter().map(|row| viewed(conn, scope, row)).collect()
}

fn viewed(conn: &mut Conn, scope: &Scope, row: CreditRow) -> Result<CreditNoteView, Error> {
    let item = receivables::item(conn, scope, row.credit_note_id.retyped())?;
    let invoice_number = invoices::find(conn, scope, row.invoice_id)?.and_then(|invoice| invoice.number);
    Ok(CreditNoteView {
        id: row.credit_note_id,
        invoice: row.invoice_id,
        invoice_number,
        customer: row.customer_id,
        customer_name: lists::customer_name(conn, scope, row.customer_id)?,
        currency: row.currency,
        net: row.money(row.net_minor),
        tax: row.money(row.tax_minor),
        total: row.money(row.total_minor),
        unapplied: item.map_or(Money::zero(row.currency), |item| item.open),
        full: row.kind == "full",
        issued_on: row.issued_on.0,
        lines: Vec::new(),
        taxes: Vec::new(),
        applied: Vec::new(),
        parties: None,
        created_at: row.created_at.0,
        number: row.number,
        reason: row.reason,
    })
}
