//! Cases of what may and may not enter the books.

use super::*;
use proptest::prelude::*;

/// `Dr 1002 100.00`, `Cr 1122* 100.00` (* = with party), `Dr 1002 USD 10.00 @71.50` (value in CNY).
fn line(text: &str) -> LineDraft {
    let words: Vec<&str> = text.split_whitespace().collect();
    let currency = Currency::parse(words[2]).unwrap_or(Currency::CNY);
    let amount = if currency == Currency::CNY && words[2] != "CNY" { words[2] } else { words[3] };
    let original = Money::parse(amount, currency).unwrap();
    let value = words.last().unwrap().strip_prefix('@').map(|v| Money::parse(v, Currency::CNY).unwrap().minor());
    LineDraft {
        account: words[1].trim_end_matches('*').into(),
        side: if words[0] == "Dr" { Side::Debit } else { Side::Credit },
        original,
        functional_minor: value.unwrap_or(original.minor()),
        party: words[1].ends_with('*').then(|| CustomerId::from_bytes([7; 16])),
        tax_code: None,
        cash_flow_line: None,
    }
}

fn entry(text: &str) -> EntryDraft {
    EntryDraft {
        date: "2026-11-23".parse().unwrap(),
        kind: EntryKind::Manual,
        document: None,
        reverses: None,
        exchange: text.starts_with("exchange "),
        lines: text.trim_start_matches("exchange ").split(';').map(|l| line(l.trim())).collect(),
    }
}

fn checked(draft: EntryDraft, period: PeriodState) -> Result<Balanced, EntryError> {
    let accounts = Accounts::standard(Chart::SmallEnterprise);
    check(draft, Books { functional: Currency::CNY, accounts: &accounts, period })
}

#[test]
fn entries_are_let_in_or_refused() {
    use EntryError as E;
    let account = |code: &str| code.to_owned();
    let usd = Currency::USD;
    for (text, expected) in [
        ("Dr 1002 100.00; Cr 1122* 100.00", Ok(())),
        ("Dr 1122* 113.00; Cr 5001 100.00; Cr 22210105 13.00", Ok(())),
        ("Dr 1122* -113.00; Cr 5001 -100.00; Cr 22210105 -13.00", Ok(())),
        ("Dr 1002 100.00; Dr 1012 -100.00", Err(E::NotPostable { line: 1, account: account("1012") })),
        ("Dr 1002 100.00; Dr 1001 -100.00", Ok(())),
        ("Dr 1002 100.00", Err(E::TooFewLines)),
        ("Dr 1002 100.00; Cr 9999 100.00", Err(E::UnknownAccount { line: 1, account: account("9999") })),
        ("Dr 1002 100.00; Cr 2203 100.00", Err(E::PartyRequired { line: 1, account: account("2203") })),
        ("Dr 1002 0.00; Cr 5001 0.00", Err(E::NothingToPost)),
        ("Dr 1002 100.00; Cr 5001 99.99", Err(E::Unbalanced { difference_minor: 1 })),
        ("Dr 1002 100.00; Cr 5001 -100.00", Err(E::Unbalanced { difference_minor: 20_000 })),
        ("Dr 1002 100.00 @99.00; Cr 5001 99.00", Err(E::ValueDisagrees { line: 0 })),
        ("Dr 1002 USD 10.00 @-71.50; Cr 5001 USD 10.00 @71.50", Err(E::ValueDisagrees { line: 0 })),
        ("Dr 1002 USD 10.00 @71.50; Cr 1122* USD 10.00 @72.00; Dr 5603 USD 0.00 @0.50", Ok(())),
        (
            "Dr 1002 USD 10.00 @72.00; Cr 1122* USD 9.00 @72.00",
            Err(E::UnbalancedCurrency { currency: usd, difference_minor: 100 }),
        ),
        (
            "Dr 1002 72.00; Cr 1122* USD 10.00 @72.00",
            Err(E::UnbalancedCurrency { currency: Currency::CNY, difference_minor: 7_200 }),
        ),
        ("exchange Dr 1002 72.00; Cr 1122* USD 10.00 @72.00", Ok(())),
        ("exchange Dr 1002 72.00; Cr 1122* USD 10.00 @71.00", Err(E::Unbalanced { difference_minor: 100 })),
    ] {
        assert_eq!(checked(entry(text), PeriodState::Open).map(|_| ()), expected, "{text}");
    }
}

