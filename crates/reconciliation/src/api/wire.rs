//! Statements on the wire.

mod accepted;
mod beside;
mod report;

pub use accepted::{AcceptedView, ComparedView, NewAcceptance, Nothing};
pub use beside::{FreeEntryView, NewNote, NoteView};
pub use report::{NewClosing, ReconciliationView};

use crate::as_written::Written;
use crate::desk::Note;
use crate::doubtful::Doubtful;
use crate::import::Imported;
use crate::proposal::{ProposedCandidate, Told};
use crate::queries::{Line, Match, Names, Statement};
use crate::word::Word;
use kernel::Currency;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::i18n::L;
use web::wire::{Money, said};

/// Something doubtful of a statement that was read all the same.
#[derive(Debug, Serialize, ToSchema)]
pub struct StatementWarning {
    #[schema(example = "balance_differs")]
    pub code: String,
    /// What exactly, in the caller's language.
    #[schema(example = "From EUR 100.00 to EUR 150.00 is EUR 50.00; the lines come to EUR 40.00.")]
    pub detail: String,
}

/// What a bank says of one account over some days.
#[derive(Debug, Serialize, ToSchema)]
pub struct BankStatementView {
    #[schema(example = "stm_01h455vb4pex5vsknk084sn02q")]
    pub id: String,
    /// Code of the account in the books.
    #[schema(example = "1002")]
    pub account: String,
    /// What the bank calls the account; empty where its file does not say.
    #[schema(example = "DE89370400440532013000")]
    pub bank_number: String,
    /// What the bank calls the statement.
    #[schema(example = "00011/001")]
    pub number: Option<String>,
    #[schema(example = "CNY")]
    pub currency: String,
    /// `open` or `closed`.
    #[schema(example = "open")]
    pub status: String,
    #[schema(example = "camt")]
    pub format: String,
    #[schema(example = "november.xml")]
    pub file: String,
    /// SHA-256 of the file.
    #[schema(example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    pub sha256: String,
    #[schema(example = "2026-11-01")]
    pub from: Option<String>,
    #[schema(example = "2026-11-30")]
    pub until: Option<String>,
    pub opening: Option<Money>,
    pub closing: Option<Money>,
    /// Lines that this file brought.
    #[schema(example = 120)]
    pub lines: i64,
    /// Lines of the file that were there before, and were not taken twice.
    #[schema(example = 0)]
    pub known: i64,
    pub warnings: Vec<StatementWarning>,
}

impl BankStatementView {
    pub fn new(statement: Statement, l: &L) -> BankStatementView {
        let day = |day: Option<kernel::Date>| day.map(|day| day.to_string());
        BankStatementView {
            id: statement.id.to_string(),
            account: statement.account,
            bank_number: statement.bank_number,
            number: statement.number,
            currency: statement.currency.code().to_owned(),
            status: statement.status,
            format: statement.format,
            file: statement.file_name,
            sha256: statement.sha256,
            from: day(statement.from),
            until: day(statement.until),
            opening: statement.opening.map(Money::from),
            closing: statement.closing.map(Money::from),
            lines: statement.lines,
            known: statement.known,
            warnings: warnings(&statement.warnings, l),
        }
    }
}

fn warnings(all: &[Doubtful], l: &L) -> Vec<StatementWarning> {
    all.iter().map(|one| StatementWarning { code: one.code.clone(), detail: one.detail(l) }).collect()
}

/// How many lines of a tier.
#[derive(Debug, Serialize, ToSchema)]
pub struct TierCount {
    /// `reference`, `payer`, `sum`, `own` or `rule`.
    #[schema(example = "reference")]
    pub tier: String,
    #[schema(example = 96)]
    pub lines: u64,
}

/// What came of a file.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportView {
    /// Ids of the statements that it brought; empty where all of it was there before.
    #[schema(example = json!(["stm_01h455vb4pex5vsknk084sn02q"]))]
    pub statements: Vec<String>,
    /// Lines of the file.
    #[schema(example = 120)]
    pub lines: u64,
    /// Lines that were there before, and were not taken twice.
    #[schema(example = 0)]
    pub known: u64,
    /// Lines that were posted by themselves.
    pub posted: Vec<TierCount>,
    /// Lines with proposals that a person decides.
    pub waiting: Vec<TierCount>,
    /// Lines of which nothing is known.
    #[schema(example = 4)]
    pub open: u64,
    pub warnings: Vec<StatementWarning>,
}

