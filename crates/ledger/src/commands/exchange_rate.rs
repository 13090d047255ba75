//! A rate becomes known.

use crate::store::rates;
use ::store::{Command, Error, Tx};
use kernel::decimal::{DecimalError, parse_plain};
use kernel::{Arg, Currency, Date, Decimal, Fields, Permission, Refusal};

/// Digits after the point that a rate may have.
const DIGITS_MAX: u32 = 10;

/// Sets `rate` units of `quote` for one of `base` from a day on. Documents keep the rate that they were valued at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetExchangeRate {
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
    pub source: Option<String>,
}

impl SetExchangeRate {
    /// Checks what was typed; notes every fault.
    pub fn read(input: &RateInput) -> Result<SetExchangeRate, Refusal> {
        let mut fields = Fields::new();
        let base = fields.currency("/base", &input.base);
        let quote = fields.currency("/quote", &input.quote);
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
                Ok(SetExchangeRate { base, quote, valid_from, rate, source: source.unwrap_or_else(|| "manual".into()) })
            }
            _ => Err(Refusal::invalid("invalid")),
        }
    }
}

fn note(fields: &mut Fields, code: &'static str) -> Option<Decimal> {
    fields.note("/rate", code);
    None
}

impl Command for SetExchangeRate {
    const NAME: &'static str = "exchange_rate.set";
    const PERMISSION: Permission = Permission::LedgerPost;
    type Output = ();

    fn run(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        let organisation = tx.organisation();
        rates::set(tx.conn, organisation, (self.base, self.quote), self.valid_from, self.rate, &self.source)?;
        let details = serde_json::json!({
            "base": self.base, "quote": self.quote, "valid_from": self.valid_from.to_string(),
            "rate": self.rate.to_string(), "source": self.source,
        });
        tx.audit(organisation, &details)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_as_typed() {
        for (base, quote, rate, fault) in [
            ("USD", "CNY", "7.1234567891", None),
            ("USD", "USD", "1", Some(("/quote", "same_currency"))),
            ("USD", "CNH", "7", Some(("/quote", "unknown_currency"))),
            ("USD", "CNY", "0", Some(("/rate", "not_positive"))),
            ("USD", "CNY", "-7", Some(("/rate", "not_positive"))),
            ("USD", "CNY", "7e1", Some(("/rate", "not_a_number"))),
            ("USD", "CNY", "7.12345678912", Some(("/rate", "too_many_digits"))),
        ] {
            let input = RateInput {
                base: base.into(),
                quote: quote.into(),
                valid_from: "2026-11-01".into(),
                rate: rate.into(),
                source: None,
            };
            let refusal = SetExchangeRate::read(&input).err();
            let seen = refusal.as_ref().map(|r| (r.fields[0].pointer.as_str(), r.fields[0].code));
            assert_eq!(seen, fault, "{base} {quote} {rate}");
        }
    }
}
