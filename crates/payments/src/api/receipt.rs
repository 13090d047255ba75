//! `GET /payments/{id}/receipt.pdf`

use crate::commands::NumberReceipt;
use crate::queries::{self, AllocatedPart, Payment};
use ::documents::model::{Allocation, Document, Party, Receipt, Seller};
use ::store::Error;
use ::store::archive::Wanted;
use axum::extract::{Path, State};
use axum::response::IntoResponse;
use axum::response::Response;
use invoicing::documents::{File, Format, render};
use kernel::id::PaymentId;
use kernel::{Context, Locale, Permission, Refusal};
use web::wire::path_id;
use web::{Api, Fail, Problem, Web};

/// The receipt of a payment; printed again, the same to the byte.
#[utoipa::path(
    get, path = "/api/v1/payments/{id}/receipt.pdf", tag = "payments",
    params(("id" = String, Path, description = "`pay_…`")),
    responses((status = 200, content_type = "application/pdf"), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn receipt(State(web): State<Web>, Api(context): Api, Path(id): Path<String>) -> Result<Response, Fail> {
    Ok(file(&web, &context, path_id(&id)?).await?.into_response())
}

/// The receipt as a file. Its first print takes its number, and what it says then is what it will always say, until the payment
/// is taken back: then it says that it is void.
pub(crate) async fn file(web: &Web, context: &Context, id: PaymentId) -> Result<File, Error> {
    let (vault, organisation) = (web.app.vault().clone(), context.organisation);
    let (payment, buyer, settings, profile) = web
        .app
        .read(context, Permission::PaymentRead, move |conn, scope| {
            let payment = queries::get(conn, scope, id)?;
            let whole = kernel::Scope::Organisation(organisation);
            let buyer = customers::queries::get(conn, &vault, &whole, payment.customer)?;
            Ok((payment, buyer, identity::settings(conn, organisation)?, identity::profile(conn, organisation)?))
        })
        .await?;
    if payment.status != "succeeded" && payment.receipt_number.is_none() {
        return Err(Refusal::conflict("receipt_needs_success").into());
    }
    let number = match payment.receipt_number.clone() {
        Some(number) => number,
        None => web.app.write(context, NumberReceipt(id)).await?,
    };
    let locale = buyer.locale;
    let method = web.i18n.for_locale(locale).t(&payment.method.message());
    let seller = Seller {
        party: Party {
            name: settings.name,
            address: profile.address,
            tax_number: profile.tax_number,
            contact: Vec::new(),
        },
        logo: invoicing::documents::logo(web, organisation, profile.logo).await,
        ..Seller::default()
    };
    let payer = Party { name: buyer.name, tax_number: buyer.tax_number, ..Party::default() };
    let mut said = saying(&payment, number.clone(), locale, seller, payer, method)?;
    let is_void = payment.status == "reversed";
    if is_void {
        said.notes.push(web.i18n.for_locale(locale).t("receipt-void"));
        said.unapplied = kernel::Money::zero(said.currency);
    }
    let form = if is_void { "void.pdf" } else { "pdf" };
    let wanted = Wanted::new(organisation, id, payment.customer, form, Format::Pdf.media_type(), locale);
    let bytes = web.archive.get_or_make(&wanted, move || render(&Document::Receipt(said), Format::Pdf)).await?;
    Ok(File { format: Format::Pdf, name: number, bytes })
}

/// What of the payment went to an invoice. One in another currency is told with what was settled of it: its total is no sum of this
/// paper's.
fn allocation(part: &AllocatedPart) -> Allocation {
    let exchanged = part.is_exchanged();
    Allocation {
        invoice: if exchanged { format!("{} ({})", part.number, part.amount) } else { part.number.clone() },
        issued: part.issued_on,
        invoice_total: part.invoice_total.filter(|_| !exchanged),
        amount: part.paid,
    }
}

fn saying(
    payment: &Payment,
    number: String,
    locale: Locale,
    seller: Seller,
    payer: Party,
    method: String,
) -> Result<Receipt, Error> {
    let allocations = payment.allocations.iter().filter(|part| !part.reversed).map(allocation);
    Ok(Receipt {
        number,
        received: payment.received_on,
        currency: payment.amount.currency(),
        locale,
        seller,
        payer,
        method,
        reference: payment.reference.clone(),
        amount: payment.amount,
        allocations: allocations.collect(),
        unapplied: payment.amount.minus(payment.allocated())?,
        notes: Vec::new(),
    })
}
