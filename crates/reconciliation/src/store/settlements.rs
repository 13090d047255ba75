//! What is read for a pay-out as report, books and bank tell it.

use super::lines::LineRow;
use super::statements::READING;
use ::store::{Conn, Error, in_parts};
use diesel::dsl::{exists, not};
use diesel::{
    BoolExpressionMethods, ExpressionMethods, JoinOnDsl, NullableExpressionMethods, QueryDsl, Queryable, RunQueryDsl,
    SelectableHelper,
};
use kernel::id::{
    CheckoutId, EntryId, GatewayConnectionId, MatchId, OrganisationId, PaymentId, PayoutId, RefundId, StatementId,
    StatementLineId,
};
use kernel::{Currency, Date};
use schema::types::Day;
use schema::{
    checkouts, gateway_connections, journal_entries, journal_lines, match_entries, match_lines, payments, payouts,
    refunds, statement_lines, statements,
};

/// A pay-out that reached the bank, as the books have it.
#[derive(Debug, Clone, Queryable)]
pub(crate) struct PaidOut {
    pub payout_id: PayoutId,
    pub connection_id: GatewayConnectionId,
    /// The connection's name and its connector's.
    pub name: String,
    pub provider: String,
    /// The provider's number of it.
    pub number: String,
    pub currency: Currency,
    pub net_minor: i64,
    /// Code of the account at the bank.
    pub account: String,
    pub arrived_on: Day,
}

/// A table of pay-outs with their connections, and the columns of [`PaidOut`].
macro_rules! paid_out {
    ($organisation:expr) => {
        payouts::table
            .inner_join(
                gateway_connections::table.on(gateway_connections::organisation_id
                    .eq(payouts::organisation_id)
                    .and(gateway_connections::connection_id.eq(payouts::connection_id))),
            )
            .filter(payouts::organisation_id.eq($organisation))
            .filter(payouts::status.eq("arrived"))
            .select((
                payouts::payout_id,
                payouts::connection_id,
                gateway_connections::name,
                gateway_connections::provider,
                payouts::provider_id,
                payouts::currency,
                payouts::net_minor,
                payouts::account,
                payouts::arrived_on,
            ))
    };
}

/// Pay-outs that arrived on these days, in the order of their days.
pub(crate) fn paid_out(
    conn: &mut Conn,
    organisation: OrganisationId,
    (from, until): (Date, Date),
) -> Result<Vec<PaidOut>, Error> {
    Ok(paid_out!(organisation)
        .filter(payouts::arrived_on.between(Day(from), Day(until)))
        .order((payouts::arrived_on.asc(), payouts::payout_id.asc()))
        .load(conn)?)
}

pub(crate) fn one_paid_out(
    conn: &mut Conn,
    organisation: OrganisationId,
    id: PayoutId,
) -> Result<Option<PaidOut>, Error> {
    let found: Vec<PaidOut> = paid_out!(organisation).filter(payouts::payout_id.eq(id)).load(conn)?;
    Ok(found.into_iter().next())
}

/// A line of a provider's report, or of the bank.
#[derive(Debug, Clone, Queryable)]
pub(crate) struct ToldLine {
    pub line_id: StatementLineId,
    pub statement_id: StatementId,
    pub currency: Currency,
    pub place: i64,
    pub booked_on: Day,
    pub amount_minor: i64,
    pub reference: Option<String>,
    pub text: String,
    pub code: Option<String>,
    pub state: String,
}

/// The columns of [`ToldLine`].
macro_rules! told {
    () => {
        (
            statement_lines::line_id,
            statement_lines::statement_id,
            statements::currency,
            statement_lines::place,
            statement_lines::booked_on,
            statement_lines::amount_minor,
            statement_lines::reference,
            statement_lines::text,
            statement_lines::code,
            statement_lines::state,
        )
    };
}

/// The lines of an account from one day to another, of statements that were read to their end, in the order of days and files.
macro_rules! lines_of {
    ($organisation:expr, $account:expr, $days:expr) => {
        statement_lines::table
            .inner_join(
                statements::table.on(statements::organisation_id
                    .eq(statement_lines::organisation_id)
                    .and(statements::statement_id.eq(statement_lines::statement_id))),
            )
            .filter(statements::organisation_id.eq($organisation))
            .filter(statements::account.eq($account))
            .filter(statements::until_on.ge(Day($days.0)))
            .filter(statements::from_on.le(Day($days.1)))
            .filter(statements::status.ne(READING))
            .filter(statement_lines::booked_on.between(Day($days.0), Day($days.1)))
            .order((statement_lines::booked_on.asc(), statement_lines::line_id.asc()))
            .select(told!())
    };
}

/// What a provider's reports say of its account.
pub(crate) fn report_lines(
    conn: &mut Conn,
    organisation: OrganisationId,
    (account, currency): (&str, Currency),
    days: (Date, Date),
) -> Result<Vec<ToldLine>, Error> {
    Ok(lines_of!(organisation, account, days).filter(statements::currency.eq(currency)).load(conn)?)
}

