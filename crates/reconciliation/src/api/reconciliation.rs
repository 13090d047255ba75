//! `GET /statements/{id}/reconciliation`

use super::wire::ReconciliationView;
use crate::{queries, report, sheets};
use axum::extract::{Path, Query, State};
use axum::response::Response;
use kernel::Permission;
use reports::{Asked, Form, send};
use web::file::Format;
use web::wire::path_id;
use web::{Api, Fail, Problem, Web};

/// The reconciliation of a statement at the end of its last day: the balance by the bank and what the bank has not yet, the balance by
/// the books and what the books have not, both adjusted balances, and the difference that nothing explains. A closed statement shows
/// what was kept when it was closed. Each list has its 500 oldest items, and the count and sum of all.
#[utoipa::path(
    get, path = "/api/v1/statements/{id}/reconciliation", tag = "statements",
    params(
        ("id" = String, Path, description = "`stm_…`"),
        ("format" = Option<String>, Query, description = "json, csv, xlsx, pdf; the last two ask for `report.read` besides"),
    ),
    responses((status = 200, body = ReconciliationView), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn reconciliation(
    State(web): State<Web>,
    Api(context): Api,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Fail> {
    web.app.authorise(&context.actor, Permission::StatementRead)?;
    let (id, form) = (path_id(&id)?, asked.form()?);
    let read = move |conn: &mut ::store::Conn, scope: &kernel::Scope| {
        Ok((queries::statement(conn, scope, id)?, report::shown(conn, scope, id)?))
    };
    let (statement, shown) = web.app.read(&context, Permission::StatementRead, read).await?;
    let l = web.i18n.for_locale(context.locale);
    let people = (form != Form::File(Format::Csv)).then_some(&l);
    let sheet = sheets::reconciliation(&statement, &shown, people).map_err(::store::Error::from)?;
    Ok(send(&web, &context, form, ReconciliationView::new(&statement, &shown), || sheet).await?)
}
