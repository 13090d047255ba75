//! Lines of a statement are matched: with entries that are there, or with a payment or an entry that is made.

mod beside;

pub use beside::Beside;

use super::held;
use super::lesson::Lesson;
use crate::store::{self, LineRow, MatchEntryRow, MatchLineRow, MatchRow, StatementRow};
use ::store::{Command, Error, Tx};
use invoicing::commands::{WriteOffInvoice, bear_charges};
use kernel::id::{CustomerId, EntryId, EventId, InvoiceId, MatchId, MatchRuleId, StatementLineId};
use kernel::{Date, Money, Permission, Refusal};
use ledger::rules::postings::{self, Event};
use ledger::{AccountRole, Document, EntryKind};
use payments::RecordPayment;
use payments::rules::input::Part;
use payments::rules::payment::Method;
use schema::types::{At, JsonText};
use serde::{Deserialize, Serialize};

/// What lines are.
#[derive(Debug, Clone)]
pub enum Answer {
    /// Entries that move the account already.
    Link(Vec<EntryId>),
    /// The same, where the lines come to something else.
    LinkBeside { entries: Vec<EntryId>, beside: Beside },
    /// A customer's payment, and the invoices that it is for. What is left is the customer's credit, or is posted to an account.
    Payment { customer: CustomerId, invoices: Vec<Paid>, rest: Option<Rest> },
    /// Neither: the other side is posted to an account.
    Account { code: String, memo: String },
}

/// Where the rest of a line goes that is no payment.
#[derive(Debug, Clone)]
pub struct Rest {
    pub code: String,
    pub memo: String,
}

/// What of a payment is for an invoice.
#[derive(Debug, Clone, Copy)]
pub struct Paid {
    pub invoice: InvoiceId,
    /// In the invoice's currency.
    pub amount: Money,
    /// What it takes of lines in another currency; by the rate of the day where nobody says.
    pub paid: Option<Money>,
    /// What is settled beside it, and why.
    pub settle: Option<(Settle, Money)>,
}

/// Why less came than an invoice is settled by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Settle {
    /// A bank between kept it: the customer paid all of it, and we a fee.
    Fee,
    /// A discount for paying early.
    Discount,
    /// Too little to ask for.
    SmallDifference,
}

impl Settle {
    pub const ALL: [Settle; 3] = [Settle::Fee, Settle::Discount, Settle::SmallDifference];

    pub const fn name(self) -> &'static str {
        match self {
            Settle::Fee => "fee",
            Settle::Discount => "discount",
            Settle::SmallDifference => "small_difference",
        }
    }

    pub fn by_name(name: &str) -> Option<Settle> {
        Settle::ALL.into_iter().find(|settle| settle.name() == name)
    }
}

/// What a match settled beside what came, as it is kept with it.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Settled {
    pub invoice: InvoiceId,
    #[serde(rename = "as")]
    pub as_what: Settle,
    /// In minor units of the statement's currency.
    pub minor: i64,
    /// The write-off, by which it is found again; a fee has none, for it is in the payment.
    pub entry: Option<EntryId>,
}

/// Matches lines of one account, all that they come to. Entries that are there are linked, and nothing is posted twice; what is made
/// is dated as the bank booked it.
///
/// Refuses `statement_line_not_found`, `lines_of_two_accounts`, `statement_closed`, `line_matched`, `entry_matched`,
/// `match_differs`, `money_went_out`, and what recording a payment, writing off and posting refuse: by the fields of the match, as the API
/// and the desk name them.
#[derive(Debug, Clone)]
pub struct PostMatch {
    pub lines: Vec<StatementLineId>,
    pub answer: Answer,
    /// `reference`, …, or `hand`.
    pub tier: &'static str,
    /// In thousandths, where nobody looked.
    pub score: Option<u16>,
    /// As they are kept with the match.
    pub reasons: String,
    pub rule: Option<MatchRuleId>,
}

impl Command for PostMatch {
    const NAME: &'static str = "statement.match";
    const PERMISSION: Permission = Permission::StatementMatch;
    type Output = MatchId;

