//! Changes of orders.

mod bill;
mod cancel;
mod submit;
mod withdraw;
mod write;

pub use bill::BillRest;
pub(crate) use bill::amount as deposit_amount;
pub use cancel::CancelOrder;
pub use submit::{ReleaseOrder, SubmitOrder};
pub use withdraw::WithdrawOrder;
pub use write::{CreateOrder, UpdateOrder};

use crate::rules::credit::HoldReason;
use crate::rules::status::{OrderStatus, Refused};
use crate::store::{self, Row};
use ::store::{Error, Tx};
use customers::Terms;
use kernel::id::OrderId;
use kernel::{Money, Refusal};

/// Finds an order in the actor's scope and holds customer and order, in the order of locks.
fn hold(tx: &mut Tx<'_>, id: OrderId) -> Result<(Row, Terms), Error> {
    let (organisation, scope) = (tx.organisation(), tx.context().scope());
    let not_found = || Refusal::not_found("order_not_found");
    let seen = store::find(tx.conn, &scope, id)?.ok_or_else(not_found)?;
    let terms = customers::queries::lock(tx, seen.customer_id)?;
    Ok((store::lock(tx.conn, organisation, id)?.ok_or_else(not_found)?, terms))
}

/// The status of a row.
pub(crate) fn status_of(row: &Row) -> Result<OrderStatus, Error> {
    Ok(match row.status.as_str() {
        "draft" => OrderStatus::Draft,
        "pending_approval" => OrderStatus::PendingApproval,
        "on_hold" => OrderStatus::OnHold(match row.exceeded_minor {
            Some(minor) => HoldReason::LimitExceeded(Money::new(minor, row.currency)),
            None => HoldReason::OtherCurrency,
        }),
        "confirmed" => OrderStatus::Confirmed,
        "cancelled" => OrderStatus::Cancelled,
        other => return Err(Error::Broken(format!("status {other} of {}", row.order_id))),
    })
}

/// Writes a status into a row.
fn put_status(row: &mut Row, status: &OrderStatus) {
    row.status = status.name().to_owned();
    row.exceeded_minor = match status {
        OrderStatus::OnHold(reason) => reason.exceeded_by().map(Money::minor),
        _ => None,
    };
}

/// What a refused event means to whoever asked for it.
fn refused(refused: &Refused, wanted: &'static str) -> Error {
    let code = match refused {
        Refused::InvoiceStands => "order_invoice_stands",
        Refused::WrongState { from } => match (wanted, from) {
            (_, OrderStatus::Cancelled) => "order_cancelled",
            ("submit", _) => "order_already_submitted",
            ("release", _) => "order_not_on_hold",
            ("withdraw", _) => "order_not_waiting",
            _ => "order_not_draft",
        },
    };
    Refusal::conflict(code).into()
}
