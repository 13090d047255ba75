//! Contacts and addresses on the wire.

use crate::queries::{Address, Contact};
use crate::rules::address::AddressInput;
use crate::rules::contact::ContactInput;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::wire::{Change, Patch};

/// What is sent to remove something: nothing.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Removal {}

/// A person at a customer.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewContact {
    #[schema(min_length = 1, max_length = 100)]
    pub name: String,
    /// What the person does there.
    #[schema(max_length = 100)]
    pub position: Option<String>,
    #[schema(max_length = 254)]
    pub email: Option<String>,
    #[schema(min_length = 3, max_length = 40)]
    pub phone: Option<String>,
}

impl From<NewContact> for ContactInput {
    fn from(new: NewContact) -> Self {
        ContactInput { name: new.name, position: new.position, email: new.email, phone: new.phone }
    }
}

/// Changes of a contact; what is left out stays, `null` clears what a contact can be without.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ContactChanges {
    #[serde(default)]
    #[schema(value_type = String)]
    pub name: Change<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub position: Patch<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub email: Patch<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub phone: Patch<String>,
}

impl ContactChanges {
    /// The contact with these changes, to be checked as a whole.
    pub fn onto(self, old: Contact) -> ContactInput {
        ContactInput {
            name: self.name.onto(old.name),
            position: self.position.onto(old.position),
            email: self.email.onto(old.email),
            phone: self.phone.onto(old.phone),
        }
    }
}

/// A contact.
#[derive(Debug, Serialize, ToSchema)]
pub struct ContactView {
    #[schema(example = "con_01h455vb4pex5vsknk084sn02q")]
    pub id: String,
    pub customer: String,
    pub name: String,
    pub position: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    /// RFC 3339, UTC.
    pub created_at: String,
}

impl From<Contact> for ContactView {
    fn from(contact: Contact) -> Self {
        ContactView {
            id: contact.id.to_string(),
            customer: contact.customer.to_string(),
            name: contact.name,
            position: contact.position,
            email: contact.email,
            phone: contact.phone,
            created_at: contact.created_at.to_string(),
        }
    }
}

/// An address of a customer.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAddress {
    /// `billing` (at most one) or `delivery`.
    #[schema(pattern = "^(billing|delivery)$")]
    pub purpose: String,
    /// Street and house, building, department: one to four lines of at most 100 characters.
    #[schema(min_items = 1, max_items = 4)]
    pub lines: Vec<String>,
    #[schema(min_length = 1, max_length = 100)]
    pub city: String,
    #[schema(max_length = 100)]
    pub region: Option<String>,
    #[schema(max_length = 20)]
    pub postal_code: Option<String>,
    /// ISO 3166-1 code.
    #[schema(pattern = "^[A-Z]{2}$", example = "CN")]
    pub country: String,
}

impl From<NewAddress> for AddressInput {
    fn from(new: NewAddress) -> Self {
        AddressInput {
            purpose: new.purpose,
            lines: new.lines,
            city: new.city,
            region: new.region,
            postal_code: new.postal_code,
            country: new.country,
        }
    }
}

/// Changes of an address; what is left out stays, `null` clears what an address can be without.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AddressChanges {
    #[serde(default)]
    #[schema(value_type = String)]
    pub purpose: Change<String>,
    #[serde(default)]
    #[schema(value_type = Vec<String>, min_items = 1, max_items = 4)]
    pub lines: Change<Vec<String>>,
    #[serde(default)]
    #[schema(value_type = String)]
    pub city: Change<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub region: Patch<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub postal_code: Patch<String>,
    #[serde(default)]
    #[schema(value_type = String)]
    pub country: Change<String>,
}

impl AddressChanges {
    /// The address with these changes, to be checked as a whole.
    pub fn onto(self, old: Address) -> AddressInput {
        let old = old.data;
        AddressInput {
            purpose: self.purpose.onto(old.purpose.name().to_owned()),
            lines: self.lines.onto(old.lines),
            city: self.city.onto(old.city),
            region: self.region.onto(old.region),
            postal_code: self.postal_code.onto(old.postal_code),
            country: self.country.onto(old.country),
        }
    }
}

/// An address.
#[derive(Debug, Serialize, ToSchema)]
pub struct AddressView {
    #[schema(example = "adr_01h455vb4pex5vsknk084sn02q")]
    pub id: String,
    pub customer: String,
    /// `billing` or `delivery`.
    pub purpose: &'static str,
    pub lines: Vec<String>,
    pub city: String,
    pub region: Option<String>,
    pub postal_code: Option<String>,
    pub country: String,
    /// RFC 3339, UTC.
    pub created_at: String,
}

impl From<Address> for AddressView {
    fn from(address: Address) -> Self {
        AddressView {
            id: address.id.to_string(),
            customer: address.customer.to_string(),
            purpose: address.data.purpose.name(),
            lines: address.data.lines,
            city: address.data.city,
            region: address.data.region,
            postal_code: address.data.postal_code,
            country: address.data.country,
            created_at: address.created_at.to_string(),
        }
    }
}