/// What the bank says that no entry was matched with, in every currency.
pub(crate) fn open_bank_lines(
    conn: &mut Conn,
    organisation: OrganisationId,
    account: &str,
    days: (Date, Date),
) -> Result<Vec<ToldLine>, Error> {
    Ok(lines_of!(organisation, account, days).filter(statement_lines::state.eq("open")).load(conn)?)
}

/// An entry of an account and what it moves there.
#[derive(Debug, Clone, Queryable)]
pub(crate) struct BookedEntry {
    pub entry_id: EntryId,
    pub date: Day,
    pub kind: String,
    pub document_kind: Option<String>,
    pub document_id: Option<EntryId>,
    pub memo: String,
    pub reverses: Option<EntryId>,
    /// In above zero.
    pub amount_minor: i64,
}

/// The columns of [`BookedEntry`], with what the entry moves.
macro_rules! booked {
    ($minor:expr) => {
        (
            journal_entries::entry_id,
            journal_entries::date,
            journal_entries::kind,
            journal_entries::document_kind,
            journal_entries::document_id,
            journal_entries::memo,
            journal_entries::reverses,
            $minor,
        )
    };
}

/// The entries that these lines are matched with.
pub(crate) fn entries_of_lines(
    conn: &mut Conn,
    organisation: OrganisationId,
    lines: &[StatementLineId],
) -> Result<Vec<(StatementLineId, MatchId, BookedEntry)>, Error> {
    let same_match = match_entries::organisation_id
        .eq(match_lines::organisation_id)
        .and(match_entries::match_id.eq(match_lines::match_id));
    let same_entry = journal_entries::organisation_id
        .eq(match_entries::organisation_id)
        .and(journal_entries::entry_id.eq(match_entries::entry_id));
    Ok(in_parts(lines, |some| {
        match_lines::table
            .inner_join(match_entries::table.on(same_match))
            .inner_join(journal_entries::table.on(same_entry))
            .filter(match_lines::organisation_id.eq(organisation))
            .filter(match_lines::line_id.eq_any(some))
            .filter(match_lines::undone_at.is_null())
            .select((match_lines::line_id, match_lines::match_id, booked!(match_entries::amount_minor)))
            .load(conn)
    })?)
}

/// What the books have on an account from one day to another that no line was matched with. Entries with several lines there are one.
pub(crate) fn unmatched(
    conn: &mut Conn,
    organisation: OrganisationId,
    (account, currency): (&str, Currency),
    (from, until): (Date, Date),
) -> Result<Vec<BookedEntry>, Error> {
    let same = journal_entries::organisation_id
        .eq(journal_lines::organisation_id)
        .and(journal_entries::entry_id.eq(journal_lines::entry_id));
    let matched = match_entries::table
        .filter(match_entries::organisation_id.eq(journal_lines::organisation_id))
        .filter(match_entries::entry_id.eq(journal_lines::entry_id))
        .filter(match_entries::account.eq(journal_lines::account))
        .filter(match_entries::undone_at.is_null());
    let rows: Vec<(BookedEntry, String)> = journal_lines::table
        .inner_join(journal_entries::table.on(same))
        .filter(journal_lines::organisation_id.eq(organisation))
        .filter(journal_lines::account.eq(account))
        .filter(journal_lines::date.between(Day(from), Day(until)))
        .filter(journal_lines::currency.eq(currency))
        .filter(not(exists(matched)))
        .order((journal_lines::date.asc(), journal_lines::entry_id.asc()))
        .select((booked!(journal_lines::original_minor), journal_lines::side))
        .load(conn)?;
    let mut entries: Vec<BookedEntry> = Vec::with_capacity(rows.len());
    for (mut entry, side) in rows {
        if side != "debit" {
            entry.amount_minor = -entry.amount_minor;
        }
        match entries.last_mut() {
            Some(last) if last.entry_id == entry.entry_id => last.amount_minor += entry.amount_minor,
            _ => entries.push(entry),
        }
    }
    Ok(entries)
}

/// A pay-out, the account on which it is matched, the match, and the entry.
type PayoutMatch = (Option<PayoutId>, String, MatchId, EntryId);

/// The matches of pay-outs with lines of accounts.
pub(crate) fn matches_of_payouts(
    conn: &mut Conn,
    organisation: OrganisationId,
    ids: &[PayoutId],
) -> Result<Vec<PayoutMatch>, Error> {
    let same = match_entries::organisation_id
        .eq(journal_entries::organisation_id)
        .and(match_entries::entry_id.eq(journal_entries::entry_id));
    Ok(in_parts(ids, |some| {
        journal_entries::table
            .inner_join(match_entries::table.on(same))
            .filter(journal_entries::organisation_id.eq(organisation))
            .filter(journal_entries::document_id.is_not_null())
            .filter(journal_entries::document_id.eq_any(some))
            .filter(journal_entries::kind.eq("transfer"))
            .filter(match_entries::undone_at.is_null())
            .select((
                journal_entries::document_id,
                match_entries::account,
                match_entries::match_id,
                match_entries::entry_id,
            ))
            .load(conn)
    })?)
}

