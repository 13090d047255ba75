//! Invoice, credit note, order confirmation.

use super::{
    Cell, Column, Fact, Frame, Grid, Headline, Pay, Sheet, Total, Weight, card, column, fact, in_words, link, number,
    numbers, text, total, wide,
};
use crate::DocumentError;
use crate::figures;
use crate::labels::Labels;
use crate::model::{Bill, BillKind, OfficialInvoice, TaxRate};

pub(super) fn sheet(bill: &Bill) -> Result<Sheet, DocumentError> {
    let labels = Labels::of(bill.locale);
    let frame = Frame {
        locale: bill.locale,
        title: title(labels, &bill.kind),
        number: &bill.number,
        date: bill.issued,
        seller: &bill.seller,
        party: card(labels, labels.say("bill-to"), &bill.buyer),
        headline: headline(labels, bill),
        grid: grid(labels, bill),
        notes: &bill.notes,
    };
    let mut sheet = frame.sheet();
    sheet.stamp = bill.void.then(|| labels.say("void"));
    sheet.facts = facts(labels, bill);
    sheet.words = in_words(labels, bill.total);
    sheet.asides = instalments(labels, bill).into_iter().collect();
    sheet.pay = pay(labels, bill)?;
    Ok(sheet)
}

pub(crate) fn title(labels: &Labels, kind: &BillKind) -> String {
    match kind {
        BillKind::Invoice => labels.say("title-invoice"),
        BillKind::Deposit => labels.say("title-deposit"),
        BillKind::CreditNote { .. } => labels.say("title-credit-note"),
        BillKind::OrderConfirmation => labels.say("title-order-confirmation"),
    }
}

fn headline(labels: &Labels, bill: &Bill) -> Headline {
    let amount = bill.balance.unwrap_or(bill.total);
    let (label, note) = match (&bill.kind, bill.due) {
        (BillKind::CreditNote { .. }, _) => (labels.say("amount-credited"), String::new()),
        (BillKind::Invoice | BillKind::Deposit, _) if bill.void => (labels.say("amount-total"), String::new()),
        (BillKind::OrderConfirmation, _) => (labels.say("amount-total"), String::new()),
        (BillKind::Invoice | BillKind::Deposit, _) if bill.balance.is_some_and(|b| b.is_zero()) => {
            (labels.say("amount-due"), labels.say("settled"))
        }
        (BillKind::Invoice | BillKind::Deposit, due) => {
            let note = due.map(|d| labels.say_with("due-on", &[("date", &labels.date(d))])).unwrap_or_default();
            (labels.say("amount-due"), note)
        }
    };
    Headline { label, symbol: bill.currency.symbol(bill.locale).to_owned(), figure: figures::money(amount), note }
}

fn facts(labels: &Labels, bill: &Bill) -> Vec<Fact> {
    let mut facts = vec![fact(labels.say("issued"), labels.date(bill.issued))];
    if let Some(day) = bill.deliver_on {
        facts.push(fact(labels.say("deliver-on"), labels.date(day)));
    }
    if let Some(day) = bill.due.filter(|_| !bill.void) {
        facts.push(fact(labels.say("due"), labels.date(day)));
    }
    if let BillKind::CreditNote { of: Some(of) } = &bill.kind {
        facts.push(fact(labels.say("credits"), of));
    }
    if let Some(order) = &bill.order_number {
        facts.push(fact(labels.say("order"), order));
    }
    if let Some(reference) = &bill.buyer_reference {
        facts.push(fact(labels.say("your-reference"), reference));
    }
    facts.push(fact(labels.say("currency"), bill.currency.code()));
    if let Some(official) = &bill.official_invoice {
        facts.push(fact(labels.say("official-invoice"), official_status(labels, official)));
    }
    facts
}

fn official_status(labels: &Labels, official: &OfficialInvoice) -> String {
    match official {
        OfficialInvoice::NotRequested => labels.say("official-not-requested"),
        OfficialInvoice::Pending => labels.say("official-pending"),
        OfficialInvoice::Issued { number } => labels.say_with("official-issued", &[("number", number)]),
        OfficialInvoice::NotNeeded => labels.say("official-not-needed"),
    }
}

/// Which columns stand between item and amount: a column that would be empty is left out.
struct Shown {
    discount: bool,
    tax: bool,
}

fn grid(labels: &Labels, bill: &Bill) -> Grid {
    let shown = Shown {
        discount: bill.lines.iter().any(|l| l.discount.is_some_and(|d| !d.is_zero())),
        tax: bill.lines.iter().any(|l| l.tax.is_some()) || bill.fees.iter().any(|f| f.tax.is_some()),
    };
    Grid {
        heading: labels.say("lines-heading"),
        columns: columns(labels, bill, &shown),
        rows: rows(bill, &shown),
        totals: totals(labels, bill),
    }
}

