//! Numbers, amounts and dates as the reader writes them, without floats.
//!
//! The tables are our own: two languages need a group mark, a minus sign and twelve month names, and the ICU crates would
//! bring a megabyte of data for it (and have no stable currency formatter). A third language with other digits or another
//! calendar is the moment to look again.

use crate::i18n::L;
use askama::filters::HtmlSafe;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use kernel::{Arg, Currency, Date, Decimal, Locale, Money, Percent, Quantity, UnitPrice};
use std::borrow::Cow;
use std::fmt;

/// U+2212, as wide as a digit and read aloud as "minus"; a hyphen is neither.
pub const MINUS: &str = "\u{2212}";
/// What stands where there is nothing to say.
pub const NOTHING: &str = "—";

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// An amount in the pieces that a page sets differently: `−`, `12,300`, `.00`, `¥`, `CNY`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MoneyParts {
    /// [`MINUS`] or nothing.
    pub sign: &'static str,
    /// Digits in groups of three.
    pub whole: String,
    /// `.00`; empty for currencies without minor unit.
    pub point_and_cents: String,
    /// `¥`, `CN¥`, as the reader's language has it; the code where no sign is customary.
    pub symbol: String,
    /// `CNY`.
    pub code: String,
}

impl MoneyParts {
    pub fn new(money: Money, locale: Locale) -> MoneyParts {
        let plain = money.amount();
        let (sign, digits) = split_sign(&plain);
        let (whole, cents) = digits.split_once('.').unwrap_or((digits, ""));
        MoneyParts {
            sign,
            whole: grouped(whole),
            point_and_cents: if cents.is_empty() { String::new() } else { format!(".{cents}") },
            symbol: money.currency().symbol(locale).to_owned(),
            code: money.currency().code().to_owned(),
        }
    }

    /// `−12,300.00`, for a column whose head names the currency.
    pub fn bare(&self) -> String {
        format!("{}{}{}", self.sign, self.whole, self.point_and_cents)
    }

    /// `−¥12,300.00`, and `AED 12,300.00` where the code is the only sign.
    pub fn with_symbol(&self) -> String {
        let gap = if self.symbol == self.code { "\u{a0}" } else { "" };
        format!("{}{}{gap}{}{}", self.sign, self.symbol, self.whole, self.point_and_cents)
    }
}

/// HTML of our own making: digits and our tags, or a template whose texts were escaped. Pages print it unescaped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Markup(String);

impl Markup {
    /// A drawing of this house's own making, such as a code to scan; never what somebody typed.
    pub fn drawing(svg: String) -> Markup {
        Markup(svg)
    }

    /// `−12,300<i>.00</i>`: the cents are quiet.
    pub fn amount(money: Money) -> Markup {
        let plain = money.amount();
        let (sign, digits) = split_sign(&plain);
        match digits.split_once('.') {
            None => Markup(format!("{sign}{}", grouped(digits))),
            Some((whole, cents)) => Markup(format!("{sign}{}<i>.{cents}</i>", grouped(whole))),
        }
    }

    /// A fragment; nothing where it cannot be rendered.
    pub fn rendered(fragment: &impl askama::Template) -> Markup {
        Markup(fragment.render().unwrap_or_default())
    }

    /// As [`Markup::amount`], led by a small currency code unless the amount is in `home` (the column's currency).
    pub fn amount_in(money: Money, home: Currency) -> Markup {
        let amount = Markup::amount(money);
        if money.currency() == home {
            return amount;
        }
        Markup(format!("<span class=\"cur\">{}</span>{}", money.currency().code(), amount.0))
    }

    /// As [`Markup::amount`], led by a small currency sign: the one large figure of a page.
    pub fn headline(money: Money, locale: Locale) -> Markup {
        let currency = money.currency();
        Markup(format!("<small>{}</small>{}", currency.symbol(locale), Markup::amount(money).0))
    }
}

impl fmt::Display for Markup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl HtmlSafe for Markup {}
impl askama::FastWritable for Markup {
    fn write_into(&self, dest: &mut dyn fmt::Write, _: &dyn askama::Values) -> askama::Result<()> {
        dest.write_str(&self.0)?;
        Ok(())
    }
}

/// A whole number in groups: 12345 → `12,345`.
pub fn number(n: i64) -> String {
    decimal_text(&n.to_string())
}

/// A plain decimal string in groups with a true minus sign: `-1234.50` → `−1,234.50`.
pub fn decimal_text(plain: &str) -> String {
    let (sign, digits) = split_sign(plain);
    match digits.split_once('.') {
        Some((whole, rest)) => format!("{sign}{}.{rest}", grouped(whole)),
        None => format!("{sign}{}", grouped(digits)),
    }
}

pub fn decimal(value: Decimal) -> String {
    decimal_text(&value.to_string())
}

