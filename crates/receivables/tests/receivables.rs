//! Customers' accounts on a real database, through the door.

#![allow(clippy::unwrap_used)]

#[path = "../../ledger/tests/house/mod.rs"]
mod house;

use house::{ALL, CUSTOMER, House, ORGANISATION, STRANGER, code, houses};
use kernel::id::OpenItemId;
use kernel::{Currency, Date, Money, Scope};
use proptest::prelude::*;
use receivables::{DaySum, ItemKind, NewItem, OnDay, Settled, Want};
use store::Error;

const OWN: Scope = Scope::Customer(ORGANISATION, CUSTOMER);
const FOREIGN: Scope = Scope::Customer(ORGANISATION, STRANGER);

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn id(n: u8) -> OpenItemId {
    OpenItemId::from_bytes([n; 16])
}

fn eur(minor: i64) -> Money {
    Money::new(minor, Currency::EUR)
}

fn books() -> Vec<House> {
    houses("cn_small")
}

fn usd(minor: i64) -> Money {
    Money::new(minor, Currency::USD)
}

fn open(house: &House, n: u8, kind: ItemKind, minor: i64, value: i64, date: &str) {
    open_money(house, n, kind, eur(minor), value, date);
}

fn open_money(house: &House, n: u8, kind: ItemKind, amount: Money, value: i64, date: &str) {
    let (date, due) = (day(date), day(date).last_of_month());
    let due_on = (kind.side() == receivables::Side::Debit).then_some(due);
    let customer = if n >= 90 { STRANGER } else { CUSTOMER };
    house
        .within(move |tx| {
            let new = NewItem {
                id: id(n),
                kind,
                customer,
                amount,
                functional_minor: value,
                date,
                due_on,
                final_due_on: None,
            };
            receivables::open(tx, new)
        })
        .unwrap();
}

fn allocate(house: &House, credit: u8, wants: &[(u8, i64)]) -> Result<Vec<Settled>, Error> {
    let wants: Vec<Want> = wants.iter().map(|(n, minor)| Want::new(id(*n), eur(*minor))).collect();
    house.within(move |tx| receivables::allocate(tx, id(credit), &wants, day("2026-11-20")))
}

/// Sets dollars against euros.
fn exchange(house: &House, credit: u8, debit: u8, amount: i64, paid: i64) -> Result<Vec<Settled>, Error> {
    let want = Want { debit: id(debit), amount: eur(amount), paid: Some(usd(paid)) };
    house.within(move |tx| receivables::allocate(tx, id(credit), &[want], day("2026-11-20")))
}

fn left(house: &House, n: u8) -> (i64, i64) {
    let item = house.read(move |conn| receivables::item(conn, &ALL, id(n))).unwrap();
    (item.open.minor(), item.functional_open_minor)
}

fn findings(house: &House) -> Vec<&'static str> {
    house.read(|conn| receivables::verify(conn, ORGANISATION)).into_iter().map(|f| f.code).collect()
}

