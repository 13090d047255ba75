//! What is read of other slices' tables: open invoices with their numbers, customers, and what the books have on an account.

use super::lines::pattern;
use ::store::{Conn, Error, each, in_parts};
use diesel::connection::DefaultLoadingMode;
use diesel::dsl::{exists, not, sql};
use diesel::sql_types::{Bool, Text};
use diesel::{
    BoolExpressionMethods, ExpressionMethods, JoinOnDsl, NullableExpressionMethods, OptionalExtension, QueryDsl,
    RunQueryDsl, Selectable, SelectableHelper,
};
use kernel::id::{
    CheckoutId, CustomerId, DisputeId, EntryId, InvoiceId, OpenItemId, OrganisationId, PaymentId, PayoutId, RefundId,
};
use kernel::{Currency, Date};
use schema::types::Day;
use schema::{
    customers, disputes, gateway_connections, invoices, is_open, journal_entries, journal_lines, match_entries,
    open_items, orders, payer_aliases, payments, payouts, refunds,
};

/// What is open of an invoice: id, customer, currency, how much, its day, when it is due.
pub(crate) type OpenItem = (OpenItemId, CustomerId, Currency, i64, Day, Option<Day>);

/// Invoices that are settled and whose numbers are known again, the newest first: who names one pays twice, or means another.
const SETTLED_MAX: i64 = 50_000;

/// What is read of an open item.
macro_rules! open_item {
    ($organisation:expr) => {
        open_items::table.filter(open_items::organisation_id.eq($organisation)).select((
            open_items::item_id,
            open_items::customer_id,
            open_items::currency,
            open_items::open_minor,
            open_items::date,
            open_items::due_on,
        ))
    };
}

/// Reads everything that is open of the customers from one to another.
pub(crate) fn each_open(
    conn: &mut Conn,
    organisation: OrganisationId,
    (first, last): (CustomerId, CustomerId),
    mut take: impl FnMut(OpenItem),
) -> Result<(), Error> {
    // In the order of the index that has all of it.
    let order = (open_items::customer_id.asc(), open_items::due_on.asc(), open_items::item_id.asc());
    let open = open_item!(organisation).filter(is_open()).filter(open_items::customer_id.between(first, last));
    let open = open.order(order);
    each!(conn, |c| {
        for row in open.load_iter::<OpenItem, DefaultLoadingMode>(c)? {
            take(row?);
        }
        Ok::<(), diesel::result::Error>(())
    })?;
    Ok(())
}

/// The newest of what is settled.
pub(crate) fn settled(conn: &mut Conn, organisation: OrganisationId) -> Result<Vec<OpenItem>, Error> {
    Ok(open_item!(organisation)
        .filter(open_items::open_minor.eq(0))
        .order(open_items::item_id.desc())
        .limit(SETTLED_MAX)
        .load(conn)?)
}

/// Reads the numbers of all invoices that have one, from their index alone: a row of `invoices` is ten times as
/// wide. They come in the order of the ids.
pub(crate) fn numbers(conn: &mut Conn, organisation: OrganisationId) -> Result<Vec<(InvoiceId, Box<str>)>, Error> {
    let numbered = invoices::table
        .filter(invoices::organisation_id.eq(organisation))
        .filter(invoices::number.is_not_null())
        .order(invoices::number.asc())
        .select((invoices::invoice_id, invoices::number.assume_not_null()));
    let mut numbers: Vec<(InvoiceId, Box<str>)> = each!(conn, |c| {
        let rows = numbered.load_iter::<(InvoiceId, String), DefaultLoadingMode>(c)?;
        rows.map(|row| row.map(|(id, number)| (id, number.into()))).collect::<Result<_, _>>()?
    });
    numbers.sort_unstable_by_key(|(id, _)| *id);
    Ok(numbers)
}

/// Reads what else invoices are called: by the customer's own number, by the one that the tax office gave, by the number of their order and
/// the customer's of that. Most companies have few; in the order of nothing, some twice.
pub(crate) fn further_numbers(
    conn: &mut Conn,
    organisation: OrganisationId,
) -> Result<Vec<(InvoiceId, Box<str>)>, Error> {
    let called = invoices::table
        .filter(invoices::organisation_id.eq(organisation))
        .filter(invoices::reference.is_not_null().or(invoices::official_number.is_not_null()))
        .select((invoices::invoice_id, invoices::reference, invoices::official_number));
    let same =
        orders::organisation_id.eq(invoices::organisation_id).and(orders::order_id.nullable().eq(invoices::order_id));
    let ordered = invoices::table
        .inner_join(orders::table.on(same))
        .filter(invoices::organisation_id.eq(organisation))
        .filter(invoices::order_id.is_not_null())
        .select((invoices::invoice_id, orders::number, orders::reference));
    let mut numbers = Vec::new();
    let mut take = |(id, one, other): (InvoiceId, Option<String>, Option<String>)| {
        numbers.extend([one, other].into_iter().flatten().map(|number| (id, number.into_boxed_str())));
    };
    each!(conn, |c| {
        for row in called.load_iter::<_, DefaultLoadingMode>(c)? {
            take(row?);
        }
        for row in ordered.load_iter::<_, DefaultLoadingMode>(c)? {
            take(row?);
        }
        Ok::<(), diesel::result::Error>(())
    })?;
    Ok(numbers)
}

