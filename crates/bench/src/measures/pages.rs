//! How long the main pages take with a hundred thousand invoices in the database.

use super::Settings;
use super::site::Site;
use crate::Outcome;
use crate::client::Client;
use crate::figures::{Latency, grouped, millis};
use crate::fill::Customers;
use crate::product::{ADMIN, PASSWORD};
use crate::report::{Row, section};
use serde_json::json;
use std::net::SocketAddr;
use std::thread::sleep;
use std::time::Duration;

const INVOICES: u64 = 100_000;
/// Of them paid, over HTTP, so that the lists of payments have something to show.
const PAY_SECONDS: u64 = 2;
const ASKED: u64 = 300;
/// Before a page counts.
const WARM: u64 = 10;
/// Of the portal.
const BUYER: &str = "buyer@example.com";
const P99_MAX_US: u64 = 20_000;
/// 远航, as an address has it.
const EVERYBODY: &str = "%E8%BF%9C%E8%88%AA";
/// Fewer than the product shows one address in [`PAY_PAGES_ANEW`].
const PAY_PAGES_AT_ONCE: u64 = 110;
const PAY_PAGES_ANEW: Duration = Duration::from_secs(61);

const HOW: &str = "100,000 invoices and some ten thousand payments on SQLite; each page asked for 300 times, one request at a \
    time over one kept connection, from the request's first byte sent to the answer's last byte read. Pages of one invoice \
    and pay pages are all different ones; no pay page is asked for faster than strangers may.";

/// A page: its name, and its path with the number of the visit.
struct Page {
    name: &'static str,
    path: Box<dyn Fn(u64) -> String>,
    /// Visits that a limit of requests lets pass before it has to begin anew.
    at_once: u64,
}

fn page(name: &'static str, path: impl Fn(u64) -> String + 'static) -> Page {
    Page { name, path: Box::new(path), at_once: u64::MAX }
}

pub fn run(settings: &Settings) -> Outcome<String> {
    let mut site = Site::open(settings, "pages", false, Customers::AsMade)?;
    invite(&mut site)?;
    site.provide(INVOICES)?;
    site.pay(PAY_SECONDS)?;
    site.filler.wait_until_found()?;
    let address = site.serving.address;
    let mut rows = Vec::new();
    let mut desk = signed_in(address, ADMIN)?;
    for page in desk_pages(&site) {
        rows.push(measure(&mut desk, &page)?);
    }
    let mut portal = signed_in(address, BUYER)?;
    rows.push(measure(&mut portal, &page("portal, home", |_| "/portal".to_owned()))?);
    let mut anybody = Client::new(address, String::new())?;
    rows.push(measure(&mut anybody, &pay_page(&mut site)?)?);
    site.close()?;
    Ok(section("Pages", HOW, &rows))
}

fn desk_pages(site: &Site) -> Vec<Page> {
    let copies = site.filler.copies;
    vec![
        page("home", |_| "/".to_owned()),
        page("invoices", |_| "/invoices".to_owned()),
        // A prime apart, so that the visits are spread over all of them.
        page("one invoice", move |visit| format!("/invoices/{}", copies.invoice(visit * 331 % INVOICES))),
        page("customers", |_| "/customers".to_owned()),
        page("invoices by the day they are due", |_| "/invoices?status=outstanding&sort=due".to_owned()),
        page("payments", |_| "/payments".to_owned()),
        page("payments of a word in every customer's name", |_| format!("/payments?q={EVERYBODY}")),
        page("search for a number", |visit| format!("/search?q=INV-2026-{:05}", visit * 331 % INVOICES + 1)),
        page("trial balance", |_| "/reports/trial-balance".to_owned()),
    ]
}

fn pay_page(site: &mut Site) -> Outcome<Page> {
    let tokens = site.filler.database.texts(
        "SELECT i.pay_token AS value FROM invoices i JOIN open_items o ON o.organisation_id = i.organisation_id
         AND o.item_id = i.invoice_id WHERE o.open_minor > 0 ORDER BY i.invoice_id DESC LIMIT 400",
    )?;
    let path = move |visit| {
        let place = usize::try_from(visit).unwrap_or(0) % tokens.len().max(1);
        format!("/pay/{}", tokens[place])
    };
    Ok(Page { at_once: PAY_PAGES_AT_ONCE, ..page("pay page", path) })
}

/// Gives the first customer a person who can sign in to the portal.
fn invite(site: &mut Site) -> Outcome {
    let body = json!({
        "name": "采购", "email": BUYER, "roles": ["customer"], "customer": site.filler.customers[0],
        "password": PASSWORD, "locale": "zh-CN",
    });
    site.product.client(&site.serving)?.post("/api/v1/users", "bench-buyer", &body).map(drop)
}

/// Somebody with a session of their own.
pub(super) fn signed_in(address: SocketAddr, mail: &str) -> Outcome<Client> {
    let mut client = Client::new(address, String::new())?;
    let form = format!("%2Femail={}&%2Fpassword={PASSWORD}", mail.replace('@', "%40"));
    let headers = "content-type: application/x-www-form-urlencoded\r\nsec-fetch-site: same-origin\r\n";
    let answer = client.ask("POST", "/sign-in", headers, form.as_bytes())?;
    let cookie = answer.cookie.filter(|_| answer.status == 303);
    let cookie = cookie.ok_or_else(|| format!("{mail} cannot sign in: {}.", answer.status))?;
    Client::new(address, format!("cookie: {cookie}\r\n"))
}

fn measure(client: &mut Client, page: &Page) -> Outcome<Row> {
    let (mut times_us, mut bytes) = (Vec::new(), 0);
    for visit in 0..WARM + ASKED {
        if visit > 0 && visit.is_multiple_of(page.at_once) {
            sleep(PAY_PAGES_ANEW);
            client.reconnect()?;
        }
        let answer = client.get(&(page.path)(visit))?;
        if visit >= WARM {
            times_us.push(u32::try_from(answer.took_us).unwrap_or(u32::MAX));
            bytes = answer.body.len().max(bytes);
        }
    }
    let times = Latency::of(times_us);
    let size = grouped(u64::try_from(bytes).unwrap_or(0));
    let figure = format!("**p99 {}** (p50 {}), {size} bytes", millis(times.p99_us), millis(times.p50_us));
    println!("pages: {}: {figure}", page.name);
    Ok(Row::judged(page.name, figure, &format!("p99 < {}", millis(P99_MAX_US)), times.p99_us < P99_MAX_US))
}
