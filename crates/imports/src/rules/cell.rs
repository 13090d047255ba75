//! How people and spreadsheets write amounts and days, brought into the form that the rules read.

/// An amount without what spreadsheets put into it: blanks, a currency's sign, commas between groups of three digits, and the
/// ways of accountants to write what is below zero, `(5.00)` and `5.00-`. What is no amount comes back as it is, so that the
/// rules name it.
pub fn amount(text: &str) -> String {
    let plain: String = text.chars().filter(|c| !c.is_whitespace() && !"¥￥$€£".contains(*c)).collect();
    let inner = plain.strip_prefix(['(', '（']).and_then(|rest| rest.strip_suffix([')', '）']));
    let plain = match inner.or_else(|| plain.strip_suffix('-')) {
        Some(digits) if digits.starts_with(|c: char| c.is_ascii_digit()) => format!("-{digits}"),
        _ => plain,
    };
    if is_grouped(&plain) { plain.replace(',', "") } else { plain }
}

/// Whether an amount begins with a nought before other digits: `000.00` is what a comma left of `1,000.00`, and nobody writes
/// it else.
pub fn is_rest(amount: &str) -> bool {
    amount.strip_prefix('0').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
}

/// Digits in groups of three: `1,234,567.89`, `-1,234`.
fn is_grouped(text: &str) -> bool {
    let whole = text.split('.').next().unwrap_or("");
    let mut groups = whole.trim_start_matches('-').split(',');
    let digits = |group: &str| group.bytes().all(|b| b.is_ascii_digit());
    let first = groups.next().unwrap_or("");
    (1..=3).contains(&first.len()) && digits(first) && groups.all(|group| group.len() == 3 && digits(group))
}

/// A day in the order year, month, day, however it is parted (`2026/1/5`, `2026.01.05`, `20260105`, `2026年1月5日`), as
/// `2026-01-05`. Other orders are ambiguous and come back as they are, so that the rules name them.
pub fn day(text: &str) -> String {
    let text = text.trim();
    // A spreadsheet may add the hour.
    let date = text.split([' ', 'T']).next().unwrap_or(text);
    if date.len() == 8 && date.bytes().all(|b| b.is_ascii_digit()) {
        return format!("{}-{}-{}", &date[..4], &date[4..6], &date[6..]);
    }
    let parts: Vec<&str> =
        date.trim_end_matches('日').split(['-', '/', '.', '年', '月']).filter(|part| !part.is_empty()).collect();
    match parts[..] {
        [year, month, day] if year.len() == 4 && month.len() <= 2 && day.len() <= 2 => {
            format!("{year}-{month:0>2}-{day:0>2}")
        }
        _ => text.to_owned(),
    }
}

/// The name that the rules have for a kind of customer.
pub fn customer_kind(text: &str) -> &str {
    match text.trim() {
        "" | "单位" | "企业" | "公司" | "Company" => "company",
        "个人" | "自然人" | "Person" => "person",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_lose_what_spreadsheets_put_in() {
        for (written, read) in [
            ("1234.50", "1234.50"),
            ("1,234.50", "1234.50"),
            ("-1,234,567", "-1234567"),
            ("¥ 1,234.50", "1234.50"),
            ("12,34.50", "12,34.50"),
            ("1234,50", "1234,50"),
            ("1,234,50", "1,234,50"),
            ("(1,234.50)", "-1234.50"),
            ("（¥5.00）", "-5.00"),
            ("1,234.50-", "-1234.50"),
            ("(-5)", "(-5)"),
            ("(5", "(5"),
            ("-", "-"),
            ("abc", "abc"),
            ("", ""),
        ] {
            assert_eq!(amount(written), read, "{written}");
        }
    }

    #[test]
    fn rests_of_torn_amounts_are_told() {
        for (written, is_torn) in
            [("000.00", true), ("050", true), ("0", false), ("0.50", false), ("100.00", false), ("-0.5", false)]
        {
            assert_eq!(is_rest(written), is_torn, "{written}");
        }
    }

    #[test]
    fn days_are_read_year_first_only() {
        for (written, read) in [
            ("2026-01-05", "2026-01-05"),
            ("2026/1/5", "2026-01-05"),
            ("2026.01.5", "2026-01-05"),
            ("20260105", "2026-01-05"),
            ("2026年1月5日", "2026-01-05"),
            ("2026-01-05 00:00:00", "2026-01-05"),
            ("5/1/2026", "5/1/2026"),
            ("01-05-26", "01-05-26"),
            ("", ""),
        ] {
            assert_eq!(day(written), read, "{written}");
        }
    }
}
