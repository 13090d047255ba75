//! A draft as it would be written to be what it is.

use super::{InvoiceView, LineView};
use crate::commands::{InstalmentInput, InvoiceInput};
use catalog::{DiscountInput, LineInput, LineKind};

impl LineView {
    fn as_written(&self) -> LineInput {
        LineInput {
            kind: self.kind,
            item: self.item.map(|item| item.to_string()),
            description: Some(self.description.clone()),
            unit: Some(self.unit.clone()),
            quantity: self.quantity.to_string(),
            unit_price: Some((self.unit_price.currency().to_string(), self.unit_price.text())),
            tax_code: self.tax_code.clone(),
            discount: DiscountInput::of(self.discount_percent, self.discount),
        }
    }
}

impl InvoiceView {
    /// The invoice as it would be written to be what it is. Instalments that were told in percent are amounts by now.
    pub fn as_written(&self) -> InvoiceInput {
        let sold = self.lines.iter().filter(|line| line.deducts.is_none());
        let (lines, fees) = sold.map(LineView::as_written).partition(|line| line.kind == LineKind::Item);
        let code = self.currency.code();
        let instalment = |part: &super::InstalmentView| InstalmentInput {
            percent: None,
            amount: Some((code.to_owned(), part.amount.amount())),
            due_on: part.due_on.to_string(),
        };
        InvoiceInput {
            customer: self.customer.to_string(),
            currency: Some(code.to_owned()),
            lines,
            fees,
            instalments: self.instalments.iter().map(instalment).collect(),
            deliver_on: self.deliver_on.map(|day| day.to_string()),
            issued_on: None,
            payment_terms_days: Some(self.payment_terms_days.to_string()),
            reference: self.reference.clone(),
            note: self.note.clone(),
            purpose: Some(self.purpose.name().to_owned()),
            deducts: self.deducts.iter().map(|of| of.invoice.to_string()).collect(),
        }
    }
}
