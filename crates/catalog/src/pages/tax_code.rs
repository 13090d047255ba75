//! The form of a tax code, and its rates.

use crate::queries::{self, EVER, TaxCode};
use crate::rules::tax_code::{RateInput, TaxCodeInput, check, check_rate};
use crate::{CreateTaxCode, SetTaxRate, UpdateTaxCode};
use ::store::{Answer, Error};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use kernel::{Context, Locale, Permission, Refusal};
use serde::Deserialize;
use web::session::Desk;
use web::{Fail, KeyedForm, Page, View, Visit, Web, Went};

/// What the form sends, and what it shows when it comes back.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Form {
    #[serde(rename = "/code")]
    code: String,
    #[serde(rename = "/name/zh-CN")]
    name_zh: String,
    #[serde(rename = "/name/en")]
    name_en: String,
    #[serde(rename = "/inclusive")]
    inclusive: bool,
    #[serde(rename = "/rate")]
    rate: String,
    #[serde(rename = "/valid_from")]
    valid_from: String,
    #[serde(rename = "/archived")]
    archived: bool,
    version: Option<i64>,
}

impl Form {
    fn input(&self, code: &str, with_rate: bool) -> TaxCodeInput {
        let names = [(Locale::ZhCn, &self.name_zh), (Locale::En, &self.name_en)];
        TaxCodeInput {
            code: code.to_owned(),
            names: names.into_iter().map(|(locale, name)| (locale.tag().to_owned(), name.clone())).collect(),
            inclusive: self.inclusive,
            rate: with_rate.then(|| self.rate()),
        }
    }

    fn rate(&self) -> RateInput {
        RateInput { rate: self.rate.clone(), valid_from: Some(self.valid_from.clone()) }
    }

    fn of(tax: &TaxCode) -> Form {
        let name = |locale: Locale| tax.names.0.get(locale.tag()).cloned().unwrap_or_default();
        Form {
            code: tax.code.clone(),
            name_zh: name(Locale::ZhCn),
            name_en: name(Locale::En),
            inclusive: tax.inclusive,
            archived: tax.archived,
            version: Some(tax.version),
            ..Form::default()
        }
    }
}

#[derive(Template)]
#[template(path = "catalog/tax_code.html")]
struct Edit {
    v: View,
    /// `None` for a new code.
    tax: Option<TaxCode>,
    form: Form,
}

async fn find(web: &Web, context: &Context, code: &str) -> Result<TaxCode, Error> {
    let code = code.to_owned();
    web.app
        .read(context, Permission::CatalogRead, move |conn, scope| queries::tax_code(conn, scope.organisation(), &code))
        .await
}

pub async fn new(State(web): State<Web>, Desk(visit): Desk) -> Result<impl IntoResponse, Fail> {
    web.app.authorise(&visit.context.actor, Permission::TaxWrite)?;
    Ok(Page::new(Edit { v: visit.view, tax: None, form: Form::default() }))
}

pub async fn edit(
    State(web): State<Web>,
    Desk(visit): Desk,
    Path(code): Path<String>,
) -> Result<impl IntoResponse, Fail> {
    let tax = find(&web, &visit.context, &code).await?;
    Ok(Page::new(Edit { form: Form::of(&tax), v: visit.view, tax: Some(tax) }))
}

pub async fn create(State(web): State<Web>, request: KeyedForm<Form>) -> Result<Response, Fail> {
    let KeyedForm { visit, once, value: form, .. } = request;
    let checked = check(&form.input(&form.code, true))
        .and_then(|(data, rate)| Ok((data, rate.ok_or_else(|| Refusal::field("/rate", "required"))?)));
    let result = match checked {
        Err(refusal) => Err(refusal.into()),
        Ok((data, rate)) => {
            web.app.write_once(&visit.context, once, CreateTaxCode { data, rate }, |_, code| went(&code)).await
        }
    };
    answer(visit, None, form, result)
}

pub async fn update(
    State(web): State<Web>,
    Path(code): Path<String>,
    request: KeyedForm<Form>,
) -> Result<Response, Fail> {
    let KeyedForm { visit, once, value: form, .. } = request;
    let old = find(&web, &visit.context, &code).await?;
    let result = match check(&form.input(&old.code, false)) {
        Err(refusal) => Err(refusal.into()),
        Ok((data, rate)) => {
            let archived = form.archived;
            let change = move |_| Ok((data.clone(), rate, archived));
            let command = UpdateTaxCode { code: old.code.clone(), version: form.version, change };
            web.app.write_once(&visit.context, once, command, |_, code| went(&code)).await
        }
    };
    answer(visit, Some(old), form, result)
}

/// The form of rates alone: the code's own fields are not sent, so they stand as they are when it comes back.
pub async fn set_rate(
    State(web): State<Web>,
    Path(code): Path<String>,
    request: KeyedForm<Form>,
) -> Result<Response, Fail> {
    let KeyedForm { visit, once, value: sent, .. } = request;
    let old = find(&web, &visit.context, &code).await?;
    let result = match check_rate(&sent.rate()) {
        Err(refusal) => Err(refusal.into()),
        Ok(rate) => web.app.write_once(&visit.context, once, SetTaxRate { code, rate }, |_, code| went(&code)).await,
    };
    let form = Form { rate: sent.rate, valid_from: sent.valid_from, ..Form::of(&old) };
    answer(visit, Some(old), form, result)
}

fn went(code: &str) -> Result<(u16, Vec<u8>), Error> {
    Ok((303, format!("/catalog/tax-codes/{code}?done=tax-code-saved").into_bytes()))
}

/// Goes on, or shows the form again with what was typed and what was wrong with it.
fn answer(visit: Visit, tax: Option<TaxCode>, form: Form, result: Result<Answer, Error>) -> Result<Response, Fail> {
    match result {
        Ok(answer) => Ok(Went(answer).into_response()),
        Err(error) => {
            let refusal = error.for_form()?;
            let mut v = visit.view;
            v.refused(&refusal);
            Ok(Page::new(Edit { v, tax, form }).with_status(refusal.status()).into_response())
        }
    }
}
