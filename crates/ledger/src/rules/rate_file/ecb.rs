//! The European Central Bank's forms.

use super::{RateInput, Taking, line};
use kernel::{Currency, Refusal};
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

/// The bank's elements lie within each other four deep.
const DEPTH_MAX: usize = 8;

/// `<Cube time='2026-11-26'><Cube currency='USD' rate='1.1586'/>…`, one or many days.
///
/// A document type is refused: it is where entities are declared, which could grow to any size, and the bank has none.
pub(super) fn read_xml(text: &str, taken: &mut Taking) -> Result<(), Refusal> {
    let mut reader = Reader::from_str(text);
    let (mut lines, mut depth, mut day) = (Lines { text, at: 0, line: 1 }, 0_usize, String::new());
    loop {
        let event = reader.read_event().map_err(|_| unreadable())?;
        match &event {
            Event::DocType(_) | Event::GeneralRef(_) => return Err(Refusal::invalid("rates_with_entities")),
            Event::Start(element) | Event::Empty(element) => {
                if depth == 0 && element.local_name().as_ref() != "Envelope" {
                    return Err(Refusal::invalid("rates_unknown_form"));
                }
                let row = lines.at(reader.buffer_position());
                cube(element, row, &mut day, taken)?;
            }
            Event::Eof if depth > 0 => return Err(unreadable()),
            Event::Eof => return Ok(()),
            _ => {}
        }
        match event {
            Event::Start(_) if depth == DEPTH_MAX => return Err(unreadable()),
            Event::Start(_) => depth += 1,
            Event::End(_) => depth = depth.checked_sub(1).ok_or_else(unreadable)?,
            _ => {}
        }
    }
}

/// A `Cube` names a day, or a currency and its rate on that day; the outermost one names nothing.
fn cube(element: &BytesStart<'_>, row: usize, day: &mut String, taken: &mut Taking) -> Result<(), Refusal> {
    if element.local_name().as_ref() != "Cube" {
        return Ok(());
    }
    let (mut currency, mut rate) = (None, None);
    for attribute in element.attributes() {
        let attribute = attribute.map_err(|_| unreadable())?;
        let value = attribute.normalized_value(XmlVersion::Implicit1_0).map_err(|_| unreadable())?.into_owned();
        match attribute.key.local_name().as_ref() {
            "time" => *day = value,
            "currency" => currency = Some(value),
            "rate" => rate = Some(value),
            _ => {}
        }
    }
    if currency.is_none() && rate.is_none() {
        return Ok(());
    }
    take(taken, row, day, &currency.unwrap_or_default(), &rate.unwrap_or_default())
}

/// `Date,USD,JPY,…,` with a day in each row: `2026-11-26`, or `26 November 2026` in the file of one day. `N/A` where there was
/// no rate; a comma ends every row.
pub(super) fn read_csv(text: &str, taken: &mut Taking) -> Result<(), Refusal> {
    let mut rows = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes())
        .into_records();
    let head = rows.next().and_then(Result::ok).ok_or_else(unreadable)?;
    for record in rows {
        let record = record.map_err(|_| unreadable())?;
        let row = line(&record);
        let day = plain_day(record.get(0).unwrap_or(""));
        for (currency, rate) in head.iter().zip(record.iter()).skip(1) {
            if currency.is_empty() || rate.is_empty() || rate == "N/A" {
                continue;
            }
            take(taken, row, &day, currency, rate)?;
        }
    }
    Ok(())
}

fn take(taken: &mut Taking, row: usize, day: &str, currency: &str, rate: &str) -> Result<(), Refusal> {
    let is_code = currency.len() == 3 && currency.bytes().all(|b| b.is_ascii_uppercase());
    if is_code && Currency::parse(currency).is_err() {
        if !taken.is_before(day) {
            taken.unknown.insert(currency.to_owned());
        }
        return Ok(());
    }
    let input = RateInput {
        base: Currency::EUR.code().to_owned(),
        quote: currency.to_owned(),
        valid_from: day.to_owned(),
        rate: rate.to_owned(),
        source: Some("ecb".to_owned()),
    };
    taken.take(row, &input)
}

/// `26 November 2026` as `2026-11-26`; other texts as they are.
fn plain_day(text: &str) -> String {
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let words: Vec<&str> = text.split_whitespace().collect();
    let [day, month, year] = words[..] else { return text.to_owned() };
    match (1..).zip(MONTHS).find(|(_, name)| *name == month) {
        Some((number, _)) => format!("{year}-{number:02}-{day:0>2}"),
        None => text.to_owned(),
    }
}

/// Counts lines up to a place that only moves on.
struct Lines<'a> {
    text: &'a str,
    at: usize,
    line: usize,
}

impl Lines<'_> {
    fn at(&mut self, position: u64) -> usize {
        let to = usize::try_from(position).unwrap_or(usize::MAX).min(self.text.len());
        let passed = self.text.as_bytes().get(self.at..to).unwrap_or(&[]);
        self.line += passed.iter().filter(|b| **b == b'\n').count();
        self.at = to;
        self.line
    }
}

fn unreadable() -> Refusal {
    Refusal::invalid("rates_unreadable")
}