    fn run(&self, tx: &mut Tx<'_>) -> Result<MatchId, Error> {
        let mut ids = self.lines.clone();
        ids.sort_unstable();
        ids.dedup();
        let (statement, lines) = held(tx, &ids)?;
        if lines.iter().any(|line| line.state == "matched") {
            return Err(Refusal::conflict("line_matched").into());
        }
        let sum = Money::sum(statement.currency, lines.iter().map(|line| statement.money(line.amount_minor)))?;
        let on = lines.iter().map(|line| line.booked_on.0).max().unwrap_or_default();
        let id: MatchId = tx.new_id();
        let mut posting = Posting { statement: &statement, lines: &lines, sum, on, settled: Vec::new() };
        let (linked, made, customer) = match &self.answer {
            Answer::Link(entries) => (entries.as_slice(), Vec::new(), None),
            Answer::LinkBeside { entries, beside } => {
                (entries.as_slice(), vec![posting.beside(tx, entries, beside)?], None)
            }
            Answer::Payment { customer, invoices, rest } => {
                (&[][..], posting.payment(tx, (*customer, invoices), rest.as_ref())?, Some(*customer))
            }
            Answer::Account { code, memo } => (&[][..], vec![posting.other_side(tx, code, memo, sum)?], None),
        };
        let rows = posting.balanced(tx, id, linked, &made)?;
        self.keep(tx, id, &posting, customer, &rows)?;
        if let Some(customer) = customer {
            Lesson::of(self.tier, self.score.map(i32::from), customer).learn(tx, &lines)?;
        }
        let facts = serde_json::json!({
            "account": statement.account, "amount": sum.to_string(), "tier": self.tier, "lines": self.lines,
            "customer": customer,
        });
        tx.emit("statement.matched", statement.statement_id, &serde_json::json!({ "lines": self.lines }))?;
        tx.audit(id, &facts)?;
        Ok(id)
    }
}

impl PostMatch {
    fn keep(
        &self,
        tx: &mut Tx<'_>,
        id: MatchId,
        posting: &Posting<'_>,
        customer: Option<CustomerId>,
        entries: &[MatchEntryRow],
    ) -> Result<(), Error> {
        let organisation = tx.organisation();
        let row = MatchRow {
            organisation_id: organisation,
            match_id: id,
            tier: self.tier.to_owned(),
            score: self.score.map(i32::from),
            reasons: JsonText(self.reasons.clone()),
            settled: JsonText(serde_json::to_string(&posting.settled)?),
            rule_id: self.rule,
            customer_id: customer,
            decided_by: tx.context().actor.name(),
            created_at: At(tx.now()),
            undone_by: None,
            undone_at: None,
        };
        let of_line = |line: &LineRow| MatchLineRow {
            organisation_id: organisation,
            match_id: id,
            line_id: line.line_id,
            amount_minor: line.amount_minor,
            undone_at: None,
        };
        let lines: Vec<MatchLineRow> = posting.lines.iter().map(of_line).collect();
        store::insert_match(tx.conn, &row, &lines, entries)?;
        let ids: Vec<StatementLineId> = posting.lines.iter().map(|line| line.line_id).collect();
        store::set_state(tx.conn, organisation, &ids, "matched")
    }
}

/// Lines that are being posted.
struct Posting<'a> {
    statement: &'a StatementRow,
    lines: &'a [LineRow],
    sum: Money,
    on: Date,
    /// What was settled beside what came.
    settled: Vec<Settled>,
}

