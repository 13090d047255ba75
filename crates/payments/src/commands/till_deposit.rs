//! Cash of a till goes to the bank.

use super::in_books_today;
use super::till_count::till;
use crate::rules::till::{BankDecision, is_bank, may_bank};
use crate::rules::till_input::DepositData;
use crate::store::{self, DepositRow};
use crate::till::TillDeposit;
use ::store::{Command, Error, Tx};
use kernel::id::{CustomerId, TillDepositId};
use kernel::{Date, Money, Permission, Refusal};
use ledger::AccountRole;
use ledger::rules::entry::Document;
use ledger::rules::postings::{self, Event};
use schema::types::{At, Day};

/// Takes cash of a till to the bank: from one of our accounts to another, no cash flow. Never more than the till has.
///
/// Refuses `not_a_till`, `not_a_bank`, `not_positive`, `in_the_future`, `before_the_books` at their fields, and
/// `till_holds_less`, `period_closed`, `exchange_rate_missing`.
#[derive(Debug, Clone)]
pub struct BankCash {
    /// Code of the account of the till; the usual one where none is named.
    pub from: Option<String>,
    /// Code of the account at the bank; the usual one where none is named.
    pub to: Option<String>,
    pub amount: Money,
    pub on: Date,
    pub reference: Option<String>,
}

impl From<DepositData> for BankCash {
    fn from(data: DepositData) -> BankCash {
        let DepositData { from, to, amount, on, reference } = data;
        BankCash { from, to, amount, on, reference }
    }
}

impl Command for BankCash {
    const NAME: &'static str = "till.deposit";
    const PERMISSION: Permission = Permission::PaymentRecord;
    type Output = TillDeposit;

    fn run(&self, tx: &mut Tx<'_>) -> Result<TillDeposit, Error> {
        let (chart, account) = (ledger::chart(tx)?, till(tx, self.from.as_deref(), "/from")?);
        let bank = self.to.clone().unwrap_or_else(|| chart.code(AccountRole::Bank).to_owned());
        if !is_bank(chart, &bank) || !ledger::takes_lines(tx, &bank)? {
            return Err(Refusal::field("/to", "not_a_bank").into());
        }
        if self.on > in_books_today(tx, self.on)? {
            return Err(Refusal::field("/on", "in_the_future").into());
        }
        let held = ledger::hold(tx, &account, self.amount.currency(), self.on)?;
        match may_bank(self.amount, held.by_then, held.in_all)? {
            BankDecision::Allowed => {}
            BankDecision::NotPositive => return Err(Refusal::field("/amount/amount", "not_positive").into()),
            BankDecision::MoreThanThere(there) => {
                return Err(Refusal::conflict("till_holds_less").with("there", there).into());
            }
        }
        let id: TillDepositId = tx.new_id();
        let event = Event { chart, date: self.on, document: Document::TillDeposit(id), customer: CustomerId::NIL };
        let value = ledger::value(tx, self.amount, self.on)?;
        let mut draft = postings::transfer(event, AccountRole::Cash, AccountRole::Bank, value);
        for (line, own) in draft.lines.iter_mut().zip([&bank, &account]) {
            own.clone_into(&mut line.account);
        }
        let entry_id = ledger::post(tx, draft, self.reference.as_deref().unwrap_or_default())?;
        let row = DepositRow {
            organisation_id: tx.organisation(),
            deposit_id: id,
            account,
            bank_account: bank,
            currency: self.amount.currency(),
            amount_minor: self.amount.minor(),
            deposited_on: Day(self.on),
            reference: self.reference.clone(),
            entry_id,
            recorded_by: tx.context().actor.name(),
            created_at: At(tx.now()),
        };
        store::insert_deposit(tx.conn, &row)?;
        tx.emit("till.deposited", id, &serde_json::json!({ "account": row.account }))?;
        let facts = serde_json::json!({
            "from": row.account, "to": row.bank_account, "amount": self.amount.to_string(), "on": self.on.to_string(),
        });
        tx.audit(id, &facts)?;
        Ok(TillDeposit::of(row))
    }
}
