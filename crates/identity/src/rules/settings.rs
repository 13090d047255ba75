//! What an organisation starts with, and what may be set about it.

use super::numbering;
use kernel::{Fields, Locale, Refusal};

/// When tax is rounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TaxRounding {
    /// On every line; usual in China.
    Line,
    /// Once per code and rate of a document; EN 16931.
    Document,
}

impl TaxRounding {
    pub const ALL: [TaxRounding; 2] = [TaxRounding::Line, TaxRounding::Document];

    pub const fn name(self) -> &'static str {
        match self {
            TaxRounding::Line => "line",
            TaxRounding::Document => "document",
        }
    }

    pub fn parse(name: &str) -> Option<TaxRounding> {
        TaxRounding::ALL.into_iter().find(|rounding| rounding.name() == name)
    }
}

/// When revenue is recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RevenueAt {
    /// When the invoice is issued.
    Invoice,
    /// When the goods are delivered; until then what is invoiced is a contract liability.
    Delivery,
}

impl RevenueAt {
    pub const ALL: [RevenueAt; 2] = [RevenueAt::Invoice, RevenueAt::Delivery];

    pub const fn name(self) -> &'static str {
        match self {
            RevenueAt::Invoice => "invoice",
            RevenueAt::Delivery => "delivery",
        }
    }

    pub fn parse(name: &str) -> Option<RevenueAt> {
        RevenueAt::ALL.into_iter().find(|at| at.name() == name)
    }
}

/// What one person may decide alone in a new organisation, in minor units of any currency: 10,000.00, 1,000,000 of a
/// currency without smaller units, 1,000.000 of one with three digits.
pub const ALONE_UP_TO_MINOR: i64 = 1_000_000;

/// What follows from an organisation's country unless it is said otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Defaults {
    /// `cn_small` (小企业会计准则) or `international`.
    pub chart: &'static str,
    /// IANA name.
    pub time_zone: &'static str,
    pub locale: Locale,
    pub tax_rounding: TaxRounding,
}

/// The zone of the capital or, where there are several zones, of the largest city.
const ZONES: &[(&str, &str)] = &[
    ("AE", "Asia/Dubai"),
    ("AU", "Australia/Sydney"),
    ("BR", "America/Sao_Paulo"),
    ("CA", "America/Toronto"),
    ("CH", "Europe/Zurich"),
    ("CN", "Asia/Shanghai"),
    ("DE", "Europe/Berlin"),
    ("ES", "Europe/Madrid"),
    ("FR", "Europe/Paris"),
    ("GB", "Europe/London"),
    ("HK", "Asia/Hong_Kong"),
    ("ID", "Asia/Jakarta"),
    ("IN", "Asia/Kolkata"),
    ("IT", "Europe/Rome"),
    ("JP", "Asia/Tokyo"),
    ("KR", "Asia/Seoul"),
    ("MO", "Asia/Macau"),
    ("MY", "Asia/Kuala_Lumpur"),
    ("NL", "Europe/Amsterdam"),
    ("SG", "Asia/Singapore"),
    ("TH", "Asia/Bangkok"),
    ("TW", "Asia/Taipei"),
    ("US", "America/New_York"),
    ("VN", "Asia/Ho_Chi_Minh"),
];

/// The usual set-up in a country (ISO 3166-1).
pub fn defaults(country: &str) -> Defaults {
    let in_china = country == "CN";
    Defaults {
        chart: if in_china { "cn_small" } else { "international" },
        time_zone: ZONES.iter().find(|(code, _)| *code == country).map_or("UTC", |(_, zone)| zone),
        locale: if in_china { Locale::ZhCn } else { Locale::En },
        tax_rounding: if in_china { TaxRounding::Line } else { TaxRounding::Document },
    }
}

/// What somebody wrote about the organisation, unchecked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SettingsInput {
    pub name: String,
    pub locale: String,
    /// 1 to 12.
    pub fiscal_year_month: String,
    pub tax_rounding: String,
    pub revenue_at: String,
    /// One entry a line.
    pub address: String,
    pub tax_number: Option<String>,
    /// One entry a line.
    pub bank_account: String,
    pub colour: String,
    pub invoice_pattern: String,
    pub order_pattern: String,
    pub credit_note_pattern: String,
}

/// What may be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingsData {
    pub name: String,
    pub locale: Locale,
    /// 1..=12: the month a fiscal year begins with.
    pub fiscal_year_month: i32,
    pub tax_rounding: TaxRounding,
    pub revenue_at: RevenueAt,
    pub address: Vec<String>,
    pub tax_number: Option<String>,
    pub bank_account: Vec<String>,
    pub colour: String,
    pub invoice_pattern: String,
    pub order_pattern: String,
    pub credit_note_pattern: String,
}

/// Lines of an address or bank account.
const LINES_MAX: usize = 6;

