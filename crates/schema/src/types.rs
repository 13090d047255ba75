//! SQL types that are one thing in Rust and another in each engine.
//!
//! | type | SQLite | PostgreSQL | Rust |
//! | --- | --- | --- | --- |
//! | `IdSql` | BLOB, 16 bytes | uuid | `kernel::Id<K>` |
//! | `InstantSql` | INTEGER, µs since 1970 | timestamptz | [`At`] |
//! | `DateSql` | TEXT, YYYY-MM-DD | date | [`Day`] |
//! | `JsonSql` | TEXT | jsonb | [`JsonText`] |
//! | `CurrencySql` | TEXT | text | `kernel::Currency` |
//! | `DecimalSql` | TEXT | text | [`Exact`] |

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, Queryable};
use diesel::expression::AsExpression;
use diesel::internal::derives::as_expression::Bound;
use diesel::pg::{Pg, PgValue};
use diesel::serialize::{IsNull, Output, ToSql};
use diesel::sql_types::BigInt;
use diesel::sqlite::{Sqlite, SqliteValue};
use diesel::{QueryId, SqlType};
use jiff::Timestamp;
use jiff::civil::Date;
pub use kernel::sql::{CurrencySql, IdSql};
use kernel::{Decimal, column_value};
use std::io::Write;

#[derive(Debug, Clone, Copy, Default, SqlType, QueryId)]
#[diesel(sqlite_type(name = "Long"))]
#[diesel(postgres_type(oid = 1184, array_oid = 1185))]
pub struct InstantSql;

#[derive(Debug, Clone, Copy, Default, SqlType, QueryId)]
#[diesel(sqlite_type(name = "Text"))]
#[diesel(postgres_type(oid = 1082, array_oid = 1182))]
pub struct DateSql;

#[derive(Debug, Clone, Copy, Default, SqlType, QueryId)]
#[diesel(sqlite_type(name = "Text"))]
#[diesel(postgres_type(oid = 3802, array_oid = 3807))]
pub struct JsonSql;

#[derive(Debug, Clone, Copy, Default, SqlType, QueryId)]
#[diesel(sqlite_type(name = "Text"))]
#[diesel(postgres_type(oid = 25, array_oid = 1009))]
pub struct DecimalSql;

/// JSON as its text; slices parse it into types of their own with serde.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct JsonText(pub String);

/// A business date in a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(pub Date);

/// An instant in a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct At(pub Timestamp);

/// An exact decimal in a column, as its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Exact(pub Decimal);

column_value!([] At, InstantSql);
column_value!([] Day, DateSql);
column_value!([] JsonText, JsonSql);
column_value!([] Exact, DecimalSql);

/// Microseconds from 1970-01-01 to 2000-01-01, where PostgreSQL's timestamps begin.
const PG_EPOCH_MICROS: i64 = 946_684_800_000_000;

impl ToSql<InstantSql, Sqlite> for At {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> diesel::serialize::Result {
        out.set_value(self.0.as_microsecond());
        Ok(IsNull::No)
    }
}
impl ToSql<InstantSql, Pg> for At {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> diesel::serialize::Result {
        out.write_all(&(self.0.as_microsecond() - PG_EPOCH_MICROS).to_be_bytes())?;
        Ok(IsNull::No)
    }
}
impl FromSql<InstantSql, Sqlite> for At {
    fn from_sql(value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        let micros = <i64 as FromSql<BigInt, Sqlite>>::from_sql(value)?;
        Ok(At(Timestamp::from_microsecond(micros)?))
    }
}
impl FromSql<InstantSql, Pg> for At {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        let micros = <i64 as FromSql<BigInt, Pg>>::from_sql(value)?;
        Ok(At(Timestamp::from_microsecond(micros + PG_EPOCH_MICROS)?))
    }
}

/// PostgreSQL counts days from here.
const PG_EPOCH: Date = jiff::civil::date(2000, 1, 1);

impl ToSql<DateSql, Sqlite> for Day {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> diesel::serialize::Result {
        out.set_value(self.0.to_string());
        Ok(IsNull::No)
    }
}
impl ToSql<DateSql, Pg> for Day {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> diesel::serialize::Result {
        let days = self.0.since(PG_EPOCH)?.get_days();
        out.write_all(&days.to_be_bytes())?;
        Ok(IsNull::No)
    }
}
impl FromSql<DateSql, Sqlite> for Day {
    fn from_sql(mut value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        Ok(Day(value.read_text().parse()?))
    }
}
impl FromSql<DateSql, Pg> for Day {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        let days = i32::from_be_bytes(value.as_bytes().try_into().map_err(|_| "a date has 4 bytes")?);
        Ok(Day(PG_EPOCH.checked_add(jiff::Span::new().try_days(days)?)?))
    }
}

impl ToSql<JsonSql, Sqlite> for JsonText {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> diesel::serialize::Result {
        out.set_value(self.0.as_str());
        Ok(IsNull::No)
    }
}
impl ToSql<JsonSql, Pg> for JsonText {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> diesel::serialize::Result {
        out.write_all(&[1])?; // version byte of jsonb's binary form
        out.write_all(self.0.as_bytes())?;
        Ok(IsNull::No)
    }
}
impl FromSql<JsonSql, Sqlite> for JsonText {
    fn from_sql(mut value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        Ok(JsonText(value.read_text().to_owned()))
    }
}
impl FromSql<JsonSql, Pg> for JsonText {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        match value.as_bytes() {
            [1, text @ ..] => Ok(JsonText(std::str::from_utf8(text)?.to_owned())),
            _ => Err("unknown version of jsonb".into()),
        }
    }
}

impl ToSql<DecimalSql, Sqlite> for Exact {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> diesel::serialize::Result {
        out.set_value(self.0.to_string());
        Ok(IsNull::No)
    }
}
impl ToSql<DecimalSql, Pg> for Exact {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> diesel::serialize::Result {
        write!(out, "{}", self.0)?;
        Ok(IsNull::No)
    }
}
impl FromSql<DecimalSql, Sqlite> for Exact {
    fn from_sql(mut value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        Ok(Exact(value.read_text().parse()?))
    }
}
impl FromSql<DecimalSql, Pg> for Exact {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        Ok(Exact(std::str::from_utf8(value.as_bytes())?.parse()?))
    }
}
