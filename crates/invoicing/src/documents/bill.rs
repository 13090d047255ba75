//! What an invoice or a credit note says on paper.

use crate::frozen::{Parties, Seller as FrozenSeller};
use crate::queries::{CreditNoteView, InvoiceView, LineView, TaxView, pay_path};
use ::documents::model::{Bill, BillKind, Colour, Fee, Instalment, Line, Party, Seller, TaxRate, TaxTotal};
use ::store::Error;
use catalog::LineKind;
use customers::Buyer;
use kernel::{Locale, Money, Quantity, Refusal, UnitPrice};
use receivables::rules::status::InvoiceStatus;
use std::sync::Arc;
use web::i18n::{I18n, L};

/// The paper of an issued invoice.
pub(super) fn of_invoice(view: &InvoiceView, public_url: &str, i18n: &Arc<I18n>) -> Result<Bill, Error> {
    let not_issued = || Error::from(Refusal::conflict("invoice_not_issued"));
    let parties = view.parties.as_ref().ok_or_else(not_issued)?;
    let (sold, off): (Vec<&LineView>, Vec<&LineView>) = view.lines.iter().partition(|l| l.deducts.is_none());
    let (items, fees): (Vec<&LineView>, Vec<&LineView>) = sold.into_iter().partition(|l| l.kind == LineKind::Item);
    let number = view.number.clone().ok_or_else(not_issued)?;
    let (l, void) = (i18n.for_locale(parties.locale), view.status == InvoiceStatus::Void);
    let pay_token = view.pay_token.as_deref().filter(|_| !void);
    Ok(Bill {
        kind: if view.is_deposit() { BillKind::Deposit } else { BillKind::Invoice },
        void,
        issued: view.issued_on.ok_or_else(not_issued)?,
        deliver_on: view.deliver_on,
        due: view.due_on,
        currency: view.currency,
        locale: parties.locale,
        seller: seller(&parties.seller),
        buyer: buyer(&parties.buyer),
        buyer_reference: view.reference.clone(),
        order_number: view.order_number.clone(),
        lines: items.into_iter().map(|of| line(of, &l)).collect(),
        fees: fees.into_iter().map(fee).chain(off.into_iter().map(|of| less(of, &l))).collect(),
        taxes: view.taxes.iter().filter(|tax| !tax.code.is_empty()).map(|tax| tax_total(tax, parties.locale)).collect(),
        net: view.net,
        tax: view.tax,
        total: view.total,
        paid: None,
        balance: None,
        instalments: view.instalments.iter().map(|i| Instalment { due: i.due_on, amount: i.amount }).collect(),
        payment_reference: Some(number.clone()),
        pay_url: pay_token.map(|token| format!("{public_url}{}", pay_path(token))),
        official_invoice: None,
        notes: view.note.iter().cloned().collect(),
        number,
    })
}

/// The paper of a credit note.
pub(super) fn of_credit_note(view: &CreditNoteView, i18n: &Arc<I18n>) -> Result<Bill, Error> {
    let parties: &Parties =
        view.parties.as_ref().ok_or_else(|| Error::Broken(format!("{} has no parties", view.id)))?;
    let l = i18n.for_locale(parties.locale);
    let mut lines = Vec::with_capacity(view.lines.len());
    for line in &view.lines {
        lines.push(Line {
            description: if line.is_deposit { deposit(&line.description, &l) } else { line.description.clone() },
            detail: None,
            quantity: line.quantity,
            unit: String::new(),
            unit_price: each(line.net, line.quantity)?,
            discount: None,
            tax: line.tax_code.clone().map(|code| TaxRate { code, rate: line.rate }),
            net: line.net,
            tax_amount: line.tax,
            gross: line.gross,
        });
    }
    Ok(Bill {
        kind: BillKind::CreditNote { of: view.invoice_number.clone() },
        void: false,
        number: view.number.clone(),
        issued: view.issued_on,
        deliver_on: None,
        due: None,
        currency: view.currency,
        locale: parties.locale,
        seller: seller(&parties.seller),
        buyer: buyer(&parties.buyer),
        buyer_reference: None,
        order_number: None,
        lines,
        fees: Vec::new(),
        taxes: view.taxes.iter().map(|tax| tax_total(tax, parties.locale)).collect(),
        net: view.net,
        tax: view.tax,
        total: view.total,
        paid: None,
        balance: None,
        instalments: Vec::new(),
        payment_reference: None,
        pay_url: None,
        official_invoice: None,
        notes: vec![view.reason.clone()],
    })
}

