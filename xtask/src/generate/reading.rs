//! Which invoices a text can be read to name, whoever wrote it. It is told nothing of what was meant.
//!
//! *Strong* readings have year and serial: the year, up to three separators, and the serial in full width (a blank may stand within
//! it, where a line was broken) or without its noughts. *Weak* readings are a serial alone. Digits behind letters that are not the
//! prefix of the series, `RE-2025-0004711`, are somebody else's number. A Swiss reference whose check digit is right has year and serial
//! behind its zeros.

use super::company::{PREFIX, WIDTH};
use super::words::modulo_10_recursive;

/// Digits that a serial without noughts has at least.
const SHORT_MIN: usize = 4;
/// Digits of a Swiss QR reference.
const SWISS: usize = 27;

/// What can be read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Readings {
    /// Year and serial.
    pub strong: Vec<(i64, usize)>,
    /// Year, first and last serial: the payer's invoices between, both ends too.
    pub ranges: Vec<(i64, usize, usize)>,
    pub weak: Vec<usize>,
    /// Year and the first digits of a serial, where the text ends within it.
    pub fragment: Option<(i64, String)>,
}

impl Readings {
    pub fn of<'a>(fields: impl Iterator<Item = &'a str>, years: [i64; 2]) -> Readings {
        let mut readings = Readings::default();
        for field in fields {
            let text = field.to_ascii_uppercase();
            let mut reader = Reader { text: text.as_bytes(), at: 0, years };
            reader.read(&mut readings);
        }
        readings.strong.sort_unstable();
        readings.strong.dedup();
        readings.weak.sort_unstable();
        readings.weak.dedup();
        readings
    }
}

struct Reader<'a> {
    text: &'a [u8],
    at: usize,
    years: [i64; 2],
}

