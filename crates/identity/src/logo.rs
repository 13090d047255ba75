//! A company's picture: kept as a blob under the organisation's key, shown on pages, printed on documents.

use crate::rules::logo::Picture;
use ::store::archive::Wanted;
use ::store::{Archive, Error};
use kernel::Locale;
use kernel::id::{FileId, OrganisationId};

/// Where a picture is served. A new picture has a new address, so it may be kept for a year.
pub fn address(organisation: OrganisationId, logo: FileId) -> String {
    format!("/logos/{organisation}/{logo}")
}

fn wanted(organisation: OrganisationId, logo: FileId) -> Wanted {
    Wanted::new(organisation, logo, organisation, "logo", "application/octet-stream", Locale::En)
}

/// Keeps a picture that was checked, under a fresh id.
pub async fn keep(archive: &Archive, organisation: OrganisationId, id: FileId, bytes: Vec<u8>) -> Result<(), Error> {
    archive.get_or_make(&wanted(organisation, id), move || Ok::<_, Error>(bytes)).await?;
    Ok(())
}

/// A kept picture. One that is missing is broken data, since its id came from inside.
pub async fn load(archive: &Archive, organisation: OrganisationId, id: FileId) -> Result<(Picture, Vec<u8>), Error> {
    let missing = move || Err(Error::Broken(format!("logo {id} is missing")));
    let bytes = archive.get_or_make(&wanted(organisation, id), missing).await?;
    let picture = Picture::of(&bytes).ok_or_else(|| Error::Broken(format!("logo {id} is no picture")))?;
    Ok((picture, bytes))
}
