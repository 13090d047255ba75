//! Pay-outs as report, books and bank tell them.
//!
//! What a pay-out is made of is said by the report where it names the pay-out in its lines, as Stripe's does; else it is what moved the
//! balance since the pay-out before, and what stood there then is carried over. The books are read through the matches of the report's
//! lines; what no line was matched with goes by its day.

mod account;

use crate::books::whose;
use crate::rules::settlement::{Component, Difference, Reported, State, Sums, compare};
use crate::store::{self, PaidOut, ToldLine};
use ::store::{Conn, Error};
use account::Account;
use kernel::id::{EntryId, GatewayConnectionId, MatchId, PayoutId, StatementId, StatementLineId};
use kernel::{Currency, Date, Money, Refusal, Scope};
use ledger::Document;
use payments::rules::payment::clearing;
use std::collections::HashMap;

/// Days before a pay-out in which what it is made of happened, where no pay-out before is known.
const BACK_DAYS: i32 = 62;
/// Days around its arrival in which the bank's line of it may be.
const BANK_DAYS: i32 = 10;

/// A pay-out and how it stands.
#[derive(Debug, Clone)]
pub struct Settlement {
    pub id: PayoutId,
    pub connection: GatewayConnectionId,
    /// The connection's name.
    pub name: String,
    /// The provider's number of it.
    pub number: String,
    /// Code of the account that mirrors the balance at the provider.
    pub account: String,
    /// Code of the account at the bank.
    pub bank_account: String,
    pub arrived_on: Date,
    pub state: State,
    pub report: Option<Reported>,
    pub books: Sums,
    pub bank: Option<Bank>,
    pub differences: Vec<Difference>,
    /// What it is made of, in the order of the report.
    pub items: Vec<Item>,
}

/// What the bank says of a pay-out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bank {
    pub amount: Money,
    pub on: Date,
    pub statement: StatementId,
    pub line: StatementLineId,
    /// Whether the line is matched with it; else the line says its number, and another amount.
    pub is_matched: bool,
}

/// A movement: a line of the report, an entry of the books, or both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    pub component: Component,
    pub on: Date,
    pub text: String,
    /// The customer's name, where it is a customer's payment, refund or dispute, and one pay-out is looked at.
    pub whose: Option<String>,
    pub line: Option<(StatementId, StatementLineId)>,
    pub entry: Option<EntryId>,
    pub document: Option<Document>,
    pub report: Option<Money>,
    pub books: Option<Money>,
}

impl Item {
    /// Whether report and books say something else of it.
    pub fn differs(&self) -> bool {
        self.report != self.books
    }
}

impl Settlement {
    pub fn currency(&self) -> Currency {
        self.books.currency()
    }

    pub fn differs_in(&self, about: &str) -> bool {
        self.differences.iter().any(|one| one.about == about)
    }
}

/// Pay-outs that arrived on these days, the newest first. People of customers see none.
pub fn list(
    conn: &mut Conn,
    scope: &Scope,
    (from, until): (Date, Date),
    state: Option<State>,
) -> Result<Vec<Settlement>, Error> {
    if scope.customer().is_some() {
        return Ok(Vec::new());
    }
    let known = store::paid_out(conn, scope.organisation(), (before(from, BACK_DAYS), until))?;
    let mut all = Vec::new();
    for (account, payouts) in by_account(conn, scope, known)? {
        all.extend(of_account(conn, scope, &account, payouts, from)?);
    }
    all.sort_by_key(|one| std::cmp::Reverse((one.arrived_on, one.id)));
    all.retain(|one| state.is_none_or(|state| one.state == state));
    Ok(all)
}

/// One pay-out. Refuses `settlement_not_found`.
pub fn one(conn: &mut Conn, scope: &Scope, id: PayoutId) -> Result<Settlement, Error> {
    let organisation = scope.organisation();
    let not_found = || Refusal::not_found("settlement_not_found");
    let row = store::one_paid_out(conn, organisation, id)?.filter(|_| scope.customer().is_none());
    let on = row.ok_or_else(not_found)?.arrived_on.0;
    let known = store::paid_out(conn, organisation, (before(on, BACK_DAYS), on))?;
    for (account, payouts) in by_account(conn, scope, known)? {
        if payouts.iter().any(|payout| payout.payout_id == id) {
            let of_day = of_account(conn, scope, &account, payouts, on)?;
            let mut found = of_day.into_iter().find(|one| one.id == id).ok_or_else(not_found)?;
            let documents = found.items.iter().filter_map(|item| item.document);
            let names = whose(conn, organisation, documents.map(|of| (Some(of.prefix()), Some(of.id()))))?;
            for item in &mut found.items {
                item.whose = item.document.and_then(|document| names.get(&document.id()).cloned());
            }
            return Ok(found);
        }
    }
    Err(not_found().into())
}

fn before(day: Date, days: i32) -> Date {
    day.saturating_sub(jiff::Span::new().days(days))
}

fn behind(day: Date, days: i32) -> Date {
    day.saturating_add(jiff::Span::new().days(days))
}

type Key = (String, Currency);

