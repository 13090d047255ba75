//! What every template receives, and how a template becomes a response.
//!
//! A page is a struct with a field `v: View` and a template that extends one of our layouts:
//!
//! ```ignore
//! #[derive(Template)]
//! #[template(path = "invoices/show.html")]
//! struct Show { v: View, invoice: InvoiceView }
//! ```
//! ```html
//! {% extends "layout/desk.html" %}
//! {% import "components.html" as c %}
//! {% block title %}{{ v.t("nav-invoices") }}{% endblock %}
//! {% block head %}<h1>{{ v.t("nav-invoices") }}</h1>{% endblock %}
//! {% block head_actions %}…{% endblock %}
//! {% block content %}…{% endblock %}
//! ```
//!
//! A crate finds the layouts and the component macros through its own `askama.toml`:
//! `dirs = ["templates", "../web/templates"]` with `whitespace = "minimize"` under `[general]`.
//! The macros read `v` of the page, so the field must have that name. `/design` shows all of them.
//!
//! Content-Security-Policy forbids inline script and style: templates speak in classes and data attributes.

use crate::assets;
use crate::format::{self, Markup};
use crate::i18n::L;
use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use kernel::id::CustomerId;
use kernel::{
    Arg, Currency, Date, Locale, Money, Percent, Permission, Quantity, Refusal, RefusalKind, Role, UnitPrice,
};
use sha2::{Digest, Sha256};
use std::sync::atomic::{AtomicU32, Ordering};

/// A company's colour: one of ours, so that its contrast is known in both themes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum BrandColour {
    #[default]
    Jade,
    Seal,
    Indigo,
    Plum,
    Ochre,
    Slate,
}

impl BrandColour {
    pub const ALL: [BrandColour; 6] = [
        BrandColour::Jade,
        BrandColour::Seal,
        BrandColour::Indigo,
        BrandColour::Plum,
        BrandColour::Ochre,
        BrandColour::Slate,
    ];

    pub const fn name(self) -> &'static str {
        match self {
            BrandColour::Jade => "jade",
            BrandColour::Seal => "seal",
            BrandColour::Indigo => "indigo",
            BrandColour::Plum => "plum",
            BrandColour::Ochre => "ochre",
            BrandColour::Slate => "slate",
        }
    }
}

/// Whose house this is, as the portal and the sidebar show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Brand {
    pub name: String,
    pub colour: BrandColour,
}

impl Brand {
    /// The sign in the mark: the first character of the name.
    pub fn initial(&self) -> String {
        self.name.trim().chars().next().map_or_else(|| "·".to_owned(), |c| c.to_uppercase().to_string())
    }
}

/// Who is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Who {
    pub name: String,
    pub roles: Vec<Role>,
    /// Set for people of the portal.
    pub customer: Option<CustomerId>,
    /// What these roles allow; decides what is offered, never what is done.
    pub permissions: Vec<Permission>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Theme {
    #[default]
    System,
    Light,
    Dark,
}

/// How this reader likes pages; kept by the session from the links of [`View::link_with`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Look {
    pub theme: Theme,
    pub compact: bool,
    /// Single-key shortcuts of lists are off (WCAG 2.1.4).
    pub keys_off: bool,
}

impl Look {
    /// Applies `theme=system|light|dark`, `density=comfortable|compact`, `keys=on|off`; other names change nothing.
    pub fn set(&mut self, name: &str, value: &str) {
        match (name, value) {
            ("theme", "system") => self.theme = Theme::System,
            ("theme", "light") => self.theme = Theme::Light,
            ("theme", "dark") => self.theme = Theme::Dark,
            ("density", _) => self.compact = value == "compact",
            ("keys", _) => self.keys_off = value == "off",
            _ => {}
        }
    }
}

/// What a message after an action, or a status, is about; the value of `data-is`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    Good,
    Late,
    Doubt,
}

impl Tone {
    pub const fn name(self) -> &'static str {
        match self {
            Tone::Good => "good",
            Tone::Late => "late",
            Tone::Doubt => "doubt",
        }
    }
}

/// What the action before this page did, said once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flash {
    pub tone: Tone,
    pub sentence: String,
}

/// What was wrong with the form that this page shows again.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Faults {
    /// The refusal as a whole; empty when the form is shown for the first time.
    pub sentence: String,
    /// Pointer of the field, its sentence.
    pub fields: Vec<(String, String)>,
}

/// One link of the navigation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NavLink {
    pub href: &'static str,
    pub label: String,
    pub count: Option<String>,
    pub current: bool,
}

/// Links under one heading; no heading for the first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NavGroup {
    pub label: Option<String>,
    pub links: Vec<NavLink>,
}

type Section = (Option<&'static str>, &'static [(&'static str, &'static str, Option<Permission>)]);

