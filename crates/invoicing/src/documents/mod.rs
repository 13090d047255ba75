//! Invoices, credit notes and statements of account as files.
//!
//! What is printed follows from frozen facts alone, and the bytes of the first print are kept: printed again, a document is
//! the same to the byte; one that was made void since is stamped, and is another document. Payments and what became of the official invoice are therefore not on it; the page shows them.

mod bill;
mod logo;
mod statement;

pub use logo::logo;
pub use statement::statement_document;
pub use web::file::{File, Format};

use crate::queries;
use ::documents::{Bom, Document, DocumentError, Typesetter, csv, html, xlsx};
use ::store::Error;
use ::store::archive::Wanted;
use kernel::id::{CreditNoteId, InvoiceId};
use kernel::{Context, Permission, Refusal, RefusalKind};
use web::Web;

/// An invoice as a file, for whoever may read it. Refuses drafts, and `font_missing` where no font has its characters.
pub async fn invoice(web: &Web, context: &Context, id: InvoiceId, format: Format) -> Result<File, Error> {
    let vault = web.app.vault().clone();
    let read =
        web.app.read(context, Permission::InvoiceRead, move |conn, scope| queries::view(conn, &vault, scope, id));
    let view = read.await?;
    let mut bill = bill::of_invoice(&view, &web.site.public_url, &web.i18n)?;
    let picture = logo::of(view.parties.as_ref().map(|parties| &parties.seller));
    bill.seller.logo = logo(web, context.organisation, picture).await;
    let kept_as = if bill.void { void_name(format) } else { format.name() };
    let wanted = Wanted::new(context.organisation, id, view.customer, kept_as, format.media_type(), bill.locale);
    let bytes = web.archive.get_or_make(&wanted, move || render(&Document::Bill(bill), format)).await?;
    Ok(File { format, name: view.number.unwrap_or_default(), bytes })
}

/// What the print of a void invoice is kept as, beside that of the day when it was issued.
const fn void_name(format: Format) -> &'static str {
    match format {
        Format::Pdf => "void.pdf",
        Format::Xlsx => "void.xlsx",
        Format::Csv => "void.csv",
        Format::Html => "void.html",
    }
}

/// A credit note as a file.
pub async fn credit_note(web: &Web, context: &Context, id: CreditNoteId, format: Format) -> Result<File, Error> {
    let vault = web.app.vault().clone();
    let i18n = web.i18n.clone();
    let (customer, number, picture, mut bill) = web
        .app
        .read(context, Permission::InvoiceRead, move |conn, scope| {
            let view = queries::credit_note(conn, &vault, scope, id)?;
            let picture = logo::of(view.parties.as_ref().map(|parties| &parties.seller));
            Ok((view.customer, view.number.clone(), picture, bill::of_credit_note(&view, &i18n)?))
        })
        .await?;
    bill.seller.logo = logo(web, context.organisation, picture).await;
    let wanted = Wanted::new(context.organisation, id, customer, format.name(), format.media_type(), bill.locale);
    let bytes = web.archive.get_or_make(&wanted, move || render(&Document::Bill(bill), format)).await?;
    Ok(File { format, name: number, bytes })
}

/// Renders any document; takes tens of milliseconds, so call it on a thread for blocking work.
pub fn render(document: &Document, format: Format) -> Result<Vec<u8>, Error> {
    let typesetter = if format == Format::Pdf { Some(typesetter()?) } else { None };
    let draw = |document: &Document| match (format, typesetter) {
        (Format::Pdf, Some(typesetter)) => typesetter.pdf(document),
        (Format::Csv, _) => csv(document, Bom::With),
        (Format::Html, _) => html(document).map(String::into_bytes),
        (Format::Xlsx | Format::Pdf, _) => xlsx(document),
    };
    draw(document)
        .or_else(|error| match error {
            // A picture that only looked like one must not keep an invoice from being printed.
            DocumentError::Logo(_) => draw(&logo::without(document)),
            other => Err(other),
        })
        .map_err(failed)
}

/// The typesetter; where the system has no font at all, the caller is told.
fn typesetter() -> Result<&'static Typesetter, Error> {
    ::documents::typesetter().map_err(|error| {
        tracing::error!(%error, "documents cannot be set");
        Refusal::new(RefusalKind::Unavailable, "font_missing").with("characters", "").into()
    })
}

/// A failure of rendering, for whoever asked.
pub fn failed(error: DocumentError) -> Error {
    error.refusal().map_or_else(|| Error::Broken(error.to_string()), Error::from)
}
