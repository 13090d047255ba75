//! What pages and the API read of statements, their lines and matches.

use crate::commands::{Settle, Settled};
use crate::doubtful::Doubtful;
use crate::proposal::Proposed;
use crate::store::{self, LineRow, MatchRow, StatementRow};
use ::store::{Conn, Error, Part};
use kernel::id::{CustomerId, EntryId, InvoiceId, MatchId, StatementId, StatementLineId};
use kernel::{Currency, Date, Money, Refusal, Scope, Timestamp};
use std::borrow::Cow;
use std::collections::HashMap;

pub use crate::store::{Filter, Which};

/// A statement as pages and the API show it.
#[derive(Debug, Clone)]
pub struct Statement {
    pub id: StatementId,
    pub account: String,
    pub currency: Currency,
    /// What the bank calls the account.
    pub bank_number: String,
    /// What the bank calls the statement.
    pub number: Option<String>,
    /// `open`, `closed`.
    pub status: String,
    pub format: String,
    pub file_name: String,
    /// SHA-256 of the file, in hexadecimal digits.
    pub sha256: String,
    pub from: Option<Date>,
    pub until: Option<Date>,
    pub opening: Option<Money>,
    pub closing: Option<Money>,
    pub lines: i64,
    /// Lines of the file that were there before.
    pub known: i64,
    pub warnings: Vec<Doubtful>,
    pub imported_by: String,
    pub imported_at: Timestamp,
}

impl Statement {
    fn of(row: StatementRow) -> Result<Statement, Error> {
        let money = |minor: Option<i64>| minor.map(|minor| row.money(minor));
        Ok(Statement {
            id: row.statement_id,
            opening: money(row.opening_minor),
            closing: money(row.closing_minor),
            currency: row.currency,
            from: row.from_on.map(|day| day.0),
            until: row.until_on.map(|day| day.0),
            warnings: serde_json::from_str(&row.warnings.0)?,
            lines: row.line_count,
            known: row.known_count,
            imported_at: row.created_at.0,
            account: row.account,
            bank_number: row.bank_number,
            number: row.number,
            status: row.status,
            format: row.format,
            file_name: row.file_name,
            sha256: row.file_sha256,
            imported_by: row.imported_by,
        })
    }
}

/// A line with its match, or what is proposed for it.
#[derive(Debug, Clone)]
pub struct Line {
    pub id: StatementLineId,
    pub statement: StatementId,
    pub place: i64,
    pub booked_on: Date,
    pub value_on: Option<Date>,
    pub amount: Money,
    pub payer: Option<String>,
    pub reference: Option<String>,
    pub text: String,
    pub code: Option<String>,
    /// `open`, `matched`, `ignored`.
    pub state: String,
    pub proposed: Proposed,
    pub matched: Option<Match>,
}

/// What a line was taken for.
#[derive(Debug, Clone)]
pub struct Match {
    pub id: MatchId,
    pub tier: String,
    /// In thousandths; nothing where a person decided.
    pub score: Option<i32>,
    pub reasons: Vec<crate::proposal::Told>,
    pub customer: Option<CustomerId>,
    pub by: String,
    pub at: Timestamp,
    /// Its entries, what they move on the account, and whether the match made them.
    pub entries: Vec<(EntryId, Money, bool)>,
    /// What it settled beside what came: of which invoice, as what, and how much.
    pub settled: Vec<(InvoiceId, Settle, Money)>,
}

/// Names of what lines and proposals speak of.
#[derive(Debug, Clone, Default)]
pub struct Names {
    pub customers: HashMap<CustomerId, String>,
    pub invoices: HashMap<InvoiceId, String>,
}

impl Names {
    pub fn customer(&self, id: CustomerId) -> String {
        self.customers.get(&id).cloned().unwrap_or_else(|| id.to_string())
    }

    pub fn invoice(&self, id: InvoiceId) -> String {
        self.invoices.get(&id).cloned().unwrap_or_else(|| id.to_string())
    }
}

/// A part of the statements, the newest brought in first. People of customers see none.
pub fn statements(conn: &mut Conn, scope: &Scope, part: &Part) -> Result<Vec<Statement>, Error> {
    statements_where(conn, scope, &Which::default(), part)
}

/// Of the statements those of an account, or of a file. People of customers see none.
pub fn statements_where(conn: &mut Conn, scope: &Scope, which: &Which, part: &Part) -> Result<Vec<Statement>, Error> {
    if scope.customer().is_some() {
        return Ok(Vec::new());
    }
    store::list_statements(conn, scope.organisation(), which, part)?.into_iter().map(Statement::of).collect()
}

/// One statement. Refuses `statement_not_found`.
pub fn statement(conn: &mut Conn, scope: &Scope, id: StatementId) -> Result<Statement, Error> {
    let row = store::statement(conn, scope.organisation(), id)?.filter(|_| scope.customer().is_none());
    Statement::of(row.ok_or_else(|| Refusal::not_found("statement_not_found"))?)
}

