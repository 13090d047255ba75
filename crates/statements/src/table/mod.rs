//! Everything that is a table: what banks let people export as CSV or as a workbook, and the bills of payment providers.
//!
//! A table is rows (`rows`, `workbook`) and a dialect that makes lines of them: a map of columns (`map`, `mapped`) that was given or
//! guessed (`guess`), or what a provider always writes. A statement is made for each account and currency (`split`).

mod alipay;
mod biff;
mod bill;
mod cell;
mod doubt;
mod guess;
mod map;
mod mapped;
mod paypal;
mod rows;
mod settlement;
mod sign;
mod split;
mod stripe;
mod wechat;
mod words;
mod workbook;

pub use doubt::Doubt;
pub use map::{Amount, Column, ColumnMap, DateOrder, DecimalMark, ReferenceColumn};
pub(crate) use rows::{Content, Shared};
pub(crate) use workbook::Kind;

use crate::note::{Fault, Note};
use crate::piece::{Line, Piece};
use crate::reader::Drawn;
use crate::source::{Format, Input, Options, Pieces, Source};
use mapped::Mapped;
use rows::{Cells, Row};
use split::{Dialect, Split};
use std::sync::Arc;

/// How deep the header of a provider's bill may stand.
const HEADER_ROWS: usize = 60;
/// How many rows of a sheet tell what it is.
const ROWS_SNIFFED: usize = 200;
/// How many lines a guess shows.
const LINES_SHOWN: usize = 5;

/// Whether a row is the header of a bill.
type IsHeader = fn(&Row) -> bool;

/// How a table seems to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guess {
    pub map: ColumnMap,
    /// The first lines, read with the map; none while the currency is not known.
    pub lines: Vec<Line>,
    /// What a person has to confirm; where there is nothing, [`crate::read`] takes the map by itself.
    pub doubts: Vec<Doubt>,
    /// The cells of its header, or as many without a word where it has none: by which the same table is known again.
    pub header: Vec<String>,
    /// How a map names each column.
    pub columns: Vec<Column>,
    /// The first rows as they stand in the file.
    pub rows: Vec<Vec<String>>,
}

/// Finds the columns of a table by the names of its header and by what stands below it.
///
/// Of `options` the currency and the order of dates answer what the file leaves open; its map is not looked at.
pub fn guess(source: Source, options: &Options) -> Result<Guess, Fault> {
    let content = source.content;
    let found = guess::find(&content, options)?.ok_or_else(no_columns)?;
    let options = Options { columns: Some(found.map.clone()), ..options.clone() };
    let mut lines = Vec::new();
    if !found.doubts.contains(&Doubt::Currency) {
        for piece in by_map(content, found.map.clone(), &options)? {
            match piece {
                Ok(Piece::Line(line)) if lines.len() < LINES_SHOWN => lines.push(*line),
                Ok(Piece::Line(_)) | Err(_) => break,
                Ok(Piece::Opens(_) | Piece::Closes(_)) => {}
            }
        }
    }
    let guess::Found { map, doubts, header, columns, rows } = found;
    Ok(Guess { map, lines, doubts, header, columns, rows })
}

fn no_columns() -> Fault {
    Fault::whole("no_columns")
}

/// Reads a table.
pub(crate) fn read(content: Content, format: Format, options: &Options) -> Result<Pieces, Fault> {
    if let Some(map) = &options.columns {
        return by_map(content, map.clone(), options);
    }
    match format {
        Format::Alipay => {
            let delimiter = delimiter(&content, alipay::is_header);
            split(content, delimiter, alipay::Alipay::default())
        }
        Format::Wechat => {
            let delimiter = delimiter(&content, wechat::is_header);
            split(content, delimiter, wechat::Wechat::default())
        }
        Format::Stripe => {
            let delimiter = delimiter(&content, stripe::is_header);
            split(content, delimiter, stripe::Stripe::default())
        }
        Format::Paypal => paypal(content, options),
        _ => {
            let found = guess::find(&content, options)?.ok_or_else(no_columns)?;
            if found.doubts.is_empty() {
                return by_map(content, found.map, options);
            }
            Err(left_open(&found.doubts))
        }
    }
}

