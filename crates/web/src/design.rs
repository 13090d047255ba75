//! The living page of the design: every component in its states, and three whole pages made of them.
//!
//! `/design` shows components; `/design/list`, `/design/document`, `/design/pay`, `/design/sign-in`, `/design/error` show
//! pages. `?lang=`, `?theme=`, `?density=`, `?brand=` choose how. Its data is made up and of 2026-11-23.

use crate::bulk::Act;
use crate::i18n::{I18n, Messages};
use crate::view::{
    Brand, BrandColour, Choice, Column, ErrorPage, Flash, Page, Picker, SavedView, Shape, Tone, View, Who,
};
use askama::Template;
use axum::Router;
use axum::extract::{OriginalUri, Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use jiff::civil::date;
use jiff::tz::TimeZone;
use kernel::id::UserId;
use kernel::{Arg, Currency, Date, FieldError, Locale, Money, Percent, Permission, Quantity, Refusal, Role};
use std::sync::Arc;

/// The words of this page; the messages given to [`routes`] must contain them.
pub const LOCALE: Messages = &[
    (Locale::ZhCn, include_str!("../locale/design.zh-CN.ftl")),
    (Locale::En, include_str!("../locale/design.en.ftl")),
];

/// Serves the page; part of the house in development and in its tests.
pub fn routes<S: Clone + Send + Sync + 'static>(i18n: Arc<I18n>) -> Router<S> {
    Router::new()
        .route("/design", get(components))
        .route("/design/preview", post(preview))
        .route("/design/events", get(events))
        .route("/design/{page}", get(page))
        .with_state(i18n)
}

async fn components(State(i18n): State<Arc<I18n>>, OriginalUri(uri): OriginalUri) -> Response {
    let mut v = view(&i18n, &uri.to_string());
    v.flash = Some(Flash { tone: Tone::Good, sentence: v.t("design-flash-good") });
    v.refused(&sample_refusal());
    let customer = customer(&v);
    Page::new(Components { acts: ACTS, bills: bills(), total: cny(14_494_816), customer, v }).into_response()
}

/// What the line editor shows: the number of lines and the sum of their prices.
async fn preview(State(i18n): State<Arc<I18n>>, form: String) -> Response {
    let prices: Vec<Money> = form
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .filter(|(name, _)| name.ends_with("unit_price"))
        .map(|(_, price)| Money::parse(price, Currency::CNY).unwrap_or(cny(0)))
        .collect();
    let count = i64::try_from(prices.len()).unwrap_or(0);
    let total = Money::sum(Currency::CNY, prices).unwrap_or(cny(0));
    Page::new(Preview { v: view(&i18n, "/design"), count, total }).into_response()
}

/// One live message, as the page of a payment receives it.
async fn events(State(i18n): State<Arc<I18n>>) -> Response {
    let done = view(&i18n, "/design").t("design-live-done");
    let kind = [(header::CONTENT_TYPE, "text/event-stream")];
    (kind, format!("event: text\ndata: {done}\n\nevent: end\ndata: .\n\n")).into_response()
}

async fn page(State(i18n): State<Arc<I18n>>, OriginalUri(uri): OriginalUri, Path(page): Path<String>) -> Response {
    let mut v = view(&i18n, &uri.to_string());
    v.room = Some("/invoices");
    match page.as_str() {
        "list" => Page::new(List {
            acts: ACTS,
            shape: shape(&v),
            figures: figures(),
            total: cny(14_494_816),
            bills: bills(),
            v,
        })
        .into_response(),
        "document" => Page::new(Document { lines: lines(), v }).into_response(),
        "pay" => {
            v.who = None;
            Page::new(Pay { total: cny(73_216), lines: pay_lines(), v }).leaves_to_provider().into_response()
        }
        "sign-in" => {
            v.who = None;
            Page::new(SignIn { v }).into_response()
        }
        "error" => {
            ErrorPage::respond(v, &Refusal::new(kernel::RefusalKind::OutcomeUnknown, "outcome_unknown"), "7f3a-19c2")
        }
        _ => ErrorPage::respond(v, &Refusal::not_found("not_found"), ""),
    }
}

fn view(i18n: &Arc<I18n>, address: &str) -> View {
    let query = address.split_once('?').map_or("", |(_, q)| q);
    let asked =
        |name: &str| query.split('&').filter_map(|p| p.split_once('=')).find(|(n, _)| *n == name).map(|(_, v)| v);
    let locale = asked("lang").and_then(|tag| tag.parse().ok()).unwrap_or(Locale::ZhCn);
    let colour = BrandColour::ALL.into_iter().find(|c| Some(c.name()) == asked("brand")).unwrap_or_default();
    let brand = Brand { name: "远航科技有限公司".into(), colour, logo: None };
    let zone = TimeZone::get("Asia/Shanghai").unwrap_or(TimeZone::UTC);
    let now = date(2026, 11, 23)
        .at(9, 0, 0, 0)
        .to_zoned_datetime(zone.clone())
        .map_or(jiff::Timestamp::UNIX_EPOCH, |z| z.timestamp());
    let mut v = View::new(i18n.for_locale(locale), address, brand, now, zone, [7; 32]);
    for name in ["theme", "density", "keys"] {
        v.look.set(name, asked(name).unwrap_or(""));
    }
    v.look.compact = asked("density") == Some("compact");
    v.counts = vec![("/orders", 12), ("/invoices", 48), ("/payments", 3)];
    v.who = Some(Who {
        id: UserId::NIL,
        name: "林晓岚".into(),
        roles: vec![Role::FinanceManager, Role::Accountant],
        customer: None,
        permissions: Permission::ALL.to_vec(),
    });
    v
}

