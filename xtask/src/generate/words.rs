//! What a payer writes on a transfer, and what banks do to it.

use super::company::{Company, PREFIX, WIDTH, modulo_97};
use super::plan::Payment;
use super::rates::{How, TEXT_NOISE};
use super::rng::Rng;

/// The words of a transfer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Words {
    pub end_to_end: Option<String>,
    /// A structured creditor reference.
    pub creditor: Option<String>,
    pub purpose: String,
}

impl Words {
    /// The fields in which a reference may stand.
    pub fn fields(&self) -> impl Iterator<Item = &str> {
        [self.end_to_end.as_deref(), self.creditor.as_deref(), Some(self.purpose.as_str())].into_iter().flatten()
    }
}

const CHINESE: [&str; 6] = ["货款 {}", "支付账单{}", "付{}款", "{}", "往来款 {} 请查收", "服务费 {}"];
const LATIN: [&str; 7] =
    ["Rechnung {}", "Invoice {}", "{}", "Payment {} thank you", "Inv. {}", "Zahlung zu {}", "Re. Nr. {} danke"];
const CHINESE_BARE: [&str; 5] = ["货款", "往来款", "服务费", "付款", "转账"];
const LATIN_BARE: [&str; 6] = ["Zahlung", "Payment", "Invoice payment", "Rechnung", "as agreed", "monthly fee"];
/// What stands before a number that a bank breaks; the end of it is taken, as much as fits.
const LEAD: &str = "PAYMENT BY ORDER OF OUR CLIENT FOR INVOICE ";

/// Draws the words of a payment.
pub fn draw(rng: &mut Rng, company: &Company, payment: &Payment) -> Words {
    let is_chinese = company.customers[payment.customer].name.is_chinese();
    let wrap =
        |rng: &mut Rng, reference: &str| rng.word(if is_chinese { &CHINESE } else { &LATIN }).replace("{}", reference);
    let bare = |rng: &mut Rng| rng.word(if is_chinese { &CHINESE_BARE } else { &LATIN_BARE }).to_owned();
    let mut words = Words::default();
    let numbers: Vec<Number> = payment.parts.iter().map(|(invoice, _)| Number::of(company, *invoice)).collect();
    let Some(first) = numbers.first().copied() else { return words };
    match payment.how {
        How::Truncated => {
            let number = first.exact();
            words.purpose = format!("{}{}", tail(rng), &number[..number.len() - rng.place(3) - 1]);
            return words;
        }
        How::Wrapped => {
            words.purpose = broken(rng, first);
            return words;
        }
        How::EndToEnd => {
            words.end_to_end = Some(first.exact());
            words.purpose = if rng.in_thousand(500) { String::new() } else { bare(rng) };
        }
        How::Structured | How::Swiss => {
            let made = if payment.how == How::Swiss { swiss_reference } else { creditor_reference };
            words.creditor = Some(made(&first.exact()));
            words.purpose = if rng.in_thousand(500) { String::new() } else { bare(rng) };
        }
        How::CustomerNumber => {
            let number = company.customers[payment.customer].tax_number.clone().unwrap_or_default();
            words.purpose = if is_chinese { format!("税号{number} 货款") } else { format!("USt-IdNr. {number}") };
        }
        How::NameOnly | How::SumOnly => words.purpose = bare(rng),
        how => {
            let reference = reference(rng, how, first, &numbers);
            words.purpose = wrap(rng, &reference);
        }
    }
    if rng.in_thousand(TEXT_NOISE) {
        let noise = noise(rng, company);
        words.purpose = format!("{} {noise}", words.purpose).trim_start().to_owned();
    }
    words
}

/// The parts of an invoice's number.
#[derive(Debug, Clone, Copy)]
struct Number {
    year: i64,
    serial: usize,
}

impl Number {
    fn of(company: &Company, invoice: usize) -> Number {
        let one = &company.invoices[invoice];
        Number { year: one.issued.year(), serial: one.serial }
    }

    fn exact(self) -> String {
        format!("{PREFIX}-{}-{:0WIDTH$}", self.year, self.serial)
    }
}

/// How the number of an invoice, or of several, is written within a text.
fn reference(rng: &mut Rng, how: How, first: Number, all: &[Number]) -> String {
    let (exact, Number { year, serial }) = (first.exact(), first);
    match how {
        How::LowerCase => exact.to_lowercase(),
        How::Blanks => exact.replace('-', " "),
        How::Slashes => exact.replace('-', "/"),
        How::ZerosDropped => format!("{PREFIX}-{year}-{serial}"),
        How::PrefixDropped => format!("{year}-{serial:0WIDTH$}"),
        How::SerialAlone if rng.in_thousand(500) => format!("{serial:0WIDTH$}"),
        How::SerialAlone => serial.to_string(),
        How::Doubled => format!("{PREFIX}-{exact}"),
        How::Glued => exact.replace('-', ""),
        How::WrongDigit => {
            let place = [1, 10, 100][rng.place(3)];
            let digit = serial / place % 10;
            let wrong = (digit + 1 + rng.place(9)) % 10;
            Number { year, serial: serial - digit * place + wrong * place }.exact()
        }
        How::Abbreviated => abbreviated(all).unwrap_or_else(|| listed(rng, all)),
        How::Range => {
            let last = all.last().map_or(serial, |number| number.serial);
            format!("{exact} {} {last:0WIDTH$}", rng.word(&["bis", "至"]))
        }
        How::Listed => listed(rng, all),
        _ => exact,
    }
}