impl ImportView {
    pub fn new(imported: Imported, l: &L) -> ImportView {
        let counts = |tiers: std::collections::BTreeMap<&'static str, u64>| {
            tiers.into_iter().map(|(tier, lines)| TierCount { tier: tier.to_owned(), lines }).collect()
        };
        ImportView {
            statements: imported.statements.iter().map(ToString::to_string).collect(),
            lines: imported.lines,
            known: imported.known,
            posted: counts(imported.posted),
            waiting: counts(imported.waiting),
            open: imported.open,
            warnings: warnings(&imported.warnings, l),
        }
    }
}

/// A line of a statement, and what it is taken for.
#[derive(Debug, Serialize, ToSchema)]
// A customer's statement has lines as well, and a description has one schema of a name.
#[schema(as = BankStatementLineView)]
pub struct StatementLineView {
    #[schema(example = "stl_01h455vb4pex5vsknk084sn02q")]
    pub id: String,
    #[schema(example = "2026-11-23")]
    pub booking_date: String,
    #[schema(example = "2026-11-23")]
    pub value_date: Option<String>,
    /// Money in above zero, money out below.
    pub amount: Money,
    /// Who paid, or was paid, as the bank has it.
    #[schema(example = "上海远航贸易有限公司")]
    pub counterparty: Option<String>,
    #[schema(example = "INV-2026-000001")]
    pub reference: Option<String>,
    #[schema(example = "货款 INV-2026-000001")]
    pub text: String,
    /// The bank's code of the kind of movement.
    #[schema(example = "NTRF")]
    pub code: Option<String>,
    #[serde(rename = "match")]
    pub matched: MatchView,
}

/// A line of a statement, and what it was read from.
#[derive(Debug, Serialize, ToSchema)]
pub struct StatementLineDetail {
    #[serde(flatten)]
    line: StatementLineView,
    /// The account of whoever paid, or was paid, as the bank has it.
    #[schema(example = "DE02100100100006820101")]
    counterparty_account: Option<String>,
    /// The row of the table, or the part of the message, as the bank wrote it.
    #[schema(example = "2026-11-23;上海远航贸易有限公司;货款 INV-2026-000001;11300.00")]
    as_written: Option<String>,
    /// What people wrote beside it, oldest first.
    notes: Vec<NoteView>,
}

/// What a line is matched with, or could be.
#[derive(Debug, Serialize, ToSchema)]
pub struct MatchView {
    #[schema(example = "mat_01h455vb4pex5vsknk084sn02q")]
    pub id: Option<String>,
    /// `open`, `matched` or `ignored`.
    #[schema(example = "open")]
    pub state: String,
    /// Why: `reference`, `payer`, `sum`, `own`, `rule`; `hand` where a person decided.
    #[schema(example = "reference")]
    pub tier: Option<String>,
    /// How sure the match or the best candidate is, from 0 to 1.
    #[schema(example = "0.999")]
    pub score: Option<String>,
    /// Two candidates are as good as each other: a person decides.
    pub tied: bool,
    /// A line of another file that may be the same movement: nothing is posted by itself, and a person decides.
    #[schema(example = json!(null))]
    pub maybe_known_as: Option<String>,
    pub reasons: Vec<ReasonView>,
    /// What else it may be, best first; empty once it is matched.
    pub candidates: Vec<CandidateView>,
    /// Its journal entries.
    pub entries: Vec<MatchedEntry>,
    /// Whose payment it was matched as.
    #[schema(example = "cus_01h455vb4pex5vsknk084sn02q")]
    pub customer: Option<String>,
    /// What was settled beside what came.
    pub settled: Vec<SettledView>,
}

/// What speaks for a candidate, or against it.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReasonView {
    /// `number`, `account`, `name`, `other_name`, `amount`, `sum`, `together`, `parts`, `short`, `over`, `days`, `later`, `own`, `rule`.
    #[schema(example = "number")]
    pub code: String,
    /// A sentence in the caller's language.
    #[schema(example = "It names INV-2026-000001")]
    pub text: String,
}

