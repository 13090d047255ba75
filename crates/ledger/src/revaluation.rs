//! What a month's end makes of balances in other currencies: looked at before it is posted, posted, and missed where it was not.

use crate::posting::{self, chart_of};
use crate::refused::entry_refused;
use crate::rules::chart::Chart;
use crate::rules::rate::Quote;
use crate::rules::revaluation::{self as rules, Differences, Held, Place, Revalued};
use crate::store::revaluations;
use ::store::{Conn, Error, books};
use kernel::id::OrganisationId;
use kernel::{Currency, Date, Decimal, Money, Refusal};
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

/// The balances of a day at its closing rates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revaluation {
    pub on: Date,
    /// The currency of the books.
    pub home: Currency,
    /// The closing rate of every currency, and where it comes from.
    pub rates: BTreeMap<Currency, Quote>,
    /// Every balance of money and claims in another currency, by account, currency and customer.
    pub balances: Vec<Revalued>,
    /// What is posted of it so far.
    pub(crate) posted: Differences,
    pub(crate) chart: Chart,
}

impl Revaluation {
    /// What all balances together are worth more than the books say; below zero, less.
    pub fn gain(&self) -> Money {
        Money::new(self.balances.iter().map(Revalued::difference_minor).sum(), self.home)
    }

    /// Whether something is still to be posted.
    pub fn is_due(&self) -> Result<bool, Error> {
        Ok(self.draft()?.is_some())
    }

    pub(crate) fn draft(&self) -> Result<Option<crate::EntryDraft>, Error> {
        rules::draft(self.chart, self.on, &self.balances, &self.posted)
            .map_err(|error| entry_refused(error, self.on, self.home).into())
    }
}

/// Values what stands at the end of a day. Refuses `closing_rate_missing` where the month of a currency has no rate: an older
/// one says nothing of its end (IAS 21.8).
pub(crate) fn of_day(conn: &mut Conn, organisation: OrganisationId, on: Date) -> Result<Revaluation, Error> {
    let books = books::load(conn, organisation)?;
    let (chart, home) = (chart_of(&books)?, books.currency);
    let mut held = revaluations::held(conn, organisation, on, home)?;
    held.retain(|held| chart.is_monetary(&held.place.0));
    let posted = revaluations::posted(conn, organisation, on)?;
    held.extend(brought_to_nothing(chart, &held, &posted));
    let mut rates: BTreeMap<Currency, Quote> = BTreeMap::new();
    for held in held.iter().filter(|held| !held.amount.is_zero()) {
        if let Entry::Vacant(place) = rates.entry(held.amount.currency()) {
            let quote = closing_rate(conn, organisation, *place.key(), home, on)?;
            place.insert(quote);
        }
    }
    let plain: BTreeMap<Currency, Decimal> = rates.iter().map(|(currency, quote)| (*currency, quote.rate)).collect();
    let balances = rules::revalue(&held, &posted, &plain, home).map_err(|error| entry_refused(error, on, home))?;
    Ok(Revaluation { on, home, rates, balances, posted, chart })
}

/// Places where a former revaluation of the day made up for just what was left there: nothing stands there now, and is not to
/// be taken for a place that never had anything.
fn brought_to_nothing(chart: Chart, held: &[Held], posted: &Differences) -> Vec<Held> {
    let there: BTreeSet<&Place> = held.iter().map(|held| &held.place).collect();
    let gone = posted.keys().filter(|place| chart.is_monetary(&place.0) && !there.contains(place));
    gone.map(|place| Held { place: place.clone(), amount: Money::zero(place.2), book_minor: 0 }).collect()
}

fn closing_rate(
    conn: &mut Conn,
    organisation: OrganisationId,
    currency: Currency,
    home: Currency,
    on: Date,
) -> Result<Quote, Error> {
    let quote = posting::quote(conn, organisation, (currency, home), on)?;
    let of_month = quote.filter(|quote| quote.day().is_some_and(|day| day >= on.first_of_month()));
    Ok(of_month.ok_or_else(|| {
        Refusal::conflict("closing_rate_missing").with("from", currency.code()).with("to", home.code()).with("on", on)
    })?)
}

/// What keeps a month with balances in other currencies from being ready to close.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unrevalued {
    /// They were not revalued, or something was posted or a rate corrected since.
    Due,
    /// There is no rate of the month from this currency.
    NoRate(Currency),
}

/// Whether the balances of a day are still to be revalued; `None` where all is done, or nothing stands in another currency.
pub(crate) fn missing(conn: &mut Conn, organisation: OrganisationId, on: Date) -> Result<Option<Unrevalued>, Error> {
    match of_day(conn, organisation, on) {
        Ok(revaluation) => Ok(revaluation.is_due()?.then_some(Unrevalued::Due)),
        Err(Error::Refused(refusal)) if refusal.code == "closing_rate_missing" => {
            let code = refusal.args.iter().find_map(|(name, arg)| match arg {
                kernel::Arg::Text(code) if *name == "from" => Currency::parse(code).ok(),
                _ => None,
            });
            Ok(code.map(Unrevalued::NoRate))
        }
        Err(error) => Err(error),
    }
}
