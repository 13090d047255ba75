//! Opening balances of accounts: one entry on the day that the books begin.

use super::Taken;
use crate::faults::Faults;
use crate::rules::cell;
use crate::rules::sheet::{Row, Sheet};
use ::store::{Command, Error, Tx};
use kernel::{Currency, Date, Fields, Money, Permission, Refusal, Scope};
use ledger::queries::Account;
use ledger::rules::chart::Side;
use ledger::rules::entry::LineDraft;
use ledger::{AccountRole, Chart, EntryDraft, EntryKind};
use std::collections::BTreeMap;

/// Posts the opening balances of a file. Debits and credits must be equal, unless a row names the account of opening balances
/// without an amount: that row takes the difference. Accounts kept per customer are not taken: what customers owe comes
/// with the open invoices, which post against the account of opening balances.
#[derive(Debug, Clone)]
pub struct ImportBalances {
    pub sheet: Sheet,
    /// The day on which the books begin; today when not given.
    pub books_begin: Option<Date>,
    /// What the entry says of itself.
    pub memo: String,
}

impl Command for ImportBalances {
    const NAME: &'static str = "import.balances";
    const PERMISSION: Permission = Permission::ImportRun;
    type Output = Taken;

    fn run(&self, tx: &mut Tx<'_>) -> Result<Taken, Error> {
        let organisation = tx.organisation();
        let (books, chart) = (tx.books()?, ledger::chart(tx)?);
        let date = super::invoices::beginning(tx, self.books_begin)?;
        if crate::store::has_opening_balances(tx.conn, organisation)? {
            return Err(Refusal::conflict("import_balances_there").into());
        }
        let accounts = ledger::queries::accounts(tx.conn, &Scope::Organisation(organisation))?;
        let accounts: BTreeMap<String, Account> = accounts.into_iter().map(|a| (a.code.clone(), a)).collect();
        let mut reader =
            Reader { chart, accounts, currency: books.currency, faults: Faults::of(&self.sheet), seen: Vec::new() };
        let lines = reader.lines(&self.sheet.rows)?;
        reader.faults.finish()?;
        let made = lines.len();
        if made == 0 {
            return Err(Refusal::invalid("import_balances_nothing").into());
        }
        let draft =
            EntryDraft { date, kind: EntryKind::Opening, document: None, reverses: None, exchange: false, lines };
        let id = ledger::post(tx, draft, &self.memo)?;
        tx.audit(id, &serde_json::json!({ "date": date.to_string(), "lines": made }))?;
        Ok(Taken { rows: self.sheet.rows.len(), made })
    }
}

/// Reads rows into lines of one entry.
struct Reader {
    chart: Chart,
    accounts: BTreeMap<String, Account>,
    currency: Currency,
    faults: Faults,
    seen: Vec<String>,
}

impl Reader {
    fn lines(&mut self, rows: &[Row]) -> Result<Vec<LineDraft>, Error> {
        let (mut lines, mut rest_to) = (Vec::new(), None);
        let opening = self.chart.code(AccountRole::OpeningBalance);
        for row in rows {
            let account = row.cell("account");
            let (debit, credit) = (self.amount(row, "debit"), self.amount(row, "credit"));
            self.check_account(row.number, account);
            match (debit, credit) {
                (None, None) if account == opening => rest_to = Some(row.number),
                (None, None) => {}
                (Some(_), Some(_)) => self.faults.note(row.number, "credit", "one_side_only"),
                (Some(money), None) => lines.push(line(account, Side::Debit, money)),
                (None, Some(money)) => lines.push(line(account, Side::Credit, money)),
            }
        }
        let difference = difference(&lines, self.currency)?;
        if !difference.is_zero() && rest_to.is_some() {
            lines.push(match difference.is_negative() {
                true => line(opening, Side::Debit, difference.negated()?),
                false => line(opening, Side::Credit, difference),
            });
        } else if let (true, false, Some(last)) = (self.faults.is_empty(), difference.is_zero(), rows.last()) {
            let args = vec![("difference", difference.into()), ("account", opening.into())];
            self.faults.note_with(last.number, "debit", "balances_differ", args);
        }
        Ok(lines)
    }

    /// The amount in a column; nothing and zero are none.
    fn amount(&mut self, row: &Row, column: &'static str) -> Option<Money> {
        let text = cell::amount(&row.given(column)?);
        let mut fields = Fields::new();
        let money = fields.money("", &text, self.currency);
        // Torn at its comma, a debit of 1,000.00 would be one of 1.00 beside a credit of nought.
        if cell::is_rest(&text) {
            fields.note("", "torn_amount");
        }
        match fields.finish() {
            Ok(()) => Some(money).filter(|money| !money.is_zero()),
            Err(refusal) => {
                for field in refusal.fields {
                    self.faults.note_with(row.number, column, field.code, field.args);
                }
                None
            }
        }
    }

    fn check_account(&mut self, row: usize, code: &str) {
        let is_control = self.chart.nearest(code).is_some_and(|account| account.control);
        let fault = match self.accounts.get(code) {
            _ if code.is_empty() => "required",
            None => "unknown_account",
            Some(_) if is_control => "comes_with_invoices",
            Some(account) if !account.postable => "account_not_postable",
            Some(_) if self.seen.iter().any(|seen| seen == code) => "account_twice",
            Some(_) => {
                self.seen.push(code.to_owned());
                return;
            }
        };
        self.faults.note(row, "account", fault);
    }
}

fn line(account: &str, side: Side, money: Money) -> LineDraft {
    LineDraft {
        account: account.to_owned(),
        side,
        original: money,
        functional_minor: money.minor(),
        party: None,
        tax_code: None,
        // Nothing flowed: it was there.
        cash_flow_line: None,
    }
}

/// Debits less credits.
fn difference(lines: &[LineDraft], currency: Currency) -> Result<Money, Error> {
    let mut sum = Money::zero(currency);
    for line in lines {
        sum = match line.side {
            Side::Debit => sum.plus(line.original)?,
            Side::Credit => sum.minus(line.original)?,
        };
    }
    Ok(sum)
}
