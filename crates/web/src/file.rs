//! Files that are handed out: documents and reports in the forms that people keep them in.

use crate::problem::Fail;
use axum::extract::FromRequestParts;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use kernel::Refusal;

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

/// The format that the address of a list ends with, `/invoices.csv`: one handler serves all that its routes name.
impl<S: Sync> FromRequestParts<S> for Format {
    type Rejection = Fail;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Format, Fail> {
        let (stem, _) = parts.uri.path().rsplit_once('.').unwrap_or_default();
        Ok(Format::of_file(parts.uri.path(), stem)?)
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
        let headers = [
            (CONTENT_TYPE, self.format.media_type().to_owned()),
            (CONTENT_DISPOSITION, format!("{shown}; filename=\"{safe}.{}\"", self.format.name())),
            (X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
            // The printed page carries its own style and no script.
            (
                CONTENT_SECURITY_POLICY,
                "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'".to_owned(),
            ),
            (CACHE_CONTROL, "private, no-cache".to_owned()),
        ];
        (headers, self.bytes).into_response()
    }
}
