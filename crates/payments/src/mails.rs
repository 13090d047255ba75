//! Receipts by mail: what the letter says, and the one that goes out by itself.

use crate::SendReceipt;
use crate::api::receipt::file;
use crate::online::house;
use crate::queries;
use ::notifications::{Attachment, Due, Letter};
use ::store::jobs::Job;
use ::store::{App, Error};
use kernel::id::PaymentId;
use kernel::{Arg, Refusal, Scope};
use web::{Web, format};

/// The job that sends the receipt of an online payment where the organisation wants that; wired to `checkout.succeeded`.
pub const MAIL_RECEIPT: &str = "payments.mail_receipt";

/// What `checkout.succeeded` carries.
#[derive(serde::Deserialize)]
struct Told {
    data: Paid,
}

#[derive(serde::Deserialize)]
struct Paid {
    payment: Option<PaymentId>,
}

/// Has the receipt sent, once however often it is told, where the organisation wants that and the customer has an address.
pub async fn mail_receipt(app: &App, job: &Job) -> Result<(), Error> {
    let told: Told = serde_json::from_str(&job.payload)?;
    let organisation = job.organisation;
    let wanted = app.db().read(move |conn| ::notifications::queries::sends_receipts(conn, organisation)).await?;
    let Some(payment) = told.data.payment.filter(|_| wanted) else { return Ok(()) };
    let command = SendReceipt { payment, to: None, first_only: true };
    match app.write(&house(app, organisation)?, command).await {
        // Nobody to send it to, or the payment was taken back meanwhile: a person would be told, and nobody asked.
        Err(Error::Refused(refusal)) if refusal.status() == 409 => Ok(()),
        sent => sent.map(drop),
    }
}

/// The letter with the receipt of a payment. Refuses where the payment was taken back since the mail was asked for.
pub async fn receipt_letter(web: &Web, mail: Due) -> Result<Letter, Error> {
    let (organisation, id) = (mail.organisation, mail.about.retyped());
    let context = house(&web.app, organisation)?;
    let vault = web.app.vault().clone();
    // First, since the first print gives the receipt its number.
    let file = file(web, &context, id).await?;
    let (payment, customer, settings) = web
        .app
        .db()
        .read(move |conn| {
            let scope = Scope::Organisation(organisation);
            let payment = queries::get(conn, &scope, id)?;
            let customer = customers::queries::get(conn, &vault, &scope, payment.customer)?;
            Ok((payment, customer, identity::settings(conn, organisation)?))
        })
        .await?;
    if payment.status != "succeeded" {
        return Err(Refusal::conflict("receipt_needs_success").into());
    }
    let l = web.i18n.for_locale(mail.locale);
    let number = file.name.clone();
    let names = [("organisation", Arg::from(settings.name.as_str())), ("number", Arg::from(number.as_str()))];
    let invoices: Vec<String> =
        payment.allocations.iter().filter(|part| !part.reversed).map(|p| p.number.clone()).collect();
    let mut facts = vec![
        (l.t("payment-receipt-number"), number.clone()),
        (l.t("letter-receipt-payer"), customer.name),
        (l.t("label-amount"), format::MoneyParts::new(payment.amount, mail.locale).with_symbol()),
        (l.t("label-received-on"), format::date(mail.locale, payment.received_on)),
        (l.t("label-method"), l.t(&payment.method.message())),
    ];
    if !invoices.is_empty() {
        facts.push((l.t("paid-for"), invoices.join(" · ")));
    }
    Ok(Letter {
        subject: l.ta("letter-receipt-subject", &names),
        paragraphs: vec![l.ta("letter-receipt-text", &names)],
        facts,
        link: None,
        note: l.t("letter-note"),
        attachment: Some(Attachment {
            name: format!("{number}.pdf"),
            media_type: file.format.media_type(),
            bytes: file.bytes,
        }),
        sender: settings.name,
    })
}