pub fn quantity(value: Quantity) -> String {
    decimal_text(&value.to_string())
}

/// `13%`, `8.25%`.
pub fn percent(value: Percent) -> String {
    format!("{}%", decimal_text(&value.to_string()))
}

/// `199.90`, `0.0125`: at least the currency's digits, never fewer than were typed.
pub fn unit_price(value: UnitPrice) -> String {
    decimal_text(&value.text())
}

/// An amount that was typed as pages print it, `12,300.00`, as plain digits; what has no such groups stays as it is, and is read or
/// refused like that.
pub fn ungrouped(typed: &str) -> Cow<'_, str> {
    let whole = typed.split_once('.').map_or(typed, |(whole, _)| whole);
    let mut groups = whole.split(',');
    let is_digits = |group: &str| !group.is_empty() && group.bytes().all(|b| b.is_ascii_digit());
    let begins = groups.next().is_some_and(|first| first.len() <= 3 && is_digits(first));
    if begins && whole.contains(',') && groups.all(|group| group.len() == 3 && is_digits(group)) {
        return Cow::Owned(typed.replace(',', ""));
    }
    Cow::Borrowed(typed)
}

fn split_sign(plain: &str) -> (&'static str, &str) {
    match plain.strip_prefix('-') {
        Some(rest) => (MINUS, rest),
        None => ("", plain),
    }
}

fn grouped(digits: &str) -> String {
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(c);
    }
    text
}

/// `2026年11月28日`, `28 Nov 2026`.
pub fn date(locale: Locale, date: Date) -> String {
    match locale {
        Locale::ZhCn => format!("{}年{}月{}日", date.year(), date.month(), date.day()),
        Locale::En => format!("{} {} {}", date.day(), month_name(date.month()), date.year()),
    }
}

/// Without the year where it is this year's: `11月28日`, `28 Nov`.
pub fn short_date(locale: Locale, value: Date, today: Date) -> String {
    if value.year() != today.year() {
        return date(locale, value);
    }
    match locale {
        Locale::ZhCn => format!("{}月{}日", value.month(), value.day()),
        Locale::En => format!("{} {}", value.day(), month_name(value.month())),
    }
}

/// `2026年11月`, `Nov 2026`.
pub fn month(locale: Locale, value: Date) -> String {
    match locale {
        Locale::ZhCn => format!("{}年{}月", value.year(), value.month()),
        Locale::En => format!("{} {}", month_name(value.month()), value.year()),
    }
}

/// An instant in the organisation's zone: `2026年11月28日 09:05`, `28 Nov 2026, 09:05`.
pub fn date_time(locale: Locale, instant: Timestamp, zone: &TimeZone) -> String {
    let local = instant.to_zoned_datetime(zone.clone());
    let time = format!("{:02}:{:02}", local.hour(), local.minute());
    match locale {
        Locale::ZhCn => format!("{} {time}", date(locale, local.date())),
        Locale::En => format!("{}, {time}", date(locale, local.date())),
    }
}

fn month_name(month: i8) -> &'static str {
    usize::try_from(month - 1).ok().and_then(|i| MONTHS.get(i).copied()).unwrap_or(NOTHING)
}

/// Whole days from `from` to `to`; negative when `to` lies before.
pub fn days_between(from: Date, to: Date) -> i64 {
    // A span of days between two civil dates cannot overflow: both lie within the years that jiff knows.
    from.until((jiff::Unit::Day, to)).map_or(0, |span| i64::from(span.get_days()))
}

/// How a due date stands today: `逾期 12 天`, `3 天后到期`, `今天到期`.
pub fn due(l: &L, due_on: Date, today: Date) -> String {
    let days = days_between(today, due_on);
    match days {
        0 => l.t("due-today"),
        1.. => l.ta("due-in", &[("days", Arg::Number(days))]),
        _ => l.ta("overdue-by", &[("days", Arg::Number(-days))]),
    }
}