#[test]
fn allocations_lower_both_sides_and_are_taken_back_whole() {
    for house in books() {
        open(&house, 1, ItemKind::Invoice, 10_000, 78_000, "2026-09-10");
        open(&house, 2, ItemKind::Invoice, 5_000, 39_500, "2026-10-10");
        open(&house, 3, ItemKind::Payment, 12_000, 95_000, "2026-11-10");
        open(&house, 90, ItemKind::Invoice, 100, 800, "2026-10-10");
        for (wants, refused) in [
            (&[(1, 10_001)][..], "allocation_exceeds_balance"),
            (&[(1, 10_000), (2, 2_001)], "allocation_exceeds_credit"),
            (&[(1, 1), (77, 1)], "/allocations/1/invoice not_found"),
            (&[(90, 1)], "/allocations/0/invoice not_found"),
            (&[(1, 1), (1, 2)], "/allocations/1/invoice named_twice"),
            (&[(1, 0)], "/allocations/0/amount not_positive"),
        ] {
            assert_eq!(code(allocate(&house, 3, wants)), refused, "{wants:?}");
        }
        assert_eq!(code(allocate(&house, 1, &[(2, 1)])), "credit_not_found");
        let settled = allocate(&house, 3, &[(2, 5_000), (1, 3_333)]).unwrap();
        assert_eq!(settled.iter().map(|s| s.debit_functional_minor).collect::<Vec<_>>(), [39_500, 25_997]);
        let moved: i64 = settled.iter().map(|s| s.credit_functional_minor).sum();
        assert_eq!((left(&house, 1), left(&house, 2)), ((6_667, 52_003), (0, 0)));
        assert_eq!(left(&house, 3), (3_667, 95_000 - moved));
        let open_items = house.read(|conn| receivables::items_of(conn, &OWN, CUSTOMER, true));
        assert_eq!(open_items.iter().map(|i| i.id).collect::<Vec<_>>(), [id(1), id(3)]);
        assert!(house.read(|conn| receivables::items_of(conn, &FOREIGN, CUSTOMER, false)).is_empty());
        assert_eq!(house.read(|conn| receivables::item(conn, &FOREIGN, id(1))), None);

        let back = house.within(|tx| receivables::unallocate(tx, id(3))).unwrap();
        assert_eq!(
            back.iter().map(|s| (s.id, s.amount)).collect::<Vec<_>>(),
            settled.iter().map(|s| (s.id, s.amount)).collect::<Vec<_>>()
        );
        assert_eq!(
            (left(&house, 1), left(&house, 2), left(&house, 3)),
            ((10_000, 78_000), (5_000, 39_500), (12_000, 95_000))
        );
        assert_eq!(house.within(|tx| receivables::unallocate(tx, id(3))).unwrap(), []);
        allocate(&house, 3, &[(1, 500)]).unwrap();
        let rows = house.read(|conn| receivables::allocations_of(conn, &OWN, id(1)));
        assert_eq!(
            rows.iter().map(|r| (r.amount.minor(), r.reversed)).collect::<Vec<_>>(),
            [(3_333, true), (500, false)]
        );
        assert_eq!(findings(&house), Vec::<&str>::new());
    }
}

#[test]
fn parts_are_taken_out_and_put_back() {
    for house in books() {
        open(&house, 1, ItemKind::Invoice, 300, 2_000, "2026-09-10");
        open(&house, 3, ItemKind::Payment, 100, 799, "2026-10-10");
        let reduce =
            |n: u8, minor: i64| house.within(move |tx| receivables::reduce(tx, id(n), eur(minor), day("2026-11-01")));
        assert_eq!(code(reduce(1, 301)), "amount_exceeds_open");
        assert_eq!(code(reduce(1, 0)), "/amount not_positive");
        assert_eq!((reduce(1, 100).unwrap(), left(&house, 1)), (667, (200, 1_333)));
        assert_eq!((reduce(3, 100).unwrap(), left(&house, 3)), (799, (0, 0)));
        let restore =
            |minor: i64| house.within(move |tx| receivables::restore(tx, id(3), eur(minor), day("2026-11-02")));
        assert_eq!(code(restore(99)), "reduction_not_found");
        assert_eq!((restore(100).unwrap(), left(&house, 3)), (799, (100, 799)));
        assert_eq!(code(restore(100)), "reduction_not_found");
        assert!(house.read(|conn| receivables::allocations_of(conn, &ALL, id(1))).is_empty());
        let statement =
            house.read(|conn| receivables::statement(conn, &OWN, CUSTOMER, day("2026-10-01"), day("2026-11-30")));
        let account = &statement.accounts[0];
        let lines: Vec<_> = account
            .lines
            .iter()
            .map(|l| (l.date.to_string(), l.debit.minor(), l.credit.minor(), l.balance.minor()))
            .collect();
        assert_eq!(account.opening, eur(300));
        assert_eq!(
            lines,
            [
                ("2026-10-10".into(), 0, 100, 200),
                ("2026-11-01".into(), -100, 0, 100),
                ("2026-11-01".into(), 0, -100, 200),
                ("2026-11-02".into(), 0, 100, 100),
            ]
        );
        assert_eq!(account.closing, eur(100));
        assert_eq!(findings(&house), Vec::<&str>::new());
    }
}

