//! What lines are taken for, case by case.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use kernel::{Currency, Date, Money};
use matching::reference::{Scheme, of_number};
use matching::{
    Action, Books, Condition, DifferenceKind, Direction, Entry, Item, Line, Matcher, Parties, Party, Proposal, Rule,
    Tier,
};

/// An open invoice: number, what is open, day.
type Owed = (&'static str, i64, &'static str);

/// Customers, and each one's open invoices.
const OWED: &[(&str, &[Owed])] = &[
    (
        "上海远航贸易有限公司",
        &[
            ("INV-2026-00011", 11_000, "2026-10-01"),
            ("INV-2026-00012", 22_000, "2026-10-02"),
            ("INV-2026-00013", 33_000, "2026-10-03"),
        ],
    ),
    ("Nordlicht Handels GmbH", &[("INV-2026-00021", 50_000, "2026-10-05"), ("INV-2026-00022", 50_000, "2026-10-06")]),
    ("Birkental Textil AG", &[("INV-2026-00031", 70_000, "2026-10-05"), ("INV-2026-00032", 5_000, "2026-11-20")]),
    (
        "Seeblick Optik AG",
        &[
            ("INV-2025-00041", 9_900, "2025-06-01"),
            ("INV-2026-00042", 9_900, "2026-10-05"),
            ("INV-2026-00043", 70_000, "2026-10-05"),
        ],
    ),
    (
        "Kranich Verlag AG",
        &[
            ("INV-2026-00051", 1_000, "2026-10-01"),
            ("INV-2026-00123", 2_500, "2026-10-02"),
            ("INV-2026-00187", 4_000, "2026-10-03"),
            ("INV-2026-00190", 2_500, "2026-10-03"),
        ],
    ),
];

const SURE: u16 = 980;

fn books() -> Books {
    let party = |name: &str| Party { names: vec![name.into()], accounts: Vec::new() };
    let parties = Parties::new(OWED.iter().map(|(name, _)| party(name)).collect());
    let mut books = Books { parties, ..Books::default() };
    for (party, (_, items)) in (0_u32..).zip(OWED) {
        for (number, open_minor, date) in *items {
            let date: Date = date.parse().unwrap();
            let (number, open_minor) = ((*number).into(), *open_minor);
            books.items.push(Item { party, number, open_minor, currency: Currency::EUR, date, due_on: date });
        }
    }
    books
}

fn entry(minor: i64, on: &str, party: Option<u32>, references: &str) -> Entry {
    Entry { amount: Money::new(minor, Currency::EUR), on: on.parse().unwrap(), party, references: references.into() }
}

fn line<'a>(minor: i64, text: &'a str, payer: &'a str) -> Line<'a> {
    Line {
        amount: Money::new(minor, Currency::EUR),
        on: "2026-11-02".parse().unwrap(),
        references: &[],
        text,
        payer: Some(payer).filter(|payer| !payer.is_empty()),
        account: None,
        code: None,
    }
}

/// The numbers of what a proposal takes first, `?` before them where it is not sure.
fn told(matcher: &Matcher, proposal: &Proposal) -> String {
    let Some(best) = proposal.best() else { return "nothing".into() };
    let number = |at: &u32| matcher.number(*at).unwrap().to_owned();
    let items: Vec<String> = best.items.iter().map(|(at, paid)| format!("{} {paid}", &number(at)[9..])).collect();
    let mark = if proposal.sure(SURE).is_some() { "" } else { "?" };
    format!("{mark}{}", items.join(" + "))
}

