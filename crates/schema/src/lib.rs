//! Every table of the house in one place, and the SQL types they are made of.
//!
//! Diesel cannot join tables of two foreign crates, so all slices declare theirs here; which slice names which table is
//! checked by `cargo xtask tidy`. The tables themselves are made by the slices' migrations.
//!
//! Conventions: `organisation_id` leads every key. Amounts are minor units (`…_minor`) beside a currency. Quantities, unit
//! prices and rates are decimal text. Instants are UTC microseconds. `version` counts changes of a row that people edit.

/// Declares tables with our own types in their columns.
macro_rules! tables {
    ($($name:ident ($($key:ident),+) { $($body:tt)* })*) => {
        $(diesel::table! {
            use diesel::sql_types::*;
            use crate::types::*;
            $name ($($key),+) { $($body)* }
        })*
    };
}

mod tables;
pub mod types;

pub use tables::*;

use diesel::dsl::sql;
use diesel::expression::SqlLiteral;
use diesel::sql_types::Bool;

/// Something is left of an open item. Written out, because SQLite takes a partial index only for a condition that it can
/// read in the statement.
pub fn is_open() -> SqlLiteral<Bool> {
    sql("open_items.open_minor <> 0")
}

/// An open item is due in parts. Written out for the same reason.
pub fn is_in_parts() -> SqlLiteral<Bool> {
    sql("open_items.final_due_on IS NOT NULL")
}

/// A payment that is still paper: a cheque that has not cleared. Written out for the same reason.
pub fn is_uncleared() -> SqlLiteral<Bool> {
    sql("payments.status = 'uncleared'")
}
