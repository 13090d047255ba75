//! Rows of `bank_accounts`: which numbers an account of the books has at its bank.

use crate::columns::Saved;
use ::store::{Conn, Error, each};
use diesel::{ExpressionMethods, Insertable, QueryDsl, Queryable, RunQueryDsl, Selectable, SelectableHelper};
use kernel::id::OrganisationId;
use kernel::{Currency, Timestamp};
use schema::bank_accounts;
use schema::types::{At, JsonText};

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = bank_accounts, treat_none_as_default_value = false)]
pub(crate) struct BankAccountRow {
    pub organisation_id: OrganisationId,
    /// Code of the account in the books.
    pub account: String,
    pub currency: Currency,
    /// What the bank calls it; empty where its files name none.
    pub number: String,
    /// How the tables that the bank sends are read.
    pub column_map: Option<JsonText>,
    pub created_at: At,
}

pub(crate) fn insert_bank_account(conn: &mut Conn, row: &BankAccountRow) -> Result<(), Error> {
    each!(conn, |c| diesel::insert_into(bank_accounts::table).values(row).execute(c))?;
    Ok(())
}

/// Every account at a bank; a company has few.
pub(crate) fn bank_accounts(conn: &mut Conn, organisation: OrganisationId) -> Result<Vec<BankAccountRow>, Error> {
    Ok(bank_accounts::table
        .filter(bank_accounts::organisation_id.eq(organisation))
        .order((bank_accounts::account.asc(), bank_accounts::currency.asc(), bank_accounts::number.asc()))
        .select(BankAccountRow::as_select())
        .load(conn)?)
}

/// How tables are read that name no number of the account: kept with the number that is empty.
pub(crate) fn saved_columns(conn: &mut Conn, organisation: OrganisationId, account: &str) -> Result<Vec<Saved>, Error> {
    let found: Vec<Option<JsonText>> = bank_accounts::table
        .filter(bank_accounts::organisation_id.eq(organisation))
        .filter(bank_accounts::account.eq(account))
        .filter(bank_accounts::number.eq(""))
        .select(bank_accounts::column_map)
        .load(conn)?;
    let all = found.into_iter().flatten().map(|json| serde_json::from_str::<Vec<Saved>>(&json.0));
    let all = all.collect::<Result<Vec<_>, _>>().map_err(|error| Error::Broken(error.to_string()))?;
    Ok(all.into_iter().flatten().collect())
}

/// Keeps them beside the row of the home currency, which is made where there is none.
pub(crate) fn save_columns(
    conn: &mut Conn,
    (organisation, account, home): (OrganisationId, &str, Currency),
    all: &[Saved],
    now: Timestamp,
) -> Result<(), Error> {
    let json = serde_json::to_string(all).map_err(|error| Error::Broken(error.to_string()))?;
    let json = Some(JsonText(json));
    let own = bank_accounts::table
        .filter(bank_accounts::organisation_id.eq(organisation))
        .filter(bank_accounts::account.eq(account))
        .filter(bank_accounts::currency.eq(home))
        .filter(bank_accounts::number.eq(""));
    let changed = diesel::update(own).set(bank_accounts::column_map.eq(json.clone())).execute(conn)?;
    if changed == 0 {
        let (account, number) = (account.to_owned(), String::new());
        let row = BankAccountRow {
            organisation_id: organisation,
            account,
            currency: home,
            number,
            column_map: json,
            created_at: At(now),
        };
        insert_bank_account(conn, &row)?;
    }
    Ok(())
}
