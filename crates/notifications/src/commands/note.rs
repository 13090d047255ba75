//! What became of an attempt.

use super::held;
use crate::rules::failure::{Failure, next_after};
use crate::rules::mail::Status;
use crate::store;
use ::store::{Command, Error, Tx};
use kernel::Permission;
use kernel::id::MailId;
use schema::types::At;

/// How an attempt ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    Sent,
    Failed(Failure),
}

/// Notes how an attempt ended, and plans the next one. Says nothing where another worker has the mail by now.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NoteOutcome {
    pub mail: MailId,
    /// Which attempt it was.
    pub attempt: i32,
    pub outcome: Outcome,
}

impl Command for NoteOutcome {
    const NAME: &'static str = "mail.note";
    const PERMISSION: Permission = Permission::SystemWork;
    type Output = Status;

    fn run(&self, tx: &mut Tx<'_>) -> Result<Status, Error> {
        let mut row = held(tx, self.mail)?;
        let before = Status::by_name(&row.status).ok_or_else(|| Error::Broken(format!("status of {}", self.mail)))?;
        if before != Status::Waiting || row.attempts != self.attempt {
            return Ok(before);
        }
        let after = match self.outcome {
            Outcome::Sent => {
                (row.next_at, row.sent_at) = (None, Some(At(tx.now())));
                (row.error, row.error_code) = (None, None);
                Status::Sent
            }
            Outcome::Failed(failure) => {
                let wait_s = next_after(row.attempts, failure);
                row.next_at = wait_s.map(|s| At(tx.now() + jiff::SignedDuration::from_secs(s)));
                row.error = Some(failure.class.name().to_owned());
                row.error_code = failure.code.map(i32::from);
                if wait_s.is_some() { Status::Waiting } else { Status::Failed }
            }
        };
        after.name().clone_into(&mut row.status);
        store::update(tx.conn, &row)?;
        let details = serde_json::json!({
            "status": row.status, "attempt": row.attempts, "error": row.error, "code": row.error_code,
        });
        tx.audit(self.mail, &details)?;
        Ok(after)
    }
}
