//! A document as a page to read and to print: one file, no script, nothing fetched.

use crate::DocumentError;
use crate::model::{Document, LogoFormat};
use crate::sheet::{Sheet, Weight};
use askama::Template;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

#[derive(Template)]
#[template(path = "sheet.html")]
struct Page<'a> {
    s: &'a Sheet,
    /// `data:image/png;base64,…`; an SVG within an `img` runs no script.
    logo: Option<String>,
    lead: usize,
    label_span: usize,
}

/// The document as a standalone page of UTF-8.
pub fn html(document: &Document) -> Result<String, DocumentError> {
    let sheet = Sheet::of(document)?;
    let columns = &sheet.grid.columns;
    let lead = columns.iter().position(|c| c.wide).unwrap_or(0) + 1;
    let label_span = columns.len().saturating_sub(lead + 1);
    let logo = sheet.logo.as_ref().map(|logo| {
        let kind = match logo.format {
            LogoFormat::Png => "png",
            LogoFormat::Jpeg => "jpeg",
            LogoFormat::Svg => "svg+xml",
        };
        format!("data:image/{kind};base64,{}", STANDARD.encode(&logo.bytes))
    });
    Ok(Page { s: &sheet, logo, lead, label_span }.render()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples;
    use kernel::Locale;

    #[test]
    fn says_what_was_given_and_nothing_else() {
        let mut bill = samples::small();
        bill.buyer.name = "<script>alert(1)</script>".into();
        let page = html(&Document::Bill(bill)).unwrap();
        for wanted in
            ["lang=\"zh-CN\"", "<h1>账单", "scope=\"col\"", "732<i>.16</i>", "柒佰叁拾贰元壹角陆分", "待开", "@page"]
        {
            assert!(page.contains(wanted), "{wanted}");
        }
        assert!(!page.contains("<script"));
        assert!(!page.contains("http://") || page.contains("http://www.w3.org/2000/svg"));
    }

    #[test]
    fn every_kind_has_its_title() {
        for (document, title) in [
            (Document::Receipt(samples::receipt(Locale::En)), "Payment receipt"),
            (Document::Statement(samples::statement(Locale::ZhCn, 3)), "对账单"),
            (Document::Bill(samples::long(Locale::En, 2)), "Invoice"),
        ] {
            assert!(html(&document).unwrap().contains(&format!("<h1>{title}")), "{title}");
        }
    }
}
