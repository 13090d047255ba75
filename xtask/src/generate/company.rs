//! The company's side: customers, their accounts, and invoices with their numbers.

use super::calendar::Day;
use super::name::{Form, Name};
use super::rates::{FORMS, NEAR_NAME, SAME_AMOUNT, SAME_NAME, SECOND_ACCOUNT, SHARED_ACCOUNT, SIZES, SUBSCRIBERS};
use super::rng::Rng;
use std::collections::HashSet;

/// Before the year in a number: `SF-2025-0001147`. Not `INV`, which the company's own series will write.
pub const PREFIX: &str = "SF";
/// Digits of the serial number.
pub const WIDTH: usize = 7;
/// Serials of a year begin here, so that a reference without noughts has four digits at least.
const SERIAL_FIRST: usize = 1001;
/// Invoices are issued from so many days before the first line.
const BEFORE_DAYS: i64 = 45;

/// Whoever owes.
#[derive(Debug)]
pub struct Customer {
    pub name: Name,
    /// Unified social credit code or German VAT identification number.
    pub tax_number: Option<String>,
    pub terms_days: i64,
    /// Places in [`Company::accounts`].
    pub accounts: Vec<usize>,
    /// Places in [`Company::invoices`], in the order of issue.
    pub invoices: Vec<usize>,
}

/// An account from which customers pay.
#[derive(Debug)]
pub struct Account {
    pub number: String,
    pub form: Form,
    pub owners: Vec<usize>,
}

#[derive(Debug, Clone)]
pub struct Invoice {
    pub customer: usize,
    pub issued: Day,
    pub total_minor: i64,
    pub serial: usize,
}

/// Everything that the books know, and the payers' accounts, which they do not.
#[derive(Debug)]
pub struct Company {
    pub customers: Vec<Customer>,
    pub accounts: Vec<Account>,
    pub invoices: Vec<Invoice>,
    /// The first and the last day of the bank's lines.
    pub first: Day,
    pub last: Day,
    /// Where the second year's invoices begin, with the two years.
    turn: usize,
}

impl Company {
    pub fn draw(seed: u64, invoices: usize, months: i64) -> Company {
        let first = Day::of(2025, 1, 1);
        let last = Day::of(2025 + months / 12, months % 12 + 1, 1) + -1;
        let mut company =
            Company { customers: Vec::new(), accounts: Vec::new(), invoices: Vec::new(), first, last, turn: 0 };
        let mut names = HashSet::new();
        while company.invoices.len() < invoices {
            let mut rng = Rng::of(seed, "customer", company.customers.len());
            company.customer(&mut rng, &mut names);
            company.bill(&mut rng, invoices);
        }
        company.number();
        company
    }

    /// A customer more, with accounts.
    fn customer(&mut self, rng: &mut Rng, names: &mut HashSet<String>) {
        let place = self.customers.len();
        let before = (place > 0).then(|| place - 1 - rng.place(place.min(40)));
        let same = before.filter(|_| rng.in_thousand(SAME_NAME));
        let same = same.map(|at| &self.customers[at]).filter(|other| other.tax_number.is_some());
        let name = match same.map(|other| other.name.clone()) {
            Some(name) => name,
            None => {
                let near = before.filter(|_| rng.in_thousand(NEAR_NAME));
                let mut name = match near {
                    Some(at) => self.customers[at].name.near(rng),
                    None => Name::draw(rng),
                };
                while !names.insert(name.written(Form::Full)) {
                    name = Name::draw(rng);
                }
                name
            }
        };
        let tax_number = tax_number(rng, &name);
        let mut accounts = Vec::new();
        for _ in 0..1 + usize::from(rng.in_thousand(SECOND_ACCOUNT)) {
            accounts.push(self.accounts.len());
            let number = account_number(rng, &name);
            self.accounts.push(Account { number, form: rng.weighed(&FORMS, Form::Full), owners: vec![place] });
        }
        if let Some(other) = before.filter(|_| rng.in_thousand(SHARED_ACCOUNT)) {
            let shared = self.customers[other].accounts[0];
            self.accounts[shared].owners.push(place);
            accounts = vec![shared];
        }
        let terms_days = rng.pick(&[14, 30, 30, 30, 60]).unwrap_or(30);
        self.customers.push(Customer { name, tax_number, terms_days, accounts, invoices: Vec::new() });
    }

    /// Invoices of the last customer, no more than are wanted in all.
    fn bill(&mut self, rng: &mut Rng, wanted: usize) {
        let customer = self.customers.len() - 1;
        let (low, high) = rng.weighed(&SIZES, (1, 1));
        let count = usize::try_from(rng.between(low, high)).unwrap_or(1).min(wanted - self.invoices.len());
        let (start, days) = (self.first + -BEFORE_DAYS, self.last.0 - self.first.0 + BEFORE_DAYS - 4);
        let fixed = rng.in_thousand(SUBSCRIBERS).then(|| rng.pick(&[9900, 19_900, 29_900, 49_900, 98_000, 120_000]));
        let monthly = rng.between(0, 15);
        let mut before = 0;
        for turn in 0..count {
            let issued = match fixed {
                // One contract or several, each billed once a month on the same day.
                Some(_) => start + ((30 * i64::try_from(turn).unwrap_or(0)).rem_euclid(days) + monthly).min(days - 1),
                None => start + rng.between(0, days - 1),
            };
            let total_minor = match fixed.flatten() {
                Some(amount) => amount,
                None if before > 0 && rng.in_thousand(SAME_AMOUNT) => before,
                None => amount(rng),
            };
            before = total_minor;
            self.invoices.push(Invoice { customer, issued, total_minor, serial: 0 });
        }
    }

