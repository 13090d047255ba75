//! Languages of the house and names that exist in several of them.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

/// A language that every page, document and message is complete in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Locale {
    #[default]
    En,
    ZhCn,
}

impl Locale {
    pub const ALL: [Locale; 2] = [Locale::ZhCn, Locale::En];

    /// BCP 47: `zh-CN`, `en`.
    pub const fn tag(self) -> &'static str {
        match self {
            Locale::En => "en",
            Locale::ZhCn => "zh-CN",
        }
    }

    /// The language's own name.
    pub const fn name(self) -> &'static str {
        match self {
            Locale::En => "English",
            Locale::ZhCn => "简体中文",
        }
    }

    /// The best of ours for an `Accept-Language` header; `None` when it names none of ours.
    pub fn negotiate(header: &str) -> Option<Locale> {
        let mut best: Option<(u32, Locale)> = None;
        for part in header.split(',').take(20) {
            let (tag, weight) = match part.split_once(';') {
                Some((tag, q)) => (tag, weight_thousandths(q)),
                None => (part, 1000),
            };
            let Ok(locale) = tag.trim().parse::<Locale>() else { continue };
            if weight > 0 && best.is_none_or(|(w, _)| weight > w) {
                best = Some((weight, locale));
            }
        }
        best.map(|(_, locale)| locale)
    }
}

/// `q=0.8` → 800; unreadable → 0.
fn weight_thousandths(q: &str) -> u32 {
    let Some(value) = q.trim().strip_prefix("q=") else { return 0 };
    let value: rust_decimal::Decimal = value.parse().unwrap_or_default();
    u32::try_from((value * rust_decimal::Decimal::from(1000)).trunc().mantissa()).unwrap_or(0).min(1000)
}

/// The tag names no language of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("unknown language")]
pub struct UnknownLocale;

impl FromStr for Locale {
    type Err = UnknownLocale;
    /// Accepts any tag of the language: `zh`, `zh-Hans-CN`, `en-GB`.
    fn from_str(tag: &str) -> Result<Self, UnknownLocale> {
        match tag.split(['-', '_']).next().unwrap_or("").to_ascii_lowercase().as_str() {
            "zh" => Ok(Locale::ZhCn),
            "en" => Ok(Locale::En),
            _ => Err(UnknownLocale),
        }
    }
}

impl fmt::Display for Locale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.tag())
    }
}

impl serde::Serialize for Locale {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(self.tag())
    }
}

impl<'de> serde::Deserialize<'de> for Locale {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let tag = <std::borrow::Cow<'de, str>>::deserialize(d)?;
        tag.parse().map_err(serde::de::Error::custom)
    }
}

/// A name in several languages, keyed by BCP 47 tag; never empty once validated.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Localized(pub BTreeMap<String, String>);

impl Localized {
    pub fn new(pairs: &[(Locale, &str)]) -> Localized {
        Localized(pairs.iter().map(|(l, text)| (l.tag().to_owned(), (*text).to_owned())).collect())
    }

    /// One text for every language.
    pub fn same(text: &str) -> Localized {
        Localized::new(&Locale::ALL.map(|locale| (locale, text)))
    }

    /// The text in this language, else in English, else in whatever there is.
    pub fn get(&self, locale: Locale) -> &str {
        self.0
            .get(locale.tag())
            .or_else(|| self.0.get(Locale::En.tag()))
            .or_else(|| self.0.values().next())
            .map_or("", String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn negotiates() {
        for (header, wanted) in [
            ("zh-CN,zh;q=0.9,en;q=0.8", Some(Locale::ZhCn)),
            ("fr, en;q=0.5, zh;q=0.6", Some(Locale::ZhCn)),
            ("de-DE,de;q=0.9", None),
            ("en-GB", Some(Locale::En)),
            ("zh;q=0, en;q=0.1", Some(Locale::En)),
            ("", None),
            ("zh;q=x", None),
        ] {
            assert_eq!(Locale::negotiate(header), wanted, "{header}");
        }
    }
}