/// How long ago a day was: `今天`, `昨天`, `12 天前`; a date beyond a month.
pub fn day_ago(l: &L, day: Date, today: Date) -> String {
    match days_between(day, today) {
        0 => l.t("today"),
        1 => l.t("yesterday"),
        n @ 2..=31 => l.ta("days-ago", &[("days", Arg::Number(n))]),
        _ => short_date(l.locale(), day, today),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::I18n;
    use jiff::civil::date as day;

    #[test]
    fn what_pages_print_can_be_typed() {
        for (typed, plain) in [
            ("52,945.51", "52945.51"),
            ("1,234,567", "1234567"),
            ("945.51", "945.51"),
            ("1,50", "1,50"),
            ("1234,567", "1234,567"),
            (",567", ",567"),
            ("12.345,00", "12.345,00"),
            ("1,000,", "1,000,"),
        ] {
            assert_eq!(ungrouped(typed), plain, "{typed}");
        }
    }

    #[test]
    fn amounts_in_groups_with_a_true_minus() {
        for (locale, code, amount, bare, symbol, markup) in [
            (Locale::ZhCn, "CNY", "0", "0.00", "¥0.00", "0<i>.00</i>"),
            (Locale::ZhCn, "CNY", "12.3", "12.30", "¥12.30", "12<i>.30</i>"),
            (Locale::ZhCn, "CNY", "999", "999.00", "¥999.00", "999<i>.00</i>"),
            (Locale::ZhCn, "CNY", "1000", "1,000.00", "¥1,000.00", "1,000<i>.00</i>"),
            (Locale::ZhCn, "CNY", "-3200", "−3,200.00", "−¥3,200.00", "−3,200<i>.00</i>"),
            (
                Locale::En,
                "EUR",
                "100000000000000",
                "100,000,000,000,000.00",
                "€100,000,000,000,000.00",
                "100,000,000,000,000<i>.00</i>",
            ),
            (Locale::En, "JPY", "1480000", "1,480,000", "¥1,480,000", "1,480,000"),
            (Locale::En, "CNY", "-12.3", "−12.30", "−CN¥12.30", "−12<i>.30</i>"),
            (Locale::ZhCn, "JPY", "1000", "1,000", "JP¥1,000", "1,000"),
            (Locale::ZhCn, "KWD", "-0.005", "−0.005", "−KWD\u{a0}0.005", "−0<i>.005</i>"),
        ] {
            let money = Money::parse(amount, Currency::parse(code).unwrap()).unwrap();
            let parts = MoneyParts::new(money, locale);
            assert_eq!((parts.bare().as_str(), parts.with_symbol().as_str()), (bare, symbol));
            assert_eq!(Markup::amount(money).to_string(), markup);
        }
        let yen = Money::new(5, Currency::JPY);
        assert_eq!(Markup::amount_in(yen, Currency::CNY).to_string(), "<span class=\"cur\">JPY</span>5");
        assert_eq!(Markup::amount_in(yen, Currency::JPY).to_string(), "5");
    }

    #[test]
    fn plain_numbers() {
        assert_eq!(number(-1_234_567), "−1,234,567");
        assert_eq!(quantity(Quantity::parse("12345.678900").unwrap()), "12,345.6789");
        assert_eq!(percent(Percent::parse("-8.250").unwrap()), "−8.25%");
        assert_eq!(unit_price(UnitPrice::parse("1199.9", Currency::CNY).unwrap()), "1,199.90");
    }

    #[test]
    fn dates_in_both_languages() {
        let (d, today) = (day(2026, 11, 28), day(2026, 11, 23));
        for (locale, long, short, of_month) in [
            (Locale::ZhCn, "2026年11月28日", "11月28日", "2026年11月"),
            (Locale::En, "28 Nov 2026", "28 Nov", "Nov 2026"),
        ] {
            assert_eq!(date(locale, d), long);
            assert_eq!(short_date(locale, d, today), short);
            assert_eq!(short_date(locale, d, day(2027, 1, 1)), long, "another year is named");
            assert_eq!(month(locale, d), of_month);
        }
        let shanghai = TimeZone::get("Asia/Shanghai").unwrap();
        let instant: Timestamp = "2026-11-27T17:05:00Z".parse().unwrap();
        assert_eq!(date_time(Locale::ZhCn, instant, &shanghai), "2026年11月28日 01:05");
        assert_eq!(date_time(Locale::En, instant, &shanghai), "28 Nov 2026, 01:05");
    }

    #[test]
    fn days_relative_to_today() {
        let i18n = I18n::new(&[]).unwrap();
        let (zh, en) = (i18n.for_locale(Locale::ZhCn), i18n.for_locale(Locale::En));
        let today = day(2026, 11, 23);
        for (on, chinese, english) in [
            (day(2026, 11, 11), "逾期 12 天", "12 days overdue"),
            (day(2026, 11, 22), "逾期 1 天", "1 day overdue"),
            (day(2026, 11, 23), "今天到期", "due today"),
            (day(2026, 11, 24), "1 天后到期", "due in 1 day"),
            (day(2027, 11, 23), "365 天后到期", "due in 365 days"),
            (day(2023, 11, 24), "逾期 1,095 天", "1,095 days overdue"),
        ] {
            assert_eq!(due(&zh, on, today), chinese);
            assert_eq!(due(&en, on, today), english);
        }
        assert_eq!(day_ago(&en, day(2026, 11, 22), today), "yesterday");
        assert_eq!(day_ago(&zh, day(2026, 11, 13), today), "10 天前");
        assert_eq!(day_ago(&zh, day(2026, 9, 1), today), "9月1日");
    }
}
