//! Customers, with their billing addresses.

use super::Taken;
use crate::faults::Faults;
use crate::rules::cell;
use crate::rules::sheet::{Row, Sheet};
use ::store::{Command, Error, Tx};
use customers::rules::address::{self, AddressData, AddressInput, Purpose};
use customers::rules::customer;
use customers::{CustomerData, CustomerInput};
use kernel::Permission;
use std::collections::BTreeSet;

/// Takes up the customers of a file. One that is there already, by name and tax number, is a fault of its row.
#[derive(Debug, Clone)]
pub struct ImportCustomers(pub Sheet);

impl Command for ImportCustomers {
    const NAME: &'static str = "import.customers";
    const PERMISSION: Permission = Permission::ImportRun;
    type Output = Taken;

    fn run(&self, tx: &mut Tx<'_>) -> Result<Taken, Error> {
        let organisation = tx.organisation();
        let settings = identity::settings(tx.conn, organisation)?;
        let mut faults = Faults::of(&self.0);
        let mut checked = Vec::with_capacity(self.0.rows.len());
        for row in &self.0.rows {
            let input = input(row, &settings.country, settings.currency.code());
            let place_of = |pointer: &str| (row.number, column_of(pointer));
            let data = faults.take(customer::check(&input), place_of)?;
            let address = faults.take(address_of(row, &input.country), place_of)?;
            if let (Some(data), Some(address)) = (data, address) {
                checked.push((row.number, data, address));
            }
        }
        duplicates(tx, &checked, &mut faults)?;
        faults.finish()?;
        for (_, data, address) in &checked {
            let id = customers::commands::take_up(tx, data, address.as_ref())?;
            tx.audit(id, &serde_json::json!({ "currency": data.currency, "terms_days": data.payment_terms_days }))?;
        }
        let taken = Taken { rows: self.0.rows.len(), made: checked.len() };
        tx.audit(organisation, &serde_json::json!({ "customers": taken.made }))?;
        Ok(taken)
    }
}

fn input(row: &Row, country: &str, currency: &str) -> CustomerInput {
    let upper = |column: &str, otherwise: &str| row.given(column).map_or(otherwise.to_owned(), |s| s.to_uppercase());
    let currency = upper("currency", currency);
    CustomerInput {
        name: row.cell("name").to_owned(),
        kind: cell::customer_kind(row.cell("kind")).to_owned(),
        country: upper("country", country),
        locale: row.given("language"),
        email: row.given("email"),
        phone: row.given("phone"),
        tax_number: row.given("tax_number"),
        payment_terms_days: row.given("payment_terms_days"),
        credit_limit: row.given("credit_limit").map(|limit| (currency.clone(), cell::amount(&limit))),
        currency,
    }
}

/// The billing address, where the row has anything of one.
fn address_of(row: &Row, country: &str) -> Result<Option<AddressData>, kernel::Refusal> {
    if ["address", "city", "region", "postal_code"].iter().all(|column| row.cell(column).is_empty()) {
        return Ok(None);
    }
    let input = AddressInput {
        purpose: Purpose::Billing.name().to_owned(),
        lines: row.cell("address").split(['\n', '|']).map(str::to_owned).collect(),
        city: row.cell("city").to_owned(),
        region: row.given("region"),
        postal_code: row.given("postal_code"),
        country: country.to_owned(),
    };
    // A wrong country is the customer's fault already.
    address::check(&input).map(Some).or_else(|mut refusal| {
        refusal.fields.retain(|field| field.pointer != "/country");
        if refusal.fields.is_empty() { Ok(None) } else { Err(refusal) }
    })
}

/// The column in which a field of the customer or its address stands.
fn column_of(pointer: &str) -> &'static str {
    match pointer {
        "/name" => "name",
        "/kind" => "kind",
        "/country" => "country",
        "/currency" | "/credit_limit/currency" => "currency",
        "/locale" => "language",
        "/email" => "email",
        "/phone" => "phone",
        "/tax_number" => "tax_number",
        "/payment_terms_days" => "payment_terms_days",
        "/credit_limit/amount" => "credit_limit",
        "/lines" => "address",
        "/city" => "city",
        "/region" => "region",
        "/postal_code" => "postal_code",
        _ => "name",
    }
}

/// Notes rows whose customer is there already, or stands in the file twice.
fn duplicates(
    tx: &mut Tx<'_>,
    checked: &[(usize, CustomerData, Option<AddressData>)],
    faults: &mut Faults,
) -> Result<(), Error> {
    let (organisation, vault) = (tx.organisation(), tx.vault().clone());
    let names: Vec<String> = checked.iter().map(|(_, data, _)| data.name.clone()).collect();
    let mut known: BTreeSet<(String, Option<String>)> =
        customers::queries::matching(tx.conn, &vault, organisation, &names)?
            .into_iter()
            .map(|customer| (customer.name, customer.tax_number))
            .collect();
    for (row, data, _) in checked {
        if !known.insert((data.name.clone(), data.tax_number.clone())) {
            faults.note(*row, "name", "customer_exists");
        }
    }
    Ok(())
}
