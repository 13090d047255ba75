//! The books on a real database, through the door.

#![allow(clippy::unwrap_used)]

mod house;

use house::{ALL, CUSTOMER, House, ORGANISATION, OTHER, code, houses};
use kernel::id::{EntryId, InvoiceId, PaymentId};
use kernel::{Currency, Date, Money, Scope};
use ledger::queries::{self, EntryFilter, Place};
use ledger::rules::chart::Side;
use ledger::rules::entry::LineDraft;
use ledger::rules::manual::{self, LineInput, ManualInput};
use ledger::rules::postings::{self, Event, Settlement, TaxedPart};
use ledger::{
    AccountRole, Chart, ClosePeriod, Document, EntryDraft, EntryKind, PostManualEntry, ReopenPeriod, ReverseEntry,
    SetExchangeRate, Valued,
};
use proptest::prelude::*;
use store::Error;

const CHINESE: &str = "cn_small";

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn opened(chart: Chart) -> Vec<House> {
    let houses = houses(chart.name());
    for house in &houses {
        house.within(move |tx| ledger::open_books(tx, chart)).unwrap();
    }
    houses
}

/// `5602 Dr CNY 5`.
fn manual(date: &str, lines: &[&str]) -> PostManualEntry {
    let line = |text: &&str| {
        let words: Vec<&str> = text.split_whitespace().collect();
        let amount = Some((words[2].to_owned(), words[3].to_owned()));
        let (debit, credit) = if words[1] == "Dr" { (amount, None) } else { (None, amount) };
        LineInput { account: words[0].to_owned(), debit, credit }
    };
    let input = ManualInput { date: date.into(), memo: "手工 entry".into(), lines: lines.iter().map(line).collect() };
    PostManualEntry(manual::check(&input).unwrap())
}

fn rate(base: &str, quote: &str, on: &str, rate: &str) -> SetExchangeRate {
    let rate = ledger::rules::rate::check(&ledger::RateInput {
        base: base.into(),
        quote: quote.into(),
        valid_from: on.into(),
        rate: rate.into(),
        source: None,
    });
    SetExchangeRate(rate.unwrap())
}

fn trial(house: &House, as_of: &str) -> Vec<(String, i64, i64)> {
    let as_of = day(as_of);
    let trial = house.read(move |conn| queries::trial_balance(conn, &ALL, as_of));
    assert_eq!(trial.total_debit, trial.total_credit);
    trial.rows.into_iter().map(|row| (row.account, row.debit.minor(), row.credit.minor())).collect()
}

fn findings(house: &House) -> Vec<&'static str> {
    house.read(|conn| ledger::verify(conn, ORGANISATION)).into_iter().map(|f| f.code).collect()
}

const INVOICE: InvoiceId = InvoiceId::from_bytes([5; 16]);
const PAYMENT: PaymentId = PaymentId::from_bytes([6; 16]);

fn event(chart: Chart, date: &str, document: Document) -> Event {
    Event { chart, date: day(date), document, customer: CUSTOMER }
}

/// An invoice in dollars, and its payment at another rate.
fn a_sale(house: &House, chart: Chart) {
    house.write(rate("USD", "CNY", "2026-11-01", "7.10")).unwrap();
    house.write(rate("CNY", "USD", "2026-11-10", "0.1388888889")).unwrap();
    house
        .within(move |tx| {
            let value =
                |tx: &mut store::Tx<'_>, minor, on| ledger::value(tx, Money::new(minor, Currency::USD), day(on));
            let part = TaxedPart {
                code: "VAT13".into(),
                base: value(tx, 10_000, "2026-11-02")?,
                tax: value(tx, 1_300, "2026-11-02")?,
            };
            let issued = event(chart, "2026-11-02", Document::Invoice(INVOICE));
            ledger::post(tx, postings::invoice(issued, postings::Net::Earned, &[part]).unwrap(), "INV-1 \"quoted\"")?;
            let received = value(tx, 12_000, "2026-11-12")?;
            let credit_minor = received.functional_minor * 113 / 120;
            let amount = Money::new(11_300, Currency::USD);
            let settled = Settlement { amount, paid: amount, credit_minor, item_minor: 80_230, home: Currency::CNY };
            let paid = event(chart, "2026-11-12", Document::Payment(PAYMENT));
            let draft = postings::payment(paid, AccountRole::Bank, received, &[settled]).unwrap();
            ledger::post(tx, draft, "收款 | wire")
        })
        .unwrap();
}

