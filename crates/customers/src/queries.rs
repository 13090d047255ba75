//! What pages, the API and other slices read of customers.

mod address;
mod contact;
mod sealed;

pub(crate) use address::read as read_address;
pub use address::{Address, address, addresses};
pub(crate) use contact::opened as opened_contact;
pub use contact::{Contact, contact, contacts};
pub use sealed::unreadable;

use crate::rules::customer::Kind;
pub use crate::store::Filter;
use crate::store::{self, Row};
use ::store::{Conn, Error, Part, Total, Tx, Vault};
use kernel::id::{CustomerId, OrganisationId};
use kernel::{Currency, Locale, Money, Refusal, Scope, Timestamp};

/// A customer as pages and the API show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Customer {
    pub id: CustomerId,
    pub kind: Kind,
    pub name: String,
    pub country: String,
    pub currency: Currency,
    pub locale: Locale,
    pub tax_number: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub payment_terms_days: i32,
    pub credit_limit: Option<Money>,
    pub archived: bool,
    pub created_at: Timestamp,
    /// Counts changes; a form that was loaded at another version is stale.
    pub version: i64,
}

/// One customer, or nothing where there is none in this scope.
pub fn find(conn: &mut Conn, vault: &Vault, scope: &Scope, id: CustomerId) -> Result<Option<Customer>, Error> {
    match store::find(conn, scope, id)? {
        None => Ok(None),
        Some(row) => Ok(Some(opened(conn, vault, row)?)),
    }
}

/// One customer, or a refusal.
pub fn get(conn: &mut Conn, vault: &Vault, scope: &Scope, id: CustomerId) -> Result<Customer, Error> {
    find(conn, vault, scope, id)?.ok_or_else(|| Refusal::not_found("customer_not_found").into())
}

/// Up to `limit` customers before `before`, newest first.
pub fn list(
    conn: &mut Conn,
    vault: &Vault,
    scope: &Scope,
    filter: &Filter,
    before: Option<CustomerId>,
    limit: i64,
) -> Result<Vec<Customer>, Error> {
    page(conn, vault, scope, filter, &Part::newest(before, limit))
}

/// A part of the customers: newest first, or by `name`.
pub fn page(
    conn: &mut Conn,
    vault: &Vault,
    scope: &Scope,
    filter: &Filter,
    part: &Part,
) -> Result<Vec<Customer>, Error> {
    store::list(conn, scope, filter, part)?.into_iter().map(|row| opened(conn, vault, row)).collect()
}

/// How many customers a list has, where an index tells.
pub fn total(conn: &mut Conn, scope: &Scope, filter: &Filter) -> Result<Total, Error> {
    match filter.archived {
        Some(archived) if *filter == (Filter { archived: Some(archived), ..Filter::default() }) => {
            store::total(conn, scope.organisation(), archived)
        }
        _ => Ok(Total::Unknown),
    }
}

/// Refuses where this scope has no such customer.
fn must_exist(conn: &mut Conn, scope: &Scope, id: CustomerId) -> Result<(), Error> {
    store::find(conn, scope, id)?.map(|_| ()).ok_or_else(|| Refusal::not_found("customer_not_found").into())
}

/// The customers that one of these texts is the name or the tax number of; a person's number is sealed and not looked for.
pub fn matching(
    conn: &mut Conn,
    vault: &Vault,
    organisation: OrganisationId,
    texts: &[String],
) -> Result<Vec<Customer>, Error> {
    store::matching(conn, organisation, texts)?.into_iter().map(|row| opened(conn, vault, row)).collect()
}

pub(crate) fn opened(conn: &mut Conn, vault: &Vault, row: Row) -> Result<Customer, Error> {
    let mut open = |purpose: &str, sealed: &Option<Vec<u8>>| match sealed {
        None => Ok(None),
        Some(sealed) => vault.open(conn, row.organisation_id, row.customer_id, purpose, sealed),
    };
    let email = open("email", &row.email_sealed)?;
    let phone = open("phone", &row.phone_sealed)?;
    let sealed_number = open("tax_number", &row.tax_number_sealed)?;
    Ok(Customer {
        id: row.customer_id,
        kind: Kind::parse(&row.kind).ok_or_else(|| Error::Broken(format!("kind of customer {}", row.customer_id)))?,
        name: row.name,
        country: row.country,
        currency: row.currency,
        locale: row.locale.parse().unwrap_or_default(),
        tax_number: row.tax_number.or(sealed_number),
        email,
        phone,
        payment_terms_days: row.payment_terms_days,
        credit_limit: row.credit_limit_minor.map(|minor| Money::new(minor, row.currency)),
        archived: row.archived,
        created_at: row.created_at.0,
        version: row.version,
    })
}

/// What other slices need to know to deal with a customer; nothing sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    pub id: CustomerId,
    pub name: String,
    pub country: String,
    pub currency: Currency,
    pub locale: Locale,
    pub payment_terms_days: i32,
    pub credit_limit: Option<Money>,
    pub archived: bool,
}

impl From<Row> for Terms {
    fn from(row: Row) -> Self {
        Terms {
            id: row.customer_id,
            name: row.name,
            country: row.country,
            currency: row.currency,
            locale: row.locale.parse().unwrap_or_default(),
            payment_terms_days: row.payment_terms_days,
            credit_limit: row.credit_limit_minor.map(|minor| Money::new(minor, row.currency)),
            archived: row.archived,
        }
    }
}

/// The terms of a customer in this transaction's scope; refuses where there is none.
pub fn terms(tx: &mut Tx<'_>, id: CustomerId) -> Result<Terms, Error> {
    let scope = tx.context().scope();
    let row = store::find(tx.conn, &scope, id)?;
    Ok(row.ok_or_else(|| Refusal::not_found("customer_not_found"))?.into())
}

/// [`terms`], and the customer's row is held until the transaction ends. First in the order of locks: take it before
/// invoices, periods and numbers. A credit check counts under this lock.
pub fn lock(tx: &mut Tx<'_>, id: CustomerId) -> Result<Terms, Error> {
    if !tx.context().scope().admits(id) {
        return Err(Refusal::not_found("customer_not_found").into());
    }
    let organisation = tx.organisation();
    let row = store::lock(tx.conn, organisation, id)?;
    Ok(row.ok_or_else(|| Refusal::not_found("customer_not_found"))?.into())
}

/// The customer as a document names it; frozen into the document when it is issued.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Buyer {
    pub name: String,
    pub country: String,
    pub tax_number: Option<String>,
    pub email: Option<String>,
    /// The billing address, one entry a line. Documents from before there were addresses have none.
    #[serde(default)]
    pub address: Vec<String>,
}

/// Reads the buyer for a document.
pub fn buyer(conn: &mut Conn, vault: &Vault, organisation: OrganisationId, id: CustomerId) -> Result<Buyer, Error> {
    let customer = get(conn, vault, &Scope::Organisation(organisation), id)?;
    let address = address::billing_lines(conn, organisation, id)?;
    Ok(Buyer {
        name: customer.name,
        country: customer.country,
        tax_number: customer.tax_number,
        email: customer.email,
        address,
    })
}
