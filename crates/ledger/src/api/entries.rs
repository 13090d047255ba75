//! `/journal-entries`

use super::wire::{EntryView, NewEntry, NewReversal};
use crate::commands::{PostManualEntry, ReverseEntry};
use crate::queries::{self, EntryFilter};
use crate::rules::entry::Document;
use crate::rules::manual;
use axum::Json;
use axum::extract::{Path, Query, State};
use kernel::id::EntryId;
use kernel::{Fields, Permission, Refusal};
use serde::Deserialize;
use web::wire::{List, Slice, path_id};
use web::{Api, Fail, Kept, Keyed, Problem, Web, json_body};

/// The filters of a list as they stand in the address; empty ones count as none.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    pub document: String,
    pub account: String,
    pub from: String,
    pub to: String,
}

impl Asked {
    /// Reads the filters; notes every fault.
    pub fn filter(&self) -> Result<EntryFilter, Refusal> {
        let mut fields = Fields::new();
        let document = Document::parse(&self.document);
        if document.is_none() && !self.document.is_empty() {
            fields.note("/document", "not_found");
        }
        let mut date = |pointer, text: &String| if text.is_empty() { None } else { fields.date(pointer, text) };
        let (from, to) = (date("/from", &self.from), date("/to", &self.to));
        fields.finish()?;
        let account = Some(self.account.trim().to_owned()).filter(|code| !code.is_empty());
        Ok(EntryFilter { document, account, from, to })
    }
}

/// Journal entries, newest first.
#[utoipa::path(
    get, path = "/api/v1/journal-entries", tag = "ledger",
    params(("document" = Option<String>, Query, description = "`inv_…`, `pay_…`"), ("account" = Option<String>, Query),
        ("from" = Option<String>, Query, pattern = "^([0-9]{4}-[0-9]{2}-[0-9]{2})?$", description = "a day; blank is as good as none"), ("to" = Option<String>, Query, pattern = "^([0-9]{4}-[0-9]{2}-[0-9]{2})?$", description = "a day; blank is as good as none"),
        ("limit" = Option<i64>, Query, minimum = 1, maximum = 200), ("cursor" = Option<String>, Query)),
    responses((status = 200, body = List<EntryView>), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn list(
    State(web): State<Web>,
    Api(context): Api,
    Query(asked): Query<Asked>,
    slice: Slice,
) -> Result<Json<List<EntryView>>, Fail> {
    let (filter, locale) = (asked.filter()?, context.locale);
    let rows = web
        .app
        .read(&context, Permission::LedgerRead, move |conn, scope| {
            queries::entries(conn, scope, &filter, &slice.part())
        })
        .await?;
    Ok(Json(List::of(rows, slice, |entry| entry.id, |entry| EntryView::new(entry, locale))))
}

/// One journal entry.
#[utoipa::path(
    get, path = "/api/v1/journal-entries/{id}", tag = "ledger", params(("id" = String, Path, description = "`ent_…`")),
    responses((status = 200, body = EntryView), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn show(State(web): State<Web>, Api(context): Api, Path(id): Path<String>) -> Result<Json<EntryView>, Fail> {
    let (id, locale): (EntryId, _) = (path_id(&id)?, context.locale);
    let entry =
        web.app.read(&context, Permission::LedgerRead, move |conn, scope| queries::entry(conn, scope, id)).await?;
    Ok(Json(EntryView::new(entry, locale)))
}

/// Write an entry by hand.
#[utoipa::path(
    post, path = "/api/v1/journal-entries", tag = "ledger", request_body = NewEntry,
    responses((status = 201, body = EntryView), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn create(State(web): State<Web>, request: Keyed<PostManualEntry, NewEntry>) -> Result<Kept, Fail> {
    let command = PostManualEntry(manual::check(&request.value.into())?);
    let answer = web.app.write_once(&request.context, request.once, command, rendered).await?;
    Ok(Kept(answer))
}

/// Take back an entry that was written by hand.
#[utoipa::path(
    post, path = "/api/v1/journal-entries/{id}/reverse", tag = "ledger", request_body = NewReversal,
    params(("id" = String, Path, description = "`ent_…`")),
    responses((status = 201, body = EntryView), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn reverse(
    State(web): State<Web>,
    Path(id): Path<String>,
    request: Keyed<ReverseEntry, NewReversal>,
) -> Result<Kept, Fail> {
    let mut fields = Fields::new();
    let on = request.value.date.as_deref().and_then(|text| fields.date("/date", text));
    let memo = fields.optional_text("/memo", request.value.memo.as_deref(), 500);
    fields.finish()?;
    let command = ReverseEntry { id: path_id(&id)?, on, memo };
    let answer = web.app.write_once(&request.context, request.once, command, rendered).await?;
    Ok(Kept(answer))
}

fn rendered(tx: &mut ::store::Tx<'_>, id: EntryId) -> Result<(u16, Vec<u8>), ::store::Error> {
    let (scope, locale) = (tx.context().scope(), tx.context().locale);
    json_body(201, &EntryView::new(queries::entry(tx.conn, &scope, id)?, locale))
}
