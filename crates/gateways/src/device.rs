//! What a payer holds in hand, as their browser says it; and who they are, where a provider must know.

use crate::gateway::Call;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::net::IpAddr;

/// What the payer has before them.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Device {
    /// A browser beside which a telephone scans a code; also where nothing is known.
    #[default]
    Desk,
    /// A telephone's own browser, which opens a wallet without scanning, and the address that it comes from where that is known.
    Phone { address: Option<IpAddr> },
    /// WeChat's own browser. It opens no wallet's page; it hands a payment to WeChat once WeChat has said who the payer is, and
    /// shows a code before that. Who it is, is not written down with the device: whoever keeps it seals it.
    #[serde(rename = "wechat")]
    WeChat {
        #[serde(skip)]
        payer: Option<Payer>,
    },
}

impl Device {
    /// The device behind a browser's name for itself (RFC 9110, 10.1.5) and the address it comes from.
    pub fn of(agent: &str, address: &str) -> Device {
        if agent.contains("MicroMessenger") {
            return Device::WeChat { payer: None };
        }
        if agent.contains("Mobile") { Device::Phone { address: address.parse().ok() } } else { Device::Desk }
    }

    /// The same in the hands of somebody who was introduced.
    #[must_use]
    pub fn held_by(self, payer: Option<Payer>) -> Device {
        match self {
            Device::WeChat { .. } => Device::WeChat { payer },
            other => other,
        }
    }
}

/// Who a payer is to the app of a merchant, by the provider's word. Personal data: never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Payer(String);

impl Payer {
    pub fn new(name: impl Into<String>) -> Payer {
        Payer(name.into())
    }

    /// The provider's name of them; not for logs, errors or answers.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Payer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Payer(…)")
    }
}

/// What providers do that must know who a payer is, and that are paid inside an app of theirs.
pub trait Introduces: Send + Sync {
    /// Where the payer's browser goes to be introduced; it comes back to `back` with `state` among its parameters. `None` for a
    /// device that need not be introduced.
    fn introduction(&self, device: &Device, back: &str, state: &str) -> Option<String>;

    /// Who the payer is, by the code that their browser brought back, which counts once.
    fn introduce(&self, code: String) -> Call<'_, Payer>;

    /// What the page says to the app around it, of [`Opened::in_app`](crate::Opened::in_app).
    fn hand_over(&self, in_app: &str) -> Option<HandOver>;
}

/// What a page says to the app that it is open in: the app has an object of that name among the page's own, which is asked to do
/// something. What the app answers proves nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandOver {
    /// The app's object, which is there once an event of the same name and `Ready` has come.
    pub bridge: &'static str,
    pub call: &'static str,
    /// What goes with the call, as JSON.
    pub ask: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_browsers_say() {
        let phone = Device::Phone { address: Some([203, 0, 113, 7].into()) };
        for (agent, expected) in [
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Safari/604.1",
                phone.clone(),
            ),
            ("Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 Chrome/142.0 Mobile Safari/537.36", phone),
            (
                "Mozilla/5.0 (iPhone) AppleWebKit/605.1.15 Mobile/15E148 MicroMessenger/8.0.60",
                Device::WeChat { payer: None },
            ),
            ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/142.0 Safari/537.36", Device::Desk),
            ("curl/8.14", Device::Desk),
            ("", Device::Desk),
        ] {
            assert_eq!(Device::of(agent, "203.0.113.7"), expected, "{agent}");
        }
        assert_eq!(Device::of("Mobile", "a program"), Device::Phone { address: None });
    }

    #[test]
    fn who_it_is_is_neither_written_down_nor_printed() {
        let device = Device::of("MicroMessenger", "").held_by(Some(Payer::new("oSomebody")));
        assert_eq!(serde_json::to_string(&device).unwrap(), r#"{"wechat":{}}"#);
        assert_eq!(format!("{device:?}"), "WeChat { payer: Some(Payer(…)) }");
        let read: Device = serde_json::from_str(r#"{"wechat":{}}"#).unwrap();
        assert_eq!(read, Device::WeChat { payer: None });
        // Elsewhere nobody asks.
        assert_eq!(Device::Desk.held_by(Some(Payer::new("oSomebody"))), Device::Desk);
    }
}
