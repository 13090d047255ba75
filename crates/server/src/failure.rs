//! How a command of the command line ends when it cannot do its work: one sentence that says what to do, and an exit status.

use kernel::{Locale, Refusal};
use std::sync::Arc;
use web::i18n::I18n;

/// Why a command ended, for standard error.
#[derive(Debug, thiserror::Error)]
#[error("{sentence}")]
pub struct Failure {
    pub sentence: String,
    /// 1 found wrong or refused, 2 usage.
    pub status: u8,
}

impl Failure {
    pub fn refused(sentence: impl Into<String>) -> Failure {
        Failure { sentence: sentence.into(), status: 1 }
    }

    pub fn usage(sentence: impl Into<String>) -> Failure {
        Failure { sentence: sentence.into(), status: 2 }
    }

    /// Words of the command line that will not do, each with its reason.
    pub fn of_words(refusal: &Refusal, i18n: &Arc<I18n>) -> Failure {
        let l = i18n.for_locale(Locale::En);
        let faults = refusal.fields.iter().map(|field| format!("{}: {}", field.pointer, l.field(field)));
        Failure::usage(format!("{}.", faults.collect::<Vec<_>>().join("; ")))
    }

    /// A refusal of the door in words.
    pub fn of(error: &store::Error, i18n: &Arc<I18n>) -> Failure {
        let refusal = error.refusal();
        let l = i18n.for_locale(Locale::En);
        let mut sentence = l.refusal(&refusal);
        for field in &refusal.fields {
            sentence.push_str(&format!(" {}: {}.", field.pointer, l.field(field)));
        }
        if let store::Error::Database(_) | store::Error::Broken(_) = error {
            sentence.push_str(&format!(" ({error})"));
        }
        Failure::refused(sentence)
    }
}

impl From<store::Error> for Failure {
    fn from(error: store::Error) -> Self {
        match crate::house::languages() {
            Ok(i18n) => Failure::of(&error, &i18n),
            Err(failure) => failure,
        }
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Failure::refused(format!("A file or address could not be used: {error}"))
    }
}
