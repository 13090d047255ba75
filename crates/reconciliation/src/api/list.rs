//! `GET /statements`, `GET /statements/{id}`

use super::wire::BankStatementView;
use crate::queries::{self, Which};
use axum::Json;
use axum::extract::{Path, Query, State};
use kernel::{Permission, Refusal};
use serde::Deserialize;
use web::wire::{List, Slice, path_id};
use web::{Api, Fail, Problem, Web};

/// Which statements.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Filters {
    account: Option<String>,
    sha256: Option<String>,
}

impl Filters {
    /// Blank filters filter nothing; what cannot be a file's SHA-256 is refused, for nothing would ever be found by it.
    fn read(self) -> Result<Which, Refusal> {
        let sha256 = self.sha256.filter(|text| !text.is_empty()).map(|text| text.to_ascii_lowercase());
        let is_hash = |text: &str| text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        if sha256.as_deref().is_some_and(|text| !is_hash(text)) {
            return Err(Refusal::field("/sha256", "not_a_sha256"));
        }
        Ok(Which { account: self.account.filter(|code| !code.is_empty()), sha256 })
    }
}

/// Statements, the newest brought in first. By `sha256` it is asked whether a file is in: one of which nothing was new brought none.
#[utoipa::path(
    get, path = "/api/v1/statements", tag = "statements",
    params(
        ("limit" = Option<i64>, Query, minimum = 1, maximum = 200), ("cursor" = Option<String>, Query),
        ("account" = Option<String>, Query, description = "Code of the account in the books"),
        ("sha256" = Option<String>, Query, description = "SHA-256 of the file, in 64 hexadecimal digits"),
    ),
    responses((status = 200, body = List<BankStatementView>), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn list(
    State(web): State<Web>,
    Api(context): Api,
    slice: Slice,
    Query(filters): Query<Filters>,
) -> Result<Json<List<BankStatementView>>, Fail> {
    web.app.authorise(&context.actor, Permission::StatementRead)?;
    let (part, which) = (slice.part(), filters.read()?);
    let read =
        move |conn: &mut ::store::Conn, scope: &kernel::Scope| queries::statements_where(conn, scope, &which, &part);
    let rows = web.app.read(&context, Permission::StatementRead, read).await?;
    let l = web.i18n.for_locale(context.locale);
    Ok(Json(List::of(rows, slice, |statement| statement.id, |statement| BankStatementView::new(statement, &l))))
}

/// One statement.
#[utoipa::path(
    get, path = "/api/v1/statements/{id}", tag = "statements",
    params(("id" = String, Path, description = "`stm_…`")),
    responses((status = 200, body = BankStatementView), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn show(
    State(web): State<Web>,
    Api(context): Api,
    Path(id): Path<String>,
) -> Result<Json<BankStatementView>, Fail> {
    web.app.authorise(&context.actor, Permission::StatementRead)?;
    let id = path_id(&id)?;
    let read = move |conn: &mut ::store::Conn, scope: &kernel::Scope| queries::statement(conn, scope, id);
    let statement = web.app.read(&context, Permission::StatementRead, read).await?;
    Ok(Json(BankStatementView::new(statement, &web.i18n.for_locale(context.locale))))
}
