//! Lines of the cash-flow statement (会小企03表) for the money of an entry that somebody writes by hand.
//!
//! What moved is what all cash accounts together gained or lost; the rest went from one of them to another and is no cash flow.
//! It belongs to the accounts on the other side, in proportion to their amounts, so a line of money may become several.

use super::chart::{Chart, Side};
use super::entry::{EntryError, LineDraft};
use kernel::Money;

/// Names the lines of the statement, splitting lines of money where they belong to more than one.
pub fn assign(lines: Vec<LineDraft>, chart: Chart) -> Result<Vec<LineDraft>, EntryError> {
    let is_cash = |line: &LineDraft| chart.nearest(&line.account).is_some_and(|account| account.cash);
    let net: i128 = lines.iter().filter(|line| is_cash(line)).map(signed).sum();
    let shares = shares(lines.iter().filter(|line| !is_cash(line)), net, chart)?;
    let mut left = minor(net)?;
    let mut assigned = Vec::with_capacity(lines.len());
    for line in lines {
        let moved = signed(&line);
        if left == 0 || !is_cash(&line) || moved == 0 || (moved < 0) != (net < 0) {
            assigned.push(line);
            continue;
        }
        let carried = minor(moved)?.min(left);
        left -= carried;
        assigned.extend(split(&line, carried, minor(moved)? - carried, &shares)?);
    }
    Ok(assigned)
}

/// A line of the statement, if any, and how much of the money belongs to it.
type Share = (Option<u8>, u64);

/// What stands against money that came in (`net` above zero) or went out. Without anything, the money belongs nowhere.
fn shares<'a>(others: impl Iterator<Item = &'a LineDraft>, net: i128, chart: Chart) -> Result<Vec<Share>, EntryError> {
    let mut shares = Vec::new();
    for line in others {
        let moved = signed(line);
        if moved != 0 && (moved < 0) != (net < 0) {
            let usual = chart.nearest(&line.account).and_then(|account| account.cash_flow_line);
            add(&mut shares, usual.map(|line| directed(line, net > 0)), minor(moved)?);
        }
    }
    if shares.is_empty() {
        shares.push((None, 1));
    }
    Ok(shares)
}

/// The line of the statement for money that moves the other way than the usual one is for. Those without a counterpart are
/// kept net: a supplier that pays back lowers what was paid to suppliers.
const fn directed(line: u8, is_received: bool) -> u8 {
    match (line, is_received) {
        // Other receipts and payments of operations; taxes paid back are other receipts.
        (2, false) => 6,
        (5 | 6, true) => 2,
        // Investments made, and turned into money again; fixed assets bought, and sold.
        (11, true) => 8,
        (12, true) => 10,
        // Loans taken, and repaid.
        (14, false) => 16,
        _ => line,
    }
}

fn split(line: &LineDraft, carried: u64, within: u64, shares: &[Share]) -> Result<Vec<LineDraft>, EntryError> {
    let currency = line.original.currency();
    let weights: Vec<u64> = shares.iter().map(|(_, weight)| *weight).collect();
    let whole = Money::new(i64::try_from(carried).map_err(|_| EntryError::Overflow)?, currency);
    let parts = whole.allocate(&weights).map_err(|_| EntryError::Overflow)?;
    let mut pieces: Vec<Share> = Vec::new();
    add(&mut pieces, None, within);
    for ((flow, _), part) in shares.iter().zip(parts) {
        add(&mut pieces, *flow, part.minor().unsigned_abs());
    }
    pieces.retain(|(_, part)| *part != 0);
    let weights: Vec<u64> = pieces.iter().map(|(_, part)| *part).collect();
    let originals = line.original.allocate(&weights).map_err(|_| EntryError::Overflow)?;
    let values = Money::new(line.functional_minor, currency).allocate(&weights).map_err(|_| EntryError::Overflow)?;
    let piece = |(((flow, _), original), value): ((Share, Money), Money)| LineDraft {
        original,
        functional_minor: value.minor(),
        cash_flow_line: flow,
        ..line.clone()
    };
    Ok(pieces.into_iter().zip(originals).zip(values).map(piece).collect())
}

