//! Keeps the search index: after an event, the thing it happened to is found by its new words. Payments come in behind what
//! was received, a few at a time, so that a payment costs nothing more.

use crate::house::House;
use diesel::{BoolExpressionMethods, ExpressionMethods, JoinOnDsl, OptionalExtension, QueryDsl, RunQueryDsl};
use kernel::Id;
use kernel::id::{CreditNoteId, CustomerId, EventId, InvoiceId, OrderId, OrganisationId, UserId};
use schema::{credit_notes, customers, invoices, orders, users};
use serde::Deserialize;
use store::jobs::Job;
use store::search::{Entry, put};
use store::{Conn, Error, Reach};

#[derive(Deserialize)]
struct Payload {
    event: EventId,
    subject: String,
}

/// Brings the index up to date for the event of a job.
pub async fn update(house: &House, job: &Job) -> Result<(), Error> {
    let payload: Payload = serde_json::from_str(&job.payload)?;
    let subject: [u8; 16] =
        uuid_bytes(&payload.subject).ok_or_else(|| Error::Broken("a job without subject".into()))?;
    let (organisation, now) = (job.organisation, house.app.now());
    house
        .app
        .maintain(move |conn| {
            let kind = event_kind(conn, organisation, payload.event)?;
            if let Some(entry) = entry(conn, organisation, &kind, subject)? {
                put(conn, organisation, &entry, now)?;
            }
            Ok(())
        })
        .await
}

fn event_kind(conn: &mut Conn, organisation: OrganisationId, event: EventId) -> Result<String, Error> {
    use schema::events;
    let kind: Option<String> = events::table
        .filter(events::organisation_id.eq(organisation))
        .filter(events::event_id.eq(event))
        .select(events::kind)
        .get_result(conn)
        .optional()?;
    Ok(kind.unwrap_or_default())
}

fn entry(
    conn: &mut Conn,
    organisation: OrganisationId,
    event_kind: &str,
    subject: [u8; 16],
) -> Result<Option<Entry>, Error> {
    match event_kind.split('.').next().unwrap_or("") {
        "customer" => customer(conn, organisation, Id::from_bytes(subject)),
        "order" => order(conn, organisation, Id::from_bytes(subject)),
        "invoice" => invoice(conn, organisation, Id::from_bytes(subject)),
        "credit_note" => credit_note(conn, organisation, Id::from_bytes(subject)),
        "user" => user(conn, organisation, Id::from_bytes(subject)),
        _ => Ok(None),
    }
}

fn customer(conn: &mut Conn, organisation: OrganisationId, id: CustomerId) -> Result<Option<Entry>, Error> {
    let row: Option<(String, Option<String>)> = customers::table
        .filter(customers::organisation_id.eq(organisation))
        .filter(customers::customer_id.eq(id))
        .select((customers::name, customers::tax_number))
        .get_result(conn)
        .optional()?;
    Ok(row.map(|(name, tax_number)| Entry::new(id, Some(id), &name, &tax_number.unwrap_or_default())))
}

fn order(conn: &mut Conn, organisation: OrganisationId, id: OrderId) -> Result<Option<Entry>, Error> {
    let row: Option<(Option<String>, Option<String>, CustomerId, String)> = orders::table
        .inner_join(customers::table.on(
            customers::organisation_id.eq(orders::organisation_id).and(customers::customer_id.eq(orders::customer_id)),
        ))
        .filter(orders::organisation_id.eq(organisation))
        .filter(orders::order_id.eq(id))
        .select((orders::number, orders::reference, orders::customer_id, customers::name))
        .get_result(conn)
        .optional()?;
    Ok(row.and_then(|(number, reference, customer, name)| {
        let detail = format!("{name} {}", reference.unwrap_or_default());
        Some(Entry::new(id, Some(customer), &number?, detail.trim()))
    }))
}

fn invoice(conn: &mut Conn, organisation: OrganisationId, id: InvoiceId) -> Result<Option<Entry>, Error> {
    let row: Option<(Option<String>, Option<String>, CustomerId, String)> = invoices::table
        .inner_join(
            customers::table.on(customers::organisation_id
                .eq(invoices::organisation_id)
                .and(customers::customer_id.eq(invoices::customer_id))),
        )
        .filter(invoices::organisation_id.eq(organisation))
        .filter(invoices::invoice_id.eq(id))
        .select((invoices::number, invoices::reference, invoices::customer_id, customers::name))
        .get_result(conn)
        .optional()?;
    Ok(row.and_then(|(number, reference, customer, name)| {
        let detail = format!("{name} {}", reference.unwrap_or_default());
        Some(Entry::new(id, Some(customer), &number?, detail.trim()))
    }))
}

fn credit_note(conn: &mut Conn, organisation: OrganisationId, id: CreditNoteId) -> Result<Option<Entry>, Error> {
    let row: Option<(String, CustomerId, String)> = credit_notes::table
        .inner_join(
            customers::table.on(customers::organisation_id
                .eq(credit_notes::organisation_id)
                .and(customers::customer_id.eq(credit_notes::customer_id))),
        )
        .filter(credit_notes::organisation_id.eq(organisation))
        .filter(credit_notes::credit_note_id.eq(id))
        .select((credit_notes::number, credit_notes::customer_id, customers::name))
        .get_result(conn)
        .optional()?;
    Ok(row.map(|(number, customer, name)| Entry::new(id, Some(customer), &number, &name)))
}

/// Somebody of ours; people of the portal are found by their company.
fn user(conn: &mut Conn, organisation: OrganisationId, id: UserId) -> Result<Option<Entry>, Error> {
    let name: Option<String> = users::table
        .filter(users::organisation_id.eq(organisation))
        .filter(users::user_id.eq(id))
        .filter(users::customer_id.is_null())
        .select(users::name)
        .get_result(conn)
        .optional()?;
    Ok(name.map(|name| Entry::new(id, None, &name, "")))
}

/// Puts up to `portion` payments into the index that are not in it; gives how many.
pub async fn payments(house: &House, organisation: OrganisationId, reach: Reach, portion: i64) -> Result<i64, Error> {
    let look = move |conn: &mut Conn| payments::unfindable(conn, organisation, reach, portion);
    let found = house.app.db().read(look).await?;
    let (count, now) = (i64::try_from(found.len()).unwrap_or(0), house.app.now());
    if count > 0 {
        house.app.maintain(move |conn| payments::make_findable(conn, organisation, &found, now)).await?;
    }
    Ok(count)
}

/// The bytes of a UUID's text with hyphens.
fn uuid_bytes(text: &str) -> Option<[u8; 16]> {
    let digits: Vec<u8> = text.bytes().filter(|b| *b != b'-').collect();
    let mut bytes = [0_u8; 16];
    if digits.len() != 32 {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(bytes)
}
