//! Files as they arrive: as the body itself, or in a form.

use axum::body::Bytes;
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use kernel::{Refusal, RefusalKind};
use std::collections::BTreeMap;

/// Bytes that a form may put around its file.
pub const FORM_MAX: usize = 256 << 10;

/// What a request brought.
#[derive(Debug, Default)]
pub struct Upload {
    /// The file; empty where there is none.
    pub file: Bytes,
    /// What the file is called where it comes from; empty where nothing says.
    pub name: String,
    /// The other fields of a form.
    pub fields: BTreeMap<String, String>,
}

impl Upload {
    /// A field of the form; empty where there is none.
    pub fn field(&self, name: &str) -> &str {
        self.fields.get(name).map_or("", String::as_str)
    }
}

/// Reads a body of text (`text/csv`, whatever it is encoded in) or the field `file` of a form.
///
/// Refuses what is larger than the route takes, by the code `too_large`, and bodies of another type.
pub async fn read(request: Request, too_large: &'static str) -> Result<Upload, Refusal> {
    let kind = request.headers().get(CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or("").to_ascii_lowercase();
    match kind.split(';').next().unwrap_or("").trim() {
        "multipart/form-data" => form(request, too_large).await,
        "application/x-www-form-urlencoded" => {
            let fields = serde_urlencoded::from_bytes(&body(request, too_large).await?);
            let fields = fields.map_err(|_| Refusal::invalid("form_malformed"))?;
            Ok(Upload { fields, ..Upload::default() })
        }
        kind if kind.is_empty() || kind.starts_with("text/") || TEXTS.contains(&kind) => {
            Ok(Upload { file: body(request, too_large).await?, ..Upload::default() })
        }
        _ => Err(Refusal::new(RefusalKind::UnsupportedType, "unsupported_media_type")),
    }
}

/// What browsers and programs call CSV and XML beside `text/csv` and `text/xml`.
const TEXTS: [&str; 4] = ["application/csv", "application/vnd.ms-excel", "application/octet-stream", "application/xml"];

async fn form(request: Request, too_large: &'static str) -> Result<Upload, Refusal> {
    let torn = |error: axum::extract::multipart::MultipartError| match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => refused(too_large),
        _ => Refusal::invalid("form_malformed"),
    };
    let mut form = Multipart::from_request(request, &()).await.map_err(|_| Refusal::invalid("form_malformed"))?;
    let mut upload = Upload::default();
    while let Some(field) = form.next_field().await.map_err(torn)? {
        let name = field.name().unwrap_or("").to_owned();
        let of_file = field.file_name().unwrap_or("").to_owned();
        let bytes = field.bytes().await.map_err(torn)?;
        if name == "file" || name == "/file" {
            upload.file = bytes;
            upload.name = of_file;
        } else {
            upload.fields.insert(name, String::from_utf8_lossy(&bytes).into_owned());
        }
    }
    Ok(upload)
}

async fn body(request: Request, too_large: &'static str) -> Result<Bytes, Refusal> {
    Bytes::from_request(request, &()).await.map_err(|rejection| match rejection.into_response().status() {
        StatusCode::PAYLOAD_TOO_LARGE => refused(too_large),
        _ => Refusal::invalid("body_unreadable"),
    })
}

fn refused(too_large: &'static str) -> Refusal {
    Refusal::new(RefusalKind::TooLarge, too_large)
}
