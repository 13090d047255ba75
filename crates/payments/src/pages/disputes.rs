//! Disputes at the desk: which there are, the most urgent first, and one of them with what moved and what was noted.

use crate::NoteEvidence;
use crate::disputes::{self, Dispute, Note, Which, Whole};
use crate::rules::dispute::DisputeStatus;
use crate::store;
use ::store::audit::{AuditRow, of_subject};
use ::store::{Conn, Error, Once, Total, books};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use kernel::id::DisputeId;
use kernel::{Currency, Fields, Permission, Scope};
use serde::Deserialize;
use std::collections::HashMap;
use web::session::Desk;
use web::view::{Pager, part};
use web::wire::path_id;
use web::{Fail, KeyedForm, Page, View, Visit, Web, Went};

/// What the list shows beside one status: what is not decided, or all there are.
const ALL: &str = "all";

/// The stamp of a dispute, and its word.
fn stamp(v: &View, dispute: &Dispute) -> (&'static str, String) {
    let is = match dispute.status {
        DisputeStatus::NeedsResponse => "overdue",
        DisputeStatus::UnderReview => "doubt",
        DisputeStatus::Won => "paid",
        DisputeStatus::Lost | DisputeStatus::Closed => "void",
    };
    (is, v.t(&message(dispute.status)))
}

/// The message that names a status.
pub(super) fn message(status: DisputeStatus) -> String {
    format!("dispute-status-{}", status.name().replace('_', "-"))
}

/// Why the payer disputes: in the reader's words where we know the provider's code.
fn reason(v: &View, dispute: &Dispute) -> String {
    let known = v.l.find(&format!("dispute-reason-{}", dispute.reason.replace('_', "-")), &[]);
    known.unwrap_or_else(|| dispute.reason.replace('_', " "))
}

#[derive(Template)]
#[template(path = "payments/disputes.html")]
struct Index {
    v: View,
    status: String,
    /// Disputes with the names of their customers.
    rows: Vec<(Dispute, String)>,
    home: Currency,
    pager: Option<Pager>,
}

impl Index {
    fn reason(&self, dispute: &Dispute) -> String {
        reason(&self.v, dispute)
    }

    fn stamp(&self, dispute: &Dispute) -> (&'static str, String) {
        stamp(&self.v, dispute)
    }

    /// The filters: value and message.
    fn chips(&self) -> Vec<(&'static str, String)> {
        let of_status = DisputeStatus::ALL.map(|status| (status.name(), message(status)));
        let first = [("", "disputes-open".to_owned())];
        first.into_iter().chain(of_status).chain([(ALL, "disputes-all".to_owned())]).collect()
    }
}

pub async fn index(State(web): State<Web>, Desk(visit): Desk) -> Result<impl IntoResponse, Fail> {
    let mut v = visit.view;
    let (part, status) = (part(&v.query, &[])?, v.asked("status"));
    let which = match status.as_str() {
        ALL => Some(Which::All),
        name => DisputeStatus::by_name(name).map(Which::Of),
    };
    let read = part.clone();
    let (mut rows, home) = web
        .app
        .read(&visit.context, Permission::PaymentRead, move |conn, scope| {
            let found = match which {
                None => disputes::undecided(conn, scope)?,
                Some(which) => disputes::page(conn, scope, which, &read)?,
            };
            Ok((named(conn, scope, found)?, books::load(conn, scope.organisation())?.currency))
        })
        .await?;
    let pager =
        which.map(|_| Pager::new(&v, &part, &mut rows, Total::Unknown, |(one, _)| (*one.id.bytes(), String::new())));
    v.room = Some("/payments");
    Ok(Page::new(Index { v, status, rows, home, pager }))
}

fn named(conn: &mut Conn, scope: &Scope, found: Vec<Dispute>) -> Result<Vec<(Dispute, String)>, Error> {
    found.into_iter().map(|one| Ok((one.clone(), store::customer_name(conn, scope, one.customer)?))).collect()
}

#[derive(Template)]
#[template(path = "payments/dispute.html")]
struct Show {
    v: View,
    whole: Whole,
    /// What happened, with the row that says when.
    trail: Vec<(String, AuditRow)>,
    /// Names of people and keys by the trail's name for them.
    names: HashMap<String, String>,
    form: NoteForm,
}

