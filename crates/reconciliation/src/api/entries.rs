//! `GET /statement-lines/{id}/entries`

use super::wire::FreeEntryView;
use crate::{desk, queries};
use axum::Json;
use axum::extract::{Path, Query, State};
use kernel::Permission;
use serde::Deserialize;
use web::wire::{List, path_id};
use web::{Api, Fail, Problem, Web};

/// What an entry is looked for by.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Search {
    query: String,
}

/// Entries that a line may be linked with: those of the statement's account, 120 days around the line, that no line is matched with; the
/// newest 20. Without words those that move what the line does.
#[utoipa::path(
    get, path = "/api/v1/statement-lines/{id}/entries", tag = "statements",
    params(
        ("id" = String, Path, description = "`stl_…`"),
        ("query" = Option<String>, Query, description = "Words of its memo, or its amount, in or out"),
    ),
    responses((status = 200, body = List<FreeEntryView>), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn entries(
    State(web): State<Web>,
    Api(context): Api,
    Path(id): Path<String>,
    Query(search): Query<Search>,
) -> Result<Json<List<FreeEntryView>>, Fail> {
    web.app.authorise(&context.actor, Permission::StatementRead)?;
    let id = path_id(&id)?;
    let words: String = search.query.trim().chars().take(100).collect();
    let read = move |conn: &mut ::store::Conn, scope: &kernel::Scope| {
        let line = queries::line(conn, scope, id)?;
        let statement = queries::statement(conn, scope, line.statement)?;
        let entries = desk::free_entries(conn, scope, &statement, &line, &words)?;
        let ids: Vec<_> = entries.iter().map(|entry| entry.id).collect();
        Ok((entries, queries::parties(conn, scope, &ids)?))
    };
    let (entries, parties) = web.app.read(&context, Permission::StatementRead, read).await?;
    let view = |entry: desk::Entry| {
        let customer = parties.get(&entry.id).copied();
        FreeEntryView::new(entry, customer)
    };
    Ok(Json(List { data: entries.into_iter().map(view).collect(), next_cursor: None }))
}
