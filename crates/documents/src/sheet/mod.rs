//! A document as it is read: every text in the reader's language, every number grouped and cut.
//!
//! Drawn by `pdf/sheet.typ` and `templates/sheet.html`; a new kind of document is a new builder here and needs
//! neither template changed.

mod bill;
mod receipt;
mod statement;

pub(crate) use bill::title as bill_title;
pub(crate) use statement::ageing_words;

use crate::figures::Figure;
use crate::labels::Labels;
use crate::model::{Document, Logo, Party, Seller};
use crate::{DocumentError, qr};
use kernel::{Currency, Date, Locale, Money};
use serde::Serialize;

/// Jade, where a company has no colour of its own.
const JADE: &str = "#17624c";

/// Everything that stands on the paper, in reading order.
#[derive(Debug, Serialize)]
pub(crate) struct Sheet {
    /// BCP 47.
    pub(crate) lang: &'static str,
    pub(crate) title: String,
    pub(crate) number: String,
    /// What is stamped on it: that it is void.
    pub(crate) stamp: Option<String>,
    /// `#rrggbb`
    pub(crate) colour: String,
    pub(crate) seller: Card,
    pub(crate) has_logo: bool,
    pub(crate) logo_alt: String,
    pub(crate) party: Card,
    pub(crate) facts: Vec<Fact>,
    pub(crate) headline: Headline,
    pub(crate) grid: Grid,
    /// The amount in words, under the totals.
    pub(crate) words: Option<Fact>,
    pub(crate) asides: Vec<Grid>,
    pub(crate) pay: Option<Pay>,
    pub(crate) notes_heading: String,
    pub(crate) notes: Vec<String>,
    /// Holds `{page}` and `{pages}`.
    pub(crate) page_of: String,
    #[serde(skip)]
    pub(crate) logo: Option<Logo>,
    /// The document's own day; its file carries this and not the day of printing.
    #[serde(skip)]
    pub(crate) date: Date,
}

/// A name with lines under it.
#[derive(Debug, Serialize)]
pub(crate) struct Card {
    pub(crate) heading: String,
    pub(crate) name: String,
    pub(crate) lines: Vec<String>,
    /// One character for the mark of a company without logo.
    pub(crate) initial: String,
}

/// A word and what stands beside it.
#[derive(Debug, Serialize)]
pub(crate) struct Fact {
    pub(crate) label: String,
    pub(crate) value: String,
}

/// The one number that the reader looks for.
#[derive(Debug, Serialize)]
pub(crate) struct Headline {
    pub(crate) label: String,
    pub(crate) symbol: String,
    pub(crate) figure: Figure,
    pub(crate) note: String,
}

/// A table with a heading, whose totals are its foot.
#[derive(Debug, Serialize)]
pub(crate) struct Grid {
    pub(crate) heading: String,
    pub(crate) columns: Vec<Column>,
    pub(crate) rows: Vec<Vec<Cell>>,
    pub(crate) totals: Vec<Total>,
}

#[derive(Debug, Serialize)]
pub(crate) struct Column {
    pub(crate) label: String,
    /// Numbers stand at the right.
    pub(crate) number: bool,
    /// Takes the room that is left; the first such column holds the row's name.
    pub(crate) wide: bool,
}

/// A cell's text or number, with a quieter line under it.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Cell {
    pub(crate) figure: Figure,
    pub(crate) detail: String,
}

#[derive(Debug, Serialize)]
pub(crate) struct Total {
    pub(crate) label: String,
    pub(crate) note: String,
    pub(crate) figure: Figure,
    pub(crate) weight: Weight,
}

/// How much a total stands out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Weight {
    Plain,
    Strong,
    /// What everything adds up to: the last one, over the double rule.
    Sum,
}

