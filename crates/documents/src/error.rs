//! Why a document could not be made.

use kernel::{Currency, Refusal, RefusalKind};

/// No document was made; the data is untouched and the call can be repeated.
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    /// One document speaks one currency.
    #[error("the document is in {wanted} but an amount is in {found}")]
    MixedCurrencies { wanted: Currency, found: Currency },
    /// No font that was found has these characters.
    #[error(
        "no font has the characters {characters:?}; install the Debian package fonts-noto-cjk or fonts-wqy-microhei \
         (for other scripts fonts-noto-core), then restart"
    )]
    FontMissing { characters: String },
    /// The logo is not a picture of the format it claims to be.
    #[error("the logo cannot be read: {0}")]
    Logo(String),
    /// Neither `https://` nor `http://`, or too long for a QR code.
    #[error("the payment link is not a web address that fits into a QR code")]
    PayLink,
    /// The typesetter refused; a fault of the template, with its own words.
    #[error("the document could not be set: {0}")]
    Typesetting(String),
    #[error("the workbook could not be written: {0}")]
    Workbook(#[from] rust_xlsxwriter::XlsxError),
    #[error("the CSV could not be written: {0}")]
    Csv(#[from] ::csv::Error),
    #[error("the page could not be rendered: {0}")]
    Page(#[from] askama::Error),
}

impl DocumentError {
    /// What the caller can do something about: fonts to be installed. The rest is a fault of ours.
    pub fn refusal(&self) -> Option<Refusal> {
        match self {
            DocumentError::FontMissing { characters } => {
                Some(Refusal::new(RefusalKind::Unavailable, "font_missing").with("characters", characters.as_str()))
            }
            _ => None,
        }
    }
}
