//! `POST /till-counts`, `GET /till-counts`, `POST /till-deposits`

use super::wire::{NewTillCount, NewTillDeposit, TillCountView, TillDepositView};
use crate::rules::till_input::{CountInput, DepositInput, check_count, check_deposit};
use crate::{BankCash, CountTill, till};
use axum::Json;
use axum::extract::{Query, State};
use kernel::Permission;
use serde::Deserialize;
use web::wire::{List, Slice};
use web::{Api, Fail, Kept, Keyed, Problem, Web, json_body};

impl From<NewTillCount> for CountInput {
    fn from(new: NewTillCount) -> Self {
        let piles = new.denominations.into_iter();
        CountInput {
            account: new.account.unwrap_or_default(),
            currency: new.amount.currency,
            amount: new.amount.amount,
            on: new.on,
            piles: piles.map(|pile| (pile.face.currency, pile.face.amount, pile.number.to_string())).collect(),
            note: new.note.unwrap_or_default(),
            expected: new.expected.map(|expected| (expected.currency, expected.amount)),
        }
    }
}

impl From<NewTillDeposit> for DepositInput {
    fn from(new: NewTillDeposit) -> Self {
        DepositInput {
            from: new.from.unwrap_or_default(),
            to: new.to.unwrap_or_default(),
            currency: new.amount.currency,
            amount: new.amount.amount,
            on: new.on,
            reference: new.reference.unwrap_or_default(),
        }
    }
}

/// Count a till at the end of a day. What it has more or less than the books is posted, and needs a note that says why; a second
/// count of the same day posts only what is different since. Refused for a day before the last one that was counted.
#[utoipa::path(
    post, path = "/api/v1/till-counts", tag = "payments", request_body = NewTillCount,
    responses((status = 201, body = TillCountView), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn count(State(web): State<Web>, request: Keyed<CountTill, NewTillCount>) -> Result<Kept, Fail> {
    let Keyed { context, mut once, value, .. } = request;
    once.keep = true;
    let command = CountTill::from(check_count(&value.into())?);
    let render = |_: &mut ::store::Tx<'_>, count| json_body(201, &TillCountView::from(count));
    Ok(Kept(web.app.write_once(&context, once, command, render).await?))
}

/// Which counts.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Filters {
    account: Option<String>,
}

/// Counts of tills, newest first.
#[utoipa::path(
    get, path = "/api/v1/till-counts", tag = "payments",
    params(
        ("limit" = Option<i64>, Query, minimum = 1, maximum = 200), ("cursor" = Option<String>, Query),
        ("account" = Option<String>, Query, description = "Code of the account of the till."),
    ),
    responses((status = 200, body = List<TillCountView>), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn list(
    State(web): State<Web>,
    Api(context): Api,
    slice: Slice,
    Query(filters): Query<Filters>,
) -> Result<Json<List<TillCountView>>, Fail> {
    let (part, account) = (slice.part(), filters.account.filter(|code| !code.is_empty()));
    let read = move |conn: &mut ::store::Conn, scope: &kernel::Scope| {
        till::counts(conn, scope, (account.as_deref(), None), &part)
    };
    let rows = web.app.read(&context, Permission::PaymentRead, read).await?;
    Ok(Json(List::of(rows, slice, |count| count.id, TillCountView::from)))
}

/// Take cash of a till to the bank: a transfer between two accounts of the company, never of more than the till has.
#[utoipa::path(
    post, path = "/api/v1/till-deposits", tag = "payments", request_body = NewTillDeposit,
    responses((status = 201, body = TillDepositView), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn deposit(State(web): State<Web>, request: Keyed<BankCash, NewTillDeposit>) -> Result<Kept, Fail> {
    let Keyed { context, mut once, value, .. } = request;
    once.keep = true;
    let command = BankCash::from(check_deposit(&value.into())?);
    let render = |_: &mut ::store::Tx<'_>, deposit| json_body(201, &TillDepositView::from(deposit));
    Ok(Kept(web.app.write_once(&context, once, command, render).await?))
}
