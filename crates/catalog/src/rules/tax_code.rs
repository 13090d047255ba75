//! What makes a tax code's data acceptable.

use super::item::names;
use kernel::{Date, Decimal, Fields, Localized, Percent, Refusal};
use std::collections::BTreeMap;

/// What somebody wrote about a tax code, unchecked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TaxCodeInput {
    pub code: String,
    /// By language.
    pub names: BTreeMap<String, String>,
    pub inclusive: bool,
    /// In percent; needed for a new code.
    pub rate: Option<RateInput>,
}

/// A rate as it was written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RateInput {
    pub rate: String,
    pub valid_from: Option<String>,
}

/// A tax code as it may be kept. Its code stays what it is, since documents name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaxCodeData {
    pub code: String,
    pub names: Localized,
    /// Whether prices contain the tax.
    pub inclusive: bool,
}

/// A rate from a day on; without one from the beginning for a new code, else from today.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateData {
    pub rate: Percent,
    pub valid_from: Option<Date>,
}

/// Checks every field and names all that is wrong.
pub fn check(input: &TaxCodeInput) -> Result<(TaxCodeData, Option<RateData>), Refusal> {
    let mut fields = Fields::new();
    let code = fields.code("/code", &input.code);
    // It stands in addresses, so it is of plain letters.
    if !code.is_ascii() || code.contains('/') {
        fields.note("/code", "tax_code_characters");
    }
    let names = names(&mut fields, &input.names, 100);
    let rate = input.rate.as_ref().map(|input| rate(&mut fields, input));
    fields.finish()?;
    Ok((TaxCodeData { code, names, inclusive: input.inclusive }, rate))
}

/// Checks one rate.
pub fn check_rate(input: &RateInput) -> Result<RateData, Refusal> {
    let mut fields = Fields::new();
    let rate = rate(&mut fields, input);
    fields.finish()?;
    Ok(rate)
}

fn rate(fields: &mut Fields, input: &RateInput) -> RateData {
    let rate = fields.percent("/rate", input.rate.trim());
    if rate < Percent::ZERO || rate.value() > Decimal::ONE_HUNDRED {
        fields.note("/rate", "out_of_range");
    }
    let valid_from = match input.valid_from.as_deref().map(str::trim) {
        None | Some("") => None,
        Some(text) => fields.date("/valid_from", text),
    };
    RateData { rate, valid_from }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_and_rates() {
        for (code, rate, fault) in [
            ("VAT13", "13", None),
            ("VAT-8.875", "8.875", None),
            ("ZERO", "0", None),
            ("税", "13", Some("/code tax_code_characters")),
            ("A/B", "13", Some("/code tax_code_characters")),
            ("", "13", Some("/code required")),
            ("VAT", "-1", Some("/rate out_of_range")),
            ("VAT", "100.000001", Some("/rate out_of_range")),
            ("VAT", "13%", Some("/rate not_a_number")),
        ] {
            let rate = Some(RateInput { rate: rate.into(), valid_from: None });
            let input = TaxCodeInput { code: code.into(), names: Localized::same("VAT").0, inclusive: false, rate };
            let seen = check(&input).err();
            let seen = seen.map(|r| format!("{} {}", r.fields[0].pointer, r.fields[0].code));
            assert_eq!(seen.as_deref(), fault, "{input:?}");
        }
    }
}