fn cny(minor: i64) -> Money {
    Money::new(minor, Currency::CNY)
}

fn eur(minor: i64) -> Money {
    Money::new(minor, Currency::EUR)
}

fn sample_refusal() -> Refusal {
    let fault = |pointer: &str, code, args| FieldError { pointer: pointer.into(), code, args };
    let mut refusal = Refusal::invalid("invalid");
    refusal.fields = vec![
        fault("/name", "required", vec![]),
        fault("/credit_limit", "too_many_digits", vec![("max", Arg::Number(2))]),
        fault("/payment_terms_days", "not_a_choice", vec![]),
    ];
    refusal
}

/// A row of the list: number, customer, status and how it is shown, due date, amount, balance.
struct Bill {
    number: &'static str,
    customer: &'static str,
    is: &'static str,
    status: &'static str,
    due_on: Option<Date>,
    amount: Money,
    balance: Money,
}

fn bills() -> Vec<Bill> {
    let bill = |number, customer, is, status, due_on, amount, balance| Bill {
        number,
        customer,
        is,
        status,
        due_on,
        amount,
        balance,
    };
    let november = |day| Some(date(2026, 11, day));
    vec![
        bill("INV-2026-00412", "上海远航贸易有限公司", "overdue", "", november(11), cny(8_640_000), cny(8_640_000)),
        bill(
            "INV-2026-00409",
            "Nordlicht Handels GmbH",
            "part",
            "status-partially-paid",
            november(28),
            eur(1_230_000),
            cny(4_821_600),
        ),
        bill(
            "INV-2026-00408",
            "深圳市微澜传感技术股份有限公司",
            "open",
            "status-open",
            Some(date(2026, 12, 3)),
            cny(73_216),
            cny(73_216),
        ),
        bill(
            "INV-2026-00405",
            "广州白云医疗器械有限公司",
            "doubt",
            "status-in-doubt",
            november(25),
            cny(1_280_000),
            cny(1_280_000),
        ),
        bill(
            "INV-2026-00398",
            "株式会社みなと精機",
            "paid",
            "status-paid",
            november(20),
            Money::new(1_480_000, Currency::JPY),
            cny(0),
        ),
        bill(
            "CN-2026-0031",
            "成都锦江餐饮管理有限公司",
            "open",
            "design-credit-open",
            None,
            cny(-320_000),
            cny(-320_000),
        ),
    ]
}

/// The strip above the list: message, amount, note, tone, note's number.
struct Figure {
    id: &'static str,
    amount: Money,
    is: &'static str,
}

fn figures() -> Vec<Figure> {
    let figure = |id, minor, is| Figure { id, amount: cny(minor), is };
    vec![
        figure("design-open", 128_456_020, ""),
        figure("design-overdue", 48_612_000, "late"),
        figure("design-received", 93_241_075, ""),
        figure("design-doubt", 1_280_000, "unknown"),
    ]
}

struct Line {
    name: &'static str,
    note: &'static str,
    quantity: Quantity,
    price: Money,
    tax: Percent,
    amount: Money,
}

fn lines() -> Vec<Line> {
    let quantity = |text| Quantity::parse(text).unwrap_or(Quantity::ONE);
    vec![
        Line {
            name: "Sensor A-100",
            note: "A-100-EU",
            quantity: quantity("300"),
            price: eur(3850),
            tax: Percent::ZERO,
            amount: eur(1_155_000),
        },
        Line {
            name: "Air freight",
            note: "",
            quantity: quantity("1"),
            price: eur(75_000),
            tax: Percent::ZERO,
            amount: eur(75_000),
        },
    ]
}

fn pay_lines() -> Vec<(&'static str, &'static str, Money)> {
    vec![
        ("design-item-sensor", "design-item-sensor-note", cny(59_970)),
        ("design-item-freight", "", cny(5_000)),
        ("design-item-tax", "design-item-tax-note", cny(8_246)),
    ]
}

#[derive(Template)]
#[template(path = "design.html")]
struct Components {
    v: View,
    acts: &'static [Act],
    bills: Vec<Bill>,
    total: Money,
    customer: Picker,
}

/// A choice among more than are shown.
fn customer(v: &View) -> Picker {
    let choice =
        |name: &str, note: &str| Choice { value: name.to_owned(), name: name.to_owned(), note: note.to_owned() };
    let mut found = vec![choice("Nordlicht Handels GmbH", "EUR"), choice("Ateliers Mirabeau SAS", "EUR")];
    found.resize(Picker::SHOWN + 1, choice("Kestrel & Vane Ltd", "GBP"));
    Picker::new("/customer", "", Some(choice("Viento Sur S.A.", "USD")), found, v)
}