/// Checks every field and names all that is wrong. `colours` are the names of the house's brand colours.
pub fn check(input: &SettingsInput, colours: &[&str]) -> Result<SettingsData, Refusal> {
    let mut fields = Fields::new();
    let name = fields.text("/name", &input.name, 1, 200);
    let locale = choice(&mut fields, "/locale", input.locale.parse().ok(), Locale::En);
    let month = input.fiscal_year_month.trim().parse().ok().filter(|month| (1..=12).contains(month));
    let fiscal_year_month = choice(&mut fields, "/fiscal_year_month", month, 1);
    let tax_rounding =
        choice(&mut fields, "/tax_rounding", TaxRounding::parse(&input.tax_rounding), TaxRounding::Document);
    let revenue_at = choice(&mut fields, "/revenue_at", RevenueAt::parse(&input.revenue_at), RevenueAt::Invoice);
    let colour = colours.iter().find(|name| **name == input.colour).map(|name| (*name).to_owned());
    let data = SettingsData {
        name,
        locale,
        fiscal_year_month,
        tax_rounding,
        revenue_at,
        address: lines(&mut fields, "/address", &input.address),
        tax_number: fields.optional_text("/tax_number", input.tax_number.as_deref(), 40),
        bank_account: lines(&mut fields, "/bank_account", &input.bank_account),
        colour: choice(&mut fields, "/colour", colour, String::new()),
        invoice_pattern: pattern(&mut fields, "/invoice_pattern", &input.invoice_pattern),
        order_pattern: pattern(&mut fields, "/order_pattern", &input.order_pattern),
        credit_note_pattern: pattern(&mut fields, "/credit_note_pattern", &input.credit_note_pattern),
    };
    fields.finish()?;
    Ok(data)
}

fn choice<T>(fields: &mut Fields, pointer: &str, chosen: Option<T>, otherwise: T) -> T {
    chosen.unwrap_or_else(|| {
        fields.note(pointer, "not_a_choice");
        otherwise
    })
}

fn lines(fields: &mut Fields, pointer: &str, text: &str) -> Vec<String> {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    if lines.len() > LINES_MAX {
        fields.note(pointer, "too_many_lines");
    }
    lines.iter().take(LINES_MAX).map(|line| fields.text(pointer, line, 1, 120)).collect()
}

fn pattern(fields: &mut Fields, pointer: &str, text: &str) -> String {
    if !numbering::is_pattern(text.trim()) {
        fields.note(pointer, "not_a_pattern");
    }
    text.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn good() -> SettingsInput {
        SettingsInput {
            name: " 上海远航贸易有限公司 ".into(),
            locale: "zh-CN".into(),
            fiscal_year_month: "4".into(),
            tax_rounding: "line".into(),
            revenue_at: "invoice".into(),
            address: "\r\n 延安路 1 号\r\n\r\n上海\r\n".into(),
            tax_number: Some(" ".into()),
            bank_account: String::new(),
            colour: "jade".into(),
            invoice_pattern: "INV-{year}-{number:05}".into(),
            order_pattern: "{yy}-{number}".into(),
            credit_note_pattern: "CN-{year}-{number}".into(),
        }
    }

    #[test]
    fn good_settings_are_tidied() {
        let data = check(&good(), &["jade", "seal"]).unwrap();
        assert_eq!((data.name.as_str(), data.tax_number), ("上海远航贸易有限公司", None));
        assert_eq!(data.address, ["延安路 1 号", "上海"]);
    }

    #[test]
    fn faults_are_named_by_field() {
        type Break = fn(&mut SettingsInput);
        let cases: [(Break, &str, &str); 9] = [
            (|i| i.name = " ".into(), "/name", "required"),
            (|i| i.locale = "tlh".into(), "/locale", "not_a_choice"),
            (|i| i.tax_rounding = "never".into(), "/tax_rounding", "not_a_choice"),
            (|i| i.revenue_at = "payment".into(), "/revenue_at", "not_a_choice"),
            (|i| i.address = "1\n2\n3\n4\n5\n6\n7".into(), "/address", "too_many_lines"),
            (|i| i.bank_account = "x".repeat(121), "/bank_account", "too_long"),
            (|i| i.colour = "pink".into(), "/colour", "not_a_choice"),
            (|i| i.order_pattern = "{number}".into(), "/order_pattern", "not_a_pattern"),
            (|i| i.tax_number = Some("1".repeat(41)), "/tax_number", "too_long"),
        ];
        for (break_it, pointer, code) in cases {
            let mut input = good();
            break_it(&mut input);
            let refusal = check(&input, &["jade", "seal"]).unwrap_err();
            let seen: Vec<_> = refusal.fields.iter().map(|f| (f.pointer.as_str(), f.code)).collect();
            assert_eq!(seen, [(pointer, code)]);
        }
    }

    #[test]
    fn countries_have_their_usual_set_up() {
        for (country, chart, zone, rounding) in [
            ("CN", "cn_small", "Asia/Shanghai", TaxRounding::Line),
            ("DE", "international", "Europe/Berlin", TaxRounding::Document),
            ("XK", "international", "UTC", TaxRounding::Document),
        ] {
            let d = defaults(country);
            assert_eq!((d.chart, d.time_zone, d.tax_rounding), (chart, zone, rounding), "{country}");
        }
        for (country, zone) in ZONES {
            assert!(jiff::tz::TimeZone::get(zone).is_ok(), "{country} {zone}");
        }
    }
}
