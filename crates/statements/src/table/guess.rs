//! Which column of a table is what, found by the names and by what stands below them.

use crate::amount;
use crate::note::Fault;
use crate::source::Options;
use crate::table::cell;
use crate::table::doubt::{Doubt, dates, decimal_mark};
use crate::table::map::{Column, ColumnMap, DateOrder, ReferenceColumn};
use crate::table::mapped::{Preamble, strict_day};
use crate::table::rows::{Content, Row};
use crate::table::sign::{Amounts, amounts};
use crate::table::words::{self, Role};
use kernel::Currency;

/// How many rows are looked at.
const ROWS_SEEN: usize = 1000;
/// How deep a header may stand.
const HEADER_ROWS: usize = 60;

/// What was found, before rows are read with it.
pub(crate) struct Found {
    pub map: ColumnMap,
    pub doubts: Vec<Doubt>,
    /// The cells of its header, or as many without a word where it has none.
    pub header: Vec<String>,
    /// How a map names each of its columns.
    pub columns: Vec<Column>,
    /// The first rows below it.
    pub rows: Vec<Vec<String>>,
}

/// How many rows a guess shows as they are.
const ROWS_SHOWN: usize = 5;

/// The first rows of a table.
pub(crate) struct Sample {
    pub delimiter: u8,
    pub header: Option<Row>,
    /// Rows with a day in them.
    pub rows: Vec<Row>,
    pub preamble: Preamble,
    width: usize,
    /// What each column is by its name.
    roles: Vec<Option<(Role, usize)>>,
}

/// Finds the columns of a table; nothing where it is no table with days and amounts.
pub(crate) fn find(content: &Content, options: &Options) -> Result<Option<Found>, Fault> {
    let delimiters: &[u8] = match content {
        Content::Text { .. } => b",;\t|",
        Content::Cells(_) => b",",
    };
    let mut best: Option<(usize, Found)> = None;
    for delimiter in delimiters {
        let sample = Sample::of(content, *delimiter)?;
        let rows = sample.rows.len();
        if best.as_ref().is_some_and(|(known, _)| *known >= rows.max(1)) {
            continue;
        }
        if let Some(found) = sample.found(options, matches!(content, Content::Text { .. })) {
            best = Some((rows.max(1), found));
        }
    }
    Ok(best.map(|(_, found)| found))
}

/// The order of the dates of a bill, whose columns are known.
pub(crate) fn dates_of(
    content: &Content,
    delimiter: u8,
    said: Option<DateOrder>,
    doubts: &mut Vec<Doubt>,
) -> Result<DateOrder, Fault> {
    let sample = Sample::of(content, delimiter)?;
    let columns: Vec<usize> = sample.by_name(Role::Booked).into_iter().collect();
    Ok(dates(&sample, &columns, said, doubts))
}

impl Sample {
    fn of(content: &Content, delimiter: u8) -> Result<Sample, Fault> {
        let (mut rows, mut row, mut all) = (content.rows(delimiter)?, Row::default(), Vec::new());
        // A text with a quotation mark too many is read up to it; the reading itself says where.
        while all.len() < ROWS_SEEN && rows.next(&mut row).unwrap_or(false) {
            all.push(row.clone());
        }
        let roles = |row: &Row| row.cells.iter().map(|cell| words::role(cell::clean(cell))).collect::<Vec<_>>();
        let known = |row: &Row| {
            let roles: Vec<Role> = roles(row).into_iter().flatten().map(|(role, _)| role).collect();
            let is = |wanted: &[Role]| roles.iter().any(|role| wanted.contains(role));
            let has_amount = is(&[Role::Amount, Role::In, Role::Out]);
            let is_header = roles.len() >= 2 && has_amount && is(&[Role::Booked, Role::Value]);
            if is_header { roles.len() } else { 0 }
        };
        let header =
            (0..all.len().min(HEADER_ROWS)).rev().max_by_key(|at| known(&all[*at])).filter(|at| known(&all[*at]) > 0);
        let mut preamble = Preamble::default();
        all[..header.unwrap_or(0)].iter().for_each(|row| preamble.note(row));
        let mut below = all.split_off(header.map_or(0, |at| at + 1));
        let header = header.and_then(|_| all.pop());
        let has_day = |row: &Row| row.cells.iter().any(|cell| is_day(cell::clean(cell)));
        if header.is_none() {
            below.iter().take_while(|row| !has_day(row)).for_each(|row| preamble.note(row));
        }
        below.retain(has_day);
        let width = below.iter().chain(&header).map(|row| row.cells.len()).max().unwrap_or(0);
        let mut roles = header.as_ref().map(roles).unwrap_or_default();
        roles.resize(width, None);
        Ok(Sample { delimiter, header, rows: below, preamble, width, roles })
    }

