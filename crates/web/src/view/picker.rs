//! A choice out of many, such as a customer: what is offered, and how it is narrowed by words.
//!
//! The macro `c::picker` draws it. Without script, the form is sent with `action=find` and comes back with what was found;
//! with script, [`Picker`] alone is asked for as the fragment of `/search/customers`.

use crate::format::Markup;
use askama::Template;

/// One thing that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What the form sends.
    pub value: String,
    pub name: String,
    /// A word beside the name: the currency.
    pub note: String,
}

/// A field whose value is one of many.
#[derive(Debug, Clone, Default, PartialEq, Eq, Template)]
#[template(path = "picker.html")]
pub struct Picker {
    /// JSON pointer of the field.
    pub pointer: String,
    pub chosen: Option<Choice>,
    /// What was found, without the chosen one.
    pub found: Vec<Choice>,
    /// What was searched for.
    pub words: String,
    /// Whether there is more than is shown.
    pub more: bool,
    /// What choosing nobody is called, offered while nothing is searched for; empty where something must be chosen.
    pub nobody: String,
    /// The sentence about more, or about nothing found; empty for neither.
    pub note: String,
}

impl Picker {
    /// The field at `pointer`: what was `found` for `words` (one more than is shown tells that there is more), and what is `chosen`.
    pub fn new(pointer: &str, words: &str, chosen: Option<Choice>, found: Vec<Choice>, v: &super::View) -> Picker {
        let mut found = found;
        let more = found.len() > Picker::SHOWN;
        found.truncate(Picker::SHOWN);
        found.retain(|choice| chosen.as_ref().is_none_or(|own| own.value != choice.value));
        let note = match (more, found.is_empty() && chosen.is_none()) {
            (true, _) => v.t("picker-more"),
            (_, true) => v.t("picker-nothing"),
            _ => String::new(),
        };
        Picker {
            pointer: pointer.to_owned(),
            chosen,
            found,
            words: words.to_owned(),
            more,
            nobody: String::new(),
            note,
        }
    }

    /// Lets nobody be chosen, under this name.
    pub fn or_nobody(mut self, name: String) -> Picker {
        self.nobody = name;
        self
    }

    /// What stands on the closed field; empty before anything is chosen.
    pub fn is(&self) -> &str {
        self.chosen.as_ref().map_or(self.nobody.as_str(), |own| own.name.as_str())
    }

    /// Whether the list lies open: it was searched.
    pub fn is_open(&self) -> bool {
        !self.words.is_empty()
    }

    /// The choices as markup.
    pub fn options(&self) -> Markup {
        Markup::rendered(self)
    }

    /// How many are offered at once.
    pub const SHOWN: usize = 8;

    /// How many to read: one more tells that there is more.
    pub const ASKED: i64 = 9;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::I18n;
    use crate::view::{Brand, BrandColour, View};
    use jiff::tz::TimeZone;
    use kernel::Locale;

    #[test]
    fn shows_eight_says_that_there_is_more_and_the_chosen_once() {
        let l = I18n::new(&[]).unwrap().for_locale(Locale::En);
        let brand = Brand { name: "x".into(), colour: BrandColour::Jade, logo: None };
        let v = View::new(l, "/", brand, "2026-11-22T17:00:00Z".parse().unwrap(), TimeZone::UTC, [1; 32]);
        let choice = |n: usize| Choice { value: format!("cus_{n}"), name: format!("<{n}>"), note: "CNY".into() };
        for (found, chosen, shown, more, noted) in [
            (0, None, 0, false, true),
            (3, None, 3, false, false),
            (9, None, 8, true, true),
            (3, Some(1), 2, false, false),
        ] {
            let picker = Picker::new("/customer", "a", chosen.map(choice), (0..found).map(choice).collect(), &v);
            assert_eq!((picker.found.len(), picker.more, !picker.note.is_empty()), (shown, more, noted), "{found}");
            let html = picker.render().unwrap();
            assert_eq!(html.matches("type=\"radio\"").count(), shown + usize::from(chosen.is_some()));
            assert_eq!(html.matches("checked").count(), usize::from(chosen.is_some()));
            assert!(!html.contains("<1>"), "{html}");
        }
        for (words, chosen, is, offered, checked) in [
            ("", None, "Us", true, 1),
            ("", Some(1), "<1>", true, 1),
            ("a", None, "Us", false, 0),
            ("a", Some(1), "<1>", false, 1),
        ] {
            let picker =
                Picker::new("/customer", words, chosen.map(choice), vec![choice(2)], &v).or_nobody("Us".into());
            let html = picker.render().unwrap();
            assert_eq!((picker.is(), html.contains("value=\"\"")), (is, offered), "{words}");
            assert_eq!(html.matches("checked").count(), checked, "{html}");
        }
    }
}
