//! Orders in the portal: a customer's own, at the catalog's prices.

use super::write::calculated;
use crate::draft::Draft;
use crate::queries::{self, Filter, Order, Summary};
use crate::rules::status::OrderStatus;
use crate::{CancelOrder, CreateOrder, SubmitOrder, UpdateOrder, WithdrawOrder};
use ::store::{Command, Error};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use catalog::queries::Offer;
use invoicing::pages::form::{Form, LineForm, to_fields};
use kernel::id::OrderId;
use kernel::{Context, Money, Permission};
use std::collections::HashMap;
use web::session::Portal;
use web::wire::{Slice, cursor, path_id};
use web::{Fail, KeyedForm, Page, View, Visit, Web, Went};

const SUGGESTED_MAX: i64 = 200;

#[derive(Template)]
#[template(path = "orders/portal_index.html")]
struct Index {
    v: View,
    orders: Vec<Summary>,
    next: String,
}

pub async fn index(State(web): State<Web>, Portal(visit): Portal, slice: Slice) -> Result<impl IntoResponse, Fail> {
    let mut orders = web
        .app
        .read(&visit.context, Permission::OrderRead, move |conn, scope| {
            queries::list(conn, scope, &Filter::default(), slice.before(), slice.limit + 1)
        })
        .await?;
    let limit = usize::try_from(slice.limit).unwrap_or(50);
    let more = orders.len() > limit;
    orders.truncate(limit);
    let next = match orders.last() {
        Some(last) if more => visit.view.link_with("cursor", &cursor(last.id)),
        _ => String::new(),
    };
    Ok(Page::new(Index { v: visit.view, orders, next }))
}

#[derive(Template)]
#[template(path = "orders/portal_edit.html")]
struct Edit {
    v: View,
    /// `None` for a new order.
    id: Option<OrderId>,
    form: Form,
    offers: Vec<Offer>,
    draft: Option<Draft>,
    /// Numbers of the rows in the order of the draft's lines; only a fragment needs them.
    rows: Vec<String>,
}

impl Edit {
    fn line_net(&self, index: &usize) -> Option<Money> {
        self.draft.as_ref()?.priced.lines.get(*index).map(|line| line.net)
    }

    /// Nothing is to be ordered, searched for or not.
    fn is_bare(&self) -> bool {
        self.offers.is_empty() && self.form.find_item.is_empty()
    }
}

/// What can be ordered: what the words in the form find, or else the newest.
async fn offers(web: &Web, context: &Context, form: &Form) -> Result<Vec<Offer>, Error> {
    let (now, locale, vault, words) = (context.now, context.locale, web.app.vault().clone(), form.find_item.clone());
    web.app
        .read(context, Permission::OrderCreate, move |conn, scope| {
            let Some(own) = scope.customer() else { return Ok(Vec::new()) };
            let organisation = scope.organisation();
            let today = ::store::books::load(conn, organisation)?.date_of(now);
            let currency = customers::queries::get(conn, &vault, scope, own)?.currency;
            let mut offers =
                catalog::queries::offers(conn, organisation, locale, currency, today, &words, SUGGESTED_MAX)?;
            offers.retain(|offer| offer.price.is_some());
            Ok(offers)
        })
        .await
}

pub async fn new(State(web): State<Web>, Portal(visit): Portal) -> Result<impl IntoResponse, Fail> {
    let form = Form::default().with_rows();
    let offers = offers(&web, &visit.context, &form).await?;
    Ok(Page::new(Edit { v: visit.view, id: None, form, offers, draft: None, rows: Vec::new() }))
}

pub async fn edit(
    State(web): State<Web>,
    Portal(visit): Portal,
    Path(id): Path<String>,
) -> Result<impl IntoResponse, Fail> {
    let id = path_id(&id)?;
    let form = super::write::kept(&web, &visit.context, id).await?.at_list_price();
    let offers = offers(&web, &visit.context, &form).await?;
    let draft = calculated(&web, &visit.context, &form).await.ok();
    Ok(Page::new(Edit { v: visit.view, id: Some(id), form: form.with_rows(), offers, draft, rows: Vec::new() }))
}

type Plain = KeyedForm<HashMap<String, String>>;

pub async fn create(State(web): State<Web>, request: Plain) -> Result<Response, Fail> {
    let form = Form::read(&request.pairs);
    let command = CreateOrder((&form).into());
    save(&web, None, form, request, command).await
}

