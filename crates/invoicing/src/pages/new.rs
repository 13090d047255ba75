//! The form of a new invoice.

use crate::commands::{CreateInvoice, InvoiceInput};
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use catalog::queries::{Offer, TaxCode};
use catalog::{DiscountInput, LineInput, LineKind};
use kernel::{Currency, Permission};
use serde::Deserialize;
use web::session::Desk;
use web::view::Picker;
use web::{Fail, KeyedForm, Page, View, Visit, Web, Went};

/// Items that the form suggests; beyond that a code is typed.
const SUGGESTED_MAX: i64 = 200;

/// What the form sends beside its lines.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Form {
    #[serde(rename = "/customer")]
    customer: String,
    /// What a customer was searched for by.
    find: String,
    #[serde(rename = "/currency")]
    currency: String,
    #[serde(rename = "/reference")]
    reference: String,
    #[serde(rename = "/note")]
    note: String,
    /// `issue`, `draft`, `add-line`, `remove-N`, `find`.
    action: String,
}

/// A row of the line editor, as typed.
#[derive(Debug, Clone, Default)]
struct Row {
    item: String,
    description: String,
    quantity: String,
    unit_price: String,
    tax_code: String,
    /// `10%` or an amount.
    discount: String,
}

impl Row {
    fn blank() -> Row {
        Row { quantity: "1".to_owned(), ..Row::default() }
    }

    fn is_empty(&self) -> bool {
        self.item.is_empty() && self.description.is_empty() && self.unit_price.is_empty()
    }
}

#[derive(Template)]
#[template(path = "invoices/new.html")]
struct New {
    v: View,
    form: Form,
    rows: Vec<Row>,
    customer: Picker,
    offers: Vec<Offer>,
    tax_codes: Vec<TaxCode>,
    currencies: Vec<Currency>,
}

impl New {
    /// The rows with their numbers.
    fn numbered(&self) -> Vec<(String, Row)> {
        self.rows.iter().enumerate().map(|(n, row)| (n.to_string(), row.clone())).collect()
    }
}

/// Rows from `/lines/N/…`, in the order they came; numbers may have gaps where rows were removed.
fn rows(pairs: &[(String, String)]) -> Vec<Row> {
    let mut rows: Vec<(&str, Row)> = Vec::new();
    for (name, value) in pairs {
        let Some((number, field)) = name.strip_prefix("/lines/").and_then(|rest| rest.split_once('/')) else {
            continue;
        };
        if rows.last().is_none_or(|(last, _)| *last != number) {
            rows.push((number, Row::default()));
        }
        let Some((_, row)) = rows.last_mut() else { continue };
        match field {
            "item" => row.item.clone_from(value),
            "description" => row.description.clone_from(value),
            "quantity" => row.quantity.clone_from(value),
            "unit_price" => row.unit_price.clone_from(value),
            "tax_code" => row.tax_code.clone_from(value),
            "discount" => row.discount.clone_from(value),
            _ => {}
        }
    }
    rows.into_iter().map(|(_, row)| row).collect()
}

fn given(text: &str) -> Option<String> {
    (!text.trim().is_empty()).then(|| text.trim().to_owned())
}

fn input(form: &Form, rows: &[Row]) -> InvoiceInput {
    let line = |row: &Row| LineInput {
        kind: LineKind::Item,
        item: given(&row.item),
        description: given(&row.description),
        unit: None,
        quantity: row.quantity.trim().to_owned(),
        unit_price: given(&row.unit_price).map(|amount| (form.currency.clone(), amount)),
        tax_code: given(&row.tax_code),
        discount: given(&row.discount).map(|text| match text.strip_suffix(['%', '％']) {
            Some(percent) => DiscountInput::percent(percent.trim()),
            None => DiscountInput::amount(form.currency.clone(), text),
        }),
    };
    InvoiceInput {
        customer: form.customer.clone(),
        currency: given(&form.currency),
        lines: rows.iter().map(line).collect(),
        reference: given(&form.reference),
        note: given(&form.note),
        ..InvoiceInput::default()
    }
}

async fn page(web: &Web, visit: Visit, mut form: Form, rows: Vec<Row>) -> Result<Page<New>, Fail> {
    let (now, locale) = (visit.context.now, visit.context.locale);
    let searched = form.action == "find" || form.customer.is_empty();
    let (words, chosen) = (if searched { form.find.clone() } else { String::new() }, form.customer.clone());
    let read = web.app.read(&visit.context, Permission::InvoiceIssue, move |conn, scope| {
        let organisation = scope.organisation();
        let books = ::store::books::load(conn, organisation)?;
        let today = books.date_of(now);
        let in_use = catalog::queries::Filter { search: None, archived: Some(false) };
        Ok((
            identity::choices::customers(conn, scope, &words, &chosen)?,
            catalog::queries::offers(conn, organisation, locale, books.currency, today, "", SUGGESTED_MAX)?,
            catalog::queries::tax_codes(conn, organisation, &in_use, SUGGESTED_MAX)?,
            books.currency,
        ))
    });
    let (customers, offers, tax_codes, home) = read.await?;
    let customer = customers.picker("/customer", &visit.view);
    if form.currency.is_empty() {
        form.currency = customer.chosen.as_ref().map_or_else(|| home.code().to_owned(), |chosen| chosen.note.clone());
    }
    Ok(Page::new(New { v: visit.view, form, rows, customer, offers, tax_codes, currencies: Currency::all() }))
}

pub async fn new(State(web): State<Web>, Desk(visit): Desk) -> Result<impl IntoResponse, Fail> {
    let asked = visit.view.query.split('&').find_map(|pair| pair.strip_prefix("customer=")).unwrap_or("").to_owned();
    page(&web, visit, Form { customer: asked, ..Form::default() }, vec![Row::blank()]).await
}

pub async fn create(State(web): State<Web>, request: KeyedForm<Form>) -> Result<Response, Fail> {
    let KeyedForm { mut visit, once, value: form, pairs } = request;
    let mut rows = rows(&pairs);
    // Without script the buttons of the line editor come here.
    if form.action == "add-line" {
        rows.push(Row::blank());
    } else if let Some(number) = form.action.strip_prefix("remove-").and_then(|n| n.parse::<usize>().ok())
        && number < rows.len()
    {
        rows.remove(number);
    }
    let searches = form.action == "find" || (form.customer.is_empty() && !form.find.is_empty());
    if searches || form.action == "add-line" || form.action.starts_with("remove-") {
        return Ok(page(&web, visit, form, rows).await?.into_response());
    }
    rows.retain(|row| !row.is_empty());
    let issue = form.action == "issue";
    let command = CreateInvoice { input: input(&form, &rows), issue };
    let done = if issue { "invoice-issued" } else { "invoice-drafted" };
    let to = move |_: &mut ::store::Tx<'_>, id| Ok((303, format!("/invoices/{id}?done={done}").into_bytes()));
    match web.app.write_once(&visit.context, once, command, to).await {
        Ok(answer) => Ok(Went(answer).into_response()),
        Err(error) => {
            let refusal = error.for_form()?;
            visit.view.refused(&refusal);
            if rows.is_empty() {
                rows.push(Row::blank());
            }
            Ok(page(&web, visit, form, rows).await?.with_status(refusal.status()).into_response())
        }
    }
}
