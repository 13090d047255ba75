//! What stands beside a line: notes, and entries that it may be.

use crate::desk::{Entry, Note};
use kernel::id::CustomerId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::wire::Money;

/// A note beside a line, and whom it asks.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewNote {
    #[schema(min_length = 1, max_length = 2000, example = "Which contract is this?")]
    pub text: String,
    /// A colleague, who sees the line among what is asked until it is dealt with.
    #[schema(example = "usr_01h455vb4pex5vsknk084sn02q")]
    pub asked: Option<String>,
}

/// What somebody wrote beside a line.
#[derive(Debug, Serialize, ToSchema)]
pub struct NoteView {
    #[schema(example = "Which contract is this?")]
    pub text: String,
    /// Who wrote it: a person, or a program by its key.
    #[schema(example = "usr_01h455vb4pex5vsknk084sn02q")]
    pub by: String,
    #[schema(example = "2026-11-23T08:30:00Z")]
    pub at: String,
    /// The colleague who is asked.
    #[schema(example = "usr_01h455vb4pex5vsknk084sn02q")]
    pub asked: Option<String>,
}

impl From<Note> for NoteView {
    fn from(note: Note) -> Self {
        NoteView {
            text: note.text,
            by: note.by,
            at: note.at.to_string(),
            asked: note.asked.map(|person| person.to_string()),
        }
    }
}

/// An entry that moves the statement's account and that no line is matched with.
#[derive(Debug, Serialize, ToSchema)]
pub struct FreeEntryView {
    #[schema(example = "ent_01h455vb4pex5vsknk084sn02q")]
    pub id: String,
    #[schema(example = "2026-11-23")]
    pub date: String,
    /// As in the journal: `payment`, `refund`, `transfer`, …
    #[schema(example = "payment")]
    pub kind: String,
    #[schema(example = "cus_01h455vb4pex5vsknk084sn02q")]
    pub customer: Option<String>,
    #[schema(example = "上海远航贸易有限公司")]
    pub customer_name: Option<String>,
    #[schema(example = "货款")]
    pub memo: String,
    /// Into the account above zero, out of it below.
    pub amount: Money,
}

impl FreeEntryView {
    pub fn new(entry: Entry, customer: Option<CustomerId>) -> FreeEntryView {
        FreeEntryView {
            id: entry.id.to_string(),
            date: entry.on.to_string(),
            kind: entry.kind,
            customer: customer.map(|id| id.to_string()),
            customer_name: entry.customer,
            memo: entry.memo,
            amount: entry.amount.into(),
        }
    }
}
