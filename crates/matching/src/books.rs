//! What lines are compared with, and a line as it is compared.

use crate::name::{Index, Name};
use kernel::{Currency, Date, Money};

/// What the books have open. Parties and items are named by their places here.
#[derive(Debug, Default)]
pub struct Books {
    pub parties: Parties,
    pub items: Vec<Item>,
    /// What else items are called, by their places: after their order, by the customer, by a tax office.
    pub further: Vec<(u32, Box<str>)>,
    pub entries: Vec<Entry>,
    /// Keys of the company's own accounts at banks, each with the code of the account in the books.
    pub own: Vec<(i64, String)>,
}

/// Whoever owes, or may, found by name. Made on any thread: it takes as long as to read what they owe.
#[derive(Debug, Default)]
pub struct Parties {
    all: Vec<Party>,
    names: Index,
}

impl Parties {
    pub fn new(all: Vec<Party>) -> Parties {
        // Nearly all have one name.
        let mut names = Vec::with_capacity(all.len() + all.len() / 8);
        for (party, facts) in (0_u32..).zip(&all) {
            names.extend(facts.names.iter().map(|name| (party, Name::of(name))));
        }
        Parties { all, names: Index::new(names) }
    }

    pub(crate) fn all(&self) -> &[Party] {
        &self.all
    }

    pub(crate) fn names(&self) -> &Index {
        &self.names
    }
}

/// Somebody who owes, or may.
#[derive(Debug, Clone, Default)]
pub struct Party {
    /// What it is called, and what banks were seen to call it.
    pub names: Vec<Box<str>>,
    /// Keys of the accounts that it was seen to pay from.
    pub accounts: Vec<i64>,
}

/// An invoice with something open.
#[derive(Debug, Clone)]
pub struct Item {
    pub party: u32,
    pub number: Box<str>,
    pub open_minor: i64,
    pub currency: Currency,
    pub date: Date,
    pub due_on: Date,
}

/// What the books have on the account, and no line of the bank's was matched with.
#[derive(Debug, Clone)]
pub struct Entry {
    /// What it moves on the account; money in above zero.
    pub amount: Money,
    pub on: Date,
    pub party: Option<u32>,
    /// Numbers by which its document is known, and words of its memo, with blanks between: what has no digit is not looked for.
    pub references: Box<str>,
}

/// A line of a statement.
#[derive(Debug, Clone, Copy)]
pub struct Line<'a> {
    /// Money in above zero.
    pub amount: Money,
    pub on: Date,
    /// Numbers that were handed through apart from the text.
    pub references: &'a [&'a str],
    pub text: &'a str,
    pub payer: Option<&'a str>,
    /// Key of the account of whoever paid.
    pub account: Option<i64>,
    pub code: Option<&'a str>,
}