/// Rooms of the desk: heading, then address, message and the permission that shows the link.
const DESK: &[Section] = &[
    (None, &[("/", "nav-home", None)]),
    (
        Some("nav-group-collect"),
        &[
            ("/orders", "nav-orders", Some(Permission::OrderRead)),
            ("/invoices", "nav-invoices", Some(Permission::InvoiceRead)),
            ("/payments", "nav-payments", Some(Permission::PaymentRead)),
        ],
    ),
    (
        Some("nav-group-dealings"),
        &[
            ("/customers", "nav-customers", Some(Permission::CustomerRead)),
            ("/catalog", "nav-catalog", Some(Permission::CatalogRead)),
        ],
    ),
    (
        Some("nav-group-books"),
        &[
            ("/journal", "nav-entries", Some(Permission::LedgerRead)),
            ("/reports", "nav-reports", Some(Permission::ReportRead)),
        ],
    ),
    (
        Some("nav-group-settings"),
        &[
            ("/settings", "nav-settings", Some(Permission::SettingsRead)),
            ("/users", "nav-users", Some(Permission::UserManage)),
        ],
    ),
];

const PORTAL: &[Section] =
    &[(None, &[("/portal", "nav-portal-open", None), ("/portal/history", "nav-portal-history", None)])];

/// What every template receives as `v`.
#[derive(Debug)]
pub struct View {
    pub l: L,
    /// `/invoices/inv_…`, without the query.
    pub path: String,
    /// What follows the `?`; empty for none.
    pub query: String,
    pub brand: Brand,
    pub who: Option<Who>,
    /// Counts beside navigation links, by address.
    pub counts: Vec<(&'static str, i64)>,
    pub flash: Option<Flash>,
    pub faults: Faults,
    pub look: Look,
    /// The organisation's.
    pub zone: TimeZone,
    /// The organisation's business date.
    pub today: Date,
    seed: [u8; 32],
    keys_given: AtomicU32,
}

impl View {
    /// A page of nobody in particular. `address` is path and query as asked for; `seed` is this request's randomness, from
    /// which form keys are drawn.
    pub fn new(l: L, address: &str, brand: Brand, now: Timestamp, zone: TimeZone, seed: [u8; 32]) -> View {
        let (path, query) = address.split_once('?').unwrap_or((address, ""));
        View {
            l,
            path: path.to_owned(),
            query: query.to_owned(),
            brand,
            who: None,
            counts: Vec::new(),
            flash: None,
            faults: Faults::default(),
            look: Look::default(),
            today: now.to_zoned_datetime(zone.clone()).date(),
            zone,
            seed,
            keys_given: AtomicU32::new(0),
        }
    }

    /// Takes over what a refusal says about a form, so that the page shows it beside the fields.
    pub fn refused(&mut self, refusal: &Refusal) {
        self.faults = Faults {
            sentence: self.l.refusal(refusal),
            fields: refusal.fields.iter().map(|f| (f.pointer.clone(), self.l.field(f))).collect(),
        };
    }

    pub fn t(&self, id: &str) -> String {
        self.l.t(id)
    }

    pub fn ta(&self, id: &str, args: &[(&str, Arg)]) -> String {
        self.l.ta(id, args)
    }

    /// A sentence about a number `$n`.
    pub fn tn(&self, id: &str, n: &i64) -> String {
        self.l.ta(id, &[("n", Arg::Number(*n))])
    }

    /// A sentence with one text in it.
    pub fn tw(&self, id: &str, name: &str, text: &str) -> String {
        self.l.ta(id, &[(name, Arg::from(text))])
    }

    /// A sentence with one amount in it.
    pub fn tm(&self, id: &str, name: &str, money: &Money) -> String {
        self.l.ta(id, &[(name, Arg::Money(*money))])
    }

    /// `−12,300<i>.00</i>`, for a column whose head names the currency.
    pub fn money(&self, money: &Money) -> Markup {
        Markup::amount(*money)
    }

    /// As [`View::money`], led by the currency's code where it is not the column's.
    pub fn money_in(&self, money: &Money, home: &Currency) -> Markup {
        Markup::amount_in(*money, *home)
    }

    /// `<small>¥</small>732<i>.16</i>`, the large figure of a page.
    pub fn headline(&self, money: &Money) -> Markup {
        Markup::headline(*money)
    }

    /// `¥732.16`, inside a sentence.
    pub fn money_text(&self, money: &Money) -> String {
        format::MoneyParts::new(*money).with_symbol()
    }

    pub fn number(&self, n: &i64) -> String {
        format::number(*n)
    }

    pub fn quantity(&self, value: &Quantity) -> String {
        format::quantity(*value)
    }

    pub fn percent(&self, value: &Percent) -> String {
        format::percent(*value)
    }

    pub fn unit_price(&self, value: &UnitPrice) -> String {
        format::unit_price(*value)
    }

