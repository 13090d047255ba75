//! Customers on the wire.

use crate::queries::{Customer, Filter};
use crate::rules::address::{AddressInput, Purpose};
use crate::rules::customer::{CustomerInput, Kind};
use kernel::{Currency, Fields, Refusal};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::wire::{Change, Money, Patch, flag};

/// The filters of the list, as they come; blank is as good as left out.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ListQuery {
    q: String,
    archived: String,
    kind: String,
    country: String,
    currency: String,
}

impl ListQuery {
    pub fn filter(&self) -> Result<Filter, Refusal> {
        let given = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        let mut fields = Fields::new();
        let filter = Filter {
            search: fields.optional_text("/q", Some(self.q.as_str()), 100),
            archived: flag(&mut fields, "/archived", Some(self.archived.as_str())),
            kind: given(&self.kind).and_then(|name| {
                let kind = Kind::parse(&name);
                if kind.is_none() {
                    fields.note("/kind", "not_a_choice");
                }
                kind
            }),
            country: given(&self.country).map(|code| fields.country("/country", &code)),
            // Also one that is not in use any more: old customers have it.
            currency: given(&self.currency).and_then(|code| {
                let currency = Currency::parse(&code).ok();
                if currency.is_none() {
                    fields.note("/currency", "unknown_currency");
                }
                currency
            }),
            ids: None,
        };
        fields.finish()?;
        Ok(filter)
    }
}

/// A customer to take up.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewCustomer {
    #[schema(min_length = 1, max_length = 200)]
    pub name: String,
    /// `company` or `person`.
    #[schema(pattern = "^(company|person)$")]
    pub kind: String,
    /// ISO 3166-1 code.
    #[schema(pattern = "^[A-Z]{2}$", example = "CN")]
    pub country: String,
    /// ISO 4217 code; what this customer is invoiced in.
    #[schema(example = "CNY")]
    pub currency: String,
    /// BCP 47 tag of the documents' language; by the country when not given.
    #[schema(example = "zh-CN")]
    pub locale: Option<String>,
    #[schema(max_length = 254)]
    pub email: Option<String>,
    #[schema(max_length = 40)]
    pub phone: Option<String>,
    /// Checked by the country's rules.
    #[schema(max_length = 40)]
    pub tax_number: Option<String>,
    /// Days from issue to due date; 30 when not given.
    #[schema(minimum = 0, maximum = 365)]
    pub payment_terms_days: Option<i32>,
    /// None = unlimited.
    pub credit_limit: Option<Money>,
    /// The billing address, where it is known already.
    pub address: Option<BillingAddress>,
}

/// Where a new customer's documents go.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BillingAddress {
    /// Street and house, building, department: one to four lines of at most 100 characters.
    #[schema(min_items = 1, max_items = 4)]
    pub lines: Vec<String>,
    #[schema(min_length = 1, max_length = 100)]
    pub city: String,
    #[schema(max_length = 100)]
    pub region: Option<String>,
    #[schema(max_length = 20)]
    pub postal_code: Option<String>,
    /// ISO 3166-1 code; the customer's when not given.
    #[schema(pattern = "^[A-Z]{2}$", example = "CN")]
    pub country: Option<String>,
}

impl BillingAddress {
    pub fn input(self, customers_country: &str) -> AddressInput {
        AddressInput {
            purpose: Purpose::Billing.name().to_owned(),
            lines: self.lines,
            city: self.city,
            region: self.region,
            postal_code: self.postal_code,
            country: self.country.unwrap_or_else(|| customers_country.to_owned()),
        }
    }
}

impl From<NewCustomer> for CustomerInput {
    fn from(new: NewCustomer) -> Self {
        CustomerInput {
            name: new.name,
            kind: new.kind,
            country: new.country,
            currency: new.currency,
            locale: new.locale,
            email: new.email,
            phone: new.phone,
            tax_number: new.tax_number,
            payment_terms_days: new.payment_terms_days.map(|days| days.to_string()),
            credit_limit: new.credit_limit.map(|limit| (limit.currency, limit.amount)),
        }
    }
}

/// Changes of a customer; what is left out stays, `null` clears what a customer can be without.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CustomerChanges {
    #[serde(default)]
    #[schema(value_type = String)]
    pub name: Change<String>,
    #[serde(default)]
    #[schema(value_type = String)]
    pub kind: Change<String>,
    #[serde(default)]
    #[schema(value_type = String)]
    pub country: Change<String>,
    #[serde(default)]
    #[schema(value_type = String)]
    pub currency: Change<String>,
    #[serde(default)]
    #[schema(value_type = String)]
    pub locale: Change<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub email: Patch<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub phone: Patch<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub tax_number: Patch<String>,
    #[serde(default)]
    #[schema(value_type = i32)]
    pub payment_terms_days: Change<i32>,
    #[serde(default)]
    #[schema(value_type = Option<Money>)]
    pub credit_limit: Patch<Money>,
    /// An archived customer gets no new documents.
    #[serde(default)]
    #[schema(value_type = bool)]
    pub archived: Change<bool>,
}

impl CustomerChanges {
    /// The customer's data with these changes, to be checked as a whole.
    pub fn onto(self, old: Customer) -> CustomerInput {
        let old_limit = old.credit_limit.map(|limit| (limit.currency().code().to_owned(), limit.amount()));
        CustomerInput {
            name: self.name.onto(old.name),
            kind: self.kind.onto(old.kind.name().to_owned()),
            country: self.country.onto(old.country),
            currency: self.currency.onto(old.currency.code().to_owned()),
            locale: Some(self.locale.onto(old.locale.tag().to_owned())),
            email: self.email.onto(old.email),
            phone: self.phone.onto(old.phone),
            tax_number: self.tax_number.onto(old.tax_number),
            payment_terms_days: Some(self.payment_terms_days.onto(old.payment_terms_days).to_string()),
            credit_limit: self.credit_limit.map(|limit| (limit.currency, limit.amount)).onto(old_limit),
        }
    }
}

/// A customer.
#[derive(Debug, Serialize, ToSchema)]
pub struct CustomerView {
    #[schema(example = "cus_01h455vb4pex5vsknk084sn02q")]
    pub id: String,
    pub name: String,
    pub kind: &'static str,
    pub country: String,
    pub currency: String,
    pub locale: &'static str,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub tax_number: Option<String>,
    pub payment_terms_days: i32,
    pub credit_limit: Option<Money>,
    pub archived: bool,
    /// RFC 3339, UTC.
    pub created_at: String,
}

impl From<Customer> for CustomerView {
    fn from(customer: Customer) -> Self {
        CustomerView {
            id: customer.id.to_string(),
            name: customer.name,
            kind: customer.kind.name(),
            country: customer.country,
            currency: customer.currency.code().to_owned(),
            locale: customer.locale.tag(),
            email: customer.email,
            phone: customer.phone,
            tax_number: customer.tax_number,
            payment_terms_days: customer.payment_terms_days,
            credit_limit: customer.credit_limit.map(Money::from),
            archived: customer.archived,
            created_at: customer.created_at.to_string(),
        }
    }
}
