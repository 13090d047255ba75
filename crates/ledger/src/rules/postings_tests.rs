//! The entries of each business event, written as an accountant would.

use super::*;
use crate::rules::chart::Clearing;
use crate::rules::entry::{Accounts, Books, PeriodState, check};
use kernel::id::InvoiceId;
use proptest::prelude::*;

const CUSTOMER: CustomerId = CustomerId::from_bytes([1; 16]);

fn event(chart: Chart) -> Event {
    Event {
        chart,
        date: "2026-11-23".parse().unwrap(),
        document: Document::Invoice(InvoiceId::NIL),
        customer: CUSTOMER,
    }
}

fn cny(minor: i64) -> Valued {
    Valued { money: Money::new(minor, Currency::CNY), functional_minor: minor }
}

fn usd(minor: i64, functional_minor: i64) -> Valued {
    Valued { money: Money::new(minor, Currency::USD), functional_minor }
}

fn part(code: &str, base: Valued, tax: Valued) -> TaxedPart {
    TaxedPart { code: code.into(), base, tax }
}

fn settled(amount: Money, credit_minor: i64, item_minor: i64) -> Settlement {
    Settlement { amount, paid: amount, credit_minor, item_minor, home: Currency::CNY }
}

/// Checks the entry against the books and shows it: `Dr 1122* 732.16 | Cr 5001 649.70 VAT13 | Dr 1002 … cf1`.
fn shown(chart: Chart, draft: EntryDraft) -> String {
    let accounts = Accounts::standard(chart);
    let books = Books { functional: Currency::CNY, accounts: &accounts, period: PeriodState::Open };
    let balanced = check(draft, books).unwrap().into_draft();
    let line = |l: &LineDraft| {
        let side = if l.side == Side::Debit { "Dr" } else { "Cr" };
        let mut text =
            format!("{side} {}{} {}", l.account, if l.party.is_some() { "*" } else { "" }, l.original.amount());
        if l.original.currency() != Currency::CNY {
            text.push_str(&format!("@{}", Money::new(l.functional_minor, Currency::CNY).amount()));
        }
        if let Some(code) = &l.tax_code {
            text.push_str(&format!(" {code}"));
        }
        if let Some(line) = l.cash_flow_line {
            text.push_str(&format!(" cf{line}"));
        }
        text
    };
    balanced.lines.iter().map(line).collect::<Vec<_>>().join(" | ")
}

#[test]
fn a_count_is_no_receipt_from_customers() {
    let (cn, int) = (Chart::SmallEnterprise, Chart::International);
    for (chart, difference, expected) in [
        (cn, cny(-350), "Cr 1001 3.50 cf6 | Dr 1901 3.50"),
        (cn, cny(20), "Dr 1001 0.20 cf2 | Cr 1901 0.20"),
        (cn, usd(-500, -3500), "Cr 1001 5.00@35.00 cf6 | Dr 1901 5.00@35.00"),
        (int, cny(-350), "Cr 1000 3.50 cf6 | Dr 7910 3.50"),
        (int, cny(20), "Dr 1000 0.20 cf2 | Cr 7910 0.20"),
    ] {
        assert_eq!(shown(chart, count(event(chart), difference).unwrap()), expected);
    }
    assert_eq!(count(event(cn), cny(0)).unwrap().lines, []);
}

#[test]
fn sales() {
    let parts =
        [part("VAT13", cny(59_970), cny(7_796)), part("VAT9", cny(5_000), cny(450)), part("VAT0", cny(100), cny(0))];
    let (cn, int) = (Chart::SmallEnterprise, Chart::International);
    assert_eq!(
        shown(cn, invoice(event(cn), Net::Earned, &parts).unwrap()),
        "Dr 1122* 733.16 | Cr 5001 599.70 VAT13 | Cr 22210105 77.96 VAT13 | Cr 5001 50.00 VAT9 | Cr 22210105 4.50 VAT9 | Cr 5001 1.00 VAT0"
    );
    assert_eq!(
        shown(int, invoice(event(int), Net::Earned, &parts[..1]).unwrap()),
        "Dr 1200* 677.66 | Cr 4000 599.70 VAT13 | Cr 2200 77.96 VAT13"
    );
    assert_eq!(
        shown(cn, credit_note(event(cn), Net::Earned, &parts[..1]).unwrap()),
        "Dr 1122* -677.66 | Cr 5001 -599.70 VAT13 | Cr 22210105 -77.96 VAT13"
    );
    assert_eq!(
        shown(int, credit_note(event(int), Net::Earned, &parts[..1]).unwrap()),
        "Cr 1200* 677.66 | Dr 4000 599.70 VAT13 | Dr 2200 77.96 VAT13"
    );
    for (chart, back) in [(cn, "Dr 1122* -9.00 | Cr 3104 -9.00 "), (int, "Cr 1200* 9.00 | Dr 3050 9.00 ")] {
        let parts = [part("", cny(900), cny(0))];
        assert_eq!(shown(chart, credit_note(event(chart), Net::BroughtForward, &parts).unwrap()), back);
    }
    let issued = invoice(event(cn), Net::Earned, &parts[..1]).unwrap();
    let voided = void(cn, &issued, EntryId::NIL, issued.date).unwrap();
    assert_eq!(shown(cn, voided), "Dr 1122* -677.66 | Cr 5001 -599.70 VAT13 | Cr 22210105 -77.96 VAT13");
    assert!(invoice(event(cn), Net::Earned, &[]).unwrap().lines.is_empty());
}

