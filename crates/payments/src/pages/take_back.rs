//! The forms that take a payment back: recorded by mistake, or a cheque that bounced. They say first what will happen.

use crate::queries::{self, Payment};
use crate::{BounceCheque, ReversePayment};
use ::store::{Answer, Error, Once};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use kernel::id::PaymentId;
use kernel::{Date, Fields, Money, Permission, Refusal};
use serde::Deserialize;
use web::session::Desk;
use web::wire::path_id;
use web::{Fail, KeyedForm, Page, View, Visit, Web, Went};

/// Which of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Act {
    Reverse,
    Bounce,
}

impl Act {
    const fn name(self) -> &'static str {
        match self {
            Act::Reverse => "reverse",
            Act::Bounce => "bounce",
        }
    }

    const fn permission(self) -> Permission {
        match self {
            Act::Reverse => Permission::LedgerPost,
            Act::Bounce => Permission::PaymentRecord,
        }
    }
}

#[derive(Template)]
#[template(path = "payments/take_back.html")]
struct TakeBack {
    v: View,
    payment: Payment,
    act: &'static str,
    form: Form,
}

/// What the forms send.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Form {
    #[serde(rename = "/on")]
    on: String,
    #[serde(rename = "/reason")]
    reason: String,
    #[serde(rename = "/fee/amount")]
    fee: String,
}

/// The form as it was typed.
struct Typed {
    on: Option<Date>,
    reason: String,
    fee: Option<Money>,
}

impl Form {
    fn read(&self, payment: &Payment) -> Result<Typed, Refusal> {
        let mut fields = Fields::new();
        let on = Some(self.on.trim()).filter(|text| !text.is_empty()).and_then(|text| fields.date("/on", text));
        let reason = fields.text("/reason", &self.reason, 1, 200);
        let fee = Some(self.fee.trim()).filter(|text| !text.is_empty());
        let fee = fee.map(|text| fields.money("/fee/amount", text, payment.amount.currency()));
        fields.finish()?;
        Ok(Typed { on, reason, fee })
    }
}

async fn load(web: &Web, visit: &Visit, id: PaymentId, act: Act) -> Result<Payment, Error> {
    web.app.read(&visit.context, act.permission(), move |conn, scope| queries::get(conn, scope, id)).await
}

async fn show(web: Web, visit: Visit, id: String, act: Act) -> Result<Response, Fail> {
    let payment = load(&web, &visit, path_id(&id)?, act).await?;
    let form = Form { on: visit.view.today.to_string(), ..Form::default() };
    Ok(Page::new(TakeBack { v: visit.view, payment, act: act.name(), form }).into_response())
}

pub async fn reverse_form(State(web): State<Web>, Desk(visit): Desk, Path(id): Path<String>) -> Result<Response, Fail> {
    show(web, visit, id, Act::Reverse).await
}

pub async fn bounce_form(State(web): State<Web>, Desk(visit): Desk, Path(id): Path<String>) -> Result<Response, Fail> {
    show(web, visit, id, Act::Bounce).await
}

pub async fn reverse(
    State(web): State<Web>,
    Path(id): Path<String>,
    request: KeyedForm<Form>,
) -> Result<Response, Fail> {
    let KeyedForm { visit, once, value: form, .. } = request;
    let payment = load(&web, &visit, path_id(&id)?, Act::Reverse).await?;
    let once = Once { keep: true, ..once };
    let result = match form.read(&payment) {
        Err(refusal) => Err(refusal.into()),
        Ok(Typed { on, reason, .. }) => {
            let command = ReversePayment { payment: payment.id, on, reason };
            web.app.write_once(&visit.context, once, command, |_, id| went(id, "payment-reversed")).await
        }
    };
    answer(visit, payment, Act::Reverse, form, result)
}

pub async fn bounce(
    State(web): State<Web>,
    Path(id): Path<String>,
    request: KeyedForm<Form>,
) -> Result<Response, Fail> {
    let KeyedForm { visit, once, value: form, .. } = request;
    let payment = load(&web, &visit, path_id(&id)?, Act::Bounce).await?;
    let once = Once { keep: true, ..once };
    let result = match form.read(&payment) {
        Err(refusal) => Err(refusal.into()),
        Ok(Typed { on, reason, fee }) => {
            let command = BounceCheque { payment: payment.id, on, reason, fee };
            web.app.write_once(&visit.context, once, command, |_, id| went(id, "cheque-bounced")).await
        }
    };
    answer(visit, payment, Act::Bounce, form, result)
}

fn went(id: PaymentId, done: &str) -> Result<(u16, Vec<u8>), Error> {
    Ok((303, format!("/payments/{id}?done={done}").into_bytes()))
}

/// Goes on, or shows the form again with what was typed and what was wrong with it.
fn answer(
    mut visit: Visit,
    payment: Payment,
    act: Act,
    form: Form,
    result: Result<Answer, Error>,
) -> Result<Response, Fail> {
    match result {
        Ok(answer) => Ok(Went(answer).into_response()),
        Err(error) => {
            let refusal = error.for_form()?;
            visit.view.refused(&refusal);
            let page = TakeBack { v: visit.view, payment, act: act.name(), form };
            Ok(Page::new(page).with_status(refusal.status()).into_response())
        }
    }
}
