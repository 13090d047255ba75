//! Countries by their names.

use super::View;
use kernel::validate::countries;

impl View {
    /// What the country of this code is called; a code that names none stands as written.
    pub fn country(&self, code: &str) -> String {
        let known = countries().any(|own| own == code);
        let name = if known { self.l.find(&format!("country-{code}"), &[]) } else { None };
        name.unwrap_or_else(|| code.to_owned())
    }

    /// Every country, by name, for a choice: code and name.
    pub fn countries(&self) -> Vec<(&'static str, String)> {
        let mut all: Vec<_> = countries().map(|code| (code, self.country(code))).collect();
        all.sort_by(|(_, one), (_, other)| one.cmp(other));
        all
    }
}

#[cfg(test)]
mod tests {
    use crate::i18n::I18n;
    use kernel::Locale;
    use kernel::validate::countries;

    #[test]
    fn every_country_has_its_name() {
        for locale in Locale::ALL {
            let l = I18n::new(&[]).unwrap().for_locale(locale);
            for code in countries() {
                assert!(l.find(&format!("country-{code}"), &[]).is_some(), "{code} in {locale}");
            }
        }
    }
}
