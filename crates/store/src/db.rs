//! The database behind the door: one queue of writes, one pool of readers, either engine.
//!
//! On SQLite a single writer thread commits what has queued up together (group commit); on PostgreSQL a few writer threads
//! commit one at a time each. Callers see the same [`Db`].

use crate::conn::Conn;
use crate::error::Error;
use crate::{postgres, sqlite};
use diesel::connection::SimpleConnection;
use flume::{Receiver, Sender};
use std::sync::Arc;
use std::thread::JoinHandle;
use tokio::sync::oneshot;

/// Where the data is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// Path of the file; the folder must exist.
    Sqlite(String),
    /// A libpq connection string.
    Postgres(String),
}

impl DatabaseUrl {
    /// `sqlite://path` or `postgres://…`.
    pub fn parse(url: &str) -> Option<DatabaseUrl> {
        if let Some(path) = url.strip_prefix("sqlite://") {
            return Some(DatabaseUrl::Sqlite(path.to_owned()));
        }
        (url.starts_with("postgres://") || url.starts_with("postgresql://"))
            .then(|| DatabaseUrl::Postgres(url.to_owned()))
    }

    /// What is wrong with a SQLite file as a file, in SQLite's words: pages that were overwritten or torn, indexes that miss
    /// rows. PostgreSQL looks after its own.
    pub fn damage(&self) -> Result<Vec<String>, Error> {
        match self {
            DatabaseUrl::Sqlite(path) => sqlite::damage(path),
            DatabaseUrl::Postgres(_) => Ok(Vec::new()),
        }
    }
}

/// How many wait in line before newcomers are told to come back.
const QUEUE_MAX: usize = 20_000;
/// Threads that read.
const READERS: usize = 4;

/// What a piece of work wants done with its changes.
pub(crate) enum Verdict {
    Commit,
    RollBack,
    /// Roll back and run again: PostgreSQL ended the transaction for a reason that passes.
    Again,
}

/// How a transaction ended for the work in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    /// Committed, or rolled back as the work wanted.
    AsDecided,
    /// Certainly nothing is kept.
    NotKept(&'static str),
    /// The commit's fate is not known.
    Unknown,
}

/// A write in the queue. `run` may be called again after a roll-back, so it has no effect outside the transaction.
pub(crate) trait Work: Send {
    fn run(&mut self, conn: &mut Conn) -> Verdict;
    /// Whether it writes and is always rolled back.
    fn is_rehearsal(&self) -> bool;
    fn answer(self: Box<Self>, ending: Ending);
}

/// A question in the queue. False when it failed, for whatever reason.
type Read = Box<dyn FnOnce(&mut Conn) -> bool + Send>;

/// A handle to the database; cheap to clone.
#[derive(Clone)]
pub struct Db {
    inner: Arc<Inner>,
}

struct Inner {
    url: DatabaseUrl,
    writes: Option<Sender<Box<dyn Work>>>,
    reads: Option<Sender<Read>>,
    threads: Vec<JoinHandle<()>>,
}

impl Drop for Inner {
    /// Lets the queues run dry: what was accepted is finished.
    fn drop(&mut self) {
        self.writes = None;
        self.reads = None;
        let here = std::thread::current().id();
        for thread in self.threads.drain(..) {
            if thread.thread().id() != here && thread.join().is_err() {
                tracing::error!("a database thread ended badly");
            }
        }
    }
}

impl Db {
    /// Opens the database and starts its threads. The schema must be there already ([`crate::migrate`]).
    pub fn open(url: &DatabaseUrl) -> Result<Db, Error> {
        let (writes, write_queue) = flume::bounded(QUEUE_MAX);
        let (reads, read_queue) = flume::bounded::<Read>(QUEUE_MAX);
        let mut threads = match url {
            DatabaseUrl::Sqlite(path) => sqlite::start_writer(path, write_queue)?,
            DatabaseUrl::Postgres(url) => postgres::start_writers(url, &write_queue)?,
        };
        for number in 0..READERS {
            threads.push(start_reader(url, number, read_queue.clone())?);
        }
        let url = url.clone();
        Ok(Db { inner: Arc::new(Inner { url, writes: Some(writes), reads: Some(reads), threads }) })
    }

