//! How the house says no: a kind, a stable code, arguments for the sentence, and fields.
//!
//! Slices decide with their own error enums and turn them into a `Refusal` once; the web shell turns that into
//! problem+json or a page in the reader's language. The sentence of code `period_closed` is the Fluent message
//! `error-period-closed`; what a field got wrong is `field-…`.

use crate::{Date, Money};
use std::fmt;

/// The class of a refusal; decides the HTTP status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefusalKind {
    /// 400: not even readable.
    Malformed,
    /// 415: of a type that is not taken here.
    UnsupportedType,
    /// 422: the input is wrong; see the fields.
    Invalid,
    /// 401: nobody is signed in.
    Unauthenticated,
    /// 403: known, but not allowed.
    Forbidden,
    /// 404: there is no such thing, or it is somebody else's.
    NotFound,
    /// 409: the input is fine, the state of things is not.
    Conflict,
    /// 413: more than is taken at once.
    TooLarge,
    /// 429: too often; `retry_after` seconds.
    TooMany { retry_after: u32 },
    /// 503: not now; nothing happened, try again.
    Unavailable,
    /// 503: it may have happened; ask again with the same key.
    OutcomeUnknown,
}

/// A value inside a sentence; formatted in the reader's language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Arg {
    Text(String),
    Number(i64),
    Money(Money),
    Date(Date),
}

impl From<&str> for Arg {
    fn from(v: &str) -> Self {
        Arg::Text(v.to_owned())
    }
}
impl From<String> for Arg {
    fn from(v: String) -> Self {
        Arg::Text(v)
    }
}
impl From<i64> for Arg {
    fn from(v: i64) -> Self {
        Arg::Number(v)
    }
}
impl From<Money> for Arg {
    fn from(v: Money) -> Self {
        Arg::Money(v)
    }
}
impl From<Date> for Arg {
    fn from(v: Date) -> Self {
        Arg::Date(v)
    }
}

/// Named arguments of a sentence.
pub type Args = Vec<(&'static str, Arg)>;

/// What is wrong with one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// JSON pointer into the input: `/lines/0/quantity`; form fields have the same names.
    pub pointer: String,
    /// Code of the sentence: `required` → message `field-required`.
    pub code: &'static str,
    pub args: Args,
}

/// A refused request. Nothing has changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    pub kind: RefusalKind,
    /// Stable, part of the contract: `allocation_exceeds_balance`.
    pub code: &'static str,
    pub args: Args,
    pub fields: Vec<FieldError>,
}

impl Refusal {
    pub fn new(kind: RefusalKind, code: &'static str) -> Refusal {
        Refusal { kind, code, args: Vec::new(), fields: Vec::new() }
    }

    pub fn conflict(code: &'static str) -> Refusal {
        Refusal::new(RefusalKind::Conflict, code)
    }

    pub fn invalid(code: &'static str) -> Refusal {
        Refusal::new(RefusalKind::Invalid, code)
    }

    pub fn not_found(code: &'static str) -> Refusal {
        Refusal::new(RefusalKind::NotFound, code)
    }

    pub fn forbidden(code: &'static str) -> Refusal {
        Refusal::new(RefusalKind::Forbidden, code)
    }

    /// A single wrong field.
    pub fn field(pointer: impl Into<String>, code: &'static str) -> Refusal {
        let mut refusal = Refusal::invalid("invalid");
        refusal.fields.push(FieldError { pointer: pointer.into(), code, args: Vec::new() });
        refusal
    }

    pub fn with(mut self, name: &'static str, value: impl Into<Arg>) -> Refusal {
        self.args.push((name, value.into()));
        self
    }

    /// HTTP status.
    pub fn status(&self) -> u16 {
        match self.kind {
            RefusalKind::Malformed => 400,
            RefusalKind::UnsupportedType => 415,
            RefusalKind::Invalid => 422,
            RefusalKind::Unauthenticated => 401,
            RefusalKind::Forbidden => 403,
            RefusalKind::NotFound => 404,
            RefusalKind::Conflict => 409,
            RefusalKind::TooLarge => 413,
            RefusalKind::TooMany { .. } => 429,
            RefusalKind::Unavailable | RefusalKind::OutcomeUnknown => 503,
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.code)?;
        for field in &self.fields {
            write!(f, " {}:{}", field.pointer, field.code)?;
        }
        Ok(())
    }
}

impl std::error::Error for Refusal {}
