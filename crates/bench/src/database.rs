//! Straight into a database, beside the product: for filling it and for counting rows.

use crate::Outcome;
use diesel::connection::SimpleConnection;
use diesel::dsl::sql;
use diesel::sql_types::{BigInt, Text};
use diesel::{Connection, PgConnection, QueryableByName, RunQueryDsl, SqliteConnection};
use std::collections::BTreeMap;
use store::{Conn, each};

/// A connection of our own.
pub struct Database {
    conn: Conn,
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    value: String,
}

impl Database {
    /// `sqlite://path` or `postgres://…`.
    pub fn open(url: &str) -> Outcome<Database> {
        let wrong = |e: diesel::ConnectionError| format!("The database cannot be opened: {e}.");
        let mut conn = match url.strip_prefix("sqlite://") {
            Some(path) => Conn::Sqlite(SqliteConnection::establish(path).map_err(wrong)?),
            None => Conn::Pg(PgConnection::establish(url).map_err(wrong)?),
        };
        let settings = match conn {
            Conn::Sqlite(_) => "PRAGMA busy_timeout = 30000; PRAGMA cache_size = -65536;",
            // Tables grow from nothing to millions of rows here, faster than their statistics.
            Conn::Pg(_) => "SET enable_seqscan = off",
        };
        conn.batch_execute(settings).map_err(|e| e.to_string())?;
        Ok(Database { conn })
    }

    pub fn is_postgres(&self) -> bool {
        matches!(self.conn, Conn::Pg(_))
    }

    /// Runs statements.
    pub fn run(&mut self, statements: &str) -> Outcome {
        self.conn.batch_execute(statements).map_err(|e| format!("{e}\n{statements}"))
    }

    /// One whole number.
    pub fn number(&mut self, query: &str) -> Outcome<i64> {
        let select = diesel::select(sql::<BigInt>(&format!("({query})")));
        select.get_result(&mut self.conn).map_err(|e| format!("{e}\n{query}"))
    }

    /// The column `value` of every row.
    pub fn texts(&mut self, query: &str) -> Outcome<Vec<String>> {
        let lines: Result<Vec<Line>, _> = each!(&mut self.conn, |c| diesel::sql_query(query).load(c));
        Ok(lines.map_err(|e| format!("{e}\n{query}"))?.into_iter().map(|line| line.value).collect())
    }

    /// The columns of a table, in order.
    pub fn columns(&mut self, table: &str) -> Outcome<Vec<String>> {
        let query = if self.is_postgres() {
            format!(
                "SELECT column_name::text AS value FROM information_schema.columns
                 WHERE table_schema = 'public' AND table_name = '{table}' ORDER BY ordinal_position"
            )
        } else {
            format!("SELECT name AS value FROM pragma_table_info('{table}') ORDER BY cid")
        };
        self.texts(&query)
    }

    /// How many rows each table has.
    pub fn counts(&mut self) -> Outcome<BTreeMap<String, i64>> {
        let query = if self.is_postgres() {
            "SELECT tablename::text AS value FROM pg_tables WHERE schemaname = 'public'"
        } else {
            "SELECT name AS value FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        };
        let mut counts = BTreeMap::new();
        for table in self.texts(query)? {
            let count = self.number(&format!("SELECT count(*) FROM {table}"))?;
            counts.insert(table, count);
        }
        Ok(counts)
    }
}

/// Makes a database beside the one that the address names; the new one's address.
pub fn create(postgres: &str, name: &str) -> Outcome<String> {
    Database::open(postgres)?.run(&format!("CREATE DATABASE {name}"))?;
    let (server, _) = postgres.rsplit_once('/').ok_or("The address of PostgreSQL names no database.")?;
    Ok(format!("{server}/{name}"))
}