#[derive(Template)]
#[template(path = "design/preview.html")]
struct Preview {
    v: View,
    count: i64,
    total: Money,
}

/// What can be done with many rows.
const ACTS: &[Act] = &[Act { name: "send", label: "design-bulk-send", permission: Permission::InvoiceSend }];

const COLUMNS: &[Column] = &[
    Column::text("number", "design-col-number"),
    Column::text("customer", "design-col-customer"),
    Column::text("status", "design-col-status"),
    Column::text("due", "design-col-due"),
    Column::amount("amount", "design-col-amount").if_chosen(),
    Column::amount("balance", "design-col-balance"),
];

/// A list with two views; the address may choose columns, so that there is something to save.
fn shape(v: &View) -> Shape {
    let saved = |id: &str, query: &str| SavedView { name: v.t(id), query: query.to_owned() };
    let views = vec![saved("design-filter-overdue", "status=overdue"), saved("design-filter-week", "status=due_soon")];
    Shape::new(crate::view::List::Invoices, COLUMNS, v, views)
}

#[derive(Template)]
#[template(path = "design/list.html")]
struct List {
    v: View,
    acts: &'static [Act],
    shape: Shape,
    figures: Vec<Figure>,
    bills: Vec<Bill>,
    total: Money,
}

#[derive(Template)]
#[template(path = "design/document.html")]
struct Document {
    v: View,
    lines: Vec<Line>,
}

#[derive(Template)]
#[template(path = "design/pay.html")]
struct Pay {
    v: View,
    total: Money,
    lines: Vec<(&'static str, &'static str, Money)>,
}

#[derive(Template)]
#[template(path = "design/sign-in.html")]
struct SignIn {
    v: View,
}

impl Document {
    fn why(&self) -> Vec<(&'static str, Money)> {
        vec![
            ("design-why-total", eur(1_230_000)),
            ("design-why-bank", eur(-600_000)),
            ("design-why-credit", eur(-15_000)),
        ]
    }

    fn balance(&self) -> Money {
        eur(615_000)
    }

    fn total(&self) -> Money {
        eur(1_230_000)
    }
}

#[cfg(test)]
mod contrast;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assets::asset_path;

    fn rendered(address: &str) -> String {
        let i18n = I18n::new(&[LOCALE]).unwrap();
        let v = view(&i18n, address);
        let list = |address: &str| {
            let v = view(&i18n, address);
            List { acts: ACTS, shape: shape(&v), figures: figures(), total: cny(1), bills: bills(), v }
        };
        let faulty = {
            let mut v = view(&i18n, address);
            v.refused(&sample_refusal());
            v
        };
        [
            Components { acts: ACTS, bills: bills(), total: cny(1), customer: customer(&faulty), v: faulty }
                .render()
                .unwrap(),
            list(address).render().unwrap(),
            Document { lines: lines(), v: view(&i18n, address) }.render().unwrap(),
            Pay { total: cny(1), lines: pay_lines(), v: view(&i18n, address) }.render().unwrap(),
            SignIn { v: view(&i18n, address) }.render().unwrap(),
            ErrorPage::new(v, &Refusal::not_found("not_found"), "7f3a").render().unwrap(),
        ]
        .join("\n")
    }

    #[test]
    fn complete_in_both_languages() {
        assert_eq!(I18n::check(&[LOCALE]), Vec::<String>::new());
        for address in ["/design?lang=zh-CN", "/design?lang=en&theme=dark&density=compact"] {
            let html = rendered(address);
            for prefix in ["design", "nav", "action", "status", "error", "field", "form", "look", "list"] {
                assert!(!html.contains(&format!("[{prefix}-")), "a message of {prefix}-… is missing in {address}");
            }
        }
        assert!(
            rendered("/design?theme=dark&density=compact").contains("data-theme=\"dark\" data-density=\"compact\"")
        );
    }

    #[test]
    fn controls_are_named_and_faults_are_tied_to_them() {
        let html = rendered("/design?lang=en");
        assert!(html.contains(r##"<a href="#f-name">Name: Fill this in</a>"##));
        assert!(
            html.contains(r#"id="f-name" name="/name""#)
                && html.contains(r#"aria-describedby="f-name-note" aria-invalid="true""#)
        );
        assert!(html.contains(r#"<label for="f-name">"#));
    }

    #[test]
    fn a_page_stays_within_its_budget() {
        let i18n = I18n::new(&[LOCALE]).unwrap();
        let v = view(&i18n, "/design/list");
        let page = List { acts: ACTS, shape: shape(&v), figures: figures(), total: cny(1), bills: bills(), v }
            .render()
            .unwrap();
        assert!(page.len() <= 15 * 1024, "a short list takes {} bytes", page.len());
        assert!(page.contains(asset_path("app.css")));
    }
}
