//! Files that appear wholly or not at all, and the folder of blobs.

use super::Report;
use super::records::{Records, Tag, damaged, put, put_pieces};
use crate::error::Error;
use kernel::{Refusal, RefusalKind};
use sha2::{Digest, Sha256};
use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// The operating system refused; a full disk is told apart.
pub(super) fn failed(what: &str, error: &std::io::Error) -> Error {
    if matches!(error.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded) {
        return Error::Unavailable("storage_full");
    }
    tracing::error!(what, %error, "a file of a backup could not be used");
    Refusal::new(RefusalKind::Unavailable, "backup_file_unusable")
        .with("file", what)
        .with("reason", error.to_string())
        .into()
}

/// [`failed`] with the path.
pub(super) fn at(path: &Path) -> impl Fn(std::io::Error) -> Error + '_ {
    move |error| failed(&path.display().to_string(), &error)
}

/// `path` with something behind its name.
pub(super) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name: OsString = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// A file in the making, readable by its owner alone; goes away unless it is put in place. Locked, so that two cannot make the
/// same; what a crash left behind is used again.
pub(super) struct Scratch {
    path: PathBuf,
    file: File,
    placed: bool,
}

impl Scratch {
    pub(super) fn new(path: PathBuf) -> Result<Scratch, Error> {
        let running = || Error::from(Refusal::conflict("backup_running"));
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false).mode(0o600);
        let file = options.open(&path).map_err(at(&path))?;
        file.try_lock().map_err(|_| running())?;
        // Another may have put the file in place between the opening and the lock.
        let (here, there) = (file.metadata().map_err(at(&path))?, fs::metadata(&path).map_err(|_| running())?);
        if (here.dev(), here.ino()) != (there.dev(), there.ino()) {
            return Err(running());
        }
        file.set_len(0).map_err(at(&path))?;
        Ok(Scratch { path, file, placed: false })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn file(&self) -> &File {
        &self.file
    }

    /// Puts the finished file in its place, on disk.
    pub(super) fn place(mut self, to: &Path) -> Result<(), Error> {
        self.file.sync_all().map_err(at(&self.path))?;
        fs::rename(&self.path, to).map_err(at(to))?;
        self.placed = true;
        sync_folder(to.parent().unwrap_or(Path::new(".")))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if !self.placed
            && let Err(error) = fs::remove_file(&self.path)
        {
            tracing::warn!(%error, path = %self.path.display(), "a temporary file stays behind");
        }
    }
}

/// Makes renames in a folder last.
pub(super) fn sync_folder(folder: &Path) -> Result<(), Error> {
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    File::open(folder).and_then(|f| f.sync_all()).map_err(at(folder))
}

/// SHA-256 in hexadecimal digits, as blobs are named.
fn is_blob_name(name: &str) -> bool {
    name.len() == 64 && name.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

/// The blobs of a folder, one sub-folder in memory at a time.
fn each_blob(folder: &Path, mut found: impl FnMut(&str, &Path) -> Result<(), Error>) -> Result<(), Error> {
    let shelves = match fs::read_dir(folder) {
        Err(e) if e.kind() == ErrorKind::NotFound => return Ok(()),
        other => other.map_err(at(folder))?,
    };
    for shelf in shelves {
        let shelf = shelf.map_err(at(folder))?.path();
        if !shelf.is_dir() {
            continue;
        }
        for entry in fs::read_dir(&shelf).map_err(at(&shelf))? {
            let path = entry.map_err(at(&shelf))?.path();
            // What is being written has a longer name and belongs to no row yet.
            if let Some(name) = path.file_name().and_then(|n| n.to_str()).filter(|n| is_blob_name(n)) {
                found(name, &path)?;
            }
        }
    }
    Ok(())
}

/// Whether the folder holds a blob.
pub(super) fn has_blobs(folder: &Path) -> Result<bool, Error> {
    let mut any = false;
    each_blob(folder, |_, _| {
        any = true;
        Ok(())
    })?;
    Ok(any)
}

/// Puts every blob of the folder into the stream.
pub(super) fn put_blobs(out: &mut impl Write, folder: &Path, report: &mut Report) -> Result<(), Error> {
    each_blob(folder, |name, path| {
        let file = match File::open(path) {
            // Erased since it was listed.
            Err(e) if e.kind() == ErrorKind::NotFound => return Ok(()),
            other => other.map_err(at(path))?,
        };
        put(out, Tag::Blob, name.as_bytes())?;
        let mut hash = Sha256::new();
        report.blob_bytes += put_pieces(out, file, |piece| hash.update(piece))?;
        report.count_blob(name, hex(hash) == name);
        Ok(())
    })
}

fn hex(hash: Sha256) -> String {
    hash.finalize().iter().map(|b| format!("{b:02x}")).collect()
}

/// Blobs of a backup until it is known to be whole; the folder goes away with it.
pub(super) struct Staged {
    folder: PathBuf,
    blobs: PathBuf,
}

impl Staged {
    /// Takes the blobs at hand out of the stream into a folder beside `blobs`.
    pub(super) fn take<R: Read>(records: &mut Records<R>, blobs: &Path, report: &mut Report) -> Result<Staged, Error> {
        let folder = beside(blobs, ".restoring");
        if folder.exists() {
            fs::remove_dir_all(&folder).map_err(at(&folder))?;
        }
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true).mode(0o700).create(&folder).map_err(at(&folder))?;
        let staged = Staged { folder, blobs: blobs.to_path_buf() };
        while let (Tag::Blob, _) = records.current() {
            let name = records.text()?.to_owned();
            if !is_blob_name(&name) {
                return Err(damaged());
            }
            let shelf = staged.folder.join(&name[..2]);
            fs::create_dir_all(&shelf).map_err(at(&shelf))?;
            let path = shelf.join(&name);
            let mut file = File::create(&path).map_err(at(&path))?;
            records.step()?;
            let mut hash = Sha256::new();
            report.blob_bytes += records.pieces(|piece| {
                hash.update(piece);
                file.write_all(piece).map_err(at(&path))
            })?;
            file.sync_all().map_err(at(&path))?;
            let whole = hex(hash) == name;
            report.count_blob(&name, whole);
            if !whole {
                // It was damaged before it was backed up; a whole one that lies here already is better.
                fs::remove_file(&path).map_err(at(&path))?;
            }
        }
        Ok(staged)
    }

    /// Moves the blobs to where the house looks for them. Others that lie there stay: a name stands for one content.
    pub(super) fn place(self) -> Result<(), Error> {
        let blobs = &self.blobs;
        fs::create_dir_all(blobs).map_err(at(blobs))?;
        for shelf in fs::read_dir(&self.folder).map_err(at(&self.folder))? {
            let shelf = shelf.map_err(at(&self.folder))?;
            let target = blobs.join(shelf.file_name());
            fs::create_dir_all(&target).map_err(at(&target))?;
            for blob in fs::read_dir(shelf.path()).map_err(at(&self.folder))? {
                let blob = blob.map_err(at(&self.folder))?;
                let to = target.join(blob.file_name());
                fs::rename(blob.path(), &to).map_err(at(&to))?;
            }
            sync_folder(&target)?;
        }
        sync_folder(blobs)
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.folder) {
            tracing::warn!(%error, path = %self.folder.display(), "a temporary folder stays behind");
        }
    }
}
