//! Changes of customers.

mod create;
mod update;

pub use create::CreateCustomer;
pub use update::UpdateCustomer;

use crate::rules::customer::{CustomerData, Kind};
use crate::store::Row;
use ::store::{Error, Tx};

/// Writes checked data into a row, sealing what is personal.
fn fill(tx: &mut Tx<'_>, row: &mut Row, data: &CustomerData) -> Result<(), Error> {
    let id = row.customer_id;
    let mut seal = |purpose: &str, plain: Option<&String>| plain.map(|text| tx.seal(id, purpose, text)).transpose();
    row.email_sealed = seal("email", data.email.as_ref())?;
    row.phone_sealed = seal("phone", data.phone.as_ref())?;
    let is_person = data.kind == Kind::Person;
    row.tax_number_sealed = seal("tax_number", data.tax_number.as_ref().filter(|_| is_person))?;
    row.tax_number = data.tax_number.clone().filter(|_| !is_person);
    row.kind = data.kind.name().to_owned();
    row.name.clone_from(&data.name);
    row.country.clone_from(&data.country);
    row.currency = data.currency;
    row.locale = data.locale.tag().to_owned();
    row.payment_terms_days = data.payment_terms_days;
    row.credit_limit_minor = data.credit_limit.map(|limit| limit.minor());
    Ok(())
}
