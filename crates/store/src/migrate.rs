//! Schema migrations: one template for both engines, ordered over all slices, each in its own transaction.
//!
//! A template names column types in braces: `{id}`, `{instant}`, `{date}`, `{json}`, `{bigint}`, `{int}`, `{text}`, `{bytes}`, `{bool}`, and ends a
//! table with `{table}`. Lines that begin with `-- sqlite:` or `-- postgres:` are for that engine alone.

mod describe;
mod statistics;

pub use describe::describe;

use crate::conn::Conn;
use crate::db::DatabaseUrl;
use crate::error::Error;
use crate::{postgres, sqlite};
use diesel::connection::SimpleConnection;
use diesel::{Connection, ExpressionMethods, QueryDsl, RunQueryDsl};
use kernel::{Refusal, Timestamp};
use schema::schema_migrations as applied;
use schema::types::At;
use sha2::{Digest, Sha256};

/// One step of the schema. Never changed once released.
#[derive(Debug, Clone, Copy)]
pub struct Migration {
    /// Orders all slices' steps: date and a number, `202611230100`.
    pub version: i64,
    pub name: &'static str,
    /// The template.
    pub sql: &'static str,
}

/// The store's own tables.
pub const MIGRATIONS: &[Migration] =
    &[Migration { version: 2026_1123_0000, name: "store", sql: include_str!("../migrations/0001_store.sql") }];

impl Migration {
    fn checksum(&self) -> String {
        Sha256::digest(self.sql).iter().map(|b| format!("{b:02x}")).collect()
    }

    /// The SQL for one engine.
    fn for_engine(&self, conn: &Conn) -> String {
        let (own, types): (&str, [(&str, &str); 10]) = match conn {
            Conn::Sqlite(_) => (
                "-- sqlite:",
                [
                    ("{id}", "BLOB"),
                    ("{instant}", "INTEGER"),
                    ("{date}", "TEXT"),
                    ("{json}", "TEXT"),
                    ("{bigint}", "INTEGER"),
                    ("{int}", "INTEGER"),
                    ("{text}", "TEXT"),
                    ("{bytes}", "BLOB"),
                    ("{bool}", "INTEGER"),
                    ("{table}", "STRICT, WITHOUT ROWID"),
                ],
            ),
            Conn::Pg(_) => (
                "-- postgres:",
                [
                    ("{id}", "uuid"),
                    ("{instant}", "timestamptz"),
                    ("{date}", "date"),
                    ("{json}", "jsonb"),
                    ("{bigint}", "bigint"),
                    ("{int}", "integer"),
                    ("{text}", "text"),
                    ("{bytes}", "bytea"),
                    ("{bool}", "boolean"),
                    ("{table}", ""),
                ],
            ),
        };
        let mut sql = String::new();
        for line in self.sql.lines() {
            let line = line.trim_start().strip_prefix(own).unwrap_or(line);
            if !line.trim_start().starts_with("--") {
                sql.push_str(line);
                sql.push('\n');
            }
        }
        types.iter().fold(sql, |sql, (from, to)| sql.replace(from, to))
    }
}

/// Opens a connection for schema work.
fn connect(url: &DatabaseUrl) -> Result<Conn, Error> {
    match url {
        DatabaseUrl::Sqlite(path) => sqlite::open_writer(path),
        DatabaseUrl::Postgres(url) => postgres::open(url, false),
    }
}

/// The steps that are not applied yet, in order. Refuses a database that knows steps we do not (`schema_newer`), or other texts
/// of ours (`schema_changed`).
pub fn pending(url: &DatabaseUrl, all: &[Migration]) -> Result<Vec<Migration>, Error> {
    pending_on(&mut connect(url)?, all)
}

fn pending_on(conn: &mut Conn, all: &[Migration]) -> Result<Vec<Migration>, Error> {
    let mut all = all.to_vec();
    all.sort_by_key(|m| m.version);
    let table = match conn {
        Conn::Sqlite(_) => {
            "CREATE TABLE IF NOT EXISTS schema_migrations (version INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL, \
             checksum TEXT NOT NULL, applied_at INTEGER NOT NULL) STRICT"
        }
        Conn::Pg(_) => {
            "CREATE TABLE IF NOT EXISTS schema_migrations (version bigint NOT NULL PRIMARY KEY, name text NOT NULL, \
             checksum text NOT NULL, applied_at timestamptz NOT NULL)"
        }
    };
    conn.batch_execute(table)?;
    let done: Vec<(i64, String, String)> =
        applied::table.select((applied::version, applied::name, applied::checksum)).load(conn)?;
    for (version, name, checksum) in &done {
        match all.iter().find(|m| m.version == *version) {
            None => return Err(refused("schema_newer", *version, name)),
            Some(ours) if ours.checksum() != *checksum => return Err(refused("schema_changed", *version, name)),
            Some(_) => {}
        }
    }
    all.retain(|m| !done.iter().any(|(version, ..)| *version == m.version));
    Ok(all)
}

fn refused(code: &'static str, version: i64, name: &str) -> Error {
    Refusal::conflict(code).with("step", format!("{version} {name}")).into()
}

/// Applies what is pending, each step in its own transaction; returns the names.
pub fn migrate(url: &DatabaseUrl, all: &[Migration], now: Timestamp) -> Result<Vec<&'static str>, Error> {
    let mut conn = connect(url)?;
    let pending = pending_on(&mut conn, all)?;
    for step in &pending {
        let sql = step.for_engine(&conn);
        conn.transaction::<_, diesel::result::Error, _>(|conn| {
            conn.batch_execute(&sql)?;
            diesel::insert_into(applied::table)
                .values((
                    applied::version.eq(step.version),
                    applied::name.eq(step.name),
                    applied::checksum.eq(step.checksum()),
                    applied::applied_at.eq(At(now)),
                ))
                .execute(conn)?;
            Ok(())
        })
        .map_err(|e| Error::Broken(format!("step {} {}: {e}", step.version, step.name)))?;
    }
    if let Conn::Sqlite(sqlite) = &mut conn
        && !pending.is_empty()
    {
        statistics::settle(sqlite).map_err(|e| Error::Broken(format!("statistics: {e}")))?;
    }
    Ok(pending.iter().map(|m| m.name).collect())
}
