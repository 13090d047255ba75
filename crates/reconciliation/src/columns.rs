//! Which column of a bank's table is what: said by a person and kept for the account, or guessed where nothing is open.

use crate::commands::KeepColumns;
use crate::file::broken;
use crate::import::Asked;
use crate::store;
use ::store::{App, Error};
use kernel::id::OrganisationId;
use kernel::{Context, Currency, Refusal};
use serde::{Deserialize, Serialize};
use statements::{ColumnMap, Format, Guess, Line, Options, Piece};

/// Lines that are shown as they would be read.
const LINES_SHOWN: usize = 5;

/// How the tables of an account with one header are read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Saved {
    pub header: Vec<String>,
    pub columns: ColumnMap,
}

const fn is_table(format: Format) -> bool {
    matches!(format, Format::Csv | Format::Workbook)
}

/// How a file is read: as was asked, as files of the account with the same header are, or as is sure. Nothing for what is no table.
///
/// Refuses `columns_unsure`.
pub(crate) fn settled(
    app: &App,
    context: &Context,
    asked: &Asked,
    (format, home): (Format, Currency),
) -> Result<Option<ColumnMap>, Error> {
    if !is_table(format) || asked.columns.is_some() {
        return Ok(asked.columns.clone().filter(|_| is_table(format)));
    }
    let guess = guess(asked, home)?;
    let saved = read(app, context.organisation, &asked.account)?;
    if let Some(saved) = saved.into_iter().find(|saved| saved.header == guess.header) {
        return Ok(Some(saved.columns));
    }
    if guess.doubts.is_empty() {
        return Ok(None);
    }
    Err(Refusal::invalid("columns_unsure").into())
}

/// Keeps what was said of a table that was read.
pub(crate) fn keep(
    app: &App,
    context: &Context,
    asked: &Asked,
    (format, home): (Format, Currency),
) -> Result<(), Error> {
    let Some(columns) = asked.columns.clone().filter(|_| is_table(format) && !asked.dry_run) else { return Ok(()) };
    let header = guess(asked, home)?.header;
    app.write_now(context, KeepColumns { account: asked.account.clone(), saved: Saved { header, columns } })
}

fn read(app: &App, organisation: OrganisationId, account: &str) -> Result<Vec<Saved>, Error> {
    let account = account.to_owned();
    app.db().read_now(move |conn| store::saved_columns(conn, organisation, &account))
}

/// What a table seems to say.
pub(crate) fn guess(asked: &Asked, home: Currency) -> Result<Guess, Refusal> {
    let options = Options { currency: Some(home), ..Options::default() };
    statements::guess(asked.file.open()?, &options).map_err(|fault| broken(&fault))
}

/// The first lines of a file, read with a map.
pub(crate) fn first_lines(asked: &Asked, columns: &ColumnMap, home: Currency) -> Result<Vec<Line>, Refusal> {
    let (columns, currency) = (Some(columns.clone()), Some(home));
    let options = Options { format: asked.format, currency, columns, ..Options::default() };
    let pieces = statements::read(asked.file.open()?, options).map_err(|fault| broken(&fault))?;
    let mut lines = Vec::new();
    for piece in pieces {
        if let Piece::Line(line) = piece.map_err(|fault| broken(&fault))? {
            lines.push(*line);
        }
        if lines.len() == LINES_SHOWN {
            break;
        }
    }
    Ok(lines)
}
