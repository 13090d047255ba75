//! Collects what is wrong with an input, field by field, so that one answer names all of it.

use crate::decimal::DecimalError;
use crate::refusal::{Arg, Args, FieldError, Refusal};
use crate::{Currency, Date, Money, MoneyError, Percent, Quantity, UnitPrice};

/// The codes of all countries and territories, ISO 3166-1 alpha-2.
pub fn countries() -> impl Iterator<Item = &'static str> {
    COUNTRIES.split(' ')
}

/// The faults of one input so far. Every reader returns a usable value even when it notes a fault, so that checking goes on;
/// [`Fields::finish`] refuses when any was noted.
#[derive(Debug, Default)]
pub struct Fields {
    errors: Vec<FieldError>,
    prefix: String,
}

/// The codes of ISO 3166-1 alpha-2 that are assigned.
const COUNTRIES: &str = "\
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA \
    CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA \
    GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP \
    KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS \
    MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS \
    RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW \
    TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW";

impl Fields {
    pub fn new() -> Fields {
        Fields::default()
    }

    /// Pointers noted inside `body` begin with `prefix` (`/lines/0`).
    pub fn within<T>(&mut self, prefix: impl AsRef<str>, body: impl FnOnce(&mut Fields) -> T) -> T {
        let length = self.prefix.len();
        self.prefix.push_str(prefix.as_ref());
        let result = body(self);
        self.prefix.truncate(length);
        result
    }

    pub fn note(&mut self, pointer: &str, code: &'static str) {
        self.note_with(pointer, code, Vec::new());
    }

    pub fn note_with(&mut self, pointer: &str, code: &'static str, args: Args) {
        if self.errors.len() < 200 {
            self.errors.push(FieldError { pointer: format!("{}{pointer}", self.prefix), code, args });
        }
    }

    /// Trimmed text of `min..=max` characters that shows something, without control characters (line breaks are fine where
    /// `max` > 200) and without those that make text read in another order than it is written (Trojan Source).
    pub fn text(&mut self, pointer: &str, value: &str, min: usize, max: usize) -> String {
        let value = value.trim();
        let length = value.chars().count();
        if min > 0 && value.chars().all(shows_nothing) {
            self.note(pointer, "required");
        } else if length < min {
            self.note_with(pointer, "too_short", vec![("min", number(min))]);
        } else if length > max {
            self.note_with(pointer, "too_long", vec![("max", number(max))]);
        }
        if value.chars().any(|c| reorders(c) || c.is_control() && !(max > 200 && (c == '\n' || c == '\r' || c == '\t')))
        {
            self.note(pointer, "control_characters");
        }
        value.to_owned()
    }

    /// Like [`Fields::text`], where nothing or blanks mean nothing.
    pub fn optional_text(&mut self, pointer: &str, value: Option<&str>, max: usize) -> Option<String> {
        match value.map(str::trim) {
            None | Some("") => None,
            Some(value) => Some(self.text(pointer, value, 1, max)),
        }
    }

    /// A short code: letters, digits, `-`, `_`, `.`, `/`; 1 to 40 characters.
    pub fn code(&mut self, pointer: &str, value: &str) -> String {
        let value = self.text(pointer, value, 1, 40);
        if !value.chars().all(|c| c.is_alphanumeric() || "-_./".contains(c)) {
            self.note(pointer, "not_a_code");
        }
        value
    }