fn newest(limit: i64) -> store::Part {
    store::Part::newest::<()>(None, limit)
}

#[test]
fn a_sale_stands_in_the_books_of_both_charts() {
    for chart in [Chart::SmallEnterprise, Chart::International] {
        for house in opened(chart) {
            a_sale(&house, chart);
            let sheet = house.read(|conn| queries::balance_sheet(conn, &ALL, day("2026-11-30")));
            assert_eq!(sheet.now.faults(), []);
            let pnl = house.read(|conn| queries::profit_and_loss(conn, &ALL, None, day("2026-11-30")));
            assert_eq!((pnl.from, pnl.period.faults()), (day("2026-11-01"), vec![]));
            assert_eq!(pnl.period.amount(1), 71_000);
            let before =
                house.read(|conn| queries::profit_and_loss(conn, &ALL, Some(day("2026-11-03")), day("2026-11-30")));
            assert_eq!((before.period.amount(1), before.year.amount(1)), (0, 71_000));
            let shown = house.read(move |conn| {
                queries::entries(
                    conn,
                    &ALL,
                    &EntryFilter { document: Some(Document::Invoice(INVOICE)), ..Default::default() },
                    &newest(9),
                )
            });
            assert_eq!(shown.len(), 1);
            assert_eq!(shown[0].lines[0].debit().minor(), 80_230);
            assert_eq!(shown[0].document.unwrap().to_string(), INVOICE.to_string());
            assert_eq!(findings(&house), Vec::<&str>::new());
            assert!(
                house
                    .app
                    .db()
                    .read_now(|conn| queries::trial_balance(
                        conn,
                        &Scope::Customer(ORGANISATION, CUSTOMER),
                        day("2026-11-30")
                    ))
                    .is_err()
            );
            let other = house.read(|conn| queries::trial_balance(conn, &Scope::Organisation(OTHER), day("2026-11-30")));
            assert_eq!(other.rows, []);
        }
    }
}

#[test]
fn rates_are_found_either_way_and_missing_ones_refused() {
    for house in opened(Chart::SmallEnterprise) {
        house.write(rate("USD", "CNY", "2026-11-01", "7.10")).unwrap();
        house.write(rate("USD", "CNY", "2026-11-05", "7.20")).unwrap();
        house.write(rate("CNY", "USD", "2026-11-10", "0.125")).unwrap();
        house.write(rate("USD", "CNY", "2026-11-05", "7.25")).unwrap();
        for (on, expected) in
            [("2026-10-31", None), ("2026-11-01", Some("7.1")), ("2026-11-09", Some("7.25")), ("2026-11-10", Some("8"))]
        {
            let on = day(on);
            let found = house.read(move |conn| ledger::rate(conn, ORGANISATION, Currency::USD, Currency::CNY, on));
            assert_eq!(found.map(|rate| rate.normalize().to_string()).as_deref(), expected, "{on}");
        }
        let value = house.within(|tx| ledger::value(tx, Money::new(100, Currency::USD), day("2026-11-09")));
        assert_eq!(value.unwrap(), Valued { money: Money::new(100, Currency::USD), functional_minor: 725 });
        let missing = house.within(|tx| ledger::value(tx, Money::new(100, Currency::EUR), day("2026-11-09")));
        assert_eq!(code(missing), "exchange_rate_missing");
    }
}

