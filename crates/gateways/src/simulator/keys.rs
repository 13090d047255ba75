//! The keys of the demonstration; see `assets/keys/README.md`. Everybody knows them.

/// Signs what the demonstration's company sends.
pub const MERCHANT: &str = include_str!("../../assets/keys/merchant.pem");
pub const MERCHANT_PUBLIC: &str = include_str!("../../assets/keys/merchant.pub.pem");
/// Signs what the simulator answers in languages that want it.
pub const PROVIDER: &str = include_str!("../../assets/keys/provider.pem");
pub const PROVIDER_PUBLIC: &str = include_str!("../../assets/keys/provider.pub.pem");
