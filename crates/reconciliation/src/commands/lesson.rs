//! What a match teaches for the next time: who pays from an account, and, where a person decided, under a name.

use crate::rules::fingerprint::key;
use crate::store::{self, LineRow};
use ::store::{Error, Tx};
use kernel::id::CustomerId;
use matching::SEEN_FROM;
use schema::types::At;

/// What is learnt of a match, and forgotten with it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lesson {
    customer: CustomerId,
    of_account: bool,
    of_name: bool,
}

impl Lesson {
    /// A person teaches both. Where a number was said in full, the account is the customer's, whatever it is called there.
    pub fn of(tier: &str, score: Option<i32>, customer: CustomerId) -> Lesson {
        let by_hand = tier == "hand";
        let is_sure = tier == "reference" && score.is_some_and(|score| score >= SEEN_FROM.into());
        Lesson { customer, of_account: by_hand || is_sure, of_name: by_hand }
    }

    pub fn learn(self, tx: &mut Tx<'_>, lines: &[LineRow]) -> Result<(), Error> {
        let (organisation, at) = (tx.organisation(), At(tx.now()));
        for (alias, name) in self.aliases(lines) {
            store::learn(tx.conn, organisation, (alias.0, alias.1, name), self.customer, at)?;
        }
        Ok(())
    }

    /// What the match taught counts no longer; what others taught as well stays.
    pub fn forget(self, tx: &mut Tx<'_>, lines: &[LineRow]) -> Result<(), Error> {
        for (alias, _) in self.aliases(lines) {
            store::forget(tx.conn, tx.context().organisation, alias, self.customer)?;
        }
        Ok(())
    }

    /// Kind and key of each alias, and the name itself.
    fn aliases(self, lines: &[LineRow]) -> impl Iterator<Item = ((&'static str, i64), Option<&str>)> {
        lines.iter().flat_map(move |line| {
            let account = line.payer_key.filter(|_| self.of_account).map(|account| (("account", account), None));
            let name = line.payer.as_deref().filter(|_| self.of_name);
            account.into_iter().chain(name.map(|name| (("name", key(name)), Some(name))))
        })
    }
}