    /// The cells of a column that say something.
    pub fn column(&self, at: usize) -> impl Iterator<Item = &str> {
        self.rows.iter().map(move |row| row.cell(at)).filter(|cell| !cell.is_empty())
    }

    /// Whether nearly all cells of a column are such; a column of nothing is whatever it is called.
    fn is_of(&self, at: usize, is: impl Fn(&str) -> bool) -> bool {
        let (all, such) = self.column(at).fold((0, 0), |(all, such), cell| (all + 1, such + usize::from(is(cell))));
        such * 10 >= all * 9
    }

    fn is_days(&self, at: usize) -> bool {
        self.is_of(at, is_day)
    }

    fn is_amounts(&self, at: usize) -> bool {
        self.is_of(at, is_amount)
    }

    /// The likeliest column of a role whose cells are of its kind.
    pub fn by_name(&self, wanted: Role) -> Option<usize> {
        let fits = |at: usize| match wanted {
            Role::Booked | Role::Value => self.is_days(at),
            Role::Amount | Role::In | Role::Out | Role::Balance => self.is_amounts(at),
            Role::Mark => self.is_of(at, |cell| cell::is_in(cell).is_some()),
            Role::Currency => self.is_of(at, |cell| cell::currency(cell).is_some()),
            _ => true,
        };
        let named = self.roles.iter().enumerate().filter_map(|(at, role)| role.map(|(role, rank)| (at, role, rank)));
        let of = named.filter(|(at, role, _)| *role == wanted && fits(*at));
        of.min_by_key(|(at, _, rank)| (*rank, *at)).map(|(at, ..)| at)
    }

    /// Columns without a name that have amounts with decimals, or with nothing else.
    pub fn nameless_amounts(&self) -> Vec<usize> {
        let has = |at: usize| self.column(at).next().is_some();
        let is_money = |cell: &str| is_amount(cell) && cell.contains(['.', ',']);
        (0..self.width).filter(|at| has(*at) && !self.is_days(*at) && self.is_of(*at, is_money)).collect()
    }

    /// How a map names a column: by its name where the header gives it to this column first.
    pub fn name(&self, at: usize) -> Column {
        let name = self.header.as_ref().map_or("", |header| header.cell(at));
        let first =
            self.header.as_ref().and_then(|header| header.cells.iter().position(|cell| cell::clean(cell) == name));
        if name.is_empty() || first != Some(at) { Column::At(at) } else { Column::Named(name.to_owned()) }
    }

