//! `shunfu statement FILE`: what a bank's file says, with no database touched.
//!
//! The file is read twice, so that nothing is printed of one that turns out broken at its end, and none is held as a whole.

use crate::failure::Failure;
use crate::house::english;
use clap::Args;
use kernel::{Currency, Date, Money};
use reconciliation::Doubtful;
use serde_json::{Value, json};
use statements::{
    Balance, Closing, ColumnMap, DateOrder, Fault, Format, Line, Note, Opening, Options, Piece, ReferenceKind, Source,
};
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use web::i18n::L;

/// Show what a bank's file says.
#[derive(Debug, Args)]
pub struct Statement {
    file: PathBuf,
    /// camt, mt940, ofx, qif, csv, workbook, alipay, wechat, stripe or paypal; found by the file itself when not given.
    #[arg(long)]
    format: Option<String>,
    /// The account's currency, for formats that name none.
    #[arg(long)]
    currency: Option<String>,
    /// The order of day and month, for tables that leave it open: ymd, dmy, mdy or md.
    #[arg(long)]
    dates: Option<String>,
    /// A file of JSON that says which column of a table is what, where the table leaves it open.
    #[arg(long)]
    columns: Option<PathBuf>,
    /// All of it for programs, instead of a summary for people.
    #[arg(long)]
    json: bool,
}

/// Prints a file to standard output.
pub fn run(asked: &Statement) -> Result<(), Failure> {
    let (format, currency, dates) = (asked.format()?, asked.currency()?, asked.dates()?);
    let options = &Options { format, currency, dates, columns: asked.columns()? };
    pieces(&asked.file, options, |_| Ok(()))?;
    let format = format.map_or_else(|| format_of(&asked.file), Ok)?;
    let (l, mut out) = (english()?, BufWriter::new(io::stdout().lock()));
    let written = if asked.json {
        print_json(&asked.file, options, (format, &l), &mut out)
    } else {
        print_summary(&asked.file, options, &l, &mut out)
    };
    written.and_then(|()| out.flush().map_err(unwritten))
}

impl Statement {
    fn format(&self) -> Result<Option<Format>, Failure> {
        let Some(name) = &self.format else { return Ok(None) };
        let found = Format::by_name(name).map(Some);
        let known = || Format::ALL.map(Format::name).join(", ");
        found.ok_or_else(|| Failure::usage(format!("There is no format {name}; there are {}.", known())))
    }

    fn dates(&self) -> Result<Option<DateOrder>, Failure> {
        let Some(name) = &self.dates else { return Ok(None) };
        let found = DateOrder::by_name(name).map(Some);
        let known = || DateOrder::ALL.map(DateOrder::name).join(", ");
        found.ok_or_else(|| Failure::usage(format!("There is no order {name} of dates; there are {}.", known())))
    }

    fn columns(&self) -> Result<Option<ColumnMap>, Failure> {
        let Some(path) = &self.columns else { return Ok(None) };
        let unread = |error: String| Failure::refused(format!("{} is no map of columns: {error}.", path.display()));
        let text = std::fs::read_to_string(path).map_err(|error| unread(error.to_string()))?;
        serde_json::from_str(&text).map(Some).map_err(|error| unread(error.to_string()))
    }

    fn currency(&self) -> Result<Option<Currency>, Failure> {
        let Some(code) = &self.currency else { return Ok(None) };
        let found = Currency::parse(code).map(Some);
        found.map_err(|_| Failure::usage(format!("{code} is no currency; write it as CNY or EUR.")))
    }
}

fn open(path: &Path) -> Result<Source, Failure> {
    let file = File::open(path)
        .map_err(|error| Failure::refused(format!("{} could not be opened: {error}.", path.display())))?;
    Source::open(file).map_err(|fault| refused(path, &fault))
}

/// What a file that was read is; a table whose columns were said may look like none.
fn format_of(path: &Path) -> Result<Format, Failure> {
    Ok(open(path)?.format.unwrap_or(Format::Csv))
}

fn refused(path: &Path, fault: &Fault) -> Failure {
    let l = match english() {
        Ok(l) => l,
        Err(failure) => return failure,
    };
    let place = fault.place.map(|place| format!("line {place}: ")).unwrap_or_default();
    let reason = l.ta("statement-fault", &reconciliation::broken(fault).args);
    Failure::refused(format!("{} cannot be read: {place}{reason}", path.display()))
}

fn unwritten(error: io::Error) -> Failure {
    Failure::refused(format!("The answer could not be written: {error}."))
}

/// Reads a file from its beginning, piece by piece.
fn pieces(path: &Path, options: &Options, mut each: impl FnMut(Piece) -> io::Result<()>) -> Result<(), Failure> {
    for piece in statements::read(open(path)?, options.clone()).map_err(|fault| refused(path, &fault))? {
        each(piece.map_err(|fault| refused(path, &fault))?).map_err(unwritten)?;
    }
    Ok(())
}