impl Reader<'_> {
    fn read(&mut self, readings: &mut Readings) {
        while self.at < self.text.len() {
            if !self.is_digit(self.at) {
                self.at += 1;
                continue;
            }
            let (start, end) = (self.at, self.digits_end(self.at));
            self.at = end;
            let is_foreign = self.is_foreign(start);
            let years = self.years;
            let year = years.into_iter().find(|year| self.text[start..].starts_with(year.to_string().as_bytes()));
            match (year, end - start) {
                (Some(year), 4) => self.behind_year(year, is_foreign, readings),
                (Some(year), length) if length == 4 + WIDTH && !is_foreign => {
                    self.name(year, start + 4, end, readings);
                }
                (None, SWISS) => self.swiss(start, end, readings),
                _ => {}
            }
            // A year that led to a number was gone beyond.
            if self.at == end && !is_foreign && !self.is_letter(end) {
                self.weak(start, end, readings);
            }
        }
    }

    /// Goes on behind a year: to a serial, or stays where nothing follows.
    fn behind_year(&mut self, year: i64, is_foreign: bool, readings: &mut Readings) {
        let mut start = self.at;
        while start - self.at < 3 && self.text.get(start).is_some_and(|byte| b"-/ _.".contains(byte)) {
            start += 1;
        }
        if start == self.at || !self.is_digit(start) {
            return;
        }
        let end = self.digits_end(start);
        let joined = self.joined_end(start, end);
        if is_foreign {
            self.at = end;
            return;
        }
        let is_short = (SHORT_MIN..WIDTH).contains(&(end - start)) && self.text[start] != b'0';
        if end - start == WIDTH || is_short {
            self.name(year, start, end, readings);
        }
        if let Some(joined) = joined {
            self.name(year, start, joined, readings);
        }
        if end == self.text.len() && end - start < WIDTH && self.text[start] == b'0' {
            let digits = String::from_utf8_lossy(&self.text[start..end]).into_owned();
            readings.fragment = Some((year, digits));
            self.at = end;
        }
    }

    /// Reads a Swiss reference, if it is one.
    fn swiss(&self, start: usize, end: usize, readings: &mut Readings) {
        let text = String::from_utf8_lossy(&self.text[start..end]);
        let (digits, check) = text.split_at(SWISS - 1);
        let number = digits.trim_start_matches('0');
        if check != modulo_10_recursive(digits).to_string() || number.len() != 4 + WIDTH {
            return;
        }
        let (year, serial) = number.split_at(4);
        let year = self.years.into_iter().find(|one| one.to_string() == year);
        readings.strong.extend(year.zip(serial.parse().ok()));
    }

    /// Where the serial ends that was broken by one blank, and has its full width without it.
    fn joined_end(&self, start: usize, end: usize) -> Option<usize> {
        let behind = self.text.get(end).is_some_and(|byte| *byte == b' ') && self.is_digit(end + 1);
        let last = self.digits_end(end + 1);
        (behind && end - start + last - end - 1 == WIDTH).then_some(last)
    }

    /// Notes a serial, and what is written behind it: last digits of others, or the end of a range.
    fn name(&mut self, year: i64, start: usize, end: usize, readings: &mut Readings) {
        let Some(serial) = self.value(start, end) else { return };
        readings.strong.push((year, serial));
        self.at = end;
        while self.text.get(self.at) == Some(&b'/') && self.is_digit(self.at + 1) {
            let (from, to) = (self.at + 1, self.digits_end(self.at + 1));
            let Some(modulus) = [(2, 100), (3, 1000), (4, 10_000)].iter().find(|(digits, _)| *digits == to - from)
            else {
                break;
            };
            if let Some(last) = self.value(from, to) {
                readings.strong.push((year, serial / modulus.1 * modulus.1 + last));
            }
            self.at = to;
        }
        for word in [" BIS ", " 至 "] {
            let from = self.at + word.len();
            if self.text[self.at..].starts_with(word.as_bytes()) && self.digits_end(from) == from + WIDTH {
                if let Some(last) = self.value(from, from + WIDTH) {
                    readings.ranges.push((year, serial, last));
                }
                self.at = from + WIDTH;
            }
        }
    }

    fn weak(&self, start: usize, end: usize, readings: &mut Readings) {
        let is_short = (SHORT_MIN..WIDTH).contains(&(end - start)) && self.text[start] != b'0';
        if end - start == WIDTH || is_short {
            readings.weak.extend(self.value(start, end));
        }
    }

    /// Whether letters that are not our prefix stand right before, or before a stroke.
    fn is_foreign(&self, start: usize) -> bool {
        let end = if start > 0 && b"-/_".contains(&self.text[start - 1]) { start - 1 } else { start };
        let letters = self.text[..end].iter().rev().take_while(|byte| byte.is_ascii_uppercase()).count();
        letters > 0 && &self.text[end - letters..end] != PREFIX.as_bytes()
    }

    fn value(&self, start: usize, end: usize) -> Option<usize> {
        let digits = self.text[start..end].iter().filter(|byte| byte.is_ascii_digit()).copied();
        String::from_utf8(digits.collect()).ok()?.parse().ok()
    }

    fn is_digit(&self, at: usize) -> bool {
        self.text.get(at).is_some_and(u8::is_ascii_digit)
    }

    fn is_letter(&self, at: usize) -> bool {
        self.text.get(at).is_some_and(u8::is_ascii_uppercase)
    }

    fn digits_end(&self, start: usize) -> usize {
        let from = start.min(self.text.len());
        start + self.text[from..].iter().take_while(|byte| byte.is_ascii_digit()).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> String {
        let readings = Readings::of([text].into_iter(), [2024, 2025]);
        let mut told: Vec<String> = readings.strong.iter().map(|(year, serial)| format!("{year}:{serial}")).collect();
        told.extend(readings.ranges.iter().map(|(year, first, last)| format!("{year}:{first}..{last}")));
        told.extend(readings.weak.iter().map(|serial| format!("?{serial}")));
        told.extend(readings.fragment.map(|(year, digits)| format!("{year}:{digits}*")));
        told.join(" ")
    }

    #[test]
    fn texts_are_read() {
        for (text, readings) in [
            ("货款 SF-2025-0001147", "2025:1147"),
            ("付sf-2025-0001147款", "2025:1147"),
            ("SF 2025 0001147 thank you", "2025:1147"),
            ("SF/2024/0001147", "2024:1147"),
            ("SF-2025-1147", "2025:1147"),
            ("2025-0001147", "2025:1147"),
            ("Rechnung 0001147", "?1147"),
            ("Rechnung 1147 vom 15.03.2025", "?1147 ?2025"),
            ("SF-SF-2025-0001147", "2025:1147"),
            ("SF20250001147", "2025:1147"),
            ("RF92SF20250001147", "2025:1147"),
            ("000000000000000202500011476 Rechnung", "2025:1147"),
            ("000000000000000202500011475 Rechnung", ""),
            ("SF-2025-000 1147", "2025:1147"),
            ("SF-2025-00011", "2025:00011*"),
            ("SF-2025-0001147/48/51", "2025:1147 2025:1148 2025:1151"),
            ("SF-2025-0001147 bis 0001151", "2025:1147 2025:1147..1151"),
            ("SF-2025-0001147 至 0001151", "2025:1147 2025:1147..1151"),
            ("SF-2025-0001147, SF-2024-0001012", "2024:1012 2025:1147"),
            ("SF-2025-0001147 SF-2024-0001012", "2024:1012 2025:1147"),
            ("RE-2025-0004711", ""),
            ("SF-2025-0001147 RE-2025-0004711", "2025:1147"),
            ("Tel 021-55550182", ""),
            ("PO 4512345678", ""),
            ("2025-03-15", "?2025"),
            ("2026-0001147", "?1147 ?2026"),
            ("", ""),
        ] {
            assert_eq!(told(text), readings, "{text}");
        }
    }
}
