//! An entry that somebody writes by hand: what was typed, and what it must satisfy before the rules of every entry.

use super::cash_flow;
use super::chart::{Chart, Side};
use super::entry::{EntryDraft, EntryError, EntryKind, LineDraft};
use kernel::{Date, Fields, Money, Refusal};

/// Lines that one entry may have.
pub const LINES_MAX: usize = 500;

/// An entry as it was typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ManualInput {
    pub date: String,
    pub memo: String,
    pub lines: Vec<LineInput>,
}

/// A line as it was typed: an amount in one of two columns.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LineInput {
    pub account: String,
    /// Currency and amount.
    pub debit: Option<(String, String)>,
    pub credit: Option<(String, String)>,
}

/// A checked entry, not yet valued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManualEntry {
    pub date: Date,
    pub memo: String,
    pub lines: Vec<ManualLine>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManualLine {
    pub account: String,
    pub side: Side,
    /// Below zero for a red-letter line.
    pub amount: Money,
}

/// Checks what was typed. Notes every fault: date, memo, at least two lines, and in each line a code and an amount other than
/// zero in one of the columns.
pub fn check(input: &ManualInput) -> Result<ManualEntry, Refusal> {
    let mut fields = Fields::new();
    let date = fields.date("/date", &input.date);
    let memo = fields.text("/memo", &input.memo, 1, 500);
    match input.lines.len() {
        0 | 1 => fields.note("/lines", "two_lines"),
        n if n > LINES_MAX => fields.note("/lines", "too_many_entry_lines"),
        _ => {}
    }
    let lines: Vec<ManualLine> = input
        .lines
        .iter()
        .take(LINES_MAX)
        .enumerate()
        .filter_map(|(n, line)| fields.within(format!("/lines/{n}"), |fields| check_line(fields, line)))
        .collect();
    fields.finish()?;
    match date {
        Some(date) => Ok(ManualEntry { date, memo, lines }),
        None => Err(Refusal::field("/date", "not_a_date")),
    }
}

fn check_line(fields: &mut Fields, line: &LineInput) -> Option<ManualLine> {
    let account = fields.code("/account", &line.account);
    let (side, column, (currency, amount)) = match (&line.debit, &line.credit) {
        (Some(debit), None) => (Side::Debit, "/debit", debit),
        (None, Some(credit)) => (Side::Credit, "/credit", credit),
        (None, None) => {
            fields.note("/debit", "required");
            return None;
        }
        (Some(_), Some(_)) => {
            fields.note("/credit", "one_column");
            return None;
        }
    };
    fields.within(column, |fields| {
        let currency = fields.currency("/currency", currency)?;
        let amount = fields.money("/amount", amount, currency);
        if amount.is_zero() && fields.is_clean() {
            fields.note("/amount", "not_zero");
        }
        Some(ManualLine { account, side, amount })
    })
}

/// The draft of a checked entry with the values of its lines in minor units of the organisation's currency, in their order.
///
/// Where all lines are in one foreign currency, what rounding leaves over goes to the last line. A line on a cash account
/// takes its lines of the cash-flow statement from the accounts it is set against ([`cash_flow`]).
pub fn draft(entry: &ManualEntry, values: &[i64], chart: Chart) -> Result<EntryDraft, EntryError> {
    let mut values = values.to_vec();
    let first = entry.lines.first().map(|line| line.amount.currency());
    let exchange = entry.lines.iter().any(|line| Some(line.amount.currency()) != first);
    if !exchange {
        settle_rounding(&entry.lines, &mut values);
    }
    let lines = entry
        .lines
        .iter()
        .zip(values)
        .map(|(line, functional_minor)| LineDraft {
            cash_flow_line: None,
            account: line.account.clone(),
            side: line.side,
            original: line.amount,
            functional_minor,
            party: None,
            tax_code: None,
        })
        .collect();
    let lines = cash_flow::assign(lines, chart)?;
    Ok(EntryDraft { date: entry.date, kind: EntryKind::Manual, document: None, reverses: None, exchange, lines })
}