pub(crate) fn customers(conn: &mut Conn, organisation: OrganisationId) -> Result<Vec<(CustomerId, String)>, Error> {
    Ok(customers::table
        .filter(customers::organisation_id.eq(organisation))
        .order(customers::customer_id.asc())
        .select((customers::customer_id, customers::name))
        .load(conn)?)
}

/// What people decided before: kind (`account`, `name`), key, the name itself, customer.
pub(crate) type Alias = (String, i64, Option<String>, CustomerId);

pub(crate) fn aliases(conn: &mut Conn, organisation: OrganisationId) -> Result<Vec<Alias>, Error> {
    Ok(payer_aliases::table
        .filter(payer_aliases::organisation_id.eq(organisation))
        .select((payer_aliases::kind, payer_aliases::alias_key, payer_aliases::alias, payer_aliases::customer_id))
        .load(conn)?)
}

/// An entry that moves the account and is in no standing match.
#[derive(Debug, Clone, diesel::Queryable)]
pub(crate) struct FreeEntry {
    pub entry_id: EntryId,
    pub date: Day,
    pub side: String,
    pub original_minor: i64,
    pub document_kind: Option<String>,
    pub document_id: Option<EntryId>,
    pub memo: String,
    pub reverses: Option<EntryId>,
}

/// What the books have on an account in a currency from one day to another that no line was matched with, line by line.
pub(crate) fn free_entries(
    conn: &mut Conn,
    organisation: OrganisationId,
    (account, currency): (&str, Currency),
    (from, until): (Date, Date),
) -> Result<Vec<FreeEntry>, Error> {
    let same = journal_entries::organisation_id
        .eq(journal_lines::organisation_id)
        .and(journal_entries::entry_id.eq(journal_lines::entry_id));
    let matched = match_entries::table
        .filter(match_entries::organisation_id.eq(journal_lines::organisation_id))
        .filter(match_entries::entry_id.eq(journal_lines::entry_id))
        .filter(match_entries::account.eq(journal_lines::account))
        .filter(match_entries::undone_at.is_null());
    Ok(journal_lines::table
        .inner_join(journal_entries::table.on(same))
        .filter(journal_lines::organisation_id.eq(organisation))
        .filter(journal_lines::account.eq(account))
        .filter(journal_lines::date.between(Day(from), Day(until)))
        .filter(journal_lines::currency.eq(currency))
        .filter(not(exists(matched)))
        .order((journal_lines::date.asc(), journal_lines::entry_id.asc()))
        .select((
            journal_lines::entry_id,
            journal_lines::date,
            journal_lines::side,
            journal_lines::original_minor,
            journal_entries::document_kind,
            journal_entries::document_id,
            journal_entries::memo,
            journal_entries::reverses,
        ))
        .load(conn)?)
}

/// What entries move on an account, in the currency that it is in there, debit above zero.
pub(crate) fn moved_by(
    conn: &mut Conn,
    organisation: OrganisationId,
    (account, currency): (&str, Currency),
    entries: &[EntryId],
) -> Result<Vec<(EntryId, i64)>, Error> {
    let mut sums: Vec<(EntryId, i64)> = Vec::new();
    for entry in entries {
        // By the entry alone: SQLite would rather go through all that the account ever had.
        let lines: Vec<(String, Currency, String, i64)> = journal_lines::table
            .filter(journal_lines::organisation_id.eq(organisation))
            .filter(journal_lines::entry_id.eq(entry))
            .select((
                journal_lines::account,
                journal_lines::currency,
                journal_lines::side,
                journal_lines::original_minor,
            ))
            .load(conn)?;
        let on_account = lines.iter().filter(|(code, of, _, _)| code == account && *of == currency);
        let signed = on_account.map(|(_, _, side, minor)| if side == "debit" { *minor } else { -*minor });
        if let Some(sum) = signed.reduce(|sum, minor| sum + minor) {
            sums.push((*entry, sum));
        }
    }
    Ok(sums)
}

/// Payments: whose they are, their reference, and the checkout that they came through.
type PaymentFact = (PaymentId, CustomerId, Option<String>, Option<CheckoutId>);

