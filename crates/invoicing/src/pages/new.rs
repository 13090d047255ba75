//! The form of a new invoice.

use crate::commands::{CreateInvoice, InvoiceInput};
use ::store::Error;
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use catalog::{LineInput, LineKind};
use customers::queries::Customer;
use kernel::{Currency, Permission};
use serde::Deserialize;
use web::session::Desk;
use web::{Fail, KeyedForm, Page, View, Visit, Web, Went};

/// What the form sends beside its lines.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Form {
    #[serde(rename = "/customer")]
    customer: String,
    #[serde(rename = "/currency")]
    currency: String,
    #[serde(rename = "/reference")]
    reference: String,
    #[serde(rename = "/note")]
    note: String,
    /// `issue`, `draft`, `add-line`, `remove-N`.
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
}

#[derive(Template)]
#[template(path = "invoices/new.html")]
struct New {
    v: View,
    form: Form,
    rows: Vec<Row>,
    customers: Vec<Customer>,
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
        discount: None,
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

async fn page(web: &Web, visit: Visit, form: Form, rows: Vec<Row>) -> Result<Page<New>, Fail> {
    let vault = web.app.vault().clone();
    let customers = web
        .app
        .read(&visit.context, Permission::InvoiceIssue, move |conn, scope| {
            customers::queries::list(conn, &vault, scope, None, 200)
        })
        .await?;
    Ok(Page::new(New { v: visit.view, form, rows, customers, currencies: Currency::all() }))
}

pub async fn new(State(web): State<Web>, Desk(visit): Desk) -> Result<impl IntoResponse, Fail> {
    let asked = visit.view.query.split('&').find_map(|pair| pair.strip_prefix("customer=")).unwrap_or("").to_owned();
    let organisation = visit.context.organisation;
    let books = web.app.db().read(move |conn| ::store::books::load(conn, organisation)).await?;
    let form = Form { customer: asked, currency: books.currency.code().to_owned(), ..Form::default() };
    page(&web, visit, form, vec![Row { quantity: "1".to_owned(), ..Row::default() }]).await
}

pub async fn create(State(web): State<Web>, request: KeyedForm<Form>) -> Result<Response, Fail> {
    let KeyedForm { mut visit, once, value: form, pairs } = request;
    let mut rows = rows(&pairs);
    // Without script the buttons of the line editor come here.
    if form.action == "add-line" {
        rows.push(Row { quantity: "1".to_owned(), ..Row::default() });
        return Ok(page(&web, visit, form, rows).await?.into_response());
    }
    if let Some(number) = form.action.strip_prefix("remove-").and_then(|n| n.parse::<usize>().ok()) {
        if number < rows.len() {
            rows.remove(number);
        }
        return Ok(page(&web, visit, form, rows).await?.into_response());
    }
    let issue = form.action == "issue";
    let command = CreateInvoice { input: input(&form, &rows), issue };
    let done = if issue { "invoice-issued" } else { "invoice-drafted" };
    let to = move |_: &mut ::store::Tx<'_>, id| Ok((303, format!("/invoices/{id}?done={done}").into_bytes()));
    match web.app.write_once(&visit.context, once, command, to).await {
        Ok(answer) => Ok(Went(answer).into_response()),
        Err(Error::Refused(refusal)) if refusal.status() == 422 || refusal.status() == 409 => {
            visit.view.refused(&refusal);
            Ok(page(&web, visit, form, rows).await?.with_status(refusal.status()).into_response())
        }
        Err(error) => Err(error.into()),
    }
}
