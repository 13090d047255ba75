//! What a file of statements is made of, in the order in which it is read.

use crate::note::Note;
use kernel::{Currency, Date, Money};

/// The next thing that a file says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    Opens(Opening),
    Line(Box<Line>),
    Closes(Closing),
}

/// A statement begins.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Opening {
    /// IBAN or the bank's own number, without blanks.
    pub account: Option<String>,
    /// The statement's number or id, as the bank gives it.
    pub number: Option<String>,
    pub currency: Option<Currency>,
    /// It tells single movements and no day whole (camt.054): what another of them tells is something else.
    pub is_notice: bool,
}

/// A statement ends.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Closing {
    pub opening: Option<Balance>,
    pub closing: Option<Balance>,
    pub warnings: Vec<Note>,
}

/// What stood on the account; below zero is owed to the bank.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Balance {
    pub amount: Money,
    pub date: Option<Date>,
}

/// Something that moved the account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Where it stands: the line of the file, or the row of a sheet, counted from one.
    pub place: u64,
    pub booked_on: Option<Date>,
    pub value_on: Option<Date>,
    /// Money in above zero, money out below.
    pub amount: Money,
    /// What the payer ordered, where the bank says it: often in another currency. Without a sign.
    pub instructed: Option<Money>,
    /// What banks kept for themselves, where that is said of the line. Without a sign.
    pub charges: Option<Money>,
    /// The bank takes another line back.
    pub is_reversal: bool,
    pub references: Vec<Reference>,
    pub counterparty: Counterparty,
    /// What the payer wrote, and what the bank adds.
    pub text: String,
    /// The bank's code for what kind of movement it is.
    pub code: Option<String>,
    /// How many payments the bank took together, where it says so and does not say what each came to.
    pub payments: u32,
    /// What it was read from.
    pub raw: String,
}

/// A number by which a movement is known.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Reference {
    pub kind: ReferenceKind,
    pub value: String,
}

/// Who gave a reference, and for what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReferenceKind {
    /// The payer's number of the payment, handed through to the end (SEPA: `EREF`).
    EndToEnd,
    /// The account owner's own number (`KREF`, or the reference of an MT940 line).
    Own,
    /// The bank's number of the movement: the same in all its files.
    Bank,
    Mandate,
    /// A creditor reference that was printed on the invoice: ISO 11649, Swiss, Belgian, Finnish.
    Creditor,
    Cheque,
}

impl ReferenceKind {
    pub const fn name(self) -> &'static str {
        match self {
            ReferenceKind::EndToEnd => "end_to_end",
            ReferenceKind::Own => "own",
            ReferenceKind::Bank => "bank",
            ReferenceKind::Mandate => "mandate",
            ReferenceKind::Creditor => "creditor",
            ReferenceKind::Cheque => "cheque",
        }
    }
}

/// Whoever paid, or was paid.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counterparty {
    pub name: Option<String>,
    /// IBAN or number, without blanks.
    pub account: Option<String>,
    /// BIC or bank code.
    pub bank: Option<String>,
}

/// So many warnings of a statement are kept: a file may have one a line.
const WARNINGS_MAX: usize = 100;

impl Closing {
    /// Notes warnings, and where there are very many of them that more were left out.
    pub(crate) fn note(&mut self, more: &mut Vec<Note>) {
        for warning in more.drain(..) {
            if self.warnings.len() < WARNINGS_MAX {
                self.warnings.push(warning);
            } else if self.warnings.len() == WARNINGS_MAX {
                self.warnings.push(Note::of("more_warnings").with("most", WARNINGS_MAX));
            }
        }
    }

    /// Notes where the balances are not as far apart as what moved between them.
    pub(crate) fn check(&mut self, moved_minor: i128) {
        let (Some(opening), Some(closing)) = (self.opening, self.closing) else { return };
        if opening.amount.currency() != closing.amount.currency() {
            return;
        }
        let wanted = i128::from(closing.amount.minor()) - i128::from(opening.amount.minor());
        if wanted != moved_minor {
            let currency = opening.amount.currency();
            let of = |minor: i128| {
                i64::try_from(minor).map_or_else(|_| minor.to_string(), |m| Money::new(m, currency).to_string())
            };
            let note = Note::of("balance_differs").with("opening", opening.amount).with("closing", closing.amount);
            self.warnings.push(note.with("wanted", of(wanted)).with("moved", of(moved_minor)));
        }
    }
}

impl Line {
    /// A line of an amount, with nothing said about it yet.
    pub(crate) fn of(place: u64, amount: Money) -> Line {
        Line {
            place,
            booked_on: None,
            value_on: None,
            amount,
            instructed: None,
            charges: None,
            is_reversal: false,
            references: Vec::new(),
            counterparty: Counterparty::default(),
            text: String::new(),
            code: None,
            payments: 1,
            raw: String::new(),
        }
    }

    /// Notes a number, unless it says that there is none.
    pub(crate) fn refer(&mut self, kind: ReferenceKind, value: &str) {
        let value = value.trim();
        let is_known = self.references.iter().any(|known| known.kind == kind && known.value == value);
        if !is_known {
            self.references.extend(Reference::of(kind, value));
        }
    }
}

impl Reference {
    /// A number; nothing where it says that there is none.
    pub(crate) fn of(kind: ReferenceKind, value: &str) -> Option<Reference> {
        let value = value.trim();
        let is_none =
            ["", "NONREF", "NOTPROVIDED", "NOT PROVIDED", "-"].iter().any(|no| value.eq_ignore_ascii_case(no));
        (!is_none).then(|| Reference { kind, value: value.to_owned() })
    }
}

/// A text without blanks about it; nothing where nothing is left.
pub(crate) fn some(text: &str) -> Option<String> {
    Some(text.trim()).filter(|text| !text.is_empty()).map(str::to_owned)
}

/// A number of an account as it is compared: without blanks.
pub(crate) fn number(text: &str) -> Option<String> {
    // Nearly all are written in one.
    if text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return (!text.is_empty()).then(|| text.to_owned());
    }
    let number: String = text.split_whitespace().collect();
    (!number.is_empty()).then_some(number)
}
