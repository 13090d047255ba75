//! Whether a document agrees with itself, with the journal and with its open item.
//!
//! Each amount is kept in more than one place, by ways of its own: a document that somebody changed in one of them shows.

use kernel::Date;
use kernel::id::CustomerId;
use receivables::rules::schedule::{next_due, schedule};

/// How a document stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    Draft,
    Issued,
    /// Withdrawn as a whole.
    Void,
}

/// Net, tax and their sum, in minor units of the document's currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sums {
    pub net: i64,
    pub tax: i64,
    pub gross: i64,
}

/// What the journal has of the document's own entries: those that issued it or brought it forward.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Posted {
    pub entries: usize,
    /// Of these, how many were taken back.
    pub reversed: usize,
    /// Whether it comes from the books before: these have only what was open of it then.
    pub brought_forward: bool,
    /// On the account of receivables, in the document's direction.
    pub receivable: i64,
    pub tax: i64,
    pub functional: i64,
    /// Whose account the lines name, where they agree on one.
    pub party: Option<CustomerId>,
}

/// The document's open item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Item {
    pub customer: CustomerId,
    pub amount: i64,
    pub open: i64,
    pub functional: i64,
    /// Of the kind and currency that the document has.
    pub is_alike: bool,
    pub due: Due,
}

/// When it is due, as the open item has it: the next part of what is open, and the last where it is due in parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Due {
    pub next: Option<Date>,
    pub last: Option<Date>,
}

/// All that is known of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    pub standing: Standing,
    pub has_number: bool,
    pub customer: CustomerId,
    pub stated: Sums,
    /// What its lines come to.
    pub lines: Sums,
    /// Whether the tax breakdown is that of the lines, code by code.
    pub breakdown_agrees: bool,
    /// When it is due as a whole.
    pub due_on: Option<Date>,
    /// Its instalments in their order, where there are any: day, minor units.
    pub instalments: Vec<(Date, i64)>,
    pub posted: Posted,
    pub item: Option<Item>,
    /// What was given up of it, as the document has it and as the journal has it.
    pub given_up: (i64, i64),
    /// Whether credit notes took something of it back.
    pub is_credited: bool,
}

/// Where a document does not agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flaw {
    /// Two amounts that should be the same, with what they are.
    Differs { this: &'static str, minor: i64, that: &'static str, other_minor: i64 },
    /// Anything else, in words.
    Odd(&'static str),
}

/// Everything in which the document does not agree. In order: its own sums; whether it is posted as it stands; the journal's
/// amounts; the open item's.
pub fn flaws(facts: &Facts) -> Vec<Flaw> {
    let mut flaws = Vec::new();
    own_sums(facts, &mut flaws);
    match facts.standing {
        Standing::Draft => draft(facts, &mut flaws),
        Standing::Issued | Standing::Void => {
            in_the_journal(facts, &mut flaws);
            open_item(facts, &mut flaws);
        }
    }
    flaws
}

fn compare(flaws: &mut Vec<Flaw>, (this, minor): (&'static str, i64), (that, other_minor): (&'static str, i64)) {
    if minor != other_minor {
        flaws.push(Flaw::Differs { this, minor, that, other_minor });
    }
}

fn own_sums(facts: &Facts, flaws: &mut Vec<Flaw>) {
    let (stated, lines) = (facts.stated, facts.lines);
    compare(flaws, ("its total is", stated.gross), ("net and tax come to", stated.net + stated.tax));
    compare(flaws, ("its total is", stated.gross), ("its lines come to", lines.gross));
    compare(flaws, ("its net is", stated.net), ("the net of its lines is", lines.net));
    compare(flaws, ("its tax is", stated.tax), ("the tax of its lines is", lines.tax));
    if !facts.breakdown_agrees {
        flaws.push(Flaw::Odd("its tax breakdown is not that of its lines"));
    }
    if !facts.instalments.is_empty() {
        let instalments = facts.instalments.iter().map(|(_, minor)| minor).sum();
        compare(flaws, ("its total is", stated.gross), ("its instalments come to", instalments));
    }
}