#[test]
fn manual_entries_and_their_reversals() {
    for house in opened(Chart::SmallEnterprise) {
        for (date, lines, refused) in [
            ("2026-11-02", &["5602 Dr CNY 5", "1002 Cr CNY 5"][..], ""),
            ("2026-11-30", &["5602 Dr CNY 5", "1002 Cr CNY 5"], "/date in_the_future"),
            ("2026-11-02", &["5602 Dr CNY 5", "1002 Cr CNY 6"], "entry_unbalanced"),
            ("2026-11-02", &["5602 Dr CNY 5", "9999 Cr CNY 5"], "/lines/1/account unknown_account"),
            ("2026-11-02", &["2221 Dr CNY 5", "1002 Cr CNY 5"], "/lines/0/account account_not_postable"),
            ("2026-11-02", &["1122 Dr CNY 5", "5001 Cr CNY 5"], "/lines/0/account control_account"),
            ("2026-11-02", &["5602 Dr USD 5", "1002 Cr USD 5"], "exchange_rate_missing"),
        ] {
            assert_eq!(code(house.write(manual(date, lines))), refused, "{date} {lines:?}");
        }
        assert_eq!(trial(&house, "2026-11-29"), [("1002".into(), 0, 500), ("5602".into(), 500, 0)]);
        let first = house.write(manual("2026-11-03", &["5602 Dr CNY 7", "1001 Cr CNY 7"])).unwrap();
        let reverse = |on: Option<&str>| ReverseEntry { id: first, on: on.map(day), memo: None };
        let back = house.write(reverse(Some("2026-11-04"))).unwrap();
        assert_eq!(code(house.write(reverse(None))), "entry_already_reversed");
        assert_eq!(code(house.write(ReverseEntry { id: back, on: None, memo: None })), "entry_is_reversal");
        let entry = house.read(move |conn| queries::entry(conn, &ALL, back));
        assert_eq!((entry.reverses, entry.lines[0].amount.minor()), (Some(first), -700));
        let taken = house.read(move |conn| queries::entry(conn, &ALL, first));
        assert_eq!(taken.reversed_by, Some(back));
        // Red letters leave no turnover behind.
        let trial = trial(&house, "2026-11-10");
        assert!(trial.contains(&("1001".into(), 0, 0)), "{trial:?}");
        assert_eq!(findings(&house), Vec::<&str>::new());
    }
}

#[test]
fn a_document_s_entry_is_found_and_taken_back() {
    for house in opened(Chart::International) {
        a_sale(&house, Chart::International);
        let found = |house: &House| {
            house.read(|conn| ledger::entry_of(conn, ORGANISATION, Document::Invoice(INVOICE), EntryKind::Invoice))
        };
        let entry = found(&house).unwrap();
        house.within(move |tx| ledger::reverse(tx, entry, day("2026-11-20"), "void")).unwrap();
        assert_eq!(found(&house), None);
        let entries = house.read(|conn| ledger::entries_of(conn, ORGANISATION, Document::Invoice(INVOICE)));
        assert_eq!(entries.iter().map(|e| e.kind).collect::<Vec<_>>(), [EntryKind::Invoice, EntryKind::Reversal]);
        assert_eq!(code(house.write(ReverseEntry { id: entry, on: None, memo: None })), "entry_not_manual");
    }
}

#[test]
fn nothing_enters_a_closed_period() {
    for house in opened(Chart::SmallEnterprise) {
        let lines = &["5602 Dr CNY 5", "1002 Cr CNY 5"];
        for date in ["2026-08-02", "2026-10-20", "2026-10-05", "2026-10-20"] {
            house.write(manual(date, lines)).unwrap();
        }
        let periods = |house: &House| house.read(|conn| queries::periods(conn, &ALL));
        let [october, august] = periods(&house).try_into().unwrap();
        assert_eq!((october.starts_on, october.ends_on), (day("2026-10-01"), day("2026-10-31")));
        assert_eq!(code(house.write(ClosePeriod(october.id))), "period_earlier_open");
        assert_eq!(code(house.write(ReopenPeriod(august.id))), "period_already_open");
        house.write(ClosePeriod(august.id)).unwrap();
        house.write(ClosePeriod(october.id)).unwrap();
        assert_eq!(code(house.write(ClosePeriod(october.id))), "period_already_closed");
        // September never was, but October is closed.
        for date in ["2026-10-20", "2026-09-10", "2026-08-10", "2026-07-10"] {
            assert_eq!(code(house.write(manual(date, lines))), "period_closed", "{date}");
        }
        let numbers: Vec<_> = house
            .read(|conn| queries::entries(conn, &ALL, &EntryFilter::default(), &newest(10)))
            .into_iter()
            .map(|entry| (entry.date, entry.voucher))
            .collect();
        let oct = |d: &str, n| (day(d), Some(n));
        assert_eq!(numbers, [oct("2026-10-20", 3), oct("2026-10-05", 1), oct("2026-10-20", 2), oct("2026-08-02", 1)]);
        assert_eq!(code(house.write(ReopenPeriod(august.id))), "period_later_closed");
        house.write(ReopenPeriod(october.id)).unwrap();
        house.write(manual("2026-10-01", lines)).unwrap();
        house.write(manual("2026-09-10", lines)).unwrap();
        house.maintain(|conn| ledger::number_vouchers(conn, ORGANISATION, day("2026-10-15")));
        let newest = house.read(|conn| queries::entries(conn, &ALL, &EntryFilter::default(), &newest(2)));
        assert_eq!(newest.iter().map(|e| e.voucher).collect::<Vec<_>>(), [None, Some(4)]);
        assert_eq!(findings(&house), Vec::<&str>::new());
        assert_eq!(code(house.write(ClosePeriod(kernel::Id::NIL))), "period_not_found");
    }
}

