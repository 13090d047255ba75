//! Choosing a file.

use super::title;
use crate::rules::kind::Kind;
use askama::Template;
use axum::extract::{Path, State};
use axum::response::IntoResponse;
use kernel::{Permission, Refusal};
use web::file::{File, Format};
use web::session::Desk;
use web::{Fail, Page, View, Web};

/// What the form sends, and what it shows when it comes back.
#[derive(Debug, Clone)]
pub(super) struct Form {
    pub kind: Kind,
    pub on: String,
    pub text: String,
}

#[derive(Template)]
#[template(path = "imports/index.html")]
pub(super) struct Index {
    pub v: View,
    pub form: Form,
}

impl Index {
    fn title(&self, kind: &Kind) -> String {
        title(&self.v, *kind)
    }

    fn hint(&self, kind: &Kind) -> String {
        self.v.t(&format!("import-{}-hint", kind.name()))
    }
}

pub async fn index(State(web): State<Web>, Desk(visit): Desk) -> Result<impl IntoResponse, Fail> {
    web.app.authorise(&visit.context.actor, Permission::ImportRun)?;
    let form = Form { kind: Kind::Customers, on: visit.view.today.to_string(), text: String::new() };
    Ok(Page::new(Index { v: visit.view, form }))
}

/// The template of a kind, as `customers.csv`.
pub async fn template(
    State(web): State<Web>,
    Desk(visit): Desk,
    Path(file): Path<String>,
) -> Result<impl IntoResponse, Fail> {
    web.app.authorise(&visit.context.actor, Permission::ImportRun)?;
    let kind = file.strip_suffix(".csv").and_then(Kind::by_name).ok_or_else(|| Refusal::not_found("not_found"))?;
    Ok(File { format: Format::Csv, name: kind.name().to_owned(), bytes: kind.template().into_bytes() })
}
