//! SQLite: one writer thread with group commit, readers with `query_only`.

use crate::conn::Conn;
use crate::db::{Ending, Verdict, Work};
use crate::each;
use crate::error::Error;
use diesel::connection::SimpleConnection;
use diesel::sql_types::{BigInt, Text};
use diesel::{Connection, QueryResult, QueryableByName, RunQueryDsl, SqliteConnection};
use flume::{Receiver, RecvTimeoutError};
use kernel::{Refusal, RefusalKind};
use std::fs::{OpenOptions, Permissions};
use std::io::ErrorKind;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Commands in one commit, at most. One fdatasync costs the same for one as for many.
const BATCH_MAX: usize = 256;
/// A command that holds the writer longer than this is named in the log.
const SLOW: Duration = Duration::from_millis(50);

/// How often the log is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(10);
/// Nobody has written for so long: what comes next will not notice a checkpoint.
const QUIET: Duration = Duration::from_millis(100);
/// Commands after which there is a checkpoint although everybody goes on writing. Many more, and the disk is busy with them for
/// so long that a commit waits: at half of what the writer can do, one payment in a hundred took 19 ms with 100 commands, looked
/// for every 50 ms, and 13 ms so. It costs a seventh of what the writer can do, for pages are copied more often.
const UNCHECKED_MAX: u64 = 32;
/// Pages of the log, 256 MB, from which on it is begun anew: a long log is slow to read and grows into new blocks of the disk.
const LOG_MAX: i64 = 65_536;
/// A copy that took no longer has caught up with the writer.
const CLOSE: Duration = Duration::from_millis(3);
/// How often it tries to.
const ROUNDS_MAX: usize = 8;

/// The writer's own checkpoint, after 512 MB, is for what a single command writes; it is not come to otherwise.
const WRITER: &str = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; \
    PRAGMA busy_timeout = 5000; PRAGMA journal_size_limit = 402653184; PRAGMA wal_autocheckpoint = 131072; \
    PRAGMA cache_size = -65536; PRAGMA temp_store = MEMORY;";
const READER: &str = "PRAGMA busy_timeout = 5000; PRAGMA query_only = ON; PRAGMA cache_size = -16384; \
    PRAGMA temp_store = MEMORY;";

pub(crate) fn open_writer(path: &str) -> Result<Conn, Error> {
    guard(path)?;
    open(path, WRITER)
}

/// Sees to it that database and log are for their owner alone. SQLite gives a new log the rights of its database.
fn guard(path: &str) -> Result<(), Error> {
    let closed = |error: std::io::Error| unusable(path, &error);
    let file = OpenOptions::new().read(true).append(true).create(true).mode(0o600).open(path).map_err(closed)?;
    file.set_permissions(Permissions::from_mode(0o600)).map_err(closed)?;
    for log in ["-wal", "-shm"] {
        match std::fs::set_permissions(format!("{path}{log}"), Permissions::from_mode(0o600)) {
            Err(e) if e.kind() != ErrorKind::NotFound => return Err(closed(e)),
            _ => {}
        }
    }
    Ok(())
}

pub(crate) fn open_reader(path: &str) -> Result<Conn, Error> {
    open(path, READER)
}

fn unusable(path: &str, error: &dyn std::error::Error) -> Error {
    tracing::error!(%error, path, "the database cannot be opened");
    Refusal::new(RefusalKind::Unavailable, "database_unusable").with("file", path).into()
}

fn open(path: &str, pragmas: &str) -> Result<Conn, Error> {
    let mut conn = SqliteConnection::establish(path).map_err(|error| unusable(path, &error))?;
    conn.batch_execute(pragmas)?;
    Ok(Conn::Sqlite(conn))
}

#[derive(QueryableByName)]
struct Damage {
    #[diesel(sql_type = Text)]
    quick_check: String,
}

/// See [`crate::DatabaseUrl::damage`]. Where what tells of the tables is hit, SQLite says no more than that.
pub(crate) fn damage(path: &str) -> Result<Vec<String>, Error> {
    match quick_check(path) {
        Err(error) if error.is_damage() => Ok(vec![error.to_string()]),
        told => told,
    }
}

fn quick_check(path: &str) -> Result<Vec<String>, Error> {
    let mut conn = open_reader(path)?;
    let Conn::Sqlite(c) = &mut conn else { return Ok(Vec::new()) };
    let found: Vec<Damage> = diesel::sql_query("PRAGMA quick_check(20)").load(c)?;
    Ok(found.into_iter().map(|row| row.quick_check).filter(|told| told != "ok").collect())
}

