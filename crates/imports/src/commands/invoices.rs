//! Open invoices of the books before, and the credit that customers had in them.

use super::Taken;
use crate::faults::Faults;
use crate::rules::cell;
use crate::rules::sheet::{Row, Sheet};
use ::store::{Command, Error, Tx};
use customers::queries::Customer;
use customers::rules::terms::due_on;
use invoicing::commands::{BroughtForward, Forwarding, bring_forward};
use invoicing::rules::bring_forward::Earlier;
use kernel::id::CustomerId;
use kernel::{Currency, Date, Fields, Localized, Money, Permission, Refusal};
use std::collections::HashMap;

/// Brings the open invoices of a file forward; a row whose total is below zero is credit that its customer had. Customers are
/// found by id, tax number or name.
#[derive(Debug, Clone)]
pub struct ImportInvoices {
    pub sheet: Sheet,
    /// The day on which the books begin; today when not given.
    pub books_begin: Option<Date>,
    /// What the line of an invoice says where the file does not.
    pub description: Localized,
}

impl Command for ImportInvoices {
    const NAME: &'static str = "import.invoices";
    const PERMISSION: Permission = Permission::ImportRun;
    type Output = Taken;

    fn run(&self, tx: &mut Tx<'_>) -> Result<Taken, Error> {
        let organisation = tx.organisation();
        let books_begin = beginning(tx, self.books_begin)?;
        let home = tx.books()?.currency;
        let rows = &self.sheet.rows;
        let directory = Directory::of(tx, rows)?;
        let numbers: Vec<&str> = rows.iter().map(|row| row.cell("number")).collect();
        let mut forwarding = Forwarding::begin(tx, &numbers)?;
        let (mut faults, mut made) = (Faults::of(&self.sheet), 0);
        for row in rows {
            let place_of = |pointer: &str| (row.number, column_of(pointer));
            let customer = directory.find(row, &mut faults);
            let read = self.read(row, customer, home, books_begin);
            let Some(Some(new)) = faults.take(read, place_of)? else { continue };
            // What stands earlier in the file is there by now, so that a number that stands twice is found too.
            let brought = match new {
                Open::Invoice(new) => bring_forward(tx, &mut forwarding, &new).map(drop),
                Open::Credit(new) => payments::commands::bring_forward(tx, &new).map(drop),
            };
            if faults.take(brought, place_of)?.is_some() {
                made += 1;
            }
        }
        faults.finish()?;
        tx.audit(organisation, &serde_json::json!({ "invoices": made, "date": books_begin.to_string() }))?;
        Ok(Taken { rows: rows.len(), made })
    }
}

/// What a row brings.
enum Open {
    Invoice(BroughtForward),
    Credit(payments::commands::BroughtForward),
}

impl ImportInvoices {
    /// What a row brings, nothing where its customer was not found. Then amounts without a currency are looked at in the one of
    /// the books, `home`, so that all that is wrong with the row is named at once.
    fn read(
        &self,
        row: &Row,
        customer: Option<&Customer>,
        home: Currency,
        books_begin: Date,
    ) -> Result<Option<Open>, Refusal> {
        let mut fields = Fields::new();
        let number = fields.text("/number", row.cell("number"), 1, 40);
        let issued_on = fields.date("/issued_on", &cell::day(row.cell("issued_on")));
        let due_on = match row.given("due_on") {
            Some(text) => fields.date("/due_on", &cell::day(&text)),
            None => issued_on.zip(customer).and_then(|(day, customer)| by_terms(customer, day)),
        };
        let usual = customer.map_or(home, |customer| customer.currency);
        let currency = match row.given("currency") {
            Some(code) => fields.currency("/currency", &code.to_uppercase()).unwrap_or(usual),
            None => usual,
        };
        let total = fields.money("/total", &cell::amount(row.cell("total")), currency);
        let open = match row.given("open") {
            Some(text) => {
                let text = cell::amount(&text);
                if cell::is_rest(&text) {
                    fields.note("/open", "torn_amount");
                }
                fields.money("/open", &text, currency)
            }
            None => total,
        };
        if total.is_negative() {
            check_credit(&mut fields, total, open);
        }
        let description = fields.optional_text("/description", row.given("description").as_deref(), 500);
        let reference = fields.optional_text("/reference", row.given("reference").as_deref(), 100);
        fields.finish()?;
        let Some(customer) = customer else { return Ok(None) };
        let (Some(issued_on), Some(due_on)) = (issued_on, due_on) else {
            return Err(Refusal::field("/due_on", "not_a_date"));
        };
        if total.is_negative() {
            let amount = open.negated().map_err(|_| Refusal::field("/total", "amount_too_large"))?;
            let customer = customer.id;
            return Ok(Some(Open::Credit(payments::commands::BroughtForward {
                customer,
                number,
                amount,
                since: issued_on,
                books_begin,
            })));
        }
        Ok(Some(Open::Invoice(BroughtForward {
            customer: customer.id,
            number,
            invoice: Earlier { issued_on, due_on, total, open },
            description: description.map_or_else(
                || self.description.clone(),
                |text| Localized::new(&kernel::Locale::ALL.map(|locale| (locale, text.as_str()))),
            ),
            reference,
            books_begin,
        })))
    }
}