/// Puts what rounding each line left over on the last one, if the amounts themselves balance.
fn settle_rounding(lines: &[ManualLine], values: &mut [i64]) {
    let signed = |side: Side, minor: i64| if side == Side::Debit { i128::from(minor) } else { -i128::from(minor) };
    let amounts: i128 = lines.iter().map(|line| signed(line.side, line.amount.minor())).sum();
    let over: i128 = lines.iter().zip(values.iter()).map(|(line, value)| signed(line.side, *value)).sum();
    let small = i128::try_from(lines.len()).is_ok_and(|n| over.abs() <= n);
    if let (true, Some(last), Some(value)) = (amounts == 0 && small, lines.last(), values.last_mut()) {
        let step = if last.side == Side::Debit { -over } else { over };
        *value = i64::try_from(i128::from(*value) + step).unwrap_or(*value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `1002 Dr CNY 5`; a column of its own for a line with both, `1002 DrCr CNY 5`.
    fn line(text: &str) -> LineInput {
        let words: Vec<&str> = text.split_whitespace().collect();
        let amount = words.get(3).map(|amount| (words[2].to_owned(), (*amount).to_owned()));
        let column = |name: &str| amount.clone().filter(|_| words[1].contains(name));
        LineInput { account: words[0].to_owned(), debit: column("Dr"), credit: column("Cr") }
    }

    fn input(lines: &[&str]) -> ManualInput {
        let lines = lines.iter().map(|text| line(text)).collect();
        ManualInput { date: "2026-11-23".into(), memo: "rent".into(), lines }
    }

    #[test]
    fn faults_are_named() {
        for (lines, expected) in [
            (&["5602 Dr CNY 5", "1002 Cr CNY 5"][..], vec![]),
            (&["5602 Dr CNY -5", "1002 Cr CNY -5"], vec![]),
            (&["5602 Dr CNY 5"], vec![("/lines", "two_lines")]),
            (&["5602 x", "1002 Cr CNY 5"], vec![("/lines/0/debit", "required")]),
            (&["5602 DrCr CNY 5", "1002 Cr CNY 5"], vec![("/lines/0/credit", "one_column")]),
            (&["5602 Dr CNY 0", "1002 Cr CNY 5"], vec![("/lines/0/debit/amount", "not_zero")]),
            (
                &["5602 Dr CNY 5.005", "1002 Cr XXX 5"],
                vec![("/lines/0/debit/amount", "too_many_digits"), ("/lines/1/credit/currency", "unknown_currency")],
            ),
        ] {
            let faults = match check(&input(lines)) {
                Ok(_) => Vec::new(),
                Err(refusal) => refusal.fields.into_iter().map(|f| (f.pointer, f.code)).collect(),
            };
            let faults: Vec<_> = faults.iter().map(|(pointer, code)| (pointer.as_str(), *code)).collect();
            assert_eq!(faults, expected, "{lines:?}");
        }
    }

    #[test]
    fn values_are_rounded_to_balance_and_cash_flows_are_named() {
        for (lines, values, settled, flows) in [
            (
                &["5602 Dr USD 0.01", "5603 Dr USD 0.01", "1002 Cr USD 0.02"][..],
                &[7, 7, 15][..],
                &[7, 7, 14][..],
                [None, None, Some(6)].to_vec(),
            ),
            (&["1002 Dr USD 1.00", "5001 Cr CNY 7"], &[715, 700], &[715, 700], vec![Some(1), None]),
            (&["1002 Dr CNY 5", "1001 Cr CNY 5"], &[500, 500], &[500, 500], vec![None, None]),
            // What does not balance stays so, to be refused.
            (&["5602 Dr USD 1", "1002 Cr USD 2"], &[700, 1400], &[700, 1400], vec![None, Some(6)]),
        ] {
            let draft = draft(&check(&input(lines)).unwrap(), values, Chart::SmallEnterprise).unwrap();
            assert_eq!(draft.lines.iter().map(|l| l.functional_minor).collect::<Vec<_>>(), settled, "{lines:?}");
            assert_eq!(draft.lines.iter().map(|l| l.cash_flow_line).collect::<Vec<_>>(), flows, "{lines:?}");
        }
    }
}