    pub fn url(&self) -> &DatabaseUrl {
        &self.inner.url
    }

    pub(crate) fn submit(&self, work: Box<dyn Work>) -> Result<(), Error> {
        let Some(writes) = &self.inner.writes else { return Err(Error::Unavailable("closing")) };
        writes.try_send(work).map_err(|e| match e {
            flume::TrySendError::Full(_) => Error::Unavailable("busy"),
            flume::TrySendError::Disconnected(_) => Error::Unavailable("closing"),
        })
    }

    fn submit_read<T: Send + 'static>(
        &self,
        query: impl FnOnce(&mut Conn) -> Result<T, Error> + Send + 'static,
    ) -> Result<oneshot::Receiver<Result<T, Error>>, Error> {
        let (reply, answer) = oneshot::channel();
        let read: Read = Box::new(move |conn| {
            let found = query(conn);
            let fine = found.is_ok();
            // The caller may be gone; then nobody misses the answer.
            drop(reply.send(found));
            fine
        });
        let Some(reads) = &self.inner.reads else { return Err(Error::Unavailable("closing")) };
        reads.try_send(read).map_err(|_| Error::Unavailable("busy"))?;
        Ok(answer)
    }

    /// Runs a query on a reader. Who may ask is the door's business ([`crate::App::read`]).
    pub async fn read<T: Send + 'static>(
        &self,
        query: impl FnOnce(&mut Conn) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        self.submit_read(query)?.await.map_err(|_| Error::Unavailable("internal"))?
    }

    /// [`Db::read`] for callers outside the async runtime.
    pub fn read_now<T: Send + 'static>(
        &self,
        query: impl FnOnce(&mut Conn) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        self.submit_read(query)?.blocking_recv().map_err(|_| Error::Unavailable("internal"))?
    }

    /// [`Db::read`] of queries that belong together: they see one state of things, whatever is written meanwhile.
    pub async fn snapshot<T: Send + 'static>(
        &self,
        queries: impl FnOnce(&mut Conn) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        self.read(move |conn| of_one_instant(conn, queries)).await
    }

    /// [`Db::snapshot`] for callers outside the async runtime.
    pub fn snapshot_now<T: Send + 'static>(
        &self,
        queries: impl FnOnce(&mut Conn) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        self.read_now(move |conn| of_one_instant(conn, queries))
    }
}

fn of_one_instant<T>(conn: &mut Conn, queries: impl FnOnce(&mut Conn) -> Result<T, Error>) -> Result<T, Error> {
    conn.batch_execute(match conn {
        Conn::Sqlite(_) => "BEGIN",
        Conn::Pg(_) => "BEGIN ISOLATION LEVEL REPEATABLE READ",
    })?;
    let found = queries(conn);
    conn.batch_execute("ROLLBACK")?;
    found
}

fn start_reader(url: &DatabaseUrl, number: usize, queue: Receiver<Read>) -> Result<JoinHandle<()>, Error> {
    let mut conn = open_reader(url)?;
    let url = url.clone();
    let body = move || {
        while let Ok(read) = queue.recv() {
            let asked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| read(&mut conn)));
            // Only what failed makes one ask whether there still is a server: asking costs a round trip.
            let usable = match (asked, &conn) {
                (Ok(true), _) | (Ok(false), Conn::Sqlite(_)) => true,
                (Ok(false), Conn::Pg(_)) => postgres::is_alive(&mut conn),
                (Err(_), _) => false,
            };
            if !usable {
                match open_reader(&url) {
                    Ok(fresh) => conn = fresh,
                    Err(error) => tracing::error!(%error, "a reader could not be opened again"),
                }
            }
        }
    };
    std::thread::Builder::new()
        .name(format!("read-{number}"))
        .spawn(body)
        .map_err(|e| Error::Broken(format!("no thread: {e}")))
}

pub(crate) fn open_reader(url: &DatabaseUrl) -> Result<Conn, Error> {
    match url {
        DatabaseUrl::Sqlite(path) => sqlite::open_reader(path),
        DatabaseUrl::Postgres(url) => postgres::open(url, true),
    }
}
