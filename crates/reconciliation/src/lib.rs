//! Reconciliation: what banks say meets the books.
//!
//! Vocabulary: a *statement* is what a bank says of one account over some days, its *lines* are what moved the account; a *match* says
//! what lines are: journal entries on that account that were there (it *links* them) or that it *makes* (a payment, a fee); a *tier*
//! is why: a reference, the payer, a sum, one of our own accounts, a rule, somebody's hand. Invariants: the lines of a match and its
//! entries come to the same; a line or an entry is in one standing match at most; a file that was read before, or overlaps with one,
//! adds nothing that is there; where two answers are as good as each other nothing posts by itself; undoing a match takes back what it
//! made and nothing else.

mod accept;
mod ahead;
pub mod api;
mod apply;
mod as_written;
mod books;
mod clearing;
mod columns;
pub mod commands;
mod current;
mod desk;
mod doubtful;
mod fees;
mod file;
mod handed_in;
mod import;
mod match_rule;
mod owed;
mod pace;
pub mod pages;
pub mod posting;
mod proposal;
pub mod queries;
mod renew;
mod replay;
pub mod report;
pub mod rulebook;
pub mod rules;
mod said;
mod seen;
pub mod settlements;
mod sheets;
mod store;
mod upload;
mod verify;
mod watch;
mod word;

pub use as_written::{Written, as_written};
pub use desk::asked_of;
pub use doubtful::Doubtful;
pub use file::{StatementFile, broken};
pub use import::{Asked, Imported, Told, import};
pub use match_rule::{Bounds, Conditions, Fits, MatchRule, Replay, RuleData};
pub use posting::{POST_FROM, POST_NOTHING};
pub use proposal::{Proposed, ProposedCandidate, Told as Reason};
pub use renew::{Renewed, renew};
pub use upload::Inbox;
pub use verify::verify;
pub use watch::Watch;

use ::store::Migration;

/// Steps of the schema.
pub const MIGRATIONS: &[Migration] = &[Migration {
    version: 2026_1128_0400,
    name: "reconciliation",
    sql: include_str!("../migrations/0001_reconciliation.sql"),
}];

/// Sentences of the slice.
pub const MESSAGES: web::i18n::Messages = &[
    (kernel::Locale::En, include_str!("../locale/en.ftl")),
    (kernel::Locale::ZhCn, include_str!("../locale/zh-CN.ftl")),
];

#[cfg(test)]
mod tests {
    #[test]
    fn the_messages_are_complete() {
        assert_eq!(web::i18n::I18n::check(&[super::MESSAGES]), Vec::<String>::new());
    }
}
