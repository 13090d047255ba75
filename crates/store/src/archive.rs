//! Kept documents: rendered once, then always the same bytes.
//!
//! The bytes lie in a blob sealed under the key of whom they concern; the row names the blob and the hash of the plain bytes.
//! Who renders second serves the first one's bytes.

use crate::blobs::{self, Blobs};
use crate::conn::{Conn, Each};
use crate::door::App;
use crate::error::Error;
use crate::finding::Finding;
use crate::vault::Vault;
use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl};
use kernel::Locale;
use kernel::id::{DataKeyId, FileId, Id, OrganisationId};
use schema::kept_documents as kept;
use schema::types::At;
use sha2::{Digest, Sha256};
use std::io::ErrorKind;
use std::path::Path;

/// The archive of documents; cheap to clone.
#[derive(Clone)]
pub struct Archive {
    app: App,
    blobs: Blobs,
}

/// Which document: of what, in which form and language, and whose key seals it.
#[derive(Debug, Clone)]
pub struct Wanted {
    organisation: OrganisationId,
    subject: FileId,
    owner: DataKeyId,
    format: &'static str,
    media_type: &'static str,
    locale: Locale,
}

impl Wanted {
    /// A document of `subject`, sealed under the key of `owner` (the customer it concerns).
    pub fn new<S, O>(
        organisation: OrganisationId,
        subject: Id<S>,
        owner: Id<O>,
        format: &'static str,
        media_type: &'static str,
        locale: Locale,
    ) -> Wanted {
        Wanted { organisation, subject: subject.retyped(), owner: owner.retyped(), format, media_type, locale }
    }
}

const PURPOSE: &str = "document";

impl Archive {
    pub fn new(app: App, blobs: Blobs) -> Archive {
        Archive { app, blobs }
    }

    /// The kept bytes, or what `make` renders (on a thread for blocking work), which is then kept. Where there is no room to keep
    /// it, it is handed out all the same: the next print says the same, since it is made of the same frozen facts.
    pub async fn get_or_make<E>(
        &self,
        wanted: &Wanted,
        make: impl FnOnce() -> Result<Vec<u8>, E> + Send + 'static,
    ) -> Result<Vec<u8>, E>
    where
        E: From<Error> + Send + 'static,
    {
        if let Some(bytes) = self.find(wanted).await? {
            return Ok(bytes);
        }
        let bytes = tokio::task::spawn_blocking(make)
            .await
            .map_err(|e| Error::Broken(format!("rendering ended badly: {e}")))??;
        match self.keep(wanted, bytes.clone()).await {
            Err(Error::Unavailable(why)) => {
                tracing::warn!(why, "a document was handed out without being kept");
                Ok(bytes)
            }
            kept => Ok(kept?),
        }
    }

    async fn find(&self, wanted: &Wanted) -> Result<Option<Vec<u8>>, Error> {
        let (app, asked) = (self.app.clone(), wanted.clone());
        let row = self.app.db().read(move |conn| {
            let Some((blob, hash)) = row(conn, &asked)? else { return Ok(None) };
            let key = app.vault().key(conn, asked.organisation, asked.owner)?;
            Ok(Some((blob, hash, key)))
        });
        let Some((blob, hash, key)) = row.await? else { return Ok(None) };
        let key = key.ok_or_else(|| Error::Broken("the key of a kept document is gone".into()))?;
        let sealed = self.blobs.get(&blob).await?;
        let plain = self.app.vault().open_with(&key, wanted.organisation, wanted.owner, PURPOSE, &sealed);
        match plain {
            Some(bytes) if Sha256::digest(&bytes)[..] == hash[..] => Ok(Some(bytes)),
            _ => Err(Error::Broken(format!("kept document {blob} cannot be opened"))),
        }
    }

