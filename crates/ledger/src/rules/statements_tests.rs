//! Statements of small books, and properties that hold for any.

use super::*;
use proptest::prelude::*;

/// `1002 1500.00; 1122*1 -20.00` (*n = customer n), debit positive, in yuan.
fn balances(text: &str) -> Vec<Balance> {
    text.split(';')
        .map(|row| {
            let (account, amount) = row.trim().split_once(' ').unwrap();
            let (account, party) = account.split_once('*').unwrap_or((account, ""));
            let minor = kernel::Money::parse(amount, kernel::Currency::CNY).unwrap().minor();
            let party = party.parse().ok().map(|n| CustomerId::from_bytes([n; 16]));
            Balance { account: account.into(), party, debit_minor: minor }
        })
        .collect()
}

fn shown(statement: &Statement) -> String {
    let lines = statement.lines().iter().map(|l| (l.number, statement.amount(l.number)));
    lines.filter(|(_, amount)| *amount != 0).map(|(n, a)| format!("{n}:{a}")).collect::<Vec<_>>().join(" ")
}

#[test]
fn balance_sheets() {
    for (chart, text, expected) in [
        (
            Chart::SmallEnterprise,
            "1002 500.00; 101204 50.00; 1122*1 113.00; 1122*2 -13.00; 2203*3 -30.00; 2203*1 5.00; 22210105 -25.00; \
             3001 -500.00; 5001 -105.00; 5603 5.00",
            "1:55000 4:11800 15:66800 30:66800 34:4300 36:2500 41:6800 47:6800 48:50000 51:10000 52:60000 53:66800",
        ),
        (
            Chart::SmallEnterprise,
            "1601 100.00; 1602 -40.00; 1403 7.00; 4001 3.00; 1405 10.00; 1407 -2.00; 1702 -1.00; 1701 4.00; 2202 -81.00",
            "9:1800 10:700 11:300 12:800 15:1800 18:10000 19:4000 20:6000 25:300 29:6300 30:8100 33:8100 41:8100 47:8100 53:8100",
        ),
        // A customer's two lines count as one balance.
        (
            Chart::SmallEnterprise,
            "1122*1 10.00; 1122*1 -10.00; 1002 1.00; 3001 -1.00",
            "1:100 15:100 30:100 48:100 52:100 53:100",
        ),
        (
            Chart::International,
            "1010 100.00; 1200*1 50.00; 1290 -5.00; 2100*2 -20.00; 2200 -10.00; 3000 -80.00; 4000 -40.00; 6200 5.00",
            "1:10000 2:4500 6:14500 9:14500 11:2000 12:1000 14:3000 16:3000 17:8000 18:3500 19:11500 20:14500",
        ),
    ] {
        let statement = balance_sheet(chart, &balances(text)).unwrap();
        assert_eq!(shown(&statement), expected, "{text}");
        assert_eq!(statement.faults(), [], "{text}");
    }
}

#[test]
fn profit_and_loss_statements() {
    for (chart, text, expected) in [
        (
            Chart::SmallEnterprise,
            "5001 -1000.00; 5051 -10.00; 5401 400.00; 5403 12.00; 5601 100.00; 5602 50.00; 5603 30.00; 5111 -5.00; \
             5301 -7.00; 571101 20.00; 571199 1.00; 5801 40.00; 1002 999.00",
            "1:101000 2:40000 3:1200 11:10000 14:5000 18:3000 20:500 21:42300 22:700 24:2100 25:2000 30:40900 31:4000 32:36900",
        ),
        (
            Chart::International,
            "4000 -100.00; 4900 10.00; 5000 20.00; 4950 -1.00; 6100 5.00; 6200 6.00; 7000 2.00; 8000 9.00",
            "1:9000 2:2000 3:7000 4:100 5:500 6:600 7:6000 8:-200 9:5800 10:900 11:4900",
        ),
    ] {
        let statement = profit_and_loss(chart, &balances(text)).unwrap();
        assert_eq!(shown(&statement), expected, "{text}");
        assert_eq!(statement.faults(), [], "{text}");
    }
}

#[test]
fn cash_flow_statements() {
    let statement = cash_flow(&[(1, 100_000), (1, -3_000), (6, -500), (12, -20_000), (14, 5_000)], 7_000).unwrap();
    assert_eq!(shown(&statement), "1:97000 6:500 7:96500 12:20000 13:-20000 14:5000 19:5000 20:81500 21:7000 22:88500");
    assert_eq!(statement.faults(), []);
    assert_eq!(cash_flow(&[(23, 1)], 0), Err(StatementError::UnknownLine(23)));
}

#[test]
fn books_out_of_balance_are_noticed() {
    let statement = balance_sheet(Chart::SmallEnterprise, &balances("1002 1.00")).unwrap();
    assert_eq!(statement.faults(), [Fault::NotEqual { left: 30, right: 53 }]);
    // Markup above the goods it belongs to: the parts shown come to more than the line.
    let odd = balance_sheet(Chart::SmallEnterprise, &balances("1405 5.00; 1408 -2.00; 2202 -3.00")).unwrap();
    assert_eq!(odd.faults(), [Fault::PartsExceed { line: 9 }]);
    let mut wrong = statement;
    wrong.amounts.insert(15, 0);
    assert!(wrong.faults().contains(&Fault::NotTheSum { line: 15 }));
    let unknown = balance_sheet(Chart::SmallEnterprise, &balances("9999 1.00"));
    assert_eq!(unknown, Err(StatementError::UnknownAccount("9999".into())));
}

#[test]
fn every_account_has_its_line() {
    for chart in [Chart::SmallEnterprise, Chart::International] {
        for account in chart.accounts() {
            let row = [Balance { account: account.code.into(), party: None, debit_minor: 100 }];
            assert!(balance_sheet(chart, &row).is_ok(), "{}", account.code);
            assert!(profit_and_loss(chart, &row).is_ok(), "{}", account.code);
            if let Some(line) = account.cash_flow_line {
                assert!(cash_flow(&[(line, 1)], 0).is_ok(), "{}", account.code);
            }
        }
        for form in [forms::balance_sheet(chart), forms::profit_and_loss(chart), &forms::CASH_FLOW] {
            assert!(form.lines.iter().zip(1_u8..).all(|(line, number)| line.number == number));
        }
    }
}

proptest! {
    #[test]
    fn balanced_books_give_a_balanced_sheet(
        amounts in prop::collection::vec((0_usize..200, 0_u8..4, -1_000_000_i64..1_000_000), 0..40), international: bool,
    ) {
        let chart = if international { Chart::International } else { Chart::SmallEnterprise };
        let leaves: Vec<&str> =
            chart.accounts().iter().map(|a| a.code).filter(|c| chart.postable(c) == Some(true)).collect();
        let mut rows: Vec<Balance> = amounts.iter().map(|(i, party, minor)| Balance {
            account: leaves[i % leaves.len()].into(),
            party: Some(CustomerId::from_bytes([*party; 16])),
            debit_minor: *minor,
        }).collect();
        let sum: i64 = rows.iter().map(|r| r.debit_minor).sum();
        rows.push(Balance { account: chart.code(crate::rules::chart::AccountRole::Bank).into(), party: None, debit_minor: -sum });
        let sheet = balance_sheet(chart, &rows).unwrap();
        let only_parts = sheet.faults().iter().all(|f| matches!(f, Fault::PartsExceed { .. }));
        prop_assert!(only_parts);
    }
}
