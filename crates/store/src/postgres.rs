//! PostgreSQL: a few writer threads, each one transaction at a time, READ COMMITTED with row locks.

use crate::conn::Conn;
use crate::db::{Ending, Verdict, Work};
use crate::error::Error;
use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection};
use flume::Receiver;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread::JoinHandle;
use std::time::Duration;

/// Writer threads and so connections. More only wait for each other's fsync.
const WRITERS: usize = 32;
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

/// Whether the connection still answers.
pub(crate) fn is_alive(conn: &mut Conn) -> bool {
    conn.batch_execute("").is_ok()
}

pub(crate) fn start_writers(url: &str, queue: &Receiver<Box<dyn Work>>) -> Result<Vec<JoinHandle<()>>, Error> {
    (0..WRITERS)
        .map(|number| {
            let mut conn = open(url, false)?;
            let (url, queue) = (url.to_owned(), queue.clone());
            let body = move || {
                while let Ok(work) = queue.recv() {
                    if !commit_one(&mut conn, work) {
                        reopen(&mut conn, &url);
                    }
                }
            };
            std::thread::Builder::new()
                .name(format!("write-{number}"))
                .spawn(body)
                .map_err(|e| Error::Broken(format!("no thread: {e}")))
        })
        .collect()
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