#[test]
fn lines_by_what_they_say() {
    for (minor, text, payer, wanted) in [
        // The number and the amount; whoever pays for the customer.
        (11_000, "INV-2026-00011", "上海远航贸易有限公司", "00011 11000"),
        (11_000, "inv 2026 00011 thanks", "Shanghai Yuanhang Trading Co., Ltd.", "00011 11000"),
        (11_000, "INV-2026-00011", "Unknown Holding", "00011 11000"),
        // Somebody else's name is not somebody unknown.
        (11_000, "INV-2026-00011", "Birkental Textil AG", "?00011 11000"),
        // The last digits alone need the payer.
        (22_000, "00012", "上海远航贸易有限公司", "00012 22000"),
        (22_000, "00012", "", "?00012 22000"),
        // Nothing but the amount and the name.
        (33_000, "货款", "上海远航贸易有限公司", "00013 33000"),
        (33_000, "货款", "Nobody Known Ltd", "?00013 33000"),
        // Two of the same amount wait, whoever pays; the number tells them apart.
        (50_000, "thanks", "Nordlicht Handels GmbH", "?00021 50000"),
        (50_000, "INV-2026-00022", "Nordlicht Handels GmbH", "00022 50000"),
        // However old one of them is.
        (9_900, "", "Seeblick Optik AG", "?00042 9900"),
        // The payer's own invoice is the amount, and so is the one whose number is said.
        (70_000, "INV-2026-00043", "Birkental Textil AG", "?00031 70000"),
        // Several: named, shortened, or by their sum alone.
        (33_000, "INV-2026-00011, INV-2026-00012", "上海远航贸易有限公司", "00011 11000 + 00012 22000"),
        (66_000, "INV-2026-00011/12/13", "上海远航贸易有限公司", "00011 11000 + 00012 22000 + 00013 33000"),
        // The ends of a range, and all that is owed between them; not a part of it.
        (7_500, "INV-2026-00051 bis 00187", "Kranich Verlag AG", "00051 1000 + 00123 2500 + 00187 4000"),
        (5_000, "INV-2026-00051 bis 00187", "Kranich Verlag AG", "00051 1000 + 00187 4000"),
        // Not all of it, and another besides.
        (6_000, "INV-2026-00051 bis 00187", "Kranich Verlag AG", "?00051 1000 + 00123 2500 + 00190 2500"),
        (55_000, "货款", "上海远航贸易有限公司", "00012 22000 + 00013 33000"),
        (44_000, "货款", "上海远航贸易有限公司", "00011 11000 + 00013 33000"),
        // Less and more than what was named, where nothing else explains it.
        (10_000, "INV-2026-00011", "上海远航贸易有限公司", "00011 10000"),
        (71_000, "INV-2026-00031", "Birkental Textil AG", "00031 70000"),
        // More than was named, which another invoice explains.
        (33_000, "INV-2026-00011", "上海远航贸易有限公司", "?00011 11000"),
        // An amount that is another invoice's speaks against the number.
        (22_000, "INV-2026-00013", "上海远航贸易有限公司", "?00013 22000"),
        // Dated after the line.
        (5_000, "x", "Birkental Textil AG", "?00031 5000"),
        (5_000, "INV-2026-00032", "Birkental Textil AG", "?00032 5000"),
        // The end of another year's number is not this number.
        (70_000, "INV-2025-00031", "Nobody", "?00031 70000"),
        (1, "", "", "nothing"),
    ] {
        let mut matcher = Matcher::new(books(), Vec::new());
        let proposal = matcher.propose(&line(minor, text, payer));
        assert_eq!(told(&matcher, &proposal), wanted, "{minor} {text:?} {payer:?}\n{proposal:#?}");
    }
}

#[test]
fn another_series_has_the_same_digits() {
    for (minor, text, wanted) in [
        // Of three of one amount none is told apart by the number of an order.
        (50_000, "订单 SO-2026-00022", "?00022 50000"),
        (50_000, "DN202600022", "?00022 50000"),
        (50_000, "TRF-2026-22", "?00022 50000"),
        (50_000, "PO-2026-00021/22", "?00021 50000"),
        (50_000, "2026-00022", "00022 50000"),
        (50_000, "Rechnung-Nr.2026-00022", "00022 50000"),
        (50_000, "PO-2026-00022 for INV-2026-00022", "00022 50000"),
        // What is no part of an invoice by its number.
        (1_200, "PO-2026-00022", "?00021 1200"),
    ] {
        let mut matcher = Matcher::new(books(), Vec::new());
        let proposal = matcher.propose(&line(minor, text, "Nordlicht Handels GmbH"));
        assert_eq!(told(&matcher, &proposal), wanted, "{minor} {text:?}\n{proposal:#?}");
    }
}