/// What payments are known by.
pub(crate) fn payment_facts(
    conn: &mut Conn,
    organisation: OrganisationId,
    ids: &[PaymentId],
) -> Result<Vec<PaymentFact>, Error> {
    Ok(in_parts(ids, |some| {
        payments::table
            .filter(payments::organisation_id.eq(organisation))
            .filter(payments::payment_id.eq_any(some))
            .select((payments::payment_id, payments::customer_id, payments::reference, payments::checkout_id))
            .load(conn)
    })?)
}

/// The customer of refunds, and the provider's number.
pub(crate) fn refund_facts(
    conn: &mut Conn,
    organisation: OrganisationId,
    ids: &[RefundId],
) -> Result<Vec<(RefundId, CustomerId, Option<String>)>, Error> {
    Ok(in_parts(ids, |some| {
        refunds::table
            .filter(refunds::organisation_id.eq(organisation))
            .filter(refunds::refund_id.eq_any(some))
            .select((refunds::refund_id, refunds::customer_id, refunds::provider_id))
            .load(conn)
    })?)
}

/// The customer of disputes, and the provider's number.
pub(crate) fn dispute_facts(
    conn: &mut Conn,
    organisation: OrganisationId,
    ids: &[DisputeId],
) -> Result<Vec<(DisputeId, CustomerId, String)>, Error> {
    Ok(in_parts(ids, |some| {
        disputes::table
            .filter(disputes::organisation_id.eq(organisation))
            .filter(disputes::dispute_id.eq_any(some))
            .select((disputes::dispute_id, disputes::customer_id, disputes::provider_id))
            .load(conn)
    })?)
}

/// What providers call pay-outs, and the connector of each.
pub(crate) fn payout_facts(
    conn: &mut Conn,
    organisation: OrganisationId,
    ids: &[PayoutId],
) -> Result<Vec<(PayoutId, String, String)>, Error> {
    let same = gateway_connections::organisation_id
        .eq(payouts::organisation_id)
        .and(gateway_connections::connection_id.eq(payouts::connection_id));
    Ok(in_parts(ids, |some| {
        payouts::table
            .inner_join(gateway_connections::table.on(same))
            .filter(payouts::organisation_id.eq(organisation))
            .filter(payouts::payout_id.eq_any(some))
            .select((payouts::payout_id, payouts::provider_id, gateway_connections::provider))
            .load(conn)
    })?)
}

/// What invoices are called.
pub(crate) fn invoice_numbers(
    conn: &mut Conn,
    organisation: OrganisationId,
    ids: &[InvoiceId],
) -> Result<Vec<(InvoiceId, Option<String>)>, Error> {
    Ok(in_parts(ids, |some| {
        invoices::table
            .filter(invoices::organisation_id.eq(organisation))
            .filter(invoices::invoice_id.eq_any(some))
            .select((invoices::invoice_id, invoices::number.nullable()))
            .load(conn)
    })?)
}

pub(crate) fn customer_names(
    conn: &mut Conn,
    organisation: OrganisationId,
    ids: &[CustomerId],
) -> Result<Vec<(CustomerId, String)>, Error> {
    Ok(in_parts(ids, |some| {
        customers::table
            .filter(customers::organisation_id.eq(organisation))
            .filter(customers::customer_id.eq_any(some))
            .select((customers::customer_id, customers::name))
            .load(conn)
    })?)
}

/// Notes that somebody decided that this alias is the customer's.
pub(crate) fn learn(
    conn: &mut Conn,
    organisation: OrganisationId,
    (kind, alias_key, alias): (&str, i64, Option<&str>),
    customer: CustomerId,
    at: schema::types::At,
) -> Result<(), Error> {
    let own = payer_aliases::table
        .filter(payer_aliases::organisation_id.eq(organisation))
        .filter(payer_aliases::kind.eq(kind))
        .filter(payer_aliases::alias_key.eq(alias_key))
        .filter(payer_aliases::customer_id.eq(customer));
    let again = diesel::update(own)
        .set((payer_aliases::times.eq(payer_aliases::times + 1), payer_aliases::last_at.eq(at)))
        .execute(conn)?;
    if again > 0 {
        return Ok(());
    }
    diesel::insert_into(payer_aliases::table)
        .values((
            payer_aliases::organisation_id.eq(organisation),
            payer_aliases::kind.eq(kind),
            payer_aliases::alias_key.eq(alias_key),
            payer_aliases::customer_id.eq(customer),
            payer_aliases::alias.eq(alias),
            payer_aliases::times.eq(1),
            payer_aliases::last_at.eq(at),
        ))
        .execute(conn)?;
    Ok(())
}

