//! What somebody wrote down when a till was counted or its cash went to the bank, checked field by field; the same for programs
//! and pages.

use super::till::{Miscount, NUMBER_MAX, Pile, counted};
use kernel::{Currency, Date, Fields, Money, Refusal};

/// More face values than any currency has are not taken.
const PILES_MAX: usize = 40;
/// Letters of a note.
const NOTE_MAX: usize = 200;

/// A count as it was written down, unchecked. Blank optional texts mean not given.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CountInput {
    pub account: String,
    pub currency: String,
    pub amount: String,
    pub on: String,
    /// Currency and face value, and how many there are of it; blank where nobody looked.
    pub piles: Vec<(String, String, String)>,
    pub note: String,
    /// Currency and amount that the books were seen to have, where they were looked at before.
    pub expected: Option<(String, String)>,
}

/// A count as it may be taken, as far as its own words tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountData {
    /// The usual till where none is named.
    pub account: Option<String>,
    pub counted: Money,
    pub on: Date,
    pub piles: Vec<Pile>,
    pub note: Option<String>,
    pub expected: Option<Money>,
}

/// Cash on its way to the bank as it was written down, unchecked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DepositInput {
    pub from: String,
    pub to: String,
    pub currency: String,
    pub amount: String,
    pub on: String,
    pub reference: String,
}

/// The same as far as its own words tell. The usual till and bank account where none are named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DepositData {
    pub from: Option<String>,
    pub to: Option<String>,
    pub amount: Money,
    pub on: Date,
    pub reference: Option<String>,
}

/// Checks every field and names all that is wrong.
pub fn check_count(input: &CountInput) -> Result<CountData, Refusal> {
    let mut fields = Fields::new();
    let account = fields.optional_text("/account", Some(&input.account), 40);
    let currency = fields.currency("/amount/currency", &input.currency);
    let said = currency.filter(|_| !input.amount.trim().is_empty());
    let said = said.map(|currency| fields.money("/amount/amount", input.amount.trim(), currency));
    let on = fields.date("/on", &input.on);
    let piles = currency.map(|currency| piles(&mut fields, &input.piles, currency)).unwrap_or_default();
    let note = fields.optional_text("/note", Some(&input.note), NOTE_MAX);
    let expected = input.expected.as_ref().zip(currency).map(|((code, amount), currency)| {
        if code != currency.code() {
            fields.note("/expected/currency", "currency_mismatch");
        }
        fields.money("/expected/amount", amount, currency)
    });
    let sum = currency.filter(|_| fields.is_clean()).and_then(|currency| {
        let counted = counted(said, &piles, currency);
        counted.map_err(|miscount| note_miscount(&mut fields, miscount)).ok()
    });
    fields.finish()?;
    match (sum, on) {
        (Some(counted), Some(on)) => Ok(CountData { account, counted, on, piles, note, expected }),
        _ => Err(Refusal::invalid("invalid")),
    }
}

/// The piles that somebody looked at.
fn piles(fields: &mut Fields, written: &[(String, String, String)], currency: Currency) -> Vec<Pile> {
    if written.len() > PILES_MAX {
        fields.note("/denominations", "out_of_range");
        return Vec::new();
    }
    let mut piles = Vec::new();
    for (index, (code, face, number)) in written.iter().enumerate() {
        let number = number.trim();
        if number.is_empty() {
            continue;
        }
        fields.within(format!("/denominations/{index}"), |fields| {
            if code != currency.code() {
                fields.note("/face/currency", "currency_mismatch");
            }
            let face = fields.money("/face/amount", face, currency);
            let is_number = number.bytes().all(|digit| digit.is_ascii_digit());
            match number.parse::<u32>().ok().filter(|number| *number <= NUMBER_MAX) {
                Some(number) if is_number => piles.push(Pile { face, number }),
                _ => fields.note("/number", "not_a_count"),
            }
        });
    }
    piles
}

