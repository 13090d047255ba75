//! A bank's file on its way in: written down while it arrives, and never held in memory as a whole.

use ::store::Error;
use axum::body::Bytes;
use axum::extract::multipart::{Field, Multipart, MultipartError};
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use kernel::id::{OrganisationId, UserId};
use kernel::{Refusal, RefusalKind};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs::{DirBuilder, File};
use std::io::Write;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tempfile::NamedTempFile;
use tokio::sync::mpsc::{Receiver, channel};
use web::upload::FORM_MAX;

/// Bytes of a file at most.
pub(crate) const FILE_MAX: usize = 256 << 20;
/// Bytes of a request: the file, and what a form puts around it.
pub(crate) const BODY_MAX: usize = FILE_MAX + FORM_MAX;
/// Pieces of a file that have arrived and are not written yet.
const UNWRITTEN: usize = 16;

/// The folder in which files stand while they are read: for its owner alone, as its files are.
#[derive(Debug, Clone)]
pub struct Inbox(Arc<Path>);

/// What a form brought.
#[derive(Debug)]
pub(crate) struct Received {
    /// The file, where one was chosen; it goes when this is dropped.
    pub file: Option<NamedTempFile>,
    /// What the file is called where it comes from; empty where nothing says.
    pub name: String,
    pub fields: BTreeMap<String, String>,
    /// SHA-256 of the file.
    sha256: [u8; 32],
}

impl Received {
    /// A field of the form; empty where there is none.
    pub fn field(&self, name: &str) -> &str {
        self.fields.get(name).map_or("", |value| value.trim())
    }

    /// SHA-256 of what was asked, whatever stands between the parts of the form.
    pub fn hash(&self) -> [u8; 32] {
        let mut hash = Sha256::new();
        for part in self.fields.iter().flat_map(|(name, value)| [name, value]).chain([&self.name]) {
            hash.update(part.len().to_be_bytes());
            hash.update(part);
        }
        hash.chain_update(self.sha256).finalize().into()
    }
}

impl Inbox {
    /// The inbox of a data folder; its own folder is made with the first file.
    pub fn below(data: &Path) -> Inbox {
        Inbox(Arc::from(data.join("inbox")))
    }

    /// Removes what a process left behind that ended while it read.
    pub fn clear(&self) -> std::io::Result<()> {
        match std::fs::remove_dir_all(&self.0) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    fn begin(&self) -> std::io::Result<NamedTempFile> {
        DirBuilder::new().recursive(true).mode(0o700).create(&self.0)?;
        NamedTempFile::new_in(&self.0)
    }

    /// Reads the form of a request; its file, the field `file`, is written as it comes.
    ///
    /// Refuses `statement_too_large`, `form_malformed`, `unsupported_media_type`.
    pub(crate) async fn receive(&self, request: Request) -> Result<Received, Error> {
        let form = Multipart::from_request(request, &()).await;
        let mut form = form.map_err(|_| Refusal::new(RefusalKind::UnsupportedType, "unsupported_media_type"))?;
        let mut received = Received { file: None, name: String::new(), fields: BTreeMap::new(), sha256: [0; 32] };
        let mut room = FORM_MAX;
        while let Some(mut field) = form.next_field().await.map_err(torn)? {
            let name = field.name().unwrap_or("").to_owned();
            if name == "file" || name == "/file" {
                received.name = field.file_name().unwrap_or("").chars().take(200).collect();
                (received.file, received.sha256) = self.write(&mut field).await?;
                continue;
            }
            let mut value = Vec::new();
            while let Some(chunk) = field.chunk().await.map_err(torn)? {
                room = room.checked_sub(chunk.len()).ok_or_else(too_large)?;
                value.extend_from_slice(&chunk);
            }
            received.fields.insert(name, String::from_utf8_lossy(&value).into_owned());
        }
        Ok(received)
    }

    /// Writes a file beside the threads that answer; nothing where it is empty.
    async fn write(&self, field: &mut Field<'_>) -> Result<(Option<NamedTempFile>, [u8; 32]), Error> {
        let unwritten = |error: std::io::Error| Error::Broken(format!("a file could not be taken in: {error}"));
        let (give, take) = channel::<Bytes>(UNWRITTEN);
        let inbox = self.clone();
        let writer = tokio::task::spawn_blocking(move || inbox.drain(take));
        let mut torn_by = None;
        loop {
            let chunk = match field.chunk().await {
                Ok(Some(chunk)) => chunk,
                Ok(None) => break,
                Err(error) => {
                    torn_by = Some(torn(error));
                    break;
                }
            };
            // Whoever writes could not go on, and says so below.
            if give.send(chunk).await.is_err() {
                break;
            }
        }
        drop(give);
        let (file, bytes, sha256) =
            writer.await.map_err(|error| Error::Broken(error.to_string()))?.map_err(unwritten)?;
        match torn_by {
            Some(refusal) => Err(refusal.into()),
            None if bytes > FILE_MAX => Err(too_large().into()),
            None => Ok((Some(file).filter(|_| bytes > 0), sha256)),
        }
    }

    fn drain(&self, mut chunks: Receiver<Bytes>) -> std::io::Result<(NamedTempFile, usize, [u8; 32])> {
        let (mut file, mut hash) = (self.begin()?, Sha256::new());
        let mut bytes = 0;
        while let Some(chunk) = chunks.blocking_recv() {
            file.write_all(&chunk)?;
            hash.update(&chunk);
            bytes += chunk.len();
        }
        file.flush()?;
        Ok((file, bytes, hash.finalize().into()))
    }

    /// Keeps a file until the person has said what its columns are; the one before of the same person goes.
    pub(crate) fn keep(&self, file: &NamedTempFile, whose: (OrganisationId, UserId)) -> Result<(), Error> {
        let unkept = |error: std::io::Error| Error::Broken(format!("a file could not be kept: {error}"));
        let place = self.place(whose);
        match std::fs::remove_file(&place) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(unkept(error)),
            _ => {}
        }
        std::fs::hard_link(file.path(), &place).map_err(unkept)
    }

