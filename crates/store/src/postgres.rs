//! PostgreSQL: a few writer threads, each one transaction at a time, READ COMMITTED with row locks.

use crate::conn::Conn;
use crate::db::{Ending, Verdict, Work};
use crate::error::Error;
use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection};
use flume::Receiver;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

/// Writer threads and so connections, at most. More only wait for each other's fsync.
const WRITERS: usize = 32;
/// Those that are there from the beginning. One more is started whenever the last that is idle gets work, so that one always is.
const FIRST_WRITERS: usize = 2;
/// How often a transaction is run again after a deadlock or serialization failure.
const TRIES_MAX: u32 = 8;

/// Opens a connection; a reader refuses to write.
pub(crate) fn open(url: &str, reader: bool) -> Result<Conn, Error> {
    let mut conn = PgConnection::establish(url).map_err(|_| Error::Unavailable("storage_unavailable"))?;
    conn.batch_execute("SET TIME ZONE 'UTC'; SET idle_in_transaction_session_timeout = '60s'")?;
    // Deadlocks are told by their message, since libpq's code does not reach Diesel. Only a superuser may choose the language.
    if let Err(error) = conn.batch_execute("SET lc_messages = 'C'") {
        tracing::debug!(%error, "messages stay in the server's language");
    }
    if reader {
        conn.batch_execute("SET default_transaction_read_only = on; SET statement_timeout = '30s'")?;
    } else {
        conn.batch_execute("SET lock_timeout = '10s'")?;
    }
    Ok(Conn::Pg(conn))
}

/// Whether the connection still answers. An empty statement would not do: Diesel calls its answer an error.
pub(crate) fn is_alive(conn: &mut Conn) -> bool {
    conn.batch_execute("SELECT 1").is_ok()
}

pub(crate) fn start_writers(url: &str, queue: &Receiver<Box<dyn Work>>) -> Result<Vec<JoinHandle<()>>, Error> {
    let crew = Crew {
        url: url.to_owned(),
        queue: queue.clone(),
        started: AtomicUsize::new(FIRST_WRITERS),
        idle: AtomicUsize::new(FIRST_WRITERS),
    };
    let crew = Arc::new(crew);
    let first = |number| {
        let (crew, conn) = (Arc::clone(&crew), open(url, false)?);
        spawned(number, move || write(&crew, conn)).map_err(|e| Error::Broken(format!("no thread: {e}")))
    };
    (0..FIRST_WRITERS).map(first).collect()
}

/// What writers share.
struct Crew {
    url: String,
    queue: Receiver<Box<dyn Work>>,
    started: AtomicUsize,
    /// Those that wait for work, or are about to.
    idle: AtomicUsize,
}

fn spawned(number: usize, body: impl FnOnce() + Send + 'static) -> std::io::Result<JoinHandle<()>> {
    std::thread::Builder::new().name(format!("write-{number}")).spawn(body)
}

/// Writes until the queue ends, and until those end that were started from here.
fn write(crew: &Arc<Crew>, mut conn: Conn) {
    let mut others = Vec::new();
    while let Ok(work) = crew.queue.recv() {
        if crew.idle.fetch_sub(1, Ordering::SeqCst) == 1 {
            others.extend(one_more(crew));
        }
        if !commit_one(&mut conn, work) {
            reopen(&mut conn, &crew.url);
        }
        crew.idle.fetch_add(1, Ordering::SeqCst);
    }
    for other in others {
        if other.join().is_err() {
            tracing::error!("a writer ended badly");
        }
    }
}

/// Starts a writer, unless all are there. Where none can be had the others go on, and it is tried again.
fn one_more(crew: &Arc<Crew>) -> Option<JoinHandle<()>> {
    let more = |started| (started < WRITERS).then_some(started + 1);
    let number = crew.started.fetch_update(Ordering::SeqCst, Ordering::SeqCst, more).ok()?;
    let own = Arc::clone(crew);
    let started = spawned(number, move || match open(&own.url, false) {
        Ok(conn) => {
            own.idle.fetch_add(1, Ordering::SeqCst);
            write(&own, conn);
        }
        Err(error) => {
            own.started.fetch_sub(1, Ordering::SeqCst);
            tracing::warn!(%error, "no more writers can be had");
        }
    });
    started.map_err(|_| crew.started.fetch_sub(1, Ordering::SeqCst)).ok()
}

/// Runs one command in one transaction. False when the connection should be replaced.
fn commit_one(conn: &mut Conn, mut work: Box<dyn Work>) -> bool {
    for attempt in 0..TRIES_MAX {
        if conn.batch_execute("BEGIN").is_err() {
            work.answer(Ending::NotKept("storage_unavailable"));
            return false;
        }
        let Ok(verdict) = catch_unwind(AssertUnwindSafe(|| work.run(conn))) else {
            // Its locks go before the answer: whoever has that may ask again at once.
            if let Err(error) = conn.batch_execute("ROLLBACK") {
                tracing::debug!(%error, "the connection goes anyway");
            }
            work.answer(Ending::AsDecided);
            return false;
        };
        match verdict {
            Verdict::Commit => {
                let committed = conn.batch_execute("COMMIT");
                if let Err(error) = &committed {
                    tracing::error!(%error, "a commit failed");
                }
                work.answer(if committed.is_ok() { Ending::AsDecided } else { Ending::Unknown });
                return committed.is_ok();
            }
            Verdict::RollBack => {
                let rolled_back = conn.batch_execute("ROLLBACK").is_ok();
                work.answer(Ending::AsDecided);
                return rolled_back;
            }
            Verdict::Again => {
                if conn.batch_execute("ROLLBACK").is_err() {
                    work.answer(Ending::NotKept("storage_unavailable"));
                    return false;
                }
                std::thread::sleep(Duration::from_millis(u64::from(attempt) * 2));
            }
        }
    }
    work.answer(Ending::NotKept("busy"));
    true
}

/// Tries for a minute; then the next command will be told.
fn reopen(conn: &mut Conn, url: &str) {
    for seconds in [0_u64, 1, 2, 4, 8, 15, 30] {
        std::thread::sleep(Duration::from_secs(seconds));
        if let Ok(fresh) = open(url, false) {
            *conn = fresh;
            return;
        }
    }
    tracing::error!("the database cannot be reached");
}
