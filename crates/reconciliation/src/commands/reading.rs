//! A file comes in: its statements are begun, their lines kept part by part, and all of it is seen at once in the end.

use crate::as_written::PURPOSE;
use crate::clearing::has_statements;
use crate::doubtful::Doubtful;
use crate::store::{self, BankAccountRow, LineRow, PageRow, READING, StatementRow};
use ::store::{Books, Command, Conn, Error, Tx};
use kernel::id::{OrganisationId, StatementId, StatementLineId};
use kernel::{Currency, Date, Permission, Refusal};
use parking_lot::Mutex;
use schema::types::{At, Day, JsonText};
use std::sync::Arc;

/// A reading that has told nothing for so long was cut off.
const CUT_OFF_MINUTES: i64 = 30;

/// Begins a statement. The bank's number of the account is learnt by the first file that names it.
///
/// Refuses `not_a_bank` at `/account`, and `bank_number_elsewhere`, `import_under_way`.
#[derive(Debug, Clone)]
pub(crate) struct BeginStatement {
    pub account: String,
    pub currency: Currency,
    pub bank_number: String,
    pub number: Option<String>,
    pub format: &'static str,
    pub file_name: String,
    pub file_sha256: String,
    /// The first statement of its file.
    pub is_first: bool,
}

impl Command for BeginStatement {
    const NAME: &'static str = "statement.begin";
    const PERMISSION: Permission = Permission::StatementImport;
    type Output = StatementId;

    fn run(&self, tx: &mut Tx<'_>) -> Result<StatementId, Error> {
        let organisation = tx.organisation();
        let books = tx.books()?;
        is_at_a_bank(tx.conn, (organisation, &books), &self.account)?;
        if self.is_first {
            let cut_off = tx.now() - jiff::Span::new().minutes(CUT_OFF_MINUTES);
            let others = store::being_read(tx.conn, organisation, &self.account)?;
            if others.iter().any(|(_, begun)| begun.0 > cut_off) {
                return Err(Refusal::conflict("import_under_way").into());
            }
        }
        self.learn_number(tx)?;
        let id = tx.new_id();
        let row = StatementRow {
            organisation_id: organisation,
            statement_id: id,
            account: self.account.clone(),
            currency: self.currency,
            bank_number: self.bank_number.clone(),
            number: self.number.clone(),
            status: READING.to_owned(),
            format: self.format.to_owned(),
            file_name: self.file_name.clone(),
            file_sha256: self.file_sha256.clone(),
            from_on: None,
            until_on: None,
            opening_minor: None,
            closing_minor: None,
            line_count: 0,
            known_count: 0,
            warnings: JsonText("[]".to_owned()),
            report: None,
            imported_by: tx.context().actor.name(),
            created_at: At(tx.now()),
            closed_by: None,
            closed_at: None,
            version: 1,
        };
        store::insert_statement(tx.conn, &row)?;
        tx.audit(id, &serde_json::json!({ "account": self.account, "file": self.file_name }))?;
        Ok(id)
    }
}

/// Refuses an account that is neither one at a bank nor one at a provider.
pub(crate) fn is_at_a_bank(
    conn: &mut Conn,
    (organisation, books): (OrganisationId, &Books),
    code: &str,
) -> Result<(), Error> {
    let chart = ledger::chart_of(books)?;
    if has_statements(chart, code) && ledger::may_take_lines(conn, (organisation, chart), code)? {
        return Ok(());
    }
    Err(Refusal::field("/account", "not_a_bank").into())
}

impl BeginStatement {
    fn learn_number(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        let organisation = tx.organisation();
        let known = store::bank_accounts(tx.conn, organisation)?;
        let of_number = known.iter().filter(|row| row.number == self.bank_number && row.currency == self.currency);
        if of_number.clone().any(|row| row.account == self.account) {
            return Ok(());
        }
        if let Some(other) = of_number.clone().find(|row| !row.number.is_empty()) {
            return Err(Refusal::conflict("bank_number_elsewhere")
                .with("number", self.bank_number.as_str())
                .with("account", other.account.as_str())
                .into());
        }
        let row = BankAccountRow {
            organisation_id: organisation,
            account: self.account.clone(),
            currency: self.currency,
            number: self.bank_number.clone(),
            column_map: None,
            created_at: At(tx.now()),
        };
        store::insert_bank_account(tx.conn, &row)
    }
}

/// Keeps a part of the lines of a statement that is being read.
#[derive(Debug, Clone)]
pub(crate) struct StoreLines {
    pub statement: StatementId,
    /// Their ids are drawn here; a command that is run again draws the same.
    pub lines: Arc<Mutex<Vec<LineRow>>>,
    /// What each was read from: packed before the writer is asked.
    pub rows: Arc<[u8]>,
}

impl Command for StoreLines {
    const NAME: &'static str = "statement.store_lines";
    const PERMISSION: Permission = Permission::StatementImport;
    type Output = Vec<StatementLineId>;

    fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<StatementLineId>, Error> {
        let organisation = tx.organisation();
        let mut lines = self.lines.lock();
        for line in lines.iter_mut() {
            (line.line_id, line.statement_id) = (tx.new_id(), self.statement);
        }
        store::insert_lines(tx.conn, &lines)?;
        let ids: Vec<StatementLineId> = lines.iter().map(|line| line.line_id).collect();
        if let [line_id, ..] = ids[..] {
            let rows_sealed = tx.seal(organisation, PURPOSE, &self.rows)?;
            let statement_id = self.statement;
            store::insert_page(
                tx.conn,
                &PageRow { organisation_id: organisation, statement_id, line_id, rows_sealed },
            )?;
        }
        tx.audit(self.statement, &serde_json::json!({ "lines": ids.len() }))?;
        Ok(ids)
    }
}

