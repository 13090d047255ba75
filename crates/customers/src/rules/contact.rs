//! What makes a contact's data acceptable.

use kernel::{Fields, Refusal};

/// How many people of one customer are kept.
pub const CONTACTS_MAX: i64 = 100;

/// What somebody wrote about a person at a customer, unchecked. `None` and blank mean not given.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ContactInput {
    pub name: String,
    pub position: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
}

/// A person at a customer, as it may be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactData {
    pub name: String,
    /// What the person does there.
    pub position: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
}

/// Checks every field and names all that is wrong.
pub fn check(input: &ContactInput) -> Result<ContactData, Refusal> {
    let mut fields = Fields::new();
    let name = fields.text("/name", &input.name, 1, 100);
    let position = fields.optional_text("/position", input.position.as_deref(), 100);
    let email = super::given(&input.email).map(|email| fields.email("/email", email));
    let phone = super::given(&input.phone).map(|phone| fields.text("/phone", phone, 3, 40));
    fields.finish()?;
    Ok(ContactData { name, position, email, phone })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_is_named() {
        let long = "x".repeat(101);
        for (name, position, email, phone, faults) in [
            ("王芳", "", "", "", &[][..]),
            ("王芳", "会计", "wang@example.com", "+86 21 5555 0000", &[]),
            (" ", "", "", "", &["/name"]),
            (&long, &long, "nobody", "1", &["/name", "/position", "/email", "/phone"]),
            ("a\u{7}b", "", "", "", &["/name"]),
        ] {
            let input = ContactInput {
                name: name.into(),
                position: Some(position.into()),
                email: Some(email.into()),
                phone: Some(phone.into()),
            };
            let seen: Vec<String> = check(&input)
                .err()
                .map_or_else(Vec::new, |refusal| refusal.fields.into_iter().map(|field| field.pointer).collect());
            assert_eq!(seen, faults, "{name} {position} {email} {phone}");
        }
    }
}