fn print_json(path: &Path, options: &Options, (format, l): (Format, &L), out: &mut impl Write) -> Result<(), Failure> {
    let (mut statements, mut lines, mut head) = (0_u64, 0_u64, Opening::default());
    write!(out, "{{\"format\":{},\"statements\":[", json!(format.name())).map_err(unwritten)?;
    pieces(path, options, |piece| match piece {
        Piece::Opens(opening) => {
            if statements > 0 {
                out.write_all(b",")?;
            }
            (statements, lines, head) = (statements + 1, 0, opening);
            let currency = head.currency.map(|currency| currency.code().to_owned());
            write!(
                out,
                "{{\"account\":{},\"number\":{},\"currency\":{},\"lines\":[",
                json!(head.account),
                json!(head.number),
                json!(currency)
            )
        }
        Piece::Line(line) => {
            if lines > 0 {
                out.write_all(b",")?;
            }
            lines += 1;
            write!(out, "{}", line_json(&line))
        }
        Piece::Closes(closing) => write!(
            out,
            "],\"opening\":{},\"closing\":{},\"warnings\":{}}}",
            balance_json(closing.opening),
            balance_json(closing.closing),
            Value::from_iter(closing.warnings.iter().map(|note| warning_json(note, l)))
        ),
    })?;
    out.write_all(b"]}\n").map_err(unwritten)
}

fn line_json(line: &Line) -> Value {
    let day = |day: Option<Date>| day.map(|day| day.to_string());
    let references = line.references.iter().map(|one| json!({ "kind": one.kind.name(), "value": one.value }));
    json!({
        "value_date": day(line.value_on),
        "booking_date": day(line.booked_on),
        "amount": line.amount.amount(),
        "currency": line.amount.currency().code(),
        "instructed": line.instructed.map(|money| money.to_string()),
        "charges": line.charges.map(|money| money.to_string()),
        "reference": telling(line),
        "counterparty": line.counterparty.name,
        "counterparty_account": line.counterparty.account,
        "text": line.text,
        "references": references.collect::<Vec<_>>(),
        "reversal": line.is_reversal,
        "code": line.code,
        "place": line.place,
    })
}

/// The reference that tells most: what was printed on an invoice, the payer's, ours, the bank's.
fn telling(line: &Line) -> Option<&str> {
    let order = [
        ReferenceKind::Creditor,
        ReferenceKind::EndToEnd,
        ReferenceKind::Own,
        ReferenceKind::Cheque,
        ReferenceKind::Bank,
        ReferenceKind::Mandate,
    ];
    let of = |kind| line.references.iter().find(move |one| one.kind == kind);
    order.into_iter().find_map(of).map(|one| one.value.as_str())
}

fn balance_json(balance: Option<Balance>) -> Value {
    json!(balance.map(|balance| balance.amount.amount()))
}

fn warning_json(note: &Note, l: &L) -> Value {
    json!({ "code": note.code, "detail": Doubtful::from(note).detail(l) })
}

/// What a statement comes to.
#[derive(Default)]
struct Sum {
    head: Opening,
    lines: u64,
    money_in: i128,
    money_out: i128,
}

fn print_summary(path: &Path, options: &Options, l: &L, out: &mut impl Write) -> Result<(), Failure> {
    let mut sum = Sum::default();
    pieces(path, options, |piece| match piece {
        Piece::Opens(head) => {
            sum = Sum { head, ..Sum::default() };
            Ok(())
        }
        Piece::Line(line) => {
            sum.lines += 1;
            let minor = i128::from(line.amount.minor());
            *(if minor < 0 { &mut sum.money_out } else { &mut sum.money_in }) += minor;
            Ok(())
        }
        Piece::Closes(closing) => sum.print(&closing, l, out),
    })
}

impl Sum {
    fn print(&self, closing: &Closing, l: &L, out: &mut impl Write) -> io::Result<()> {
        let unknown = || "?".to_owned();
        let account = self.head.account.clone().unwrap_or_else(unknown);
        let number = self.head.number.as_ref().map(|number| format!(" {number}")).unwrap_or_default();
        writeln!(out, "{account}{number}: {} lines", self.lines)?;
        if let Some(currency) = self.head.currency {
            let money =
                |minor: i128| i64::try_from(minor).map_or_else(|_| unknown(), |m| Money::new(m, currency).to_string());
            writeln!(out, "  in {}, out {}", money(self.money_in), money(self.money_out))?;
        }
        let stood = |balance: Option<Balance>| balance.map_or_else(unknown, |balance| balance.amount.to_string());
        writeln!(out, "  from {} to {}", stood(closing.opening), stood(closing.closing))?;
        for note in &closing.warnings {
            writeln!(out, "  note: {}", Doubtful::from(note).detail(l))?;
        }
        Ok(())
    }
}
