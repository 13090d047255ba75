//! PDF by Typst within the process: tagged, PDF/UA-1 and PDF/A-3a, always.
//!
//! The template is compiled into the program, the data is handed over as one virtual file, and nothing else can be
//! read: no network, no packages, no file, no clock. The file's date is the document's.

mod fonts;

use crate::DocumentError;
use crate::model::{Document, Logo, LogoFormat};
use crate::report::Paper;
use crate::sheet::Sheet;
use fonts::Fonts;
pub use fonts::{FontError, FontFace};
use kernel::Date;
use serde::Serialize;
use std::path::PathBuf;
use std::sync::OnceLock;
use typst::diag::{FileError, FileResult, SourceDiagnostic};
use typst::foundations::{Bytes, Datetime, Duration, Smart};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World, WorldExt};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

/// A drawing and its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Template {
    Sheet,
    Report,
}

impl Template {
    const fn text(self) -> &'static str {
        match self {
            Template::Sheet => include_str!("sheet.typ"),
            Template::Report => include_str!("report.typ"),
        }
    }
}

/// Typst remembers intermediate results of the last documents; one that three further ones did not use is forgotten.
const REMEMBERED_DOCUMENTS: usize = 3;

/// Sets documents. Made once, shared by threads; it keeps the fonts in memory.
pub struct Typesetter {
    library: LazyHash<Library>,
    fonts: Fonts,
    standards: PdfStandards,
    files: Files,
    sheet: Source,
    report: Source,
}

/// The process's one typesetter; fonts are looked for at its first use, where the system keeps them.
pub fn typesetter() -> Result<&'static Typesetter, FontError> {
    static TYPESETTER: OnceLock<Typesetter> = OnceLock::new();
    if let Some(typesetter) = TYPESETTER.get() {
        return Ok(typesetter);
    }
    let made = Typesetter::new(&[])?;
    Ok(TYPESETTER.get_or_init(|| made))
}

/// The names of everything a template can see.
#[derive(Clone, Copy)]
struct Files {
    sheet: FileId,
    report: FileId,
    data: FileId,
    logo: FileId,
}

impl Typesetter {
    /// Looks for fonts in these directories, below them too, or where the system keeps its own when none is given.
    ///
    /// Takes a fraction of a second. Refuses to start without a font; a missing character shows itself later, as
    /// [`DocumentError::FontMissing`].
    pub fn new(font_dirs: &[PathBuf]) -> Result<Typesetter, FontError> {
        let fonts = Fonts::scan(font_dirs)?;
        let standards = PdfStandards::new(&[PdfStandard::A_3a, PdfStandard::Ua_1]).unwrap_or_default();
        let files = Files {
            sheet: file("/sheet.typ"),
            report: file("/report.typ"),
            data: file("/data.json"),
            logo: file("/logo"),
        };
        let source = |id, template: Template| Source::new(id, template.text().to_owned());
        let (sheet, report) = (source(files.sheet, Template::Sheet), source(files.report, Template::Report));
        Ok(Typesetter { library: LazyHash::new(Library::default()), fonts, standards, files, sheet, report })
    }

    /// Every font face that was found, by file.
    pub fn fonts_found(&self) -> &[FontFace] {
        &self.fonts.faces
    }

    /// The document as PDF. The same document gives the same bytes.
    pub fn pdf(&self, document: &Document) -> Result<Vec<u8>, DocumentError> {
        let sheet = Sheet::of(document)?;
        let desk = Desk { typesetter: self, template: Template::Sheet, given: self.given(&sheet)? };
        desk.print(format!("{} {} {}", sheet.title, sheet.number, sheet.seller.name), sheet.date)
    }

    /// A report as PDF.
    pub(crate) fn report(&self, report: &Paper) -> Result<Vec<u8>, DocumentError> {
        #[derive(Serialize)]
        struct Data<'a> {
            report: &'a Paper,
            fonts: &'a [String],
            strong: u16,
        }
        let choice = self.fonts.choose(&serde_json::to_string(report).map_err(written)?)?;
        let data = Data { report, fonts: &choice.families, strong: choice.strong };
        let json = Bytes::new(serde_json::to_vec(&data).map_err(written)?);
        let desk = Desk { typesetter: self, template: Template::Report, given: Given { json, logo: None } };
        desk.print(format!("{} {} {}", report.title, report.day, report.company), report.day)
    }

    fn given(&self, sheet: &Sheet) -> Result<Given, DocumentError> {
        #[derive(Serialize)]
        struct Data<'a> {
            sheet: &'a Sheet,
            fonts: &'a [String],
            strong: u16,
            logo_format: &'static str,
        }
        let choice = self.fonts.choose(&serde_json::to_string(sheet).map_err(written)?)?;
        let logo_format = sheet.logo.as_ref().map_or("png", logo_format);
        let data = Data { sheet, fonts: &choice.families, strong: choice.strong, logo_format };
        let json = Bytes::new(serde_json::to_vec(&data).map_err(written)?);
        Ok(Given { json, logo: sheet.logo.as_ref().map(|l| Bytes::new(l.bytes.clone())) })
    }
}

