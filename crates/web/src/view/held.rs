//! Forms that wait while their sender shows who they are: what was typed stays in the page and is sent on afterwards.
//!
//! Both pages answer 307, so that the browser sends the same form once more, to where it was going.

use super::View;
use askama::Template;
use kernel::id::UserId;
use sha2::{Digest, Sha256};

/// The hidden field of every form that has an effect: [`View::form_key`].
pub const FORM_KEY: &str = "idempotency_key";
/// Characters of a form's key before the mark of its person.
const RANDOM_CHARS: usize = 32;

/// What is held of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    pub fields: Vec<(String, String)>,
    /// Whether something was left out: secrets are not written into a page.
    pub left_out: bool,
}

impl Held {
    /// Of a form as it came. What the holding pages ask for themselves is no part of it.
    pub fn of(typed: Vec<(String, String)>) -> Held {
        let own = [ConfirmPage::OWN.as_slice(), SignInPage::OWN.as_slice(), SecondFactorPage::OWN.as_slice()].concat();
        let is_secret = |name: &str| name.contains("password") || name.contains("secret");
        let theirs = typed.into_iter().filter(|(name, _)| !own.contains(&name.as_str()));
        let (secrets, fields): (Vec<_>, Vec<_>) = theirs.partition(|(name, _)| is_secret(name));
        Held { fields, left_out: secrets.iter().any(|(_, value)| !value.is_empty()) }
    }

    /// Whether this person had the form before them. A form without a key is nobody's.
    pub fn is_from(&self, person: UserId) -> bool {
        let key = self.fields.iter().find(|(name, _)| name == FORM_KEY).map_or("", |(_, key)| key.as_str());
        key.split_at_checked(RANDOM_CHARS).is_some_and(|(random, mark)| mark == mark_of(random, person))
    }
}

/// The key of a form for one person. The mark keeps a form from being sent on by whoever signs in next at the same screen;
/// that forms come from our own pages is looked after elsewhere.
pub(super) fn form_key(random: [u8; 16], person: Option<UserId>) -> String {
    let mut key: String = random.iter().map(|b| format!("{b:02x}")).collect();
    if let Some(person) = person {
        let mark = mark_of(&key, person);
        key.push_str(&mark);
    }
    key
}

fn mark_of(random: &str, person: UserId) -> String {
    let digest = Sha256::new().chain_update(random).chain_update(person.to_string()).finalize();
    digest.iter().take(8).map(|b| format!("{b:02x}")).collect()
}

/// Asks for one's password again before something grave, or for a code.
#[derive(Template)]
#[template(path = "confirm.html")]
pub struct ConfirmPage {
    pub v: View,
    /// Where to go on to.
    pub next: String,
    /// The form that is sent on; nothing where somebody only wanted to look.
    pub held: Option<Held>,
    /// The person has a second factor: a code is asked for in the place of the password.
    pub by_code: bool,
}

impl ConfirmPage {
    /// The fields of password and code; no form of a page has one of these names.
    pub const PASSWORD: &str = "confirm_password";
    pub const CODE: &str = "confirm_code";
    const OWN: [&str; 4] = [Self::PASSWORD, Self::CODE, "confirm_next", "confirm_again"];
}

/// The way in. Where it holds a form its fields have names of their own, since the held one may ask for a mail as well.
#[derive(Template)]
#[template(path = "sign_in.html")]
pub struct SignInPage {
    pub v: View,
    pub email: String,
    /// Where to go on to; empty for nowhere in particular.
    pub next: String,
    /// The form that is sent on after signing in.
    pub held: Option<Held>,
}

impl SignInPage {
    const OWN: [&str; 3] = ["sign_in_email", "sign_in_password", "sign_in_next"];

    /// The names of the fields of mail, password and address to go on to.
    pub fn names(holds: bool) -> [&'static str; 3] {
        if holds { Self::OWN } else { ["/email", "/password", "next"] }
    }
}

/// The second step of the way in: a code, after the password was right.
#[derive(Template)]
#[template(path = "second_factor.html")]
pub struct SecondFactorPage {
    pub v: View,
    /// What shows that the password was right.
    pub token: String,
    /// Where to go on to; empty for nowhere in particular.
    pub next: String,
    /// The form that is sent on after signing in.
    pub held: Option<Held>,
}

impl SecondFactorPage {
    /// The fields of token, code and address to go on to; no form of a page has one of these names.
    pub const TOKEN: &str = "sign_in_token";
    pub const CODE: &str = "sign_in_code";
    pub const NEXT: &str = "sign_in_to";
    /// There where a form is held, be it without a single field.
    pub const HOLDS: &str = "sign_in_holds";
    const OWN: [&str; 4] = [Self::TOKEN, Self::CODE, Self::NEXT, Self::HOLDS];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holds_what_was_typed_for_its_sender_alone() {
        let (sender, other) = (UserId::from_bytes([1; 16]), UserId::from_bytes([2; 16]));
        let typed = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let key = form_key([7; 16], Some(sender));
        let form = vec![
            typed(FORM_KEY, &key),
            typed("/email", "a@example.com"),
            typed("/password", "x"),
            typed("sign_in_next", "/"),
            typed("confirm_again", "1"),
            typed("confirm_code", "123456"),
            typed("sign_in_code", "123456"),
            typed("sign_in_token", "x"),
        ];
        let held = Held::of(form);
        assert_eq!(held.fields, [typed(FORM_KEY, &key), typed("/email", "a@example.com")]);
        assert!(held.left_out);
        assert!(held.is_from(sender) && !held.is_from(other));
        for key in ["", "ab", &key[..RANDOM_CHARS], &form_key([7; 16], None)] {
            assert!(!Held::of(vec![typed(FORM_KEY, key)]).is_from(sender), "{key}");
        }
    }
}
