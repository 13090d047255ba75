//! Notifications: what the house tells people outside itself. So far, mail.
//!
//! Vocabulary: a *mail* is a wish of the business to have something told to somebody, written in the transaction that wishes it; a
//! *letter* is what it says, composed when it is sent by the room whose document it is about; the *mailer* is the way out, to the
//! mail server that the configuration names. Invariants: a mail is sent at least once, each time under the same message id; it
//! ends as `sent` or `failed`, and failed ones are shown and can be sent again; addresses are sealed under the key of whom they
//! belong to; whoever is no staff has mail sent to the address on file alone, and only so often; without a mail server nothing is
//! written that would wait for one.

pub mod api;
pub mod commands;
mod deliver;
mod letter;
mod mailer;
pub mod pages;
pub mod queries;
pub mod rules;
mod store;

pub use commands::{MailOrder, SendAgain, SendTest, SetMailing, order, was_ordered};
pub use deliver::send_due;
pub use letter::{Attachment, Letter, test_letter};
pub use mailer::{Mailer, MailerConfig};
pub use queries::{Due, Mail, offered};
pub use rules::failure::{Failure, FailureClass};
pub use rules::mail::{Purpose, Status};

use ::store::Migration;

/// Steps of the schema.
pub const MIGRATIONS: &[Migration] = &[Migration {
    version: 2026_1127_0100,
    name: "notifications",
    sql: include_str!("../migrations/0001_notifications.sql"),
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
