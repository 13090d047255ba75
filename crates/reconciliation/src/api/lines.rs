//! `GET /statements/{id}/lines`, `GET /statement-lines/{id}`

use super::wire::{StatementLineDetail, StatementLineView};
use crate::queries::{self, Filter};
use crate::{as_written, desk};
use axum::Json;
use axum::extract::{Path, Query, State};
use kernel::{Permission, Refusal};
use serde::Deserialize;
use web::wire::{List, Slice, path_id};
use web::{Api, Fail, Problem, Web};

/// Which lines.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Filters {
    state: Option<String>,
    tier: Option<String>,
    query: String,
}

impl Filters {
    /// State and tier, and the words, which become a filter once the statement's currency is known.
    fn read(self) -> Result<(Filter, String), Refusal> {
        let state = self.state.filter(|state| !state.is_empty());
        if state.as_deref().is_some_and(|state| !["open", "matched", "ignored"].contains(&state)) {
            return Err(Refusal::field("/state", "not_a_choice"));
        }
        let tier = self.tier.filter(|tier| !tier.is_empty());
        if tier.as_deref().is_some_and(|tier| matching::Tier::by_name(tier).is_none()) {
            return Err(Refusal::field("/tier", "not_a_choice"));
        }
        Ok((Filter { state, tier, ..Filter::default() }, self.query))
    }
}

/// The lines of a statement, the last of the file first, each with its match or with what it may be.
#[utoipa::path(
    get, path = "/api/v1/statements/{id}/lines", tag = "statements",
    params(
        ("id" = String, Path, description = "`stm_…`"),
        ("limit" = Option<i64>, Query, minimum = 1, maximum = 200), ("cursor" = Option<String>, Query),
        ("state" = Option<String>, Query, description = "`open`, `matched` or `ignored`"),
        ("tier" = Option<String>, Query, description = "Of the best candidate: `reference`, `payer`, `sum`, `own` or `rule`"),
        ("query" = Option<String>, Query, description = "Words that stand in its text, its reference or the counterparty's name, or its amount, in or out"),
    ),
    responses((status = 200, body = List<StatementLineView>), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn lines(
    State(web): State<Web>,
    Api(context): Api,
    Path(id): Path<String>,
    slice: Slice,
    Query(filters): Query<Filters>,
) -> Result<Json<List<StatementLineView>>, Fail> {
    web.app.authorise(&context.actor, Permission::StatementRead)?;
    let (id, part) = (path_id(&id)?, slice.part());
    let (filter, words) = filters.read()?;
    let read = move |conn: &mut ::store::Conn, scope: &kernel::Scope| {
        let statement = queries::statement(conn, scope, id)?;
        let filter = filter.with_words(&words, statement.currency);
        let lines = queries::lines(conn, scope, &statement, &filter, &part)?;
        let names = queries::names(conn, scope, lines.iter().map(|line| &line.proposed), [])?;
        Ok((lines, names))
    };
    let (lines, names) = web.app.read(&context, Permission::StatementRead, read).await?;
    let l = web.i18n.for_locale(context.locale);
    Ok(Json(List::of(lines, slice, |line| line.id, |line| StatementLineView::new(line, &names, &l))))
}

/// One line, with the row of the bank's file that it was read from, and what people wrote beside it.
#[utoipa::path(
    get, path = "/api/v1/statement-lines/{id}", tag = "statements",
    params(("id" = String, Path, description = "`stl_…`")),
    responses((status = 200, body = StatementLineDetail), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn line(
    State(web): State<Web>,
    Api(context): Api,
    Path(id): Path<String>,
) -> Result<Json<StatementLineDetail>, Fail> {
    web.app.authorise(&context.actor, Permission::StatementRead)?;
    let (id, vault) = (path_id(&id)?, web.app.vault().clone());
    let read = move |conn: &mut ::store::Conn, scope: &kernel::Scope| {
        let line = queries::line(conn, scope, id)?;
        let names = queries::names(conn, scope, [&line.proposed], [])?;
        let written = as_written(conn, &vault, scope, id)?;
        Ok((line, names, written, desk::notes(conn, scope, id)?))
    };
    let (line, names, written, notes) = web.app.read(&context, Permission::StatementRead, read).await?;
    let l = web.i18n.for_locale(context.locale);
    Ok(Json(StatementLineDetail::new(StatementLineView::new(line, &names, &l), written, notes)))
}