impl Show {
    fn dispute(&self) -> &Dispute {
        &self.whole.dispute
    }

    fn reason(&self) -> String {
        reason(&self.v, &self.whole.dispute)
    }

    fn stamp(&self) -> (&'static str, String) {
        stamp(&self.v, &self.whole.dispute)
    }

    fn when(&self, row: &AuditRow) -> String {
        let who = self.v.actor(&row.actor_kind, self.names.get(&row.actor).map(String::as_str));
        format!("{} · {who}", self.v.date_time(&row.created_at.0))
    }

    fn noted(&self, note: &Note) -> String {
        let who = self.names.get(&note.by).map_or("", String::as_str);
        format!("{} · {who}", self.v.date_time(&note.at))
    }
}

/// What the rows of the trail tell: where the dispute stood then, that money moved, that something was noted. Words that changed
/// nothing are left out.
fn happened(v: &View, rows: Vec<AuditRow>) -> Vec<(String, AuditRow)> {
    let mut before = serde_json::Value::Null;
    let mut told = Vec::new();
    for row in rows {
        let details: serde_json::Value = serde_json::from_str(&row.details.0).unwrap_or_default();
        let status = details["status"].as_str().and_then(DisputeStatus::by_name);
        let what = match (row.command.as_str(), status) {
            ("dispute.note", _) => v.t("trail-dispute-note"),
            (_, None) => v.t("trail-dispute-follow"),
            (..) if details == before => continue,
            (..) if details["status"] == before["status"] => v.t("trail-dispute-moved"),
            (_, Some(status)) => v.tw("trail-dispute-told", "status", &v.t(&message(status))),
        };
        if status.is_some() {
            before = details;
        }
        told.push((what, row));
    }
    told
}

async fn page(web: &Web, mut visit: Visit, id: DisputeId, form: NoteForm) -> Result<Page<Show>, Fail> {
    let (whole, trail, names) = web
        .app
        .read(&visit.context, Permission::PaymentRead, move |conn, scope| {
            let whole = disputes::whole(conn, scope, id)?;
            let trail = of_subject(conn, scope.organisation(), id)?;
            let actors = trail.iter().map(|row| row.actor.as_str());
            let actors = actors.chain(whole.notes.iter().map(|note| note.by.as_str()));
            let names = identity::queries::actor_names(conn, scope.organisation(), actors)?;
            Ok((whole, trail, names))
        })
        .await?;
    visit.view.room = Some("/payments");
    let trail = happened(&visit.view, trail);
    Ok(Page::new(Show { v: visit.view, whole, trail, names, form }))
}

pub async fn show(
    State(web): State<Web>,
    Desk(visit): Desk,
    Path(id): Path<String>,
) -> Result<impl IntoResponse, Fail> {
    page(&web, visit, path_id(&id)?, NoteForm::default()).await
}

/// What was sent as evidence.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct NoteForm {
    #[serde(rename = "/evidence")]
    evidence: String,
}

/// Notes what was sent.
pub async fn note(
    State(web): State<Web>,
    Path(id): Path<String>,
    request: KeyedForm<NoteForm>,
) -> Result<Response, Fail> {
    let KeyedForm { mut visit, once, value: form, .. } = request;
    web.app.authorise(&visit.context.actor, Permission::PaymentRefund)?;
    let id: DisputeId = path_id(&id)?;
    let mut fields = Fields::new();
    let text = fields.text("/evidence", &form.evidence, 1, 2000);
    let result = match fields.finish() {
        Err(refusal) => Err(refusal.into()),
        Ok(()) => {
            let (once, command) = (Once { keep: true, ..once }, NoteEvidence { dispute: id, text });
            let to = |_: &mut ::store::Tx<'_>, id| Ok((303, format!("/disputes/{id}?done=dispute-noted").into_bytes()));
            web.app.write_once(&visit.context, once, command, to).await
        }
    };
    match result {
        Ok(answer) => Ok(Went(answer).into_response()),
        Err(error) => {
            let refusal = error.for_form()?;
            visit.view.refused(&refusal);
            Ok(page(&web, visit, id, form).await?.with_status(refusal.status()).into_response())
        }
    }
}
