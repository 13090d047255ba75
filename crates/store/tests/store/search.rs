//! Finding by pairs of characters.

use crate::bench::{Bench, at_once, on_both, wait};
use kernel::Scope;
use kernel::id::{CustomerId, OrganisationId};
use store::App;
use store::search::{self, Entry};

on_both! {
    names_of_two_characters_are_found
    a_number_is_found_among_many_that_look_like_it
    only_kinds_that_are_wanted_take_a_place
    a_few_are_found_beneath_many_of_another_kind
    a_customer_finds_its_own
    words_alone_find_what_comes_in_by_the_thousand
    what_names_a_document_is_found_by_its_whole_number
    an_entry_replaces_its_elder
    an_entry_may_be_put_by_many_at_once
}

fn put(app: &App, bench: &Bench, entry: &Entry) {
    let (entry, now) = (entry.clone(), bench.now());
    wait(app.maintain(move |conn| search::put(conn, Bench::organisation(), &entry, now))).unwrap();
}

fn find(app: &App, scope: Scope, typed: &'static str) -> Vec<String> {
    let found = app.db().read_now(move |conn| search::find(conn, &scope, &["cus"], typed, 10)).unwrap();
    let mut titles: Vec<String> = found.into_iter().map(|e| e.title).collect();
    titles.sort();
    titles
}

fn ours() -> Scope {
    Scope::Organisation(Bench::organisation())
}

fn names_of_two_characters_are_found(bench: &Bench) {
    let app = bench.app();
    for (title, detail) in [("远航", "上海"), ("远航贸易有限公司", "北京"), ("航远物流", ""), ("Acme GmbH", "Köln")]
    {
        put(&app, bench, &Entry::new(bench.customer(), None, title, detail));
    }
    for (typed, wanted) in [
        ("远航", &["远航", "远航贸易有限公司"][..]),
        ("航远", &["航远物流"]),
        ("上海", &["远航"]),
        ("贸易有限", &["远航贸易有限公司"]),
        ("远航 北京", &["远航贸易有限公司"]),
        ("上航", &[]),
        ("ＡＣＭＥ", &["Acme GmbH"]),
        ("köln", &["Acme GmbH"]),
        ("远", &["远航", "远航贸易有限公司"]),
        ("贸", &[]),
        ("", &[]),
        ("%_", &[]),
    ] {
        assert_eq!(find(&app, ours(), typed), wanted, "{typed}");
    }
    assert!(find(&app, Scope::Organisation(OrganisationId::from_bytes([8; 16])), "远航").is_empty());
}

/// Titles in the order in which they are found.
fn in_order(app: &App, kinds: &'static [&'static str], typed: &str, limit: i64) -> Vec<String> {
    let typed = typed.to_owned();
    let found = app.db().read_now(move |conn| search::find(conn, &ours(), kinds, &typed, limit)).unwrap();
    found.into_iter().map(|entry| entry.title).collect()
}

fn a_number_is_found_among_many_that_look_like_it(bench: &Bench) {
    let app = bench.app();
    let (organisation, now) = (Bench::organisation(), bench.now());
    let all: Vec<Entry> = (1..=1200)
        .map(|n| Entry::new(bench.customer(), None, &format!("INV-2026-{n:05}"), "远航贸易有限公司"))
        .collect();
    wait(app.maintain(move |conn| all.iter().try_for_each(|entry| search::put(conn, organisation, entry, now))))
        .unwrap();
    for (typed, first) in [
        ("INV-2026-00001", "INV-2026-00001"),
        ("inv-2026-00012", "INV-2026-00012"),
        ("00001", "INV-2026-00001"),
        ("01001", "INV-2026-01001"),
        ("远航 00777", "INV-2026-00777"),
        ("INV-2026-0104", "INV-2026-01049"),
    ] {
        assert_eq!(in_order(&app, &["cus"], typed, 20).first().map(String::as_str), Some(first), "{typed}");
    }
    assert_eq!(in_order(&app, &["cus"], "INV-2026-00001", 20).len(), 1, "pairs alone are no number");
    assert!(in_order(&app, &["cus"], "INV-2026-09999", 20).is_empty());
}

fn only_kinds_that_are_wanted_take_a_place(bench: &Bench) {
    let app = bench.app();
    put(&app, bench, &Entry::new(kernel::id::ItemId::from_bytes([1; 16]), None, "传感器", ""));
    for _ in 0..30 {
        put(&app, bench, &Entry::new(bench.customer(), None, "传感器", ""));
    }
    assert_eq!(in_order(&app, &["itm"], "传感器", 10), ["传感器"]);
    assert_eq!(in_order(&app, &["itm", "cus"], "传感器", 40).len(), 31);
}

fn a_few_are_found_beneath_many_of_another_kind(bench: &Bench) {
    let app = bench.app();
    let (organisation, now) = (Bench::organisation(), bench.now());
    put(&app, bench, &Entry::new(kernel::id::ItemId::from_bytes([1; 16]), None, "上海远航贸易", ""));
    let many: Vec<Entry> = (1..=5000)
        .map(|n| Entry::new(bench.customer(), None, &format!("INV-2026-{n:05}"), "上海远航贸易有限公司"))
        .collect();
    wait(app.maintain(move |conn| many.iter().try_for_each(|entry| search::put(conn, organisation, entry, now))))
        .unwrap();
    assert_eq!(in_order(&app, &["itm"], "远航", 10), ["上海远航贸易"]);
    assert!(in_order(&app, &["itm", "cus"], "上海远航", 10).contains(&"上海远航贸易".to_owned()));
}

