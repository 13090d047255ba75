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
use jiff::Timestamp;
use jiff::tz::TimeZone;
use kernel::id::{CustomerId, UserId};
use kernel::{Arg, Currency, Date, Locale, Money, Percent, Permission, Quantity, Role, UnitPrice};
use sha2::{Digest, Sha256};
use std::sync::atomic::{AtomicU32, Ordering};

mod country;
mod faults;
mod held;
mod list;
mod nav;
mod page;
mod pager;
mod picker;

pub use faults::Faults;
pub use held::{ConfirmPage, FORM_KEY, Held, SecondFactorPage, SignInPage};
pub use list::{Column, Columns, List, SavedView, Shape, lasting};
pub use nav::{NavGroup, NavLink};
pub use page::{ErrorPage, Page};
pub use pager::{Pager, part};
pub use picker::{Choice, Picker};

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
    /// Address of the company's picture; its initial stands in for none.
    pub logo: Option<String>,
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
    pub id: UserId,
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

/// What every template receives as `v`.
#[derive(Debug)]
pub struct View {
    pub l: L,
    /// `/invoices/inv_…`, without the query.
    pub path: String,
    /// What follows the `?`; empty for none.
    pub query: String,
    /// The navigation link that this page belongs to, where its own path does not tell: a credit note is in `/invoices`.
    pub room: Option<&'static str>,
    pub brand: Brand,
    pub who: Option<Who>,
    /// One person may do here what otherwise takes two; every page of the desk says so.
    pub single_person: bool,
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
            room: None,
            brand,
            who: None,
            single_person: false,
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

    /// Whether a customer reads this page: what the company has to receive, a customer has to pay.
    pub fn is_for_customer(&self) -> bool {
        let below =
            |room: &str| self.path.strip_prefix(room).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        self.who.as_ref().is_some_and(|who| who.customer.is_some()) || below("/portal") || below("/pay")
    }

    pub fn t(&self, id: &str) -> String {
        self.ta(id, &[])
    }

    /// A sentence; to a customer in the customer's words, message `portal-…` of the same name, where there is one.
    pub fn ta(&self, id: &str, args: &[(&str, Arg)]) -> String {
        let own = if self.is_for_customer() { self.l.find(&format!("portal-{id}"), args) } else { None };
        own.unwrap_or_else(|| self.l.ta(id, args))
    }

    /// A sentence about a number `$n`.
    pub fn tn(&self, id: &str, n: &i64) -> String {
        self.ta(id, &[("n", Arg::Number(*n))])
    }

    /// A sentence with one text in it.
    pub fn tw(&self, id: &str, name: &str, text: &str) -> String {
        self.ta(id, &[(name, Arg::from(text))])
    }

    /// A sentence with one amount in it.
    pub fn tm(&self, id: &str, name: &str, money: &Money) -> String {
        self.ta(id, &[(name, Arg::Money(*money))])
    }

    /// A unit of measure in the reader's language: message `unit-pcs`; units of one's own stand as written.
    pub fn unit(&self, unit: &str) -> String {
        self.l.unit(unit)
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
        Markup::headline(*money, self.l.locale())
    }

