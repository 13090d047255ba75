//! The reconciliation and the list of settlements as tables, for every form that is not JSON.

use crate::queries::Statement;
use crate::report::{Shown, Words};
use crate::rules::reconcile::{Item, Section};
use crate::rules::settlement::Component;
use crate::settlements::Settlement;
use ::store::Error;
use kernel::id::{EntryId, StatementLineId};
use kernel::{Date, Money, MoneyError};
use reports::{Cell, Column, ColumnKind, Row, Sheet, Weight};
use web::format::date;
use web::i18n::L;

const COLUMNS: [Column; 5] = [
    Column::new("item", "reconciliation-item", ColumnKind::Text),
    Column::new("date", "column-date", ColumnKind::Date),
    Column::new("party", "reconciliation-party", ColumnKind::Text),
    Column::new("reference", "label-reference", ColumnKind::Text),
    Column::new("amount", "label-amount", ColumnKind::Money),
];

/// A report as it is filled row by row: the side of the bank, then that of the books.
struct Rows<'a> {
    rows: Vec<Row>,
    words: &'a Words,
    /// Programs get names that are the same in every language.
    people: Option<&'a L>,
}

impl Rows<'_> {
    fn name(&self, key: &str) -> String {
        self.people.map_or_else(|| key.to_owned(), |l| l.t(&format!("reconciliation-{}", key.replace('_', "-"))))
    }

    fn push(&mut self, name: String, cells: [Cell; 3], amount: Money, weight: Weight) {
        let [date, party, reference] = cells;
        let cells = vec![Cell::text(name), date, party, reference, amount.into()];
        self.rows.push(Row { cells, weight, label: None });
    }

    fn sum(&mut self, key: &str, amount: Money) {
        self.push(self.name(key), [Cell::Empty, Cell::Empty, Cell::Empty], amount, Weight::Sum);
    }

    /// What is added or taken away, with its items below; those that are not listed are one row.
    fn section<Id>(&mut self, key: &str, section: &Section<Id>, part: impl Fn(&Self, &Item<Id>) -> [String; 3]) {
        self.push(self.name(key), [Cell::Empty, Cell::Empty, Cell::Empty], section.sum, Weight::Plain);
        let mut rest = Some(section.sum);
        for item in &section.items {
            let [text, party, reference] = part(self, item);
            let name = if self.people.is_some() { text } else { format!("{key}_item") };
            self.push(name, [item.day.into(), Cell::text(party), Cell::text(reference)], item.amount, Weight::Part);
            rest = rest.and_then(|rest| rest.minus(item.amount).ok());
        }
        if let Some(rest) = rest.filter(|_| section.count > section.items.len()) {
            let name = match self.people {
                Some(l) => l.ta("reconciliation-others", &[("n", more(section).into())]),
                None => format!("{key}_others"),
            };
            self.push(name, [Cell::Empty, Cell::Empty, Cell::Empty], rest, Weight::Part);
        }
    }

    fn entries(&mut self, key: &str, section: &Section<EntryId>) {
        self.section(key, section, |rows, item| {
            let Some(words) = rows.words.entry(item.id) else { return Default::default() };
            let kind = rows.people.map(|l| l.t(&format!("entry-kind-{}", words.kind.replace('_', "-"))));
            let party = words.customer.as_ref().map(|(_, name)| name.clone()).unwrap_or_default();
            let text = format!("{} {}", kind.unwrap_or_default(), words.memo).trim().to_owned();
            [text, party, words.reference.clone()]
        });
    }

    fn lines(&mut self, key: &str, section: &Section<StatementLineId>) {
        self.section(key, section, |rows, item| {
            let Some(words) = rows.words.line(item.id) else { return Default::default() };
            [words.text.to_owned(), words.payer.to_owned(), words.reference.to_owned()]
        });
    }
}

/// How many items of a section are not listed.
pub(crate) fn more<Id>(section: &Section<Id>) -> i64 {
    i64::try_from(section.count.saturating_sub(section.items.len())).unwrap_or(i64::MAX)
}