#[test]
fn the_general_ledger_pages_with_a_running_balance() {
    for house in opened(Chart::SmallEnterprise) {
        for n in 1..=25 {
            let (date, amount) = (format!("2026-{:02}-{:02}", 9 + n % 3, 1 + n % 20), format!("{n}.00"));
            let (debit, credit) = (format!("1002 Dr CNY {amount}"), format!("5001 Cr CNY {amount}"));
            house.write(manual(&date, &[&debit, &credit])).unwrap();
            if n == 12 {
                house.maintain(|conn| ledger::roll_tail(conn, 7));
            }
        }
        let (mut place, mut seen, mut balance): (Option<Place>, Vec<Place>, Option<Money>) = (None, Vec::new(), None);
        loop {
            let from = place;
            let page = house.read(move |conn| {
                queries::general_ledger(conn, &ALL, "1002", (day("2026-10-01"), day("2026-11-30")), from, 4)
            });
            if let Some(balance) = balance {
                assert_eq!(page.opening, balance);
            }
            seen.extend(page.lines.iter().map(|line| line.place));
            balance = Some(page.closing);
            place = page.next.map(|place| place.to_string().parse().unwrap());
            if place.is_none() {
                break;
            }
        }
        assert_eq!(seen.len(), 17);
        assert!(seen.is_sorted_by_key(|p| (p.date, p.entry, p.line)));
        assert_eq!(balance.unwrap().minor(), (1..=25).sum::<i64>() * 100);
        let unknown = house.app.db().read_now(|conn| {
            queries::general_ledger(conn, &ALL, "0000", (day("2026-10-01"), day("2026-11-30")), None, 4)
        });
        assert_eq!(code(unknown), "account_not_found");
    }
}

#[test]
fn verify_names_what_was_tampered_with() {
    for house in opened(Chart::SmallEnterprise) {
        for _ in 0..3 {
            house.write(manual("2026-10-02", &["5602 Dr CNY 5", "1002 Cr CNY 5"])).unwrap();
        }
        house.maintain(|conn| ledger::roll_tail(conn, 2));
        house.write(ClosePeriod(house.read(|conn| queries::periods(conn, &ALL))[0].id)).unwrap();
        assert_eq!(findings(&house), Vec::<&str>::new());
        house.sql("UPDATE journal_lines SET functional_minor = 501 WHERE account = '5602'");
        assert_eq!(findings(&house), ["entry_unbalanced", "entry_unbalanced", "entry_unbalanced", "balance_differs"]);
        house.sql("UPDATE journal_lines SET functional_minor = 500 WHERE account = '5602'");
        house.sql("UPDATE balances SET debit_minor = debit_minor + 1 WHERE account = '5602'");
        assert_eq!(findings(&house), ["balance_differs", "account_day_differs"]);
        house.sql("UPDATE balances SET debit_minor = debit_minor - 1 WHERE account = '5602'");
        house.sql("UPDATE account_days SET credit_minor = credit_minor - 1 WHERE account = '1002'");
        assert_eq!(findings(&house), ["account_day_differs"]);
        house.sql("UPDATE account_days SET credit_minor = credit_minor + 1 WHERE account = '1002'");
        house.sql("DELETE FROM voucher_numbers WHERE number = 2");
        assert_eq!(findings(&house), ["voucher_gap"]);
    }
}

