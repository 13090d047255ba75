//! Revaluation on a real database, through the door: whatever is revalued when, what is realised in the end is the same.

#![allow(clippy::unwrap_used)]

mod house;

use house::{ALL, CUSTOMER, House, ORGANISATION, code, houses};
use kernel::id::{InvoiceId, PaymentId};
use kernel::{Currency, Date, Money};
use ledger::queries;
use ledger::rules::postings::{self, Event, Net, Settlement, TaxedPart};
use ledger::{AccountRole, Chart, Document, RevalueOpenItems, ReverseEntry, SetExchangeRate, Valued};
use proptest::prelude::*;

const CURRENCIES: [&str; 3] = ["USD", "EUR", "JPY"];
/// Months that are over when the story is told.
const MONTHS: i8 = 10;

fn day(month: i8, day: i8) -> Date {
    Date::new(2026, month, day).unwrap()
}

fn opened(chart: Chart) -> Vec<House> {
    let houses = houses(chart.name());
    for house in &houses {
        house.within(move |tx| ledger::open_books(tx, chart)).unwrap();
    }
    houses
}

fn set_rate(house: &House, currency: Currency, on: Date, rate: u32) {
    let input = ledger::RateInput {
        base: currency.code().into(),
        quote: "CNY".into(),
        valid_from: on.to_string(),
        rate: format!("{}.{:04}", rate / 10_000, rate % 10_000),
        source: None,
    };
    house.write(SetExchangeRate(ledger::rules::rate::check(&input).unwrap())).unwrap();
}

fn findings(house: &House) -> Vec<&'static str> {
    house.read(|conn| ledger::verify(conn, ORGANISATION)).into_iter().map(|f| f.code).collect()
}

/// Debits less credits of accounts at the end of a day.
fn standing(house: &House, accounts: &[&str], on: Date) -> i64 {
    let trial = house.read(move |conn| queries::trial_balance(conn, &ALL, on));
    assert_eq!(trial.total_debit, trial.total_credit);
    trial.rows.iter().filter(|row| accounts.contains(&row.account.as_str())).map(|row| row.balance.minor()).sum()
}

/// An invoice as it stands.
#[derive(Debug, Clone, Copy)]
struct Owed {
    open: Valued,
}

fn event(chart: Chart, date: Date, document: Document) -> Event {
    Event { chart, date, document, customer: CUSTOMER }
}

fn id_of(n: usize) -> [u8; 16] {
    [u8::try_from(n).unwrap() + 1; 16]
}

fn bill(house: &House, chart: Chart, n: usize, amount: Money, on: Date) -> Owed {
    let id = InvoiceId::from_bytes(id_of(n));
    let post = move |tx: &mut store::Tx<'_>| {
        let base = ledger::value(tx, amount, on)?;
        let tax = Valued { money: Money::zero(amount.currency()), functional_minor: 0 };
        let part = TaxedPart { code: "VAT0".into(), base, tax };
        let issued = event(chart, on, Document::Invoice(id));
        ledger::post(tx, postings::invoice(issued, Net::Earned, &[part]).unwrap(), "")?;
        Ok(base)
    };
    Owed { open: house.within(post).unwrap() }
}

/// Pays a part of an invoice as receivables do: each part at its share of the book value. Gives what the money was worth.
fn pay(house: &House, chart: Chart, n: usize, owed: &mut Owed, amount: Money, on: Date) -> i64 {
    let (open, id) = (owed.open, PaymentId::from_bytes(id_of(n)));
    let item = open.part(amount).unwrap();
    let post = move |tx: &mut store::Tx<'_>| {
        let received = ledger::value(tx, amount, on)?;
        let settled = Settlement {
            amount,
            paid: amount,
            credit_minor: received.functional_minor,
            item_minor: item.functional_minor,
            home: Currency::CNY,
        };
        let paid = event(chart, on, Document::Payment(id));
        ledger::post(tx, postings::payment(paid, AccountRole::Bank, received, &[settled]).unwrap(), "")?;
        Ok(received.functional_minor)
    };
    let received = house.within(post).unwrap();
    owed.open = Valued {
        money: open.money.minus(amount).unwrap(),
        functional_minor: open.functional_minor - item.functional_minor,
    };
    received
}

/// What happens, at a day counted from the first of January in months and days.
#[derive(Debug, Clone)]
enum Step {
    Bill {
        currency: usize,
        minor: i64,
        month: i8,
        day: i8,
    },
    /// So many per cent of what is open of the invoice, on a day not before its own.
    Pay {
        invoice: usize,
        percent: i64,
        month: i8,
        day: i8,
    },
    Revalue {
        month: i8,
    },
    /// The last rate of a month is corrected.
    Correct {
        currency: usize,
        month: i8,
        rate: u32,
    },
}