/// How to pay.
#[derive(Debug, Serialize)]
pub(crate) struct Pay {
    pub(crate) heading: String,
    pub(crate) bank_heading: String,
    pub(crate) bank: Vec<String>,
    pub(crate) reference: Option<Fact>,
    pub(crate) link: Option<Link>,
}

#[derive(Debug, Serialize)]
pub(crate) struct Link {
    pub(crate) heading: String,
    pub(crate) hint: String,
    pub(crate) url: String,
    pub(crate) qr_svg: String,
    pub(crate) qr_alt: String,
}

impl Sheet {
    /// Refuses what cannot be printed honestly: two currencies, a link too long for its code.
    pub(crate) fn of(document: &Document) -> Result<Sheet, DocumentError> {
        match document {
            Document::Bill(bill) => {
                bill.check()?;
                bill::sheet(bill)
            }
            Document::Receipt(receipt) => {
                receipt.check()?;
                Ok(receipt::sheet(receipt))
            }
            Document::Statement(statement) => {
                statement.check()?;
                statement::sheet(statement)
            }
        }
    }
}

/// What every sheet has in common; the builders fill in the rest.
struct Frame<'a> {
    locale: Locale,
    title: String,
    number: &'a str,
    date: Date,
    seller: &'a Seller,
    party: Card,
    headline: Headline,
    grid: Grid,
    notes: &'a [String],
}

impl Frame<'_> {
    fn sheet(self) -> Sheet {
        let labels = Labels::of(self.locale);
        let name = &self.seller.party.name;
        Sheet {
            lang: self.locale.tag(),
            title: self.title,
            number: self.number.to_owned(),
            stamp: None,
            colour: self.seller.colour.map_or(JADE.to_owned(), |c| format!("#{:02x}{:02x}{:02x}", c.0, c.1, c.2)),
            seller: card(labels, labels.say("seller"), &self.seller.party),
            has_logo: self.seller.logo.is_some(),
            logo_alt: labels.say_with("logo-of", &[("name", name)]),
            party: self.party,
            facts: Vec::new(),
            headline: self.headline,
            grid: self.grid,
            words: None,
            asides: Vec::new(),
            pay: None,
            notes_heading: labels.say("notes"),
            notes: self.notes.to_vec(),
            page_of: labels.say_with("page-of", &[("page", "{page}"), ("pages", "{pages}")]),
            logo: self.seller.logo.clone(),
            date: self.date,
        }
    }
}

fn card(labels: &Labels, heading: String, party: &Party) -> Card {
    let tax_number = party.tax_number.iter().map(|n| labels.say_with("tax-number", &[("number", n)]));
    let lines = party.address.iter().cloned().chain(tax_number).chain(party.contact.iter().cloned()).collect();
    let initial =
        party.name.chars().find(|c| c.is_alphanumeric()).map_or(String::new(), |c| c.to_uppercase().collect());
    Card { heading, name: party.name.clone(), lines, initial }
}

fn fact(label: String, value: impl Into<String>) -> Fact {
    Fact { label, value: value.into() }
}

fn text(text: impl Into<String>) -> Cell {
    Cell { figure: Figure { whole: text.into(), cents: String::new() }, detail: String::new() }
}

fn number(figure: Figure) -> Cell {
    Cell { figure, detail: String::new() }
}

fn column(label: String) -> Column {
    Column { label, number: false, wide: false }
}

fn wide(label: String) -> Column {
    Column { label, number: false, wide: true }
}

fn numbers(label: String) -> Column {
    Column { label, number: true, wide: false }
}

fn total(label: String, amount: Figure, weight: Weight) -> Total {
    Total { label, note: String::new(), figure: amount, weight }
}

fn link(labels: &Labels, url: &str) -> Result<Link, DocumentError> {
    if !url.starts_with("https://") && !url.starts_with("http://") {
        return Err(DocumentError::PayLink);
    }
    Ok(Link {
        heading: labels.say("pay-online"),
        hint: labels.say("scan-to-pay"),
        url: url.to_owned(),
        qr_svg: qr::svg(url)?,
        qr_alt: labels.say_with("qr-of", &[("url", url)]),
    })
}