/// What one unit came to, as far as a price can say.
fn each(net: Money, quantity: Quantity) -> Result<UnitPrice, Error> {
    let exact = net.to_decimal().checked_div(quantity.value()).unwrap_or_else(|| net.to_decimal());
    UnitPrice::new(exact.round_dp(UnitPrice::DIGITS_MAX).normalize(), net.currency())
        .map_err(|e| Error::Broken(e.to_string()))
}

/// The issuing company as documents show it.
pub(super) fn seller(seller: &FrozenSeller) -> Seller {
    Seller {
        party: Party {
            name: seller.name.clone(),
            address: seller.address.clone(),
            tax_number: seller.tax_number.clone(),
            contact: Vec::new(),
        },
        bank: seller.bank.clone(),
        logo: None,
        colour: colour(&seller.colour),
    }
}

/// A company's colour on white paper, by the name it has on pages.
fn colour(name: &str) -> Option<Colour> {
    match name {
        "seal" => Some(Colour(0xa9, 0x23, 0x1e)),
        "indigo" => Some(Colour(0x32, 0x4a, 0x9f)),
        "plum" => Some(Colour(0x7c, 0x31, 0x6e)),
        "ochre" => Some(Colour(0x80, 0x4d, 0x0c)),
        "slate" => Some(Colour(0x34, 0x45, 0x51)),
        _ => None,
    }
}

/// The buyer as documents show it.
pub(super) fn buyer(buyer: &Buyer) -> Party {
    Party {
        name: buyer.name.clone(),
        address: buyer.address.clone(),
        tax_number: buyer.tax_number.clone(),
        contact: buyer.email.iter().cloned().collect(),
    }
}

fn rate(line: &LineView) -> Option<TaxRate> {
    line.tax_code.clone().map(|code| TaxRate { code, rate: line.rate })
}

fn line(line: &LineView, l: &L) -> Line {
    Line {
        description: line.description.clone(),
        detail: None,
        quantity: line.quantity,
        unit: l.unit(&line.unit),
        unit_price: line.unit_price,
        discount: (!line.discount.is_zero()).then_some(line.discount),
        tax: rate(line),
        net: line.net,
        tax_amount: line.tax,
        gross: line.gross,
    }
}

fn fee(line: &LineView) -> Fee {
    Fee {
        description: line.description.clone(),
        tax: rate(line),
        net: line.net,
        tax_amount: line.tax,
        gross: line.gross,
    }
}

/// What is taken off stands last, and has neither a quantity nor a price.
fn less(line: &LineView, l: &L) -> Fee {
    Fee { description: deposit(&line.description, l), ..fee(line) }
}

/// A line about a deposit, by that one's number.
fn deposit(number: &str, l: &L) -> String {
    l.ta("invoice-less-deposit", &[("number", number.into())])
}

/// The rate stands beside the name, so a name that ends with it (增值税 13%) goes without.
fn tax_total(tax: &TaxView, locale: Locale) -> TaxTotal {
    let rate = TaxRate { code: tax.code.clone(), rate: tax.rate };
    let name = tax.names.get(locale).trim_end_matches('%').trim_end_matches(&tax.rate.to_string()).trim_end();
    let name = if name.is_empty() { &tax.code } else { name };
    TaxTotal { rate, name: name.to_owned(), base: tax.base, tax: tax.tax }
}
