//! What reports share: the times that are asked for, and the formats they come in.

use ::store::Error;
use axum::Json;
use axum::http::HeaderValue;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use kernel::{Date, Fields, Refusal};
use serde::{Deserialize, Serialize};

/// What a report is asked for, as it stands in the address.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    pub from: String,
    pub to: String,
    pub as_of: String,
    pub format: String,
    pub account: String,
    pub limit: Option<i64>,
    pub cursor: String,
}

/// The days of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Days {
    pub from: Option<Date>,
    /// `to`, else `as_of`, else today.
    pub to: Date,
}

impl Asked {
    /// Reads the days; notes every fault.
    pub fn days(&self, today: Date) -> Result<Days, Refusal> {
        let mut fields = Fields::new();
        let mut date = |pointer, text: &String| if text.is_empty() { None } else { fields.date(pointer, text) };
        let (from, to, as_of) = (date("/from", &self.from), date("/to", &self.to), date("/as_of", &self.as_of));
        let to = to.or(as_of).unwrap_or(today);
        if from.is_some_and(|from| from > to) {
            fields.note("/to", "before_from");
        }
        fields.finish()?;
        Ok(Days { from, to })
    }

    /// Reads the format. Workbooks and PDF are drawn by the room of documents.
    pub fn format(&self) -> Result<Format, Refusal> {
        match self.format.as_str() {
            "" | "json" => Ok(Format::Json),
            "csv" => Ok(Format::Csv),
            other => {
                Err(Refusal::invalid("format_not_available").with("format", other.chars().take(20).collect::<String>()))
            }
        }
    }
}

/// How a report is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Json,
    Csv,
}

/// A report as rows of text: what every format that is not JSON is drawn from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// Name of the file, without its ending.
    pub name: String,
    pub head: Vec<String>,
    pub rows: Vec<Vec<String>>,
}

/// Sends a report in the format that was asked for.
pub fn send(format: Format, json: impl Serialize, sheet: impl FnOnce() -> Sheet) -> Result<Response, Error> {
    match format {
        Format::Json => Ok(Json(json).into_response()),
        Format::Csv => as_csv(&sheet()),
    }
}

fn as_csv(sheet: &Sheet) -> Result<Response, Error> {
    let broken = |error: csv::Error| Error::Broken(error.to_string());
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(&sheet.head).map_err(broken)?;
    for row in &sheet.rows {
        writer.write_record(row).map_err(broken)?;
    }
    let body = writer.into_inner().map_err(|error| Error::Broken(error.to_string()))?;
    let mut response = ([(CONTENT_TYPE, "text/csv; charset=utf-8")], body).into_response();
    if let Ok(name) = HeaderValue::from_str(&format!("attachment; filename=\"{}.csv\"", sheet.name)) {
        response.headers_mut().insert(CONTENT_DISPOSITION, name);
    }
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_formats() {
        let today: Date = "2026-11-23".parse().unwrap();
        let asked = |from: &str, to: &str, as_of: &str| Asked {
            from: from.into(),
            to: to.into(),
            as_of: as_of.into(),
            ..Asked::default()
        };
        for (asked, to) in [
            (asked("", "", ""), Some("2026-11-23")),
            (asked("", "", "2026-10-31"), Some("2026-10-31")),
            (asked("2026-01-01", "2026-09-30", "2026-10-31"), Some("2026-09-30")),
            (asked("2026-12-01", "", ""), None),
            (asked("yesterday", "", ""), None),
        ] {
            let days = asked.days(today).ok().map(|days| days.to.to_string());
            assert_eq!(days.as_deref(), to, "{asked:?}");
        }
        for (format, code) in
            [("", ""), ("json", ""), ("csv", ""), ("xlsx", "format_not_available"), ("x", "format_not_available")]
        {
            let asked = Asked { format: format.into(), ..Asked::default() };
            assert_eq!(asked.format().err().map_or("", |r| r.code), code);
        }
    }
}
