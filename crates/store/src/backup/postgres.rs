//! PostgreSQL: one snapshot, table by table; statements and rows as the server writes them itself.
//!
//! Rows travel in the text form of composite values, which is exact for every type. Tables are made bare, filled, and only then
//! given their keys and indexes, so that the order of rows does not matter and no special right is needed: the role that owns
//! the schema is enough. The restore is one transaction.

use super::Report;
use super::records::{Records, Tag, put};
use crate::conn::Conn;
use crate::error::Error;
use crate::postgres;
use diesel::connection::SimpleConnection;
use diesel::pg::PgRowByRowLoadingMode;
use diesel::sql_types::{Array, Bool, Text};
use diesel::{PgConnection, QueryableByName, RunQueryDsl, sql_query};
use kernel::Refusal;
use std::io::{Read, Write};

/// Rows and bytes that are inserted together.
const ROWS_MAX: usize = 500;
const BYTES_MAX: usize = 1 << 20;

/// Both ends write and read values in the same form; a slow disk or pipe is not the server's business.
const FORM: &str = "SET LOCAL DateStyle = 'ISO'; SET LOCAL IntervalStyle = 'postgres'; SET LOCAL TimeZone = 'UTC'; \
    SET LOCAL bytea_output = 'hex'; SET LOCAL extra_float_digits = 3; \
    SET LOCAL idle_in_transaction_session_timeout = 0; SET LOCAL statement_timeout = 0;";

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = Bool)]
    found: bool,
}

/// Tables of the schema we work in, but for those of extensions.
const TABLES: &str = "SELECT c.relname::text AS line FROM pg_class c \
    WHERE c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema()) AND c.relkind = 'r' \
    AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e') ORDER BY 1";

const CREATE_TABLES: &str = "SELECT format('CREATE TABLE %I (%s)%s', c.relname, string_agg( \
        format('%I %s', a.attname, format_type(a.atttypid, a.atttypmod)) \
        || CASE WHEN a.attcollation <> t.typcollation THEN format(' COLLATE %I', l.collname) ELSE '' END \
        || CASE WHEN d.adbin IS NOT NULL THEN ' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid) ELSE '' END \
        || CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END, ', ' ORDER BY a.attnum), \
        CASE WHEN c.reloptions IS NULL THEN '' ELSE ' WITH (' || array_to_string(c.reloptions, ', ') || ')' END) AS line \
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped \
    JOIN pg_type t ON t.oid = a.atttypid LEFT JOIN pg_collation l ON l.oid = a.attcollation \
    LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum \
    WHERE c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema()) AND c.relkind = 'r' \
    AND NOT EXISTS (SELECT 1 FROM pg_depend e WHERE e.objid = c.oid AND e.deptype = 'e') \
    GROUP BY c.oid, c.relname, c.reloptions ORDER BY c.relname";

/// Foreign keys last, since they need the keys they point to.
const CONSTRAINTS: &str = "SELECT format('ALTER TABLE %I ADD CONSTRAINT %I %s', c.relname, k.conname, \
        pg_get_constraintdef(k.oid, true)) AS line \
    FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid \
    WHERE k.connamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema()) \
    AND k.contype IN ('p', 'u', 'c', 'x', 'f') ORDER BY k.contype = 'f', c.relname, k.conname";

const INDEXES: &str = "SELECT pg_get_indexdef(i.indexrelid, 0, true) AS line \
    FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid AND c.relkind = 'r' \
    WHERE c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema()) \
    AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = i.indexrelid) \
    AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e') ORDER BY 1";

/// What the statements above cannot tell: better no backup than one with a hole.
const NOT_CARRIED: &str = "SELECT c.relname::text AS line FROM pg_class c \
        WHERE c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema()) \
        AND c.relkind IN ('S', 'v', 'm', 'f', 'p') \
        AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e') \
    UNION ALL SELECT g.tgname::text FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid \
        WHERE c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema()) AND NOT g.tgisinternal \
    UNION ALL SELECT a.attname::text FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid AND c.relkind = 'r' \
        WHERE c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema()) \
        AND (a.attidentity <> '' OR a.attgenerated <> '')";

fn open(url: &str) -> Result<PgConnection, Error> {
    match postgres::open(url, false)? {
        Conn::Pg(conn) => Ok(conn),
        Conn::Sqlite(_) => Err(Error::Broken("not a connection to PostgreSQL".into())),
    }
}

