//! What makes a user's data acceptable.

use super::access::{self, RoleFault};
use kernel::id::CustomerId;
use kernel::{Fields, Locale, Refusal, Role};

/// What somebody wrote about a user, unchecked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UserInput {
    pub name: String,
    pub email: String,
    pub locale: String,
    /// Names of roles.
    pub roles: Vec<String>,
    /// `cus_…` for people of the portal.
    pub customer: Option<String>,
}

/// A user's data as it may be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserData {
    pub name: String,
    /// As written; [`normal_mail`] is what it is found by.
    pub email: String,
    pub locale: Locale,
    /// In the order of [`Role::ALL`], each once.
    pub roles: Vec<Role>,
    pub customer: Option<CustomerId>,
}

/// Checks every field and names all that is wrong. Somebody of a customer needs no role named: there is only one.
pub fn check(input: &UserInput) -> Result<UserData, Refusal> {
    let mut fields = Fields::new();
    let name = fields.text("/name", &input.name, 1, 100);
    let email = fields.email("/email", &input.email);
    let locale = input.locale.parse().unwrap_or_else(|_| {
        fields.note("/locale", "not_a_choice");
        Locale::En
    });
    let customer = input.customer.as_deref().map(str::trim).filter(|id| !id.is_empty());
    let customer = customer.and_then(|id| match id.parse::<CustomerId>() {
        Ok(id) => Some(id),
        Err(_) => {
            fields.note("/customer", "not_found");
            None
        }
    });
    let known = |name: &String| name.parse::<Role>().ok();
    if input.roles.iter().any(|name| known(name).is_none()) {
        fields.note("/roles", "not_a_choice");
    }
    let mut roles: Vec<Role> = Role::ALL.into_iter().filter(|r| input.roles.iter().any(|n| n == r.name())).collect();
    if roles.is_empty() && customer.is_some() {
        roles.push(Role::Customer);
    }
    if fields.is_clean()
        && let Err(fault) = access::check_roles(&roles, customer)
    {
        fields.note("/roles", code_of(fault));
    }
    fields.finish()?;
    Ok(UserData { name, email, locale, roles, customer })
}

/// What two ways to write one mail have in common: no surrounding blanks, small letters.
pub fn normal_mail(mail: &str) -> String {
    mail.trim().to_lowercase()
}

const fn code_of(fault: RoleFault) -> &'static str {
    match fault {
        RoleFault::None => "role_missing",
        RoleFault::CustomerMissing => "role_needs_customer",
        RoleFault::Mixed => "role_mixed",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users() {
        let customer = CustomerId::NIL.to_string();
        for (name, email, roles, customer, outcome) in [
            ("张伟", "wei@example.com", &["auditor", "owner", "owner"][..], "", Ok(vec![Role::Owner, Role::Auditor])),
            ("A", "a@b.co", &[], customer.as_str(), Ok(vec![Role::Customer])),
            ("A", "a@b.co", &["customer"], customer.as_str(), Ok(vec![Role::Customer])),
            ("", "a@b.co", &["owner"], "", Err(("/name", "required"))),
            ("A", "a", &["owner"], "", Err(("/email", "not_an_email"))),
            ("A", "a@b.co", &["boss"], "", Err(("/roles", "not_a_choice"))),
            ("A", "a@b.co", &[], "", Err(("/roles", "role_missing"))),
            ("A", "a@b.co", &["customer"], "", Err(("/roles", "role_needs_customer"))),
            ("A", "a@b.co", &["owner"], customer.as_str(), Err(("/roles", "role_mixed"))),
            ("A", "a@b.co", &[], "cus_1", Err(("/customer", "not_found"))),
        ] {
            let input = UserInput {
                name: name.into(),
                email: email.into(),
                locale: "zh-CN".into(),
                roles: roles.iter().map(ToString::to_string).collect(),
                customer: Some(customer.into()),
            };
            let got = check(&input).map(|data| data.roles);
            let got = got.map_err(|r| (r.fields[0].pointer.clone(), r.fields[0].code));
            assert_eq!(got, outcome.map_err(|(p, c): (&str, &str)| (p.to_owned(), c)), "{email} {roles:?}");
        }
        assert_eq!(normal_mail(" Wei@Example.COM "), "wei@example.com");
    }
}
