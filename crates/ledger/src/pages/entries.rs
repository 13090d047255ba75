//! The journal, as a list and as a file, and one entry of it.

use crate::api::entries::Asked;
use crate::commands::ReverseEntry;
use crate::queries::{self, Account, Called, Entry, Line};
use crate::rules::chart::Side;
use crate::rules::entry::EntryKind;
use ::store::{Error, Part};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use kernel::Permission;
use kernel::id::{CustomerId, EntryId};
use reports::{Cell, ColumnKind, File, Format, Table, list_file, list_table, whole_list};
use web::i18n::L;
use web::session::Desk;
use web::view::{Columns, Pager, part};
use web::wire::path_id;
use web::{Fail, KeyedForm, Page, View, Web, Went};

#[derive(Template)]
#[template(path = "ledger/entries.html")]
struct Index {
    v: View,
    asked: Asked,
    accounts: Vec<Account>,
    entries: Vec<Entry>,
    called: Called,
    pager: Pager,
}

pub async fn index(State(web): State<Web>, Desk(visit): Desk, Query(asked): Query<Asked>) -> Result<Response, Fail> {
    let mut view = visit.view;
    // A filter that cannot be read shows nothing, and says why.
    let (filter, status) = match asked.filter() {
        Ok(filter) => (Some(filter), 200),
        Err(refusal) => {
            view.refused(&refusal);
            (None, refusal.status())
        }
    };
    let asked_for = part(&view.query, &[])?;
    let part = asked_for.clone();
    let read = move |conn: &mut ::store::Conn, scope: &kernel::Scope| {
        let rows = match &filter {
            Some(filter) => queries::entries(conn, scope, filter, &part)?,
            None => Vec::new(),
        };
        Ok((queries::called_in(conn, scope, &rows)?, rows, queries::accounts(conn, scope)?))
    };
    let (called, mut entries, accounts) = web.app.read(&visit.context, Permission::LedgerRead, read).await?;
    let pager = Pager::by_id(&view, &asked_for, &mut entries, |entry| entry.id);
    Ok(Page::new(Index { v: view, asked, accounts, entries, called, pager }).with_status(status).into_response())
}

/// The journal with its filters as a file.
pub async fn file(
    State(web): State<Web>,
    Desk(visit): Desk,
    Query(asked): Query<Asked>,
    format: Format,
) -> Result<File, Fail> {
    let (filter, v) = (asked.filter()?, visit.view);
    Ok(web
        .app
        .read(&visit.context, Permission::LedgerRead, move |conn, scope| {
            let page = |before, limit| queries::entries(conn, scope, &filter, &Part::newest(before, limit));
            let entries = whole_list(page, |entry| entry.id)?;
            let called = queries::called_in(conn, scope, &entries)?;
            list_file(table(&v, &entries, &called), format, "journal")
        })
        .await?)
}

/// A row for each line, with its entry's own data in each.
fn table(v: &View, entries: &[Entry], called: &Called) -> Table<Vec<Vec<Cell>>> {
    use ColumnKind::{Date, Money, Text};
    let columns = [
        ("date", "label-date", Date),
        ("voucher", "label-voucher", Text),
        ("memo", "label-memo", Text),
        ("customer", "label-customer", Text),
        ("account", "label-account", Text),
        ("name", "label-name", Text),
        ("debit", "label-debit", Money),
        ("credit", "label-credit", Money),
    ];
    let row = |entry: &Entry, line: &Line| {
        let shown = |amount: kernel::Money| if amount.is_zero() { Cell::Empty } else { amount.into() };
        vec![
            entry.date.into(),
            Cell::text(entry.voucher_text(v)),
            Cell::text(entry.summary(&v.l, called)),
            Cell::text(called.customer(line.customer)),
            Cell::text(line.account.clone()),
            Cell::text(line.names.get(v.l.locale())),
            shown(line.debit()),
            shown(line.credit()),
        ]
    };
    let rows = entries.iter().flat_map(|entry| entry.lines.iter().map(move |line| row(entry, line)));
    list_table(v, "nav-entries", &Columns::read(&[], ""), &columns, rows)
}