fn note_miscount(fields: &mut Fields, miscount: Miscount) {
    match miscount {
        Miscount::NothingSaid => fields.note("/amount/amount", "nothing_counted"),
        Miscount::BelowZero => fields.note("/amount/amount", "below_zero"),
        Miscount::NoFace(index) => fields.note(&format!("/denominations/{index}/face/amount"), "not_positive"),
        Miscount::FaceTwice(index) => fields.note(&format!("/denominations/{index}/face/amount"), "face_twice"),
        Miscount::DoesNotAddUp(sum) => fields.note_with("/amount/amount", "piles_differ", vec![("sum", sum.into())]),
        Miscount::TooMuch => fields.note("/amount/amount", "amount_too_large"),
    }
}

/// Checks every field and names all that is wrong. Whether the till has so much is decided with the books.
pub fn check_deposit(input: &DepositInput) -> Result<DepositData, Refusal> {
    let mut fields = Fields::new();
    let from = fields.optional_text("/from", Some(&input.from), 40);
    let to = fields.optional_text("/to", Some(&input.to), 40);
    let currency = fields.currency("/amount/currency", &input.currency);
    let amount = currency.map(|currency| fields.money("/amount/amount", input.amount.trim(), currency));
    let on = fields.date("/on", &input.on);
    let reference = fields.optional_text("/reference", Some(&input.reference), 140);
    fields.finish()?;
    match (amount, on) {
        (Some(amount), Some(on)) => Ok(DepositData { from, to, amount, on, reference }),
        _ => Err(Refusal::invalid("invalid")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn input() -> CountInput {
        let pile = |face: &str, number: &str| ("CNY".to_owned(), face.to_owned(), number.to_owned());
        CountInput {
            currency: "CNY".into(),
            on: "2026-11-23".into(),
            piles: vec![pile("100", "3"), pile("50", ""), pile("0.5", " 1 ")],
            ..CountInput::default()
        }
    }

    #[test]
    fn a_plain_count_passes() {
        let data = check_count(&input()).unwrap();
        assert_eq!((data.counted.minor(), data.piles.len()), (30_050, 2));
        assert_eq!((data.account, data.note, data.expected), (None, None, None));
        let sum = CountInput { amount: "300.50".into(), expected: Some(("CNY".into(), "-1".into())), ..input() };
        assert_eq!(check_count(&sum).unwrap().expected.map(Money::minor), Some(-100));
    }

    #[test]
    fn faults_are_named_where_they_are() {
        type Change = fn(&mut CountInput);
        let cases: [(Change, &str, &str); 11] = [
            (|i| i.currency = "XYZ".into(), "/amount/currency", "unknown_currency"),
            (|i| i.amount = "1.001".into(), "/amount/amount", "too_many_digits"),
            (|i| i.amount = "300".into(), "/amount/amount", "piles_differ"),
            (|i| i.piles.clear(), "/amount/amount", "nothing_counted"),
            (|i| (i.piles.clear(), i.amount = "-1".into()).0, "/amount/amount", "below_zero"),
            (|i| i.on = "23.11.2026".into(), "/on", "not_a_date"),
            (|i| i.piles[1].2 = "1.5".into(), "/denominations/1/number", "not_a_count"),
            (|i| i.piles[1].2 = "+1".into(), "/denominations/1/number", "not_a_count"),
            (|i| i.piles[0].2 = "1000001".into(), "/denominations/0/number", "not_a_count"),
            (|i| i.piles[0].0 = "EUR".into(), "/denominations/0/face/currency", "currency_mismatch"),
            (|i| i.piles[1] = i.piles[0].clone(), "/denominations/1/face/amount", "face_twice"),
        ];
        for (change, pointer, code) in cases {
            let mut wrong = input();
            change(&mut wrong);
            let refusal = check_count(&wrong).unwrap_err();
            let first = refusal.fields.first().map(|field| (field.pointer.as_str(), field.code));
            assert_eq!(first, Some((pointer, code)), "{refusal}");
        }
    }

    #[test]
    fn a_deposit_is_checked_alike() {
        let input =
            DepositInput { currency: "CNY".into(), amount: "80".into(), on: "2026-11-23".into(), ..Default::default() };
        assert_eq!(check_deposit(&input).unwrap().amount.minor(), 8_000);
        let wrong = DepositInput { amount: "x".into(), on: String::new(), ..input };
        assert_eq!(check_deposit(&wrong).unwrap_err().fields.len(), 2);
    }
}