    /// `¥732.16`, `CN¥732.16`, inside a sentence.
    pub fn money_text(&self, money: &Money) -> String {
        format::MoneyParts::new(*money, self.l.locale()).with_symbol()
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

    /// Who did something, as the audit trail keeps it: the kind of actor, and the name where a person or a key has one.
    pub fn actor(&self, kind: &str, name: Option<&str>) -> String {
        match (kind, name) {
            ("system", _) => self.t("actor-house"),
            ("pay_link", _) => self.t("actor-pay-link"),
            ("api_key", name) => self.tw("actor-key", "name", name.unwrap_or("")).trim_end().to_owned(),
            (_, name) => name.map_or_else(|| self.t("actor-somebody"), ToOwned::to_owned),
        }
    }

    pub fn asset<'a>(&self, name: &'a str) -> &'a str {
        assets::asset_path(name)
    }

    /// BCP 47 tag of the page.
    pub fn lang(&self) -> &'static str {
        self.l.locale().tag()
    }

    /// A fresh idempotency key for one form of this page, marked with its reader: goes into its hidden field [`FORM_KEY`].
    pub fn form_key(&self) -> String {
        let nth = self.keys_given.fetch_add(1, Ordering::Relaxed);
        let digest: [u8; 32] = Sha256::new().chain_update(self.seed).chain_update(nth.to_be_bytes()).finalize().into();
        let random = std::array::from_fn(|at| digest[at]);
        held::form_key(random, self.who.as_ref().map(|who| who.id))
    }

    /// The element id of a field: `/lines/0/quantity` → `f-lines-0-quantity`; what the error summary links to.
    pub fn field_id(&self, pointer: &str) -> String {
        format!("f{}", pointer.replace('/', "-"))
    }

    /// What the field of this pointer is called: message `label-lines-quantity`, else `label-quantity`, for
    /// `/lines/0/quantity`; a room's own word, `label-orders-lines-quantity` below `/orders`, comes before both. Empty when
    /// none exists.
    pub fn label(&self, pointer: &str) -> String {
        let names: Vec<String> = pointer
            .split('/')
            .filter(|part| !part.is_empty() && !part.bytes().all(|b| b.is_ascii_digit()))
            .map(|part| part.replace('_', "-"))
            .collect();
        if self.is_for_customer()
            && let Some(own) = names.last().and_then(|name| self.l.find(&format!("portal-label-{name}"), &[]))
        {
            return own;
        }
        let room = self.path.split('/').nth(1).unwrap_or("");
        let own = self.l.find(&format!("label-{room}-{}", names.join("-")), &[]);
        let whole = || self.l.find(&format!("label-{}", names.join("-")), &[]);
        let last = || self.l.find(&format!("label-{}", names.last()?), &[]);
        own.or_else(whole).or_else(last).unwrap_or_default()
    }

    /// Whether to offer an action. The action itself asks again.
    pub fn may(&self, permission: Permission) -> bool {
        self.who.as_ref().is_some_and(|w| w.permissions.contains(&permission))
    }

    /// What the address says of this name, decoded and without blanks around it; empty where it says nothing.
    pub fn asked(&self, name: &str) -> String {
        let pairs: Vec<(String, String)> = serde_urlencoded::from_str(&self.query).unwrap_or_default();
        let found = pairs.into_iter().find(|(own, _)| own == name);
        found.map_or_else(String::new, |(_, value)| value.trim().chars().take(100).collect())
    }

    /// This page's address with one parameter of its query set: filters, sorting, `lang`, `theme`, `density`.
    /// `value` must be made of characters that need no escaping in a query.
    pub fn link_with(&self, name: &str, value: &str) -> String {
        // What was done is said once; another filter begins with its first page.
        let stays = ["lang", "theme", "density", "keys"].contains(&name);
        let goes = |own: &str| own == name || own == "done" || (own == "cursor" && !stays);
        let kept = self.query.split('&').filter(|pair| !pair.is_empty() && !pair.split('=').next().is_some_and(goes));
        let mut query: String = kept.map(|pair| format!("{pair}&")).collect();
        query.push_str(&format!("{name}={value}"));
        format!("{}?{query}", self.path)
    }

    /// This page's address without one parameter, from its first page on.
    pub fn link_without(&self, name: &str) -> String {
        let goes = |own: &str| [name, "done", "cursor", ""].contains(&own);
        let kept: Vec<&str> = self.query.split('&').filter(|p| !p.split('=').next().is_some_and(goes)).collect();
        format!("{}?{}", self.path, kept.join("&")).trim_end_matches('?').to_owned()
    }

    /// What a form of this page that sets `name` sends along, so that the other filters and the columns stay.
    pub fn kept(&self, name: &str) -> Vec<(String, String)> {
        let mut pairs: Vec<(String, String)> = serde_urlencoded::from_str(&lasting(&self.query)).unwrap_or_default();
        pairs.retain(|(own, _)| own != name);
        pairs
    }

    /// The list of this page as a file: `base.csv` with the same filters, from its first row on.
    pub fn export(&self, base: &str, format: &str) -> String {
        let kept = |pair: &&str| !["cursor", "done", ""].contains(&pair.split('=').next().unwrap_or(""));
        let query: Vec<&str> = self.query.split('&').filter(kept).collect();
        format!("{base}.{format}?{}", query.join("&")).trim_end_matches('?').to_owned()
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::I18n;
    use kernel::Refusal;

    fn view(address: &str) -> View {
        let l = I18n::new(&[]).unwrap().for_locale(Locale::En);
        let brand = Brand { name: " étoile".into(), colour: BrandColour::Plum, logo: None };
        let now: Timestamp = "2026-11-22T17:00:00Z".parse().unwrap();
        View::new(l, address, brand, now, TimeZone::get("Asia/Shanghai").unwrap(), [1; 32])
    }

    #[test]
    fn keeps_the_rest_of_the_query() {
        for (address, link) in [
            ("/invoices", "/invoices?lang=en"),
            ("/invoices?lang=zh-CN&status=open", "/invoices?status=open&lang=en"),
            ("/invoices?q=a%26b&language=x", "/invoices?q=a%26b&language=x&lang=en"),
            ("/invoices?done=invoice-issued&cursor=A", "/invoices?cursor=A&lang=en"),
        ] {
            assert_eq!(view(address).link_with("lang", "en"), link);
        }
    }

    #[test]
    fn forms_send_the_other_filters_along() {
        let v = view("/invoices?q=a%26b+c&status=open&columns=due&columns=number&cursor=A&done=x&lang=en");
        let pair = |(name, value): &(String, String)| format!("{name}={value}");
        let kept = |name: &str| v.kept(name).iter().map(pair).collect::<Vec<_>>().join(" ");
        assert_eq!(kept("columns"), "q=a&b c status=open");
        assert_eq!(kept("q"), "columns=due,number status=open");
        assert_eq!(v.link_without("columns"), "/invoices?q=a%26b+c&status=open&lang=en");
        assert_eq!(view("/invoices?columns=due&cursor=A").link_without("columns"), "/invoices");
    }

    #[test]
    fn shows_the_rooms_that_may_be_entered() {
        let mut v = view("/invoices/inv_1");
        let rooms =
            |v: &View| -> Vec<&str> { v.desk_nav().iter().flat_map(|g| g.links.iter()).map(|l| l.href).collect() };
        assert_eq!(rooms(&v), ["/"]);
        let permissions = vec![Permission::InvoiceRead, Permission::ReportRead];
        v.who = Some(Who {
            id: UserId::NIL,
            name: "A".into(),
            roles: vec![Role::Auditor, Role::Sales],
            customer: None,
            permissions,
        });
        v.counts = vec![("/invoices", 1200), ("/reports", 0)];
        assert_eq!(rooms(&v), ["/", "/invoices", "/reports/receivables-aging", "/reports"]);
        let groups = v.desk_nav();
        assert_eq!((groups[1].links[0].current, groups[1].links[0].count.as_deref()), (true, Some("1,200")));
        assert_eq!((groups[2].links[0].current, groups[2].links[0].count.as_deref()), (false, None));
        assert!(!groups[0].links[0].current, "home is not above every page");
        assert!(v.may(Permission::InvoiceRead) && !v.may(Permission::InvoiceIssue));
        v.room = Some("/reports");
        assert!(v.is_current("/reports") && !v.is_current("/invoices"));
    }

    #[test]
    fn every_form_has_its_own_key() {
        let v = view("/");
        let (first, second) = (v.form_key(), v.form_key());
        assert_ne!(first, second);
        assert_eq!(first.len(), 32);
        assert_eq!(view("/").form_key(), first, "drawn from the seed alone");
    }

    #[test]
    fn tells_faults_beside_their_fields() {
        let mut v = view("/");
        v.refused(&Refusal::field("/lines/0/quantity", "required"));
        assert_eq!(v.fault("/lines/0/quantity"), Some("Fill this in"));
        assert_eq!(v.fault("/lines/0"), None);
        assert_eq!(v.field_id("/lines/0/quantity"), "f-lines-0-quantity");
        assert_eq!(v.fault_line("/lines/0/quantity", "Fill this in"), "Quantity, line 1: Fill this in");
        assert_eq!(v.fault_line("/due_on", "Fill this in"), "Due date: Fill this in");
        assert_eq!(v.fault_line("/no_label", "Fill this in"), "Fill this in");
        assert!(v.faults.sentence.contains("nothing was saved"));
    }

    #[test]
    fn knows_the_organisations_day() {
        let v = view("/");
        assert_eq!(v.date(&v.today), "23 Nov 2026", "late in the evening in UTC is tomorrow in Shanghai");
        assert_eq!(v.brand.initial(), "É");
    }
}
