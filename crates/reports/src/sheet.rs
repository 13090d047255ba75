//! A report as a table, and how it finds its words.

use documents::{Cell, ColumnKind, Report, ReportRow, Table};
use kernel::{Currency, Date};
use web::i18n::L;

/// A report as a table that has no words yet.
#[derive(Debug, Clone)]
pub struct Sheet {
    /// Name of the file, without its ending.
    pub name: String,
    /// Message of the title.
    pub title: &'static str,
    /// What it is about beside its time: an account.
    pub about: Option<String>,
    /// None where it shows how things stood on a day.
    pub from: Option<Date>,
    pub to: Date,
    /// Of all amounts; none where each row says its own.
    pub currency: Option<Currency>,
    pub columns: Vec<Column>,
    pub rows: Vec<Row>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// How programs call it: `days_1_30`.
    pub key: &'static str,
    /// The message that people read.
    pub label: &'static str,
    pub kind: ColumnKind,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    pub cells: Vec<Cell>,
    pub weight: Weight,
    /// Message that people read in the first empty cell of a text column.
    pub label: Option<&'static str>,
}

/// How much a row stands out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    Plain,
    /// A line of the form that adds up others.
    Sum,
    /// A part of the line above it: people see it stand further in.
    Part,
    /// The foot, which programs add up themselves: not in the CSV they get.
    Foot,
}

impl Column {
    pub const fn new(key: &'static str, label: &'static str, kind: ColumnKind) -> Column {
        Column { key, label, kind }
    }
}

impl Row {
    pub fn plain(cells: Vec<Cell>) -> Row {
        Row { cells, weight: Weight::Plain, label: None }
    }

    /// A row under the others, or over them, called `label`.
    pub fn foot(label: &'static str, cells: Vec<Cell>) -> Row {
        Row { cells, weight: Weight::Foot, label: Some(label) }
    }
}

/// What stands before the name of a part: two ideographic spaces, as printed forms have it.
const INDENT: &str = "\u{3000}\u{3000}";

fn is_text(cell: &Cell) -> bool {
    matches!(cell, Cell::Text(_))
}

impl Sheet {
    /// For people: every word in their language.
    pub(crate) fn for_people(self, l: &L, company: String) -> Report {
        let date = |date| web::format::date(l.locale(), date);
        let mut facts: Vec<(String, String)> =
            self.about.map(|about| (l.t("report-about"), about)).into_iter().collect();
        facts.push(match self.from {
            Some(from) => (l.t("report-period"), format!("{} – {}", date(from), date(self.to))),
            None => (l.t("report-as-of"), date(self.to)),
        });
        facts.extend(self.currency.map(|currency| (l.t("report-currency"), currency.code().to_owned())));
        let column = |column: &Column| documents::Column::new(l.t(column.label), column.kind);
        let row = |mut row: Row| {
            let columns = self.columns.iter().map(|column| column.kind);
            let mut texts = row.cells.iter_mut().zip(columns).filter(|(_, kind)| *kind == ColumnKind::Text);
            if let (Some(label), Some((cell, _))) = (row.label, texts.find(|(cell, _)| **cell == Cell::Empty)) {
                *cell = Cell::text(l.t(label));
            }
            if let (Weight::Part, Some(Cell::Text(text))) = (row.weight, row.cells.iter_mut().find(|c| is_text(c))) {
                text.insert_str(0, INDENT);
            }
            ReportRow { cells: row.cells, sum: matches!(row.weight, Weight::Sum | Weight::Foot) }
        };
        Report {
            locale: l.locale(),
            company,
            title: l.t(self.title),
            facts,
            day: self.to,
            columns: self.columns.iter().map(column).collect(),
            rows: self.rows.into_iter().map(row).collect(),
        }
    }

    /// A list for people: every word in their language, and nothing above or below it.
    pub fn listed(self, l: &L) -> Table<Vec<Vec<Cell>>> {
        Table {
            title: l.t(self.title),
            day: self.to,
            columns: self.columns.iter().map(|one| documents::Column::new(l.t(one.label), one.kind)).collect(),
            rows: self.rows.into_iter().map(|row| row.cells).collect(),
        }
    }

    /// For programs: heads that are the same in every language, the currency in every row, no foot.
    pub(crate) fn for_programs(self, l: &L) -> Report {
        let column = |column: &Column| documents::Column::new(column.key, column.kind);
        let mut columns: Vec<documents::Column> = self.columns.iter().map(column).collect();
        columns.extend(self.currency.map(|_| documents::Column::new("currency", ColumnKind::Text)));
        let width = self.columns.len();
        let row = |mut row: Row| {
            row.cells.resize(width, Cell::Empty);
            row.cells.extend(self.currency.map(|currency| Cell::text(currency.code())));
            ReportRow { cells: row.cells, sum: false }
        };
        Report {
            locale: l.locale(),
            company: String::new(),
            title: String::new(),
            facts: Vec::new(),
            day: self.to,
            columns,
            rows: self.rows.into_iter().filter(|row| row.weight != Weight::Foot).map(row).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::{Locale, Money};
    use web::i18n::I18n;

    fn sheet() -> Sheet {
        let money = |minor| Cell::Money(Money::new(minor, Currency::CNY));
        Sheet {
            name: "trial".into(),
            title: "report-period",
            about: None,
            from: Some(Date::constant(2026, 1, 1)),
            to: Date::constant(2026, 10, 31),
            currency: Some(Currency::CNY),
            columns: vec![
                Column::new("account", "report-about", ColumnKind::Text),
                Column::new("debit", "report-currency", ColumnKind::Money),
            ],
            rows: vec![
                Row::plain(vec![Cell::text("1122"), money(150)]),
                Row { cells: vec![Cell::text("1122.1"), money(50)], weight: Weight::Part, label: None },
                Row::foot("report-as-of", vec![Cell::Empty, money(150)]),
            ],
        }
    }

    #[test]
    fn people_read_words_and_programs_read_names() {
        let i18n = I18n::new(&[crate::MESSAGES]).unwrap();
        for (locale, title, period) in [
            (Locale::ZhCn, "期间", "2026年1月1日 – 2026年10月31日"),
            (Locale::En, "Period", "1 Jan 2026 – 31 Oct 2026"),
        ] {
            let l = i18n.for_locale(locale);
            let report = sheet().for_people(&l, "远航".into());
            assert_eq!((report.title.as_str(), report.facts[0].1.as_str()), (title, period));
            assert_eq!(report.rows.len(), 3);
            assert_eq!((report.rows[1].sum, &report.rows[1].cells[0]), (false, &Cell::text("\u{3000}\u{3000}1122.1")));
            assert_eq!((report.rows[2].sum, &report.rows[2].cells[0]), (true, &Cell::text(l.t("report-as-of"))));
            let listed = sheet().listed(&l);
            assert_eq!((listed.title.as_str(), listed.rows.len()), (title, 3));
            assert_eq!(listed.columns[1].label, l.t("report-currency"));
            let csv = sheet().for_programs(&l).csv(documents::Bom::Without).unwrap();
            assert_eq!(
                String::from_utf8(csv).unwrap(),
                "account,debit,currency\r\n1122,1.50,CNY\r\n1122.1,0.50,CNY\r\n"
            );
        }
    }
}
