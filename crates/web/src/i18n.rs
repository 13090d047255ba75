//! The languages of the house: Fluent messages, complete in each, looked up by id.
//!
//! Every crate keeps its messages beside its pages and hands them over as a constant:
//!
//! ```ignore
//! pub const LOCALE: web::i18n::Messages = &[
//!     (Locale::ZhCn, include_str!("../locale/zh-CN.ftl")),
//!     (Locale::En, include_str!("../locale/en.ftl")),
//! ];
//! ```
//!
//! and tests them with `assert_eq!(I18n::check(&[LOCALE]), Vec::<String>::new())`. The server builds one [`I18n`] of all of
//! them; a message that is missing in one language, stands twice, or takes other arguments there stops it at the start.

use crate::format;
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use fluent_syntax::ast;
use kernel::{Arg, FieldError, Locale, Refusal};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The Fluent sources of one crate, one per language.
pub type Messages = &'static [(Locale, &'static str)];

/// What every page needs: navigation, buttons, refusals, faults of fields. Part of every [`I18n`].
pub const BASE: Messages = &[
    (Locale::ZhCn, include_str!("../locale/zh-CN.ftl")),
    (Locale::En, include_str!("../locale/en.ftl")),
    (Locale::ZhCn, include_str!("../locale/countries.zh-CN.ftl")),
    (Locale::En, include_str!("../locale/countries.en.ftl")),
];

/// The messages are not complete; one sentence per fault.
#[derive(Debug)]
pub struct IncompleteMessages(pub Vec<String>);

impl std::fmt::Display for IncompleteMessages {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the messages are not complete: {}", self.0.join("; "))
    }
}

impl std::error::Error for IncompleteMessages {}

/// All messages in all languages.
pub struct I18n {
    bundles: Vec<(Locale, FluentBundle<FluentResource>)>,
}

/// The ids of one language with the arguments that each takes.
type Catalogue = BTreeMap<String, BTreeSet<String>>;

impl I18n {
    /// Merges [`BASE`] with the messages of other crates.
    ///
    /// Errors: a source that does not parse, an id that stands twice, is missing in a language, or takes different arguments.
    pub fn new(sources: &[Messages]) -> Result<Arc<I18n>, IncompleteMessages> {
        let mut faults = Vec::new();
        let mut bundles = Vec::new();
        let mut catalogues: Vec<(Locale, Catalogue)> = Vec::new();
        for locale in Locale::ALL {
            let mut bundle = new_bundle(locale);
            let mut catalogue = Catalogue::new();
            for (_, source) in [BASE].iter().chain(sources).flat_map(|m| m.iter()).filter(|(l, _)| *l == locale) {
                let resource = match FluentResource::try_new((*source).to_owned()) {
                    Ok(resource) => resource,
                    Err((resource, errors)) => {
                        faults.extend(errors.iter().map(|e| format!("{locale}: {e}")));
                        resource
                    }
                };
                note_entries(locale, &resource, &mut catalogue, &mut faults);
                bundle.add_resource_overriding(resource);
            }
            bundles.push((locale, bundle));
            catalogues.push((locale, catalogue));
        }
        compare(&catalogues, &mut faults);
        if faults.is_empty() { Ok(Arc::new(I18n { bundles })) } else { Err(IncompleteMessages(faults)) }
    }

    /// What is wrong with these messages together with [`BASE`]; nothing when they are complete. For tests of every crate.
    pub fn check(sources: &[Messages]) -> Vec<String> {
        match I18n::new(sources) {
            Ok(_) => Vec::new(),
            Err(IncompleteMessages(faults)) => faults,
        }
    }

    /// The handle of one request.
    pub fn for_locale(self: &Arc<Self>, locale: Locale) -> L {
        L { i18n: Arc::clone(self), locale }
    }

    fn sentence(&self, locale: Locale, id: &str, args: &[(&str, Arg)]) -> Option<String> {
        let (_, bundle) = self.bundles.iter().find(|(l, _)| *l == locale)?;
        let pattern = bundle.get_message(id)?.value()?;
        let mut values = FluentArgs::with_capacity(args.len());
        for (name, arg) in args {
            values.set(*name, fluent_value(locale, arg));
        }
        let mut errors = Vec::new();
        let text = bundle.format_pattern(pattern, Some(&values), &mut errors).into_owned();
        if !errors.is_empty() {
            tracing::warn!(%locale, id, ?errors, "message could not be formatted whole");
        }
        Some(text)
    }
}

