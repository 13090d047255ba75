//! Payment providers behind one trait, and a provider of our own to practise with.
//!
//! - [`gateway`]: the trait [`Gateway`], what goes in and out of it, and how a call can end ([`CallError`]). [`dispute`]: what a
//!   provider tells of a payment that is taken back. [`bill`](mod@bill): what it says happened on a day.
//! - [`device`]: what a payer holds in hand, and who they are where a provider must know.
//! - [`capabilities`]: what a provider takes, and its own idea of a currency's minor digits.
//! - [`providers`]: one file per provider, and the list of them. [`http`](mod@http) says for all of them when a call is in doubt.
//! - [`signature`]: the HMAC form that several providers share; [`rsa`]: the one with keys of two halves, which some hand out
//!   in a [`certificate`].
//! - [`simulator`]: a whole provider in memory, a program of its own that speaks HTTP and can be made to misbehave.
//!
//! Invariants: a call whose effect is not certain ends in [`CallError::Unknown`], never in a refusal; nothing of a
//! notification is read before its signature is verified; secrets are wiped from memory and never printed.

pub mod bill;
pub mod capabilities;
pub mod certificate;
pub mod device;
pub mod dispute;
pub mod gateway;
pub mod http;
pub mod providers;
pub mod registry;
pub mod rsa;
pub mod secret;
pub mod signature;
pub mod simulator;

pub use bill::{Bill, BillKind, BillRow};
pub use capabilities::{Capabilities, Currencies, MinorRule, Unsuitable};
pub use device::{Device, HandOver, Introduces, Payer};
pub use dispute::{Direction, DisputeState, Movement, ProviderDispute};
pub use gateway::{
    Call, CallError, Event, Gateway, Lookup, Method, Notification, NotificationAnswer, NotificationError,
    NotificationParts, NotificationVerdict, OpenCheckout, Opened, PaymentState, PayoutState, ProviderPayment,
    ProviderRefund, RefundLookup, RefundRequest, RefundState,
};
pub use providers::simulator::{SimulatorConnection, SimulatorGateway};
pub use providers::{Field, FieldKind, MERCHANT, PROVIDERS, Provider, Secrets, Settings, Unfit, provider};
pub use registry::Registry;
pub use secret::Secret;
