//! Reads a notification from standard input as a connector would, for judges that are written in other languages.
//!
//! Arguments: the provider's name and the key that signs. Input: lines of headers, an empty line, the body. Prints the event, or
//! why it is not believed.

use gateways::{MERCHANT, NotificationParts, Secrets, Settings, provider};
use http::{HeaderMap, HeaderName, HeaderValue};
use kernel::{Clock, SystemClock};
use std::error::Error;
use std::io::Read;
use std::sync::Arc;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let name = arguments.next().ok_or("no provider is named")?;
    let secret = arguments.next().ok_or("no key is given")?;
    let mut input = String::new();
    std::io::stdin().read_to_string(&mut input)?;
    let (head, body) = input.split_once("\n\n").ok_or("no empty line")?;
    let mut headers = HeaderMap::new();
    for (name, value) in head.lines().filter_map(|line| line.split_once(": ")) {
        headers.insert(name.parse::<HeaderName>()?, HeaderValue::from_str(value)?);
    }
    let provider = provider(&name).ok_or("no such provider")?;
    let pairs =
        |all: &[(&str, &str)]| all.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let settings: Settings = pairs(&[("base_url", "http://127.0.0.1:9"), (MERCHANT, "ours")]);
    let secrets = Secrets(pairs(&[("api_secret", "unused"), ("notification_secret", &secret)]));
    let gateway = provider.connect(&settings, secrets, Arc::new(SystemClock))?;
    let parts = NotificationParts { headers: &headers, body: body.as_bytes(), received_at: SystemClock.now() };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    match runtime.block_on(gateway.verify(parts)) {
        Ok(notification) => println!("{:?}", notification.event),
        Err(error) => println!("{error:?}"),
    }
    Ok(())
}
