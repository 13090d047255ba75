//! The hosted page's sentences, from Fluent files.

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use kernel::Locale;
use std::sync::LazyLock;

static ZH_CN: LazyLock<FluentBundle<FluentResource>> =
    LazyLock::new(|| bundle(Locale::ZhCn, include_str!("../../locale/zh-CN.ftl")));
static EN: LazyLock<FluentBundle<FluentResource>> =
    LazyLock::new(|| bundle(Locale::En, include_str!("../../locale/en.ftl")));

fn bundle(locale: Locale, source: &str) -> FluentBundle<FluentResource> {
    let mut bundle = FluentBundle::new_concurrent(locale.tag().parse().into_iter().collect());
    bundle.set_use_isolating(false);
    let resource = FluentResource::try_new(source.to_owned()).unwrap_or_else(|(partly, _)| partly);
    bundle.add_resource_overriding(resource);
    bundle
}

/// Speaks one language.
#[derive(Debug, Clone, Copy)]
pub(super) struct Words(pub(super) Locale);

impl Words {
    pub(super) fn say(&self, id: &str) -> String {
        self.format(id, None)
    }

    pub(super) fn say_with(&self, id: &str, name: &str, value: &str) -> String {
        let mut args = FluentArgs::new();
        args.set(name.to_owned(), value.to_owned());
        self.format(id, Some(&args))
    }

    /// A message that is missing shows as its id, which the parity test forbids.
    fn format(&self, id: &str, args: Option<&FluentArgs<'_>>) -> String {
        let bundle = match self.0 {
            Locale::ZhCn => &*ZH_CN,
            Locale::En => &*EN,
        };
        let mut errors = Vec::new();
        match bundle.get_message(id).and_then(|message| message.value()) {
            Some(pattern) => bundle.format_pattern(pattern, args, &mut errors).into_owned(),
            None => id.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    fn ids(source: &str) -> BTreeSet<&str> {
        source
            .lines()
            .filter(|line| !line.starts_with(['#', ' ']))
            .filter_map(|line| line.split_once(" ="))
            .map(|(id, _)| id)
            .collect()
    }

    #[test]
    fn both_languages_say_what_the_page_asks_for() {
        let zh = include_str!("../../locale/zh-CN.ftl");
        let en = include_str!("../../locale/en.ftl");
        assert_eq!(ids(zh), ids(en));
        let template = include_str!("../../templates/simulator/pay.html");
        let used: Vec<&str> = template
            .split("words.say")
            .skip(1)
            .filter_map(|rest| {
                rest.split('"').nth(1).filter(|_| rest.starts_with("(\"") || rest.starts_with("_with(\""))
            })
            .collect();
        assert!(used.len() > 8);
        for id in used {
            assert!(ids(en).contains(id), "{id}");
        }
        for choice in super::super::payment::Choice::ALL {
            let name = choice.name();
            assert!(ids(en).contains(format!("simulator-choice-{name}").as_str()), "{name}");
            assert!(ids(en).contains(format!("simulator-choice-{name}-note").as_str()), "{name}");
        }
        for act in ["open", "win", "lose", "close"] {
            assert!(ids(en).contains(format!("simulator-dispute-{act}").as_str()), "{act}");
            assert!(ids(en).contains(format!("simulator-dispute-{act}-note").as_str()), "{act}");
        }
        for state in ["open", "approved", "processing", "succeeded", "failed", "closed", "expired", "unknown"] {
            assert!(ids(en).contains(format!("simulator-state-{state}").as_str()), "{state}");
            assert!(ids(en).contains(format!("simulator-state-{state}-note").as_str()), "{state}");
        }
    }
}