#[test]
fn who_posts_and_who_closes_do_not_pass_each_other() {
    for house in opened(Chart::SmallEnterprise) {
        house.write(manual("2026-10-02", &["5602 Dr CNY 1", "1002 Cr CNY 1"])).unwrap();
        let period = house.read(|conn| queries::periods(conn, &ALL))[0].id;
        let results = std::thread::scope(|scope| {
            let house = &house;
            let posts: Vec<_> = (0..48)
                .map(|n| {
                    scope.spawn(move || {
                        if n == 24 {
                            return house.write(ClosePeriod(period)).map(|_| EntryId::NIL);
                        }
                        house.write(manual("2026-10-02", &["5602 Dr CNY 1", "1002 Cr CNY 1"]))
                    })
                })
                .collect();
            posts.into_iter().map(|t| t.join().unwrap()).collect::<Vec<_>>()
        });
        let posted = results.iter().filter(|r| r.as_ref().is_ok_and(|id| *id != EntryId::NIL)).count();
        let refused = results.into_iter().filter(|r| r.is_err()).map(code).collect::<Vec<_>>();
        assert!(refused.iter().all(|code| code == "period_closed"), "{refused:?}");
        assert_eq!(posted + refused.len(), 47);
        // Whatever was let in before the close has its number.
        let numbered = house.read(|conn| queries::entries(conn, &ALL, &EntryFilter::default(), &newest(100)));
        assert_eq!(numbered.len(), posted + 1);
        assert!(numbered.iter().all(|entry| entry.voucher.is_some()));
        assert_eq!(findings(&house), Vec::<&str>::new());
    }
}

/// An entry between two accounts, one of them kept per customer.
fn draft(n: u8, minor: i64, date: Date) -> EntryDraft {
    let (currency, functional_minor) =
        if n.is_multiple_of(3) { (Currency::USD, minor * 7) } else { (Currency::CNY, minor) };
    let line = |account: &str, side| LineDraft {
        account: account.into(),
        side,
        original: Money::new(minor, currency),
        functional_minor,
        party: (account == "1122").then_some(CUSTOMER),
        tax_code: None,
        cash_flow_line: None,
    };
    let lines = vec![line("1122", Side::Debit), line("5001", Side::Credit)];
    EntryDraft { date, kind: EntryKind::Manual, document: None, reverses: None, exchange: false, lines }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, max_shrink_iters: 40, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever is rolled up when, roll-ups and tail together are what was posted.
    #[test]
    fn rolled_and_tail_equal_a_recount(steps in prop::collection::vec((0_u8..6, -500_i64..500, 1_i8..28), 1..40)) {
        for house in opened(Chart::SmallEnterprise) {
            let mut posted = 0;
            for (n, minor, d) in &steps {
                let (n, minor, date) = (*n, *minor, Date::new(2026, 11, *d).unwrap());
                if n == 5 || minor == 0 {
                    house.maintain(move |conn| ledger::roll_tail(conn, i64::from(n)));
                    continue;
                }
                posted += draft(n, minor, date).lines[0].functional_minor;
                house.within(move |tx| ledger::post(tx, draft(n, minor, date), "")).unwrap();
                let trial = trial(&house, "2026-11-30");
                prop_assert_eq!(trial.iter().map(|row| row.1).sum::<i64>(), posted);
            }
            while house.maintain(|conn| ledger::roll_tail(conn, 3)) > 0 {}
            let trial = trial(&house, "2026-11-30");
            prop_assert_eq!(trial.iter().map(|row| row.1).sum::<i64>(), posted);
            prop_assert_eq!(findings(&house), Vec::<&str>::new());
        }
    }
}

