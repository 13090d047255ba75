//! Statement of account.

use super::{Frame, Grid, Headline, Pay, Sheet, Weight, card, column, fact, link, number, numbers, text, total, wide};
use crate::DocumentError;
use crate::figures;
use crate::labels::Labels;
use crate::model::{Ageing, Statement};

pub(super) fn sheet(statement: &Statement) -> Result<Sheet, DocumentError> {
    let labels = Labels::of(statement.locale);
    let frame = Frame {
        locale: statement.locale,
        title: labels.say("title-statement"),
        number: &statement.number,
        date: statement.to,
        seller: &statement.seller,
        party: card(labels, labels.say("account-of"), &statement.customer),
        headline: Headline {
            label: labels.say("balance-due"),
            symbol: statement.currency.symbol(statement.locale).to_owned(),
            figure: figures::money(statement.closing),
            note: labels.date(statement.to),
        },
        grid: grid(labels, statement),
        notes: &statement.notes,
    };
    let mut sheet = frame.sheet();
    sheet.facts = vec![
        fact(labels.say("period-from"), labels.date(statement.from)),
        fact(labels.say("period-to"), labels.date(statement.to)),
        fact(labels.say("currency"), statement.currency.code()),
    ];
    sheet.asides = statement.ageing.iter().map(|a| ageing(labels, a)).collect();
    sheet.pay = pay(labels, statement)?;
    Ok(sheet)
}

/// Opening balance first, closing balance under the double rule.
fn grid(labels: &Labels, statement: &Statement) -> Grid {
    let currency = [("currency", statement.currency.code())];
    let mut rows = vec![vec![
        text(labels.date(statement.from)),
        text(labels.say("opening")),
        text(""),
        text(""),
        text(""),
        number(figures::money(statement.opening)),
    ]];
    rows.extend(statement.rows.iter().map(|row| {
        vec![
            text(labels.date(row.date)),
            text(&row.description),
            text(row.reference.clone().unwrap_or_default()),
            row.debit.map(|d| number(figures::money(d))).unwrap_or_default(),
            row.credit.map(|c| number(figures::money(c))).unwrap_or_default(),
            number(figures::money(row.balance)),
        ]
    }));
    Grid {
        heading: labels.say("movements-heading"),
        columns: vec![
            column(labels.say("movement-date")),
            wide(labels.say("movement")),
            column(labels.say("movement-reference")),
            numbers(labels.say_with("debit", &currency)),
            numbers(labels.say_with("credit", &currency)),
            numbers(labels.say_with("balance", &currency)),
        ],
        rows,
        totals: vec![total(labels.say("closing"), figures::money(statement.closing), Weight::Sum)],
    }
}

/// The names of the buckets, from not yet due to the oldest.
pub(crate) fn ageing_words(labels: &Labels) -> [String; 5] {
    [
        labels.say("not-due"),
        labels.say("days-1-30"),
        labels.say("days-31-60"),
        labels.say("days-61-90"),
        labels.say("days-over-90"),
    ]
}

fn ageing(labels: &Labels, ageing: &Ageing) -> Grid {
    Grid {
        heading: labels.say("ageing"),
        columns: ageing_words(labels).into_iter().map(numbers).collect(),
        rows: vec![ageing.buckets().into_iter().map(|b| number(figures::money(b))).collect()],
        totals: Vec::new(),
    }
}

fn pay(labels: &Labels, statement: &Statement) -> Result<Option<Pay>, DocumentError> {
    let nothing = statement.seller.bank.is_empty() && statement.pay_url.is_none();
    if nothing || !statement.closing.is_positive() {
        return Ok(None);
    }
    Ok(Some(Pay {
        heading: labels.say("how-to-pay"),
        bank_heading: labels.say("bank-transfer"),
        bank: statement.seller.bank.clone(),
        reference: None,
        link: statement.pay_url.as_deref().map(|url| link(labels, url)).transpose()?,
    }))
}
