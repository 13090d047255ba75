//! The reconciliation of a statement as people know it, what is left to do, and closing it.

use super::bench::days;
use crate::commands::{CloseStatement, ReopenStatement};
use crate::queries::{self, Statement};
use crate::report::{self, Left, Shown};
use crate::rules::reconcile::{Item, Section};
use crate::sheets;
use ::store::{Command, Conn, Error, Once};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use kernel::id::{EntryId, StatementId, StatementLineId};
use kernel::{Fields, Money, Permission, Refusal, Scope};
use reports::{Asked, Form as As, file};
use serde::Deserialize;
use web::file::Format;
use web::session::Desk;
use web::wire::path_id;
use web::{Fail, KeyedForm, Page, View, Visit, Web, Went};

/// Items of a section on the page; the files have more of them.
const ITEMS: usize = 40;

/// A row of one of the two columns.
struct Row {
    kind: Kind,
    text: String,
    /// What stands small below.
    note: String,
    href: Option<String>,
    amount: Money,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A balance, or what is added to it or taken away.
    Plain,
    Part,
    Total,
}

#[derive(Template)]
#[template(path = "reconciliation/close.html")]
struct Close {
    v: View,
    statement: Statement,
    account: String,
    shown: Shown,
    left: Left,
    reason: String,
    bank: Vec<Row>,
    books: Vec<Row>,
}

impl Close {
    fn days(&self) -> String {
        days(&self.v, &self.statement)
    }

    /// The two columns: id, heading, rows.
    fn columns(&self) -> [(&'static str, String, &[Row]); 2] {
        [
            ("by-bank", self.v.t("reconciliation-by-bank"), &self.bank),
            ("by-books", self.v.t("reconciliation-by-books"), &self.books),
        ]
    }

    fn is_closed(&self) -> bool {
        self.shown.closed.is_some()
    }

    /// Nothing stands in the way of closing but a reason.
    fn is_ready(&self) -> bool {
        self.left.lines == 0 && self.left.earlier.is_none()
    }

    fn figures(&self) -> &crate::rules::reconcile::Reconciled {
        &self.shown.report.figures
    }
}

/// A column: the balance, what is added and taken away, and what comes of it.
struct Column<'a> {
    v: &'a View,
    shown: &'a Shown,
    rows: Vec<Row>,
}

impl Column<'_> {
    fn plain(&mut self, message: &str, amount: Money, kind: Kind) {
        self.rows.push(Row { kind, text: self.v.t(message), note: String::new(), href: None, amount });
    }

    fn section<Id>(&mut self, message: &str, section: &Section<Id>, row: impl Fn(&Self, &Item<Id>) -> Row) {
        self.plain(message, section.sum, Kind::Plain);
        let mut rest = Some(section.sum);
        for item in section.items.iter().take(ITEMS) {
            rest = rest.and_then(|rest| rest.minus(item.amount).ok());
            let row = row(self, item);
            self.rows.push(row);
        }
        let hidden = section.count.saturating_sub(section.items.len().min(ITEMS));
        if let Some(amount) = rest.filter(|_| hidden > 0) {
            let text = self.v.tn("reconciliation-others", &i64::try_from(hidden).unwrap_or(i64::MAX));
            self.rows.push(Row { kind: Kind::Part, text, note: String::new(), href: None, amount });
        }
    }

    fn entries(&mut self, message: &str, section: &Section<EntryId>) {
        let may_look = self.v.may(Permission::LedgerRead);
        self.section(message, section, |column, item| {
            let words = column.shown.words.entry(item.id);
            let kind = words.map(|words| column.v.t(&format!("entry-kind-{}", words.kind.replace('_', "-"))));
            let customer = words.and_then(|words| words.customer.as_ref()).map(|(_, name)| name.clone());
            let notes = [
                Some(column.v.date(&item.day)),
                customer.as_ref().and(kind.clone()),
                words.map(|words| words.memo.clone()),
                words.map(|words| words.reference.clone()),
            ];
            Row {
                kind: Kind::Part,
                text: customer.or(kind).unwrap_or_else(|| column.v.t("reconciliation-item")),
                note: joined(notes),
                href: may_look.then(|| format!("/entries/{}", item.id)),
                amount: item.amount,
            }
        });
    }

    fn lines(&mut self, message: &str, section: &Section<StatementLineId>) {
        self.section(message, section, |column, item| {
            let words = column.shown.words.line(item.id);
            let text = words.map(|words| if words.payer.is_empty() { words.text } else { words.payer });
            let state = words.map(|words| match words.state {
                "matched" => column.v.t("reconciliation-later"),
                "ignored" => column.v.t("line-ignored"),
                _ => column.v.t("line-filter-open"),
            });
            let told = words.filter(|words| !words.payer.is_empty()).map(|words| words.text.to_owned());
            Row {
                kind: Kind::Part,
                text: text
                    .map(str::trim)
                    .filter(|text| !text.is_empty())
                    .map_or_else(|| column.v.t("line-nobody"), ToOwned::to_owned),
                note: joined([Some(column.v.date(&item.day)), told, state, None]),
                href: words.map(|words| format!("/statements/{}?state=all&line={}", words.statement, item.id)),
                amount: item.amount,
            }
        });
    }
}

/// What there is, without what is empty or said already.
fn joined(parts: [Option<String>; 4]) -> String {
    let mut all: Vec<String> = Vec::new();
    for part in parts.into_iter().flatten() {
        if !part.is_empty() && !all.contains(&part) {
            all.push(part);
        }
    }
    all.join(" · ")
}

