//! What makes an API key acceptable.

use super::access;
use jiff::{SignedDuration, Timestamp};
use kernel::{Actor, Fields, Permission, Refusal, Role};

/// What somebody wrote about a key to be, unchecked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct KeyInput {
    pub name: String,
    /// Names of roles.
    pub roles: Vec<String>,
    /// Names of permissions that narrow the roles; none = all of them.
    pub scopes: Option<Vec<String>>,
    /// Requests a minute, 1 to 100,000; none = as many as it likes.
    pub requests_per_minute: Option<String>,
    /// Days until it ends, 1 to 3650; none = it does not end by itself.
    pub expires_in_days: Option<String>,
}

/// A key's data as it may be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyData {
    pub name: String,
    pub roles: Vec<Role>,
    /// Sorted, each once.
    pub scopes: Option<Vec<Permission>>,
    pub requests_per_minute: Option<i32>,
    pub expires_in: Option<SignedDuration>,
}

const DAYS_MAX: i64 = 3650;
const REQUESTS_MAX: i32 = 100_000;

/// Checks every field and names all that is wrong.
pub fn check(input: &KeyInput) -> Result<KeyData, Refusal> {
    let mut fields = Fields::new();
    let name = fields.text("/name", &input.name, 1, 100);
    if input.roles.iter().any(|name| name.parse::<Role>().is_err()) {
        fields.note("/roles", "not_a_choice");
    }
    let roles: Vec<Role> = Role::ALL.into_iter().filter(|r| input.roles.iter().any(|n| n == r.name())).collect();
    if roles.is_empty() {
        fields.note("/roles", "role_missing");
    } else if roles.contains(&Role::Customer) {
        fields.note("/roles", "role_needs_customer");
    }
    let scopes = input.scopes.as_ref().map(|names| {
        let parsed: Vec<Permission> = names.iter().filter_map(|name| name.parse().ok()).collect();
        if parsed.len() != names.len() || parsed.is_empty() {
            fields.note("/scopes", "not_a_choice");
        }
        Permission::ALL.iter().copied().filter(|p| parsed.contains(p)).collect()
    });
    let days = input.expires_in_days.as_deref().map(str::trim).filter(|text| !text.is_empty());
    let expires_in = days.and_then(|text| {
        let days = text.parse::<i64>().ok().filter(|days| (1..=DAYS_MAX).contains(days));
        if days.is_none() {
            fields.note("/expires_in_days", "out_of_range");
        }
        days.map(|days| SignedDuration::from_hours(24 * days))
    });
    let requests_per_minute = requests(&mut fields, input.requests_per_minute.as_deref());
    fields.finish()?;
    Ok(KeyData { name, roles, scopes, requests_per_minute, expires_in })
}

/// How often a key may ask, as somebody wrote it; nothing = as often as it likes.
pub fn check_limit(written: Option<&str>) -> Result<Option<i32>, Refusal> {
    let mut fields = Fields::new();
    let limit = requests(&mut fields, written);
    fields.finish()?;
    Ok(limit)
}

fn requests(fields: &mut Fields, written: Option<&str>) -> Option<i32> {
    let text = written.map(str::trim).filter(|text| !text.is_empty())?;
    let limit = text.parse().ok().filter(|limit| (1..=REQUESTS_MAX).contains(limit));
    if limit.is_none() {
        fields.note("/requests_per_minute", "out_of_range");
    }
    limit
}

/// Whether an actor may make such a key: it must not be able to do more than its maker.
pub fn may_make(actor: &Actor, roles: &[Role], scopes: Option<&[Permission]>) -> bool {
    match actor {
        Actor::ApiKey { roles: own, scopes: Some(own_scopes), .. } => {
            let within = scopes.is_some_and(|scopes| scopes.iter().all(|scope| own_scopes.contains(scope)));
            within && roles.iter().all(|role| own.contains(role))
        }
        other => access::may_grant(other, roles),
    }
}