impl std::fmt::Debug for I18n {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("I18n").field("locales", &self.bundles.len()).finish()
    }
}

/// A reader's language: cheap to clone, passed to whatever writes sentences.
#[derive(Debug, Clone)]
pub struct L {
    i18n: Arc<I18n>,
    locale: Locale,
}

impl L {
    pub fn locale(&self) -> Locale {
        self.locale
    }

    /// The same messages in another language.
    pub fn in_locale(&self, locale: Locale) -> L {
        L { i18n: Arc::clone(&self.i18n), locale }
    }

    /// The sentence of an id without arguments; an unknown id comes back in brackets, with a warning in the log.
    pub fn t(&self, id: &str) -> String {
        self.ta(id, &[])
    }

    /// The sentence of an id with arguments.
    pub fn ta(&self, id: &str, args: &[(&str, Arg)]) -> String {
        self.find(id, args).unwrap_or_else(|| {
            tracing::warn!(locale = %self.locale, id, "message is missing");
            format!("[{id}]")
        })
    }

    /// The sentence of an id, where one exists.
    pub fn find(&self, id: &str, args: &[(&str, Arg)]) -> Option<String> {
        self.i18n.sentence(self.locale, id, args)
    }

    /// A unit as people of the language write it; as it was typed where the house has no word for it.
    pub fn unit(&self, unit: &str) -> String {
        let plain = !unit.is_empty() && unit.bytes().all(|b| b.is_ascii_alphanumeric());
        let known = if plain { self.find(&format!("unit-{}", unit.to_ascii_lowercase()), &[]) } else { None };
        known.unwrap_or_else(|| unit.to_owned())
    }

    /// What happened, that nothing was lost, and what to do next: message `error-…` of the refusal's code.
    pub fn refusal(&self, refusal: &Refusal) -> String {
        let mut args: Vec<(&str, Arg)> = refusal.args.iter().map(|(name, arg)| (*name, arg.clone())).collect();
        if let kernel::RefusalKind::TooMany { retry_after } = refusal.kind {
            args.push(("seconds", Arg::Number(i64::from(retry_after))));
        }
        self.ta(&message_id("error", refusal.code), &args)
    }

    /// What is wrong with a field: message `field-…` of its code.
    pub fn field(&self, fault: &FieldError) -> String {
        self.ta(&message_id("field", fault.code), &fault.args)
    }
}

/// `error`, `period_closed` → `error-period-closed`.
fn message_id(prefix: &str, code: &str) -> String {
    format!("{prefix}-{}", code.replace('_', "-"))
}

fn new_bundle(locale: Locale) -> FluentBundle<FluentResource> {
    let tag = locale.tag().parse().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![tag]);
    // Isolation marks would travel into CSV files, PDF texts and copied numbers; neither language needs them.
    bundle.set_use_isolating(false);
    bundle.set_formatter(Some(|value, _| match value {
        FluentValue::Number(n) => Some(format::decimal_text(&n.as_string())),
        _ => None,
    }));
    bundle
}

fn fluent_value(locale: Locale, arg: &Arg) -> FluentValue<'static> {
    match arg {
        Arg::Text(text) => FluentValue::from(text.clone()),
        Arg::Number(n) => FluentValue::from(*n),
        Arg::Money(money) => FluentValue::from(format::MoneyParts::new(*money, locale).with_symbol()),
        Arg::Date(date) => FluentValue::from(format::date(locale, *date)),
    }
}

fn note_entries(locale: Locale, resource: &FluentResource, catalogue: &mut Catalogue, faults: &mut Vec<String>) {
    for entry in resource.entries() {
        let (id, pattern) = match entry {
            ast::Entry::Message(m) => (m.id.name.to_owned(), m.value.as_ref()),
            ast::Entry::Term(t) => (format!("-{}", t.id.name), Some(&t.value)),
            _ => continue,
        };
        let mut arguments = BTreeSet::new();
        match pattern {
            Some(pattern) => note_pattern(pattern, &mut arguments),
            None => faults.push(format!("{locale}: {id} has no text")),
        }
        if catalogue.insert(id.clone(), arguments).is_some() {
            faults.push(format!("{locale}: {id} stands twice"));
        }
    }
}

fn note_pattern(pattern: &ast::Pattern<&str>, arguments: &mut BTreeSet<String>) {
    for element in &pattern.elements {
        let ast::PatternElement::Placeable { expression } = element else { continue };
        match expression {
            ast::Expression::Inline(inline) => note_inline(inline, arguments),
            ast::Expression::Select { selector, variants } => {
                note_inline(selector, arguments);
                for variant in variants {
                    note_pattern(&variant.value, arguments);
                }
            }
        }
    }
}