fn a_customer_finds_its_own(bench: &Bench) {
    let app = bench.app();
    let (one, other) = (bench.customer(), bench.customer());
    put(&app, bench, &Entry::new(one, Some(one), "远航一号", ""));
    put(&app, bench, &Entry::new(other, Some(other), "远航二号", ""));
    put(&app, bench, &Entry::new(bench.customer(), None, "远航三号", ""));
    let scope = |customer: CustomerId| Scope::Customer(Bench::organisation(), customer);
    assert_eq!(find(&app, ours(), "远航").len(), 3);
    assert_eq!(find(&app, scope(one), "远航"), ["远航一号"]);
    assert_eq!(find(&app, scope(other), "远航"), ["远航二号"]);
    assert!(find(&app, scope(bench.customer()), "远航").is_empty());
}

fn words_alone_find_what_comes_in_by_the_thousand(bench: &Bench) {
    let app = bench.app();
    let (organisation, now) = (Bench::organisation(), bench.now());
    let (one, other) = (bench.customer(), bench.customer());
    put(&app, bench, &Entry::new(one, Some(one), "远航贸易有限公司", ""));
    put(&app, bench, &Entry::new(other, Some(other), "顺达物流有限公司", ""));
    let payments = [
        (one, "TT-88-ABC", "77.00", "RC-2026-00007"),
        (one, "1,177.00", "1,177.00", ""),
        (other, "TT-89", "77.00", "RC-2026-00008"),
    ];
    for (n, (customer, title, amount, receipt)) in (1..).zip(payments) {
        let id = kernel::id::PaymentId::from_bytes([n; 16]);
        let name = if customer == one { "远航贸易有限公司" } else { "顺达物流有限公司" };
        let entry = Entry::new(id, Some(customer), title, &format!("{name} · {amount} · {receipt}"));
        let words = [amount, receipt];
        wait(app.maintain(move |conn| search::put_by_words(conn, organisation, &entry, &words, now))).unwrap();
    }
    for (typed, wanted) in [
        ("tt-88-abc", &["TT-88-ABC"][..]),
        ("tt-8", &["TT-89", "TT-88-ABC"]),
        ("77.00", &["TT-89", "TT-88-ABC"]),
        ("1177.00", &["1,177.00"]),
        ("rc-2026-00008", &["TT-89"]),
        ("77.00 rc-2026-00007", &["TT-88-ABC"]),
        ("远航", &["1,177.00", "TT-88-ABC"]),
        ("远航 77.00", &["1,177.00", "TT-88-ABC"]),
        ("77.00 顺达", &["TT-89"]),
        ("88-abc", &[]),
    ] {
        assert_eq!(in_order(&app, &["pay"], typed, 10), wanted, "{typed}");
    }
}

fn what_names_a_document_is_found_by_its_whole_number(bench: &Bench) {
    let app = bench.app();
    let (organisation, now) = (Bench::organisation(), bench.now());
    let mut all: Vec<Entry> = (1..=400)
        .map(|n| Entry::new(bench.customer(), None, &format!("INV-2026-{n:05}"), &format!("远航 PO-{n:05}")))
        .collect();
    all.push(Entry::new(bench.customer(), None, "CN-2026-00007", "顺达 INV-2026-00012"));
    all.push(Entry::new(bench.customer(), None, "PO-00003", "顺达"));
    wait(app.maintain(move |conn| all.iter().try_for_each(|entry| search::put(conn, organisation, entry, now))))
        .unwrap();
    for (typed, wanted) in [
        ("INV-2026-00012", &["INV-2026-00012", "CN-2026-00007"][..]),
        ("inv202600012", &["INV-2026-00012", "CN-2026-00007"]),
        ("po-00003", &["PO-00003", "INV-2026-00003"]),
        ("PO-00009", &["INV-2026-00009"]),
        ("2026-00012", &["INV-2026-00012"]),
        ("00012", &["INV-2026-00012"]),
        ("-0012", &["INV-2026-00012"]),
    ] {
        assert_eq!(in_order(&app, &["cus"], typed, 20), wanted, "{typed}");
    }
}

fn an_entry_replaces_its_elder(bench: &Bench) {
    let app = bench.app();
    let (subject, one, other) = (bench.customer(), bench.customer(), bench.customer());
    put(&app, bench, &Entry::new(subject, Some(one), "远航", ""));
    put(&app, bench, &Entry::new(subject, Some(other), "顺达", ""));
    assert!(find(&app, ours(), "远航").is_empty());
    assert_eq!(find(&app, ours(), "顺达"), ["顺达"]);
    assert!(find(&app, Scope::Customer(Bench::organisation(), one), "顺达").is_empty(), "it is another's now");
    assert_eq!(find(&app, Scope::Customer(Bench::organisation(), other), "顺达"), ["顺达"]);
}

fn an_entry_may_be_put_by_many_at_once(bench: &Bench) {
    let app = bench.app();
    for _ in 0..5 {
        let subject = bench.customer();
        at_once(12, |n| put(&app, bench, &Entry::new(subject, None, "远航贸易有限公司", &format!("第{n}号"))));
    }
    assert_eq!(find(&app, ours(), "远航贸易").len(), 5);
}
