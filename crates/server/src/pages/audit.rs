//! The audit trail at the desk: when, who, what, to which thing.

use crate::api::AuditAsked;
use askama::Template;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl};
use kernel::Permission;
use kernel::id::{ApiKeyId, OrganisationId, UserId, base32};
use schema::{api_keys, users};
use std::collections::HashMap;
use store::audit::{self, AuditFilter, AuditRow};
use store::{Conn, Error};
use web::session::Desk;
use web::wire::{Slice, cursor};
use web::{Fail, Page, View, Web};

#[derive(Template)]
#[template(path = "audit/index.html")]
struct Index {
    v: View,
    asked: AuditAsked,
    rows: Vec<(AuditRow, Option<i64>)>,
    /// Names of people and keys by their ids.
    names: HashMap<String, String>,
    /// Address of the next page; empty on the last.
    next: String,
}

impl Index {
    fn who(&self, row: &AuditRow) -> String {
        let named = || self.names.get(&row.actor).cloned().unwrap_or_else(|| row.actor.clone());
        match row.actor_kind.as_str() {
            "system" => self.v.t("audit-by-house"),
            "pay_link" => self.v.t("audit-by-pay-link"),
            "api_key" => self.v.tw("audit-by-key", "name", &named()),
            _ => named(),
        }
    }

    /// What was done; commands without a sentence show their name.
    fn what(&self, row: &AuditRow) -> String {
        self.v
            .l
            .find(&format!("did-{}", row.command.replace(['.', '_'], "-")), &[])
            .unwrap_or_else(|| row.command.clone())
    }

    fn subject(&self, row: &AuditRow) -> String {
        format!("{}_{}", row.subject_kind, base32(row.subject_id.bytes()))
    }

    /// What the thing is called: its number where the row says it, else what it is.
    fn subject_name(&self, row: &AuditRow) -> String {
        let details: serde_json::Value = serde_json::from_str(&row.details.0).unwrap_or_default();
        // A credit note leaves a row on its invoice too, which is called by its own number.
        let keys: &[&str] =
            if row.subject_kind == "inv" { &["invoice_number", "number"] } else { &["number", "name", "code"] };
        let told = keys.iter().find_map(|key| details.get(key)?.as_str().map(ToOwned::to_owned));
        let kind = || self.v.l.find(&format!("audit-kind-{}", row.subject_kind), &[]);
        told.or_else(kind).unwrap_or_else(|| self.subject(row))
    }

    /// The page of the thing; empty where it has none.
    fn href(&self, row: &AuditRow) -> String {
        let room = match row.subject_kind.as_str() {
            "cus" => "/customers",
            "ord" => "/orders",
            "inv" => "/invoices",
            "crn" => "/credit-notes",
            "pay" => "/payments",
            "ent" => "/entries",
            "itm" => "/catalog/items",
            "usr" => "/users",
            _ => return String::new(),
        };
        format!("{room}/{}", self.subject(row))
    }
}

pub async fn index(
    State(web): State<Web>,
    Desk(visit): Desk,
    Query(asked): Query<AuditAsked>,
    slice: Slice,
) -> Result<Response, Fail> {
    let mut view = visit.view;
    // A filter that cannot be read shows nothing, and says why.
    let (filter, status) = match asked.filter() {
        Ok(filter) => (Some(filter), 200),
        Err(refusal) => {
            view.refused(&refusal);
            (None, refusal.status())
        }
    };
    let read = move |conn: &mut Conn, scope: &kernel::Scope| match &filter {
        Some(filter) => trail(conn, scope.organisation(), filter, slice),
        None => Ok((Vec::new(), HashMap::new())),
    };
    let (mut rows, names) = web.app.read(&visit.context, Permission::AuditRead, read).await?;
    let limit = usize::try_from(slice.limit).unwrap_or(50);
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = match rows.last() {
        Some((last, _)) if more => view.link_with("cursor", &cursor(last.audit_id)),
        _ => String::new(),
    };
    Ok(Page::new(Index { v: view, asked, rows, names, next }).with_status(status).into_response())
}

type Trail = (Vec<(AuditRow, Option<i64>)>, HashMap<String, String>);

fn trail(conn: &mut Conn, organisation: OrganisationId, filter: &AuditFilter, slice: Slice) -> Result<Trail, Error> {
    let rows = audit::list(conn, organisation, filter, slice.before(), slice.limit + 1)?;
    let people: Vec<UserId> = rows.iter().filter_map(|(row, _)| row.actor.parse().ok()).collect();
    let keys: Vec<ApiKeyId> = rows.iter().filter_map(|(row, _)| row.actor.parse().ok()).collect();
    let people: Vec<(UserId, String)> = users::table
        .filter(users::organisation_id.eq(organisation))
        .filter(users::user_id.eq_any(people))
        .select((users::user_id, users::name))
        .load(conn)?;
    let keys: Vec<(ApiKeyId, String)> = api_keys::table
        .filter(api_keys::organisation_id.eq(organisation))
        .filter(api_keys::key_id.eq_any(keys))
        .select((api_keys::key_id, api_keys::name))
        .load(conn)?;
    let people = people.into_iter().map(|(id, name)| (id.to_string(), name));
    let names = people.chain(keys.into_iter().map(|(id, name)| (id.to_string(), name))).collect();
    Ok((rows, names))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    /// The names that the commands of all slices give themselves; tests' own begin with `test`.
    fn commands(dir: &Path, found: &mut Vec<String>) {
        for entry in std::fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                commands(&path, found);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let source = std::fs::read_to_string(&path).unwrap();
                let names = source.split("const NAME: &'static str = \"").skip(1);
                found.extend(names.filter_map(|rest| rest.split('"').next().map(ToOwned::to_owned)));
            }
        }
    }

    #[test]
    fn the_trail_has_words_for_every_command() {
        let mut found = Vec::new();
        for krate in std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("..")).unwrap() {
            let sources = krate.unwrap().path().join("src");
            if sources.is_dir() {
                commands(&sources, &mut found);
            }
        }
        found.retain(|name| !name.starts_with("test"));
        assert!(found.len() > 50, "{found:?}");
        let words = crate::MESSAGES.iter().map(|(_, text)| text);
        for text in words {
            found.iter().for_each(|name| {
                let id = format!("did-{} = ", name.replace(['.', '_'], "-"));
                assert!(text.lines().any(|line| line.starts_with(&id)), "{id}");
            });
        }
    }
}
