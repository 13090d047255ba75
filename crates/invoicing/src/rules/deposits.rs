//! What a final invoice deducts of deposits, and what is left of a deposit to be credited.

use super::credit::Creditable;
use kernel::id::InvoiceId;
use kernel::{Decimal, Money, MoneyError};
use std::collections::BTreeMap;

/// What an invoice is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Purpose {
    /// What is sold, or the rest of it.
    #[default]
    Sale,
    /// Money before anything is delivered.
    Deposit,
}

impl Purpose {
    pub const ALL: [Purpose; 2] = [Purpose::Sale, Purpose::Deposit];

    /// How rows and the API name it.
    pub const fn name(self) -> &'static str {
        match self {
            Purpose::Sale => "sale",
            Purpose::Deposit => "deposit",
        }
    }

    pub fn by_name(name: &str) -> Option<Purpose> {
        Purpose::ALL.into_iter().find(|purpose| purpose.name() == name)
    }
}

/// A part of a deposit under one tax code and rate; the code is empty where none applies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Share {
    pub deposit: InvoiceId,
    pub code: String,
    pub rate: Decimal,
    pub net: Money,
    pub tax: Money,
}

/// What a sale comes to under one tax code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Charged {
    pub code: String,
    pub net: Money,
    pub tax: Money,
}

/// What is deducted from a sale of what is left of deposits, in their order: all of it where it fits.
///
/// Never more net than the sale has under the code, nor more with tax than the code comes to, nor than the whole comes to; of the
/// net that fits goes the same part of the tax. A share of which nothing fits is left out.
pub fn deduct(sale: &[Charged], left: &[Share]) -> Result<Vec<Share>, MoneyError> {
    let Some(first) = sale.first() else { return Ok(Vec::new()) };
    let zero = Money::zero(first.net.currency());
    let mut rooms: BTreeMap<&str, (Money, Money)> = BTreeMap::new();
    let mut whole = zero;
    for charged in sale {
        let room = rooms.entry(&charged.code).or_insert((zero, zero));
        *room = (room.0.plus(charged.net)?, room.1.plus(charged.tax)?);
        whole = whole.plus(charged.net)?.plus(charged.tax)?;
    }
    let mut deducted = Vec::new();
    for share in left {
        let Some((net_room, tax_room)) = rooms.get_mut(share.code.as_str()) else { continue };
        let (net, tax) = fitting(share, (*net_room, *tax_room), whole)?;
        if !net.is_positive() {
            continue;
        }
        (*net_room, *tax_room) = (net_room.minus(net)?, tax_room.minus(tax)?);
        whole = whole.minus(net)?.minus(tax)?;
        deducted.push(Share { net, tax, ..share.clone() });
    }
    Ok(deducted)
}

/// The part of a share that fits into what is left of its code, net and tax, and of the whole.
fn fitting(share: &Share, (net_room, tax_room): (Money, Money), whole: Money) -> Result<(Money, Money), MoneyError> {
    let net = least(share.net, net_room);
    let tax = if net == share.net { share.tax } else { share.tax.share(net.minor(), share.net.minor())? };
    // The tax of the rest may be below zero by a rounding, the rest with it may not.
    let tax = least(tax, net_room.plus(tax_room)?.minus(net)?);
    let gross = net.plus(tax)?;
    if gross.minor() <= whole.minor() {
        return Ok((net, tax));
    }
    let net = net.share(whole.minor(), gross.minor())?;
    Ok((net, whole.minus(net)?))
}

fn least(a: Money, b: Money) -> Money {
    if a.minor() <= b.minor() { a } else { b }
}

/// Whether these shares are still left: of each no more than `left` has, in net and in tax. Gives the first deposit that has less.
pub fn missing(wanted: &[Share], left: &[Share]) -> Option<InvoiceId> {
    let is_there = |want: &&Share| {
        let same = |of: &&Share| of.deposit == want.deposit && of.code == want.code && of.rate == want.rate;
        left.iter()
            .find(same)
            .is_some_and(|of| want.net.minor() <= of.net.minor() && want.tax.minor() <= of.tax.minor())
    };
    wanted.iter().find(|want| !is_there(want)).map(|want| want.deposit)
}

/// Counts what final invoices deducted as taken off the lines of a deposit, which are of one code and rate, from the first line
/// on: what is left to credit is then what is left of the deposit.
///
/// A line whose net is gone has no tax left either; what rounding makes of a difference lies on the line where it ends.
pub fn set_aside(lines: &mut [&mut Creditable], net: Money, tax: Money) -> Result<(), MoneyError> {
    let (mut net, mut tax) = (net, tax);
    let mut last = None;
    for (index, line) in lines.iter_mut().enumerate() {
        let (net_left, tax_left) = (line.net.minus(line.credited_net)?, line.tax.minus(line.credited_tax)?);
        let taken = least(net, net_left);
        if !taken.is_positive() {
            continue;
        }
        let with = if taken == net_left { tax_left } else { tax_left.share(taken.minor(), net_left.minor())? };
        line.credited_net = line.credited_net.plus(taken)?;
        line.credited_tax = line.credited_tax.plus(with)?;
        (net, tax) = (net.minus(taken)?, tax.minus(with)?);
        last = Some(index);
    }
    // Where a line is used up, the difference goes to the next, whose tax is still to be credited.
    let next = lines.iter().position(|line| line.net != line.credited_net).or(last);
    if let Some(line) = next.and_then(|index| lines.get_mut(index)) {
        line.credited_tax = line.credited_tax.plus(tax)?;
    }
    Ok(())
}

/// What a bad debt of a deposit does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GivingUp {
    /// Nothing of it is deducted: what waits of it goes with it.
    Waiting,
    /// All of it is deducted: it was delivered, and what is given up is lost.
    Delivered,
    /// Neither: what is left must be credited first.
    InPart,
}

/// How a deposit stands of which so much is deducted and so much is left, tax included.
pub fn giving_up(deducted: Money, left: Money) -> GivingUp {
    match (deducted.is_zero(), left.is_zero()) {
        (true, _) => GivingUp::Waiting,
        (false, true) => GivingUp::Delivered,
        (false, false) => GivingUp::InPart,
    }
}

#[cfg(test)]
#[path = "deposits_tests.rs"]
mod tests;
