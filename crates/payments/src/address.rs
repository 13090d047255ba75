//! Where the browser goes after a payment: an address of ours, or of whoever began it.

use axum::http::Uri;
use kernel::id::CheckoutId;

/// Whether a browser can be sent to it: `http` or `https`, a host, and nothing that is not written in an address, such as
/// blanks and the ends of lines that would end a header.
pub fn is_address(text: &str) -> bool {
    let Ok(uri) = text.parse::<Uri>() else { return false };
    let is_web = matches!(uri.scheme_str(), Some("http" | "https"));
    is_web && text.is_ascii() && uri.host().is_some_and(|host| !host.is_empty())
}

/// The address with the checkout among its parameters; what stands behind `#` stays at the end.
pub fn with_checkout(address: &str, id: CheckoutId) -> String {
    let (page, fragment) = match address.find('#') {
        Some(at) => address.split_at(at),
        None => (address, ""),
    };
    let joint = if page.contains('?') { '&' } else { '?' };
    format!("{page}{joint}checkout={id}{fragment}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_browser_can_be_sent_to() {
        for (text, good) in [
            ("https://shop.example/done?a=1#paid", true),
            ("http://127.0.0.1:8080", true),
            ("https://[::1]/x", true),
            ("https://x\r\nSet-Cookie: a=b", false),
            ("http://a b", false),
            ("https://e.com/a b", false),
            ("https://e.com/\u{7}", false),
            ("https://e.com/付款", false),
            ("https://", false),
            ("https:///done", false),
            ("https://:443/", false),
            ("/done", false),
            ("ftp://e.com/", false),
            ("javascript:alert(1)", false),
        ] {
            assert_eq!(is_address(text), good, "{text:?}");
        }
    }

    #[test]
    fn the_checkout_is_a_parameter() {
        let id = CheckoutId::NIL;
        for (address, expected) in [
            ("/portal/paid", format!("/portal/paid?checkout={id}")),
            ("https://e.com/?a=1#frag", format!("https://e.com/?a=1&checkout={id}#frag")),
            ("https://e.com/#?", format!("https://e.com/?checkout={id}#?")),
        ] {
            assert_eq!(with_checkout(address, id), expected);
        }
    }
}