fn note_inline(inline: &ast::InlineExpression<&str>, arguments: &mut BTreeSet<String>) {
    match inline {
        ast::InlineExpression::VariableReference { id } => {
            arguments.insert(id.name.to_owned());
        }
        ast::InlineExpression::Placeable { expression } => {
            if let ast::Expression::Inline(inner) = expression.as_ref() {
                note_inline(inner, arguments);
            }
        }
        _ => {}
    }
}

/// Every language has what any other has, with the same arguments.
fn compare(catalogues: &[(Locale, Catalogue)], faults: &mut Vec<String>) {
    let all: BTreeSet<&String> = catalogues.iter().flat_map(|(_, c)| c.keys()).collect();
    for id in all {
        let mut seen: Option<(Locale, &BTreeSet<String>)> = None;
        for (locale, catalogue) in catalogues {
            let Some(arguments) = catalogue.get(id) else {
                faults.push(format!("{locale}: {id} is missing"));
                continue;
            };
            match seen {
                Some((first, wanted)) if wanted != arguments => {
                    faults.push(format!("{id} takes {wanted:?} in {first} and {arguments:?} in {locale}"));
                }
                Some(_) => {}
                None => seen = Some((*locale, arguments)),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::{Currency, Money};

    #[test]
    fn our_own_messages_are_complete() {
        assert_eq!(I18n::check(&[]), Vec::<String>::new());
    }

    #[test]
    fn names_every_fault() {
        const BAD: Messages = &[
            (Locale::ZhCn, "x-one = 一\nx-args = { $a }\nx-twice = 一\nx-twice = 二\n"),
            (Locale::En, "x-args = { $b ->\n   [one] { $c }\n  *[other] many\n }\nx-twice = two\n"),
        ];
        assert_eq!(
            I18n::check(&[BAD]),
            [
                "zh-CN: x-twice stands twice",
                "x-args takes {\"a\"} in zh-CN and {\"b\", \"c\"} in en",
                "en: x-one is missing",
            ]
        );
        assert!(!I18n::check(&[&[(Locale::En, "= nothing")]]).is_empty(), "a source that does not parse");
    }

    #[test]
    fn sentences_take_arguments_and_missing_ids_show() {
        const MORE: Messages = &[
            (Locale::ZhCn, "error-limit-reached = { $customer } 已用 { $used },截至 { $on },{ $n } 张\n"),
            (
                Locale::En,
                "error-limit-reached = { $customer } used { $used } until { $on }, { $n ->\n [one] one bill\n *[other] { $n } bills\n }\n",
            ),
        ];
        let i18n = I18n::new(&[MORE]).unwrap();
        let refusal = Refusal::conflict("limit_reached")
            .with("customer", "远航")
            .with("used", Money::new(123_456_789, Currency::CNY))
            .with("on", jiff::civil::date(2026, 11, 28))
            .with("n", 1200);
        assert_eq!(
            i18n.for_locale(Locale::ZhCn).refusal(&refusal),
            "远航 已用 ¥1,234,567.89,截至 2026年11月28日,1,200 张"
        );
        let en = i18n.for_locale(Locale::En);
        assert_eq!(en.refusal(&refusal), "远航 used CN¥1,234,567.89 until 28 Nov 2026, 1,200 bills");
        assert_eq!(en.t("no-such-id"), "[no-such-id]");
    }

    #[test]
    fn every_code_of_the_kernel_has_its_sentence() {
        let l = I18n::new(&[]).unwrap().for_locale(Locale::ZhCn);
        let source = include_str!("../../kernel/src/validate.rs");
        let (code, _) = source.split_once("#[cfg(test)]").unwrap();
        let codes: BTreeSet<&str> = code
            .lines()
            .filter(|line| line.contains(".note"))
            .flat_map(|line| line.split('"').skip(1).step_by(2))
            .filter(|text| text.chars().all(|c| c.is_ascii_lowercase() || c == '_') && *text != "max" && *text != "min")
            .collect();
        assert!(codes.len() >= 10, "{codes:?}");
        for code in codes {
            assert!(
                l.find(&message_id("field", code), &[("max", Arg::Number(2)), ("min", Arg::Number(2))]).is_some(),
                "{code}"
            );
        }
        for role in kernel::Role::ALL {
            assert!(l.find(&message_id("role", role.name()), &[]).is_some(), "{role}");
        }
    }
}
