//! From the text of schema and policies to one row of decisions for every subject.
//!
//! The checks run in this order, and the first that fails ends it: the schema reads; its actions are the permissions
//! of the house; the policies read, have names, and only permit; they fit the schema in strict mode without even a
//! warning; every question can be asked; every policy decides something.

use crate::{PermissionSet, Row, Subject};
use cedar_policy::{
    Authorizer, Context, Decision, Effect, Entities, EntityId, EntityTypeName, EntityUid, PolicyId, PolicySet, Request,
    Schema, ValidationMode, Validator,
};
use kernel::Permission;
use std::collections::BTreeSet;
use std::fmt::Display;

/// Why the policies cannot be used. For whoever runs or builds the house, never for its users.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    #[error("the schema of the policies cannot be read: {0}")]
    Schema(String),
    #[error("actions of the schema and permissions differ: missing {missing:?}, unknown {unknown:?}")]
    Actions { missing: Vec<String>, unknown: Vec<String> },
    #[error("the policies cannot be read: {0}")]
    Syntax(String),
    /// Templates are for grants made while the house runs; there are none.
    #[error("templates are not used here: {0}")]
    Template(String),
    #[error("{0} has no @id")]
    Unnamed(String),
    /// It would bind who has one role and not who has two, since roles are looked at one by one.
    #[error("{0} forbids; take the action out of a permit instead")]
    Forbids(String),
    #[error("the policies do not fit the schema: {}", .0.join("; "))]
    Invalid(Vec<String>),
    #[error("{question}: {reason}")]
    Undecided { question: String, reason: String },
    #[error("{0:?} never permit anything")]
    Idle(Vec<String>),
}

/// Every decision about every subject.
pub(crate) fn rows(schema: &str, policies: &str) -> Result<Vec<Row>, PolicyError> {
    let schema = read_schema(schema)?;
    check_actions(&schema)?;
    let policies = read_policies(policies)?;
    check_fit(&schema, &policies)?;
    let court = Court::new(schema, policies)?;
    let rows = Subject::all().map(|subject| court.row(subject)).collect::<Result<Vec<Row>, PolicyError>>()?;
    check_use(&court.policies, &rows)?;
    Ok(rows)
}

fn read_schema(text: &str) -> Result<Schema, PolicyError> {
    let (schema, warnings) = Schema::from_cedarschema_str(text).map_err(|e| PolicyError::Schema(e.to_string()))?;
    let warnings = texts(warnings);
    if warnings.is_empty() { Ok(schema) } else { Err(PolicyError::Schema(warnings.join("; "))) }
}

/// A permission without an action could never be granted, an action without a permission would never be asked for.
fn check_actions(schema: &Schema) -> Result<(), PolicyError> {
    let groups: BTreeSet<&EntityUid> = schema.action_groups().collect();
    let actions: BTreeSet<String> =
        schema.actions().filter(|uid| !groups.contains(uid)).map(|uid| uid.id().unescaped().to_owned()).collect();
    let permissions: BTreeSet<String> = texts(Permission::ALL).into_iter().collect();
    if actions == permissions {
        return Ok(());
    }
    Err(PolicyError::Actions {
        missing: permissions.difference(&actions).cloned().collect(),
        unknown: actions.difference(&permissions).cloned().collect(),
    })
}

/// The policies under the names that people gave them.
fn read_policies(text: &str) -> Result<PolicySet, PolicyError> {
    let syntax = |e: &dyn Display| PolicyError::Syntax(e.to_string());
    let numbered: PolicySet = text.parse().map_err(|e| syntax(&e))?;
    if let Some(template) = numbered.templates().next() {
        return Err(PolicyError::Template(template.to_string()));
    }
    let mut named = PolicySet::new();
    for policy in numbered.policies() {
        let Some(id) = policy.annotation("id").filter(|id| !id.is_empty()) else {
            return Err(PolicyError::Unnamed(policy.to_string()));
        };
        if policy.effect() == Effect::Forbid {
            return Err(PolicyError::Forbids(id.to_owned()));
        }
        named.add(policy.new_id(PolicyId::new(id))).map_err(|e| syntax(&e))?;
    }
    Ok(named)
}