fn step() -> impl Strategy<Value = Step> {
    let (month, day) = (1..=MONTHS, 1_i8..=28);
    prop_oneof![
        3 => (0..3_usize, 1_i64..200_000, month.clone(), day.clone())
            .prop_map(|(currency, minor, month, day)| Step::Bill { currency, minor, month, day }),
        4 => (any::<usize>(), 1_i64..=100, month.clone(), day)
            .prop_map(|(invoice, percent, month, day)| Step::Pay { invoice, percent, month, day }),
        4 => month.clone().prop_map(|month| Step::Revalue { month }),
        1 => (0..3_usize, month, 400_u32..120_000)
            .prop_map(|(currency, month, rate)| Step::Correct { currency, month, rate }),
    ]
}

/// Runs a story; gives the home value of all money that came in, and that of all invoices at their own rates.
fn told(house: &House, chart: Chart, rates: &[u32], steps: &[Step]) -> (i64, i64) {
    let currencies: Vec<Currency> = CURRENCIES.iter().map(|code| code.parse().unwrap()).collect();
    for (n, rate) in rates.iter().enumerate() {
        let (month, place) = (1 + i8::try_from(n / 6).unwrap(), n % 6);
        set_rate(house, currencies[place / 2], day(month, if place % 2 == 0 { 1 } else { 27 }), *rate);
    }
    let (mut owed, mut dates, mut cash, mut booked): (Vec<Owed>, Vec<Date>, i64, i64) = (Vec::new(), Vec::new(), 0, 0);
    for (n, step) in steps.iter().enumerate() {
        match *step {
            Step::Bill { currency, minor, month, day: d } => {
                let bill = bill(house, chart, n, Money::new(minor, currencies[currency]), day(month, d));
                booked += bill.open.functional_minor;
                owed.push(bill);
                dates.push(day(month, d));
            }
            Step::Pay { invoice, percent, month, day: d } if !owed.is_empty() => {
                let at = invoice % owed.len();
                let (open, on) = (owed[at].open.money, day(month, d).max(dates[at]));
                let minor = open.minor() * percent / 100;
                if minor > 0 {
                    cash += pay(house, chart, n, &mut owed[at], Money::new(minor, open.currency()), on);
                }
            }
            Step::Pay { .. } => {}
            Step::Revalue { month } => {
                let on = day(month, 1).last_of_month();
                house.write(RevalueOpenItems { on }).unwrap();
                assert_eq!(house.write(RevalueOpenItems { on }).unwrap(), None, "once is enough");
            }
            Step::Correct { currency, month, rate } => set_rate(house, currencies[currency], day(month, 27), rate),
        }
    }
    for (n, owed) in owed.iter_mut().enumerate() {
        let open = owed.open.money;
        if !open.is_zero() {
            cash += pay(house, chart, 100 + n, owed, open, day(11, 20));
        }
    }
    (cash, booked)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, max_shrink_iters: 60, failure_persistence: None, ..ProptestConfig::default() })]

    /// However often a month's end was revalued, late postings and corrected rates between: when all is settled, gains and losses
    /// are the money that came in less what the invoices were booked at, and nobody owes anything in either amount.
    #[test]
    fn what_is_realised_does_not_hang_on_revaluations(
        rates in prop::collection::vec(400_u32..120_000, 66),
        steps in prop::collection::vec(step(), 1..30),
    ) {
        for chart in [Chart::SmallEnterprise, Chart::International] {
            for house in opened(chart) {
                let (cash, booked) = told(&house, chart, &rates, &steps);
                let (gain, loss) = (chart.code(AccountRole::FxGain), chart.code(AccountRole::FxLoss));
                let receivable = chart.code(AccountRole::Receivable);
                prop_assert_eq!(standing(&house, &[gain, loss], day(11, 23)), booked - cash);
                prop_assert_eq!(standing(&house, &[receivable], day(11, 23)), 0);
                for month in 1..=MONTHS {
                    let on = day(month, 1).last_of_month();
                    house.write(RevalueOpenItems { on }).unwrap();
                    let seen = house.read(move |conn| queries::revaluation(conn, &ALL, on));
                    prop_assert!(!seen.is_due().unwrap());
                    // What stands on the accounts is what the balances are worth.
                    for account in [receivable, chart.code(AccountRole::Bank)] {
                        let of_account = seen.balances.iter().filter(|b| b.place.0 == account);
                        let worth: i64 = of_account.map(|b| b.value_minor).sum();
                        prop_assert_eq!(standing(&house, &[account], on), worth, "{} at {}", account, on);
                    }
                }
                prop_assert_eq!(standing(&house, &[gain, loss], day(11, 23)), booked - cash);
                let left = house.read(|conn| queries::revaluation(conn, &ALL, day(11, 23)));
                prop_assert!(left.balances.iter().all(|b| b.place.0 != receivable), "{:?}", left.balances);
                prop_assert_eq!(findings(&house), Vec::<&str>::new());
            }
        }
    }
}

/// An invoice of October over USD 100.00 at 7.10, with 7.20 at the month's end.
fn in_october(house: &House, chart: Chart) -> Owed {
    set_rate(house, Currency::USD, day(10, 1), 71_000);
    set_rate(house, Currency::USD, day(10, 30), 72_000);
    bill(house, chart, 1, Money::new(10_000, Currency::USD), day(10, 5))
}