#[test]
fn the_period_must_be_open() {
    let draft = entry("Dr 1002 100.00; Cr 5001 100.00");
    assert_eq!(checked(draft.clone(), PeriodState::Closed), Err(EntryError::PeriodClosed));
    assert_eq!(checked(draft, PeriodState::Missing), Err(EntryError::PeriodMissing));
}

#[test]
fn reversals_are_red_or_swapped() {
    let draft = entry("Dr 1002 100.00; Cr 1122* 100.00");
    let date = "2026-12-01".parse().unwrap();
    for (style, expected) in [
        (ReversalStyle::RedLetter, "Dr 1002 -100.00; Cr 1122* -100.00"),
        (ReversalStyle::Swap, "Cr 1002 100.00; Dr 1122* 100.00"),
    ] {
        let back = reversal(&draft, Some(EntryId::NIL), date, style).unwrap();
        assert_eq!(back.lines, entry(expected).lines);
        assert_eq!((back.date, back.kind, back.reverses), (date, EntryKind::Reversal, Some(EntryId::NIL)));
        assert!(checked(back, PeriodState::Open).is_ok());
    }
}

#[test]
fn amounts_at_the_edge_do_not_wrap() {
    let mut draft = entry("Dr 1002 1.00; Cr 5001 1.00");
    for line in &mut draft.lines {
        line.original = Money::new(i64::MIN, Currency::CNY);
        line.functional_minor = i64::MIN;
    }
    assert!(checked(draft.clone(), PeriodState::Open).is_ok());
    assert_eq!(reversal(&draft, None, draft.date, ReversalStyle::RedLetter), Err(EntryError::Overflow));
    draft.lines[1].side = Side::Debit;
    assert_eq!(checked(draft, PeriodState::Open), Err(EntryError::Overflow));
}

proptest! {
    #[test]
    fn an_entry_and_its_reversal_leave_nothing(amounts in prop::collection::vec(-1_000_000_i64..1_000_000, 1..10), red: bool) {
        let mut draft = entry("Dr 1002 0.00; Cr 5001 0.00");
        let template = draft.lines[0].clone();
        draft.lines = amounts.iter().map(|m| LineDraft {
            original: Money::new(*m, Currency::CNY), functional_minor: *m, ..template.clone()
        }).collect();
        let sum = amounts.iter().sum();
        draft.lines.push(LineDraft {
            side: Side::Credit, original: Money::new(sum, Currency::CNY), functional_minor: sum, ..template
        });
        let style = if red { ReversalStyle::RedLetter } else { ReversalStyle::Swap };
        let back = reversal(&draft, None, draft.date, style).unwrap();
        for (line, undone) in draft.lines.iter().zip(&back.lines) {
            let pair = [(line.side, line.functional_minor), (undone.side, undone.functional_minor)];
            prop_assert_eq!(difference(pair.into_iter()), Ok(0));
        }
        if amounts.iter().any(|m| *m != 0) {
            prop_assert!(checked(back, PeriodState::Open).is_ok());
        }
    }
}

#[test]
fn documents_read_back() {
    let text = "01h455vb4pex5vsknk084sn02q";
    for prefix in ["inv", "crn", "pay", "ref", "dsp", "opn", "pyo"] {
        let name = format!("{prefix}_{text}");
        assert_eq!(Document::parse(&name).map(|d| d.to_string()), Some(name));
    }
    for other in [format!("cus_{text}"), "inv_".into(), "inv".into(), String::new(), format!("inv_{text}x")] {
        assert_eq!(Document::parse(&other), None, "{other}");
    }
    for kind in EntryKind::ALL {
        assert_eq!(EntryKind::by_name(kind.name()), Some(kind));
    }
}
