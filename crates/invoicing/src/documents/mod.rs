//! Invoices, credit notes and statements of account as files.
//!
//! What is printed follows from frozen facts alone, and the bytes of the first print are kept: printed again, a document is
//! the same to the byte. Payments and what became of the official invoice are therefore not on it; the page shows them.

mod bill;
mod statement;

pub use statement::statement_document;

use crate::queries;
use ::documents::{Bom, Document, DocumentError, Typesetter, csv, html, xlsx};
use ::store::Error;
use ::store::archive::Wanted;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use axum::response::{IntoResponse, Response};
use kernel::id::{CreditNoteId, InvoiceId};
use kernel::{Context, Permission, Refusal, RefusalKind};
use std::sync::OnceLock;
use web::Web;

/// A form of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Pdf,
    Xlsx,
    Csv,
    Html,
}

impl Format {
    /// How addresses and the archive name it.
    pub const fn name(self) -> &'static str {
        match self {
            Format::Pdf => "pdf",
            Format::Xlsx => "xlsx",
            Format::Csv => "csv",
            Format::Html => "html",
        }
    }

    /// The format of `document.pdf`, with this stem; other names are not found.
    pub fn of_file(file: &str, stem: &str) -> Result<Format, Refusal> {
        let extension = file.strip_prefix(stem).and_then(|rest| rest.strip_prefix('.')).unwrap_or("");
        let all = [Format::Pdf, Format::Xlsx, Format::Csv, Format::Html];
        all.into_iter().find(|f| f.name() == extension).ok_or_else(|| Refusal::not_found("not_found"))
    }

    /// Its media type.
    pub const fn media_type(self) -> &'static str {
        match self {
            Format::Pdf => "application/pdf",
            Format::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Format::Csv => "text/csv; charset=utf-8",
            Format::Html => "text/html; charset=utf-8",
        }
    }
}

/// A file to hand out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    pub format: Format,
    /// Without extension: the document's number.
    pub name: String,
    pub bytes: Vec<u8>,
}

impl IntoResponse for File {
    fn into_response(self) -> Response {
        let shown = match self.format {
            Format::Pdf | Format::Html => "inline",
            Format::Xlsx | Format::Csv => "attachment",
        };
        let safe: String =
            self.name.chars().map(|c| if c.is_ascii_alphanumeric() || "-_.".contains(c) { c } else { '_' }).collect();
        let disposition = format!("{shown}; filename=\"{safe}.{}\"", self.format.name());
        let headers = [
            (CONTENT_TYPE, self.format.media_type().to_owned()),
            (CONTENT_DISPOSITION, disposition),
            (X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
            // The printed page carries its own style and no script.
            (
                axum::http::header::CONTENT_SECURITY_POLICY,
                "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'".to_owned(),
            ),
            (axum::http::header::CACHE_CONTROL, "private, no-cache".to_owned()),
        ];
        (headers, self.bytes).into_response()
    }
}

/// An invoice as a file, for whoever may read it. Refuses drafts, and `font_missing` where no font has its characters.
pub async fn invoice(web: &Web, context: &Context, id: InvoiceId, format: Format) -> Result<File, Error> {
    let (vault, site) = (web.app.vault().clone(), web.site.public_url.clone());
    let found = web
        .app
        .read(context, Permission::InvoiceRead, move |conn, scope| {
            let view = queries::view(conn, &vault, scope, id)?;
            Ok((view.customer, view.number.clone(), bill::of_invoice(&view, &site)?))
        })
        .await?;
    let (customer, number, bill) = found;
    let wanted = Wanted::new(context.organisation, id, customer, format.name(), format.media_type(), bill.locale);
    let bytes = web.archive.get_or_make(&wanted, move || render(&Document::Bill(bill), format)).await?;
    Ok(File { format, name: number.unwrap_or_default(), bytes })
}

/// A credit note as a file.
pub async fn credit_note(web: &Web, context: &Context, id: CreditNoteId, format: Format) -> Result<File, Error> {
    let vault = web.app.vault().clone();
    let (customer, number, bill) = web
        .app
        .read(context, Permission::InvoiceRead, move |conn, scope| {
            let view = queries::credit_note(conn, &vault, scope, id)?;
            Ok((view.customer, view.number.clone(), bill::of_credit_note(&view)?))
        })
        .await?;
    let wanted = Wanted::new(context.organisation, id, customer, format.name(), format.media_type(), bill.locale);
    let bytes = web.archive.get_or_make(&wanted, move || render(&Document::Bill(bill), format)).await?;
    Ok(File { format, name: number, bytes })
}

/// Renders any document; takes tens of milliseconds, so call it on a thread for blocking work.
pub fn render(document: &Document, format: Format) -> Result<Vec<u8>, Error> {
    match format {
        Format::Pdf => typesetter()?.pdf(document),
        Format::Xlsx => xlsx(document),
        Format::Csv => csv(document, Bom::With),
        Format::Html => html(document).map(String::into_bytes),
    }
    .map_err(failed)
}

/// The process's one typesetter; fonts are looked for at its first use, where the system keeps them.
pub fn typesetter() -> Result<&'static Typesetter, Error> {
    static TYPESETTER: OnceLock<Typesetter> = OnceLock::new();
    if let Some(typesetter) = TYPESETTER.get() {
        return Ok(typesetter);
    }
    let made = Typesetter::new(&[]).map_err(|error| {
        tracing::error!(%error, "documents cannot be set");
        font_missing("")
    })?;
    Ok(TYPESETTER.get_or_init(|| made))
}

/// A failure of rendering, for whoever asked.
pub fn failed(error: DocumentError) -> Error {
    match error {
        DocumentError::FontMissing { characters } => font_missing(&characters),
        other => Error::Broken(other.to_string()),
    }
}

fn font_missing(characters: &str) -> Error {
    Refusal::new(RefusalKind::Unavailable, "font_missing").with("characters", characters).into()
}
