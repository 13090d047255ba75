//! PDF by Typst within the process: tagged, PDF/UA-1 and PDF/A-3a, always.
//!
//! The template is compiled into the program, the data is handed over as one virtual file, and nothing else can be
//! read: no network, no packages, no file, no clock. The file's date is the document's.

mod fonts;

use crate::DocumentError;
use crate::model::{Document, Logo, LogoFormat};
use crate::sheet::Sheet;
use fonts::Fonts;
pub use fonts::{FontError, FontFace};
use serde::Serialize;
use std::path::PathBuf;
use typst::diag::{FileError, FileResult, SourceDiagnostic};
use typst::foundations::{Bytes, Datetime, Duration, Smart};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World, WorldExt};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

const TEMPLATE: &str = include_str!("sheet.typ");

/// Typst remembers intermediate results of the last documents; one that three further ones did not use is forgotten.
const REMEMBERED_DOCUMENTS: usize = 3;

/// Sets documents. Made once, shared by threads; it keeps the fonts in memory.
pub struct Typesetter {
    library: LazyHash<Library>,
    fonts: Fonts,
    standards: PdfStandards,
    files: Files,
    template: Source,
}

/// The names of everything a template can see.
#[derive(Clone, Copy)]
struct Files {
    template: FileId,
    data: FileId,
    logo: FileId,
}

impl Typesetter {
    /// Looks for fonts in these directories, below them too, or where the system keeps its own when none is given.
    ///
    /// Takes about a tenth of a second. Refuses to start without a font; a missing character shows itself later, as
    /// [`DocumentError::FontMissing`].
    pub fn new(font_dirs: &[PathBuf]) -> Result<Typesetter, FontError> {
        let fonts = Fonts::scan(font_dirs)?;
        let standards = PdfStandards::new(&[PdfStandard::A_3a, PdfStandard::Ua_1]).unwrap_or_default();
        let files = Files { template: file("/sheet.typ"), data: file("/data.json"), logo: file("/logo") };
        let template = Source::new(files.template, TEMPLATE.to_owned());
        Ok(Typesetter { library: LazyHash::new(Library::default()), fonts, standards, files, template })
    }

    /// Every font face that was found, by file.
    pub fn fonts_found(&self) -> &[FontFace] {
        &self.fonts.faces
    }

    /// The document as PDF. The same document gives the same bytes.
    pub fn pdf(&self, document: &Document) -> Result<Vec<u8>, DocumentError> {
        let sheet = Sheet::of(document)?;
        let logo = sheet.logo.as_ref().map(|l| Bytes::new(l.bytes.clone()));
        let given = Given { json: self.data(&sheet)?, logo };
        let _forget = Forget;
        let desk = Desk { typesetter: self, given };
        let paged = typst::compile::<PagedDocument>(&desk).output.map_err(|e| fault(&desk, &sheet, &e))?;
        let options = PdfOptions {
            ident: Smart::Custom(format!("{} {} {}", sheet.title, sheet.number, sheet.seller.name)),
            creator: Smart::Custom(Some("Shunfu".to_owned())),
            timestamp: timestamp(&sheet),
            standards: self.standards.clone(),
            ..PdfOptions::default()
        };
        typst_pdf::pdf(&paged, &options).map_err(|e| fault(&desk, &sheet, &e))
    }

    fn data(&self, sheet: &Sheet) -> Result<Bytes, DocumentError> {
        #[derive(Serialize)]
        struct Data<'a> {
            sheet: &'a Sheet,
            fonts: &'a [String],
            strong: u16,
            logo_format: &'static str,
        }
        let written = |e: serde_json::Error| DocumentError::Typesetting(e.to_string());
        let choice = self.fonts.choose(&serde_json::to_string(sheet).map_err(written)?)?;
        let logo_format = sheet.logo.as_ref().map_or("png", logo_format);
        let data = Data { sheet, fonts: &choice.families, strong: choice.strong, logo_format };
        Ok(Bytes::new(serde_json::to_vec(&data).map_err(written)?))
    }
}

fn logo_format(logo: &Logo) -> &'static str {
    match logo.format {
        LogoFormat::Png => "png",
        LogoFormat::Jpeg => "jpg",
        LogoFormat::Svg => "svg",
    }
}

/// Noon, so that no time zone moves the document's day.
fn timestamp(sheet: &Sheet) -> Option<Timestamp> {
    let (month, day) = (u8::try_from(sheet.date.month()).ok()?, u8::try_from(sheet.date.day()).ok()?);
    let noon = Datetime::from_ymd_hms(i32::from(sheet.date.year()), month, day, 12, 0, 0)?;
    Some(Timestamp::new_utc(noon))
}

/// The template is tested, so what goes wrong is a logo or a character; the rest is told in Typst's words.
fn fault(desk: &Desk<'_>, sheet: &Sheet, errors: &[SourceDiagnostic]) -> DocumentError {
    let told = errors.iter().map(|e| {
        let start = desk.range(e.span).map_or(0, |range| range.start);
        let line = TEMPLATE.get(..start).map_or(0, |before| before.lines().count());
        format!("{} (line {line})", e.message)
    });
    let text = told.collect::<Vec<_>>().join("; ");
    let about_picture = ["decode", "image", "parse"].iter().any(|word| text.contains(word));
    if sheet.logo.is_some() && about_picture { DocumentError::Logo(text) } else { DocumentError::Typesetting(text) }
}

/// Forgets old intermediate results when a document is done or has failed; they would fill the memory.
struct Forget;

impl Drop for Forget {
    fn drop(&mut self) {
        comemo::evict(REMEMBERED_DOCUMENTS);
    }
}

fn file(path: &str) -> FileId {
    // The names are constants of this file and well-formed; the root stands in for one that is not.
    let path = VirtualPath::new(path).or_else(|_| VirtualPath::new("/")).unwrap_or_else(|_| unreachable!());
    RootedPath::new(VirtualRoot::Project, path).intern()
}

/// What one document brings along.
struct Given {
    json: Bytes,
    logo: Option<Bytes>,
}

/// The world as a template sees it: itself, the data, the logo, the fonts.
struct Desk<'a> {
    typesetter: &'a Typesetter,
    given: Given,
}

impl World for Desk<'_> {
    fn library(&self) -> &LazyHash<Library> {
        &self.typesetter.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        self.typesetter.fonts.store.book()
    }

    fn main(&self) -> FileId {
        self.typesetter.files.template
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.typesetter.files.template { Ok(self.typesetter.template.clone()) } else { Err(FileError::AccessDenied) }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        let files = self.typesetter.files;
        match &self.given.logo {
            _ if id == files.data => Ok(self.given.json.clone()),
            Some(logo) if id == files.logo => Ok(logo.clone()),
            _ => Err(FileError::AccessDenied),
        }
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.typesetter.fonts.store.font(index)
    }

    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        None
    }
}
