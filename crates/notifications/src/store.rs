//! All SQL of mails.

use crate::rules::mail::Status;
use diesel::{
    BoolExpressionMethods, ExpressionMethods, Insertable, OptionalExtension, QueryDsl, Queryable, RunQueryDsl,
    Selectable, SelectableHelper,
};
use kernel::Timestamp;
use kernel::id::{DataKeyId, EventId, MailId, OrganisationId};
use schema::types::At;
use schema::{mail_settings, mails};
use store::{Conn, Each, Error, Part, by_id, for_update};

/// Attempts after which a mail is given up even where none was heard of; more than planned ones come to.
const LOST_MAX: i32 = 20;

/// A row of `mails`.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = mails, treat_none_as_default_value = false)]
pub(crate) struct Row {
    pub organisation_id: OrganisationId,
    pub mail_id: MailId,
    pub purpose: String,
    /// A payment or a user, as the purpose says.
    pub about_id: EventId,
    /// Whose key seals the address: the customer's, or the user's to whom a test goes.
    pub owner_id: DataKeyId,
    pub address_sealed: Vec<u8>,
    pub locale: String,
    pub status: String,
    pub attempts: i32,
    /// The next attempt; while one is under way, when it counts as lost.
    pub next_at: Option<At>,
    /// Class of the last failure, and the server's code.
    pub error: Option<String>,
    pub error_code: Option<i32>,
    /// The same at each attempt.
    pub message_id: Option<String>,
    pub requested_by: String,
    pub created_at: At,
    pub sent_at: Option<At>,
}

pub(crate) fn insert(conn: &mut Conn, row: &Row) -> Result<(), Error> {
    diesel::insert_into(mails::table).values(row).execute(conn)?;
    Ok(())
}

/// Saves what may change of a held mail.
pub(crate) fn update(conn: &mut Conn, row: &Row) -> Result<(), Error> {
    diesel::update(mails::table)
        .filter(mails::organisation_id.eq(row.organisation_id).and(mails::mail_id.eq(row.mail_id)))
        .set((
            mails::status.eq(&row.status),
            mails::attempts.eq(row.attempts),
            mails::next_at.eq(row.next_at),
            mails::error.eq(&row.error),
            mails::error_code.eq(row.error_code),
            mails::message_id.eq(&row.message_id),
            mails::sent_at.eq(row.sent_at),
        ))
        .execute(conn)?;
    Ok(())
}

pub(crate) fn find(conn: &mut Conn, organisation: OrganisationId, id: MailId) -> Result<Option<Row>, Error> {
    Ok(mails::table
        .filter(mails::organisation_id.eq(organisation).and(mails::mail_id.eq(id)))
        .select(Row::as_select())
        .get_result(conn)
        .optional()?)
}

/// Finds a mail and holds it until the transaction ends.
pub(crate) fn lock(conn: &mut Conn, organisation: OrganisationId, id: MailId) -> Result<Option<Row>, Error> {
    let rows: Vec<Row> = for_update!(
        conn,
        mails::table
            .filter(mails::organisation_id.eq(organisation).and(mails::mail_id.eq(id)))
            .select(Row::as_select())
    )?;
    Ok(rows.into_iter().next())
}

/// Whether any mail waits for its turn by now, in whichever organisation.
pub(crate) fn is_any_due(conn: &mut Conn, now: Timestamp) -> Result<bool, Error> {
    let due: Option<MailId> = mails::table
        .filter(mails::next_at.le(At(now)))
        .order(mails::next_at.asc())
        .select(mails::mail_id)
        .limit(1)
        .get_result(conn)
        .optional()?;
    Ok(due.is_some())
}

