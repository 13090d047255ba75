//! What SQLite's planner is told about the tables.
//!
//! Without statistics it takes an organisation for as selective as a key, and where a list of ids is long it walks all rows
//! of the organisation instead. With `ANALYZE` a plan would hang on what was there on the day it ran. So every index gets
//! the statistics of a company that has been busy for years, once, when the schema is made: the same plans from the first
//! invoice on. <https://www.sqlite.org/fileformat2.html#the_sqlite_stat1_table>

use diesel::connection::SimpleConnection;
use diesel::sql_types::{BigInt, Text};
use diesel::{QueryResult, QueryableByName, RunQueryDsl, SqliteConnection};

/// Rows of a big table.
const ROWS: i64 = 1_000_000;
/// An index of a part has a hundredth of them for each of its conditions: what is open, and of that what is due in parts.
const PART: i64 = 100;

#[derive(QueryableByName)]
struct KeyColumn {
    #[diesel(sql_type = Text)]
    table_name: String,
    /// As `sqlite_stat1` calls the index: a key of a table without row ids has the table's name.
    #[diesel(sql_type = Text)]
    index_name: String,
    #[diesel(sql_type = BigInt)]
    is_unique: i64,
    /// Conditions of an index of a part.
    #[diesel(sql_type = BigInt)]
    conditions: i64,
    #[diesel(sql_type = Text)]
    column_name: String,
}

const COLUMNS: &str = "SELECT t.name AS table_name, CASE l.origin WHEN 'pk' THEN t.name ELSE l.name END AS index_name, \
    l.\"unique\" AS is_unique, i.name AS column_name, CASE l.partial WHEN 0 THEN 0 ELSE 1 + \
    (length(s.sql) - length(replace(s.sql, ' AND ', ''))) / 5 END AS conditions \
    FROM sqlite_schema t, pragma_index_list(t.name) l, pragma_index_info(l.name) i \
    LEFT JOIN sqlite_schema s ON s.type = 'index' AND s.name = l.name \
    WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' ORDER BY t.name, l.name, i.seqno";

/// Rows that share a value of this column, of so many that share what stands before it in the index.
fn sharing(column: &str, before: i64) -> i64 {
    let rows = match column {
        "organisation_id" => before,
        "customer_id" | "party_id" => before.min(200),
        "gram" => before / 50,
        "day" | "date" | "month" | "valid_from" => before / 1000,
        "number" | "sequence" | "code" | "email" | "title_key" | "title_end" => before.min(2),
        _ if column.ends_with("_id") || column.ends_with("token") || column.ends_with("hash") => before.min(20),
        _ if column.ends_with("_on") => before / 1000,
        _ if column.ends_with("_at") => before / 100_000,
        _ => before / 4,
    };
    rows.max(1)
}

/// Replaces the statistics of every index. Connections that are open keep what they read when they were opened.
pub(super) fn settle(conn: &mut SqliteConnection) -> QueryResult<()> {
    // Makes the table; analyses nothing of ours.
    conn.batch_execute("ANALYZE sqlite_schema; DELETE FROM sqlite_stat1;")?;
    let columns: Vec<KeyColumn> = diesel::sql_query(COLUMNS).load(conn)?;
    for index in columns.chunk_by(|a, b| (&a.table_name, &a.index_name) == (&b.table_name, &b.index_name)) {
        let Some(first) = index.first() else { continue };
        let rows = (0..first.conditions).fold(ROWS, |rows, _| rows / PART);
        let mut numbers = vec![rows];
        let mut left = rows;
        for (place, column) in index.iter().enumerate() {
            let is_last = place + 1 == index.len();
            left = if is_last && first.is_unique == 1 { 1 } else { sharing(&column.column_name, left) };
            numbers.push(left);
        }
        let numbers: Vec<String> = numbers.iter().map(i64::to_string).collect();
        diesel::sql_query("INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (?, ?, ?)")
            .bind::<Text, _>(&first.table_name)
            .bind::<Text, _>(&first.index_name)
            .bind::<Text, _>(numbers.join(" "))
            .execute(conn)?;
    }
    Ok(())
}