fn columns(v: &View, shown: &Shown) -> Result<[Vec<Row>; 2], Error> {
    let (figures, sections) = (&shown.report.figures, &shown.report.figures.sections);
    let mut bank = Column { v, shown, rows: Vec::new() };
    bank.plain("reconciliation-bank-balance", figures.told.bank, Kind::Plain);
    bank.entries("reconciliation-in-transit", &sections.in_transit);
    bank.entries("reconciliation-not-presented", &sections.not_presented.taken_away()?);
    bank.plain("reconciliation-adjusted-bank", figures.adjusted_bank, Kind::Total);
    let mut books = Column { v, shown, rows: Vec::new() };
    books.plain("reconciliation-book-balance", figures.told.book, Kind::Plain);
    books.lines("reconciliation-received", &sections.received);
    books.lines("reconciliation-charged", &sections.charged.taken_away()?);
    books.plain("reconciliation-adjusted-book", figures.adjusted_book, Kind::Total);
    Ok([bank.rows, books.rows])
}

async fn page(web: &Web, visit: Visit, id: StatementId, reason: String) -> Result<Page<Close>, Fail> {
    let v = visit.view;
    let locale = v.l.locale();
    let read = move |conn: &mut Conn, scope: &Scope| {
        let statement = queries::statement(conn, scope, id)?;
        let shown = report::shown(conn, scope, id)?;
        let left = report::left(conn, scope, id)?;
        let banks = payments::till::banks(conn, scope, locale)?;
        let name = banks.into_iter().find(|(code, _)| *code == statement.account).map(|(_, name)| name);
        let account = format!("{} {}", statement.account, name.unwrap_or_default()).trim_end().to_owned();
        Ok((statement, shown, left, account))
    };
    let (statement, shown, left, account) = web.app.read(&visit.context, Permission::StatementRead, read).await?;
    let [bank, books] = columns(&v, &shown)?;
    Ok(Page::new(Close { v, statement, account, shown, left, reason, bank, books }))
}

/// The report, as a page or as a file.
pub async fn show(
    State(web): State<Web>,
    Desk(visit): Desk,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Fail> {
    web.app.authorise(&visit.context.actor, Permission::StatementRead)?;
    let (id, form) = (path_id(&id)?, asked.form()?);
    let As::File(format) = form else { return Ok(page(&web, visit, id, String::new()).await?.into_response()) };
    let read = move |conn: &mut Conn, scope: &Scope| {
        Ok((queries::statement(conn, scope, id)?, report::shown(conn, scope, id)?))
    };
    let (statement, shown) = web.app.read(&visit.context, Permission::StatementRead, read).await?;
    Ok(download(&web, &visit, format, (&statement, &shown)).await?)
}

async fn download(
    web: &Web,
    visit: &Visit,
    format: Format,
    (statement, shown): (&Statement, &Shown),
) -> Result<Response, Error> {
    let sheet = sheets::reconciliation(statement, shown, Some(&visit.view.l))?;
    Ok(file(web, &visit.context, &visit.view.l, format, sheet).await?.into_response())
}

/// What is typed.
#[derive(Debug, Deserialize)]
pub struct Why {
    #[serde(default, rename = "/reason")]
    reason: String,
}

pub async fn close(State(web): State<Web>, Path(id): Path<String>, form: KeyedForm<Why>) -> Result<Response, Fail> {
    let KeyedForm { visit, once, value, .. } = form;
    web.app.authorise(&visit.context.actor, Permission::StatementClose)?;
    let statement = path_id(&id)?;
    let mut fields = Fields::new();
    let reason = fields.optional_text("/reason", Some(&value.reason), 500);
    let command = fields.finish().map(|()| CloseStatement { statement, reason });
    answer(&web, visit, once, (command, "statement-closed"), (statement, value.reason)).await
}

pub async fn reopen(State(web): State<Web>, Path(id): Path<String>, form: KeyedForm<Why>) -> Result<Response, Fail> {
    let KeyedForm { visit, once, value, .. } = form;
    web.app.authorise(&visit.context.actor, Permission::StatementClose)?;
    let statement = path_id(&id)?;
    let mut fields = Fields::new();
    let reason = fields.text("/reason", &value.reason, 1, 500);
    let command = fields.finish().map(|()| ReopenStatement { statement, reason });
    answer(&web, visit, once, (command, "statement-reopened"), (statement, value.reason)).await
}

/// Does it, or shows the page with what was typed and why not.
async fn answer<C: Command>(
    web: &Web,
    mut visit: Visit,
    once: Once,
    (command, done): (Result<C, Refusal>, &'static str),
    (statement, typed): (StatementId, String),
) -> Result<Response, Fail> {
    let went =
        move |_: &mut ::store::Tx<'_>, _| Ok((303, format!("/statements/{statement}/close?done={done}").into_bytes()));
    let result = match command {
        Err(refusal) => Err(refusal.into()),
        Ok(command) => web.app.write_once(&visit.context, Once { keep: true, ..once }, command, went).await,
    };
    match result {
        Ok(answer) => Ok(Went(answer).into_response()),
        Err(error) => {
            let refusal = error.for_form()?;
            visit.view.refused(&refusal);
            visit.view.path = format!("/statements/{statement}/close");
            Ok(page(web, visit, statement, typed).await?.with_status(refusal.status()).into_response())
        }
    }
}
