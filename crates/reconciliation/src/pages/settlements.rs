//! Pay-outs as report, books and bank tell them: the list, the list as a file, and one of them.

use crate::api::settlements::Filters;
use crate::rules::settlement::{Component, State as Standing};
use crate::settlements::{self, Settlement};
use ::store::{Conn, Error};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use kernel::{Money, Permission, Scope};
use reports::{Cell, ColumnKind, File, Format, Table, list_file, list_table};
use web::session::Desk;
use web::view::Columns;
use web::wire::path_id;
use web::{Fail, Page, View, Web};

#[derive(Template)]
#[template(path = "reconciliation/settlements.html")]
struct Index {
    v: View,
    rows: Vec<Settlement>,
    /// As they were typed, or the usual.
    from: String,
    to: String,
    state: String,
}

impl Index {
    fn states(&self) -> [&'static str; 4] {
        Standing::ALL.map(Standing::name)
    }
}

#[derive(Template)]
#[template(path = "reconciliation/settlement.html")]
struct Show {
    v: View,
    settlement: Settlement,
    rows: Vec<Row>,
}

/// What the three say of a component.
struct Row {
    about: &'static str,
    report: Option<Money>,
    books: Option<Money>,
    bank: Option<Money>,
    differs: bool,
}

/// The stamp of a state.
fn stamp(state: &Standing) -> &'static str {
    match state {
        Standing::Agrees => "paid",
        Standing::BankMissing | Standing::ReportMissing => "part",
        Standing::Differs => "doubt",
    }
}

/// The message of a word with underscores in it.
fn message(prefix: &str, word: &str) -> String {
    format!("{prefix}-{}", word.replace('_', "-"))
}

/// What differs, in words.
fn differing(v: &View, settlement: &Settlement) -> String {
    let words = settlement.differences.iter().map(|one| v.t(&message("settlement", one.about)));
    words.collect::<Vec<_>>().join(" · ")
}

fn table_of(settlement: &Settlement) -> Result<Vec<Row>, Error> {
    let (report, books) = (settlement.report.map(|report| report.sums), settlement.books);
    let mut rows: Vec<Row> = Vec::new();
    let mut add = |about, report: Option<Money>, ours: Money, bank| {
        let differs = settlement.differs_in(about);
        let is_told = differs || !ours.is_zero() || report.is_some_and(|amount| !amount.is_zero());
        if is_told {
            rows.push(Row { about, report, books: Some(ours), bank, differs });
        }
    };
    for component in Component::ALL {
        add(component.name(), report.map(|sums| sums.of(component)), books.of(component), None);
    }
    let carried = report.map(|sums| sums.carried()).transpose()?;
    add("carried", carried, books.carried()?, None);
    let differs = settlement.differs_in("net") || settlement.differs_in("bank");
    let (report, bank) = (report.map(|sums| sums.net), settlement.bank.as_ref().map(|bank| bank.amount));
    rows.push(Row { about: "net", report, books: Some(books.net), bank, differs });
    Ok(rows)
}

pub async fn index(
    State(web): State<Web>,
    Desk(visit): Desk,
    Query(filters): Query<Filters>,
) -> Result<Response, Fail> {
    let mut v = visit.view;
    v.room = Some("/statements");
    // A filter that cannot be read shows nothing, and says why.
    let (read, status) = match filters.read(v.today) {
        Ok(read) => (Some(read), 200),
        Err(refusal) => {
            v.refused(&refusal);
            (None, refusal.status())
        }
    };
    let rows = web
        .app
        .read(&visit.context, Permission::StatementRead, move |conn: &mut Conn, scope: &Scope| match read {
            Some((days, state)) => settlements::list(conn, scope, days, state),
            None => Ok(Vec::new()),
        })
        .await?;
    let usual = |name: &str, day: Option<kernel::Date>| match v.asked(name) {
        typed if typed.is_empty() => day.map(|day| day.to_string()).unwrap_or_default(),
        typed => typed,
    };
    let days = read.map(|(days, _)| days);
    let (from, to) = (usual("from", days.map(|days| days.0)), usual("to", days.map(|days| days.1)));
    let state = v.asked("state");
    Ok(Page::new(Index { v, rows, from, to, state }).with_status(status).into_response())
}

/// The list with its filters as a file.
pub async fn file(
    State(web): State<Web>,
    Desk(visit): Desk,
    Query(filters): Query<Filters>,
    format: Format,
) -> Result<File, Fail> {
    web.app.authorise(&visit.context.actor, Permission::StatementRead)?;
    let v = visit.view;
    let (days, state) = filters.read(v.today)?;
    Ok(web
        .app
        .read(&visit.context, Permission::StatementRead, move |conn: &mut Conn, scope: &Scope| {
            let rows = settlements::list(conn, scope, days, state)?;
            list_file(table(&v, &rows)?, format, "settlements")
        })
        .await?)
}

/// A row for each pay-out: what the report says of each component, and what the net is in the books and at the bank.
fn table(v: &View, rows: &[Settlement]) -> Result<Table<Vec<Vec<Cell>>>, Error> {
    let columns = [
        ("day", "label-date", ColumnKind::Date),
        ("provider", "gateway-provider", ColumnKind::Text),
        ("number", "label-reference", ColumnKind::Text),
        ("account", "label-account", ColumnKind::Text),
        ("state", "settlement-state", ColumnKind::Text),
        ("differs", "settlement-differs", ColumnKind::Text),
        ("currency", "label-currency", ColumnKind::Text),
        ("payments", "settlement-payments", ColumnKind::Money),
        ("refunds", "settlement-refunds", ColumnKind::Money),
        ("fees", "settlement-fees", ColumnKind::Money),
        ("disputes", "settlement-disputes", ColumnKind::Money),
        ("other", "settlement-other", ColumnKind::Money),
        ("carried", "settlement-carried", ColumnKind::Money),
        ("report", "settlement-by-report", ColumnKind::Money),
        ("books", "settlement-by-books", ColumnKind::Money),
        ("bank", "settlement-by-bank", ColumnKind::Money),
    ];
    let mut cells = Vec::with_capacity(rows.len());
    for one in rows {
        let sums = one.report.map_or(one.books, |report| report.sums);
        let mut row = vec![
            one.arrived_on.into(),
            Cell::text(one.name.clone()),
            Cell::text(one.number.clone()),
            Cell::text(one.account.clone()),
            Cell::text(v.t(&message("settlement-is", one.state.name()))),
            Cell::text(differing(v, one)),
            Cell::text(one.currency().code()),
        ];
        row.extend(Component::ALL.map(|component| Cell::from(sums.of(component))));
        row.push(sums.carried()?.into());
        row.push(one.report.map_or(Cell::Empty, |report| report.sums.net.into()));
        row.push(one.books.net.into());
        row.push(one.bank.as_ref().map_or(Cell::Empty, |bank| bank.amount.into()));
        cells.push(row);
    }
    Ok(list_table(v, "settlements-title", &Columns::read(&[], ""), &columns, cells.into_iter()))
}

pub async fn show(
    State(web): State<Web>,
    Desk(mut visit): Desk,
    Path(id): Path<String>,
) -> Result<impl IntoResponse, Fail> {
    web.app.authorise(&visit.context.actor, Permission::StatementRead)?;
    let id = path_id(&id)?;
    let read = move |conn: &mut Conn, scope: &Scope| settlements::one(conn, scope, id);
    let settlement = web.app.read(&visit.context, Permission::StatementRead, read).await?;
    visit.view.room = Some("/statements");
    let rows = table_of(&settlement)?;
    Ok(Page::new(Show { v: visit.view, settlement, rows }))
}