/// In capitals where Chinese papers ask for it: amounts of yuan, in Chinese.
fn in_words(labels: &Labels, amount: Money) -> Option<Fact> {
    let chinese = labels.locale == Locale::ZhCn && amount.currency() == Currency::CNY;
    chinese.then(|| fact(labels.say("in-words"), kernel::capitals::chinese_capitals(amount.minor())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples;
    use kernel::MoneyError;
    use proptest::prelude::*;

    fn read(figure: &Figure, currency: Currency) -> Result<Money, MoneyError> {
        Money::parse(&figure.text().replace(',', "").replace('\u{2212}', "-"), currency)
    }

    #[test]
    fn two_currencies_are_refused() {
        let mut bill = samples::small();
        bill.paid = Some(Money::new(1, Currency::EUR));
        assert!(matches!(Sheet::of(&Document::Bill(bill)), Err(DocumentError::MixedCurrencies { .. })));
    }

    #[test]
    fn a_link_that_is_no_web_address_is_refused() {
        let mut bill = samples::small();
        bill.pay_url = Some("javascript:alert(1)".into());
        assert!(matches!(Sheet::of(&Document::Bill(bill)), Err(DocumentError::PayLink)));
    }

    #[test]
    fn nobody_is_asked_to_pay_what_is_void() {
        for (locale, word) in [(Locale::En, "VOID"), (Locale::ZhCn, "作废")] {
            let mut bill = samples::long(locale, 2);
            bill.pay_url = Some("https://pay.example.com/1".into());
            let asked = Sheet::of(&Document::Bill(bill.clone())).unwrap();
            assert!(asked.stamp.is_none() && asked.pay.is_some());
            bill.void = true;
            let void = Sheet::of(&Document::Bill(bill)).unwrap();
            assert_eq!((void.stamp.as_deref(), void.asides.len(), void.headline.note.as_str()), (Some(word), 0, ""));
            assert!(void.pay.is_none() && void.facts.len() < asked.facts.len());
        }
    }

    #[test]
    fn one_total_at_most_has_the_double_rule_and_rows_are_complete() {
        for document in [
            Document::Bill(samples::small()),
            Document::Bill(samples::long(Locale::En, 9)),
            Document::Receipt(samples::receipt(Locale::En)),
            Document::Statement(samples::statement(Locale::ZhCn, 4)),
        ] {
            let sheet = Sheet::of(&document).unwrap();
            assert_eq!(sheet.grid.totals.iter().filter(|t| t.weight == Weight::Sum).count(), 1);
            assert!(sheet.grid.rows.iter().all(|row| row.len() == sheet.grid.columns.len()));
        }
    }

    proptest! {
        /// The paper adds nothing up: even totals that do not fit the lines are printed as given.
        #[test]
        fn totals_are_those_given(net in -9_000_000_000_i64..9_000_000_000, tax in -1_000_000_i64..1_000_000, code in prop::sample::select(vec!["CNY", "JPY", "KWD"])) {
            let currency = Currency::parse(code).unwrap();
            let mut bill = samples::bill(Locale::En, currency, &[("A", "1", "1", "13")]);
            (bill.net, bill.tax) = (Money::new(net, currency), Money::new(tax, currency));
            bill.taxes[0].tax = bill.tax;
            bill.total = Money::new(net + tax, currency);
            let sheet = Sheet::of(&Document::Bill(bill.clone())).unwrap();
            let printed: Vec<_> = sheet.grid.totals.iter().map(|t| read(&t.figure, currency)).collect();
            prop_assert_eq!(printed, [Ok(bill.net), Ok(bill.tax), Ok(bill.total)]);
            prop_assert_eq!(read(&sheet.headline.figure, currency), Ok(bill.total));
        }
    }
}