fn written(error: serde_json::Error) -> DocumentError {
    DocumentError::Typesetting(error.to_string())
}

fn logo_format(logo: &Logo) -> &'static str {
    match logo.format {
        LogoFormat::Png => "png",
        LogoFormat::Jpeg => "jpg",
        LogoFormat::Svg => "svg",
    }
}

/// Noon, so that no time zone moves the document's day.
fn timestamp(date: Date) -> Option<Timestamp> {
    let (month, day) = (u8::try_from(date.month()).ok()?, u8::try_from(date.day()).ok()?);
    let noon = Datetime::from_ymd_hms(i32::from(date.year()), month, day, 12, 0, 0)?;
    Some(Timestamp::new_utc(noon))
}

/// Forgets old intermediate results when a document is done or has failed; they would fill the memory.
struct Forget;

impl Drop for Forget {
    fn drop(&mut self) {
        comemo::evict(REMEMBERED_DOCUMENTS);
    }
}

/// The name of something a template sees.
fn file(name: &'static str) -> FileId {
    let path = VirtualPath::new(name).unwrap_or_else(|_| unreachable!("{name} is a well-formed path"));
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
    template: Template,
    given: Given,
}

impl Desk<'_> {
    /// The file, known by `ident` and dated `day`.
    fn print(&self, ident: String, day: Date) -> Result<Vec<u8>, DocumentError> {
        let _forget = Forget;
        let pages = self.pages()?;
        let options = PdfOptions {
            ident: Smart::Custom(ident),
            creator: Smart::Custom(Some("Shunfu".to_owned())),
            timestamp: timestamp(day),
            standards: self.typesetter.standards.clone(),
            ..PdfOptions::default()
        };
        typst_pdf::pdf(&pages, &options).map_err(|e| self.fault(&e))
    }

    fn pages(&self) -> Result<PagedDocument, DocumentError> {
        typst::compile::<PagedDocument>(self).output.map_err(|e| self.fault(&e))
    }

    /// The templates are tested, so what goes wrong is a logo or a character; the rest is told in Typst's words.
    fn fault(&self, errors: &[SourceDiagnostic]) -> DocumentError {
        let told = errors.iter().map(|e| {
            let start = self.range(e.span).map_or(0, |range| range.start);
            let line = self.template.text().get(..start).map_or(0, |before| before.lines().count());
            format!("{} (line {line})", e.message)
        });
        let text = told.collect::<Vec<_>>().join("; ");
        let about_picture = ["decode", "image", "parse"].iter().any(|word| text.contains(word));
        let has_logo = self.given.logo.is_some();
        if has_logo && about_picture { DocumentError::Logo(text) } else { DocumentError::Typesetting(text) }
    }
}

