//! An exchange rate: as it was typed, as it is kept, and what two of them come to.

use kernel::decimal::{DecimalError, parse_plain};
use kernel::{Arg, Currency, Date, Decimal, Fields, Refusal};

/// Digits after the point that a rate may have.
const DIGITS_MAX: u32 = 10;

/// Digits after the point of a rate that was worked out: more than any amount has, so that the inverse of an inverse comes
/// back within a unit.
const WORKED_OUT_DIGITS: u32 = 16;

/// `rate` units of `quote` for one of `base`, from a day on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExchangeRate {
    pub base: Currency,
    pub quote: Currency,
    pub valid_from: Date,
    /// Above zero.
    pub rate: Decimal,
    /// Who published it: `ecb`, `pboc`, `manual`.
    pub source: String,
}

/// A rate as it was typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RateInput {
    pub base: String,
    pub quote: String,
    pub valid_from: String,
    pub rate: String,
    /// `manual` where nothing is given.
    pub source: Option<String>,
}

/// Checks what was typed; notes every fault. Withdrawn currencies are taken: what was once owed in them has rates.
pub fn check(input: &RateInput) -> Result<ExchangeRate, Refusal> {
    let mut fields = Fields::new();
    let base = currency(&mut fields, "/base", &input.base);
    let quote = currency(&mut fields, "/quote", &input.quote);
    if base.is_some() && base == quote {
        fields.note("/quote", "same_currency");
    }
    let valid_from = fields.date("/valid_from", &input.valid_from);
    let rate = match parse_plain(&input.rate, DIGITS_MAX) {
        Ok(rate) if rate > Decimal::ZERO => Some(rate.normalize()),
        Ok(_) => note(&mut fields, "not_positive"),
        Err(DecimalError::NotANumber) => note(&mut fields, "not_a_number"),
        Err(DecimalError::OutOfRange) => note(&mut fields, "out_of_range"),
        Err(DecimalError::TooManyDigits(max)) => {
            fields.note_with("/rate", "too_many_digits", vec![("max", Arg::Number(i64::from(max)))]);
            None
        }
    };
    let source = fields.optional_text("/source", input.source.as_deref(), 40);
    fields.finish()?;
    match (base, quote, valid_from, rate) {
        (Some(base), Some(quote), Some(valid_from), Some(rate)) => {
            Ok(ExchangeRate { base, quote, valid_from, rate, source: source.unwrap_or_else(|| "manual".into()) })
        }
        _ => Err(Refusal::invalid("invalid")),
    }
}

fn currency(fields: &mut Fields, pointer: &str, code: &str) -> Option<Currency> {
    let currency = Currency::parse(code).ok();
    if currency.is_none() {
        fields.note(pointer, "unknown_currency");
    }
    currency
}

fn note(fields: &mut Fields, code: &'static str) -> Option<Decimal> {
    fields.note("/rate", code);
    None
}

/// A rate between two currencies on a day, and the rates that were kept and used for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quote {
    /// Units of the one currency for one of the other.
    pub rate: Decimal,
    /// None between a currency and itself, one where the two are quoted against each other, else two.
    pub used: Vec<ExchangeRate>,
}

impl Quote {
    /// Between a currency and itself.
    pub const fn same() -> Quote {
        Quote { rate: Decimal::ONE, used: Vec::new() }
    }

    /// Units of the other currency for one of `from`, of a rate that is quoted this way or the other. `None` where the inverse
    /// cannot be written down.
    pub fn direct(used: ExchangeRate, from: Currency) -> Option<Quote> {
        let rate = if used.base == from { used.rate } else { worked_out(Decimal::ONE, used.rate)? };
        Some(Quote { rate, used: vec![used] })
    }

    /// Units of the second rate's currency for one of the first's, both quoted for one of a third: rate(B) / rate(A), rounded
    /// to 16 digits after the point.
    pub fn cross(from: ExchangeRate, to: ExchangeRate) -> Option<Quote> {
        let rate = worked_out(to.rate, from.rate)?;
        Some(Quote { rate, used: vec![from, to] })
    }

    /// The day of the rates; `None` where none was needed.
    pub fn day(&self) -> Option<Date> {
        self.used.iter().map(|rate| rate.valid_from).min()
    }
}

/// Nothing where it comes to less than can be written down.
fn worked_out(above: Decimal, below: Decimal) -> Option<Decimal> {
    let rate = above.checked_div(below)?.round_dp(WORKED_OUT_DIGITS).normalize();
    (rate > Decimal::ZERO).then_some(rate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_as_typed() {
        for (base, quote, rate, fault) in [
            ("USD", "CNY", "7.1234567891", None),
            ("HRK", "EUR", "0.1327", None),
            ("USD", "USD", "1", Some(("/quote", "same_currency"))),
            ("USD", "CNH", "7", Some(("/quote", "unknown_currency"))),
            ("USD", "CNY", "0", Some(("/rate", "not_positive"))),
            ("USD", "CNY", "-7", Some(("/rate", "not_positive"))),
            ("USD", "CNY", "7e1", Some(("/rate", "not_a_number"))),
            ("USD", "CNY", "7,1", Some(("/rate", "not_a_number"))),
            ("USD", "CNY", "7.12345678912", Some(("/rate", "too_many_digits"))),
        ] {
            let refusal = check(&input(base, quote, rate)).err();
            let seen = refusal.as_ref().map(|r| (r.fields[0].pointer.as_str(), r.fields[0].code));
            assert_eq!(seen, fault, "{base} {quote} {rate}");
        }
    }

    fn input(base: &str, quote: &str, rate: &str) -> RateInput {
        RateInput {
            base: base.into(),
            quote: quote.into(),
            valid_from: "2026-11-01".into(),
            rate: rate.into(),
            source: None,
        }
    }

    fn rate(base: &str, quote: &str, rate: &str) -> ExchangeRate {
        check(&input(base, quote, rate)).unwrap()
    }

    #[test]
    fn rates_are_turned_round_and_crossed() {
        let dollars = rate("USD", "CNY", "7.2");
        assert_eq!(Quote::direct(dollars.clone(), Currency::USD).unwrap().rate.to_string(), "7.2");
        assert_eq!(Quote::direct(dollars, Currency::CNY).unwrap().rate.to_string(), "0.1388888888888889");
        let (usd, cny) = (rate("EUR", "USD", "1.1600"), rate("EUR", "CNY", "8.2650"));
        let crossed = Quote::cross(usd.clone(), cny.clone()).unwrap();
        assert_eq!((crossed.rate.to_string().as_str(), crossed.used), ("7.125", vec![usd, cny]));
    }
}