fn check_fit(schema: &Schema, policies: &PolicySet) -> Result<(), PolicyError> {
    let result = Validator::new(schema.clone()).validate(policies, ValidationMode::Strict);
    let mut faults = texts(result.validation_errors());
    faults.extend(texts(result.validation_warnings()));
    if faults.is_empty() { Ok(()) } else { Err(PolicyError::Invalid(faults)) }
}

/// A policy that decides nothing is a mistake: somebody believes that it grants something.
fn check_use(policies: &PolicySet, rows: &[Row]) -> Result<(), PolicyError> {
    let used: BTreeSet<&str> = rows.iter().flat_map(|row| &row.reasons).map(|(_, id)| id.as_str()).collect();
    let names = texts(policies.policies().map(|policy| policy.id()));
    let mut idle: Vec<String> = names.into_iter().filter(|id| !used.contains(id.as_str())).collect();
    idle.sort();
    if idle.is_empty() { Ok(()) } else { Err(PolicyError::Idle(idle)) }
}

/// Where the questions are asked.
struct Court {
    schema: Schema,
    policies: PolicySet,
    /// Only the actions and their groups; nothing else here has parents or attributes.
    entities: Entities,
    authorizer: Authorizer,
}

impl Court {
    fn new(schema: Schema, policies: PolicySet) -> Result<Court, PolicyError> {
        let entities = schema.action_entities().map_err(|e| PolicyError::Schema(e.to_string()))?;
        Ok(Court { schema, policies, entities, authorizer: Authorizer::new() })
    }

    fn row(&self, subject: Subject) -> Result<Row, PolicyError> {
        let mut row = Row { subject, permitted: PermissionSet::default(), reasons: Vec::new() };
        for permission in Permission::ALL.iter().copied() {
            let reasons = self.ask(subject, permission).map_err(|reason| PolicyError::Undecided {
                question: format!("may {subject:?} do {permission}"),
                reason,
            })?;
            if !reasons.is_empty() {
                row.permitted.insert(permission);
            }
            row.reasons.extend(reasons.into_iter().map(|id| (permission, id)));
        }
        Ok(row)
    }

    /// The policies that permit it, sorted; none means no.
    fn ask(&self, subject: Subject, permission: Permission) -> Result<Vec<String>, String> {
        let (kind, name) = principal(subject);
        let principal = uid(kind, name)?;
        let action = uid("Shunfu::Action", permission.name())?;
        let within_reach = self
            .schema
            .principals_for_action(&action)
            .is_some_and(|mut kinds| kinds.any(|kind| kind == principal.type_name()));
        if !within_reach {
            return Ok(Vec::new());
        }
        let resource = uid("Shunfu::Organisation", "own")?;
        let request = Request::new(principal, action, resource, Context::empty(), Some(&self.schema))
            .map_err(|e| e.to_string())?;
        let response = self.authorizer.is_authorized(&request, &self.policies, &self.entities);
        let errors = texts(response.diagnostics().errors());
        if !errors.is_empty() {
            return Err(errors.join("; "));
        }
        let mut reasons = texts(response.diagnostics().reason());
        reasons.sort();
        match response.decision() {
            Decision::Allow => Ok(reasons),
            Decision::Deny => Ok(Vec::new()),
        }
    }
}

/// How the schema names a subject.
fn principal(subject: Subject) -> (&'static str, &'static str) {
    match subject {
        Subject::Role(role) => ("Shunfu::Role", role.name()),
        Subject::PayLink => ("Shunfu::PayLink", "holder"),
        Subject::System => ("Shunfu::System", "task"),
    }
}

fn uid(kind: &str, name: &str) -> Result<EntityUid, String> {
    let kind: EntityTypeName = kind.parse().map_err(|e: cedar_policy::ParseErrors| e.to_string())?;
    Ok(EntityUid::from_type_name_and_id(kind, EntityId::new(name)))
}

fn texts(items: impl IntoIterator<Item = impl Display>) -> Vec<String> {
    items.into_iter().map(|item| item.to_string()).collect()
}