/// The lines of matches.
pub(crate) fn lines_of_matches(
    conn: &mut Conn,
    organisation: OrganisationId,
    ids: &[MatchId],
) -> Result<Vec<(MatchId, ToldLine)>, Error> {
    let same_line = statement_lines::organisation_id
        .eq(match_lines::organisation_id)
        .and(statement_lines::line_id.eq(match_lines::line_id));
    let same_statement = statements::organisation_id
        .eq(statement_lines::organisation_id)
        .and(statements::statement_id.eq(statement_lines::statement_id));
    Ok(in_parts(ids, |some| {
        match_lines::table
            .inner_join(statement_lines::table.on(same_line))
            .inner_join(statements::table.on(same_statement))
            .filter(match_lines::organisation_id.eq(organisation))
            .filter(match_lines::match_id.eq_any(some))
            .order(match_lines::line_id.asc())
            .select((match_lines::match_id, told!()))
            .load(conn)
    })?)
}

/// The entries of matches: what each moves on the account of its match, and whether the match made it.
pub(crate) fn entries_of_matches(
    conn: &mut Conn,
    organisation: OrganisationId,
    ids: &[MatchId],
) -> Result<Vec<(MatchId, EntryId, i64, bool)>, Error> {
    Ok(in_parts(ids, |some| {
        match_entries::table
            .filter(match_entries::organisation_id.eq(organisation))
            .filter(match_entries::match_id.eq_any(some))
            .select((
                match_entries::match_id,
                match_entries::entry_id,
                match_entries::amount_minor,
                match_entries::made,
            ))
            .load(conn)
    })?)
}

/// A line, its kind, and the tier of what is proposed for it.
type OpenKind = (StatementLineId, Option<String>, Option<String>);

/// Lines of a statement that are open and say what kind they are.
pub(crate) fn open_kinds(
    conn: &mut Conn,
    organisation: OrganisationId,
    statement: StatementId,
) -> Result<Vec<OpenKind>, Error> {
    Ok(statement_lines::table
        .filter(statement_lines::organisation_id.eq(organisation))
        .filter(statement_lines::statement_id.eq(statement))
        .filter(statement_lines::state.eq("open"))
        .filter(statement_lines::code.is_not_null())
        .order(statement_lines::line_id.asc())
        .select((statement_lines::line_id, statement_lines::code, statement_lines::tier))
        .load(conn)?)
}

/// Lines that stand within so many of a line in its report.
pub(crate) fn neighbours(conn: &mut Conn, line: &LineRow, within: i64) -> Result<Vec<LineRow>, Error> {
    let of_statement = || {
        statement_lines::table
            .filter(statement_lines::organisation_id.eq(line.organisation_id))
            .filter(statement_lines::statement_id.eq(line.statement_id))
            .select(LineRow::as_select())
            .limit(within)
    };
    let before = of_statement().filter(statement_lines::line_id.lt(line.line_id));
    let mut rows: Vec<LineRow> = before.order(statement_lines::line_id.desc()).load(conn)?;
    let behind = of_statement().filter(statement_lines::line_id.gt(line.line_id));
    rows.extend(behind.order(statement_lines::line_id.asc()).load::<LineRow>(conn)?);
    Ok(rows)
}

/// The checkout that a payment came through, and its connection.
pub(crate) fn checkout_of(
    conn: &mut Conn,
    organisation: OrganisationId,
    payment: PaymentId,
) -> Result<Option<(CheckoutId, GatewayConnectionId)>, Error> {
    let same = checkouts::organisation_id
        .eq(payments::organisation_id)
        .and(payments::checkout_id.eq(checkouts::checkout_id.nullable()));
    let found: Vec<(CheckoutId, GatewayConnectionId)> = payments::table
        .inner_join(checkouts::table.on(same))
        .filter(payments::organisation_id.eq(organisation))
        .filter(payments::payment_id.eq(payment))
        .select((checkouts::checkout_id, checkouts::connection_id))
        .load(conn)?;
    Ok(found.into_iter().next())
}

/// The payment that a refund gives back of.
pub(crate) fn refunded_payment(
    conn: &mut Conn,
    organisation: OrganisationId,
    refund: RefundId,
) -> Result<Option<PaymentId>, Error> {
    let found: Vec<Option<PaymentId>> = refunds::table
        .filter(refunds::organisation_id.eq(organisation))
        .filter(refunds::refund_id.eq(refund))
        .select(refunds::payment_id)
        .load(conn)?;
    Ok(found.into_iter().next().flatten())
}
