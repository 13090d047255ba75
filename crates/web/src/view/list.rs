//! A list as its reader shapes it: the columns that are shown, and addresses that are kept under a name.
//!
//! Both live in the address, so a shaped list can be linked to, sent to a colleague and kept: `?status=overdue&columns=number,due`.
//! The macros `c::tools`, `c::views` and `c::heads` draw them.

use super::View;
use std::collections::BTreeSet;

/// A list whose addresses can be kept under a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum List {
    Customers,
    Orders,
    Invoices,
    Payments,
}

impl List {
    pub const ALL: [List; 4] = [List::Customers, List::Orders, List::Invoices, List::Payments];

    /// `invoices`
    pub fn name(self) -> &'static str {
        self.room().trim_start_matches('/')
    }

    /// Its address, which is its link in the navigation.
    pub const fn room(self) -> &'static str {
        match self {
            List::Customers => "/customers",
            List::Orders => "/orders",
            List::Invoices => "/invoices",
            List::Payments => "/payments",
        }
    }

    /// The list of this name.
    pub fn parse(name: &str) -> Option<List> {
        List::ALL.into_iter().find(|list| list.name() == name)
    }

    /// Its address with this query; empty for the list as it comes.
    pub fn link(self, query: &str) -> String {
        if query.is_empty() { self.room().to_owned() } else { format!("{}?{query}", self.room()) }
    }
}

/// One column that a list can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// What the address calls it.
    pub name: &'static str,
    /// The message of its head.
    pub label: &'static str,
    /// Amounts stand at the end of their column.
    pub is_amount: bool,
    /// Shown before anybody chooses.
    pub is_usual: bool,
}

impl Column {
    pub const fn text(name: &'static str, label: &'static str) -> Column {
        Column { name, label, is_amount: false, is_usual: true }
    }

    pub const fn amount(name: &'static str, label: &'static str) -> Column {
        Column { name, label, is_amount: true, is_usual: true }
    }

    /// Shown to those who choose it.
    pub const fn if_chosen(mut self) -> Column {
        self.is_usual = false;
        self
    }
}

/// The columns of a list: all that there are, and what the address chooses of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Columns {
    all: &'static [Column],
    /// Names; `None` where the address chooses nothing.
    chosen: Option<Vec<&'static str>>,
}

impl Columns {
    /// Reads `columns=a,b` and repeated `columns=`; names that do not exist choose nothing.
    pub fn read(all: &'static [Column], query: &str) -> Columns {
        let asked = asked_columns(query);
        let chosen: Vec<&str> = all.iter().map(|column| column.name).filter(|name| asked.contains(name)).collect();
        Columns { all, chosen: Some(chosen).filter(|chosen| !chosen.is_empty()) }
    }

    /// Whether a column is shown. The first identifies its row and always is.
    pub fn has(&self, name: &str) -> bool {
        self.shown().any(|column| column.name == name)
    }

    /// What is shown, in the list's order.
    pub fn shown(&self) -> impl Iterator<Item = &'static Column> {
        self.choices().filter(|(_, is_shown)| *is_shown).map(|(column, _)| column)
    }

    /// Every column, and whether it is shown.
    pub fn choices(&self) -> impl Iterator<Item = (&'static Column, bool)> {
        self.all.iter().enumerate().map(|(nth, column)| {
            let is_shown = match &self.chosen {
                None => column.is_usual,
                Some(chosen) => chosen.contains(&column.name),
            };
            (column, nth == 0 || is_shown)
        })
    }

    /// How many are shown.
    pub fn count(&self) -> usize {
        self.shown().count()
    }

    /// Whether the address chooses columns.
    pub fn is_chosen(&self) -> bool {
        self.chosen.is_some()
    }

    /// Whether a file of the list has this column: all of them before anybody chooses, else what is shown. An amount in a
    /// file says nothing without its currency, so that stays.
    pub fn in_file(&self, name: &str) -> bool {
        !self.is_chosen() || name == "currency" || self.has(name)
    }
}

/// An address of a list under the name that somebody gave it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedView {
    /// 1 to 40 characters.
    pub name: String,
    /// In the form of [`lasting`].
    pub query: String,
}

/// What a list's page shows of its shape.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shape {
    pub list: List,
    pub columns: Columns,
    pub views: Vec<SavedView>,
    /// What lasts of the address that is shown.
    pub query: String,
    /// Columns that an index lets it be sorted by.
    sorts: Vec<&'static str>,
    /// The one it is sorted by, and whether small values come first.
    sorted: Option<(&'static str, bool)>,
}

impl Shape {
    /// The shape that the address of `v` gives this list; `views` are the reader's own.
    pub fn new(list: List, columns: &'static [Column], v: &View, views: Vec<SavedView>) -> Shape {
        let (columns, query) = (Columns::read(columns, &v.query), lasting(&v.query));
        Shape { list, columns, views, query, sorts: Vec::new(), sorted: None }
    }

    /// Lets it be sorted by these columns, as `part` is by one of them.
    pub fn sorted(mut self, sorts: &[&'static str], part: &store::Part) -> Shape {
        self.sorts = sorts.to_vec();
        self.sorted = part.by.map(|by| (by, part.rising));
        self
    }

    /// What a head says of the order: `ascending`, `descending`, or nothing.
    pub fn order(&self, column: &str) -> &'static str {
        match self.sorted {
            Some((by, true)) if by == column => "ascending",
            Some((by, false)) if by == column => "descending",
            _ => "",
        }
    }