pub async fn update(State(web): State<Web>, Path(id): Path<String>, request: Plain) -> Result<Response, Fail> {
    let (id, form) = (path_id(&id)?, Form::read(&request.pairs));
    let command = UpdateOrder { id, version: form.version, input: (&form).into() };
    save(&web, Some(id), form, request, command).await
}

/// Keeps the order and goes to it, or shows the form again: with its totals, or with what was wrong.
async fn save<C: Command<Output = OrderId>>(
    web: &Web,
    id: Option<OrderId>,
    form: Form,
    request: Plain,
    command: C,
) -> Result<Response, Fail> {
    let KeyedForm { visit, once, .. } = request;
    let result = if form.stays() {
        None
    } else {
        let went = |id: OrderId| (303, format!("/portal/orders/{id}?done=order-saved").into_bytes());
        Some(web.app.write_once(&visit.context, once, command, move |_, id| Ok(went(id))).await)
    };
    let (refusal, draft) = match result {
        Some(Ok(answer)) => return Ok(Went(answer).into_response()),
        Some(Err(Error::Refused(refusal))) if matches!(refusal.status(), 409 | 422) => (Some(*refusal), None),
        Some(Err(error)) => return Err(error.into()),
        None => match calculated(web, &visit.context, &form).await {
            Ok(draft) => (None, Some(draft)),
            Err(Error::Refused(refusal)) if form.action == "calculate" => (Some(*refusal), None),
            Err(_) => (None, None),
        },
    };
    let offers = offers(web, &visit.context, &form).await?;
    let mut v = visit.view;
    let status = refusal.as_ref().map_or(200, kernel::Refusal::status);
    if let Some(refusal) = refusal {
        v.refused(&to_fields(refusal));
    }
    Ok(Page::new(Edit { v, id, form: form.with_rows(), offers, draft, rows: Vec::new() })
        .with_status(status)
        .into_response())
}

#[derive(Template)]
#[template(path = "orders/portal_show.html")]
struct Show {
    v: View,
    order: Order,
}

impl Show {
    fn is_editable(&self) -> bool {
        self.order.status.is_editable() && !self.order.has_own_terms()
    }
}

pub async fn show(
    State(web): State<Web>,
    Portal(visit): Portal,
    Path(id): Path<String>,
) -> Result<impl IntoResponse, Fail> {
    page(&web, visit, path_id(&id)?).await
}

async fn page(web: &Web, visit: Visit, id: OrderId) -> Result<Page<Show>, Fail> {
    let order =
        web.app.read(&visit.context, Permission::OrderRead, move |conn, scope| queries::get(conn, scope, id)).await?;
    Ok(Page::new(Show { v: visit.view, order }))
}

pub async fn submit(State(web): State<Web>, Path(id): Path<String>, request: Plain) -> Result<Response, Fail> {
    let id = path_id(&id)?;
    act(&web, id, request, SubmitOrder(id), "order-submitted").await
}

pub async fn withdraw(State(web): State<Web>, Path(id): Path<String>, request: Plain) -> Result<Response, Fail> {
    let id = path_id(&id)?;
    act(&web, id, request, WithdrawOrder(id), "order-withdrawn").await
}

pub async fn cancel(State(web): State<Web>, Path(id): Path<String>, request: Plain) -> Result<Response, Fail> {
    let id = path_id(&id)?;
    act(&web, id, request, CancelOrder(id), "order-cancelled").await
}

/// Runs a command and comes back to the order, with what was wrong if it was refused.
async fn act<C: Command<Output = OrderId>>(
    web: &Web,
    id: OrderId,
    request: Plain,
    command: C,
    done: &'static str,
) -> Result<Response, Fail> {
    let KeyedForm { mut visit, once, .. } = request;
    let render = move |_: &mut ::store::Tx<'_>, id| Ok((303, format!("/portal/orders/{id}?done={done}").into_bytes()));
    match web.app.write_once(&visit.context, once, command, render).await {
        Ok(answer) => Ok(Went(answer).into_response()),
        Err(Error::Refused(refusal)) if matches!(refusal.status(), 409 | 422) => {
            visit.view.refused(&refusal);
            Ok(page(web, visit, id).await?.with_status(refusal.status()).into_response())
        }
        Err(error) => Err(error.into()),
    }
}
