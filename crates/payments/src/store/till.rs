//! Rows of `till_counts` and `till_deposits`. Appended only.

use ::store::{Conn, Error, Part, by_id};
use diesel::{
    ExpressionMethods, Insertable, OptionalExtension, QueryDsl, Queryable, RunQueryDsl, Selectable, SelectableHelper,
};
use kernel::id::{EntryId, OrganisationId, TillCountId, TillDepositId};
use kernel::{Currency, Money, Scope};
use schema::types::{At, Day, JsonText};
use schema::{till_counts, till_deposits};

/// Rows of a page of the walk.
const PAGE: i64 = 500;

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = till_counts, treat_none_as_default_value = false)]
pub(crate) struct CountRow {
    pub organisation_id: OrganisationId,
    pub count_id: TillCountId,
    /// Code of the account of the till.
    pub account: String,
    pub currency: Currency,
    pub counted_on: Day,
    pub counted_minor: i64,
    /// What the books had at the end of that day, when it was counted.
    pub expected_minor: i64,
    /// Face value in minor units, and how many there were.
    pub denominations: Option<JsonText>,
    pub note: Option<String>,
    /// The entry of the difference; none where there was none.
    pub entry_id: Option<EntryId>,
    pub counted_by: String,
    pub created_at: At,
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = till_deposits, treat_none_as_default_value = false)]
pub(crate) struct DepositRow {
    pub organisation_id: OrganisationId,
    pub deposit_id: TillDepositId,
    /// Code of the account of the till, and of that at the bank.
    pub account: String,
    pub bank_account: String,
    pub currency: Currency,
    pub amount_minor: i64,
    pub deposited_on: Day,
    pub reference: Option<String>,
    pub entry_id: EntryId,
    pub recorded_by: String,
    pub created_at: At,
}

impl CountRow {
    pub(crate) fn money(&self, minor: i64) -> Money {
        Money::new(minor, self.currency)
    }

    /// Face value in minor units, and how many there were.
    pub(crate) fn piles(&self) -> Result<Vec<(i64, u32)>, Error> {
        let Some(text) = &self.denominations else { return Ok(Vec::new()) };
        Ok(serde_json::from_str(&text.0)?)
    }
}

pub(crate) fn insert_count(conn: &mut Conn, row: &CountRow) -> Result<(), Error> {
    diesel::insert_into(till_counts::table).values(row).execute(conn)?;
    Ok(())
}

pub(crate) fn insert_deposit(conn: &mut Conn, row: &DepositRow) -> Result<(), Error> {
    diesel::insert_into(till_deposits::table).values(row).execute(conn)?;
    Ok(())
}

/// The last count of a till: of its latest day, the last one.
pub(crate) fn last_count(
    conn: &mut Conn,
    organisation: OrganisationId,
    (account, currency): (&str, Currency),
) -> Result<Option<CountRow>, Error> {
    Ok(till_counts::table
        .filter(till_counts::organisation_id.eq(organisation))
        .filter(till_counts::account.eq(account))
        .filter(till_counts::currency.eq(currency))
        .order((till_counts::counted_on.desc(), till_counts::count_id.desc()))
        .select(CountRow::as_select())
        .first(conn)
        .optional()?)
}

/// A part of the counts in the order of time, of one account where it is named, in one currency where that is. Customers see none.
pub(crate) fn list_counts(
    conn: &mut Conn,
    scope: &Scope,
    (account, currency): (Option<&str>, Option<Currency>),
    part: &Part,
) -> Result<Vec<CountRow>, Error> {
    if scope.customer().is_some() {
        return Ok(Vec::new());
    }
    let mut query = till_counts::table
        .filter(till_counts::organisation_id.eq(scope.organisation()))
        .select(CountRow::as_select())
        .limit(part.limit)
        .into_boxed();
    if let Some(account) = account {
        query = query.filter(till_counts::account.eq(account.to_owned()));
    }
    if let Some(currency) = currency {
        query = query.filter(till_counts::currency.eq(currency));
    }
    Ok(part.in_order(by_id!(query, part, till_counts::count_id).load(conn)?))
}

/// The next page of counts after an id.
pub(crate) fn counts_after(
    conn: &mut Conn,
    organisation: OrganisationId,
    after: TillCountId,
) -> Result<Vec<CountRow>, Error> {
    Ok(till_counts::table
        .filter(till_counts::organisation_id.eq(organisation))
        .filter(till_counts::count_id.gt(after))
        .order(till_counts::count_id.asc())
        .select(CountRow::as_select())
        .limit(PAGE)
        .load(conn)?)
}

/// The next page of deposits after an id.
pub(crate) fn deposits_after(
    conn: &mut Conn,
    organisation: OrganisationId,
    after: TillDepositId,
) -> Result<Vec<DepositRow>, Error> {
    Ok(till_deposits::table
        .filter(till_deposits::organisation_id.eq(organisation))
        .filter(till_deposits::deposit_id.gt(after))
        .order(till_deposits::deposit_id.asc())
        .select(DepositRow::as_select())
        .limit(PAGE)
        .load(conn)?)
}