    /// What a press on a head sorts by; empty where no index has that order.
    pub fn sort(&self, column: &str) -> String {
        if !self.sorts.contains(&column) {
            return String::new();
        }
        if self.order(column) == "ascending" { format!("-{column}") } else { column.to_owned() }
    }

    /// Whether the address is the kept one.
    pub fn is(&self, view: &SavedView) -> bool {
        view.query == self.query
    }

    /// The kept address that is shown.
    pub fn current(&self) -> Option<&SavedView> {
        self.views.iter().find(|view| self.is(view))
    }

    /// Whether filters narrow the list; columns and order do not.
    pub fn is_narrowed(&self) -> bool {
        self.query
            .split('&')
            .any(|pair| !pair.is_empty() && !pair.starts_with("columns=") && !pair.starts_with("sort="))
    }
}

/// Parameters that are about the moment or the reader, not about the list.
const PASSING: [&str; 9] = ["act", "cursor", "done", "density", "id", "keys", "lang", "limit", "theme"];

/// What of a query is worth keeping, in one order: filters that are not blank, and columns. What is no part of an address is
/// left out, so that a link made of the answer leads to a page of ours and nowhere else.
pub fn lasting(query: &str) -> String {
    let is_plain = |b: u8| b.is_ascii_alphanumeric() || b"-_.~%+,:@!*()".contains(&b);
    let stays = |pair: &&str| match pair.split_once('=') {
        Some((name, value)) => {
            let is_name = !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
            is_name && !value.is_empty() && value.bytes().all(is_plain) && !PASSING.contains(&name)
        }
        None => false,
    };
    let mut pairs: Vec<String> = query.split('&').filter(stays).map(ToOwned::to_owned).collect();
    pairs.retain(|pair| !pair.starts_with("columns="));
    let columns: BTreeSet<&str> = asked_columns(query).into_iter().filter(|name| name.bytes().all(is_plain)).collect();
    if !columns.is_empty() {
        pairs.push(format!("columns={}", columns.into_iter().collect::<Vec<_>>().join(",")));
    }
    pairs.sort_unstable();
    pairs.dedup();
    pairs.join("&")
}

/// The names in `columns=a,b` and repeated `columns=`.
fn asked_columns(query: &str) -> Vec<&str> {
    let values = query.split('&').filter_map(|pair| pair.strip_prefix("columns="));
    values
        .flat_map(|value| value.split(','))
        .flat_map(|name| name.split("%2C"))
        .filter(|name| !name.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: &[Column] = &[
        Column::text("number", "invoice-number"),
        Column::text("customer", "label-customer"),
        Column::amount("total", "total"),
        Column::amount("tax", "invoice-tax").if_chosen(),
    ];

    #[test]
    fn the_address_chooses_columns() {
        for (query, shown, in_file) in [
            ("", "number customer total", "number customer total tax currency"),
            ("status=open", "number customer total", "number customer total tax currency"),
            ("columns=total,tax", "number total tax", "number total tax currency"),
            ("columns=total%2Ctax", "number total tax", "number total tax currency"),
            ("columns=tax&status=x&columns=customer", "number customer tax", "number customer tax currency"),
            ("columns=number", "number", "number currency"),
            ("columns=tax,secret,<b>", "number tax", "number tax currency"),
            ("columns=", "number customer total", "number customer total tax currency"),
            ("columns=secret", "number customer total", "number customer total tax currency"),
            ("mycolumns=tax", "number customer total", "number customer total tax currency"),
        ] {
            let columns = Columns::read(COLUMNS, query);
            let names: Vec<&str> = columns.shown().map(|column| column.name).collect();
            assert_eq!(names.join(" "), shown, "{query}");
            assert_eq!(columns.count(), names.len());
            let file = ["number", "customer", "total", "tax", "currency"].into_iter().filter(|n| columns.in_file(n));
            assert_eq!(file.collect::<Vec<_>>().join(" "), in_file, "{query}");
        }
    }

    #[test]
    fn what_passes_is_not_kept() {
        for (query, kept) in [
            ("", ""),
            ("status=open", "status=open"),
            ("status=&q=", ""),
            ("status=open&cursor=AZ&done=saved&lang=en&theme=dark&density=compact&keys=on&limit=5", "status=open"),
            ("status=open&columns=number&columns=due&columns=due", "columns=due,number&status=open"),
            ("columns=number%2Cdue,,&columns=\"x", "columns=due,number"),
            ("q=%E8%BF%9C+a%26b", "q=%E8%BF%9C+a%26b"),
            ("q=\"><script>&status=open", "status=open"),
            ("q=a#b&Q=x&=x&flag&status=paid", "status=paid"),
            ("q=//evil.example", ""),
            ("q=a\r\nset-cookie:x", ""),
        ] {
            assert_eq!(lasting(query), kept, "{query:?}");
            assert_eq!(lasting(kept), kept, "once is enough");
        }
    }

    #[test]
    fn lists_have_names_and_addresses() {
        for list in List::ALL {
            assert_eq!(List::parse(list.name()), Some(list));
            assert_eq!(list.link(""), format!("/{}", list.name()));
            assert_eq!(list.link("a=b"), format!("/{}?a=b", list.name()));
        }
        assert_eq!(List::parse("users"), None);
    }
}
