//! What pages, the API and other slices read of invoices.

mod agree;
mod credit_note;
mod deposits;
mod list;
mod statement;
mod tax_summary;
mod timeline;
mod verify;
mod view;
mod written;

pub use agree::{numbering, verify_documents};
pub use credit_note::{
    AppliedTo, CreditNoteLine, CreditNoteView, credit_note, credit_note_maker, credit_notes, open_credit,
};
pub use deposits::{Deducted, DepositLeft, DepositView, deposits_left, verify_deposits};
pub use list::{Figures, Filter, InvoiceRowView, figures, list, longest_overdue, page, total};
pub use statement::{AccountLine, AccountView, account};
pub use tax_summary::{TaxRow, TaxSummary, tax_summary};
pub use timeline::{Happening, timeline};
pub use verify::{DeferralFinding, verify_deferrals};
pub use view::{Applied, InstalmentView, InvoiceView, LineView, Official, OfficialStatus, TaxView, view};

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
