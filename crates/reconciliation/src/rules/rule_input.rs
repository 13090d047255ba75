//! What is typed or sent of a rule becomes a rule, or is refused with the place of each fault.

use crate::match_rule::{Bounds, Conditions, RuleData};
use kernel::{Fields, Money, Refusal};

/// An amount as it was written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AmountInput {
    pub currency: String,
    pub amount: String,
}

/// A rule as it was written; what was left out says nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RuleInput {
    pub name: String,
    /// `in` or `out`.
    pub direction: Option<String>,
    pub text: Option<String>,
    pub payer: Option<String>,
    pub code: Option<String>,
    pub least: Option<AmountInput>,
    pub most: Option<AmountInput>,
    /// `post` or `ignore`.
    pub action: String,
    pub account: Option<String>,
}

const NAME_MAX: usize = 100;
const WORDS_MAX: usize = 100;
const CODE_MAX: usize = 40;

/// The rule, where nothing is wrong with it. Whether the account takes lines is not known here.
///
/// Refuses at the place of each fault: among others `no_conditions` at `/conditions`, `less_than_least` at `/conditions/most`,
/// `currency_mismatch` at `/conditions/most/currency`, `required` where words are empty.
pub fn check(input: &RuleInput) -> Result<RuleData, Refusal> {
    let mut fields = Fields::new();
    let name = fields.text("/name", &input.name, 1, NAME_MAX);
    let mut words = |pointer: &str, said: &Option<String>, max: usize| {
        said.as_deref().map(|said| fields.text(pointer, said, 1, max))
    };
    let text = words("/conditions/text", &input.text, WORDS_MAX);
    let payer = words("/conditions/payer", &input.payer, WORDS_MAX);
    let code = words("/conditions/code", &input.code, CODE_MAX);
    let incoming = match input.direction.as_deref() {
        None => None,
        Some("in") => Some(true),
        Some("out") => Some(false),
        Some(_) => {
            fields.note("/conditions/direction", "not_a_choice");
            None
        }
    };
    let conditions = Conditions { incoming, text, payer, code, amount: bounds(&mut fields, input) };
    let says_nothing = input.direction.is_none()
        && [&input.text, &input.payer, &input.code].into_iter().all(Option::is_none)
        && input.least.is_none()
        && input.most.is_none();
    if says_nothing {
        fields.note("/conditions", "no_conditions");
    }
    let account = match (input.action.as_str(), input.account.as_deref()) {
        ("post", account) => Some(fields.text("/account", account.unwrap_or_default(), 1, CODE_MAX)),
        ("ignore", None) => None,
        ("ignore", Some(_)) => {
            fields.note("/account", "account_of_ignored");
            None
        }
        _ => {
            fields.note("/action", "not_a_choice");
            None
        }
    };
    fields.finish()?;
    Ok(RuleData { name, conditions, account })
}

fn bounds(fields: &mut Fields, input: &RuleInput) -> Option<Bounds> {
    let least = bound(fields, "/conditions/least", input.least.as_ref());
    let most = bound(fields, "/conditions/most", input.most.as_ref());
    match (least, most) {
        (Some(least), Some(most)) if least.currency() != most.currency() => {
            fields.note("/conditions/most/currency", "currency_mismatch");
        }
        (Some(least), Some(most)) if least.minor() > most.minor() => {
            fields.note("/conditions/most/amount", "less_than_least");
        }
        _ => {}
    }
    let currency = least.or(most)?.currency();
    Some(Bounds { currency, least: least.map(Money::minor), most: most.map(Money::minor) })
}

fn bound(fields: &mut Fields, pointer: &str, input: Option<&AmountInput>) -> Option<Money> {
    let input = input?;
    fields.within(pointer, |fields| {
        let currency = fields.currency("/currency", &input.currency)?;
        let money = fields.money("/amount", &input.amount, currency);
        if money.is_negative() {
            fields.note("/amount", "negative");
        }
        Some(money)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Currency;

    fn some(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    fn amount(currency: &str, amount: &str) -> Option<AmountInput> {
        Some(AmountInput { currency: currency.to_owned(), amount: amount.to_owned() })
    }

    fn fees() -> RuleInput {
        let (name, action) = ("Bank fees".to_owned(), "post".to_owned());
        RuleInput { name, action, account: some("5603"), text: some(" fee "), ..RuleInput::default() }
    }

    fn faults(input: &RuleInput) -> Vec<(String, &'static str)> {
        match check(input) {
            Ok(_) => Vec::new(),
            Err(refusal) => refusal.fields.iter().map(|fault| (fault.pointer.clone(), fault.code)).collect(),
        }
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        let base = fees();
        for (input, wanted) in [
            (RuleInput { text: None, ..fees() }, vec![("/conditions", "no_conditions")]),
            (RuleInput { text: some("  "), ..fees() }, vec![("/conditions/text", "required")]),
            (RuleInput { payer: some(""), ..fees() }, vec![("/conditions/payer", "required")]),
            (RuleInput { code: some(""), ..fees() }, vec![("/conditions/code", "required")]),
            (RuleInput { direction: some("up"), ..fees() }, vec![("/conditions/direction", "not_a_choice")]),
            (RuleInput { name: " ".into(), ..fees() }, vec![("/name", "required")]),
            (RuleInput { account: None, ..fees() }, vec![("/account", "required")]),
            (RuleInput { action: "ignore".into(), ..fees() }, vec![("/account", "account_of_ignored")]),
            (RuleInput { action: "burn".into(), ..fees() }, vec![("/action", "not_a_choice")]),
            (
                RuleInput { least: amount("XQQ", "1"), ..fees() },
                vec![("/conditions/least/currency", "unknown_currency")],
            ),
            (RuleInput { least: amount("CNY", "-1"), ..fees() }, vec![("/conditions/least/amount", "negative")]),
            (RuleInput { least: amount("CNY", "much"), ..fees() }, vec![("/conditions/least/amount", "not_a_number")]),
            (
                RuleInput { least: amount("CNY", "2"), most: amount("CNY", "1"), ..fees() },
                vec![("/conditions/most/amount", "less_than_least")],
            ),
            (
                RuleInput { least: amount("CNY", "1"), most: amount("EUR", "2"), ..fees() },
                vec![("/conditions/most/currency", "currency_mismatch")],
            ),
            (base.clone(), vec![]),
        ] {
            let wanted: Vec<(String, &str)> = wanted.into_iter().map(|(at, code)| (at.to_owned(), code)).collect();
            assert_eq!(faults(&input), wanted, "{input:?}");
        }
        assert!(faults(&RuleInput::default()).len() > 2, "each fault is named at once");
    }

    #[test]
    fn a_rule_as_it_is_kept() {
        let input = RuleInput { direction: some("out"), least: amount("CNY", "1.5"), ..fees() };
        let kept = check(&input).unwrap();
        let bounds = Bounds { currency: Currency::CNY, least: Some(150), most: None };
        assert_eq!((kept.conditions.incoming, kept.conditions.amount), (Some(false), Some(bounds)));
        assert_eq!((kept.conditions.text.as_deref(), kept.account.as_deref()), (Some("fee"), Some("5603")));
    }
}
