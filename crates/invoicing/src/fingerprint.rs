//! What of a document its fingerprint covers: all that it states, and the parties as they were frozen.

use crate::store::{CreditLineRow, CreditRow, InstalmentRow, InvoiceRow, LineRow, TaxRow};
use store::Fingerprint;

/// Of an invoice with its number. What happens to it later (sent, delivered, given up, void) is not part of it.
pub(crate) fn of_invoice(
    row: &InvoiceRow,
    lines: &[LineRow],
    taxes: &[TaxRow],
    instalments: &[InstalmentRow],
) -> String {
    let mut print = Fingerprint::default()
        .with(row.invoice_id)
        .with_optional(row.number.as_ref())
        .with(&row.purpose)
        .with(row.customer_id)
        .with_optional(row.order_id)
        .with(row.currency)
        .with(row.net_minor)
        .with(row.tax_minor)
        .with(row.total_minor)
        .with(row.exchange_rate.0)
        .with_optional(row.issued_on.map(|day| day.0))
        .with_optional(row.due_on.map(|day| day.0))
        .with(&row.revenue_at)
        .with_optional(row.deliver_on.map(|day| day.0))
        .with_optional(row.reference.as_ref())
        .with_optional(row.note.as_ref())
        .with_json(&row.frozen.0);
    for line in lines {
        print = print
            .with(line.line)
            .with(&line.kind)
            .with_optional(line.item_id)
            .with(&line.description)
            .with(&line.unit)
            .with(line.quantity.0)
            .with(line.unit_price.0)
            .with_optional(line.discount_percent.map(|percent| percent.0))
            .with(line.discount_minor)
            .with_optional(line.tax_code.as_ref())
            .with(line.tax_rate.0)
            .with(line.tax_inclusive)
            .with(line.net_minor)
            .with(line.tax_minor)
            .with(line.gross_minor)
            .with_optional(line.deducts);
    }
    let mut taxes: Vec<&TaxRow> = taxes.iter().collect();
    taxes.sort_by(|a, b| (&a.tax_code, a.rate).cmp(&(&b.tax_code, b.rate)));
    for tax in taxes {
        print = print.with(&tax.tax_code).with(tax.rate.0).with(tax.base_minor).with(tax.tax_minor);
    }
    for part in instalments {
        print = print.with(part.instalment).with(part.due_on.0).with(part.amount_minor);
    }
    print.finish()
}

/// Of a credit note.
pub(crate) fn of_credit_note(row: &CreditRow, lines: &[CreditLineRow]) -> String {
    let mut print = Fingerprint::default()
        .with(row.credit_note_id)
        .with(&row.number)
        .with(row.invoice_id)
        .with(row.customer_id)
        .with(row.currency)
        .with(row.net_minor)
        .with(row.tax_minor)
        .with(row.total_minor)
        .with(&row.kind)
        .with(&row.reason)
        .with(row.issued_on.0)
        .with_json(&row.frozen.0);
    for line in lines {
        print = print
            .with(line.line)
            .with_optional(line.invoice_line)
            .with(&line.description)
            .with(line.quantity.0)
            .with_optional(line.tax_code.as_ref())
            .with(line.tax_rate.0)
            .with(line.net_minor)
            .with(line.tax_minor)
            .with(line.gross_minor);
    }
    print.finish()
}
