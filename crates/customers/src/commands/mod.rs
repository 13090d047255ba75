//! Changes of customers.

mod address;
mod archive;
mod contact;
mod create;
mod update;

pub use address::{AddAddress, ChangeAddress, RemoveAddress};
pub use archive::ArchiveCustomer;
pub use contact::{AddContact, ChangeContact, RemoveContact};
pub use create::{CreateCustomer, take_up};
pub use update::UpdateCustomer;

use crate::rules::customer::{CustomerData, Kind};
use crate::store::{self, Row};
use ::store::{Error, Tx};
use kernel::Refusal;
use kernel::id::CustomerId;

/// Holds a customer's row: what belongs to it is changed by one transaction at a time.
fn hold(tx: &mut Tx<'_>, id: CustomerId) -> Result<(), Error> {
    let organisation = tx.organisation();
    store::lock(tx.conn, organisation, id)?.map(|_| ()).ok_or_else(|| Refusal::not_found("customer_not_found").into())
}

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