/// The reconciliation in the way it is printed: for people with words in their language, and what is taken away above zero.
pub(crate) fn reconciliation(statement: &Statement, shown: &Shown, people: Option<&L>) -> Result<Sheet, MoneyError> {
    let figures = &shown.report.figures;
    let mut sections = figures.sections.clone();
    if people.is_some() {
        sections.not_presented = sections.not_presented.taken_away()?;
        sections.charged = sections.charged.taken_away()?;
    }
    let mut rows = Rows { rows: Vec::new(), words: &shown.words, people };
    rows.sum("bank_balance", figures.told.bank);
    rows.entries("in_transit", &sections.in_transit);
    rows.entries("not_presented", &sections.not_presented);
    rows.sum("adjusted_bank", figures.adjusted_bank);
    rows.sum("book_balance", figures.told.book);
    rows.lines("received", &sections.received);
    rows.lines("charged", &sections.charged);
    rows.sum("adjusted_book", figures.adjusted_book);
    rows.sum("difference", figures.difference);
    if let Some(l) = people {
        let closed = shown.closed.as_ref().map(|closed| {
            let on = date(l.locale(), closed.on);
            l.ta("reconciliation-closed-by", &[("name", closed.name.as_str().into()), ("at", on.as_str().into())])
        });
        let because = |reason: &String| l.ta("reconciliation-because", &[("reason", reason.as_str().into())]);
        let said = closed.into_iter().chain(shown.report.reason.as_ref().map(because));
        rows.rows.extend(said.map(|text| Row::plain(vec![Cell::text(text)])));
    }
    Ok(Sheet {
        name: format!("reconciliation-{}-{}", statement.account, figures.told.on),
        title: "reconciliation-title",
        about: Some(format!("{} {}", statement.account, statement.bank_number).trim_end().to_owned()),
        from: None,
        to: figures.told.on,
        currency: Some(statement.currency),
        columns: COLUMNS.to_vec(),
        rows: rows.rows,
    })
}

const SETTLEMENT_COLUMNS: [Column; 16] = [
    Column::new("arrived_on", "label-date", ColumnKind::Date),
    Column::new("provider", "gateway-provider", ColumnKind::Text),
    Column::new("number", "label-reference", ColumnKind::Text),
    Column::new("account", "label-account", ColumnKind::Text),
    Column::new("state", "settlement-state", ColumnKind::Text),
    Column::new("differences", "settlement-differs", ColumnKind::Text),
    Column::new("currency", "label-currency", ColumnKind::Text),
    Column::new("payments", "settlement-payments", ColumnKind::Money),
    Column::new("refunds", "settlement-refunds", ColumnKind::Money),
    Column::new("fees", "settlement-fees", ColumnKind::Money),
    Column::new("disputes", "settlement-disputes", ColumnKind::Money),
    Column::new("other", "settlement-other", ColumnKind::Money),
    Column::new("carried", "settlement-carried", ColumnKind::Money),
    Column::new("report_net", "settlement-by-report", ColumnKind::Money),
    Column::new("books_net", "settlement-by-books", ColumnKind::Money),
    Column::new("bank_net", "settlement-by-bank", ColumnKind::Money),
];

/// A row for each pay-out: what the report says of each component, else the books, and what the net is by each of the three. For people with
/// words in their language, for programs with the names that JSON has.
pub(crate) fn settlements(rows: &[Settlement], to: Date, people: Option<&L>) -> Result<Sheet, Error> {
    let word = |prefix: &str, name: &str| {
        people.map_or_else(|| name.to_owned(), |l| l.t(&format!("{prefix}-{}", name.replace('_', "-"))))
    };
    let between = if people.is_some() { " · " } else { " " };
    let mut all = Vec::with_capacity(rows.len());
    for one in rows {
        let sums = one.report.map_or(one.books, |report| report.sums);
        let differences: Vec<String> = one.differences.iter().map(|one| word("settlement", one.about)).collect();
        let mut cells = vec![
            one.arrived_on.into(),
            Cell::text(one.name.clone()),
            Cell::text(one.number.clone()),
            Cell::text(one.account.clone()),
            Cell::text(word("settlement-is", one.state.name())),
            Cell::text(differences.join(between)),
            Cell::text(one.currency().code()),
        ];
        cells.extend(Component::ALL.map(|component| Cell::from(sums.of(component))));
        cells.push(sums.carried()?.into());
        cells.push(one.report.map_or(Cell::Empty, |report| report.sums.net.into()));
        cells.push(one.books.net.into());
        cells.push(one.bank.as_ref().map_or(Cell::Empty, |bank| bank.amount.into()));
        all.push(Row::plain(cells));
    }
    Ok(Sheet {
        name: "settlements".to_owned(),
        title: "settlements-title",
        about: None,
        from: None,
        to,
        currency: None,
        columns: SETTLEMENT_COLUMNS.to_vec(),
        rows: all,
    })
}