fn draft(facts: &Facts, flaws: &mut Vec<Flaw>) {
    if facts.has_number {
        flaws.push(Flaw::Odd("it is a draft, but has a number"));
    }
    if facts.posted.entries > 0 {
        flaws.push(Flaw::Odd("it is a draft, but the journal has an entry of it"));
    }
    if facts.item.is_some() {
        flaws.push(Flaw::Odd("it is a draft, but has an open item"));
    }
}

fn in_the_journal(facts: &Facts, flaws: &mut Vec<Flaw>) {
    let (posted, stated) = (facts.posted, facts.stated);
    if !facts.has_number {
        flaws.push(Flaw::Odd("it was issued, but has no number"));
    }
    match (posted.entries, facts.standing) {
        // Of a document over nothing there may be nothing to post.
        (0, _) if stated == Sums::default() => {}
        (0, _) => flaws.push(Flaw::Odd("the journal has no entry of it")),
        (1, Standing::Void) if posted.reversed == 0 => {
            flaws.push(Flaw::Odd("it is void, but its entry was not taken back"));
        }
        (1, Standing::Issued) if posted.reversed > 0 => {
            flaws.push(Flaw::Odd("it is not void, but its entry was taken back"));
        }
        (1, _) => {}
        _ => flaws.push(Flaw::Odd("the journal has more than one entry of it")),
    }
    if posted.entries == 1 {
        if posted.party.is_some_and(|party| party != facts.customer) {
            flaws.push(Flaw::Odd("the journal has it on the account of another customer"));
        }
        if !posted.brought_forward {
            compare(flaws, ("its total is", stated.gross), ("the journal's receivable is", posted.receivable));
            compare(flaws, ("its tax is", stated.tax), ("the journal's tax is", posted.tax));
        } else if posted.receivable > stated.gross {
            compare(flaws, ("its total is", stated.gross), ("the journal's receivable is", posted.receivable));
        }
    }
    compare(flaws, ("given up of it is", facts.given_up.0), ("the journal has given up", facts.given_up.1));
    if facts.standing == Standing::Void && facts.is_credited {
        flaws.push(Flaw::Odd("it is void, and credit notes took it back as well: its sale is taken back twice"));
    }
}

fn open_item(facts: &Facts, flaws: &mut Vec<Flaw>) {
    let Some(item) = facts.item else {
        flaws.push(Flaw::Odd("it has no open item"));
        return;
    };
    if !item.is_alike {
        flaws.push(Flaw::Odd("its open item is of another kind or currency"));
    }
    if item.customer != facts.customer {
        flaws.push(Flaw::Odd("its open item is on the account of another customer"));
    }
    compare(flaws, ("its total is", facts.stated.gross), ("its open item is over", item.amount));
    if facts.posted.entries == 1 && !facts.posted.brought_forward && item.functional != facts.posted.functional {
        flaws.push(Flaw::Odd("its open item has another value in the books' currency than its entry"));
    }
    if item.due != due(facts, item.open) {
        flaws.push(Flaw::Odd("its open item is due on another day than what is open of it"));
    }
    if facts.standing == Standing::Void && item.open != 0 {
        flaws.push(Flaw::Odd("it is void, but something of it is open"));
    }
}