#[test]
fn what_is_owed_overdue_and_at_stake() {
    for house in books() {
        open(&house, 1, ItemKind::Invoice, 10_000, 0, "2026-09-10");
        open(&house, 2, ItemKind::Invoice, 5_000, 0, "2026-11-10");
        open(&house, 3, ItemKind::Payment, 4_000, 0, "2026-10-10");
        open(&house, 90, ItemKind::Invoice, 77, 0, "2026-08-10");
        allocate(&house, 3, &[(1, 1_000)]).unwrap();
        let balance = |today: &str| {
            let today = day(today);
            house.read(move |conn| receivables::balance(conn, &OWN, CUSTOMER, today))[0].1
        };
        for (today, overdue) in [("2026-09-30", 0), ("2026-10-01", 9_000), ("2026-12-01", 14_000)] {
            let balance = balance(today);
            assert_eq!((balance.owed, balance.overdue, balance.credit), (eur(14_000), eur(overdue), eur(3_000)));
        }
        for (n, status) in [("11", "on_hold"), ("12", "draft"), ("13", "cancelled")] {
            house.sql(&format!(
                "INSERT INTO orders (organisation_id, order_id, customer_id, status, currency, net_minor, tax_minor, \
                 total_minor, tax_rounding, ordered_on, instalments, created_by, created_at, version) \
                 VALUES ({}, {}, {}, '{status}', 'EUR', 100, 0, 100, 'per_line', '2026-11-11', '[]', 'x', {}, 1)",
                house.id("07"),
                house.id(n),
                house.id("03"),
                house.at()
            ));
        }
        // What is on hold binds nobody yet.
        let exposure = house.read(|conn| receivables::exposure(conn, &ALL, CUSTOMER))[0].1;
        assert_eq!((exposure.open_orders, exposure.held_orders), (eur(0), eur(100)));
        assert_eq!(exposure.total(), Ok(eur(11_000)));
        let wants = house.read(|conn| receivables::oldest_first(conn, &OWN, CUSTOMER, eur(9_500)));
        assert_eq!(wants, [Want::new(id(1), eur(9_000)), Want::new(id(2), eur(500))]);

        let ageing = |as_of: &str| {
            let as_of = day(as_of);
            let report = house.read(move |conn| receivables::ageing_report(conn, &ALL, as_of, day("2026-11-23")));
            let total = report.totals[0].1;
            (report.rows.len(), total.buckets.map(|m| m.minor()), total.unapplied.minor(), total.total.minor())
        };
        assert_eq!(ageing("2026-11-23"), (2, [5_000, 0, 9_000, 77, 0], 3_000, 11_077));
        // As it stood: nothing was allocated before the 20th, and the second invoice did not exist.
        assert_eq!(ageing("2026-11-05"), (2, [0, 0, 10_000, 77, 0], 4_000, 6_077));
        let foreign = house
            .app
            .db()
            .read_now(|conn| receivables::ageing_report(conn, &OWN, day("2026-11-23"), day("2026-11-23")));
        assert_eq!(code(foreign), "forbidden");
    }
}

#[test]
fn many_payments_race_for_one_invoice() {
    for house in books() {
        open(&house, 1, ItemKind::Invoice, 1_000, 7_800, "2026-09-10");
        open(&house, 2, ItemKind::Invoice, 1_000, 7_900, "2026-09-10");
        for n in 10..58 {
            open(&house, n, ItemKind::Payment, 50, 395, "2026-10-10");
        }
        let results: Vec<Result<Vec<Settled>, Error>> = std::thread::scope(|scope| {
            let house = &house;
            let racing: Vec<_> = (10..58)
                .map(|n| {
                    // Both orders of naming: the locks are taken in one.
                    let wants = if n % 2 == 0 { [(1, 25), (2, 25)] } else { [(2, 25), (1, 25)] };
                    scope.spawn(move || allocate(house, n, &wants))
                })
                .collect();
            racing.into_iter().map(|t| t.join().unwrap()).collect()
        });
        assert_eq!(results.iter().filter(|r| r.is_ok()).count(), 40);
        for result in results.into_iter().filter(|r| r.is_err()) {
            assert_eq!(code(result), "allocation_exceeds_balance");
        }
        assert_eq!((left(&house, 1), left(&house, 2)), ((0, 0), (0, 0)));
        assert_eq!(findings(&house), Vec::<&str>::new());
    }
}