fn columns(labels: &Labels, bill: &Bill, shown: &Shown) -> Vec<Column> {
    let mut columns =
        vec![wide(labels.say("item")), numbers(labels.say("quantity")), numbers(labels.say("unit-price"))];
    if shown.discount {
        columns.push(numbers(labels.say("discount")));
    }
    if shown.tax {
        columns.push(numbers(labels.say("tax-rate")));
    }
    let currency = [("currency", bill.currency.code())];
    columns.push(numbers(if shown.tax {
        labels.say_with("net-amount", &currency)
    } else {
        labels.say_with("amount-in", &currency)
    }));
    columns
}

fn rows(bill: &Bill, shown: &Shown) -> Vec<Vec<Cell>> {
    let rate = |tax: &Option<TaxRate>| text(tax.as_ref().map(|t| format!("{}%", t.rate)).unwrap_or_default());
    let lines = bill.lines.iter().map(|line| {
        let mut item = text(&line.description);
        item.detail = line.detail.clone().unwrap_or_default();
        let mut quantity = text(figures::quantity(line.quantity));
        if !line.unit.is_empty() {
            quantity.figure.cents = format!(" {}", line.unit);
        }
        let mut row = vec![item, quantity, number(figures::unit_price(line.unit_price))];
        if shown.discount {
            let off = line.discount.filter(|d| !d.is_zero());
            row.push(off.map(|d| number(figures::money_off(d))).unwrap_or_default());
        }
        if shown.tax {
            row.push(rate(&line.tax));
        }
        row.push(number(figures::money(line.net)));
        row
    });
    let fees = bill.fees.iter().map(|fee| {
        let mut row = vec![text(&fee.description), Cell::default(), Cell::default()];
        if shown.discount {
            row.push(Cell::default());
        }
        if shown.tax {
            row.push(rate(&fee.tax));
        }
        row.push(number(figures::money(fee.net)));
        row
    });
    lines.chain(fees).collect()
}

fn totals(labels: &Labels, bill: &Bill) -> Vec<Total> {
    let mut totals = Vec::new();
    if !bill.taxes.is_empty() {
        totals.push(total(labels.say("subtotal"), figures::money(bill.net), Weight::Plain));
    }
    for tax in &bill.taxes {
        let label = labels.say_with("tax-of", &[("name", &tax.name), ("rate", &tax.rate.rate.to_string())]);
        let note = labels.say_with("tax-on-base", &[("base", &figures::money(tax.base).text())]);
        totals.push(Total { label, note, figure: figures::money(tax.tax), weight: Weight::Plain });
    }
    let balance = bill.balance.filter(|b| *b != bill.total);
    let weight = if balance.is_some() { Weight::Strong } else { Weight::Sum };
    totals.push(total(labels.say("total"), figures::money(bill.total), weight));
    if let Some(paid) = bill.paid.filter(|p| !p.is_zero()) {
        totals.push(total(labels.say("paid"), figures::money_off(paid), Weight::Plain));
    }
    if let Some(balance) = balance {
        totals.push(total(labels.say("still-due"), figures::money(balance), Weight::Sum));
    }
    totals
}

fn instalments(labels: &Labels, bill: &Bill) -> Option<Grid> {
    let rows = bill.instalments.iter().map(|i| vec![text(labels.date(i.due)), number(figures::money(i.amount))]);
    (!bill.instalments.is_empty() && !bill.void).then(|| Grid {
        heading: labels.say("instalments"),
        columns: vec![
            column(labels.say("due")),
            numbers(labels.say_with("amount-in", &[("currency", bill.currency.code())])),
        ],
        rows: rows.collect(),
        totals: Vec::new(),
    })
}

/// Nobody is asked to pay a credit note, what is settled or what is void.
fn pay(labels: &Labels, bill: &Bill) -> Result<Option<Pay>, DocumentError> {
    let settled = bill.balance.is_some_and(|b| !b.is_positive());
    let nothing = bill.seller.bank.is_empty() && bill.pay_url.is_none();
    if settled || nothing || bill.void || matches!(bill.kind, BillKind::CreditNote { .. }) {
        return Ok(None);
    }
    Ok(Some(Pay {
        heading: labels.say("how-to-pay"),
        bank_heading: labels.say("bank-transfer"),
        bank: bill.seller.bank.clone(),
        reference: bill.payment_reference.as_ref().map(|r| fact(labels.say("payment-reference"), r)),
        link: bill.pay_url.as_deref().map(|url| link(labels, url)).transpose()?,
    }))
}