#[test]
fn several_are_paid_with_a_difference() {
    use DifferenceKind as K;
    let (both, name) = ("INV-2026-00061, INV-2026-00062", "Silberdistel KG");
    for (minor, text, on, wanted, difference) in [
        // Both named in full: a fee is taken off the larger, as is a discount while it is early.
        (357_010, both, "2026-10-12", "00061 123450 + 00062 233560", Some((K::Fee, 1_000))),
        (350_850, both, "2026-10-12", "00061 123450 + 00062 227400", Some((K::Discount, 7_160))),
        // A part pays what was due first, and too much is credit: of which it is a part, or too much, nobody knows.
        (350_850, both, "2026-11-02", "?00062 234560 + 00061 116290", Some((K::Short, 7_160))),
        (300_000, both, "2026-11-02", "?00062 234560 + 00061 65440", Some((K::Short, 58_010))),
        (100_000, both, "2026-11-02", "?00062 100000", Some((K::Short, 134_560))),
        (400_000, both, "2026-11-02", "?00062 234560 + 00061 123450", Some((K::Over, 41_990))),
        // Not so clear: one is short for a number, or another customer's was said as well.
        (357_010, "INV-2026-00061/62", "2026-10-12", "?00061 123450 + 00062 233560", Some((K::Fee, 1_000))),
        (
            357_010,
            "INV-2026-00061, INV-2026-00062, INV-2026-00031",
            "2026-10-12",
            "?00061 123450 + 00062 233560",
            Some((K::Fee, 1_000)),
        ),
        // All that is owed, without a number.
        (357_010, "thanks", "2026-10-12", "?00061 123450 + 00062 233560", Some((K::Fee, 1_000))),
        (350_850, "thanks", "2026-10-12", "?00061 123450 + 00062 227400", Some((K::Discount, 7_160))),
        (358_010, "thanks", "2026-10-12", "00061 123450 + 00062 234560", None),
    ] {
        let mut books = books();
        let party = 5;
        let mut names: Vec<Party> =
            OWED.iter().map(|(name, _)| Party { names: vec![(*name).into()], accounts: Vec::new() }).collect();
        names.push(Party { names: vec![name.into()], accounts: Vec::new() });
        books.parties = Parties::new(names);
        for (number, open_minor, due_on) in
            [("INV-2026-00061", 123_450, "2026-10-31"), ("INV-2026-00062", 234_560, "2026-10-20")]
        {
            let (date, due_on, currency) = ("2026-10-05".parse().unwrap(), due_on.parse().unwrap(), Currency::EUR);
            books.items.push(Item { party, number: number.into(), open_minor, currency, date, due_on });
        }
        let mut matcher = Matcher::new(books, Vec::new());
        let proposal = matcher.propose(&Line { on: on.parse().unwrap(), ..line(minor, text, name) });
        assert_eq!(told(&matcher, &proposal), wanted, "{minor} {text:?} {on}\n{proposal:#?}");
        let told = proposal.best().unwrap().difference.map(|it| (it.kind, it.minor));
        assert_eq!(told, difference, "{minor} {text:?} {on}");
    }
}

#[test]
fn a_known_payer_is_offered_what_it_owes() {
    for (minor, payer, on, wanted) in [
        // A part, before the strangers who owe just that; and what is too much.
        (9_900, "Birkental Textil AG", "2026-11-02", "?00031 9900"),
        (30_000, "上海远航贸易有限公司", "2026-11-02", "?00011 11000 + 00012 19000"),
        (80_000, "上海远航贸易有限公司", "2026-11-02", "?00011 11000 + 00012 22000 + 00013 33000"),
        // Nobody's name is nobody's part; nor is one that is cut off or a sister's.
        (9_900, "Nobody Known Ltd", "2026-11-02", "?00042 9900"),
        (9_901, "Birkental Textil Nord AG", "2026-11-02", "nothing"),
        // Within a week before its invoice, and the very amount.
        (5_000, "Birkental Textil AG", "2026-11-14", "?00032 5000"),
        (5_000, "Birkental Textil AG", "2026-11-12", "?00031 5000"),
        (4_999, "Birkental Textil AG", "2026-11-14", "?00031 4999"),
    ] {
        let mut matcher = Matcher::new(books(), Vec::new());
        let proposal = matcher.propose(&Line { on: on.parse().unwrap(), ..line(minor, "thanks", payer) });
        assert_eq!(told(&matcher, &proposal), wanted, "{minor} {payer:?} {on}\n{proposal:#?}");
    }
}

