//! Who acts, for whom, from where, and which rows they may see.

use crate::id::{ApiKeyId, CustomerId, InvoiceId, OrganisationId, UserId};
use crate::{Ids, Locale, Permission};
use jiff::Timestamp;
use std::fmt;
use std::str::FromStr;

/// What a person or key does in the company. A person may have several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    Owner,
    FinanceManager,
    Accountant,
    Cashier,
    Sales,
    Auditor,
    /// Somebody of a customer's company, in the portal.
    Customer,
}

impl Role {
    pub const ALL: [Role; 7] = [
        Role::Owner,
        Role::FinanceManager,
        Role::Accountant,
        Role::Cashier,
        Role::Sales,
        Role::Auditor,
        Role::Customer,
    ];

    pub const fn name(self) -> &'static str {
        match self {
            Role::Owner => "owner",
            Role::FinanceManager => "finance_manager",
            Role::Accountant => "accountant",
            Role::Cashier => "cashier",
            Role::Sales => "sales",
            Role::Auditor => "auditor",
            Role::Customer => "customer",
        }
    }
}

/// No role has this name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("unknown role")]
pub struct UnknownRole;

impl FromStr for Role {
    type Err = UnknownRole;
    fn from_str(name: &str) -> Result<Self, UnknownRole> {
        Role::ALL.into_iter().find(|r| r.name() == name).ok_or(UnknownRole)
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Who asks for something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// A person who signed in. `customer` is set for people of the portal and bounds what they see.
    User { id: UserId, roles: Vec<Role>, customer: Option<CustomerId> },
    /// A program with an API key; `scopes` narrows what its roles allow, `None` = all of it.
    ApiKey { id: ApiKeyId, roles: Vec<Role>, scopes: Option<Vec<Permission>> },
    /// Whoever holds the pay link of one invoice; may look at it and pay it, nothing else.
    PayLink { invoice: InvoiceId, customer: CustomerId },
    /// The house itself: a job, a provider's notification, the command line of the person who owns the machine.
    System { task: &'static str },
}

impl Actor {
    pub fn roles(&self) -> &[Role] {
        match self {
            Actor::User { roles, .. } | Actor::ApiKey { roles, .. } => roles,
            Actor::PayLink { .. } | Actor::System { .. } => &[],
        }
    }

    /// `user`, `api_key`, `pay_link`, `system`: how audit rows name the kind.
    pub const fn kind(&self) -> &'static str {
        match self {
            Actor::User { .. } => "user",
            Actor::ApiKey { .. } => "api_key",
            Actor::PayLink { .. } => "pay_link",
            Actor::System { .. } => "system",
        }
    }

    /// The id in audit rows and idempotency scopes: `usr_…`, `key_…`, `inv_…`, or the task's name.
    pub fn name(&self) -> String {
        match self {
            Actor::User { id, .. } => id.to_string(),
            Actor::ApiKey { id, .. } => id.to_string(),
            Actor::PayLink { invoice, .. } => invoice.to_string(),
            Actor::System { task } => (*task).to_owned(),
        }
    }
}

/// Where a request came from, for the audit trail.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Source {
    /// Network address, or `cli`, `job`.
    pub address: String,
    /// The client's own name, cut to 200 characters.
    pub agent: String,
}

/// Everything a command may know that is not in the database: who, when, in which language, and its randomness.
#[derive(Debug, Clone)]
pub struct Context {
    pub organisation: OrganisationId,
    pub actor: Actor,
    pub now: Timestamp,
    pub seed: [u8; 32],
    pub locale: Locale,
    pub source: Source,
    /// When the person at the desk last proved who they are; nothing for programs and the house itself.
    pub confirmed_at: Option<Timestamp>,
}

impl Context {
    /// A fresh source of this command's ids; the same ones at every call.
    pub fn ids(&self) -> Ids {
        Ids::new(self.now, self.seed)
    }

    /// The rows this actor may see.
    pub fn scope(&self) -> Scope {
        match self.actor {
            Actor::User { customer: Some(customer), .. } | Actor::PayLink { customer, .. } => {
                Scope::Customer(self.organisation, customer)
            }
            _ => Scope::Organisation(self.organisation),
        }
    }
}

/// Which rows a query may return; a required argument of every query, so that it cannot be forgotten.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// All of the organisation.
    Organisation(OrganisationId),
    /// Only what belongs to this customer.
    Customer(OrganisationId, CustomerId),
}

impl Scope {
    pub const fn organisation(&self) -> OrganisationId {
        match self {
            Scope::Organisation(o) | Scope::Customer(o, _) => *o,
        }
    }

    /// The customer whose rows alone may be seen.
    pub const fn customer(&self) -> Option<CustomerId> {
        match self {
            Scope::Organisation(_) => None,
            Scope::Customer(_, c) => Some(*c),
        }
    }

    /// Whether rows of this customer may be seen.
    pub fn admits(&self, customer: CustomerId) -> bool {
        self.customer().is_none_or(|c| c == customer)
    }
}
