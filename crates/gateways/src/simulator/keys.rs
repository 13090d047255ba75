//! The keys of the demonstration; see `assets/keys/README.md`. Everybody knows them.

use crate::rsa::{NotAKey, PrivateKey, PublicKey};

/// Signs what the demonstration's company sends.
pub const MERCHANT: &str = include_str!("../../assets/keys/merchant.pem");
pub const MERCHANT_PUBLIC: &str = include_str!("../../assets/keys/merchant.pub.pem");
/// Signs what the simulator answers in languages that want it.
pub const PROVIDER: &str = include_str!("../../assets/keys/provider.pem");
pub const PROVIDER_PUBLIC: &str = include_str!("../../assets/keys/provider.pub.pem");
/// Signs what the word `rotated` concerns.
pub const NEXT_PROVIDER: &str = include_str!("../../assets/keys/provider_next.pem");
pub const NEXT_PROVIDER_PUBLIC: &str = include_str!("../../assets/keys/provider_next.pub.pem");
/// The same in a certificate, as WeChat Pay's merchants fetch it, and the certificate's serial number.
pub(crate) const NEXT_PROVIDER_CERTIFICATE: &str = include_str!("../../assets/keys/provider_next.crt.pem");
pub(crate) const NEXT_PROVIDER_SERIAL: &str = "5D3A9C1E7742B0F68A11C4E95B7F20D3869A4C17";

/// The certificates in which PayPal hands out both.
pub(crate) const PAYPAL_CERTIFICATE: &str = include_str!("../../assets/keys/paypal.crt.pem");
pub(crate) const NEXT_PAYPAL_CERTIFICATE: &str = include_str!("../../assets/keys/paypal_next.crt.pem");

/// As the simulator uses them.
pub(super) struct Keys {
    pub merchant: PublicKey,
    pub provider: PrivateKey,
    pub next: PrivateKey,
    /// A good key that is not the provider's: the merchant's own.
    pub forgers: PrivateKey,
}

impl Keys {
    pub(super) fn read() -> Result<Keys, NotAKey> {
        Ok(Keys {
            merchant: PublicKey::read(MERCHANT_PUBLIC.as_bytes())?,
            provider: PrivateKey::read(PROVIDER.as_bytes())?,
            next: PrivateKey::read(NEXT_PROVIDER.as_bytes())?,
            forgers: PrivateKey::read(MERCHANT.as_bytes())?,
        })
    }
}