#[test]
fn only_a_month_that_is_over_and_open_is_revalued() {
    for house in opened(Chart::SmallEnterprise) {
        in_october(&house, Chart::SmallEnterprise);
        assert_eq!(code(house.write(RevalueOpenItems { on: day(10, 30) })), "/on not_a_month_end");
        assert_eq!(code(house.write(RevalueOpenItems { on: day(11, 30) })), "/on in_the_future");
        let period = house.read(|conn| queries::periods(conn, &ALL))[0].id;
        house.write(ledger::ClosePeriod(period)).unwrap();
        assert_eq!(code(house.write(RevalueOpenItems { on: day(10, 31) })), "period_closed");
        house.write(ledger::ReopenPeriod(period)).unwrap();
        let entry = house.write(RevalueOpenItems { on: day(10, 31) }).unwrap().unwrap();
        assert_eq!(standing(&house, &["1122"], day(10, 31)), 72_000);
        assert_eq!(standing(&house, &["1122"], day(11, 1)), 71_000);
        let back = ReverseEntry { id: entry, on: None, memo: None };
        assert_eq!(code(house.write(back)), "entry_already_reversed");
    }
}

#[test]
fn a_rate_of_another_month_says_nothing_of_this_ones_end() {
    for house in opened(Chart::SmallEnterprise) {
        set_rate(&house, Currency::USD, day(8, 31), 71_000);
        bill(&house, Chart::SmallEnterprise, 1, Money::new(10_000, Currency::USD), day(9, 1));
        assert_eq!(code(house.write(RevalueOpenItems { on: day(9, 30) })), "closing_rate_missing");
        set_rate(&house, Currency::USD, day(9, 1), 71_500);
        assert!(house.write(RevalueOpenItems { on: day(9, 30) }).unwrap().is_some());
    }
}

/// Money that came at one rate and went at another leaves a value without an amount.
#[test]
fn a_rest_without_an_amount_is_put_right_once() {
    for house in opened(Chart::SmallEnterprise) {
        set_rate(&house, Currency::USD, day(9, 1), 71_000);
        set_rate(&house, Currency::USD, day(9, 2), 72_000);
        let post = |tx: &mut store::Tx<'_>| {
            let document = Document::Payment(PaymentId::from_bytes(id_of(1)));
            let on = |day| event(Chart::SmallEnterprise, day, document);
            let money = Money::new(10_000, Currency::USD);
            let (came, went) = (ledger::value(tx, money, day(9, 1))?, ledger::value(tx, money, day(9, 2))?);
            ledger::post(tx, postings::payment(on(day(9, 1)), AccountRole::Bank, came, &[]).unwrap(), "")?;
            ledger::post(tx, postings::fee(on(day(9, 2)), AccountRole::Bank, went), "")
        };
        house.within(post).unwrap();
        for on in [day(9, 30), day(10, 31)] {
            assert_eq!(standing(&house, &["1002"], on), -1_000);
            assert!(house.write(RevalueOpenItems { on }).unwrap().is_some(), "without a rate of the month");
            assert_eq!((standing(&house, &["1002"], on), standing(&house, &["5301"], on)), (0, -1_000));
            assert_eq!(house.write(RevalueOpenItems { on }).unwrap(), None);
        }
    }
}

#[test]
fn verify_misses_a_reversal() {
    for house in opened(Chart::SmallEnterprise) {
        in_october(&house, Chart::SmallEnterprise);
        house.write(RevalueOpenItems { on: day(10, 31) }).unwrap();
        assert_eq!(findings(&house), Vec::<&str>::new());
        house.sql("UPDATE journal_entries SET reverses = NULL WHERE kind = 'reversal'");
        assert_eq!(findings(&house), ["revaluation_not_reversed"]);
    }
}

/// A line that has a value but no amount must not trouble other programs.
#[test]
fn other_programs_take_a_revaluation() {
    for chart in [Chart::SmallEnterprise, Chart::International] {
        for house in opened(chart) {
            in_october(&house, chart);
            house.write(RevalueOpenItems { on: day(10, 31) }).unwrap();
            set_rate(&house, Currency::USD, day(10, 30), 70_000);
            house.write(RevalueOpenItems { on: day(10, 31) }).unwrap();
            let folder = tempfile::tempdir().unwrap();
            for (format, name, program, args) in [
                (ledger::Format::Hledger, "books.journal", "hledger", &["check", "-s", "accounts", "-f"][..]),
                (ledger::Format::Beancount, "books.beancount", "bean-check", &[]),
            ] {
                let text = house.read(move |conn| {
                    let mut text = Vec::new();
                    ledger::export(conn, ORGANISATION, format, None, None, &mut text)?;
                    Ok(text)
                });
                let path = folder.path().join(name);
                std::fs::write(&path, &text).unwrap();
                let text = String::from_utf8(text).unwrap();
                assert!(text.contains("revaluation"), "{text}");
                let Ok(output) =
                    std::process::Command::new(program).args(args).arg(&path).env("LC_ALL", "C.UTF-8").output()
                else {
                    continue;
                };
                assert!(output.status.success(), "{}{text}", String::from_utf8_lossy(&output.stderr));
            }
        }
    }
}
