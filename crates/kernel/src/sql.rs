//! How ids and currencies stand in the databases; only with the feature `sql`, which the storage crates switch on.
//!
//! They stand here because a trait of Diesel may be implemented only where the type lives.

use crate::id::Kind;
use crate::{Currency, Id};
use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, Queryable};
use diesel::expression::AsExpression;
use diesel::internal::derives::as_expression::Bound;
use diesel::pg::{Pg, PgValue};
use diesel::serialize::{IsNull, Output, ToSql};
use diesel::sqlite::{Sqlite, SqliteValue};
use diesel::{QueryId, SqlType};
use std::io::Write;

/// BLOB of 16 bytes in SQLite, uuid in PostgreSQL.
#[derive(Debug, Clone, Copy, Default, SqlType, QueryId)]
#[diesel(sqlite_type(name = "Binary"))]
#[diesel(postgres_type(oid = 2950, array_oid = 2951))]
pub struct IdSql;

/// Text in both.
#[derive(Debug, Clone, Copy, Default, SqlType, QueryId)]
#[diesel(sqlite_type(name = "Text"))]
#[diesel(postgres_type(oid = 25, array_oid = 1009))]
pub struct CurrencySql;

/// Makes a value usable in expressions of a SQL type and readable from columns of it.
#[macro_export]
macro_rules! column_value {
    ([$($generic:tt)*] $value:ty, $sql:ty) => {
        impl<$($generic)*> AsExpression<$sql> for $value {
            type Expression = Bound<$sql, Self>;
            fn as_expression(self) -> Self::Expression {
                Bound::new(self)
            }
        }
        impl<'expr, $($generic)*> AsExpression<$sql> for &'expr $value {
            type Expression = Bound<$sql, Self>;
            fn as_expression(self) -> Self::Expression {
                Bound::new(self)
            }
        }
        impl<$($generic)*> AsExpression<diesel::sql_types::Nullable<$sql>> for $value {
            type Expression = Bound<diesel::sql_types::Nullable<$sql>, Self>;
            fn as_expression(self) -> Self::Expression {
                Bound::new(self)
            }
        }
        impl<'expr, $($generic)*> AsExpression<diesel::sql_types::Nullable<$sql>> for &'expr $value {
            type Expression = Bound<diesel::sql_types::Nullable<$sql>, Self>;
            fn as_expression(self) -> Self::Expression {
                Bound::new(self)
            }
        }
        impl<DB: Backend, $($generic)*> ToSql<diesel::sql_types::Nullable<$sql>, DB> for $value
        where
            Self: ToSql<$sql, DB>,
        {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> diesel::serialize::Result {
                <Self as ToSql<$sql, DB>>::to_sql(self, out)
            }
        }
        impl<DB: Backend, $($generic)*> Queryable<$sql, DB> for $value
        where
            Self: FromSql<$sql, DB>,
        {
            type Row = Self;
            fn build(row: Self) -> deserialize::Result<Self> {
                Ok(row)
            }
        }
    };
}

column_value!([K: Kind] Id<K>, IdSql);
column_value!([] Currency, CurrencySql);

impl<K: Kind> ToSql<IdSql, Sqlite> for Id<K> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> diesel::serialize::Result {
        out.set_value(&self.bytes()[..]);
        Ok(IsNull::No)
    }
}
impl<K: Kind> ToSql<IdSql, Pg> for Id<K> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> diesel::serialize::Result {
        out.write_all(self.bytes())?;
        Ok(IsNull::No)
    }
}
impl<K: Kind> FromSql<IdSql, Sqlite> for Id<K> {
    fn from_sql(mut value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        Ok(Id::from_bytes(value.read_blob().try_into().map_err(|_| "an id has 16 bytes")?))
    }
}
impl<K: Kind> FromSql<IdSql, Pg> for Id<K> {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        Ok(Id::from_bytes(value.as_bytes().try_into().map_err(|_| "an id has 16 bytes")?))
    }
}

impl ToSql<CurrencySql, Sqlite> for Currency {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> diesel::serialize::Result {
        out.set_value(self.code());
        Ok(IsNull::No)
    }
}
impl ToSql<CurrencySql, Pg> for Currency {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> diesel::serialize::Result {
        out.write_all(self.code().as_bytes())?;
        Ok(IsNull::No)
    }
}
impl FromSql<CurrencySql, Sqlite> for Currency {
    fn from_sql(mut value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        Ok(Currency::parse(value.read_text())?)
    }
}
impl FromSql<CurrencySql, Pg> for Currency {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        Ok(Currency::parse(std::str::from_utf8(value.as_bytes())?)?)
    }
}
