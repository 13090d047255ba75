//! Which lines were there before.

use crate::rules::days::{Days, missing, together};
use crate::store;
use ::store::{Conn, Error};
use kernel::Currency;
use kernel::id::OrganisationId;
use std::collections::HashSet;

/// Fingerprints of what was kept of an account in one currency, over the days that were asked for.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    days: Option<Days>,
    prints: HashSet<i64>,
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
            let others = store::overlapping(conn, organisation, account, part)?;
            self.prints.extend(store::fingerprints(conn, organisation, &others, part)?);
        }
        self.days = Some(together(self.days, days));
        Ok(())
    }

    pub fn has(&self, fingerprint: i64) -> bool {
        // A file that is new meets nothing.
        !self.prints.is_empty() && self.prints.contains(&fingerprint)
    }
}