/// Takes up to `limit` mails whose turn it is, until `until`: then another worker may have them. `message_id` names a mail that is
/// sent for the first time. Runs in a write transaction of its own.
pub(crate) fn lease(
    conn: &mut Conn,
    now: Timestamp,
    until: Timestamp,
    limit: i64,
    message_id: &impl Fn(MailId) -> String,
) -> Result<Vec<Row>, Error> {
    let query = mails::table
        .filter(mails::next_at.le(At(now)))
        .order(mails::next_at.asc())
        .select((mails::organisation_id, mails::mail_id))
        .limit(limit);
    let due: Vec<(OrganisationId, MailId)> = match conn {
        Conn::Sqlite(c) => query.load(c)?,
        Conn::Pg(c) => query.for_update().skip_locked().load(c)?,
    };
    let mut leased = Vec::with_capacity(due.len());
    for (organisation, id) in due {
        let Some(mut row) = find(conn, organisation, id)? else { continue };
        if row.attempts >= LOST_MAX {
            // Nobody came back from the last attempts: it may be this mail that ends them.
            Status::Failed.name().clone_into(&mut row.status);
            row.next_at = None;
            update(conn, &row)?;
            continue;
        }
        row.attempts += 1;
        row.next_at = Some(At(until));
        row.message_id.get_or_insert_with(|| message_id(row.mail_id));
        update(conn, &row)?;
        leased.push(row);
    }
    Ok(leased)
}

/// When mails for this purpose about something were asked for, since an instant.
pub(crate) fn asked_since(
    conn: &mut Conn,
    organisation: OrganisationId,
    about: EventId,
    purpose: &str,
    since: Timestamp,
) -> Result<Vec<Timestamp>, Error> {
    let found: Vec<At> = mails::table
        .filter(mails::organisation_id.eq(organisation).and(mails::about_id.eq(about)))
        .filter(mails::mail_id.ge(MailId::first_at(since)))
        .filter(mails::purpose.eq(purpose))
        .select(mails::created_at)
        .load(conn)?;
    Ok(found.into_iter().map(|at| at.0).collect())
}

/// Which mails are wanted; what is `None` does not matter.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Filter {
    pub about: Option<EventId>,
    pub status: Option<Status>,
}

/// A part of the mails, newest first.
pub(crate) fn list(
    conn: &mut Conn,
    organisation: OrganisationId,
    filter: &Filter,
    part: &Part,
) -> Result<Vec<Row>, Error> {
    let mut query = mails::table
        .filter(mails::organisation_id.eq(organisation))
        .select(Row::as_select())
        .limit(part.limit)
        .into_boxed();
    query = by_id!(query, part, mails::mail_id);
    if let Some(about) = filter.about {
        query = query.filter(mails::about_id.eq(about));
    }
    if let Some(status) = filter.status {
        query = query.filter(mails::status.eq(status.name()));
    }
    Ok(part.in_order(query.load(conn)?))
}

/// The next thousand mails after an id, with what is sealed of them.
pub(crate) fn sealed_after(
    conn: &mut Conn,
    organisation: OrganisationId,
    after: MailId,
) -> Result<Vec<(MailId, DataKeyId, Vec<u8>)>, Error> {
    Ok(mails::table
        .filter(mails::organisation_id.eq(organisation).and(mails::mail_id.gt(after)))
        .order(mails::mail_id.asc())
        .select((mails::mail_id, mails::owner_id, mails::address_sealed))
        .limit(1000)
        .load(conn)?)
}

/// Whether the receipt of an online payment is sent by itself.
pub(crate) fn sends_receipts(conn: &mut Conn, organisation: OrganisationId) -> Result<bool, Error> {
    let found: Option<bool> = mail_settings::table
        .filter(mail_settings::organisation_id.eq(organisation))
        .select(mail_settings::receipts)
        .get_result(conn)
        .optional()?;
    Ok(found.unwrap_or(false))
}

pub(crate) fn put_settings(conn: &mut Conn, organisation: OrganisationId, receipts: bool) -> Result<(), Error> {
    let upsert = diesel::insert_into(mail_settings::table)
        .values((mail_settings::organisation_id.eq(organisation), mail_settings::receipts.eq(receipts)))
        .on_conflict(mail_settings::organisation_id)
        .do_update()
        .set(mail_settings::receipts.eq(receipts));
    Each(upsert).execute(conn)?;
    Ok(())
}

/// The newest mail for a purpose about something.
pub(crate) fn newest_about(
    conn: &mut Conn,
    organisation: OrganisationId,
    about: EventId,
    purpose: &str,
) -> Result<Option<MailId>, Error> {
    Ok(mails::table
        .filter(mails::organisation_id.eq(organisation).and(mails::about_id.eq(about)))
        .filter(mails::purpose.eq(purpose))
        .order(mails::mail_id.desc())
        .select(mails::mail_id)
        .limit(1)
        .get_result(conn)
        .optional()?)
}
