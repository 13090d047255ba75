//! New and changed tax codes, and their rates.

use crate::queries::{self, TaxCode};
use crate::rules::tax_code::{RateData, TaxCodeData};
use crate::store::{self, EVER, TaxCodeRow, TaxRateRow};
use ::store::{Command, Error, Tx};
use kernel::{Date, Permission, Refusal};
use schema::types::{At, Day, Exact, JsonText};

/// Takes up a tax code with its rate; without a day the rate holds from the beginning.
#[derive(Debug, Clone)]
pub struct CreateTaxCode {
    pub data: TaxCodeData,
    pub rate: RateData,
}

impl Command for CreateTaxCode {
    const NAME: &'static str = "tax_code.create";
    const PERMISSION: Permission = Permission::TaxWrite;
    /// The code.
    type Output = String;

    fn run(&self, tx: &mut Tx<'_>) -> Result<String, Error> {
        let organisation = tx.organisation();
        if store::find_tax_code(tx.conn, organisation, &self.data.code)?.is_some() {
            return Err(Refusal::field("/code", "already_exists").into());
        }
        let row = TaxCodeRow {
            organisation_id: organisation,
            code: self.data.code.clone(),
            names: JsonText(serde_json::to_string(&self.data.names)?),
            inclusive: self.data.inclusive,
            archived: false,
            created_at: At(tx.now()),
            version: 1,
        };
        store::insert_tax_code(tx.conn, &row)?;
        put_rate(tx, &row.code, &self.rate, EVER)?;
        tx.audit(organisation, &serde_json::json!({ "tax_code": row.code, "inclusive": row.inclusive }))?;
        tx.emit("tax_code.created", organisation, &serde_json::json!({ "code": row.code }))?;
        Ok(row.code)
    }
}

/// Changes a tax code's name and treatment, sets a rate, or archives it. Documents keep what they were made with.
#[derive(Debug, Clone)]
pub struct UpdateTaxCode<C = fn(TaxCode) -> Result<(TaxCodeData, Option<RateData>, bool), Refusal>> {
    pub code: String,
    /// The version that the change was made on; `None` takes whatever is there.
    pub version: Option<i64>,
    /// What becomes of the tax code as this transaction finds it: its data, a rate, which without a day holds from today, and
    /// whether it is archived.
    pub change: C,
}

impl<C> Command for UpdateTaxCode<C>
where
    C: Fn(TaxCode) -> Result<(TaxCodeData, Option<RateData>, bool), Refusal> + Send + 'static,
{
    const NAME: &'static str = "tax_code.update";
    const PERMISSION: Permission = Permission::TaxWrite;
    type Output = String;

    fn run(&self, tx: &mut Tx<'_>) -> Result<String, Error> {
        let mut row = held(tx, &self.code)?;
        if self.version.is_some_and(|version| version != row.version) {
            return Err(Refusal::conflict("stale_form").into());
        }
        let organisation = tx.organisation();
        let (data, rate, archived) = (self.change)(queries::tax_code(tx.conn, organisation, &row.code)?)?;
        row.names = JsonText(serde_json::to_string(&data.names)?);
        row.inclusive = data.inclusive;
        row.archived = archived;
        if !store::update_tax_code(tx.conn, &row)? {
            return Err(Refusal::conflict("stale_form").into());
        }
        if let Some(rate) = &rate {
            let today = tx.today()?;
            put_rate(tx, &row.code, rate, today)?;
        }
        let details = serde_json::json!({ "tax_code": row.code, "version": row.version + 1, "inclusive": row.inclusive, "archived": row.archived });
        tx.audit(organisation, &details)?;
        tx.emit("tax_code.updated", organisation, &serde_json::json!({ "code": row.code }))?;
        Ok(row.code)
    }
}

/// Sets the rate of a tax code from a day on; without a day from today. A rate of the same day is replaced.
#[derive(Debug, Clone)]
pub struct SetTaxRate {
    pub code: String,
    pub rate: RateData,
}

impl Command for SetTaxRate {
    const NAME: &'static str = "tax_code.rate";
    const PERMISSION: Permission = Permission::TaxWrite;
    type Output = String;

    fn run(&self, tx: &mut Tx<'_>) -> Result<String, Error> {
        let row = held(tx, &self.code)?;
        let today = tx.today()?;
        put_rate(tx, &row.code, &self.rate, today)?;
        let organisation = tx.organisation();
        tx.emit("tax_code.updated", organisation, &serde_json::json!({ "code": row.code }))?;
        Ok(row.code)
    }
}

fn held(tx: &mut Tx<'_>, code: &str) -> Result<TaxCodeRow, Error> {
    let organisation = tx.organisation();
    Ok(store::lock_tax_code(tx.conn, organisation, code)?.ok_or_else(|| Refusal::not_found("tax_code_not_found"))?)
}

/// Writes a rate and its trace.
fn put_rate(tx: &mut Tx<'_>, code: &str, data: &RateData, otherwise: Date) -> Result<(), Error> {
    let (organisation, valid_from) = (tx.organisation(), data.valid_from.unwrap_or(otherwise));
    let row = TaxRateRow {
        organisation_id: organisation,
        code: code.to_owned(),
        valid_from: Day(valid_from),
        rate: Exact(data.rate.value()),
    };
    store::put_rate(tx.conn, &row)?;
    let details =
        serde_json::json!({ "tax_code": code, "rate": data.rate.to_string(), "valid_from": valid_from.to_string() });
    tx.audit(organisation, &details)
}
