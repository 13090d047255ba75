//! Invoices on a real database, through the door.

#![allow(clippy::unwrap_used)]

mod house;

use house::{ALL, House, ORGANISATION, code};
use invoicing::commands::{
    CreateInvoice, CreditInvoice, CreditPart, IssueInvoice, NoteOfficialInvoice, SendInvoice, VoidInvoice,
    WriteOffInvoice,
};
use invoicing::queries::{self, Filter};
use kernel::id::InvoiceId;
use kernel::{Currency, Money, Scope};
use ledger::{Document, EntryKind};
use receivables::rules::status::InvoiceStatus;

fn cny(minor: i64) -> Money {
    Money::new(minor, Currency::CNY)
}

#[test]
fn an_issued_invoice_is_owed_numbered_and_booked() {
    let mut house = House::new();
    let id = house.issued();
    let view = house.view(id);
    assert_eq!(view.number.as_deref(), Some("INV-2026-00001"));
    assert_eq!((view.net, view.tax, view.total), (cny(64_970), cny(8_246), cny(73_216)));
    assert_eq!((view.status, view.balance), (InvoiceStatus::Open, cny(73_216)));
    assert_eq!(
        (view.issued_on.unwrap().to_string(), view.due_on.unwrap().to_string()),
        ("2026-11-23".into(), "2026-12-23".into())
    );
    let parties = view.parties.clone().unwrap();
    assert_eq!((parties.seller.name.as_str(), parties.buyer.email.as_deref()), ("远航科技", Some("ap@example.com")));
    let entries = house.read(move |conn| ledger::entries_of(conn, ORGANISATION, Document::Invoice(id))).unwrap();
    assert_eq!(entries.iter().map(|e| e.kind).collect::<Vec<_>>(), [EntryKind::Invoice]);
    let token = view.pay_token.unwrap();
    assert_eq!(token.len(), 26);
    let customer = house.customer;
    let found = house.read(move |conn| invoicing::by_pay_token(conn, &token)).unwrap();
    assert_eq!(found, Some((ORGANISATION, id, customer)));
    let second = house.issued();
    assert_eq!(house.view(second).number.as_deref(), Some("INV-2026-00002"));
}

#[test]
fn a_refused_issue_leaves_no_gap_and_a_draft_takes_no_number() {
    let mut house = House::new();
    let input = house.input();
    let draft = house.write(CreateInvoice { input: input.clone(), issue: false }).unwrap();
    let view = house.view(draft);
    assert_eq!((view.number, view.status, view.issued_on), (None, InvoiceStatus::Draft, None));
    let mut foreign = input;
    foreign.currency = Some("EUR".into());
    foreign.lines = vec![house::line("Sensor", "1", "EUR", "10.00", "VAT13")];
    assert_eq!(code(house.write(CreateInvoice { input: foreign, issue: true })), "exchange_rate_missing");
    house.write(IssueInvoice { id: draft, issued_on: None }).unwrap();
    assert_eq!(house.view(draft).number.as_deref(), Some("INV-2026-00001"));
    assert_eq!(code(house.write(IssueInvoice { id: draft, issued_on: None })), "invoice_not_a_draft");
}

#[test]
fn status_follows_what_was_set_against_it() {
    let mut house = House::new();
    let id = house.issued();
    house.pay(id, 10_000);
    let view = house.view(id);
    assert_eq!((view.status, view.balance, view.allocations.len()), (InvoiceStatus::PartiallyPaid, cny(63_216), 1));
    let credit = CreditInvoice { id, part: CreditPart::Amount(cny(3_216)), reason: "short".into(), issued_on: None };
    house.write(credit).unwrap();
    assert_eq!((house.view(id).status, house.view(id).balance), (InvoiceStatus::PartiallyPaid, cny(60_000)));
    let off = |amount| WriteOffInvoice { id, amount, reason: "bad_debt".into(), note: None, on: None };
    assert_eq!(code(house.write(off(Some(cny(60_001))))), "write_off_exceeds_balance");
    house.write(off(None)).unwrap();
    let view = house.view(id);
    assert_eq!((view.status, view.balance, view.written_off), (InvoiceStatus::WrittenOff, cny(0), cny(60_000)));
}