    /// The file that waits for a person.
    ///
    /// Refuses `upload_gone`.
    pub(crate) fn kept(&self, whose: (OrganisationId, UserId)) -> Result<PathBuf, Refusal> {
        let place = self.place(whose);
        File::open(&place).map(|_| place).map_err(|_| Refusal::conflict("upload_gone"))
    }

    /// Lets a person's file go.
    pub(crate) fn let_go(&self, whose: (OrganisationId, UserId)) {
        // It is gone already, or the next start clears the folder.
        drop(std::fs::remove_file(self.place(whose)));
    }

    fn place(&self, (organisation, person): (OrganisationId, UserId)) -> PathBuf {
        self.0.join(format!("{organisation}-{person}"))
    }
}

fn too_large() -> Refusal {
    Refusal::new(RefusalKind::TooLarge, "statement_too_large")
}

fn torn(error: MultipartError) -> Refusal {
    match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => too_large(),
        _ => Refusal::invalid("form_malformed"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;
    use axum::http::header::CONTENT_TYPE;
    use std::os::unix::fs::PermissionsExt;

    fn form(file: &str) -> Request {
        let body = format!(
            "--b\r\nContent-Disposition: form-data; name=\"account\"\r\n\r\n1002\r\n\
             --b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\n{file}\r\n--b--\r\n"
        );
        Request::post("/").header(CONTENT_TYPE, "multipart/form-data; boundary=b").body(Body::from(body)).unwrap()
    }

    #[tokio::test]
    async fn a_file_is_for_its_owner_alone_and_goes_with_what_holds_it() {
        let data = tempfile::tempdir().unwrap();
        let inbox = Inbox::below(data.path());
        let received = inbox.receive(form("a,b")).await.unwrap();
        assert_eq!((received.field("account"), received.name.as_str()), ("1002", "a.csv"));
        let path = received.file.as_ref().unwrap().path().to_owned();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "a,b");
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(path.parent().unwrap().metadata().unwrap().permissions().mode() & 0o777, 0o700);
        drop(received);
        assert!(!path.exists());
        assert!(inbox.receive(form("")).await.unwrap().file.is_none());
    }

    #[tokio::test]
    async fn what_waits_is_one_person_s_and_one_file() {
        let data = tempfile::tempdir().unwrap();
        let inbox = Inbox::below(data.path());
        let (me, other) = ((OrganisationId::NIL, UserId::NIL), (OrganisationId::NIL, UserId::from_bytes([7; 16])));
        for text in ["one", "two"] {
            let received = inbox.receive(form(text)).await.unwrap();
            inbox.keep(received.file.as_ref().unwrap(), me).unwrap();
        }
        assert_eq!(std::fs::read_to_string(inbox.kept(me).unwrap()).unwrap(), "two");
        assert!(inbox.kept(other).is_err());
        inbox.let_go(me);
        assert!(inbox.kept(me).is_err());
        assert_eq!(std::fs::read_dir(data.path().join("inbox")).unwrap().count(), 0);
        inbox.clear().unwrap();
        inbox.clear().unwrap();
    }
}