#[test]
fn verify_names_what_was_tampered_with() {
    for house in books() {
        open(&house, 1, ItemKind::Invoice, 1_000, 7_800, "2026-09-10");
        open(&house, 3, ItemKind::Payment, 1_000, 7_900, "2026-09-10");
        allocate(&house, 3, &[(1, 400)]).unwrap();
        assert_eq!(findings(&house), Vec::<&str>::new());
        house.sql("UPDATE open_items SET open_minor = open_minor + 1 WHERE kind = 'invoice'");
        assert_eq!(findings(&house), ["open_amount_differs"]);
        house
            .sql("UPDATE open_items SET open_minor = open_minor - 1, functional_open_minor = 0 WHERE kind = 'invoice'");
        assert_eq!(findings(&house), ["open_value_differs", "day_sum_differs"]);
        house.sql("DELETE FROM day_sums");
        house.sql("UPDATE open_items SET kind = 'payment'");
        assert_eq!(findings(&house), ["open_value_differs", "allocation_across", "day_sum_differs"]);
    }
}

#[test]
fn a_part_between_two_currencies_goes_back_on_either_side() {
    for house in books() {
        open(&house, 1, ItemKind::Invoice, 10_000, 78_000, "2026-09-10");
        open_money(&house, 3, ItemKind::Payment, usd(12_000), 85_200, "2026-11-10");
        open(&house, 4, ItemKind::CreditNote, 5_000, 39_000, "2026-11-10");
        assert_eq!(code(allocate(&house, 3, &[(1, 1)])), "/allocations/0/amount/currency currency_mismatch");
        // The books' value goes with each side: 11,000 of 12,000 dollars, all of the euros.
        let settled = exchange(&house, 3, 1, 10_000, 11_000).unwrap()[0];
        assert_eq!((settled.credit_functional_minor, settled.debit_functional_minor), (78_100, 78_000));
        assert_eq!((left(&house, 1), left(&house, 3)), ((0, 0), (1_000, 7_100)));
        let shown = house.read(|conn| receivables::allocations_of(conn, &OWN, id(1)));
        assert_eq!((shown[0].amount, shown[0].paid), (eur(10_000), usd(11_000)));
        let shown = house.read(|conn| receivables::allocations_of(conn, &OWN, id(3)));
        assert_eq!((shown[0].amount, shown[0].paid), (eur(10_000), usd(11_000)));
        // A dispute takes 2,200 dollars away: a fifth of the euros is owed again.
        let opened = house.within(|tx| receivables::reopen(tx, id(3), usd(2_200), day("2026-11-21"))).unwrap();
        assert_eq!((opened[0].amount, opened[0].paid), (eur(2_000), usd(2_200)));
        assert_eq!((left(&house, 1), left(&house, 3)), ((2_000, 15_600), (3_200, 22_720)));
        // A credit note takes the place of half of what is left of it: 4,400 of 8,800 dollars are free.
        let want = Want::new(id(1), eur(4_000));
        let replaced = house.within(move |tx| receivables::replace(tx, id(3), id(4), want, day("2026-11-22"))).unwrap();
        assert_eq!((replaced.freed.amount, replaced.freed.paid), (eur(4_000), usd(4_400)));
        assert_eq!((replaced.settled.amount, replaced.settled.paid), (eur(4_000), eur(4_000)));
        assert_eq!(
            (left(&house, 1), left(&house, 3), left(&house, 4)),
            ((2_000, 15_600), (7_600, 53_960), (1_000, 7_800))
        );
        // On an earlier day it stood as it stood.
        let report = house.read(|conn| receivables::ageing_report(conn, &ALL, day("2026-11-20"), day("2026-11-23")));
        let open: Vec<_> = report.rows.iter().map(|row| (row.currency.code(), row.ageing.total)).collect();
        assert_eq!(open, [("EUR", eur(-5_000)), ("USD", usd(-1_000))]);
        house.within(|tx| receivables::unallocate(tx, id(3))).unwrap();
        assert_eq!((left(&house, 1), left(&house, 3)), ((6_000, 46_800), (12_000, 85_200)));
        assert_eq!(findings(&house), Vec::<&str>::new());
        house.sql("UPDATE allocations SET paid_minor = NULL WHERE paid_minor IS NOT NULL");
        assert!(findings(&house).contains(&"allocation_across"));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, max_shrink_iters: 30, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever is set against what, taken out and taken back, the totals hold and nothing goes below zero.
    #[test]
    fn totals_hold_after_any_steps(steps in prop::collection::vec((0_u8..8, 0_u8..3, 0_u8..4, 1_i64..600), 1..30)) {
        for house in books() {
            for n in 0..3 {
                open(&house, 10 + n, ItemKind::Invoice, 1_000 + i64::from(n), 7_801, "2026-09-10");
                open(&house, 20 + n, ItemKind::Payment, 900 + i64::from(n), 7_123, "2026-09-10");
            }
            open_money(&house, 23, ItemKind::Payment, usd(977), 6_961, "2026-09-10");
            for (what, debit, credit, minor) in &steps {
                let (what, debit, credit, minor) = (*what, 10 + *debit, 20 + *credit, *minor);
                // Whether a step is refused is not the point here.
                drop(match what {
                    0 | 1 if credit == 23 => exchange(&house, credit, debit, minor, 1 + minor * 11 / 10).map(|_| ()),
                    0 | 1 => allocate(&house, credit, &[(debit, minor)]).map(|_| ()),
                    2 => house.within(move |tx| receivables::unallocate(tx, id(credit))).map(|_| ()),
                    3 => house.within(move |tx| receivables::reduce(tx, id(debit), eur(minor), day("2026-11-01"))).map(|_| ()),
                    4 => house.within(move |tx| {
                        receivables::reduce(tx, id(debit), eur(minor), day("2026-11-01"))?;
                        receivables::restore(tx, id(debit), eur(minor), day("2026-11-01"))
                    }).map(|_| ()),
                    5 => house.within(move |tx| {
                        let amount = if credit == 23 { usd(minor) } else { eur(minor) };
                        receivables::reopen(tx, id(credit), amount, day("2026-11-21"))
                    }).map(|_| ()),
                    6 => house.within(move |tx| {
                        let want = Want::new(id(debit), eur(minor));
                        receivables::replace(tx, id(credit), id(20), want, day("2026-11-21"))
                    }).map(|_| ()),
                    _ => house.within(|tx| {
                        let (days, _) = receivables::days::loose(tx.conn, 5)?;
                        receivables::days::add_up(tx.conn, &days)
                    }),
                });
                prop_assert_eq!(findings(&house), Vec::<&str>::new());
            }
        }
    }
}

#[test]
fn days_are_added_up_and_stay_what_they_are() {
    for house in books() {
        for n in 0..4 {
            open(&house, 1 + n, ItemKind::Invoice, 1_000, 7_800, if n < 3 { "2026-09-10" } else { "2026-10-10" });
        }
        open(&house, 9, ItemKind::Payment, 3_000, 23_400, "2026-09-10");
        allocate(&house, 9, &[(1, 1_000), (2, 1_000), (4, 500)]).unwrap();
        let sums = || house.read(|conn| receivables::days::by_day(conn, ORGANISATION, DaySum::Due, None));
        let of = |functional_minor, documents| OnDay { functional_minor, documents };
        let wanted = [(day("2026-09-30"), of(7_800, 1)), (day("2026-10-31"), of(3_900, 1))];
        assert_eq!(sums().into_iter().collect::<Vec<_>>(), wanted);
        let loose = || house.read(|conn| receivables::days::loose(conn, 100));
        let (days, count) = loose();
        assert_eq!((days.len(), count), (2, 7));
        for _ in 0..2 {
            let days = days.clone();
            house.within(move |tx| receivables::days::add_up(tx.conn, &days)).unwrap();
            assert_eq!(sums().into_iter().collect::<Vec<_>>(), wanted);
        }
        assert_eq!(loose().1, 0);
        allocate(&house, 9, &[(4, 500)]).unwrap();
        assert_eq!(sums().into_iter().collect::<Vec<_>>(), wanted[..1]);
    }
}

#[test]
fn every_sentence_is_there_in_both_languages() {
    assert_eq!(web::i18n::I18n::check(&[receivables::MESSAGES]), Vec::<String>::new());
}
