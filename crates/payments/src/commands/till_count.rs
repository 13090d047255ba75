//! A till is counted: what it has more or less than the books is posted, with the reason.

use super::{in_books_today, unpostable};
use crate::rules::till::{Compared, DayOfCount, Pile, compare, is_till, may_count};
use crate::rules::till_input::CountData;
use crate::store::{self, CountRow};
use crate::till::TillCount;
use ::store::{Command, Error, Tx};
use kernel::id::{CustomerId, EntryId, TillCountId};
use kernel::{Date, Money, Permission, Refusal};
use ledger::AccountRole;
use ledger::rules::entry::Document;
use ledger::rules::postings::{self, Event};
use schema::types::{At, Day, JsonText};

/// Takes a count of a till at the end of a day.
///
/// Refuses `not_a_till`, `in_the_future`, `before_the_books`, `reason_needed` at their fields, and `till_counted_since`,
/// `till_moved`, `period_closed`, `exchange_rate_missing`.
#[derive(Debug, Clone)]
pub struct CountTill {
    /// Code of the account; the usual till where none is named.
    pub account: Option<String>,
    pub counted: Money,
    pub on: Date,
    /// What it was counted from, where that was written down; adds up to what was counted.
    pub piles: Vec<Pile>,
    /// Why it is not what the books have, where it is not.
    pub note: Option<String>,
    /// What the books were seen to have: where they have something else by now, somebody looks again first.
    pub expected: Option<Money>,
}

impl From<CountData> for CountTill {
    fn from(data: CountData) -> CountTill {
        let CountData { account, counted, on, piles, note, expected } = data;
        CountTill { account, counted, on, piles, note, expected }
    }
}

impl Command for CountTill {
    const NAME: &'static str = "till.count";
    const PERMISSION: Permission = Permission::PaymentRecord;
    type Output = TillCount;

    fn run(&self, tx: &mut Tx<'_>) -> Result<TillCount, Error> {
        let (organisation, currency) = (tx.organisation(), self.counted.currency());
        let account = till(tx, self.account.as_deref(), "/account")?;
        let today = in_books_today(tx, self.on)?;
        let held = ledger::hold(tx, &account, currency, self.on)?;
        let last = store::last_count(tx.conn, organisation, (&account, currency))?.map(|row| row.counted_on.0);
        match may_count(self.on, today, last) {
            DayOfCount::Allowed => {}
            DayOfCount::InTheFuture => return Err(Refusal::field("/on", "in_the_future").into()),
            DayOfCount::CountedSince(last) => {
                return Err(Refusal::conflict("till_counted_since").with("on", last).into());
            }
        }
        let expected = held.by_then;
        if self.expected.is_some_and(|seen| seen != expected) {
            return Err(Refusal::conflict("till_moved").with("expected", expected).into());
        }
        let difference = match compare(self.counted, expected, self.note.is_some())? {
            Compared::Agrees => None,
            Compared::Differs(difference) => Some(difference),
            Compared::ReasonNeeded(difference) => return Err(reason_needed(expected, difference)),
        };
        let id: TillCountId = tx.new_id();
        let entry = difference.map(|difference| self.post(tx, id, &account, difference)).transpose()?;
        let row = CountRow {
            organisation_id: organisation,
            count_id: id,
            account,
            currency,
            counted_on: Day(self.on),
            counted_minor: self.counted.minor(),
            expected_minor: expected.minor(),
            denominations: self.denominations()?,
            note: self.note.clone(),
            entry_id: entry,
            counted_by: tx.context().actor.name(),
            created_at: At(tx.now()),
        };
        store::insert_count(tx.conn, &row)?;
        tx.emit("till.counted", id, &serde_json::json!({ "account": row.account }))?;
        let facts = serde_json::json!({
            "account": row.account, "on": self.on.to_string(), "counted": self.counted.to_string(),
            "expected": expected.to_string(), "note": self.note,
        });
        tx.audit(id, &facts)?;
        TillCount::of(row)
    }
}

impl CountTill {
    fn denominations(&self) -> Result<Option<JsonText>, Error> {
        if self.piles.is_empty() {
            return Ok(None);
        }
        let piles: Vec<(i64, u32)> = self.piles.iter().map(|pile| (pile.face.minor(), pile.number)).collect();
        Ok(Some(JsonText(serde_json::to_string(&piles)?)))
    }

    fn post(&self, tx: &mut Tx<'_>, id: TillCountId, account: &str, difference: Money) -> Result<EntryId, Error> {
        let document = Document::TillCount(id);
        let event = Event { chart: ledger::chart(tx)?, date: self.on, document, customer: CustomerId::NIL };
        let value = ledger::value(tx, difference, self.on)?;
        let mut draft = postings::count(event, value).map_err(unpostable)?;
        if let Some(cash) = draft.lines.first_mut() {
            // The till may be one of the organisation's own.
            account.clone_into(&mut cash.account);
        }
        ledger::post(tx, draft, self.note.as_deref().unwrap_or_default())
    }
}

fn reason_needed(expected: Money, difference: Money) -> Error {
    let mut refusal = Refusal::field("/note", "reason_needed");
    for field in &mut refusal.fields {
        field.args = vec![("expected", expected.into()), ("difference", difference.into())];
    }
    refusal.into()
}

/// The account of a till: the one that was named, or the usual one.
pub(super) fn till(tx: &mut Tx<'_>, code: Option<&str>, pointer: &str) -> Result<String, Error> {
    let chart = ledger::chart(tx)?;
    let code = code.unwrap_or_else(|| chart.code(AccountRole::Cash)).to_owned();
    if is_till(chart, &code) && ledger::takes_lines(tx, &code)? {
        return Ok(code);
    }
    Err(Refusal::field(pointer, "not_a_till").into())
}
