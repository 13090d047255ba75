//! Invoices and credit notes over the API.

mod act;
mod create;
mod credit_notes;
mod document;
mod list;
mod show;
mod tax_summary;
mod update;
mod views;
mod wire;

pub use views::CreditNote;
pub(crate) use wire::ListQuery;
pub use wire::NewInstalment;

use crate::queries;
use ::store::{Error, Tx};
use kernel::id::InvoiceId;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::Web;

/// The slice's API routes.
pub fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(create::create, list::list))
        .routes(routes!(show::show, update::update, update::remove))
        .routes(routes!(act::issue))
        .routes(routes!(act::deliver))
        .routes(routes!(act::void))
        .routes(routes!(act::write_off))
        .routes(routes!(act::reverse_write_off))
        .routes(routes!(act::send))
        .routes(routes!(credit_notes::create))
        .routes(routes!(credit_notes::list))
        .routes(routes!(credit_notes::show))
        .routes(routes!(document::invoice))
        .routes(routes!(document::credit_note))
        .routes(routes!(tax_summary::tax_summary))
}

/// The body of an answer about an invoice, from within its transaction.
fn answer(tx: &mut Tx<'_>, id: InvoiceId, public_url: &str) -> Result<views::Invoice, Error> {
    let (vault, scope, today) = (tx.vault().clone(), tx.context().scope(), tx.today()?);
    Ok(views::Invoice::of(queries::view(tx.conn, &vault, &scope, id)?, today, public_url))
}
