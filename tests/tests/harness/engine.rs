//! A fresh database for each test: a file of its own on SQLite, a database of its own on PostgreSQL.

use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection};
use std::path::Path;
use std::process;
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
    /// An empty database; none where PostgreSQL is asked for and no server is named.
    pub fn create(engine: Engine, folder: &Path) -> Option<Database> {
        if engine == Engine::Sqlite {
            let url = DatabaseUrl::Sqlite(folder.join("shunfu.db").display().to_string());
            return Some(Database { url, created: None });
        }
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let server = std::env::var(POSTGRES).ok().filter(|url| !url.is_empty())?;
        let name = format!("shunfu_{}_{}", process::id(), COUNT.fetch_add(1, Ordering::SeqCst));
        at(&server, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        at(&server, &format!("CREATE DATABASE {name}"));
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

fn at(server: &str, sql: &str) {
    PgConnection::establish(server).unwrap().batch_execute(sql).unwrap();
}
