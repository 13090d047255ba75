//! The company's picture on paper: the one that was in use on the day of issue.

use crate::frozen::Seller;
use ::documents::Document;
use ::documents::model::{Logo, LogoFormat, Seller as OnPaper};
use identity::rules::logo::Picture;
use kernel::id::{FileId, OrganisationId};
use web::Web;

/// The picture of this id. One that cannot be read leaves a mark in the log and none on the paper: without its picture an
/// invoice still says what it has to.
pub async fn logo(web: &Web, organisation: OrganisationId, id: Option<FileId>) -> Option<Logo> {
    match identity::logo::load(&web.archive, organisation, id?).await {
        Ok((picture, bytes)) => {
            let format = match picture {
                Picture::Png => LogoFormat::Png,
                Picture::Jpeg => LogoFormat::Jpeg,
                Picture::Svg => LogoFormat::Svg,
            };
            Some(Logo { format, bytes })
        }
        Err(error) => {
            tracing::error!(%error, "a logo could not be read");
            None
        }
    }
}

/// The picture of the day of issue.
pub(super) fn of(seller: Option<&Seller>) -> Option<FileId> {
    seller.and_then(|seller| seller.logo)
}

/// The same document without a picture.
pub(super) fn without(document: &Document) -> Document {
    let mut plain = document.clone();
    let seller: &mut OnPaper = match &mut plain {
        Document::Bill(bill) => &mut bill.seller,
        Document::Receipt(receipt) => &mut receipt.seller,
        Document::Statement(statement) => &mut statement.seller,
    };
    seller.logo = None;
    plain
}