impl Posting<'_> {
    /// The entries of a payment, and of a fee that a bank between kept.
    fn payment(
        &mut self,
        tx: &mut Tx<'_>,
        (customer, invoices): (CustomerId, &[Paid]),
        rest: Option<&Rest>,
    ) -> Result<Vec<EntryId>, Error> {
        if !self.sum.is_positive() {
            return Err(Refusal::conflict("money_went_out").into());
        }
        let left = rest.map(|rest| Ok::<_, Error>((rest, self.left(invoices)?))).transpose()?;
        let zero = Money::zero(self.sum.currency());
        let (mut fee, mut parts) = (zero, Vec::with_capacity(invoices.len()));
        for (index, paid) in invoices.iter().enumerate() {
            let kept = self.borne(tx, (index, paid))?;
            fee = fee.plus(kept)?;
            let amount = if kept.is_zero() { paid.amount } else { paid.amount.plus(kept)? };
            parts.push(Part { invoice: paid.invoice, amount, paid: paid.paid });
        }
        let record = RecordPayment {
            customer,
            method: Method::BankTransfer,
            amount: self.sum.plus(fee)?.minus(left.map_or(zero, |(_, left)| left))?,
            received_on: self.on,
            reference: self.reference(),
            account: Some(self.statement.account.clone()),
            allocations: parts,
        };
        let recorded = record.run(tx);
        // The day is the lines'.
        let names = [("/allocations", "/invoices"), ("/received_on", "/lines"), ("/amount", "/lines")];
        let payment = recorded.map_err(|error| renamed(error, &names))?.id;
        let organisation = tx.organisation();
        let entry = ledger::entry_of(tx.conn, organisation, Document::Payment(payment), EntryKind::Payment)?;
        let mut entries = vec![entry.ok_or_else(|| Error::Broken(format!("{payment} has no entry")))?];
        if !fee.is_zero() {
            let fees = ledger::chart(tx)?.code(AccountRole::Fees);
            entries.push(self.entry(tx, fees, zero.minus(fee)?, "")?);
        }
        if let Some((Rest { code, memo }, left)) = left {
            entries.push(self.other_side(tx, code, memo, left)?);
        }
        for part in invoices.iter().enumerate() {
            self.give_up(tx, part)?;
        }
        Ok(entries)
    }

    /// What of the lines is for no invoice.
    fn left(&self, invoices: &[Paid]) -> Result<Money, Error> {
        if invoices.is_empty() {
            return Err(Refusal::field("/invoices", "required").into());
        }
        let mut left = self.sum;
        for (index, one) in invoices.iter().enumerate() {
            let taken = one.paid.unwrap_or(one.amount);
            if taken.currency() != left.currency() {
                return Err(Refusal::field(format!("/invoices/{index}/paid"), "required").into());
            }
            left = left.minus(taken)?;
        }
        if left.is_positive() { Ok(left) } else { Err(Refusal::field("/account", "nothing_beside").into()) }
    }

    /// What a bank between kept of what was paid for an invoice; nothing for most.
    fn borne(&mut self, tx: &mut Tx<'_>, (index, paid): (usize, &Paid)) -> Result<Money, Error> {
        let currency = self.sum.currency();
        let Some((Settle::Fee, kept)) = paid.settle else { return Ok(Money::zero(currency)) };
        for (name, money) in [("amount", paid.amount), ("settle_amount", kept)] {
            if money.currency() != currency {
                return Err(Refusal::field(format!("/invoices/{index}/{name}/currency"), "currency_mismatch").into());
            }
        }
        let borne = bear_charges(tx, paid.invoice, kept);
        borne.map_err(|error| renamed(error, &[("/amount", &settle_amount(index))]))?;
        let settled = Settled { invoice: paid.invoice, as_what: Settle::Fee, minor: kept.minor(), entry: None };
        self.settled.push(settled);
        Ok(kept)
    }

    /// What of an invoice is given up beside what came for it.
    fn give_up(&mut self, tx: &mut Tx<'_>, (index, paid): (usize, &Paid)) -> Result<(), Error> {
        let Some((settle, amount)) = paid.settle.filter(|(settle, _)| *settle != Settle::Fee) else { return Ok(()) };
        let (invoice, reason) = (paid.invoice, settle.name().to_owned());
        let write_off = WriteOffInvoice { id: invoice, amount: Some(amount), reason, note: None, on: Some(self.on) };
        let names = [("/amount", &*settle_amount(index)), ("/on", "/lines")];
        let entry = write_off.give_up(tx).map_err(|error| renamed(error, &names))?;
        self.settled.push(Settled { invoice, as_what: settle, minor: amount.minor(), entry: Some(entry) });
        Ok(())
    }

    /// An entry that moves so much, whose other side is on an account.
    fn other_side(&self, tx: &mut Tx<'_>, code: &str, memo: &str, moved: Money) -> Result<EntryId, Error> {
        if code == self.statement.account || !ledger::takes_lines(tx, code)? {
            return Err(Refusal::field("/account", "account_takes_no_lines").into());
        }
        let first = self.lines.first().and_then(|line| line.payer.clone());
        let memo = if memo.is_empty() { first.unwrap_or_default() } else { memo.to_owned() };
        self.entry(tx, code, moved, &memo).map_err(|error| renamed(error, &[("/lines/1", "")]))
    }

    fn entry(&self, tx: &mut Tx<'_>, code: &str, moved: Money, memo: &str) -> Result<EntryId, Error> {
        let line = self.lines.first().map(|line| line.line_id).unwrap_or(StatementLineId::NIL);
        let event = Event {
            chart: ledger::chart(tx)?,
            date: self.on,
            document: Document::StatementLine(line),
            customer: CustomerId::NIL,
        };
        let value = ledger::value(tx, moved, self.on)?;
        let draft = postings::bank(event, &self.statement.account, code, value);
        ledger::post(tx, draft.map_err(|error| Error::Broken(error.to_string()))?, memo)
    }

    /// What the payment says it was for.
    fn reference(&self) -> Option<String> {
        let line = self.lines.first()?;
        let text = line.reference.as_deref().filter(|text| !text.is_empty()).unwrap_or(&line.text);
        let short: String = text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(140).collect();
        Some(short).filter(|text| !text.is_empty())
    }

    /// What entries that are there move on the account. They are held, so that two who ask for the same at once do not pass each other.
    fn moved(&self, tx: &mut Tx<'_>, entries: &[EntryId]) -> Result<Vec<(EntryId, i64)>, Error> {
        let mut entries = entries.to_vec();
        entries.sort_unstable();
        entries.dedup();
        for entry in &entries {
            ledger::entry(tx, *entry)?;
        }
        let organisation = tx.organisation();
        if !store::matched_entries(tx.conn, organisation, &self.statement.account, &entries)?.is_empty() {
            return Err(Refusal::conflict("entry_matched").into());
        }
        let key = (self.statement.account.as_str(), self.statement.currency);
        let moved = store::moved_by(tx.conn, organisation, key, &entries)?;
        if moved.len() != entries.len() {
            return Err(Refusal::not_found("entry_not_found").into());
        }
        Ok(moved)
    }

    fn in_sum(&self, moved: &[(EntryId, i64)]) -> Result<Money, Error> {
        Ok(Money::sum(self.sum.currency(), moved.iter().map(|(_, minor)| self.statement.money(*minor)))?)
    }

    /// Entries that are there and those that were made as rows of the match; refused where they do not come to what the lines do, or are
    /// matched already.
    fn balanced(
        &self,
        tx: &mut Tx<'_>,
        id: MatchId,
        linked: &[EntryId],
        made: &[EntryId],
    ) -> Result<Vec<MatchEntryRow>, Error> {
        let organisation = tx.organisation();
        let key = (self.statement.account.as_str(), self.statement.currency);
        let mut moved = self.moved(tx, linked)?;
        moved.extend(store::moved_by(tx.conn, organisation, key, made)?);
        let sum = self.in_sum(&moved)?;
        if sum != self.sum {
            return Err(Refusal::conflict("match_differs").with("lines", self.sum).with("entries", sum).into());
        }
        let row = |(entry, minor): (EntryId, i64)| MatchEntryRow {
            organisation_id: organisation,
            match_id: id,
            entry_id: entry,
            account: self.statement.account.clone(),
            amount_minor: minor,
            made: made.contains(&entry),
            undone_at: None,
        };
        Ok(moved.into_iter().map(row).collect())
    }
}

