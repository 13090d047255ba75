//! The audit trail at the desk: when, who, what, to which thing; and the trail as a file.

use crate::api::AuditAsked;
use askama::Template;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use kernel::id::{OrganisationId, base32};
use kernel::{Context, Decimal, Permission};
use reports::{Cell, ColumnKind, File, Format, Table, list_file, list_table, whole_list};
use std::collections::HashMap;
use store::audit::{self, AuditFilter, AuditRow};
use store::{Conn, Error, Part};
use web::session::Desk;
use web::view::{Columns, Pager, part};
use web::{Fail, Page, View, Web};

/// Every command of the house, for the choice of what was done.
const COMMANDS: &[&str] = &[
    "account.change_password",
    "account.update",
    "address.create",
    "address.delete",
    "address.update",
    "api_key.create",
    "api_key.limit",
    "api_key.revoke",
    "checkout.answer",
    "checkout.open",
    "checkout.settle",
    "contact.create",
    "contact.delete",
    "contact.update",
    "credit_note.allocate",
    "credit_note.refund",
    "customer.archive",
    "customer.create",
    "customer.update",
    "dispute.follow",
    "dispute.note",
    "entry.post",
    "entry.revalue",
    "entry.reverse",
    "exchange_rate.set",
    "exchange_rate.take",
    "gateway.await_bill",
    "gateway.compare_bill",
    "gateway.connect",
    "gateway.learn_fees",
    "gateway.offer",
    "gateway.payout",
    "gateway.set_difference_aside",
    "import.balances",
    "import.customers",
    "import.invoices",
    "import.items",
    "invoice.create",
    "invoice.credit",
    "invoice.delete",
    "invoice.deliver",
    "invoice.issue",
    "invoice.note_official",
    "invoice.reverse_write_off",
    "invoice.send",
    "invoice.update",
    "invoice.void",
    "invoice.write_off",
    "item.create",
    "item.price",
    "item.update",
    "job.discard",
    "job.retry",
    "mail.note",
    "mail.send_again",
    "mail.set",
    "mail.test",
    "match_rule.remove",
    "match_rule.replay",
    "match_rule.switch",
    "match_rule.write",
    "order.bill_rest",
    "order.cancel",
    "order.create",
    "order.release",
    "order.submit",
    "order.update",
    "order.withdraw",
    "organisation.logo",
    "organisation.second_factor",
    "organisation.second_person",
    "organisation.set_up",
    "organisation.update",
    "payment.allocate",
    "payment.cheque_bounce",
    "payment.cheque_clear",
    "payment.cheque_deposit",
    "payment.cheque_present",
    "payment.conclude_refund",
    "payment.number_receipt",
    "payment.record",
    "payment.refund",
    "payment.reverse",
    "payment.send_receipt",
    "period.close",
    "period.reopen",
    "second_factor.enrol",
    "second_factor.remove",
    "second_factor.renew_recovery_codes",
    "second_factor.wrong_code",
    "session.begin",
    "session.confirm",
    "session.end",
    "session.end_all",
    "session.open",
    "statement.begin",
    "statement.close",
    "statement.discard",
    "statement.import",
    "statement.keep_columns",
    "statement.match",
    "statement.note",
    "statement.propose",
    "statement.reopen",
    "statement.set_aside",
    "statement.set_posting",
    "statement.store_lines",
    "statement.take_fee",
    "statement.tell_import",
    "statement.tell_lines",
    "statement.unmatch",
    "tax_code.create",
    "tax_code.rate",
    "tax_code.update",
    "till.count",
    "till.deposit",
    "user.create",
    "user.remove_second_factor",
    "user.reset_password",
    "user.update",
    "view.remove",
    "view.save",
];

/// The message of a command: `did-invoice-issue`.
fn did(command: &str) -> String {
    format!("did-{}", command.replace(['.', '_'], "-"))
}

#[derive(Template)]
#[template(path = "audit/index.html")]
struct Index {
    v: View,
    asked: AuditAsked,
    /// Whoever may be chosen: the trail's name for them, and their own.
    people: Vec<(String, String)>,
    rows: Vec<Placed>,
    /// Names of people and keys by their ids.
    names: HashMap<String, String>,
    pager: Pager,
}

impl Index {
    fn who(&self, row: &AuditRow) -> String {
        self.v.actor(&row.actor_kind, self.names.get(&row.actor).map(String::as_str))
    }