/// One answer to what a line is.
#[derive(Debug, Serialize, ToSchema)]
pub struct CandidateView {
    #[schema(example = "reference")]
    pub tier: String,
    #[schema(example = "0.999")]
    pub score: String,
    #[schema(example = "cus_01h455vb4pex5vsknk084sn02q")]
    pub customer: Option<String>,
    #[schema(example = "上海远航贸易有限公司")]
    pub customer_name: Option<String>,
    pub invoices: Vec<CandidateInvoice>,
    /// Ids of entries that are there, and would be linked.
    #[schema(example = json!([]))]
    pub entries: Vec<String>,
    /// The account that the other side would be posted to.
    #[schema(example = "5603")]
    pub account: Option<String>,
    /// Other lines that it takes together with this one.
    #[schema(example = json!([]))]
    pub lines: Vec<String>,
    pub difference: Option<DifferenceView>,
    pub reasons: Vec<ReasonView>,
}

/// What of a line would be for an invoice.
#[derive(Debug, Serialize, ToSchema)]
pub struct CandidateInvoice {
    #[schema(example = "inv_01h455vb4pex5vsknk084sn02q")]
    pub invoice: String,
    #[schema(example = "INV-2026-000001")]
    pub number: String,
    pub amount: Money,
}

/// Why a line is not what is open.
#[derive(Debug, Serialize, ToSchema)]
pub struct DifferenceView {
    /// `fee`, `discount`, `short` or `over`.
    #[schema(example = "fee")]
    pub kind: String,
    pub amount: Money,
}

/// An entry that a line is matched with.
#[derive(Debug, Serialize, ToSchema)]
pub struct MatchedEntry {
    #[schema(example = "ent_01h455vb4pex5vsknk084sn02q")]
    pub entry: String,
    /// What it moves on the account.
    pub amount: Money,
    /// The match made it, and takes it back when it is undone.
    pub made: bool,
}

/// What of an invoice was settled beside what came for it.
#[derive(Debug, Serialize, ToSchema)]
pub struct SettledView {
    #[schema(example = "inv_01h455vb4pex5vsknk084sn02q")]
    pub invoice: String,
    /// `fee`, `discount` or `small_difference`.
    #[serde(rename = "as")]
    #[schema(example = "fee")]
    pub as_what: String,
    pub amount: Money,
}

impl StatementLineView {
    pub fn new(line: Line, names: &Names, l: &L) -> StatementLineView {
        let currency = line.amount.currency();
        StatementLineView {
            matched: MatchView::new(&line, currency, names, l),
            id: line.id.to_string(),
            booking_date: line.booked_on.to_string(),
            value_date: line.value_on.map(|day| day.to_string()),
            amount: line.amount.into(),
            counterparty: line.payer,
            reference: line.reference,
            text: line.text,
            code: line.code,
        }
    }
}

impl StatementLineDetail {
    pub fn new(line: StatementLineView, written: Option<Written>, notes: Vec<Note>) -> StatementLineDetail {
        let (as_written, counterparty_account) = written.map(|one| (one.row, one.account)).unzip();
        let notes = notes.into_iter().map(NoteView::from).collect();
        StatementLineDetail { line, counterparty_account: counterparty_account.flatten(), as_written, notes }
    }
}

impl MatchView {
    fn new(line: &Line, currency: Currency, names: &Names, l: &L) -> MatchView {
        match &line.matched {
            Some(found) => MatchView::standing(found, l),
            None => {
                let best = line.proposed.candidates.first();
                let candidates = (0..).zip(&line.proposed.candidates);
                MatchView {
                    id: None,
                    state: line.state.clone(),
                    tier: best.map(|best| best.tier.to_string()),
                    score: best.map(|_| share(line.proposed.confidence(0).into())),
                    tied: line.proposed.tied,
                    maybe_known_as: line.proposed.again.map(|line| line.to_string()),
                    reasons: best.map(|best| reasons(&best.reasons, l)).unwrap_or_default(),
                    candidates: candidates
                        .map(|(nth, one)| CandidateView::new((one, line.proposed.confidence(nth)), currency, names, l))
                        .collect(),
                    entries: Vec::new(),
                    customer: None,
                    settled: Vec::new(),
                }
            }
        }
    }

