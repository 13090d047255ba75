//! A fresh database for each test: a file of its own on SQLite, a database of its own on PostgreSQL.

use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection, RunQueryDsl, sql_query};
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};
use std::process;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use store::DatabaseUrl;

/// Names a PostgreSQL server whose user may create databases.
const POSTGRES: &str = "SHUNFU_TEST_POSTGRES";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// A database that goes when this is dropped.
pub struct Database {
    pub url: DatabaseUrl,
    created: Option<(String, String)>,
}

impl Database {
    /// A database without rows; none where PostgreSQL is asked for and no server is named.
    pub fn create(engine: Engine, folder: &Path) -> Option<Database> {
        if engine == Engine::Sqlite {
            let file = folder.join("shunfu.db");
            std::fs::copy(template_file(), &file).unwrap();
            return Some(Database { url: DatabaseUrl::Sqlite(file.display().to_string()), created: None });
        }
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let server = std::env::var(POSTGRES).ok().filter(|url| !url.is_empty())?;
        let name = format!("shunfu_{}_{}", process::id(), COUNT.fetch_add(1, Ordering::SeqCst));
        at(&server, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        at(&server, &format!("CREATE DATABASE {name} TEMPLATE {}", template(&server)));
        let (before, _) = server.rsplit_once('/').unwrap();
        Some(Database { url: DatabaseUrl::Postgres(format!("{before}/{name}")), created: Some((server, name)) })
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if let Some((server, name)) = &self.created {
            at(server, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        }
    }
}

/// What databases of these migrations are copies of: their tables take longer to make than most tests run. It stays for the next run with
/// the same.
fn template_name() -> String {
    let steps = server::rooms::migrations();
    let all = steps.iter().fold(Sha256::new(), |hash, step| hash.chain_update(step.name).chain_update(step.sql));
    let hash: String = all.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    format!("shunfu_template_{hash}")
}

fn migrate(url: &DatabaseUrl) {
    store::migrate::migrate(url, &server::rooms::migrations(), jiff::Timestamp::now()).unwrap();
}

fn template_file() -> &'static Path {
    static FILE: OnceLock<PathBuf> = OnceLock::new();
    FILE.get_or_init(|| {
        let (folder, file) = (tempfile::tempdir().unwrap(), std::env::temp_dir().join(template_name()));
        let begun = folder.path().join("shunfu.db");
        migrate(&DatabaseUrl::Sqlite(begun.display().to_string()));
        // Into its place as a whole: another process may be at it.
        let whole = file.with_extension(process::id().to_string());
        std::fs::copy(&begun, &whole).and_then(|_| std::fs::rename(&whole, &file)).unwrap();
        file
    })
}

fn template(server: &str) -> &'static str {
    static NAME: OnceLock<String> = OnceLock::new();
    NAME.get_or_init(|| {
        let name = template_name();
        let begun = format!("{name}_begun");
        let mut conn = PgConnection::establish(server).unwrap();
        // Until this connection ends, so that two processes do not make the same.
        conn.batch_execute("SELECT pg_advisory_lock(53455454)").unwrap();
        let there = format!("SELECT 1 FROM pg_database WHERE datname = '{name}'");
        if sql_query(there).execute(&mut conn).unwrap() == 0 {
            at(server, &format!("DROP DATABASE IF EXISTS {begun} WITH (FORCE)"));
            at(server, &format!("CREATE DATABASE {begun}"));
            let (before, _) = server.rsplit_once('/').unwrap();
            migrate(&DatabaseUrl::Postgres(format!("{before}/{begun}")));
            at(server, &format!("ALTER DATABASE {begun} RENAME TO {name}"));
        }
        name
    })
}

fn at(server: &str, sql: &str) {
    PgConnection::establish(server).unwrap().batch_execute(sql).unwrap();
}
