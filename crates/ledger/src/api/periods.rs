//! `/periods`

use super::wire::PeriodView;
use crate::commands::{ClosePeriod, ReopenPeriod};
use crate::queries::{self, Unrevalued};
use axum::Json;
use axum::extract::{Path, State};
use kernel::id::PeriodId;
use kernel::{Arg, Date, Permission, Refusal};
use web::i18n::L;
use web::wire::{List, Part, Warning, path_id};
use web::{Api, Fail, Kept, Keyed, Problem, Web, json_body};

/// Nothing is needed to close or reopen.
#[derive(Debug, Default, serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

/// Periods that were posted to, newest first; all of them where no `limit` is given.
#[utoipa::path(
    get, path = "/api/v1/periods", tag = "ledger",
    params(("limit" = Option<i64>, Query, minimum = 1, maximum = 200), ("cursor" = Option<String>, Query)),
    responses((status = 200, body = List<PeriodView>), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn list(State(web): State<Web>, Api(context): Api, part: Part) -> Result<Json<List<PeriodView>>, Fail> {
    let periods = web.app.read(&context, Permission::LedgerRead, queries::periods).await?;
    Ok(Json(part.of(periods, |period| period.id.to_string(), PeriodView::from)?))
}

/// Close a period: nothing enters it any more. Warns where balances in other currencies were not revalued
/// (`not_revalued`, `closing_rate_missing`), and where statements of banks that end in it are still open (`statements_open`).
#[utoipa::path(
    post, path = "/api/v1/periods/{id}/close", tag = "ledger", request_body = Nothing,
    params(("id" = String, Path, description = "`prd_…`")),
    responses((status = 200, body = PeriodView), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn close(
    State(web): State<Web>,
    Path(id): Path<String>,
    request: Keyed<ClosePeriod, Nothing>,
) -> Result<Kept, Fail> {
    let command = ClosePeriod(path_id(&id)?);
    let l = web.i18n.for_locale(request.context.locale);
    let render = move |tx: &mut ::store::Tx<'_>, id| {
        let scope = tx.context().scope();
        let closing = queries::closing(tx.conn, &scope, id)?;
        let mut view = PeriodView::from(closing.period);
        view.warnings.extend(closing.unrevalued.map(|unrevalued| warning(unrevalued, closing.period.ends_on, &l)));
        if closing.open_statements > 0 {
            let detail = l.ta("warning-statements-open", &[("n", closing.open_statements.into())]);
            view.warnings.push(Warning { code: "statements_open", detail });
        }
        json_body(200, &view)
    };
    Ok(Kept(web.app.write_once(&request.context, request.once, command, render).await?))
}

/// Open a closed period again.
#[utoipa::path(
    post, path = "/api/v1/periods/{id}/reopen", tag = "ledger", request_body = Nothing,
    params(("id" = String, Path, description = "`prd_…`")),
    responses((status = 200, body = PeriodView), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn reopen(
    State(web): State<Web>,
    Path(id): Path<String>,
    request: Keyed<ReopenPeriod, Nothing>,
) -> Result<Kept, Fail> {
    let command = ReopenPeriod(path_id(&id)?);
    Ok(Kept(web.app.write_once(&request.context, request.once, command, rendered).await?))
}

fn warning(unrevalued: Unrevalued, on: Date, l: &L) -> Warning {
    let (code, currency) = match unrevalued {
        Unrevalued::Due => ("not_revalued", None),
        Unrevalued::NoRate(currency) => ("closing_rate_missing", Some(currency)),
    };
    let currency = currency.map_or_else(String::new, |currency| currency.code().to_owned());
    let args = [("currency", Arg::from(currency)), ("on", Arg::Date(on))];
    Warning { code, detail: l.ta(&format!("warning-{}", code.replace('_', "-")), &args) }
}

fn rendered(tx: &mut ::store::Tx<'_>, id: PeriodId) -> Result<(u16, Vec<u8>), ::store::Error> {
    let scope = tx.context().scope();
    let period = queries::periods(tx.conn, &scope)?.into_iter().find(|period| period.id == id);
    json_body(200, &PeriodView::from(period.ok_or_else(|| Refusal::not_found("period_not_found"))?))
}
