//! One row per line, with a heading. What people wrote is disarmed: a spreadsheet must not take it for a formula.

use super::{Preamble, Writer};
use crate::queries::Entry;
use crate::rules::chart::Side;
use reports::disarmed;
use std::io::{self, Write};

pub(super) struct Csv;

const HEAD: [&str; 17] = [
    "date",
    "voucher",
    "entry",
    "kind",
    "document",
    "memo",
    "line",
    "account",
    "name",
    "debit",
    "credit",
    "currency",
    "original_amount",
    "original_currency",
    "customer",
    "tax_code",
    "cash_flow_line",
];

fn record<I: IntoIterator<Item = T>, T: AsRef<[u8]>>(out: &mut dyn Write, fields: I) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record(fields).map_err(io::Error::other)?;
    writer.flush()
}

impl Writer for Csv {
    fn begin(&mut self, out: &mut dyn Write, _: &Preamble) -> io::Result<()> {
        record(out, HEAD)
    }

    fn entry(&mut self, out: &mut dyn Write, books: &Preamble, entry: &Entry) -> io::Result<()> {
        for (number, line) in (1_usize..).zip(&entry.lines) {
            let amount = |side: Side| if line.side == side { line.amount.amount() } else { String::new() };
            record(
                out,
                [
                    entry.date.to_string(),
                    entry.voucher.map(|n| n.to_string()).unwrap_or_default(),
                    entry.id.to_string(),
                    entry.kind.name().to_owned(),
                    entry.document.map(|d| d.to_string()).unwrap_or_default(),
                    disarmed(&entry.memo),
                    number.to_string(),
                    disarmed(&line.account),
                    disarmed(line.names.get(books.locale)),
                    amount(Side::Debit),
                    amount(Side::Credit),
                    line.amount.currency().to_string(),
                    line.original.amount(),
                    line.original.currency().to_string(),
                    line.customer.map(|id| id.to_string()).unwrap_or_default(),
                    line.tax_code.as_deref().map(disarmed).unwrap_or_default(),
                    line.cash_flow_line.map(|number| number.to_string()).unwrap_or_default(),
                ],
            )?;
        }
        Ok(())
    }
}