/// What a file said of a statement, once it was read.
#[derive(Debug, Clone)]
pub(crate) struct Finished {
    pub statement: StatementId,
    pub from_on: Date,
    pub until_on: Date,
    pub opening_minor: Option<i64>,
    pub closing_minor: Option<i64>,
    pub lines: i64,
    pub known: i64,
    pub warnings: Vec<Doubtful>,
}

/// Lets all statements of a file be seen. Where one does not begin with what the one before ended with, that is noted; so it is of the one
/// that follows, or noted no longer.
#[derive(Debug, Clone)]
pub(crate) struct FinishImport {
    pub statements: Vec<Finished>,
}

impl Command for FinishImport {
    const NAME: &'static str = "statement.import";
    const PERMISSION: Permission = Permission::StatementImport;
    type Output = Ended;

    fn run(&self, tx: &mut Tx<'_>) -> Result<Ended, Error> {
        let organisation = tx.organisation();
        let mut ended = Ended::default();
        for told in &self.statements {
            let row = store::lock_statement(tx.conn, organisation, told.statement)?;
            let mut row = row.ok_or_else(|| Error::Broken(format!("{} was taken away", told.statement)))?;
            row.from_on = Some(Day(told.from_on));
            row.until_on = Some(Day(told.until_on));
            if told.lines == 0 && store::is_known(tx.conn, &row)? {
                store::discard(tx.conn, organisation, told.statement, 1)?;
                ended.twice.push(told.statement);
                continue;
            }
            "open".clone_into(&mut row.status);
            row.opening_minor = told.opening_minor;
            row.closing_minor = told.closing_minor;
            row.line_count = told.lines;
            row.known_count = told.known;
            let gap = gap(tx, &row)?;
            row.warnings = JsonText(serde_json::to_string(&told.warnings.iter().chain(&gap).collect::<Vec<_>>())?);
            row.version += 1;
            store::update_statement(tx.conn, &row)?;
            ended.gaps.extend(gap);
            ended.gaps.extend(look_again(tx, &row)?);
            tx.emit("statement.imported", told.statement, &serde_json::json!({ "account": row.account }))?;
            let facts = serde_json::json!({
                "account": row.account, "lines": told.lines, "known": told.known, "file": row.file_name,
            });
            tx.audit(told.statement, &facts)?;
        }
        Ok(ended)
    }
}

/// What came of a file's statements.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ended {
    /// Empty ones that were there already, and are not kept twice.
    pub twice: Vec<StatementId>,
    /// Where one does not begin with what the one before ended with.
    pub gaps: Vec<Doubtful>,
}

const GAP: &str = "gap_between_statements";

/// Whether a statement begins with another balance than those before it ended with.
fn gap(tx: &mut Tx<'_>, row: &StatementRow) -> Result<Option<Doubtful>, Error> {
    let Some(opening) = row.opening_minor else { return Ok(None) };
    let before = store::closings_before(tx.conn, row)?;
    // One that ends on the day may be part of this one; one that ended before it is what this one follows.
    let follows = before.iter().find(|(until, _)| row.from_on.is_some_and(|from| *until < from));
    let Some((_, closing)) = follows.filter(|_| before.iter().all(|(_, closing)| *closing != opening)) else {
        return Ok(None);
    };
    let facts = [("opening", opening), ("closing", *closing)];
    let facts = facts.map(|(name, minor)| (name.to_owned(), row.money(minor).to_string())).into();
    Ok(Some(Doubtful { code: GAP.to_owned(), facts }))
}

/// Looks once more at the statement that follows one, now that this one is there; says what is doubtful of it that was not.
fn look_again(tx: &mut Tx<'_>, row: &StatementRow) -> Result<Option<Doubtful>, Error> {
    let Some(mut next) = store::following(tx.conn, row)? else { return Ok(None) };
    let mut warnings: Vec<Doubtful> = serde_json::from_str(&next.warnings.0)?;
    let there = warnings.len();
    warnings.retain(|warning| warning.code != GAP);
    let (had, gap) = (warnings.len() < there, gap(tx, &next)?);
    if had == gap.is_some() {
        return Ok(None);
    }
    warnings.extend(gap.clone());
    next.warnings = JsonText(serde_json::to_string(&warnings)?);
    next.version += 1;
    store::update_statement(tx.conn, &next)?;
    Ok(gap)
}

/// Keeps what whoever sent a file is told, with the key that it was sent under. The file is in and posted by then.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TellImport;

impl Command for TellImport {
    const NAME: &'static str = "statement.tell_import";
    const PERMISSION: Permission = Permission::StatementImport;
    type Output = ();

    fn run(&self, _: &mut Tx<'_>) -> Result<(), Error> {
        Ok(())
    }
}

/// Takes away what was kept of a file that could not be read to its end; says whether there is more.
#[derive(Debug, Clone, Copy)]
pub(crate) struct DiscardStatement {
    pub statement: StatementId,
}

/// Lines that are taken away at once.
const DISCARDED_MAX: i64 = 1000;

impl Command for DiscardStatement {
    const NAME: &'static str = "statement.discard";
    const PERMISSION: Permission = Permission::StatementImport;
    type Output = bool;

    fn run(&self, tx: &mut Tx<'_>) -> Result<bool, Error> {
        let organisation = tx.organisation();
        let row = store::lock_statement(tx.conn, organisation, self.statement)?;
        if row.is_none_or(|row| row.status != READING) {
            return Ok(false);
        }
        store::discard(tx.conn, organisation, self.statement, DISCARDED_MAX)
    }
}