    /// Gives numbers in the order of issue, each year's from its first.
    fn number(&mut self) {
        self.invoices.sort_by_key(|invoice| (invoice.issued, invoice.customer));
        let second = self.first.year();
        self.turn = self.invoices.partition_point(|invoice| invoice.issued.year() < second);
        for (place, invoice) in self.invoices.iter_mut().enumerate() {
            let since = if place < self.turn { place } else { place - self.turn };
            invoice.serial = SERIAL_FIRST + since;
            self.customers[invoice.customer].invoices.push(place);
        }
    }

    /// The years of the series.
    pub fn years(&self) -> [i64; 2] {
        [self.first.year() - 1, self.first.year()]
    }

    /// The invoice of a number, issued or not yet.
    pub fn numbered(&self, year: i64, serial: usize) -> Option<usize> {
        let since = serial.checked_sub(SERIAL_FIRST)?;
        let [first, second] = self.years();
        let place = if year == first { since } else { since + self.turn };
        let is_there = (year == first && place < self.turn) || (year == second && place < self.invoices.len());
        is_there.then_some(place)
    }

    pub fn number_of(&self, invoice: usize) -> String {
        let one = &self.invoices[invoice];
        format!("{PREFIX}-{}-{:0WIDTH$}", one.issued.year(), one.serial)
    }

    pub fn due(&self, invoice: usize) -> Day {
        let one = &self.invoices[invoice];
        one.issued + self.customers[one.customer].terms_days
    }

    pub fn code_of(customer: usize) -> String {
        format!("C{:06}", customer + 1)
    }
}

/// Most are between a hundred and some tens of thousands, some round.
fn amount(rng: &mut Rng) -> i64 {
    let (low, high) = rng.weighed(
        &[((2000, 20_000), 15), ((20_000, 200_000), 40), ((200_000, 2_000_000), 35), ((2_000_000, 20_000_000), 10)],
        (20_000, 200_000),
    );
    let drawn = rng.between(low, high);
    match rng.below(10) {
        0 | 1 => drawn / 10_000 * 10_000 + 10_000,
        2 | 3 => drawn / 100 * 100,
        _ => drawn,
    }
}

/// Nothing where the country's numbers are not made up here.
fn tax_number(rng: &mut Rng, name: &Name) -> Option<String> {
    match name.country() {
        _ if name.is_person() => None,
        "CN" => Some(credit_code(rng)),
        "DE" => Some(vat_id(rng)),
        _ => None,
    }
}

/// GB 32100-2015: eighteen characters, the last of which brings the weighted sum to a multiple of 31.
fn credit_code(rng: &mut Rng) -> String {
    const ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
    let mut code = format!("91310{}MA", rng.digits(3));
    while code.len() < 17 {
        code.push(char::from(rng.pick(ALPHABET).unwrap_or(b'0')));
    }
    let (mut sum, mut weight) = (0, 1);
    for byte in code.bytes() {
        sum += ALPHABET.iter().position(|known| *known == byte).unwrap_or(0) * weight;
        weight = weight * 3 % 31;
    }
    code.push(char::from(ALPHABET[(31 - sum % 31) % 31]));
    code
}

/// ISO 7064, MOD 11,10, over eight digits.
fn vat_id(rng: &mut Rng) -> String {
    let digits = format!("{}{}", rng.between(1, 9), rng.digits(7));
    let product = digits.bytes().fold(10, |product, byte| {
        let sum = (u32::from(byte - b'0') + product) % 10;
        (if sum == 0 { 10 } else { sum }) * 2 % 11
    });
    format!("DE{digits}{}", (11 - product) % 10)
}

/// An IBAN where the payer's bank is German, nineteen digits else. ISO 13616: the whole is 1 modulo 97.
pub fn account_number(rng: &mut Rng, name: &Name) -> String {
    if name.is_chinese() {
        return format!("62{}", rng.digits(17));
    }
    let number = format!("{}{}", rng.between(1, 9), rng.digits(17));
    // D and E are 13 and 14; the check digits stand at the end, as noughts.
    format!("DE{:02}{number}", 98 - modulo_97(&format!("{number}131400")))
}

/// The remainder of a long number, read digit by digit.
pub fn modulo_97(digits: &str) -> u32 {
    digits.bytes().fold(0, |rest, byte| (rest * 10 + u32::from(byte - b'0')) % 97)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_lead_back_to_invoices() {
        let company = Company::draw(3, 500, 3);
        for place in 0..company.invoices.len() {
            let number = company.number_of(place);
            let parts: Vec<&str> = number.split('-').collect();
            assert_eq!(company.numbered(parts[1].parse().unwrap(), parts[2].parse().unwrap()), Some(place));
        }
        for (year, serial) in [(2024, 1000), (2025, 1000), (2026, 1001), (2023, 1001), (2025, 9999), (2024, 1499)] {
            assert_eq!(company.numbered(year, serial), None, "{year} {serial}");
        }
    }

    #[test]
    fn check_digits_are_right() {
        let mut rng = Rng::of(5, "digits", 0);
        let name = Name::LatinPerson { given: 0, family: 0 };
        for _ in 0..50 {
            let iban = account_number(&mut rng, &name);
            assert_eq!((iban.len(), modulo_97(&format!("{}1314{}", &iban[4..], &iban[2..4]))), (22, 1));
            assert_eq!((credit_code(&mut rng).len(), vat_id(&mut rng).len()), (18, 11));
        }
    }
}
