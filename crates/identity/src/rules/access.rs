//! Which roles somebody may have, and who may give them.

use kernel::id::{CustomerId, UserId};
use kernel::{Actor, Role};

/// Why these roles do not go together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RoleFault {
    #[error("somebody without a role could do nothing")]
    None,
    #[error("the role customer needs the customer it is for")]
    CustomerMissing,
    #[error("people of a customer have no role in the company")]
    Mixed,
}

/// Staff have any roles but `customer`; people of a customer have that one alone. The policies count `customer` only for
/// people bound to a customer, and nothing else for them: other mixes would look like rights that nobody has.
pub fn check_roles(roles: &[Role], customer: Option<CustomerId>) -> Result<(), RoleFault> {
    match (customer, roles) {
        (_, []) => Err(RoleFault::None),
        (Some(_), [Role::Customer]) => Ok(()),
        (Some(_), _) => Err(RoleFault::Mixed),
        (None, roles) if roles.contains(&Role::Customer) => Err(RoleFault::CustomerMissing),
        (None, _) => Ok(()),
    }
}

/// Whether an actor may give these roles to somebody: nobody gives what they do not have, and a key narrowed by scopes
/// gives nothing in the company, or it could widen itself through what it made.
pub fn may_grant(actor: &Actor, roles: &[Role]) -> bool {
    let own = match actor {
        Actor::System { .. } => return true,
        Actor::User { customer: Some(_), .. } | Actor::PayLink { .. } => return false,
        Actor::ApiKey { scopes: Some(_), .. } => &[],
        Actor::ApiKey { roles, scopes: None, .. } | Actor::User { roles, customer: None, .. } => roles.as_slice(),
    };
    roles.iter().all(|role| *role == Role::Customer || own.contains(&Role::Owner) || own.contains(role))
}

/// Whether somebody still owns the company when `changed` is an active owner afterwards or not.
pub fn keeps_an_owner(active_owners: &[UserId], changed: UserId, stays: bool) -> bool {
    stays || active_owners.iter().any(|owner| *owner != changed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Permission;
    use kernel::id::ApiKeyId;

    #[test]
    fn staff_and_people_of_customers_do_not_mix() {
        use Role::{Accountant, Auditor, Customer, Owner};
        let somebody = Some(CustomerId::NIL);
        for (roles, customer, outcome) in [
            (&[Owner][..], None, Ok(())),
            (&[Accountant, Auditor], None, Ok(())),
            (&[Customer], somebody, Ok(())),
            (&[], None, Err(RoleFault::None)),
            (&[], somebody, Err(RoleFault::None)),
            (&[Customer], None, Err(RoleFault::CustomerMissing)),
            (&[Owner, Customer], None, Err(RoleFault::CustomerMissing)),
            (&[Owner], somebody, Err(RoleFault::Mixed)),
            (&[Customer, Owner], somebody, Err(RoleFault::Mixed)),
        ] {
            assert_eq!(check_roles(roles, customer), outcome, "{roles:?} {customer:?}");
        }
    }

    #[test]
    fn nobody_gives_what_they_do_not_have() {
        use Role::{Accountant, Auditor, Customer, Owner};
        let user = |roles: &[Role], customer| Actor::User { id: UserId::NIL, roles: roles.to_vec(), customer };
        let key = |roles: &[Role], scopes| Actor::ApiKey { id: ApiKeyId::NIL, roles: roles.to_vec(), scopes };
        for (actor, roles, allowed) in [
            (user(&[Owner], None), &[Accountant, Auditor][..], true),
            (user(&[Owner], None), &[Owner], true),
            (user(&[Accountant], None), &[Accountant], true),
            (user(&[Accountant], None), &[Accountant, Owner], false),
            (user(&[Accountant], None), &[Customer], true),
            (user(&[Customer], Some(CustomerId::NIL)), &[Customer], false),
            (key(&[Owner], None), &[Owner], true),
            (key(&[Owner], Some(vec![Permission::UserManage])), &[Auditor], false),
            (key(&[Owner], Some(vec![Permission::UserManage])), &[Customer], true),
            (Actor::System { task: "init" }, &[Owner], true),
        ] {
            assert_eq!(may_grant(&actor, roles), allowed, "{actor:?} {roles:?}");
        }
    }

    #[test]
    fn one_owner_remains() {
        let (a, b) = (UserId::from_bytes([1; 16]), UserId::from_bytes([2; 16]));
        for (owners, changed, stays, outcome) in [
            (&[a][..], a, false, false),
            (&[a], a, true, true),
            (&[a, b], a, false, true),
            (&[a], b, false, true),
            (&[], b, false, false),
        ] {
            assert_eq!(keeps_an_owner(owners, changed, stays), outcome, "{owners:?} {changed} {stays}");
        }
    }
}