    /// `2026年11月28日`
    pub fn date(&self, date: &Date) -> String {
        format::date(self.l.locale(), *date)
    }

    /// `11月28日`; with the year where it is another.
    pub fn day(&self, date: &Date) -> String {
        format::short_date(self.l.locale(), *date, self.today)
    }

    pub fn month(&self, date: &Date) -> String {
        format::month(self.l.locale(), *date)
    }

    /// `2026年11月28日 09:05` in the organisation's zone.
    pub fn date_time(&self, instant: &Timestamp) -> String {
        format::date_time(self.l.locale(), *instant, &self.zone)
    }

    /// `逾期 12 天`, `3 天后到期`.
    pub fn due(&self, due_on: &Date) -> String {
        format::due(&self.l, *due_on, self.today)
    }

    /// `昨天`, `12 天前`.
    pub fn ago(&self, day: &Date) -> String {
        format::day_ago(&self.l, *day, self.today)
    }

    pub fn role(&self, role: &Role) -> String {
        self.t(&format!("role-{}", role.name().replace('_', "-")))
    }

    pub fn roles(&self, who: &Who) -> String {
        who.roles.iter().map(|r| self.role(r)).collect::<Vec<_>>().join(" · ")
    }

    pub fn asset<'a>(&self, name: &'a str) -> &'a str {
        assets::asset_path(name)
    }

    /// BCP 47 tag of the page.
    pub fn lang(&self) -> &'static str {
        self.l.locale().tag()
    }

    /// A fresh idempotency key for one form of this page: goes into its hidden field `idempotency_key`.
    pub fn form_key(&self) -> String {
        let nth = self.keys_given.fetch_add(1, Ordering::Relaxed);
        let digest = Sha256::new().chain_update(self.seed).chain_update(nth.to_be_bytes()).finalize();
        digest.iter().take(16).map(|b| format!("{b:02x}")).collect()
    }

    /// What is wrong with the field of this pointer.
    pub fn fault(&self, pointer: &str) -> Option<&str> {
        self.faults.fields.iter().find(|(p, _)| p == pointer).map(|(_, sentence)| sentence.as_str())
    }

    /// The element id of a field: `/lines/0/quantity` → `f-lines-0-quantity`; what the error summary links to.
    pub fn field_id(&self, pointer: &str) -> String {
        format!("f{}", pointer.replace('/', "-"))
    }

    /// Number of wrong fields, for the summary's sentence.
    pub fn fault_count(&self) -> i64 {
        i64::try_from(self.faults.fields.len()).unwrap_or(i64::MAX)
    }

    /// Whether to offer an action. The action itself asks again.
    pub fn may(&self, permission: Permission) -> bool {
        self.who.as_ref().is_some_and(|w| w.permissions.contains(&permission))
    }

    /// Whether a navigation link leads to the page that is shown, or to a page above it.
    pub fn is_current(&self, href: &str) -> bool {
        self.path == href || (href != "/" && self.path.strip_prefix(href).is_some_and(|rest| rest.starts_with('/')))
    }

    /// Rooms of the desk that this person may enter.
    pub fn desk_nav(&self) -> Vec<NavGroup> {
        self.nav(DESK)
    }

    pub fn portal_nav(&self) -> Vec<NavGroup> {
        let mut groups = self.nav(PORTAL);
        for link in groups.iter_mut().flat_map(|g| g.links.iter_mut()) {
            link.current = link.href == self.path;
        }
        groups
    }

    fn nav(&self, sections: &[Section]) -> Vec<NavGroup> {
        let shown = |permission: &Option<Permission>| permission.is_none_or(|p| self.may(p));
        sections
            .iter()
            .map(|(label, links)| NavGroup {
                label: label.map(|id| self.t(id)),
                links: links.iter().filter(|(_, _, p)| shown(p)).map(|(href, id, _)| self.nav_link(href, id)).collect(),
            })
            .filter(|group| !group.links.is_empty())
            .collect()
    }

    fn nav_link(&self, href: &'static str, id: &str) -> NavLink {
        let count = self.counts.iter().find(|(h, n)| *h == href && *n > 0).map(|(_, n)| format::number(*n));
        NavLink { href, label: self.t(id), count, current: self.is_current(href) }
    }

    /// This page's address with one parameter of its query set: filters, sorting, `lang`, `theme`, `density`.
    /// `value` must be made of characters that need no escaping in a query.
    pub fn link_with(&self, name: &str, value: &str) -> String {
        let kept = self.query.split('&').filter(|pair| !pair.is_empty() && pair.split('=').next() != Some(name));
        let mut query: String = kept.map(|pair| format!("{pair}&")).collect();
        query.push_str(&format!("{name}={value}"));
        format!("{}?{query}", self.path)
    }

    /// The other languages: address of this page in it, tag, own name.
    pub fn languages(&self) -> Vec<(String, &'static str, &'static str, bool)> {
        Locale::ALL
            .iter()
            .map(|l| (self.link_with("lang", l.tag()), l.tag(), l.name(), *l == self.l.locale()))
            .collect()
    }

    /// Links that choose a theme: address, message, whether it is chosen.
    pub fn themes(&self) -> Vec<(String, String, bool)> {
        [
            ("system", "look-system", Theme::System),
            ("light", "look-light", Theme::Light),
            ("dark", "look-dark", Theme::Dark),
        ]
        .map(|(value, id, theme)| (self.link_with("theme", value), self.t(id), self.look.theme == theme))
        .into()
    }

    /// Links that choose a density: address, message, whether it is chosen.
    pub fn densities(&self) -> Vec<(String, String, bool)> {
        [("comfortable", "look-comfortable", false), ("compact", "look-compact", true)]
            .map(|(value, id, compact)| (self.link_with("density", value), self.t(id), self.look.compact == compact))
            .into()
    }

    /// The value of `data-theme`, unless the system decides.
    pub fn theme_name(&self) -> Option<&'static str> {
        match self.look.theme {
            Theme::System => None,
            Theme::Light => Some("light"),
            Theme::Dark => Some("dark"),
        }
    }
}