#[test]
fn a_sale_that_is_not_delivered_yet() {
    let parts = [part("VAT13", cny(59_970), cny(7_796)), part("", cny(5_000), cny(0))];
    for (chart, invoiced, delivered, credited) in [
        (
            Chart::SmallEnterprise,
            "Dr 1122* 727.66 | Cr 2203* 599.70 VAT13 | Cr 22210105 77.96 VAT13 | Cr 2203* 50.00 ",
            "Dr 2203* 599.70 VAT13 | Cr 5001 599.70 VAT13 | Dr 2203* 50.00  | Cr 5001 50.00 ",
            "Dr 1122* -677.66 | Cr 2203* -599.70 VAT13 | Cr 22210105 -77.96 VAT13",
        ),
        (
            Chart::International,
            "Dr 1200* 727.66 | Cr 2100* 599.70 VAT13 | Cr 2200 77.96 VAT13 | Cr 2100* 50.00 ",
            "Dr 2100* 599.70 VAT13 | Cr 4000 599.70 VAT13 | Dr 2100* 50.00  | Cr 4000 50.00 ",
            "Cr 1200* 677.66 | Dr 2100* 599.70 VAT13 | Dr 2200 77.96 VAT13",
        ),
    ] {
        let entry = invoice(event(chart), Net::Deferred, &parts).unwrap();
        let deferred = standing(chart, AccountRole::CustomerAdvances, &entry.lines).unwrap();
        assert_eq!(shown(chart, entry), invoiced);
        assert_eq!(shown(chart, delivery(event(chart), &deferred)), delivered);
        assert_eq!(shown(chart, credit_note(event(chart), Net::Deferred, &parts[..1]).unwrap()), credited);
    }
    assert!(delivery(event(Chart::International), &[]).lines.is_empty());
}

#[test]
fn what_was_never_delivered_is_no_loss() {
    let e = event(Chart::SmallEnterprise);
    let code = |code: &str, value| (code.to_owned(), value);
    for (draft, expected) in [
        (
            write_off(e, WriteOff::BadDebt, cny(1_130), &[code("VAT13", cny(1_000))]),
            "Dr 2203* 10.00 VAT13 | Dr 571101 1.30 | Cr 1122* 11.30",
        ),
        (
            write_off(e, WriteOff::BadDebt, cny(900), &[code("A", cny(1_000)), code("B", cny(-100))]),
            "Dr 2203* 10.00 A | Cr 2203* 1.00 B | Cr 1122* 9.00",
        ),
        (
            write_off(e, WriteOff::BadDebt, usd(100, 712), &[code("", usd(100, 713))]),
            "Dr 2203* 1.00@7.13  | Cr 5301 0.00@0.01 | Cr 1122* 1.00@7.12",
        ),
        (
            given_up(e, Net::Deferred, &[code("A", cny(-1_000)), code("B", cny(200))]),
            "Cr 2203* 10.00 A | Dr 2203* 2.00 B | Dr 571101 8.00",
        ),
        (given_up(e, Net::Earned, &[code("A", cny(-500))]), "Cr 5001 5.00 A | Dr 571101 5.00"),
    ] {
        assert_eq!(shown(Chart::SmallEnterprise, draft.unwrap()), expected);
    }
    assert!(given_up(e, Net::Deferred, &[]).unwrap().lines.is_empty());
    let third = usd(300, 1_000).part(Money::new(100, Currency::USD)).unwrap();
    assert_eq!((third, usd(3, 10).part(Money::new(3, Currency::USD)).unwrap()), (usd(100, 333), usd(3, 10)));
}

