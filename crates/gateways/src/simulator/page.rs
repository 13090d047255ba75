//! The payer's page at the provider: plain HTML that works without JavaScript and never asks for a card number.

use super::book::{Choice, Payment, origin};
use super::payment::State as PaymentState;
use super::words::Words;
use super::{House, Simulator};
use askama::Template;
use axum::Form;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use kernel::{Locale, Money};
use qrcode::QrCode;
use qrcode::render::svg;
use serde::Deserialize;

#[derive(Debug, Default, Deserialize)]
pub(super) struct View {
    lang: Option<String>,
    step: Option<String>,
    /// Where WeChat Pay sends a telephone's browser afterwards.
    redirect_url: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Chosen {
    choice: String,
}

#[derive(Template)]
#[template(path = "simulator/pay.html")]
struct PayPage<'a> {
    words: Words,
    other: Words,
    choosing: bool,
    bill: Option<Bill<'a>>,
    step: Step,
}

struct Bill<'a> {
    merchant: &'a str,
    initial: String,
    amount: String,
    description: &'a str,
    method_id: &'static str,
}

enum Step {
    Scan { code: String },
    Choose { choices: Vec<Button> },
    Done { state: &'static str, label: String, note: String, back: Option<String>, after: Option<After> },
}

/// What can be done with a payment that succeeded, and where that is sent.
struct After {
    address: String,
    acts: Vec<Button>,
}

struct Button {
    name: &'static str,
    label: String,
    note: String,
}

/// GET /pay/{id}
pub(super) async fn show(
    State(simulator): State<Simulator>,
    Path(id): Path<String>,
    Query(view): Query<View>,
    headers: HeaderMap,
) -> Response {
    let now = simulator.house.config.clock.now();
    let found = simulator.with_book(|book| {
        let payment = book.come(now, &id, view.redirect_url.clone())?;
        let acts = book.acts_after(&payment);
        Ok::<_, super::refused::Refused>((payment, acts))
    });
    let Ok((payment, acts)) = found else { return no_such_payment(&view, &headers) };
    let words = Words(locale(&view, &headers, payment.locale));
    let choosing = view.step.as_deref() == Some("choose") || !payment.method.has_code();
    let step = match payment.state {
        PaymentState::Open if choosing => Step::Choose { choices: choices(words, payment.amount) },
        PaymentState::Open => Step::Scan { code: code(&simulator, &payment) },
        state => {
            let back = Some(payment.return_url.clone()).filter(|back| !back.is_empty());
            done(words, state.name(), back, after(words, &payment.id, acts))
        }
    };
    let merchant = &simulator.house.config.merchant_name;
    let bill = Bill {
        merchant,
        initial: merchant.chars().next().map(String::from).unwrap_or_default(),
        amount: written(payment.amount, words.0),
        description: &payment.description,
        method_id: match payment.method {
            super::payment::Method::Card => "simulator-method-card",
            super::payment::Method::EWallet => "simulator-method-e_wallet",
        },
    };
    page(StatusCode::OK, words, choosing, Some(bill), step, origin(&payment.return_url))
}

/// POST /pay/{id}: what the payer chose; then back to the seller, whatever it was.
pub(super) async fn choose(
    State(simulator): State<Simulator>,
    Path(id): Path<String>,
    Query(view): Query<View>,
    headers: HeaderMap,
    Form(chosen): Form<Chosen>,
) -> Response {
    let Some(choice) = Choice::named(&chosen.choice) else { return StatusCode::UNPROCESSABLE_ENTITY.into_response() };
    let now = simulator.house.config.clock.now();
    let outcome = simulator.with_book(|book| book.choose(now, &id, choice));
    let Ok((payment, parcel)) = outcome else { return no_such_payment(&view, &headers) };
    if let Some(parcel) = parcel {
        simulator.courier.send(parcel);
    }
    // Who scanned a code came from no shop, and sees how it went.
    let back = Some(payment.return_url).filter(|back| !back.is_empty());
    let back = back.unwrap_or_else(|| format!("{}/pay/{}", simulator.house.public_url, payment.id));
    (StatusCode::SEE_OTHER, [(header::LOCATION, back)]).into_response()
}

/// GET /assets/pay.css
pub(super) async fn style() -> impl IntoResponse {
    let headers = [
        (header::CONTENT_TYPE, "text/css; charset=utf-8"),
        (header::CACHE_CONTROL, "max-age=300"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, include_str!("../../assets/pay.css"))
}

fn no_such_payment(view: &View, headers: &HeaderMap) -> Response {
    let words = Words(locale(view, headers, None));
    page(StatusCode::NOT_FOUND, words, false, None, done(words, "unknown", None, None), None)
}

/// The language in the address, else the browser's, else the one that the seller named.
fn locale(view: &View, headers: &HeaderMap, asked: Option<Locale>) -> Locale {
    let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    let named = view.lang.as_deref().and_then(|tag| tag.parse().ok());
    named.or_else(|| accepted.and_then(Locale::negotiate)).or(asked).unwrap_or_default()
}

fn choices(words: Words, amount: Money) -> Vec<Button> {
    let button = |choice: Choice| Button {
        name: choice.name(),
        label: words.say_with(&format!("simulator-choice-{}", choice.name()), "amount", &written(amount, words.0)),
        note: words.say(&format!("simulator-choice-{}-note", choice.name())),
    };
    Choice::ALL.into_iter().map(button).collect()
}

fn after(words: Words, id: &str, acts: &[&'static str]) -> Option<After> {
    let button = |name: &&'static str| Button {
        name,
        label: words.say(&format!("simulator-dispute-{name}")),
        note: words.say(&format!("simulator-dispute-{name}-note")),
    };
    let address = format!("/pay/{id}/dispute?lang={}", words.0);
    Some(After { address, acts: acts.iter().map(button).collect() }).filter(|after| !after.acts.is_empty())
}

fn done(words: Words, state: &'static str, back: Option<String>, after: Option<After>) -> Step {
    Step::Done {
        state,
        label: words.say(&format!("simulator-state-{state}")),
        note: words.say(&format!("simulator-state-{state}-note")),
        back,
        after,
    }
}

/// The address of the choices as SVG, without the XML declaration that HTML does not know.
fn code(simulator: &Simulator, payment: &Payment) -> String {
    let drawing = match QrCode::new(scan_address(&simulator.house, payment).as_bytes()) {
        Ok(code) => code.render::<svg::Color<'_>>().min_dimensions(208, 208).build(),
        Err(_) => String::new(),
    };
    drawing.find("<svg").map(|start| drawing[start..].to_owned()).unwrap_or_default()
}

/// Where the telephone goes that scans the code: past the code, to the choices.
pub(super) fn scan_address(house: &House, payment: &Payment) -> String {
    format!("{}/pay/{}?step=choose", house.public_url, payment.id)
}

/// Sign, groups of three digits, cents: `¥ 1,234.50`.
fn written(amount: Money, locale: Locale) -> String {
    let plain = amount.amount();
    let (whole, cents) = plain.split_once('.').unwrap_or((plain.as_str(), ""));
    let mut grouped = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    let point = if cents.is_empty() { "" } else { "." };
    format!("{}\u{a0}{grouped}{point}{cents}", amount.currency().symbol(locale))
}

/// The answer with its headers. Browsers hold redirects after a form to `form-action`, so the seller's origin is in it.
fn page(
    status: StatusCode,
    words: Words,
    choosing: bool,
    bill: Option<Bill<'_>>,
    step: Step,
    seller: Option<String>,
) -> Response {
    let other = Words(if words.0 == Locale::En { Locale::ZhCn } else { Locale::En });
    let Ok(html) = (PayPage { words, other, choosing, bill, step }).render() else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let policy = format!(
        "default-src 'none'; style-src 'self'; form-action 'self' {}; base-uri 'none'; frame-ancestors 'none'",
        seller.unwrap_or_default()
    );
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CONTENT_LANGUAGE, words.0.tag()),
        (header::VARY, "accept-language"),
    ];
    let mut response = (status, headers, html).into_response();
    if let Ok(policy) = HeaderValue::try_from(policy) {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Currency;

    #[test]
    fn amounts_are_grouped() {
        for (code, minor, text) in [
            ("CNY", 73_216, "¥\u{a0}732.16"),
            ("CNY", 123_456_789, "¥\u{a0}1,234,567.89"),
            ("JPY", 1000, "JP¥\u{a0}1,000"),
        ] {
            assert_eq!(written(Money::new(minor, Currency::parse(code).unwrap()), Locale::ZhCn), text);
        }
    }
}