    async fn keep(&self, wanted: &Wanted, bytes: Vec<u8>) -> Result<Vec<u8>, Error> {
        let (app, asked, plain) = (self.app.clone(), wanted.clone(), bytes.clone());
        let seed = crate::seed()?;
        let sealed = self.app.maintain(move |conn| {
            let (vault, now) = (app.vault(), app.now());
            let mut ids = kernel::Ids::new(now, seed);
            let (fresh, nonce) = (ids.random(), ids.random());
            let key = vault.key_or_new(conn, asked.organisation, asked.owner, now, fresh)?;
            vault.seal(&key, asked.organisation, asked.owner, PURPOSE, nonce, &plain)
        });
        let blob = self.blobs.put(sealed.await?).await?;
        let (now, asked, hash) = (self.app.now(), wanted.clone(), Sha256::digest(&bytes).to_vec());
        let size = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
        let mine = self
            .app
            .maintain(move |conn| {
                let insert = diesel::insert_into(kept::table)
                    .values((
                        kept::organisation_id.eq(asked.organisation),
                        kept::subject_id.eq(asked.subject),
                        kept::format.eq(asked.format),
                        kept::locale.eq(asked.locale.tag()),
                        kept::owner_id.eq(asked.owner),
                        kept::media_type.eq(asked.media_type),
                        kept::blob.eq(&blob),
                        kept::sha256.eq(&hash),
                        kept::size.eq(size),
                        kept::created_at.eq(At(now)),
                    ))
                    .on_conflict_do_nothing();
                Ok(Each(insert).execute(conn)? == 1)
            })
            .await?;
        if mine {
            return Ok(bytes);
        }
        self.find(wanted).await?.ok_or_else(|| Error::Broken("a kept document disappeared".into()))
    }
}

fn row(conn: &mut Conn, wanted: &Wanted) -> Result<Option<(String, Vec<u8>)>, Error> {
    Ok(kept::table
        .filter(kept::organisation_id.eq(wanted.organisation))
        .filter(kept::subject_id.eq(wanted.subject))
        .filter(kept::format.eq(wanted.format))
        .filter(kept::locale.eq(wanted.locale.tag()))
        .select((kept::blob, kept::sha256))
        .get_result(conn)
        .optional()?)
}

/// A row of `kept_documents`, to be looked after.
type KeptRow = (FileId, String, String, DataKeyId, String, Vec<u8>);

/// Kept documents of an organisation that can no longer be served as they were: the blob is gone or changed, its key is, or
/// what it holds is not what was kept. Every blob is read, one at a time.
pub fn verify(
    conn: &mut Conn,
    vault: &Vault,
    organisation: OrganisationId,
    blobs_dir: &Path,
) -> Result<Vec<Finding>, Error> {
    let rows: Vec<KeptRow> = kept::table
        .filter(kept::organisation_id.eq(organisation))
        .order((kept::owner_id.asc(), kept::subject_id.asc()))
        .select((kept::subject_id, kept::format, kept::locale, kept::owner_id, kept::blob, kept::sha256))
        .load(conn)?;
    let mut findings = Vec::new();
    for of_owner in rows.chunk_by(|a, b| a.3 == b.3) {
        let Some((_, _, _, owner, ..)) = of_owner.first() else { continue };
        let key = vault.key(conn, organisation, *owner)?;
        for (subject, format, locale, _, blob, hash) in of_owner {
            let detail = match std::fs::read(blobs_dir.join(blobs::path(blob).as_ref())) {
                Err(e) if e.kind() == ErrorKind::NotFound => format!("the file of blob {blob} is gone"),
                Err(e) => format!("the file of blob {blob} cannot be read: {e}"),
                Ok(bytes) if blobs::name(&bytes) != *blob => format!("the file of blob {blob} was changed"),
                Ok(bytes) => {
                    let open = |key| vault.open_with(key, organisation, *owner, PURPOSE, &bytes);
                    match key.as_ref().and_then(open) {
                        Some(plain) if Sha256::digest(&plain)[..] == hash[..] => continue,
                        Some(_) => format!("blob {blob} holds another document than was kept"),
                        None => format!("blob {blob} does not open with the key of {owner}"),
                    }
                }
            };
            findings.push(Finding::new("kept_document_unreadable", format!("{subject} {format} {locale}"), detail));
        }
    }
    Ok(findings)
}
