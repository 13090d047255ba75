//! What makes a customer's data acceptable.

use super::given;
use super::tax_number::{self, Fault, TaxNumber};
use kernel::{Arg, Currency, Fields, Locale, Money, Refusal};

/// A company or a natural person; a person's tax number is personal data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Company,
    Person,
}

impl Kind {
    pub const fn name(self) -> &'static str {
        match self {
            Kind::Company => "company",
            Kind::Person => "person",
        }
    }

    pub fn parse(text: &str) -> Option<Kind> {
        match text {
            "company" => Some(Kind::Company),
            "person" => Some(Kind::Person),
            _ => None,
        }
    }
}

/// What somebody wrote about a customer, unchecked. `None` and blank mean not given.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CustomerInput {
    pub name: String,
    pub kind: String,
    pub country: String,
    pub currency: String,
    pub locale: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub tax_number: Option<String>,
    pub payment_terms_days: Option<String>,
    /// Currency and amount. A blank amount is no amount: whoever means none gives none.
    pub credit_limit: Option<(String, String)>,
}

/// A customer's data as it may be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomerData {
    pub name: String,
    pub kind: Kind,
    pub country: String,
    pub currency: Currency,
    pub locale: Locale,
    pub email: Option<String>,
    pub phone: Option<String>,
    /// In its country's normal form.
    pub tax_number: Option<String>,
    /// Days from issue to due date, 0 to 365.
    pub payment_terms_days: i32,
    /// In the customer's currency; none = unlimited.
    pub credit_limit: Option<Money>,
}

/// Days to pay where none are agreed.
const TERMS_DEFAULT_DAYS: i32 = 30;
const TERMS_MAX_DAYS: i32 = 365;

/// Checks every field and names all that is wrong.
pub fn check(input: &CustomerInput) -> Result<CustomerData, Refusal> {
    let mut fields = Fields::new();
    let name = fields.text("/name", &input.name, 1, 200);
    let kind = Kind::parse(&input.kind).unwrap_or_else(|| {
        fields.note("/kind", "not_a_choice");
        Kind::Company
    });
    let country = fields.country("/country", &input.country);
    let currency = fields.currency("/currency", &input.currency);
    let locale = match given(&input.locale) {
        None => {
            if country == "CN" {
                Locale::ZhCn
            } else {
                Locale::En
            }
        }
        Some(tag) => tag.parse().unwrap_or_else(|_| {
            fields.note("/locale", "not_a_choice");
            Locale::En
        }),
    };
    let email = given(&input.email).map(|email| fields.email("/email", email));
    let phone = given(&input.phone).map(|phone| fields.text("/phone", phone, 3, 40));
    let tax_number = given(&input.tax_number).and_then(|number| {
        fields.text("/tax_number", number, 1, 40);
        match tax_number::check(&country, kind, number) {
            TaxNumber::Valid(normal) | TaxNumber::Unchecked(normal) => Some(normal),
            TaxNumber::Wrong(fault) => {
                fields.note("/tax_number", code_of(fault));
                None
            }
        }
    });
    let payment_terms_days = given(&input.payment_terms_days).map_or(TERMS_DEFAULT_DAYS, |text| {
        let days: Option<i32> = text.parse().ok().filter(|days| (0..=TERMS_MAX_DAYS).contains(days));
        days.unwrap_or_else(|| {
            fields.note_with(
                "/payment_terms_days",
                "not_in_range",
                vec![("min", Arg::Number(0)), ("max", Arg::Number(i64::from(TERMS_MAX_DAYS)))],
            );
            TERMS_DEFAULT_DAYS
        })
    });
    let credit_limit = input.credit_limit.as_ref().and_then(|given| limit(&mut fields, given, currency));
    fields.finish()?;
    let currency = currency.ok_or_else(|| Refusal::field("/currency", "unknown_currency"))?;
    Ok(CustomerData {
        name,
        kind,
        country,
        currency,
        locale,
        email,
        phone,
        tax_number,
        payment_terms_days,
        credit_limit,
    })
}

/// The limit, in the customer's currency and not below zero. Where that currency is unknown, the limit is looked at in its
/// own, so that all that is wrong is named at once.
fn limit(fields: &mut Fields, (code, amount): &(String, String), currency: Option<Currency>) -> Option<Money> {
    if currency.is_some_and(|currency| code != currency.code()) {
        fields.note("/credit_limit/currency", "currency_mismatch");
    }
    let limit = match currency.or_else(|| Currency::parse(code).ok()) {
        Some(currency) => fields.money("/credit_limit/amount", amount, currency),
        // Only its sign can be judged.
        None if amount.starts_with('-') => Money::new(-1, Currency::CNY),
        None => return None,
    };
    if limit.is_negative() {
        fields.note("/credit_limit/amount", "negative");
    }
    currency.map(|_| limit)
}

fn code_of(fault: Fault) -> &'static str {
    match fault {
        Fault::Empty => "required",
        Fault::Characters => "tax_number_characters",
        Fault::Shape => "tax_number_shape",
        Fault::CheckDigit => "tax_number_check_digit",
        Fault::LastCharacter => "tax_number_last_character",
        Fault::IdentityNumber => "tax_number_identity",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn input() -> CustomerInput {
        CustomerInput {
            name: "上海远航贸易有限公司".into(),
            kind: "company".into(),
            country: "CN".into(),
            currency: "CNY".into(),
            ..CustomerInput::default()
        }
    }

    #[test]
    fn four_fields_are_enough() {
        let data = check(&input()).unwrap();
        assert_eq!((data.locale, data.payment_terms_days, data.credit_limit), (Locale::ZhCn, 30, None));
    }

    #[test]
    fn every_fault_is_named() {
        let wrong = CustomerInput {
            name: " ".into(),
            kind: "club".into(),
            country: "China".into(),
            currency: "RMB".into(),
            email: Some("nobody".into()),
            payment_terms_days: Some("400".into()),
            ..CustomerInput::default()
        };
        let faults: Vec<String> = check(&wrong).unwrap_err().fields.into_iter().map(|f| f.pointer).collect();
        assert_eq!(faults, ["/name", "/kind", "/country", "/currency", "/email", "/payment_terms_days"]);
    }

    #[test]
    fn a_limit_is_in_the_customers_currency_and_not_negative() {
        for (limit, fault) in [
            (("CNY", "1000.00"), None),
            (("EUR", "1000.00"), Some("/credit_limit/currency")),
            (("CNY", "-1"), Some("/credit_limit/amount")),
            (("CNY", "1.001"), Some("/credit_limit/amount")),
            // Nothing is not "none": that would be unlimited.
            (("CNY", ""), Some("/credit_limit/amount")),
            (("CNY", " "), Some("/credit_limit/amount")),
            (("XXX", ""), Some("/credit_limit/currency")),
        ] {
            let with = CustomerInput { credit_limit: Some((limit.0.into(), limit.1.into())), ..input() };
            let seen = check(&with).err().map(|r| r.fields[0].pointer.clone());
            assert_eq!(seen.as_deref(), fault, "{limit:?}");
        }
        let unknown = CustomerInput {
            country: "ZZ".into(),
            currency: "ZZZ".into(),
            credit_limit: Some(("ZZZ".into(), "-1".into())),
            ..input()
        };
        let faults: Vec<String> = check(&unknown).unwrap_err().fields.into_iter().map(|f| f.pointer).collect();
        assert_eq!(faults, ["/country", "/currency", "/credit_limit/amount"]);
    }
}