#[test]
fn accounts_need_the_chart_of_the_organisation() {
    for house in houses(CHINESE) {
        let result = house.within(|tx| ledger::open_books(tx, Chart::International));
        assert!(matches!(result, Err(Error::Broken(_))), "{result:?}");
    }
}

#[test]
fn every_sentence_is_there_in_both_languages() {
    assert_eq!(web::i18n::I18n::check(&[ledger::MESSAGES]), Vec::<String>::new());
}

fn exported(house: &House, format: ledger::Format) -> String {
    let text = house.read(move |conn| {
        let mut text = Vec::new();
        ledger::export(conn, ORGANISATION, format, None, None, &mut text)?;
        Ok(text)
    });
    String::from_utf8(text).unwrap()
}

/// What another program says about a file; nothing where it is not installed.
fn other_program(program: &str, args: &[&str]) -> Option<String> {
    let output = std::process::Command::new(program).args(args).env("LC_ALL", "C.UTF-8").output().ok()?;
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{program}: {said}");
    Some(said)
}

#[test]
fn other_programs_recompute_the_same_books() {
    for chart in [Chart::SmallEnterprise, Chart::International] {
        for house in opened(chart) {
            a_sale(&house, chart);
            let bank = chart.code(AccountRole::Bank);
            let fees = format!("{} Dr CNY 5.05", chart.code(AccountRole::Fees));
            let odd = house.write(manual("2026-11-03", &[&fees, &format!("{bank} Cr CNY 5.05")])).unwrap();
            house.write(ReverseEntry { id: odd, on: None, memo: Some("=back; \"again\" | \\ 红字".into()) }).unwrap();
            house.write(rate("JPY", "CNY", "2026-11-01", "0.05")).unwrap();
            house
                .write(manual(
                    "2026-11-04",
                    &[&format!("{bank} Dr JPY 333"), &format!("{} Cr JPY 333", chart.code(AccountRole::Revenue))],
                ))
                .unwrap();
            house.maintain(|conn| ledger::number_vouchers(conn, ORGANISATION, day("2026-11-01")));
            let trial = house.read(|conn| queries::trial_balance(conn, &ALL, day("2026-11-30")));
            let folder = tempfile::tempdir().unwrap();
            let file = |name: &str, text: &str| {
                let path = folder.path().join(name).display().to_string();
                std::fs::write(&path, text).unwrap();
                path
            };
            let path = file("books.journal", &exported(&house, ledger::Format::Hledger));
            if other_program("hledger", &["-f", &path, "check", "-s", "accounts", "commodities", "ordereddates"])
                .is_some()
            {
                let said = other_program("hledger", &["-f", &path, "bal", "--flat", "-N", "-E", "--cost", "-O", "csv"])
                    .unwrap();
                for row in &trial.rows {
                    let line = said.lines().find(|l| l.contains(&format!(":{} ", row.account))).unwrap_or_default();
                    let amount = line.rsplit_once("\",\"").map_or("0", |(_, a)| a.trim_end_matches('"'));
                    let plain = amount.strip_prefix("CNY ").unwrap_or(amount);
                    assert_eq!(Money::parse(plain, Currency::CNY), Ok(row.balance), "{} in {said}", row.account);
                }
            }
            let path = file("books.beancount", &exported(&house, ledger::Format::Beancount));
            drop(other_program("bean-check", &[&path]));
            assert!(std::fs::read_to_string(&path).unwrap().contains("\"inferred_tolerance_default\" \"CNY:0.005\""));
            if let Some(said) = other_program(
                "bean-query",
                &["-f", "csv", &path, "SELECT account, sum(cost(position)) GROUP BY account"],
            ) {
                assert!(said.contains("Assets"), "{said}");
            }
            let csv = exported(&house, ledger::Format::Csv);
            assert_eq!(csv.lines().count(), 1 + 3 + 4 + 2 + 2 + 2, "{csv}");
            assert!(csv.lines().next().is_some_and(|head| head.ends_with(",cash_flow_line")), "{csv}");
            assert!(csv.contains("\"'=back; "), "a spreadsheet must not take it for a formula: {csv}");
        }
    }
}
