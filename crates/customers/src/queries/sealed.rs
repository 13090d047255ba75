//! Whether what is sealed of customers and their contacts can be read.

use crate::store::{self, contacts};
use ::store::{Conn, Error, Finding, Sealed, Vault};
use kernel::id::{ContactId, CustomerId, OrganisationId};

/// Sealed values of customers and contacts that do not open (`sealed_unreadable`). All are tried, a thousand rows at a time.
pub fn unreadable(conn: &mut Conn, vault: &Vault, organisation: OrganisationId) -> Result<Vec<Finding>, Error> {
    let (mut findings, mut after) = (Vec::new(), CustomerId::NIL);
    loop {
        let rows = store::sealed_after(conn, organisation, after)?;
        let Some((last, ..)) = rows.last() else { break };
        after = *last;
        let fields = rows.into_iter().flat_map(|(id, name, tax_number, email, phone)| {
            let of = format!("{id} {name}");
            let sealed = move |(field, value): (&'static str, Option<Vec<u8>>)| {
                value.map(|value| Sealed { owner: id.retyped(), of: of.clone(), field, value })
            };
            [("tax_number", tax_number), ("email", email), ("phone", phone)].into_iter().filter_map(sealed)
        });
        let sealed: Vec<Sealed> = fields.collect();
        findings.extend(vault.unopened(conn, organisation, &sealed)?);
    }
    let mut after = ContactId::NIL;
    loop {
        let rows = contacts::sealed_after(conn, organisation, after)?;
        let Some((last, ..)) = rows.last() else { return Ok(findings) };
        after = *last;
        let fields = rows.into_iter().flat_map(|(id, customer, email, phone)| {
            let sealed = move |(field, value): (&'static str, Option<Vec<u8>>)| {
                value.map(|value| Sealed { owner: customer.retyped(), of: id.to_string(), field, value })
            };
            [("contact_email", email), ("contact_phone", phone)].into_iter().filter_map(sealed)
        });
        let sealed: Vec<Sealed> = fields.collect();
        findings.extend(vault.unopened(conn, organisation, &sealed)?);
    }
}
