//! Which lines were there before.

use crate::rules::days::{Days, missing, together};
use crate::store;
use ::store::{Conn, Error};
use kernel::Currency;
use kernel::id::{OrganisationId, StatementId};
use rustc_hash::FxHashSet;

/// Fingerprints of what was kept of an account in one currency: all of each statement that has any of the days that were asked for,
/// since to read a statement day by day is to read it as often as it has days.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    days: Option<Days>,
    statements: FxHashSet<StatementId>,
    prints: FxHashSet<i64>,
}

impl Seen {
    /// Whether lines of these days can be asked for.
    pub fn covers(&self, days: Days) -> bool {
        missing(self.days, days).is_empty()
    }

    /// Sees to it that they can.
    pub fn reach(
        &mut self,
        conn: &mut Conn,
        organisation: OrganisationId,
        account: (&str, Currency),
        days: Days,
    ) -> Result<(), Error> {
        for part in missing(self.days, days) {
            for statement in store::overlapping(conn, organisation, account, part)? {
                if self.statements.insert(statement) {
                    self.prints.extend(store::fingerprints(conn, organisation, statement)?);
                }
            }
        }
        self.days = Some(together(self.days, days));
        Ok(())
    }

    pub fn has(&self, fingerprint: i64) -> bool {
        // A file that is new meets nothing.
        !self.prints.is_empty() && self.prints.contains(&fingerprint)
    }
}