    fn found(&self, options: &Options, is_text: bool) -> Option<Found> {
        let has_header = self.header.is_some();
        let days: Vec<usize> = match has_header {
            true => [Role::Booked, Role::Value].into_iter().filter_map(|role| self.by_name(role)).collect(),
            false => (0..self.width).filter(|at| self.column(*at).next().is_some() && self.is_days(*at)).collect(),
        };
        let booked_on = *days.first()?;
        let mut doubts = Vec::new();
        let order = dates(self, &days, options.dates, &mut doubts);
        let Amounts { amount, balance, columns } = amounts(self, &mut doubts)?;
        let decimal_mark = decimal_mark(self, &columns, &mut doubts);
        let role = |role| self.by_name(role);
        let named = |at: Option<usize>| at.map(|at| self.name(at));
        let currency_column = role(Role::Currency);
        let currency = self.currency_of_names(&columns);
        let says = currency_column.is_some() || currency.or(self.preamble.currency).or(options.currency).is_some();
        if !says {
            doubts.push(Doubt::Currency);
        }
        let text = match has_header {
            true => self.named_text(&mut doubts),
            false => self.nameless_text(&days, &columns),
        };
        let references = (0..self.width).filter_map(|at| match self.roles[at] {
            Some((Role::Reference(kind), _)) => Some(ReferenceColumn { kind, column: self.name(at) }),
            _ => None,
        });
        let map = ColumnMap {
            delimiter: is_text.then(|| char::from(self.delimiter)),
            booked_on: self.name(booked_on),
            value_on: named(days.get(1).copied()),
            amount,
            balance: named(balance),
            currency_column: named(currency_column),
            currency,
            account: named(role(Role::Account)),
            name: named(role(Role::Name)),
            counterparty_account: named(role(Role::PartyAccount)),
            counterparty_bank: named(role(Role::PartyBank)),
            text: text.into_iter().map(|at| self.name(at)).collect(),
            references: references.collect(),
            code: named(role(Role::Code)),
            dates: order,
            decimal_mark,
        };
        let cells = |row: &Row| (0..self.width).map(|at| row.cell(at).to_owned()).collect::<Vec<_>>();
        Some(Found {
            map,
            doubts,
            header: self.header.as_ref().map_or_else(|| vec![String::new(); self.width], cells),
            columns: (0..self.width).map(|at| self.name(at)).collect(),
            rows: self.rows.iter().take(ROWS_SHOWN).map(cells).collect(),
        })
    }

    /// The columns of what people wrote. Where there is none, what the bank calls a movement is all that is said of it; unless there is
    /// a column of words whose name nobody knows.
    fn named_text(&self, doubts: &mut Vec<Doubt>) -> Vec<usize> {
        let all = |wanted| (0..self.width).filter(move |at| self.roles[*at].is_some_and(|(role, _)| role == wanted));
        let text: Vec<usize> = all(Role::Text).collect();
        if !text.is_empty() {
            return text;
        }
        if (0..self.width).any(|at| self.roles[at].is_none() && self.is_words(at)) {
            doubts.push(Doubt::Text);
        }
        all(Role::Code).collect()
    }

    /// Whether a column has words in it rather than marks, codes and numbers: some cell has more letters than anything else, and more
    /// than stand for a currency.
    fn is_words(&self, at: usize) -> bool {
        let is_words = |cell: &str| {
            let letters = cell.chars().filter(|c| c.is_alphabetic()).count();
            let is_long = letters > 3 || letters > 1 && !cell.is_ascii();
            is_long && letters * 2 > cell.chars().count()
        };
        self.column(at).any(is_words) && !self.is_days(at) && !self.is_amounts(at)
    }

    /// Without a header, the text is in columns with letters.
    fn nameless_text(&self, days: &[usize], amounts: &[usize]) -> Vec<usize> {
        let has_letters = |at: usize| self.column(at).any(|cell| cell.chars().any(char::is_alphabetic));
        (0..self.width).filter(|at| !days.contains(at) && !amounts.contains(at) && has_letters(*at)).collect()
    }

    /// The currency that stands in the name of an amount's column: `金额(元)`, `Betrag (EUR)`, `CAD$`.
    fn currency_of_names(&self, columns: &[usize]) -> Option<Currency> {
        let header = self.header.as_ref()?;
        let mut names = columns.iter().map(|at| header.cell(*at));
        names.find_map(|name| {
            let mut parts =
                name.split(['(', ')', '（', '）', '/', ' ', '[', ']', '$', '+', '-']).filter(|part| !part.is_empty());
            let said = parts.find_map(cell::currency);
            said.or_else(|| name.starts_with("人民币").then_some(Currency::CNY))
        })
    }
}

/// A day in some order; a month and a day alone are looked for where a file has no other.
fn is_day(text: &str) -> bool {
    let month = Some(cell::Month { year: 2026, month: 6 });
    text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && DateOrder::ALL.into_iter().any(|order| strict_day(text, order, month).is_some())
}

fn is_amount(text: &str) -> bool {
    amount::decimal(text).is_some() || cell::bare(text).is_some_and(|(digits, _)| amount::decimal(digits).is_some())
}
