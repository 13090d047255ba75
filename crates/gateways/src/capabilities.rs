//! What a provider takes: methods, currencies, bounds, and its own minor digits.

use crate::Method;
use kernel::{Currency, Money};

/// Whether a provider can be asked for a payment, known before asking it.
#[derive(Debug, Clone)]
pub struct Capabilities {
    pub methods: Vec<Method>,
    pub currencies: Currencies,
    /// Currencies whose minor digits at this provider differ from ISO 4217.
    pub minor: Vec<MinorRule>,
    /// Smallest and largest single payment; a currency that is not listed has no bounds but zero.
    pub bounds: Vec<(Money, Money)>,
    /// For how many hours a repeated key surely gets the first answer; 0 = the provider has no such keys.
    pub idempotency_hours: u32,
    /// Whether it says when asked what it keeps of a payment; else it says so in notifications, or in its bills alone.
    pub tells_fee: bool,
    /// The provider knows a payment only once the payer comes: until its time is over, "no such payment" says nothing.
    pub begins_with_payer: bool,
    /// It can be asked about a payment by our own number. Else one whose answer was lost is learnt of by the same call with the same
    /// key, and nobody can pay it before.
    pub finds_by_reference: bool,
}

#[derive(Debug, Clone)]
pub enum Currencies {
    /// Every currency in use.
    All,
    Only(Vec<Currency>),
}

impl Currencies {
    pub fn take(&self, currency: Currency) -> bool {
        match self {
            Currencies::All => currency.in_use(),
            Currencies::Only(list) => list.contains(&currency),
        }
    }
}

/// How a provider counts one currency.
#[derive(Debug, Clone, Copy)]
pub struct MinorRule {
    pub currency: Currency,
    /// Digits after the point in the provider's integers.
    pub digits: u32,
    /// The provider's integer must be a multiple of this.
    pub multiple_of: i64,
}

/// Why a payment cannot be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unsuitable {
    #[error("the provider does not offer this method")]
    Method,
    #[error("the provider does not take {0}")]
    Currency(Currency),
    #[error("the least is {0}")]
    TooSmall(Money),
    #[error("the most is {0}")]
    TooLarge(Money),
    #[error("the provider cannot express this amount exactly")]
    Inexact,
}

impl Capabilities {
    /// Checks in this order: method, currency, bounds, exactness.
    pub fn check(&self, method: Method, amount: Money) -> Result<(), Unsuitable> {
        if !self.methods.contains(&method) {
            return Err(Unsuitable::Method);
        }
        let currency = amount.currency();
        if !self.currencies.take(currency) {
            return Err(Unsuitable::Currency(currency));
        }
        if !amount.is_positive() {
            return Err(Unsuitable::TooSmall(Money::new(1, currency)));
        }
        if let Some((least, most)) = self.bounds.iter().find(|(least, _)| least.currency() == currency) {
            if amount.minor() < least.minor() {
                return Err(Unsuitable::TooSmall(*least));
            }
            if amount.minor() > most.minor() {
                return Err(Unsuitable::TooLarge(*most));
            }
        }
        self.to_provider(amount).map(|_| ())
    }

    /// The provider's integer for an amount; never rounds.
    pub fn to_provider(&self, amount: Money) -> Result<i64, Unsuitable> {
        let ours = amount.currency().digits();
        let Some(rule) = self.rule(amount.currency()) else { return Ok(amount.minor()) };
        let integer = rescale(amount.minor(), ours, rule.digits).ok_or(Unsuitable::Inexact)?;
        if rule.multiple_of > 1 && integer % rule.multiple_of != 0 {
            return Err(Unsuitable::Inexact);
        }
        Ok(integer)
    }

    /// The amount of a provider's integer; `None` when our minor unit cannot express it.
    pub fn from_provider(&self, integer: i64, currency: Currency) -> Option<Money> {
        let theirs = self.rule(currency).map_or(currency.digits(), |r| r.digits);
        rescale(integer, theirs, currency.digits()).map(|minor| Money::new(minor, currency))
    }

    fn rule(&self, currency: Currency) -> Option<&MinorRule> {
        self.minor.iter().find(|r| r.currency == currency)
    }
}

/// Moves the point; `None` when something would be lost or the number is too large.
fn rescale(integer: i64, from: u32, to: u32) -> Option<i64> {
    if to >= from {
        return integer.checked_mul(10_i64.checked_pow(to - from)?);
    }
    let divisor = 10_i64.checked_pow(from - to)?;
    (integer % divisor == 0).then_some(integer / divisor)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn money(code: &str, minor: i64) -> Money {
        Money::new(minor, Currency::parse(code).unwrap())
    }

    fn provider() -> Capabilities {
        let rule = |code: &str, digits, multiple_of| MinorRule {
            currency: Currency::parse(code).unwrap(),
            digits,
            multiple_of,
        };
        Capabilities {
            methods: vec![Method::Card],
            currencies: Currencies::All,
            minor: vec![rule("MGA", 0, 1), rule("ISK", 2, 100), rule("KWD", 3, 10), rule("TWD", 0, 1)],
            bounds: vec![(money("USD", 50), money("USD", 99_999_999))],
            idempotency_hours: 24,
            tells_fee: false,
            begins_with_payer: false,
            finds_by_reference: true,
        }
    }

    #[test]
    fn the_providers_own_digits() {
        // Ours in minor units, the provider's integer. ISK has no minor unit, yet is asked for in hundredths.
        for (code, ours, theirs) in [
            ("CNY", 1234, Some(1234)),
            ("MGA", 1200, Some(12)),
            ("MGA", 1234, None),
            ("ISK", 12, Some(1200)),
            ("KWD", 1230, Some(1230)),
            ("KWD", 1234, None),
            ("TWD", -500, Some(-5)),
            ("ISK", i64::MAX, None),
        ] {
            let amount = money(code, ours);
            let got = provider().to_provider(amount);
            assert_eq!(got.ok(), theirs, "{amount}");
            if let Some(integer) = theirs {
                assert_eq!(provider().from_provider(integer, amount.currency()), Some(amount));
            }
        }
        assert_eq!(provider().from_provider(150, Currency::parse("ISK").unwrap()), None);
    }

    #[test]
    fn what_cannot_be_asked_for() {
        for (method, amount, wanted) in [
            (Method::Card, money("USD", 50), Ok(())),
            (Method::EWallet, money("USD", 50), Err(Unsuitable::Method)),
            (Method::Card, money("USD", 49), Err(Unsuitable::TooSmall(money("USD", 50)))),
            (Method::Card, money("USD", 100_000_000), Err(Unsuitable::TooLarge(money("USD", 99_999_999)))),
            (Method::Card, money("CNY", 0), Err(Unsuitable::TooSmall(money("CNY", 1)))),
            (Method::Card, money("BGN", 500), Err(Unsuitable::Currency(Currency::parse("BGN").unwrap()))),
            (Method::Card, money("KWD", 1), Err(Unsuitable::Inexact)),
        ] {
            assert_eq!(provider().check(method, amount), wanted, "{amount}");
        }
    }
}
