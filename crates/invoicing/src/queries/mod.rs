//! What pages, the API and other slices read of invoices.

use crate::store::invoices;
use ::store::{Conn, Error};
use kernel::id::{CustomerId, InvoiceId, OrganisationId};

/// Whose invoice a pay link opens.
pub fn by_pay_token(conn: &mut Conn, token: &str) -> Result<Option<(OrganisationId, InvoiceId, CustomerId)>, Error> {
    invoices::by_pay_token(conn, token)
}

/// The path of the page behind a pay link; put the public address in front of it.
pub fn pay_path(token: &str) -> String {
    format!("/pay/{token}")
}