/// Whether a key still counts.
pub fn is_alive(expires_at: Option<Timestamp>, revoked_at: Option<Timestamp>, now: Timestamp) -> bool {
    revoked_at.is_none() && expires_at.is_none_or(|end| now < end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::id::ApiKeyId;

    #[test]
    fn keys() {
        let ok = |roles: &[Role], scopes: Option<&[Permission]>, days: Option<i64>| {
            Ok((roles.to_vec(), scopes.map(<[Permission]>::to_vec), days))
        };
        for (name, roles, scopes, days, outcome) in [
            ("ERP", &["owner"][..], None, "", ok(&[Role::Owner], None, None)),
            (
                "ERP",
                &["cashier"],
                Some(&["payment.record", "invoice.read"][..]),
                "30",
                ok(&[Role::Cashier], Some(&[Permission::InvoiceRead, Permission::PaymentRecord]), Some(30)),
            ),
            ("", &["owner"], None, "", Err(("/name", "required"))),
            ("ERP", &[], None, "", Err(("/roles", "role_missing"))),
            ("ERP", &["customer"], None, "", Err(("/roles", "role_needs_customer"))),
            ("ERP", &["owner"], Some(&["everything"]), "", Err(("/scopes", "not_a_choice"))),
            ("ERP", &["owner"], Some(&[]), "", Err(("/scopes", "not_a_choice"))),
            ("ERP", &["owner"], None, "0", Err(("/expires_in_days", "out_of_range"))),
            ("ERP", &["owner"], None, "soon", Err(("/expires_in_days", "out_of_range"))),
        ] {
            let owned = |names: &[&str]| names.iter().map(ToString::to_string).collect::<Vec<String>>();
            let input = KeyInput {
                name: name.into(),
                roles: owned(roles),
                scopes: scopes.map(owned),
                requests_per_minute: None,
                expires_in_days: Some(days.into()),
            };
            let got = check(&input).map(|k| (k.roles, k.scopes, k.expires_in.map(|d| d.as_hours() / 24)));
            let got = got.map_err(|r| (r.fields[0].pointer.clone(), r.fields[0].code));
            assert_eq!(got, outcome.map_err(|(p, c): (&str, &str)| (p.to_owned(), c)), "{name} {roles:?}");
        }
    }

    #[test]
    fn limits() {
        let wrong = Err("out_of_range");
        for (written, limit) in [
            (None, Ok(None)),
            (Some(" "), Ok(None)),
            (Some("1"), Ok(Some(1))),
            (Some("100000"), Ok(Some(100_000))),
            (Some("0"), wrong),
            (Some("100001"), wrong),
            (Some("-5"), wrong),
            (Some("often"), wrong),
        ] {
            assert_eq!(check_limit(written).map_err(|refusal| refusal.fields[0].code), limit, "{written:?}");
        }
    }

    #[test]
    fn no_key_can_do_more_than_its_maker() {
        use Permission::{ApiKeyManage, InvoiceRead, PaymentRefund};
        let key = |scopes: Option<&[Permission]>| Actor::ApiKey {
            id: ApiKeyId::NIL,
            roles: vec![Role::Owner],
            scopes: scopes.map(<[Permission]>::to_vec),
        };
        for (actor, roles, scopes, allowed) in [
            (key(None), &[Role::Owner][..], None, true),
            (key(None), &[Role::Cashier], None, true),
            (key(Some(&[ApiKeyManage, InvoiceRead])), &[Role::Owner], None, false),
            (key(Some(&[ApiKeyManage, InvoiceRead])), &[Role::Owner], Some(&[InvoiceRead][..]), true),
            (key(Some(&[ApiKeyManage, InvoiceRead])), &[Role::Owner], Some(&[PaymentRefund]), false),
            (key(Some(&[ApiKeyManage, InvoiceRead])), &[Role::Auditor], Some(&[InvoiceRead]), false),
        ] {
            assert_eq!(may_make(&actor, roles, scopes), allowed, "{actor:?} {roles:?} {scopes:?}");
        }
    }

    #[test]
    fn keys_end() {
        let at = |s| Some(Timestamp::from_second(s).unwrap());
        let now = Timestamp::from_second(100).unwrap();
        for (expires, revoked, alive) in
            [(None, None, true), (at(101), None, true), (at(100), None, false), (None, at(1), false)]
        {
            assert_eq!(is_alive(expires, revoked, now), alive);
        }
    }
}