    fn standing(found: &Match, l: &L) -> MatchView {
        let entries = found.entries.iter().map(|(entry, amount, made)| MatchedEntry {
            entry: entry.to_string(),
            amount: (*amount).into(),
            made: *made,
        });
        let settled = found.settled.iter().map(|(invoice, as_what, amount)| SettledView {
            invoice: invoice.to_string(),
            as_what: as_what.name().to_owned(),
            amount: (*amount).into(),
        });
        MatchView {
            id: Some(found.id.to_string()),
            state: "matched".to_owned(),
            tier: Some(found.tier.clone()),
            score: found.score.map(share),
            tied: false,
            maybe_known_as: None,
            reasons: reasons(&found.reasons, l),
            candidates: Vec::new(),
            entries: entries.collect(),
            customer: found.customer.map(|id| id.to_string()),
            settled: settled.collect(),
        }
    }
}

impl CandidateView {
    fn new(
        (candidate, confidence): (&ProposedCandidate, u16),
        currency: Currency,
        names: &Names,
        l: &L,
    ) -> CandidateView {
        let money = |minor| Money::from(kernel::Money::new(minor, currency));
        let invoice = |(id, minor): &(kernel::id::InvoiceId, i64)| CandidateInvoice {
            invoice: id.to_string(),
            number: names.invoice(*id),
            amount: money(*minor),
        };
        let difference = |(kind, minor): &(Word, i64)| DifferenceView { kind: kind.to_string(), amount: money(*minor) };
        CandidateView {
            tier: candidate.tier.to_string(),
            score: share(confidence.into()),
            customer: candidate.customer.map(|id| id.to_string()),
            customer_name: candidate.customer.map(|id| names.customer(id)),
            invoices: candidate.invoices.iter().map(invoice).collect(),
            entries: candidate.entries.iter().map(ToString::to_string).collect(),
            account: candidate.account.clone(),
            lines: candidate.others.iter().map(ToString::to_string).collect(),
            difference: candidate.difference.as_ref().map(difference),
            reasons: reasons(&candidate.reasons, l),
        }
    }
}

/// Thousandths as a share of one.
fn share(thousandths: i32) -> String {
    format!("{}.{:03}", thousandths / 1000, thousandths % 1000)
}

fn reasons(all: &[Told], l: &L) -> Vec<ReasonView> {
    all.iter().map(|told| ReasonView { code: told.code.to_string(), text: told.sentence(l) }).collect()
}

/// What a line is, as a person or a program decided it: exactly one of `entries`, `customer` and `account`; beside `entries`, a `fee` or an
/// `account` says what they differ by.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewMatch {
    /// Further lines that belong to it, as ids.
    #[serde(default)]
    #[schema(max_items = 100, example = json!([]))]
    pub lines: Vec<String>,
    /// Entries that move the account already, as ids.
    #[serde(default)]
    #[schema(max_items = 100, example = json!([]))]
    pub entries: Vec<String>,
    /// Whose payment it is.
    #[schema(example = "cus_01h455vb4pex5vsknk084sn02q")]
    pub customer: Option<String>,
    /// What of it is for which invoice; what is left is the customer's credit.
    #[serde(default)]
    #[schema(max_items = 500)]
    pub invoices: Vec<MatchInvoice>,
    /// Code of the account that the other side is posted to; beside `entries`, or a customer with invoices, what is left of the line.
    #[schema(max_length = 40, example = "5603")]
    pub account: Option<String>,
    /// What a bank kept of the `entries`: they come to so much more than the line.
    pub fee: Option<Money>,
    /// What is posted to `account` is for.
    #[schema(max_length = 200, example = "Account maintenance")]
    pub memo: Option<String>,
}

/// What of a payment is for an invoice.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MatchInvoice {
    #[schema(example = "inv_01h455vb4pex5vsknk084sn02q")]
    pub invoice: String,
    /// What of it is paid, in its currency.
    pub amount: Money,
    /// What that takes of the line, where it is in another currency, as both agreed; at the rate of the day when not given.
    pub paid: Option<Money>,
    /// Why more of the invoice is settled than came: `fee`, `discount` or `small_difference`.
    #[schema(example = "fee")]
    pub settle: Option<String>,
    /// How much more.
    pub settle_amount: Option<Money>,
}

/// Why something is taken back or set aside: whoever looks at it later asks.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Because {
    #[serde(deserialize_with = "said")]
    #[schema(min_length = 1, max_length = 200, example = "Not ours")]
    pub reason: String,
}
