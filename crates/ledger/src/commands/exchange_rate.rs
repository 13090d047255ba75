//! Rates become known: one that is given by hand, and those of a file.

use crate::rules::rate::ExchangeRate;
use crate::store::rates;
use ::store::{Command, Error, Tx};
use kernel::Permission;

/// Sets a rate from a day on, in place of one that was there. Documents keep the rate that they were valued at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetExchangeRate(pub ExchangeRate);

impl Command for SetExchangeRate {
    const NAME: &'static str = "exchange_rate.set";
    const PERMISSION: Permission = Permission::LedgerPost;
    type Output = ();

    fn run(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        let (organisation, rate) = (tx.organisation(), &self.0);
        rates::set(tx.conn, organisation, rate)?;
        let details = serde_json::json!({
            "base": rate.base, "quote": rate.quote, "valid_from": rate.valid_from.to_string(),
            "rate": rate.rate.to_string(), "source": rate.source,
        });
        tx.audit(organisation, &details)
    }
}

/// Takes over the rates of a file, each in place of one of its day that was there; all of them or none. No two are of the same
/// currencies and day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakeExchangeRates(pub Vec<ExchangeRate>);

/// What came of a file's rates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TakenRates {
    pub added: usize,
    /// In place of others.
    pub changed: usize,
    /// They were there already.
    pub same: usize,
}

impl Command for TakeExchangeRates {
    const NAME: &'static str = "exchange_rate.take";
    const PERMISSION: Permission = Permission::LedgerPost;
    type Output = TakenRates;

    fn run(&self, tx: &mut Tx<'_>) -> Result<TakenRates, Error> {
        let days = self.0.iter().map(|rate| rate.valid_from);
        let (Some(first), Some(last)) = (days.clone().min(), days.max()) else { return Ok(TakenRates::default()) };
        let organisation = tx.organisation();
        let known = rates::between(tx.conn, organisation, first, last)?;
        let mut taken = TakenRates::default();
        let mut new = Vec::new();
        for rate in &self.0 {
            match known.get(&(rate.base, rate.quote, rate.valid_from)) {
                None => new.push(rate),
                Some(there) if there == rate => taken.same += 1,
                Some(_) => {
                    rates::set(tx.conn, organisation, rate)?;
                    taken.changed += 1;
                }
            }
        }
        taken.added = new.len();
        rates::insert(tx.conn, organisation, &new)?;
        let details = serde_json::json!({
            "from": first.to_string(), "to": last.to_string(), "added": taken.added, "changed": taken.changed,
            "same": taken.same,
        });
        tx.audit(organisation, &details)?;
        Ok(taken)
    }
}
