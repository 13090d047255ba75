//! A little room beside SQLite's file, kept for the next start: without it, nothing could be read from a full disk, since SQLite
//! makes the index of its log before it reads.

use std::fs;
use std::path::PathBuf;
use store::DatabaseUrl;

/// Four times what the index takes.
static ROOM: [u8; 128 * 1024] = [0; 128 * 1024];

/// The room of a database; none on PostgreSQL, which sees to its own.
pub struct Room(Option<PathBuf>);

impl Room {
    /// Frees what was kept, for whoever opens the database now.
    pub fn free(database: &DatabaseUrl) -> Room {
        let DatabaseUrl::Sqlite(path) = database else { return Room(None) };
        let path = PathBuf::from(format!("{path}-room"));
        // A first start has kept none.
        drop(fs::remove_file(&path));
        Room(Some(path))
    }

    /// Keeps it again. On a full disk there is none to be had, and this start goes on without: it can read.
    pub fn keep(self) {
        if let Some(path) = self.0
            && let Err(error) = fs::write(&path, ROOM)
        {
            tracing::warn!(%error, "the disk is full or cannot be written: nothing can be changed until that is mended");
            drop(fs::remove_file(&path));
        }
    }
}