    /// From where: an address, or what of this house it was.
    fn from(&self, row: &AuditRow) -> String {
        let inside = format!("audit-from-{}", row.source_address);
        let plain = row.source_address.bytes().all(|b| b.is_ascii_lowercase());
        let told = if plain { self.v.l.find(&inside, &[]) } else { None };
        told.unwrap_or_else(|| row.source_address.clone())
    }

    /// The thing that the rows are about, where a link asked for it by its id.
    fn linked_subject(&self) -> Option<String> {
        let (row, _) = self.rows.first()?;
        (self.subject(row) == self.asked.subject).then(|| self.subject_name(row))
    }

    /// Whether the filter names one of those to choose from, or nobody.
    fn is_person(&self, actor: &str) -> bool {
        actor.is_empty() || self.people.iter().any(|(id, _)| id == actor)
    }

    /// Whom the filter names otherwise: a key, a task of the house.
    fn other(&self) -> String {
        let first = self.rows.first().map(|(row, _)| self.who(row));
        first.unwrap_or_else(|| self.v.t("audit-somebody-else"))
    }

    /// Commands by what they are called, for the choice.
    fn commands(&self) -> Vec<(&'static str, String)> {
        let mut named: Vec<_> = COMMANDS.iter().map(|command| (*command, self.v.t(&did(command)))).collect();
        named.sort_by(|(_, one), (_, other)| one.cmp(other));
        named
    }

    /// What was done; commands without a sentence show their name.
    fn what(&self, row: &AuditRow) -> String {
        self.v.l.find(&did(&row.command), &[]).unwrap_or_else(|| row.command.clone())
    }

    fn subject(&self, row: &AuditRow) -> String {
        format!("{}_{}", row.subject_kind, base32(row.subject_id.bytes()))
    }

    /// What the thing is called: its number where the row says it, else what it is.
    fn subject_name(&self, row: &AuditRow) -> String {
        let details: serde_json::Value = serde_json::from_str(&row.details.0).unwrap_or_default();
        // A credit note leaves a row on its invoice too, which is called by its own number.
        let keys: &[&str] =
            if row.subject_kind == "inv" { &["invoice_number", "number"] } else { &["number", "name", "code"] };
        let told = keys.iter().find_map(|key| details.get(key)?.as_str().map(ToOwned::to_owned));
        let kind = || self.v.l.find(&format!("audit-kind-{}", row.subject_kind), &[]);
        told.or_else(kind).unwrap_or_else(|| self.subject(row))
    }

    /// The page of the thing; empty where it has none.
    fn href(&self, row: &AuditRow) -> String {
        let room = match row.subject_kind.as_str() {
            "cus" => "/customers",
            "ord" => "/orders",
            "inv" => "/invoices",
            "crn" => "/credit-notes",
            "pay" => "/payments",
            "ent" => "/entries",
            "itm" => "/catalog/items",
            "usr" => "/users",
            _ => return String::new(),
        };
        format!("{room}/{}", self.subject(row))
    }
}

pub async fn index(
    State(web): State<Web>,
    Desk(visit): Desk,
    Query(asked): Query<AuditAsked>,
) -> Result<Response, Fail> {
    let mut view = visit.view;
    // A filter that cannot be read shows nothing, and says why.
    let (filter, status) = match named_subject(&web, &visit.context, asked.clone()).await?.filter() {
        Ok(filter) => (Some(filter), 200),
        Err(refusal) => {
            view.refused(&refusal);
            (None, refusal.status())
        }
    };
    let part = part(&view.query, &[])?;
    let asked_for = part.clone();
    let read = move |conn: &mut Conn, scope: &kernel::Scope| {
        let people = identity::queries::people(conn, scope.organisation())?;
        let (rows, names) = match &filter {
            Some(filter) => trail(conn, scope.organisation(), filter, &part)?,
            None => (Vec::new(), HashMap::new()),
        };
        Ok((people, rows, names))
    };
    let (people, mut rows, names) = web.app.read(&visit.context, Permission::AuditRead, read).await?;
    let pager = Pager::by_id(&view, &asked_for, &mut rows, |(row, _)| row.audit_id);
    Ok(Page::new(Index { v: view, asked, people, rows, names, pager }).with_status(status).into_response())
}