impl World for Desk<'_> {
    fn library(&self) -> &LazyHash<Library> {
        &self.typesetter.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        self.typesetter.fonts.store.book()
    }

    fn main(&self) -> FileId {
        match self.template {
            Template::Sheet => self.typesetter.files.sheet,
            Template::Report => self.typesetter.files.report,
        }
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        match self.template {
            Template::Sheet if id == self.typesetter.files.sheet => Ok(self.typesetter.sheet.clone()),
            Template::Report if id == self.typesetter.files.report => Ok(self.typesetter.report.clone()),
            _ => Err(FileError::AccessDenied),
        }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples;
    use kernel::Locale;
    use std::sync::LazyLock;
    use typst::layout::{Frame, FrameItem};

    static SYSTEM: LazyLock<Typesetter> = LazyLock::new(|| Typesetter::new(&[]).expect("fonts of the system"));

    /// What stands on each page.
    fn texts(document: &Document) -> Vec<String> {
        let sheet = Sheet::of(document).unwrap();
        let desk = Desk { typesetter: &SYSTEM, template: Template::Sheet, given: SYSTEM.given(&sheet).unwrap() };
        desk.pages().unwrap().pages().iter().map(|page| text(&page.frame)).collect()
    }

    fn text(frame: &Frame) -> String {
        let items = frame.items().map(|(_, item)| match item {
            FrameItem::Group(group) => text(&group.frame),
            FrameItem::Text(run) => run.text.to_string(),
            _ => String::new(),
        });
        items.collect()
    }

    fn contains(bytes: &[u8], part: &str) -> bool {
        bytes.windows(part.len()).any(|w| w == part.as_bytes())
    }

    #[test]
    fn a_reprint_is_the_same_file_and_keeps_to_its_standards() {
        let bill = Document::Bill(samples::small());
        let bytes = SYSTEM.pdf(&bill).unwrap();
        assert!(bytes == SYSTEM.pdf(&bill).unwrap(), "two prints differ");
        assert!(bytes == Typesetter::new(&[]).unwrap().pdf(&bill).unwrap(), "two typesetters differ");
        for part in ["%PDF-1.7", "<pdfaid:part>3<", "<pdfaid:conformance>A<", "<pdfuaid:part>1<", "2026-11-03"] {
            assert!(contains(&bytes, part), "{part}");
        }
    }

    #[test]
    fn paper_says_what_was_given_on_every_page() {
        let bill = samples::long(Locale::ZhCn, 40);
        let pages = texts(&Document::Bill(bill));
        assert_eq!(pages.len(), 2);
        for page in &pages {
            assert!(page.contains("不含税金额") && page.contains("INV-2026-00408"), "{page}");
        }
        for wanted in
            ["572,309.46", "−190,769.82", "381,539.64", "伍拾柒万贰仟叁佰零玖元肆角陆分", "工业传感器 Sensor A-040"]
        {
            assert!(pages[1].replace('\u{a0}', " ").contains(wanted), "{wanted} in {}", pages[1]);
        }
    }

    /// Whatever the number of lines, totals never begin a page alone.
    #[test]
    fn totals_stay_with_the_last_line() {
        for count in [26, 27, 28] {
            let pages = texts(&Document::Bill(samples::long(Locale::En, count)));
            let last_line = format!("A-{count:03}");
            let totals = pages.iter().position(|p| p.contains("Still to pay")).unwrap();
            assert!(pages[totals].contains(&last_line), "{count} lines");
        }
    }

    #[test]
    fn a_character_without_font_is_named_and_not_a_box() {
        let mut bill = samples::small();
        bill.notes = vec!["\u{0378}".into()];
        let refused = SYSTEM.pdf(&Document::Bill(bill));
        assert!(matches!(refused, Err(DocumentError::FontMissing { characters }) if characters == "\u{0378}"));

        let dir = tempfile::tempdir().unwrap();
        assert!(Typesetter::new(&[dir.path().to_owned()]).is_err());
        let latin = SYSTEM.fonts_found().iter().find(|f| f.family == "DejaVu Sans" || f.family == "Liberation Sans");
        std::fs::copy(&latin.unwrap().path, dir.path().join("latin.ttf")).unwrap();
        let western = Typesetter::new(&[dir.path().to_owned()]).unwrap();
        let refused = western.pdf(&Document::Bill(samples::small()));
        assert!(
            matches!(refused, Err(DocumentError::FontMissing { characters }) if characters.chars().all(|c| c > '\u{2000}'))
        );
        assert!(
            western
                .pdf(&Document::Bill(samples::bill(Locale::En, kernel::Currency::EUR, &[("A", "1", "1", "0")])))
                .is_ok()
        );
    }

    #[test]
    fn line_breaks_and_tabs_of_notes_are_printed() {
        let mut bill = samples::small();
        bill.notes = vec!["one\ttab\r\ntwo \"quoted\" #strong[x] $y$ \u{feff}three".into()];
        let document = Document::Bill(bill);
        assert!(SYSTEM.pdf(&document).is_ok());
        assert!(texts(&document)[0].contains("\"quoted\" #strong[x] $y$"), "{:?}", texts(&document));
    }

    #[test]
    fn a_logo_that_is_none_is_refused() {
        let mut bill = samples::small();
        bill.seller.logo = Some(Logo { format: LogoFormat::Png, bytes: b"GIF89a".to_vec() });
        assert!(matches!(SYSTEM.pdf(&Document::Bill(bill)), Err(DocumentError::Logo(_))));
    }
}
