//! What somebody wrote about a payment, checked field by field; the same for programs and pages.

use super::payment::Method;
use kernel::id::{CustomerId, InvoiceId};
use kernel::{Date, Fields, Money, Refusal};

/// A payment as it was written down, unchecked. Blank optional texts mean not given.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PaymentInput {
    pub customer: String,
    pub method: String,
    pub currency: String,
    pub amount: String,
    pub received_on: String,
    pub reference: Option<String>,
    pub account: Option<String>,
    pub allocations: Vec<PartInput>,
}

/// What was written down of a part of it that is meant for an invoice. Amounts are currency and figure.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PartInput {
    pub invoice: String,
    pub amount: (String, String),
    /// What the part takes of the payment, where that is in another currency than the invoice.
    pub paid: Option<(String, String)>,
}

/// A part of a credit that is meant for an invoice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    pub invoice: InvoiceId,
    /// In the invoice's currency.
    pub amount: Money,
    /// What it takes of a credit in another currency; by the rate of the day where nobody says.
    pub paid: Option<Money>,
}

impl From<(InvoiceId, Money)> for Part {
    fn from((invoice, amount): (InvoiceId, Money)) -> Part {
        Part { invoice, amount, paid: None }
    }
}

/// A payment as it may be recorded, as far as its own words tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentData {
    pub customer: CustomerId,
    pub method: Method,
    pub amount: Money,
    pub received_on: Date,
    pub reference: Option<String>,
    pub account: Option<String>,
    pub allocations: Vec<Part>,
}

/// More allocations than this are not taken at once.
const ALLOCATIONS_MAX: usize = 500;

/// Checks every field and names all that is wrong. That the parts do not exceed the whole is decided with the balances.
pub fn check(input: &PaymentInput) -> Result<PaymentData, Refusal> {
    let mut fields = Fields::new();
    let customer = input.customer.parse().ok();
    if customer.is_none() {
        fields.note("/customer", if input.customer.is_empty() { "required" } else { "not_found" });
    }
    let method = Method::by_name(&input.method).filter(|method| *method != Method::Opening);
    if method.is_none() {
        fields.note("/method", "not_a_choice");
    }
    let amount = fields
        .currency("/amount/currency", &input.currency)
        .map(|currency| fields.money("/amount/amount", &input.amount, currency));
    if amount.is_some_and(|amount| !amount.is_positive()) && fields.is_clean() {
        fields.note("/amount/amount", "not_positive");
    }
    let received_on = fields.date("/received_on", &input.received_on);
    let reference = fields.optional_text("/reference", input.reference.as_deref(), 140);
    let account = fields.optional_text("/account", input.account.as_deref(), 40);
    let allocations = parts(&mut fields, &input.allocations);
    fields.finish()?;
    match (customer, method, amount, received_on) {
        (Some(customer), Some(method), Some(amount), Some(received_on)) => {
            Ok(PaymentData { customer, method, amount, received_on, reference, account, allocations })
        }
        _ => Err(Refusal::invalid("invalid")),
    }
}

/// Reads what is meant for which invoice.
pub fn parts(fields: &mut Fields, written: &[PartInput]) -> Vec<Part> {
    if written.len() > ALLOCATIONS_MAX {
        fields.note("/allocations", "out_of_range");
        return Vec::new();
    }
    let mut read = Vec::with_capacity(written.len());
    for (index, input) in written.iter().enumerate() {
        let part = fields.within(format!("/allocations/{index}"), |fields| {
            let invoice = input.invoice.parse().ok();
            if invoice.is_none() {
                fields.note("/invoice", "not_found");
            }
            let amount = money(fields, "/amount", &input.amount);
            let paid = input.paid.as_ref().map(|paid| money(fields, "/paid", paid));
            Some(Part { invoice: invoice?, amount: amount?, paid: paid.flatten() })
        });
        read.extend(part);
    }
    read
}

fn money(fields: &mut Fields, pointer: &str, (currency, amount): &(String, String)) -> Option<Money> {
    fields.within(pointer, |fields| {
        let currency = fields.currency("/currency", currency)?;
        Some(fields.money("/amount", amount, currency))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Id;

    fn input() -> PaymentInput {
        PaymentInput {
            customer: Id::<kernel::id::Customer>::NIL.to_string(),
            method: "bank_transfer".into(),
            currency: "CNY".into(),
            amount: "100.00".into(),
            received_on: "2026-11-23".into(),
            allocations: vec![PartInput {
                invoice: Id::<kernel::id::Invoice>::NIL.to_string(),
                amount: ("CNY".into(), "60".into()),
                paid: None,
            }],
            ..PaymentInput::default()
        }
    }

    #[test]
    fn a_plain_payment_passes() {
        let data = check(&input()).unwrap();
        assert_eq!((data.amount.minor(), data.allocations[0].amount.minor()), (10_000, 6_000));
        assert_eq!(data.reference, None);
    }

    #[test]
    fn faults_are_named_where_they_are() {
        type Change = fn(&mut PaymentInput);
        let cases: [(Change, &str); 10] = [
            (|i| i.customer = "inv_1".into(), "/customer"),
            (|i| i.method = "barter".into(), "/method"),
            (|i| i.amount = "1.001".into(), "/amount/amount"),
            (|i| i.amount = "0".into(), "/amount/amount"),
            (|i| i.received_on = "23.11.2026".into(), "/received_on"),
            (|i| i.allocations[0].invoice = "x".into(), "/allocations/0/invoice"),
            (|i| i.allocations[0].amount.0 = "XYZ".into(), "/allocations/0/amount/currency"),
            (|i| i.allocations[0].amount.1 = "NaN".into(), "/allocations/0/amount/amount"),
            (|i| i.allocations[0].paid = Some(("E".into(), "1".into())), "/allocations/0/paid/currency"),
            (|i| i.allocations[0].paid = Some(("USD".into(), "1.001".into())), "/allocations/0/paid/amount"),
        ];
        for (change, pointer) in cases {
            let mut wrong = input();
            change(&mut wrong);
            let refusal = check(&wrong).unwrap_err();
            assert_eq!(refusal.fields.first().map(|f| f.pointer.as_str()), Some(pointer), "{refusal}");
        }
    }
}