/// One decision less says that this alias is the customer's; with the last it is forgotten.
pub(crate) fn forget(
    conn: &mut Conn,
    organisation: OrganisationId,
    (kind, alias_key): (&str, i64),
    customer: CustomerId,
) -> Result<(), Error> {
    let own = payer_aliases::table
        .filter(payer_aliases::organisation_id.eq(organisation))
        .filter(payer_aliases::kind.eq(kind))
        .filter(payer_aliases::alias_key.eq(alias_key))
        .filter(payer_aliases::customer_id.eq(customer));
    diesel::update(own).set(payer_aliases::times.eq(payer_aliases::times - 1)).execute(conn)?;
    diesel::delete(own.filter(payer_aliases::times.le(0))).execute(conn)?;
    Ok(())
}

/// The entry that was posted last.
pub(crate) fn newest_entry(conn: &mut Conn, organisation: OrganisationId) -> Result<Option<EntryId>, Error> {
    Ok(journal_entries::table
        .filter(journal_entries::organisation_id.eq(organisation))
        .order(journal_entries::entry_id.desc())
        .select(journal_entries::entry_id)
        .first(conn)
        .optional()?)
}

/// What an entry says of itself.
#[derive(Debug, Clone, diesel::Queryable, Selectable)]
#[diesel(table_name = journal_entries)]
pub(crate) struct EntryFact {
    pub entry_id: EntryId,
    pub date: Day,
    pub kind: String,
    pub memo: String,
    pub document_kind: Option<String>,
    pub document_id: Option<EntryId>,
}

impl EntryFact {
    /// The kind and the id of the document that it is of.
    pub fn document(&self) -> (Option<&str>, Option<EntryId>) {
        (self.document_kind.as_deref(), self.document_id)
    }
}

pub(crate) fn entry_facts(
    conn: &mut Conn,
    organisation: OrganisationId,
    ids: &[EntryId],
) -> Result<Vec<EntryFact>, Error> {
    Ok(in_parts(ids, |some| {
        journal_entries::table
            .filter(journal_entries::organisation_id.eq(organisation))
            .filter(journal_entries::entry_id.eq_any(some))
            .select(EntryFact::as_select())
            .load(conn)
    })?)
}

/// Up to so many entries that move an account and that no line was matched with, the newest first: by words of their memo, or by what
/// one of their lines moves. What was taken back, and what took it back, is left out.
pub(crate) fn find_free(
    conn: &mut Conn,
    organisation: OrganisationId,
    (account, currency): (&str, Currency),
    (from, until): (Date, Date),
    (words, minor): (&str, Option<i64>),
    limit: i64,
) -> Result<Vec<EntryFact>, Error> {
    let same = journal_entries::organisation_id
        .eq(journal_lines::organisation_id)
        .and(journal_entries::entry_id.eq(journal_lines::entry_id));
    let matched = match_entries::table
        .filter(match_entries::organisation_id.eq(journal_lines::organisation_id))
        .filter(match_entries::entry_id.eq(journal_lines::entry_id))
        .filter(match_entries::account.eq(journal_lines::account))
        .filter(match_entries::undone_at.is_null());
    let mut query = journal_lines::table
        .inner_join(journal_entries::table.on(same))
        .filter(journal_lines::organisation_id.eq(organisation))
        .filter(journal_lines::account.eq(account.to_owned()))
        .filter(journal_lines::date.between(Day(from), Day(until)))
        .filter(journal_lines::currency.eq(currency))
        .filter(journal_entries::reverses.is_null())
        .filter(not(exists(matched)))
        .order((journal_lines::date.desc(), journal_lines::entry_id.desc()))
        .select(EntryFact::as_select())
        .limit(limit)
        .into_boxed();
    let like = sql::<Bool>("LOWER(journal_entries.memo) LIKE ").bind::<Text, _>(pattern(words)).sql(" ESCAPE '\\'");
    query = match (words.is_empty(), minor) {
        (true, Some(minor)) => query.filter(journal_lines::original_minor.eq(minor)),
        (false, Some(minor)) => query.filter(like.or(journal_lines::original_minor.eq(minor))),
        (_, None) => query.filter(like),
    };
    let mut found: Vec<EntryFact> = query.load(conn)?;
    found.dedup_by_key(|fact| fact.entry_id);
    let ids: Vec<EntryId> = found.iter().map(|fact| fact.entry_id).collect();
    let reversed: Vec<Option<EntryId>> = in_parts(&ids, |some| {
        journal_entries::table
            .filter(journal_entries::organisation_id.eq(organisation))
            .filter(journal_entries::reverses.eq_any(some))
            .select(journal_entries::reverses)
            .load(conn)
    })?;
    found.retain(|fact| !reversed.contains(&Some(fact.entry_id)));
    Ok(found)
}