#[test]
fn another_customers_entry_of_the_amount_stands_behind_a_guess() {
    let mut matcher = Matcher::new(books(), Vec::new());
    matcher.add(vec![entry(4_000, "2026-11-01", Some(1), "")]);
    let proposal = matcher.propose(&line(4_000, "thanks", "上海远航贸易有限公司"));
    assert_eq!((told(&matcher, &proposal).as_str(), proposal.candidates.len()), ("?00011 4000", 2), "{proposal:#?}");
}

#[test]
fn a_guess_posts_nothing_and_speaks_against_nothing() {
    let mut matcher = Matcher::new(books(), Vec::new());
    let part = matcher.propose(&line(4_000, "thanks", "上海远航贸易有限公司"));
    assert_eq!((part.sure(0), told(&matcher, &part).as_str()), (None, "?00011 4000"));
    matcher.leave(&part);
    let whole = matcher.propose(&line(11_000, "thanks", "上海远航贸易有限公司"));
    assert_eq!(told(&matcher, &whole), "00011 11000");
}

#[test]
fn what_was_taken_is_open_no_longer() {
    let mut matcher = Matcher::new(books(), Vec::new());
    let half = line(5_500, "INV-2026-00011", "上海远航贸易有限公司");
    for _ in 0..2 {
        let proposal = matcher.propose(&half);
        assert_eq!(told(&matcher, &proposal), "00011 5500");
        matcher.take(&half, proposal.best().unwrap());
    }
    // Paid a third time: another invoice of the same customer is not what was meant.
    let again = line(22_000, "INV-2026-00011", "上海远航贸易有限公司");
    let proposal = matcher.propose(&again);
    assert_eq!(told(&matcher, &proposal), "?00012 22000");
}

#[test]
fn what_waits_makes_the_next_wait() {
    let mut matcher = Matcher::new(books(), Vec::new());
    let either = line(50_000, "thanks", "Nordlicht Handels GmbH");
    let first = matcher.propose(&either);
    assert!(first.tied);
    matcher.leave(&first);
    // One of the two is paid by its number: the other is not surely open.
    let named = line(50_000, "INV-2026-00021", "Nordlicht Handels GmbH");
    let second = matcher.propose(&named);
    assert_eq!(told(&matcher, &second), "00021 50000");
    matcher.take(&named, second.best().unwrap());
    let third = matcher.propose(&either);
    assert_eq!(told(&matcher, &third), "?00022 50000");
}

#[test]
fn one_invoice_is_no_sum() {
    let mut matcher = Matcher::new(books(), Vec::new());
    let either = matcher.propose(&line(50_000, "thanks", "Nordlicht Handels GmbH"));
    matcher.leave(&either);
    let proposal = matcher.propose(&line(50_000, "00022", "Nordlicht Handels GmbH"));
    assert_eq!((told(&matcher, &proposal).as_str(), proposal.tied), ("?00022 50000", true), "{proposal:#?}");
    assert!(proposal.candidates.iter().all(|one| one.tier != Tier::Sum), "{proposal:#?}");
}

