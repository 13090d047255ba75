//! The words printed on documents, in every language of the house.

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use kernel::{Date, Locale};
use std::sync::LazyLock;

static EN: LazyLock<Labels> = LazyLock::new(|| Labels::read(Locale::En, include_str!("../locale/en.ftl")));
static ZH_CN: LazyLock<Labels> = LazyLock::new(|| Labels::read(Locale::ZhCn, include_str!("../locale/zh-CN.ftl")));

/// The words of one language.
pub(crate) struct Labels {
    pub(crate) locale: Locale,
    bundle: FluentBundle<FluentResource>,
}

impl Labels {
    pub(crate) fn of(locale: Locale) -> &'static Labels {
        match locale {
            Locale::En => &EN,
            Locale::ZhCn => &ZH_CN,
        }
    }

    fn read(locale: Locale, text: &str) -> Labels {
        // A resource with faults still holds its good messages; a test refuses faults.
        let resource = match FluentResource::try_new(text.to_owned()) {
            Ok(resource) | Err((resource, _)) => resource,
        };
        let language = locale.tag().parse().unwrap_or_default();
        let mut bundle = FluentBundle::new_concurrent(vec![language]);
        // Isolation marks are invisible characters that fonts lack and CSV readers stumble over.
        bundle.set_use_isolating(false);
        bundle.add_resource_overriding(resource);
        Labels { locale, bundle }
    }

    /// The word `id`.
    pub(crate) fn say(&self, id: &str) -> String {
        self.format(id, None)
    }

    /// The sentence `id` about `name`.
    pub(crate) fn say_with(&self, id: &str, args: &[(&str, &str)]) -> String {
        let args: FluentArgs = args.iter().map(|(name, value)| (*name, FluentValue::from(*value))).collect();
        self.format(id, Some(&args))
    }

    /// A day as people of the language write it.
    pub(crate) fn date(&self, date: Date) -> String {
        let mut args = FluentArgs::new();
        args.set("year", i32::from(date.year()));
        args.set("month", i32::from(date.month()));
        args.set("day", i32::from(date.day()));
        self.format("date", Some(&args))
    }

    fn format(&self, id: &str, args: Option<&FluentArgs<'_>>) -> String {
        // An unknown id prints itself; a test walks the sources so that none is unknown.
        let Some(pattern) = self.bundle.get_message(id).and_then(|m| m.value()) else { return id.to_owned() };
        let mut faults = Vec::new();
        self.bundle.format_pattern(pattern, args, &mut faults).into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use std::path::Path;

    fn ids(text: &str) -> BTreeSet<String> {
        FluentResource::try_new(text.to_owned()).expect("a resource without faults");
        text.lines()
            .filter(|l| l.starts_with(|c: char| c.is_ascii_lowercase()))
            .filter_map(|l| l.split_once(" = ").map(|(id, _)| id.to_owned()))
            .collect()
    }

    /// Every argument of `say("…")` and `say_with("…"` in the sources.
    fn used(dir: &Path, found: &mut BTreeSet<String>) {
        for entry in std::fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                used(&path, found);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            for start in ["say(\"", "say_with(\""] {
                found.extend(text.split(start).skip(1).filter_map(|rest| {
                    let id = rest.split('"').next()?;
                    id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-').then(|| id.to_owned())
                }));
            }
        }
    }

    #[test]
    fn both_languages_have_what_the_sources_say() {
        let (en, zh) = (ids(include_str!("../locale/en.ftl")), ids(include_str!("../locale/zh-CN.ftl")));
        assert_eq!(en, zh);
        let mut said = BTreeSet::from(["date".to_owned()]);
        used(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut said);
        assert_eq!(said, en, "left: said by the sources, right: in the files");
    }

    #[test]
    fn no_title_of_ours_is_a_fapiao() {
        for line in include_str!("../locale/zh-CN.ftl").lines().filter(|l| l.starts_with("title-")) {
            assert!(!line.contains("发票"), "{line}");
        }
    }

    #[test]
    fn dates_read_as_people_write_them() {
        let date = kernel::Date::constant(2026, 10, 9);
        assert_eq!(Labels::of(Locale::En).date(date), "9 Oct 2026");
        assert_eq!(Labels::of(Locale::ZhCn).date(date), "2026年10月9日");
        assert_eq!(Labels::of(Locale::En).say_with("page-of", &[("page", "1"), ("pages", "2")]), "Page 1 of 2");
    }
}