proptest! {
    /// Whatever was credited before delivery: the delivery moves what is left, to the last unit of value.
    #[test]
    fn a_delivery_leaves_nothing_deferred(nets in prop::collection::vec((1_i64..1_000_000, 0_i64..1_000_000), 1..5), credited in 0_i64..100, rate in 1_i64..100_000) {
        for chart in [Chart::SmallEnterprise, Chart::International] {
            let at = |minor| Valued::at(Money::new(minor, Currency::USD), Decimal::new(rate, 4), Currency::CNY).unwrap();
            let taxed = |share: i64| -> Vec<TaxedPart> {
                let one = |(i, (net, tax)): (usize, &(i64, i64))| part(&format!("T{i}"), at(net * share / 100), at(tax * share / 100));
                nets.iter().enumerate().map(one).collect()
            };
            let mut lines = invoice(event(chart), Net::Deferred, &taxed(100)).unwrap().lines;
            lines.extend(credit_note(event(chart), Net::Deferred, &taxed(credited)).unwrap().lines);
            let deferred = standing(chart, AccountRole::CustomerAdvances, &lines).unwrap();
            let moved = delivery(event(chart), &deferred);
            lines.extend(moved.lines);
            prop_assert!(standing(chart, AccountRole::CustomerAdvances, &lines).unwrap().is_empty());
            let earned: i64 = standing(chart, AccountRole::Revenue, &lines).unwrap().iter().map(|(_, v)| v.functional_minor).sum();
            let was: i64 = deferred.iter().map(|(_, v)| v.functional_minor).sum();
            prop_assert_eq!(earned, was);
        }
    }
}

#[test]
fn money_in_and_out() {
    let cn = Chart::SmallEnterprise;
    let e = event(cn);
    let (bank, advances) = (AccountRole::Bank, AccountRole::CustomerAdvances);
    let stripe = AccountRole::GatewayClearing(Clearing::Stripe);
    let ten = |amount: i64| Money::new(amount, Currency::USD);
    for (draft, expected) in [
        (
            payment(e, bank, cny(10_000), &[settled(cny(7_000).money, 7_000, 7_000)]).unwrap(),
            "Dr 1002 100.00 cf1 | Cr 1122* 70.00 | Cr 2203* 30.00",
        ),
        (payment(e, AccountRole::Cash, cny(10_000), &[]).unwrap(), "Dr 1001 100.00 cf1 | Cr 2203* 100.00"),
        (
            payment(e, stripe, usd(1_000, 7_200), &[settled(ten(1_000), 7_200, 7_150)]).unwrap(),
            "Dr 101204 10.00@72.00 cf1 | Cr 1122* 10.00@71.50 | Cr 5301 0.00@0.50",
        ),
        (
            payment(e, bank, usd(1_500, 10_650), &[settled(ten(1_000), 7_100, 7_150)]).unwrap(),
            "Dr 1002 15.00@106.50 cf1 | Cr 1122* 10.00@71.50 | Cr 2203* 5.00@35.50 | Dr 5603 0.00@0.50",
        ),
        (
            application(e, advances, &[settled(ten(500), 3_550, 3_575)]).unwrap(),
            "Dr 2203* 5.00@35.50 | Cr 1122* 5.00@35.75 | Dr 5603 0.00@0.25",
        ),
        (
            application(e, AccountRole::Receivable, &[settled(cny(500).money, 500, 500)]).unwrap(),
            "Dr 1122* 5.00 | Cr 1122* 5.00",
        ),
        (refund(e, advances, bank, cny(3_000), 3_000).unwrap(), "Dr 2203* 30.00 | Cr 1002 30.00 cf1"),
        (
            refund(e, advances, stripe, usd(500, 3_500), 3_550).unwrap(),
            "Dr 2203* 5.00@35.50 | Cr 101204 5.00@35.00 cf1 | Cr 5301 0.00@0.50",
        ),
        (fee(e, stripe, cny(29)), "Dr 5603 0.29 | Cr 101204 0.29 cf6"),
        (transfer(e, stripe, bank, cny(900)), "Dr 1002 9.00 | Cr 101204 9.00"),
        (transfer(e, AccountRole::ChequesInHand, bank, cny(900)), "Dr 1002 9.00 | Cr 101210 9.00"),
        (transfer(e, stripe, AccountRole::Disputed, cny(900)), "Dr 1221 9.00 | Cr 101204 9.00 cf1"),
        (lost(e, cny(900), &[settled(cny(900).money, 900, 900)], cny(0)).unwrap(), "Dr 1122* 9.00 | Cr 1221 9.00"),
        (
            lost(e, cny(900), &[settled(cny(700).money, 700, 700)], cny(200)).unwrap(),
            "Dr 1122* 7.00 | Dr 2203* 2.00 | Cr 1221 9.00",
        ),
        (
            lost(e, usd(1_500, 10_650), &[settled(ten(1_000), 7_100, 7_150)], usd(500, 3_550)).unwrap(),
            "Dr 1122* 10.00@71.50 | Dr 2203* 5.00@35.50 | Cr 1221 15.00@106.50 | Cr 5301 0.00@0.50",
        ),
        (
            turned(lost(e, cny(900), &[settled(cny(700).money, 700, 700)], cny(200)).unwrap()),
            "Cr 1122* 7.00 | Cr 2203* 2.00 | Dr 1221 9.00",
        ),
        (turned(fee(e, stripe, cny(29))), "Cr 5603 0.29 | Dr 101204 0.29 cf6"),
        (write_off(e, WriteOff::BadDebt, cny(900), &[]).unwrap(), "Dr 571101 9.00 | Cr 1122* 9.00"),
        (write_off(e, WriteOff::SmallDifference, cny(1), &[]).unwrap(), "Dr 5603 0.01 | Cr 1122* 0.01"),
        (write_off(e, WriteOff::Discount, cny(200), &[]).unwrap(), "Dr 5603 2.00 | Cr 1122* 2.00"),
        (opening(e, Opening::Owed(cny(900))), "Dr 1122* 9.00 | Cr 3104 9.00"),
        (opening(e, Opening::Credit(cny(900))), "Dr 3104 9.00 | Cr 2203* 9.00"),
    ] {
        assert_eq!(shown(cn, draft), expected);
    }
}

