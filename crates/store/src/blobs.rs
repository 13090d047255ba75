//! Bytes too large for rows: a folder by default, any `object_store` at scale. Named by the hash of what is stored, checked on read.

use crate::error::Error;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt};
use sha2::{Digest, Sha256};
use std::io::{self, ErrorKind};
use std::sync::Arc;

/// Where blobs are kept; cheap to clone.
#[derive(Debug, Clone)]
pub struct Blobs(Arc<dyn ObjectStore>);

impl Blobs {
    /// Blobs in a folder, which is made if missing.
    pub fn in_folder(folder: &std::path::Path) -> Result<Blobs, Error> {
        std::fs::create_dir_all(folder).map_err(|_| Error::Unavailable("storage_unavailable"))?;
        let files = LocalFileSystem::new_with_prefix(folder).map_err(|e| Error::Broken(e.to_string()))?;
        Ok(Blobs(Arc::new(files.with_fsync(true))))
    }

    /// Keeps bytes; gives their name. The same bytes have the same name.
    pub async fn put(&self, bytes: Vec<u8>) -> Result<String, Error> {
        let name = name(&bytes);
        self.0.put(&path(&name), bytes.into()).await.map_err(|error| {
            tracing::error!(%error, "a blob could not be written");
            Error::Unavailable(if is_full(&error) { "storage_full" } else { "storage_unavailable" })
        })?;
        Ok(name)
    }

    /// The bytes of a name; an error when they are missing or not what they were.
    pub async fn get(&self, name: &str) -> Result<Vec<u8>, Error> {
        let lost = |error: object_store::Error| Error::Broken(format!("blob {name}: {error}"));
        let bytes = self.0.get(&path(name)).await.map_err(lost)?.bytes().await.map_err(lost)?.to_vec();
        if self::name(&bytes) == name { Ok(bytes) } else { Err(Error::Broken(format!("blob {name} has changed"))) }
    }
}

/// Whether there was no room.
fn is_full(error: &object_store::Error) -> bool {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = cause {
        if error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == ErrorKind::StorageFull) {
            return true;
        }
        cause = error.source();
    }
    false
}

/// What bytes are called: their hash.
pub(crate) fn name(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|b| format!("{b:02x}")).collect()
}

/// Two levels of folders, so that none grows too large.
pub(crate) fn path(name: &str) -> Path {
    Path::from(format!("{}/{name}", name.get(..2).unwrap_or("00")))
}