#[derive(Template)]
#[template(path = "ledger/entry.html")]
struct Show {
    v: View,
    entry: Entry,
    called: Called,
}

pub async fn show(State(web): State<Web>, Desk(visit): Desk, Path(id): Path<String>) -> Result<Response, Fail> {
    let id = path_id(&id)?;
    let (entry, called) = read(&web, &visit, id).await?;
    Ok(Page::new(Show { v: visit.view, entry, called }).into_response())
}

async fn read(web: &Web, visit: &web::Visit, id: EntryId) -> Result<(Entry, Called), Error> {
    let query = move |conn: &mut ::store::Conn, scope: &kernel::Scope| {
        let entry = queries::entry(conn, scope, id)?;
        let called = queries::called_in(conn, scope, std::slice::from_ref(&entry))?;
        Ok((entry, called))
    };
    web.app.read(&visit.context, Permission::LedgerRead, query).await
}

/// Nothing is typed to take an entry back.
#[derive(Debug, serde::Deserialize)]
pub struct Nothing {}

pub async fn reverse(
    State(web): State<Web>,
    Path(id): Path<String>,
    request: KeyedForm<Nothing>,
) -> Result<Response, Fail> {
    let KeyedForm { mut visit, once, .. } = request;
    let id: EntryId = path_id(&id)?;
    let command = ReverseEntry { id, on: None, memo: None };
    match web.app.write_once(&visit.context, once, command, |_, id| went(id)).await {
        Ok(answer) => Ok(Went(answer).into_response()),
        Err(Error::Refused(refusal)) if refusal.status() == 409 => {
            visit.view.refused(&refusal);
            let (entry, called) = read(&web, &visit, id).await?;
            Ok(Page::new(Show { v: visit.view, entry, called }).with_status(refusal.status()).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

fn went(id: EntryId) -> Result<(u16, Vec<u8>), Error> {
    Ok((303, format!("/entries/{id}?done=entry-reversed").into_bytes()))
}

/// What an entry is called: what happened, to which document, and what was written with it.
pub(super) fn summary(l: &L, kind: EntryKind, number: Option<&str>, memo: &str) -> String {
    let word = l.t(&format!("entry-kind-{}", kind.name().replace('_', "-")));
    let told = number.map_or_else(|| word.clone(), |number| format!("{word} {number}"));
    // Some memos are the document's number, which is told already.
    if memo.is_empty() || number == Some(memo) { told } else { format!("{told} · {memo}") }
}

/// 记-0001; empty before the number is given.
pub(super) fn voucher_text(v: &View, voucher: Option<i64>) -> String {
    voucher.map(|number| v.tw("voucher-number", "number", &format!("{number:04}"))).unwrap_or_default()
}

impl Entry {
    pub(crate) fn summary(&self, l: &L, called: &Called) -> String {
        summary(l, self.kind, self.number(called), &self.memo)
    }

    pub(crate) fn number<'a>(&self, called: &'a Called) -> Option<&'a str> {
        called.number(self.document)
    }

    pub(crate) fn whose<'a>(&self, called: &'a Called) -> &'a str {
        called.customer(self.customer())
    }

    /// Whose account it moves; nobody's for most that were written by hand, and for those that move several customers'.
    pub(crate) fn customer(&self) -> Option<CustomerId> {
        let mut customers = self.lines.iter().filter_map(|line| line.customer);
        customers.next().filter(|first| customers.all(|other| other == *first))
    }

    /// Page of the document, where it has one.
    pub(crate) fn document_page(&self) -> Option<String> {
        let document = self.document?;
        let room = match document.prefix() {
            "inv" => "invoices",
            "crn" => "credit-notes",
            "pay" => "payments",
            "dsp" => "disputes",
            _ => return None,
        };
        Some(format!("/{room}/{document}"))
    }

    pub(crate) fn voucher_text(&self, v: &View) -> String {
        voucher_text(v, self.voucher)
    }

    pub(crate) fn may_be_reversed(&self) -> bool {
        let is_opening = self.kind == EntryKind::Opening && self.document.is_none();
        (self.kind == EntryKind::Manual || is_opening) && self.reversed_by.is_none()
    }
}