#[test]
fn values_come_from_the_rate_of_the_document() {
    let rate: Decimal = "7.1234".parse().unwrap();
    for (money, minor) in [(Money::new(1_001, Currency::USD), 7_131), (Money::new(1_001, Currency::CNY), 1_001)] {
        assert_eq!(Valued::at(money, rate, Currency::CNY).unwrap().functional_minor, minor, "{money}");
    }
}

proptest! {
    #[test]
    fn payments_balance_whatever_the_rates(
        settlements in prop::collection::vec(
            (1_i64..1_000_000, prop::option::of(1_i64..9_000_000), 0_i64..9_000_000, 0_i64..9_000_000), 0..8),
        (rest, rest_value) in (0_i64..1_000_000, 0_i64..9_000_000),
        international: bool,
    ) {
        let chart = if international { Chart::International } else { Chart::SmallEnterprise };
        // Of an invoice in the payment's currency, or in another.
        let settlements: Vec<Settlement> = settlements
            .into_iter()
            .map(|(paid, other, c, i)| {
                let paid = Money::new(paid, Currency::USD);
                let amount = other.map_or(paid, |minor| Money::new(minor, Currency::EUR));
                Settlement { paid, ..settled(amount, c, i) }
            })
            .collect();
        let amount = rest + 1 + settlements.iter().map(|s| s.paid.minor()).sum::<i64>();
        let value = rest_value + settlements.iter().map(|s| s.credit_minor).sum::<i64>();
        let draft = payment(event(chart), AccountRole::Bank, usd(amount, value), &settlements).unwrap();
        let accounts = Accounts::standard(chart);
        let books = Books { functional: Currency::CNY, accounts: &accounts, period: PeriodState::Open };
        prop_assert!(check(draft, books).is_ok());
    }

    /// What comes in the currency of the books settles what is owed in another.
    #[test]
    fn payments_at_home_balance_whatever_the_rates(paid in 1_i64..9_000_000, owed in 1_i64..1_000_000, value in 0_i64..9_000_000) {
        let money = Money::new(paid, Currency::CNY);
        let one = Settlement { paid: money, ..settled(Money::new(owed, Currency::USD), paid, value) };
        let received = Valued { money, functional_minor: paid };
        let draft = payment(event(Chart::SmallEnterprise), AccountRole::Bank, received, &[one]).unwrap();
        let accounts = Accounts::standard(Chart::SmallEnterprise);
        let books = Books { functional: Currency::CNY, accounts: &accounts, period: PeriodState::Open };
        prop_assert!(check(draft, books).is_ok());
    }

    #[test]
    fn invoices_balance_and_credit_notes_undo_them(
        parts in prop::collection::vec((1_i64..1_000_000, 0_i64..100_000), 1..6),
        rate in 1_i64..1_000_000,
        international: bool,
    ) {
        let chart = if international { Chart::International } else { Chart::SmallEnterprise };
        let rate = Decimal::new(rate, 4);
        let value = |minor| Valued::at(Money::new(minor, Currency::EUR), rate, Currency::CNY).unwrap();
        let parts: Vec<TaxedPart> = parts.into_iter().map(|(b, t)| part("S", value(b), value(t))).collect();
        let accounts = Accounts::standard(chart);
        let books = Books { functional: Currency::CNY, accounts: &accounts, period: PeriodState::Open };
        let mut sums: std::collections::BTreeMap<String, i64> = Default::default();
        for draft in [invoice(event(chart), Net::Earned, &parts).unwrap(), credit_note(event(chart), Net::Earned, &parts).unwrap()] {
            for line in check(draft, books).unwrap().into_draft().lines {
                let sign = if line.side == Side::Debit { 1 } else { -1 };
                *sums.entry(line.account).or_default() += sign * line.functional_minor;
            }
        }
        prop_assert!(sums.values().all(|sum| *sum == 0));
    }
}
