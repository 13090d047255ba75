//! One connection type for both engines, and what Diesel's `MultiConnection` leaves to us.
//!
//! Ordinary queries run on [`Conn`] directly. Five things need a word more:
//! - batch inserts and other statements that exist on each engine but not on both at once: [`each!`](crate::each);
//! - the statements of every payment: [`each!`](crate::each) too, since on [`Conn`] Diesel writes out a statement's text each
//!   time, also of one that is prepared, which costs half as much again as running it;
//! - `ON CONFLICT`: wrap the statement in [`Each`];
//! - row locks, which SQLite neither has nor needs (one writer): [`for_update!`](crate::for_update);
//! - sums of amounts, numeric on PostgreSQL: [`total`].

use diesel::deserialize::{self, FromSql};
use diesel::expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate};
use diesel::pg::{Pg, PgConnection};
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::serialize::{IsNull, Output, ToSql};
use diesel::sql_types::{BigInt, HasSqlType};
use diesel::sqlite::{Sqlite, SqliteConnection};
use diesel::{QueryResult, RunQueryDsl};
use kernel::id::Kind;
use kernel::{Currency, Id};
use schema::types::{At, CurrencySql, DateSql, Day, DecimalSql, Exact, IdSql, InstantSql, JsonSql, JsonText};

/// A connection to whichever engine keeps the data.
#[derive(diesel::MultiConnection)]
pub enum Conn {
    Sqlite(SqliteConnection),
    Pg(PgConnection),
}

/// A statement that exists on both engines although Diesel has no common form for it, such as an upsert.
#[derive(Debug, Clone, Copy)]
pub struct Each<T>(pub T);

impl<T> QueryFragment<MultiBackend> for Each<T>
where
    T: QueryFragment<Sqlite> + QueryFragment<Pg>,
{
    fn walk_ast<'b>(&'b self, pass: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        MultiBackend::walk_variant_ast(&self.0, pass)
    }
}

impl<T: Query> Query for Each<T> {
    type SqlType = T::SqlType;
}

impl<T: QueryId> QueryId for Each<T> {
    type QueryId = Each<T::QueryId>;
    const HAS_STATIC_QUERY_ID: bool = T::HAS_STATIC_QUERY_ID;
}

impl<T> RunQueryDsl<Conn> for Each<T> {}

/// Values that one statement names: SQLite takes 32,766 parameters, PostgreSQL 65,535.
const NAMED_MAX: usize = 1000;

/// What `read` finds for all these values, asked for in parts that one statement may name, in the order of the parts.
pub fn in_parts<T, R>(all: &[T], mut read: impl FnMut(&[T]) -> QueryResult<Vec<R>>) -> QueryResult<Vec<R>> {
    let mut found = Vec::with_capacity(all.len());
    for some in all.chunks(NAMED_MAX) {
        found.extend(read(some)?);
    }
    Ok(found)
}

/// Runs one expression on whichever connection it is: `each!(tx.conn, |c| insert_into(t).values(&rows).execute(c))`.
#[macro_export]
macro_rules! each {
    ($conn:expr, |$c:ident| $body:expr) => {
        match $conn {
            $crate::Conn::Sqlite($c) => $body,
            $crate::Conn::Pg($c) => $body,
        }
    };
}

/// Inserts rows: up to four by statements of two rows and one, which stay prepared, where a statement of as many rows as there
/// are is parsed and planned each time: `insert_rows!(tx.conn, journal_lines::table, lines)?`. The row's type is derived with
/// `treat_none_as_default_value = false`; else Diesel begins a transaction within ours on SQLite.
#[macro_export]
macro_rules! insert_rows {
    ($conn:expr, $table:expr, $rows:expr) => {
        $crate::each!($conn, |c| {
            let rows = &$rows[..];
            let mut insert = || -> diesel::QueryResult<()> {
                if rows.len() > 4 {
                    diesel::insert_into($table).values(rows).execute(c)?;
                    return Ok(());
                }
                let (pairs, single) = rows.as_chunks::<2>();
                for pair in pairs {
                    diesel::insert_into($table).values(pair).execute(c)?;
                }
                for row in single {
                    diesel::insert_into($table).values(row).execute(c)?;
                }
                Ok(())
            };
            insert()
        })
    };
}

/// Loads rows and locks them until the transaction ends: `let rows: Vec<Row> = for_update!(tx.conn, query)?`. Order the
/// query by key, so that two transactions cannot wait for each other. SQLite's one writer needs no lock.
#[macro_export]
macro_rules! for_update {
    ($conn:expr, $query:expr) => {
        match $conn {
            $crate::Conn::Sqlite(c) => diesel::RunQueryDsl::load($query, c),
            $crate::Conn::Pg(c) => diesel::RunQueryDsl::load(diesel::QueryDsl::for_update($query), c),
        }
    };
}

/// Makes an SQL type of ours known to the common backend, and its Rust values writable and readable there.
macro_rules! on_both {
    ($([$($generic:tt)*] $value:ty, $sql:ty;)*) => {$(
        impl<$($generic)*> ToSql<$sql, MultiBackend> for $value {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, MultiBackend>) -> diesel::serialize::Result {
                out.set_value((<$sql>::default(), self));
                Ok(IsNull::No)
            }
        }
        impl<$($generic)*> FromSql<$sql, MultiBackend> for $value {
            fn from_sql(raw: MultiRawValue<'_>) -> deserialize::Result<Self> {
                raw.from_sql::<Self, $sql>()
            }
        }
    )*};
}

macro_rules! known {
    ($($sql:ty),*) => {$(
        impl HasSqlType<$sql> for MultiBackend {
            fn metadata(lookup: &mut Self::MetadataLookup) -> Self::TypeMetadata {
                Self::lookup_sql_type::<$sql>(lookup)
            }
        }
    )*};
}

known!(IdSql, InstantSql, DateSql, JsonSql, CurrencySql, DecimalSql);
on_both! {
    [K: Kind] Id<K>, IdSql;
    [] At, InstantSql;
    [] Day, DateSql;
    [] JsonText, JsonSql;
    [] Currency, CurrencySql;
    [] Exact, DecimalSql;
}

/// `SUM` of amounts as a 64-bit integer, zero over no rows. Overflow is an error of the engine, never a wrong number.
pub fn total<E: Expression<SqlType = BigInt>>(expression: E) -> Total<E> {
    Total(expression)
}

/// See [`total`].
#[derive(Debug, Clone, Copy, QueryId)]
pub struct Total<E>(E);

impl<E: Expression> Expression for Total<E> {
    type SqlType = BigInt;
}

impl<E, GB> ValidGrouping<GB> for Total<E> {
    type IsAggregate = is_aggregate::Yes;
}

impl<E: SelectableExpression<QS>, QS> SelectableExpression<QS> for Total<E> {}
impl<E: AppearsOnTable<QS>, QS> AppearsOnTable<QS> for Total<E> {}

impl<E, DB> QueryFragment<DB> for Total<E>
where
    DB: diesel::backend::Backend,
    E: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        pass.push_sql("CAST(COALESCE(SUM(");
        self.0.walk_ast(pass.reborrow())?;
        pass.push_sql("), 0) AS BIGINT)");
        Ok(())
    }
}