pub(crate) fn start_writer(path: &str, queue: Receiver<Box<dyn Work>>) -> Result<Vec<JoinHandle<()>>, Error> {
    let mut conn = open_writer(path)?;
    let (working, ended) = flume::bounded::<()>(0);
    let log = Arc::new(Log::default());
    let checkpoints = start_checkpoints(path, ended, Arc::clone(&log))?;
    let path = path.to_owned();
    let body = move || {
        while let Ok(first) = queue.recv() {
            let mut batch = vec![first];
            batch.extend(queue.try_iter().take(BATCH_MAX - 1));
            log.unchecked.fetch_add(u64::try_from(batch.len()).unwrap_or(1), Ordering::Relaxed);
            if log.finish.swap(false, Ordering::Relaxed) {
                checkpoint(&mut conn);
            }
            if !commit_together(&mut conn, batch) {
                reopen(&mut conn, &path);
            }
        }
        drop(working);
        if checkpoints.join().is_err() {
            tracing::warn!("the checkpoints had ended badly");
        }
        // Leave a small file behind; failing to is harmless.
        if let Err(error) = conn.batch_execute("PRAGMA wal_checkpoint(TRUNCATE);") {
            tracing::warn!(%error, "the last checkpoint did not finish");
        }
    };
    let thread = std::thread::Builder::new().name("write".into()).spawn(body);
    Ok(vec![thread.map_err(|e| Error::Broken(format!("no thread: {e}")))?])
}

/// What the writer and those who look after its log tell each other.
#[derive(Debug, Default)]
struct Log {
    /// Commands since the last checkpoint began.
    unchecked: AtomicU64,
    /// The log is long and nearly copied: the writer is to copy the rest, so that it begins anew.
    finish: AtomicBool,
}

/// Copies the log into the database beside the writer, so that no payment waits for it; the writer copies only what was
/// written meanwhile, when the log has grown long and somebody writes without a pause. Ends when the writer does.
fn start_checkpoints(path: &str, ended: Receiver<()>, log: Arc<Log>) -> Result<JoinHandle<()>, Error> {
    let mut conn = open_writer(path)?;
    let body = move || {
        let (mut seen, mut since) = (0, Instant::now());
        while let Err(RecvTimeoutError::Timeout) = ended.recv_timeout(LOOK_EVERY) {
            let unchecked = log.unchecked.load(Ordering::Relaxed);
            if unchecked != seen {
                (seen, since) = (unchecked, Instant::now());
            }
            if unchecked == 0 || (unchecked < UNCHECKED_MAX && since.elapsed() < QUIET) {
                continue;
            }
            log.unchecked.fetch_sub(unchecked, Ordering::Relaxed);
            seen = 0;
            let mut done = checkpoint(&mut conn);
            if done.log < LOG_MAX {
                continue;
            }
            // Where nobody writes while it copies, the next write begins the log anew. Otherwise the writer has to wait for what is left
            // to copy, so copy until that is next to nothing.
            for _ in 0..ROUNDS_MAX {
                if done.is_whole() {
                    break;
                }
                let started = Instant::now();
                done = checkpoint(&mut conn);
                if started.elapsed() < CLOSE {
                    break;
                }
            }
            log.finish.store(!done.is_whole(), Ordering::Relaxed);
        }
    };
    let thread = std::thread::Builder::new().name("checkpoint".into()).spawn(body);
    thread.map_err(|e| Error::Broken(format!("no thread: {e}")))
}

#[derive(QueryableByName)]
struct Checkpointed {
    /// Pages in the log; -1 where somebody else was at it.
    #[diesel(sql_type = BigInt)]
    log: i64,
    /// Those of them that stand in the database.
    #[diesel(sql_type = BigInt)]
    checkpointed: i64,
}

impl Checkpointed {
    fn is_whole(&self) -> bool {
        self.log == self.checkpointed
    }
}

/// Copies what it can without waiting for anybody.
fn checkpoint(conn: &mut Conn) -> Checkpointed {
    let done = diesel::sql_query("PRAGMA wal_checkpoint(PASSIVE)").get_result::<Checkpointed>(conn);
    done.unwrap_or_else(|error| {
        tracing::warn!(%error, "a checkpoint did not finish");
        Checkpointed { log: 0, checkpointed: 0 }
    })
}

/// Runs a batch in one transaction and answers everybody after the commit. False when the connection should be replaced.
///
/// A savepoint for each command would copy every page before its first change. Commands that are refused have seldom written
/// anything; when one has, the batch is taken back and run again with savepoints.
fn commit_together(conn: &mut Conn, batch: Vec<Box<dyn Work>>) -> bool {
    let rehearsed = batch.len() > 1 && batch.iter().any(|work| work.is_rehearsal());
    commit(conn, batch, if rehearsed { run_in_savepoint } else { run_plain })
}

