//! What the schema of a database is, in words that are the same for both engines.

use super::connect;
use crate::conn::Conn;
use crate::db::DatabaseUrl;
use crate::error::Error;
use diesel::sql_types::Text;
use diesel::{PgConnection, QueryableByName, RunQueryDsl, SqliteConnection, sql_query};

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

/// Tables with their columns (number, class of type, whether they may be null), keys, references and indexes, one a line, sorted.
/// Two databases with the same lines have the same schema as far as both engines can say it: dates, instants and JSON have
/// no types of their own on SQLite, so types are told in three classes, `bytes`, `text` and `number`.
pub fn describe(url: &DatabaseUrl) -> Result<Vec<String>, Error> {
    let lines = match connect(url)? {
        Conn::Sqlite(mut conn) => on_sqlite(&mut conn),
        Conn::Pg(mut conn) => on_postgres(&mut conn),
    };
    let mut lines: Vec<String> = lines?.into_iter().map(|l| l.line).collect();
    lines.sort();
    Ok(lines)
}

fn on_sqlite(conn: &mut SqliteConnection) -> diesel::QueryResult<Vec<Line>> {
    const TABLES: &str = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT GLOB 'sqlite_*'";
    let mut all = Vec::new();
    for query in [
        // What is neither NOT NULL nor part of a key may be null; keys never are.
        format!(
            "SELECT t.name || ' column ' || (c.cid + 1) || ' ' || c.name || ' ' || CASE c.type \
             WHEN 'BLOB' THEN 'bytes' WHEN 'TEXT' THEN 'text' WHEN 'INTEGER' THEN 'number' ELSE c.type END \
             || iif(c.\"notnull\" OR c.pk, '', ' null') AS line \
             FROM ({TABLES}) t, pragma_table_info(t.name) c"
        ),
        format!(
            "SELECT name || ' key (' || group_concat(col, ', ') || ')' AS line FROM \
             (SELECT t.name AS name, c.name AS col FROM ({TABLES}) t, pragma_table_info(t.name) c \
              WHERE c.pk > 0 ORDER BY t.name, c.pk) GROUP BY name"
        ),
        format!(
            "SELECT name || iif(origin = 'u', ' unique', iif(uniq, ' unique index ', ' index ') || ix) \
             || ' (' || group_concat(col, ', ') || ')' || iif(part, ' partial', '') AS line FROM \
             (SELECT t.name AS name, i.name AS ix, i.\"unique\" AS uniq, i.origin AS origin, i.partial AS part, \
              coalesce(c.name, 'expression') || iif(c.desc, ' desc', '') AS col \
              FROM ({TABLES}) t, pragma_index_list(t.name) i, pragma_index_xinfo(i.name) c \
              WHERE c.key AND i.origin <> 'pk' ORDER BY t.name, i.name, c.seqno) GROUP BY name, ix"
        ),
        format!(
            "SELECT name || ' reference (' || group_concat(own, ', ') || ') to ' || target || ' (' \
             || group_concat(other, ', ') || ')' AS line FROM \
             (SELECT t.name AS name, f.id AS id, f.\"table\" AS target, f.\"from\" AS own, f.\"to\" AS other \
              FROM ({TABLES}) t, pragma_foreign_key_list(t.name) f ORDER BY t.name, f.id, f.seq) GROUP BY name, id"
        ),
    ] {
        all.extend(sql_query(query).load::<Line>(conn)?);
    }
    Ok(all)
}

fn on_postgres(conn: &mut PgConnection) -> diesel::QueryResult<Vec<Line>> {
    const OURS: &str =
        "relkind = 'r' AND relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())";
    /// The names of columns by their numbers, in order.
    fn names(of: &str, numbers: &str) -> String {
        format!(
            "(SELECT string_agg(a.attname, ', ' ORDER BY n.place) FROM unnest({numbers}) WITH ORDINALITY AS n(number, place) \
             JOIN pg_attribute a ON a.attrelid = {of} AND a.attnum = n.number)"
        )
    }
    let mut all = Vec::new();
    for query in [
        format!(
            "SELECT c.relname || ' column ' || row_number() OVER (PARTITION BY c.oid ORDER BY a.attnum) || ' ' \
             || a.attname || ' ' || CASE format_type(a.atttypid, -1) WHEN 'uuid' THEN 'bytes' WHEN 'bytea' THEN 'bytes' \
             WHEN 'text' THEN 'text' WHEN 'jsonb' THEN 'text' WHEN 'date' THEN 'text' WHEN 'bigint' THEN 'number' \
             WHEN 'integer' THEN 'number' WHEN 'boolean' THEN 'number' WHEN 'timestamp with time zone' THEN 'number' \
             ELSE format_type(a.atttypid, -1) END || CASE WHEN a.attnotnull THEN '' ELSE ' null' END AS line \
             FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped WHERE {OURS}"
        ),
        format!(
            "SELECT c.relname || CASE k.contype WHEN 'p' THEN ' key (' ELSE ' unique (' END || {} || ')' AS line \
             FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid WHERE {OURS} AND k.contype IN ('p', 'u')",
            names("c.oid", "k.conkey")
        ),
        format!(
            "SELECT c.relname || CASE WHEN i.indisunique THEN ' unique index ' ELSE ' index ' END || x.relname \
             || ' (' || (SELECT string_agg(coalesce(a.attname, 'expression') \
                || CASE WHEN i.indoption[n.place - 1] & 1 = 1 THEN ' desc' ELSE '' END, ', ' ORDER BY n.place) \
                FROM unnest(i.indkey) WITH ORDINALITY AS n(number, place) \
                LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = n.number AND n.number <> 0) \
             || ')' || CASE WHEN i.indpred IS NULL THEN '' ELSE ' partial' END AS line \
             FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid JOIN (SELECT * FROM pg_class WHERE {OURS}) c \
             ON c.oid = i.indrelid WHERE NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = i.indexrelid)"
        ),
        format!(
            "SELECT c.relname || ' reference (' || {} || ') to ' || r.relname || ' (' || {} || ')' AS line \
             FROM pg_constraint k JOIN (SELECT * FROM pg_class WHERE {OURS}) c ON c.oid = k.conrelid \
             JOIN pg_class r ON r.oid = k.confrelid WHERE k.contype = 'f'",
            names("c.oid", "k.conkey"),
            names("r.oid", "k.confkey")
        ),
    ] {
        all.extend(sql_query(query).load::<Line>(conn)?);
    }
    Ok(all)
}
