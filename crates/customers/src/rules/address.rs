//! What makes an address acceptable, and how it stands on paper.

use kernel::{Arg, Fields, Refusal};

/// How many addresses of one customer are kept.
pub const ADDRESSES_MAX: i64 = 100;
/// As many lines as an envelope's window shows beside town and country.
const LINES_MAX: usize = 4;

/// What an address is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Stands on documents; a customer has at most one.
    Billing,
    /// Where goods go; as many as there are.
    Delivery,
}

impl Purpose {
    pub const ALL: [Purpose; 2] = [Purpose::Billing, Purpose::Delivery];

    pub const fn name(self) -> &'static str {
        match self {
            Purpose::Billing => "billing",
            Purpose::Delivery => "delivery",
        }
    }

    pub fn parse(text: &str) -> Option<Purpose> {
        Purpose::ALL.into_iter().find(|purpose| purpose.name() == text)
    }
}

/// What somebody wrote of an address, unchecked. `None` and blank mean not given.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AddressInput {
    pub purpose: String,
    /// Street and house, building, department.
    pub lines: Vec<String>,
    pub city: String,
    /// Province, state.
    pub region: Option<String>,
    pub postal_code: Option<String>,
    pub country: String,
}

/// An address as it may be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddressData {
    pub purpose: Purpose,
    /// One to four.
    pub lines: Vec<String>,
    pub city: String,
    pub region: Option<String>,
    pub postal_code: Option<String>,
    /// ISO 3166-1 code.
    pub country: String,
}

/// Checks every field and names all that is wrong.
pub fn check(input: &AddressInput) -> Result<AddressData, Refusal> {
    let mut fields = Fields::new();
    let data = read(&mut fields, input);
    fields.finish()?;
    Ok(data)
}

/// [`check`] as a part of something larger.
pub fn read(fields: &mut Fields, input: &AddressInput) -> AddressData {
    let purpose = Purpose::parse(&input.purpose).unwrap_or_else(|| {
        fields.note("/purpose", "not_a_choice");
        Purpose::Billing
    });
    let lines: Vec<&str> = input.lines.iter().map(|line| line.trim()).filter(|line| !line.is_empty()).collect();
    if lines.is_empty() {
        fields.note("/lines", "required");
    } else if lines.len() > LINES_MAX {
        fields.note_with("/lines", "too_many_address_lines", vec![("max", Arg::Number(4))]);
    }
    let lines = lines.into_iter().take(LINES_MAX).map(|line| fields.text("/lines", line, 1, 100)).collect();
    let city = fields.text("/city", &input.city, 1, 100);
    let region = fields.optional_text("/region", input.region.as_deref(), 100);
    let postal_code = fields.optional_text("/postal_code", input.postal_code.as_deref(), 20);
    let country = fields.country("/country", &input.country);
    AddressData { purpose, lines, city, region, postal_code, country }
}

impl AddressData {
    /// The lines on paper. A Chinese address goes from the large to the small (GB/T 23705), others from the small to the large
    /// (UPU S42), the country last.
    pub fn printed(&self) -> Vec<String> {
        let region = self.region.as_deref().filter(|region| *region != self.city).unwrap_or("");
        let code = self.postal_code.as_deref().unwrap_or("");
        let mut printed: Vec<String> = Vec::with_capacity(self.lines.len() + 2);
        if self.country == "CN" && !self.city.is_ascii() {
            let mut lines = self.lines.iter();
            printed.push(format!("{region}{}{}", self.city, lines.next().map_or("", String::as_str)));
            printed.extend(lines.cloned());
            printed.push(code.to_owned());
        } else {
            printed.extend(self.lines.iter().cloned());
            let town = [code, &self.city, region].into_iter().filter(|part| !part.is_empty());
            printed.push(town.collect::<Vec<_>>().join(" "));
            printed.push(self.country.clone());
        }
        printed.retain(|line| !line.is_empty());
        printed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn input(purpose: &str, lines: &[&str], city: &str, region: &str, code: &str, country: &str) -> AddressInput {
        AddressInput {
            purpose: purpose.into(),
            lines: lines.iter().map(|line| (*line).to_owned()).collect(),
            city: city.into(),
            region: Some(region.into()),
            postal_code: Some(code.into()),
            country: country.into(),
        }
    }

    #[test]
    fn every_fault_is_named() {
        let long = "x".repeat(101);
        for (given, faults) in [
            (input("billing", &["世纪大道 100 号"], "上海市", "", "200120", "CN"), &[][..]),
            (input("delivery", &["a", "b", "c", "d", ""], "Berlin", "", "", "DE"), &[]),
            (input("home", &[], "", "", "", ""), &["/purpose", "/lines", "/city", "/country"]),
            (input("billing", &["a", "b", "c", "d", "e"], "Berlin", "", "", "DE"), &["/lines"]),
            (
                input("billing", &[&long], &long, &long, &long, "GER"),
                &["/lines", "/city", "/region", "/postal_code", "/country"],
            ),
        ] {
            let seen: Vec<String> = check(&given)
                .err()
                .map_or_else(Vec::new, |refusal| refusal.fields.into_iter().map(|field| field.pointer).collect());
            assert_eq!(seen, faults, "{given:?}");
        }
    }

    #[test]
    fn stands_on_paper_as_its_country_writes_it() {
        for (given, printed) in [
            (
                input("billing", &["世纪大道 100 号", "环球金融中心 8 楼"], "上海市", "上海市", "200120", "CN"),
                &["上海市世纪大道 100 号", "环球金融中心 8 楼", "200120"][..],
            ),
            (input("billing", &["天河路 1 号"], "广州市", "广东省", "", "CN"), &["广东省广州市天河路 1 号"]),
            (
                input("billing", &["1 Century Ave"], "Shanghai", "", "200120", "CN"),
                &["1 Century Ave", "200120 Shanghai", "CN"],
            ),
            (
                input("billing", &["Unter den Linden 1"], "Berlin", "", "10117", "DE"),
                &["Unter den Linden 1", "10117 Berlin", "DE"],
            ),
            (input("billing", &["1 Main St"], "Springfield", "IL", "", "US"), &["1 Main St", "Springfield IL", "US"]),
        ] {
            assert_eq!(check(&given).unwrap().printed(), printed, "{given:?}");
        }
    }
}