fn add(shares: &mut Vec<Share>, flow: Option<u8>, weight: u64) {
    match shares.iter_mut().find(|(other, _)| *other == flow) {
        Some((_, sum)) => *sum = sum.saturating_add(weight),
        None => shares.push((flow, weight)),
    }
}

/// Debit positive.
fn signed(line: &LineDraft) -> i128 {
    let value = i128::from(line.functional_minor);
    if line.side == Side::Debit { value } else { -value }
}

fn minor(amount: i128) -> Result<u64, EntryError> {
    u64::try_from(amount.unsigned_abs()).map_err(|_| EntryError::Overflow)
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Currency;

    /// `1002 Cr 105`, in yuan.
    fn line(text: &str) -> LineDraft {
        let words: Vec<&str> = text.split_whitespace().collect();
        let functional_minor: i64 = words[2].parse().unwrap();
        LineDraft {
            account: words[0].to_owned(),
            side: if words[1] == "Dr" { Side::Debit } else { Side::Credit },
            original: Money::new(functional_minor, Currency::CNY),
            functional_minor,
            party: None,
            tax_code: None,
            cash_flow_line: None,
        }
    }

    #[test]
    fn money_belongs_to_what_stands_against_it() {
        for (lines, expected) in [
            // A loan with its interest is repaid; one is taken.
            (&["2001 Dr 100", "5603 Dr 5", "1002 Cr 105"][..], "2001 5603 1002:100@16 1002:5@6"),
            (&["1002 Dr 100", "2001 Cr 100"], "1002:100@14 2001"),
            // Revenue and its tax are one line, wages and taxes two.
            (&["1002 Dr 113", "5001 Cr 100", "22210105 Cr 13"], "1002:113@1 5001 22210105"),
            (&["2211 Dr 80", "222109 Dr 20", "1002 Cr 100"], "2211 222109 1002:80@4 1002:20@5"),
            // Bought and sold, paid and received back.
            (&["1601 Dr 50", "1002 Cr 50"], "1601 1002:50@12"),
            (&["1002 Dr 50", "1601 Cr 50"], "1002:50@10 1601"),
            (&["1002 Dr 9", "2221 Cr 9"], "1002:9@2 2221"),
            (&["1002 Dr 9", "2202 Cr 9"], "1002:9@3 2202"),
            (&["1221 Dr 7", "1001 Cr 7"], "1221 1001:7@6"),
            // What is netted off does not share in what came.
            (&["1002 Dr 95", "5603 Dr 5", "5001 Cr 100"], "1002:95@1 5603 5001"),
            // From one of ours to another: no flow, but for the fee.
            (&["1001 Dr 5", "1002 Cr 5"], "1001 1002"),
            (&["1002 Dr 95", "5603 Dr 5", "101206 Cr 100"], "1002 5603 101206:95 101206:5@6"),
            // Red letters count on the other side.
            (&["1002 Dr -5", "5001 Cr -5"], "1002:-5@1 5001"),
            // Three ways, to the cent.
            (&["2001 Dr 1", "5601 Dr 1", "2211 Dr 1", "1002 Cr 100"], "2001 5601 2211 1002:34@16 1002:33@6 1002:33@4"),
            (&["3101 Dr 5", "1002 Cr 5"], "3101 1002:5"),
        ] {
            let lines = lines.iter().map(|text| line(text)).collect();
            let assigned = assign(lines, Chart::SmallEnterprise).unwrap();
            let shown: Vec<String> = assigned
                .iter()
                .map(|line| match (line.account.starts_with("10"), line.cash_flow_line) {
                    (_, Some(flow)) => format!("{}:{}@{flow}", line.account, line.functional_minor),
                    (true, None) if expected.contains(&format!("{}:", line.account)) => {
                        format!("{}:{}", line.account, line.functional_minor)
                    }
                    _ => line.account.clone(),
                })
                .collect();
            assert_eq!(shown.join(" "), expected);
        }
    }
}