fn settle_amount(index: usize) -> String {
    format!("/invoices/{index}/settle_amount")
}

/// What is done within something else refuses by the names of its own fields; here they become those of whoever asked: its name, and
/// the other's.
pub(crate) fn renamed(error: Error, names: &[(impl AsRef<str>, impl AsRef<str>)]) -> Error {
    let Error::Refused(mut refusal) = error else { return error };
    for field in &mut refusal.fields {
        let own = names.iter().find_map(|(theirs, ours)| {
            let rest = field.pointer.strip_prefix(theirs.as_ref())?;
            (rest.is_empty() || rest.starts_with('/')).then(|| format!("{}{rest}", ours.as_ref()))
        });
        field.pointer = own.unwrap_or_else(|| std::mem::take(&mut field.pointer));
    }
    Error::Refused(refusal)
}

/// Refuses to take an entry back that lines of a statement are matched with: the bank says that it happened.
pub fn not_matched(tx: &mut Tx<'_>, entry: EventId) -> Result<(), Error> {
    let (organisation, entry) = (tx.organisation(), entry.retyped());
    // Held, as whoever matches it holds it: one of the two is first.
    ledger::entry(tx, entry)?;
    if store::is_matched(tx.conn, organisation, entry)? {
        return Err(Refusal::conflict("entry_stands_in_match").into());
    }
    Ok(())
}
