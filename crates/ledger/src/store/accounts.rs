//! Accounts of an organisation.

use crate::rules::chart::{Account, Chart};
use diesel::{ExpressionMethods, Insertable, QueryDsl, Queryable, RunQueryDsl, Selectable, SelectableHelper};
use kernel::id::OrganisationId;
use kernel::{Locale, Localized};
use schema::accounts;
use schema::types::JsonText;
use store::{Conn, Error, each};

/// A row of `accounts`.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = accounts, treat_none_as_default_value = false)]
pub(crate) struct AccountRow {
    pub organisation_id: OrganisationId,
    pub code: String,
    pub parent: Option<String>,
    pub names: JsonText,
    pub kind: String,
    pub side: String,
    pub postable: bool,
    pub cash_flow_line: Option<i32>,
}

impl AccountRow {
    fn standard(organisation: OrganisationId, chart: Chart, account: &Account) -> Result<AccountRow, Error> {
        let names = Localized::new(&[(Locale::ZhCn, account.zh), (Locale::En, account.en)]);
        Ok(AccountRow {
            organisation_id: organisation,
            code: account.code.to_owned(),
            parent: account.parent.map(str::to_owned),
            names: JsonText(serde_json::to_string(&names)?),
            kind: account.kind.name().to_owned(),
            side: account.normal.name().to_owned(),
            postable: chart.postable(account.code) == Some(true),
            cash_flow_line: account.cash_flow_line.map(i32::from),
        })
    }
}

/// Takes over a whole chart.
pub(crate) fn insert_chart(conn: &mut Conn, organisation: OrganisationId, chart: Chart) -> Result<(), Error> {
    let rows: Vec<AccountRow> = chart
        .accounts()
        .iter()
        .map(|account| AccountRow::standard(organisation, chart, account))
        .collect::<Result<_, _>>()?;
    each!(conn, |c| diesel::insert_into(accounts::table).values(&rows).execute(c))?;
    Ok(())
}

/// Every account, by code.
pub(crate) fn all(conn: &mut Conn, organisation: OrganisationId) -> Result<Vec<AccountRow>, Error> {
    Ok(accounts::table
        .filter(accounts::organisation_id.eq(organisation))
        .order(accounts::code.asc())
        .select(AccountRow::as_select())
        .load(conn)?)
}

/// Which of these codes take lines, for accounts that the organisation added to its chart.
pub(crate) fn postable(
    conn: &mut Conn,
    organisation: OrganisationId,
    codes: &[&str],
) -> Result<Vec<(String, bool)>, Error> {
    Ok(accounts::table
        .filter(accounts::organisation_id.eq(organisation))
        .filter(accounts::code.eq_any(codes.to_vec()))
        .select((accounts::code, accounts::postable))
        .load(conn)?)
}
