//! Rows of `bank_accounts`: which numbers an account of the books has at its bank.

use ::store::{Conn, Error, each};
use diesel::{ExpressionMethods, Insertable, QueryDsl, Queryable, RunQueryDsl, Selectable, SelectableHelper};
use kernel::Currency;
use kernel::id::OrganisationId;
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