#[test]
fn a_full_credit_note_ends_the_invoice_and_what_was_paid_is_credit() {
    let mut house = House::new();
    let all = |id| CreditInvoice { id, part: CreditPart::All, reason: "returned".into(), issued_on: None };
    let unpaid = house.issued();
    let note = house.write(all(unpaid)).unwrap();
    assert_eq!((house.view(unpaid).status, house.open_of(note.retyped())), (InvoiceStatus::Credited, 0));
    assert_eq!(code(house.write(all(unpaid))), "credit_note_nothing_left");
    let paid = house.issued();
    house.pay(paid, 73_216);
    let note = house.write(all(paid)).unwrap();
    assert_eq!((house.view(paid).status, house.open_of(note.retyped())), (InvoiceStatus::Credited, 73_216));
    let vault = house.app.vault().clone();
    let view = house.read(move |conn| queries::credit_note(conn, &vault, &ALL, note)).unwrap();
    assert_eq!((view.number.as_str(), view.total, view.full), ("CN-2026-00002", cny(73_216), true));
    assert_eq!(view.lines.iter().map(|l| l.gross.minor()).sum::<i64>(), 73_216);
}

#[test]
fn only_what_nothing_happened_to_is_made_void() {
    let mut house = House::new();
    let void = |id| VoidInvoice { id, reason: "typed twice".into() };
    let id = house.issued();
    house.write(void(id)).unwrap();
    let view = house.view(id);
    assert_eq!(
        (view.status, view.balance, view.number.as_deref()),
        (InvoiceStatus::Void, cny(0), Some("INV-2026-00001"))
    );
    let entries = house.read(move |conn| ledger::entries_of(conn, ORGANISATION, Document::Invoice(id))).unwrap();
    assert_eq!(entries.iter().filter(|e| e.reverses.is_some()).count(), 1);
    assert_eq!(code(house.write(void(id))), "invoice_void");
    let sent = house.issued();
    house.write(SendInvoice { id: sent }).unwrap();
    assert_eq!(code(house.write(void(sent))), "invoice_was_sent");
    let paid = house.issued();
    house.pay(paid, 1);
    assert_eq!(code(house.write(void(paid))), "invoice_settled_in_part");
    let official = house.issued();
    let note = |status: &str, number: Option<&str>| NoteOfficialInvoice {
        id: official,
        status: status.into(),
        number: number.map(ToOwned::to_owned),
    };
    assert_eq!(code(house.write(note("issued", None))), "invalid /official_invoice/number:required");
    house.write(note("issued", Some("25312000000012345678"))).unwrap();
    assert_eq!(code(house.write(void(official))), "invoice_has_official");
}

#[test]
fn lists_are_narrowed_by_what_follows_from_the_items() {
    let mut house = House::new();
    let (open, part, paid) = (house.issued(), house.issued(), house.issued());
    house.pay(part, 10_000);
    house.pay(paid, 73_216);
    let draft = {
        let input = house.input();
        house.write(CreateInvoice { input, issue: false }).unwrap()
    };
    let today = "2026-12-24".parse().unwrap();
    let list = |house: &House, scope: Scope, name: &str| -> Vec<InvoiceId> {
        let filter = Filter::default().named(name).unwrap();
        let rows = house.read(move |conn| queries::list(conn, &scope, &filter, today, None, 50)).unwrap();
        rows.into_iter().map(|row| row.id).collect()
    };
    for (name, expected) in [
        ("", vec![draft, paid, part, open]),
        ("draft", vec![draft]),
        ("open", vec![open]),
        ("partially_paid", vec![part]),
        ("paid", vec![paid]),
        ("outstanding", vec![part, open]),
        ("overdue", vec![part, open]),
        ("due_soon", vec![]),
        ("void", vec![]),
        ("in_doubt", vec![]),
    ] {
        assert_eq!(list(&house, ALL, name), expected, "{name}");
    }
    let own = Scope::Customer(ORGANISATION, house.customer);
    assert_eq!(list(&house, own, ""), [paid, part, open], "a customer sees no drafts");
    let figures = house.read(move |conn| queries::figures(conn, &ALL, today)).unwrap();
    assert_eq!((figures.open.amount, figures.open.count), (cny(73_216 + 63_216), 2));
    assert_eq!((figures.overdue.count, figures.in_doubt.count), (2, 0));
}

#[test]
fn nobody_sees_another_customers_invoice() {
    let mut house = House::new();
    let id = house.issued();
    let other = house.customer("Nordlicht", "CNY");
    let vault = house.app.vault().clone();
    let scope = Scope::Customer(ORGANISATION, other);
    let seen = house.read(move |conn| queries::view(conn, &vault, &scope, id).map(|_| ()));
    assert_eq!(code(seen), "invoice_not_found");
}

#[test]
fn numbers_begin_anew_with_the_fiscal_year() {
    let mut house = House::new();
    house.issued();
    let mut input = house.input();
    input.issued_on = Some("2025-12-31".into());
    let id = house.write(CreateInvoice { input, issue: true }).unwrap();
    assert_eq!(house.view(id).number.as_deref(), Some("INV-2025-00001"));
}

#[test]
fn every_sentence_stands_in_both_languages() {
    assert_eq!(web::i18n::I18n::check(&[invoicing::MESSAGES]), Vec::<String>::new());
}