/// When a document is due of which so much is open.
fn due(facts: &Facts, open: i64) -> Due {
    match next_due(&schedule(facts.stated.gross, open, &facts.instalments)) {
        None => Due { next: facts.due_on, last: None },
        next => Due { next, last: facts.due_on },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(n: i8) -> Date {
        Date::constant(2026, 11, n)
    }

    fn customer(number: u8) -> CustomerId {
        CustomerId::from_bytes([number; 16])
    }

    fn issued() -> Facts {
        let sums = Sums { net: 100, tax: 13, gross: 113 };
        Facts {
            standing: Standing::Issued,
            has_number: true,
            customer: customer(1),
            stated: sums,
            lines: sums,
            breakdown_agrees: true,
            due_on: Some(day(30)),
            instalments: vec![(day(10), 50), (day(30), 63)],
            posted: Posted {
                entries: 1,
                reversed: 0,
                brought_forward: false,
                receivable: 113,
                tax: 13,
                functional: 113,
                party: Some(customer(1)),
            },
            item: Some(Item {
                customer: customer(1),
                amount: 113,
                open: 113,
                functional: 113,
                is_alike: true,
                due: Due { next: Some(day(10)), last: Some(day(30)) },
            }),
            given_up: (0, 0),
            is_credited: false,
        }
    }

    fn void() -> Facts {
        let mut facts = issued();
        facts.standing = Standing::Void;
        facts.posted.reversed = 1;
        facts.item = facts.item.map(|item| Item { open: 0, due: Due { next: Some(day(30)), ..item.due }, ..item });
        facts
    }

    #[test]
    fn a_document_that_agrees_has_no_flaw() {
        assert_eq!(flaws(&issued()), []);
        assert_eq!(flaws(&void()), []);
        let mut draft = issued();
        (draft.standing, draft.has_number, draft.item) = (Standing::Draft, false, None);
        draft.posted = Posted::default();
        assert_eq!(flaws(&draft), []);
        let mut over_nothing = issued();
        (over_nothing.stated, over_nothing.lines) = (Sums::default(), Sums::default());
        (over_nothing.posted, over_nothing.instalments) = (Posted::default(), Vec::new());
        let due = Due { next: Some(day(30)), last: None };
        over_nothing.item = over_nothing.item.map(|item| Item { amount: 0, open: 0, functional: 0, due, ..item });
        assert_eq!(flaws(&over_nothing), []);
        let mut earlier = issued();
        earlier.posted = Posted { brought_forward: true, receivable: 40, tax: 0, functional: 40, ..earlier.posted };
        assert_eq!(flaws(&earlier), []);
        for (open, next) in [(64, 10), (63, 30), (1, 30)] {
            let mut in_part = issued();
            let due = Due { next: Some(day(next)), last: Some(day(30)) };
            in_part.item = in_part.item.map(|item| Item { open, due, ..item });
            assert_eq!(flaws(&in_part), [], "{open}");
        }
    }

    #[test]
    fn every_place_that_differs_is_named() {
        type Change = fn(&mut Facts);
        let cases: [(Change, usize); 22] = [
            (|f| f.stated.gross += 1, 5),
            (|f| f.stated.net += 1, 2),
            (|f| f.lines = Sums { net: 90, tax: 13, gross: 103 }, 2),
            (|f| f.breakdown_agrees = false, 1),
            (|f| f.instalments[0].1 -= 1, 1),
            (|f| f.due_on = Some(day(29)), 1),
            (|f| f.item = f.item.map(|i| Item { due: Due { next: Some(day(30)), ..i.due }, ..i }), 1),
            (|f| f.item = f.item.map(|i| Item { due: Due { last: None, ..i.due }, ..i }), 1),
            (|f| f.customer = customer(2), 2),
            (|f| f.has_number = false, 1),
            (|f| f.standing = Standing::Void, 2),
            (|f| f.standing = Standing::Draft, 3),
            (|f| f.posted.reversed = 1, 1),
            (|f| f.posted = Posted::default(), 1),
            (|f| f.posted.entries = 2, 1),
            (|f| f.posted.receivable = 112, 1),
            (|f| f.posted.tax = 12, 1),
            (|f| f.given_up = (0, 5), 1),
            (|f| f.item = None, 1),
            (|f| f.item = f.item.map(|i| Item { amount: 100, ..i }), 1),
            (|f| f.item = f.item.map(|i| Item { customer: customer(2), ..i }), 1),
            (|f| f.item = f.item.map(|i| Item { is_alike: false, functional: 1, ..i }), 2),
        ];
        let found = cases.map(|(change, _)| {
            let mut facts = issued();
            change(&mut facts);
            flaws(&facts)
        });
        assert_eq!(found.each_ref().map(Vec::len), cases.map(|(_, wanted)| wanted), "{found:#?}");
        let mut twice = void();
        twice.is_credited = true;
        assert_eq!(flaws(&twice).len(), 1);
        let mut still_open = void();
        still_open.item = still_open.item.map(|item| Item { open: 1, ..item });
        assert_eq!(flaws(&still_open).len(), 1);
    }
}
