//! The form of an item, and its prices.

use crate::queries::{self, EVER, Filter, Item, TaxCode};
use crate::rules::item::{ItemInput, PriceInput, check, check_price};
use crate::{CreateItem, SetPrice, UpdateItem};
use ::store::{Answer, Error};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use kernel::id::{ItemId, OrganisationId};
use kernel::{Context, Currency, Locale, Permission};
use serde::Deserialize;
use web::session::Desk;
use web::wire::path_id;
use web::{Fail, KeyedForm, Page, View, Web, Went};

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
    #[serde(rename = "/unit")]
    unit: String,
    #[serde(rename = "/tax_code")]
    tax_code: String,
    #[serde(rename = "/price/currency")]
    currency: String,
    #[serde(rename = "/price/amount")]
    amount: String,
    #[serde(rename = "/price/valid_from")]
    valid_from: String,
    #[serde(rename = "/archived")]
    archived: bool,
    version: Option<i64>,
}

impl Form {
    fn input(&self) -> ItemInput {
        let names = [(Locale::ZhCn, &self.name_zh), (Locale::En, &self.name_en)];
        let price = Some(self.price()).filter(|price| !price.amount.trim().is_empty());
        ItemInput {
            code: self.code.clone(),
            names: names.into_iter().map(|(locale, name)| (locale.tag().to_owned(), name.clone())).collect(),
            unit: Some(self.unit.clone()),
            tax_code: Some(self.tax_code.clone()),
            prices: price.into_iter().collect(),
        }
    }

    fn price(&self) -> PriceInput {
        PriceInput {
            pointer: "/price".into(),
            currency: self.currency.clone(),
            amount: self.amount.clone(),
            valid_from: Some(self.valid_from.clone()),
        }
    }

    fn of(item: &Item, currency: Currency) -> Form {
        let name = |locale: Locale| item.names.0.get(locale.tag()).cloned().unwrap_or_default();
        Form {
            code: item.code.clone(),
            name_zh: name(Locale::ZhCn),
            name_en: name(Locale::En),
            unit: item.unit.clone(),
            tax_code: item.tax_code.clone().unwrap_or_default(),
            currency: currency.code().to_owned(),
            archived: item.archived,
            version: Some(item.version),
            ..Form::default()
        }
    }
}

#[derive(Template)]
#[template(path = "catalog/item.html")]
struct Edit {
    v: View,
    /// `None` for a new item.
    item: Option<Item>,
    form: Form,
    tax_codes: Vec<TaxCode>,
    currencies: Vec<Currency>,
}

/// What the page shows beside the form.
struct Around {
    item: Option<Item>,
    tax_codes: Vec<TaxCode>,
    home: Currency,
}

async fn around(web: &Web, context: &Context, id: Option<ItemId>) -> Result<Around, Error> {
    web.app
        .read(context, Permission::CatalogRead, move |conn, scope| {
            let organisation: OrganisationId = scope.organisation();
            Ok(Around {
                item: id.map(|id| queries::item(conn, organisation, id)).transpose()?,
                tax_codes: queries::tax_codes(conn, organisation, &Filter::default(), 200)?,
                home: ::store::books::load(conn, organisation)?.currency,
            })
        })
        .await
}

fn page(v: View, around: Around, form: Form) -> Page<Edit> {
    // An archived code is offered only where it stands already.
    let tax_codes = around.tax_codes.into_iter().filter(|tax| !tax.archived || tax.code == form.tax_code).collect();
    Page::new(Edit { v, item: around.item, form, tax_codes, currencies: Currency::all() })
}

pub async fn new(State(web): State<Web>, Desk(visit): Desk) -> Result<impl IntoResponse, Fail> {
    web.app.authorise(&visit.context.actor, Permission::CatalogWrite)?;
    let around = around(&web, &visit.context, None).await?;
    let form = Form { currency: around.home.code().to_owned(), ..Form::default() };
    Ok(page(visit.view, around, form))
}

pub async fn edit(
    State(web): State<Web>,
    Desk(visit): Desk,
    Path(id): Path<String>,
) -> Result<impl IntoResponse, Fail> {
    let around = around(&web, &visit.context, Some(path_id(&id)?)).await?;
    let form = around.item.as_ref().map(|item| Form::of(item, around.home)).unwrap_or_default();
    Ok(page(visit.view, around, form))
}

pub async fn create(State(web): State<Web>, request: KeyedForm<Form>) -> Result<Response, Fail> {
    let KeyedForm { visit, once, value: form, .. } = request;
    let result = match check(&form.input()) {
        Err(refusal) => Err(refusal.into()),
        Ok((data, prices)) => {
            web.app.write_once(&visit.context, once, CreateItem { data, prices }, |_, id| went(id)).await
        }
    };
    answer(&web, visit, None, form, result).await
}

pub async fn update(
    State(web): State<Web>,
    Path(id): Path<String>,
    request: KeyedForm<Form>,
) -> Result<Response, Fail> {
    let KeyedForm { visit, once, value: form, .. } = request;
    let id = path_id(&id)?;
    let result = match check(&form.input()) {
        Err(refusal) => Err(refusal.into()),
        Ok((data, prices)) => {
            let archived = form.archived;
            let change = move |_| Ok((data.clone(), prices.clone(), archived));
            let command = UpdateItem { id, version: form.version, change };
            web.app.write_once(&visit.context, once, command, |_, id| went(id)).await
        }
    };
    answer(&web, visit, Some(id), form, result).await
}

/// The form of prices alone: the item's own fields are not sent, so they are read again when it comes back.
pub async fn set_price(
    State(web): State<Web>,
    Path(id): Path<String>,
    request: KeyedForm<Form>,
) -> Result<Response, Fail> {
    let KeyedForm { visit, once, value: sent, .. } = request;
    let id = path_id(&id)?;
    let result = match check_price(&sent.price()) {
        Err(refusal) => Err(refusal.into()),
        Ok(price) => web.app.write_once(&visit.context, once, SetPrice { item: id, price }, |_, id| went(id)).await,
    };
    let Err(error) = result else { return answer(&web, visit, Some(id), sent, result).await };
    let around = around(&web, &visit.context, Some(id)).await?;
    let mut form = around.item.as_ref().map(|item| Form::of(item, around.home)).unwrap_or_default();
    (form.currency, form.amount, form.valid_from) = (sent.currency, sent.amount, sent.valid_from);
    again(visit.view, around, form, error)
}

fn went(id: ItemId) -> Result<(u16, Vec<u8>), Error> {
    Ok((303, format!("/catalog/items/{id}?done=item-saved").into_bytes()))
}

async fn answer(
    web: &Web,
    visit: web::Visit,
    id: Option<ItemId>,
    form: Form,
    result: Result<Answer, Error>,
) -> Result<Response, Fail> {
    match result {
        Ok(answer) => Ok(Went(answer).into_response()),
        Err(error) => again(visit.view, around(web, &visit.context, id).await?, form, error),
    }
}

/// Shows the form again with what was typed and what was wrong with it.
fn again(mut view: View, around: Around, form: Form, error: Error) -> Result<Response, Fail> {
    let refusal = error.for_form()?;
    view.refused(&refusal);
    Ok(page(view, around, form).with_status(refusal.status()).into_response())
}