#[test]
fn what_waits_may_have_left_the_very_amount() {
    let mut matcher = Matcher::new(books(), Vec::new());
    let part = line(30_000, "INV-2026-00022", "Nordlicht Handels GmbH");
    let alone = matcher.propose(&part);
    assert_eq!(told(&matcher, &alone), "00022 30000");
    let other = matcher.propose(&line(20_000, "INV-2026-00021", "Nordlicht Handels GmbH"));
    matcher.leave(&other);
    // Of the other, the very amount is left now: it may be what was meant.
    let proposal = matcher.propose(&part);
    assert_eq!(told(&matcher, &proposal), "?00022 30000");
    // A second line waits for the other: one of the two may have been for something else.
    let second = matcher.propose(&line(20_000, "INV-2026-00021", "Nordlicht Handels GmbH"));
    matcher.leave(&second);
    let proposal = matcher.propose(&part);
    assert_eq!(told(&matcher, &proposal), "?00022 30000");
    let another = line(35_000, "INV-2026-00022", "Nordlicht Handels GmbH");
    let proposal = matcher.propose(&another);
    assert_eq!(told(&matcher, &proposal), "00022 35000", "nothing that waits leaves that much");
}

#[test]
fn an_account_is_learnt_from_a_number() {
    let mut matcher = Matcher::new(books(), Vec::new());
    let strange = |minor, text| Line { account: Some(77), ..line(minor, text, "Holding XY") };
    let unknown = matcher.propose(&strange(22_000, "thanks"));
    assert!(unknown.sure(SURE).is_none());
    let named = strange(11_000, "INV-2026-00011");
    let proposal = matcher.propose(&named);
    matcher.take(&named, proposal.sure(SURE).unwrap());
    let proposal = matcher.propose(&strange(22_000, "thanks"));
    assert_eq!(told(&matcher, &proposal), "00012 22000");
}

#[test]
fn references_with_check_digits_lead_to_the_numbers_that_they_carry() {
    for scheme in Scheme::ALL {
        let reference = of_number(scheme, "INV-2026-00012").unwrap();
        let apart = Line { references: &[&reference], ..line(22_000, "", "上海远航贸易有限公司") };
        let mut matcher = Matcher::new(books(), Vec::new());
        let proposal = matcher.propose(&apart);
        assert_eq!(told(&matcher, &proposal), "00012 22000", "{reference}");
        assert_eq!(proposal.best().unwrap().tier, Tier::Reference, "{reference}");
        // The payer is nobody's: the number alone is not the whole number, but in `RF`, and waits.
        let strange = Line { payer: Some("Holding XY"), ..apart };
        let expected = if scheme == Scheme::Rf { "00012 22000" } else { "?00012 22000" };
        let proposal = matcher.propose(&strange);
        assert_eq!(told(&matcher, &proposal), expected, "{reference}");
    }
    // Among words: those that no other digits are by chance.
    let belgian = of_number(Scheme::Belgian, "INV-2026-00012").unwrap();
    let printed = format!("+++{}/{}/{}+++", &belgian[..3], &belgian[3..7], &belgian[7..]);
    let swiss = of_number(Scheme::SwissQr, "INV-2026-00012").unwrap();
    for (text, is_right) in [(printed, true), (belgian, true), (format!("Zahlung {swiss} danke"), true), (swiss, false)]
    {
        let last = if text.ends_with('1') { "2" } else { "1" };
        let text = if is_right { text } else { format!("{}{last}", &text[..text.len() - 1]) };
        let mut matcher = Matcher::new(books(), Vec::new());
        let proposal = matcher.propose(&line(22_000, &text, "上海远航贸易有限公司"));
        let tier = if is_right { Tier::Reference } else { Tier::Payer };
        assert_eq!(
            (told(&matcher, &proposal).as_str(), proposal.best().unwrap().tier),
            ("00012 22000", tier),
            "{text}"
        );
    }
}

