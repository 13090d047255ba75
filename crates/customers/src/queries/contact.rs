//! People at a customer.

use crate::store::contacts::{self, Row};
use ::store::{Conn, Error, Vault};
use kernel::id::{ContactId, CustomerId};
use kernel::{Refusal, Scope, Timestamp};

/// A contact as pages and the API show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    pub id: ContactId,
    pub customer: CustomerId,
    pub name: String,
    pub position: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub created_at: Timestamp,
    /// Counts changes; a form that was loaded at another version is stale.
    pub version: i64,
}

/// One contact of a customer, or a refusal.
pub fn contact(
    conn: &mut Conn,
    vault: &Vault,
    scope: &Scope,
    customer: CustomerId,
    id: ContactId,
) -> Result<Contact, Error> {
    let row = contacts::find(conn, scope, customer, id)?.ok_or_else(|| Refusal::not_found("contact_not_found"))?;
    opened(conn, vault, row)
}

/// Up to `limit` contacts of a customer before `before`, newest first; a refusal where there is no such customer.
pub fn contacts(
    conn: &mut Conn,
    vault: &Vault,
    scope: &Scope,
    customer: CustomerId,
    before: Option<ContactId>,
    limit: i64,
) -> Result<Vec<Contact>, Error> {
    super::must_exist(conn, scope, customer)?;
    let rows = contacts::list(conn, scope.organisation(), customer, before, limit)?;
    rows.into_iter().map(|row| opened(conn, vault, row)).collect()
}

pub(crate) fn opened(conn: &mut Conn, vault: &Vault, row: Row) -> Result<Contact, Error> {
    let mut open = |purpose: &str, sealed: &Option<Vec<u8>>| match sealed {
        None => Ok(None),
        Some(sealed) => vault.open(conn, row.organisation_id, row.customer_id, purpose, sealed),
    };
    let email = open("contact_email", &row.email_sealed)?;
    let phone = open("contact_phone", &row.phone_sealed)?;
    Ok(Contact {
        id: row.contact_id,
        customer: row.customer_id,
        name: row.name,
        position: row.position,
        email,
        phone,
        created_at: row.created_at.0,
        version: row.version,
    })
}