    /// An address like `name@host.tld`, at most 254 characters; only the shape is checked.
    pub fn email(&mut self, pointer: &str, value: &str) -> String {
        let value = self.text(pointer, value, 1, 254);
        let good = value.rsplit_once('@').is_some_and(|(local, host)| {
            !local.is_empty()
                && local.len() <= 64
                && host.contains('.')
                && host
                    .split('.')
                    .all(|label| !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-'))
                && !value.contains(|c: char| c.is_whitespace() || "<>()[],;:\\\"".contains(c))
        });
        if !value.is_empty() && !good {
            self.note(pointer, "not_an_email");
        }
        value
    }

    /// Two letters of ISO 3166-1.
    pub fn country(&mut self, pointer: &str, value: &str) -> String {
        if value.len() != 2 || !countries().any(|code| code == value) {
            self.note(pointer, "not_a_country");
        }
        value.to_owned()
    }

    pub fn currency(&mut self, pointer: &str, value: &str) -> Option<Currency> {
        match Currency::parse(value) {
            Ok(currency) if currency.in_use() => Some(currency),
            _ => {
                self.note(pointer, "unknown_currency");
                None
            }
        }
    }

    pub fn money(&mut self, pointer: &str, amount: &str, currency: Currency) -> Money {
        match Money::parse(amount, currency) {
            Ok(money) => money,
            Err(e) => {
                self.money_error(pointer, e);
                Money::zero(currency)
            }
        }
    }

    /// Notes an arithmetic or parsing fault of money as a fault of this field.
    pub fn money_error(&mut self, pointer: &str, error: MoneyError) {
        match error {
            MoneyError::CurrencyMismatch(..) => self.note(pointer, "currency_mismatch"),
            MoneyError::Overflow => self.note(pointer, "amount_too_large"),
            MoneyError::NotANumber | MoneyError::NoWeights => self.note(pointer, "not_a_number"),
            MoneyError::TooManyDigits { digits, .. } => {
                self.note_with(pointer, "too_many_digits", vec![("max", Arg::Number(i64::from(digits)))]);
            }
        }
    }

    pub fn quantity(&mut self, pointer: &str, text: &str) -> Quantity {
        self.decimal(pointer, Quantity::parse(text)).unwrap_or(Quantity::ONE)
    }

    pub fn percent(&mut self, pointer: &str, text: &str) -> Percent {
        self.decimal(pointer, Percent::parse(text)).unwrap_or(Percent::ZERO)
    }

    pub fn unit_price(&mut self, pointer: &str, text: &str, currency: Currency) -> Option<UnitPrice> {
        self.decimal(pointer, UnitPrice::parse(text, currency))
    }

    /// `YYYY-MM-DD` between 1900 and 2999.
    pub fn date(&mut self, pointer: &str, text: &str) -> Option<Date> {
        let plain = text.len() == 10 && text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
        match text.parse::<Date>() {
            Ok(date) if plain && (1900..3000).contains(&date.year()) => Some(date),
            _ => {
                self.note(pointer, "not_a_date");
                None
            }
        }
    }

    fn decimal<T>(&mut self, pointer: &str, parsed: Result<T, DecimalError>) -> Option<T> {
        match parsed {
            Ok(value) => Some(value),
            Err(e) => {
                match e {
                    DecimalError::NotANumber => self.note(pointer, "not_a_number"),
                    DecimalError::OutOfRange => self.note(pointer, "out_of_range"),
                    DecimalError::TooManyDigits(max) => {
                        self.note_with(pointer, "too_many_digits", vec![("max", Arg::Number(i64::from(max)))]);
                    }
                }
                None
            }
        }
    }

    pub fn is_clean(&self) -> bool {
        self.errors.is_empty()
    }

    /// Refuses with every noted fault, or lets the input pass.
    pub fn finish(self) -> Result<(), Refusal> {
        if self.errors.is_empty() {
            return Ok(());
        }
        let mut refusal = Refusal::invalid("invalid");
        refusal.fields = self.errors;
        Err(refusal)
    }
}

/// Whether a character leaves no mark by itself: blanks, and what joins, separates or varies its neighbours.
fn shows_nothing(c: char) -> bool {
    c.is_whitespace()
        || matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{e0000}'..='\u{e0fff}')
}

/// Whether a character embeds or overrides the direction of what follows (UAX #9, 2.1 to 2.4); the plain marks do not.
fn reorders(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn number(n: usize) -> Arg {
    Arg::Number(i64::try_from(n).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_shows_what_it_says() {
        for (text, fault) in [
            ("远航", None),
            ("عربي \u{200f}", None),
            ("👩\u{200d}💻 ❤\u{fe0f}", None),
            ("", Some("required")),
            ("\u{200b}\u{200b}", Some("required")),
            ("\u{feff}", Some("required")),
            (" \u{3164}\u{2060} ", Some("required")),
            ("Acme \u{202e}dtL", Some("control_characters")),
            ("A\u{2066}B\u{2069}", Some("control_characters")),
            ("A\u{7}", Some("control_characters")),
        ] {
            let mut f = Fields::new();
            f.text("/name", text, 1, 200);
            let found = f.finish().err().map(|refusal| refusal.fields[0].code);
            assert_eq!(found, fault, "{text:?}");
        }
    }

    #[test]
    fn names_every_fault_with_its_pointer() {
        let mut f = Fields::new();
        f.text("/name", "  ", 1, 200);
        f.within("/lines/0", |f| f.quantity("/quantity", "1e9"));
        f.email("/email", "a@b");
        f.date("/on", "2026-02-30");
        let refusal = f.finish().unwrap_err();
        let seen: Vec<_> = refusal.fields.iter().map(|e| (e.pointer.as_str(), e.code)).collect();
        assert_eq!(
            seen,
            [
                ("/name", "required"),
                ("/lines/0/quantity", "not_a_number"),
                ("/email", "not_an_email"),
                ("/on", "not_a_date")
            ]
        );
    }
}