#[test]
fn a_sisters_account_speaks_against_a_number_that_is_not_the_amount() {
    let party = |name: &str, accounts: &[i64]| Party { names: vec![name.into()], accounts: accounts.to_vec() };
    let parties = Parties::new(vec![party("Ginster Components LLC", &[]), party("Ginster Components GmbH", &[7])]);
    let on: Date = "2026-10-30".parse().unwrap();
    let item = Item {
        party: 0,
        number: "INV-2026-00071".into(),
        open_minor: 100_000,
        currency: Currency::EUR,
        date: on,
        due_on: on,
    };
    let mut matcher = Matcher::new(Books { parties, items: vec![item], ..Books::default() }, Vec::new());
    for (minor, payer, account, expected) in [
        (98_000, "GINSTER COMPONENTS", None, "00071 98000"),
        (98_000, "GINSTER COMPONENTS", Some(7), "?00071 98000"),
        // Its whole name, or the very amount, says enough.
        (98_000, "Ginster Components LLC", Some(7), "00071 98000"),
        (100_000, "GINSTER COMPONENTS", Some(7), "00071 100000"),
        (98_000, "GINSTER COMPONENTS", Some(8), "00071 98000"),
    ] {
        let line = Line { account, ..line(minor, "INV-2026-00071", payer) };
        let proposal = matcher.propose(&line);
        assert_eq!(told(&matcher, &proposal), expected, "{payer} {account:?}");
    }
}

#[test]
fn entries_own_accounts_and_rules() {
    let mut books = books();
    books.entries = vec![entry(99_900, "2026-11-01", None, "po_example77"), entry(-4_000, "2026-11-02", None, "ref_1")];
    books.own.push((5, "100201".to_owned()));
    let charges = Rule {
        conditions: vec![Condition::Direction(Direction::Out), Condition::TextHas("maintenance".into())],
        action: Action::Post("5603".to_owned()),
    };
    let mut matcher = Matcher::new(books, vec![charges]);
    let payout = matcher.propose(&line(99_900, "PO EXAMPLE77", "Provider"));
    let best = payout.sure(SURE).unwrap();
    assert_eq!((best.tier, best.entries.as_slice()), (Tier::Reference, &[0][..]));
    let back = matcher.propose(&line(-4_000, "refund", "Somebody"));
    assert!(back.sure(SURE).is_none(), "an amount alone says too little");
    assert_eq!(back.best().unwrap().entries, [1]);
    let own = matcher.propose(&Line { account: Some(5), ..line(-1, "", "") });
    assert_eq!((own.best().unwrap().tier, own.best().unwrap().account.as_deref()), (Tier::Own, Some("100201")));
    let charge = matcher.propose(&line(-250, "Account maintenance", "Bank"));
    assert_eq!((charge.best().unwrap().tier, charge.best().unwrap().account.as_deref()), (Tier::Rule, Some("5603")));
    // Linked once.
    let taken = line(99_900, "PO EXAMPLE77", "Provider");
    let proposal = matcher.propose(&taken);
    matcher.take(&taken, proposal.best().unwrap());
    assert!(matcher.propose(&taken).best().is_none());
}

#[test]
fn a_transfer_between_own_accounts_is_posted_once() {
    let other_leg = |entries: &[(i64, &str)], minor: i64| {
        let mut books = books();
        books.own.push((5, "100201".to_owned()));
        books.entries = entries.iter().map(|(minor, on)| entry(*minor, on, None, "")).collect();
        let mut matcher = Matcher::new(books, Vec::new());
        let proposal = matcher.propose(&Line { account: Some(5), ..line(minor, "", "Shunfu Ltd") });
        let told: Vec<(Option<u32>, bool)> = proposal
            .candidates
            .iter()
            .map(|one| (one.entries.first().copied(), one.difference.is_some_and(|it| it.kind == DifferenceKind::Fee)))
            .collect();
        (told, proposal.sure(SURE).is_some())
    };
    let posted = (vec![(None, false)], true);
    // The first of its two lines, and the second, whichever way and whichever day comes first.
    assert_eq!(other_leg(&[], -4_100_000), posted);
    let linked = (vec![(Some(0), false)], true);
    for (minor, on) in [(4_100_000, "2026-10-30"), (-4_100_000, "2026-10-30"), (-4_100_000, "2026-11-04")] {
        assert_eq!(other_leg(&[(minor, on)], minor), linked, "{minor} {on}");
    }
    // The other way, it is another.
    assert_eq!(other_leg(&[(4_100_000, "2026-10-30")], -4_100_000), posted);
    // Two of them, or one of weeks before: which is it, or is it new?
    let both = [(700_000, "2026-10-30"), (700_000, "2026-11-01")];
    assert_eq!(other_leg(&both, 700_000), (vec![(Some(0), false), (Some(1), false)], false));
    let weeks_before = other_leg(&[(800_000, "2026-09-20")], 800_000);
    assert_eq!(weeks_before, (vec![(Some(0), false), (None, false)], false));
    // A bank between kept fifteen of it.
    let less = (vec![(Some(0), true)], false);
    assert_eq!(other_leg(&[(3_000_000, "2026-11-01")], 2_998_500), less);
    assert_eq!(other_leg(&[(-1_998_500, "2026-11-03")], -2_000_000), less);
    assert_eq!(other_leg(&[(2_998_500, "2026-11-01")], 3_000_000), posted);
    assert_eq!(other_leg(&[(3_000_000, "2026-10-01")], 2_998_500), posted);
}