/// What became of one command of a batch.
enum Ran {
    /// It is done, or was refused and left nothing.
    On,
    /// It was refused after it had written: not to be kept, and not to be parted from the rest.
    Mixed,
    /// The engine ended the whole transaction, as a full disk makes it do.
    Broke(diesel::result::Error),
}

fn commit(conn: &mut Conn, mut batch: Vec<Box<dyn Work>>, run: fn(&mut Conn, &mut dyn Work) -> Ran) -> bool {
    if let Err(error) = conn.batch_execute("BEGIN IMMEDIATE") {
        tracing::error!(%error, "a transaction could not begin");
        answer(batch, Ending::NotKept(why_not_kept(error)));
        return false;
    }
    for work in &mut batch {
        let started = Instant::now();
        let ran = run(conn, work.as_mut());
        let took = started.elapsed();
        if took > SLOW {
            tracing::warn!(took_ms = took.as_millis(), "a command held the writer for long");
        }
        let broke = match ran {
            Ran::On => continue,
            Ran::Mixed => match conn.batch_execute("ROLLBACK") {
                Ok(()) if batch.len() > 1 => return commit(conn, batch, run_in_savepoint),
                Ok(()) => {
                    answer(batch, Ending::AsDecided);
                    return true;
                }
                Err(error) => error,
            },
            Ran::Broke(error) => error,
        };
        tracing::error!(error = %broke, "a transaction broke");
        answer(batch, Ending::NotKept(why_not_kept(broke)));
        return false;
    }
    match conn.batch_execute("COMMIT") {
        Ok(()) => {
            answer(batch, Ending::AsDecided);
            true
        }
        Err(error) => {
            tracing::error!(%error, "a commit failed");
            // Where there was no room, the frame that commits was never whole: certainly nothing is kept. After any other
            // failure, such as of the fsync, it may be.
            let full = error.to_string().contains(FULL);
            answer(batch, if full { Ending::NotKept("storage_full") } else { Ending::Unknown });
            false
        }
    }
}

/// SQLite's words for SQLITE_FULL.
const FULL: &str = "disk is full";

fn why_not_kept(error: diesel::result::Error) -> &'static str {
    if error.to_string().contains(FULL) { "storage_full" } else { "storage_unavailable" }
}

diesel::define_sql_function! {
    /// Rows that this connection has inserted, changed or removed since it was opened.
    fn total_changes() -> BigInt;
}

fn changes(conn: &mut Conn) -> QueryResult<i64> {
    each!(conn, |c| diesel::select(total_changes()).get_result(c))
}

fn run_plain(conn: &mut Conn, work: &mut dyn Work) -> Ran {
    let before = match changes(conn) {
        Ok(before) => before,
        Err(error) => return Ran::Broke(error),
    };
    if let Verdict::Commit = verdict(conn, work) {
        return Ran::On;
    }
    // Is there still a transaction? A second one begins only where there is none.
    if conn.batch_execute("BEGIN").is_ok() {
        return Ran::Broke(diesel::result::Error::BrokenTransactionManager);
    }
    match changes(conn) {
        Ok(after) if after == before => Ran::On,
        Ok(_) => Ran::Mixed,
        Err(error) => Ran::Broke(error),
    }
}

fn run_in_savepoint(conn: &mut Conn, work: &mut dyn Work) -> Ran {
    if let Err(error) = conn.batch_execute("SAVEPOINT command") {
        return Ran::Broke(error);
    }
    let end = match verdict(conn, work) {
        Verdict::Commit => "RELEASE command",
        Verdict::RollBack | Verdict::Again => "ROLLBACK TO command; RELEASE command",
    };
    conn.batch_execute(end).map_or_else(Ran::Broke, |()| Ran::On)
}

fn verdict(conn: &mut Conn, work: &mut dyn Work) -> Verdict {
    catch_unwind(AssertUnwindSafe(|| work.run(conn))).unwrap_or(Verdict::RollBack)
}

fn answer(batch: Vec<Box<dyn Work>>, ending: Ending) {
    for work in batch {
        work.answer(ending);
    }
}

fn reopen(conn: &mut Conn, path: &str) {
    match open_writer(path) {
        Ok(fresh) => *conn = fresh,
        Err(error) => {
            tracing::error!(%error, "the writer could not be opened again");
            // What is still open must not stay inside a broken transaction.
            if let Err(error) = conn.batch_execute("ROLLBACK") {
                tracing::debug!(%error, "nothing to roll back");
            }
        }
    }
}