/// What is left of a credit is written below zero too, and is not more than it was.
fn check_credit(fields: &mut Fields, total: Money, open: Money) {
    if !open.is_negative() {
        fields.note("/open", "credit_not_negative");
    } else if open.minor() < total.minor() {
        fields.note("/open", "open_exceeds_total");
    }
}

fn by_terms(customer: &Customer, issued_on: Date) -> Option<Date> {
    due_on(issued_on, u16::try_from(customer.payment_terms_days).unwrap_or(0))
}

/// The day on which the books begin; never after today.
pub(super) fn beginning(tx: &mut Tx<'_>, asked: Option<Date>) -> Result<Date, Error> {
    let today = tx.today()?;
    match asked {
        None => Ok(today),
        Some(day) if day > today => Err(Refusal::field("/on", "in_the_future").into()),
        Some(day) => Ok(day),
    }
}

/// The customers that the rows of a file name.
struct Directory {
    by_id: HashMap<CustomerId, Customer>,
    /// By name and by tax number.
    by_text: HashMap<String, Vec<CustomerId>>,
}

impl Directory {
    fn of(tx: &mut Tx<'_>, rows: &[Row]) -> Result<Directory, Error> {
        let (organisation, vault, scope) = (tx.organisation(), tx.vault().clone(), tx.context().scope());
        let mut texts: Vec<String> = rows.iter().map(|row| row.cell("customer").to_owned()).collect();
        texts.sort();
        texts.dedup();
        let mut found = customers::queries::matching(tx.conn, &vault, organisation, &texts)?;
        for id in texts.iter().filter_map(|text| text.parse().ok()) {
            found.extend(customers::queries::find(tx.conn, &vault, &scope, id)?);
        }
        let mut directory = Directory { by_id: HashMap::new(), by_text: HashMap::new() };
        for customer in found {
            let names = [Some(customer.name.clone()), customer.tax_number.clone(), Some(customer.id.to_string())];
            for name in names.into_iter().flatten() {
                let ids = directory.by_text.entry(name).or_default();
                if !ids.contains(&customer.id) {
                    ids.push(customer.id);
                }
            }
            directory.by_id.insert(customer.id, customer);
        }
        Ok(directory)
    }

    /// The one customer that a row names.
    fn find(&self, row: &Row, faults: &mut Faults) -> Option<&Customer> {
        let fault = match self.by_text.get(row.cell("customer")).map(Vec::as_slice) {
            _ if row.cell("customer").is_empty() => "required",
            None | Some([]) => "customer_unknown",
            Some([id]) => return self.by_id.get(id),
            Some(_) => "customer_ambiguous",
        };
        faults.note(row.number, "customer", fault);
        None
    }
}

/// The column in which a field of the invoice stands.
fn column_of(pointer: &str) -> &'static str {
    match pointer {
        "/customer" => "customer",
        "/issued_on" => "issued_on",
        "/due_on" => "due_on",
        "/currency" => "currency",
        "/total" => "total",
        "/open" => "open",
        "/description" => "description",
        "/reference" => "reference",
        _ => "number",
    }
}
