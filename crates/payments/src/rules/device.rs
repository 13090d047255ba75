//! What a payer holds in hand, as their browser says it.

use gateways::Device;

/// The device behind a browser's name for itself (RFC 9110, 10.1.5) and the address it comes from.
///
/// WeChat's own browser (`MicroMessenger`) opens no wallet's page, not even WeChat Pay's: there a code is shown, as at a desk.
pub fn device(agent: &str, address: &str) -> Device {
    let is_phone = agent.contains("Mobile") && !agent.contains("MicroMessenger");
    if is_phone { Device::Phone { address: address.parse().ok() } } else { Device::Desk }
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
                phone,
            ),
            ("Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 Chrome/142.0 Mobile Safari/537.36", phone),
            ("Mozilla/5.0 (iPhone) AppleWebKit/605.1.15 Mobile/15E148 MicroMessenger/8.0.60", Device::Desk),
            ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/142.0 Safari/537.36", Device::Desk),
            ("curl/8.14", Device::Desk),
            ("", Device::Desk),
        ] {
            assert_eq!(device(agent, "203.0.113.7"), expected, "{agent}");
        }
        assert_eq!(device("Mobile", "a program"), Device::Phone { address: None });
    }
}
