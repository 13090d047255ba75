//! `/tax-codes`

use super::wire::{ListQuery, NewTaxCode, TaxCodeChanges, TaxCodeView};
use crate::queries::{self, TaxCode};
use crate::rules::tax_code::check;
use crate::{CreateTaxCode, UpdateTaxCode};
use ::store::{Error, Tx};
use axum::Json;
use axum::extract::{Path, Query, State};
use kernel::{Permission, Refusal};
use web::wire::{List, Part};
use web::{Api, Fail, Kept, Keyed, Problem, Web, json_body};

/// Take up a tax code with its rate.
#[utoipa::path(
    post, path = "/api/v1/tax-codes", tag = "tax codes", request_body = NewTaxCode,
    responses((status = 201, body = TaxCodeView), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn create(State(web): State<Web>, request: Keyed<CreateTaxCode, NewTaxCode>) -> Result<Kept, Fail> {
    let (data, rate) = check(&request.value.into())?;
    let rate = rate.ok_or_else(|| Refusal::field("/rate", "required"))?;
    let command = CreateTaxCode { data, rate };
    let answer =
        web.app.write_once(&request.context, request.once, command, |tx, code| Ok((201, shown(tx, &code)?))).await?;
    Ok(Kept(answer))
}

/// One tax code.
#[utoipa::path(
    get, path = "/api/v1/tax-codes/{code}", tag = "tax codes",
    params(("code" = String, Path, description = "`VAT13`")),
    responses((status = 200, body = TaxCodeView), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn show(
    State(web): State<Web>,
    Api(context): Api,
    Path(code): Path<String>,
) -> Result<Json<TaxCodeView>, Fail> {
    let (now, locale) = (context.now, context.locale);
    let view = web
        .app
        .read(&context, Permission::CatalogRead, move |conn, scope| {
            let today = ::store::books::load(conn, scope.organisation())?.date_of(now);
            Ok(TaxCodeView::of(queries::tax_code(conn, scope.organisation(), &code)?, today, locale))
        })
        .await?;
    Ok(Json(view))
}

/// Change a tax code. A `rate` is added to those there are, from `valid_from` or today on.
#[utoipa::path(
    patch, path = "/api/v1/tax-codes/{code}", tag = "tax codes", request_body = TaxCodeChanges,
    params(("code" = String, Path, description = "`VAT13`")),
    responses((status = 200, body = TaxCodeView), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn update(
    State(web): State<Web>,
    Path(code): Path<String>,
    request: Keyed<UpdateTaxCode, TaxCodeChanges>,
) -> Result<Kept, Fail> {
    let changes = request.value;
    let change = move |old: TaxCode| {
        let changes = changes.clone();
        let archived = changes.archived.clone().onto(old.archived);
        let (data, rate) = check(&changes.onto(old))?;
        Ok((data, rate, archived))
    };
    let command = UpdateTaxCode { code, version: None, change };
    let answer =
        web.app.write_once(&request.context, request.once, command, |tx, code| Ok((200, shown(tx, &code)?))).await?;
    Ok(Kept(answer))
}

/// Tax codes, newest first; all of them where no `limit` is given.
#[utoipa::path(
    get, path = "/api/v1/tax-codes", tag = "tax codes",
    params(
        ("limit" = Option<i64>, Query, minimum = 1, maximum = 200), ("cursor" = Option<String>, Query),
        ("q" = Option<String>, Query, description = "Part of the code or of the name", max_length = 100),
        ("archived" = Option<bool>, Query, description = "Both when left out"),
    ),
    responses((status = 200, body = List<TaxCodeView>), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn list(
    State(web): State<Web>,
    Api(context): Api,
    part: Part,
    Query(query): Query<ListQuery>,
) -> Result<Json<List<TaxCodeView>>, Fail> {
    let (filter, now, locale) = (query.filter()?, context.now, context.locale);
    let (mut rows, today) = web
        .app
        .read(&context, Permission::CatalogRead, move |conn, scope| {
            let organisation = scope.organisation();
            let rows = queries::tax_codes(conn, organisation, &filter, i64::MAX)?;
            Ok((rows, ::store::books::load(conn, organisation)?.date_of(now)))
        })
        .await?;
    // They come by code, and stay so where several were made at once.
    rows.sort_by_key(|tax| std::cmp::Reverse(tax.created_at));
    Ok(Json(part.of(rows, |tax| tax.code.clone(), |tax| TaxCodeView::of(tax, today, locale))?))
}

/// The tax code as it is now, in bytes.
fn shown(tx: &mut Tx<'_>, code: &str) -> Result<Vec<u8>, Error> {
    let (organisation, today, locale) = (tx.organisation(), tx.today()?, tx.context().locale);
    Ok(json_body(200, &TaxCodeView::of(queries::tax_code(tx.conn, organisation, code)?, today, locale))?.1)
}