#[test]
fn what_was_recorded_is_not_posted_again() {
    let proposed = |recorded: Entry, text: &str, payer: &str| {
        let mut matcher = Matcher::new(books(), Vec::new());
        matcher.add(vec![recorded]);
        let proposal = matcher.propose(&line(11_000, text, payer));
        let best = proposal.best().cloned().unwrap();
        (best.entries, proposal.sure(SURE).is_some())
    };
    let (name, number) = ("上海远航贸易有限公司", "INV-2026-00011");
    // By hand the day before, of the customer whose invoice is named: it stands first, and waits, whoever pays.
    let by_hand = entry(11_000, "2026-11-01", Some(0), "");
    assert_eq!(proposed(by_hand.clone(), number, name), (vec![0], false));
    assert_eq!(proposed(by_hand.clone(), number, "Unknown Holding"), (vec![0], false));
    assert_eq!(proposed(entry(11_000, "2026-11-01", Some(0), number), number, name), (vec![0], false));
    // Without an invoice's number it is the only answer.
    assert_eq!(proposed(Entry { party: Some(4), ..by_hand.clone() }, "货款", "Kranich Verlag AG"), (vec![0], true));
    // Another customer's, or months ago, says nothing.
    assert_eq!(proposed(Entry { party: Some(1), ..by_hand.clone() }, number, name), (vec![], true));
    assert_eq!(proposed(entry(11_000, "2026-09-01", Some(0), ""), number, name), (vec![], true));
}

#[test]
fn a_rule_posts_nothing_that_was_entered_by_hand() {
    let charges =
        Rule { conditions: vec![Condition::TextHas("maintenance".into())], action: Action::Post("5603".to_owned()) };
    let is_sure = |entries: Vec<Entry>| {
        let mut matcher = Matcher::new(Books { entries, ..books() }, vec![charges.clone()]);
        matcher.propose(&line(-1_700, "Account maintenance", "Bank")).sure(SURE).is_some()
    };
    assert!(is_sure(Vec::new()));
    assert!(!is_sure(vec![entry(-1_700, "2026-11-02", None, "November")]));
    assert!(is_sure(vec![entry(-1_700, "2026-10-02", None, "October"), entry(-1_800, "2026-11-02", None, "")]));
}

#[test]
fn an_entry_is_named_by_whole_words_with_digits() {
    for (references, text, is_named) in [
        ("Payment to supplier Ningbo", "PAYMENT order 77", false),
        ("INV 20261", "PO 2026 1234", false),
        ("12345", "account 9912345678", false),
        ("Wages 2026-10-30", "booked 2026-10-30", false),
        ("INV 20261", "our 20261, thanks", true),
        ("TRF-9911", "EREF+TRF 9911", true),
        ("po_1MtHbELkdIwHu7ixl4OzzPMv", "STRIPE po_1MtHbELkdIwHu7ixl4OzzPMv", true),
    ] {
        let mut matcher = Matcher::new(books(), Vec::new());
        matcher.add(vec![entry(-51_200, "2026-08-10", None, references)]);
        let proposal = matcher.propose(&line(-51_200, text, "Suzhou"));
        assert_eq!(proposal.sure(SURE).is_some(), is_named, "{references:?} in {text:?}");
    }
}

