//! Payments, refunds, disputes, checkouts and connections over the API.

mod allocations;
mod bills;
mod checkouts;
mod cheque;
mod credit_notes;
mod disputes;
pub(crate) mod list;
mod notifications;
pub(crate) mod receipt;
mod record;
pub(crate) mod refunds;
mod reverse;
pub(crate) mod send_receipt;
mod show;
mod till;
pub(crate) mod wire;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::Web;

/// The slice's API routes. They expect the `Arc<Registry>` of connections as an extension of the router.
pub fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(record::record, list::list))
        .routes(routes!(show::show))
        .routes(routes!(allocations::allocate))
        .routes(routes!(refunds::refund, refunds::list))
        .routes(routes!(refunds::show))
        .routes(routes!(disputes::list))
        .routes(routes!(disputes::show))
        .routes(routes!(credit_notes::allocate))
        .routes(routes!(credit_notes::refund, credit_notes::list))
        .routes(routes!(reverse::reverse))
        .routes(routes!(cheque::deposit))
        .routes(routes!(cheque::clear))
        .routes(routes!(cheque::bounce))
        .routes(routes!(cheque::redeposit))
        .routes(routes!(receipt::receipt))
        .routes(routes!(send_receipt::send))
        .routes(routes!(checkouts::open))
        .routes(routes!(checkouts::show))
        .routes(routes!(checkouts::events))
        .routes(routes!(notifications::notify))
        .routes(routes!(bills::bills))
        .routes(routes!(bills::payouts))
        .routes(routes!(till::count, till::list))
        .routes(routes!(till::deposit))
}
