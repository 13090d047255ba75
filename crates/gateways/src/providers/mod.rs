//! Every provider that a company can connect, in one list; a file each.
//!
//! A provider says what its connections need to know. Forms, sealed rows and connections are made of that, so that nobody else
//! names a provider.

pub(crate) mod alipay;
pub(crate) mod paypal;
pub mod simulator;
pub(crate) mod stripe;
pub(crate) mod wechat_pay;

use crate::rsa::{PrivateKey, PublicKey};
use crate::{Gateway, Secret};
use kernel::{Clock, Fields};
use std::collections::BTreeMap;
use std::sync::Arc;

/// All of them, in the order in which they are offered.
pub const PROVIDERS: &[Provider] =
    &[stripe::PROVIDER, alipay::PROVIDER, wechat_pay::PROVIDER, paypal::PROVIDER, simulator::PROVIDER];

/// The setting that every provider has: our number there, which it names in what it tells us.
pub const MERCHANT: &str = "merchant";

/// The provider of this name.
pub fn provider(name: &str) -> Option<&'static Provider> {
    PROVIDERS.iter().find(|provider| provider.name == name)
}

/// A provider, as far as a company connects it.
#[derive(Debug)]
pub struct Provider {
    /// In addresses, records and logs.
    pub name: &'static str,
    /// In the order in which a form asks for them.
    pub fields: &'static [Field],
    connect: Connect,
}

/// Makes a connection of what it was told; calls nobody.
type Connect = fn(&Credentials, Arc<dyn Clock>) -> Result<Arc<dyn Gateway>, Unfit>;

/// One thing that a connection needs to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    pub name: &'static str,
    pub kind: FieldKind,
    /// What a form proposes.
    pub usual: &'static str,
}

/// What a field may hold, and whether it may be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldKind {
    /// Of HTTP; kept without a slash at its end.
    Address,
    /// A number or name at the provider.
    Text,
    /// A key of the provider's that may be shown: PEM or its base64.
    Key,
    /// One that may be left out: a key that still counts while it is rotated.
    OtherKey,
    /// Goes in and never comes out.
    Secret,
    /// The same, of a secret.
    OtherSecret,
}

impl FieldKind {
    pub const fn is_secret(self) -> bool {
        matches!(self, FieldKind::Secret | FieldKind::OtherSecret)
    }

    pub const fn is_optional(self) -> bool {
        matches!(self, FieldKind::OtherKey | FieldKind::OtherSecret)
    }
}

impl Field {
    /// `/merchant`
    pub fn pointer(&self) -> String {
        format!("/{}", self.name)
    }

    /// Reads what was typed in, and notes what is wrong with it.
    fn read(&self, fields: &mut Fields, typed: &str) -> String {
        let pointer = self.pointer();
        let least = usize::from(!self.kind.is_optional());
        match self.kind {
            FieldKind::Address => {
                let address = fields.text(&pointer, typed, least, 300);
                if !(address.is_empty() || address.starts_with("https://") || address.starts_with("http://")) {
                    fields.note(&pointer, "not_an_address");
                }
                address.trim_end_matches('/').to_owned()
            }
            FieldKind::Text => fields.text(&pointer, typed, least, 80),
            // A private RSA key of 4,096 bits has 3,300 characters.
            FieldKind::Key | FieldKind::OtherKey | FieldKind::Secret | FieldKind::OtherSecret => {
                fields.text(&pointer, typed, least, 8000)
            }
        }
    }
}

/// What may be shown of a connection, by the names of its fields.
pub type Settings = BTreeMap<String, String>;

/// What may not, by the names of its fields. To be sealed as text.
#[derive(Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Secrets(pub BTreeMap<String, String>);

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secrets(…)")
    }
}

impl Provider {
    /// Reads what was typed in for a connection; `typed` gives it by a field's name.
    pub fn read<'a>(&self, fields: &mut Fields, typed: impl Fn(&str) -> &'a str) -> (Settings, Secrets) {
        let (mut settings, mut secrets) = (Settings::new(), Secrets::default());
        for field in self.fields {
            let value = field.read(fields, typed(field.name));
            let kept = if field.kind.is_secret() { &mut secrets.0 } else { &mut settings };
            if !value.is_empty() {
                kept.insert(field.name.to_owned(), value);
            }
        }
        (settings, secrets)
    }

    /// Brings a connection into use; does not call the provider yet.
    pub fn connect(
        &self,
        settings: &Settings,
        secrets: Secrets,
        clock: Arc<dyn Clock>,
    ) -> Result<Arc<dyn Gateway>, Unfit> {
        let secrets = secrets.0.into_iter().map(|(name, value)| (name, Secret::new(value))).collect();
        (self.connect)(&Credentials { settings, secrets }, clock)
    }
}

