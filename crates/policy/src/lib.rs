//! Who may do what.
//!
//! The decisions are written in `policies/roles.cedar`, for people to read, and checked strictly against
//! `policies/schema.cedarschema`. [`Policies::load`] asks Cedar once for every kind of principal and every permission;
//! a request then costs a look at a bit. Which rows somebody sees is not decided here but by [`kernel::Scope`].
//!
//! Invariants: what no policy permits is refused; a house whose policies are wrong in any way does not start; the
//! scopes of an API key only narrow.

mod compile;
#[cfg(test)]
mod tests;

pub use compile::PolicyError;

use kernel::{Actor, Permission, Role};

const SCHEMA: &str = include_str!("../policies/schema.cedarschema");
const ROLES: &str = include_str!("../policies/roles.cedar");

/// What a policy can be about: a role, the holder of a pay link, the house itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Subject {
    Role(Role),
    PayLink,
    System,
}

impl Subject {
    fn all() -> impl Iterator<Item = Subject> {
        Role::ALL.into_iter().map(Subject::Role).chain([Subject::PayLink, Subject::System])
    }

    /// The subjects an actor counts as.
    ///
    /// The role `customer` counts for people bound to a customer, and is the only one that counts for them: without
    /// the bond it would open every customer's rows, with it another role would reach what no [`kernel::Scope`] bounds.
    fn of(actor: &Actor) -> impl Iterator<Item = Subject> {
        let bound = matches!(actor, Actor::User { customer: Some(_), .. });
        let roles = actor.roles().iter().copied().filter(move |role| (*role == Role::Customer) == bound);
        let itself = match actor {
            Actor::PayLink { .. } => Some(Subject::PayLink),
            Actor::System { .. } => Some(Subject::System),
            Actor::User { .. } | Actor::ApiKey { .. } => None,
        };
        roles.map(Subject::Role).chain(itself)
    }
}

/// A set of permissions, one bit each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct PermissionSet(u64);

const _: () = assert!(Permission::ALL.len() <= 64, "PermissionSet needs a wider integer");

impl PermissionSet {
    fn insert(&mut self, permission: Permission) {
        self.0 |= 1 << (permission as u32);
    }

    fn contains(self, permission: Permission) -> bool {
        self.0 & (1 << (permission as u32)) != 0
    }
}

/// All that the policies say about one subject.
#[derive(Debug)]
struct Row {
    subject: Subject,
    permitted: PermissionSet,
    /// Which policies permit what, by `@id`, sorted.
    reasons: Vec<(Permission, String)>,
}

/// Every decision of the policies, computed once. Share it; it never changes while the house runs.
#[derive(Debug)]
pub struct Policies {
    rows: Vec<Row>,
}

impl Policies {
    /// Reads the policies the binary was built with and computes every decision: a quarter of a second in a debug
    /// build, so do it once, at the start, and let tests share it. An error means that nobody may do anything: do not
    /// start.
    pub fn load() -> Result<Policies, PolicyError> {
        Ok(Policies { rows: compile::rows(SCHEMA, ROLES)? })
    }

    /// Whether this actor may do this: one of its roles permits it and, for an API key with scopes, they name it.
    pub fn permits(&self, actor: &Actor, permission: Permission) -> bool {
        self.rows_for(actor, permission).any(|row| row.permitted.contains(permission))
    }

    /// The `@id`s of the policies that let this actor do this, sorted, for the audit trail and the page that explains
    /// permissions; empty exactly when [`Policies::permits`] says no.
    pub fn explain<'a>(&'a self, actor: &Actor, permission: Permission) -> Vec<&'a str> {
        let reasons = self.rows_for(actor, permission).flat_map(|row| &row.reasons);
        let mut ids: Vec<&str> = reasons.filter(|(p, _)| *p == permission).map(|(_, id)| id.as_str()).collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    }

    /// The rows that count for an actor; none where the scopes of its key leave the permission out.
    fn rows_for<'a>(&'a self, actor: &Actor, permission: Permission) -> impl Iterator<Item = &'a Row> {
        let admitted = match actor {
            Actor::ApiKey { scopes: Some(scopes), .. } => scopes.contains(&permission),
            Actor::ApiKey { scopes: None, .. } | Actor::User { .. } | Actor::PayLink { .. } | Actor::System { .. } => {
                true
            }
        };
        Subject::of(actor)
            .filter(move |_| admitted)
            .flat_map(|subject| self.rows.iter().filter(move |row| row.subject == subject))
    }
}
