//! What a connection is told that is to reach a simulator, in the language of any provider.

use super::{SimulatorConfig, keys};
use crate::providers::{Field, MERCHANT, Provider};
use crate::{Secret, Secrets, Settings};

impl SimulatorConfig {
    /// Settings and secrets of a provider's connection to this simulator at an address without a slash at its end.
    pub fn connection(&self, provider: &Provider, address: &str) -> (Settings, Secrets) {
        let told = |field: &&Field| Some((field.name.to_owned(), self.told(provider.name, field.name, address)?));
        let is_secret = |field: &&Field| field.kind.is_secret();
        let settings = provider.fields.iter().filter(|field| !is_secret(field)).filter_map(|field| told(&field));
        let secrets = provider.fields.iter().filter(is_secret).filter_map(|field| told(&field));
        (settings.collect(), Secrets(secrets.collect()))
    }

    /// The value of a field; `None` where it may be left out.
    fn told(&self, provider: &str, field: &str, address: &str) -> Option<String> {
        let text = |secret: &Secret| String::from_utf8_lossy(secret.expose()).into_owned();
        let wechat_pay = &self.wechat_pay;
        Some(match (provider, field) {
            (_, "authorize_url" | "app_url") => address.to_owned(),
            (_, "app_secret") => text(&wechat_pay.app_secret),
            ("alipay", "base_url") => format!("{address}/gateway.do"),
            (_, "base_url") => address.to_owned(),
            (_, MERCHANT) | ("alipay", "app_id") => self.merchant.clone(),
            (_, "client_id") => self.paypal.client_id.clone(),
            (_, "webhook_id") => self.paypal.webhook_id.clone(),
            (_, "app_id") => wechat_pay.app_id.clone(),
            (_, "serial") => wechat_pay.serial.clone(),
            (_, "api_v3_key") => text(&wechat_pay.api_v3_key),
            (_, "provider_key_id") => wechat_pay.provider_key_id.clone(),
            (_, "provider_key") => keys::PROVIDER_PUBLIC.to_owned(),
            (_, "private_key") => keys::MERCHANT.to_owned(),
            (_, "api_secret" | "client_secret") => text(&self.api_secret),
            (_, "notification_secret") => text(&self.notification_secret),
            _ => return None,
        })
    }
}