/// What a connection was told, as its connector asks for it.
pub struct Credentials<'a> {
    settings: &'a Settings,
    secrets: BTreeMap<String, Secret>,
}

/// A connection cannot be made of what is kept of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    #[error("{0} is missing")]
    Missing(&'static str),
    #[error("{0} is no key")]
    NotAKey(&'static str),
    #[error("the system has no HTTP client")]
    NoClient,
}

impl Credentials<'_> {
    fn text(&self, name: &'static str) -> Result<String, Unfit> {
        self.settings.get(name).cloned().ok_or(Unfit::Missing(name))
    }

    fn secret(&self, name: &'static str) -> Result<Secret, Unfit> {
        self.secrets.get(name).cloned().ok_or(Unfit::Missing(name))
    }

    /// The first of them, and the others as far as they are there.
    fn any_secret(&self, name: &'static str, others: &[&'static str]) -> Result<Vec<Secret>, Unfit> {
        let others = others.iter().filter_map(|other| self.secrets.get(*other).cloned());
        Ok(std::iter::once(self.secret(name)?).chain(others).collect())
    }

    fn private_key(&self, name: &'static str) -> Result<PrivateKey, Unfit> {
        PrivateKey::read(self.secret(name)?.expose()).map_err(|_| Unfit::NotAKey(name))
    }

    fn public_key(&self, name: &'static str) -> Result<PublicKey, Unfit> {
        PublicKey::read(self.text(name)?.as_bytes()).map_err(|_| Unfit::NotAKey(name))
    }

    /// The first of them, and the others as far as they are there.
    fn public_keys(&self, name: &'static str, others: &[&'static str]) -> Result<Vec<PublicKey>, Unfit> {
        let others = others.iter().filter(|other| self.settings.contains_key(**other));
        std::iter::once(&name).chain(others).map(|name| self.public_key(name)).collect()
    }
}

/// The beginning of a text, for providers that refuse long ones.
fn shortened(text: &str, characters: usize) -> String {
    text.chars().take(characters).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(name: &str) -> &'static str {
        match name {
            "base_url" => "https://pay.example/",
            "merchant" => "M-1",
            "api_secret" => "api",
            "notification_secret" => "whsec",
            _ => "",
        }
    }

    #[test]
    fn a_form_is_read_by_the_providers_fields() {
        let provider = provider("simulator").unwrap();
        let mut fields = Fields::new();
        let (settings, secrets) = provider.read(&mut fields, typed);
        fields.finish().unwrap();
        assert_eq!(settings["base_url"], "https://pay.example");
        assert_eq!(secrets.0.keys().collect::<Vec<_>>(), ["api_secret", "notification_secret"]);
        assert_eq!(format!("{secrets:?}"), "Secrets(…)");
        let clock: Arc<dyn Clock> = Arc::new(kernel::SystemClock);
        assert_eq!(provider.connect(&settings, secrets, Arc::clone(&clock)).unwrap().provider(), "simulator");
        let unfit = provider.connect(&settings, Secrets::default(), clock).err();
        assert_eq!(unfit, Some(Unfit::Missing("api_secret")));

        let mut fields = Fields::new();
        provider.read(&mut fields, |name| if name == "base_url" { "ftp://x" } else { "" });
        let refusal = fields.finish().unwrap_err();
        let wrong: Vec<&str> = refusal.fields.iter().map(|field| field.pointer.as_str()).collect();
        assert_eq!(wrong, ["/base_url", "/merchant", "/api_secret", "/notification_secret"]);
    }

    #[test]
    fn names_are_names() {
        for provider in PROVIDERS {
            let plain = |name: &str| name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
            assert!(plain(provider.name) && provider.fields.iter().all(|field| plain(field.name)), "{}", provider.name);
            assert!(provider.fields.iter().any(|field| field.name == MERCHANT), "{}", provider.name);
        }
    }
}
