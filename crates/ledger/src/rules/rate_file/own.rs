//! The form of our own.

use super::{COLUMNS, RateInput, Taking, line};
use kernel::Refusal;

pub(super) fn read(text: &str, taken: &mut Taking) -> Result<(), Refusal> {
    let first = text.lines().next().unwrap_or("");
    let separator = [b';', b'\t'].into_iter().find(|s| first.bytes().any(|b| b == *s)).unwrap_or(b',');
    let mut rows = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes())
        .into_records();
    let head = match rows.next() {
        Some(Ok(head)) => head,
        _ => return Err(Refusal::invalid("rates_unknown_form")),
    };
    let place = |name: &str| head.iter().position(|cell| cell.eq_ignore_ascii_case(name));
    if COLUMNS.iter().all(|name| place(name).is_none()) {
        return Err(Refusal::invalid("rates_unknown_form"));
    }
    let mut places = [0; COLUMNS.len()];
    for (to, name) in places.iter_mut().zip(COLUMNS) {
        match place(name) {
            Some(found) => *to = found,
            // Beyond every row: an empty cell.
            None if name == "source" => *to = usize::MAX,
            None => return Err(Refusal::invalid("rates_column_missing").with("column", name)),
        }
    }
    let [base, quote, valid_from, rate, source] = places;
    for record in rows {
        let record = record.map_err(|_| Refusal::invalid("rates_unreadable"))?;
        let row = line(&record);
        let cell = |place: usize| record.get(place).unwrap_or("").to_owned();
        let input = RateInput {
            base: cell(base),
            quote: cell(quote),
            valid_from: cell(valid_from),
            rate: cell(rate),
            source: Some(cell(source)).filter(|text| !text.is_empty()),
        };
        taken.take(row, &input)?;
    }
    Ok(())
}
