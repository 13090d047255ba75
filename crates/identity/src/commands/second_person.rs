//! Nobody decides alone: the check that commands of other slices make, and the owner's switch.

use super::organisation::{locked, owners_only, save};
use crate::directory::is_fresh;
use crate::queries;
use crate::rules::second_person::{Asked, Asker, Decision, decide};
use ::store::{Command, Error, Tx};
use kernel::id::{Id, Kind};
use kernel::{Actor, Decimal, Money, Permission, Refusal};

/// An act that gives money or claims away.
#[derive(Debug, Clone, Copy)]
pub struct Giving<'a, K: Kind> {
    /// `refund`, `write_off`, `release`: names the sentence of the refusal.
    pub act: &'static str,
    /// The document it is about.
    pub about: Id<K>,
    /// All that acts of this kind give away of the document, this one included.
    pub amount: Money,
    /// Units of the books' currency per unit, as the document has it.
    pub rate: Decimal,
    /// Who made the document, by [`Actor::name`]; nobody where it came about without one.
    pub maker: Option<&'a str>,
}

/// Lets a claim be given up: as [`need_second_person`] does, and above what one person may do alone by whoever may write off. So
/// whatever else gives claims up beside its own work (a bank's line that is matched) gives up no more than little.
///
/// Refuses `write_off_not_allowed`, and what [`need_second_person`] does.
pub fn may_give_up<K: Kind>(tx: &mut Tx<'_>, giving: &Giving<'_, K>) -> Result<(), Error> {
    let organisation = tx.organisation();
    let settings = queries::settings(tx.conn, organisation)?;
    let limit = settings.decides_alone_up_to;
    if value(tx, giving)?.minor() > limit.minor() && tx.authorise(Permission::InvoiceWriteOff).is_err() {
        return Err(Refusal::forbidden("write_off_not_allowed").with("limit", limit).into());
    }
    need_second_person(tx, giving)
}

/// What an act gives away, in the books' currency.
fn value<K: Kind>(tx: &mut Tx<'_>, giving: &Giving<'_, K>) -> Result<Money, Error> {
    let currency = tx.books()?.currency;
    Ok(giving.amount.convert(giving.rate, currency)?)
}

/// Lets an act pass that two people stand behind, or that is small enough for one; to be asked once the document is held.
/// Where the owner lets one person decide, the trail of the document says that one did.
///
/// Refuses `second_person_needed`, and `confirm_identity` where giving the password again is all that is missing.
pub fn need_second_person<K: Kind>(tx: &mut Tx<'_>, giving: &Giving<'_, K>) -> Result<(), Error> {
    let organisation = tx.organisation();
    let settings = queries::settings(tx.conn, organisation)?;
    let limit = settings.decides_alone_up_to;
    let value = value(tx, giving)?;
    let context = tx.context();
    let asker = match &context.actor {
        Actor::System { .. } => Asker::House,
        Actor::User { .. } => Asker::Person { fresh: is_fresh(context) },
        Actor::ApiKey { .. } | Actor::PayLink { .. } => Asker::Program,
    };
    let asked = Asked {
        value_minor: value.minor(),
        limit_minor: limit.minor(),
        asker,
        made_it: giving.maker == Some(context.actor.name().as_str()),
        single_person: settings.single_person,
    };
    match decide(&asked) {
        Decision::Allowed => Ok(()),
        Decision::Alone => tx.audit(
            giving.about,
            &serde_json::json!({ "decided_alone": giving.act, "value": value.to_string(), "limit": limit.to_string() }),
        ),
        Decision::SecondPersonNeeded => {
            Err(Refusal::conflict("second_person_needed").with("act", giving.act).with("limit", limit).into())
        }
        Decision::ConfirmIdentity => Err(Refusal::forbidden("confirm_identity").into()),
    }
}

/// Sets what one person may do alone. An owner's own decision, never a program's; ask for a confirmed session
/// ([`crate::require_fresh`]) before.
#[derive(Debug, Clone, Copy)]
pub struct SetSecondPerson {
    /// One person may do what otherwise takes two.
    pub single_person: bool,
    /// Up to this nobody else is needed; in the books' currency, not below zero.
    pub alone_up_to: Money,
}

impl Command for SetSecondPerson {
    const NAME: &'static str = "organisation.second_person";
    const PERMISSION: Permission = Permission::SettingsWrite;
    type Output = ();

    fn run(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        owners_only(tx)?;
        let mut row = locked(tx)?;
        if self.alone_up_to.currency() != row.currency {
            return Err(Refusal::field("/decides_alone_up_to", "currency_mismatch").into());
        }
        if self.alone_up_to.is_negative() {
            return Err(Refusal::field("/decides_alone_up_to", "negative").into());
        }
        row.single_person = self.single_person;
        row.alone_up_to_minor = self.alone_up_to.minor();
        let details = serde_json::json!({
            "version": row.version + 1,
            "single_person": row.single_person,
            "decides_alone_up_to": self.alone_up_to.to_string(),
        });
        save(tx, &row, &details)
    }
}