#[test]
fn entries_that_were_paid_in_at_once() {
    let slip = |entries: &[(i64, &str)], minor: i64| {
        let mut matcher = Matcher::new(books(), Vec::new());
        matcher.add(entries.iter().map(|(minor, on)| entry(*minor, on, None, "")).collect());
        let proposal = matcher.propose(&line(minor, "PAYING-IN SLIP", ""));
        assert!(proposal.sure(SURE).is_none(), "a sum of entries is for a person to look at");
        let best = proposal.best().cloned().filter(|best| !best.entries.is_empty());
        best.map(|best| (best.entries, proposal.tied))
    };
    let cheques = [(12_345, "2026-10-28"), (-99_000, "2026-10-30"), (67_890, "2026-10-30"), (1_111, "2026-11-01")];
    assert_eq!(slip(&cheques, 80_235), Some((vec![0, 2], false)));
    // Transfers that the bank booked as one.
    assert_eq!(slip(&[(-30_000, "2026-11-02"), (-41_000, "2026-11-02")], -71_000), Some((vec![0, 1], false)));
    // Entered weeks before, or days behind.
    assert_eq!(slip(&[(30_000, "2026-10-02"), (41_000, "2026-11-02")], 71_000), None);
    assert_eq!(slip(&[(30_000, "2026-11-05"), (41_000, "2026-11-02")], 71_000), None);
    // Two ways to come to it.
    let alike = [(30_000, "2026-10-30"), (41_000, "2026-10-30"), (41_000, "2026-11-01")];
    assert!(slip(&alike, 71_000).unwrap().1);
    // More takings than are tried, and all of a day's are the line.
    let takings: Vec<(i64, &str)> = (0..30).map(|n| (1_000 + n * n, "2026-11-01")).collect();
    let sum = takings.iter().map(|(minor, _)| minor).sum();
    assert_eq!(slip(&takings, sum), Some(((0..30).collect(), false)));
    assert_eq!(slip(&takings, 2_005), None);
}

#[test]
fn too_much_from_whoever_owes_more_than_can_be_tried_is_in_doubt() {
    for (others, is_sure) in [(0, true), (61, false)] {
        let mut books = books();
        let (date, currency) = ("2026-10-01".parse().unwrap(), Currency::EUR);
        for nth in 0..others {
            let number = format!("INV-2025-{:05}", 700 + nth).into();
            books.items.push(Item { party: 0, number, open_minor: 7_000_000 + nth, currency, date, due_on: date });
        }
        let mut matcher = Matcher::new(books, Vec::new());
        // No others come to what is too much; with many open it is not known.
        let proposal = matcher.propose(&line(11_999, "INV-2026-00011", "上海远航贸易有限公司"));
        assert_eq!(proposal.sure(SURE).is_some(), is_sure, "{others} others: {}", told(&matcher, &proposal));
    }
}

#[test]
fn what_else_an_invoice_is_called_leads_to_it() {
    let further =
        [(4, "SO-2026-00021"), (3, "PO 778812"), (3, "24312000000012345678"), (1, "per Telefon"), (2, "A-17")];
    let books = Books { further: further.map(|(at, number)| (at, number.into())).into(), ..books() };
    let mut matcher = Matcher::new(books, Vec::new());
    for (minor, text, payer, wanted) in [
        // The digits of the order are those of another invoice of the amount.
        (50_000, "订单 SO-2026-00021", "Nordlicht Handels GmbH", "00022 50000"),
        (50_000, "your so 2026 00021", "Nordlicht Handels GmbH", "00022 50000"),
        (50_000, "PO778812", "Nordlicht Handels GmbH", "00021 50000"),
        (50_000, "发票号24312000000012345678", "Nordlicht Handels GmbH", "00021 50000"),
        (50_000, "PO 778812", "Birkental Textil AG", "?00021 50000"),
        // A word, or what is too short, is no number.
        (12_345, "per Telefon A-17", "上海远航贸易有限公司", "?00011 11000 + 00012 1345"),
    ] {
        let proposal = matcher.propose(&line(minor, text, payer));
        assert_eq!(told(&matcher, &proposal), wanted, "{text} from {payer}");
    }
}
