//! Where a customer is, and where its goods go.

use crate::rules::address::{AddressData, Purpose};
use crate::store::addresses::{self, Row};
use ::store::{Conn, Error};
use kernel::id::{AddressId, CustomerId, OrganisationId};
use kernel::{Refusal, Scope, Timestamp};

/// An address as pages and the API show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    pub id: AddressId,
    pub customer: CustomerId,
    pub data: AddressData,
    pub created_at: Timestamp,
    /// Counts changes; a form that was loaded at another version is stale.
    pub version: i64,
}

/// One address of a customer, or a refusal.
pub fn address(conn: &mut Conn, scope: &Scope, customer: CustomerId, id: AddressId) -> Result<Address, Error> {
    let row = addresses::find(conn, scope, customer, id)?.ok_or_else(|| Refusal::not_found("address_not_found"))?;
    read(row)
}

/// Up to `limit` addresses of a customer before `before`, newest first; a refusal where there is no such customer.
pub fn addresses(
    conn: &mut Conn,
    scope: &Scope,
    customer: CustomerId,
    before: Option<AddressId>,
    limit: i64,
) -> Result<Vec<Address>, Error> {
    super::must_exist(conn, scope, customer)?;
    addresses::list(conn, scope.organisation(), customer, before, limit)?.into_iter().map(read).collect()
}

/// The lines that stand on a customer's documents; none where no billing address is known.
pub(super) fn billing_lines(
    conn: &mut Conn,
    organisation: OrganisationId,
    customer: CustomerId,
) -> Result<Vec<String>, Error> {
    match addresses::first(conn, organisation, customer, Purpose::Billing.name())? {
        None => Ok(Vec::new()),
        Some(row) => Ok(read(row)?.data.printed()),
    }
}

pub(crate) fn read(row: Row) -> Result<Address, Error> {
    let purpose = Purpose::parse(&row.purpose);
    Ok(Address {
        id: row.address_id,
        customer: row.customer_id,
        data: AddressData {
            purpose: purpose.ok_or_else(|| Error::Broken(format!("purpose of address {}", row.address_id)))?,
            lines: row.lines.lines().map(str::to_owned).collect(),
            city: row.city,
            region: row.region,
            postal_code: row.postal_code,
            country: row.country,
        },
        created_at: row.created_at.0,
        version: row.version,
    })
}
