//! Certificates that prove what PayPal sends, by the addresses that stand beside a signature.
//!
//! Whoever sends us something names the address, so we fetch from PayPal's hosts alone, over https: that proves whose the
//! certificate is. A connection that is made to another host has no PayPal behind it but what practises to be one, as the
//! simulator does; then that very host may hand out certificates too.

use super::wire::PAYPALS;
use crate::certificate::Certificate;
use crate::gateway::NotificationError;
use crate::http::send;
use kernel::Timestamp;
use parking_lot::Mutex;
use reqwest::Url;

/// So many certificates are kept; the oldest goes.
const KEPT_MAX: usize = 8;

/// So many are fetched within a minute: a stranger may name any address of PayPal's.
const FETCHED_MAX: u32 = 20;
const MINUTE_S: i64 = 60;

pub(super) struct Certificates {
    /// Another host than PayPal's, to which the connection is made.
    practice: Option<Url>,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    certificates: Vec<(String, Certificate)>,
    /// When the present minute began, and what was fetched in it.
    minute: i64,
    fetched: u32,
}

impl Certificates {
    pub(super) fn new(base_url: &str) -> Certificates {
        let practice = Url::parse(base_url).ok().filter(|url| !is_paypals(url));
        Certificates { practice, kept: Mutex::default() }
    }

    /// The certificate at an address, if it is PayPal's and counts now.
    pub(super) async fn find(
        &self,
        client: &reqwest::Client,
        address: &str,
        now: Timestamp,
    ) -> Result<Certificate, NotificationError> {
        let url = self.admitted(address).ok_or(NotificationError::BadSignature)?;
        if let Some(known) = self.known(address).filter(|known| known.counts(now)) {
            return Ok(known);
        }
        if !self.may_fetch(now) {
            return Err(NotificationError::Unavailable);
        }
        let answer = send(client.get(url)).await.map_err(|_| NotificationError::Unavailable)?;
        let certificate = match answer.status {
            200 => Certificate::read(answer.body.as_bytes()),
            400..=499 if answer.status != 429 => None,
            _ => return Err(NotificationError::Unavailable),
        };
        let is_good = |one: &Certificate| one.counts(now) && one.name.to_ascii_lowercase().ends_with(PAYPALS);
        let certificate = certificate.filter(is_good).ok_or(NotificationError::BadSignature)?;
        self.keep(address, &certificate);
        Ok(certificate)
    }

    /// The address as it is called, if certificates may be there.
    fn admitted(&self, address: &str) -> Option<Url> {
        let url = Url::parse(address).ok()?;
        let is_practice = self.practice.as_ref().is_some_and(|own| own.origin() == url.origin());
        (is_paypals(&url) || is_practice).then_some(url)
    }

    fn known(&self, address: &str) -> Option<Certificate> {
        let kept = self.kept.lock();
        kept.certificates.iter().find(|(known, _)| known == address).map(|(_, certificate)| certificate.clone())
    }

    fn may_fetch(&self, now: Timestamp) -> bool {
        let mut kept = self.kept.lock();
        if now.as_second().abs_diff(kept.minute) >= MINUTE_S.unsigned_abs() {
            (kept.minute, kept.fetched) = (now.as_second(), 0);
        }
        kept.fetched += 1;
        kept.fetched <= FETCHED_MAX
    }

    fn keep(&self, address: &str, certificate: &Certificate) {
        let mut kept = self.kept.lock();
        kept.certificates.retain(|(known, _)| known != address);
        if kept.certificates.len() == KEPT_MAX {
            kept.certificates.remove(0);
        }
        kept.certificates.push((address.to_owned(), certificate.clone()));
    }
}

/// Over https, at a host of PayPal's, with nothing odd in the address.
fn is_paypals(url: &Url) -> bool {
    let plain = url.port().is_none() && url.username().is_empty() && url.password().is_none();
    url.scheme() == "https" && plain && url.host_str().is_some_and(|host| host.ends_with(PAYPALS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paypals_hosts_hand_out_certificates() {
        let real = Certificates::new("https://api-m.paypal.com");
        let practice = Certificates::new("http://127.0.0.1:8466");
        for (address, of_real, of_practice) in [
            ("https://api.paypal.com/v1/notifications/certs/CERT-1", true, true),
            ("https://API.SANDBOX.paypal.com/c", true, true),
            ("http://api.paypal.com/c", false, false),
            ("https://paypal.com.evil.example/c", false, false),
            ("https://evilpaypal.com/c", false, false),
            ("https://api.paypal.com@evil.example/c", false, false),
            ("https://evil.example\\.paypal.com/c", false, false),
            ("https://evil.example#.paypal.com", false, false),
            ("https://evil.example?.paypal.com", false, false),
            ("https://api.paypal.com:8443/c", false, false),
            ("https://who:ever@api.paypal.com/c", false, false),
            ("http://127.0.0.1:8466/v1/notifications/certs/present", false, true),
            ("http://127.0.0.1:8467/v1/notifications/certs/present", false, false),
            ("http://169.254.169.254/latest/meta-data", false, false),
            ("file:///etc/passwd", false, false),
            ("", false, false),
        ] {
            let admitted = (real.admitted(address).is_some(), practice.admitted(address).is_some());
            assert_eq!(admitted, (of_real, of_practice), "{address}");
        }
    }

    #[test]
    fn so_many_and_no_more() {
        let all = Certificates::new("https://api-m.paypal.com");
        let at = |second| Timestamp::from_second(second).unwrap();
        for _ in 0..FETCHED_MAX {
            assert!(all.may_fetch(at(1_790_000_000)));
        }
        assert!(!all.may_fetch(at(1_790_000_059)));
        assert!(all.may_fetch(at(1_790_000_060)));
        let one = Certificate::read(crate::simulator::keys::PAYPAL_CERTIFICATE.as_bytes()).unwrap();
        for number in 0..=KEPT_MAX {
            all.keep(&format!("c{number}"), &one);
        }
        assert_eq!((all.known("c0"), all.known("c1"), all.known("c8")), (None, Some(one.clone()), Some(one)));
    }
}
