//! Receipt of a payment.

use super::{Frame, Grid, Headline, Sheet, Weight, card, column, fact, in_words, number, numbers, text, total, wide};
use crate::figures;
use crate::labels::Labels;
use crate::model::Receipt;

pub(super) fn sheet(receipt: &Receipt) -> Sheet {
    let labels = Labels::of(receipt.locale);
    let frame = Frame {
        locale: receipt.locale,
        title: labels.say("title-receipt"),
        number: &receipt.number,
        date: receipt.received,
        seller: &receipt.seller,
        party: card(labels, labels.say("received-from"), &receipt.payer),
        headline: Headline {
            label: labels.say("amount-received"),
            symbol: receipt.currency.symbol(receipt.locale).to_owned(),
            figure: figures::money(receipt.amount),
            note: labels.date(receipt.received),
        },
        grid: grid(labels, receipt),
        notes: &receipt.notes,
    };
    let mut sheet = frame.sheet();
    sheet.facts = vec![
        fact(labels.say("received"), labels.date(receipt.received)),
        fact(labels.say("method"), &receipt.method),
        fact(labels.say("currency"), receipt.currency.code()),
    ];
    if let Some(reference) = &receipt.reference {
        sheet.facts.insert(2, fact(labels.say("reference"), reference));
    }
    sheet.words = in_words(labels, receipt.amount);
    sheet
}

fn grid(labels: &Labels, receipt: &Receipt) -> Grid {
    let currency = receipt.currency.code();
    let rows = receipt.allocations.iter().map(|allocation| {
        vec![
            text(&allocation.invoice),
            text(allocation.issued.map(|d| labels.date(d)).unwrap_or_default()),
            allocation.invoice_total.map(|t| number(figures::money(t))).unwrap_or_default(),
            number(figures::money(allocation.amount)),
        ]
    });
    let mut totals = Vec::new();
    if !receipt.unapplied.is_zero() {
        totals.push(total(labels.say("unapplied"), figures::money(receipt.unapplied), Weight::Plain));
    }
    totals.push(total(labels.say("amount-received"), figures::money(receipt.amount), Weight::Sum));
    Grid {
        heading: labels.say("allocations-heading"),
        columns: vec![
            wide(labels.say("invoice")),
            column(labels.say("invoice-date")),
            numbers(labels.say_with("invoice-total", &[("currency", currency)])),
            numbers(labels.say_with("applied", &[("currency", currency)])),
        ],
        rows: rows.collect(),
        totals,
    }
}