fn listed(rng: &mut Rng, all: &[Number]) -> String {
    all.iter().map(|number| number.exact()).collect::<Vec<_>>().join(rng.word(&[", ", " + ", " ", ",", "; "]))
}

/// `SF-2025-0001147/148/151`: behind the first, the last digits alone, where two to four of them tell all of them apart.
fn abbreviated(all: &[Number]) -> Option<String> {
    let first = all.first()?;
    let (digits, modulus) = [(2_usize, 100), (3, 1000), (4, 10_000)].into_iter().find(|(_, modulus)| {
        all.iter().all(|number| number.year == first.year && number.serial / modulus == first.serial / modulus)
    })?;
    let behind = all[1..].iter().map(|number| format!("/{:0digits$}", number.serial % modulus));
    Some(first.exact() + &behind.collect::<String>())
}

/// A text that a bank broke within the serial number, at the end of a line of 27 or 35 characters.
fn broken(rng: &mut Rng, number: Number) -> String {
    let exact = number.exact();
    let (width, inside) = ([27, 35][rng.place(2)], 1 + rng.place(WIDTH - 1));
    let (before, behind) = exact.split_at(exact.len() - WIDTH + inside);
    let lead = &LEAD[LEAD.len() + before.len() - width..];
    format!("{lead}{before} {behind}")
}

fn tail(rng: &mut Rng) -> &'static str {
    &LEAD[rng.place(LEAD.len() / 2)..]
}

/// ISO 11649: `RF`, check digits, the letters and digits of the number. Letters count from A = 10; the whole is 1 modulo 97.
pub fn creditor_reference(number: &str) -> String {
    let plain: String = number.chars().filter(char::is_ascii_alphanumeric).collect();
    let mut digits = String::new();
    for byte in plain.bytes().chain(*b"RF00") {
        let value = if byte.is_ascii_digit() { byte - b'0' } else { byte - b'A' + 10 };
        digits.push_str(&value.to_string());
    }
    format!("RF{:02}{plain}", 98 - modulo_97(&digits))
}

/// Swiss QR reference: the digits of the number, 26 with zeros in front, and their check digit, modulo 10 recursive.
pub fn swiss_reference(number: &str) -> String {
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    format!("{digits:0>26}{}", modulo_10_recursive(&digits))
}

/// The check digit of Swiss references (ESR and QR): a table that each digit, with what was carried so far, leads through.
pub fn modulo_10_recursive(digits: &str) -> u8 {
    const TABLE: [u8; 10] = [0, 9, 4, 6, 8, 2, 7, 1, 3, 5];
    let carried = digits.bytes().fold(0, |carry, byte| TABLE[usize::from((carry + byte - b'0') % 10)]);
    (10 - carried) % 10
}

/// What looks like a reference and is none: telephones, dates, orders, others' invoices, somebody's number for a customer.
fn noise(rng: &mut Rng, company: &Company) -> String {
    let (year, month, day) = (company.first + rng.between(0, 150)).parts();
    match rng.below(6) {
        0 => format!("Tel 021-5555{}", rng.digits(4)),
        1 => format!("vom {day:02}.{month:02}.{year}"),
        2 => format!("RE-{year}-{}", rng.digits(WIDTH)),
        3 => format!("PO 45{}", rng.digits(8)),
        4 => format!("Kd-Nr {}", rng.between(10_000, 99_999)),
        _ => format!("{year}年{month}月"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_written_in_many_ways() {
        let number = Number { year: 2025, serial: 1147 };
        let all = [number, Number { year: 2025, serial: 1148 }, Number { year: 2025, serial: 1151 }];
        let mut rng = Rng::of(1, "test", 0);
        for (how, written) in [
            (How::Exact, "SF-2025-0001147"),
            (How::LowerCase, "sf-2025-0001147"),
            (How::Blanks, "SF 2025 0001147"),
            (How::Slashes, "SF/2025/0001147"),
            (How::ZerosDropped, "SF-2025-1147"),
            (How::PrefixDropped, "2025-0001147"),
            (How::Doubled, "SF-SF-2025-0001147"),
            (How::Glued, "SF20250001147"),
            (How::Abbreviated, "SF-2025-0001147/48/51"),
        ] {
            assert_eq!(reference(&mut rng, how, number, &all), written);
        }
        for _ in 0..50 {
            let text = broken(&mut rng, number);
            let (line, rest) = text.split_at(text.rfind(' ').unwrap());
            assert!([27, 35].contains(&line.len()) && rest.len() < 8, "{text}");
            let wrong = reference(&mut rng, How::WrongDigit, number, &all);
            assert_eq!(wrong.bytes().zip(number.exact().bytes()).filter(|(a, b)| a != b).count(), 1, "{wrong}");
        }
    }

    #[test]
    fn creditor_references_have_their_check_digits() {
        // The example of the European Payments Council.
        assert_eq!(creditor_reference("539007547034"), "RF18539007547034");
        // The example of the Swiss Implementation Guidelines for QR-bills.
        assert_eq!(swiss_reference("21000000000313947143000901"), "210000000003139471430009017");
        assert_eq!(swiss_reference("SF-2025-0001147").len(), 27);
    }
}