/// Pay-outs by the account that they left.
fn by_account(conn: &mut Conn, scope: &Scope, known: Vec<PaidOut>) -> Result<Vec<(Key, Vec<PaidOut>)>, Error> {
    let chart = ledger::chart_of(&::store::books::load(conn, scope.organisation())?)?;
    let mut groups: Vec<(Key, Vec<PaidOut>)> = Vec::new();
    for payout in known {
        let key = (chart.code(clearing(&payout.provider)).to_owned(), payout.currency);
        match groups.iter_mut().find(|(known, _)| *known == key) {
            Some((_, payouts)) => payouts.push(payout),
            None => groups.push((key, vec![payout])),
        }
    }
    Ok(groups)
}

/// The pay-outs of an account, in the order of their days; told are those from a day on.
fn of_account(
    conn: &mut Conn,
    scope: &Scope,
    (code, currency): &Key,
    payouts: Vec<PaidOut>,
    from: Date,
) -> Result<Vec<Settlement>, Error> {
    let Some(until) = payouts.last().map(|payout| payout.arrived_on.0) else { return Ok(Vec::new()) };
    let days = (before(from, BACK_DAYS), behind(until, BANK_DAYS));
    let account = Account::read(conn, scope.organisation(), (code, *currency), days, &payouts)?;
    let told: Vec<usize> = (0..payouts.len()).filter(|at| payouts[*at].arrived_on.0 >= from).collect();
    let wanted: Vec<&PaidOut> = told.iter().map(|at| &payouts[*at]).collect();
    let mut banks = bank_lines(conn, scope, &wanted)?;
    told.into_iter()
        .map(|at| {
            let payout = &payouts[at];
            let (report, books, items) = account.of_payout(&payouts, at)?;
            let bank = banks.remove(&payout.payout_id);
            // A line that says the number and the amount is only not matched yet.
            let bank = bank.filter(|bank| bank.is_matched || bank.amount != books.net);
            let (state, differences) = compare(report.as_ref(), &books, bank.as_ref().map(|bank| bank.amount))?;
            Ok(Settlement {
                id: payout.payout_id,
                connection: payout.connection_id,
                name: payout.name.clone(),
                number: payout.number.clone(),
                account: code.clone(),
                bank_account: payout.account.clone(),
                arrived_on: payout.arrived_on.0,
                state,
                report,
                books,
                bank,
                differences,
                items,
            })
        })
        .collect()
}

/// What the bank says of pay-outs: lines that they are matched with, else lines that say their numbers.
fn bank_lines(conn: &mut Conn, scope: &Scope, payouts: &[&PaidOut]) -> Result<HashMap<PayoutId, Bank>, Error> {
    let organisation = scope.organisation();
    let ids: Vec<PayoutId> = payouts.iter().map(|payout| payout.payout_id).collect();
    let of_bank = |id: Option<PayoutId>, account: &str| {
        payouts.iter().find(|payout| Some(payout.payout_id) == id && payout.account == account).map(|one| one.payout_id)
    };
    let found = store::matches_of_payouts(conn, organisation, &ids)?;
    let matched: Vec<(PayoutId, MatchId, EntryId)> = found
        .into_iter()
        .filter_map(|(id, account, found, entry)| Some((of_bank(id, &account)?, found, entry)))
        .collect();
    let ids: Vec<MatchId> = matched.iter().map(|(_, found, _)| *found).collect();
    let lines = store::lines_of_matches(conn, organisation, &ids)?;
    let entries = store::entries_of_matches(conn, organisation, &ids)?;
    let mut banks = HashMap::new();
    for (payout, found, own) in matched {
        let mut of_match = lines.iter().filter(|(of, _)| *of == found).map(|(_, line)| line);
        let Some(first) = of_match.next() else { continue };
        let amounts = [first].into_iter().chain(of_match).map(|line| money(line.amount_minor, line.currency));
        // What else the match links is not of this pay-out; what it made, such as a fee, is why the bank says less.
        let others = entries.iter().filter(|(of, entry, _, made)| *of == found && *entry != own && !made);
        let others = Money::sum(first.currency, others.map(|(_, _, minor, _)| money(*minor, first.currency)))?;
        let amount = Money::sum(first.currency, amounts)?.minus(others)?;
        banks.insert(payout, Bank { is_matched: true, ..bank(first, amount) });
    }
    for payout in payouts {
        if banks.contains_key(&payout.payout_id) {
            continue;
        }
        let on = payout.arrived_on.0;
        let days = (before(on, BANK_DAYS), behind(on, BANK_DAYS));
        let open = store::open_bank_lines(conn, organisation, &payout.account, days)?;
        if let Some(line) = open.iter().find(|line| says(line, &payout.number)) {
            banks.insert(payout.payout_id, bank(line, money(line.amount_minor, line.currency)));
        }
    }
    Ok(banks)
}

fn bank(line: &ToldLine, amount: Money) -> Bank {
    let (on, statement, line) = (line.booked_on.0, line.statement_id, line.line_id);
    Bank { amount, on, statement, line, is_matched: false }
}

const fn money(minor: i64, currency: Currency) -> Money {
    Money::new(minor, currency)
}

/// Shorter numbers stand in too many texts.
const NUMBER_LEAST: usize = 5;

/// Whether a line says a number, however banks cut it up.
fn says(line: &ToldLine, number: &str) -> bool {
    let plain = |text: &str| text.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_uppercase();
    let number = plain(number);
    let said = [line.reference.as_deref().unwrap_or_default(), &line.text];
    number.len() >= NUMBER_LEAST && said.iter().any(|text| plain(text).contains(&number))
}
