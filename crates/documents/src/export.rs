//! Documents as tables of values, for spreadsheets and CSV.

use crate::DocumentError;
use crate::labels::Labels;
use crate::model::{Bill, Document, Fee, Line, Receipt, Statement, TaxRate};
use crate::sheet;
use crate::table::{Cell, Column, ColumnKind, Export, Table};

/// The values of a document; refuses what could not be printed either.
pub(crate) fn export(document: &Document) -> Result<Export, DocumentError> {
    match document {
        Document::Bill(bill) => bill.check().map(|()| of_bill(bill)),
        Document::Receipt(receipt) => receipt.check().map(|()| of_receipt(receipt)),
        Document::Statement(statement) => statement.check().map(|()| of_statement(statement)),
    }
}

fn text(label: String) -> Column {
    Column::new(label, ColumnKind::Text)
}

fn number(label: String) -> Column {
    Column::new(label, ColumnKind::Number)
}

fn money(label: String) -> Column {
    Column::new(label, ColumnKind::Money)
}

fn day(label: String) -> Column {
    Column::new(label, ColumnKind::Date)
}

fn of_bill(bill: &Bill) -> Export {
    let labels = Labels::of(bill.locale);
    let currency = [("currency", bill.currency.code())];
    let columns = vec![
        text(labels.say("item")),
        text(labels.say("detail")),
        number(labels.say("quantity")),
        text(labels.say("unit")),
        number(labels.say("unit-price")),
        money(labels.say("discount")),
        text(labels.say("tax-code")),
        number(labels.say("tax-percent")),
        money(labels.say_with("net-amount", &currency)),
        money(labels.say_with("tax-amount", &currency)),
        money(labels.say_with("gross-amount", &currency)),
    ];
    let rows = bill.lines.iter().map(line).chain(bill.fees.iter().map(fee)).collect();
    let mut summary = vec![
        (labels.say("number"), Cell::text(&bill.number)),
        (labels.say("issued"), bill.issued.into()),
        (labels.say("deliver-on"), bill.deliver_on.into()),
        (labels.say("due"), bill.due.into()),
        (labels.say("seller"), Cell::text(&bill.seller.party.name)),
        (labels.say("buyer"), Cell::text(&bill.buyer.name)),
        (labels.say("order"), Cell::text(bill.order_number.clone().unwrap_or_default())),
        (labels.say("your-reference"), Cell::text(bill.buyer_reference.clone().unwrap_or_default())),
        (labels.say("currency"), Cell::text(bill.currency.code())),
        (labels.say("subtotal"), bill.net.into()),
    ];
    for tax in &bill.taxes {
        let rate = tax.rate.rate.to_string();
        summary.push((labels.say_with("tax-of", &[("name", &tax.name), ("rate", &rate)]), tax.tax.into()));
    }
    summary.push((labels.say("total"), bill.total.into()));
    summary.push((labels.say("paid"), bill.paid.into()));
    summary.push((labels.say("still-due"), bill.balance.into()));
    for part in &bill.instalments {
        let date = labels.date(part.due);
        summary.push((labels.say_with("instalment-on", &[("date", &date)]), part.amount.into()));
    }
    let title = sheet::bill_title(labels, &bill.kind);
    let title = if bill.void { format!("{title} · {}", labels.say("void")) } else { title };
    Export {
        title,
        summary: filled(summary),
        lines: Table { title: labels.say("lines-heading"), day: bill.issued, columns, rows },
    }
}

/// What has no value needs no word either.
fn filled(mut summary: Vec<(String, Cell)>) -> Vec<(String, Cell)> {
    summary.retain(|(_, cell)| *cell != Cell::Empty);
    summary
}

fn tax_cells(tax: Option<&TaxRate>) -> [Cell; 2] {
    [Cell::text(tax.map(|t| t.code.clone()).unwrap_or_default()), tax.map(|t| t.rate.value()).into()]
}

fn line(line: &Line) -> Vec<Cell> {
    let [code, rate] = tax_cells(line.tax.as_ref());
    vec![
        Cell::text(&line.description),
        Cell::text(line.detail.clone().unwrap_or_default()),
        line.quantity.value().into(),
        Cell::text(&line.unit),
        line.unit_price.amount().into(),
        line.discount.into(),
        code,
        rate,
        line.net.into(),
        line.tax_amount.into(),
        line.gross.into(),
    ]
}

fn fee(fee: &Fee) -> Vec<Cell> {
    let [code, rate] = tax_cells(fee.tax.as_ref());
    let mut row = vec![Cell::text(&fee.description)];
    row.extend(std::iter::repeat_n(Cell::Empty, 5));
    row.extend([code, rate, fee.net.into(), fee.tax_amount.into(), fee.gross.into()]);
    row
}

fn of_receipt(receipt: &Receipt) -> Export {
    let labels = Labels::of(receipt.locale);
    let currency = [("currency", receipt.currency.code())];
    let columns = vec![
        text(labels.say("invoice")),
        day(labels.say("invoice-date")),
        money(labels.say_with("invoice-total", &currency)),
        money(labels.say_with("applied", &currency)),
    ];
    let rows = receipt
        .allocations
        .iter()
        .map(|a| vec![Cell::text(&a.invoice), a.issued.into(), a.invoice_total.into(), a.amount.into()]);
    let summary = vec![
        (labels.say("number"), Cell::text(&receipt.number)),
        (labels.say("received"), receipt.received.into()),
        (labels.say("received-from"), Cell::text(&receipt.payer.name)),
        (labels.say("method"), Cell::text(&receipt.method)),
        (labels.say("reference"), Cell::text(receipt.reference.clone().unwrap_or_default())),
        (labels.say("currency"), Cell::text(receipt.currency.code())),
        (labels.say("amount-received"), receipt.amount.into()),
        (labels.say("unapplied"), receipt.unapplied.into()),
    ];
    Export {
        title: labels.say("title-receipt"),
        summary: filled(summary),
        lines: Table { title: labels.say("allocations-heading"), day: receipt.received, columns, rows: rows.collect() },
    }
}

fn of_statement(statement: &Statement) -> Export {
    let labels = Labels::of(statement.locale);
    let currency = [("currency", statement.currency.code())];
    let columns = vec![
        day(labels.say("movement-date")),
        text(labels.say("movement")),
        text(labels.say("movement-reference")),
        money(labels.say_with("debit", &currency)),
        money(labels.say_with("credit", &currency)),
        money(labels.say_with("balance", &currency)),
    ];
    let rows = statement.rows.iter().map(|row| {
        vec![
            row.date.into(),
            Cell::text(&row.description),
            Cell::text(row.reference.clone().unwrap_or_default()),
            row.debit.into(),
            row.credit.into(),
            row.balance.into(),
        ]
    });
    let mut summary = vec![
        (labels.say("number"), Cell::text(&statement.number)),
        (labels.say("period-from"), statement.from.into()),
        (labels.say("period-to"), statement.to.into()),
        (labels.say("account-of"), Cell::text(&statement.customer.name)),
        (labels.say("currency"), Cell::text(statement.currency.code())),
        (labels.say("opening"), statement.opening.into()),
        (labels.say("closing"), statement.closing.into()),
    ];
    if let Some(ageing) = &statement.ageing {
        let buckets = ageing.buckets().map(Cell::from);
        summary.extend(sheet::ageing_words(labels).into_iter().zip(buckets));
    }
    Export {
        title: labels.say("title-statement"),
        summary: filled(summary),
        lines: Table { title: labels.say("movements-heading"), day: statement.to, columns, rows: rows.collect() },
    }
}