/// What a person has to say, as facts that are `yes` or `no`.
fn left_open(doubts: &[Doubt]) -> Fault {
    let answer = |doubt: &Doubt| if doubts.contains(doubt) { "yes" } else { "no" };
    Fault::whole(Doubt::ALL.iter().fold(Note::of("left_open"), |note, doubt| note.with(doubt.name(), answer(doubt))))
}

fn paypal(content: Content, options: &Options) -> Result<Pieces, Fault> {
    let by_rows = delimiter(&content, settlement::is_header);
    if first(&content, by_rows, settlement::is_header).is_some() {
        return split(content, by_rows, settlement::Settlement::default());
    }
    let delimiter = delimiter(&content, paypal::is_header);
    let mut doubts = Vec::new();
    let dates = guess::dates_of(&content, delimiter, options.dates, &mut doubts)?;
    if doubts.is_empty() {
        return split(content, delimiter, paypal::Paypal::new(dates));
    }
    Err(left_open(&doubts))
}

fn by_map(content: Content, map: ColumnMap, options: &Options) -> Result<Pieces, Fault> {
    let delimiter = u8::try_from(map.delimiter.unwrap_or(',')).ok().filter(u8::is_ascii);
    let delimiter = delimiter.ok_or_else(|| Fault::whole("delimiter"))?;
    split(content, delimiter, Mapped::new(map, options.currency))
}

fn split(content: Content, delimiter: u8, dialect: impl Dialect + 'static) -> Result<Pieces, Fault> {
    Ok(Box::new(Drawn::from(Split::read(content, delimiter, dialect)?)))
}

/// What parts the cells of a bill: what makes a header of one of its first rows.
fn delimiter(content: &Content, is_header: IsHeader) -> u8 {
    let mut delimiters = [b',', b'\t', b';'].into_iter();
    delimiters.find(|delimiter| first(content, *delimiter, is_header).is_some()).unwrap_or(b',')
}

/// The first row near the beginning that is such.
fn first(content: &Content, delimiter: u8, is: IsHeader) -> Option<Row> {
    let (Ok(mut rows), mut row) = (content.rows(delimiter), Row::default()) else { return None };
    let mut left = HEADER_ROWS;
    while left > 0 && rows.next(&mut row).unwrap_or(false) {
        if is(&row) {
            return Some(row);
        }
        left -= 1;
    }
    None
}

/// The rows of a workbook: of the sheets that are one table.
pub(crate) fn workbook(input: impl Input, kind: Kind) -> Result<Content, Fault> {
    let header = |rows: &[Row]| {
        let rows = rows[..rows.len().min(ROWS_SNIFFED)].to_vec();
        look(&Content::Cells(Arc::new(Cells { rows, ..Cells::default() }))).map(|(_, header)| header)
    };
    workbook::cells(input, kind, header).map(|cells| Content::Cells(Arc::new(cells)))
}

/// Which table the beginning of a file looks like.
pub(crate) fn sniff(content: &Content) -> Option<Format> {
    look(content).map(|(format, _)| format)
}

/// The same, and the cells of its header; they say nothing where it has none.
fn look(content: &Content) -> Option<(Format, Vec<String>)> {
    let known: [(Format, IsHeader); 5] = [
        (Format::Wechat, wechat::is_header),
        (Format::Alipay, alipay::is_header),
        (Format::Stripe, stripe::is_header),
        (Format::Paypal, paypal::is_header),
        (Format::Paypal, settlement::is_header),
    ];
    let bill = known.into_iter().find_map(|(format, is)| {
        let header = first(content, delimiter(content, is), is)?;
        Some((format, (0..header.cells.len()).map(|at| header.cell(at).to_owned()).collect()))
    });
    bill.or_else(|| {
        let found = guess::find(content, &Options::default()).ok()??;
        let format = if matches!(content, Content::Cells(_)) { Format::Workbook } else { Format::Csv };
        Some((format, found.header))
    })
}
