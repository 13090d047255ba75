//! Whole files told in a few facts, to be held against a table that was worked out by hand from what the bank wrote.

use kernel::{Currency, Money};
use statements::{Line, Options, Piece, Source, read};
use std::fs::File;
use std::path::Path;

/// What a file of `tests/statements` says.
pub struct Facts {
    pub file: &'static str,
    /// Of each statement its account.
    pub accounts: &'static [&'static str],
    pub lines: usize,
    pub sum: &'static str,
    pub currency: &'static str,
    /// The first and last value date.
    pub days: (&'static str, &'static str),
    /// The opening balance of the first statement and the closing one of the last; `?` where the bank says none.
    pub balances: (&'static str, &'static str),
    /// Of all lines, sorted.
    pub references: &'static [&'static str],
    /// Of each line name, account and bank, as far as they are said.
    pub parties: &'static [&'static str],
    pub texts: &'static [&'static str],
    /// Codes, of all statements.
    pub warnings: &'static [&'static str],
}

/// A file with nothing in it, to be filled.
pub const NOTHING: Facts = Facts {
    file: "",
    accounts: &[],
    lines: 0,
    sum: "0.00",
    currency: "EUR",
    days: ("", ""),
    balances: ("?", "?"),
    references: &[],
    parties: &[],
    texts: &[],
    warnings: &[],
};

/// The lines among pieces.
pub fn lines_of(pieces: &[Piece]) -> Vec<&Line> {
    pieces.iter().filter_map(|piece| if let Piece::Line(line) = piece { Some(&**line) } else { None }).collect()
}

/// The pieces of a file in the folder of all judges.
pub fn pieces_of(file: &str) -> Vec<Piece> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/statements").join(file);
    let source = Source::open(File::open(path).unwrap()).unwrap();
    let options = Options { currency: Some(Currency::EUR), ..Options::default() };
    read(source, options).unwrap().collect::<Result<_, _>>().unwrap_or_else(|fault| panic!("{file}: {fault}"))
}

/// Compares a file with what is known of it.
pub fn assert_told(known: &Facts) {
    let file = known.file;
    let pieces = pieces_of(file);
    let lines = lines_of(&pieces);
    let (mut accounts, mut warnings, mut balances) = (Vec::new(), Vec::new(), Vec::new());
    for piece in &pieces {
        match piece {
            Piece::Opens(opening) => {
                accounts.push(opening.account.as_deref().unwrap_or("?"));
                assert_eq!(opening.currency.map(|c| c.code().to_owned()).as_deref(), Some(known.currency), "{file}");
            }
            Piece::Closes(closing) => {
                warnings.extend(closing.warnings.iter().map(|warning| warning.code));
                balances.push(
                    [closing.opening, closing.closing]
                        .map(|balance| balance.map_or("?".to_owned(), |balance| balance.amount.amount())),
                );
            }
            Piece::Line(_) => {}
        }
    }
    let sum = Money::sum(Currency::parse(known.currency).unwrap(), lines.iter().map(|line| line.amount)).unwrap();
    let days = lines.iter().filter_map(|line| line.value_on);
    let day = |day: Option<kernel::Date>| day.map(|day| day.to_string()).unwrap_or_default();
    let mut references: Vec<&str> =
        lines.iter().flat_map(|line| &line.references).map(|reference| reference.value.as_str()).collect();
    references.sort_unstable();
    let party = |line: &&Line| {
        let party = &line.counterparty;
        [&party.name, &party.account, &party.bank].into_iter().flatten().cloned().collect::<Vec<_>>().join(" ")
    };
    assert_eq!(accounts, known.accounts, "{file}: accounts");
    assert_eq!((lines.len(), sum.amount().as_str()), (known.lines, known.sum), "{file}: lines and their sum");
    assert_eq!((day(days.clone().min()).as_str(), day(days.max()).as_str()), known.days, "{file}: days");
    let (first, last) = (balances.first().map(|both| both[0].as_str()), balances.last().map(|both| both[1].as_str()));
    assert_eq!((first, last), (Some(known.balances.0), Some(known.balances.1)), "{file}: balances");
    assert_eq!(references, known.references, "{file}: references");
    assert_eq!(lines.iter().map(party).collect::<Vec<_>>(), known.parties, "{file}: other sides");
    assert_eq!(lines.iter().map(|line| line.text.as_str()).collect::<Vec<_>>(), known.texts, "{file}: texts");
    assert_eq!(warnings, known.warnings, "{file}: warnings");
}
