//! What speaks for an answer, and how sure that makes it.

use crate::candidate::{Difference, DifferenceKind};
use crate::name::Likeness;
use kernel::{Currency, Date};

/// How well whoever paid is known to be this party.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Payer {
    /// The name or the account is another party's.
    Other,
    /// The line does not tell, or names nobody whom the books know.
    Unknown,
    /// Called so, but no better than another whose account it is: two sisters' name is told apart by the account.
    Elsewhere(Likeness),
    Name(Likeness),
    /// From an account that this party alone was seen to pay from, and no name speaks against it.
    Account,
}

/// How the amount fits what is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fit {
    Equal,
    /// Several come to it, and nothing else does.
    Sum,
    Differs(Difference),
}

/// So many days after the invoice a discount for paying early is taken.
const DISCOUNT_DAYS: i64 = 14;
/// Hundredths of the amount that are taken as a discount.
const DISCOUNT_PERCENT: [i64; 3] = [3, 2, 1];
/// Banks between keep no more than so many units, nor more than this share of the amount.
const FEE_UNITS_MAX: i64 = 60;
const FEE_SHARE: i64 = 20;

/// How an amount fits what is open of an invoice of a day.
pub(crate) fn fit(paid: i64, open: i64, currency: Currency, dated: Date, on: Date) -> Fit {
    let differs = |kind, minor| Fit::Differs(Difference { kind, minor });
    let short = open - paid;
    if short == 0 {
        return Fit::Equal;
    }
    if short < 0 {
        return differs(DifferenceKind::Over, -short);
    }
    if !is_nearly(paid, open) {
        return differs(DifferenceKind::Short, short);
    }
    // Last: days take longest, and few are short by such a share.
    let is_early = || days(dated, on) <= DISCOUNT_DAYS;
    let is_discount = |percent: &i64| {
        let exact = i128::from(open) * i128::from(*percent);
        (i128::from(short) * 100 - exact).abs() <= 100
    };
    if DISCOUNT_PERCENT.iter().any(is_discount) && is_early() {
        return differs(DifferenceKind::Discount, short);
    }
    differs(if is_fee(short, open, currency) { DifferenceKind::Fee } else { DifferenceKind::Short }, short)
}

/// Whether a bank between may have kept so much of an amount.
pub(crate) fn is_fee(kept: i64, of: i64, currency: Currency) -> bool {
    kept > 0 && kept <= of / FEE_SHARE && kept <= FEE_UNITS_MAX * currency.minor_per_unit()
}

/// Whether something is short, and so little of it that a fee or a discount may explain it. Most invoices are told apart by this alone.
pub(crate) fn is_nearly(paid: i64, open: i64) -> bool {
    let short = open - paid;
    // A discount is rounded, by one at most.
    short > 0 && short <= open / FEE_SHARE + 1
}

/// Whether a payer of this likeness is as good as the party itself.
pub(crate) fn is_known(payer: Payer) -> bool {
    payer >= Payer::Name(Likeness::Transliterated)
}

/// Days from one to the other; below zero where it came before.
pub(crate) fn days(from: Date, until: Date) -> i64 {
    from.duration_until(until).as_hours() / 24
}