/// A thing may be asked for by its number or its name: what the search finds first.
async fn named_subject(web: &Web, context: &Context, asked: AuditAsked) -> Result<AuditAsked, Error> {
    if asked.subject.trim().is_empty() || asked.filter().is_ok() {
        return Ok(asked);
    }
    let words = asked.subject.clone();
    let kinds = super::search::DESK.map(|(kind, _, _)| kind);
    let find = move |conn: &mut Conn, scope: &kernel::Scope| store::search::find(conn, scope, &kinds, &words, 1);
    let found = web.app.read(context, Permission::AuditRead, find).await?.into_iter().next();
    Ok(match found {
        Some(entry) => AuditAsked { subject: format!("{}_{}", entry.kind, base32(entry.subject.bytes())), ..asked },
        None => asked,
    })
}

/// A row of the trail with its place in the chain.
type Placed = (AuditRow, Option<i64>);

type Trail = (Vec<Placed>, HashMap<String, String>);

fn trail(conn: &mut Conn, organisation: OrganisationId, filter: &AuditFilter, part: &Part) -> Result<Trail, Error> {
    let rows = audit::list(conn, organisation, filter, part)?;
    let names = names(conn, organisation, &rows)?;
    Ok((rows, names))
}

/// The names of the people and keys that acted, by their ids.
fn names(conn: &mut Conn, organisation: OrganisationId, rows: &[Placed]) -> Result<HashMap<String, String>, Error> {
    identity::queries::actor_names(conn, organisation, rows.iter().map(|(row, _)| row.actor.as_str()))
}

/// The trail with its filters as a file.
pub async fn file(
    State(web): State<Web>,
    Desk(visit): Desk,
    Query(asked): Query<AuditAsked>,
    format: Format,
) -> Result<File, Fail> {
    let filter = named_subject(&web, &visit.context, asked.clone()).await?.filter()?;
    let v = visit.view;
    Ok(web
        .app
        .read(&visit.context, Permission::AuditRead, move |conn, scope| {
            let page = |before, limit| audit::list(conn, scope.organisation(), &filter, &Part::newest(before, limit));
            let rows = whole_list(page, |(row, _)| row.audit_id)?;
            let names = names(conn, scope.organisation(), &rows)?;
            let page = Index { v, asked, people: Vec::new(), rows, names, pager: Pager::default() };
            list_file(table(&page), format, "audit")
        })
        .await?)
}

fn table(page: &Index) -> Table<Vec<Vec<Cell>>> {
    use ColumnKind::{Number, Text};
    let columns = [
        ("when", "audit-when", Text),
        ("who", "audit-who", Text),
        ("actor", "audit-actor-id", Text),
        ("from", "audit-from", Text),
        ("what", "audit-what", Text),
        ("subject", "audit-subject", Text),
        ("id", "audit-subject-id", Text),
        ("place", "audit-place", Number),
    ];
    let row = |(row, place): &Placed| {
        vec![
            Cell::text(page.v.date_time(&row.created_at.0)),
            Cell::text(page.who(row)),
            Cell::text(row.actor.clone()),
            Cell::text(page.from(row)),
            Cell::text(page.what(row)),
            Cell::text(page.subject_name(row)),
            Cell::text(page.subject(row)),
            place.map_or(Cell::Empty, |place| Cell::Number(Decimal::from(place))),
        ]
    };
    list_table(&page.v, "nav-audit", &Columns::read(&[], ""), &columns, page.rows.iter().map(row))
}

#[cfg(test)]
mod tests {
    use super::COMMANDS;
    use std::path::Path;

    /// The names that the commands of all slices give themselves; tests' own begin with `test`.
    fn commands(dir: &Path, found: &mut Vec<String>) {
        for entry in std::fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                commands(&path, found);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let source = std::fs::read_to_string(&path).unwrap();
                let names = source.split("const NAME: &'static str = \"").skip(1);
                found.extend(names.filter_map(|rest| rest.split('"').next().map(ToOwned::to_owned)));
            }
        }
    }

    #[test]
    fn the_trail_has_words_for_every_command() {
        let mut found = Vec::new();
        for krate in std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("..")).unwrap() {
            let sources = krate.unwrap().path().join("src");
            if sources.is_dir() {
                commands(&sources, &mut found);
            }
        }
        found.retain(|name| !name.starts_with("test"));
        // One command of two names, which stand behind a condition.
        found.extend(["payment.cheque_bounce".to_owned(), "payment.reverse".to_owned()]);
        found.sort();
        found.dedup();
        assert_eq!(found, COMMANDS, "the choice has every command, in the order of their names");
        let words = crate::MESSAGES.iter().map(|(_, text)| text);
        for text in words {
            found.iter().for_each(|name| {
                let id = format!("did-{} = ", name.replace(['.', '_'], "-"));
                assert!(text.lines().any(|line| line.starts_with(&id)), "{id}");
            });
        }
    }
}