/// A part of the lines of a statement, in the order of the file.
pub fn lines(
    conn: &mut Conn,
    scope: &Scope,
    statement: &Statement,
    filter: &Filter,
    part: &Part,
) -> Result<Vec<Line>, Error> {
    let organisation = scope.organisation();
    let rows = store::list_lines(conn, organisation, statement.id, filter, part)?;
    let ids: Vec<StatementLineId> = rows.iter().map(|row| row.line_id).collect();
    let mut matches: HashMap<StatementLineId, MatchRow> =
        store::matches_of(conn, organisation, &ids)?.into_iter().collect();
    rows.into_iter()
        .map(|row| {
            let matched = matches.remove(&row.line_id);
            line_of(conn, scope, statement.currency, row, matched)
        })
        .collect()
}

/// One line. Refuses `statement_line_not_found`.
pub fn line(conn: &mut Conn, scope: &Scope, id: StatementLineId) -> Result<Line, Error> {
    let organisation = scope.organisation();
    let not_found = || Refusal::not_found("statement_line_not_found");
    let row = store::line(conn, organisation, id)?.filter(|_| scope.customer().is_none()).ok_or_else(not_found)?;
    let statement = store::statement(conn, organisation, row.statement_id)?.ok_or_else(not_found)?;
    let matched = store::match_of(conn, organisation, id)?;
    line_of(conn, scope, statement.currency, row, matched)
}

fn line_of(
    conn: &mut Conn,
    scope: &Scope,
    currency: Currency,
    row: LineRow,
    matched: Option<MatchRow>,
) -> Result<Line, Error> {
    let money = |minor| Money::new(minor, currency);
    let matched = match matched {
        None => None,
        Some(found) => {
            let entries = store::entries_of_match(conn, scope.organisation(), found.match_id)?;
            let settled: Vec<Settled> = serde_json::from_str(&found.settled.0)?;
            Some(Match {
                settled: settled.into_iter().map(|one| (one.invoice, one.as_what, money(one.minor))).collect(),
                id: found.match_id,
                tier: found.tier,
                score: found.score,
                reasons: serde_json::from_str(&found.reasons.0)?,
                customer: found.customer_id,
                by: found.decided_by,
                at: found.created_at.0,
                entries: entries.into_iter().map(|one| (one.entry_id, money(one.amount_minor), one.made)).collect(),
            })
        }
    };
    let proposed = row.proposed()?;
    Ok(Line {
        id: row.line_id,
        statement: row.statement_id,
        place: row.place,
        booked_on: row.booked_on.0,
        value_on: row.value_on.map(|day| day.0),
        amount: money(row.amount_minor),
        payer: row.payer,
        reference: row.reference,
        text: row.text,
        code: row.code,
        state: row.state.into_owned(),
        proposed,
        matched,
    })
}

/// What of a statement is in one state, and of one tier: how many lines, what came in with them and what went out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// `open`, `matched`, `ignored`.
    pub state: String,
    /// Of the best candidate; nothing where nothing was proposed.
    pub tier: Option<String>,
    pub lines: i64,
    pub incoming: Money,
    pub outgoing: Money,
}

/// How far a statement is dealt with.
pub fn progress(conn: &mut Conn, scope: &Scope, statement: &Statement) -> Result<Vec<Standing>, Error> {
    let money = |minor| Money::new(minor, statement.currency);
    let standing = |row: store::Standing| Standing {
        state: row.state.into_owned(),
        tier: row.tier.map(Cow::into_owned),
        lines: row.lines,
        incoming: money(row.in_minor),
        outgoing: money(row.out_minor),
    };
    Ok(store::standings(conn, scope.organisation(), statement.id)?.into_iter().map(standing).collect())
}

/// The customers whose payments, refunds and disputes entries are; others are left out.
pub fn parties(conn: &mut Conn, scope: &Scope, entries: &[EntryId]) -> Result<HashMap<EntryId, CustomerId>, Error> {
    let parties = store::entry_parties(conn, scope.organisation(), entries)?.into_iter();
    Ok(parties.filter_map(|(entry, party)| Some((entry, party?))).collect())
}

/// The names of the customers and invoices of these proposals.
pub fn names<'a>(
    conn: &mut Conn,
    scope: &Scope,
    proposals: impl IntoIterator<Item = &'a Proposed>,
    others: impl IntoIterator<Item = CustomerId>,
) -> Result<Names, Error> {
    let mut customers: Vec<CustomerId> = others.into_iter().collect();
    let mut invoices: Vec<InvoiceId> = Vec::new();
    for candidate in proposals.into_iter().flat_map(|proposed| &proposed.candidates) {
        customers.extend(candidate.customer);
        invoices.extend(candidate.invoices.iter().map(|(id, _)| *id));
    }
    customers.sort_unstable();
    customers.dedup();
    invoices.sort_unstable();
    invoices.dedup();
    let organisation = scope.organisation();
    let numbered = store::invoice_numbers(conn, organisation, &invoices)?;
    Ok(Names {
        customers: store::customer_names(conn, organisation, &customers)?.into_iter().collect(),
        invoices: numbered.into_iter().filter_map(|(id, number)| Some((id, number?))).collect(),
    })
}
