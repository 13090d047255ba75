//! Noting what the tax system made for an invoice.

use crate::store::invoices;
use ::store::{Command, Error, Tx};
use kernel::id::InvoiceId;
use kernel::{Fields, Permission};

/// Notes where the official invoice (发票) stands: `none`, `requested`, or `issued` with its number.
#[derive(Debug, Clone)]
pub struct NoteOfficialInvoice {
    pub id: InvoiceId,
    pub status: String,
    pub number: Option<String>,
}

impl Command for NoteOfficialInvoice {
    const NAME: &'static str = "invoice.note_official";
    const PERMISSION: Permission = Permission::InvoiceIssue;
    type Output = InvoiceId;

    fn run(&self, tx: &mut Tx<'_>) -> Result<InvoiceId, Error> {
        let mut fields = Fields::new();
        let number = match (self.status.as_str(), self.number.as_deref()) {
            ("issued", number) => Some(fields.code("/official_invoice/number", number.unwrap_or(""))),
            ("none" | "requested", None | Some("")) => None,
            ("none" | "requested", Some(_)) => {
                fields.note("/official_invoice/number", "official_number_too_early");
                None
            }
            _ => {
                fields.note("/official_invoice/status", "not_a_choice");
                None
            }
        };
        fields.finish()?;
        let mut row = super::hold_issued(tx, self.id)?;
        row.official_status.clone_from(&self.status);
        row.official_number = number;
        invoices::save(tx.conn, &row)?;
        let facts = serde_json::json!({ "status": row.official_status, "official_number": row.official_number });
        tx.audit(self.id, &facts)?;
        Ok(self.id)
    }
}
