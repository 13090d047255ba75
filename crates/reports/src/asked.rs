//! What a report is asked for in its address.

use kernel::{Date, Fields, Refusal};
use serde::Deserialize;
use web::file::Format;

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

/// How a report is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    Json,
    File(Format),
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

    /// Reads the form; JSON, or on a page the page itself, where none is named.
    pub fn form(&self) -> Result<Form, Refusal> {
        Ok(match self.format.as_str() {
            "" | "json" => Form::Json,
            "csv" => Form::File(Format::Csv),
            "xlsx" => Form::File(Format::Xlsx),
            "pdf" => Form::File(Format::Pdf),
            other => {
                let format: String = other.chars().take(20).collect();
                return Err(Refusal::invalid("format_not_available").with("format", format));
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_that_are_asked_for() {
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
    }

    #[test]
    fn forms_that_there_are() {
        for (format, form) in [
            ("", Some(Form::Json)),
            ("json", Some(Form::Json)),
            ("csv", Some(Form::File(Format::Csv))),
            ("xlsx", Some(Form::File(Format::Xlsx))),
            ("pdf", Some(Form::File(Format::Pdf))),
            ("html", None),
            ("PDF", None),
        ] {
            let asked = Asked { format: format.into(), ..Asked::default() };
            assert_eq!(asked.form().ok(), form, "{format}");
        }
    }
}
