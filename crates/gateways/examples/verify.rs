//! Reads as a connector would what judges that are written in other languages have: a notification, or a server's answer.
//!
//! Arguments: the provider's name, then `field=value` for what its connection must know; the rest is made up. Input: lines of headers,
//! an empty line, the body. Prints the event, or why it is not believed. With `refund=OURS,THEIRS` the provider is asked about a
//! refund instead, and nothing is read; with `hand_over=NAME` it prints what a page says to the provider's app about a payment.

use gateways::{Field, FieldKind, Lookup, NotificationParts, RefundLookup, provider};
use http::{HeaderMap, HeaderName, HeaderValue};
use kernel::id::CheckoutId;
use kernel::{Clock, Fields, SystemClock};
use std::collections::BTreeMap;
use std::error::Error;
use std::io::Read;
use std::sync::Arc;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let name = arguments.next().ok_or("no provider is named")?;
    let arguments: Vec<String> = arguments.collect();
    let told: BTreeMap<&str, &str> = arguments.iter().filter_map(|told| told.split_once('=')).collect();
    let provider = provider(&name).ok_or("no such provider")?;
    let made_up = |field: &Field| match field.kind {
        FieldKind::Address => "http://127.0.0.1:9",
        kind if kind.is_optional() => "",
        _ => "ours",
    };
    let typed: BTreeMap<&str, &str> = provider
        .fields
        .iter()
        .map(|field| (field.name, told.get(field.name).copied().unwrap_or_else(|| made_up(field))))
        .collect();
    let (settings, secrets) = provider.read(&mut Fields::new(), |name| typed.get(name).copied().unwrap_or(""));
    let gateway = provider.connect(&settings, secrets, Arc::new(SystemClock))?;
    if let Some(name) = told.get("hand_over") {
        let said = gateway.introduces().and_then(|introduces| introduces.hand_over(name));
        println!("{}", said.ok_or("nothing is handed over")?.ask);
        return Ok(());
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    match told.get("refund").and_then(|named| named.split_once(',')) {
        Some((ours, theirs)) => {
            let payment = Lookup { reference: CheckoutId::NIL, provider_id: None };
            let refund = RefundLookup { reference: ours.parse()?, provider_id: Some(theirs.to_owned()), payment };
            match runtime.block_on(gateway.query_refund(refund)) {
                Ok(refund) => println!("{:?} {} {}", refund.state, refund.amount, refund.provider_id),
                Err(error) => println!("{error:?}"),
            }
        }
        None => {
            let (headers, body) = notification()?;
            let parts = NotificationParts { headers: &headers, body: body.as_bytes(), received_at: SystemClock.now() };
            match runtime.block_on(gateway.verify(parts)) {
                Ok(notification) => println!("{:?}", notification.event),
                Err(error) => println!("{error:?}"),
            }
        }
    }
    Ok(())
}

fn notification() -> Result<(HeaderMap, String), Box<dyn Error>> {
    let mut input = String::new();
    std::io::stdin().read_to_string(&mut input)?;
    let (head, body) = input.split_once("\n\n").ok_or("no empty line")?;
    let mut headers = HeaderMap::new();
    for (name, value) in head.lines().filter_map(|line| line.split_once(": ")) {
        headers.insert(name.parse::<HeaderName>()?, HeaderValue::from_str(value)?);
    }
    Ok((headers, body.to_owned()))
}