/// An HTML answer with the headers that every page has.
///
/// Pages are private (`no-store`) unless said otherwise; nothing loads from elsewhere.
#[derive(Debug)]
pub struct Page<T> {
    template: T,
    status: StatusCode,
    private: bool,
    leaves: bool,
}

impl<T: Template> Page<T> {
    pub fn new(template: T) -> Page<T> {
        Page { template, status: StatusCode::OK, private: true, leaves: false }
    }

    pub fn with_status(mut self, status: u16) -> Page<T> {
        self.status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        self
    }

    /// Holds nothing of anybody: may be kept and shown again.
    pub fn public(mut self) -> Page<T> {
        self.private = false;
        self
    }

    /// A form of this page may end, by redirection, at a payment provider's page; browsers check that hop as well.
    pub fn leaves_to_provider(mut self) -> Page<T> {
        self.leaves = true;
        self
    }
}

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
     font-src 'self'; manifest-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'";
const POLICY_LEAVING: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
     font-src 'self'; manifest-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self' https:";

impl<T: Template> IntoResponse for Page<T> {
    fn into_response(self) -> Response {
        let html = match self.template.render() {
            Ok(html) => html,
            Err(error) => {
                tracing::error!(%error, "a page could not be rendered");
                return StatusCode::INTERNAL_SERVER_ERROR.into_response();
            }
        };
        let mut response = (self.status, Html(html)).into_response();
        let headers = response.headers_mut();
        let policy = if self.leaves { POLICY_LEAVING } else { POLICY };
        headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
        headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        // Addresses carry filters and pay links; other sites learn nothing of them.
        headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
        headers.insert("cross-origin-opener-policy", HeaderValue::from_static("same-origin"));
        let caching = if self.private { "no-store" } else { "public, max-age=300" };
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
        if let Ok(rules) = HeaderValue::from_str(&format!("\"{}\"", assets::asset_path("speculation.json"))) {
            headers.insert("speculation-rules", rules);
        }
        response
    }
}

/// A page that says no: what happened, that nothing was lost, what to do next.
#[derive(Template)]
#[template(path = "error.html")]
pub struct ErrorPage {
    pub v: View,
    pub title: String,
    pub sentence: String,
    /// What to tell support; empty for none.
    pub reference: String,
    pub sign_in: bool,
}

impl ErrorPage {
    pub fn new(v: View, refusal: &Refusal, reference: impl Into<String>) -> ErrorPage {
        let title = v.t(match refusal.kind {
            RefusalKind::Invalid => "error-title-invalid",
            RefusalKind::Unauthenticated => "error-title-unauthenticated",
            RefusalKind::Forbidden => "error-title-forbidden",
            RefusalKind::NotFound => "error-title-not-found",
            RefusalKind::Conflict => "error-title-conflict",
            RefusalKind::TooLarge => "error-title-too-large",
            RefusalKind::TooMany { .. } => "error-title-too-many",
            RefusalKind::Unavailable => "error-title-unavailable",
            RefusalKind::OutcomeUnknown => "error-title-outcome-unknown",
        });
        let sentence = v.l.refusal(refusal);
        let sign_in = refusal.kind == RefusalKind::Unauthenticated;
        ErrorPage { v, title, sentence, reference: reference.into(), sign_in }
    }

    /// The response with the refusal's status.
    pub fn respond(v: View, refusal: &Refusal, reference: impl Into<String>) -> Response {
        Page::new(ErrorPage::new(v, refusal, reference)).with_status(refusal.status()).into_response()
    }
}