fn lines(conn: &mut PgConnection, query: &str) -> Result<Vec<String>, Error> {
    let lines: Vec<Line> = sql_query(query).load(conn)?;
    Ok(lines.into_iter().map(|l| l.line).collect())
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// Puts all tables, as they are at one instant, into the stream.
pub(super) fn put_database(out: &mut impl Write, url: &str, report: &mut Report) -> Result<(), Error> {
    let mut conn = open(url)?;
    conn.batch_execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")?;
    conn.batch_execute(FORM)?;
    if let Some(name) = lines(&mut conn, NOT_CARRIED)?.first() {
        return Err(Error::Broken(format!("{name} is something that a backup does not carry")));
    }
    let tables = lines(&mut conn, TABLES)?;
    if tables.is_empty() {
        return Err(Refusal::not_found("backup_nothing_there").into());
    }
    for statement in lines(&mut conn, CREATE_TABLES)? {
        put(out, Tag::Statement, statement.as_bytes())?;
    }
    for table in tables {
        put(out, Tag::Table, table.as_bytes())?;
        let rows = sql_query(format!("SELECT (whole.*)::text AS line FROM {} AS whole", quoted(&table)));
        for row in rows.load_iter::<Line, PgRowByRowLoadingMode>(&mut conn)? {
            let row = row?.line;
            put(out, Tag::Row, row.as_bytes())?;
            report.database_bytes += u64::try_from(row.len()).unwrap_or(0);
        }
    }
    for query in [CONSTRAINTS, INDEXES] {
        for statement in lines(&mut conn, query)? {
            put(out, Tag::Statement, statement.as_bytes())?;
        }
    }
    conn.batch_execute("COMMIT")?;
    Ok(())
}

/// Whether any table holds a row. Refuses a schema that holds tables of another program.
pub(super) fn has_data(url: &str) -> Result<bool, Error> {
    let mut conn = open(url)?;
    let tables = lines(&mut conn, TABLES)?;
    if !tables.is_empty() && !tables.iter().any(|t| t == "schema_migrations") {
        return Err(Refusal::conflict("restore_foreign_tables").into());
    }
    for table in tables.iter().filter(|t| *t != "schema_migrations") {
        let query = format!("SELECT EXISTS (SELECT 1 FROM {}) AS found", quoted(table));
        if sql_query(query).get_result::<Found>(&mut conn)?.found {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Everything restored but not yet committed.
pub(super) struct Restored(PgConnection);

impl Restored {
    pub(super) fn commit(mut self) -> Result<(), Error> {
        self.0.batch_execute("COMMIT").map_err(|error| {
            tracing::error!(%error, "a restore could not be committed");
            Error::OutcomeUnknown
        })
    }
}

/// Takes the tables out of the stream, in place of those that are there. Dropped without a commit, nothing has changed.
pub(super) fn take_database<R: Read>(
    records: &mut Records<R>,
    url: &str,
    report: &mut Report,
) -> Result<Restored, Error> {
    let mut conn = open(url)?;
    conn.batch_execute("BEGIN")?;
    conn.batch_execute(FORM)?;
    let old: Vec<String> = lines(&mut conn, TABLES)?.iter().map(|t| quoted(t)).collect();
    if !old.is_empty() {
        conn.batch_execute(&format!("DROP TABLE {}", old.join(", ")))?;
    }
    loop {
        match records.current().0 {
            Tag::Statement => {
                conn.batch_execute(records.text()?)?;
                records.step()?;
            }
            Tag::Table => {
                let table = records.text()?.to_owned();
                records.step()?;
                take_rows(records, &mut conn, &table, report)?;
            }
            _ => return Ok(Restored(conn)),
        }
    }
}

fn take_rows<R: Read>(
    records: &mut Records<R>,
    conn: &mut PgConnection,
    table: &str,
    report: &mut Report,
) -> Result<(), Error> {
    let table = quoted(table);
    // OFFSET 0 keeps the server from parsing the row once for each of its columns.
    let insert = format!(
        "INSERT INTO {table} SELECT (parsed.row).* \
         FROM (SELECT line::{table} AS row FROM unnest($1) AS line OFFSET 0) AS parsed"
    );
    while records.current().0 == Tag::Row {
        let (mut rows, mut bytes) = (Vec::new(), 0);
        while records.current().0 == Tag::Row && rows.len() < ROWS_MAX && bytes < BYTES_MAX {
            let row = records.text()?.to_owned();
            bytes += row.len();
            rows.push(row);
            records.step()?;
        }
        report.database_bytes += u64::try_from(bytes).unwrap_or(0);
        sql_query(&insert).bind::<Array<Text>, _>(rows).execute(conn)?;
    }
    Ok(())
}
